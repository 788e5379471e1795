from __future__ import annotations

import datetime as dt
import html
import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from newsletter.errors import UnsupportedError, UsageError
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.merge_tags import PATTERN
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers import mailchimp
from newsletter.providers import mailchimp_payload as payload
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
DRAFT = CampaignDraft(key="nl-2024-02-3f9a1c", title="February", message=MESSAGE, audience="aud1", segment="71")
BASE = "https://us6.api.mailchimp.com/3.0"
WHEN = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)
TAG = re.compile(r"\*\|([^*|]*)\|\*")
WORDS = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["*", "|", "*|", "|*", "*|EMAIL|*", "*|IF:FNAME|*", "|UNSUB|*", "*|END:IF|*"]),
    )
).map("".join)
PLAIN = WORDS.filter(lambda text: PATTERN.search(text) is None and WORD_JOINER not in text)
VALUES = {"FNAME": "Kim", "LNAME": "", "UNSUB": "https://example.org/leave"}


def adapter(base_url: str = BASE) -> mailchimp.Mailchimp:
    return mailchimp.Mailchimp(mailchimp.Options(), HttpClient(payload.service(base_url)), now=lambda: WHEN)


def run(code: str, **values: str) -> str:
    """Fill tags as Mailchimp's help describes them; what it does not know is left empty."""
    while found := re.search(r"\*\|IF:(\w+)\|\*(.*?)\*\|ELSE:\|\*(.*?)\*\|END:IF\|\*", code, re.DOTALL):
        code = code[: found.start()] + (found[2] if values.get(found[1]) else found[3]) + code[found.end() :]
    return TAG.sub(lambda found: values.get(found[1], ""), code)


@given(PLAIN)
@example("*|EMAIL|* **||** |UNSUB|* *|IF:FNAME|*")
def test_words_in_html_come_out_as_they_were_written(text):
    escaped = html.escape(text)
    code = adapter().dialect.write(escaped, "Mailchimp")
    assert "*|" not in code
    assert html.unescape(run(code)) == html.unescape(escaped)


@given(PLAIN)
@example("*|EMAIL|* **||** |UNSUB|* *|IF:FNAME|*")
def test_words_in_plain_text_and_subject_come_out_as_they_were_written(text):
    message = MESSAGE.model_copy(update={"text": text, "subject": text})
    draft = DRAFT.model_copy(update={"message": message})
    for code in (
        payload.content("c1", draft).json["plain_text"],
        payload.settings(draft)["subject_line"],
    ):
        assert "*|" not in code
        assert run(code).replace(WORD_JOINER, "") == text


@given(PLAIN, PLAIN)
@example("*", "|UNSUB|*")
@example("*|", "|*")
def test_words_that_touch_a_tag_make_no_other_tag_of_it(before, after):
    """Whether Mailchimp reads from the left, or looks for each of its tags by itself."""
    text = f"{html.escape(before)}{{first_name}}{html.escape(after)}"
    code = adapter().dialect.write(text, "Mailchimp")
    assert code.count("*|") == 1
    assert html.unescape(run(code, **VALUES)) == f"{before}Kim{after}"
    for name in ("UNSUB", "EMAIL", "FNAME", "IF:FNAME", "END:IF"):
        assert code.count(f"*|{name}|*") == (name == "FNAME")


def test_names_have_a_fallback():
    subject, body = payload.settings(DRAFT)["subject_line"], payload.content("c1", DRAFT).json
    assert run(subject, FNAME="Kim") == "Hello Kim"
    assert run(subject) == "Hello there"
    assert run(body["html"]).startswith("<p>Hello you &amp; yours</p>")
    assert body["plain_text"] == "Hello *|FNAME|*"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{last_name} {email}", "*|LNAME|* *|EMAIL|*"),
        ("{unsubscribe_url} {view_url} {preferences_url}", "*|UNSUB|* *|ARCHIVE|* *|UPDATE_PROFILE|*"),
        ("{unsubscribe_url|x}{email|y}", "*|UNSUB|**|EMAIL|*"),
        ("{town}", "*|TOWN|*"),
        ("{town|here}", "*|IF:TOWN|**|TOWN|**|ELSE:|*here*|END:IF|*"),
        ("{ten_letter}", "*|TEN_LETTER|*"),
    ],
)
def test_tags_are_mailchimps_own(text, code):
    assert adapter().dialect.write(text, "Mailchimp") == code


def test_a_tag_that_is_longer_than_mailchimps_is_refused_by_name():
    with pytest.raises(UnsupportedError, match=r"Mailchimp cannot fill the merge tag {eleven_long}: .* 10 characters"):
        adapter().dialect.write("{eleven_long|x}", "Mailchimp")


@pytest.mark.parametrize("key", ["0123abcd-us6", "a-b-us21", "k-eu1"])
def test_the_end_of_a_key_is_where_it_is_answered(key):
    assert payload.address_for(key) == f"https://{key.rpartition('-')[2]}.api.mailchimp.com/3.0"


@given(st.text())
@example("k-us6\n")
@example("k-us6.example.org")
@example("k-us6@example.org/us6")
@example("k-US6")
def test_a_key_goes_to_mailchimp_or_nowhere(key):
    with suppress(UsageError):
        assert re.fullmatch(r"https://[a-z]{2,4}\d{1,3}\.api\.mailchimp\.com/3\.0", payload.address_for(key))


def test_what_the_settings_cannot_mean_is_refused():
    with pytest.raises(ValidationError):
        mailchimp.Options.model_validate({"audience": "aud1"})
    assert mailchimp.Options().base_url is None


def test_a_campaign_is_made_as_a_draft_with_our_key_and_no_second_preheader():
    body = payload.create(DRAFT).json
    assert body["type"] == "regular"
    assert body["recipients"] == {"list_id": "aud1", "segment_opts": {"saved_segment_id": 71}}
    assert body["settings"]["title"] == "February [nl-2024-02-3f9a1c]"
    assert body["settings"]["preview_text"] == ""
    assert body["settings"]["from_name"] == "Example, Trust"
    assert body["settings"]["reply_to"] == "news@example.org"


def test_however_long_the_title_the_key_stands_at_its_end():
    title = payload.settings(DRAFT.model_copy(update={"title": "x" * 500}))["title"]
    assert len(title) <= 100
    assert title.endswith("x [nl-2024-02-3f9a1c]")


@pytest.mark.parametrize("segment", ["Donors", "0", "7.1", "-3"])
def test_a_segment_that_is_no_number_is_refused_by_name(segment):
    with pytest.raises(
        UnsupportedError, match=f"Mailchimp identifies each segment by a number, and '{segment}' is not a number"
    ):
        payload.create(DRAFT.model_copy(update={"segment": segment}))


@pytest.mark.parametrize(
    ("held", "segment", "recipients"),
    [
        (("aud1", "71"), "71", [None]),
        (("aud1", ""), "", [None]),
        (("aud1", "70"), "", [{}]),
        (("aud2", ""), "", [{}]),
        (("aud1", ""), "71", [{}, {"saved_segment_id": 71}]),
        (("aud1", "70"), "71", [{}, {"saved_segment_id": 71}]),
    ],
)
def test_an_aim_is_only_changed_by_way_of_no_segment(held, segment, recipients):
    calls = payload.changes("c1", DRAFT.model_copy(update={"segment": segment}), payload.CampaignTarget(*held))
    expected = [None if one is None else {"list_id": "aud1", "segment_opts": one} for one in recipients]
    assert [call.json.get("recipients") for call in calls] == expected
    assert all(call.json["settings"] == payload.settings(DRAFT) for call in calls)


def test_only_what_does_no_more_twice_may_be_repeated():
    assert payload.update("c1", DRAFT).is_safe
    assert payload.content("c1", DRAFT).is_safe
    assert not payload.create(DRAFT).is_safe
    assert not payload.action("c1", "send").is_safe
    assert not payload.set_moment("c1", WHEN).is_safe


@pytest.mark.parametrize(
    ("body", "words", "code"),
    [
        ({"title": "API Key Invalid", "detail": "Your key."}, "Your key.", "apikeyinvalid"),
        ({"title": "Bad Request", "detail": ""}, "Bad Request", "badrequest"),
        ({"title": 3, "detail": "No."}, "No.", ""),
        ({"title": "Invalid", "errors": [{"message": "m"}]}, "Invalid: m", "invalid"),
        ({"title": "Invalid", "detail": "d", "errors": ["m", {"field": "f"}]}, "d", "invalid"),
        ({"status": 400}, None, None),
        ([], None, None),
        (None, None, None),
    ],
)
def test_a_refusal_is_read(body, words, code):
    refusal = payload.read_refusal(body)
    assert (refusal and refusal.words, refusal and refusal.code) == (words, code)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("save", RemoteState.DRAFT),
        ("schedule", RemoteState.SCHEDULED),
        ("sending", RemoteState.SENDING),
        ("canceling", RemoteState.SENDING),
        ("sent", RemoteState.SENT),
        ("paused", RemoteState.PAUSED),
        ("canceled", RemoteState.CANCELLED),
        ("archived", RemoteState.UNKNOWN),
        ("asleep", RemoteState.UNKNOWN),
        (None, RemoteState.UNKNOWN),
    ],
)
def test_states_are_understood(status, state):
    assert adapter()._campaign({"id": "c1", "status": status}).state is state


@pytest.mark.parametrize(
    ("base_url", "row", "link"),
    [
        (BASE, {"web_id": 7}, "https://us6.admin.mailchimp.com/campaigns/show/?id=7"),
        (BASE, {}, ""),
        ("http://127.0.0.1:8080/3.0", {"web_id": 7}, ""),
    ],
)
def test_its_page_is_linked_where_that_is_known(base_url, row, link):
    assert adapter(base_url)._campaign({"id": "c1", **row}).admin_url == link


FOOTER = """
    <center>
      <br /><br/>
      <br>
      <table border="0" width="100%" id="canspamBarWrapper" style="background-color:#FFFFFF;">
        <tr><td><table id="canspamBar"><tr><td>This email was sent to *|EMAIL|*</td></tr></table></td></tr>
      </table>
      <style type="text/css">table#canspamBar td{font-size:14px}</style>
    </center>"""
COUNTER = '<img src="https://example.us6.list-manage.com/track/open.php?u=1&id=2" height="1" width="1" alt="">'


def test_what_mailchimp_adds_is_allowed_and_nothing_else():
    normal = adapter().allowance.normal
    ours = "<html><body><center><p>Hello</p></center><p>News</p></body></html>"
    assert normal(ours.replace("</body>", f"{FOOTER}{COUNTER}</body>")) == normal(ours)
    for other in (
        ours.replace("</body>", "<p>Sent with a free plan</p></body>"),
        ours.replace("News", f"Views{FOOTER}"),
        ours.replace("<p>Hello</p>", ""),
        ours.replace("</body>", '<img src="https://example.org/track/open.php"></body>'),
    ):
        assert normal(other) != normal(ours)


def test_the_plan_shows_every_call():
    calls = adapter().plan(DRAFT, None)
    assert [f"{call.method} {call.path}" for call in calls] == [
        "POST /campaigns",
        "PUT /campaigns/{campaign}/content",
        "POST /campaigns/{campaign}/actions/send",
    ]
    assert adapter().plan(DRAFT, WHEN)[-1].path == "/campaigns/{campaign}/actions/schedule"
    assert adapter().plan(DRAFT, WHEN)[-1].json == {"schedule_time": "2024-02-12T10:00:00+00:00"}


def test_what_it_should_hold_is_what_is_sent():
    message = MESSAGE.model_copy(update={"subject": "*|x", "text": "*|y", "html": "*|z"})
    draft = DRAFT.model_copy(update={"message": message})
    expected, held, body = (
        adapter().expected(draft),
        payload.settings(draft),
        payload.content("c1", draft).json,
    )
    assert (expected.subject, expected.preheader) == (held["subject_line"], held["preview_text"])
    assert (expected.html, expected.text) == (body["html"], body["plain_text"])
    assert (expected.sender_name, expected.sender_email) == (held["from_name"], held["reply_to"])
    assert (expected.audience, expected.segment, expected.reply_to) == ("aud1", "71", None)
