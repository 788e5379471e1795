"""Mailjet's campaign drafts, as its API v3 describes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.mailjet_account import PAGE, MailjetAccount
from newsletter.rehearsal.sample_contacts import Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem, Shape
from newsletter.rehearsal.service import plain_text, union
from newsletter.rehearsal.state import Campaign, CampaignStatus, Mail
from newsletter.rehearsal.timestamps import offset_moment, read_moment

DRAFT, PROGRAMMED, SENT = 0, 1, 2
NUMBERS = {CampaignStatus.DRAFT: DRAFT, CampaignStatus.SCHEDULED: PROGRAMMED, CampaignStatus.SENDING: PROGRAMMED}
CAMPAIGN: dict[str, Shape] = {
    "Locale": str, "Sender": str, "SenderEmail": str, "SenderName": str, "Subject": str, "ContactsListID": int,
    "SegmentationID": int, "Title": str, "ReplyEmail": str, "EditMode": ("tool2", "html2", "mjml"), "TemplateID": int,
    "IsTextPartIncluded": bool,
}  # fmt: skip
CONTENT: dict[str, Shape] = {"Html-part": str, "Text-part": str, "MJMLContent": str, "Headers": dict}
NEEDED = ("Locale", "Sender", "SenderEmail", "Subject", "ContactsListID")


class Mailjet(MailjetAccount):
    """Drafts and their content in two steps; states are numbers; counts are sometimes texts."""

    def title_of(self, campaign: Campaign) -> str:
        """Return the draft's title."""
        return str(campaign.data.get("Title", ""))

    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return where the HTML is."""
        return campaign.data["content"], "Html-part"

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the list, or those of them in the segmentation."""
        return union([self.group(campaign.data)])

    def mail(self, campaign: Campaign) -> Mail:
        """Return the mail; an omitted part is empty."""
        data, content = campaign.data, campaign.data["content"]
        html = content.get("Html-part", "")
        return Mail(
            data.get("Subject", ""), html, content.get("Text-part", "") or plain_text(html),
            data.get("SenderName", ""), data.get("SenderEmail", ""), data.get("ReplyEmail", ""),
        )  # fmt: skip

    @route("GET", "/v3/REST/campaigndraft", "find",
           query=f"{PAGE} Status Subject IsArchived IsDeleted EditMode IsCampaign Modified")  # fmt: skip
    def drafts(self, request: Request) -> Reply:
        """List the drafts, those that were sent too."""
        items = [self._shown(one) for one in self.world.campaigns.values()]
        status = request.one("Status")
        if request.one("Sort", "ID") == "ID+DESC" or request.one("Sort") == "ID DESC":
            items.reverse()
        return self.page(request, [one for one in items if status in {"", str(one["Status"])}])

    @route("POST", "/v3/REST/campaigndraft", "create")
    def create(self, request: Request) -> Reply:
        """Make a draft, without content."""
        body = self.wanted(request, {**CAMPAIGN, **{f"{name}!": CAMPAIGN[name] for name in NEEDED}})
        self.group(body)
        return self.data([self._shown(self.make(self.new_id(), {**body, "content": {}}))], status=201)

    @route("GET", "/v3/REST/campaigndraft/{ident}", "state", "read")
    def shown(self, request: Request, ident: str) -> Reply:
        """Return a draft."""
        return self.data([self._shown(self.campaign(ident))])

    @route("PUT", "/v3/REST/campaigndraft/{ident}", "update")
    def update(self, request: Request, ident: str) -> Reply:
        """Change a draft."""
        campaign = self._draft(ident)
        body = self.wanted(request, CAMPAIGN)
        self.group({**campaign.data, **body})
        self.touch(campaign).data.update(body)
        return self.data([self._shown(campaign)])

    @route("GET", "/v3/REST/campaigndraft/{ident}/detailcontent", "read")
    def content(self, request: Request, ident: str) -> Reply:
        """Return the content."""
        content = self.campaign(ident).data["content"]
        return self.data([{"Html-part": "", "Text-part": "", "MJMLContent": "", "Headers": {}, **content}])

    @route("POST", "/v3/REST/campaigndraft/{ident}/detailcontent", "content")
    def set_content(self, request: Request, ident: str) -> Reply:
        """Set the content: a part that is not given is emptied."""
        campaign = self._draft(ident)
        self.touch(campaign).data["content"] = self.wanted(request, CONTENT)
        return self.data([campaign.data["content"]], status=201)

    @route("PUT", "/v3/REST/campaigndraft/{ident}/detailcontent", "content")
    def change_content(self, request: Request, ident: str) -> Reply:
        """Change the content: a part that is not given is kept."""
        campaign = self._draft(ident)
        self.touch(campaign).data["content"].update(self.wanted(request, CONTENT))
        return self.data([campaign.data["content"]])

    @route("POST", "/v3/REST/campaigndraft/{ident}/test", "test")
    def test(self, request: Request, ident: str) -> Reply:
        """Send a test."""
        campaign = self.campaign(ident)
        people = self.wanted(request, {"Recipients!": [{"Email!": str, "Name": str}]})["Recipients"]
        self._check_content(campaign)
        if not people:
            raise MisfitError([SchemaError("Recipients", SchemaProblem.WRONG, "is empty")])
        self.try_out(campaign, [one["Email"] for one in people])
        return self.data([{"Status": "Draft"}], status=201)

    @route("GET", "/v3/REST/campaigndraft/{ident}/schedule", "state")
    def hour(self, request: Request, ident: str) -> Reply:
        """Say when a draft goes."""
        campaign = self.campaign(ident)
        if campaign.due is None:
            raise Refused(404, "Object not found", code="Not Found")
        return self.data([{"Date": offset_moment(campaign.due), "Status": "programmed"}])

    @route("POST", "/v3/REST/campaigndraft/{ident}/schedule", "schedule")
    def schedule(self, request: Request, ident: str) -> Reply:
        """Schedule a draft."""
        return self._put_off(request, self._draft(ident), status=201)

    @route("PUT", "/v3/REST/campaigndraft/{ident}/schedule", "schedule")
    def reschedule(self, request: Request, ident: str) -> Reply:
        """Give another hour to one that is scheduled."""
        campaign = self.campaign(ident)
        if campaign.stage is not CampaignStatus.SCHEDULED:
            raise Refused(400, "The campaign is not scheduled.", code="Bad Request")
        return self._put_off(request, campaign, status=200)

    @route("DELETE", "/v3/REST/campaigndraft/{ident}/schedule", "unschedule")
    def unschedule(self, request: Request, ident: str) -> Reply:
        """Make a scheduled one a draft again."""
        campaign = self.campaign(ident)
        if campaign.stage is not CampaignStatus.SCHEDULED:
            raise Refused(400, "The campaign is not scheduled.", code="Bad Request")
        self.touch(campaign).stage, campaign.due = CampaignStatus.DRAFT, None
        return Reply(204)

    @route("POST", "/v3/REST/campaigndraft/{ident}/send", "send")
    def send(self, request: Request, ident: str) -> Reply:
        """Send a draft now."""
        campaign = self.campaign(ident)
        self.wanted(request, {})
        if campaign.stage not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}:
            raise Refused(400, "The campaign was sent already.", code="Bad Request")
        self._check_content(campaign)
        self.begin(campaign)
        return self.data([{"Status": "programmed"}], status=201)

    @route("GET", "/v3/REST/statcounters", "report", query=f"{PAGE} CounterSource CounterTiming CounterResolution "
           "SourceID SourceIDs CampaignID FromTS ToTS")  # fmt: skip
    def counters(self, request: Request) -> Reply:
        """Say what came of a campaign; its own number is not that of its draft."""
        for name, wanted in (
            ("CounterSource", "Campaign"),
            ("CounterTiming", "Message"),
            ("CounterResolution", "Lifetime"),
        ):
            if request.one(name) != wanted:
                raise MisfitError([SchemaError(name, SchemaProblem.WRONG, f"is not {wanted}")])
        source = request.one("SourceID") or request.one("CampaignID")
        sent = next((one for one in self.world.dispatches if str(_campaign_number(one.campaign)) == source), None)
        gone = sent.gone if sent else 0
        row = {
            "SourceID": _campaign_number(sent.campaign) if sent else 0,
            "MessageSentCount": gone, "MessageOpenedCount": gone // 2,
            "MessageClickedCount": gone // 5, "MessageHardBouncedCount": gone // 60,
            "MessageSoftBouncedCount": gone // 40, "MessageUnsubscribedCount": gone // 50, "MessageSpamCount": 0,
            "MessageBlockedCount": 0, "MessageQueuedCount": 0, "Total": gone,
        }  # fmt: skip
        return self.data([row] if sent else [])

    def _draft(self, ident: str) -> Campaign:
        campaign = self.campaign(ident)
        if campaign.stage is not CampaignStatus.DRAFT:
            raise Refused(400, "Only a draft can be changed.", code="Bad Request")
        return campaign

    def _check_content(self, campaign: Campaign) -> None:
        if campaign.data["SenderEmail"] != self.crowd.sender_email:
            raise Refused(400, "The sender is not valid.", code="Bad Request")
        if not (campaign.data["content"].get("Html-part") or campaign.data["content"].get("Text-part")):
            raise Refused(400, "The campaign has no content.", code="Bad Request")
        if len(self.recipients(campaign)) < 2:
            raise Refused(400, "The list has not more than one active subscriber.", code="Bad Request")

    def _put_off(self, request: Request, campaign: Campaign, *, status: int) -> Reply:
        when = read_moment(self.wanted(request, {"Date!": str})["Date"])
        if when is None or when <= self.world.now():
            raise MisfitError([SchemaError("Date", SchemaProblem.WRONG, "is not a moment to come with its offset")])
        self._check_content(campaign)
        self.touch(campaign).stage, campaign.due = CampaignStatus.SCHEDULED, when
        return self.data([{"Date": offset_moment(when), "Status": "programmed"}], status=status)

    def _shown(self, campaign: Campaign) -> dict[str, Any]:
        dispatch = self.world.dispatch(campaign.id)
        number = _campaign_number(campaign.id) if dispatch else 0
        return {
            **{name: value for name, value in campaign.data.items() if name != "content"}, "ID": int(campaign.id),
            "Status": NUMBERS.get(campaign.stage, SENT), "CampaignID": number,
            "CreatedAt": offset_moment(campaign.made), "ModifiedAt": offset_moment(campaign.changed),
            "Url": f"https://view.example.org/{campaign.id}",
            "DeliveredAt": offset_moment(dispatch.ended if dispatch else None),
        }  # fmt: skip


def _campaign_number(draft: str) -> int:
    return 700_000 + int(draft)
