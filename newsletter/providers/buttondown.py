"""Buttondown: one newsletter a key, its emails over its HTTP interface (version 2026-04-01).

Two traps are met here and nowhere else: an email without a status is sent as soon as it is made, and a real send must
say `X-Buttondown-Live-Dangerously`. Its template language is Django's.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from newsletter.errors import DoubtError, UnsupportedError
from newsletter.model.api_address import ApiAddress
from newsletter.model.audience import Audience, Segment
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent, RemoteState
from newsletter.providers.campaign import (
    CampaignProvider,
    Feature,
    Limits,
    MergeTagSyntax,
    PartialSends,
    ProviderInfo,
    ReadBackTolerance,
    Secret,
    only_one,
    utc_now,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiError, ApiProfile, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_dict_list

if TYPE_CHECKING:
    import requests

TITLE = "Buttondown"
KEY = Secret("NEWSLETTER_BUTTONDOWN_KEY", "the API key (Buttondown: Settings → API)")
EVERYBODY = "all"
OUR_KEY = "newsletter_key"
LIVE = {"X-Buttondown-Live-Dangerously": "true"}
GET_ISSUES = ("regular", "premium", "gifted", "trialed", "churning")
"""The types of subscriber that an issue for everybody goes to."""

# the email's own editor and template for HTML that nothing is done to; not in the description, but in wide use
MODE = "<!-- buttondown-editor-mode: naked -->\n"
_MODES = re.compile(r"^\s*<!--\s*buttondown-editor-mode:\s*\w+\s*-->\s*")

_STATES = {
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


# --- how it writes merge tags -----------------------------------------------------------------------------------------


def _escape(text: str) -> str:
    """Have what Django would take for code printed instead: the three marks that open it, and a brace before a tag."""
    return re.sub(r"\{[{%#]|\{\Z", lambda found: f'{{{{ "{found[0]}" }}}}', text)


def _with_fallback(plain: str, words: str) -> str:
    value = plain.removeprefix("{{ ").removesuffix(" }}")
    return f"{{% if {value} %}}{plain}{{% else %}}{words}{{% endif %}}"


_DIALECT = MergeTagSyntax(
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
        "subject": _DIALECT.write(message.subject, TITLE),
        "body": MODE + _DIALECT.write(message.html, TITLE),
        "template": "naked",
        "metadata": {OUR_KEY: draft.key},
        "filters": _filters(draft.segment),
    }


def _filters(tag: str) -> dict[str, Any]:
    rules = [{"field": "subscriber.tags", "operator": "contains", "value": tag}] if tag else []
    return {"filters": rules, "groups": [], "predicate": "and"}


def create(draft: CampaignDraft) -> Call:
    """Return the call that makes a draft; without a status Buttondown would send it at once."""
    return Call("POST", "/emails", json={**content(draft), "status": "draft"})


def update(campaign: str, draft: CampaignDraft) -> Call:
    """Return the call that brings the email up to date; without a status, so that none that was sent is undone."""
    return Call("PATCH", f"/emails/{campaign}", json=content(draft), repeatable=True)


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


def _refusal(body: Any) -> ApiError | None:
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
    """Return Buttondown's manners: at most 600 calls a minute."""
    return ApiProfile(
        name=TITLE,
        base_url=options.base_url,
        read_refusal=_refusal,
        hints=_HINTS,
        pace=0.1,
        headers={"X-API-Version": "2026-04-01"},
    )


# --- the adapter ------------------------------------------------------------------------------------------------------


class Buttondown(CampaignProvider):
    """Emails of one Buttondown newsletter."""

    options = Options
    about = ProviderInfo(
        name="buttondown",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.UPLOAD
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(subject_length=2000),
        secrets=(KEY,),
        settings={name: str(one.description) for name, one in Options.model_fields.items()},
        needs=DnsRequirements(TITLE, where="Settings, Domains"),
        adds=Additions(why="Buttondown does not report how much its own layout adds"),
        partial=PartialSends(
            paused=(
                "Buttondown holds an email back while it reviews it. The email's page there shows this; "
                "Buttondown's support can release it."
            ),
            stopped=(
                "The email's page there shows what went wrong, and its analytics show who received it. Ask "
                "Buttondown's support to resume it."
            ),
            fewer=(
                "The email's analytics there list the recipients. Ask Buttondown's support about the others. Do "
                "not send the email again: those who have it would receive it twice."
            ),
            lag=dt.timedelta(minutes=5),
        ),
        notes=(
            (
                f"Its audience is everyone who subscribed to the newsletter of the API key: {EVERYBODY}. A "
                "tag is a segment."
            ),
            "The sender and reply-to address are set in Buttondown; those in newsletter.yaml are not used.",
            "It generates the plain text itself.",
            "The preheader is added as hidden text at the top of the HTML.",
            "Sent emails also appear in the newsletter's web archive, depending on your Buttondown settings.",
            "It cannot stop a send that has started.",
        ),
    )
    dialect = _DIALECT
    allowance = ReadBackTolerance(
        drop=(_MODES,),
        hosts=("buttondown.com", "buttondown.email"),
        notices=("{{ unsubscribe_url }}", "{{ manage_subscription_url }}", "{{ email_url }}"),
    )

    def __init__(self, options: Options, client: HttpClient, *, now: Callable[[], dt.datetime] = utc_now) -> None:
        self._options = options
        self._client = client
        self._now = now

    @classmethod
    def connect(
        cls,
        options: Options,
        secret: Callable[[str], str],
        *,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> Self:
        """Make ready to call; nothing is called yet."""
        key = {"Authorization": f"Token {secret(KEY.variable)}"}
        return cls(options, HttpClient(service(options), secret_headers=key, session=session, pause=pause))

    def check(self) -> str:
        """Make sure that the key works; return the newsletter's name where the key sees only one."""
        self._client.call(Call("GET", "/ping"))
        return self._name()

    def audiences(self) -> list[Audience]:
        """Return the one audience: everybody whom an issue would reach."""
        return [Audience(id=EVERYBODY, name=self._name(), count=self._count({}))]

    def segments(self, audience: str) -> list[Segment]:
        """List the tags."""
        _only_everybody(audience)
        rows = self._rows("/tags", {})
        return [
            Segment(id=str(row["id"]), name=str(row.get("name", "")), count=self._count({"tag": str(row["id"])}))
            for row in rows
        ]

    def find(self, key: str) -> RemoteCampaign | None:
        """Look through all emails for our key in their metadata; a deleted draft counts as not there."""
        rows = self._rows("/emails", {"ordering": "-creation_date", "excluded_fields": "body"})
        ours = {str(row.get("id")): row for row in rows if as_dict(row.get("metadata")).get(OUR_KEY) == key}
        found = [_campaign(row) for row in ours.values() if row.get("status") != "deleted" or row.get("publish_date")]
        return only_one(found, key, TITLE)

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft."""
        _only_everybody(draft.audience)
        answer = self._client.call(update(existing, draft) if existing else create(draft))
        return answer.need_id("id")

    def read(self, campaign: str) -> RemoteContent:
        """Read back subject, HTML and segment; Buttondown tells no more."""
        answer = self._client.call(one(campaign))
        body = answer.need("body")
        return RemoteContent(
            subject=str(answer.need("subject")),
            html=_MODES.sub("", str(body)),
            audience=EVERYBODY,
            segment=_segment(answer.need_object().get("filters")),
        )

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002 - as stored
        """Send the draft as it is stored; Buttondown writes [PREVIEW] before its subject."""
        self._client.call(send_test(campaign, addresses))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._client.call(set_moment(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again; raise DoubtError where Buttondown then says that it is something else."""
        status = self._client.call(make_draft(campaign)).need("status")
        if status != "draft":
            raise DoubtError(
                f"Buttondown was asked to turn it back into a draft but reports it as {status}.",
                hint="Check the email in Buttondown.",
            )

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._client.call(send_now(campaign))

    def cancel(self, campaign: str) -> None:  # noqa: ARG002 - the interface's
        """Refuse: Buttondown has no way to stop an email on its way."""
        self.needs(Feature.CANCEL, "stop an email that is being sent")

    def state(self, campaign: str) -> RemoteCampaign:
        """Ask for the email."""
        return _campaign(self._client.call(one(campaign)).need_object())

    def report(self, campaign: str) -> CampaignReport:
        """Ask for its numbers."""
        numbers = self._client.call(Call("GET", f"/emails/{campaign}/analytics")).need_object()
        return CampaignReport(
            sent=as_count(numbers.get("recipients")),
            delivered=as_count(numbers.get("deliveries")),
            opens=as_count(numbers.get("opens")),
            clicks=as_count(numbers.get("clicks")),
            hard_bounces=as_count(numbers.get("permanent_failures")),
            soft_bounces=as_count(numbers.get("temporary_failures")),
            unsubscribes=as_count(numbers.get("unsubscriptions")),
            complaints=as_count(numbers.get("complaints")),
        )

    def upload(self, name: str, content_type: str, data: bytes) -> str:
        """Store a picture."""
        answer = self._client.call(Call("POST", "/images", files={"image": (name, data, content_type)}, spare=True))
        return str(answer.need("image"))

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        _only_everybody(draft.audience)
        return [create(draft), set_moment("{campaign}", when) if when else send_now("{campaign}")]

    def _name(self) -> str:
        """Return the newsletter's name; the rows hold keys, so nothing else of them is touched."""
        names = [str(row.get("name") or row.get("username") or "") for row in self._rows("/newsletters", {})]
        return names[0] if len(names) == 1 and names[0] else "the newsletter of this API key"

    def _count(self, query: Mapping[str, str]) -> int | None:
        """Return how many subscribers an issue would reach."""
        counts = [
            as_count(self._client.call(page("/subscribers", 1, {**query, "type": kind})).need("count"))
            for kind in GET_ISSUES
        ]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def _rows(self, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages."""
        number = 1
        while True:
            answer = self._client.call(page(path, number, query))
            rows = answer.need_rows("results", having=["id"])
            yield from rows
            if not rows or not answer.need_object().get("next"):
                return
            number += 1


def _only_everybody(audience: str) -> None:
    if audience != EVERYBODY:
        raise UnsupportedError(
            f"Buttondown has one audience, {EVERYBODY}, and no audience {audience!r}.",
            hint=f"Set `audience` to {EVERYBODY}; to send to part of it, use a tag as the segment.",
        )


def _segment(filters: Any) -> str | None:
    """Return the tag of a filter of ours, nothing for everybody, None for what is not ours."""
    rules = as_dict(filters).get("filters")
    if as_dict(filters).get("groups") or not isinstance(rules, list):
        return None
    tag = str(as_dict_list(rules)[0].get("value") or "") if as_dict_list(rules) else ""
    return tag if rules == _filters(tag)["filters"] else None


def _campaign(row: Mapping[str, Any]) -> RemoteCampaign:
    state = _STATES.get(str(row.get("status")), RemoteState.UNKNOWN)
    ident, moment = str(row.get("id")), as_datetime(row.get("publish_date"))
    return RemoteCampaign(
        id=ident,
        state=state,
        raw_state=str(row.get("status") or ""),
        scheduled_for=moment if state is RemoteState.SCHEDULED else None,
        sent_at=moment if state in {RemoteState.SENDING, RemoteState.SENT} else None,
        sent=as_count(as_dict(row.get("analytics")).get("recipients")),
        admin_url=f"https://buttondown.com/emails/{ident}",
        view_url=str(row.get("absolute_url") or "") if state is RemoteState.SENT else "",
    )
