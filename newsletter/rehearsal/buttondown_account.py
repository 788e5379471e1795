"""Buttondown's account: the key, the form of its errors, subscribers, tags and images."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import Service, uuid_of
from newsletter.rehearsal.tag_languages import CURLY
from newsletter.rehearsal.timestamps import offset_moment

KEY = "rehearsal0key0of0buttondown00000"
PAGE_SIZE = 20


def tag_id(number: int) -> str:
    """Return a tag's identifier."""
    return f"tag_{uuid_of(f'tag {number}')}"


class ButtondownAccount(Service, ABC):
    """All of Buttondown but its emails."""

    name = "buttondown"
    title = "Buttondown"
    base_path = "/v1"
    keys: ClassVar[Mapping[str, str]] = {"NEWSLETTER_BUTTONDOWN_KEY": KEY}
    language = CURLY
    names: ClassVar[Mapping[str, str]] = {
        "subscriber.metadata.first_name": "first_name", "subscriber.metadata.last_name": "last_name",
        "subscriber.metadata.city": "city", "subscriber.email": "email", "subscriber.email_address": "email",
        "unsubscribe_url": "unsubscribe_url", "email_url": "view_url", "manage_subscription_url": "preferences_url",
    }  # fmt: skip

    def admits(self, request: Request) -> bool:
        """Take the key as a token."""
        return request.headers.get("authorization") == f"Token {KEY}"

    def refusal(self, no: Refused) -> Reply:
        """Return a code and a detail."""
        return Reply(no.status, {"code": no.code, "detail": no.words, "metadata": {}})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name every field that is wrong, and where it stands."""
        kinds = {
            SchemaProblem.MISSING: "missing",
            SchemaProblem.UNKNOWN: "extra_forbidden",
            SchemaProblem.WRONG: "type_error",
        }
        detail = [
            {"type": kinds[one.lack], "loc": ["body", *one.field.split(".")], "msg": f"{one.field} {one.words}"}
            for one in found
        ]
        return Reply(422, {"detail": detail})

    def holders(self, one: dict[str, Any]) -> set[str]:
        """Return the addresses of those whom a filter means."""
        tag = next((group for group in self.crowd.segments if tag_id(group.number) == one["value"]), None)
        if (
            one["field"] not in {"subscriber.tags", "tags"}
            or one["operator"] not in {"contains", "equals"}
            or tag is None
        ):
            raise Refused(400, "The filter names a tag that does not exist.", code="tag_invalid")
        return {reader.email for reader in tag.readers}

    @route("GET", "/ping", "account")
    def ping(self, request: Request) -> Reply:
        """Say that all is well."""
        return Reply(200, {})

    @route("GET", "/accounts/me", "account")
    def account(self, request: Request) -> Reply:
        """Say whose account it is."""
        return Reply(200, {"username": "rehearsal", "email_address": self.crowd.sender_email})

    @route("GET", "/newsletters", "account", "audiences", query="page")
    def newsletters(self, request: Request) -> Reply:
        """List the newsletters: the one of the key."""
        name = self.crowd.sender_name
        one = {"id": "news_1", "username": "rehearsal", "name": name, "email_address": self.crowd.sender_email}
        return self.page(request, [one])

    @route("GET", "/subscribers", "audiences", "segments", query="type -type tag -tag page ordering")
    def subscribers(self, request: Request) -> Reply:
        """List the subscribers, all or those of a kind or with a tag."""
        kinds, tags = request.query.get("type", []), request.query.get("tag", [])
        tagged = [group for group in self.crowd.segments if tag_id(group.number) in tags or group.name in tags]
        emails = {reader.email for group in tagged for reader in group.readers}
        items: list[dict[str, Any]] = [
            {"id": f"sub_{uuid_of(one.email)[:8]}", "email_address": one.email, "tags": [], "metadata": one.columns,
             "type": "regular" if one.subscribed else "unsubscribed"}
            for one in self.crowd.lists[0].readers
            if not tags or one.email in emails
        ]  # fmt: skip
        return self.page(request, [one for one in items if not kinds or one["type"] in kinds])

    @route("GET", "/tags", "segments", query="page ordering")
    def tags(self, request: Request) -> Reply:
        """List the tags, without counts."""
        items = [
            {"id": tag_id(one.number), "name": one.name, "color": "#000000", "secondary_id": place, "description": ""}
            for place, one in enumerate(self.crowd.segments, 1)
        ]
        return self.page(request, items)

    @route("POST", "/images", "upload")
    def upload(self, request: Request) -> Reply:
        """Store a picture."""
        file = request.files().get("image")
        if file is None:
            raise MisfitError([SchemaError("image", SchemaProblem.MISSING, "is required")])
        link = self.picture(file.name, file.content_type, len(file.data))
        now = offset_moment(self.world.now())
        return Reply(201, {"id": f"img_{self.world.numbers}", "creation_date": now, "image": link, "metadata": {}})

    def page(self, request: Request, items: list[Any]) -> Reply:
        """Return one page of a list, with the address of the next."""
        page = request.number("page", 1, least=1)
        start = (page - 1) * PAGE_SIZE
        rest = "&".join(f"{n}={v}" for n, values in request.query.items() for v in values if n != "page")
        here = f"{self.surroundings.address}{request.path}?{rest + '&' if rest else ''}page="
        more = start + PAGE_SIZE < len(items)
        return Reply(200, {"results": items[start : start + PAGE_SIZE], "count": len(items),
                           "next": f"{here}{page + 1}" if more else None,
                           "previous": f"{here}{page - 1}" if page > 1 else None})  # fmt: skip
