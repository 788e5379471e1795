"""Mailjet: campaign drafts over its HTTP interface (version 3).

Its words and ours cross: what it calls a contact list is an audience here, and what it calls a segment (`contactfilter`
in its interface) is a segment. A draft is made in two steps, the first of which carries our key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from newsletter.errors import RefusedError
from newsletter.model.audience import Audience, Segment
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent, RemoteState
from newsletter.providers import mailjet_payload as payload
from newsletter.providers.campaign import (
    Feature,
    Limits,
    PartialSends,
    ProviderInfo,
    ReadBackTolerance,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.http_types import ApiProfile, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_str, read_counts, sum_counts
from newsletter.providers.mailjet_payload import KEY, SECRET, TITLE, Options
from newsletter.providers.rest_campaign import RestCampaignProvider, audience_of, created_number, segment_of


class Mailjet(RestCampaignProvider):
    """Campaigns of a Mailjet account."""

    options = Options
    about = ProviderInfo(
        name="mailjet",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.REPLY_TO
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(),
        secrets=(KEY, SECRET),
        needs=DnsRequirements(
            TITLE,
            include="spf.mailjet.com",
            selectors=("mailjet",),
            where="Account settings, Sender domains & addresses",
        ),
        # the form of its links is not described: reckoned from those in mails that are public
        adds=Additions(
            once=250,
            per_link=120,
            why="an open-tracking pixel, and a longer address for each link to count clicks",
        ),
        partial=PartialSends(
            fewer=(
                "The campaign's statistics there list who received it and who was blocked. Ask Mailjet's support "
                "about the others. Do not send the campaign again: those who have it would receive it twice."
            ),
            lag=dt.timedelta(hours=1),
        ),
        notes=(
            "An audience is a contact list. A segment is taken from all lists.",
            "It does not report how many people are in a segment.",
            "It sends only to a list with more than one active subscriber.",
            "Names come from the contact properties firstname and name.",
            "It has no preferences page, so {preferences_url} cannot be used.",
            "The preheader is added as hidden text at the top of the HTML.",
            "Images cannot be uploaded to it through its API.",
            (
                "Its status “programmed” means both scheduled and being sent. From the scheduled time on, newsletter "
                "shows the campaign as being sent, with its count, until Mailjet reports it as sent."
            ),
            "It cannot stop a send that has started.",
        ),
    )
    dialect = payload.html("en")
    allowance = ReadBackTolerance(
        hosts=("mailjet.com", "mjt.lu"),
        notices=("[[UNSUB_LINK", "[[PERMALINK]]"),
    )

    @classmethod
    def credentials(cls, options: Options, secret: Callable[[str], str]) -> tuple[ApiProfile, Mapping[str, Any]]:
        """Return the API's profile, and the key as its user and password."""
        return payload.service(options), {"auth": (secret(KEY.variable), secret(SECRET.variable))}

    def check(self) -> str:
        """Make sure that the keys work; return the account's name."""
        profile = self._client.call(Call("GET", f"{payload.REST}/myprofile")).need_object("Data", 0)
        return as_str(profile.get("CompanyName")) or "an account without a company name"

    def audiences(self) -> list[Audience]:
        """List the contact lists, each with how many would be reached."""
        rows = self._rows(f"{payload.REST}/contactslist", {"IsDeleted": "false"})
        return [audience_of(row, self._count(str(row["ID"])), ident="ID", name="Name") for row in rows]

    def segments(self, audience: str) -> list[Segment]:  # noqa: ARG002 - a segment is one of all lists
        """List the segments; how many are in one is not told."""
        rows = self._rows(f"{payload.REST}/contactfilter", {})
        return [segment_of(row, ident="ID", name="Name") for row in rows if row.get("Status") != "deleted"]

    def named(self, is_ours: Callable[[object], bool]) -> list[RemoteCampaign]:
        """Look through all drafts, archived and deleted ones too; one that was put away unsent counts as not there.

        Whether the plain list leaves those out is not documented, so they are asked for by name.
        """
        ours: dict[str, Mapping[str, Any]] = {}
        for which in ({}, {"IsArchived": "true"}, {"IsDeleted": "true"}):
            ours |= {str(row["ID"]): row for row in self._rows(payload.DRAFTS, which) if is_ours(row.get("Title"))}
        there = [row for row in ours.values() if _status(row) not in payload.PUT_AWAY or _has_left(row)]
        return [self._campaign(row) for row in there]

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft, then its content: where that fails, the draft is found by its title again."""
        parts = payload.content(
            draft.message
        )  # first, so that what cannot be written is refused before anything is made
        if existing:
            self._client.call(payload.update(existing, draft))
        campaign = existing or created_number(
            self._client.call(payload.create(draft)), "Data", 0, "ID", what="draft", provider=TITLE
        )
        self._client.call(payload.fill(campaign, parts))
        return campaign

    def read(self, campaign: str) -> RemoteContent:
        """Read draft and content back."""
        row = self._get(campaign)
        held = self._client.call(Call("GET", f"{payload.DRAFTS}/{campaign}/detailcontent")).need_rows("Data")
        parts = held[0] if held else {}
        return RemoteContent(
            subject=as_str(row.get("Subject")),
            html=as_str(parts.get("Html-part")) or "",
            text=as_str(parts.get("Text-part")) or "",
            sender_name=as_str(row.get("SenderName")),
            sender_email=as_str(row.get("SenderEmail")),
            reply_to=as_str(row.get("ReplyEmail")) or "",
            audience=_reference(row, "ContactsList") or None,
            segment=_reference(row, "Segmentation"),
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft, in whose language the link to leave is written."""
        parts = payload.content(draft.message)
        held = {"subject": payload.frame(draft)["Subject"], "html": parts["Html-part"], "text": parts["Text-part"]}
        return super().expected(draft).model_copy(update=held)

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002 - as stored
        """Send the draft as it is stored."""
        self._client.call(payload.send_test(campaign, addresses))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._client.call(payload.set_moment(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again; raise DoubtError where it is then something else, or was sent to some people."""
        self._client.call(Call("DELETE", f"{payload.DRAFTS}/{campaign}/schedule"))
        self._confirm_draft(campaign, reports="its status")

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._client.call(payload.send_now(campaign))

    def state(self, campaign: str) -> RemoteCampaign:
        """Request the draft, which stays when it is sent."""
        return self._campaign(self._get(campaign))

    def report(self, campaign: str) -> CampaignReport:
        """Return the statistics of the draft; empty before it is sent."""
        number = as_count(self._get(campaign).get("CampaignID"))
        rows = self._client.call(payload.counters(number)).need_rows("Data") if number else []
        sums = rows[0] if rows else {}
        return CampaignReport(
            waiting=sum_counts([sums], "MessageQueuedCount", "MessageDeferredCount"),
            **read_counts(sums, payload.REPORT),
        )

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        last = payload.set_moment("{campaign}", when) if when else payload.send_now("{campaign}")
        return [payload.create(draft), payload.fill("{campaign}", payload.content(draft.message)), last]

    def _get(self, campaign: str) -> Mapping[str, Any]:
        return self._client.call(Call("GET", f"{payload.DRAFTS}/{campaign}")).need_object("Data", 0)

    def _count(self, audience: str) -> int | None:
        return as_count(self._client.call(payload.head_count(audience)).need("Total"))

    def _rows(self, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages, up to one with nothing new: `Total` is only that of the page."""
        seen: set[str] = set()
        offset = 0
        while True:
            rows = self._client.call(payload.page(path, offset, query)).need_rows("Data", having=["ID"])
            new = [row for row in rows if str(row["ID"]) not in seen]
            yield from new
            if not new:
                return
            seen |= {str(row["ID"]) for row in new}
            offset += len(rows)

    def _campaign(self, row: Mapping[str, Any]) -> RemoteCampaign:
        ident, status = str(row.get("ID") or ""), _status(row)
        state = payload.STATES.get(status, RemoteState.UNKNOWN)
        if status in payload.PUT_AWAY and _has_left(row):
            state = RemoteState.SENT
        sent = self._sent_so_far(row) if state in {RemoteState.DRAFT, RemoteState.SCHEDULED} else None
        has_begun = bool(sent or as_datetime(row.get("DeliveredAt")))
        moment = self._moment(ident) if state is RemoteState.SCHEDULED else None
        if state is RemoteState.SCHEDULED and (has_begun or moment is None or moment <= self._now() + payload.NEARLY):
            state, moment = RemoteState.SENDING, None
        elif state is RemoteState.DRAFT and has_begun:
            state = RemoteState.UNKNOWN  # it was turned back into a draft after some people were sent it
        return RemoteCampaign(
            id=ident,
            state=state,
            raw_state=status,
            scheduled_for=moment,
            sent_at=as_datetime(row.get("DeliveredAt")),
            sent=sent,
            admin_url="https://app.mailjet.com/campaigns",
            view_url=(as_str(row.get("Url")) or "") if state is RemoteState.SENT else "",
        )

    def _sent_so_far(self, row: Mapping[str, Any]) -> int | None:
        """Return how many a draft was sent to so far; None where Mailjet has no campaign of it, and so no count."""
        number = as_count(row.get("CampaignID"))
        rows = self._client.call(payload.counters(number)).need_rows("Data") if number else []
        return as_count(rows[0].get("MessageSentCount")) if rows else None

    def _moment(self, campaign: str) -> dt.datetime | None:
        """Ask when it goes: `programmed` is what is scheduled and what is on its way, which has no moment any more."""
        try:
            rows = self._client.call(Call("GET", f"{payload.DRAFTS}/{campaign}/schedule")).need_rows("Data")
        except RefusedError as refused:
            if refused.status not in {400, 404}:
                raise
            return None
        return as_datetime(rows[0].get("Date")) if rows else None


def _status(row: Mapping[str, Any]) -> str:
    """Return the status, which is a number or its digits."""
    return str(row.get("Status", "")).strip()


def _has_left(row: Mapping[str, Any]) -> bool:
    """Return whether a draft has become a campaign; only then has it a campaign's number or a moment of delivery."""
    return bool(as_count(row.get("CampaignID")) or as_datetime(row.get("DeliveredAt")))


def _reference(row: Mapping[str, Any], name: str) -> str:
    """Return the number that a field refers to: Mailjet's guide calls it `SegmentationID`, its description without."""
    return str(as_count(row.get(f"{name}ID")) or as_count(row.get(name)) or "")
