"""Mailchimp's Marketing API 3.0, after its own description (Swagger 3.0.55)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from .account import Account
from .server import Reply, Request
from .world import CANCELLED, DRAFT, PAUSED, SCHEDULED, SENDING, SENT, Campaign

STATES = {
    DRAFT: "save",
    SCHEDULED: "schedule",
    SENDING: "sending",
    SENT: "sent",
    PAUSED: "paused",
    CANCELLED: "canceled",
}
LIST = "a1b2c3d4e5"
DECOY = "0ldcampa1gn"


def problem(status: int, title: str, detail: str) -> Reply:
    """Return an error as Mailchimp words it."""
    body = {"type": "https://mailchimp.com/developer/marketing/docs/errors/", "title": title, "status": status}
    return Reply(status, {**body, "detail": detail, "instance": "f5c3-1"})


def moment(seconds: float | None) -> str:
    """Return a time as Mailchimp writes it; none is an empty text."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


class Mailchimp(Account):
    """One account with one audience."""

    name = "mailchimp"
    prefix = "/3.0"
    calls = ("account", "lists", "find", "create", "update", "content", "content_read", "ready", "state", "schedule",
             "unschedule", "send", "cancel", "report")  # fmt: skip
    key = ("NEWSLETTER_MAILCHIMP_KEY", "0123456789abcdef0123456789abcdef-us6")
    decoy = (DECOY, {"settings": {"title": "Last year's news", "subject_line": "Old"}})

    def kind(self, request: Request) -> str:
        parts = request.path.strip("/").split("/")
        match [request.method, *parts]:
            case ["GET", ""] | ["GET", "ping"]:
                return "account"
            case ["GET", "lists", *_]:
                return "lists"
            case ["GET", "campaigns"] | ["GET", "search-campaigns"]:
                return "find"
            case ["POST", "campaigns"]:
                return "create"
            case ["GET", "campaigns", _]:
                return "state"
            case ["PATCH", "campaigns", _]:
                return "update"
            case ["DELETE", "campaigns", _]:
                return "delete"
            case ["GET", "campaigns", _, "content"]:
                return "content_read"
            case ["PUT", "campaigns", _, "content"]:
                return "content"
            case ["GET", "campaigns", _, "send-checklist"]:
                return "ready"
            case ["POST", "campaigns", _, "actions", action]:
                return {"cancel-send": "cancel"}.get(action, action)
            case ["GET", "reports", *_]:
                return "report"
        return "other"

    def handle(self, request: Request) -> Reply:
        if not request.headers.get("authorization"):
            return problem(401, "API Key Missing", "Your request did not include an API key.")
        parts = request.path.strip("/").split("/")
        match [request.method, *parts]:
            case ["GET", ""]:
                name = {"account_id": "8d3a3db4d97663a9074efcc16", "account_name": "Example", "login_id": "1"}
                return Reply(200, {**name, "role": "owner", "email": "news@example.org", "total_subscribers": 1})
            case ["GET", "ping"]:
                return Reply(200, {"health_status": "Everything's Chimpy!"})
            case ["GET", "lists"]:
                return Reply(200, {"lists": [self._list()], "total_items": 1})
            case ["GET", "lists", identity] if identity == LIST:
                return Reply(200, self._list())
            case ["GET", "lists", identity, "segments" | "merge-fields" as what] if identity == LIST:
                return Reply(200, {what.replace("-", "_"): self._fields() if what == "merge-fields" else [],
                                   "list_id": LIST, "total_items": 2 if what == "merge-fields" else 0})  # fmt: skip
            case ["GET", "campaigns"]:
                return self._find(request)
            case ["POST", "campaigns"]:
                return self._create(request)
            case [_, "campaigns", identity, *rest]:
                campaign = self.world.get(identity)
                if not campaign:
                    return problem(404, "Resource Not Found", "The requested resource could not be found.")
                return self._one(request, campaign, rest)
            case ["GET", "reports", identity]:
                return self._report(identity)
        return problem(404, "Resource Not Found", "The requested resource could not be found.")

    def other(self, request: Request) -> Any:
        decoy = self.world.campaigns[DECOY]
        return (
            {"campaigns": [self._show(decoy)], "total_items": 1} if self.kind(request) == "find" else self._show(decoy)
        )

    def _list(self) -> dict[str, Any]:
        stats = {"member_count": len(self.world.readers), "unsubscribe_count": 0, "cleaned_count": 0}
        return {"id": LIST, "web_id": 17, "name": "Readers", "stats": stats, "contact": {"company": "Example"}}

    def _fields(self) -> list[dict[str, Any]]:
        return [{"merge_id": n, "tag": tag, "name": tag, "type": "text"} for n, tag in enumerate(("FNAME", "LNAME"), 1)]

    def _find(self, request: Request) -> Reply:
        found = [self._show(campaign, listing=True) for campaign in self.world.listed()]
        for key in ("status", "list_id"):
            if wanted := request.query.get(key):
                seen = {"status": lambda c: c["status"], "list_id": lambda c: c["recipients"]["list_id"]}[key]
                found = [one for one in found if seen(one) in wanted.split(",")]
        start, count = int(request.query.get("offset", 0)), int(request.query.get("count", 10))
        return Reply(200, {"campaigns": found[start : start + count], "total_items": len(found)})

    def _create(self, request: Request) -> Reply:
        self.count += 1
        identity = hashlib.sha256(str(self.count).encode()).hexdigest()[:10]
        return Reply(200, self._show(self.world.create(identity, request.json)))

    def _show(self, campaign: Campaign, *, listing: bool = False) -> dict[str, Any]:
        world, document = self.world, campaign.document
        state = world.look(campaign, "state", listing=listing)
        sent_at = world.look(campaign, "started_at", listing=listing)
        at = world.look(campaign, "schedule_at", listing=listing) if state == SCHEDULED else sent_at
        recipients = {"list_is_active": True, "list_name": "Readers", "segment_text": "", "list_id": LIST}
        return {
            "id": campaign.id,
            "web_id": 4000 + len(str(campaign.id)),
            "type": "regular",
            "create_time": moment(campaign.created),
            "archive_url": "http://eepurl.com/x",
            "long_archive_url": "https://mailchi.mp/x",
            "status": STATES[state],
            "emails_sent": world.look(campaign, "sent", listing=listing),
            "send_time": moment(at) if state != DRAFT else "",
            "content_type": "html",
            "needs_block_refresh": False,
            "resendable": False,
            "recipients": {**recipients, **document.get("recipients", {}), "recipient_count": len(world.readers)},
            "settings": document.get("settings", {}),
            "tracking": document.get("tracking", {}),
            "delivery_status": {"enabled": False},
        }

    def _one(self, request: Request, campaign: Campaign, rest: list[str]) -> Reply:
        document, frozen = campaign.document, campaign.state != DRAFT
        match [request.method, *rest]:
            case ["GET"]:
                return Reply(200, self._show(campaign))
            case ["PATCH"]:
                if frozen:
                    return problem(400, "Bad Request", "You can't update this campaign: it is sent or scheduled.")
                for key, value in request.json.items():
                    document[key] = {**document.get(key, {}), **value} if isinstance(value, dict) else value
                return Reply(200, self._show(campaign))
            case ["DELETE"]:
                campaign.deleted = True
                self.world.tell(f"TRUTH: campaign {campaign.id} is deleted")
                return Reply(204)
            case ["GET", "content"]:
                return Reply(
                    200, {**document.get("content", {}), "archive_html": document.get("content", {}).get("html")}
                )
            case ["PUT", "content"]:
                if frozen:
                    return problem(400, "Bad Request", "You can't edit a campaign that is sent or scheduled.")
                document["content"] = {key: request.json.get(key, "") for key in ("html", "plain_text")}
                return Reply(200, {**document["content"], "archive_html": document["content"]["html"]})
            case ["GET", "send-checklist"]:
                item = {"type": "success", "id": 501, "heading": "List", "details": "Readers"}
                return Reply(200, {"is_ready": True, "items": [item]})
            case ["POST", "actions", action]:
                return self._act(action, campaign, request)
        return problem(405, "Method Not Allowed", "The method is not allowed.")

    def _act(self, action: str, campaign: Campaign, request: Request) -> Reply:
        world, state = self.world, campaign.state
        match action:
            case "test":
                world.tests.append(request.json)
                return Reply(204)
            case "send":
                if state == SCHEDULED or (state != DRAFT and world.second_send == "refused"):
                    return problem(400, "Bad Request", "This campaign has already been sent or is scheduled.")
                world.start(campaign)
                return Reply(204)
            case "schedule":
                at = datetime.fromisoformat(str(request.json.get("schedule_time"))).timestamp()
                if state != DRAFT or at % 900 or at < world.now():
                    return problem(400, "Bad Request", "This campaign cannot be scheduled: .")
                world.schedule(campaign, at)
                return Reply(204)
            case "unschedule":
                if state != SCHEDULED:
                    return problem(400, "Bad Request", "This campaign cannot be unscheduled: .")
                world.change(campaign, DRAFT)
                return Reply(204)
            case "cancel-send":
                if state != SENDING:
                    return problem(400, "Bad Request", "This campaign can not be cancelled.")
                world.stop(campaign, CANCELLED)
                return Reply(204)
        return problem(404, "Resource Not Found", "The requested resource could not be found.")

    def _report(self, identity: str) -> Reply:
        campaign = self.world.get(identity)
        if not campaign or self.world.look(campaign, "state") in {DRAFT, SCHEDULED}:
            return problem(404, "Resource Not Found", "The requested resource could not be found.")
        sent = self.world.look(campaign, "sent")
        zero = {
            "unsubscribed": 0,
            "abuse_reports": 0,
            "bounces": {"hard_bounces": 0, "soft_bounces": 0, "syntax_errors": 0},
        }
        opens = {"opens_total": 0, "unique_opens": 0, "open_rate": 0.0}
        clicks = {"clicks_total": 0, "unique_clicks": 0, "unique_subscriber_clicks": 0}
        return Reply(200, {"id": identity, "emails_sent": sent, "opens": opens, "clicks": clicks, **zero})
