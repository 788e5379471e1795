"""SendGrid's Marketing Single Sends, as its API v3 describes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem, Shape
from newsletter.rehearsal.sendgrid_account import SendGridAccount, list_id, segment_id
from newsletter.rehearsal.service import group_of, plain_text, union
from newsletter.rehearsal.state import Campaign, CampaignStatus, Mail
from newsletter.rehearsal.timestamps import read_moment, zulu_moment

WORDS = {CampaignStatus.DRAFT: "draft", CampaignStatus.SCHEDULED: "scheduled"}
CONFIG: dict[str, Shape] = {
    "subject": str, "html_content": str, "plain_content": str, "generate_plain_content": bool, "design_id": str,
    "editor": ("code", "design"), "suppression_group_id": (int, None), "custom_unsubscribe_url": (str, None),
    "sender_id": (int, None), "ip_pool": (str, None),
}  # fmt: skip
SINGLE_SEND: dict[str, Shape] = {
    "name!": str,
    "categories": [str],
    "send_at": (str, None),
    "send_to": {"list_ids": [str], "segment_ids": [str], "all": bool},
    "email_config": CONFIG,
}


def _send_or_schedule(request: Request) -> str:
    """Name the call: the word `now` is sending."""
    body = request.json()
    return "send" if isinstance(body, dict) and body.get("send_at") == "now" else "schedule"


class SendGrid(SendGridAccount):
    """Single sends in one step, the sender by its number, an unsubscribe group needed, `now` to send."""

    def title_of(self, campaign: Campaign) -> str:
        """Return the name."""
        return str(campaign.data["name"])

    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return where the HTML is."""
        return campaign.data["email_config"], "html_content"

    def new_id(self) -> str:
        """Return a UUID."""
        return self.uuid()

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the lists and in the segments, or everybody."""
        send_to = campaign.data["send_to"]
        if send_to.get("all"):
            return union(self.crowd.lists)
        groups = [group_of(self.crowd.lists, one, list_id) for one in send_to.get("list_ids", [])]
        groups += [group_of(self.crowd.segments, one, segment_id) for one in send_to.get("segment_ids", [])]
        return union([one for one in groups if one])

    def mail(self, campaign: Campaign) -> Mail:
        """Return the mail, from the sender that it names."""
        config = campaign.data["email_config"]
        address = self.crowd.sender_email
        return Mail(
            config.get("subject", ""), config.get("html_content", ""), config.get("plain_content", ""),
            self.crowd.sender_name, address, address,
        )  # fmt: skip

    @route("GET", "/v3/marketing/singlesends", "find", query="page_size page_token")
    def single_sends(self, request: Request) -> Reply:
        """List the single sends."""
        return self.page(request, [self._listed(one) for one in self.world.campaigns.values()])

    @route("POST", "/v3/marketing/singlesends/search", "find", query="page_size page_token")
    def search(self, request: Request) -> Reply:
        """List the single sends whose name holds some words."""
        body = self.wanted(request, {"name": str, "status": [("draft", "scheduled", "triggered")], "categories": [str]})
        items = [
            one
            for one in map(self._listed, self.world.campaigns.values())
            if body.get("name", "").casefold() in one["name"].casefold()
            and ("status" not in body or one["status"] in body["status"])
            and ("categories" not in body or set(one["categories"]) & set(body["categories"]))
        ]
        return self.page(request, items)

    @route("POST", "/v3/marketing/singlesends", "create")
    def create(self, request: Request) -> Reply:
        """Make a single send; `send_at` only fills the form in."""
        body = self._body(request)
        campaign = self.make(self.new_id(), {"categories": [], "send_to": {}, "email_config": {}, **body})
        self._settle(campaign)
        return Reply(201, self._shown(campaign))

    @route("GET", "/v3/marketing/singlesends/{ident}", "state", "read")
    def shown(self, request: Request, ident: str) -> Reply:
        """Return a single send."""
        return Reply(200, self._shown(self.campaign(ident)))

    @route("PATCH", "/v3/marketing/singlesends/{ident}", "update")
    def update(self, request: Request, ident: str) -> Reply:
        """Change a draft; the name must be given each time."""
        campaign = self._draft(ident)
        body = self._body(request)
        config = {**campaign.data["email_config"], **body.get("email_config", {})}
        self.touch(campaign).data = {**campaign.data, **body, "email_config": config}
        self._settle(campaign)
        return Reply(202, self._shown(campaign))

    @route("DELETE", "/v3/marketing/singlesends/{ident}", "delete")
    def remove(self, request: Request, ident: str) -> Reply:
        """Delete a single send."""
        del self.world.campaigns[self.campaign(ident).id]
        return Reply(204)

    @route("PUT", "/v3/marketing/singlesends/{ident}/schedule", _send_or_schedule)
    def schedule(self, request: Request, ident: str) -> Reply:
        """Send a draft, at an hour or `now`."""
        campaign = self._draft(ident)
        text = self.wanted(request, {"send_at!": str})["send_at"]
        self._check_ready(campaign)
        if text == "now":
            self.begin(campaign)
            return Reply(201, {"send_at": zulu_moment(self.world.now()), "status": "scheduled"})
        when = read_moment(text)
        if when is None or when <= self.world.now():
            raise MisfitError([SchemaError("send_at", SchemaProblem.WRONG, "is neither a date to come nor `now`")])
        self.touch(campaign).stage, campaign.due = CampaignStatus.SCHEDULED, when
        return Reply(201, {"send_at": zulu_moment(when), "status": "scheduled"})

    @route("DELETE", "/v3/marketing/singlesends/{ident}/schedule", "unschedule")
    def unschedule(self, request: Request, ident: str) -> Reply:
        """Make a scheduled one a draft again."""
        campaign = self.campaign(ident)
        if campaign.stage is not CampaignStatus.SCHEDULED or campaign.due is None:
            raise Refused(400, "The single send is not scheduled.")
        due = zulu_moment(campaign.due)
        self.touch(campaign).stage, campaign.due = CampaignStatus.DRAFT, None
        return Reply(200, {"send_at": due, "status": "draft"})

    @route("GET", "/v3/marketing/stats/singlesends/{ident}", "report",
           query="aggregated_by start_date end_date timezone page_size page_token group_by")  # fmt: skip
    def stats(self, request: Request, ident: str) -> Reply:
        """Say what came of it."""
        gone = self.world.gone(self.campaign(ident).id)
        numbers = {
            "requests": gone, "delivered": gone - gone // 30, "opens": gone, "unique_opens": gone // 2,
            "clicks": gone // 4, "unique_clicks": gone // 5, "bounces": gone // 40, "bounce_drops": 0,
            "unsubscribes": gone // 50, "spam_reports": 0, "spam_report_drops": 0, "invalid_emails": 0,
        }  # fmt: skip
        row = {"id": ident, "ab_phase": "all", "ab_variation": "all", "aggregation": "total", "stats": numbers}
        return Reply(200, {"results": [row] if gone else [], "_metadata": {"count": 1 if gone else 0}})

    def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = self.wanted(request, SINGLE_SEND)
        found = []
        if not 1 <= len(body["name"]) <= 100:
            found.append(SchemaError("name", SchemaProblem.WRONG, "must have from 1 to 100 characters"))
        send_to = body.get("send_to", {})
        for field, known, name in (
            ("list_ids", self.crowd.lists, list_id),
            ("segment_ids", self.crowd.segments, segment_id),
        ):
            if any(group_of(known, one, name) is None for one in send_to.get(field, [])):
                found.append(SchemaError(f"send_to.{field}", SchemaProblem.WRONG, "holds an id that does not exist"))
        if body.get("email_config", {}).get("sender_id") not in {None, 1}:
            found.append(
                SchemaError("email_config.sender_id", SchemaProblem.WRONG, "is not the id of a verified sender")
            )
        if body.get("email_config", {}).get("suppression_group_id") not in {None, 11}:
            found.append(
                SchemaError("email_config.suppression_group_id", SchemaProblem.WRONG, "is not one of your groups")
            )
        if found:
            raise MisfitError(found)
        return body

    def _settle(self, campaign: Campaign) -> None:
        """Make the plain text anew unless told not to: that is SendGrid's default."""
        config = campaign.data["email_config"]
        config.setdefault("generate_plain_content", True)
        if config["generate_plain_content"]:
            config["plain_content"] = plain_text(config.get("html_content", ""))

    def _draft(self, ident: str) -> Campaign:
        campaign = self.campaign(ident)
        if campaign.stage is not CampaignStatus.DRAFT:
            raise Refused(400, "Only a draft single send can be changed or scheduled.")
        return campaign

    def _check_ready(self, campaign: Campaign) -> None:
        config = campaign.data["email_config"]
        wanted = [
            ("email_config.subject", config.get("subject")),
            ("email_config.html_content", config.get("html_content")),
            ("email_config.sender_id", config.get("sender_id")),
            (
                "email_config.suppression_group_id",
                config.get("suppression_group_id") or config.get("custom_unsubscribe_url"),
            ),
            ("send_to", self.recipients(campaign)),
        ]
        missing = [
            SchemaError(field, SchemaProblem.MISSING, "is required to schedule") for field, given in wanted if not given
        ]
        if missing:
            raise MisfitError(missing)

    def _listed(self, campaign: Campaign) -> dict[str, Any]:
        shown = self._shown(campaign)
        kept = ("id", "name", "status", "categories", "send_at", "updated_at", "created_at")
        return {**{name: shown[name] for name in kept}, "abtest": None, "is_abtest": False}

    def _shown(self, campaign: Campaign) -> dict[str, Any]:
        dispatch = self.world.dispatch(campaign.id)
        when = campaign.due or (dispatch.at if dispatch else None)
        return {
            **campaign.data, "id": campaign.id, "status": WORDS.get(campaign.stage, "triggered"),
            "send_at": zulu_moment(when) if when else campaign.data.get("send_at"),
            "created_at": zulu_moment(campaign.made), "updated_at": zulu_moment(campaign.changed), "warnings": [],
        }  # fmt: skip
