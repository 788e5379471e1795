"""Resend's account: the key, the form of its errors, segments, contacts, topics and domains."""

from __future__ import annotations

import email.utils
from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import Service, group_of, uuid_of
from newsletter.rehearsal.tag_languages import TRIPLE

KEY = "re_rehearsal0key0of0resend000000000"
PAGE = "limit after before"


def segment_id(group: Group) -> str:
    """Return the identifier of a segment, which is what Resend calls a list."""
    return uuid_of(f"segment {group.number}")


def _named(group: Group) -> dict[str, Any]:
    return {"id": segment_id(group), "name": group.name, "created_at": "2024-01-01T00:00:00Z"}


class ResendAccount(Service, ABC):
    """All of Resend but its broadcasts and mails."""

    name = "resend"
    title = "Resend"
    keys: ClassVar[Mapping[str, str]] = {"NEWSLETTER_RESEND_KEY": KEY}
    language = TRIPLE
    names: ClassVar[Mapping[str, str]] = {
        "first_name": "first_name", "last_name": "last_name", "email": "email", "contact.first_name": "first_name",
        "contact.last_name": "last_name", "contact.email": "email", "contact.city": "city", "city": "city",
        "contact.properties.city": "city", "resend_unsubscribe_url": "unsubscribe_url",
    }  # fmt: skip

    def admits(self, request: Request) -> bool:
        """Take the key as a bearer."""
        return request.headers.get("authorization") == f"Bearer {KEY}"

    def refusal(self, no: Refused) -> Reply:
        """Return a name and a message."""
        names = {400: "validation_error", 401: "missing_api_key", 403: "restricted_api_key", 404: "not_found",
                 422: "validation_error", 429: "rate_limit_exceeded"}  # fmt: skip
        name = names.get(no.status, "application_error")
        return Reply(no.status, {"statusCode": no.status, "name": name, "message": no.words})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name the first field that is wrong."""
        first = found[0]
        missing = first.lack is SchemaProblem.MISSING
        words = f"Missing `{first.field}` field." if missing else f"The `{first.field}` field {first.words}."
        name = "missing_required_field" if missing else "validation_error"
        return Reply(422, {"statusCode": 422, "name": name, "message": words})

    def too_many(self) -> Reply:
        """Say when to come again."""
        reply = super().too_many()
        return Reply(429, reply.json, {"retry-after": "1", "ratelimit-limit": "5", "ratelimit-remaining": "0"})

    def segment(self, data: dict[str, Any]) -> Group:
        """Return the segment that a broadcast names."""
        found = group_of(self.crowd.lists, data.get("segment_id"), segment_id)
        if found is None:
            raise Refused(422, "The segment does not exist.")
        return found

    def topic(self, data: dict[str, Any]) -> Group | None:
        """Return the topic that a broadcast names, or None."""
        wanted = data.get("topic_id")
        found = group_of(self.crowd.segments, wanted, segment_id)
        if wanted and found is None:
            raise Refused(422, "The topic does not exist.")
        return found

    @route("GET", "/segments", "audiences", query=PAGE)
    def segments(self, request: Request) -> Reply:
        """List the segments, without counts."""
        return self.page(request, [_named(one) for one in self.crowd.lists])

    @route("GET", "/contacts", "audiences", query=f"{PAGE} segment_id")
    def contacts(self, request: Request) -> Reply:
        """List the people, all or those of a segment."""
        wanted = request.one("segment_id")
        readers = self.segment({"segment_id": wanted}).readers if wanted else self.crowd.readers
        items = [
            {"id": uuid_of(one.email), "email": one.email, "first_name": one.first_name, "last_name": one.last_name,
             "created_at": "2024-01-01T00:00:00Z", "unsubscribed": not one.subscribed}
            for one in readers
        ]  # fmt: skip
        return self.page(request, items)

    @route("GET", "/topics", "segments", query=PAGE)
    def topics(self, request: Request) -> Reply:
        """List the topics that people may want or not."""
        return self.page(request, [{**_named(one), "default_subscription": "opt_in"} for one in self.crowd.segments])

    @route("GET", "/domains", "account", query=PAGE)
    def domains(self, request: Request) -> Reply:
        """List the domains that may send."""
        domain = self.crowd.sender_email.rpartition("@")[2]
        return self.page(request, [{"id": uuid_of(domain), "name": domain, "status": "verified"}])

    def check_sender(self, text: str) -> None:
        """Refuse a sender whose domain is not verified."""
        domain = email.utils.parseaddr(text)[1].rpartition("@")[2]
        if domain != self.crowd.sender_email.rpartition("@")[2]:
            raise Refused(403, f"The {domain or text} domain is not verified. Please, add and verify your domain.")

    def page(self, request: Request, items: list[Any]) -> Reply:
        """Return one page of a list, from after the item that is named."""
        limit = request.number("limit", 20, least=1, most=100)
        after = request.one("after")
        ids = [one["id"] for one in items]
        if after and after not in ids:
            raise MisfitError([SchemaError("after", SchemaProblem.WRONG, "is not an id of this list")])
        start = ids.index(after) + 1 if after else 0
        page = items[start : start + limit]
        return Reply(200, {"object": "list", "has_more": start + limit < len(items), "data": page})
