"""SendGrid's single sends, after its own description (twilio/sendgrid-oai)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from .account import CALLS, Account
from .server import Reply, Request
from .world import CANCELLED, DRAFT, PAUSED, SCHEDULED, SENDING, SENT, Campaign

# its description knows three states, and none that says that a sending is finished
STATES = {DRAFT: "draft", SCHEDULED: "scheduled", SENDING: "triggered", SENT: "triggered", PAUSED: "triggered",
          CANCELLED: "draft"}  # fmt: skip
LIST = "6f1c7f0e-5bd3-4f8a-9b0a-0b1f6a1d2c3e"
DECOY = "00000000-0000-4000-8000-000000000001"


def refusal(status: int, message: str, field: str | None = None) -> Reply:
    """Return an error as SendGrid words it."""
    return Reply(status, {"errors": [{"field": field, "message": message, "error_id": ""}]})


def moment(seconds: float | None) -> str | None:
    """Return a time as SendGrid writes it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class SendGrid(Account):
    """One account with one list, one sender and one unsubscribe group."""

    name = "sendgrid"
    calls = tuple(one for one in CALLS if one != "cancel")
    key = ("NEWSLETTER_SENDGRID_KEY", "SG.0123456789abcdef.0123456789abcdef")
    decoy = (DECOY, {"name": "Last year's news", "send_to": {"list_ids": [LIST]}})
    options = "suppression_group: 99"

    def kind(self, request: Request) -> str:
        parts = request.path.strip("/").split("/")[1:]
        match [request.method, *parts]:
            case ["GET", "marketing", "senders", *_] | ["GET", "asm" | "scopes" | "user" | "verified_senders", *_]:
                return "account"
            case ["GET", "marketing", "lists" | "contacts" | "segments" | "field_definitions", *_]:
                return "lists"
            case ["GET", "marketing", "singlesends"] | ["POST", "marketing", "singlesends", "search"]:
                return "find"
            case ["POST", "marketing", "singlesends"]:
                return "create"
            case ["GET", "marketing", "singlesends", _]:
                return "state"
            case ["PATCH", "marketing", "singlesends", _]:
                return "update"
            case ["PUT", "marketing", "singlesends", _, "schedule"]:
                return "send" if request.json.get("send_at") == "now" else "schedule"
            case ["DELETE", "marketing", "singlesends", _, "schedule"]:
                return "unschedule"
            case ["GET", "marketing", "stats", *_]:
                return "report"
            case ["POST", "mail", "send"]:
                return "test"
        return "other"

    def handle(self, request: Request) -> Reply:
        if not request.headers.get("authorization"):
            return refusal(401, "The provided authorization grant is invalid, expired, or revoked")
        world, parts = self.world, request.path.strip("/").split("/")[1:]
        match [request.method, *parts]:
            case ["GET", "marketing", "senders"]:
                return Reply(200, {"results": [self._sender()]})
            case ["GET", "verified_senders"]:
                fields = {
                    "from_email": "news@example.org",
                    "from_name": "Example Trust",
                    "reply_to": "news@example.org",
                }
                return Reply(
                    200, {"results": [{"id": 11, "nickname": "x", "verified": True, "locked": False, **fields}]}
                )
            case ["GET", "asm", "groups", *_]:
                group = {"id": 99, "name": "News", "description": "Our news", "is_default": True, "unsubscribes": 0}
                return Reply(200, [group] if len(parts) == 2 else group)
            case ["GET", "scopes"]:
                return Reply(200, {"scopes": ["marketing.read", "marketing.update", "mail.send", "asm.groups.read"]})
            case ["GET", "marketing", "lists"]:
                return Reply(200, {"result": [self._list()], "_metadata": {"self": "", "count": 1}})
            case ["GET", "marketing", "lists", _]:
                return Reply(200, self._list())
            case ["GET", "marketing", "contacts", "count"]:
                return Reply(200, {"contact_count": len(world.readers), "billable_count": len(world.readers)})
            case ["GET", "marketing", "segments", *_]:
                return Reply(200, {"results": []})
            case ["GET", "marketing", "field_definitions"]:
                return Reply(200, {"custom_fields": [], "reserved_fields": [], "_metadata": {}})
            case ["POST", "mail", "send"]:
                world.tests.append(request.json.get("personalizations"))
                return Reply(202)
            case ["GET" | "POST", "marketing", "singlesends", *rest] if rest in ([], ["search"]):
                return self._create(request) if request.method == "POST" and not rest else self._find(request)
            case ["GET", "marketing", "stats", "singlesends", identity]:
                return self._stats(identity)
            case [_, "marketing", "singlesends", identity, *rest]:
                campaign = world.get(identity)
                if not campaign:
                    return refusal(404, "Not found")
                return self._one(request, campaign, rest)
        return refusal(404, "Not found")

    def other(self, request: Request) -> Any:
        decoy = self._show(self.world.campaigns[DECOY])
        return {"result": [decoy], "_metadata": {"count": 1}} if self.kind(request) == "find" else decoy

    def _sender(self) -> dict[str, Any]:
        who = {"email": "news@example.org", "name": "Example Trust"}
        return {"id": 11, "nickname": "News", "from": who, "reply_to": who, "address": "1 High Street",
                "city": "Sampletown", "country": "United Kingdom", "verified": True,
                "locked": False, "updated_at": 1, "created_at": 1}  # fmt: skip

    def _list(self) -> dict[str, Any]:
        return {"id": LIST, "name": "Readers", "contact_count": len(self.world.readers), "_metadata": {"self": ""}}

    def _find(self, request: Request) -> Reply:
        found = [self._show(campaign, listing=True) for campaign in self.world.listed()]
        if name := request.json.get("name"):
            found = [one for one in found if name.strip("%").lower() in one["name"].lower()]
        if wanted := request.json.get("status"):
            found = [one for one in found if one["status"] in wanted]
        return Reply(200, {"result": found, "_metadata": {"self": "", "count": len(found)}})

    def _create(self, request: Request) -> Reply:
        document = {key: value for key, value in request.json.items() if value is not None}
        return Reply(201, self._show(self.world.create(str(uuid.uuid4()), document)))

    def _show(self, campaign: Campaign, *, listing: bool = False) -> dict[str, Any]:
        world, document = self.world, campaign.document
        state = world.look(campaign, "state", listing=listing)
        at = world.look(campaign, "schedule_at", listing=listing) or world.look(campaign, "started_at", listing=listing)
        email = {"generate_plain_content": True, "editor": "code", **document.get("email_config", {})}
        return {
            "id": campaign.id,
            "name": document.get("name"),
            "status": STATES[state],
            "categories": document.get("categories", []),
            "send_at": moment(at),
            "send_to": {"list_ids": [], "segment_ids": [], "all": False, **document.get("send_to", {})},
            "updated_at": moment(campaign.created),
            "created_at": moment(campaign.created),
            "is_abtest": False,
            **({} if listing else {"email_config": email}),
        }

    def _one(self, request: Request, campaign: Campaign, rest: list[str]) -> Reply:
        world = self.world
        match [request.method, *rest]:
            case ["GET"]:
                return Reply(200, self._show(campaign))
            case ["PATCH"]:
                if campaign.state != DRAFT:
                    return refusal(400, "Only drafts can be updated")
                for key, value in request.json.items():
                    before = campaign.document.get(key)
                    campaign.document[key] = {**before, **value} if isinstance(before, dict) else value
                return Reply(202, self._show(campaign))
            case ["DELETE"]:
                campaign.deleted = True
                return Reply(204)
            case ["PUT", "schedule"]:
                return self._schedule(str(request.json.get("send_at")), campaign)
            case ["DELETE", "schedule"]:
                if campaign.state != SCHEDULED:
                    return refusal(404, "The single send is not scheduled")
                world.change(campaign, DRAFT)
                return Reply(200, {"send_at": None, "status": "draft"})
        return refusal(405, "Method not allowed")

    def _schedule(self, at: str, campaign: Campaign) -> Reply:
        world = self.world
        if campaign.state == SCHEDULED or (campaign.state != DRAFT and world.second_send == "refused"):
            return refusal(400, "The single send was sent or scheduled already", "status")
        if at == "now":
            world.start(campaign)
            return Reply(201, {"send_at": "now", "status": "triggered"})
        when = datetime.fromisoformat(at).timestamp()
        if when < world.now():
            return refusal(400, "send_at must be in the future", "send_at")
        world.schedule(campaign, when)
        return Reply(201, {"send_at": at, "status": "scheduled"})

    def _stats(self, identity: str) -> Reply:
        campaign = self.world.get(identity)
        sent = self.world.look(campaign, "sent") if campaign else 0
        names = ("bounce_drops", "bounces", "clicks", "unique_clicks", "invalid_emails", "opens", "unique_opens",
                 "spam_report_drops", "spam_reports", "unsubscribes")  # fmt: skip
        stats = {**dict.fromkeys(names, 0), "requests": sent, "delivered": sent}
        result = [{"id": identity, "ab_variation": "all", "ab_phase": "all", "aggregation": "total", "stats": stats}]
        return Reply(200, {"results": result if sent else [], "_metadata": {"count": len(result)}})
