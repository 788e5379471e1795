"""listmonk, run by the organisation itself: its lists and campaigns over its own HTTP interface.

What it sends it compiles as code of Go's templates (see `newsletter.providers.go_templates`). Tried against its version
6.2, built from source; facts not in its documentation are from that source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import urljoin

from newsletter.errors import NotFoundError, RefusedError, UnsupportedError
from newsletter.model.audience import Audience, Segment, mask
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent, RemoteState
from newsletter.providers import listmonk_payload as payload
from newsletter.providers.campaign import Feature, Limits, PartialSends, ProviderInfo, utc_now
from newsletter.providers.capabilities import Additions
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiProfile, ApiResponse, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_dict_list, as_str
from newsletter.providers.listmonk_payload import TITLE, TOKEN, Options
from newsletter.providers.rest_campaign import RestCampaignProvider, audience_of


class Listmonk(RestCampaignProvider):
    """Campaigns of a listmonk server."""

    options = Options
    about = ProviderInfo(
        name="listmonk",
        title=TITLE,
        features=Feature.COUNTS
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.REPLY_TO
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.CANCEL
        | Feature.UPLOAD
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(subject_length=5000),
        secrets=(TOKEN,),
        needs=DnsRequirements(TITLE, own_server=True),
        adds=Additions(why="listmonk counts only what a template asks it to, and ours asks for nothing"),
        # seen with listmonk 6.2: a database that was away for ten seconds left 200 of 2,000 out, and 246 of those who
        # got it were not counted; a paused campaign that was started again left nobody out and reached nobody twice
        partial=PartialSends(
            paused=(
                "listmonk pauses a campaign after too many errors from its mail server. Its administrator can "
                "find the reason in its log. After that is fixed, “Start” on the campaign's page continues after "
                "the last person who received it; people rejected before that do not receive it."
            ),
            stopped=(
                "listmonk does not record who received it; the log of its mail server does. Do not send the "
                "campaign again: those who have it would receive it twice."
            ),
            fewer=(
                "Its mail server rejected them, or its database was unavailable and listmonk counts too few, so "
                "some of them may have it. listmonk does not record who received it. Ask its administrator for "
                "the log of its mail server, which lists the recipients. Do not send the campaign again: those "
                "who have it would receive it twice."
            ),
        ),
        notes=(
            "It has lists but no segments: to send to some of your subscribers, create a list for them.",
            "It sends tests only to people who are on one of its lists.",
            "The preheader is added as hidden text at the top of the HTML.",
            f"It needs a template that contains only {payload.BARE}.",
            "It counts views and clicks, not readers, so the report has neither.",
        ),
    )
    dialect = payload.HTML

    def __init__(self, options: Options, client: HttpClient, *, now: Callable[[], dt.datetime] = utc_now) -> None:
        self._options = options
        self._client = client
        self._now = now
        self._found_template: int | None = None

    @classmethod
    def credentials(cls, options: Options, secret: Callable[[str], str]) -> tuple[ApiProfile, Mapping[str, Any]]:
        """Return the API's profile, and the key as its user and password."""
        return payload.service(options), {"auth": (options.user, secret(TOKEN.variable))}

    def check(self) -> str:
        """Make sure that the token works and may see campaigns, and that there is a template that adds nothing."""
        self._client.call(payload.page("/campaigns", 1, {"no_body": "true"}))
        self._template()
        return f"{self._options.user} at {self._options.base_url}"

    def audiences(self) -> list[Audience]:
        """List the lists; who has left, or has yet to confirm a list that asks for it, is not counted."""
        rows = self._rows("/lists", {"order_by": "name", "order": "ASC"})
        return [audience_of(row, _reached(row)) for row in rows]

    def segments(self, audience: str) -> list[Segment]:  # noqa: ARG002 - the interface's
        """Return none: listmonk has no segments."""
        return []

    def named(self, is_ours: Callable[[object], bool]) -> list[RemoteCampaign]:
        """Look through all campaigns, newest first."""
        rows = self._rows("/campaigns", {"no_body": "true", "order_by": "created_at", "order": "DESC"})
        return list({row["id"]: self._campaign(row) for row in rows if is_ours(row.get("name"))}.values())

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft."""
        if draft.segment:
            self.needs(Feature.SEGMENTS, "send to a segment")
        template = self._template()
        call = payload.update(existing, draft, template) if existing else payload.create(draft, template)
        return self._client.call(call).need_id("data", "id")

    def read(self, campaign: str) -> RemoteContent:
        """Read the campaign back, with its code as it is stored."""
        data = self._get(campaign, body=True).need_object("data")
        name, address = parseaddr(str(data.get("from_email") or ""))
        headers = {str(key).lower(): value for row in as_dict_list(data.get("headers")) for key, value in row.items()}
        return RemoteContent(
            subject=as_str(data.get("subject")),
            html=as_str(data.get("body")),
            text=as_str(data.get("altbody")),
            sender_name=name or None,
            sender_email=address or None,
            reply_to=as_str(headers.get("reply-to")) or "",
            audience=",".join(str(number) for number in _lists(data)),
            segment="",
            attachments=", ".join(str(one.get("filename") or one.get("id")) for one in as_dict_list(data.get("media"))),
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft."""
        body = payload.content(draft, "")
        return (
            super()
            .expected(draft)
            .model_copy(update={"html": body["body"], "text": body["altbody"], "attachments": ""})
        )

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:
        """Send a test to each address by itself: of several it would leave out the unknown ones in silence."""
        template, words = self._template(), ""
        unknown: list[str] = []
        for address in addresses:
            try:
                self._client.call(payload.send_test(campaign, draft, template, address))
            except RefusedError as error:
                if type(error) is not RefusedError:
                    raise
                words = error.message
                unknown.append(mask(address))
        if unknown:
            count, sent = len(addresses), len(addresses) - len(unknown)
            told = f"{sent} of {count} tests {'was' if sent == 1 else 'were'} sent. " if sent else ""
            raise RefusedError(
                f"{told}{words} ({', '.join(unknown)})",
                hint=(
                    "listmonk sends tests only to people it knows: add the address to a list there, for example "
                    "a list for testers."
                ),
                status=400,
            )

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Set the moment, then the status; one that is scheduled already keeps its status."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        data = self._get(campaign).need_object("data")
        self._client.call(payload.set_moment(campaign, _lists(data), when))
        if data.get("status") != "scheduled":
            self._client.call(payload.set_status(campaign, "scheduled"))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft, then take its moment away."""
        self._client.call(payload.set_status(campaign, "draft"))
        self._client.call(payload.set_moment(campaign, _lists(self._get(campaign).need_object("data")), None))

    def send(self, campaign: str) -> None:
        """Have it sent now; a moment that was left on it would make listmonk schedule it instead."""
        data = self._get(campaign).need_object("data")
        if data.get("send_at"):
            self._client.call(payload.set_moment(campaign, _lists(data), None))
        self._client.call(payload.set_status(campaign, "running"))

    def cancel(self, campaign: str) -> None:
        """Stop a running or paused campaign for good."""
        self._client.call(payload.set_status(campaign, "cancelled"))

    def state(self, campaign: str) -> RemoteCampaign:
        """Request the campaign."""
        return self._campaign(self._get(campaign).need_object("data"))

    def report(self, campaign: str) -> CampaignReport:
        """Request what was sent, and count the bounces by kind."""
        sent = as_count(self._get(campaign).need_object("data").get("sent"))
        kinds = [row.get("type") for row in self._rows("/bounces", {"campaign_id": campaign})]
        return CampaignReport(
            sent=sent,
            hard_bounces=kinds.count("hard"),
            soft_bounces=kinds.count("soft"),
            complaints=kinds.count("complaint"),
        )

    def upload(self, name: str, content_type: str, data: bytes) -> str:
        """Store a picture; a server that does not know its own address gives a link without one."""
        answer = self._client.call(Call("POST", "/media", files={"file": (name, data, content_type)}, spare=True))
        return urljoin(f"{self._options.base_url.rstrip('/')}/", str(answer.need("data", "url")))

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it."""
        calls = [payload.create(draft, self._options.template or "{template}")]
        if when is None:
            return [*calls, payload.set_status("{campaign}", "running")]
        lists = [payload.list_number(draft.audience)]
        return [*calls, payload.set_moment("{campaign}", lists, when), payload.set_status("{campaign}", "scheduled")]

    def _template(self) -> int:
        """Return the number of a template that adds nothing; raise UnsupportedError if there is none."""
        if self._found_template is None:
            found = self._client.call(Call("GET", "/templates", query={"no_body": "false"}))
            rows = found.need_rows("data", having=["id"])
            named = self._options.template
            bare = [row for row in rows if payload.is_bare(row.get("body")) and named in {None, as_count(row["id"])}]
            number = as_count(bare[0]["id"]) if bare else None
            if number is None:
                raise _no_template(named, is_there=named in {as_count(row["id"]) for row in rows})
            self._found_template = number
        return self._found_template

    def _get(self, campaign: str, *, body: bool = False) -> ApiResponse:
        try:
            return self._client.call(payload.one(campaign, body=body))
        except RefusedError as error:
            if error.status != 400:
                raise
            # asked for by its number alone, a campaign can only be refused because it is not there
            raise NotFoundError(error.message, hint="It may have been deleted in listmonk.", status=400) from error

    def _rows(self, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages."""
        number, seen = 1, 0
        while True:
            answer = self._client.call(payload.page(path, number, query))
            rows = answer.need_rows("data", "results", having=["id"])
            yield from rows
            seen, number = seen + len(rows), number + 1
            if not rows or seen >= (as_count(answer.need_object("data").get("total")) or 0):
                return

    def _campaign(self, data: Mapping[str, Any]) -> RemoteCampaign:
        state = payload.STATES.get(str(data.get("status")), RemoteState.UNKNOWN)
        ident = str(data.get("id"))
        return RemoteCampaign(
            id=ident,
            state=state,
            raw_state=str(data.get("status") or ""),
            scheduled_for=as_datetime(data.get("send_at")) if state is RemoteState.SCHEDULED else None,
            sent_at=as_datetime(data.get("started_at")),
            sent=as_count(data.get("sent")),
            # it counts only once it has begun, some seconds after it was told to
            to_send=(as_count(data.get("to_send")) or None) if state.has_gone else None,
            admin_url=f"{self._options.base_url.rstrip('/')}/admin/campaigns/{ident}",
        )


def _no_template(named: int | None, *, is_there: bool) -> UnsupportedError:
    """Return the refusal where no template leaves the email as it is; `named` is the one in the settings."""
    enter = f"In listmonk, choose Campaigns → Templates → New and enter only {payload.BARE}"
    if named is None:
        return UnsupportedError("listmonk has no template that leaves the email unchanged.", hint=f"{enter}.")
    if not is_there:
        return UnsupportedError(
            f"listmonk has no template with the number {named}.",
            hint="Remove `template` under `listmonk` in newsletter.yaml, or enter the number of one that exists.",
        )
    return UnsupportedError(
        f"The listmonk template {named} adds content of its own: readers would get one page inside another, perhaps "
        "with a second unsubscribe link or a tracking pixel.",
        hint=f"{enter}. Then remove `template` under `listmonk` in newsletter.yaml, or enter the new number.",
    )


def _lists(data: Mapping[str, Any]) -> list[int]:
    numbers = (as_count(row.get("id")) for row in as_dict_list(data.get("lists")))
    return [number for number in numbers if number]


def _reached(row: Mapping[str, Any]) -> int | None:
    """Return how many would get an issue: of a list with double opt-in those who confirmed, else all who are on it."""
    if "subscriber_statuses" not in row:
        return None  # of an older listmonk, whose one number counts those who left too
    statuses = as_dict(row["subscriber_statuses"])
    confirmed, waiting = as_count(statuses.get("confirmed")) or 0, as_count(statuses.get("unconfirmed")) or 0
    return confirmed if row.get("optin") == "double" else confirmed + waiting
