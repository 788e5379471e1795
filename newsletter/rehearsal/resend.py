"""Resend's broadcasts, as its API describes itself."""

from __future__ import annotations

import email.utils
from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.resend_account import PAGE, ResendAccount
from newsletter.rehearsal.sample_contacts import Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem, Shape
from newsletter.rehearsal.service import plain_text, uuid_of
from newsletter.rehearsal.state import Campaign, CampaignStatus, Mail
from newsletter.rehearsal.timestamps import offset_moment, read_moment

WORDS = {
    CampaignStatus.DRAFT: "draft",
    CampaignStatus.SCHEDULED: "scheduled",
    CampaignStatus.SENDING: "queued",
    CampaignStatus.SENT: "sent",
    CampaignStatus.PAUSED: "failed",
    CampaignStatus.CANCELLED: "canceled",
}
BROADCAST: dict[str, Shape] = {
    "name": str, "segment_id": str, "audience_id": str, "from": str, "subject": str, "reply_to": [str],
    "preview_text": str, "html": str, "text": str, "topic_id": str,
}  # fmt: skip
EMAIL: dict[str, Shape] = {
    "from!": str, "to!": (str, [str]), "subject!": str, "bcc": (str, [str]), "cc": (str, [str]),
    "reply_to": (str, [str]), "html": str, "text": str, "headers": dict, "scheduled_at": str, "attachments": [dict],
    "tags": [{"name!": str, "value!": str}],
}  # fmt: skip


def _send_or_schedule(request: Request) -> str:
    """Name the call: with an hour it is scheduling."""
    body = request.json()
    return "schedule" if isinstance(body, dict) and body.get("scheduled_at") else "send"


class Resend(ResendAccount):
    """Broadcasts in one step; tests are single mails; cancelling a scheduled one makes it a draft again."""

    def title_of(self, campaign: Campaign) -> str:
        """Return the broadcast's name."""
        return str(campaign.data.get("name", ""))

    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return where the HTML is."""
        return campaign.data, "html"

    def new_id(self) -> str:
        """Return a UUID."""
        return self.uuid()

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those in the segment who want the topic."""
        topic = self.topic(campaign.data)
        wanted = {reader.email for reader in (topic.readers if topic else self.crowd.readers)}
        return [reader for reader in self.segment(campaign.data).active if reader.email in wanted]

    def mail(self, campaign: Campaign) -> Mail:
        """Return the mail."""
        return self._mail(campaign.data)

    def _mail(self, data: dict[str, Any]) -> Mail:
        name, address = email.utils.parseaddr(data["from"])
        html = data.get("html", "")
        replies = data.get("reply_to", [])
        reply_to = replies if isinstance(replies, str) else next(iter(replies), "")
        return Mail(
            data["subject"], html, data.get("text") or plain_text(html), name, address, reply_to,
            data.get("preview_text", ""),
        )  # fmt: skip

    @route("GET", "/broadcasts", "find", query=PAGE)
    def broadcasts(self, request: Request) -> Reply:
        """List the broadcasts, without their content."""
        left_out = {"html", "text", "from", "subject", "reply_to", "preview_text"}
        shown = [self._shown(one) for one in reversed(self.world.campaigns.values())]
        return self.page(request, [{n: v for n, v in one.items() if n not in left_out} for one in shown])

    @route("POST", "/broadcasts", "create")
    def create(self, request: Request) -> Reply:
        """Make a broadcast; with `send` it goes at once."""
        needed = {"segment_id!": str, "from!": str, "subject!": str, "send": bool, "scheduled_at": str}
        body = self.wanted(request, {**BROADCAST, **needed})
        goes, when = body.pop("send", False), body.pop("scheduled_at", None)
        if when is not None and not goes:
            raise MisfitError([SchemaError("scheduled_at", SchemaProblem.WRONG, "can only be used if `send` is true")])
        self._check(body)
        broadcast = self.make(self.new_id(), body)
        if goes:
            self._go(broadcast, when)
        return Reply(201, {"object": "broadcast", "id": broadcast.id})

    @route("GET", "/broadcasts/{ident}", "state", "read")
    def shown(self, request: Request, ident: str) -> Reply:
        """Return a broadcast."""
        return Reply(200, self._shown(self.campaign(ident)))

    @route("PATCH", "/broadcasts/{ident}", "update")
    def update(self, request: Request, ident: str) -> Reply:
        """Change a draft."""
        broadcast = self._draft(ident)
        body = self.wanted(request, BROADCAST)
        self._check({**broadcast.data, **body})
        self.touch(broadcast).data.update(body)
        return Reply(200, {"object": "broadcast", "id": ident})

    @route("DELETE", "/broadcasts/{ident}", "delete")
    def remove(self, request: Request, ident: str) -> Reply:
        """Delete a draft."""
        del self.world.campaigns[self._draft(ident).id]
        return Reply(200, {"object": "broadcast", "id": ident, "deleted": True})

    @route("POST", "/broadcasts/{ident}/send", _send_or_schedule)
    def send(self, request: Request, ident: str) -> Reply:
        """Send a draft, now or later."""
        broadcast = self._draft(ident)
        self._go(broadcast, self.wanted(request, {"scheduled_at": str}).get("scheduled_at"))
        return Reply(200, {"id": ident})

    @route("POST", "/broadcasts/{ident}/cancel", "cancel", "unschedule")
    def cancel(self, request: Request, ident: str) -> Reply:
        """Make a scheduled broadcast a draft again, or stop one on its way."""
        broadcast = self.campaign(ident)
        if broadcast.stage is CampaignStatus.SCHEDULED:
            self.touch(broadcast).stage, broadcast.due = CampaignStatus.DRAFT, None
        elif broadcast.stage is CampaignStatus.SENDING:
            self.stop(broadcast, CampaignStatus.CANCELLED)
        else:
            raise Refused(422, "Only a queued or scheduled broadcast can be canceled.")
        return Reply(200, {"object": "broadcast", "id": ident})

    @route("GET", "/broadcasts/{ident}/recipients", "report", query=f"{PAGE} type email bounce_type")
    def who(self, request: Request, ident: str) -> Reply:
        """List the people to whom something happened."""
        dispatch = self.world.dispatch(self.campaign(ident).id)
        people = dispatch.people[: dispatch.gone] if dispatch else []
        shares = {"sent": 1, "delivered": 1, "opened": 2, "clicked": 5, "bounced": 30, "complained": 200,
                  "unsubscribed": 50, "suppressed": 200}  # fmt: skip
        kind = request.one("type")
        if kind not in shares:
            raise MisfitError([SchemaError("type", SchemaProblem.MISSING, "is required")])
        chosen = people[: len(people) // shares[kind]]
        wanted = request.one("bounce_type")
        items = [
            {"id": uuid_of(f"{kind} {one}"), "contact_id": uuid_of(one), "email": one,
             **({"bounce_type": "permanent" if number % 2 else "transient"} if kind == "bounced" else {})}
            for number, one in enumerate(chosen, 1)
        ]  # fmt: skip
        return self.page(request, [one for one in items if not wanted or one.get("bounce_type") == wanted])

    @route("GET", "/broadcasts/{ident}/clicked-links", "report", query=PAGE)
    def links(self, request: Request, ident: str) -> Reply:
        """List the links that were clicked."""
        self.campaign(ident)
        return self.page(request, [{"id": uuid_of("link"), "url": "https://example.org/", "clicks": 2}])

    @route("POST", "/emails", "test")
    def mail_one(self, request: Request) -> Reply:
        """Send a single mail, which is how a test is sent; merge tags stay as they are."""
        once = request.headers.get("idempotency-key", "")
        if once in self.world.repeats:
            return Reply(200, {"id": self.world.repeats[once]})
        body = self.wanted(request, EMAIL)
        self.check_sender(body["from"])
        people = [body["to"]] if isinstance(body["to"], str) else body["to"]
        if not 1 <= len(people) <= 50 or not ({"html", "text"} & set(body)):
            raise MisfitError(
                [SchemaError("to" if body.get("html") else "html", SchemaProblem.WRONG, "is not as it must be")]
            )
        self.try_out(Campaign("", body, self.world.now(), self.world.now()), people, self._mail(body))
        ident = self.uuid()
        if once:
            self.world.repeats[once] = ident
        return Reply(200, {"id": ident})

    def _draft(self, ident: str) -> Campaign:
        broadcast = self.campaign(ident)
        if broadcast.stage is not CampaignStatus.DRAFT:
            raise Refused(422, "Only a draft broadcast can be changed, sent or deleted.")
        return broadcast

    def _check(self, data: dict[str, Any]) -> None:
        self.segment(data)
        self.topic(data)
        self.check_sender(data["from"])

    def _go(self, broadcast: Campaign, when: str | None) -> None:
        if not broadcast.data.get("html") and not broadcast.data.get("text"):
            raise Refused(422, "The broadcast has no content.")
        if when is None:
            self.begin(broadcast)
            return
        moment = read_moment(when)
        if moment is None or moment <= self.world.now():
            raise MisfitError([SchemaError("scheduled_at", SchemaProblem.WRONG, "is not a date to come in ISO 8601")])
        self.touch(broadcast).stage, broadcast.due = CampaignStatus.SCHEDULED, moment

    def _shown(self, broadcast: Campaign) -> dict[str, Any]:
        data, dispatch = broadcast.data, self.world.dispatch(broadcast.id)
        sent_at = offset_moment(dispatch.at) if dispatch else None
        return {
            "object": "broadcast", "id": broadcast.id, "name": data.get("name", ""), "audience_id": data["segment_id"],
            "segment_id": data["segment_id"], "from": data["from"], "subject": data["subject"],
            "reply_to": data.get("reply_to", []), "preview_text": data.get("preview_text"), "html": data.get("html"),
            "text": data.get("text"), "status": WORDS[broadcast.stage], "created_at": offset_moment(broadcast.made),
            "scheduled_at": offset_moment(broadcast.due) or None, "sent_at": sent_at, "topic_id": data.get("topic_id"),
        }  # fmt: skip
