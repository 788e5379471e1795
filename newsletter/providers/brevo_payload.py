"""Brevo's requests: merge tags, campaigns, and its error bodies; nothing is called here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import Field

from newsletter.errors import UnsupportedError
from newsletter.model.api_address import ApiAddress
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers.campaign import MergeTagSyntax, Secret, labelled
from newsletter.providers.http_types import ApiError, ApiProfile, Call
from newsletter.providers.json_fields import as_str, read_number
from newsletter.providers.merge_tag_syntax import WORD_JOINER

TITLE = "Brevo"
KEY = Secret("NEWSLETTER_BREVO_KEY", "an API key, version 3 (Brevo: Settings → SMTP & API → API keys)")
CAMPAIGNS = "/emailCampaigns"
MOST_CAMPAIGNS, MOST_LISTS = 100, 50
"""The most that Brevo gives at once of campaigns, and of lists or segments."""
HTML_BYTES = 1_000_000
NEARLY = dt.timedelta(seconds=30)
"""A campaign that is scheduled within this time may be sending before it can be suspended."""

STATES = {
    "draft": RemoteState.DRAFT,
    "queued": RemoteState.SCHEDULED,
    "in_process": RemoteState.SENDING,
    "suspended": RemoteState.PAUSED,
    "sent": RemoteState.SENT,
    # whether it was sent before it was archived is not told
    "archive": RemoteState.CANCELLED,
    # newer than the description that Brevo publishes, from its reference and its client for Python
    "in_review": RemoteState.SENDING,
    "cancelling": RemoteState.CANCELLED,
    "cancelled": RemoteState.CANCELLED,
}
REPORT = {
    "sent": "sent",
    "delivered": "delivered",
    "opens": "uniqueViews",
    "machine_opens": "appleMppOpens",
    "clicks": "uniqueClicks",
    "hard_bounces": "hardBounces",
    "soft_bounces": "softBounces",
    "unsubscribes": "unsubscriptions",
    "complaints": "complaints",
}
"""Brevo's names of our counts."""
_STRANGERS = {
    "unexistingEmails": "not a contact",
    "withoutListEmails": "on no list",
    "blackListedEmails": "unsubscribed or blocked",
}
"""The fields that list the addresses a test could not be sent to, and what each means."""
_WORDS = {
    "listids": (
        "Brevo can schedule only sends to a list, not to a segment. To send to a segment now, leave out the time "
        "and set `undo_minutes: 0` in newsletter.yaml."
    ),
    "sender": "Activate the sender's address in Brevo: Settings → Senders, domains & dedicated IPs.",
}
"""What to do where Brevo's own words hold these, whatever its code."""
_HINTS = {
    **_WORDS,
    **dict.fromkeys(
        _STRANGERS, "Brevo sends tests only to contacts that are on a list: add these addresses to one in Brevo."
    ),
    "invalid_parameter": "Nothing was sent. Fix the problem that Brevo reports, then try again.",
    "missing_parameter": "Nothing was sent. Fix the problem that Brevo reports, then try again.",
    "out_of_range": "Brevo's limit has been reached; it allows 50 test emails a day.",
    "campaign_processing": "Brevo is still processing this campaign. Wait a few minutes and try again.",
    "campaign_sent": "It was already sent or is being sent. Check the campaign on Brevo's website.",
    "document_not_found": "It may have been deleted on Brevo's website.",
    "not_enough_credits": (
        "The account does not have enough credit for this many emails. Nothing was sent. Buy credit, wait until "
        "it is renewed, or change your plan."
    ),
    "permission_denied": "This key or the account's plan does not allow it. Check the key on Brevo's website.",
    "duplicate_parameter": "It already exists in Brevo. Check it on Brevo's website.",
    "duplicate_request": "Brevo has already done this. Check the campaign on Brevo's website.",
    "method_not_allowed": "Brevo may have changed its API: update newsletter.",
    "unauthorized": (
        f"Check the key in {KEY.variable}: it may be wrong, revoked, or from another account. If Brevo names an "
        "IP address, allow it under Security → Authorised IPs."
    ),
    "account_under_validation": (
        "Brevo is still reviewing the account. Complete your profile there, or contact Brevo's support."
    ),
    "not_acceptable": "Brevo may have changed its API: update newsletter.",
    "bad_request": "Nothing was done. The campaign's state may not allow this: check it on Brevo's website.",
    "unprocessable_entity": "Nothing was sent. Fix the problem that Brevo reports, then try again.",
}


class Options(FrozenModel):
    """What the settings say under `brevo`."""

    base_url: ApiAddress = Field(
        "https://api.brevo.com/v3", description="The address of Brevo's API.", examples=["http://127.0.0.1:8080/v3"]
    )


# --- merge tags -----------------------------------------------------------------------------------------------------

# what opens its tags, its orders and its comments; a brace may also touch that of a tag behind it
_OPENING = re.compile(r"\{(?=[{%#]|\Z)")
_CODE = re.compile(r"(?P<style><style\b.*?</style>)|<[a-z/!][^<>]*(?:>|\Z)", re.DOTALL | re.IGNORECASE)
_PLAIN = re.compile(r"[^'\"\\<>&]*")


def _in_text(text: str) -> str:
    return _OPENING.sub("{" + WORD_JOINER, text)


def _in_html(text: str) -> str:
    """Keep apart what would be a tag, also in the plain text that Brevo makes of it, where an entity becomes a brace.

    In a style sheet a space does that, and within an HTML tag an entity: the sign that nobody sees would break a link.
    """
    pieces, end = [], 0
    for code in _CODE.finditer(text):
        brace = "{ " if code["style"] else "&#123;"
        pieces += [_in_text(text[end : code.start()] + "<")[:-1], _OPENING.sub(brace, code[0])]
        end = code.end()
    return "".join([*pieces, _in_text(text[end:])])


def _with_fallback(plain: str, words: str) -> str:
    """Return a tag with words for who has nothing there.

    Words with quotes or entities stand outside a tag: within one, they would end it or be escaped a second time.
    """
    name = plain.removeprefix("{{ ").removesuffix(" }}")
    if _PLAIN.fullmatch(words):
        return f"{{{{ {name}|default:'{words}' }}}}"
    return f"{{% if {name} %}}{plain}{{% else %}}{words}{{% endif %}}"


def _dialect(escape: Callable[[str], str]) -> MergeTagSyntax:
    return MergeTagSyntax(
        tags={
            BuiltInTag.FIRST_NAME: "{{ contact.FIRSTNAME }}",
            BuiltInTag.LAST_NAME: "{{ contact.LASTNAME }}",
            BuiltInTag.EMAIL: "{{ contact.EMAIL }}",
            BuiltInTag.UNSUBSCRIBE_URL: "{{ unsubscribe }}",
            BuiltInTag.VIEW_URL: "{{ mirror }}",
            BuiltInTag.PREFERENCES_URL: "{{ update_profile }}",
        },
        with_fallback=_with_fallback,
        custom=lambda name: f"{{{{ contact.{name.upper()} }}}}",
        escape=escape,
    )


HTML, _TEXT = _dialect(_in_html), _dialect(_in_text)


# --- calls ------------------------------------------------------------------------------------------------------------


def content(draft: CampaignDraft) -> dict[str, Any]:
    """Return a whole campaign; the preheader is in the HTML already, and `previewText` would show it twice.

    A segment stands alone: beside a list, it would add people to it. Without a reply address the sender's is named, so
    that one of an earlier save does not stay.
    """
    message = draft.message
    code = HTML.write(message.html, TITLE)
    if len(code.encode()) >= HTML_BYTES:
        raise UnsupportedError(
            f"{TITLE} accepts less than 1 MB of HTML, and this issue has {len(code.encode()):,} bytes.",
            hint="Shorten the issue, or split it in two.",
        )
    aim = {"segmentIds": [read_number(draft.segment, "segment", TITLE)]} if draft.segment else {}
    return {
        "name": labelled(draft.title, draft.key),
        # the sender's name is read for tags, too
        "sender": {"name": _in_text(message.sender.name), "email": message.sender.email},
        "subject": _TEXT.write(message.subject, TITLE),
        "htmlContent": code,
        "replyTo": message.reply_to or message.sender.email,
        "recipients": aim or {"listIds": [read_number(draft.audience, "list", TITLE)]},
        "mirrorActive": HTML.tags[BuiltInTag.VIEW_URL] in code,
    }


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes a draft; only with a moment would it go out."""
    return Call("POST", CAMPAIGNS, json=content(draft))


def update(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that brings the draft up to date."""
    return Call("PUT", f"{CAMPAIGNS}/{campaign}", json=content(draft), repeatable=True)


def send_test(campaign: str, addresses: Sequence[str]) -> Call:
    """Return the call that sends the draft to these addresses; with none, Brevo would take its whole test list."""
    if not addresses:
        raise UnsupportedError(f"{TITLE} needs at least one address for a test.", hint="Give an address.")
    return Call("POST", f"{CAMPAIGNS}/{campaign}/sendTest", json={"emailTo": list(addresses)})


def set_moment(campaign: str, when: dt.datetime) -> Call:
    """Return the call that has it sent at a moment."""
    moment = when.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Call("PUT", f"{CAMPAIGNS}/{campaign}", json={"scheduledAt": moment})


def send_now(campaign: str) -> Call:
    """Return the call that sends it to everybody."""
    return Call("POST", f"{CAMPAIGNS}/{campaign}/sendNow")


def become(campaign: str, status: str) -> Call:
    """Return the call that makes a campaign a draft again, or holds it back."""
    return Call("PUT", f"{CAMPAIGNS}/{campaign}/status", json={"status": status})


def page(path: str, offset: int, most: int, query: Mapping[str, str]) -> Call:
    """Return the call that asks for a list from a row on, the newest first."""
    return Call("GET", path, query={**query, "limit": str(most), "offset": str(offset)})


def read_refusal(body: Any) -> ApiError | None:
    """Return what an error body says, None where it says nothing."""
    words = as_str(body.get("message")) if isinstance(body, dict) else None
    if not words:
        return None
    for name, meaning in _STRANGERS.items():
        if isinstance(body.get(name), list) and body[name]:
            return ApiError(f"{words}: {', '.join(str(one) for one in body[name])} ({meaning})", name)
    known = next((one for one in _WORDS if one in words.lower()), "")
    return ApiError(words, known or str(body.get("code") or ""))


def service(options: Options) -> ApiProfile:
    """Return how to call Brevo: a hundred calls an hour for small plans, which its 429 tells."""
    return ApiProfile(
        name=TITLE,
        base_url=options.base_url,
        read_refusal=read_refusal,
        hints=_HINTS,
        pace=0.1,
        request_id="sib-request-id",
        spent={"not_enough_credits", "Insufficient credits"},
    )
