"""listmonk, as its source and its documentation describe it."""

from __future__ import annotations

import email.utils
from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.listmonk_account import PAGE, WRAPPED, ListmonkInstallation
from newsletter.rehearsal.sample_contacts import Reader
from newsletter.rehearsal.schema_check import Shape
from newsletter.rehearsal.service import plain_text, union, uuid_of
from newsletter.rehearsal.state import Campaign, CampaignStatus, Mail
from newsletter.rehearsal.timestamps import offset_moment, read_moment

WORDS = {
    CampaignStatus.DRAFT: "draft",
    CampaignStatus.SCHEDULED: "scheduled",
    CampaignStatus.SENDING: "running",
    CampaignStatus.SENT: "finished",
    CampaignStatus.PAUSED: "paused",
    CampaignStatus.CANCELLED: "cancelled",
}
CAMPAIGN: dict[str, Shape] = {
    "name": str, "subject": str, "lists": [int], "from_email": str, "type": ("regular", "optin"),
    "content_type": ("richtext", "html", "markdown", "plain", "visual"), "body": str, "altbody": (str, None),
    "send_at": (str, None), "messenger": str, "template_id": (int, None), "tags": [str], "headers": [dict],
    "attribs": dict, "media": [int], "archive": bool, "archive_slug": (str, None),
    "archive_template_id": (int, None), "archive_meta": dict, "body_source": (str, None),
}  # fmt: skip
OPEN = {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.PAUSED}
CALLS = {"draft": "unschedule", "scheduled": "schedule", "running": "send", "cancelled": "cancel"}


def _becomes(request: Request) -> str:
    """Name the call that a change of status is."""
    body = request.json()
    return CALLS.get(str(body.get("status")), "update") if isinstance(body, dict) else "update"


class Listmonk(ListmonkInstallation):
    """Campaigns whose body is a Go template; states change by their own rules; what is not there is a 400."""

    def title_of(self, campaign: Campaign) -> str:
        """Return the name."""
        return str(campaign.data["name"])

    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return where the HTML is."""
        return campaign.data, "body"

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the lists."""
        return union(self.groups(campaign.data))

    def mail(self, campaign: Campaign) -> Mail:
        """Return the mail, inside its template."""
        return self._mail(campaign.data)

    def _mail(self, data: dict[str, Any]) -> Mail:
        name, address = email.utils.parseaddr(data.get("from_email", ""))
        template = self.known_templates()[data.get("template_id") or 1]["body"]
        html = template.replace(WRAPPED, data.get("body", ""))
        replies = [one.get("Reply-To", "") for one in data.get("headers", [])]
        return Mail(
            data.get("subject", ""), html, data.get("altbody") or plain_text(html), name,
            address or self.crowd.sender_email, next(iter(replies), ""),
        )  # fmt: skip

    @route("GET", "/api/campaigns", "find", query=f"{PAGE} status tag tags no_body")
    def campaigns(self, request: Request) -> Reply:
        """List the campaigns, the newest first."""
        words, statuses = request.one("query").casefold(), request.query.get("status", [])
        items = [
            one
            for one in map(self._shown, reversed(self.world.campaigns.values()))
            if (words in one["name"].casefold() or words in one["subject"].casefold())
            and (not statuses or one["status"] in statuses)
        ]
        if request.one("no_body") in {"true", "1"}:
            items = [{**one, "body": ""} for one in items]
        return self.page(request, items)

    @route("POST", "/api/campaigns", "create")
    def create(self, request: Request) -> Reply:
        """Make a draft."""
        body = self.wanted(request, CAMPAIGN)
        self._check(body)
        return Reply(200, {"data": self._shown(self.make(self.new_id(), body))})

    @route("GET", "/api/campaigns/{ident}", "state", "read", query="no_body")
    def shown(self, request: Request, ident: str) -> Reply:
        """Return a campaign."""
        return Reply(200, {"data": self._shown(self.campaign(ident))})

    @route("PUT", "/api/campaigns/{ident}", "update")
    def update(self, request: Request, ident: str) -> Reply:
        """Change a campaign that has not gone; what is not given is kept, but for the lists."""
        campaign = self.campaign(ident)
        if campaign.stage not in OPEN:
            raise Refused(400, "Cannot update a running or a finished campaign.")
        merged = {**{n: v for n, v in campaign.data.items() if n != "lists"}, **self.wanted(request, CAMPAIGN)}
        self._check(merged)
        self.touch(campaign).data = merged
        return Reply(200, {"data": self._shown(campaign)})

    @route("DELETE", "/api/campaigns/{ident}", "delete")
    def remove(self, request: Request, ident: str) -> Reply:
        """Delete a campaign."""
        del self.world.campaigns[self.campaign(ident).id]
        return Reply(200, {"data": True})

    @route("POST", "/api/campaigns/{ident}/test", "test")
    def test(self, request: Request, ident: str) -> Reply:
        """Send a test of the content that comes with the request, to those who are subscribers."""
        campaign = self.campaign(ident)
        body = self.wanted(request, {**CAMPAIGN, "subscribers": [str]})
        people = body.pop("subscribers", [])
        self._check(body)
        if not people:
            raise Refused(400, "There are no subscribers to test.")
        known = [one for one in people if self.crowd.reader(one)]
        if not known:
            raise Refused(400, "There are no known subscribers to test.")
        self.try_out(campaign, known, self._mail(body))
        return Reply(200, {"data": True})

    @route("PUT", "/api/campaigns/{ident}/status", _becomes)
    def status(self, request: Request, ident: str) -> Reply:
        """Change the state, by the rules of listmonk."""
        campaign = self.campaign(ident)
        status = self.wanted(request, {"status!": ("draft", "scheduled", "running", "paused", "cancelled")})["status"]
        rules = {
            "draft": ({CampaignStatus.SCHEDULED}, "Only scheduled campaigns can be saved as drafts"),
            "scheduled": ({CampaignStatus.DRAFT, CampaignStatus.PAUSED}, "Only draft campaigns can be scheduled"),
            "running": (
                {CampaignStatus.DRAFT, CampaignStatus.PAUSED},
                "Only paused campaigns and drafts can be started",
            ),
            "paused": ({CampaignStatus.SENDING}, "Only active campaigns can be paused"),
            "cancelled": ({CampaignStatus.SENDING, CampaignStatus.PAUSED}, "Only active campaigns can be cancelled"),
        }
        allowed, words = rules[status]
        if campaign.stage not in allowed:
            raise Refused(400, words)
        getattr(self, f"_to_{status}")(campaign)
        return Reply(200, {"data": self._shown(campaign)})

    def _to_draft(self, campaign: Campaign) -> None:
        self.touch(campaign).stage, campaign.due = CampaignStatus.DRAFT, None

    def _to_scheduled(self, campaign: Campaign) -> None:
        when = read_moment(campaign.data.get("send_at"))
        if when is None:
            raise Refused(400, "Campaign needs a date to be scheduled")
        self.touch(campaign).stage, campaign.due = CampaignStatus.SCHEDULED, when

    def _to_running(self, campaign: Campaign) -> None:
        self.begin(campaign)

    def _to_paused(self, campaign: Campaign) -> None:
        self.stop(campaign, CampaignStatus.PAUSED)

    def _to_cancelled(self, campaign: Campaign) -> None:
        self.stop(campaign, CampaignStatus.CANCELLED)

    @route("GET", "/api/bounces", "report", query=f"{PAGE} campaign_id source")
    def bounces(self, request: Request) -> Reply:
        """List what came back, of one campaign or of all."""
        wanted = request.one("campaign_id")
        gone = sum(self.world.gone(one) for one in self.world.campaigns if wanted in {"", one})
        kinds = ["hard"] * (gone // 60) + ["soft"] * (gone // 40)
        return self.page(request, [{"id": number, "type": kind} for number, kind in enumerate(kinds, 1)])

    def _check(self, data: dict[str, Any]) -> None:
        for field, most in (("name", 2000), ("subject", 5000)):
            if not 1 <= len(data.get(field, "")) <= most:
                raise Refused(400, f"Invalid length for {field}.")
        self.groups(data)
        if data.get("from_email") and "@" not in email.utils.parseaddr(data["from_email"])[1]:
            raise Refused(400, "Invalid from_email.")
        if data.get("template_id") not in {None, *self.known_templates()}:
            raise Refused(400, "The template does not exist.")
        when = data.get("send_at")
        if when is not None and read_moment(when) is None:
            raise Refused(400, f'parsing time "{when}" as "2006-01-02T15:04:05Z07:00": cannot parse')
        if when is not None and (read_moment(when) or self.world.now()) < self.world.now():
            raise Refused(400, "Scheduled date should be in the future.")
        mail = self._mail(data)
        self.letter(mail, self.crowd.readers[0])

    def _shown(self, campaign: Campaign) -> dict[str, Any]:
        data, dispatch, gone = campaign.data, self.world.dispatch(campaign.id), self.world.gone(campaign.id)
        lists = [{"id": one.number, "name": one.name} for one in self.crowd.lists if one.number in data["lists"]]
        began = offset_moment(dispatch.at) if dispatch else None
        return {
            "from_email": "", "altbody": None, "send_at": None, "type": "regular", "content_type": "richtext",
            "messenger": "email", "tags": [], "headers": [], "template_id": 1, **data, "lists": lists,
            "id": int(campaign.id), "uuid": uuid_of(f"campaign {campaign.id}"), "status": WORDS[campaign.stage],
            "to_send": len(dispatch.people) if dispatch else 0, "sent": gone, "started_at": began, "views": gone // 2,
            "clicks": gone // 5, "bounces": gone // 60 + gone // 40, "created_at": offset_moment(campaign.made),
            "updated_at": offset_moment(campaign.changed),
        }  # fmt: skip
