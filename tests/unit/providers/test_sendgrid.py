from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from newsletter.errors import UnsupportedError
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers import sendgrid
from newsletter.providers import sendgrid_payload as payload
from newsletter.providers.campaign import carries
from newsletter.providers.http import HttpClient

MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|you &amp; yours}</p><a href="{preferences_url}">Choose</a>',
    text="",
    sender=Sender(name="Example, Trust", email="News@example.org"),
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="list-1", segment="part-1")
ROW = {"id": 7, "from": {"email": "news@example.org", "name": "Example"}, "reply_to": {"email": "team@example.org"}}
WHEN = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)


def adapter(**options: object) -> sendgrid.SendGrid:
    made = sendgrid.Options.model_validate(options)
    return sendgrid.SendGrid(made, HttpClient(payload.service(made)), now=lambda: WHEN)


def test_the_settings_take_one_way_to_leave():
    with pytest.raises(ValidationError, match="either suppression_group or unsubscribe_url"):
        sendgrid.Options(suppression_group=1, unsubscribe_url="https://example.org/leave")


def test_a_single_send_is_never_made_to_be_sent():
    body = payload.create(DRAFT, 7, {}).json
    assert "send_at" not in body
    assert body["email_config"]["generate_plain_content"] is False


@given(st.text(max_size=200))
def test_a_name_fits_and_ends_with_our_key(title):
    name = payload.content(DRAFT.model_copy(update={"title": title}), 7, {})["name"]
    assert len(name) <= 100
    assert carries(name, DRAFT.key)
    assert name.startswith(title[:60])


def test_only_what_does_no_more_twice_may_be_repeated():
    assert payload.update("s1", DRAFT, 7, {}).is_safe
    assert not payload.create(DRAFT, 7, {}).is_safe
    assert not payload.set_off("s1").is_safe
    assert not payload.set_off("s1", WHEN).is_safe
    assert not payload.single(MESSAGE, ROW, ["kim@example.org"]).is_safe


def test_a_test_comes_from_the_sender_that_is_verified_and_has_no_empty_part():
    body = payload.single(MESSAGE, ROW, ["kim@example.org"]).json
    assert body["from"] == {"email": "news@example.org", "name": "Example"}
    assert [part["type"] for part in body["content"]] == ["text/html"]
    assert body["content"][0]["value"] == (
        '<p>Hello you &amp; yours</p><a href="mailto:team%40example.org?subject=Preferences">Choose</a>'
    )


@pytest.mark.parametrize(
    ("data", "state", "scheduled"),
    [
        ({"status": "draft", "send_at": "2024-02-13T10:00:00Z"}, RemoteState.DRAFT, None),
        (
            {"status": "scheduled", "send_at": "2024-02-13T10:00:00Z"},
            RemoteState.SCHEDULED,
            dt.datetime(2024, 2, 13, 10, 0, tzinfo=dt.UTC),
        ),
        ({"status": "scheduled", "send_at": "2024-02-12T10:00:00Z"}, RemoteState.SCHEDULED, WHEN),
        (
            {"status": "scheduled", "send_at": "2024-02-12T10:00:20Z"},
            RemoteState.SCHEDULED,
            WHEN + dt.timedelta(seconds=20),
        ),
        ({"status": "scheduled"}, RemoteState.SCHEDULED, None),
        ({"status": "triggered"}, RemoteState.SENT, None),
        ({"status": "asleep"}, RemoteState.UNKNOWN, None),
        ({}, RemoteState.UNKNOWN, None),
    ],
)
def test_states_are_understood(data, state, scheduled):
    now = adapter()._campaign({"id": "s1", **data})
    assert (now.state, now.scheduled_for) == (state, scheduled)


def test_the_plan_shows_every_call_that_writes():
    first, last = adapter().plan(DRAFT, None)
    assert (first.method, first.path) == ("POST", "/v3/marketing/singlesends")
    config = first.json["email_config"]
    assert (config["sender_id"], config["suppression_group_id"]) == ("{sender}", "{suppression_group}")
    assert (last.path, last.json) == ("/v3/marketing/singlesends/{campaign}/schedule", {"send_at": "now"})


def test_the_plan_has_the_numbers_that_the_settings_name():
    first, last = adapter(sender_id=7, suppression_group=11).plan(DRAFT, WHEN)
    config = first.json["email_config"]
    assert (config["sender_id"], config["suppression_group_id"]) == (7, 11)
    assert last.json == {"send_at": "2024-02-12T10:00:00Z"}


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda it: it.upload("a.png", "image/png", b""), "SendGrid cannot store images"),
        (lambda it: it.cancel("s1"), "SendGrid cannot stop a single send"),
    ],
)
def test_what_it_cannot_do_is_refused_by_name(act, words):
    with pytest.raises(UnsupportedError, match=words):
        act(adapter())


def test_what_it_should_hold_is_what_is_sent():
    expected, sent = adapter().expected(DRAFT), payload.content(DRAFT, 7, {})["email_config"]
    assert (expected.subject, expected.html) == (sent["subject"], sent["html_content"])
    assert (expected.audience, expected.segment) == ("", "part-1")
    assert (expected.sender_email, expected.reply_to) == ("news@example.org", "news@example.org")
