from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.errors import UnsupportedError
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.merge_tags import PATTERN
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers import resend
from newsletter.providers import resend_payload as payload
from newsletter.providers.http import HttpClient
from newsletter.providers.merge_tag_syntax import WORD_JOINER

MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|you &amp; yours}</p><a href="{unsubscribe_url}">Leave</a>',
    text="Hello {first_name}",
    sender=Sender(name="Example, Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="seg-1", segment="top-1")
OPTIONS = resend.Options()
WHEN = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)
WORDS = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(["{", "{{", "{{{", "}}}", "{{{contact.email}}}"])))
PLAIN = WORDS.map("".join).filter(lambda text: PATTERN.search(text) is None and WORD_JOINER not in text)


def adapter(now: dt.datetime = WHEN) -> resend.Resend:
    return resend.Resend(OPTIONS, HttpClient(payload.service(OPTIONS)), now=lambda: now)


def run(code: str, **values: str) -> str:
    """Fill what stands in three braces, as the description's examples show it."""

    def value(found: re.Match[str]) -> str:
        name, _, fallback = found[1].partition("|")
        return values.get(name.removeprefix("contact."), "") or fallback

    return re.sub(r"\{\{\{([^{}]*)\}\}\}", value, code)


@given(PLAIN)
@example("{{{contact.email}}} {{ x }} {{{{")
def test_words_in_html_come_out_as_they_were_written(text):
    escaped = html.escape(text)
    code = adapter().dialect.write(escaped, "Resend")
    assert "{{" not in code
    assert html.unescape(run(code)) == html.unescape(escaped)


@given(PLAIN)
@example("{{{contact.email}}} {{ x }} {{{{")
def test_words_in_plain_text_come_out_as_they_were_written(text):
    message = MESSAGE.model_copy(update={"text": text, "subject": text})
    body = payload.content(DRAFT.model_copy(update={"message": message}))
    for part in ("text", "subject"):
        assert "{{" not in body[part]
        assert run(body[part]).replace(WORD_JOINER, "") == text


def test_names_have_a_fallback():
    body = payload.content(DRAFT)
    assert run(body["subject"], first_name="Kim") == "Hello Kim"
    assert run(body["subject"]) == "Hello there"
    assert run(body["html"]).startswith("<p>Hello you &amp; yours</p>")


def test_a_brace_that_touches_a_tag_stays_a_brace():
    code = adapter().dialect.write("{{first_name|x}}{{town}}", "Resend")
    assert html.unescape(run(code, first_name="Kim", town="Hull")) == "{Kim}{Hull}"


@pytest.mark.parametrize("name", ["view_url", "preferences_url"])
def test_a_link_that_it_does_not_make_is_refused_by_name(name):
    with pytest.raises(UnsupportedError, match=f"Resend cannot fill the merge tag {{{name}}}"):
        adapter().dialect.write(f"Read it {{{name}}}", "Resend")


def test_a_broadcast_is_never_made_to_be_sent():
    body = payload.create(DRAFT).json
    assert "send" not in body
    assert "scheduled_at" not in body
    assert "preview_text" not in body
    assert body["name"] == "February [nl-2024-02-3f9a1c]"
    assert body["from"] == '"Example, Trust" <news@example.org>'
    assert (body["segment_id"], body["topic_id"], body["reply_to"]) == ("seg-1", "top-1", ["team@example.org"])


def test_without_topic_and_reply_address_neither_is_named():
    message = MESSAGE.model_copy(update={"reply_to": None})
    body = payload.content(DRAFT.model_copy(update={"segment": "", "message": message}))
    assert "topic_id" not in body
    assert body["reply_to"] == []


def test_only_what_does_no_more_twice_may_be_repeated():
    assert payload.update("b1", DRAFT).is_safe
    assert payload.single(MESSAGE, "kim@example.org", "once").is_safe
    assert not payload.create(DRAFT).is_safe
    assert not payload.send("b1").is_safe
    assert not payload.stop("b1").is_safe


def test_a_test_is_filled_here_and_taken_once():
    call = payload.single(MESSAGE, "kim@example.org", "once")
    assert call.headers == {"Idempotency-Key": "once"}
    assert call.json["subject"] == "Hello there"
    assert call.json["to"] == ["kim@example.org"]
    assert 'href="mailto:team%40example.org?subject=Unsubscribe"' in call.json["html"]


@pytest.mark.parametrize(
    ("body", "words", "code"),
    [
        (
            {"statusCode": 403, "name": "invalid_api_key", "message": "API key is invalid"},
            "API key is invalid",
            "invalid_api_key",
        ),
        ({"message": "Too many"}, "Too many", ""),
        ({"message": ""}, None, None),
        ("no", None, None),
    ],
)
def test_a_refusal_is_read(body, words, code):
    refusal = payload.read_refusal(body)
    assert (refusal and refusal.words, refusal and refusal.code) == (words, code)


@pytest.mark.parametrize(
    ("data", "state"),
    [
        ({"status": "draft"}, RemoteState.DRAFT),
        ({"status": "queued", "scheduled_at": "2024-02-13 10:00:00.977+00"}, RemoteState.SCHEDULED),
        ({"status": "queued", "scheduled_at": "2024-02-11 10:00:00.977+00"}, RemoteState.SENDING),
        ({"status": "queued"}, RemoteState.SENDING),
        ({"status": "sent", "sent_at": "2024-02-12 09:00:00+00"}, RemoteState.SENT),
        ({"status": "asleep"}, RemoteState.UNKNOWN),
        ({}, RemoteState.UNKNOWN),
    ],
)
def test_states_are_understood(data, state):
    assert adapter()._campaign({"id": "b1", **data}).state is state


def test_the_plan_shows_every_call():
    assert [call.path for call in adapter().plan(DRAFT, None)] == ["/broadcasts", "/broadcasts/{campaign}/send"]
    assert adapter().plan(DRAFT, WHEN)[1].json == {"scheduled_at": "2024-02-12T10:00:00+00:00"}
    assert adapter().plan(DRAFT, None)[1].json == {}


def test_pictures_are_refused_by_name():
    with pytest.raises(UnsupportedError, match="Resend cannot store images"):
        adapter().upload("a.png", "image/png", b"")


def test_what_it_should_hold_is_what_is_sent():
    message = MESSAGE.model_copy(update={"subject": "{{x", "text": "{{y"})
    draft = DRAFT.model_copy(update={"message": message})
    expected, sent = adapter().expected(draft), payload.content(draft)
    assert (expected.subject, expected.html, expected.text) == (sent["subject"], sent["html"], sent["text"])
    assert (expected.audience, expected.segment, expected.reply_to) == ("seg-1", "top-1", "team@example.org")
