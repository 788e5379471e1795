"""Resend's broadcasts, after its own description (resend-openapi 1.5.0)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from .account import Account
from .server import Reply, Request
from .world import CANCELLED, DRAFT, PAUSED, SCHEDULED, SENDING, SENT, Campaign

# its description names no state but `draft`; its website shows queued, sent, scheduled and cancelled ones
STATES = {DRAFT: "draft", SCHEDULED: "scheduled", SENDING: "queued", SENT: "sent", PAUSED: "queued",
          CANCELLED: "canceled"}  # fmt: skip
SEGMENT = "78261eea-8f8b-4381-83c6-79fa7120f1cf"
DECOY = "00000000-0000-4000-8000-000000000001"


def refusal(status: int, name: str, message: str) -> Reply:
    """Return an error as Resend words it."""
    return Reply(status, {"statusCode": status, "name": name, "message": message})


def moment(seconds: float | None) -> str | None:
    """Return a time as Resend writes it."""
    return (
        None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "+00"
    )


class Resend(Account):
    """One team with one segment."""

    name = "resend"
    key = ("NEWSLETTER_RESEND_KEY", "re_0123456789abcdef")
    decoy = (DECOY, {"name": "Last year's news", "segment_id": SEGMENT})

    def kind(self, request: Request) -> str:
        parts = request.path.strip("/").split("/")
        match [request.method, *parts]:
            case ["GET", "domains" | "api-keys", *_]:
                return "account"
            case ["GET", "segments" | "audiences" | "contacts" | "topics" | "contact-properties", *_]:
                return "lists"
            case ["GET", "broadcasts"]:
                return "find"
            case ["POST", "broadcasts"]:
                return "create"
            case ["GET", "broadcasts", _]:
                return "state"
            case ["PATCH", "broadcasts", _]:
                return "update"
            case ["DELETE", "broadcasts", _]:
                return "delete"
            case ["POST", "broadcasts", _, "send"]:
                return "schedule" if request.json.get("scheduled_at") else "send"
            case ["POST", "broadcasts", identity, "cancel"]:
                campaign = self.world.get(identity)
                return "cancel" if campaign and campaign.state == SENDING else "unschedule"
            case ["GET", "broadcasts", _, _]:
                return "report"
            case ["POST", "emails"]:
                return "test"
        return "other"

    def handle(self, request: Request) -> Reply:
        if not request.headers.get("authorization"):
            return refusal(401, "missing_api_key", "Missing API key in the authorization header")
        world, parts = self.world, request.path.strip("/").split("/")
        match [request.method, *parts]:
            case ["GET", "domains", *_]:
                domain = {"id": "d91cd9bd", "name": "example.org", "status": "verified", "region": "eu-west-1"}
                return Reply(200, {"object": "list", "has_more": False, "data": [domain]})
            case ["GET", "segments" | "audiences"]:
                return Reply(200, {"object": "list", "has_more": False, "data": [self._segment()]})
            case ["GET", "segments" | "audiences", _]:
                return Reply(200, {"object": "segment", **self._segment()})
            case ["GET", "contacts"] | ["GET", "segments" | "audiences", _, "contacts"]:
                return self._page(request, [{"id": f"c{n}", "email": mail, "first_name": "", "last_name": "",
                                             "created_at": "2025-10-06 22:59:55.977+00", "unsubscribed": False}
                                            for n, mail in enumerate(world.readers)])  # fmt: skip
            case ["GET", "topics" | "contact-properties"]:
                return Reply(200, {"object": "list", "has_more": False, "data": []})
            case ["POST", "emails"]:
                world.tests.append(request.json.get("to"))
                return Reply(200, {"id": str(uuid.uuid4())})
            case ["GET", "broadcasts"]:
                return self._page(request, [self._show(one, listing=True) for one in world.listed()])
            case ["POST", "broadcasts"]:
                identity = str(uuid.uuid4())
                world.create(identity, request.json)
                return Reply(201, {"id": identity, "object": "broadcast"})
            case [_, "broadcasts", identity, *rest]:
                campaign = world.get(identity)
                if not campaign:
                    return refusal(404, "not_found", "Broadcast not found")
                return self._one(request, campaign, rest)
        return refusal(404, "not_found", "The requested endpoint does not exist")

    def other(self, request: Request) -> Any:
        decoy = self._show(self.world.campaigns[DECOY])
        return {"object": "list", "has_more": False, "data": [decoy]} if self.kind(request) == "find" else decoy

    def _segment(self) -> dict[str, Any]:
        return {"id": SEGMENT, "name": "Readers", "created_at": "2025-10-06 22:59:55.977+00"}

    def _page(self, request: Request, rows: list[dict[str, Any]]) -> Reply:
        names = [row.get("id", row.get("email")) for row in rows]
        start = names.index(request.query["after"]) + 1 if request.query.get("after") in names else 0
        limit = int(request.query.get("limit", 20))
        more = start + limit < len(rows)
        return Reply(200, {"object": "list", "has_more": more, "data": rows[start : start + limit]})

    def _show(self, campaign: Campaign, *, listing: bool = False) -> dict[str, Any]:
        world, document = self.world, campaign.document
        shown = {
            "id": campaign.id,
            "name": document.get("name"),
            "audience_id": SEGMENT,
            "segment_id": document.get("segment_id", SEGMENT),
            "status": STATES[world.look(campaign, "state", listing=listing)],
            "created_at": moment(campaign.created),
            "scheduled_at": moment(world.look(campaign, "schedule_at", listing=listing)),
            "sent_at": moment(world.look(campaign, "finished_at", listing=listing)),
            "topic_id": document.get("topic_id"),
        }
        if listing:
            return shown
        names = ("from", "subject", "reply_to", "preview_text", "text", "html")
        return {"object": "broadcast", **shown, **{name: document.get(name) for name in names}}

    def _one(self, request: Request, campaign: Campaign, rest: list[str]) -> Reply:
        world = self.world
        match [request.method, *rest]:
            case ["GET"]:
                return Reply(200, self._show(campaign))
            case ["PATCH"]:
                if campaign.state != DRAFT:
                    return refusal(422, "validation_error", "Only draft broadcasts can be updated")
                campaign.document.update(request.json)
                return Reply(200, {"id": campaign.id, "object": "broadcast"})
            case ["DELETE"]:
                if campaign.state != DRAFT:
                    return refusal(422, "validation_error", "Only draft broadcasts can be deleted")
                campaign.deleted = True
                return Reply(200, {"object": "broadcast", "id": campaign.id, "deleted": True})
            case ["POST", "send"]:
                return self._send(request, campaign)
            case ["POST", "cancel"]:
                if campaign.state not in {SCHEDULED, SENDING}:
                    return refusal(422, "validation_error", "Only queued or scheduled broadcasts can be cancelled")
                world.stop(campaign, CANCELLED if campaign.state == SENDING else world.taken_back)
                return Reply(200, {"object": "broadcast", "id": campaign.id})
            case ["GET", "recipients"]:
                return self._recipients(request, campaign)
            case ["GET", "clicked-links"]:
                return Reply(200, {"object": "list", "has_more": False, "data": []})
        return refusal(405, "method_not_allowed", "Method not allowed")

    def _send(self, request: Request, campaign: Campaign) -> Reply:
        world, at = self.world, request.json.get("scheduled_at")
        if campaign.state == SCHEDULED or (campaign.state != DRAFT and world.second_send == "refused"):
            return refusal(422, "validation_error", "This broadcast has already been sent or is scheduled")
        if at:
            when = datetime.fromisoformat(at).timestamp()
            if when < world.now():
                return refusal(422, "validation_error", "The scheduled time must be in the future")
            world.schedule(campaign, when)
        else:
            world.start(campaign)
        return Reply(200, {"id": campaign.id, "object": "broadcast"})

    def _recipients(self, request: Request, campaign: Campaign) -> Reply:
        world = self.world
        sent = world.look(campaign, "sent") if request.query.get("type") in {"sent", "delivered"} else 0
        reached = [reader for reader in world.readers if world.copies[reader]][:sent]
        return self._page(request, [{"id": reader, "email": reader, "count": 1} for reader in reached])
