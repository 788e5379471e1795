"""Mailjet's account: the keys, the form of its errors, lists, segmentations and senders."""

from __future__ import annotations

import base64
import binascii
from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import Service
from newsletter.rehearsal.tag_languages import BRACKETS

KEY, SECRET = "rehearsal0key0of0mailjet000000000", "rehearsal0secret0of0mailjet00000"
PAGE = "Limit Offset Sort countOnly"


class MailjetAccount(Service, ABC):
    """All of Mailjet but its campaign drafts."""

    name = "mailjet"
    title = "Mailjet"
    keys: ClassVar[Mapping[str, str]] = {"NEWSLETTER_MAILJET_KEY": KEY, "NEWSLETTER_MAILJET_SECRET": SECRET}
    language = BRACKETS
    names: ClassVar[Mapping[str, str]] = {
        "data:firstname": "first_name", "data:name": "last_name", "data:lastname": "last_name", "data:city": "city",
        "data:first_name": "first_name", "data:last_name": "last_name", "email_to": "email", "data:email": "email",
        "unsub_link": "unsubscribe_url", "permalink": "view_url", "var:firstname": "first_name",
        **{f"unsub_link_{code}": "unsubscribe_url" for code in ("en", "de", "fr", "es", "it", "nl", "pt", "pl")},
    }  # fmt: skip

    def admits(self, request: Request) -> bool:
        """Take the two keys as Basic user and password."""
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            return kind == "Basic" and base64.b64decode(given).decode() == f"{KEY}:{SECRET}"
        except (binascii.Error, UnicodeDecodeError):
            return False

    def refusal(self, no: Refused) -> Reply:
        """Return Mailjet's error object."""
        body = {
            "ErrorIdentifier": self.uuid(),
            "ErrorInfo": no.code,
            "ErrorMessage": no.words,
            "StatusCode": no.status,
        }
        return Reply(no.status, body)

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name the first field that is wrong."""
        words = {SchemaProblem.MISSING: "Missing mandatory property", SchemaProblem.UNKNOWN: "Unknown property"}
        first = found[0]
        message = f'{words.get(first.lack, "Invalid value for property")}: "{first.field}" {first.words}'
        return self.refusal(Refused(400, message, code="Bad Request"))

    def group(self, data: dict[str, Any]) -> Group:
        """Return the list, or the part of it, that a draft names."""
        found = next((one for one in self.crowd.lists if one.number == data.get("ContactsListID")), None)
        if found is None:
            raise MisfitError([SchemaError("ContactsListID", SchemaProblem.WRONG, "is not the ID of a list")])
        wanted = data.get("SegmentationID")
        segment = next((one for one in self.crowd.segments if one.number == wanted), None)
        if wanted and segment is None:
            raise MisfitError([SchemaError("SegmentationID", SchemaProblem.WRONG, "is not the ID of a segmentation")])
        return segment or found

    @route("GET", "/v3/REST/myprofile", "account", query=PAGE)
    def profile(self, request: Request) -> Reply:
        """Say whose account it is."""
        return self.data([{"ID": 1, "CompanyName": "Rehearsal account", "Firstname": "", "Lastname": ""}])

    @route("GET", "/v3/REST/user", "account", query=PAGE)
    def user(self, request: Request) -> Reply:
        """Say whose key it is."""
        return self.data([{"ID": 1, "Email": self.crowd.sender_email, "Username": "Rehearsal account"}])

    @route("GET", "/v3/REST/apikey", "account", query=f"{PAGE} APIKey")
    def api_key(self, request: Request) -> Reply:
        """Say what the key is called."""
        return self.data([{"ID": 1, "Name": "Rehearsal account", "IsActive": True}])

    @route("GET", "/v3/REST/sender", "account", query=f"{PAGE} Email Status")
    def senders(self, request: Request) -> Reply:
        """List the senders."""
        sender = {"ID": 1, "Email": self.crowd.sender_email, "Name": self.crowd.sender_name, "Status": "Active"}
        return self.data([sender])

    @route("GET", "/v3/REST/contactslist", "audiences", query=f"{PAGE} IsDeleted Name Address")
    def lists(self, request: Request) -> Reply:
        """List the lists; the count is a text, and those who left are in it."""
        items = [
            {"ID": one.number, "Name": one.name, "Address": f"list{one.number}", "IsDeleted": False,
             "SubscriberCount": str(len(one.readers)), "CreatedAt": "2024-01-01T00:00:00Z"}
            for one in self.crowd.lists
        ]  # fmt: skip
        return self.page(request, items)

    @route("GET", "/v3/REST/listrecipient", "audiences",
           query=f"{PAGE} ContactsList Unsub IsExcludedFromCampaigns")  # fmt: skip
    def members(self, request: Request) -> Reply:
        """List who is on a list; nobody is excluded from campaigns here."""
        found = next((one for one in self.crowd.lists if str(one.number) == request.one("ContactsList")), None)
        people = found.readers if found and request.one("IsExcludedFromCampaigns") != "true" else ()
        wanted = request.one("Unsub")
        items = [
            {"ID": number, "IsUnsubscribed": not one.subscribed, "ListID": found.number if found else 0}
            for number, one in enumerate(people, start=1)
            if wanted in {"", str(not one.subscribed).lower()}
        ]
        return self.page(request, items)

    @route("GET", "/v3/REST/contactfilter", "segments", query=f"{PAGE} Name Status ShowDeleted")
    def filters(self, request: Request) -> Reply:
        """List the segmentations, without counts."""
        items = [
            {
                "ID": one.number,
                "Name": one.name,
                "Expression": f'city="{one.name}"',
                "Description": "",
                "Status": "used",
            }
            for one in self.crowd.segments
        ]
        return self.page(request, items)

    def data(self, items: list[Any], *, status: int = 200) -> Reply:
        """Return items in the form in which Mailjet returns everything."""
        return Reply(status, {"Count": len(items), "Data": items, "Total": len(items)})

    def page(self, request: Request, items: list[Any]) -> Reply:
        """Return one page, whose total is only its own; `countOnly` gives that of all. A limit of 0 is the most."""
        if request.one("countOnly") == "1":
            return Reply(200, {"Count": len(items), "Data": [], "Total": len(items)})
        limit, offset = request.number("Limit", 10, most=1000) or 1000, request.number("Offset", 0)
        return self.data(items[offset : offset + limit])
