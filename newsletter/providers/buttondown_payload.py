"""Buttondown's requests: merge tags (Django's), emails, and its error bodies; nothing is called here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from newsletter.model.api_address import ApiAddress
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.campaign import MergeTagSyntax, Secret
from newsletter.providers.http_types import ApiError, ApiProfile, Call

TITLE = "Buttondown"
KEY = Secret("NEWSLETTER_BUTTONDOWN_KEY", "the API key (Buttondown: Settings → API)")
EVERYBODY = "all"
OUR_KEY = "newsletter_key"
LIVE = {"X-Buttondown-Live-Dangerously": "true"}
GET_ISSUES = ("regular", "premium", "gifted", "trialed", "churning")
"""The types of subscriber that an issue for everybody goes to."""

# the email's own editor and template for HTML that nothing is done to; not in the description, but in wide use
MODE = "<!-- buttondown-editor-mode: naked -->\n"
MODES = re.compile(r"^\s*<!--\s*buttondown-editor-mode:\s*\w+\s*-->\s*")

STATES = {
    "draft": RemoteState.DRAFT,
    "scheduled": RemoteState.SCHEDULED,
    "about_to_send": RemoteState.SENDING,
    "in_flight": RemoteState.SENDING,
    "resending": RemoteState.SENDING,
    "throttled": RemoteState.SENDING,
    "paused": RemoteState.PAUSED,
    "sent": RemoteState.SENT,
    "errored": RemoteState.FAILED,
    "suppressed": RemoteState.FAILED,
    "deleted": RemoteState.CANCELLED,
}
REPORT = {
    "sent": "recipients",
    "delivered": "deliveries",
    "opens": "opens",
    "clicks": "clicks",
    "hard_bounces": "permanent_failures",
    "soft_bounces": "temporary_failures",
    "unsubscribes": "unsubscriptions",
    "complaints": "complaints",
}
"""Buttondown's names of our counts."""
_HINTS = {
    "body_contains_frontmatter": "The text begins with `---`, which Buttondown does not allow: start it differently.",
    "body_invalid": "Buttondown cannot read the text as a template. Check the { and } in it.",
    "canonical_url_invalid": "Check the link to the page that this is taken from.",
    "email_duplicate": (
        "Buttondown already has an email with the same subject and text. Check it there, and delete it if it is "
        "an unneeded draft."
    ),
    "email_invalid": "Check the addresses: one of them is not a valid email address.",
    "email_not_confirmed": (
        "Confirm your own email address in Buttondown first, using the link in the message it sent you."
    ),
    "pay_per_email_billing_locked": "Check the billing page of your Buttondown account.",
    "publish_date_invalid": "Choose a time in the future.",
    "publish_date_missing": "Choose a time.",
    "sending_requires_confirmation": (
        "Buttondown requires confirmation of the first send with a key. Send again; if it is rejected again, "
        "send one email on its website first."
    ),
    "slug_invalid": "Check the email's address in the archive.",
    "status_invalid": "The email is in a state that does not allow this. Check it in Buttondown.",
    "subject_invalid": "Shorten the subject, or remove unusual characters from it.",
    "tag_invalid": "The tag may have been deleted in Buttondown.",
}


class Options(FrozenModel):
    """What the settings say under `buttondown`."""

    base_url: ApiAddress = Field(
        "https://api.buttondown.com/v1",
        description="The address of Buttondown's API.",
        examples=["http://127.0.0.1:8080/v1"],
    )


# --- merge tags -----------------------------------------------------------------------------------------------------


def _escape(text: str) -> str:
    """Have what Django would take for code printed instead: the three marks that open it, and a brace before a tag."""
    return re.sub(r"\{[{%#]|\{\Z", lambda found: f'{{{{ "{found[0]}" }}}}', text)


def _with_fallback(plain: str, words: str) -> str:
    value = plain.removeprefix("{{ ").removesuffix(" }}")
    return f"{{% if {value} %}}{plain}{{% else %}}{words}{{% endif %}}"


DIALECT = MergeTagSyntax(
    tags={
        BuiltInTag.FIRST_NAME: "{{ subscriber.metadata.first_name }}",
        BuiltInTag.LAST_NAME: "{{ subscriber.metadata.last_name }}",
        BuiltInTag.EMAIL: "{{ subscriber.email }}",
        BuiltInTag.UNSUBSCRIBE_URL: "{{ unsubscribe_url }}",
        BuiltInTag.VIEW_URL: "{{ email_url }}",
        BuiltInTag.PREFERENCES_URL: "{{ manage_subscription_url }}",
    },
    with_fallback=_with_fallback,
    custom=lambda name: f"{{{{ subscriber.metadata.{name} }}}}",
    escape=_escape,
)


# --- calls ------------------------------------------------------------------------------------------------------------


def content(draft: CampaignDraft) -> dict[str, Any]:
    """Return what an email is made of, all but its status."""
    message = draft.message
    return {
        "subject": DIALECT.write(message.subject, TITLE),
        "body": MODE + DIALECT.write(message.html, TITLE),
        "template": "naked",
        "metadata": {OUR_KEY: draft.key},
        "filters": filters(draft.segment),
    }


def filters(tag: str) -> dict[str, Any]:
    """Return the filter for the subscribers with a tag; without one, for everybody."""
    rules = [{"field": "subscriber.tags", "operator": "contains", "value": tag}] if tag else []
    return {"filters": rules, "groups": [], "predicate": "and"}


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes a draft; without a status Buttondown would send it at once."""
    return Call("POST", "/emails", json={**content(draft), "status": "draft"})


def update(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that brings the email up to date; without a status, so that none that was sent is undone.

    Files that were attached by hand would stay attached: they are taken away.
    """
    return Call("PATCH", f"/emails/{campaign}", json={**content(draft), "attachments": []}, repeatable=True)


def send_test(campaign: str, addresses: Sequence[str]) -> Call:
    """Return the call that sends the draft to these addresses."""
    return Call("POST", f"/emails/{campaign}/send-draft", json={"recipients": list(addresses)})


def set_moment(campaign: str, when: dt.datetime) -> Call:
    """Return the call that has it sent at a moment."""
    moment = when.astimezone(dt.UTC).isoformat(timespec="seconds")
    body = {"status": "scheduled", "publish_date": moment}
    return Call("PATCH", f"/emails/{campaign}", json=body, headers=LIVE)


def make_draft(campaign: str) -> Call:
    """Return the call that takes a scheduled email back."""
    return Call("PATCH", f"/emails/{campaign}", json={"status": "draft", "publish_date": "none"})


def send_now(campaign: str) -> Call:
    """Return the call that sends it to everybody."""
    return Call("PATCH", f"/emails/{campaign}", json={"status": "about_to_send"}, headers=LIVE)


def one(campaign: str) -> Call:
    """Return the call that asks for an email."""
    return Call("GET", f"/emails/{campaign}")


def page(path: str, number: int, query: Mapping[str, str]) -> Call:
    """Return the call that asks for one page of a list."""
    return Call("GET", path, query={**query, "page": str(number)})


def read_refusal(body: Any) -> ApiError | None:
    """Read both forms: a sentence with a code, and a list of fields at fault."""
    detail = body.get("detail") if isinstance(body, dict) else None
    if isinstance(detail, str) and detail:
        return ApiError(detail, str(body.get("code") or ""))
    if isinstance(detail, list):
        words = [_field_at_fault(row) for row in detail if isinstance(row, dict) and row.get("msg")]
        return ApiError("; ".join(words)) if words else None
    return None


def _field_at_fault(row: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in row.get("loc") or [] if part not in {"body", "payload", "query"})
    return f"{where}: {row['msg']}" if where else str(row["msg"])


def service(options: Options) -> ApiProfile:
    """Return how to call Buttondown: at most 600 calls a minute."""
    return ApiProfile(
        name=TITLE,
        base_url=options.base_url,
        read_refusal=read_refusal,
        hints=_HINTS,
        pace=0.1,
        headers={"X-API-Version": "2026-04-01"},
    )
