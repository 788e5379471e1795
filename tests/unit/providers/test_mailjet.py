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
from newsletter.providers import mailjet
from newsletter.providers import mailjet_payload as payload
from newsletter.providers.http import HttpClient
from newsletter.providers.merge_tag_syntax import WORD_JOINER

MESSAGE = Message(
    title="February",
    subject="Hello {first_name|there}",
    preheader="Soon",
    html='<p>Hello {first_name|you &amp; yours}</p><a href="{unsubscribe_url}">Leave</a>',
    text="Hello {first_name}",
    sender=Sender(name="Example Trust", email="news@example.org"),
    reply_to="team@example.org",
)
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="7", segment="9")
OPTIONS = mailjet.Options()
WHEN = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)
MARKS = ["[", "[[", "]]", "{", "{{", "}}", "{%", "%}", '[[data:firstname:""]]', "[[EMAIL_TO]]", "{{var:x}}"]
WORDS = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(MARKS)))
PLAIN = WORDS.map("".join).filter(lambda text: PATTERN.search(text) is None and WORD_JOINER not in text)
OPENINGS = ("[[", "{{", "{%")


def adapter() -> mailjet.Mailjet:
    return mailjet.Mailjet(OPTIONS, HttpClient(payload.service(OPTIONS)), now=lambda: WHEN)


def written(text: str, **more: str) -> str:
    """Return words as the plain part says them."""
    return str(payload.content(MESSAGE.model_copy(update={"text": text, **more}))["Text-part"])


def run(code: str, **values: str) -> str:
    """Fill what stands in two brackets, with a value of the contact or with the words after it."""

    def value(found: re.Match[str]) -> str:
        return values.get(found[1], "") or found[2] or ""

    return re.sub(r'\[\[(?:data:)?(\w+)(?::"([^"\[\]]*)")?\]\]', value, code)


@given(PLAIN)
@example("[[EMAIL_TO]] {{ x }} {% y %} [[[ {{{%")
def test_words_in_html_come_out_as_they_were_written(text):
    escaped = html.escape(text)
    code = adapter().dialect.write(escaped, "Mailjet")
    assert not any(one in code for one in OPENINGS)
    assert html.unescape(run(code)) == html.unescape(escaped)


@given(PLAIN)
@example("[[EMAIL_TO]] {{ x }} {% y %} [[[ {{{%")
def test_words_in_plain_text_come_out_as_they_were_written(text):
    message = MESSAGE.model_copy(update={"text": text, "subject": text})
    for code in (payload.content(message)["Text-part"], payload.frame(_with(message))["Subject"]):
        assert not any(one in code for one in OPENINGS)
        assert run(code).replace(WORD_JOINER, "") == text


@given(PLAIN, st.text(max_size=20))
def test_words_before_a_tag_never_run_into_it(text, value):
    code = adapter().dialect.write(f"{html.escape(text)}{{first_name}}", "Mailjet")
    assert code.count("[[") == 1
    assert run(code, firstname=value).endswith(value)


@given(st.text(st.sampled_from('ab "[]&;'), max_size=12))
@example('"]] [[EMAIL_TO]] "')
def test_words_for_who_has_no_name_never_end_their_tag_in_html(words):
    code = adapter().dialect.write(f"Dear {{first_name|{html.escape(words, quote=False)}}}!", "Mailjet")
    assert html.unescape(run(code)) == f"Dear {words}!"
    assert run(code, firstname="Kim") == "Dear Kim!"


@pytest.mark.parametrize("words", ['"you"', "you [all]", "you]"])
def test_words_that_would_end_their_tag_in_plain_text_are_refused_by_name(words):
    with pytest.raises(UnsupportedError, match="Mailjet cannot use the fallback") as caught:
        written(f"Dear {{first_name|{words}}}")
    assert "curved quotes" in caught.value.hint


def test_names_and_columns_are_contact_properties():
    text = "{first_name|there} {last_name} {town} {town|Hull} {email} {email|x} {unsubscribe_url} {view_url}"
    assert written(text) == (
        '[[data:firstname:"there"]] [[data:name:""]] [[data:town:""]] [[data:town:"Hull"]] [[EMAIL_TO]] [[EMAIL_TO]] '
        "[[UNSUB_LINK_EN]] [[PERMALINK]]"
    )


@pytest.mark.parametrize(
    ("language", "code", "locale"),
    [("en-GB", "EN", "en_US"), ("de", "DE", "de_DE"), ("FR-ca", "FR", "fr_FR"), ("cy", "EN", "en_US")],
)
def test_the_page_to_leave_is_in_the_readers_language_where_there_is_one(language, code, locale):
    message = MESSAGE.model_copy(update={"language": language})
    assert f'href="[[UNSUB_LINK_{code}]]"' in payload.content(message)["Html-part"]
    assert payload.frame(_with(message))["Locale"] == locale
    assert adapter().expected(_with(message)).html == payload.content(message)["Html-part"]


def test_a_page_for_preferences_is_refused_by_name():
    with pytest.raises(UnsupportedError, match=r"Mailjet cannot fill the merge tag \{preferences_url\}"):
        written("{preferences_url}")


def _with(message: Message) -> CampaignDraft:
    return DRAFT.model_copy(update={"message": message})


def test_a_new_draft_leaves_out_what_there_is_not_and_an_old_one_is_emptied_of_it():
    draft = _with(MESSAGE.model_copy(update={"reply_to": None})).model_copy(update={"segment": ""})
    made, anew = payload.create(draft).json, payload.update("41", draft).json
    assert not {"ReplyEmail", "SegmentationID"} & made.keys()
    assert (anew["ReplyEmail"], anew["SegmentationID"]) == ("", 0)
    assert made["Title"] == anew["Title"] == "February [nl-2024-02-3f9a1c]"
    assert "Status" not in anew


def test_only_what_does_no_more_twice_may_be_repeated():
    assert payload.update("41", DRAFT).is_safe
    assert payload.fill("41", payload.content(MESSAGE)).is_safe
    unsafe = [
        payload.create(DRAFT),
        payload.send_test("41", ["kim@example.org"]),
        payload.set_moment("41", WHEN),
        payload.send_now("41"),
    ]
    assert not any(call.is_safe for call in unsafe)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"ErrorInfo": "", "ErrorMessage": "Object not found", "StatusCode": 404}, "Object not found."),
        ({"ErrorInfo": "Which one", "ErrorMessage": "Invalid value."}, "Invalid value. Which one."),
        ({"ErrorInfo": "No.", "ErrorMessage": "No"}, "No."),
        ({"ErrorInfo": {"x": 1}, "ErrorMessage": "No", "ErrorIdentifier": "0f"}, "No. (ErrorIdentifier 0f)"),
        ({"ErrorInfo": "Only this", "ErrorMessage": ""}, "Only this."),
        ({"ErrorInfo": " ", "ErrorMessage": 7}, None),
        ([], None),
        (None, None),
    ],
)
def test_a_refusal_is_read(body, words):
    refusal = payload.read_refusal(body)
    assert (refusal and refusal.words) == words


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("Newsletter has to be in status draft or programmed", "already sent"),
        ("SenderEmail is not active", "Sender domains"),
        ("ContactsList needs more than one active subscribed recipient", "more than one active subscriber"),
        ("The date is too close to the execution", "later time"),
    ],
)
def test_refusals_that_its_guide_names_have_hints_of_their_own(words, hint):
    refusal = payload.read_refusal({"ErrorMessage": words})
    assert refusal
    assert hint in payload.service(OPTIONS).hints[refusal.code]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0, RemoteState.DRAFT),
        ("0", RemoteState.DRAFT),
        (2, RemoteState.SENT),
        (3, RemoteState.SENDING),
        ("4", RemoteState.SENT),
        (-1, RemoteState.CANCELLED),
        (-2, RemoteState.CANCELLED),
        (-3, RemoteState.CANCELLED),
        (17, RemoteState.UNKNOWN),
        (None, RemoteState.UNKNOWN),
        ({}, RemoteState.UNKNOWN),
    ],
)
def test_states_are_understood(status, state):
    campaign = adapter()._campaign({"ID": 41, "Status": status, "Url": "https://example.org/view"})
    assert (campaign.id, campaign.state) == ("41", state)
    assert bool(campaign.view_url) is (state is RemoteState.SENT)


@pytest.mark.parametrize("trace", [{"CampaignID": "700"}, {"DeliveredAt": "2024-02-12T10:00:00Z"}])
def test_a_campaign_that_was_put_away_after_it_left_is_sent(trace):
    assert adapter()._campaign({"ID": 41, "Status": -1, **trace}).state is RemoteState.SENT


def test_what_it_cannot_do_is_refused_by_name():
    with pytest.raises(UnsupportedError, match="Mailjet cannot stop a campaign"):
        adapter().cancel("41")
    with pytest.raises(UnsupportedError, match="Mailjet cannot store images"):
        adapter().upload("a.png", "image/png", b"")


def test_the_plan_shows_every_call():
    drafts = "/v3/REST/campaigndraft"
    calls = adapter().plan(DRAFT, None)
    assert [call.path for call in calls] == [
        drafts,
        f"{drafts}/{{campaign}}/detailcontent",
        f"{drafts}/{{campaign}}/send",
    ]
    assert adapter().plan(DRAFT, WHEN)[2].json == {"Date": "2024-02-12T10:00:00+00:00"}


def test_what_it_should_hold_is_what_is_sent():
    message = MESSAGE.model_copy(update={"subject": "[[x", "text": "{{y"})
    expected, parts = adapter().expected(_with(message)), payload.content(message)
    assert expected.subject == payload.frame(_with(message))["Subject"] == f"[{WORD_JOINER}[x"
    assert (expected.html, expected.text) == (parts["Html-part"], parts["Text-part"])
    assert (expected.sender_name, expected.sender_email) == ("Example Trust", "news@example.org")
    assert (expected.audience, expected.segment, expected.reply_to) == ("7", "9", "team@example.org")
