"""Brevo: email campaigns to one of its lists or segments, over its HTTP interface (version 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from newsletter.errors import RefusedError
from newsletter.model.audience import Audience, Segment
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.provider_campaign import (
    CampaignDraft,
    CampaignReport,
    LinkClicks,
    RemoteCampaign,
    RemoteContent,
    RemoteState,
)
from newsletter.providers import brevo_payload as payload
from newsletter.providers.brevo_payload import KEY, TITLE, Options
from newsletter.providers.campaign import (
    Feature,
    Limits,
    PartialSends,
    ProviderInfo,
    ReadBackTolerance,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.http_types import ApiProfile, ApiResponse, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_str, read_counts
from newsletter.providers.rest_campaign import RestCampaignProvider, audience_of, created_number, segment_of


class Brevo(RestCampaignProvider):
    """Email campaigns of a Brevo account."""

    options = Options
    about = ProviderInfo(
        name="brevo",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.SENDER
        | Feature.REPLY_TO
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.CANCEL
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(schedules_segments=False, html_bytes=payload.HTML_BYTES, test_addresses=50),
        secrets=(KEY,),
        needs=DnsRequirements(TITLE, selectors=("brevo1", "brevo2", "mail"), where="Senders, domains & dedicated IPs"),
        # the form of its links is not described: reckoned from those in mails that are public
        adds=Additions(
            once=350,
            per_link=180,
            why="an open-tracking pixel, and a longer address for each link to count clicks",
        ),
        partial=PartialSends(
            paused=(
                "Brevo suspends a campaign when the account has no credit left, when it reviews the account, or "
                "when someone suspends it; the Campaigns page shows the reason. Resume this campaign there "
                "instead of sending a new one: only Brevo knows who has it."
            ),
            stopped="You can export the recipients from Brevo's report on the campaign.",
            fewer=(
                "You can export the recipients from Brevo's report on the campaign, and its support can say why "
                "the others did not receive it. Do not send the campaign again: those who have it would receive "
                "it twice."
            ),
            lag=dt.timedelta(minutes=5),
        ),
        notes=(
            "An audience is a list. A segment is taken from all contacts, whatever list they are on.",
            "It does not report how many people are in a segment, or which segment a campaign is sent to.",
            "A send to a segment cannot be scheduled; it is sent immediately.",
            "Tests can be sent only to contacts in Brevo, and at most 50 a day.",
            "It generates the plain text itself.",
            "The preheader is added as hidden text at the top of the HTML.",
            "It only uses images that are already on the web, so they must be under `media_url` in newsletter.yaml.",
            "Small plans allow a hundred API calls an hour.",
        ),
    )
    dialect = payload.HTML
    allowance = ReadBackTolerance(
        hosts=("brevo.com", "sendinblue.com", "sendibm1.com", "sendibt2.com", "sendibt3.com"),
        notices=("{{ unsubscribe }}", "{{ mirror }}", "{{ update_profile }}", "[UNSUBSCRIBE]", "[MIRROR]"),
    )

    @classmethod
    def credentials(cls, options: Options, secret: Callable[[str], str]) -> tuple[ApiProfile, Mapping[str, Any]]:
        """Return the API's profile, and the key as its header."""
        return payload.service(options), {"secret_headers": {"api-key": secret(KEY.variable)}}

    def check(self) -> str:
        """Make sure that the key works; return the account's name."""
        account = self._client.call(Call("GET", "/account")).need_object()
        return as_str(account.get("companyName")) or "an account without a company name"

    def audiences(self) -> list[Audience]:
        """List the lists; `totalSubscribers` is going to be 0 for all of them, as Brevo announces."""
        return [
            audience_of(row, as_count(row.get("uniqueSubscribers")))
            for row in self._rows("/contacts/lists", "lists", payload.MOST_LISTS, {})
        ]

    def segments(self, audience: str) -> list[Segment]:  # noqa: ARG002 - a segment is one of all contacts
        """List the segments; how many are in one is not told."""
        return [
            segment_of(row, name="segmentName")
            for row in self._rows("/contacts/segments", "segments", payload.MOST_LISTS, {})
        ]

    def named(self, is_ours: Callable[[object], bool]) -> list[RemoteCampaign]:
        """Look through all campaigns."""
        query = {"type": "classic", "excludeHtmlContent": "true"}
        rows = self._rows(payload.CAMPAIGNS, "campaigns", payload.MOST_CAMPAIGNS, query)
        return [self._campaign(row) for row in rows if is_ours(row.get("name"))]

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft."""
        if existing:
            self._client.call(payload.update(existing, draft))
            return existing
        return created_number(self._client.call(payload.create(draft)), "id", what="campaign", provider=TITLE)

    def read(self, campaign: str) -> RemoteContent:
        """Read the campaign back; its segments are told by newer versions only."""
        data = self._get(campaign)
        sender, aim = as_dict(data.get("sender")), as_dict(data.get("recipients"))
        return RemoteContent(
            subject=as_str(data.get("subject")),
            html=as_str(data.get("htmlContent")) or "",
            sender_name=as_str(sender.get("name")),
            sender_email=as_str(sender.get("email")),
            reply_to=as_str(data.get("replyTo")),
            audience=_lists_of(aim),
            segment=_listed(aim.get("segments")),
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft; one that goes to a segment goes to no list."""
        body = payload.content(draft)
        held = {
            "subject": body["subject"],
            "sender_name": body["sender"]["name"],
            "reply_to": body["replyTo"],
            "audience": "" if draft.segment else draft.audience,
        }
        return super().expected(draft).model_copy(update=held)

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002 - as stored
        """Send the draft as it is stored."""
        self._client.call(payload.send_test(campaign, addresses))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._client.call(payload.set_moment(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again, or have it held back where Brevo does not allow that; raise DoubtError if neither is.

        Its makers have said that a campaign which waits can be suspended; of `draft` they only say that it is a status.
        """
        try:
            self._client.call(payload.become(campaign, "draft"))
        except RefusedError as error:
            # one that is on its way would be stopped in the middle, which nobody has asked for
            if error.status != 400 or not self._waits(campaign):
                raise
            self._client.call(payload.become(campaign, "suspended"))
        self._confirm_draft(campaign)

    def _waits(self, campaign: str) -> bool:
        """Ask whether it waits for an hour that has not come, nor is about to."""
        now = self.state(campaign)
        return now.scheduled_for is not None and now.scheduled_for > self._now() + payload.NEARLY

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._client.call(payload.send_now(campaign))

    def cancel(self, campaign: str) -> None:
        """Have it held back; emails that have left have left."""
        self._client.call(payload.become(campaign, "suspended"))

    def state(self, campaign: str) -> RemoteCampaign:
        """Request the campaign."""
        return self._campaign(self._get(campaign))

    def report(self, campaign: str) -> CampaignReport:
        """Request its sums."""
        call = Call("GET", f"{payload.CAMPAIGNS}/{campaign}", query={"statistics": "globalStats"})
        numbers = self._client.call(call).need_object("statistics")
        sums = as_dict(numbers.get("globalStats"))
        return CampaignReport(waiting=as_count(numbers.get("remaining")), **read_counts(sums, payload.REPORT))

    def link_clicks(self, campaign: str) -> tuple[LinkClicks, ...]:
        """Request the clicks on each link."""
        call = Call("GET", f"{payload.CAMPAIGNS}/{campaign}", query={"statistics": "linksStats"})
        numbers = self._client.call(call).need_object("statistics")
        return tuple(
            LinkClicks(url=str(url), clicks=as_count(count) or 0)
            for url, count in as_dict(numbers.get("linksStats")).items()
        )

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        return [
            payload.create(draft),
            payload.set_moment("{campaign}", when) if when else payload.send_now("{campaign}"),
        ]

    def _get(self, campaign: str) -> Mapping[str, Any]:
        return self._client.call(Call("GET", f"{payload.CAMPAIGNS}/{campaign}")).need_object()

    def _rows(self, path: str, name: str, most: int, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages once each; what is made meanwhile moves the others on by a row."""
        seen: set[str] = set()
        offset = 0
        while True:
            answer = self._client.call(payload.page(path, offset, most, query))
            rows = _page_of(answer, name)
            new = {str(row["id"]): row for row in rows if str(row["id"]) not in seen}
            yield from new.values()
            seen |= set(new)
            offset += len(rows)
            if not new or (len(rows) < most and offset >= (as_count(answer.need_object().get("count")) or 0)):
                return

    def _campaign(self, row: Mapping[str, Any]) -> RemoteCampaign:
        state = payload.STATES.get(str(row.get("status")), RemoteState.UNKNOWN)
        moment, changed = as_datetime(row.get("scheduledAt")), as_datetime(row.get("modifiedAt"))
        numbers = as_dict(as_dict(row.get("statistics")).get("globalStats"))
        sent = as_count(numbers.get("sent")) or None  # where the numbers were not asked for they are 0
        if state is RemoteState.SCHEDULED and (moment is None or sent):
            state = RemoteState.SENDING  # one that is sent now is queued first
        if state is RemoteState.PAUSED and moment and changed and changed < moment:
            state = RemoteState.DRAFT  # it was held back before its hour came: nobody has got it
        ident, share = str(row.get("id")), as_str(row.get("shareLink")) or ""
        return RemoteCampaign(
            id=ident,
            state=state,
            raw_state=str(row.get("status") or ""),
            scheduled_for=moment if state is RemoteState.SCHEDULED else None,
            sent_at=as_datetime(row.get("sentDate")),
            sent=sent,
            admin_url=f"https://app.brevo.com/marketing-campaign/edit/{ident}",
            # before it is sent, words stand there instead of a link
            view_url=share if state is RemoteState.SENT and share.startswith("http") else "",
        )


def _page_of(answer: ApiResponse, name: str) -> list[Mapping[str, Any]]:
    """Return the rows of a page; if there are none at all, their list may be left out."""
    body = answer.need_object()
    return [] if body.get(name) is None and body.get("count") == 0 else answer.need_rows(name, having=["id"])


def _listed(value: object) -> str | None:
    """Return the numbers of a list as words, none of an empty one; None where it is not told."""
    return ", ".join(str(one) for one in value) if isinstance(value, list) else None


def _lists_of(aim: Mapping[str, Any]) -> str | None:
    """Return the lists of a campaign, and those whose contacts do not get it; None if Brevo does not tell."""
    lists, excluded = _listed(aim.get("lists")), _listed(aim.get("exclusionLists"))
    return f"{lists} without {excluded}" if lists is not None and excluded else lists
