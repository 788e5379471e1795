"""What the Resend adapter says over HTTP, word for word, and what it makes of the answers."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
import requests

from newsletter.errors import (
    AuthenticationError,
    DoubtError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UncertainError,
    UnsupportedError,
)
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.resend import Options, Resend
from newsletter.providers.resend_payload import content

BASE = "https://api.resend.com"
NOW = dt.datetime(2024, 2, 12, 9, 0, tzinfo=dt.UTC)
B1 = "0a0a0a0a-0000-4000-8000-000000000001"
MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|there}</p><a href="{unsubscribe_url}">Leave</a>',
    text="Hello {first_name}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="seg-1", segment="top-1")
BROADCAST = {"id": B1, "name": "February [nl-2024-02-3f9a1c]", "status": "draft"}


@pytest.fixture
def wire(wire_to):
    return wire_to("resend", BASE)


@pytest.fixture
def resend(wire, secret):
    adapter = Resend.connect(Options(), secret, session=wire.session, pause=lambda _: None)
    adapter._now = lambda: NOW
    return adapter


def rows(*some, more=False):
    return {"object": "list", "has_more": more, "data": list(some)}


def test_it_is_known_by_its_key(resend, wire, planted):
    wire.will_say(rows({"id": "d1", "name": "example.org", "status": "verified"}, {"id": "d2", "status": "pending"}))
    assert resend.check() == "an account that can send from example.org"
    assert wire.raw[0].headers["Authorization"] == f"Bearer {planted}"
    wire.will_say(rows())
    assert resend.check() == "an account without a domain"


def test_segments_are_audiences_whose_contacts_are_counted_page_by_page(resend, wire):
    people = [{"id": f"c{number}", "unsubscribed": number == 2} for number in range(4)]
    wire.will_say(rows({"id": "seg-1", "name": "Readers"}), rows(*people[:3], more=True), rows(*people[2:]))
    [audience] = resend.audiences()
    assert (audience.id, audience.name, audience.count) == ("seg-1", "Readers", 3)
    assert [sent.query for sent in wire.sent] == [
        {"limit": "100"},
        {"segment_id": "seg-1", "limit": "100"},
        {"segment_id": "seg-1", "limit": "100", "after": "c2"},
    ]


def test_where_it_does_not_say_whether_there_is_more_a_full_page_is_followed(resend, wire):
    full = [{"id": f"s{number}", "name": "T"} for number in range(100)]
    wire.will_say({"data": full}, {"data": full[:1]})
    assert len(resend.segments("seg-1")) == 101
    assert wire.lines == ["GET /topics"] * 2


def test_a_broadcast_is_found_on_a_later_page(resend, wire):
    wire.will_say(rows({"id": "b0", "name": "January"}, more=True), rows(BROADCAST))
    found = resend.find(DRAFT.key)
    assert (found.id, found.state) == (B1, RemoteState.DRAFT)
    assert found.admin_url == f"https://resend.com/broadcasts/{B1}"
    wire.will_say(rows())
    assert resend.find(DRAFT.key) is None


def test_two_broadcasts_with_our_key_are_named(resend, wire):
    wire.will_say(rows(BROADCAST, {**BROADCAST, "id": "b2", "status": "sent"}))
    with pytest.raises(UncertainError, match=r"\(draft\), b2 \(sent\)"):
        resend.find(DRAFT.key)


def test_a_draft_is_made_and_never_sent(resend, wire):
    wire.will_say((201, {"id": B1}))
    assert resend.save(DRAFT, None) == B1
    assert wire.lines == ["POST /broadcasts"]
    assert wire.sent[0].body == {
        "name": "February [nl-2024-02-3f9a1c]",
        "segment_id": "seg-1",
        "from": "Example Trust <news@example.org>",
        "subject": "Hello {{{contact.first_name|there}}}",
        "reply_to": ["team@example.org"],
        "html": '<p>Hello {{{contact.first_name|there}}}</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a>',
        "text": "Hello {{{contact.first_name}}}",
        "topic_id": "top-1",
    }


def test_a_draft_is_written_anew(resend, wire):
    wire.will_say({"id": B1})
    assert resend.save(DRAFT, B1) == B1
    assert (wire.lines, wire.sent[0].body) == ([f"PATCH /broadcasts/{B1}"], content(DRAFT))


@pytest.mark.parametrize("answers", [["team@example.org"], "team@example.org"])
def test_it_is_read_back(resend, wire, answers):
    wire.will_say({**BROADCAST, **content(DRAFT), "reply_to": answers})
    assert resend.read(B1) == resend.expected(DRAFT)


def test_a_test_is_a_single_email_each_that_is_taken_once(resend, wire):
    wire.will_say({"id": "e1"}, (500, None), {"id": "e2"})
    resend.test(B1, DRAFT, ["kim@example.org", "ash@example.org"])
    assert wire.lines == ["POST /emails"] * 3
    keys = [sent.headers["idempotency-key"] for sent in wire.sent]
    assert keys[0] != keys[1] == keys[2]
    assert keys[0].startswith("nl-2024-02-3f9a1c-test-20240212T090000")
    assert wire.sent[0].body == {
        "from": "Example Trust <news@example.org>",
        "to": ["kim@example.org"],
        "subject": "Hello there",
        "reply_to": ["team@example.org"],
        "html": '<p>Hello there</p><a href="mailto:team%40example.org?subject=Unsubscribe">Leave</a>',
        "text": "Hello ",
    }


def test_it_is_scheduled(resend, wire):
    wire.will_say({"id": B1})
    resend.schedule(B1, dt.datetime(2024, 2, 12, 11, 0, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert wire.lines == [f"POST /broadcasts/{B1}/send"]
    assert wire.sent[0].body == {"scheduled_at": "2024-02-12T10:00:00+00:00"}


def test_a_moment_that_has_gone_is_refused_before_any_call(resend, wire):
    with pytest.raises(UnsupportedError, match="the earliest possible time"):
        resend.schedule(B1, NOW)
    assert wire.sent == []


def test_it_is_sent(resend, wire):
    wire.will_say({"id": B1})
    resend.send(B1)
    assert (wire.lines, wire.sent[0].body) == ([f"POST /broadcasts/{B1}/send"], {})


@pytest.mark.parametrize("status", ["draft", "canceled"])
def test_it_is_taken_back(resend, wire, status):
    wire.will_say({"id": B1}, {**BROADCAST, "status": status})
    resend.unschedule(B1)
    assert wire.lines == [f"POST /broadcasts/{B1}/cancel", f"GET /broadcasts/{B1}"]
    assert wire.sent[0].body is None


def test_one_that_is_still_to_be_sent_afterwards_is_a_doubt(resend, wire):
    wire.will_say({"id": B1}, {**BROADCAST, "status": "queued"})
    with pytest.raises(DoubtError, match="reports it as queued"):
        resend.unschedule(B1)


def test_it_is_stopped(resend, wire):
    wire.will_say({"id": B1})
    resend.cancel(B1)
    assert wire.lines == [f"POST /broadcasts/{B1}/cancel"]


def test_its_state_is_understood(resend, wire):
    wire.will_say({**BROADCAST, "status": "sent", "sent_at": "2024-02-12 10:00:00.977+00"})
    now = resend.state(B1)
    assert (now.state, now.raw_state, now.sent) == (RemoteState.SENT, "sent", None)
    assert now.sent_at is not None


def test_the_report_counts_its_lists_and_nobody_twice(resend, wire):
    def people(count, **more):
        return [{"id": f"r{number}", "email": f"p{number}@example.org", **more} for number in range(count)]

    bounced = [
        {"id": "1", "email": "a@example.org", "bounce_type": "permanent"},
        {"id": "2", "bounce_type": "transient"},
    ]
    wire.will_say(rows(*bounced), rows(*people(2), more=True), rows(*people(3)))
    wire.will_say(*[rows(*people(count)) for count in (3, 2, 1, 1, 0, 4)])
    report = resend.report(B1)
    assert (report.sent, report.delivered, report.opens, report.clicks) == (3, 3, 2, 1)
    assert (report.hard_bounces, report.soft_bounces, report.unsubscribes, report.complaints) == (1, 1, 1, 0)
    assert report.left_out == 4
    kinds = [sent.query["type"] for sent in wire.sent]
    assert kinds[:-1] == ["bounced", "sent", "sent", "delivered", "opened", "clicked", "unsubscribed", "complained"]
    assert kinds[-1] == "suppressed"


# --- what goes wrong --------------------------------------------------------------------------------------------------

ERRORS = [
    (400, "invalid_idempotency_key", RefusedError),
    (400, "validation_error", RefusedError),
    (401, "missing_api_key", AuthenticationError),
    (401, "restricted_api_key", AuthenticationError),
    (403, "invalid_api_key", AuthenticationError),
    (403, "validation_error", AuthenticationError),
    (404, "not_found", NotFoundError),
    (405, "method_not_allowed", RefusedError),
    (409, "invalid_idempotent_request", RefusedError),
    (409, "concurrent_idempotent_requests", RefusedError),
    (422, "invalid_access", RefusedError),
    (422, "invalid_from_address", RefusedError),
    (422, "missing_required_field", RefusedError),
    (429, "daily_quota_exceeded", PlanLimitError),
    (429, "monthly_quota_exceeded", PlanLimitError),
    (451, "security_error", RefusedError),
]
"""The errors of Resend's own list, and what each is here."""


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_every_refusal_is_told_in_its_own_words_with_a_hint(resend, wire, planted, row):
    status, name, error = row
    wire.will_say((status, {"statusCode": status, "name": name, "message": f"The words for {name}. {planted}"}))
    with pytest.raises(error, match=f"Resend rejected the request: The words for {name}") as caught:
        resend.save(DRAFT, None)
    assert type(caught.value) is error
    assert planted not in caught.value.message + caught.value.hint
    assert caught.value.hint


def test_too_many_requests_are_told_in_its_own_words(resend, wire):
    busy = (429, {"statusCode": 429, "name": "rate_limit_exceeded", "message": "Slow down."}, {"retry-after": "1"})
    wire.will_say(*[busy] * 4)
    with pytest.raises(UnavailableError, match=r"too busy for this request: Slow down\."):
        resend.check()


def test_a_call_that_changes_something_is_not_repeated_after_too_many_requests(wire, resend):
    wire.will_say(
        (429, {"statusCode": 429, "name": "rate_limit_exceeded", "message": "Slow down."}, {"retry-after": "1"})
    )
    with pytest.raises(DoubtError, match=r"too busy .*: Slow down"):
        resend.send(B1)
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    "broken", [(500, {"name": "internal_server_error", "message": "oops"}), (502, b"<html>"), requests.ReadTimeout()]
)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.save(DRAFT, None),
        lambda it: it.send(B1),
        lambda it: it.schedule(B1, NOW + dt.timedelta(hours=1)),
        lambda it: it.unschedule(B1),
        lambda it: it.cancel(B1),
    ],
)
def test_a_fault_of_what_changes_something_is_a_doubt_and_never_tried_again(resend, wire, broken, act):
    wire.will_say(broken)
    with pytest.raises(DoubtError):
        act(resend)


MALFORMED = [{}, [], 3, {"data": 3}, {"data": [3]}, {"data": [{"x": 1}]}, {"id": None}, b"<html>", None]


@pytest.mark.parametrize("answer", MALFORMED)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.check(),
        lambda it: it.audiences(),
        lambda it: it.segments("seg-1"),
        lambda it: it.find("nl-1"),
        lambda it: it.save(DRAFT, None),
        lambda it: it.read(B1),
        lambda it: it.state(B1),
        lambda it: it.unschedule(B1),
        lambda it: it.report(B1),
    ],
)
def test_an_answer_of_another_shape_is_never_a_crash(resend, wire, answer, act):
    wire.will_say(*[answer] * 12)
    with suppress(ProviderError):
        act(resend)
    wire.answers.clear()
