"""What the Buttondown adapter says over HTTP, word for word, and what it makes of the answers."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
import requests

from newsletter.errors import (
    AuthenticationError,
    DoubtError,
    NotFoundError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UncertainError,
    UnsupportedError,
)
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.buttondown import Buttondown, Options
from newsletter.providers.buttondown_payload import content

BASE = "https://api.buttondown.com/v1"
NOW = dt.datetime(2024, 2, 12, 9, 0, tzinfo=dt.UTC)
MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html="<p>Hello {first_name}</p>",
    text="Hello",
    sender=Sender(name="Example Trust", email="news@example.org"),
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="all", segment="sub_tag_1")
EMAIL = {"id": "em_1", "status": "draft", "metadata": {"newsletter_key": DRAFT.key}, "subject": "x", "body": "y"}
LIVE = "x-buttondown-live-dangerously"
CODES = [
    "body_contains_frontmatter",
    "email_duplicate",
    "email_not_confirmed",
    "body_invalid",
    "canonical_url_invalid",
    "email_invalid",
    "slug_invalid",
    "subject_invalid",
    "pay_per_email_billing_locked",
    "publish_date_invalid",
    "publish_date_missing",
    "sending_requires_confirmation",
    "status_invalid",
    "tag_invalid",
]
"""Every code that the description names for making an email."""


@pytest.fixture
def wire(wire_to):
    return wire_to("buttondown", BASE)


@pytest.fixture
def buttondown(wire, secret):
    adapter = Buttondown.connect(Options(), secret, session=wire.session, pause=lambda _: None)
    adapter._now = lambda: NOW
    return adapter


def rows(*some, more=None):
    return {"results": list(some), "count": len(some), "next": more}


def test_it_is_known_by_its_key_and_version(buttondown, wire, planted):
    wire.will_say({}, rows({"id": "n1", "name": "Team Update", "api_key": planted}))
    assert buttondown.check() == "Team Update"
    assert wire.lines == ["GET /ping", "GET /newsletters"]
    assert wire.raw[0].headers["Authorization"] == f"Token {planted}"
    assert wire.sent[0].headers["x-api-version"] == "2026-04-01"


def test_of_several_newsletters_none_is_named(buttondown, wire):
    wire.will_say({}, rows({"id": "n1", "name": "A"}, {"id": "n2", "name": "B"}))
    assert buttondown.check() == "the newsletter of this API key"


def test_everybody_is_the_one_audience(buttondown, wire):
    counts = [{"results": [], "count": number} for number in (100, 20, 3, 4, 5)]
    wire.will_say(rows({"id": "n1", "username": "update"}), *counts)
    [audience] = buttondown.audiences()
    assert (audience.id, audience.name, audience.count) == ("all", "update", 132)
    kinds = [sent.query["type"] for sent in wire.sent[1:]]
    assert kinds == ["regular", "premium", "gifted", "trialed", "churning"]


def test_tags_are_segments_on_every_page(buttondown, wire):
    more = f"{BASE}/tags?page=2"
    wire.will_say(rows({"id": "t1", "name": "Events"}, more=more))
    wire.will_say(*[{"results": [], "count": 2}] * 5)
    wire.will_say(rows({"id": "t2", "name": "Jobs"}), *[{"results": [], "count": "x"}] * 5)
    segments = buttondown.segments("all")
    assert [(one.id, one.name, one.count) for one in segments] == [("t1", "Events", 10), ("t2", "Jobs", None)]
    assert wire.sent[1].query == {"tag": "t1", "type": "regular", "page": "1"}


def test_an_email_is_found_by_its_metadata_on_a_later_page(buttondown, wire):
    other = {"id": "em_0", "metadata": None, "status": "sent"}
    wire.will_say(rows(other, more="next"), rows(EMAIL))
    assert buttondown.find(DRAFT.key).id == "em_1"
    assert wire.sent[1].query == {"ordering": "-creation_date", "excluded_fields": "body", "page": "2"}


def test_a_deleted_draft_is_gone_and_a_deleted_issue_is_not(buttondown, wire):
    wire.will_say(rows({**EMAIL, "status": "deleted"}))
    assert buttondown.find(DRAFT.key) is None
    wire.will_say(rows({**EMAIL, "status": "deleted", "publish_date": "2024-02-12T10:00:00Z"}))
    assert buttondown.find(DRAFT.key).state is RemoteState.CANCELLED


def test_two_emails_with_our_key_are_named(buttondown, wire):
    wire.will_say(rows(EMAIL, {**EMAIL, "id": "em_2", "status": "sent"}))
    with pytest.raises(UncertainError, match=r"em_1 \(draft\), em_2 \(sent\)"):
        buttondown.find(DRAFT.key)


def test_a_draft_is_made_and_said_to_be_one(buttondown, wire):
    wire.will_say((201, EMAIL))
    assert buttondown.save(DRAFT, None) == "em_1"
    assert wire.lines == ["POST /emails"]
    fallback = "{% if subscriber.metadata.first_name %}{{ subscriber.metadata.first_name }}{% else %}there{% endif %}"
    assert wire.sent[0].body == {
        "subject": f"Hello {fallback}",
        "body": "<!-- buttondown-editor-mode: naked -->\n<p>Hello {{ subscriber.metadata.first_name }}</p>",
        "template": "naked",
        "metadata": {"newsletter_key": "nl-2024-02-3f9a1c"},
        "filters": {
            "filters": [{"field": "subscriber.tags", "operator": "contains", "value": "sub_tag_1"}],
            "groups": [],
            "predicate": "and",
        },
        "status": "draft",
    }
    assert LIVE not in wire.sent[0].headers


def test_a_draft_is_written_anew_without_a_word_of_its_status(buttondown, wire):
    wire.will_say(EMAIL)
    assert buttondown.save(DRAFT, "em_1") == "em_1"
    assert (wire.lines, wire.sent[0].body) == (["PATCH /emails/em_1"], {**content(DRAFT), "attachments": []})
    assert LIVE not in wire.sent[0].headers


def test_another_audience_is_refused_before_any_call(buttondown, wire):
    with pytest.raises(UnsupportedError, match="no audience 'news'"):
        buttondown.save(DRAFT.model_copy(update={"audience": "news"}), None)
    with pytest.raises(UnsupportedError):
        buttondown.segments("news")
    assert wire.sent == []


def test_it_is_read_back(buttondown, wire):
    sent = content(DRAFT)
    held = {"subject": sent["subject"], "body": sent["body"], "filters": sent["filters"], "attachments": []}
    wire.will_say({**EMAIL, **held})
    assert buttondown.read("em_1") == buttondown.expected(DRAFT)


def test_a_test_goes_to_these_addresses(buttondown, wire):
    wire.will_say(None)
    buttondown.test("em_1", DRAFT, ["kim@example.org", "ash@example.org"])
    assert wire.lines == ["POST /emails/em_1/send-draft"]
    assert wire.sent[0].body == {"recipients": ["kim@example.org", "ash@example.org"]}
    assert LIVE not in wire.sent[0].headers


def test_it_is_scheduled_for_real(buttondown, wire):
    wire.will_say({**EMAIL, "status": "scheduled"})
    buttondown.schedule("em_1", dt.datetime(2024, 2, 12, 11, 0, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert wire.lines == ["PATCH /emails/em_1"]
    assert wire.sent[0].body == {"status": "scheduled", "publish_date": "2024-02-12T10:00:00+00:00"}
    assert wire.sent[0].headers[LIVE] == "true"


def test_a_moment_that_has_gone_is_refused_before_any_call(buttondown, wire):
    with pytest.raises(UnsupportedError, match="the earliest possible time"):
        buttondown.schedule("em_1", NOW)
    assert wire.sent == []


def test_it_is_taken_back(buttondown, wire):
    wire.will_say(EMAIL)
    buttondown.unschedule("em_1")
    assert wire.sent[0].body == {"status": "draft", "publish_date": "none"}
    assert LIVE not in wire.sent[0].headers


def test_one_that_is_not_a_draft_afterwards_is_a_doubt(buttondown, wire):
    wire.will_say({**EMAIL, "status": "about_to_send"})
    with pytest.raises(DoubtError, match="reports it as about_to_send"):
        buttondown.unschedule("em_1")


def test_it_is_sent_for_real_and_once(buttondown, wire):
    wire.will_say({**EMAIL, "status": "about_to_send"})
    buttondown.send("em_1")
    assert (wire.lines, wire.sent[0].body) == (["PATCH /emails/em_1"], {"status": "about_to_send"})
    assert wire.sent[0].headers[LIVE] == "true"


def test_its_state_is_understood(buttondown, wire):
    sent = {"status": "sent", "publish_date": "2024-02-12T10:00:00Z", "absolute_url": "https://b.example.org/x"}
    wire.will_say({**EMAIL, **sent, "analytics": {"recipients": 12}})
    now = buttondown.state("em_1")
    assert (now.state, now.sent, now.view_url) == (RemoteState.SENT, 12, "https://b.example.org/x")
    assert now.sent_at == dt.datetime(2024, 2, 12, 10, tzinfo=dt.UTC)
    assert now.admin_url == "https://buttondown.com/emails/em_1"


def test_the_report_is_read(buttondown, wire):
    numbers = {
        "recipients": 100,
        "deliveries": 97,
        "opens": 50,
        "clicks": 20,
        "permanent_failures": 2,
        "temporary_failures": 1,
        "unsubscriptions": 3,
    }
    wire.will_say(numbers)
    report = buttondown.report("em_1")
    assert (report.sent, report.delivered, report.opens, report.clicks) == (100, 97, 50, 20)
    assert (report.hard_bounces, report.soft_bounces, report.unsubscribes, report.complaints) == (2, 1, 3, None)
    assert wire.lines == ["GET /emails/em_1/analytics"]


def test_a_picture_is_stored(buttondown, wire):
    wire.will_say((201, {"id": "im_1", "image": "https://cdn.example.org/a.png"}))
    assert buttondown.upload("a.png", "image/png", b"\x89PNG") == "https://cdn.example.org/a.png"
    assert wire.sent[0].body == {"image": ("a.png", "image/png", b"\x89PNG")}


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_of_an_email_is_told_with_a_hint_of_its_own(buttondown, wire, planted, code):
    wire.will_say((400, {"code": code, "detail": f"The words for {code} ({planted})", "metadata": {}}))
    with pytest.raises(RefusedError, match=f"Buttondown rejected the request: The words for {code}") as caught:
        buttondown.save(DRAFT, None)
    assert caught.value.hint
    assert caught.value.hint != "Nothing was sent. Fix the problem that the provider reports, then try again."
    assert planted not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ((401, {"detail": "Invalid token."}), AuthenticationError, "Invalid token"),
        ((403, {"code": "x", "detail": "Not on this plan."}), AuthenticationError, "Not on this plan"),
        ((404, {"detail": "Not found."}), NotFoundError, "Not found"),
        ((409, None), RefusedError, "HTTP 409"),
        ((422, {"detail": [{"type": "t", "loc": ["body", "x"], "msg": "too long"}]}), RefusedError, "x: too long"),
    ],
)
def test_other_refusals_are_told_in_its_own_words_with_a_hint(buttondown, wire, answer, error, words):
    wire.will_say(answer)
    with pytest.raises(error, match=words) as caught:
        buttondown.save(DRAFT, None)
    assert caught.value.hint


def test_too_many_requests_are_told_in_its_own_words(buttondown, wire):
    wire.will_say(*[(429, {"detail": "Rate limited."}, {"Retry-After": "1"})] * 4)
    with pytest.raises(UnavailableError, match=r"too busy for this request: Rate limited\."):
        buttondown.check()


def test_a_call_that_changes_something_is_not_repeated_after_too_many_requests(wire, buttondown):
    wire.will_say((429, {"detail": "Rate limited."}, {"Retry-After": "1"}))
    with pytest.raises(DoubtError, match=r"too busy .*: Rate limited"):
        buttondown.send("em_1")
    assert len(wire.sent) == 1


@pytest.mark.parametrize("broken", [(500, {"detail": "oops"}), (502, b"<html>"), requests.ReadTimeout()])
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.save(DRAFT, None),
        lambda it: it.send("em_1"),
        lambda it: it.schedule("em_1", NOW + dt.timedelta(hours=1)),
        lambda it: it.unschedule("em_1"),
    ],
)
def test_a_fault_of_what_changes_something_is_a_doubt_and_never_tried_again(buttondown, wire, broken, act):
    wire.will_say(broken)
    with pytest.raises(DoubtError):
        act(buttondown)


MALFORMED = [{}, [], 3, {"results": 3}, {"results": [3]}, {"results": [{"x": 1}]}, {"id": None}, b"<html>", None]


@pytest.mark.parametrize("answer", MALFORMED)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.audiences(),
        lambda it: it.segments("all"),
        lambda it: it.find("nl-1"),
        lambda it: it.save(DRAFT, None),
        lambda it: it.read("em_1"),
        lambda it: it.state("em_1"),
        lambda it: it.unschedule("em_1"),
        lambda it: it.report("em_1"),
        lambda it: it.upload("a.png", "image/png", b""),
    ],
)
def test_an_answer_of_another_shape_is_never_a_crash(buttondown, wire, answer, act):
    wire.will_say(*[answer] * 12)
    with suppress(ProviderError):
        act(buttondown)
    wire.answers.clear()
