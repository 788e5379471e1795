"""listmonk's requests: merge tags (Go's), campaigns, and its error bodies; nothing is called here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from newsletter.errors import UnsupportedError
from newsletter.model.api_address import ApiAddress
from newsletter.model.fields import FrozenModel, SingleLine
from newsletter.model.merge_tags import BuiltInTag
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.providers import go_templates
from newsletter.providers.campaign import Secret, labelled
from newsletter.providers.http_types import ApiError, ApiProfile, Call

TITLE = "listmonk"
TOKEN = Secret("NEWSLETTER_LISTMONK_TOKEN", "the token of an API user (listmonk: Admin → Users → New, type API)")
PER_PAGE = 50
"""The most that it gives on one page, whatever is asked for."""

BARE = '{{ template "content" . }}'
"""A template that adds nothing of its own; with any other a whole HTML page would stand inside another one."""

_GO_COMMENT = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)


def is_bare(body: object) -> bool:
    """Return whether a template adds nothing; white space and comments of Go's templates are nothing."""
    text = "".join(_GO_COMMENT.sub("", str(body)).split())
    return text.replace("{{-", "{{").replace("-}}", "}}") == "".join(BARE.split())


STATES = {
    "draft": RemoteState.DRAFT,
    "scheduled": RemoteState.SCHEDULED,
    "running": RemoteState.SENDING,
    "paused": RemoteState.PAUSED,
    "cancelled": RemoteState.CANCELLED,
    "finished": RemoteState.SENT,
}


class Options(FrozenModel):
    """What the settings say under `listmonk`."""

    base_url: ApiAddress = Field(description="The address of your listmonk.", examples=["https://lists.example.org"])
    user: SingleLine = Field(description="The name of the API user.", examples=["newsletter"])
    template: int | None = Field(
        None,
        description=f"The number of a template that contains only `{BARE}`; found automatically if not set.",
        examples=[4],
    )


# --- merge tags -----------------------------------------------------------------------------------------------------

# listmonk's own FirstName skips words of one or two letters, so that "Jo Smith" would be greeted as Smith
_VALUES: dict[str, str] = {
    BuiltInTag.FIRST_NAME: '.Subscriber.Name | trim | splitList " " | first',
    BuiltInTag.LAST_NAME: '.Subscriber.Name | trim | splitList " " | rest | join " "',
    BuiltInTag.EMAIL: ".Subscriber.Email",
    BuiltInTag.UNSUBSCRIBE_URL: "UnsubscribeURL .",
    BuiltInTag.VIEW_URL: "MessageURL .",
    BuiltInTag.PREFERENCES_URL: "ManageURL .",
}
HTML, _TEXT = go_templates.dialects(_VALUES, lambda name: f".Subscriber.Attribs.{name}")


# --- calls ------------------------------------------------------------------------------------------------------------


def content(draft: CampaignDraft, template: int | str) -> dict[str, Any]:
    """Return a whole campaign; `send_at` is null on purpose: one that has a moment would be scheduled, not sent.

    `media` is empty on purpose too: files that were attached by hand would stay attached.
    """
    message = draft.message
    return {
        "name": labelled(draft.title, draft.key),
        "subject": HTML.write(message.subject, TITLE),
        "lists": [list_number(draft.audience)],
        "from_email": message.sender.mailbox,
        "type": "regular",
        "content_type": "html",
        "messenger": "email",
        "body": go_templates.whole_html(message.html, lambda text: HTML.write(text, TITLE)),
        "altbody": _TEXT.write(message.text, TITLE),
        "headers": [{"Reply-To": message.reply_to}] if message.reply_to else [],
        "template_id": template,
        "send_at": None,
        "media": [],
    }


def list_number(audience: str) -> int:
    """Return the number of a list; raise UnsupportedError where it is none."""
    if not audience.isascii() or not audience.isdigit():
        raise UnsupportedError(
            f"listmonk identifies lists by number, and {audience!r} is not a number.",
            hint="You find the number in the address of the list's page in listmonk.",
        )
    return int(audience)


def create(draft: CampaignDraft, template: int | str) -> Call:
    """Return the call that makes the campaign; listmonk makes every new one a draft."""
    return Call("POST", "/campaigns", json=content(draft, template))


def update(campaign: str, draft: CampaignDraft, template: int | str) -> Call:
    """Return the call that writes the campaign anew; a scheduled one becomes a draft by it."""
    return Call("PUT", f"/campaigns/{campaign}", json=content(draft, template), repeatable=True)


def set_moment(campaign: str, lists: Sequence[int], when: dt.datetime | None) -> Call:
    """Return the call that sets the moment; all else stays, but for the lists, said again, and attachments."""
    moment = when.astimezone(dt.UTC).isoformat(timespec="seconds") if when else None
    body = {"lists": list(lists), "send_at": moment, "media": []}
    return Call("PUT", f"/campaigns/{campaign}", json=body, repeatable=True)


def set_status(campaign: str, status: str) -> Call:
    """Return the call that moves the campaign on; not repeatable: a second one is refused as if nothing was done."""
    return Call("PUT", f"/campaigns/{campaign}/status", json={"status": status})


def send_test(campaign: str, draft: CampaignDraft, template: int | str, address: str) -> Call:
    """Return the call that sends a test; it takes the whole content again, not what is stored."""
    body = {**content(draft, template), "subscribers": [address]}
    return Call("POST", f"/campaigns/{campaign}/test", json=body)


def one(campaign: str, *, body: bool = False) -> Call:
    """Return the call that asks for a campaign."""
    return Call("GET", f"/campaigns/{campaign}", query={} if body else {"no_body": "true"})


def page(path: str, number: int, query: Mapping[str, str]) -> Call:
    """Return the call that asks for one page of a list."""
    return Call("GET", path, query={**query, "page": str(number), "per_page": str(PER_PAGE)})


def read_refusal(body: Any) -> ApiError | None:
    """Return what an error body says, None where it says nothing."""
    words = body.get("message") if isinstance(body, dict) else None
    return ApiError(words) if isinstance(words, str) and words else None


def service(options: Options) -> ApiProfile:
    """Return how to call listmonk."""
    return ApiProfile(
        name=TITLE,
        base_url=f"{options.base_url.rstrip('/')}/api",
        read_refusal=read_refusal,
        hints={
            "403": (
                f"Check the API user's name in newsletter.yaml, its token in {TOKEN.variable}, and its role: it "
                "needs campaigns (get, manage, send), lists (get), templates (get), media (manage) and bounces "
                "(get)."
            ),
        },
    )
