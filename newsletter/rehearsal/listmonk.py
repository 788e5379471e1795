"""listmonk: campaigns whose body is a Go template; states change by rules of their own; what is missing is a 400."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from typing import Any

from newsletter.rehearsal.described_service import (
    CANCELLED,
    DRAFT,
    PAUSED,
    SCHEDULED,
    SENDING,
    DescribedService,
    named_by,
)
from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group, Reader
from newsletter.rehearsal.schema_check import SchemaError
from newsletter.rehearsal.service import union, uuid_of
from newsletter.rehearsal.state import Campaign
from newsletter.rehearsal.tag_languages import GO
from newsletter.rehearsal.timestamps import read_moment

WRAPPED = '{{ template "content" . }}'
MOST_PER_PAGE = 50
"""What it gives at most, whatever is asked for."""
PAGE = "page per_page order order_by query"
CAMPAIGNS = "/api/campaigns"
STATUS_CALLS = {"draft": "unschedule", "scheduled": "schedule", "running": "send", "cancelled": "cancel"}
RULES = {
    "draft": ((SCHEDULED,), "Only scheduled campaigns can be saved as drafts"),
    "scheduled": ((DRAFT, PAUSED), "Only draft campaigns can be scheduled"),
    "running": ((DRAFT, PAUSED), "Only paused campaigns and drafts can be started"),
    "paused": ((SENDING,), "Only active campaigns can be paused"),
    "cancelled": ((SENDING, PAUSED), "Only active campaigns can be cancelled"),
}
"""From which states a campaign can change to each, and the refusal from any other."""


class Listmonk(DescribedService):
    """listmonk's API."""

    name = "listmonk"
    language = GO

    def refusal(self, no: Refused) -> Reply:
        """Return a message; a wrong key is a 403, and what is not there a 400."""
        if no.status == 401:
            return Reply(403, {"message": "invalid API credentials"})
        if no.code == "document_not_found":
            return Reply(400, {"message": "Campaign not found"})
        return Reply(no.status, {"message": no.words})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name the first field that is wrong."""
        return Reply(400, {"message": f"Invalid {found[0].field}: {found[0].words}"})

    def page(self, request: Request, items: list[Any], *how: Any) -> Reply:
        """Return one page of a list; an empty one says that there is nothing at all."""
        page, size = request.number("page", 1, least=1), 20
        if request.one("per_page") == "all":
            page, size = 1, max(len(items), 1)
        elif request.one("per_page"):
            size = min(request.number("per_page", 20, least=1), MOST_PER_PAGE)
        found = items[(page - 1) * size : page * size]
        about = {"total": len(items), "page": page, "per_page": size, "query": request.one("query")}
        return Reply(200, {"data": {"results": found, **(about if found else {"total": 0, "page": 0, "per_page": 0})}})

    def groups(self, data: dict[str, Any]) -> list[Group]:
        """Return the lists that a campaign names."""
        wanted = data.get("lists", [])
        found = [one for one in self.crowd.lists if one.number in wanted]
        if not wanted or len(found) != len(set(wanted)):
            raise Refused(400, "Invalid list IDs.")
        return found

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the lists."""
        return union(self.groups(campaign.data))

    # --- templates and media --------------------------------------------------------------------------------------

    def _templates(self) -> dict[int, dict[str, Any]]:
        """Return the templates by their numbers; the first wraps every campaign that names no other."""
        body = f'<html><body>{WRAPPED}<p><a href="{{{{ UnsubscribeURL }}}}">Unsubscribe</a></p></body></html>'
        default = {"id": 1, "name": "Default campaign template", "type": "campaign", "is_default": True, "body": body}
        bare = {"id": 2, "name": "Bare", "type": "campaign", "is_default": False, "body": WRAPPED}
        return {1: default, 2: bare, **{int(number): one for number, one in self.world.templates.items()}}

    def finished(self, html: str, data: Mapping[str, Any]) -> str:
        """Return the HTML inside its template."""
        template: str = self._templates()[data.get("template_id") or 1]["body"]
        return template.replace(WRAPPED, html)

    @route("GET", "/api/templates", "account", query="no_body")
    def _list_templates(self, request: Request) -> Reply:
        return Reply(200, {"data": list(self._templates().values())})

    @route("POST", "/api/templates", "account")
    def _add_template(self, request: Request) -> Reply:
        body = self.asked(request, "template", "name", "type", "body")
        if WRAPPED not in body["body"]:
            raise Refused(400, 'The template must hold {{ template "content" . }} once.')
        number = len(self.world.templates) + 3
        self.world.templates[str(number)] = {"id": number, "is_default": False, **body}
        return Reply(200, {"data": self.world.templates[str(number)]})

    @route("POST", "/api/media", "upload")
    def _upload(self, request: Request) -> Reply:
        file = request.files().get("file")
        if file is None or not file.name:
            raise Refused(400, "Error reading the file: no such file")
        link = self.picture(file.name, file.content_type, len(file.data))
        shown = {"id": self.world.numbers, "uuid": uuid_of(link), "filename": file.name, "url": link, "uri": link}
        return Reply(200, {"data": shown})

    # --- campaigns ------------------------------------------------------------------------------------------------

    @route("GET", CAMPAIGNS, "find", query=f"{PAGE} status tag tags no_body")
    def _campaigns(self, request: Request) -> Reply:
        """List the campaigns, the newest first."""
        words, statuses = request.one("query").casefold(), request.query.get("status", [])
        body = {"body": ""} if request.one("no_body") in {"true", "1"} else {}
        items = [
            {**one, **body}
            for one in map(self.shown, reversed(self.world.campaigns.values()))
            if (words in one["name"].casefold() or words in one["subject"].casefold())
            and (not statuses or one["status"] in statuses)
        ]
        return self.page(request, items)

    @route("POST", CAMPAIGNS, "create")
    def _create(self, request: Request) -> Reply:
        body = self.asked(request, "campaign")
        self._check(body)
        return self._one(self.make(self.new_id(), body))

    @route("PUT", f"{CAMPAIGNS}/{{ident}}", "update")
    def _update(self, request: Request, ident: str) -> Reply:
        """Change a campaign that has not gone; what is not given is kept, but for the lists."""
        campaign = self.campaign(ident)
        self.need(campaign, "Cannot update a running or a finished campaign.", DRAFT, SCHEDULED, PAUSED)
        kept = {name: value for name, value in campaign.data.items() if name != "lists"}
        merged = {**kept, **self.asked(request, "campaign")}
        self._check(merged)
        self.touch(campaign).data = merged
        return self._one(campaign)

    @route("POST", f"{CAMPAIGNS}/{{ident}}/test", "test")
    def _test(self, request: Request, ident: str) -> Reply:
        """Send a test of the content that comes with the request, to those who are subscribers."""
        campaign = self.campaign(ident)
        body = self.asked(request, "campaign", subscribers=[str])
        people = body.pop("subscribers", [])
        self._check(body)
        known = [one for one in people if self.crowd.reader(one)]
        if not known:
            raise Refused(400, f"There are no {'known ' if people else ''}subscribers to test.")
        self.try_out(campaign, known, self.mail_of(body))
        return Reply(200, {"data": True})

    @route("PUT", f"{CAMPAIGNS}/{{ident}}/status", named_by("status", STATUS_CALLS, "update"))
    def _status(self, request: Request, ident: str) -> Reply:
        """Change the state, by the rules of listmonk."""
        campaign, status = self.campaign(ident), self.asked(request, "status", "status")["status"]
        allowed, words = RULES[status]
        self.need(campaign, words, *allowed)
        if status == "draft":
            self.become_draft(campaign)
        elif status == "scheduled":
            when = read_moment(campaign.data.get("send_at"))
            if when is None:
                raise Refused(400, "Campaign needs a date to be scheduled")
            self.put_off(campaign, when)
        elif status == "running":
            self.begin(campaign)
        else:
            self.stop(campaign, PAUSED if status == "paused" else CANCELLED)
        return self._one(campaign)

    @route("GET", "/api/bounces", "report", query=f"{PAGE} campaign_id source")
    def _bounces(self, request: Request) -> Reply:
        """List what came back, of one campaign or of all."""
        gone = sum(self.world.gone(one) for one in self.world.campaigns if request.one("campaign_id") in {"", one})
        kinds = ["hard"] * (gone // 60) + ["soft"] * (gone // 40)
        return self.page(request, [{"id": number, "type": kind} for number, kind in enumerate(kinds, 1)])

    def _check(self, data: dict[str, Any]) -> None:
        for field, most in (("name", 2000), ("subject", 5000)):
            if not 1 <= len(data.get(field, "")) <= most:
                raise Refused(400, f"Invalid length for {field}.")
        self.groups(data)
        if data.get("from_email") and "@" not in parseaddr(data["from_email"])[1]:
            raise Refused(400, "Invalid from_email.")
        if data.get("template_id") not in {None, *self._templates()}:
            raise Refused(400, "The template does not exist.")
        text = data.get("send_at")
        when = read_moment(text)
        if text is not None and when is None:
            raise Refused(400, f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse')
        if when is not None and when < self.world.now():
            raise Refused(400, "Scheduled date should be in the future.")
        self.letter(self.mail_of(data), self.crowd.readers[0])

    def _one(self, campaign: Campaign) -> Reply:
        return Reply(200, self.wrapped(self.shown(campaign)))

    def wrapped(self, shown: Any) -> Any:
        """Return an object as listmonk returns everything."""
        return {"data": shown}

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        """Return a campaign, with the names of its lists."""
        lists = [
            {"id": one.number, "name": one.name} for one in self.crowd.lists if one.number in campaign.data["lists"]
        ]
        return super().shown(campaign) | {"lists": lists}
