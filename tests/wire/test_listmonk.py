"""What the listmonk adapter says over HTTP, word for word, and what it makes of the answers."""

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
from newsletter.providers.listmonk import Listmonk, Options
from newsletter.providers.listmonk_payload import content

BASE = "https://lists.example.org/api"
NOW = dt.datetime(2024, 2, 12, 9, 0, tzinfo=dt.UTC)
MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html="<!--[if mso]><b><![endif]--><p>Hello {first_name}</p>",
    text="Hello {first_name}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="3")
CAMPAIGN = {"id": 7, "status": "draft", "name": "February [nl-2024-02-3f9a1c]", "lists": [{"id": 3, "name": "All"}]}


@pytest.fixture
def wire(wire_to):
    return wire_to("listmonk", BASE)


@pytest.fixture
def listmonk(wire, secret):
    options = Options(base_url="https://lists.example.org", user="newsletter", template=4)
    adapter = Listmonk.connect(options, secret, session=wire.session, pause=lambda _: None)
    adapter._now = lambda: NOW
    adapter._found_template = 4  # it was asked for before
    return adapter


def data(**fields):
    return {"data": {**CAMPAIGN, **fields}}


def test_the_description_is_there(description):
    description("listmonk")


def test_it_is_known_by_user_and_token(listmonk, wire, planted):
    wire.will_say({"data": {"results": []}})
    assert listmonk.check() == "newsletter at https://lists.example.org"
    assert wire.raw[0].headers["Authorization"] == requests.auth._basic_auth_str("newsletter", planted)
    assert wire.sent[0].query == {"no_body": "true", "page": "1", "per_page": "50"}


def test_every_page_of_lists_is_read(listmonk, wire):
    rows = [
        {"id": number, "name": f"L{number}", "optin": "single", "subscriber_statuses": {"confirmed": number}}
        for number in range(1, 4)
    ]
    wire.will_say({"data": {"results": rows[:2], "total": 3}}, {"data": {"results": rows[2:], "total": 3}})
    assert [(one.id, one.name, one.count) for one in listmonk.audiences()] == [
        ("1", "L1", 1),
        ("2", "L2", 2),
        ("3", "L3", 3),
    ]
    assert [sent.query["page"] for sent in wire.sent] == ["1", "2"]
    assert listmonk.segments("1") == []


def test_a_campaign_is_found_on_a_later_page(listmonk, wire):
    other = {"id": 1, "name": "January [nl-2024-01-000000]", "status": "finished"}
    wire.will_say({"data": {"results": [other], "total": "2"}}, {"data": {"results": [CAMPAIGN], "total": "2"}})
    found = listmonk.find(DRAFT.key)
    assert (found.id, found.state, found.raw_state) == ("7", RemoteState.DRAFT, "draft")
    assert found.admin_url == "https://lists.example.org/admin/campaigns/7"
    assert wire.sent[0].query["no_body"] == "true"


def test_a_campaign_that_there_is_not_is_not_found(listmonk, wire):
    wire.will_say({"data": {"results": []}})
    assert listmonk.find(DRAFT.key) is None


def test_two_campaigns_with_our_key_are_named(listmonk, wire):
    wire.will_say({"data": {"results": [CAMPAIGN, {**CAMPAIGN, "id": 8, "status": "new"}], "total": 2}})
    with pytest.raises(UncertainError, match=r"7 \(draft\), 8 \(new\)"):
        listmonk.find(DRAFT.key)


def test_a_draft_is_made_with_everything(listmonk, wire):
    wire.will_say(data())
    assert listmonk.save(DRAFT, None) == "7"
    assert wire.lines == ["POST /campaigns"]
    assert wire.sent[0].body == {
        "name": "February [nl-2024-02-3f9a1c]",
        "subject": 'Hello {{ with .Subscriber.Name | trim | splitList " " | first }}{{ . }}{{ else }}there{{ end }}',
        "lists": [3],
        "from_email": "Example Trust <news@example.org>",
        "type": "regular",
        "content_type": "html",
        "messenger": "email",
        "body": '{{ Safe "<!--[if mso]><b><![endif]-->" }}'
        '<p>Hello {{ .Subscriber.Name | trim | splitList " " | first }}</p>',
        "altbody": 'Hello {{ .Subscriber.Name | trim | splitList " " | first | toString | Safe }}',
        "headers": [{"Reply-To": "team@example.org"}],
        "template_id": 4,
        "send_at": None,
        "media": [],
    }


def test_a_draft_is_written_anew(listmonk, wire):
    wire.will_say(data())
    assert listmonk.save(DRAFT, "7") == "7"
    assert wire.lines == ["PUT /campaigns/7"]
    assert wire.sent[0].body == content(DRAFT, 4)


def test_a_segment_is_refused_by_name_before_any_call(listmonk, wire):
    with pytest.raises(UnsupportedError, match="listmonk cannot send to a segment"):
        listmonk.save(DRAFT.model_copy(update={"segment": "2"}), None)
    assert wire.sent == []


def test_a_template_that_adds_nothing_is_looked_for_once(wire, secret):
    options = Options(base_url="https://lists.example.org/", user="newsletter")
    listmonk = Listmonk.connect(options, secret, session=wire.session)
    templates = [{"id": 1, "body": "<b>x</b>"}, {"id": 9, "body": '{{template  "content" . }}\n'}]
    wire.will_say({"data": templates}, data(), data())
    listmonk.save(DRAFT, None)
    listmonk.save(DRAFT, "7")
    assert wire.lines == ["GET /templates", "POST /campaigns", "PUT /campaigns/7"]
    assert [sent.body["template_id"] for sent in wire.sent[1:]] == [9, 9]


BARE = '{{ template "content" . }}'
TEMPLATES = [
    {"id": 1, "body": f"<html><body>{BARE}<a href='{{{{ UnsubscribeURL }}}}'>Leave</a></body></html>"},
    {"id": 2, "body": f"{BARE}{{{{ TrackView }}}}"},
    {"id": 3, "body": '{{/* for the newsletter */}}\n{{- template "content" . -}}\n'},
]


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("act", [Listmonk.check, lambda adapter: adapter.save(DRAFT, None)], ids=["doctor", "save"])
def test_a_template_of_the_settings_that_adds_something_is_refused(wire, secret, number, act):
    options = Options(base_url="https://lists.example.org", user="newsletter", template=number)
    adapter = Listmonk.connect(options, secret, session=wire.session)
    wire.will_say(*([{"data": {"results": []}}] if act is Listmonk.check else []), {"data": TEMPLATES})
    with pytest.raises(UnsupportedError, match=f"template {number} adds content of its own"):
        act(adapter)
    assert not any(line.startswith(("POST", "PUT")) for line in wire.lines)


def test_a_template_of_the_settings_that_adds_nothing_is_used(wire, secret):
    options = Options(base_url="https://lists.example.org", user="newsletter", template=3)
    adapter = Listmonk.connect(options, secret, session=wire.session)
    wire.will_say({"data": TEMPLATES}, data())
    adapter.save(DRAFT, None)
    assert wire.sent[1].body["template_id"] == 3


def test_a_template_of_the_settings_that_is_not_there_is_told(wire, secret):
    options = Options(base_url="https://lists.example.org", user="newsletter", template=9)
    adapter = Listmonk.connect(options, secret, session=wire.session)
    wire.will_say({"data": TEMPLATES})
    with pytest.raises(UnsupportedError, match="no template with the number 9"):
        adapter.save(DRAFT, None)


def test_without_such_a_template_it_says_how_to_make_one(wire, secret):
    listmonk = Listmonk.connect(Options(base_url="https://lists.example.org", user="n"), secret, session=wire.session)
    wire.will_say({"data": [{"id": 1, "body": None}]})
    with pytest.raises(UnsupportedError) as caught:
        listmonk.save(DRAFT, None)
    assert '{{ template "content" . }}' in caught.value.hint


def test_it_is_read_back(listmonk, wire):
    sent = content(DRAFT, 4)
    wire.will_say(data(**{name: sent[name] for name in ("subject", "from_email", "body", "altbody", "headers")}))
    assert listmonk.read("7") == listmonk.expected(DRAFT)
    assert wire.sent[0].query == {}


def test_each_tester_is_tried_by_itself(listmonk, wire):
    wire.will_say({"data": True}, {"data": True})
    listmonk.test("7", DRAFT, ["kim@example.org", "ash@example.org"])
    assert wire.lines == ["POST /campaigns/7/test"] * 2
    assert [sent.body["subscribers"] for sent in wire.sent] == [["kim@example.org"], ["ash@example.org"]]
    assert wire.sent[0].body == {**content(DRAFT, 4), "subscribers": ["kim@example.org"]}


def test_a_tester_that_it_does_not_know_is_told_and_the_others_get_theirs(listmonk, wire):
    wire.will_say((400, {"message": "No known subscribers to test."}), {"data": True})
    with pytest.raises(RefusedError, match=r"No known subscribers to test\. \(k…@e…\.org\)") as caught:
        listmonk.test("7", DRAFT, ["kim@example.org", "ash@example.org"])
    assert caught.value.message.startswith("1 of 2 tests was sent. ")


def test_a_wrong_token_is_no_unknown_tester(listmonk, wire):
    wire.will_say((403, {"message": "invalid API credentials"}))
    with pytest.raises(AuthenticationError, match="invalid API credentials"):
        listmonk.test("7", DRAFT, ["kim@example.org"])


def test_it_is_scheduled_in_two_steps(listmonk, wire):
    when = dt.datetime(2024, 2, 12, 11, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    wire.will_say(data(), data(), data(status="scheduled"))
    listmonk.schedule("7", when)
    assert wire.lines == ["GET /campaigns/7", "PUT /campaigns/7", "PUT /campaigns/7/status"]
    assert wire.sent[1].body == {"lists": [3], "send_at": "2024-02-12T10:00:00+00:00", "media": []}
    assert wire.sent[2].body == {"status": "scheduled"}


def test_one_that_is_scheduled_gets_another_moment(listmonk, wire):
    wire.will_say(data(status="scheduled"), data())
    listmonk.schedule("7", NOW + dt.timedelta(hours=1))
    assert wire.lines == ["GET /campaigns/7", "PUT /campaigns/7"]


def test_a_moment_that_has_gone_is_refused_before_any_call(listmonk, wire):
    with pytest.raises(UnsupportedError, match="the earliest possible time"):
        listmonk.schedule("7", NOW)
    assert wire.sent == []


def test_it_is_taken_back_and_its_moment_with_it(listmonk, wire):
    wire.will_say(data(), data(send_at="2024-02-12T10:00:00Z"), data())
    listmonk.unschedule("7")
    assert wire.lines == ["PUT /campaigns/7/status", "GET /campaigns/7", "PUT /campaigns/7"]
    assert (wire.sent[0].body, wire.sent[2].body) == (
        {"status": "draft"},
        {"lists": [3], "send_at": None, "media": []},
    )


@pytest.mark.parametrize(
    ("send_at", "lines"),
    [
        (None, ["GET /campaigns/7", "PUT /campaigns/7/status"]),
        ("2024-02-12T10:00:00Z", ["GET /campaigns/7", "PUT /campaigns/7", "PUT /campaigns/7/status"]),
    ],
)
def test_it_is_sent_without_a_moment(listmonk, wire, send_at, lines):
    wire.will_say(*[data(send_at=send_at)] * len(lines))
    listmonk.send("7")
    assert wire.lines == lines
    assert wire.sent[-1].body == {"status": "running"}


def test_it_is_cancelled(listmonk, wire):
    wire.will_say(data(status="cancelled"))
    listmonk.cancel("7")
    assert (wire.lines, wire.sent[0].body) == (["PUT /campaigns/7/status"], {"status": "cancelled"})


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("scheduled", RemoteState.SCHEDULED),
        ("running", RemoteState.SENDING),
        ("paused", RemoteState.PAUSED),
        ("cancelled", RemoteState.CANCELLED),
        ("finished", RemoteState.SENT),
        ("dreaming", RemoteState.UNKNOWN),
        (None, RemoteState.UNKNOWN),
    ],
)
def test_its_state_is_understood(listmonk, wire, status, state):
    wire.will_say(data(status=status, send_at="2024-02-12T10:00:00Z", started_at="2024-02-12T10:00:03Z", sent="12"))
    now = listmonk.state("7")
    assert (now.state, now.sent) == (state, 12)
    assert (now.scheduled_for is not None) is (status == "scheduled")


@pytest.mark.parametrize(
    ("status", "counted", "meant"),
    [("running", 0, None), ("running", 2000, 2000), ("finished", 2000, 2000), ("draft", 0, None)],
)
def test_how_many_it_is_for_is_known_once_it_has_begun(listmonk, wire, status, counted, meant):
    wire.will_say(data(status=status, to_send=counted, sent=0))
    assert listmonk.state("7").to_send == meant


def test_the_report_counts_bounces_by_kind(listmonk, wire):
    kinds = ["hard", "soft", "soft", "complaint"]
    rows = [{"id": number, "type": kind} for number, kind in enumerate(kinds, start=1)]
    wire.will_say(
        data(sent=200), {"data": {"results": rows[:3], "total": 4}}, {"data": {"results": rows[3:], "total": 4}}
    )
    report = listmonk.report("7")
    assert (report.sent, report.hard_bounces, report.soft_bounces, report.complaints) == (200, 1, 2, 1)
    assert (report.opens, report.clicks, report.unsubscribes) == (None, None, None)
    assert wire.sent[1].query["campaign_id"] == "7"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://cdn.example.org/a.png", "https://cdn.example.org/a.png"),
        ("/uploads/a.png", "https://lists.example.org/uploads/a.png"),
    ],
)
def test_a_picture_is_stored(listmonk, wire, url, link):
    wire.will_say({"data": {"id": 1, "url": url}})
    assert listmonk.upload("a.png", "image/png", b"\x89PNG") == link
    assert wire.sent[0].body == {"file": ("a.png", "image/png", b"\x89PNG")}


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError),
        (403, AuthenticationError),
        (404, NotFoundError),
        (405, RefusedError),
        (410, RefusedError),
        (422, RefusedError),
    ],
)
def test_refusals_are_told_in_its_own_words_with_a_hint(listmonk, wire, planted, status, error):
    wire.will_say((status, {"message": f"Invalid list IDs, {planted}."}))
    with pytest.raises(error, match="listmonk rejected the request: Invalid list IDs") as caught:
        listmonk.save(DRAFT, None)
    assert caught.value.hint
    assert planted not in caught.value.message + caught.value.hint


def test_too_many_requests_are_told_in_its_own_words(listmonk, wire):
    wire.will_say(*[(429, {"message": "slow down"})] * 4)
    with pytest.raises(UnavailableError, match="too busy for this request: slow down"):
        listmonk.check()


def test_a_call_that_changes_something_is_not_repeated_after_too_many_requests(wire, listmonk):
    wire.will_say((429, {"message": "slow down"}))
    with pytest.raises(DoubtError, match=r"too busy .*: slow down"):
        listmonk.save(DRAFT, None)
    assert len(wire.sent) == 1


@pytest.mark.parametrize("broken", [(500, {"message": "error creating campaign"}), requests.ReadTimeout()])
def test_a_fault_while_it_makes_the_campaign_is_a_doubt(listmonk, wire, broken):
    wire.will_say(broken)
    with pytest.raises(DoubtError):
        listmonk.save(DRAFT, None)


def test_a_fault_at_the_last_step_is_a_doubt_and_never_tried_again(listmonk, wire):
    wire.will_say(data(), (502, b"<html>"))
    with pytest.raises(DoubtError):
        listmonk.send("7")


def test_a_campaign_that_was_deleted_is_not_found(listmonk, wire):
    wire.will_say((400, {"message": "Campaign not found"}))
    with pytest.raises(NotFoundError, match="Campaign not found"):
        listmonk.state("7")


def test_another_refusal_of_a_campaign_stays_what_it_is(listmonk, wire):
    wire.will_say((403, {"message": "permission denied: campaigns:get"}))
    with pytest.raises(AuthenticationError, match="permission denied") as caught:
        listmonk.state("7")
    assert "campaigns (get, manage, send)" in caught.value.hint


MALFORMED = [
    {},
    [],
    {"data": None},
    {"data": []},
    {"data": 3},
    {"data": {"results": [3]}},
    {"data": [{"x": 1}]},
    b"<html>",
]


@pytest.mark.parametrize("answer", MALFORMED)
@pytest.mark.parametrize(
    "act",
    [
        lambda it: it.audiences(),
        lambda it: it.find("nl-1"),
        lambda it: it.save(DRAFT, None),
        lambda it: it.schedule("7", NOW + dt.timedelta(hours=1)),
        lambda it: it.report("7"),
        lambda it: it.upload("a.png", "image/png", b""),
    ],
)
def test_an_answer_of_another_shape_is_never_a_crash(wire_to, secret, answer, act):
    wire = wire_to("listmonk", BASE)
    options = Options(base_url="https://lists.example.org", user="newsletter")
    listmonk = Listmonk.connect(options, secret, session=wire.session, pause=lambda _: None)
    listmonk._now = lambda: NOW
    wire.will_say(*[answer] * 12)
    with suppress(ProviderError):
        act(listmonk)
    wire.answers.clear()
