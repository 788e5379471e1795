"""What the Brevo adapter says over HTTP, word for word, and what it makes of the answers."""

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
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteState
from newsletter.providers.brevo import Brevo, Options
from newsletter.providers.brevo_payload import content

BASE = "https://api.brevo.com/v3"
NOW = dt.datetime(2024, 2, 12, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|there}</p><a href="{unsubscribe_url}">Leave</a>',
    text="Hello {first_name}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="7")
PART = DRAFT.model_copy(update={"segment": "9"})
C = "/emailCampaigns"
ROW = {
    "id": 41,
    "name": "February [nl-2024-02-3f9a1c]",
    "type": "classic",
    "status": "draft",
    "shareLink": "This campaign has not been sent.",
    "modifiedAt": "2024-02-12T08:00:00.000Z",
}
QUEUED = {**ROW, "status": "queued", "scheduledAt": "2024-02-12T10:00:00.000Z"}


@pytest.fixture
def wire(wire_to):
    return wire_to("brevo", BASE)


@pytest.fixture
def brevo(wire, secret):
    adapter = Brevo.connect(Options(), secret, session=wire.session, pause=lambda _: None)
    adapter._now = lambda: NOW
    return adapter


def campaigns(*some, count=None):
    return {"campaigns": list(some), "count": len(some) if count is None else count}


def test_it_is_known_by_its_key(brevo, wire, planted):
    wire.will_say({"companyName": "Example Trust", "email": "kim@example.org"}, {"email": "kim@example.org"})
    assert brevo.check() == "Example Trust"
    assert wire.raw[0].headers["api-key"] == planted
    assert brevo.check() == "an account without a company name"
    assert wire.lines == ["GET /account"] * 2


def test_lists_are_audiences_on_all_pages(brevo, wire):
    full = [{"id": number, "name": f"L{number}", "uniqueSubscribers": number} for number in range(1, 51)]
    last = {"id": 51, "name": "Readers", "uniqueSubscribers": "117", "totalSubscribers": 0}
    wire.will_say({"lists": full, "count": 51}, {"lists": [full[-1], last], "count": 52})
    found = brevo.audiences()
    assert [one.id for one in found] == [str(number) for number in range(1, 52)]
    assert (found[-1].name, found[-1].count) == ("Readers", 117)
    assert [sent.query for sent in wire.sent] == [{"limit": "50", "offset": "0"}, {"limit": "50", "offset": "50"}]
    assert wire.lines == ["GET /contacts/lists"] * 2


@pytest.mark.parametrize("nothing", [{"count": 0}, {"count": 0, "segments": []}])
def test_without_segments_their_list_may_be_left_out(brevo, wire, nothing):
    wire.will_say(nothing)
    assert brevo.segments("7") == []


def test_segments_are_listed_without_counts(brevo, wire):
    wire.will_say({"segments": [{"id": 9, "segmentName": "Volunteers", "categoryName": "x"}], "count": 1})
    [segment] = brevo.segments("7")
    assert (segment.id, segment.name, segment.count) == ("9", "Volunteers", None)
    assert wire.lines == ["GET /contacts/segments"]


def test_a_full_page_is_followed_even_where_the_count_is_wrong(brevo, wire):
    full = [{"id": number, "name": "x"} for number in range(100, 200)]
    wire.will_say(campaigns(*full, count=0), campaigns(ROW, count=0))
    assert brevo.find(DRAFT.key).id == "41"


def test_a_page_that_comes_again_and_again_is_the_last(brevo, wire):
    full = [{"id": number, "name": "x"} for number in range(100)]
    wire.will_say(campaigns(*full, count=500), campaigns(*full, count=500))
    assert brevo.find(DRAFT.key) is None


def test_a_campaign_is_found_on_a_later_page(brevo, wire):
    others = [{"id": number, "name": "January"} for number in range(100, 200)]
    wire.will_say(campaigns(*others, count=101), campaigns(ROW, count=101))
    found = brevo.find(DRAFT.key)
    assert (found.id, found.state, found.view_url) == ("41", RemoteState.DRAFT, "")
    assert found.admin_url == "https://app.brevo.com/marketing-campaign/edit/41"
    assert [sent.query for sent in wire.sent] == [
        {"type": "classic", "excludeHtmlContent": "true", "limit": "100", "offset": "0"},
        {"type": "classic", "excludeHtmlContent": "true", "limit": "100", "offset": "100"},
    ]


def test_two_campaigns_with_our_key_are_named(brevo, wire):
    wire.will_say(campaigns(ROW, {**ROW, "id": 42, "status": "sent"}))
    with pytest.raises(UncertainError, match=r"41 \(draft\), 42 \(sent\)"):
        brevo.find(DRAFT.key)


def test_a_draft_is_made_and_never_sent(brevo, wire):
    wire.will_say((201, {"id": 41}))
    assert brevo.save(DRAFT, None) == "41"
    assert wire.lines == [f"POST {C}"]
    assert wire.sent[0].body == {
        "name": "February [nl-2024-02-3f9a1c]",
        "sender": {"name": "Example Trust", "email": "news@example.org"},
        "subject": "Hello {{ contact.FIRSTNAME|default:'there' }}",
        "htmlContent": "<p>Hello {{ contact.FIRSTNAME|default:'there' }}</p><a href=\"{{ unsubscribe }}\">Leave</a>",
        "replyTo": "team@example.org",
        "recipients": {"listIds": [7]},
        "mirrorActive": False,
    }


@pytest.mark.parametrize("answer", [{"id": "none"}, {"id": 0}, {}])
def test_a_draft_without_a_number_is_a_doubt(brevo, wire, answer):
    wire.will_say((201, answer))
    with pytest.raises(DoubtError):
        brevo.save(DRAFT, None)


def test_a_draft_is_written_anew(brevo, wire):
    wire.will_say((503, None), (204, None))
    assert brevo.save(PART, "41") == "41"
    assert (wire.lines, wire.sent[1].body) == ([f"PUT {C}/41"] * 2, content(PART))
    assert wire.sent[1].body["recipients"] == {"segmentIds": [9]}


@pytest.mark.parametrize(
    ("draft", "recipients"),
    [
        (DRAFT, {"lists": [7], "exclusionLists": []}),
        (DRAFT, {"lists": [7], "exclusionLists": [], "segments": []}),
        (PART, {"lists": [], "exclusionLists": []}),
        (PART, {"lists": [], "exclusionLists": [], "segments": [9]}),
    ],
)
def test_it_is_read_back(brevo, wire, draft, recipients):
    wire.will_say({**ROW, **content(draft), "recipients": recipients})
    held = brevo.read("41")
    assert held.differs_in(brevo.expected(draft), brevo.allowance.normal) == []
    assert held.audience == brevo.expected(draft).audience
    assert held.segment in {None, draft.segment}
    assert wire.lines == [f"GET {C}/41"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"recipients": {"lists": [8]}}, ["audience"]),
        ({"recipients": {"lists": [7, 8]}}, ["audience"]),
        ({"recipients": {"lists": []}}, ["audience"]),
        ({"recipients": {"lists": [7], "segments": [9]}}, ["segment"]),
        ({"htmlContent": None}, ["html"]),
        ({"subject": "Hello"}, ["subject"]),
        ({"sender": {"name": "Kim", "email": "kim@example.org"}}, ["sender_name", "sender_email"]),
        ({"replyTo": "news@example.org"}, ["reply_to"]),
    ],
)
def test_what_was_changed_there_is_seen(brevo, wire, change, named):
    wire.will_say({**ROW, **content(DRAFT), "recipients": {"lists": [7]}, **change})
    assert brevo.read("41").differs_in(brevo.expected(DRAFT), brevo.allowance.normal) == named


def test_a_test_goes_to_those_who_are_named(brevo, wire):
    wire.will_say((204, None))
    brevo.test("41", DRAFT, ["kim@example.org"])
    assert (wire.lines, wire.sent[0].body) == ([f"POST {C}/41/sendTest"], {"emailTo": ["kim@example.org"]})


def test_a_test_for_nobody_is_refused_for_it_would_go_to_the_whole_test_list(brevo, wire):
    with pytest.raises(UnsupportedError, match="needs at least one address"):
        brevo.test("41", DRAFT, [])
    assert wire.sent == []


def test_it_is_scheduled(brevo, wire):
    wire.will_say((204, None))
    brevo.schedule("41", dt.datetime(2024, 2, 12, 11, 0, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert wire.lines == [f"PUT {C}/41"]
    assert wire.sent[0].body == {"scheduledAt": "2024-02-12T10:00:00.000Z"}


def test_a_moment_that_has_gone_is_refused_before_any_call(brevo, wire):
    with pytest.raises(UnsupportedError, match="the earliest possible time"):
        brevo.schedule("41", NOW)
    assert wire.sent == []


def test_what_to_do_with_a_segment_that_it_does_not_schedule_is_told(brevo, wire):
    wire.will_say((400, {"code": "missing_parameter", "message": "recipients.listIds is missing"}))
    with pytest.raises(RefusedError, match=r"recipients\.listIds is missing") as caught:
        brevo.schedule("41", LATER)
    assert "undo_minutes: 0" in caught.value.hint


def test_it_is_sent(brevo, wire):
    wire.will_say((204, None))
    brevo.send("41")
    assert (wire.lines, wire.sent[0].body) == ([f"POST {C}/41/sendNow"], None)


def test_it_is_made_a_draft_again(brevo, wire):
    wire.will_say((204, None), ROW)
    brevo.unschedule("41")
    assert wire.lines == [f"PUT {C}/41/status", f"GET {C}/41"]
    assert wire.sent[0].body == {"status": "draft"}


def test_where_it_makes_no_draft_of_it_it_is_held_back(brevo, wire):
    no = (400, {"code": "bad_request", "message": "Cannot be a draft."})
    wire.will_say(no, QUEUED, (204, None), {**QUEUED, "status": "suspended"})
    brevo.unschedule("41")
    assert [sent.body for sent in wire.sent] == [{"status": "draft"}, None, {"status": "suspended"}, None]


@pytest.mark.parametrize(
    ("status", "now"),
    [
        (400, {**ROW, "status": "in_process"}),
        (400, {**QUEUED, "scheduledAt": "2024-02-12T09:00:20.000Z"}),
        (404, None),
    ],
)
def test_what_is_on_its_way_is_never_stopped_by_taking_a_schedule_back(brevo, wire, status, now):
    wire.will_say((status, {"code": "bad_request", "message": "Cannot be a draft."}), *([now] if now else []))
    with pytest.raises(RefusedError, match="Cannot be a draft"):
        brevo.unschedule("41")
    assert [sent.method for sent in wire.sent] == ["PUT", "GET"][: len(wire.sent)]


def test_one_that_is_still_to_be_sent_afterwards_is_a_doubt(brevo, wire):
    wire.will_say((204, None), QUEUED)
    with pytest.raises(DoubtError, match="reports it as queued"):
        brevo.unschedule("41")


def test_it_is_stopped(brevo, wire):
    wire.will_say((204, None))
    brevo.cancel("41")
    assert (wire.lines, wire.sent[0].body) == ([f"PUT {C}/41/status"], {"status": "suspended"})


def test_its_state_is_understood(brevo, wire):
    sent = {"status": "sent", "sentDate": "2024-02-12T10:00:00Z", "shareLink": "https://share.example.org/41"}
    wire.will_say({**ROW, **sent, "statistics": {"globalStats": {"sent": 117}}})
    now = brevo.state("41")
    assert (now.state, now.raw_state, now.sent) == (RemoteState.SENT, "sent", 117)
    assert (now.sent_at, now.view_url) == (NOW + dt.timedelta(hours=1), "https://share.example.org/41")


def test_the_report_has_its_sums(brevo, wire):
    sums = {"sent": 117, "delivered": 113, "viewed": 90, "uniqueViews": 58, "clickers": 29, "uniqueClicks": 23}
    more = {"softBounces": 2, "hardBounces": 1, "unsubscriptions": 3, "complaints": "0"}
    wire.will_say({**ROW, "statistics": {"globalStats": {**sums, **more}}})
    assert brevo.report("41") == CampaignReport(
        sent=117,
        delivered=113,
        opens=58,
        clicks=23,
        hard_bounces=1,
        soft_bounces=2,
        unsubscribes=3,
        complaints=0,
    )
    assert wire.sent[0].query == {"statistics": "globalStats"}


# --- what goes wrong --------------------------------------------------------------------------------------------------

ERRORS = [
    (400, "invalid_parameter", RefusedError, "Fix the problem"),
    (400, "missing_parameter", RefusedError, "Fix the problem"),
    (400, "out_of_range", RefusedError, "50 test emails a day"),
    (400, "campaign_processing", RefusedError, "Wait a few minutes"),
    (400, "campaign_sent", RefusedError, "already sent"),
    (400, "duplicate_parameter", RefusedError, "already"),
    (400, "duplicate_request", RefusedError, "already"),
    (400, "bad_request", RefusedError, "check it on"),
    (400, "not_enough_credits", PlanLimitError, "credit"),
    (400, "Insufficient credits", PlanLimitError, "Nothing was sent"),
    (401, "unauthorized", AuthenticationError, "NEWSLETTER_BREVO_KEY"),
    (402, "not_enough_credits", PlanLimitError, "credit"),
    (403, "permission_denied", AuthenticationError, "Check the key"),
    (403, "account_under_validation", AuthenticationError, "Complete your profile"),
    (404, "document_not_found", NotFoundError, "deleted"),
    (405, "method_not_allowed", RefusedError, "update newsletter"),
    (406, "not_acceptable", RefusedError, "update newsletter"),
    (422, "unprocessable_entity", RefusedError, "Fix the problem"),
    (400, "of_next_year", RefusedError, "Fix the problem"),
]
"""The errors that the description names, one that only its newer client does, and one that nobody knows."""


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_every_refusal_is_told_in_its_own_words_with_a_hint(brevo, wire, planted, row):
    status, code, error, hint = row
    words = f"The words for {code}. {planted} kim@example.org"
    wire.will_say((status, {"code": code, "message": words}, {"sib-request-id": "2dc45d44"}))
    with pytest.raises(error, match=f"Brevo rejected the request: The words for {code}") as caught:
        brevo.save(DRAFT, None)
    assert type(caught.value) is error
    told = caught.value.message + caught.value.hint
    assert planted not in told
    assert "kim@" not in told
    assert hint in caught.value.hint
    assert "request 2dc45d44" in caught.value.hint


def test_a_sender_who_is_not_active_is_told_where_to_look(brevo, wire):
    wire.will_say((400, {"code": "invalid_parameter", "message": "Sender is invalid / inactive"}))
    with pytest.raises(RefusedError, match="Sender is invalid") as caught:
        brevo.save(DRAFT, None)
    assert "Senders, domains" in caught.value.hint


@pytest.mark.parametrize(
    ("field", "meaning"),
    [
        ("unexistingEmails", "not a contact"),
        ("withoutListEmails", "on no list"),
        ("blackListedEmails", "unsubscribed or blocked"),
    ],
)
@pytest.mark.parametrize("status", [400, 404])
def test_to_whom_a_test_cannot_go_is_told_without_the_address(brevo, wire, status, field, meaning):
    empty = {"unexistingEmails": [], "withoutListEmails": [], "blackListedEmails": []}
    words = "Test email could not be sent to the following email addresses"
    wire.will_say((status, {**empty, "code": "invalid_parameter", "message": words, field: ["kim@example.org"]}))
    with pytest.raises(RefusedError, match=f"could not be sent .*{meaning}") as caught:
        brevo.test("41", DRAFT, ["kim@example.org"])
    assert "k…@e….org" in caught.value.message
    assert "kim@" not in caught.value.message
    assert "add these addresses" in caught.value.hint


@pytest.mark.parametrize("body", [None, b"<html>", [], {"code": "bad_request"}, {"message": ""}, {"message": 3}])
def test_a_refusal_without_words_is_told_by_its_status(brevo, wire, body):
    wire.will_say((400, body))
    with pytest.raises(RefusedError, match="Brevo rejected the request: HTTP 400"):
        brevo.send("41")


def test_too_many_requests_are_told_in_its_own_words(brevo, wire):
    busy = (429, {"code": "too_many_requests", "message": "Rate limit exceeded."}, {"retry-after": "1"})
    wire.will_say(*[busy] * 4)
    with pytest.raises(UnavailableError, match=r"too busy for this request: Rate limit exceeded\."):
        brevo.check()


def test_a_call_that_changes_something_is_not_repeated_after_too_many_requests(wire, brevo):
    wire.will_say((429, {"code": "too_many_requests", "message": "Rate limit exceeded."}, {"retry-after": "1"}))
    with pytest.raises(DoubtError, match=r"too busy .*: Rate limit exceeded"):
        brevo.send("41")
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    "broken", [(500, {"code": "internal_error", "message": "oops"}), (502, b"<html>"), requests.ReadTimeout()]
)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.save(DRAFT, None),
        lambda it: it.test("41", DRAFT, ["kim@example.org"]),
        lambda it: it.send("41"),
        lambda it: it.schedule("41", LATER),
        lambda it: it.unschedule("41"),
        lambda it: it.cancel("41"),
    ],
)
def test_a_fault_of_what_changes_something_is_a_doubt_and_never_tried_again(brevo, wire, broken, act):
    wire.will_say(broken)
    with pytest.raises(DoubtError):
        act(brevo)


MALFORMED = [
    {},
    [],
    3,
    {"lists": 3, "segments": 3, "campaigns": 3},
    {"lists": [3], "segments": [3], "campaigns": [3]},
    {"lists": [{"x": 1}], "segments": [{"x": 1}], "campaigns": [{"x": 1}]},
    {"count": "many", "lists": [], "segments": [], "campaigns": []},
    {"id": None, "sender": 3, "recipients": [], "statistics": {"globalStats": 3}},
    {"status": {}, "scheduledAt": 3, "shareLink": 3, "statistics": []},
    b"<html>",
    None,
]


@pytest.mark.parametrize("answer", MALFORMED)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.check(),
        lambda it: it.audiences(),
        lambda it: it.segments("7"),
        lambda it: it.find("nl-1"),
        lambda it: it.save(DRAFT, None),
        lambda it: it.read("41"),
        lambda it: it.state("41"),
        lambda it: it.unschedule("41"),
        lambda it: it.report("41"),
    ],
)
def test_an_answer_of_another_shape_is_never_a_crash(brevo, wire, answer, act):
    wire.will_say(*[answer] * 4)
    with suppress(ProviderError):
        act(brevo)
    wire.answers.clear()
