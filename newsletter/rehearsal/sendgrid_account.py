"""SendGrid's account: the key, the form of its errors, lists, segments, senders, single mails and paging."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import Service, union, uuid_of
from newsletter.rehearsal.state import Campaign, Mail
from newsletter.rehearsal.tag_languages import HANDLEBARS

KEY = "SG.rehearsal0key0.of0sendgrid0000000000"
PERSON = {"email!": str, "name": str}
SINGLE_MAIL = {
    "personalizations!": [{"to!": [PERSON], "cc": [PERSON], "bcc": [PERSON], "subject": str, "headers": dict,
                           "substitutions": dict, "dynamic_template_data": dict, "custom_args": dict}],
    "from!": PERSON, "reply_to": PERSON, "subject!": str, "content!": [{"type!": str, "value!": str}],
    "headers": dict, "categories": [str], "mail_settings": dict, "tracking_settings": dict,
    "asm": {"group_id!": int, "groups_to_display": [int]},
}  # fmt: skip


def list_id(group: Group) -> str:
    """Return a list's identifier."""
    return uuid_of(f"sendgrid list {group.number}")


def segment_id(group: Group) -> str:
    """Return a segment's identifier."""
    return uuid_of(f"sendgrid segment {group.number}")


class SendGridAccount(Service, ABC):
    """All of SendGrid but its single sends."""

    name = "sendgrid"
    title = "SendGrid"
    keys: ClassVar[Mapping[str, str]] = {"NEWSLETTER_SENDGRID_KEY": KEY}
    language = HANDLEBARS
    names: ClassVar[Mapping[str, str]] = {
        "first_name": "first_name", "last_name": "last_name", "email": "email", "city": "city",
        "unsubscribe": "unsubscribe_url", "unsubscribe_preferences": "preferences_url", "weblink": "view_url",
        "sender_name": "sender", "sender_address": "address", "sender_city": "address",
    }  # fmt: skip

    def admits(self, request: Request) -> bool:
        """Take the key as a bearer."""
        return request.headers.get("authorization") == f"Bearer {KEY}"

    def refusal(self, no: Refused) -> Reply:
        """Return a list of errors."""
        return Reply(no.status, {"errors": [{"message": no.words, "field": no.field or None, "help": None}]})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name every field that is wrong."""
        errors = [
            {"field": one.field, "message": f"{one.field or 'body'} {one.words}", "error_id": f"{one.lack.value}_field"}
            for one in found
        ]
        return Reply(400, {"errors": errors})

    def too_many(self) -> Reply:
        """Say when to come again, in SendGrid's own headers."""
        return Reply(429, super().too_many().json, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"})

    @route("GET", "/v3/scopes", "account")
    def scopes(self, request: Request) -> Reply:
        """Say what the key may do."""
        return Reply(200, {"scopes": ["mail.send", "marketing.read", "marketing.write"]})

    @route("GET", "/v3/user/account", "account")
    def account(self, request: Request) -> Reply:
        """Say what kind of account it is."""
        return Reply(200, {"type": "paid", "reputation": 100})

    @route("GET", "/v3/user/profile", "account")
    def profile(self, request: Request) -> Reply:
        """Say whose account it is."""
        return Reply(200, {"company": "Rehearsal account", "first_name": "", "last_name": ""})

    @route("GET", "/v3/marketing/lists", "audiences", query="page_size page_token")
    def lists(self, request: Request) -> Reply:
        """List the lists."""
        items = [{"id": list_id(one), "name": one.name, "contact_count": len(one.active)} for one in self.crowd.lists]
        return self.page(request, items, default=100)

    @route("GET", "/v3/marketing/contacts/count", "audiences")
    def contacts(self, request: Request) -> Reply:
        """Count everybody."""
        count = len(union(self.crowd.lists))
        return Reply(200, {"contact_count": count, "billable_count": count})

    @route("GET", "/v3/marketing/segments/2.0", "segments", query="ids parent_list_ids no_parent_list_id")
    def segments(self, request: Request) -> Reply:
        """List the segments, all of them at once."""
        parent, orphans = request.one("parent_list_ids"), request.one("no_parent_list_id") == "true"
        items: list[dict[str, Any]] = [
            {"id": segment_id(one), "name": one.name, "contacts_count": len(one.active), "query_version": "2",
             "parent_list_ids": [list_id(self.crowd.lists[one.of - 1])], "status": {"query_validation": "VALID"}}
            for one in self.crowd.segments
        ]  # fmt: skip
        of_list = [one for one in items if parent in one["parent_list_ids"]]
        found = of_list if parent else [] if orphans else items
        return Reply(200, {"results": found})

    @route("GET", "/v3/marketing/senders", "account")
    def senders(self, request: Request) -> Reply:
        """List the senders."""
        own = {"email": self.crowd.sender_email, "name": self.crowd.sender_name}
        idle = {"email": "unconfirmed@example.org", "name": "Not confirmed"}
        senders = [
            {"id": number, "nickname": one["name"], "from": one, "reply_to": one, "address": "1 High Street",
             "city": "Leeds", "country": "United Kingdom", "verified": number == 1, "locked": False,
             "created_at": 1704067200, "updated_at": 1704067200}
            for number, one in enumerate((own, idle), 1)
        ]  # fmt: skip
        return Reply(200, {"results": senders})

    @route("GET", "/v3/asm/groups", "account", query="id")
    def suppression_groups(self, request: Request) -> Reply:
        """List the groups from which people unsubscribe."""
        return Reply(200, [{"id": 11, "name": "Newsletter", "description": "The newsletter", "is_default": True}])

    @route("POST", "/v3/marketing/test/send_email", "test")
    def test_template(self, request: Request) -> Reply:
        """Test a template, of which there is none: a single send cannot be tested this way."""
        text = dict.fromkeys(("version_id_override", "custom_unsubscribe_url", "from_address"), str)
        numbers = dict.fromkeys(("sender_id", "suppression_group_id"), int)
        self.wanted(request, {"template_id!": str, "emails!": [str], **text, **numbers})
        raise Refused(404, "The template does not exist.", field="template_id")

    @route("POST", "/v3/mail/send", "test")
    def single_mail(self, request: Request) -> Reply:
        """Send a single mail, which is how a test is sent; merge tags stay as they are."""
        body = self.wanted(request, SINGLE_MAIL)
        if body["from"]["email"] != self.crowd.sender_email:
            words = "The from address does not match a verified Sender Identity."
            raise Refused(403, words, field="from")
        kinds = [one["type"] for one in body["content"]]
        if not kinds or kinds != sorted(kinds, reverse=True) or set(kinds) - {"text/plain", "text/html"}:
            raise MisfitError([SchemaError("content", SchemaProblem.WRONG, "must be text/plain first, then text/html")])
        people = [one["email"] for group in body["personalizations"] for one in group["to"]]
        parts = {one["type"]: one["value"] for one in body["content"]}
        mail = Mail(
            body["subject"], parts.get("text/html", ""), parts.get("text/plain", ""), body["from"].get("name", ""),
            body["from"]["email"], body.get("reply_to", {}).get("email", ""),
        )  # fmt: skip
        now = self.world.now()
        self.try_out(Campaign("", {}, now, now), people, mail)
        return Reply(202)

    def page(self, request: Request, items: list[Any], *, default: int = 50) -> Reply:
        """Return one page of a list, with the address of the next."""
        size = request.number("page_size", default, least=1, most=1000)
        token = request.one("page_token", "0")
        start = int(token) if token.isdigit() else -1
        if not 0 <= start <= len(items):
            raise MisfitError([SchemaError("page_token", SchemaProblem.WRONG, "is not one that was given")])
        here = f"{self.surroundings.address}{request.path}?page_size={size}"
        about = {"count": len(items), "self": f"{here}&page_token={start}"}
        if start + size < len(items):
            about["next"] = f"{here}&page_token={start + size}"
        return Reply(200, {"result": items[start : start + size], "_metadata": about})
