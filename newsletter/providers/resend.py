"""Resend: broadcasts to the contacts of one of its segments, over its HTTP interface.

Its words and ours cross: what it calls a segment is an audience here, and what it calls a topic is a segment here.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from pydantic import Field

from newsletter.errors import DoubtError
from newsletter.model.api_address import ApiAddress
from newsletter.model.audience import Audience, Segment
from newsletter.model.campaign import Message
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import BuiltInTag, fill
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
    carries,
    labelled,
    only_one,
    utc_now,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiError, ApiProfile, Call
from newsletter.providers.json_fields import as_datetime, as_str

if TYPE_CHECKING:
    import requests

TITLE = "Resend"
KEY = Secret("NEWSLETTER_RESEND_KEY", "an API key with full access (Resend: API keys → Create API key)")
PER_PAGE = 100
JOINER = "\u2060"
"""The word joiner, which nobody sees: it keeps two braces of a plain text apart."""

_STATES = {
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


# --- how it writes merge tags -----------------------------------------------------------------------------------------

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


_HTML = _dialect("&#123;")
_TEXT = _dialect("{" + JOINER)


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
        "html": _HTML.write(message.html, TITLE),
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


def _refusal(body: Any) -> ApiError | None:
    words = body.get("message") if isinstance(body, dict) else None
    return ApiError(words, str(body.get("name") or "")) if isinstance(words, str) and words else None


def service(options: Options) -> ApiProfile:
    """Return Resend's manners: five calls a second, fewer on some accounts, which its 429 tells."""
    return ApiProfile(
        name=TITLE,
        base_url=options.base_url,
        read_refusal=_refusal,
        hints=_HINTS,
        pace=0.25,
        spent={"daily_quota_exceeded", "monthly_quota_exceeded"},
    )


# --- the adapter ------------------------------------------------------------------------------------------------------


class Resend(CampaignProvider):
    """Broadcasts of a Resend account."""

    options = Options
    about = ProviderInfo(
        name="resend",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.REPLY_TO
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.CANCEL
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(),
        secrets=(KEY,),
        settings={name: str(one.description) for name, one in Options.model_fields.items()},
        needs=DnsRequirements(TITLE, selectors=("resend",), where="Domains"),
        adds=Additions(why="Resend counts opens and clicks only if this is turned on in its domain settings"),
        partial=PartialSends(
            stopped="The broadcast's page there lists the recipients.",
            fewer=(
                "The broadcast's page there lists who was sent it and who was suppressed. Ask Resend's support "
                "about the others. Do not send the broadcast again: those who have it would receive it twice."
            ),
            lag=dt.timedelta(minutes=5),
        ),
        notes=(
            "An audience is what Resend calls a segment; a segment is what it calls a topic.",
            "It does not count people, so all contacts of a segment are read to count them.",
            (
                "A test is a single email that newsletter creates: it has the fallback text, and you can "
                "unsubscribe only by email."
            ),
            "It has no web version of the issue, so {view_url} cannot be used.",
            "It stores no images.",
            "The preheader is added as hidden text at the top of the HTML.",
        ),
    )
    dialect = _HTML
    allowance = ReadBackTolerance(
        hosts=("resend.com",),
        notices=("{{{RESEND_UNSUBSCRIBE_URL}}}",),
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
        key = {"Authorization": f"Bearer {secret(KEY.variable)}"}
        return cls(options, HttpClient(service(options), secret_headers=key, session=session, pause=pause))

    def check(self) -> str:
        """Make sure that the key works; return the domains it may send from."""
        names = [str(row.get("name")) for row in self._rows("/domains", {}) if row.get("status") == "verified"]
        return f"an account that can send from {' and '.join(names)}" if names else "an account without a domain"

    def audiences(self) -> list[Audience]:
        """List Resend's segments, each with the number of its contacts who have not left."""
        return [
            Audience(id=str(row["id"]), name=str(row.get("name", "")), count=self._count(str(row["id"])))
            for row in self._rows("/segments", {})
        ]

    def segments(self, audience: str) -> list[Segment]:  # noqa: ARG002 - a topic is one of all audiences
        """List Resend's topics; how many want one is not told."""
        return [Segment(id=str(row["id"]), name=str(row.get("name", ""))) for row in self._rows("/topics", {})]

    def find(self, key: str) -> RemoteCampaign | None:
        """Look through all broadcasts."""
        rows = self._rows("/broadcasts", {})
        found = {str(row.get("id")): self._campaign(row) for row in rows if carries(row.get("name"), key)}
        return only_one(list(found.values()), key, TITLE)

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft."""
        answer = self._client.call(update(existing, draft) if existing else create(draft))
        return answer.need_id("id")

    def read(self, campaign: str) -> RemoteContent:
        """Read the broadcast back."""
        data = self._get(campaign)
        name, address = parseaddr(str(data.get("from") or ""))
        answers = data.get("reply_to")
        return RemoteContent(
            subject=as_str(data.get("subject")),
            html=as_str(data.get("html")),
            text=as_str(data.get("text")),
            sender_name=name or None,
            sender_email=address or None,
            reply_to=", ".join(str(one) for one in answers) if isinstance(answers, list) else as_str(answers) or "",
            audience=as_str(data.get("segment_id") or data.get("audience_id")),
            segment=as_str(data.get("topic_id")) or "",
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft."""
        body = content(draft)
        return super().expected(draft).model_copy(update={"subject": body["subject"], "text": body["text"]})

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002
        """Send each address a single email with the same content: a broadcast goes to contacts only."""
        moment = f"{self._now():%Y%m%dT%H%M%S%f}"
        for number, address in enumerate(addresses, start=1):
            self._client.call(single(draft.message, address, f"{draft.key}-test-{moment}-{number}"))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._client.call(send(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Take it back; raise DoubtError where Resend then says that it is still to be sent."""
        self._client.call(stop(campaign))
        now = self.state(campaign)
        if now.state not in {RemoteState.DRAFT, RemoteState.CANCELLED}:
            raise DoubtError(
                f"Resend was asked to cancel the broadcast but reports it as {now.raw_state}.",
                hint="Check the broadcast on Resend's website.",
            )

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._client.call(send(campaign))

    def cancel(self, campaign: str) -> None:
        """Stop it; emails that have left have left."""
        self._client.call(stop(campaign))

    def state(self, campaign: str) -> RemoteCampaign:
        """Ask for the broadcast."""
        return self._campaign(self._get(campaign))

    def report(self, campaign: str) -> CampaignReport:
        """Count the recipients of each kind of event; Resend has no sums."""
        bounces = [row.get("bounce_type") for row in self._recipients(campaign, "bounced")]
        return CampaignReport(
            sent=len(self._recipients(campaign, "sent")),
            delivered=len(self._recipients(campaign, "delivered")),
            opens=len(self._recipients(campaign, "opened")),
            clicks=len(self._recipients(campaign, "clicked")),
            hard_bounces=bounces.count("permanent"),
            soft_bounces=len(bounces) - bounces.count("permanent"),
            unsubscribes=len(self._recipients(campaign, "unsubscribed")),
            complaints=len(self._recipients(campaign, "complained")),
            left_out=len(self._recipients(campaign, "suppressed")),
        )

    def count(self, campaign: str) -> CampaignReport:
        """Count those it went to, and those whom Resend left out; the other events are not asked for."""
        sent, left_out = (len(self._recipients(campaign, event)) for event in ("sent", "suppressed"))
        return CampaignReport(sent=sent, left_out=left_out)

    def upload(self, name: str, content_type: str, data: bytes) -> str:  # noqa: ARG002 - the interface's
        """Refuse: Resend stores no pictures."""
        self.needs(Feature.UPLOAD, "store images")
        raise AssertionError

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        return [create(draft), send("{campaign}", when)]

    def _get(self, campaign: str) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self._client.call(Call("GET", f"/broadcasts/{campaign}")).need_object()
        return data

    def _count(self, audience: str) -> int:
        contacts = {str(row.get("id")): row for row in self._rows("/contacts", {"segment_id": audience})}
        return sum(row.get("unsubscribed") is not True for row in contacts.values())

    def _recipients(self, campaign: str, event: str) -> list[Mapping[str, Any]]:
        rows = self._rows(f"/broadcasts/{campaign}/recipients", {"type": event})
        return list({str(row.get("email") or row.get("id")): row for row in rows}.values())

    def _rows(self, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages; a page is full where it does not say whether there is more."""
        after = ""
        while True:
            answer = self._client.call(page(path, after, query))
            rows = answer.need_rows("data", having=["id"])
            yield from rows
            if not rows or not answer.need_object().get("has_more", len(rows) >= PER_PAGE):
                return
            after = str(rows[-1]["id"])

    def _campaign(self, data: Mapping[str, Any]) -> RemoteCampaign:
        state = _STATES.get(str(data.get("status")), RemoteState.UNKNOWN)
        moment, sent_at = as_datetime(data.get("scheduled_at")), as_datetime(data.get("sent_at"))
        if data.get("status") == "queued" and moment and not sent_at and moment > self._now():
            state = RemoteState.SCHEDULED
        ident = str(data.get("id"))
        return RemoteCampaign(
            id=ident,
            state=state,
            raw_state=str(data.get("status") or ""),
            scheduled_for=moment if state is RemoteState.SCHEDULED else None,
            sent_at=sent_at,
            admin_url=f"https://resend.com/broadcasts/{ident}",
        )
