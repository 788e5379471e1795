"""Subscribers, merge tags, messages and their fingerprints, and what a provider says of a campaign."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import Place
from newsletter.model.audience import Subscriber, address_key, mask, recipient_key
from newsletter.model.branding import Sender
from newsletter.model.campaign import InlineImage, Message, Target, digest_of
from newsletter.model.findings import Finding, Severity
from newsletter.model.merge_tags import MergeTag, fill, find, split
from newsletter.model.provider_campaign import RemoteState

TAGGED = st.lists(st.text() | st.sampled_from(["{first_name|there}", "{town}", "{a| b }", "{", "}", "{|}", "{A}"]))


@given(TAGGED.map("".join))
def test_pieces_joined_again_are_the_text(text: str) -> None:
    pieces = split(text)
    assert "".join(map(str, pieces)) == text
    assert [piece for piece in pieces if isinstance(piece, MergeTag)] == find(text)


@given(TAGGED.map("".join), st.dictionaries(st.sampled_from(["first_name", "town", "a"]), st.text()))
def test_a_value_is_put_in_as_it_is_and_never_read_for_tags(text: str, values: dict[str, str]) -> None:
    filled = fill(text, values)
    expected = [
        piece if isinstance(piece, str) else values.get(piece.name) or piece.fallback or "" for piece in split(text)
    ]
    assert filled == "".join(expected)


def test_only_the_readers_own_words_are_escaped() -> None:
    text = "<b>{first_name|you & me}</b>"
    assert fill(text, {"first_name": "<Tu>"}, html.escape) == "<b>&lt;Tu&gt;</b>"
    assert fill(text, {}, html.escape) == "<b>you & me</b>"
    assert fill("{town}", {"town": "{first_name}"}) == "{first_name}"


def test_a_subscriber_never_shows_who_they_are() -> None:
    person = Subscriber(email="ada@example.org", first_name="Ada", fields={"town": "Leeds"})
    assert "ada" not in repr(person)
    assert "Ada" not in f"{person} {[person]}"
    assert person.merge_values == {"first_name": "Ada", "last_name": "", "email": "ada@example.org", "town": "Leeds"}


@pytest.mark.parametrize(
    ("address", "masked"),
    [("ada@example.org", "a…@e….org"), ("x@localhost", "…"), ("nonsense", "…"), ("", "…")],
)
def test_an_address_is_masked(address: str, masked: str) -> None:
    assert mask(address) == masked


@given(st.emails())
def test_a_recipients_key_tells_nothing_and_knows_one_mailbox(address: str) -> None:
    key = recipient_key("2024-02", address)
    assert key == recipient_key("2024-02", f" {address.upper().lower()} ".upper().lower())
    assert key != recipient_key("2024-03", address)
    assert address not in key
    assert len(key) == 24
    assert address_key(address.swapcase()) == address_key(address)


MESSAGE = Message(
    title="A title",
    subject="A subject",
    preheader="Before",
    html="<p>a</p>",
    text="a",
    sender=Sender(name="Us", email="us@example.org"),
    images=(InlineImage(cid="a", name="a.png", content_type="image/png", data=b"1"),),
)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"subject": "b"}, "subject"),
        ({"preheader": "b"}, "preheader"),
        ({"html": "b"}, "HTML"),
        ({"text": "b"}, "text"),
        ({"sender": Sender(name="You", email="us@example.org")}, "sender"),
        ({"reply_to": "b@example.org"}, "reply-to"),
        ({"images": ()}, "pictures"),
    ],
)
def test_what_a_reader_would_see_changes_the_fingerprint(change: dict[str, object], part: str) -> None:
    changed = MESSAGE.model_copy(update=change)
    before, after = MESSAGE.parts(), changed.parts()
    assert {name for name in before if before[name] != after[name]} == {part}
    assert changed.fingerprint != MESSAGE.fingerprint
    assert MESSAGE.model_copy().fingerprint == MESSAGE.fingerprint


def test_a_digest_does_not_hang_on_the_order() -> None:
    assert digest_of({"a": "1", "b": "2"}) == digest_of({"b": "2", "a": "1"})
    assert digest_of({"a": "1", "b": "2"}) != digest_of({"a": "2", "b": "1"})
    assert Target(provider="outbox", audience="a").parts() != Target(provider="outbox", audience="b").parts()


def test_a_campaign_may_have_gone_in_doubt() -> None:
    gone = {state for state in RemoteState if state.has_gone}
    assert RemoteState.UNKNOWN in gone
    assert RemoteState.SENT in gone
    assert not gone & {RemoteState.DRAFT, RemoteState.SCHEDULED}


def test_only_errors_keep_an_issue_back() -> None:
    blocks = [Finding(code="NL001", severity=each, message="m", place=Place("a")).blocks for each in Severity]
    assert blocks == [True, False, False]
    assert str(Place("a", 2, 3)) == "a:2:3"
    assert str(Place("a", 2)) == "a:2"
    assert str(Place("a", 0, 3)) == "a"
