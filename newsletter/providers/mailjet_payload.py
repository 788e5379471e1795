"""Mailjet's requests: merge tags, drafts, content, and its error bodies; nothing is called here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import Field

from newsletter.errors import UnsupportedError
from newsletter.model.api_address import ApiAddress
from newsletter.model.campaign import Message
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.campaign import MergeTagSyntax, Secret, labelled
from newsletter.providers.http_types import ApiError, ApiProfile, Call
from newsletter.providers.json_fields import as_str, read_number
from newsletter.providers.merge_tag_syntax import WORD_JOINER

TITLE = "Mailjet"
KEY = Secret("NEWSLETTER_MAILJET_KEY", "the API key (Mailjet: Account settings → API key management)")
SECRET = Secret("NEWSLETTER_MAILJET_SECRET", "the secret key that belongs to the API key, from the same page")
REST = "/v3/REST"
DRAFTS = f"{REST}/campaigndraft"
PER_PAGE = 1000
"""The most that Mailjet gives at once."""
NEARLY = dt.timedelta(seconds=30)
"""Two clocks may differ by this: what goes sooner is taken for being on its way."""
LANGUAGES = {"en": "en_US", "fr": "fr_FR", "de": "de_DE", "es": "es_ES", "it": "it_IT", "nl": "nl_NL"}
"""The languages in which Mailjet has a page to leave, and its name of each."""

STATES = {
    "-3": RemoteState.CANCELLED,
    "-2": RemoteState.CANCELLED,
    "-1": RemoteState.CANCELLED,
    "0": RemoteState.DRAFT,
    "1": RemoteState.SCHEDULED,
    "2": RemoteState.SENT,
    # a trial of several versions made by hand on the website: some readers have one
    "3": RemoteState.SENDING,
    "4": RemoteState.SENT,
}
PUT_AWAY = {"-1", "-2"}
"""Archived and deleted, which a draft can be as well as a campaign that was sent."""
REPORT = {
    "sent": "MessageSentCount",
    "left_out": "MessageBlockedCount",
    "opens": "MessageOpenedCount",
    "clicks": "MessageClickedCount",
    "hard_bounces": "MessageHardBouncedCount",
    "soft_bounces": "MessageSoftBouncedCount",
    "unsubscribes": "MessageUnsubscribedCount",
    "complaints": "MessageSpamCount",
}
"""Mailjet's names of our counts."""
_HINTS = {
    "status draft or programmed": "It was already sent, or someone archived or deleted it on Mailjet's website.",
    "sender": "Activate the sender's address in Mailjet: Account settings → Sender domains and addresses.",
    "subscriber|recipient": "Mailjet sends only to a list with more than one active subscriber.",
    r"in the past|too close|\bdate\b": "Choose a later time.",
    "401": (
        f"Check the keys in {KEY.variable} and {SECRET.variable}: they may be swapped, revoked, or from another "
        "account."
    ),
    "404": "It may have been deleted on Mailjet's website.",
}
"""What to do, by words that Mailjet's own hold, or by its status: it has no codes that could be relied on."""


class Options(FrozenModel):
    """What the settings say under `mailjet`."""

    base_url: ApiAddress = Field(
        "https://api.mailjet.com", description="The address of Mailjet's API.", examples=["https://api.eu.mailjet.com"]
    )


# --- merge tags -----------------------------------------------------------------------------------------------------

# two pairs open its tags, two its template language; a bracket may also touch that of a tag behind it
_OPENING = re.compile(r"\[(?=\[|\Z)|\{(?=[{%])")
_ENTITIES = {'"': "&quot;", "[": "&#91;", "]": "&#93;", "{": "&#123;"}


def _dialect(language: str, escape: Callable[[str], str], quote: Callable[[str], str]) -> MergeTagSyntax:
    """Return a dialect; `quote` makes words fit to stand between a tag's straight quotes."""
    code = language.partition("-")[0].lower()
    return MergeTagSyntax(
        tags={
            BuiltInTag.FIRST_NAME: '[[data:firstname:""]]',
            BuiltInTag.LAST_NAME: '[[data:name:""]]',
            BuiltInTag.EMAIL: "[[EMAIL_TO]]",
            BuiltInTag.UNSUBSCRIBE_URL: f"[[UNSUB_LINK_{code.upper() if code in LANGUAGES else 'EN'}]]",
            BuiltInTag.VIEW_URL: "[[PERMALINK]]",
        },
        with_fallback=lambda plain, words: _with_words(plain, quote(words)),
        custom=lambda name: f'[[data:{name}:""]]',
        escape=escape,
    )


def _with_words(plain: str, words: str) -> str:
    """Return a tag with words in it; an address and a link are always there, and need none."""
    return plain.replace(':""]]', f':"{words}"]]')


def _in_text(words: str) -> str:
    if re.search(r'["\[\]]', words):
        raise UnsupportedError(
            f"{TITLE} cannot use the fallback {words!r}: a straight quote or a bracket would end it.",
            hint="Remove it, or use curved quotes.",
        )
    return words


def html(language: str) -> MergeTagSyntax:
    """Return the dialect for HTML in a language."""
    return _dialect(
        language,
        lambda text: _OPENING.sub(lambda found: _ENTITIES[found[0]], text),
        lambda words: re.sub(r'["\[\]]', lambda found: _ENTITIES[found[0]], words),
    )


def _text(language: str) -> MergeTagSyntax:
    return _dialect(language, lambda text: _OPENING.sub(rf"\g<0>{WORD_JOINER}", text), _in_text)


# --- calls ------------------------------------------------------------------------------------------------------------


def frame(draft: CampaignDraft) -> dict[str, Any]:
    """Return all of a draft but its content; `html2` keeps Mailjet from taking the HTML apart for its own editor."""
    message = draft.message
    return {
        "Title": labelled(draft.title, draft.key),
        "Locale": LANGUAGES.get(message.language.partition("-")[0].lower(), LANGUAGES["en"]),
        "Sender": message.sender.name,
        "SenderName": message.sender.name,
        "SenderEmail": message.sender.email,
        "ReplyEmail": message.reply_to or "",
        "Subject": _text(message.language).write(message.subject, TITLE),
        "ContactsListID": read_number(draft.audience, "list", TITLE),
        "SegmentationID": read_number(draft.segment, "segment", TITLE) if draft.segment else 0,
        "EditMode": "html2",
        "IsTextPartIncluded": True,
    }


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes a draft, which is found by its title although it has no content yet."""
    body = {name: value for name, value in frame(draft).items() if value not in {"", 0}}
    return Call("POST", DRAFTS, json=body)


def update(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that brings a draft up to date; a segment or reply address that it had is emptied."""
    return Call("PUT", f"{DRAFTS}/{campaign}", json=frame(draft), repeatable=True)


def content(message: Message) -> dict[str, Any]:
    """Return both parts of a message."""
    return {
        "Html-part": html(message.language).write(message.html, TITLE),
        "Text-part": _text(message.language).write(message.text, TITLE),
    }


def fill(campaign: str, parts: Mapping[str, Any]) -> Call:
    """Return the call that sets the content; POST empties what it does not name, so that nothing old is left."""
    return Call("POST", f"{DRAFTS}/{campaign}/detailcontent", json=parts, repeatable=True)


def send_test(campaign: str, addresses: Sequence[str]) -> Call:
    """Return the call that sends the draft to these addresses."""
    people = [{"Email": address, "Name": address} for address in addresses]
    return Call("POST", f"{DRAFTS}/{campaign}/test", json={"Recipients": people})


def set_moment(campaign: str, when: dt.datetime) -> Call:
    """Return the call that has it sent at a moment; Mailjet's guide writes `date`, its clients `Date`."""
    moment = when.astimezone(dt.UTC).isoformat(timespec="seconds")
    return Call("POST", f"{DRAFTS}/{campaign}/schedule", json={"Date": moment})


def send_now(campaign: str) -> Call:
    """Return the call that sends it to everybody."""
    return Call("POST", f"{DRAFTS}/{campaign}/send", json={})


def page(path: str, offset: int, query: Mapping[str, str]) -> Call:
    """Return the call that asks for a list from a row on."""
    return Call("GET", path, query={**query, "Limit": str(PER_PAGE), "Offset": str(offset), "Sort": "ID"})


def head_count(audience: str) -> Call:
    """Return the call that counts who would be reached: a list's own `SubscriberCount` has those who left in it."""
    query = {"ContactsList": audience, "Unsub": "false", "IsExcludedFromCampaigns": "false", "countOnly": "1"}
    return Call("GET", f"{REST}/listrecipient", query=query)


def counters(number: int) -> Call:
    """Return the call that asks for the sums of a campaign, by a number that is not its draft's."""
    query = {"CounterSource": "Campaign", "CounterTiming": "Message", "CounterResolution": "Lifetime"}
    return Call("GET", f"{REST}/statcounters", query={**query, "SourceID": str(number)})


def read_refusal(body: Any) -> ApiError | None:
    """Return what an error body says, None where it says nothing."""
    said = [as_str(body.get(name)) for name in ("ErrorMessage", "ErrorInfo")] if isinstance(body, dict) else []
    words = ". ".join(dict.fromkeys(one.strip().removesuffix(".") for one in said if one and one.strip()))
    if not words:
        return None
    code = next((one for one in _HINTS if not one.isdigit() and re.search(one, words, re.IGNORECASE)), "")
    identifier = as_str(body.get("ErrorIdentifier"))
    return ApiError(f"{words}." + (f" (ErrorIdentifier {identifier})" if identifier else ""), code)


def service(options: Options) -> ApiProfile:
    """Return how to call Mailjet, which does not document its rate limit; its 429 tells."""
    return ApiProfile(
        name=TITLE,
        base_url=options.base_url,
        read_refusal=read_refusal,
        hints=_HINTS,
        pace=0.1,
        request_id="X-MJ-Request-GUID",
    )
