"""A listmonk installation: the token, the form of its errors, lists, templates and media."""

from __future__ import annotations

import base64
import binascii
from abc import ABC
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from newsletter.rehearsal.go_template_interpreter import GO
from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group
from newsletter.rehearsal.schema_check import SchemaError, Shape
from newsletter.rehearsal.service import Service, uuid_of

USER, TOKEN = "rehearsal", "rehearsal0token0of0listmonk00000"
TEMPLATE: dict[str, Shape] = {
    "name!": str,
    "type!": ("campaign", "tx", "campaign_visual"),
    "subject": str,
    "body!": str,
}
WRAPPED = '{{ template "content" . }}'
MOST_PER_PAGE = 50
"""What it gives at most, whatever is asked for."""
PAGE = "page per_page order order_by query"


def _statuses(group: Group) -> dict[str, int]:
    return {"unconfirmed": len(group.active), "unsubscribed": len(group.readers) - len(group.active)}


class ListmonkInstallation(Service, ABC):
    """All of listmonk but its campaigns."""

    name = "listmonk"
    title = "listmonk"
    keys: ClassVar[Mapping[str, str]] = {"NEWSLETTER_LISTMONK_TOKEN": TOKEN}
    settings: ClassVar[Mapping[str, str]] = {"user": USER}
    language = GO
    names: ClassVar[Mapping[str, str]] = {
        ".subscriber.name": "full_name",
        ".subscriber.firstname": "first_name", ".subscriber.lastname": "last_name", ".subscriber.email": "email",
        ".subscriber.attribs.city": "city", "unsubscribeurl": "unsubscribe_url", "messageurl": "view_url",
        "manageurl": "preferences_url", "trackview": "nothing", ".campaign.uuid": "nothing",
    }  # fmt: skip

    def admits(self, request: Request) -> bool:
        """Take user and token, as Basic or in its own form."""
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind == "token":
            return given == f"{USER}:{TOKEN}"
        try:
            return kind == "Basic" and base64.b64decode(given).decode() == f"{USER}:{TOKEN}"
        except (binascii.Error, UnicodeDecodeError):
            return False

    def refusal(self, no: Refused) -> Reply:
        """Return a message; a wrong key is a 403, and what is not there a 400."""
        if no.status == 401:
            return Reply(403, {"message": "invalid API credentials"})
        status = 400 if no.code == "document_not_found" else no.status
        return Reply(status, {"message": "Campaign not found" if no.code == "document_not_found" else no.words})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name the first field that is wrong."""
        return Reply(400, {"message": f"Invalid {found[0].field}: {found[0].words}"})

    def groups(self, data: dict[str, Any]) -> list[Group]:
        """Return the lists that a campaign names."""
        wanted = data.get("lists", [])
        found = [one for one in self.crowd.lists if one.number in wanted]
        if not wanted or len(found) != len(set(wanted)):
            raise Refused(400, "Invalid list IDs.")
        return found

    @route("GET", "/api/health", "account")
    def health(self, request: Request) -> Reply:
        """Say that all is well."""
        return Reply(200, {"data": True})

    @route("GET", "/api/profile", "account")
    def profile(self, request: Request) -> Reply:
        """Say whose token it is."""
        return Reply(200, {"data": {"id": 1, "username": USER, "name": "Rehearsal account", "type": "api"}})

    @route("GET", "/api/lists", "audiences", query=f"{PAGE} minimal tag status")
    def lists(self, request: Request) -> Reply:
        """List the lists."""
        items = [
            {"id": one.number, "uuid": uuid_of(one.name), "name": one.name, "type": "private", "optin": "single",
             "status": "active", "tags": [], "subscriber_count": len(one.readers),
             "subscriber_statuses": _statuses(one), "description": ""}
            for one in self.crowd.lists
        ]  # fmt: skip
        return self.page(request, items)

    @route("GET", "/api/templates", "account", query="no_body")
    def templates(self, request: Request) -> Reply:
        """List the templates; the first wraps every campaign that names no other."""
        return Reply(200, {"data": list(self.known_templates().values())})

    @route("POST", "/api/templates", "account")
    def add_template(self, request: Request) -> Reply:
        """Add a template."""
        body = self.wanted(request, TEMPLATE)
        if WRAPPED not in body["body"]:
            raise Refused(400, 'The template must hold {{ template "content" . }} once.')
        number = len(self.world.templates) + 3
        self.world.templates[str(number)] = {"id": number, "is_default": False, **body}
        return Reply(200, {"data": self.world.templates[str(number)]})

    def known_templates(self) -> dict[int, dict[str, Any]]:
        """Return the templates by their numbers; the first wraps every campaign that names no other."""
        body = f'<html><body>{WRAPPED}<p><a href="{{{{ UnsubscribeURL }}}}">Unsubscribe</a></p></body></html>'
        default = {"id": 1, "name": "Default campaign template", "type": "campaign", "is_default": True, "body": body}
        bare = {"id": 2, "name": "Bare", "type": "campaign", "is_default": False, "body": WRAPPED}
        return {1: default, 2: bare, **{int(number): one for number, one in self.world.templates.items()}}

    @route("POST", "/api/media", "upload")
    def upload(self, request: Request) -> Reply:
        """Store a picture."""
        file = request.files().get("file")
        if file is None or not file.name:
            raise Refused(400, "Error reading the file: no such file")
        link = self.picture(file.name, file.content_type, len(file.data))
        shown = {"id": self.world.numbers, "uuid": uuid_of(link), "filename": file.name, "url": link, "uri": link}
        return Reply(200, {"data": shown})

    @route("GET", "/api/media", "account", query=PAGE)
    def media(self, request: Request) -> Reply:
        """List the pictures."""
        items = [{"filename": one["name"], "url": link} for link, one in self.world.pictures.items()]
        return self.page(request, items)

    def page(self, request: Request, items: list[Any]) -> Reply:
        """Return one page of a list; an empty one says that there is nothing at all."""
        page, size = request.number("page", 1, least=1), 20
        if request.one("per_page") == "all":
            page, size = 1, max(len(items), 1)
        elif request.one("per_page"):
            size = min(request.number("per_page", 20, least=1), MOST_PER_PAGE)
        found = items[(page - 1) * size : page * size]
        about = {"total": len(items), "page": page, "per_page": size, "query": request.one("query")}
        return Reply(200, {"data": {"results": found, **(about if found else {"total": 0, "page": 0, "per_page": 0})}})
