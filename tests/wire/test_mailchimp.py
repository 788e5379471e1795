"""What the Mailchimp adapter says over HTTP, word for word, and what it makes of the answers."""

from __future__ import annotations

import base64
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
    UsageError,
)
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.mailchimp import Mailchimp, Options
from newsletter.providers.mailchimp_payload import settings
from newsletter.providers.mailchimp_segments import all_of, was_not_sent

BASE = "https://us6.api.mailchimp.com/3.0"
NOW = dt.datetime(2024, 2, 12, 9, 5, tzinfo=dt.UTC)
C1 = "0a1b2c3d4e"
MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|there}</p><a href="{unsubscribe_url}">Leave</a>',
    text="Hello {first_name}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="aud1", segment="71")
WHOLE = DRAFT.model_copy(update={"segment": ""})
ROW = {
    "id": C1,
    "web_id": 4711,
    "status": "save",
    "emails_sent": 0,
    "send_time": "",
    "long_archive_url": "https://mailchi.mp/example/february",
    "settings": {"title": "February [nl-2024-02-3f9a1c]"},
}
SETTINGS = {
    "title": "February [nl-2024-02-3f9a1c]",
    "subject_line": "Hello *|IF:FNAME|**|FNAME|**|ELSE:|*there*|END:IF|*",
    "preview_text": "",
    "from_name": "Example Trust",
    "reply_to": "news@example.org",
    "auto_footer": False,
    "inline_css": False,
}
CONTENT = {
    "html": '<p>Hello *|IF:FNAME|**|FNAME|**|ELSE:|*there*|END:IF|*</p><a href="*|UNSUB|*">Leave</a>',
    "plain_text": "Hello *|FNAME|*",
}


@pytest.fixture
def wire(wire_to):
    return wire_to("mailchimp", BASE)


@pytest.fixture
def mailchimp(wire, secret):
    adapter = Mailchimp.connect(Options(base_url=BASE), secret, session=wire.session, pause=lambda _: None)
    adapter._now = lambda: NOW
    return adapter


def test_its_description_is_beside_the_project(description):
    assert description("mailchimp")


def problem(status, title, detail="", **more):
    body = {"type": "https://mailchimp.com/developer/marketing/docs/errors/", "title": title, "status": status}
    return status, {**body, "detail": detail, "instance": "5d6e", **more}


def rows(name, *some, total=None):
    return {name: list(some), "total_items": len(some) if total is None else total}


def test_the_end_of_the_key_says_where_to_ask(wire):
    wire.will_say({"account_name": "Example Trust"})
    mailchimp = Mailchimp.connect(Options(), lambda _: "planted0secret-us6\n", session=wire.session)
    assert mailchimp.check() == "the account Example Trust"
    [request] = wire.raw
    assert request.url.startswith("https://us6.api.mailchimp.com/3.0/?")
    given = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
    assert given == "key:planted0secret-us6"


@pytest.mark.parametrize("key", ["planted0secret", "planted0secret-", "planted0secret-evil.example.org/us6", "x-us6 y"])
def test_a_key_without_its_end_goes_nowhere(wire, key):
    with pytest.raises(UsageError, match="does not end like a Mailchimp key") as caught:
        Mailchimp.connect(Options(), lambda _: key, session=wire.session)
    assert key not in f"{caught.value.message} {caught.value.hint}"
    assert wire.sent == []


def test_an_account_without_a_name_is_told_as_one(mailchimp, wire):
    wire.will_say({"account_id": "8d"})
    assert mailchimp.check() == "an account without a name"
    assert wire.sent[0].query == {"fields": "account_name"}


def test_audiences_come_with_their_counts_page_by_page(mailchimp, wire):
    first = [{"id": f"a{number}", "name": "A", "stats": {"member_count": number}} for number in range(200)]
    wire.will_say(rows("lists", *first, total=201), rows("lists", {"id": "a200", "name": "Readers"}, total=201))
    found = mailchimp.audiences()
    assert (len(found), found[7].count, found[200].name, found[200].count) == (201, 7, "Readers", None)
    assert wire.lines == ["GET /lists"] * 2
    fields = "lists.id,lists.name,lists.stats.member_count,total_items"
    assert [sent.query for sent in wire.sent] == [
        {"fields": fields, "count": "200", "offset": "0"},
        {"fields": fields, "count": "200", "offset": "200"},
    ]


def test_where_it_does_not_say_how_many_there_are_a_full_page_is_followed(mailchimp, wire):
    full = [{"id": number, "name": "T"} for number in range(200)]
    wire.will_say({"segments": full}, {"segments": [{"id": 199}]})
    assert len(mailchimp.segments("aud1")) == 200
    assert wire.lines == ["GET /lists/aud1/segments"] * 2


def test_saved_segments_and_tags_are_segments(mailchimp, wire):
    kinds = [{"id": number, "name": kind, "member_count": 3, "type": kind} for number, kind in enumerate(
        ("saved", "static", "fuzzy"), 71)]  # fmt: skip
    wire.will_say(rows("segments", *kinds))
    assert [(one.id, one.name, one.count) for one in mailchimp.segments("aud1")] == [
        ("71", "saved", 3),
        ("72", "static", 3),
    ]


def test_a_campaign_is_found_on_a_later_page(mailchimp, wire):
    others = [{"id": f"c{number}", "settings": {"title": "January [nl-2024-01-1b]"}} for number in range(200)]
    wire.will_say(rows("campaigns", *others, total=201), rows("campaigns", ROW, total=201))
    found = mailchimp.find(DRAFT.key)
    assert (found.id, found.state) == (C1, RemoteState.DRAFT)
    assert found.admin_url == "https://us6.admin.mailchimp.com/campaigns/show/?id=4711"
    assert wire.sent[0].query["sort_field"] == "create_time"
    assert wire.sent[0].query["sort_dir"] == "ASC"
    assert "campaigns.settings.title" in wire.sent[0].query["fields"]
    wire.will_say(rows("campaigns"))
    assert mailchimp.find(DRAFT.key) is None


def test_two_campaigns_with_our_key_are_named(mailchimp, wire):
    wire.will_say(rows("campaigns", ROW, {**ROW, "id": "c2", "status": "sent"}))
    with pytest.raises(UncertainError, match=r"0a1b2c3d4e \(save\), c2 \(sent\)"):
        mailchimp.find(DRAFT.key)


def test_a_row_that_moved_to_the_next_page_counts_once(mailchimp, wire):
    others = [{"id": f"c{number}"} for number in range(199)]
    wire.will_say(rows("campaigns", *others, ROW, total=201), rows("campaigns", ROW, total=201))
    assert mailchimp.find(DRAFT.key).id == C1


def test_a_draft_is_made_in_two_steps_and_never_sent(mailchimp, wire):
    wire.will_say(ROW, CONTENT)
    assert mailchimp.save(DRAFT, None) == C1
    assert wire.lines == ["POST /campaigns", f"PUT /campaigns/{C1}/content"]
    recipients = {"list_id": "aud1", "segment_opts": {"saved_segment_id": 71}}
    assert wire.sent[0].body == {"type": "regular", "recipients": recipients, "settings": SETTINGS}
    assert wire.sent[1].body == CONTENT


def test_a_crash_between_the_steps_leaves_a_draft_that_is_found_and_filled(mailchimp, wire):
    wire.will_say(ROW, *[(500, None)] * 4)
    with pytest.raises(UnavailableError):
        mailchimp.save(WHOLE, None)
    wire.will_say(rows("campaigns", ROW), {"recipients": {"list_id": "aud1"}}, ROW, CONTENT)
    there = mailchimp.find(DRAFT.key)
    assert mailchimp.save(WHOLE, there.id) == C1
    assert wire.lines[-3:] == [f"GET /campaigns/{C1}", f"PATCH /campaigns/{C1}", f"PUT /campaigns/{C1}/content"]


@pytest.mark.parametrize("segment", [{}, {"segment_opts": {"saved_segment_id": 0, "match": "any", "conditions": []}}])
def test_a_draft_with_the_same_aim_is_written_anew_and_its_aim_left(mailchimp, wire, segment):
    wire.will_say({"recipients": {"list_id": "aud1", **segment}}, ROW, CONTENT)
    mailchimp.save(WHOLE, C1)
    assert wire.sent[1].body == {"settings": SETTINGS}


def test_a_segment_is_taken_away_before_another_one_is_set(mailchimp, wire):
    held = {"list_id": "aud1", "segment_opts": {"saved_segment_id": 70, "conditions": [{"field": "x"}]}}
    wire.will_say({"recipients": held}, ROW, ROW, CONTENT)
    mailchimp.save(DRAFT, C1)
    assert [sent.body.get("recipients") for sent in wire.sent[1:]] == [
        {"list_id": "aud1", "segment_opts": {}},
        {"list_id": "aud1", "segment_opts": {"saved_segment_id": 71}},
        None,
    ]


def test_conditions_that_somebody_set_by_hand_are_taken_away(mailchimp, wire):
    held = {"list_id": "aud1", "segment_opts": {"conditions": [{"field": "x"}]}}
    wire.will_say({"recipients": held}, ROW, CONTENT)
    mailchimp.save(WHOLE, C1)
    assert wire.sent[1].body["recipients"] == {"list_id": "aud1", "segment_opts": {}}


def test_it_is_read_back(mailchimp, wire):
    recipients = {"list_id": "aud1", "segment_opts": {"saved_segment_id": 71, "match": "all", "conditions": [{}]}}
    wire.will_say({"settings": settings(DRAFT), "recipients": recipients}, CONTENT)
    assert mailchimp.read(C1) == mailchimp.expected(DRAFT)
    assert wire.lines == [f"GET /campaigns/{C1}", f"GET /campaigns/{C1}/content"]


def test_what_is_not_there_is_not_what_was_handed_over(mailchimp, wire):
    wire.will_say({"settings": {}, "recipients": {}}, {})
    differences = mailchimp.read(C1).differs_in(mailchimp.expected(DRAFT), mailchimp.allowance.normal)
    assert differences == ["subject", "html", "text", "sender_name", "sender_email", "audience", "segment"]


@pytest.mark.parametrize(
    ("opts", "part"),
    [({"conditions": [{"field": "x"}]}, "rule"), ({"prebuilt_segment_id": "new"}, "segment")],
)
def test_conditions_set_by_hand_are_read_as_something_that_is_not_ours(mailchimp, wire, opts, part):
    recipients = {"list_id": "aud1", "segment_opts": opts}
    wire.will_say({"settings": settings(WHOLE), "recipients": recipients}, CONTENT)
    differences = mailchimp.read(C1).differs_in(mailchimp.expected(WHOLE), mailchimp.allowance.normal)
    assert differences == [part]


def test_a_test_goes_to_the_addresses(mailchimp, wire):
    wire.will_say((204, None))
    mailchimp.test(C1, DRAFT, ["kim@example.org", "ash@example.org"])
    assert wire.lines == [f"POST /campaigns/{C1}/actions/test"]
    assert wire.sent[0].body == {"test_emails": ["kim@example.org", "ash@example.org"], "send_type": "html"}


def test_it_is_scheduled(mailchimp, wire):
    wire.will_say((204, None))
    mailchimp.schedule(C1, dt.datetime(2024, 2, 12, 11, 15, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert wire.lines == [f"POST /campaigns/{C1}/actions/schedule"]
    assert wire.sent[0].body == {"schedule_time": "2024-02-12T10:15:00+00:00"}


def test_a_moment_off_the_quarter_hour_is_refused_before_any_call(mailchimp, wire):
    with pytest.raises(UnsupportedError, match="multiples of 15 minutes") as caught:
        mailchimp.schedule(C1, dt.datetime(2024, 2, 12, 10, 20, tzinfo=dt.UTC))
    assert caught.value.hint == "The nearest possible times are 2024-02-12 10:15 UTC or 2024-02-12 10:30 UTC."
    with pytest.raises(UnsupportedError, match="the earliest possible time is 2024-02-12 09:15 UTC"):
        mailchimp.schedule(C1, NOW)
    assert wire.sent == []


@pytest.mark.parametrize("name", ["send", "unschedule", "cancel"])
def test_the_other_actions_say_nothing_more(mailchimp, wire, name):
    wire.will_say((204, None))
    getattr(mailchimp, name)(C1)
    assert wire.lines == [f"POST /campaigns/{C1}/actions/{'cancel-send' if name == 'cancel' else name}"]
    assert wire.sent[0].body is None


def test_its_state_is_understood(mailchimp, wire):
    sent = {**ROW, "status": "sent", "emails_sent": 118, "send_time": "2024-02-12T10:15:00+00:00"}
    wire.will_say(sent)
    now = mailchimp.state(C1)
    assert (now.state, now.raw_state, now.sent, now.scheduled_for) == (RemoteState.SENT, "sent", 118, None)
    assert now.sent_at == dt.datetime(2024, 2, 12, 10, 15, tzinfo=dt.UTC)
    assert now.view_url == "https://mailchi.mp/example/february"
    assert wire.sent[0].query == {"fields": "id,web_id,status,emails_sent,send_time,long_archive_url"}
    wire.will_say({**sent, "status": "schedule"})
    now = mailchimp.state(C1)
    assert (now.state, now.sent, now.sent_at, now.view_url) == (RemoteState.SCHEDULED, None, None, "")
    assert now.scheduled_for == dt.datetime(2024, 2, 12, 10, 15, tzinfo=dt.UTC)


def test_the_report_counts_readers_not_openings(mailchimp, wire):
    wire.will_say(
        {
            "emails_sent": 118,
            "opens": {"opens_total": 90, "unique_opens": 50},
            "clicks": {"clicks_total": 40, "unique_clicks": 30, "unique_subscriber_clicks": 20},
            "bounces": {"hard_bounces": 2, "soft_bounces": "3", "syntax_errors": 0},
            "unsubscribed": 1,
            "abuse_reports": 0,
        }
    )
    report = mailchimp.report(C1)
    assert (report.sent, report.delivered, report.opens, report.clicks) == (118, None, 50, 20)
    assert (report.hard_bounces, report.soft_bounces, report.unsubscribes, report.complaints) == (2, 3, 1, 0)
    assert wire.lines == [f"GET /reports/{C1}"]


def test_a_picture_is_stored(mailchimp, wire):
    wire.will_say({"id": 1, "full_size_url": "https://mcusercontent.com/1/images/flower.png"})
    assert mailchimp.upload("flower.png", "image/png", b"\x89PNG") == "https://mcusercontent.com/1/images/flower.png"
    assert wire.lines == ["POST /file-manager/files"]
    assert wire.sent[0].body == {"name": "flower.png", "file_data": "iVBORw=="}


# --- what goes wrong --------------------------------------------------------------------------------------------------

ERRORS = [
    (400, "Bad Request", RefusedError, "Fix the problem"),
    (400, "Invalid Action", RefusedError, "in a state that does not allow this"),
    (400, "Invalid Resource", RefusedError, "Fix the problem"),
    (400, "JSON Parse Error", RefusedError, "please report it"),
    (400, "Member In Compliance State", RefusedError, "only subscribe again themselves"),
    (401, "API Key Missing", AuthenticationError, "Set NEWSLETTER_MAILCHIMP_KEY"),
    (401, "API Key Invalid", AuthenticationError, "Check the key in NEWSLETTER_MAILCHIMP_KEY"),
    (403, "Forbidden", AuthenticationError, "need a paid plan"),
    (403, "User Disabled", AuthenticationError, "has closed this account"),
    (403, "Wrong Datacenter", AuthenticationError, "remove `base_url`"),
    (404, "Resource Not Found", NotFoundError, "deleted on Mailchimp's website"),
    (405, "Method Not Allowed", RefusedError, "please report it"),
    (414, "Resource Nesting Too Deep", RefusedError, "please report it"),
    (422, "Invalid Method Override", RefusedError, "please report it"),
    (422, "Requested Fields Invalid", RefusedError, "please report it"),
    (426, "Upgrade Required", RefusedError, "TLS 1.2"),
    (503, "Compliance Related", PlanLimitError, "reviewing the account"),
]
"""The errors of Mailchimp's own list, what each is here, and words of the hint."""


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_every_refusal_is_told_in_its_own_words_with_a_hint(mailchimp, wire, planted, row):
    status, title, error, hint = row
    wire.will_say(problem(status, title, f"The words for {title}. {planted}"))
    with pytest.raises(error, match=f"Mailchimp rejected the request: The words for {title}") as caught:
        mailchimp.save(DRAFT, None)
    assert type(caught.value) is error
    assert planted not in caught.value.message + caught.value.hint
    assert hint in caught.value.hint


def test_a_request_id_is_told_for_its_support(mailchimp, wire):
    wire.will_say((*problem(404, "Resource Not Found", "Gone."), {"X-Request-Id": "3b4d"}))
    with pytest.raises(NotFoundError) as caught:
        mailchimp.state(C1)
    assert (caught.value.request_id, caught.value.status) == ("3b4d", 404)
    assert "3b4d" in caught.value.hint


def test_fields_at_fault_are_named_in_place_of_the_words_that_point_to_them(mailchimp, wire):
    errors = [{"field": "settings.reply_to", "message": "Not a valid address"}, {"field": "", "message": "Oh"}, {}]
    wire.will_say(problem(400, "Invalid Resource", "See the 'errors' array.", errors=errors))
    with pytest.raises(RefusedError) as caught:
        mailchimp.save(DRAFT, None)
    assert (
        caught.value.message
        == "Mailchimp rejected the request: Invalid Resource: settings.reply_to: Not a valid address; Oh"
    )


def test_a_refusal_without_words_names_its_title_or_status(mailchimp, wire):
    wire.will_say(problem(404, "Resource Not Found"), (404, b"<html>"))
    with pytest.raises(NotFoundError, match="rejected the request: Resource Not Found"):
        mailchimp.state(C1)
    with pytest.raises(NotFoundError, match="rejected the request: HTTP 404"):
        mailchimp.state(C1)


NOT_READY = problem(400, "Bad Request", "This campaign cannot be scheduled: .")
CHECKLIST = {
    "is_ready": False,
    "items": [
        {"id": 1, "type": "success", "heading": "Audience"},
        {"id": 2, "type": "error", "heading": "Sender", "details": "Verify news@example.org first"},
        {"id": 3, "type": "error", "heading": "Content"},
        {"id": 4, "type": "warning", "heading": "Preview text"},
        {"id": 5, "type": "error"},
    ],
}


@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.send(C1),
        lambda it: it.schedule(C1, NOW + dt.timedelta(minutes=55)),
        lambda it: it.test(C1, DRAFT, ["kim@example.org"]),
    ],
)
def test_where_it_gives_no_reason_its_checklist_does(mailchimp, wire, act):
    wire.will_say(NOT_READY, CHECKLIST)
    with pytest.raises(RefusedError) as caught:
        act(mailchimp)
    assert caught.value.message == (
        "Mailchimp rejected the request: This campaign cannot be scheduled. Its checklist says: "
        "Sender: Verify n…@e….org first; Content"
    )
    assert (caught.value.status, caught.value.hint) == (
        400,
        "Nothing was sent. Fix the items on the checklist, then try again.",
    )
    assert wire.lines[1] == f"GET /campaigns/{C1}/send-checklist"


@pytest.mark.parametrize("answer", [{"items": []}, {"items": 3}, {}, problem(404, "Resource Not Found")])
def test_where_the_checklist_says_nothing_the_refusal_stands(mailchimp, wire, answer):
    wire.will_say(NOT_READY, answer)
    with pytest.raises(RefusedError, match=r"cannot be scheduled: \.$"):
        mailchimp.send(C1)


def test_what_the_plan_lacks_is_not_looked_up_in_the_checklist(mailchimp, wire):
    wire.will_say(problem(403, "Forbidden", "Your plan does not include scheduling."))
    with pytest.raises(AuthenticationError, match="does not include scheduling"):
        mailchimp.schedule(C1, NOW + dt.timedelta(minutes=55))
    wire.will_say(problem(403, "Forbidden", "Cancelling is a feature of paid plans."))
    with pytest.raises(AuthenticationError, match="a feature of paid plans") as caught:
        mailchimp.cancel(C1)
    assert "need a paid plan" in caught.value.hint


@pytest.mark.parametrize(
    ("busy", "words"),
    [
        (problem(429, "Too Many Requests", "You have exceeded the limit."), ": You have exceeded the limit."),
        ((403, None), r"\."),
        ((403, b"<html>Forbidden</html>"), r"\."),
    ],
)
def test_too_many_connections_are_tried_again_and_then_told(mailchimp, wire, busy, words):
    wire.will_say(busy, (200, {"account_name": "Trust"}))
    mailchimp.check()
    wire.will_say(*[busy] * 4)
    with pytest.raises(UnavailableError, match=f"too busy for this request{words}"):
        mailchimp.check()
    asked = len(wire.sent)
    wire.will_say(busy)
    with pytest.raises(DoubtError, match="too busy"):
        mailchimp.send(C1)
    assert len(wire.sent) == asked + 1


@pytest.mark.parametrize(
    "broken",
    [problem(500, "Internal Server Error", "oops"), (502, b"<html>"), (503, b"Blocked"), requests.ReadTimeout()],
)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.save(DRAFT, None),
        lambda it: it.test(C1, DRAFT, ["kim@example.org"]),
        lambda it: it.send(C1),
        lambda it: it.schedule(C1, NOW + dt.timedelta(minutes=55)),
        lambda it: it.unschedule(C1),
        lambda it: it.cancel(C1),
        lambda it: it.upload("a.png", "image/png", b"x"),
    ],
)
def test_a_fault_of_what_changes_something_is_a_doubt_and_never_tried_again(mailchimp, wire, broken, act):
    wire.will_say(broken)
    with pytest.raises(DoubtError):
        act(mailchimp)


MALFORMED = [{}, [], 3, {"campaigns": 3}, {"lists": [3]}, {"segments": [{"x": 1}]}, {"id": None}, b"<html>", None]


@pytest.mark.parametrize("answer", MALFORMED)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.check(),
        lambda it: it.audiences(),
        lambda it: it.segments("aud1"),
        lambda it: it.find("nl-1"),
        lambda it: it.save(DRAFT, None),
        lambda it: it.save(DRAFT, C1),
        lambda it: it.read(C1),
        lambda it: it.state(C1),
        lambda it: it.report(C1),
        lambda it: it.upload("a.png", "image/png", b"x"),
    ],
)
def test_an_answer_of_another_shape_is_never_a_crash(mailchimp, wire, answer, act):
    wire.will_say(*[answer] * 12)
    with suppress(ProviderError):
        act(mailchimp)
    wire.answers.clear()


# --- to those alone who got another campaign, or did not --------------------------------------------------------------

GONE = {"web_id": 4711, "emails_sent": 3, "send_time": "2024-02-12T08:00:00+00:00"}


def people(name, field, *names):
    return rows(name, *({field: one} for one in names))


def test_those_who_got_one_of_some_campaigns_are_chosen_and_counted(mailchimp, wire):
    other = {**GONE, "web_id": 4712, "emails_sent": 1}
    wire.will_say(
        GONE,
        people("sent_to", "email_id", "k", "l", "m"),
        other,
        people("sent_to", "email_id", "n"),
        people("members", "id", "l", "m", "n", "o"),
    )
    chosen = mailchimp.narrow("aud1", "71", got=[C1, "c2"])
    assert chosen.count == 3
    assert wire.lines == [
        f"GET /campaigns/{C1}",
        f"GET /reports/{C1}/sent-to",
        "GET /campaigns/c2",
        "GET /reports/c2/sent-to",
        "GET /lists/aud1/members",
    ]
    assert wire.sent[1].query == {"fields": "sent_to.email_id,total_items", "count": "1000", "offset": "0"}
    assert wire.sent[4].query["status"] == "subscribed"
    wire.will_say(ROW, CONTENT)
    draft = DRAFT.model_copy(update={"rule": chosen.rule})
    mailchimp.save(draft, None)
    assert wire.sent[-2].body["recipients"] == {
        "list_id": "aud1",
        "segment_opts": {
            "match": "any",
            "conditions": [
                {"condition_type": "Aim", "field": "aim", "op": "sent", "value": "4711"},
                {"condition_type": "Aim", "field": "aim", "op": "sent", "value": "4712"},
            ],
        },
    }


@pytest.mark.parametrize(
    ("kind", "options", "conditions"),
    [
        (
            "static",
            {},
            [{"condition_type": "StaticSegment", "field": "static_segment", "op": "static_is", "value": 71}],
        ),
        (
            "saved",
            {
                "match": "any",
                "conditions": [{"condition_type": "TextMerge", "field": "CITY", "op": "is", "value": "A"}],
            },
            [{"condition_type": "TextMerge", "field": "CITY", "op": "is", "value": "A"}],
        ),
    ],
)
def test_those_of_a_segment_who_got_none_are_chosen_and_counted(mailchimp, wire, kind, options, conditions):
    wire.will_say(
        GONE,
        people("sent_to", "email_id", "k", "l", "m"),
        {"name": "Part", "type": kind, "options": options},
        people("members", "id", "k", "x"),
    )
    chosen = mailchimp.narrow("aud1", "71", missed=[C1])
    assert chosen.count == 1
    assert wire.lines[2:] == ["GET /lists/aud1/segments/71", "GET /lists/aud1/segments/71/members"]
    wire.will_say(ROW, CONTENT)
    draft = DRAFT.model_copy(update={"rule": chosen.rule})
    mailchimp.save(draft, None)
    sent = wire.sent[-2].body["recipients"]["segment_opts"]
    missed = {"condition_type": "Aim", "field": "aim", "op": "nosent", "value": "4711"}
    assert sent == {"match": "all", "conditions": sorted([*conditions, missed], key=str)}
    held = {"list_id": "aud1", "segment_opts": {"match": "all", "conditions": sent["conditions"][::-1]}}
    wire.will_say({"settings": settings(draft), "recipients": held}, CONTENT)
    assert mailchimp.read(C1).differs_in(mailchimp.expected(draft), mailchimp.allowance.normal) == []
    wire.will_say({"settings": settings(draft), "recipients": {"list_id": "aud1", "segment_opts": {}}}, CONTENT)
    assert mailchimp.read(C1).differs_in(mailchimp.expected(draft), mailchimp.allowance.normal) == ["rule"]


def test_a_segment_of_which_any_condition_is_enough_is_refused_by_name(mailchimp, wire):
    condition = {"condition_type": "TextMerge", "field": "CITY", "op": "is", "value": "A"}
    options = {"match": "any", "conditions": [condition, condition]}
    row = {"name": "A or B", "type": "saved", "options": options}
    wire.will_say(GONE, people("sent_to", "email_id", "k", "l", "m"), row)
    with pytest.raises(UnsupportedError, match="Mailchimp cannot select people in A or B"):
        mailchimp.narrow("aud1", "71", missed=[C1])


def test_while_it_is_not_told_who_all_got_it_nobody_is_taken_for_left_out(mailchimp, wire):
    fresh = {**GONE, "send_time": "2024-02-12T08:30:00+00:00"}
    wire.will_say(fresh, people("sent_to", "email_id", "k", "l"))
    with pytest.raises(UnavailableError, match="all recipients yet: 2 of 3 so far"):
        mailchimp.narrow("aud1", "", missed=[C1])


def test_later_on_whoever_is_missing_was_deleted(mailchimp, wire):
    wire.will_say(GONE, people("sent_to", "email_id", "k", "l"), people("members", "id", "k", "l", "x", "y"))
    assert mailchimp.narrow("aud1", "", missed=[C1]).count == 2


def test_a_rule_takes_the_place_of_another_one_by_way_of_none(mailchimp, wire):
    rule = all_of([was_not_sent(7)])
    held = {"list_id": "aud1", "segment_opts": {"match": "any", "conditions": [was_not_sent(6)]}}
    wire.will_say({"recipients": held}, ROW, ROW, CONTENT)
    mailchimp.save(WHOLE.model_copy(update={"rule": rule}), C1)
    assert [sent.body.get("recipients") for sent in wire.sent[1:3]] == [
        {"list_id": "aud1", "segment_opts": {}},
        {"list_id": "aud1", "segment_opts": {"match": "all", "conditions": [was_not_sent(7)]}},
    ]
