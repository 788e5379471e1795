"""Mailjet: drafts and their content in two steps; states are numbers; counts are sometimes texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.described_service import DRAFT, SCHEDULED, DescribedService, wrong
from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group, Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import group_of, union
from newsletter.rehearsal.state import Campaign
from newsletter.rehearsal.tag_languages import BRACKETS

PAGE = "Limit Offset Sort countOnly"
DRAFTS = "/v3/REST/campaigndraft"
NEEDED = ("Locale", "Sender", "SenderEmail", "Subject", "ContactsListID")
EMPTY = {"Html-part": "", "Text-part": "", "MJMLContent": "", "Headers": {}}
COUNTERS = {"CounterSource": "Campaign", "CounterTiming": "Message", "CounterResolution": "Lifetime"}
LACKS = {SchemaProblem.MISSING: "Missing mandatory property", SchemaProblem.UNKNOWN: "Unknown property"}


class Mailjet(DescribedService):
    """Mailjet's API v3."""

    name = "mailjet"
    language = BRACKETS

    def refusal(self, no: Refused) -> Reply:
        """Return Mailjet's error object."""
        body = {"ErrorInfo": no.code or "Bad Request", "ErrorMessage": no.words, "StatusCode": no.status}
        return Reply(no.status, {"ErrorIdentifier": self.uuid(), **body})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name the first field that is wrong."""
        lack = LACKS.get(found[0].lack, "Invalid value for property")
        return self.refusal(Refused(400, f'{lack}: "{found[0].field}" {found[0].words}'))

    def data(self, *items: Any, status: int = 200) -> Reply:
        """Return items in the form in which Mailjet returns everything."""
        return Reply(status, {"Count": len(items), "Data": list(items), "Total": len(items)})

    def wrapped(self, shown: Any) -> Any:
        """Return an item in the form in which Mailjet returns everything."""
        return self.data(shown).json

    def page(self, request: Request, items: list[Any], *how: Any) -> Reply:
        """Return one page, whose total is only its own; `countOnly` gives that of all. A limit of 0 is the most."""
        if request.one("countOnly") == "1":
            return Reply(200, {"Count": len(items), "Data": [], "Total": len(items)})
        limit, offset = request.number("Limit", 10, most=1000) or 1000, request.number("Offset", 0)
        return self.data(*items[offset : offset + limit])

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the list, or those of them in the segmentation."""
        return union([self._group(campaign.data)])

    def _group(self, data: dict[str, Any]) -> Group:
        """Return the list, or the part of it, that a draft names."""
        found = group_of(self.crowd.lists, data.get("ContactsListID"), self.group_id)
        if found is None:
            raise wrong("ContactsListID", "is not the ID of a list")
        segment = group_of(self.crowd.segments, data.get("SegmentationID"), self.group_id)
        if data.get("SegmentationID") and segment is None:
            raise wrong("SegmentationID", "is not the ID of a segmentation")
        return segment or found

    @route("GET", "/v3/REST/listrecipient", "audiences", query=f"{PAGE} ContactsList Unsub IsExcludedFromCampaigns")
    def _members(self, request: Request) -> Reply:
        """List who is on a list; nobody is excluded from campaigns here."""
        found = group_of(self.crowd.lists, request.one("ContactsList"), lambda one: str(one.number))
        people = found.readers if found and request.one("IsExcludedFromCampaigns") != "true" else ()
        items = [
            {"ID": number, "IsUnsubscribed": not one.subscribed, "ListID": found.number if found else 0}
            for number, one in enumerate(people, start=1)
            if request.one("Unsub") in {"", str(not one.subscribed).lower()}
        ]
        return self.page(request, items)

    @route("GET", DRAFTS, "find", query=f"{PAGE} Status Subject IsArchived IsDeleted EditMode IsCampaign Modified")
    def _drafts(self, request: Request) -> Reply:
        """List the drafts, those that were sent too."""
        items = [self.shown(one) for one in self.world.campaigns.values()]
        items = [one for one in items if request.one("Status") in {"", str(one["Status"])}]
        return self.page(request, items[::-1] if request.one("Sort") in {"ID+DESC", "ID DESC"} else items)

    @route("POST", DRAFTS, "create")
    def _create(self, request: Request) -> Reply:
        body = self.asked(request, "draft", *NEEDED)
        self._group(body)
        return self.data(self.shown(self.make(self.new_id(), {**body, "content": {}})), status=201)

    @route("PUT", f"{DRAFTS}/{{ident}}", "update")
    def _update(self, request: Request, ident: str) -> Reply:
        campaign, body = self._draft(ident), self.asked(request, "draft")
        self._group({**campaign.data, **body})
        self.touch(campaign).data.update(body)
        return self.data(self.shown(campaign))

    @route("GET", f"{DRAFTS}/{{ident}}/detailcontent", "read")
    def _content(self, request: Request, ident: str) -> Reply:
        return self.data({**EMPTY, **self.campaign(ident).data["content"]})

    @route("POST", f"{DRAFTS}/{{ident}}/detailcontent", "content")
    def _set_content(self, request: Request, ident: str) -> Reply:
        """Set the content: a part that is not given is emptied."""
        content = self.touch(self._draft(ident)).data["content"] = self.asked(request, "content")
        return self.data(content, status=201)

    @route("PUT", f"{DRAFTS}/{{ident}}/detailcontent", "content")
    def _change_content(self, request: Request, ident: str) -> Reply:
        """Change the content: a part that is not given is kept."""
        content = self.touch(self._draft(ident)).data["content"]
        content.update(self.asked(request, "content"))
        return self.data(content)

    @route("POST", f"{DRAFTS}/{{ident}}/test", "test")
    def _test(self, request: Request, ident: str) -> Reply:
        campaign, people = self.campaign(ident), self.asked(request, "test", "Recipients")["Recipients"]
        self._check_content(campaign)
        if not people:
            raise wrong("Recipients", "is empty")
        self.try_out(campaign, [one["Email"] for one in people])
        return self.data({"Status": "Draft"}, status=201)

    @route("GET", f"{DRAFTS}/{{ident}}/schedule", "state")
    def _when(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        if campaign.due is None:
            raise Refused(404, "Object not found", code="Not Found")
        return self._programmed(campaign, 200)

    @route("POST", f"{DRAFTS}/{{ident}}/schedule", "schedule")
    def _schedule(self, request: Request, ident: str) -> Reply:
        return self._put_off(request, self._draft(ident), 201)

    @route("PUT", f"{DRAFTS}/{{ident}}/schedule", "schedule")
    def _reschedule(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        self.need(campaign, "The campaign is not scheduled.", SCHEDULED)
        return self._put_off(request, campaign, 200)

    @route("POST", f"{DRAFTS}/{{ident}}/send", "send")
    def _send(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        self.wanted(request, {})
        self.need(campaign, "The campaign was sent already.", DRAFT, SCHEDULED)
        self._check_content(campaign)
        self.begin(campaign)
        return self.data({"Status": "programmed"}, status=201)

    @route("GET", "/v3/REST/statcounters", "report",
           query=f"{PAGE} {' '.join(COUNTERS)} SourceID SourceIDs CampaignID FromTS ToTS")  # fmt: skip
    def _counters(self, request: Request) -> Reply:
        """Explain what came of a campaign; its own number is not that of its draft."""
        for name, wanted in COUNTERS.items():
            if request.one(name) != wanted:
                raise wrong(name, f"is not {wanted}")
        source = request.one("SourceID") or request.one("CampaignID")
        sent = [self.campaign(one.campaign) for one in self.world.dispatches]
        rows = [self.report_of(one) for one in sent if str(self._campaign_number(one)) == source]
        return self.data(*rows[:1])

    def _draft(self, ident: str) -> Campaign:
        campaign = self.campaign(ident)
        self.need(campaign, "Only a draft can be changed.", DRAFT)
        return campaign

    def _check_content(self, campaign: Campaign) -> None:
        content = campaign.data["content"]
        if campaign.data["SenderEmail"] != self.crowd.sender_email:
            raise Refused(400, "The sender is not valid.")
        if not (content.get("Html-part") or content.get("Text-part")):
            raise Refused(400, "The campaign has no content.")
        if len(self.recipients(campaign)) < 2:
            raise Refused(400, "The list has not more than one active subscriber.")

    def _put_off(self, request: Request, campaign: Campaign, status: int) -> Reply:
        body = self.asked(request, "schedule", "Date")
        when = self.later(body["Date"], "Date", "is not a moment to come with its offset")
        self._check_content(campaign)
        self.put_off(campaign, when)
        return self._programmed(campaign, status)

    def _programmed(self, campaign: Campaign, status: int) -> Reply:
        return self.data({"Date": self.campaign_values(campaign)["due"], "Status": "programmed"}, status=status)

    def _campaign_number(self, campaign: Campaign) -> int:
        return 700_000 + int(campaign.id) if self.world.dispatch(campaign.id) else 0

    def campaign_values(self, campaign: Campaign) -> dict[str, Any]:
        """Return what can be told of a draft, with the number of the campaign that it became."""
        return super().campaign_values(campaign) | {"campaign_number": self._campaign_number(campaign)}

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        """Return a draft without its content."""
        return {name: value for name, value in super().shown(campaign).items() if name != "content"}
