"""Mailchimp: campaigns to its audiences, over its Marketing API 3.0.

A campaign is made in two steps, settings and then content; the first one carries our key, so that a draft is found
again whatever happens between the two.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from newsletter.errors import ProviderError, RefusedError, UnavailableError
from newsletter.model.audience import Audience, Segment
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.provider_campaign import (
    CampaignDraft,
    CampaignReport,
    LinkClicks,
    RecipientFilter,
    RemoteCampaign,
    RemoteContent,
    RemoteState,
)
from newsletter.providers import mailchimp_payload as payload
from newsletter.providers.campaign import (
    Feature,
    Limits,
    PartialSends,
    ProviderInfo,
    ReadBackTolerance,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.http_types import ApiProfile, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_dict_list, as_str, read_number
from newsletter.providers.mailchimp_payload import KEY, TITLE, Options
from newsletter.providers.mailchimp_segments import all_of, any_of, rule_of, was_not_sent, was_sent, within
from newsletter.providers.rest_campaign import RestCampaignProvider


class Mailchimp(RestCampaignProvider):
    """Campaigns of a Mailchimp account."""

    options = Options
    about = ProviderInfo(
        name="mailchimp",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.CANCEL
        | Feature.UPLOAD
        | Feature.REPORT
        | Feature.AGAIN
        | Feature.READ_BACK,
        limits=Limits(schedule_step_minutes=15, test_addresses=20),
        secrets=(KEY,),
        needs=DnsRequirements(
            TITLE,
            selectors=("k2", "k3", "k1"),
            targets={"k2": "dkim2.mcsv.net", "k3": "dkim3.mcsv.net"},
            where="Account & billing, Domains",
        ),
        # the counter of `_COUNTER` with its three keys, and list-manage.com/track/click with the same three
        adds=Additions(
            once=250,
            per_link=100,
            why="an open-tracking pixel, and a longer address for each link to count clicks",
        ),
        partial=PartialSends(
            paused=(
                "Mailchimp pauses a campaign to review it, or because someone paused it. The campaign's page "
                "there shows the reason; resume it there."
            ),
            stopped="A stopped campaign cannot be resumed. Its report there lists the recipients.",
            fewer=(
                "Mailchimp knows who received it: `--remainder` sends it to exactly the others. Check the "
                "campaign's page there for the reason first."
            ),
        ),
        notes=(
            "A segment is a saved segment in Mailchimp, or a tag.",
            "It schedules at quarter hours only. Scheduling and stopping a send need a paid plan.",
            "Replies go to the sender's address: it has no separate reply-to address.",
            "The preheader is added as hidden text at the top of the HTML.",
            "On a free plan, or if an issue has no unsubscribe link, it adds its own footer.",
        ),
    )
    dialect = payload.HTML
    allowance = ReadBackTolerance(
        drop=(payload.FOOTER, payload.COUNTER),
        hosts=("list-manage.com", "mailchimp.com", "mailchi.mp", "eepurl.com", "campaign-archive.com"),
        notices=("*|UNSUB|*", "*|ARCHIVE|*", "*|UPDATE_PROFILE|*", "*|FORWARD|*", "*|LIST:", "*|HTML:", "*|REWARDS|*"),
    )

    @classmethod
    def credentials(cls, options: Options, secret: Callable[[str], str]) -> tuple[ApiProfile, Mapping[str, Any]]:
        """Return the API's profile, and the key; raise UsageError where the key does not tell where its account is."""
        key = secret(KEY.variable).strip()
        # the user may be any word; the client hides no word as short as this from what people read
        return payload.service(options.base_url or payload.address_for(key)), {"auth": ("key", key)}

    def check(self) -> str:
        """Make sure that the key works; return the account's name."""
        name = as_str(self._client.call(payload.one("/", "account_name")).need_object().get("account_name"))
        return f"the account {name}" if name else "an account without a name"

    def audiences(self) -> list[Audience]:
        """List the audiences, each with the number of those who would get an issue."""
        rows = self._rows("/lists", "lists", ["id", "name", "stats.member_count"])
        return [
            Audience(
                id=ident,
                name=str(row.get("name") or ident),
                count=as_count(as_dict(row.get("stats")).get("member_count")),
            )
            for ident, row in rows.items()
        ]

    def segments(self, audience: str) -> list[Segment]:
        """List the saved segments and the tags; the third kind, `fuzzy`, is of Mailchimp's own making."""
        fields = ["id", "name", "member_count", "type"]
        rows = self._rows(f"/lists/{audience}/segments", "segments", fields)
        return [
            Segment(id=ident, name=str(row.get("name") or ident), count=as_count(row.get("member_count")))
            for ident, row in rows.items()
            if row.get("type") != "fuzzy"
        ]

    def named(self, is_ours: Callable[[object], bool]) -> list[RemoteCampaign]:
        """Look through the titles of all campaigns, oldest first: one that is made meanwhile comes at the end."""
        rows = self._rows(
            "/campaigns", "campaigns", [*_STATE_FIELDS, "settings.title"], sort_field="create_time", sort_dir="ASC"
        )
        return [self._campaign(row) for row in rows.values() if is_ours(as_dict(row.get("settings")).get("title"))]

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft: first its settings, with our key, and then its content."""
        if existing is None:
            campaign = self._client.call(payload.create(draft)).need_id("id")
        else:
            campaign, held = existing, self._client.call(payload.one(f"/campaigns/{existing}", "recipients"))
            for call in payload.changes(campaign, draft, _aimed_at(held.need_object("recipients"))):
                self._client.call(call)
        self._client.call(payload.content(campaign, draft))
        return campaign

    def read(self, campaign: str) -> RemoteContent:
        """Read the campaign back; what is not there reads as empty, for then it is not what was handed over."""
        answer = self._client.call(payload.one(f"/campaigns/{campaign}", "settings", "recipients"))
        held = answer.need_object("settings")
        target = _aimed_at(answer.need_object("recipients"))
        body = self._client.call(payload.one(f"/campaigns/{campaign}/content", "html", "plain_text")).need_object()
        return RemoteContent(
            subject=as_str(held.get("subject_line")) or "",
            preheader=as_str(held.get("preview_text")) or "",
            html=as_str(body.get("html")) or "",
            text=as_str(body.get("plain_text")) or "",
            sender_name=as_str(held.get("from_name")) or "",
            sender_email=as_str(held.get("reply_to")) or "",
            audience=target.audience,
            segment=target.segment,
            rule=target.rule,
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft."""
        held = payload.settings(draft)
        changed = {
            "subject": held["subject_line"],
            "preheader": held["preview_text"],
            "text": payload.TEXT.write(draft.message.text, TITLE),
            "segment": payload.wanted(draft).segment,
        }
        return super().expected(draft).model_copy(update=changed)

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002 - as stored
        """Send the draft as it is stored; Mailchimp allows so many tests a day, and tells when it is too many."""
        self._act(campaign, payload.action(campaign, "test", {"test_emails": list(addresses), "send_type": "html"}))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a quarter of an hour."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._act(campaign, payload.set_moment(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again."""
        self._client.call(payload.action(campaign, "unschedule"))

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._act(campaign, payload.action(campaign, "send"))

    def cancel(self, campaign: str) -> None:
        """Stop it, which Mailchimp does on paid plans only; emails that have left have left."""
        self._client.call(payload.action(campaign, "cancel-send"))

    def state(self, campaign: str) -> RemoteCampaign:
        """Request the campaign."""
        answer = self._client.call(payload.one(f"/campaigns/{campaign}", *_STATE_FIELDS))
        answer.need("id")
        return self._campaign(answer.need_object())

    def report(self, campaign: str) -> CampaignReport:
        """Request the campaign's numbers; how many were delivered is not among them."""
        numbers = self._client.call(Call("GET", f"/reports/{campaign}", query={"fields": _REPORT})).need_object()
        bounces, opened = as_dict(numbers.get("bounces")), as_dict(numbers.get("opens"))
        opens, by_people = as_count(opened.get("unique_opens")), as_count(opened.get("proxy_excluded_unique_opens"))
        return CampaignReport(
            sent=as_count(numbers.get("emails_sent")),
            opens=opens,
            machine_opens=None if opens is None or by_people is None else max(0, opens - by_people),
            # `unique_clicks` counts a reader once for each link
            clicks=as_count(as_dict(numbers.get("clicks")).get("unique_subscriber_clicks")),
            hard_bounces=as_count(bounces.get("hard_bounces")),
            soft_bounces=as_count(bounces.get("soft_bounces")),
            unsubscribes=as_count(numbers.get("unsubscribed")),
            complaints=as_count(numbers.get("abuse_reports")),
        )

    def link_clicks(self, campaign: str) -> tuple[LinkClicks, ...]:
        """Request the readers who followed each link."""
        query = {"count": "1000", "fields": "urls_clicked.url,urls_clicked.unique_clicks"}
        answer = self._client.call(Call("GET", f"/reports/{campaign}/click-details", query=query)).need_object()
        rows = as_dict_list(answer.get("urls_clicked"))
        return tuple(
            LinkClicks(url=str(row.get("url", "")), clicks=as_count(row.get("unique_clicks")) or 0) for row in rows
        )

    def narrow(
        self, audience: str, segment: str, *, got: Sequence[str] = (), missed: Sequence[str] = ()
    ) -> RecipientFilter:
        """Choose by what people were sent; they are counted by Mailchimp's names for them, no address is asked for."""
        numbers, readers = [], set[str]()
        for campaign in (*got, *missed):
            number, names = self._readers(campaign)
            numbers.append(number)
            readers |= names
        if got:
            here = self._names(f"/lists/{audience}/members", "members", "id", status="subscribed")
            return RecipientFilter(rule=any_of([was_sent(one) for one in numbers]), count=len(here & readers))
        where, conditions = f"/lists/{audience}/members", []
        if segment:
            number = read_number(segment, "segment", TITLE)
            there = f"/lists/{audience}/segments/{number}"
            row = self._client.call(payload.one(there, "name", "type", "options")).need_object()
            where, conditions = f"{there}/members", within(number, row)
        here = self._names(where, "members", "id", **({} if segment else {"status": "subscribed"}))
        rule = all_of([*conditions, *(was_not_sent(one) for one in numbers)])
        return RecipientFilter(rule=rule, count=len(here - readers))

    def _readers(self, campaign: str) -> tuple[int, set[str]]:
        """Return a campaign's number, and who was sent it; raise UnavailableError while that is not told wholly."""
        fields = ("web_id", "emails_sent", "send_time")
        answer = self._client.call(payload.one(f"/campaigns/{campaign}", *fields))
        number, row = as_count(answer.need("web_id")), answer.need_object()
        names = self._names(f"/reports/{campaign}/sent-to", "sent_to", "email_id")
        sent, at = as_count(row.get("emails_sent")) or 0, as_datetime(row.get("send_time"))
        # later on, fewer are told because people were deleted; they are on no list any more
        is_fresh = at is None or self._now() - at < payload.SETTLING
        if not number or (is_fresh and len(names) < sent):
            raise UnavailableError(
                f"{TITLE} has not reported all recipients yet: {len(names):,} of {sent:,} so far.",
                hint="Nothing was sent. Try again in a few minutes.",
            )
        return number, names

    def _names(self, path: str, name: str, field: str, **query: str) -> set[str]:
        """Return what Mailchimp calls the people of a list."""
        rows = self._pages(path, name, [field], {"count": str(payload.MOST_PER_PAGE), **query}, field)
        return {str(row[field]) for row in rows}

    def upload(self, name: str, content_type: str, data: bytes) -> str:  # noqa: ARG002 - its name tells what it is
        """Store a picture among the account's files."""
        body = {"name": name, "file_data": base64.b64encode(data).decode()}
        return str(self._client.call(Call("POST", "/file-manager/files", json=body, spare=True)).need("full_size_url"))

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        there = "{campaign}"
        return [
            payload.create(draft),
            payload.content(there, draft),
            payload.set_moment(there, when) if when else payload.action(there, "send"),
        ]

    def _act(self, campaign: str, call: Call) -> None:
        """Make a call; where it is refused, often without any reason, add what Mailchimp's checklist finds lacking."""
        try:
            self._client.call(call)
        except RefusedError as no:
            lacking = self._lacking(campaign) if no.status == 400 else ""
            if not lacking:
                raise
            words = f"{no.message.rstrip(' .:')}. Its checklist says: {lacking}"
            hint = "Nothing was sent. Fix the items on the checklist, then try again."
            raise RefusedError(words, hint=hint, status=no.status, request_id=no.request_id) from no

    def _lacking(self, campaign: str) -> str:
        """Return what keeps a campaign from being sent, in the words of Mailchimp's checklist; nothing if unknown."""
        try:
            answer = self._client.call(payload.one(f"/campaigns/{campaign}/send-checklist", "items"))
            items = [row for row in answer.need_rows("items") if row.get("type") == "error"]
        except ProviderError:
            return ""
        said = [": ".join(str(row[part]) for part in ("heading", "details") if row.get(part)) for row in items]
        return self._client.hide("; ".join(words for words in said if words))

    def _rows(self, path: str, name: str, fields: Sequence[str], **query: str) -> dict[str, Mapping[str, Any]]:
        """Return the rows of all pages by their ids: a row that moves between two pages counts once."""
        return {str(row["id"]): row for row in self._pages(path, name, fields, query)}

    def _pages(
        self, path: str, name: str, fields: Sequence[str], query: Mapping[str, str], having: str = "id"
    ) -> Iterator[Mapping[str, Any]]:
        seen = 0
        while True:
            call = payload.page(path, name, fields, seen, query)
            answer = self._client.call(call)
            rows = answer.need_rows(name, having=[having])
            yield from rows
            seen += len(rows)
            total = as_count(answer.need_object().get("total_items"))
            if not rows or (len(rows) < int(call.query["count"]) if total is None else seen >= total):
                return

    def _campaign(self, row: Mapping[str, Any]) -> RemoteCampaign:
        state = payload.STATES.get(str(row.get("status")), RemoteState.UNKNOWN)
        moment = as_datetime(row.get("send_time"))
        centre = re.match(r"https://([a-z]+\d+)\.api\.mailchimp\.com/", self._client.service.base_url)
        number = as_count(row.get("web_id"))
        return RemoteCampaign(
            id=str(row.get("id")),
            state=state,
            raw_state=str(row.get("status") or ""),
            scheduled_for=moment if state is RemoteState.SCHEDULED else None,
            sent_at=moment if state.has_gone else None,
            sent=as_count(row.get("emails_sent")) if state.has_gone else None,
            admin_url=f"https://{centre[1]}.admin.mailchimp.com/campaigns/show/?id={number}"
            if centre and number
            else "",
            view_url=str(row.get("long_archive_url") or "") if state is RemoteState.SENT else "",
        )


_STATE_FIELDS = ("id", "web_id", "status", "emails_sent", "send_time", "long_archive_url")
_REPORT = (
    "emails_sent,opens.unique_opens,opens.proxy_excluded_unique_opens,clicks.unique_subscriber_clicks,bounces,"
    "unsubscribed,abuse_reports"
)


def _aimed_at(recipients: Mapping[str, Any]) -> payload.CampaignTarget:
    """Return the target of a campaign; the conditions of a saved segment add nothing to its number."""
    aimed, audience = as_dict(recipients.get("segment_opts")), as_str(recipients.get("list_id")) or ""
    number = as_count(aimed.get("saved_segment_id"))
    if number:
        return payload.CampaignTarget(audience, str(number))
    return payload.CampaignTarget(audience, as_str(aimed.get("prebuilt_segment_id")) or "", rule_of(aimed))
