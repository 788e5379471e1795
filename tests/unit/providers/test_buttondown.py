from __future__ import annotations

import datetime as dt
import html
from typing import Any

import jinja2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.errors import UnsupportedError
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.merge_tags import PATTERN
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers import buttondown
from newsletter.providers import buttondown_payload as payload
from newsletter.providers.http import HttpClient

MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html="<p>Hello {first_name|you &amp; yours}</p>",
    text="Hello",
    sender=Sender(name="Example Trust", email="news@example.org"),
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="all")
OPTIONS = buttondown.Options()
DJANGO = jinja2.Environment(autoescape=True, keep_trailing_newline=True, newline_sequence="\n")
"""Jinja reads what we write of Django's language in the same way."""

WORDS = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(["{{", "{%", "{#", "}}", "%}", "#}", "{", '"'])))
PLAIN = WORDS.map("".join).filter(lambda text: PATTERN.search(text) is None)


def adapter() -> buttondown.Buttondown:
    return buttondown.Buttondown(OPTIONS, HttpClient(payload.service(OPTIONS)))


def run(code: str, **subscriber: Any) -> str:
    return DJANGO.from_string(code).render(subscriber=subscriber, unsubscribe_url="https://example.org/leave")


@given(PLAIN)
@example("{{ subscriber.email }}")
@example("{% if x %}{# note #}")
@example("{{{%")
def test_words_come_out_as_they_were_written(text):
    text = text.replace("\r", "")
    assert run(adapter().dialect.write(text, "Buttondown")) == text


def test_names_have_a_fallback_that_is_html_already():
    code = payload.content(DRAFT)["body"]
    assert run(code, metadata={"first_name": "O'Brien"}).endswith("<p>Hello O&#39;Brien</p>")
    assert run(code, metadata={}).endswith("<p>Hello you &amp; yours</p>")


def test_a_brace_that_touches_a_tag_stays_a_brace():
    code = adapter().dialect.write("{{first_name|x}} {%{town}%}", "Buttondown")
    assert html.unescape(run(code, metadata={"first_name": "Kim", "town": "Hull"})) == "{Kim} {%Hull%}"


def test_a_new_email_is_a_draft_and_nothing_else():
    body = payload.create(DRAFT).json
    assert body["status"] == "draft"
    assert body["metadata"] == {"newsletter_key": "nl-2024-02-3f9a1c"}
    assert body["template"] == "naked"
    assert body["body"].startswith("<!-- buttondown-editor-mode: naked -->\n<p>")


def test_an_update_never_touches_the_status():
    assert "status" not in payload.update("em_1", DRAFT).json


def test_only_a_real_send_says_that_it_is_one():
    when = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)
    live = [payload.send_now("em_1"), payload.set_moment("em_1", when)]
    tame = [
        payload.create(DRAFT),
        payload.update("em_1", DRAFT),
        payload.make_draft("em_1"),
        payload.send_test("em_1", ["kim@example.org"]),
    ]
    assert all(call.headers == {"X-Buttondown-Live-Dangerously": "true"} for call in live)
    assert not any(call.headers for call in tame)
    assert not any(call.is_safe for call in live)


def test_a_tag_is_a_segment():
    draft = DRAFT.model_copy(update={"segment": "sub_tag_1"})
    filters = payload.content(draft)["filters"]
    assert filters["filters"] == [{"field": "subscriber.tags", "operator": "contains", "value": "sub_tag_1"}]
    assert buttondown._segment(filters) == "sub_tag_1"
    assert buttondown._segment(payload.content(DRAFT)["filters"]) == ""


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (None, None),
        ({"filters": None}, None),
        ({"filters": [], "groups": []}, ""),
        ({"filters": [], "groups": None}, ""),
        (
            {"filters": [{"field": "subscriber.price", "operator": "equals", "value": "3"}], "groups": []},
            "subscriber.price equals 3",
        ),
        ({"filters": [], "groups": [{"filters": []}]}, "more groups"),
        ({"filters": [{"field": "tags", "operator": "equals", "value": "t1", "id": "f1"}], "groups": []}, "t1"),
        (
            {
                "filters": [
                    {"field": "tags", "operator": "contains", "value": "t1"},
                    {"field": "tags", "operator": "contains", "value": "t2"},
                ],
                "groups": [],
            },
            "tags contains t1; tags contains t2",
        ),
    ],
)
def test_a_filter_that_is_not_ours_is_told_as_it_is(filters, told):
    assert buttondown._segment(filters) == told


@pytest.mark.parametrize(
    ("body", "words", "code"),
    [
        ({"code": "email_duplicate", "detail": "Twice"}, "Twice", "email_duplicate"),
        ({"detail": "No"}, "No", ""),
        (
            {"detail": [{"type": "x", "loc": ["body", "payload", "subject"], "msg": "too long"}]},
            "subject: too long",
            "",
        ),
        ({"detail": [{"type": "x", "loc": ["body"], "msg": "no"}, {"type": "y", "loc": []}, 3]}, "no", ""),
        ({"detail": []}, None, None),
        ({"detail": 7}, None, None),
        ([], None, None),
    ],
)
def test_both_forms_of_refusal_are_read(body, words, code):
    refusal = payload.read_refusal(body)
    assert (refusal and refusal.words, refusal and refusal.code) == (words, code)


@pytest.mark.parametrize(
    ("status", "state"),
    [("draft", RemoteState.DRAFT), ("throttled", RemoteState.SENDING), ("sent", RemoteState.SENT), ("new", "unknown")],
)
def test_states_are_understood(status, state):
    row = {"id": "em_1", "status": status, "publish_date": "2024-02-12T10:00:00Z", "analytics": {"recipients": "12"}}
    campaign = buttondown._campaign(row)
    assert (campaign.state, campaign.raw_state, campaign.sent) == (state, status, 12)
    assert campaign.scheduled_for is None


def test_another_audience_is_refused_by_name():
    with pytest.raises(UnsupportedError, match="one audience, all, and no audience 'news'"):
        adapter().plan(DRAFT.model_copy(update={"audience": "news"}), None)


def test_what_it_cannot_do_is_refused_by_name():
    with pytest.raises(UnsupportedError, match="Buttondown cannot stop an email"):
        adapter().cancel("em_1")


def test_the_plan_shows_every_call():
    when = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)
    assert [call.method for call in adapter().plan(DRAFT, None)] == ["POST", "PATCH"]
    assert adapter().plan(DRAFT, when)[1].json == {"status": "scheduled", "publish_date": "2024-02-12T10:00:00+00:00"}


def test_what_it_should_hold_leaves_out_what_it_does_not_tell():
    expected = adapter().expected(DRAFT)
    assert (expected.text, expected.sender_name, expected.reply_to, expected.preheader) == (None, None, None, None)
    sent = payload.content(DRAFT)["body"]
    assert adapter().allowance.normal(str(expected.html)) == adapter().allowance.normal(sent)
