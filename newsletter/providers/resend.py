"""Resend: broadcasts to the contacts of one of its segments, over its HTTP interface.

Its words and ours cross: what it calls a segment is an audience here, and what it calls a topic is a segment here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parseaddr
from typing import Any

from newsletter.model.audience import Audience, Segment
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent, RemoteState
from newsletter.providers import resend_payload as payload
from newsletter.providers.campaign import (
    Feature,
    Limits,
    PartialSends,
    ProviderInfo,
    ReadBackTolerance,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.http_types import ApiProfile, Call
from newsletter.providers.json_fields import as_datetime, as_str
from newsletter.providers.resend_payload import KEY, TITLE, Options
from newsletter.providers.rest_campaign import RestCampaignProvider, audience_of, segment_of


class Resend(RestCampaignProvider):
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
    dialect = payload.HTML
    allowance = ReadBackTolerance(
        hosts=("resend.com",),
        notices=("{{{RESEND_UNSUBSCRIBE_URL}}}",),
    )

    @classmethod
    def credentials(cls, options: Options, secret: Callable[[str], str]) -> tuple[ApiProfile, Mapping[str, Any]]:
        """Return the API's profile, and the key as its header."""
        return payload.service(options), {"secret_headers": {"Authorization": f"Bearer {secret(KEY.variable)}"}}

    def check(self) -> str:
        """Make sure that the key works; return the domains it may send from."""
        names = [str(row.get("name")) for row in self._rows("/domains", {}) if row.get("status") == "verified"]
        return f"an account that can send from {' and '.join(names)}" if names else "an account without a domain"

    def audiences(self) -> list[Audience]:
        """List Resend's segments, each with the number of its contacts who have not left."""
        return [audience_of(row, self._count(str(row["id"]))) for row in self._rows("/segments", {})]

    def segments(self, audience: str) -> list[Segment]:  # noqa: ARG002 - a topic is one of all audiences
        """List Resend's topics; how many want one is not told."""
        return [segment_of(row) for row in self._rows("/topics", {})]

    def named(self, is_ours: Callable[[object], bool]) -> list[RemoteCampaign]:
        """Look through all broadcasts."""
        rows = self._rows("/broadcasts", {})
        return list({str(row.get("id")): self._campaign(row) for row in rows if is_ours(row.get("name"))}.values())

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft."""
        answer = self._client.call(payload.update(existing, draft) if existing else payload.create(draft))
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
        body = payload.content(draft)
        return super().expected(draft).model_copy(update={"subject": body["subject"], "text": body["text"]})

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002
        """Send each address a single email with the same content: a broadcast goes to contacts only."""
        moment = f"{self._now():%Y%m%dT%H%M%S%f}"
        for number, address in enumerate(addresses, start=1):
            self._client.call(payload.single(draft.message, address, f"{draft.key}-test-{moment}-{number}"))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._client.call(payload.send(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Cancel it; raise DoubtError if Resend then reports that it is still scheduled."""
        self._client.call(payload.stop(campaign))
        allowed = (RemoteState.DRAFT, RemoteState.CANCELLED)
        self._confirm_draft(campaign, "broadcast", asked="cancel the broadcast", allowed=allowed)

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._client.call(payload.send(campaign))

    def cancel(self, campaign: str) -> None:
        """Stop it; emails that have left have left."""
        self._client.call(payload.stop(campaign))

    def state(self, campaign: str) -> RemoteCampaign:
        """Request the broadcast."""
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
        """Count those it was sent to, and those that Resend skipped; other events are not requested."""
        sent, left_out = (len(self._recipients(campaign, event)) for event in ("sent", "suppressed"))
        return CampaignReport(sent=sent, left_out=left_out)

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        return [payload.create(draft), payload.send("{campaign}", when)]

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
            answer = self._client.call(payload.page(path, after, query))
            rows = answer.need_rows("data", having=["id"])
            yield from rows
            if not rows or not answer.need_object().get("has_more", len(rows) >= payload.PER_PAGE):
                return
            after = str(rows[-1]["id"])

    def _campaign(self, data: Mapping[str, Any]) -> RemoteCampaign:
        state = payload.STATES.get(str(data.get("status")), RemoteState.UNKNOWN)
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
