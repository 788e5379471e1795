"""A text encoded once for all recipients is what encoding it for each of them gives."""

from __future__ import annotations

import html
import quopri
import re
from binascii import b2a_qp
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.merge_tags import MergeTag
from newsletter.render import quoted_printable
from newsletter.render.quoted_printable import LONG, Piece, QuotedPrintable, fill_pieces

WORDS = st.text(st.sampled_from("ab .=\t\né–{€\U0001f600<&"), max_size=90)
NAMES = ("first_name", "city")
PIECES = st.lists(
    st.one_of(
        WORDS,
        st.builds(
            lambda name, fallback, escape: (MergeTag(name=name, fallback=fallback), escape),
            st.sampled_from(NAMES),
            st.none() | st.sampled_from(["", "friend", ".", "é" * 90]),
            st.sampled_from([str, html.escape]),
        ),
    ),
    max_size=12,
)
VALUES = st.dictionaries(st.sampled_from(NAMES), st.text(st.sampled_from("Zoë .=\t\n<"), max_size=100))


def whole(pieces: list[Piece], values: dict[str, str]) -> bytes:
    """Return the text filled, as it travels."""
    return (fill_pieces(pieces, values) + "\n").replace("\n", "\r\n").encode()


@given(PIECES, VALUES)
def test_short_lines_give_the_very_bytes_of_the_library(pieces, values):
    made = QuotedPrintable(pieces).fill(values)
    expected = whole(pieces, values)
    if max(len(line) for line in "".join(one for one in pieces if isinstance(one, str)).split("\n")) <= LONG:
        assert made == b2a_qp(expected, istext=True)
    assert quopri.decodestring(made) == expected


@given(PIECES, VALUES, st.integers(0, 160))
def test_long_lines_are_cut_and_come_back_whole(pieces, values, long):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quoted_printable, "LONG", long)
        made = QuotedPrintable(pieces).fill(values)
    assert quopri.decodestring(made) == whole(pieces, values)
    assert all(len(line) <= 76 for line in made.split(b"\r\n"))
    assert not re.search(rb"[ \t]\r\n|(?<!\r)\n", made), "no space at the end of a line, and no bare line end"


@given(PIECES, VALUES)
def test_it_reads_as_what_the_email_package_makes(pieces, values):
    theirs = EmailMessage(policy=SMTP)
    theirs.set_content(fill_pieces(pieces, values) + "\n", cte="quoted-printable")
    parsed = message_from_bytes(theirs.as_bytes())
    assert quopri.decodestring(QuotedPrintable(pieces).fill(values)) == parsed.get_payload(decode=True)


def test_a_line_that_is_the_same_for_everybody_is_encoded_once(monkeypatch):
    pieces: list[Piece] = ["Dear ", (MergeTag(name="first_name"), str), ",\n", "café\n" * 5000, "x" * 5000 + "\n"]
    text = QuotedPrintable(pieces)
    sizes = []
    monkeypatch.setattr(quoted_printable, "b2a_qp", lambda data, **how: (sizes.append(len(data)), data)[1])
    text.fill({"first_name": "Zoë"})
    assert sizes == [len("Dear Zoë,\r\n".encode())]
