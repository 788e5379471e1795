"""What the SendGrid adapter says over HTTP, word for word, and what it makes of the answers."""

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
from newsletter.providers.sendgrid import Options, SendGrid
from newsletter.providers.sendgrid_payload import content

BASE = "https://api.sendgrid.com"
NOW = dt.datetime(2024, 2, 12, 9, 0, tzinfo=dt.UTC)
LIST = "11111111-1111-4111-8111-111111111111"
PART = "22222222-2222-4222-8222-222222222222"
S1 = "0a0a0a0a-0000-4000-8000-000000000001"
MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|there}</p><a href="{unsubscribe_url}">Leave</a><a href="{view_url}">Look</a>',
    text="Hello {first_name} {view_url}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience=LIST)
SENDER = {
    "id": 7,
    "verified": True,
    "from": {"email": "News@example.org", "name": "Example Trust"},
    "reply_to": {"email": "team@example.org", "name": "Team"},
}
OTHER = {**SENDER, "id": 8, "reply_to": {"email": "else@example.org"}}
SENDERS = {"results": [OTHER, {**SENDER, "id": 6, "verified": False}, SENDER]}
GROUPS = [{"id": 11, "name": "Newsletter"}]
LEAVING = {"suppression_group_id": 11}
SINGLE = {"id": S1, "name": "February [nl-2024-02-3f9a1c]", "status": "draft", "send_at": None}


@pytest.fixture
def wire(wire_to):
    return wire_to("sendgrid", BASE)


@pytest.fixture
def connected(wire, secret):
    def connect(**options):
        adapter = SendGrid.connect(Options(**options), secret, session=wire.session, pause=lambda _: None)
        adapter._now = lambda: NOW
        return adapter

    return connect


@pytest.fixture
def sendgrid(connected):
    return connected()


def rows(*some, path="singlesends", then=""):
    follow = {"next": f"{BASE}/v3/marketing/{path}?page_size=50&page_token={then}"} if then else {}
    return {"result": list(some), "_metadata": {"self": f"{BASE}/v3/marketing/{path}?page_token=", **follow}}


def test_it_is_known_by_its_key(sendgrid, wire, planted):
    wire.will_say(SENDERS)
    assert sendgrid.check() == "an account that can send as Example Trust <News@example.org>"
    assert wire.lines == ["GET /v3/marketing/senders"]
    assert wire.raw[0].headers["Authorization"] == f"Bearer {planted}"
    wire.will_say({"results": []})
    assert sendgrid.check() == "an account without verified senders"


def test_lists_are_audiences_page_by_page_and_so_are_all_contacts(sendgrid, wire):
    wire.will_say(
        rows({"id": LIST, "name": "Readers", "contact_count": 117}, path="lists", then="dG9rZW4="),
        rows({"id": PART, "name": "Friends", "contact_count": "3"}, path="lists"),
        {"contact_count": 130, "billable_count": 9},
    )
    assert [(one.id, one.name, one.count) for one in sendgrid.audiences()] == [
        (LIST, "Readers", 117),
        (PART, "Friends", 3),
        ("all", "All contacts", 130),
    ]
    assert wire.lines == ["GET /v3/marketing/lists"] * 2 + ["GET /v3/marketing/contacts/count"]
    assert [sent.query for sent in wire.sent[:2]] == [
        {"page_size": "50"},
        {"page_size": "50", "page_token": "dG9rZW4="},
    ]


def test_a_link_to_the_next_page_is_never_called_itself(sendgrid, wire):
    wire.will_say({"result": [], "_metadata": {"next": "https://elsewhere.example.org/?page_token=2"}}, rows())
    assert sendgrid.find("nl-1") is None  # the wire refuses any other host
    assert wire.sent[1].query["page_token"] == "2"


def test_a_list_that_goes_round_in_a_circle_is_left(sendgrid, wire):
    wire.will_say(rows(then="2"), rows(then="3"), rows(then="2"))
    with pytest.raises(UnavailableError, match="the same page"):
        sendgrid.find("nl-1")


def test_segments_are_those_of_the_list_alone(sendgrid, wire):
    some = [
        {"id": PART, "name": "In Leeds", "contacts_count": 20, "parent_list_ids": [LIST]},
        {"id": "of another", "name": "x", "parent_list_ids": [PART]},
        {"id": "of all", "name": "y", "contacts_count": 4, "parent_list_ids": None},
    ]
    wire.will_say({"results": some}, {"results": some})
    assert [(one.id, one.name, one.count) for one in sendgrid.segments(LIST)] == [(PART, "In Leeds", 20)]
    assert [(one.id, one.count) for one in sendgrid.segments("all")] == [("of all", 4)]
    assert wire.lines == ["GET /v3/marketing/segments/2.0"] * 2
    assert [sent.query for sent in wire.sent] == [{"parent_list_ids": LIST}, {"no_parent_list_id": "true"}]


def test_a_single_send_is_found_on_a_later_page(sendgrid, wire):
    wire.will_say(rows({"id": "s0", "name": "January"}, then="2"), rows(SINGLE))
    found = sendgrid.find(DRAFT.key)
    assert (found.id, found.state, found.raw_state) == (S1, RemoteState.DRAFT, "draft")
    assert found.admin_url == "https://mc.sendgrid.com/single-sends"
    assert wire.lines == ["GET /v3/marketing/singlesends"] * 2
    wire.will_say(rows())
    assert sendgrid.find(DRAFT.key) is None


def test_two_single_sends_with_our_key_are_named(sendgrid, wire):
    wire.will_say(rows(SINGLE, {**SINGLE, "id": "s2", "status": "triggered"}))
    with pytest.raises(UncertainError, match=r"\(draft\), s2 \(triggered\)"):
        sendgrid.find(DRAFT.key)


def test_a_draft_is_made_and_never_sent(sendgrid, wire):
    wire.will_say(SENDERS, GROUPS, (201, SINGLE))
    assert sendgrid.save(DRAFT, None) == S1
    assert wire.lines == ["GET /v3/marketing/senders", "GET /v3/asm/groups", "POST /v3/marketing/singlesends"]
    assert wire.sent[2].body == {
        "name": "February [nl-2024-02-3f9a1c]",
        "send_to": {"list_ids": [LIST], "segment_ids": [], "all": False},
        "email_config": {
            "subject": "Hello {{#if first_name}}{{{first_name}}}{{else}}there{{/if}}",
            "html_content": "<p>Hello {{#if first_name}}{{first_name}}{{else}}there{{/if}}</p>"
            '<a href="{{{unsubscribe}}}">Leave</a><a href="{{Weblink}}">Look</a>',
            "plain_content": "Hello {{{first_name}}} {{{Weblink}}}",
            "generate_plain_content": False,
            "editor": "code",
            "sender_id": 7,
            "suppression_group_id": 11,
            "custom_unsubscribe_url": None,
        },
    }


def test_a_draft_is_written_anew(sendgrid, wire):
    wire.will_say(SENDERS, GROUPS, (202, SINGLE))
    assert sendgrid.save(DRAFT, S1) == S1
    assert (wire.lines[2], wire.sent[2].body) == (f"PATCH /v3/marketing/singlesends/{S1}", content(DRAFT, 7, LEAVING))


def test_to_a_segment_it_names_no_list_for_both_would_add_up(sendgrid, wire):
    wire.will_say(SENDERS, GROUPS, (201, SINGLE))
    sendgrid.save(DRAFT.model_copy(update={"segment": PART}), None)
    assert wire.sent[2].body["send_to"] == {"list_ids": [], "segment_ids": [PART], "all": False}


def test_to_all_contacts_it_says_so(sendgrid, wire):
    wire.will_say(SENDERS, GROUPS, (201, SINGLE))
    sendgrid.save(DRAFT.model_copy(update={"audience": "all"}), None)
    assert wire.sent[2].body["send_to"] == {"list_ids": [], "segment_ids": [], "all": True}


def test_what_the_settings_name_is_used_as_it_is(connected, wire):
    wire.will_say(SENDERS, (201, SINGLE), SENDERS, (201, SINGLE))
    connected(sender_id=8, suppression_group=12).save(DRAFT, None)
    connected(unsubscribe_url="https://example.org/leave").save(DRAFT, None)
    assert wire.lines == ["GET /v3/marketing/senders", "POST /v3/marketing/singlesends"] * 2
    first, second = (sent.body["email_config"] for sent in (wire.sent[1], wire.sent[3]))
    assert (first["sender_id"], first["suppression_group_id"], first["custom_unsubscribe_url"]) == (8, 12, None)
    assert (second["sender_id"], second["suppression_group_id"]) == (7, None)
    assert second["custom_unsubscribe_url"] == "https://example.org/leave"


@pytest.mark.parametrize(
    ("there", "options", "told"),
    [
        ([OTHER], {}, ["Example Trust <news@example.org> with reply-to team@example.org", "number 8"]),
        ([{**SENDER, "verified": False}], {}, ["with reply-to team@example.org", "there are none"]),
        ([{**SENDER, "from": {"email": "news@example.org"}}], {}, ["Example Trust", " <news@example.org>"]),
        ([SENDER], {"sender_id": 9}, ["no verified sender number 9", "number 7"]),
    ],
)
def test_a_sender_that_is_not_there_is_told_with_those_that_are(connected, wire, there, options, told):
    wire.will_say({"results": there})
    with pytest.raises(UnsupportedError) as caught:
        connected(**options).save(DRAFT, None)
    assert told[0] in caught.value.message
    assert told[1] in caught.value.hint


@pytest.mark.parametrize(
    ("groups", "hint"),
    [([], "Create one in SendGrid"), ([*GROUPS, {"id": 12, "name": "Offers"}], "Newsletter (11), Offers (12)")],
)
def test_an_unsubscribe_group_is_never_guessed(sendgrid, wire, groups, hint):
    wire.will_say(SENDERS, groups)
    with pytest.raises(UnsupportedError, match=f"{len(groups)} unsubscribe groups") as caught:
        sendgrid.save(DRAFT, None)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "draft",
    [DRAFT, DRAFT.model_copy(update={"segment": PART}), DRAFT.model_copy(update={"audience": "all"})],
)
def test_it_is_read_back(sendgrid, wire, draft):
    wire.will_say({**SINGLE, **content(draft, 7, LEAVING)}, {"results": [SENDER]})
    held = sendgrid.read(S1)
    assert held == sendgrid.expected(draft)
    assert (held.sender_name, held.sender_email) == ("Example Trust", "news@example.org")
    assert wire.lines == [f"GET /v3/marketing/singlesends/{S1}", "GET /v3/marketing/senders"]


def test_a_list_that_stayed_beside_the_segment_is_found_out(sendgrid, wire):
    draft = DRAFT.model_copy(update={"segment": PART})
    held = content(draft, 7, LEAVING)
    held["send_to"]["list_ids"] = [LIST]
    wire.will_say({**SINGLE, **held}, {"results": [SENDER]})
    assert "audience" in sendgrid.read(S1).differs_in(sendgrid.expected(draft), str)


def test_a_sender_that_is_gone_is_found_out(sendgrid, wire):
    wire.will_say({**SINGLE, **content(DRAFT, 7, LEAVING)}, {"results": []})
    differences = sendgrid.read(S1).differs_in(sendgrid.expected(DRAFT), str)
    assert differences == ["sender_name", "sender_email", "reply_to"]


def test_with_a_sender_of_the_settings_its_words_are_not_compared(connected, wire):
    adapter = connected(sender_id=8)
    wire.will_say({**SINGLE, **content(DRAFT, 8, LEAVING)}, SENDERS)
    held = adapter.read(S1)
    assert held.reply_to == "else@example.org"
    assert held.differs_in(adapter.expected(DRAFT), str) == []


def test_a_test_is_a_single_email_each_in_one_call(sendgrid, wire):
    wire.will_say(SENDERS, (202, None))
    sendgrid.test(S1, DRAFT, ["kim@example.org", "ash@example.org"])
    assert wire.lines == ["GET /v3/marketing/senders", "POST /v3/mail/send"]
    assert wire.sent[1].body == {
        "personalizations": [{"to": [{"email": "kim@example.org"}]}, {"to": [{"email": "ash@example.org"}]}],
        "from": {"email": "News@example.org", "name": "Example Trust"},
        "reply_to": {"email": "team@example.org"},
        "subject": "Hello there",
        "content": [
            {"type": "text/plain", "value": "Hello  #"},
            {
                "type": "text/html",
                "value": '<p>Hello there</p><a href="mailto:team%40example.org?subject=Unsubscribe">Leave</a>'
                '<a href="#">Look</a>',
            },
        ],
    }


def test_it_is_scheduled(sendgrid, wire):
    wire.will_say((201, {"send_at": "2024-02-12T10:00:00Z", "status": "scheduled"}))
    sendgrid.schedule(S1, dt.datetime(2024, 2, 12, 11, 0, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert wire.lines == [f"PUT /v3/marketing/singlesends/{S1}/schedule"]
    assert wire.sent[0].body == {"send_at": "2024-02-12T10:00:00Z"}


def test_a_moment_that_has_gone_is_refused_before_any_call(sendgrid, wire):
    with pytest.raises(UnsupportedError, match="the earliest possible time"):
        sendgrid.schedule(S1, NOW)
    assert wire.sent == []


def test_it_is_sent(sendgrid, wire):
    wire.will_say((201, {"send_at": "2024-02-12T09:00:00Z", "status": "scheduled"}))
    sendgrid.send(S1)
    assert (wire.lines, wire.sent[0].body) == ([f"PUT /v3/marketing/singlesends/{S1}/schedule"], {"send_at": "now"})


def test_one_that_is_still_a_draft_after_it_was_sent_is_a_doubt(sendgrid, wire):
    wire.will_say((201, {"status": "draft"}))
    with pytest.raises(DoubtError, match="still reports a draft"):
        sendgrid.send(S1)


def test_it_is_taken_back(sendgrid, wire):
    wire.will_say({"send_at": "2024-02-12T10:00:00Z", "status": "draft"}, SINGLE)
    sendgrid.unschedule(S1)
    assert wire.lines == [f"DELETE /v3/marketing/singlesends/{S1}/schedule", f"GET /v3/marketing/singlesends/{S1}"]


def test_one_that_is_still_to_be_sent_afterwards_is_a_doubt(sendgrid, wire):
    wire.will_say({"status": "scheduled"}, {**SINGLE, "status": "triggered"})
    with pytest.raises(DoubtError, match="reports it as triggered"):
        sendgrid.unschedule(S1)


def test_its_state_is_understood(sendgrid, wire):
    wire.will_say({**SINGLE, "status": "triggered", "send_at": "2024-02-12T08:00:00Z"})
    now = sendgrid.state(S1)
    assert (now.state, now.raw_state) == (RemoteState.SENT, "triggered")
    assert now.sent_at == dt.datetime(2024, 2, 12, 8, 0, tzinfo=dt.UTC)


def test_the_report_adds_up_what_is_counted(sendgrid, wire):
    numbers = {"requests": 117, "delivered": 113, "opens": 300, "unique_opens": 58, "clicks": 40, "unique_clicks": 23}
    numbers |= {"bounces": 2, "unsubscribes": 1, "spam_reports": 0}
    other = {"id": S1, "stats": {"requests": 3, "delivered": "3"}}
    wire.will_say({"results": [{"id": S1, "stats": numbers}, other], "_metadata": {"count": 2}})
    assert sendgrid.report(S1) == CampaignReport(
        sent=120, delivered=116, opens=58, clicks=23, hard_bounces=2, unsubscribes=1, complaints=0
    )
    assert (wire.lines, wire.sent[0].query) == (
        [f"GET /v3/marketing/stats/singlesends/{S1}"],
        {"aggregated_by": "total", "page_size": "50"},
    )


def test_before_it_went_there_is_nothing_to_report(sendgrid, wire):
    wire.will_say({"results": [], "_metadata": {"count": 0}})
    assert sendgrid.report(S1) == CampaignReport()


# --- what goes wrong --------------------------------------------------------------------------------------------------

ERRORS = [
    (400, "The single send is not a draft", None, RefusedError, "Fix the problem"),
    (400, "is required", "email_config.suppression_group_id", RefusedError, "`suppression_group`"),
    (400, "is not a verified sender", "email_config.sender_id", RefusedError, "Marketing → Senders"),
    (400, "list not found", "send_to.list_ids", RefusedError, "list or segment"),
    (400, "must be in the future", "send_at", RefusedError, "later time"),
    (400, "Parse error on line 3: Expecting 'CLOSE'", "html_content", RefusedError, "Check the { and }"),
    (
        401,
        "The provided authorization grant is invalid, expired, or revoked",
        None,
        AuthenticationError,
        "Check the key",
    ),
    (401, "Permission denied, wrong credentials", None, AuthenticationError, "Check the key"),
    (401, "authorization required", None, AuthenticationError, "Check the key"),
    (401, "Maximum credits exceeded", None, PlanLimitError, "Change your plan"),
    (403, "access forbidden", None, AuthenticationError, "full access to Marketing"),
    (
        403,
        "The from address does not match a verified Sender Identity.",
        "from",
        AuthenticationError,
        "Verify the sender",
    ),
    (404, "not found", None, NotFoundError, "deleted on SendGrid's website"),
    (405, "method not allowed", None, RefusedError, "support"),
    (413, "request body too large", None, RefusedError, "shorten it"),
    (451, "unavailable", None, RefusedError, "`base_url`"),
]
"""The errors that SendGrid's descriptions and support pages name, and what each is here."""


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row[0]}-{row[1][:20]}")
def test_every_refusal_is_told_in_its_own_words_with_a_hint(connected, wire, planted, row):
    status, words, field, error, hint = row
    told = {"field": field, "message": f"{words} ({planted}, kim.doe@example.org)", "error_id": "x"}
    wire.will_say(SENDERS, (status, {"errors": [told]}))
    with pytest.raises(error) as caught:
        connected(suppression_group=11).save(DRAFT, None)
    assert type(caught.value) is error
    assert caught.value.message.startswith("SendGrid rejected the request: ")
    assert words in caught.value.message
    assert (field or "") in caught.value.message
    assert hint in caught.value.hint
    assert planted not in caught.value.message + caught.value.hint
    assert "kim.doe" not in caught.value.message


def test_every_field_that_is_wrong_is_named(sendgrid, wire):
    errors = [
        {"field": "email_config.subject", "message": "is required", "error_id": "missing_field"},
        {"field": "send_to", "message": "send_to is required"},
        {"message": ""},
        "odd",
    ]
    wire.will_say((400, {"errors": errors}))
    with pytest.raises(
        RefusedError, match=r"rejected the request: email_config.subject: is required; send_to is required$"
    ):
        sendgrid.send(S1)


@pytest.mark.parametrize("body", [{"errors": []}, {"errors": "no"}, [], "no", b"<html>", None])
def test_a_refusal_without_words_is_told_by_its_number(sendgrid, wire, body):
    wire.will_say((400, body))
    with pytest.raises(RefusedError, match="SendGrid rejected the request: HTTP 400"):
        sendgrid.send(S1)


def test_too_many_requests_are_told_in_its_own_words(sendgrid, wire):
    busy = (429, {"errors": [{"field": None, "message": "too many requests"}]}, {"X-RateLimit-Reset": "1392815263"})
    wire.will_say(*[busy] * 4)
    with pytest.raises(UnavailableError, match=r"too busy for this request: too many requests"):
        sendgrid.check()


def test_a_call_that_changes_something_is_not_repeated_after_too_many_requests(wire, sendgrid):
    wire.will_say(
        (429, {"errors": [{"field": None, "message": "too many requests"}]}, {"X-RateLimit-Reset": "1392815263"})
    )
    with pytest.raises(DoubtError, match=r"too busy .*: too many requests"):
        sendgrid.send(S1)
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    "broken", [(500, {"errors": [{"message": "oops"}]}), (502, b"<html>"), requests.ReadTimeout(), (200, b"<html>")]
)
@pytest.mark.parametrize(
    ("before", "act"),
    [
        ([SENDERS], lambda it: it.save(DRAFT, None)),
        ([SENDERS], lambda it: it.test(S1, DRAFT, ["kim@example.org"])),
        ([], lambda it: it.send(S1)),
        ([], lambda it: it.schedule(S1, NOW + dt.timedelta(hours=1))),
        ([], lambda it: it.unschedule(S1)),
    ],
    ids=["save", "test", "send", "schedule", "unschedule"],
)
def test_a_fault_of_what_changes_something_is_a_doubt_and_never_tried_again(connected, wire, broken, before, act):
    wire.will_say(*before, broken)
    with pytest.raises(DoubtError):
        act(connected(suppression_group=11))


MALFORMED = [{}, [], 3, {"result": 3}, {"results": [3]}, {"result": [{"x": 1}]}, {"id": None}, b"<html>", None]
MALFORMED += [{"results": [{"id": 7, "from": 3, "verified": True}]}, {"result": [], "_metadata": {"next": "http://["}}]


@pytest.mark.parametrize("answer", MALFORMED)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.check(),
        lambda it: it.audiences(),
        lambda it: it.segments(LIST),
        lambda it: it.find("nl-1"),
        lambda it: it.save(DRAFT, None),
        lambda it: it.test(S1, DRAFT, ["kim@example.org"]),
        lambda it: it.read(S1),
        lambda it: it.state(S1),
        lambda it: it.unschedule(S1),
        lambda it: it.report(S1),
    ],
)
def test_an_answer_of_another_shape_is_never_a_crash(sendgrid, wire, answer, act):
    wire.will_say(*[answer] * 12)
    with suppress(ProviderError):
        act(sendgrid)
    wire.answers.clear()
