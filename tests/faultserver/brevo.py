"""Brevo's campaigns, after its own description (swagger definition, version 3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .account import Account
from .server import Reply, Request
from .world import CANCELLED, DRAFT, PAUSED, SCHEDULED, SENDING, SENT, Campaign

# what is taken back or stopped is `suspended`
STATES = {DRAFT: "draft", SCHEDULED: "queued", SENDING: "in_process", SENT: "sent", PAUSED: "suspended",
          CANCELLED: "suspended"}  # fmt: skip
STATISTICS = (
    "uniqueClicks", "clickers", "complaints", "softBounces", "hardBounces", "uniqueViews", "trackableViews",
    "unsubscriptions", "viewed", "deferred", "estimatedViews", "appleMppOpens",
)  # fmt: skip
LIST = 7
DECOY = 3


def refusal(status: int, code: str, message: str) -> Reply:
    """Return an error as Brevo words it."""
    return Reply(status, {"code": code, "message": message})


def moment(seconds: float | None) -> str | None:
    """Return a time as Brevo writes it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


class Brevo(Account):
    """One account with one list."""

    name = "brevo"
    prefix = "/v3"
    key = ("NEWSLETTER_BREVO_KEY", "xkeysib-0123456789abcdef-0123456789")
    decoy = (DECOY, {"name": "Last year's news", "subject": "Old"})
    first_number = 20

    def kind(self, request: Request) -> str:
        parts = request.path.strip("/").split("/")
        match [request.method, *parts]:
            case ["GET", "account" | "senders"]:
                return "account"
            case ["GET", "contacts", *_]:
                return "lists"
            case ["GET", "emailCampaigns"]:
                return "find"
            case ["POST", "emailCampaigns"]:
                return "create"
            case ["GET", "emailCampaigns", _]:
                return "report" if request.query.get("statistics") else "state"
            case ["PUT", "emailCampaigns", _]:
                return "schedule" if request.json.get("scheduledAt") else "update"
            case ["DELETE", "emailCampaigns", _]:
                return "delete"
            case ["POST", "emailCampaigns", _, "sendNow"]:
                return "send"
            case ["POST", "emailCampaigns", _, "sendTest"]:
                return "test"
            case ["PUT", "emailCampaigns", _, "status"]:
                campaign = self.world.get(parts[1])
                return "cancel" if campaign and campaign.state == SENDING else "unschedule"
        return "other"

    def handle(self, request: Request) -> Reply:
        if not request.headers.get("api-key"):
            return refusal(401, "unauthorized", "Key not found")
        world, parts = self.world, request.path.strip("/").split("/")
        match [request.method, *parts]:
            case ["GET", "account"]:
                plan = [{"type": "subscription", "credits": 9000, "creditsType": "sendLimit"}]
                name = {"email": "news@example.org", "firstName": "A", "lastName": "B", "companyName": "Example"}
                return Reply(200, {**name, "plan": plan})
            case ["GET", "senders"]:
                sender = {"id": 1, "name": "Example Trust", "email": "news@example.org", "active": True, "ips": []}
                return Reply(200, {"senders": [sender]})
            case ["GET", "contacts", "lists"]:
                return Reply(200, {"count": 1, "lists": [self._list()]})
            case ["GET", "contacts", "lists", _]:
                return Reply(200, self._list())
            case ["GET", "contacts", "segments"]:
                return Reply(200, {"count": 0, "segments": []})
            case ["GET", "contacts", "attributes"]:
                names = [{"name": n, "category": "normal", "type": "text"} for n in ("FIRSTNAME", "LASTNAME")]
                return Reply(200, {"attributes": names})
            case ["GET", "contacts", *_]:
                return Reply(200, {"email": parts[-1], "id": 5, "emailBlacklisted": False, "listIds": [LIST]})
            case ["GET", "emailCampaigns"]:
                return self._find(request)
            case ["POST", "emailCampaigns"]:
                self.count += 1
                campaign = world.create(self.count, request.json)
                if request.json.get("scheduledAt"):
                    world.schedule(campaign, datetime.fromisoformat(request.json["scheduledAt"]).timestamp())
                return Reply(201, {"id": self.count})
            case [_, "emailCampaigns", identity, *rest]:
                campaign_ = world.get(identity)
                if not campaign_:
                    return refusal(404, "document_not_found", "Campaign ID does not exist")
                return self._one(request, campaign_, rest)
        return refusal(404, "document_not_found", "Not found")

    def other(self, request: Request) -> Any:
        decoy = self._show(self.world.campaigns[DECOY])
        return {"campaigns": [decoy], "count": 1} if self.kind(request) == "find" else decoy

    def _list(self) -> dict[str, Any]:
        count = len(self.world.readers)
        return {"id": LIST, "name": "Readers", "totalSubscribers": count, "uniqueSubscribers": count,
                "totalBlacklisted": 0, "folderId": 1}  # fmt: skip

    def _find(self, request: Request) -> Reply:
        found = [self._show(campaign, listing=True) for campaign in self.world.listed()]
        if request.query.get("sort") == "asc":
            found.reverse()
        if wanted := request.query.get("status"):
            found = [one for one in found if one["status"] == wanted]
        start, count = int(request.query.get("offset", 0)), int(request.query.get("limit", 50))
        return Reply(200, {"count": len(found), "campaigns": found[start : start + count]})

    def _show(self, campaign: Campaign, *, listing: bool = False) -> dict[str, Any]:
        world, document = self.world, campaign.document
        state = world.look(campaign, "state", listing=listing)
        sent = world.look(campaign, "sent", listing=listing)
        stats = dict.fromkeys(STATISTICS, 0)
        counts = {**stats, "sent": sent, "delivered": sent}
        shown = {
            "id": campaign.id,
            "name": document.get("name"),
            "subject": document.get("subject"),
            "type": "classic",
            "status": STATES[state],
            "testSent": bool(world.tests),
            "header": document.get("header", ""),
            "footer": document.get("footer", ""),
            "sender": {"id": "1", **document.get("sender", {})},
            "replyTo": document.get("replyTo", document.get("sender", {}).get("email", "")),
            "toField": document.get("toField", ""),
            "htmlContent": document.get("htmlContent", ""),
            "tag": document.get("tag", ""),
            "inlineImageActivation": False,
            "mirrorActive": document.get("mirrorActive", False),
            "createdAt": moment(campaign.created),
            "modifiedAt": moment(campaign.created),
            "shareLink": "http://sh1.example.org/x",
            "recipients": {"lists": document.get("recipients", {}).get("listIds", []), "exclusionLists": []},
            "statistics": {"globalStats": counts, "campaignStats": [], "mirrorClick": 0, "remaining": 0,
                           "linksStats": {}, "statsByDomain": {}, "statsByDevice": {}, "statsByBrowser": {}},
        }  # fmt: skip
        if at := world.look(campaign, "schedule_at", listing=listing):
            shown["scheduledAt"] = moment(at)
        if state == SENT and (at := world.look(campaign, "started_at", listing=listing)):
            shown["sentDate"] = moment(at)
        return shown

    def _one(self, request: Request, campaign: Campaign, rest: list[str]) -> Reply:
        world = self.world
        match [request.method, *rest]:
            case ["GET"]:
                return Reply(200, self._show(campaign))
            case ["PUT"]:
                return self._update(request, campaign)
            case ["DELETE"]:
                campaign.deleted = True
                world.tell(f"TRUTH: campaign {campaign.id} is deleted")
                return Reply(204)
            case ["POST", "sendTest"]:
                world.tests.append(request.json)
                return Reply(204)
            case ["POST", "sendNow"]:
                if campaign.state not in {DRAFT, PAUSED, CANCELLED} and world.second_send == "refused":
                    return refusal(400, "campaign_sent", "Campaign is already sent or in process")
                world.start(campaign)
                return Reply(204)
            case ["PUT", "status"]:
                return self._status(str(request.json.get("status")), campaign)
        return refusal(405, "method_not_allowed", "Method not allowed")

    def _update(self, request: Request, campaign: Campaign) -> Reply:
        if campaign.state in {SENT, SENDING}:
            return refusal(400, "campaign_sent", "Campaign has already been sent")
        fields = request.json
        if at := fields.pop("scheduledAt", None):
            when = datetime.fromisoformat(at).timestamp()
            if when < self.world.now():
                return refusal(400, "invalid_parameter", "Schedule time must be in the future")
            campaign.document.update(fields)
            self.world.schedule(campaign, when)
            return Reply(204)
        campaign.document.update(fields)
        return Reply(204)

    def _status(self, wanted: str, campaign: Campaign) -> Reply:
        if wanted in {"draft", "suspended"} and campaign.state in {SCHEDULED, SENDING, PAUSED, CANCELLED, DRAFT}:
            if campaign.state == SENDING:
                self.world.stop(campaign, PAUSED)
            elif wanted == "draft" and not campaign.dispatches:
                self.world.change(campaign, DRAFT)
            elif wanted == "suspended" and not campaign.dispatches:
                self.world.change(campaign, PAUSED)
            return Reply(204)
        if wanted == "archive":
            campaign.deleted = True
            return Reply(204)
        return refusal(400, "invalid_parameter", "Campaign status can not be changed")
