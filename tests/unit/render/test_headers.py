"""Headers are read as they were written, whatever is in them: see tests/integration for other programs' readings."""

from __future__ import annotations

from email import message_from_string, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.render.headers import clean, format_mailbox, format_parameter, format_text

LETTERS = st.sampled_from(
    "aAzZ09 éßœ“”’…–üя中文あ한عربي ไท🎉👩\u200d\u0301\u200f\u200e\u00a0\u202f\t\\\"'=?_<>(),;:@.[]{}!*+-/"
)
TEXTS = st.one_of(
    st.text(LETTERS, max_size=200), st.text(max_size=120), st.lists(st.text(LETTERS, max_size=12)).map(" ".join)
)


def older(value: str) -> str:
    return str(make_header(decode_header("".join(value.splitlines()))))


@given(TEXTS)
@example("December’s team update – “room at the table”, new Cuppas & café tickets")
@example("a" * 2000)
@example("=?utf-8?q?a?= =?utf-8?q?b?=")
@example(" \t two  spaces \t")
@example("🏴\U000e0067\U000e0062\U000e007f🫨\U0001fae8")
@example("a\nBcc: evil@example.org\r\n\r\nbody\x00\x1b[0m\ud800")
def test_a_subject_is_read_as_it_was_written(text: str) -> None:
    head = format_text("Subject", text)
    assert head.isascii()
    assert max(len(line) for line in head.split("\r\n")) <= 78
    assert message_from_string(head)._headers[1:] == []
    assert older(message_from_string(head)["Subject"]) == clean(text)
    assert message_from_string(head, policy=policy.default)["Subject"] == clean(text)


@given(TEXTS)
@example('Ltd. "quoted" \\ (comment), a@b')
@example("Jürgen")
@example("A name of a trust that is longer than a line has room for, in the north of England and in Wales")
def test_a_name_is_read_as_it_was_written(text: str) -> None:
    head = format_mailbox("From", text, "news@example.org")
    assert head.isascii()
    assert max(len(line) for line in head.split("\r\n")) <= 78
    name, address = parseaddr("".join(message_from_string(head)["From"].splitlines()))
    assert (older(name), address) == (clean(text), "news@example.org")


@given(TEXTS)
@example("bild-ü" * 30 + ".png")
@example("<>")
@example('"a"')
def test_the_name_of_a_file_is_read_as_it_was_written(text: str) -> None:
    head = f"Content-Disposition: inline{format_parameter('filename', text)}\r\n"
    assert head.isascii()
    assert max(len(line) for line in head.split("\r\n")) <= 78
    assert message_from_string(head + "\r\n").get_filename("") == clean(text).strip()


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("jürgen@straße.de", "From: <jürgen@xn--strae-oqa.de>"),
        ("news@müller.example", "From: news@xn--mller-kva.example"),
        ("two words@example.org", 'From: "two words"@example.org'),
    ],
)
def test_an_address_has_its_domain_in_ascii(address: str, header: str) -> None:
    assert format_mailbox("From", "", address) == f"{header.replace('<', '').replace('>', '')}\r\n"
    assert format_mailbox("From", "Zoë", address).endswith(f" <{header[6:].strip('<>')}>\r\n")


def test_what_is_plain_stays_readable() -> None:
    assert format_text("Subject", "News for February") == "Subject: News for February\r\n"
    assert format_mailbox("To", "Kim", "kim@example.org") == "To: Kim <kim@example.org>\r\n"
    assert format_mailbox("To", "A. B. Ltd", "kim@example.org") == 'To: "A. B. Ltd" <kim@example.org>\r\n'
    assert format_mailbox("To", "", "kim@example.org") == "To: kim@example.org\r\n"
    assert format_text("Subject", "Café") == "Subject: =?utf-8?q?Caf=C3=A9?=\r\n"
    assert format_text("Subject", "") == "Subject:\r\n"
