"""Brevo: campaigns in one step, no plain text; a scheduled one is `queued`; errors have a code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.described_service import (
    DRAFT,
    PAUSED,
    SCHEDULED,
    SENDING,
    SENT,
    DescribedService,
    missing,
    named_by,
    wrong,
)
from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group, Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import group_of, union
from newsletter.rehearsal.state import Campaign
from newsletter.rehearsal.tag_languages import CURLY

MOST_TESTS = 50
STATUS_CALLS = {"draft": "unschedule", "suspended": "cancel", "queued": "schedule"}
IMAGES = (".jpeg", ".jpg", ".png", ".bmp", ".gif")


def _changes(request: Request) -> str:
    """Name the call that a change of a campaign is: giving it a time is scheduling it."""
    body = request.json()
    return "schedule" if isinstance(body, dict) and set(body) <= {"scheduledAt", "recipients"} else "update"


class Brevo(DescribedService):
    """Brevo's API, version 3."""

    name = "brevo"
    language = CURLY

    def refusal(self, no: Refused) -> Reply:
        """Return a code and a message."""
        by_status = {400: "bad_request", 404: "document_not_found", 429: "too_many_requests"}
        return Reply(no.status, {"code": no.code or by_status.get(no.status, "bad_request"), "message": no.words})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name the first field that is wrong, as Brevo does."""
        code = "missing_parameter" if found[0].lack is SchemaProblem.MISSING else "invalid_parameter"
        return self.refusal(Refused(400, f"{found[0].field or 'body'} {found[0].words}", code=code))

    def page(self, request: Request, items: list[Any], *how: Any) -> Reply:
        """Return one page of a list, the newest first."""
        name, default, most = (*how, 10, 50)[:3]
        limit, offset = request.number("limit", default, most=most), request.number("offset", 0)
        ordered = items if request.one("sort", "desc") == "asc" else items[::-1]
        return Reply(200, {name: ordered[offset : offset + limit], "count": len(items)})

    def groups(self, data: dict[str, Any]) -> list[Group]:
        """Return the lists and segments that a campaign names."""
        groups = []
        for field, known in (("listIds", self.crowd.lists), ("segmentIds", self.crowd.segments)):
            for number in data.get("recipients", {}).get(field, []):
                group = group_of(known, number, self.group_id)
                if group is None:
                    raise wrong(f"recipients.{field}", "holds an id that does not exist")
                groups.append(group)
        return groups

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the lists and in the segments, everybody once."""
        return union(self.groups(campaign.data))

    @route("POST", "/emailCampaigns/images", "upload")
    def _upload(self, request: Request) -> Reply:
        body = self.asked(request, "image", "imageUrl")
        link = body["imageUrl"]
        if not link.startswith("https://") or not link.lower().endswith(IMAGES):
            raise wrong("imageUrl", "is not the absolute address of a picture")
        return Reply(201, {"url": self.picture(body.get("name") or link.rpartition("/")[2], "", 0)})

    @route("GET", "/emailCampaigns", "find",
           query="type status statistics startDate endDate limit offset sort excludeHtmlContent")  # fmt: skip
    def _campaigns(self, request: Request) -> Reply:
        status = request.one("status").replace("inProcess", "in_process")
        left_out = {"htmlContent"} if request.one("excludeHtmlContent") == "true" else set()
        items = [one for one in map(self.shown, self.world.campaigns.values()) if status in {"", one["status"]}]
        items = [{name: value for name, value in one.items() if name not in left_out} for one in items]
        return self.page(request, items, "campaigns", 50, 100)

    @route("POST", "/emailCampaigns", "create")
    def _create(self, request: Request) -> Reply:
        body = self.asked(request, "campaign", "name", "sender", "subject", templateId=int)
        self._check(body)
        when = body.pop("scheduledAt", None)
        campaign = self.make(self.new_id(), body)
        self._schedule(campaign, when)
        return Reply(201, {"id": int(campaign.id)})

    @route("GET", "/emailCampaigns/{ident}", lambda request: "report" if request.one("statistics") else "state", "read",
           query="statistics")  # fmt: skip
    def _shown(self, request: Request, ident: str) -> Reply:
        return Reply(200, self.shown(self.campaign(ident)))

    @route("PUT", "/emailCampaigns/{ident}", _changes)
    def _update(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        body = self.asked(request, "campaign")
        if campaign.stage is not PAUSED or self.world.dispatch(campaign.id):
            self.need(campaign, "The campaign was sent or is being sent.", DRAFT, SCHEDULED, code="campaign_sent")
        merged = {**campaign.data, **body}
        kinds = [set(one.get("recipients", {})) & {"listIds", "segmentIds"} for one in (campaign.data, merged)]
        if kinds[0] and kinds[0] != kinds[1]:
            raise Refused(400, "Lists cannot be exchanged for segments, nor segments for lists.", code="bad_request")
        self._check(merged)
        when = merged.pop("scheduledAt", None)
        self.touch(campaign).data = merged
        self._schedule(campaign, when)
        return Reply(204)

    @route("POST", "/emailCampaigns/{ident}/sendTest", "test")
    def _test(self, request: Request, ident: str) -> Reply:
        """Send a test to people who are known contacts."""
        campaign = self.campaign(ident)
        people = self.asked(request, "test").get("emailTo", [])
        strangers = [one for one in people if self.crowd.reader(one) is None]
        if not people or strangers:
            words = "Test email could not be sent to the following email addresses"
            return Reply(400, {"code": "invalid_parameter", "message": words, "unexistingEmails": strangers,
                               "withoutListEmails": [], "blackListedEmails": []})  # fmt: skip
        if sum(len(one.people) for one in self.world.trials) + len(people) > MOST_TESTS:
            raise Refused(400, "You have reached the limit of 50 test emails a day.", code="out_of_range")
        self.try_out(campaign, people)
        return Reply(204)

    @route("POST", "/emailCampaigns/{ident}/sendNow", "send")
    def _send(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        self.wanted(request, {})
        self.need(campaign, "The campaign was sent or is being sent.", DRAFT, SCHEDULED, code="campaign_sent")
        if not campaign.data.get("htmlContent") or not self.recipients(campaign):
            raise Refused(400, "The campaign has no content, or no recipients.", code="missing_parameter")
        self.begin(campaign)
        return Reply(204)

    @route("PUT", "/emailCampaigns/{ident}/status", named_by("status", STATUS_CALLS, "update"))
    def _status(self, request: Request, ident: str) -> Reply:
        """Take a schedule back, or suspend."""
        campaign = self.campaign(ident)
        status = self.asked(request, "status", "status")["status"]
        if status == "draft" and campaign.stage in {SCHEDULED, PAUSED} and self.world.dispatch(ident) is None:
            self.become_draft(campaign)
        elif status == "suspended" and campaign.stage in {SCHEDULED, SENDING}:
            self.stop(campaign, PAUSED)
        else:
            words = f"A campaign that is {self.facts['states'][campaign.stage]} cannot become {status}."
            raise Refused(400, words, code="bad_request")
        return Reply(204)

    def _check(self, data: dict[str, Any]) -> None:
        sender = data["sender"]
        if ("email" in sender) == ("id" in sender):
            raise wrong("sender", "has either an email or an id")
        if sender.get("id", 1) != 1 or sender.get("email", self.crowd.sender_email) != self.crowd.sender_email:
            raise Refused(400, "Sender is invalid / inactive", code="invalid_parameter")
        if "htmlContent" in data and not 10 < len(data["htmlContent"]) < 1_000_000:
            raise wrong("htmlContent", "is not between 10 characters and 1 MB")
        if not {"htmlContent", "htmlUrl", "templateId"} & set(data):
            raise missing("htmlContent")
        self.groups(data)

    def _schedule(self, campaign: Campaign, text: str | None) -> None:
        if text is None:
            return
        when = self.later(text, "scheduledAt", "is not a date-time to come")
        if not campaign.data.get("recipients", {}).get("listIds"):
            raise missing("recipients.listIds", "is required with scheduledAt")
        self.put_off(campaign, when)

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        """Return a campaign; to which segment it goes cannot be read back, for the description names none here."""
        shown, values = super().shown(campaign), self.campaign_values(campaign)
        aim = campaign.data.get("recipients", {})
        shown["recipients"] = {"lists": aim.get("listIds", []), "exclusionLists": aim.get("exclusionListIds", [])}
        moments = {"scheduledAt": values["due"], "sentDate": values["ended"] if campaign.stage is SENT else None}
        return shown | {name: moment for name, moment in moments.items() if moment}
