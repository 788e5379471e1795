"""Brevo's account: the key, the form of its errors, lists, segments, senders and pictures."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import Service, group_of
from newsletter.rehearsal.tag_languages import CURLY

KEY = "xkeysib-rehearsal0key0of0brevo00000000"
PICTURES = {"jpeg", "jpg", "png", "bmp", "gif"}
ADDRESS = {"street": "1 High Street", "zipCode": "LS1 1AA", "city": "Leeds", "country": "United Kingdom"}
LONG_AGO = "2024-01-01T00:00:00.000Z"


class BrevoAccount(Service, ABC):
    """All of Brevo but its campaigns."""

    name = "brevo"
    title = "Brevo"
    base_path = "/v3"
    keys: ClassVar[Mapping[str, str]] = {"NEWSLETTER_BREVO_KEY": KEY}
    language = CURLY
    names: ClassVar[Mapping[str, str]] = {
        "contact.firstname": "first_name", "contact.lastname": "last_name", "contact.email": "email",
        "contact.city": "city", "unsubscribe": "unsubscribe_url", "mirror": "view_url",
        "update_profile": "preferences_url",
    }  # fmt: skip

    def admits(self, request: Request) -> bool:
        """Take the key from its own header."""
        return request.headers.get("api-key") == KEY

    def refusal(self, no: Refused) -> Reply:
        """Return a code and a message."""
        by_status = {400: "bad_request", 404: "document_not_found", 429: "too_many_requests"}
        return Reply(no.status, {"code": no.code or by_status.get(no.status, "bad_request"), "message": no.words})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name the first field that is wrong, as Brevo does."""
        first = found[0]
        codes = {
            SchemaProblem.MISSING: "missing_parameter",
            SchemaProblem.UNKNOWN: "invalid_parameter",
            SchemaProblem.WRONG: "invalid_parameter",
        }
        return self.refusal(Refused(400, f"{first.field or 'body'} {first.words}", code=codes[first.lack]))

    def groups(self, data: dict[str, Any]) -> list[Group]:
        """Return the lists and segments that a campaign names."""
        recipients, groups = data.get("recipients", {}), []
        for field, known in (("listIds", self.crowd.lists), ("segmentIds", self.crowd.segments)):
            for number in recipients.get(field, []):
                group = group_of(known, number, lambda one: one.number)
                if group is None:
                    raise MisfitError(
                        [SchemaError(f"recipients.{field}", SchemaProblem.WRONG, "holds an id that does not exist")]
                    )
                groups.append(group)
        return groups

    @route("GET", "/account", "account")
    def account(self, request: Request) -> Reply:
        """Say whose account it is."""
        plan = [{"type": "free", "creditsType": "sendLimit", "credits": 300}]
        return Reply(200, {"email": self.crowd.sender_email, "companyName": "Rehearsal account", "firstName": "",
                           "lastName": "", "address": ADDRESS, "plan": plan,
                           "relay": {"enabled": False, "data": {}}})  # fmt: skip

    @route("GET", "/senders", "account", query="ip domain")
    def senders(self, request: Request) -> Reply:
        """List the senders."""
        sender = {"id": 1, "name": self.crowd.sender_name, "email": self.crowd.sender_email, "active": True}
        idle = {"id": 2, "name": "Not confirmed", "email": "unconfirmed@example.org", "active": False}
        return Reply(200, {"senders": [sender, idle]})

    @route("GET", "/contacts/lists", "audiences", query="limit offset sort")
    def lists(self, request: Request) -> Reply:
        """List the lists."""
        items = [
            {"id": one.number, "name": one.name, "folderId": 1, "uniqueSubscribers": len(one.active),
             "totalSubscribers": len(one.active), "totalBlacklisted": len(one.readers) - len(one.active)}
            for one in self.crowd.lists
        ]  # fmt: skip
        return self.page(request, "lists", items, default=10, most=50)

    @route("GET", "/contacts/segments", "segments", query="limit offset sort")
    def segments(self, request: Request) -> Reply:
        """List the segments, without counts."""
        items = [
            {
                "id": one.number,
                "segmentName": one.name,
                "categoryName": "Rehearsal",
                "updatedAt": LONG_AGO,
            }
            for one in self.crowd.segments
        ]
        return self.page(request, "segments", items, default=10, most=50)

    @route("POST", "/emailCampaigns/images", "upload")
    def upload(self, request: Request) -> Reply:
        """Fetch a picture that is public already."""
        body = self.wanted(request, {"imageUrl!": str, "name": str})
        link = body["imageUrl"]
        if not link.startswith("https://") or link.rpartition(".")[2].lower() not in {
            "jpeg",
            "jpg",
            "png",
            "bmp",
            "gif",
        }:
            raise MisfitError(
                [SchemaError("imageUrl", SchemaProblem.WRONG, "is not the absolute address of a picture")]
            )
        return Reply(201, {"url": self.picture(body.get("name") or link.rpartition("/")[2], "", 0)})

    def page(self, request: Request, name: str, items: list[Any], *, default: int, most: int) -> Reply:
        """Return one page of a list, the newest first."""
        limit, offset = request.number("limit", default, most=most), request.number("offset", 0)
        ordered = items if request.one("sort", "desc") == "asc" else items[::-1]
        return Reply(200, {name: ordered[offset : offset + limit], "count": len(items)})
