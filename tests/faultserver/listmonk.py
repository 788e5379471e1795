"""listmonk's campaigns, after its API documentation and what its source says of state changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .account import Account
from .server import Reply, Request
from .world import CANCELLED, DRAFT, PAUSED, SCHEDULED, SENDING, SENT, Campaign

STATES = {DRAFT: "draft", SCHEDULED: "scheduled", SENDING: "running", SENT: "finished", PAUSED: "paused",
          CANCELLED: "cancelled"}  # fmt: skip
WISHES = {"scheduled": "schedule", "draft": "unschedule", "running": "send", "cancelled": "cancel", "paused": "cancel"}
LIST = 4
DECOY = 2


def refusal(status: int, message: str) -> Reply:
    """Return an error as listmonk words it."""
    return Reply(status, {"message": message})


def moment(seconds: float | None) -> str | None:
    """Return a time as listmonk writes it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


class Listmonk(Account):
    """One installation with one list."""

    name = "listmonk"
    key = ("NEWSLETTER_LISTMONK_TOKEN", "abcdef0123456789abcdef0123456789")
    decoy = (DECOY, {"name": "Last year's news", "subject": "Old", "lists": [LIST]})
    audience = f'"{LIST}"'
    options = "user: newsletter"
    first_number = 10

    def kind(self, request: Request) -> str:
        parts = request.path.strip("/").split("/")[1:]
        match [request.method, *parts]:
            case ["GET", "health" | "templates" | "config" | "settings" | "profile", *_]:
                return "account"
            case ["GET", "lists" | "subscribers", *_]:
                return "lists"
            case ["GET", "campaigns"]:
                return "find"
            case ["POST", "campaigns"]:
                return "create"
            case ["GET", "campaigns", _]:
                return "state"
            case ["GET", "bounces"] | ["GET", "campaigns", "running" | "analytics", _]:
                return "report"
            case ["PUT", "campaigns", _]:
                return "update"
            case ["POST", "campaigns", _, "test"]:
                return "test"
            case ["PUT", "campaigns", _, "status"]:
                return WISHES.get(str(request.json.get("status")), "other")
        return "other"

    def handle(self, request: Request) -> Reply:
        if not request.headers.get("authorization"):
            return refusal(403, "invalid API credentials")
        world, parts = self.world, request.path.strip("/").split("/")[1:]
        match [request.method, *parts]:
            case ["GET", "health"]:
                return Reply(200, {"data": True})
            case ["GET", "templates"]:
                body = '{{ template "content" . }}'
                template = {"id": 5, "name": "Bare", "type": "campaign", "is_default": False, "body": body}
                return Reply(200, {"data": [template]})
            case ["GET", "templates", _]:
                body = '{{ template "content" . }}'
                return Reply(
                    200, {"data": {"id": 5, "name": "Bare", "type": "campaign", "is_default": False, "body": body}}
                )
            case ["GET", "lists"]:
                return Reply(200, {"data": {"results": [self._list()], "total": 1, "per_page": 20, "page": 1}})
            case ["GET", "lists", _]:
                return Reply(200, {"data": self._list()})
            case ["GET", "subscribers"]:
                return Reply(200, {"data": {"results": [], "total": len(world.readers), "per_page": 1, "page": 1}})
            case ["GET", "bounces"]:
                return Reply(200, {"data": {"results": [], "total": 0, "per_page": 20, "page": 1}})
            case ["GET", "campaigns"]:
                return self._find(request)
            case ["POST", "campaigns"]:
                self.count += 1
                return Reply(200, {"data": self._show(world.create(self.count, request.json))})
            case ["GET", "campaigns", "running", _]:
                return Reply(200, {"data": []})
            case ["GET", "campaigns", "analytics", _]:
                return Reply(200, {"data": []})
            case [_, "campaigns", identity, *rest]:
                campaign = world.get(identity)
                if not campaign:
                    return refusal(400, "Campaign not found.")
                return self._one(request, campaign, rest)
        return refusal(404, "Not Found")

    def other(self, request: Request) -> Any:
        decoy = self._show(self.world.campaigns[DECOY])
        page = {"results": [decoy], "total": 1, "per_page": 20, "page": 1}
        return {"data": page if self.kind(request) == "find" else decoy}

    def _list(self) -> dict[str, Any]:
        count = len(self.world.readers)
        return {"id": LIST, "uuid": "ce13e971-c2ed-4069-bd0c-240e9a9f56f9", "name": "Readers", "type": "private",
                "optin": "single", "status": "active", "tags": [], "subscriber_count": count,
                "subscriber_statuses": {"unconfirmed": count}}  # fmt: skip

    def _find(self, request: Request) -> Reply:
        found = [self._show(campaign, listing=True) for campaign in self.world.listed()]
        if wanted := request.query.get("query"):
            found = [one for one in found if wanted.lower() in (one["name"] + one["subject"]).lower()]
        if wanted := request.query.get("status"):
            found = [one for one in found if one["status"] == wanted]
        page, size = int(request.query.get("page", 1)), request.query.get("per_page", "20")
        each = len(found) or 1 if size == "all" else int(size)
        shown = found[(page - 1) * each : page * each]
        return Reply(200, {"data": {"results": shown, "total": len(found), "per_page": each, "page": page}})

    def _show(self, campaign: Campaign, *, listing: bool = False) -> dict[str, Any]:
        world, document = self.world, campaign.document
        state = world.look(campaign, "state", listing=listing)
        at = world.look(campaign, "schedule_at", listing=listing)
        names = ("name", "subject", "from_email", "body", "altbody", "content_type", "tags", "headers", "template_id",
                 "messenger", "attribs")  # fmt: skip
        return {
            **{name: document.get(name) for name in names},
            "id": campaign.id,
            "uuid": "2e7e4b51-f31b-418a-a120-e41800cb689f",
            "type": "regular",
            "created_at": moment(campaign.created),
            "updated_at": moment(campaign.created),
            "send_at": moment(at) if at else document.get("send_at"),
            "started_at": moment(world.look(campaign, "started_at", listing=listing)),
            "status": STATES[state],
            "to_send": world.look(campaign, "to_send", listing=listing),
            "sent": world.look(campaign, "sent", listing=listing),
            "views": 0,
            "clicks": 0,
            "bounces": 0,
            "lists": [{"id": one, "name": "Readers"} for one in document.get("lists", [])],
            "media": [],
            "archive": False,
        }

    def _one(self, request: Request, campaign: Campaign, rest: list[str]) -> Reply:
        world = self.world
        match [request.method, *rest]:
            case ["GET"]:
                return Reply(200, {"data": self._show(campaign)})
            case ["PUT"]:
                if campaign.state in {SENDING, SENT, CANCELLED}:
                    return refusal(400, "Cannot update a running or a finished campaign.")
                campaign.document.update(request.json)
                return Reply(200, {"data": self._show(campaign)})
            case ["DELETE"]:
                campaign.deleted = True
                return Reply(200, {"data": True})
            case ["POST", "test"]:
                world.tests.append(request.json.get("subscribers"))
                return Reply(200, {"data": True})
            case ["PUT", "status"]:
                return self._status(str(request.json.get("status")), campaign)
        return refusal(405, "Method Not Allowed")

    def _status(self, wanted: str, campaign: Campaign) -> Reply:
        world, state, at = self.world, campaign.state, campaign.document.get("send_at")
        match wanted:
            case "scheduled":
                when = datetime.fromisoformat(at).timestamp() if at else 0.0
                if state not in {DRAFT, PAUSED} or when < world.now():
                    return refusal(400, "Campaign needs a `send_at` date to be scheduled, and to be a draft.")
                world.schedule(campaign, when)
            case "draft":
                if state != SCHEDULED:
                    return refusal(400, "Only scheduled campaigns can be saved as drafts.")
                world.change(campaign, DRAFT)
            case "running":
                if state not in {DRAFT, PAUSED}:
                    return refusal(400, "Only paused campaigns and drafts can be started.")
                if at and datetime.fromisoformat(at).timestamp() > world.now():
                    world.schedule(campaign, datetime.fromisoformat(at).timestamp())
                else:
                    world.start(campaign)
            case "paused":
                if state != SENDING:
                    return refusal(400, "Only active campaigns can be paused.")
                world.stop(campaign, PAUSED)
            case "cancelled":
                if state not in {SENDING, PAUSED}:
                    return refusal(400, "Only active campaigns can be cancelled.")
                world.stop(campaign, CANCELLED)
            case _:
                return refusal(400, "Invalid campaign status.")
        return Reply(200, {"data": self._show(campaign)})
