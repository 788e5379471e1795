"""Text from others, made safe for a terminal."""

from __future__ import annotations

import unicodedata

import pytest

from newsletter.model.control_characters import escape_control_characters, replace_lone_surrogates


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"),
        ("invoice\u202efdp.exe", "invoice\\u202efdp.exe"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("\u200fשלום", "\\u200fשלום"),
        ("\x9b31m", "\\x9b31m"),
        ("one\rtwo\x08\x7f", "one\\x0dtwo\\x08\\x7f"),
        ("a\u2028b\x85c", "a\\u2028b\\x85c"),
        ("\ud800", "\\ud800"),
        ("\ufeffname", "\\ufeffname"),
    ],
)
def test_control_characters_and_bidirectional_marks_are_written_out(text, escaped):
    assert escape_control_characters(text) == escaped


@pytest.mark.parametrize("text", ["Zoë", "café – “ok”", "日本語", "👩‍👩‍👧", "می‌خواهم", "שלום", "a b", "\\x1b"])
def test_text_that_is_read_stays_as_it_is(text):
    assert escape_control_characters(text) == text


def test_a_character_can_be_kept():
    assert escape_control_characters("a\nb\tc\x1b", keep="\n\t") == "a\nb\tc\\x1b"


def test_no_control_character_of_unicode_is_left():
    every = "".join(chr(code) for code in range(0x110000))
    left = escape_control_characters(every)
    bidirectional = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not [one for one in left if unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not [one for one in left if unicodedata.bidirectional(one) in bidirectional]
    left.encode()


def test_surrogates_that_stand_alone_are_replaced():
    assert replace_lone_surrogates("a\ud800b\U0001f600") == "a\ufffdb\U0001f600"
