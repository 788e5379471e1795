"""Brevo, as its API v3 describes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.brevo_account import BrevoAccount
from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem, Shape
from newsletter.rehearsal.service import plain_text, union
from newsletter.rehearsal.state import Campaign, CampaignStatus, Mail
from newsletter.rehearsal.timestamps import read_moment, zulu_moment

WORDS = {
    CampaignStatus.DRAFT: "draft",
    CampaignStatus.SCHEDULED: "queued",
    CampaignStatus.SENDING: "in_process",
    CampaignStatus.SENT: "sent",
    CampaignStatus.PAUSED: "suspended",
    CampaignStatus.CANCELLED: "suspended",
}
CAMPAIGN: dict[str, Shape] = {
    "tag": str, "sender": {"name": str, "email": str, "id": int}, "name": str, "htmlContent": str, "htmlUrl": str,
    "templateId": int, "scheduledAt": str, "subject": str, "previewText": str, "replyTo": str, "toField": str,
    "recipients": {"exclusionListIds": [int], "listIds": [int], "segmentIds": [int]}, "attachmentUrl": str,
    "inlineImageActivation": bool, "mirrorActive": bool, "footer": str, "header": str, "utmCampaign": str,
    "params": dict, "sendAtBestTime": bool, "abTesting": bool, "unsubscriptionPageId": str, "updateFormId": str,
}  # fmt: skip
MOST_TESTS = 50
NO_DETAILS: dict[str, Any] = {
    "linksStats": {}, "statsByDomain": {}, "statsByDevice": {}, "statsByBrowser": {},
}  # fmt: skip


def _changes(request: Request) -> str:
    """Name the call that a change of a campaign is: giving it an hour is scheduling it."""
    body = request.json()
    return "schedule" if isinstance(body, dict) and set(body) <= {"scheduledAt", "recipients"} else "update"


def _becomes(request: Request) -> str:
    """Name the call that a change of status is."""
    body = request.json()
    status = body.get("status") if isinstance(body, dict) else ""
    return {"draft": "unschedule", "suspended": "cancel", "queued": "schedule"}.get(str(status), "update")


def _shown_for(request: Request) -> str:
    """Name the call that a look at a campaign is: with statistics it is a report."""
    return "report" if request.one("statistics") else "state"


class Brevo(BrevoAccount):
    """Campaigns in one step, no plain text; a scheduled one is `queued`; errors have a code."""

    def title_of(self, campaign: Campaign) -> str:
        """Return the campaign's name."""
        return str(campaign.data["name"])

    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return where the HTML is."""
        return campaign.data, "htmlContent"

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the lists and in the segments."""
        return union(self.groups(campaign.data))

    def mail(self, campaign: Campaign) -> Mail:
        """Return the mail; Brevo makes the plain text, and adds a footer where there is no way to unsubscribe."""
        data = campaign.data
        html = data.get("htmlContent", "")
        if "unsubscribe" not in self.language.names(html):
            html += '<p><a href="{{ unsubscribe }}">Unsubscribe</a></p>'
        sender = data["sender"]
        return Mail(
            data.get("subject", ""), html, plain_text(html), sender.get("name", ""), sender.get("email", ""),
            data.get("replyTo", ""), data.get("previewText", ""),
        )  # fmt: skip

    @route("GET", "/emailCampaigns", "find",
           query="type status statistics startDate endDate limit offset sort excludeHtmlContent")  # fmt: skip
    def campaigns(self, request: Request) -> Reply:
        """List the campaigns, the newest first."""
        status = request.one("status").replace("inProcess", "in_process")
        items = [one for one in map(self._shown, self.world.campaigns.values()) if status in {"", one["status"]}]
        if request.one("excludeHtmlContent") == "true":
            items = [{name: value for name, value in one.items() if name != "htmlContent"} for one in items]
        return self.page(request, "campaigns", items, default=50, most=100)

    @route("POST", "/emailCampaigns", "create")
    def create(self, request: Request) -> Reply:
        """Make a campaign; with an hour it is scheduled at once."""
        body = self.wanted(request, {**CAMPAIGN, "name!": str, "sender!": CAMPAIGN["sender"], "subject!": str})
        self._check(body)
        when = body.pop("scheduledAt", None)
        campaign = self.make(self.new_id(), body)
        if when is not None:
            self._put_off(campaign, when)
        return Reply(201, {"id": int(campaign.id)})

    @route("GET", "/emailCampaigns/{ident}", _shown_for, "read", query="statistics")
    def shown(self, request: Request, ident: str) -> Reply:
        """Return a campaign, with its statistics."""
        return Reply(200, self._shown(self.campaign(ident)))

    @route("PUT", "/emailCampaigns/{ident}", _changes)
    def update(self, request: Request, ident: str) -> Reply:
        """Change a draft, or give it an hour."""
        campaign = self.campaign(ident)
        body = self.wanted(request, CAMPAIGN)
        if campaign.stage not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED} and not (
            campaign.stage is CampaignStatus.PAUSED and not self.world.dispatch(campaign.id)
        ):
            raise Refused(400, "The campaign was sent or is being sent.", code="campaign_sent")
        merged = {**campaign.data, **body}
        kinds = [set(one.get("recipients", {})) & {"listIds", "segmentIds"} for one in (campaign.data, merged)]
        if kinds[0] and kinds[0] != kinds[1]:
            raise Refused(400, "Lists cannot be exchanged for segments, nor segments for lists.", code="bad_request")
        self._check(merged)
        when = merged.pop("scheduledAt", None)
        self.touch(campaign).data = merged
        if when is not None:
            self._put_off(campaign, when)
        return Reply(204)

    @route("DELETE", "/emailCampaigns/{ident}", "delete")
    def remove(self, request: Request, ident: str) -> Reply:
        """Delete a campaign."""
        del self.world.campaigns[self.campaign(ident).id]
        return Reply(204)

    @route("POST", "/emailCampaigns/{ident}/sendTest", "test")
    def test(self, request: Request, ident: str) -> Reply:
        """Send a test to people who are known contacts."""
        campaign = self.campaign(ident)
        people = self.wanted(request, {"emailTo": [str]}).get("emailTo", [])
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
    def send(self, request: Request, ident: str) -> Reply:
        """Send a campaign now."""
        campaign = self.campaign(ident)
        self.wanted(request, {})
        if campaign.stage not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}:
            raise Refused(400, "The campaign was sent or is being sent.", code="campaign_sent")
        if not campaign.data.get("htmlContent") or not self.recipients(campaign):
            raise Refused(400, "The campaign has no content, or no recipients.", code="missing_parameter")
        self.begin(campaign)
        return Reply(204)

    @route("PUT", "/emailCampaigns/{ident}/status", _becomes)
    def status(self, request: Request, ident: str) -> Reply:
        """Take a schedule back, or suspend."""
        campaign = self.campaign(ident)
        words = ("suspended", "archive", "darchive", "sent", "queued", "replicate", "replicateTemplate", "draft")
        status = self.wanted(request, {"status!": words})["status"]
        was_sent = self.world.dispatch(ident) is not None
        if status == "draft" and campaign.stage in {CampaignStatus.SCHEDULED, CampaignStatus.PAUSED} and not was_sent:
            self.touch(campaign).stage, campaign.due = CampaignStatus.DRAFT, None
        elif status == "suspended" and campaign.stage is CampaignStatus.SCHEDULED:
            self.touch(campaign).stage, campaign.due = CampaignStatus.PAUSED, None
        elif status == "suspended" and campaign.stage is CampaignStatus.SENDING:
            self.stop(campaign, CampaignStatus.PAUSED)
        else:
            words_now = f"A campaign that is {WORDS[campaign.stage]} cannot become {status}."
            raise Refused(400, words_now, code="bad_request")
        return Reply(204)

    def _check(self, data: dict[str, Any]) -> None:
        sender = data["sender"]
        if ("email" in sender) == ("id" in sender):
            raise MisfitError([SchemaError("sender", SchemaProblem.WRONG, "has either an email or an id")])
        if sender.get("id", 1) != 1 or sender.get("email", self.crowd.sender_email) != self.crowd.sender_email:
            raise Refused(400, "Sender is invalid / inactive", code="invalid_parameter")
        if "htmlContent" in data and not 10 < len(data["htmlContent"]) < 1_000_000:
            raise MisfitError(
                [SchemaError("htmlContent", SchemaProblem.WRONG, "is not between 10 characters and 1 MB")]
            )
        if not {"htmlContent", "htmlUrl", "templateId"} & set(data):
            raise MisfitError([SchemaError("htmlContent", SchemaProblem.MISSING, "is required")])
        self.groups(data)

    def _put_off(self, campaign: Campaign, text: str) -> None:
        when = read_moment(text)
        if when is None or when <= self.world.now():
            raise MisfitError([SchemaError("scheduledAt", SchemaProblem.WRONG, "is not a date-time to come")])
        if not campaign.data.get("recipients", {}).get("listIds"):
            raise MisfitError(
                [SchemaError("recipients.listIds", SchemaProblem.MISSING, "is required with scheduledAt")]
            )
        self.touch(campaign).stage, campaign.due = CampaignStatus.SCHEDULED, when

    def _shown(self, campaign: Campaign) -> dict[str, Any]:
        data, dispatch, gone = campaign.data, self.world.dispatch(campaign.id), self.world.gone(campaign.id)
        numbers = {
            "sent": gone, "delivered": gone - gone // 30, "viewed": gone, "uniqueViews": gone // 2,
            "clickers": gone // 4, "uniqueClicks": gone // 5, "softBounces": gone // 40, "hardBounces": gone // 60,
            "unsubscriptions": gone // 50, "complaints": 0, "trackableViews": gone // 2,
        }  # fmt: skip
        shown = {
            **{name: value for name, value in data.items() if name != "recipients"}, "id": int(campaign.id),
            "type": "classic", "status": WORDS[campaign.stage], "createdAt": zulu_moment(campaign.made),
            "modifiedAt": zulu_moment(campaign.changed), "replyTo": data.get("replyTo", ""), "header": "", "footer": "",
            "testSent": any(one.campaign == campaign.id for one in self.world.trials),
            "recipients": {
                # the description names no segments here: to which one it goes cannot be read back
                "lists": data.get("recipients", {}).get("listIds", []), "exclusionLists": [],
            },
            "statistics": {"globalStats": numbers, "campaignStats": [], "remaining": 0, "mirrorClick": 0, **NO_DETAILS},
            "shareLink": f"https://share.example.org/{campaign.id}",
        }  # fmt: skip
        if campaign.due:
            shown["scheduledAt"] = zulu_moment(campaign.due)
        if dispatch and dispatch.ended and campaign.stage is CampaignStatus.SENT:
            shown["sentDate"] = zulu_moment(dispatch.ended)
        return shown
