"""Resend's requests: merge tags, broadcasts, and its error bodies; nothing is called here."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import Field

from newsletter.model.api_address import ApiAddress
from newsletter.model.campaign import Message
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag, fill
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.campaign import MergeTagSyntax, Secret, labelled
from newsletter.providers.http_types import ApiError, ApiProfile, Call
from newsletter.providers.merge_tag_syntax import WORD_JOINER

TITLE = "Resend"
KEY = Secret("NEWSLETTER_RESEND_KEY", "an API key with full access (Resend: API keys → Create API key)")
PER_PAGE = 100

STATES = {
    "draft": RemoteState.DRAFT,
    "scheduled": RemoteState.SCHEDULED,
    "queued": RemoteState.SENDING,
    "sending": RemoteState.SENDING,
    "sent": RemoteState.SENT,
    "canceled": RemoteState.CANCELLED,
    "cancelled": RemoteState.CANCELLED,
    "failed": RemoteState.FAILED,
}
_HINTS = {
    "restricted_api_key": f"The key in {KEY.variable} can send only single emails: create one with full access.",
    "invalid_api_key": f"Check the key in {KEY.variable}: it may be wrong, deleted, or from another account.",
    "missing_api_key": f"Set {KEY.variable} to the key.",
    "invalid_from_address": "Set the sender's address in newsletter.yaml in the form news@example.org.",
    "invalid_access": "Check the permissions of the key and the account's plan.",
    "security_error": "Resend has suspended the account: contact its support.",
    "daily_quota_exceeded": "The account has reached its daily limit. Try again tomorrow, or change your plan.",
    "monthly_quota_exceeded": "The account has reached its monthly limit. Change your plan.",
    "not_found": "It may have been deleted on Resend's website.",
}


class Options(FrozenModel):
    """What the settings say under `resend`."""

    base_url: ApiAddress = Field(
        "https://api.resend.com", description="The address of Resend's API.", examples=["http://127.0.0.1:8080"]
    )


# --- merge tags -----------------------------------------------------------------------------------------------------

_BRACE = re.compile(r"\{(?=\{|\Z)")
_TAGS: dict[str, str] = {
    BuiltInTag.FIRST_NAME: "{{{contact.first_name}}}",
    BuiltInTag.LAST_NAME: "{{{contact.last_name}}}",
    BuiltInTag.EMAIL: "{{{contact.email}}}",
    BuiltInTag.UNSUBSCRIBE_URL: "{{{RESEND_UNSUBSCRIBE_URL}}}",
}


def _dialect(brace: str) -> MergeTagSyntax:
    """Return the dialect in which `brace` stands for a brace that another one follows."""
    return MergeTagSyntax(
        tags=_TAGS,
        with_fallback=lambda plain, words: f"{plain.removesuffix('}}}')}|{words}}}}}}}",
        custom=lambda name: f"{{{{{{contact.{name}}}}}}}",
        escape=lambda text: _BRACE.sub(brace, text),
    )


HTML = _dialect("&#123;")
_TEXT = _dialect("{" + WORD_JOINER)


# --- calls ------------------------------------------------------------------------------------------------------------


def content(draft: CampaignDraft) -> dict[str, Any]:
    """Return a whole broadcast; the preheader is in the HTML already, and `preview_text` would show it twice."""
    message = draft.message
    return {
        "name": labelled(draft.title, draft.key),
        "segment_id": draft.audience,
        "from": message.sender.mailbox,
        "subject": _TEXT.write(message.subject, TITLE),
        "reply_to": [message.reply_to] if message.reply_to else [],
        "html": HTML.write(message.html, TITLE),
        "text": _TEXT.write(message.text, TITLE),
        **({"topic_id": draft.segment} if draft.segment else {}),
    }


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes the draft; only with `send` would it go out."""
    return Call("POST", "/broadcasts", json=content(draft))


def update(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that brings the draft up to date."""
    return Call("PATCH", f"/broadcasts/{campaign}", json=content(draft), repeatable=True)


def send(campaign: str, when: dt.datetime | None = None) -> Call:
    """Return the call that sends the broadcast now, or at a moment."""
    moment = {"scheduled_at": when.astimezone(dt.UTC).isoformat(timespec="seconds")} if when else {}
    return Call("POST", f"/broadcasts/{campaign}/send", json=moment)


def stop(campaign: str) -> Call:
    """Return the call that stops a broadcast that is scheduled or on its way."""
    return Call("POST", f"/broadcasts/{campaign}/cancel")


def single(message: Message, address: str, once: str) -> Call:
    """Return the call that sends a test; tags are filled here, for Resend fills them in broadcasts only.

    With the key `once` Resend takes it one time only, so that it may be asked again.
    """
    answer = message.reply_to or message.sender.email
    values: dict[str, str] = {
        BuiltInTag.EMAIL: address,
        BuiltInTag.UNSUBSCRIBE_URL: f"mailto:{quote(answer)}?subject=Unsubscribe",
    }
    body = {
        "from": message.sender.mailbox,
        "to": [address],
        "subject": fill(message.subject, values),
        "reply_to": [message.reply_to] if message.reply_to else [],
        "html": fill(message.html, values, html.escape),
        "text": fill(message.text, values),
    }
    return Call("POST", "/emails", json=body, headers={"Idempotency-Key": once}, repeatable=True)


def page(path: str, after: str, query: Mapping[str, str]) -> Call:
    """Return the call that asks for the page of a list behind a row."""
    follow = {"after": after} if after else {}
    return Call("GET", path, query={**query, "limit": str(PER_PAGE), **follow})


def read_refusal(body: Any) -> ApiError | None:
    """Return what an error body says, None where it says nothing."""
    words = body.get("message") if isinstance(body, dict) else None
    return ApiError(words, str(body.get("name") or "")) if isinstance(words, str) and words else None


def service(options: Options) -> ApiProfile:
    """Return how to call Resend: five calls a second, fewer on some accounts, which its 429 tells."""
    return ApiProfile(
        name=TITLE,
        base_url=options.base_url,
        read_refusal=read_refusal,
        hints=_HINTS,
        pace=0.25,
        spent={"daily_quota_exceeded", "monthly_quota_exceeded"},
    )
