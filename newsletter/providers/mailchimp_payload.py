"""Mailchimp's requests: merge tags, settings, content, recipients, and its error bodies; nothing is called here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import Field

from newsletter.errors import UnsupportedError, UsageError
from newsletter.model.api_address import ApiAddress
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.campaign import MergeTagSyntax, Secret, labelled
from newsletter.providers.http_types import ApiError, ApiProfile, Call
from newsletter.providers.json_fields import as_dict, as_dict_list, as_str, read_number
from newsletter.providers.mailchimp_segments import options_of
from newsletter.providers.merge_tag_syntax import WORD_JOINER

TITLE = "Mailchimp"
KEY = Secret("NEWSLETTER_MAILCHIMP_KEY", "an API key, which ends like -us21 (Account & billing → Extras → API keys)")
PER_PAGE = 200
MOST_PER_PAGE = 1000
SETTLING = dt.timedelta(hours=1)
"""How long the list of those who were sent a campaign may lag behind it."""
LONGEST_TITLE = 70
LONGEST_TAG = 10

STATES = {
    "save": RemoteState.DRAFT,
    "schedule": RemoteState.SCHEDULED,
    "sending": RemoteState.SENDING,
    "canceling": RemoteState.SENDING,
    "paused": RemoteState.PAUSED,
    "sent": RemoteState.SENT,
    "canceled": RemoteState.CANCELLED,
}
_OURS = "Nothing was done. This is a bug in newsletter: please report it."
_HINTS = {
    "apikeymissing": f"Set {KEY.variable} to the key.",
    "apikeyinvalid": f"Check the key in {KEY.variable}: it may be wrong, revoked, or missing its ending (-us21).",
    "wrongdatacenter": (
        f"The ending of the key in {KEY.variable} shows where its account is. Copy the whole key, and remove "
        "`base_url` from newsletter.yaml."
    ),
    "userdisabled": (
        "Mailchimp has closed this account, or the login that the key belongs to. Sign in on Mailchimp's website."
    ),
    "forbidden": (
        "Either the account's plan does not include this (scheduling and stopping a send need a paid plan), or "
        "the owner of the key does not have permission: ask an owner, admin or manager of the account for a key."
    ),
    "compliancerelated": (
        "Mailchimp is reviewing the account. Sign in on Mailchimp's website, or contact its compliance team."
    ),
    "memberincompliancestate": (
        "Mailchimp does not allow emails to this person: they unsubscribed, or their address bounced. They can "
        "only subscribe again themselves, with a sign-up form."
    ),
    "invalidaction": "The campaign is in a state that does not allow this. Check it on Mailchimp's website.",
    "resourcenotfound": "It may have been deleted on Mailchimp's website.",
    "upgraderequired": "This computer's encryption is too old for Mailchimp, which needs TLS 1.2: update the computer.",
    "jsonparseerror": _OURS,
    "methodnotallowed": _OURS,
    "resourcenestingtoodeep": _OURS,
    "invalidmethodoverride": _OURS,
    "requestedfieldsinvalid": _OURS,
}
"""How to fix what Mailchimp's list of errors names, by the error's title in small letters without spaces."""


class Options(FrozenModel):
    """What the settings say under `mailchimp`."""

    base_url: ApiAddress | None = Field(
        None,
        description="The address of Mailchimp's API; taken from the end of the key if not set.",
        examples=["http://127.0.0.1:8080/3.0"],
    )


def address_for(key: str) -> str:
    """Return where the account of a key answers; raise UsageError where its end does not tell."""
    # nothing but a data centre may become a part of the host that the key is sent to
    centre = re.search(r"-([a-z]{2,4}\d{1,3})\Z", key)
    if centre is None:
        raise UsageError(
            f"The key in {KEY.variable} does not end like a Mailchimp key.",
            hint="The ending, such as -us21, shows where the account is. Copy the whole key.",
        )
    return f"https://{centre[1]}.api.mailchimp.com/3.0"


# --- merge tags -----------------------------------------------------------------------------------------------------

_BAR = re.compile(r"(?<=\*)\||\A\|")
"""The bar that would open a tag: behind a star, or where the piece of text stands behind a tag, which ends with one."""
_TAGS: dict[str, str] = {
    BuiltInTag.FIRST_NAME: "*|FNAME|*",
    BuiltInTag.LAST_NAME: "*|LNAME|*",
    BuiltInTag.EMAIL: "*|EMAIL|*",
    BuiltInTag.UNSUBSCRIBE_URL: "*|UNSUB|*",
    BuiltInTag.VIEW_URL: "*|ARCHIVE|*",
    BuiltInTag.PREFERENCES_URL: "*|UPDATE_PROFILE|*",
}
_NEVER_EMPTY = {"*|EMAIL|*", "*|UNSUB|*", "*|ARCHIVE|*", "*|UPDATE_PROFILE|*"}


def _column(name: str) -> str:
    if len(name) > LONGEST_TAG:
        raise UnsupportedError(
            f"{TITLE} cannot fill the merge tag {{{name}}}: its tags have at most {LONGEST_TAG} characters",
            hint="Use the tag from the audience's settings in Mailchimp, in lower case.",
        )
    return f"*|{name.upper()}|*"


def _with_fallback(plain: str, words: str) -> str:
    name = plain.removeprefix("*|").removesuffix("|*")
    return plain if plain in _NEVER_EMPTY else f"*|IF:{name}|*{plain}*|ELSE:|*{words}*|END:IF|*"


def _dialect(bar: str) -> MergeTagSyntax:
    """Return the dialect in which `bar` stands for a bar that would open a tag."""
    return MergeTagSyntax(
        tags=_TAGS, with_fallback=_with_fallback, custom=_column, escape=lambda text: _BAR.sub(bar, text)
    )


HTML = _dialect("&#124;")
TEXT = _dialect(WORD_JOINER + "|")

# what Mailchimp puts under HTML in which it misses something that the law wants, and its counter of openings
FOOTER = re.compile(r'<center>(?:\s|<br ?/?>)*<table[^>]*\bid="canspamBarWrapper".*?</center>', re.DOTALL)
COUNTER = re.compile(r"<img[^>]*\.list-manage\d*\.com/track/open\.php[^>]*>")


# --- calls ------------------------------------------------------------------------------------------------------------


def settings(draft: CampaignDraft) -> dict[str, Any]:
    """Return a campaign's settings.

    The preheader is in the HTML already: in `preview_text` it would show twice. `reply_to` is the sender's address too;
    Mailchimp has no other field for it.
    """
    message = draft.message
    return {
        # short enough, so that the key at its end is never cut off
        "title": labelled(draft.title[:LONGEST_TITLE], draft.key),
        "subject_line": TEXT.write(message.subject, TITLE),
        "preview_text": "",
        "from_name": message.sender.name,
        "reply_to": message.sender.email,
        "auto_footer": False,
        "inline_css": False,
    }


class CampaignTarget(NamedTuple):
    """The target of a campaign: an audience, a segment of it, or the people that a rule selects."""

    audience: str
    segment: str = ""
    rule: str = ""


def wanted(draft: CampaignDraft) -> CampaignTarget:
    """Return the target of a draft; its rule, if it has one, includes the segment."""
    return (
        CampaignTarget(draft.audience, "", draft.rule) if draft.rule else CampaignTarget(draft.audience, draft.segment)
    )


def aim(draft: CampaignDraft) -> dict[str, Any]:
    """Return the target as recipients of a campaign."""
    if draft.rule:
        return {"list_id": draft.audience, "segment_opts": options_of(draft.rule)}
    part = {"segment_opts": {"saved_segment_id": read_number(draft.segment, "segment", TITLE)}} if draft.segment else {}
    return {"list_id": draft.audience, **part}


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes a draft, without content yet."""
    return Call("POST", "/campaigns", json={"type": "regular", "recipients": aim(draft), "settings": settings(draft)})


def update(campaign: str, draft: CampaignDraft, recipients: Mapping[str, Any] | None = None) -> Call:
    """Return the call that updates the settings of a draft, and its recipients if given."""
    target = {"recipients": recipients} if recipients else {}
    return Call("PATCH", f"/campaigns/{campaign}", json={"settings": settings(draft), **target}, repeatable=True)


def changes(campaign: str, draft: CampaignDraft, held: CampaignTarget) -> list[Call]:
    """Return the calls that bring a draft up to date, which is now aimed at somebody.

    Put in place of another segment, a segment leaves Mailchimp with the people of the old one (Automattic's
    newspack-workspace, pull request 221). So the old one is taken away first.
    """
    target = wanted(draft)
    if held == target:
        return [update(campaign, draft)]
    emptied = update(campaign, draft, {"list_id": draft.audience, "segment_opts": {}})
    return [emptied] if target == CampaignTarget(draft.audience) else [emptied, update(campaign, draft, aim(draft))]


def content(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that sets what the campaign says."""
    body = {"html": HTML.write(draft.message.html, TITLE), "plain_text": TEXT.write(draft.message.text, TITLE)}
    return Call("PUT", f"/campaigns/{campaign}/content", json=body, repeatable=True)


def action(campaign: str, name: str, body: Mapping[str, Any] | None = None) -> Call:
    """Return the call that has something done with a campaign."""
    return Call("POST", f"/campaigns/{campaign}/actions/{name}", json=body)


def set_moment(campaign: str, when: dt.datetime) -> Call:
    """Return the call that has it sent at a moment."""
    return action(campaign, "schedule", {"schedule_time": when.astimezone(dt.UTC).isoformat(timespec="seconds")})


def one(path: str, *fields: str) -> Call:
    """Return the call that asks for some fields of one thing."""
    return Call("GET", path, query={"fields": ",".join(fields)})


def page(path: str, name: str, fields: Sequence[str], offset: int, query: Mapping[str, str]) -> Call:
    """Return the call that asks for one page of a list; `query` may ask for another length than the usual one."""
    wanted = ",".join([*(f"{name}.{field}" for field in fields), "total_items"])
    return Call("GET", path, query={"count": str(PER_PAGE), **query, "fields": wanted, "offset": str(offset)})


def read_refusal(body: Any) -> ApiError | None:
    """Read a problem document: its words, or those on each field where there are any; its code is made of its title."""
    said = as_dict(body)
    title, detail = as_str(said.get("title")) or "", as_str(said.get("detail")) or ""
    fields = [_at_fault(row) for row in as_dict_list(said.get("errors")) if row.get("message")]
    words = f"{title}: {'; '.join(fields)}" if fields else detail or title
    return ApiError(words, "".join(title.split()).casefold()) if words else None


def _at_fault(row: Mapping[str, Any]) -> str:
    return f"{row['field']}: {row['message']}" if row.get("field") else str(row["message"])


def service(base_url: str) -> ApiProfile:
    """Return how to call Mailchimp: ten calls at one time; more are refused by 429, or by a 403 without any words."""
    return ApiProfile(
        name=TITLE,
        base_url=base_url,
        read_refusal=read_refusal,
        hints=_HINTS,
        bare_403_is_busy=True,
        # it comes with status 503, which otherwise says to try again
        spent={"compliancerelated"},
    )
