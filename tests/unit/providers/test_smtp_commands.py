"""The text as an SMTP client says it, in the pieces in which it comes."""

from __future__ import annotations

import smtplib

import pytest

from newsletter.providers.smtp_commands import text_with_end

LINES = (b"\r\n" + b"x" * 70) * 10


@pytest.mark.parametrize(
    "pieces",
    [
        (b"a\r\n", b".b\r\n", b"..\r\n"),
        (b".", b"a\r\n.", b"b", b".c\r\n"),
        (b"a\r\n", b"", b".b\r\n"),
        (b"a\r", b"\n"),
        (b"a", b"b"),
        (b"a\r\n",),
        (b".",),
        (b"head\r\n\r\n", LINES, b"\r\n.\r\n", LINES.replace(b"x", b"."), b"\r\n"),
    ],
)
def test_a_text_in_pieces_is_said_as_a_whole_one(pieces):
    whole = b"".join(pieces)
    expected = smtplib._quote_periods(whole) + (b"" if whole.endswith(b"\r\n") else b"\r\n") + b".\r\n"
    for _ in range(2):  # what is remembered of a long piece counts for each message
        assert b"".join(text_with_end(pieces)) == expected
