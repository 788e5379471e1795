"""SendGrid's requests: merge tags (Handlebars), single sends, and its error bodies; nothing is called here."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import Field, model_validator

from newsletter.model.api_address import ApiAddress
from newsletter.model.campaign import Message
from newsletter.model.fields import FrozenModel, Link
from newsletter.model.merge_tags import BuiltInTag, fill
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.campaign import Secret, labelled
from newsletter.providers.handlebars import dialects
from newsletter.providers.http_types import ApiError, ApiProfile, ApiResponse, Call
from newsletter.providers.json_fields import as_dict, as_str

TITLE = "SendGrid"
KEY = Secret(
    "NEWSLETTER_SENDGRID_KEY",
    "an API key with full access to Marketing and to Mail Send (SendGrid: Settings → API Keys)",
)
SENDS = "/v3/marketing/singlesends"
EVERYBODY = "all"
PER_PAGE = 50
LONGEST_NAME = 100

# a single send is never said to be finished: triggered is the last that is heard of it
STATES = {"draft": RemoteState.DRAFT, "scheduled": RemoteState.SCHEDULED, "triggered": RemoteState.SENT}
REPORT = {
    "sent": ("requests",),
    "left_out": ("bounce_drops", "spam_report_drops", "invalid_emails"),
    "delivered": ("delivered",),
    "opens": ("unique_opens",),
    "clicks": ("unique_clicks",),
    "hard_bounces": ("bounces",),
    "unsubscribes": ("unsubscribes",),
    "complaints": ("spam_reports",),
}
"""SendGrid's names of our counts; several are added up."""
_SPENT = "credits exceeded"
_HINTS = {
    _SPENT: "The account has reached its limit. Change your plan, or wait until it can send again.",
    "authorization grant|wrong credentials": (
        f"Check the key in {KEY.variable}: it may be wrong, deleted, or from another account."
    ),
    "sender identity|sender_id": "Verify the sender in SendGrid: Marketing → Senders.",
    "access forbidden|permission|scope": f"The key in {KEY.variable} needs full access to Marketing and to Mail Send.",
    "suppression_group|unsubscribe": (
        "Check the unsubscribe groups in SendGrid, and set `suppression_group` in newsletter.yaml to one of them."
    ),
    "list_ids|segment_ids|send_to": "The list or segment may be empty, or deleted in SendGrid.",
    "send_at": "Choose a later time.",
    "handlebars|pars(e|ing)": "SendGrid cannot read the text as a template. Check the { and } in it.",
    "401": f"Check the key in {KEY.variable}: it may be wrong, deleted, or from another account.",
    "403": f"The key in {KEY.variable} needs full access to Marketing and to Mail Send.",
    "404": "It may have been deleted on SendGrid's website.",
    "413": "The issue is too large for SendGrid: shorten it.",
    "451": "The account's data is kept in another region: check `base_url` in newsletter.yaml.",
}
"""What to do, by words that SendGrid's own hold, or by its status: it has no list of codes."""


class Options(FrozenModel):
    """What the settings say under `sendgrid`."""

    base_url: ApiAddress = Field(
        "https://api.sendgrid.com",
        description="The address of SendGrid's API; accounts in the EU have another one.",
        examples=["https://api.eu.sendgrid.com"],
    )
    sender_id: int | None = Field(
        None,
        description=(
            "The number of the sender in SendGrid, whose name and addresses are then used. If not set, the "
            "sender that matches newsletter.yaml is used."
        ),
        examples=[1234567],
    )
    suppression_group: int | None = Field(
        None,
        description="The number of the unsubscribe group. If not set, the only group is used.",
        examples=[12345],
    )
    unsubscribe_url: Link | None = Field(
        None,
        description="Your own unsubscribe page, used instead of an unsubscribe group.",
        examples=["https://example.org/leave"],
    )

    @model_validator(mode="after")
    def _one_way_to_leave(self) -> Self:
        if self.suppression_group is not None and self.unsubscribe_url is not None:
            message = "set either suppression_group or unsubscribe_url: SendGrid allows only one"
            raise ValueError(message)
        return self


# --- merge tags -----------------------------------------------------------------------------------------------------

HTML, _TEXT = dialects(
    {
        BuiltInTag.FIRST_NAME: "first_name",
        BuiltInTag.LAST_NAME: "last_name",
        BuiltInTag.EMAIL: "email",
        BuiltInTag.VIEW_URL: "Weblink",
    },
    {
        BuiltInTag.UNSUBSCRIBE_URL: "unsubscribe",
        BuiltInTag.PREFERENCES_URL: "unsubscribe_preferences",
    },
)


# --- calls ------------------------------------------------------------------------------------------------------------


def content(draft: CampaignDraft, sender: Any, leaving: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole single send; unless told not to, SendGrid would make the plain text anew."""
    message = draft.message
    return {
        "name": _name(draft),
        "send_to": {
            "list_ids": [] if draft.segment or draft.audience == EVERYBODY else [draft.audience],
            "segment_ids": [draft.segment] if draft.segment else [],
            "all": draft.audience == EVERYBODY and not draft.segment,
        },
        "email_config": {
            "subject": _TEXT.write(message.subject, TITLE),
            "html_content": HTML.write(message.html, TITLE),
            "plain_content": _TEXT.write(message.text, TITLE),
            "generate_plain_content": False,
            "editor": "code",
            "sender_id": sender,
            "suppression_group_id": None,
            "custom_unsubscribe_url": None,
            **leaving,
        },
    }


def _name(draft: CampaignDraft) -> str:
    """Return the name with our key at its end; a title that is too long is cut, never the key."""
    room = LONGEST_NAME - len(labelled("", draft.key))
    title = draft.title if len(draft.title) <= room else draft.title[: room - 1] + "…"
    return labelled(title, draft.key)


def create(draft: CampaignDraft, sender: Any, leaving: Mapping[str, Any]) -> Call:
    """Return the call that makes a draft."""
    return Call("POST", SENDS, json=content(draft, sender, leaving))


def update(campaign: str, draft: CampaignDraft, sender: Any, leaving: Mapping[str, Any]) -> Call:
    """Return the call that brings the draft up to date."""
    return Call("PATCH", f"{SENDS}/{campaign}", json=content(draft, sender, leaving), repeatable=True)


def set_off(campaign: str, when: dt.datetime | None = None) -> Call:
    """Return the call that sends it now, or at a moment."""
    moment = f"{when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if when else "now"
    return Call("PUT", f"{SENDS}/{campaign}/schedule", json={"send_at": moment})


def single(message: Message, sender: Mapping[str, Any], addresses: Sequence[str]) -> Call:
    """Return the call that sends a test as single emails, one to each; merge tags are filled here.

    SendGrid's own call for tests takes one of its stored templates, and not a single send.
    """
    answer = reply_address(sender)
    values: dict[str, str] = {
        BuiltInTag.UNSUBSCRIBE_URL: f"mailto:{quote(answer)}?subject=Unsubscribe",
        BuiltInTag.PREFERENCES_URL: f"mailto:{quote(answer)}?subject=Preferences",
        BuiltInTag.VIEW_URL: "#",
    }
    parts = {"text/plain": fill(message.text, values), "text/html": fill(message.html, values, html.escape)}
    body = {
        "personalizations": [{"to": [{"email": address}]} for address in addresses],
        "from": {name: from_field(sender, name) for name in ("email", "name")},
        "reply_to": {"email": answer},
        "subject": fill(message.subject, values),
        "content": [{"type": kind, "value": words} for kind, words in parts.items() if words],
    }
    return Call("POST", "/v3/mail/send", json=body)


def from_field(sender: Mapping[str, Any], part: str) -> str:
    """Return the name or the address that a sender sends from."""
    return as_str(as_dict(sender.get("from")).get(part)) or ""


def reply_address(sender: Mapping[str, Any]) -> str:
    """Return the address that replies to a sender go to."""
    return as_str(as_dict(sender.get("reply_to")).get("email")) or ""


def page(path: str, token: str, query: Mapping[str, str]) -> Call:
    """Return the call that asks for the page of a list that a token names."""
    return Call("GET", path, query={**query, "page_size": str(PER_PAGE), **({"page_token": token} if token else {})})


def next_token(answer: ApiResponse) -> str:
    """Return the token of the next page; its link itself is never called, for the key would go wherever it leads."""
    link = as_str(as_dict(answer.need_object().get("_metadata")).get("next")) or ""
    try:
        return parse_qs(urlsplit(link).query).get("page_token", [""])[0]
    except ValueError:
        return ""


def read_refusal(body: Any) -> ApiError | None:
    """Return what an error body says, None where it says nothing."""
    rows = body.get("errors") if isinstance(body, dict) else None
    told = [_fault(row) for row in rows] if isinstance(rows, list) else []
    words = "; ".join(one for one in told if one)
    code = next((one for one in _HINTS if not one.isdigit() and re.search(one, words, re.IGNORECASE)), "")
    return ApiError(words, code) if words else None


def _fault(row: object) -> str:
    said = as_dict(row)
    words, place = as_str(said.get("message")) or "", as_str(said.get("field")) or ""
    return f"{place}: {words}" if words and place and place not in words else words


def service(options: Options) -> ApiProfile:
    """Return how to call SendGrid, which does not document its rate limit; its 429 tells."""
    return ApiProfile(
        name=TITLE, base_url=options.base_url, read_refusal=read_refusal, hints=_HINTS, pace=0.1, spent={_SPENT}
    )
