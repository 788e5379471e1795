"""What goes out, and its fingerprint."""

from __future__ import annotations

import zlib
from types import SimpleNamespace

import pytest

from newsletter.errors import LedgerError, UnsupportedError
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import InlineImage, digest_of
from newsletter.sending.campaign_draft import build_draft
from newsletter.sending.payload import changes, deserialize, in_words

from .conftest import outgoing_of


def test_what_is_frozen_is_thawed_equal(outgoing):
    assert deserialize(outgoing.freeze()) == outgoing
    assert deserialize(outgoing.freeze()).fingerprint == outgoing.fingerprint


@pytest.mark.parametrize(
    "content", [b"", b"garbage", zlib.compress(b"[]"), zlib.compress(b'{"message": {"images": []}}')]
)
def test_what_cannot_be_thawed_stops_all(content):
    with pytest.raises(LedgerError, match="cannot be read from"):
        deserialize(content)


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
    assert deserialize(changed.freeze()) == changed


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


def test_a_setting_that_is_new_changes_no_fingerprint_of_before(outgoing):
    """What was tested and approved before `one_click` came stays so."""
    empty = dict.fromkeys(("unsubscribe", "view_online", "preferences"), "")
    assert outgoing.parts["readers' links"] == digest_of(empty)
    link = "https://example.org/leave?who={key}"
    said = [outgoing_of(links=ReaderLinks(unsubscribe=link, one_click=one)).fingerprint for one in (None, False, True)]
    assert said[0] == said[1] != said[2]


def test_links_of_a_send_that_an_earlier_version_began_are_read_back():
    links = ReaderLinks(unsubscribe="https://example.org/leave?email={email_address}")
    begun = outgoing_of(links=links)
    assert deserialize(begun.freeze()) == begun


@pytest.mark.parametrize("tag", ["key", "email"])
@pytest.mark.parametrize("setting", ["view_online", "preferences"])
def test_a_service_refuses_a_link_that_is_a_readers_own(tag, setting):
    links = ReaderLinks.model_validate({setting: f"https://example.org/{{{tag}}}/{{month}}"})
    provider = SimpleNamespace(title="the service")
    with pytest.raises(UnsupportedError, match=rf"does not recognize \{{{tag}\}} in `{setting}`"):
        build_draft("a-key", outgoing_of(links=links), provider, {})
