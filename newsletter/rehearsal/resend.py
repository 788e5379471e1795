"""Resend: broadcasts in one step; tests are single mails; cancelling a scheduled one makes it a draft again."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from newsletter.rehearsal.described_service import (
    CANCELLED,
    DRAFT,
    SCHEDULED,
    SENDING,
    DescribedService,
    body_field,
    missing,
    wrong,
)
from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group, Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import group_of, uuid_of
from newsletter.rehearsal.state import Campaign
from newsletter.rehearsal.tag_languages import TRIPLE

PAGE = "limit after before"
CONTENT = {"html", "text", "from", "subject", "reply_to", "preview_text"}
ERROR_NAMES = {
    400: "validation_error",
    401: "missing_api_key",
    403: "restricted_api_key",
    404: "not_found",
    422: "validation_error",
    429: "rate_limit_exceeded",
}
SHARES = {"sent": 1, "delivered": 1, "opened": 2, "clicked": 5, "bounced": 30, "complained": 200, "unsubscribed": 50,
          "suppressed": 200}  # fmt: skip
"""To one of how many recipients each kind of event happens."""


def segment_id(group: Group) -> str:
    """Return the identifier of a segment or a topic, which is what Resend calls a list and a segment."""
    return uuid_of(f"segment {group.number}")


def _send_or_schedule(request: Request) -> str:
    """Name the call: with a time it is scheduling."""
    return "schedule" if body_field(request, "scheduled_at") else "send"


class Resend(DescribedService):
    """Resend's API."""

    name = "resend"
    language = TRIPLE

    def refusal(self, no: Refused) -> Reply:
        """Return a name and a message."""
        name = ERROR_NAMES.get(no.status, "application_error")
        return Reply(no.status, {"statusCode": no.status, "name": name, "message": no.words})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name the first field that is wrong."""
        field, is_missing = found[0].field, found[0].lack is SchemaProblem.MISSING
        words = f"Missing `{field}` field." if is_missing else f"The `{field}` field {found[0].words}."
        name = "missing_required_field" if is_missing else "validation_error"
        return Reply(422, {"statusCode": 422, "name": name, "message": words})

    def too_many(self) -> Reply:
        """Return when to come again."""
        told = {"retry-after": "1", "ratelimit-limit": "5", "ratelimit-remaining": "0"}
        return Reply(429, super().too_many().json, told)

    def page(self, request: Request, items: list[Any], *how: Any) -> Reply:
        """Return one page of a list, from after the item that is named."""
        limit, after = request.number("limit", 20, least=1, most=100), request.one("after")
        ids = [one["id"] for one in items]
        if after and after not in ids:
            raise wrong("after", "is not an id of this list")
        start = ids.index(after) + 1 if after else 0
        more = start + limit < len(items)
        return Reply(200, {"object": "list", "has_more": more, "data": items[start : start + limit]})

    def new_id(self) -> str:
        """Return a UUID."""
        return self.uuid()

    def group_id(self, group: Group) -> str:
        """Return the identifier of a segment or a topic."""
        return segment_id(group)

    def _segment(self, data: dict[str, Any]) -> Group:
        found = group_of(self.crowd.lists, data.get("segment_id"), segment_id)
        if found is None:
            raise Refused(422, "The segment does not exist.")
        return found

    def _topic(self, data: dict[str, Any]) -> Group | None:
        found = group_of(self.crowd.segments, data.get("topic_id"), segment_id)
        if data.get("topic_id") and found is None:
            raise Refused(422, "The topic does not exist.")
        return found

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those in the segment who want the topic."""
        topic = self._topic(campaign.data)
        wanted = {reader.email for reader in (topic.readers if topic else self.crowd.readers)}
        return [reader for reader in self._segment(campaign.data).active if reader.email in wanted]

    @route("GET", "/contacts", "audiences", query=f"{PAGE} segment_id")
    def _contacts(self, request: Request) -> Reply:
        wanted = request.one("segment_id")
        readers = self._segment({"segment_id": wanted}).readers if wanted else self.crowd.readers
        items = [
            {"id": uuid_of(one.email), "email": one.email, "first_name": one.first_name, "last_name": one.last_name,
             "created_at": "2024-01-01T00:00:00Z", "unsubscribed": not one.subscribed}
            for one in readers
        ]  # fmt: skip
        return self.page(request, items)

    @route("GET", "/broadcasts", "find", query=PAGE)
    def _broadcasts(self, request: Request) -> Reply:
        """List the broadcasts, without their content."""
        shown = [self.shown(one) for one in reversed(self.world.campaigns.values())]
        return self.page(request, [{n: v for n, v in one.items() if n not in CONTENT} for one in shown])

    @route("POST", "/broadcasts", "create")
    def _create(self, request: Request) -> Reply:
        """Make a broadcast; with `send` it goes at once."""
        body = self.asked(request, "broadcast", "segment_id", "from", "subject", send=bool, scheduled_at=str)
        goes, when = body.pop("send", False), body.pop("scheduled_at", None)
        if when is not None and not goes:
            raise wrong("scheduled_at", "can only be used if `send` is true")
        self._check(body)
        broadcast = self.make(self.new_id(), body)
        if goes:
            self._go(broadcast, when)
        return Reply(201, {"object": "broadcast", "id": broadcast.id})

    @route("PATCH", "/broadcasts/{ident}", "update")
    def _update(self, request: Request, ident: str) -> Reply:
        broadcast, body = self._draft(ident), self.asked(request, "broadcast")
        self._check({**broadcast.data, **body})
        self.touch(broadcast).data.update(body)
        return Reply(200, {"object": "broadcast", "id": ident})

    @route("POST", "/broadcasts/{ident}/send", _send_or_schedule)
    def _send(self, request: Request, ident: str) -> Reply:
        broadcast = self._draft(ident)
        self._go(broadcast, self.asked(request, "send").get("scheduled_at"))
        return Reply(200, {"id": ident})

    @route("POST", "/broadcasts/{ident}/cancel", "cancel", "unschedule")
    def _cancel(self, request: Request, ident: str) -> Reply:
        """Make a scheduled broadcast a draft again, or stop one on its way."""
        broadcast = self.campaign(ident)
        self.need(broadcast, "Only a queued or scheduled broadcast can be canceled.", SCHEDULED, SENDING, status=422)
        if broadcast.stage is SCHEDULED:
            self.become_draft(broadcast)
        else:
            self.stop(broadcast, CANCELLED)
        return Reply(200, {"object": "broadcast", "id": ident})

    @route("GET", "/broadcasts/{ident}/recipients", "report", query=f"{PAGE} type email bounce_type")
    def _recipients(self, request: Request, ident: str) -> Reply:
        """List the people to whom something happened."""
        dispatch, kind = self.world.dispatch(self.campaign(ident).id), request.one("type")
        people = dispatch.people[: dispatch.gone] if dispatch else []
        if kind not in SHARES:
            raise missing("type")
        items = [
            {"id": uuid_of(f"{kind} {one}"), "contact_id": uuid_of(one), "email": one,
             **({"bounce_type": "permanent" if number % 2 else "transient"} if kind == "bounced" else {})}
            for number, one in enumerate(people[: len(people) // SHARES[kind]], 1)
        ]  # fmt: skip
        return self.page(request, [one for one in items if request.one("bounce_type") in {"", one.get("bounce_type")}])

    @route("GET", "/broadcasts/{ident}/clicked-links", "report", query=PAGE)
    def _links(self, request: Request, ident: str) -> Reply:
        self.campaign(ident)
        return self.page(request, [{"id": uuid_of("link"), "url": "https://example.org/", "clicks": 2}])

    @route("POST", "/emails", "test")
    def _single_mail(self, request: Request) -> Reply:
        """Send a single mail, which is how a test is sent; merge tags stay as they are."""
        once = request.headers.get("idempotency-key", "")
        if once in self.world.repeats:
            return Reply(200, {"id": self.world.repeats[once]})
        body = self.asked(request, "email", "from", "to", "subject")
        self._check_sender(body["from"])
        people = [body["to"]] if isinstance(body["to"], str) else body["to"]
        if not 1 <= len(people) <= 50 or not ({"html", "text"} & set(body)):
            raise wrong("to" if body.get("html") else "html", "is not as it must be")
        self.try_out(Campaign("", body, self.world.now(), self.world.now()), people, self.mail_of(body))
        ident = self.uuid()
        if once:
            self.world.repeats[once] = ident
        return Reply(200, {"id": ident})

    def _draft(self, ident: str) -> Campaign:
        broadcast = self.campaign(ident)
        self.need(broadcast, "Only a draft broadcast can be changed, sent or deleted.", DRAFT, status=422)
        return broadcast

    def _check(self, data: dict[str, Any]) -> None:
        self._segment(data)
        self._topic(data)
        self._check_sender(data["from"])

    def _check_sender(self, text: str) -> None:
        domain = parseaddr(text)[1].rpartition("@")[2]
        if domain != self.crowd.sender_email.rpartition("@")[2]:
            raise Refused(403, f"The {domain or text} domain is not verified. Please, add and verify your domain.")

    def _go(self, broadcast: Campaign, when: str | None) -> None:
        if not broadcast.data.get("html") and not broadcast.data.get("text"):
            raise Refused(422, "The broadcast has no content.")
        if when is None:
            self.begin(broadcast)
        else:
            self.put_off(broadcast, self.later(when, "scheduled_at", "is not a date to come in ISO 8601"))

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        """Return a broadcast; its segment has the name of earlier days, too."""
        return super().shown(campaign) | {"audience_id": campaign.data["segment_id"]}
