"""What the Mailjet adapter says over HTTP, word for word, and what it makes of the answers."""

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
)
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteState
from newsletter.providers.mailjet import Mailjet, Options
from newsletter.providers.mailjet_payload import content, frame

BASE = "https://api.mailjet.com"
NOW = dt.datetime(2024, 2, 12, 9, 0, tzinfo=dt.UTC)
MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|there}</p><a href="{unsubscribe_url}">Leave</a>',
    text="Hello {first_name}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="7", segment="9")
ROW = {"ID": 41, "Title": "February [nl-2024-02-3f9a1c]", "Status": 0, "CampaignID": "", "DeliveredAt": ""}
D = "/v3/REST/campaigndraft"
DATE = "2024-02-13T10:00:00+00:00"


@pytest.fixture
def wire(wire_to):
    return wire_to("mailjet", BASE)


@pytest.fixture
def mailjet(wire, secret):
    adapter = Mailjet.connect(Options(), secret, session=wire.session, pause=lambda _: None)
    adapter._now = lambda: NOW
    return adapter


def rows(*some):
    return {"Count": len(some), "Data": list(some), "Total": len(some)}


NOTHING = rows()


def test_it_is_known_by_its_two_keys(mailjet, wire, planted):
    wire.will_say(rows({"ID": 1, "CompanyName": "Example Trust"}))
    assert mailjet.check() == "Example Trust"
    assert wire.lines == ["GET /v3/REST/myprofile"]
    both = base64.b64encode(f"{planted}:{planted}".encode()).decode()
    assert wire.raw[0].headers["Authorization"] == f"Basic {both}"
    wire.will_say(rows({"ID": 1, "CompanyName": ""}))
    assert mailjet.check() == "an account without a company name"


def test_lists_are_audiences_and_their_readers_are_counted_without_those_who_left(mailjet, wire):
    wire.will_say(rows({"ID": 7, "Name": "Readers", "SubscriberCount": "120"}))
    wire.will_say({"Count": 117, "Data": [], "Total": "117"}, NOTHING)
    [audience] = mailjet.audiences()
    assert (audience.id, audience.name, audience.count) == ("7", "Readers", 117)
    assert wire.lines == ["GET /v3/REST/contactslist", "GET /v3/REST/listrecipient", "GET /v3/REST/contactslist"]
    assert wire.sent[0].query == {"IsDeleted": "false", "Limit": "1000", "Offset": "0", "Sort": "ID"}
    assert wire.sent[1].query == {
        "ContactsList": "7",
        "Unsub": "false",
        "IsExcludedFromCampaigns": "false",
        "countOnly": "1",
    }
    assert wire.sent[2].query["Offset"] == "1"


def test_segments_are_listed_without_those_that_were_deleted(mailjet, wire):
    wire.will_say(rows({"ID": 9, "Name": "Leeds", "Status": "used"}, {"ID": 10, "Name": "Old", "Status": "deleted"}))
    wire.will_say(NOTHING)
    [segment] = mailjet.segments("7")
    assert (segment.id, segment.name, segment.count) == ("9", "Leeds", None)
    assert wire.lines == ["GET /v3/REST/contactfilter"] * 2


def test_a_draft_is_found_on_a_later_page_whose_total_is_only_its_own(mailjet, wire):
    wire.will_say(rows({"ID": 1, "Title": "January"}, {"ID": 2}), rows(ROW), NOTHING, NOTHING, NOTHING)
    found = mailjet.find(DRAFT.key)
    assert (found.id, found.state, found.raw_state) == ("41", RemoteState.DRAFT, "0")
    assert [sent.query["Offset"] for sent in wire.sent] == ["0", "2", "3", "0", "0"]
    assert [sent.query.get("IsArchived") for sent in wire.sent[2:]] == [None, "true", None]
    assert wire.sent[4].query["IsDeleted"] == "true"


def test_a_server_that_gives_the_same_page_again_is_not_asked_for_ever(mailjet, wire):
    wire.will_say(*[rows({"ID": 1, "Title": "January"})] * 6)
    assert mailjet.find(DRAFT.key) is None


@pytest.mark.parametrize("status", [-1, "-2"])
def test_a_draft_that_was_put_away_is_gone_and_a_campaign_that_was_is_not(mailjet, wire, status):
    wire.will_say(NOTHING, rows({**ROW, "Status": status}), NOTHING, NOTHING)
    assert mailjet.find(DRAFT.key) is None
    wire.will_say(NOTHING, rows({**ROW, "Status": status, "CampaignID": 700}), NOTHING, NOTHING)
    assert mailjet.find(DRAFT.key).state is RemoteState.SENT


def test_two_drafts_with_our_key_are_named(mailjet, wire):
    wire.will_say(rows(ROW, {**ROW, "ID": 42, "Status": 2}), NOTHING, NOTHING, NOTHING)
    with pytest.raises(UncertainError, match=r"41 \(0\), 42 \(2\)"):
        mailjet.find(DRAFT.key)


def test_a_draft_is_made_with_our_key_before_its_content_and_never_sent(mailjet, wire):
    wire.will_say((201, rows({"ID": 41})), (201, rows({})))
    assert mailjet.save(DRAFT, None) == "41"
    assert wire.lines == [f"POST {D}", f"POST {D}/41/detailcontent"]
    assert wire.sent[0].body == {
        "Title": "February [nl-2024-02-3f9a1c]",
        "Locale": "en_US",
        "Sender": "Example Trust",
        "SenderName": "Example Trust",
        "SenderEmail": "news@example.org",
        "ReplyEmail": "team@example.org",
        "Subject": 'Hello [[data:firstname:"there"]]',
        "ContactsListID": 7,
        "SegmentationID": 9,
        "EditMode": "html2",
        "IsTextPartIncluded": True,
    }
    assert wire.sent[1].body == {
        "Html-part": '<p>Hello [[data:firstname:"there"]]</p><a href="[[UNSUB_LINK_EN]]">Leave</a>',
        "Text-part": 'Hello [[data:firstname:""]]',
    }


def test_a_draft_is_written_anew_with_its_old_segment_taken_out(mailjet, wire):
    wire.will_say(rows(ROW), (201, rows({})))
    draft = DRAFT.model_copy(update={"segment": ""})
    assert mailjet.save(draft, "41") == "41"
    assert wire.lines == [f"PUT {D}/41", f"POST {D}/41/detailcontent"]
    assert wire.sent[0].body == frame(draft)
    assert wire.sent[0].body["SegmentationID"] == 0


def test_content_that_breaks_off_leaves_a_draft_that_is_named_in_no_success(mailjet, wire):
    wire.will_say((201, rows({"ID": 41})), *[requests.ConnectionError()] * 4)
    with pytest.raises(ProviderError):
        mailjet.save(DRAFT, None)
    assert wire.lines == [f"POST {D}", *[f"POST {D}/41/detailcontent"] * 4]


def test_what_cannot_be_written_is_refused_before_any_call(mailjet, wire):
    message = MESSAGE.model_copy(update={"text": "{preferences_url}"})
    with pytest.raises(UnsupportedError, match="preferences_url"):
        mailjet.save(DRAFT.model_copy(update={"message": message}), None)
    with pytest.raises(UnsupportedError, match="each list by a number, and 'news' is not a number"):
        mailjet.save(DRAFT.model_copy(update={"audience": "news"}), None)
    with pytest.raises(UnsupportedError, match="each segment by a number"):
        mailjet.save(DRAFT.model_copy(update={"segment": "Leeds"}), "41")
    assert wire.sent == []


@pytest.mark.parametrize(
    "names",
    [{"ContactsListID": 7, "SegmentationID": "9"}, {"ContactsList": "7", "Segmentation": "9"}],
    ids=["guide", "description"],
)
def test_it_is_read_back(mailjet, wire, names):
    sent = frame(DRAFT)
    held = {name: sent[name] for name in ("Subject", "SenderName", "SenderEmail", "ReplyEmail")}
    wire.will_say(rows({**ROW, **held, **names}), rows(content(MESSAGE)))
    assert mailjet.read("41") == mailjet.expected(DRAFT)
    assert wire.lines == [f"GET {D}/41", f"GET {D}/41/detailcontent"]


def test_a_draft_without_content_is_read_back_as_empty(mailjet, wire):
    wire.will_say(rows(ROW), NOTHING)
    held = mailjet.read("41")
    assert (held.html, held.text, held.segment, held.audience) == ("", "", "", None)


def test_a_test_goes_to_these_addresses(mailjet, wire):
    wire.will_say((201, rows({"Status": "Draft"})))
    mailjet.test("41", DRAFT, ["kim@example.org", "ash@example.org"])
    assert wire.lines == [f"POST {D}/41/test"]
    people = [{"Email": one, "Name": one} for one in ("kim@example.org", "ash@example.org")]
    assert wire.sent[0].body == {"Recipients": people}


def test_it_is_scheduled(mailjet, wire):
    wire.will_say((201, rows({"Status": "programmed"})))
    mailjet.schedule("41", dt.datetime(2024, 2, 12, 11, 0, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert wire.lines == [f"POST {D}/41/schedule"]
    assert wire.sent[0].body == {"Date": "2024-02-12T10:00:00+00:00"}


def test_a_moment_that_has_gone_is_refused_before_any_call(mailjet, wire):
    with pytest.raises(UnsupportedError, match="the earliest possible time"):
        mailjet.schedule("41", NOW)
    assert wire.sent == []


def test_it_is_taken_back(mailjet, wire):
    wire.will_say((204, None), rows(ROW))
    mailjet.unschedule("41")
    assert wire.lines == [f"DELETE {D}/41/schedule", f"GET {D}/41"]
    assert wire.sent[0].body is None


def test_one_that_is_still_to_be_sent_afterwards_is_a_doubt(mailjet, wire):
    wire.will_say((204, None), rows({**ROW, "Status": 1}), rows({"Date": DATE}))
    with pytest.raises(DoubtError, match="reports its status as 1"):
        mailjet.unschedule("41")


def test_it_is_sent(mailjet, wire):
    wire.will_say((201, rows({"Status": "programmed"})))
    mailjet.send("41")
    assert (wire.lines, wire.sent[0].body) == ([f"POST {D}/41/send"], {})


def test_what_was_sent_is_understood(mailjet, wire):
    sent = {"Status": "2", "DeliveredAt": "2024-02-12T10:00:00Z", "Url": "https://example.org/view", "CampaignID": 700}
    wire.will_say(rows({**ROW, **sent}))
    now = mailjet.state("41")
    assert (now.state, now.raw_state, now.view_url) == (RemoteState.SENT, "2", "https://example.org/view")
    assert now.sent_at == dt.datetime(2024, 2, 12, 10, tzinfo=dt.UTC)
    assert now.scheduled_for is None


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (rows({"Date": DATE, "Status": "programmed"}), RemoteState.SCHEDULED),
        (rows({"Date": "2024-02-12T09:00:10+00:00"}), RemoteState.SENDING),
        (rows({"Date": "2024-02-12T08:00:00+00:00"}), RemoteState.SENDING),
        (rows({"Date": ""}), RemoteState.SENDING),
        (NOTHING, RemoteState.SENDING),
        ((404, {"ErrorMessage": "Object not found", "StatusCode": 404}), RemoteState.SENDING),
        ((400, {"ErrorMessage": "No schedule", "StatusCode": 400}), RemoteState.SENDING),
    ],
)
def test_what_is_programmed_is_scheduled_or_on_its_way_by_its_moment(mailjet, wire, answer, state):
    wire.will_say(rows({**ROW, "Status": 1}), answer)
    now = mailjet.state("41")
    assert (now.state, now.raw_state) == (state, "1")
    assert wire.lines == [f"GET {D}/41", f"GET {D}/41/schedule"]
    assert (now.scheduled_for == dt.datetime(2024, 2, 13, 10, tzinfo=dt.UTC)) is (state is RemoteState.SCHEDULED)


def test_a_key_that_may_not_ask_for_the_moment_is_told(mailjet, wire):
    wire.will_say(rows({**ROW, "Status": 1}), (403, {"ErrorMessage": "Not allowed", "StatusCode": 403}))
    with pytest.raises(AuthenticationError, match="Not allowed"):
        mailjet.state("41")


BEGUN = {**ROW, "CampaignID": 700}


def test_what_is_programmed_and_counted_as_sent_is_on_its_way_before_its_moment(mailjet, wire):
    wire.will_say(rows({**BEGUN, "Status": 1}), rows({"MessageSentCount": 12}), rows({"Date": DATE}))
    now = mailjet.state("41")
    assert (now.state, now.sent, now.scheduled_for) == (RemoteState.SENDING, 12, None)


def test_what_is_programmed_and_not_counted_yet_is_scheduled(mailjet, wire):
    wire.will_say(rows({**BEGUN, "Status": 1}), rows({"MessageSentCount": 0}), rows({"Date": DATE}))
    assert mailjet.state("41").state is RemoteState.SCHEDULED


def test_a_draft_that_some_people_have_is_not_taken_for_one_that_nobody_has(mailjet, wire):
    wire.will_say((204, None), rows(BEGUN), rows({"MessageSentCount": "12"}))
    with pytest.raises(DoubtError, match="reports its status as 0"):
        mailjet.unschedule("41")
    wire.will_say(rows(BEGUN), rows({"MessageSentCount": "12"}))
    now = mailjet.state("41")
    assert (now.state, now.sent, now.state.has_gone) == (RemoteState.UNKNOWN, 12, True)
    wire.will_say(rows({**ROW, "DeliveredAt": "2024-02-12T08:59:00Z"}))
    assert mailjet.state("41").state is RemoteState.UNKNOWN
    wire.will_say(rows(BEGUN), rows())
    assert mailjet.state("41").state is RemoteState.DRAFT


def test_the_report_is_read_by_the_campaigns_own_number(mailjet, wire):
    sums = {
        "MessageSentCount": "100",
        "MessageOpenedCount": 50,
        "MessageClickedCount": 20,
        "MessageHardBouncedCount": 2,
        "MessageSoftBouncedCount": 1,
        "MessageUnsubscribedCount": 3,
        "MessageSpamCount": 0,
    }
    wire.will_say(rows({**ROW, "Status": 2, "CampaignID": 700}), rows(sums))
    report = mailjet.report("41")
    assert (report.sent, report.delivered, report.opens, report.clicks) == (100, None, 50, 20)
    assert (report.hard_bounces, report.soft_bounces, report.unsubscribes, report.complaints) == (2, 1, 3, 0)
    assert wire.sent[1].line == "GET /v3/REST/statcounters"
    assert wire.sent[1].query == {
        "CounterSource": "Campaign",
        "CounterTiming": "Message",
        "CounterResolution": "Lifetime",
        "SourceID": "700",
    }


def test_before_it_is_sent_there_is_nothing_to_report(mailjet, wire):
    wire.will_say(rows(ROW))
    assert mailjet.report("41") == CampaignReport()
    assert wire.lines == [f"GET {D}/41"]


# --- what goes wrong --------------------------------------------------------------------------------------------------

ERRORS = [
    (400, 'Missing mandatory property: "Locale"', RefusedError),
    (400, 'MJ08 Property "Subject" is invalid: empty', RefusedError),
    (400, "Newsletter has to be in status draft or programmed", RefusedError),
    (400, "The sender is not valid", RefusedError),
    (400, "The list has no active subscriber", RefusedError),
    (400, "The schedule is in the past", RefusedError),
    (401, "API key authentication/authorization failure", AuthenticationError),
    (402, "The account has not enough credit", PlanLimitError),
    (403, "Not authorised to access this resource", AuthenticationError),
    (404, "Object not found", NotFoundError),
    (405, "Method not allowed", RefusedError),
]
"""The statuses of Mailjet's description, and words of the checks that its guide names."""


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row[0]}-{row[1][:12]}")
@pytest.mark.parametrize("identifier", ["", "0f1e2d3c"])
def test_every_refusal_is_told_in_its_own_words_with_a_hint(mailjet, wire, planted, row, identifier):
    status, words, error = row
    body = {"ErrorInfo": "", "ErrorMessage": f"{words} {planted}", "StatusCode": status}
    wire.will_say((status, body | ({"ErrorIdentifier": identifier} if identifier else {})))
    with pytest.raises(error) as caught:
        mailjet.save(DRAFT, None)
    assert type(caught.value) is error
    assert caught.value.message.startswith(f"Mailjet rejected the request: {words} [hidden].")
    assert (f"ErrorIdentifier {identifier}" in caught.value.message) is bool(identifier)
    assert planted not in caught.value.message + caught.value.hint
    assert caught.value.hint


def test_the_number_of_the_request_is_kept_for_its_support(mailjet, wire):
    wire.will_say((404, {"ErrorMessage": "Object not found"}, {"X-MJ-Request-GUID": "0f1e"}))
    with pytest.raises(NotFoundError) as caught:
        mailjet.state("41")
    assert caught.value.request_id == "0f1e"


def test_too_many_requests_are_told_in_its_own_words(mailjet, wire):
    wire.will_say(*[(429, {"ErrorMessage": "Slow down", "StatusCode": 429}, {"retry-after": "1"})] * 4)
    with pytest.raises(UnavailableError, match=r"too busy for this request: Slow down\."):
        mailjet.check()


def test_a_call_that_changes_something_is_not_repeated_after_too_many_requests(wire, mailjet):
    wire.will_say((429, {"ErrorMessage": "Slow down", "StatusCode": 429}, {"retry-after": "1"}))
    with pytest.raises(DoubtError, match=r"too busy .*: Slow down"):
        mailjet.send("41")
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    "broken", [(500, {"ErrorMessage": "oops", "ErrorIdentifier": "x"}), (502, b"<html>"), requests.ReadTimeout()]
)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.save(DRAFT, None),
        lambda it: it.send("41"),
        lambda it: it.schedule("41", NOW + dt.timedelta(hours=1)),
        lambda it: it.unschedule("41"),
        lambda it: it.test("41", DRAFT, ["kim@example.org"]),
    ],
)
def test_a_fault_of_what_changes_something_is_a_doubt_and_never_tried_again(mailjet, wire, broken, act):
    wire.will_say(broken)
    with pytest.raises(DoubtError):
        act(mailjet)


@pytest.mark.parametrize("answer", [rows({"ID": ""}), rows({"ID": 0}), rows({"ID": True}), rows({"ID": {}}), NOTHING])
def test_a_draft_without_a_number_is_a_doubt(mailjet, wire, answer):
    wire.will_say((201, answer))
    with pytest.raises(DoubtError):
        mailjet.save(DRAFT, None)


MALFORMED = [
    {},
    [],
    3,
    {"Data": 3},
    {"Data": [3]},
    {"Data": [{"x": 1}]},
    {"Data": [{"ID": None}]},
    {"Data": [{"ID": 1, "Status": None, "CampaignID": [], "Title": 3}]},
    {"Data": [{"ID": 1, "Status": 1, "Date": 3, "CampaignID": 5, "MessageSentCount": {}}]},
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
def test_an_answer_of_another_shape_is_never_a_crash(mailjet, wire, answer, act):
    wire.will_say(*[answer] * 12)
    with suppress(ProviderError):
        act(mailjet)
    wire.answers.clear()
