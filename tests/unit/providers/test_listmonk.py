from __future__ import annotations

import datetime as dt

import pytest

from newsletter.errors import UnsupportedError
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft
from newsletter.providers import listmonk
from newsletter.providers import listmonk_payload as payload
from newsletter.providers.http import HttpClient

MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html="<!--[if mso]><b><![endif]--><p>Hello {first_name}</p>",
    text="Hello {first_name}\nLeave: {unsubscribe_url}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="3")
OPTIONS = listmonk.Options(base_url="https://lists.example.org/", user="newsletter", template=4)


def adapter() -> listmonk.Listmonk:
    return listmonk.Listmonk(OPTIONS, HttpClient(payload.service(OPTIONS)))


def test_a_campaign_carries_our_key_and_no_moment():
    body = payload.content(DRAFT, 4)
    assert body["name"] == "February [nl-2024-02-3f9a1c]"
    assert body["send_at"] is None
    assert body["lists"] == [3]
    assert body["content_type"] == "html"
    assert body["from_email"] == "Example Trust <news@example.org>"
    assert body["headers"] == [{"Reply-To": "team@example.org"}]


def test_without_a_reply_address_no_header_is_sent():
    draft = DRAFT.model_copy(update={"message": MESSAGE.model_copy(update={"reply_to": None})})
    assert payload.content(draft, 4)["headers"] == []


def test_comments_are_printed_so_that_they_are_not_dropped():
    assert payload.content(DRAFT, 4)["body"].startswith('{{ Safe "<!--[if mso]><b><![endif]-->" }}<p>Hello {{ ')


@pytest.mark.parametrize("audience", ["news", "", "-1", "٣", "3,4"])
def test_a_list_that_is_no_number_is_refused(audience):
    with pytest.raises(UnsupportedError, match="identifies lists by number"):
        payload.content(DRAFT.model_copy(update={"audience": audience}), 4)


def test_a_moment_is_written_with_its_zone():
    when = dt.datetime(2024, 7, 1, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    moved = {"lists": [3], "send_at": "2024-07-01T08:00:00+00:00", "media": []}
    assert payload.set_moment("7", [3], when).json == moved
    assert payload.set_moment("7", [3], None).json == {"lists": [3], "send_at": None, "media": []}


def test_only_what_does_no_more_twice_may_be_repeated():
    assert payload.update("7", DRAFT, 4).is_safe
    assert payload.set_moment("7", [3], None).is_safe
    assert not payload.create(DRAFT, 4).is_safe
    assert not payload.set_status("7", "running").is_safe
    assert not payload.send_test("7", DRAFT, 4, "kim@example.org").is_safe


@pytest.mark.parametrize(
    ("body", "words"),
    [({"message": "Campaign not found"}, "Campaign not found"), ({"message": 3}, None), ([], None), (None, None)],
)
def test_a_refusal_is_read(body, words):
    refusal = payload.read_refusal(body)
    assert (refusal.words if refusal else None) == words


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ({"optin": "single", "subscriber_statuses": {"confirmed": 2, "unconfirmed": 3, "unsubscribed": 9}}, 5),
        ({"optin": "double", "subscriber_statuses": {"confirmed": 2, "unconfirmed": 3}}, 2),
        ({"optin": "single", "subscriber_statuses": {}}, 0),
        ({"optin": "single", "subscriber_count": 4}, None),
    ],
)
def test_only_those_whom_an_issue_would_reach_are_counted(row, count):
    assert listmonk._reached(row) == count


def test_the_plan_shows_every_call():
    when = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)
    now, later = adapter().plan(DRAFT, None), adapter().plan(DRAFT, when)
    assert [(call.method, call.path) for call in now] == [
        ("POST", "/campaigns"),
        ("PUT", "/campaigns/{campaign}/status"),
    ]
    assert now[-1].json == {"status": "running"}
    assert [call.path for call in later][1:] == ["/campaigns/{campaign}", "/campaigns/{campaign}/status"]
    assert later[-1].json == {"status": "scheduled"}


def test_the_plan_without_a_template_says_that_one_is_looked_for():
    options = OPTIONS.model_copy(update={"template": None})
    plan = listmonk.Listmonk(options, HttpClient(payload.service(options))).plan(DRAFT, None)
    assert plan[0].json["template_id"] == "{template}"


def test_what_it_should_hold_is_the_code_that_is_sent():
    expected, sent = adapter().expected(DRAFT), payload.content(DRAFT, 4)
    assert (expected.html, expected.text, expected.subject) == (sent["body"], sent["altbody"], sent["subject"])
    assert (expected.sender_name, expected.reply_to, expected.audience) == ("Example Trust", "team@example.org", "3")
    assert expected.preheader is None
