"""Brevo's payloads, merge tags and states, without any wire."""

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
from newsletter.providers import brevo
from newsletter.providers import brevo_payload as payload
from newsletter.providers.http import HttpClient
from newsletter.providers.merge_tag_syntax import WORD_JOINER
from newsletter.rehearsal.service import plain_text
from newsletter.rehearsal.tag_languages import CURLY

MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|you &amp; yours}</p><a href="{unsubscribe_url}">Leave</a>',
    text="Hello {first_name}",
    sender=Sender(name="Example {{ Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="7")
PART = DRAFT.model_copy(update={"segment": "9"})
OPTIONS = brevo.Options()
WHEN = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)
SIGNS = ["{", "{{", "{%", "{#", "}}", "%}", "#}", "{{ contact.EMAIL }}", "{% if x %}", "{# note #}", "'", '"']
WORDS = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(SIGNS)))
PLAIN = WORDS.map("".join).filter(lambda text: PATTERN.search(text) is None and WORD_JOINER not in text)
OPENING = re.compile(r"\{[{%#]")


def adapter(now: dt.datetime = WHEN) -> brevo.Brevo:
    return brevo.Brevo(OPTIONS, HttpClient(payload.service(OPTIONS)), now=lambda: now)


def with_message(**changes: object) -> CampaignDraft:
    return DRAFT.model_copy(update={"message": MESSAGE.model_copy(update=changes)})


def run(code: str, **values: str) -> str:
    """Fill the tags as Brevo's help describes them; the reader of the language was written apart from the adapter."""
    return CURLY.fill(code, {f"contact.{name}": value for name, value in values.items()})


@given(PLAIN)
@example("{{ contact.EMAIL }} {% x %} {# y #} {{{{")
def test_words_in_html_come_out_as_they_were_written(text):
    code = adapter().dialect.write(f"<p>{html.escape(text)}</p>", "Brevo")
    assert not OPENING.search(code)
    assert html.unescape(run(code)).replace(WORD_JOINER, "") == f"<p>{html.unescape(html.escape(text))}</p>"


@given(PLAIN)
@example("{{ contact.EMAIL }} {% x %} {# y #} {{{{")
def test_words_stay_words_in_the_plain_text_that_brevo_makes(text):
    code = adapter().dialect.write(f"<p>{html.escape(text)}</p>", "Brevo")
    assert not OPENING.search(plain_text(code))


@given(PLAIN)
@example("{{ contact.EMAIL }} {% x %} {# y #} {{{{")
def test_words_in_the_subject_come_out_as_they_were_written(text):
    subject = payload.content(with_message(subject=text))["subject"]
    assert not OPENING.search(subject)
    assert run(subject).replace(WORD_JOINER, "") == text


@given(PLAIN)
@example('x" title="{{ contact.EMAIL }}')
@example("{%}#{{")
def test_a_link_is_the_link_that_was_written(link):
    written = f'<a href="{html.escape(link)}">Read on</a>'
    code = adapter().dialect.write(written, "Brevo")
    assert not OPENING.search(code)
    assert html.unescape(run(code)) == html.unescape(written)


def test_a_style_sheet_stays_one():
    sheet = "<style>@media x{#outlook a{padding:0}}</style>"
    assert adapter().dialect.write(f"{sheet}<p>{{# a</p>", "Brevo") == (
        "<style>@media x{ #outlook a{padding:0}}</style>" + f"<p>{{{WORD_JOINER}# a</p>"
    )


def test_names_have_a_fallback():
    body = payload.content(DRAFT)
    assert body["subject"] == "Hello {{ contact.FIRSTNAME|default:'there' }}"
    assert run(body["subject"], firstname="Kim") == "Hello Kim"
    assert run(body["subject"]) == "Hello there"
    assert run(body["htmlContent"]).startswith("<p>Hello you &amp; yours</p>")
    assert run(body["htmlContent"], firstname="Kim").startswith("<p>Hello Kim</p>")


@given(st.text(st.characters(exclude_characters="{}|\n", exclude_categories=["Cs"]), min_size=1))
@example("l'ami")
@example('the "boss" \\')
@example("100 % <b> &amp;")
def test_any_words_can_stand_for_a_missing_name(words):
    code = adapter().dialect.write(f"Dear {{first_name|{words}}}!", "Brevo")
    assert run(code) == f"Dear {words}!"
    assert run(code, firstname="Kim") == "Dear Kim!"


def test_a_brace_that_touches_a_tag_stays_a_brace():
    code = adapter().dialect.write("{{first_name|x}}{{town}}", "Brevo")
    assert run(code, firstname="Kim", town="Hull").replace(WORD_JOINER, "") == "{Kim}{Hull}"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("{last_name}", "{{ contact.LASTNAME }}"),
        ("{email}", "{{ contact.EMAIL }}"),
        ("{town_2}", "{{ contact.TOWN_2 }}"),
        ("{unsubscribe_url}", "{{ unsubscribe }}"),
        ("{view_url}", "{{ mirror }}"),
        ("{preferences_url}", "{{ update_profile }}"),
    ],
)
def test_every_tag_is_in_brevos_words(tag, code):
    assert adapter().dialect.write(tag, "Brevo") == code


def test_a_campaign_is_never_made_to_be_sent():
    body = payload.create(DRAFT).json
    assert not {"scheduledAt", "sendAtBestTime", "previewText"} & set(body)
    assert body["name"] == "February [nl-2024-02-3f9a1c]"
    assert body["sender"] == {"name": f"Example {{{WORD_JOINER}{{ Trust", "email": "news@example.org"}


def test_a_segment_stands_alone_for_a_list_beside_it_would_add_people():
    assert payload.content(DRAFT)["recipients"] == {"listIds": [7]}
    assert payload.content(PART)["recipients"] == {"segmentIds": [9]}


def test_without_a_reply_address_the_senders_is_named():
    assert payload.content(with_message(reply_to=None))["replyTo"] == "news@example.org"
    assert adapter().expected(with_message(reply_to=None)).reply_to == "news@example.org"


def test_the_page_on_the_web_is_switched_on_where_it_is_asked_for():
    assert payload.content(DRAFT)["mirrorActive"] is False
    assert payload.content(with_message(html='<a href="{view_url}">Web</a>'))["mirrorActive"] is True


def test_too_much_html_is_refused_before_any_call():
    with pytest.raises(UnsupportedError, match=r"less than 1 MB of HTML, and this issue has 1,000,000 bytes"):
        payload.create(with_message(html="é" * 500_000))
    assert payload.create(with_message(html="x" * 999_999)).json["htmlContent"]


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (DRAFT.model_copy(update={"audience": "Readers"}), "each list by a number, and 'Readers' is not a number"),
        (DRAFT.model_copy(update={"segment": "0"}), "each segment by a number, and '0' is not a number"),
    ],
)
def test_a_name_in_place_of_a_number_is_refused_by_name(draft, words):
    with pytest.raises(UnsupportedError, match=words):
        payload.create(draft)


def test_only_what_does_no_more_twice_may_be_repeated():
    assert payload.update("41", DRAFT).is_safe
    assert not payload.create(DRAFT).is_safe
    assert not payload.send_test("41", ["kim@example.org"]).is_safe
    assert not payload.send_now("41").is_safe
    assert not payload.set_moment("41", WHEN).is_safe
    assert not payload.become("41", "draft").is_safe


ONE_SENT = {"statistics": {"globalStats": {"sent": 1}}}
BEFORE, AFTER, SOON = "2024-02-12T09:59:00Z", "2024-02-12T11:00:00Z", "2024-02-12T10:00:20.000Z"


@pytest.mark.parametrize(
    ("data", "state"),
    [
        ({"status": "draft"}, RemoteState.DRAFT),
        ({"status": "draft", "scheduledAt": ""}, RemoteState.DRAFT),
        ({"status": "queued", "scheduledAt": AFTER}, RemoteState.SCHEDULED),
        ({"status": "queued", "scheduledAt": BEFORE}, RemoteState.SCHEDULED),
        ({"status": "queued", "scheduledAt": SOON}, RemoteState.SCHEDULED),
        ({"status": "queued", "scheduledAt": BEFORE, **ONE_SENT}, RemoteState.SENDING),
        ({"status": "queued"}, RemoteState.SENDING),
        ({"status": "in_process"}, RemoteState.SENDING),
        ({"status": "in_review"}, RemoteState.SENDING),
        ({"status": "sent", "sentDate": BEFORE}, RemoteState.SENT),
        ({"status": "archive"}, RemoteState.CANCELLED),
        ({"status": "cancelling"}, RemoteState.CANCELLED),
        ({"status": "cancelled"}, RemoteState.CANCELLED),
        ({"status": "suspended"}, RemoteState.PAUSED),
        ({"status": "suspended", "scheduledAt": AFTER}, RemoteState.PAUSED),
        ({"status": "suspended", "scheduledAt": BEFORE, "modifiedAt": AFTER}, RemoteState.PAUSED),
        ({"status": "suspended", "scheduledAt": AFTER, "modifiedAt": AFTER}, RemoteState.PAUSED),
        ({"status": "suspended", "scheduledAt": AFTER, "modifiedAt": BEFORE}, RemoteState.DRAFT),
        ({"status": "asleep"}, RemoteState.UNKNOWN),
        ({}, RemoteState.UNKNOWN),
    ],
)
def test_states_are_understood(data, state):
    there = adapter()._campaign({"id": 41, **data})
    assert there.state is state
    assert (there.scheduled_for is not None) is (state is RemoteState.SCHEDULED)
    assert there.raw_state == data.get("status", "")


def test_how_many_have_it_is_not_known_where_the_numbers_were_not_asked_for():
    assert adapter()._campaign({"id": 41, "statistics": {"globalStats": {"sent": 0}}}).sent is None


def test_the_plan_shows_every_call():
    plan = adapter().plan(DRAFT, None)
    assert [(call.method, call.path) for call in plan] == [
        ("POST", "/emailCampaigns"),
        ("POST", "/emailCampaigns/{campaign}/sendNow"),
    ]
    assert adapter().plan(DRAFT, WHEN)[1].json == {"scheduledAt": "2024-02-12T10:00:00.000Z"}


def test_pictures_are_refused_by_name():
    with pytest.raises(UnsupportedError, match="Brevo cannot store images") as caught:
        adapter().upload("a.png", "image/png", b"")
    assert "media_url" in caught.value.hint


def test_what_it_should_hold_is_what_is_sent():
    expected, sent = adapter().expected(PART), payload.content(PART)
    assert (expected.subject, expected.html, expected.reply_to) == (
        sent["subject"],
        sent["htmlContent"],
        sent["replyTo"],
    )
    assert (expected.sender_name, expected.sender_email) == (sent["sender"]["name"], "news@example.org")
    assert (expected.audience, expected.segment, expected.text, expected.preheader) == ("", "9", None, None)
    assert (adapter().expected(DRAFT).audience, adapter().expected(DRAFT).segment) == ("7", "")


def test_what_it_cannot_do_is_said():
    assert all(note.endswith(".") for note in brevo.Brevo.about.notes)
    assert brevo.Options(base_url="http://127.0.0.1:8080/v3").base_url == "http://127.0.0.1:8080/v3"
    assert payload.service(OPTIONS).base_url == "https://api.brevo.com/v3"
