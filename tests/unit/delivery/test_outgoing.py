"""What goes out, and its fingerprint."""

from __future__ import annotations

import zlib

import pytest

from newsletter.delivery.outgoing import changes, in_words, thaw
from newsletter.errors import LedgerError
from newsletter.model.brand import ReaderLinks, Sender
from newsletter.model.campaign import InlineImage

from .conftest import outgoing_of


def test_what_is_frozen_is_thawed_equal(outgoing):
    assert thaw(outgoing.freeze()) == outgoing
    assert thaw(outgoing.freeze()).fingerprint == outgoing.fingerprint


@pytest.mark.parametrize(
    "content", [b"", b"garbage", zlib.compress(b"[]"), zlib.compress(b'{"message": {"images": []}}')]
)
def test_what_cannot_be_thawed_stops_all(content):
    with pytest.raises(LedgerError, match="cannot be read back"):
        thaw(content)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"subject": "Other"}, "subject"),
        ({"preheader": "Other"}, "preheader"),
        ({"html": "<p>Other</p>"}, "HTML"),
        ({"text": "Other"}, "text"),
        ({"sender": Sender(name="Other", email="news@example.org")}, "sender"),
        ({"reply_to": "other@example.org"}, "reply-to"),
        ({"images": (InlineImage(cid="a", name="a.png", content_type="image/png", data=b"other"),)}, "pictures"),
        ({"calendar": "BEGIN:VCALENDAR"}, "calendar file"),
        ({"audience": "others.csv"}, "audience"),
        ({"links": ReaderLinks(unsubscribe="https://example.org/{key}")}, "readers' links"),
    ],
)
def test_any_change_is_seen_and_named(outgoing, change, part):
    changed = outgoing_of(**change)
    assert changed.fingerprint != outgoing.fingerprint
    assert changes(outgoing.parts, changed.parts) == [part]
    assert changes(changed.parts, outgoing.parts) == [part]
    assert thaw(changed.freeze()) == changed


def test_names_in_words():
    assert in_words(["subject"]) == "the subject"
    assert in_words(["subject", "HTML", "text"]) == "the subject, the HTML and the text"
    assert in_words([]) == "the content"


def test_tags_of_every_part(outgoing):
    assert {tag.name for tag in outgoing.tags} == {"first_name", "unsubscribe_url"}


def test_the_key_of_a_recipient_tells_nothing_and_depends_on_the_issue(outgoing):
    key = outgoing.key_of("Kim@Example.org")
    assert key == outgoing.key_of("kim@example.org")
    assert key != outgoing_of(issue="2024-03").key_of("kim@example.org")
    assert "kim" not in key
