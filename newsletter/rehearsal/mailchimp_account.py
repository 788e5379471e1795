"""Mailchimp's account: the key, the form of its errors, the audiences, the pictures, and its partial answers."""

from __future__ import annotations

import base64
import binascii
from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.mailchimp_conditions import chosen, is_tag, name_of, saved_options, sent_to
from newsletter.rehearsal.sample_contacts import Group, Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import Service, group_of
from newsletter.rehearsal.tag_languages import STARS

KEY = "rehearsal0key0of0mailchimp000000-us1"
PAGE = "fields exclude_fields count offset"


def list_id(group: Group) -> str:
    """Return a list's identifier."""
    return f"a1b2c3{group.number:04d}"


class MailchimpAccount(Service, ABC):
    """All of Mailchimp but its campaigns."""

    name = "mailchimp"
    title = "Mailchimp"
    base_path = "/3.0"
    keys: ClassVar[Mapping[str, str]] = {"NEWSLETTER_MAILCHIMP_KEY": KEY}
    language = STARS
    names: ClassVar[Mapping[str, str]] = {
        "fname": "first_name", "lname": "last_name", "email": "email", "city": "city", "unsub": "unsubscribe_url",
        "archive": "view_url", "update_profile": "preferences_url", "list:addressline": "address",
        "list:company": "company", "current_year": "year", "mc_preview_text": "preheader",
    }  # fmt: skip

    def admits(self, request: Request) -> bool:
        """Take the key as a Basic password, whoever the user, or as a bearer."""
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind == "Basic":
            try:
                return base64.b64decode(given).decode().partition(":")[2] == KEY
            except (binascii.Error, UnicodeDecodeError):
                return False
        return kind == "Bearer" and given == KEY

    def refusal(self, no: Refused) -> Reply:
        """Return a problem document."""
        titles = {400: "Bad Request", 401: "API Key Invalid", 403: "Forbidden", 404: "Resource Not Found",
                  429: "Too Many Requests"}  # fmt: skip
        return self._problem(no.status, titles.get(no.status, "Internal Server Error"), no.words)

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Return the problem document for an invalid resource, with the fields."""
        reply = self._problem(
            400,
            "Invalid Resource",
            "The resource submitted could not be validated. For field-specific details, see the 'errors' array.",
        )
        errors = [{"field": one.field, "message": f"{one.field or 'The body'} {one.words}"} for one in found]
        return Reply(400, {**reply.json, "errors": errors}, content_type=reply.content_type)

    def too_many(self) -> Reply:
        """Name no time to wait: Mailchimp does not."""
        return self._problem(429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections.")

    def no_credit(self) -> Reply:
        """Answer 403, which is how Mailchimp says that the plan lacks it."""
        return self._problem(403, "Forbidden", "Your plan does not include this feature.")

    def _problem(self, status: int, title: str, detail: str) -> Reply:
        body = {
            "type": "https://mailchimp.com/developer/marketing/docs/errors/",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": self.uuid(),
        }
        return Reply(status, body, content_type="application/problem+json")

    def target(self, data: dict[str, Any]) -> Group:
        """Return the audience, or the segment of it, that a campaign names."""
        recipients = data.get("recipients") or {}
        found = group_of(self.crowd.lists, recipients.get("list_id"), list_id)
        if found is None:
            raise MisfitError([SchemaError("recipients.list_id", SchemaProblem.WRONG, "is not one of your audiences")])
        saved = recipients.get("segment_opts", {}).get("saved_segment_id")
        if saved is None:
            return found
        segment = next((one for one in self.crowd.segments if one.number == saved and one.of == found.number), None)
        if segment is None:
            raise MisfitError(
                [
                    SchemaError(
                        "recipients.segment_opts.saved_segment_id",
                        SchemaProblem.WRONG,
                        "is not a segment of this audience",
                    )
                ]
            )
        return segment

    def chosen(self, data: dict[str, Any]) -> list[Reader]:
        """Return those whom a campaign is for: an audience, a segment of it, or those of whom its conditions hold."""
        people, options = list(self.target(data).active), data["recipients"].get("segment_opts", {})
        if "saved_segment_id" in options or not options.get("conditions"):
            return people
        return chosen(self.world, self.crowd, people, options)

    @route("GET", "/ping", "account")
    def ping(self, request: Request) -> Reply:
        """Say that all is well."""
        return Reply(200, {"health_status": "Everything's Chimpy!"})

    @route("GET", "/", "account", query="fields exclude_fields")
    def account(self, request: Request) -> Reply:
        """Say whose account it is."""
        return self.some(request, {"account_id": "rehearsal", "account_name": "Rehearsal account", "role": "owner"})

    @route("GET", "/lists", "audiences", query=f"{PAGE} sort_field sort_dir include_total_contacts")
    def lists(self, request: Request) -> Reply:
        """List the audiences."""
        items = [
            {"id": list_id(one), "name": one.name, "stats": {"member_count": len(one.active),
             "unsubscribe_count": len(one.readers) - len(one.active)}}
            for one in self.crowd.lists
        ]  # fmt: skip
        return self.page(request, "lists", items)

    @route("GET", "/lists/{audience}/segments", "segments", query=f"{PAGE} type include_cleaned include_unsubscribed")
    def segments(self, request: Request, audience: str) -> Reply:
        """List the segments of an audience."""
        group, kind = self._list(audience), request.one("type")
        every = [self._described(one, audience) for one in self.crowd.segments if one.of == group.number]
        items = [one for one in every if kind in {"", one["type"]}]
        return self.page(request, "segments", items, list_id=audience)

    @route("GET", "/lists/{audience}/segments/{number}", "segment", query="fields exclude_fields")
    def segment(self, request: Request, audience: str, number: str) -> Reply:
        """Tell of a segment, and its conditions."""
        return self.some(request, self._described(self._segment(audience, number), audience))

    @route("GET", "/lists/{audience}/segments/{number}/members", "readers", query=PAGE)
    def segment_people(self, request: Request, audience: str, number: str) -> Reply:
        """List those in a segment who would get an issue."""
        people = self._segment(audience, number).active
        return self.page(request, "members", [_person(one) for one in people], list_id=audience)

    @route("GET", "/lists/{audience}/members", "readers", query=f"{PAGE} status")
    def people(self, request: Request, audience: str) -> Reply:
        """List those in an audience."""
        found = [_person(one) for one in self._list(audience).readers]
        status = request.one("status")
        items = [one for one in found if status in {"", one["status"]}]
        return self.page(request, "members", items, list_id=audience)

    @route("GET", "/reports/{ident}/sent-to", "recipients", query=PAGE)
    def sent_to(self, request: Request, ident: str) -> Reply:
        """List those whom a campaign has left for."""
        there = sent_to(self.world, self.campaign(ident).id)
        items = [
            {"email_id": name_of(one), "email_address": one.email, "status": "sent", "campaign_id": ident}
            for one in self.crowd.readers
            if one.email in there
        ]
        return self.page(request, "sent_to", items, campaign_id=ident)

    def _list(self, audience: str) -> Group:
        group = group_of(self.crowd.lists, audience, list_id)
        if group is None:
            raise Refused(404, "The requested resource could not be found.")
        return group

    def _segment(self, audience: str, number: str) -> Group:
        parts = [one for one in self.crowd.segments if one.of == self._list(audience).number]
        group = group_of(parts, number, lambda one: str(one.number))
        if group is None:
            raise Refused(404, "The requested resource could not be found.")
        return group

    def _described(self, group: Group, audience: str) -> dict[str, Any]:
        return {
            "id": group.number, "name": group.name, "member_count": len(group.active), "list_id": audience,
            "type": "static" if is_tag(group) else "saved", "options": saved_options(group),
        }  # fmt: skip

    @route("GET", "/file-manager/files", "account", query=f"{PAGE} type sort_field sort_dir")
    def files(self, request: Request) -> Reply:
        """List the pictures."""
        items = [{"name": one["name"], "full_size_url": link} for link, one in self.world.pictures.items()]
        return self.page(request, "files", items)

    @route("POST", "/file-manager/files", "upload")
    def upload(self, request: Request) -> Reply:
        """Store a picture."""
        body = self.wanted(request, {"name!": str, "file_data!": str, "folder_id": int})
        try:
            data = base64.b64decode(body["file_data"], validate=True)
        except binascii.Error:
            raise MisfitError([SchemaError("file_data", SchemaProblem.WRONG, "is not base64")]) from None
        link = self.picture(body["name"], "", len(data))
        return Reply(200, {"id": self.world.numbers, "name": body["name"], "full_size_url": link, "size": len(data)})

    def page(self, request: Request, name: str, items: Sequence[Any], **more: Any) -> Reply:
        """Return one page of a list."""
        count, offset = request.number("count", 10, most=1000), request.number("offset", 0)
        found = {name: items[offset : offset + count], **more, "total_items": len(items)}
        return self.some(request, found)

    def some(self, request: Request, body: dict[str, Any]) -> Reply:
        """Keep only what the `fields` parameter names, where there is one."""
        wanted = [path.split(".") for part in request.query.get("fields", ()) for path in part.split(",")]
        return Reply(200, _pruned(body, wanted) if wanted else body)


def _person(one: Reader) -> dict[str, Any]:
    status = "subscribed" if one.subscribed else "unsubscribed"
    return {"id": name_of(one), "email_address": one.email, "status": status}


def _pruned(value: Any, wanted: list[list[str]]) -> Any:
    if any(not path for path in wanted):
        return value
    if isinstance(value, list):
        return [_pruned(one, wanted) for one in value]
    if not isinstance(value, dict):
        return value
    parts = {name: [path[1:] for path in wanted if path[0] == name] for name in value}
    return {name: _pruned(value[name], rest) for name, rest in parts.items() if rest}
