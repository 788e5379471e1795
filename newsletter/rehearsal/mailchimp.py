"""Mailchimp, as its Marketing API 3.0 describes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.mailchimp_account import PAGE, MailchimpAccount
from newsletter.rehearsal.mailchimp_conditions import saved_options, website_number
from newsletter.rehearsal.sample_contacts import Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import plain_text
from newsletter.rehearsal.state import Campaign, CampaignStatus, Mail
from newsletter.rehearsal.timestamps import offset_moment, read_moment

WORDS = {
    CampaignStatus.DRAFT: "save",
    CampaignStatus.SCHEDULED: "schedule",
    CampaignStatus.SENDING: "sending",
    CampaignStatus.SENT: "sent",
    CampaignStatus.PAUSED: "paused",
    CampaignStatus.CANCELLED: "canceled",
}
SETTINGS = {
    "subject_line": str, "preview_text": str, "title": str, "from_name": str, "reply_to": str, "to_name": str,
    "use_conversation": bool, "folder_id": str, "authenticate": bool, "auto_footer": bool, "inline_css": bool,
    "auto_tweet": bool, "auto_fb_post": [str], "fb_comments": bool, "template_id": int,
}  # fmt: skip
CAMPAIGN = {
    "recipients": {
        "list_id!": str,
        "segment_opts": {"saved_segment_id": int, "match": ("any", "all"), "conditions": [dict]},
    },
    "settings": SETTINGS,
    "tracking": {"opens": bool, "html_clicks": bool, "text_clicks": bool, "google_analytics": str, "ecomm360": bool,
                 "clicktale": str, "goal_tracking": bool},
    "social_card": {"title": str, "description": str, "image_url": str},
}  # fmt: skip


class Mailchimp(MailchimpAccount):
    """Campaigns in two steps, settings and content; ready or not by its own checklist; schedules on quarter hours."""

    def title_of(self, campaign: Campaign) -> str:
        """Return the internal title."""
        return str(campaign.data["settings"].get("title", ""))

    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return where the HTML is."""
        return campaign.data["content"], "html"

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the list, in the saved segment, or of whom the conditions hold, everybody once."""
        return list({one.email: one for one in self.chosen(campaign.data)}.values())

    def mail(self, campaign: Campaign) -> Mail:
        """Return the mail; without an unsubscribe link Mailchimp adds its own footer."""
        settings, content = campaign.data["settings"], campaign.data["content"]
        html, text = content.get("html", ""), content.get("plain_text", "")
        if "*|UNSUB|*" not in html:
            html += '<p><a href="*|UNSUB|*">unsubscribe from this list</a></p>'
        address = settings.get("reply_to", "")
        return Mail(
            settings.get("subject_line", ""), html, text, settings.get("from_name", ""), address, address,
            settings.get("preview_text", ""),
        )  # fmt: skip

    @route("GET", "/campaigns", "find", query=f"{PAGE} type status list_id folder_id sort_field sort_dir "
           "since_create_time before_create_time since_send_time before_send_time")  # fmt: skip
    def campaigns(self, request: Request) -> Reply:
        """List the campaigns."""
        status, audience = request.one("status"), request.one("list_id")
        shown = [self._shown(one) for one in self.world.campaigns.values()]
        since = read_moment(request.one("since_create_time"))
        items = [
            one
            for one in shown
            if status in {"", one["status"]}
            and audience in {"", one["recipients"].get("list_id")}
            and request.one("type", "regular") == "regular"
            and (since is None or self.world.campaigns[one["id"]].made >= since)
        ]
        if request.one("sort_dir") == "DESC":
            items.reverse()
        return self.page(request, "campaigns", items)

    @route("POST", "/campaigns", "create")
    def create(self, request: Request) -> Reply:
        """Make a campaign, without content."""
        body = self.wanted(request, {**CAMPAIGN, "type!": ("regular", "plaintext")})
        if "recipients" in body:
            self.chosen(body)
        data = {"recipients": {}, "settings": {}, "tracking": {}, **body, "content": {}}
        return Reply(200, self._shown(self.make(self.new_id(), data)))

    def new_id(self) -> str:
        """Return an identifier of ten hexadecimal digits."""
        return f"{self.world.number() * 0x9E3779B1 & 0xFFFFFFFFFF:010x}"

    @route("GET", "/campaigns/{ident}", "state", "read", query="fields exclude_fields")
    def campaign_shown(self, request: Request, ident: str) -> Reply:
        """Return a campaign."""
        return self.some(request, self._shown(self.campaign(ident)))

    @route("PATCH", "/campaigns/{ident}", "update")
    def update(self, request: Request, ident: str) -> Reply:
        """Change a campaign's settings."""
        campaign = self._draft(ident)
        body = self.wanted(request, CAMPAIGN)
        if "recipients" in body:
            self.chosen(body)
            campaign.data["recipients"] = body["recipients"]
        for part in ("settings", "tracking"):
            campaign.data[part] = {**campaign.data[part], **body.get(part, {})}
        return Reply(200, self._shown(self.touch(campaign)))

    @route("DELETE", "/campaigns/{ident}", "delete")
    def remove(self, request: Request, ident: str) -> Reply:
        """Delete a campaign."""
        del self.world.campaigns[self._draft(ident).id]
        return Reply(204)

    @route("GET", "/campaigns/{ident}/content", "read", query="fields exclude_fields")
    def content(self, request: Request, ident: str) -> Reply:
        """Return the content as it is held."""
        content = self.campaign(ident).data["content"]
        return self.some(request, {**content, "archive_html": content.get("html", "")})

    @route("PUT", "/campaigns/{ident}/content", "content")
    def set_content(self, request: Request, ident: str) -> Reply:
        """Set the content; plain text is made where none is given."""
        campaign = self._draft(ident)
        body = self.wanted(request, {"html": str, "plain_text": str})
        html = body.get("html", "")
        campaign.data["content"] = {"html": html, "plain_text": body.get("plain_text") or plain_text(html)}
        self.touch(campaign)
        return Reply(200, {**campaign.data["content"], "archive_html": html})

    @route("GET", "/campaigns/{ident}/send-checklist", "ready", query="fields exclude_fields")
    def checklist(self, request: Request, ident: str) -> Reply:
        """Say whether a campaign can go, and why not."""
        items = self._checks(self.campaign(ident))
        return self.some(request, {"is_ready": all(one["type"] != "error" for one in items), "items": items})

    @route("POST", "/campaigns/{ident}/actions/test", "test")
    def test(self, request: Request, ident: str) -> Reply:
        """Send a test."""
        campaign = self.campaign(ident)
        body = self.wanted(request, {"test_emails!": [str], "send_type!": ("html", "plaintext")})
        if not body["test_emails"] or not campaign.data["content"].get("html"):
            raise Refused(400, "The test could not be sent: the campaign has no content, or nobody to send it to.")
        self.try_out(campaign, body["test_emails"])
        return Reply(204)

    @route("POST", "/campaigns/{ident}/actions/schedule", "schedule")
    def schedule(self, request: Request, ident: str) -> Reply:
        """Schedule a campaign on a quarter of an hour; the refusal gives no reason, as the real one does not."""
        campaign = self.campaign(ident)
        batch = {"batch_delay!": int, "batch_count!": int}
        body = self.wanted(request, {"schedule_time!": str, "timewarp": bool, "batch_delivery": batch})
        when = read_moment(body["schedule_time"])
        if when is None:
            raise MisfitError([SchemaError("schedule_time", SchemaProblem.WRONG, "is not a date-time with its zone")])
        fits = when.minute % 15 == 0 and when.second == 0 and when.microsecond == 0 and when > self.world.now()
        if campaign.stage is not CampaignStatus.DRAFT or not fits or not self._is_ready(campaign):
            raise Refused(400, "This campaign cannot be scheduled: .")
        self.touch(campaign).stage, campaign.due = CampaignStatus.SCHEDULED, when
        return Reply(204)

    @route("POST", "/campaigns/{ident}/actions/unschedule", "unschedule")
    def unschedule(self, request: Request, ident: str) -> Reply:
        """Make a scheduled campaign a draft again."""
        campaign = self.campaign(ident)
        self.wanted(request, {})
        if campaign.stage is not CampaignStatus.SCHEDULED:
            raise Refused(400, "This campaign is not scheduled.")
        self.touch(campaign).stage, campaign.due = CampaignStatus.DRAFT, None
        return Reply(204)

    @route("POST", "/campaigns/{ident}/actions/send", "send")
    def send(self, request: Request, ident: str) -> Reply:
        """Send a campaign that is ready."""
        campaign = self.campaign(ident)
        self.wanted(request, {})
        if campaign.stage not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}:
            raise Refused(400, "Campaign already sent or sending.")
        if not self._is_ready(campaign):
            raise Refused(400, "Your Campaign is not ready to send. Please see the checklist.")
        self.begin(campaign)
        return Reply(204)

    @route("POST", "/campaigns/{ident}/actions/cancel-send", "cancel")
    def cancel(self, request: Request, ident: str) -> Reply:
        """Stop a campaign on its way."""
        campaign = self.campaign(ident)
        if campaign.stage not in {CampaignStatus.SENDING, CampaignStatus.PAUSED}:
            raise Refused(400, "This campaign is not sending.")
        self.stop(campaign, CampaignStatus.CANCELLED)
        return Reply(204)

    @route("GET", "/reports/{ident}", "report", query="fields exclude_fields")
    def report(self, request: Request, ident: str) -> Reply:
        """Say what came of a campaign that was sent."""
        dispatch = self.world.dispatch(self.campaign(ident).id)
        if dispatch is None:
            raise Refused(404, "The requested resource could not be found.")
        gone = dispatch.gone
        opens, clicks = gone // 2, gone // 5
        return self.some(request, {
            "id": ident, "campaign_title": dispatch.name, "type": "regular", "emails_sent": gone, "abuse_reports": 0,
            "unsubscribed": gone // 50, "send_time": offset_moment(dispatch.at),
            "bounces": {"hard_bounces": gone // 60, "soft_bounces": gone // 40, "syntax_errors": 0},
            "opens": {"opens_total": opens * 2, "unique_opens": opens, "open_rate": 0.5},
            "clicks": {"clicks_total": clicks * 2, "unique_clicks": clicks + 1, "unique_subscriber_clicks": clicks},
        })  # fmt: skip

    def _draft(self, identifier: str) -> Campaign:
        campaign = self.campaign(identifier)
        if campaign.stage not in {CampaignStatus.DRAFT, CampaignStatus.PAUSED}:
            raise Refused(400, "This campaign cannot be changed: it is scheduled, or was sent.")
        return campaign

    def _is_ready(self, campaign: Campaign) -> bool:
        return all(one["type"] != "error" for one in self._checks(campaign))

    def _checks(self, campaign: Campaign) -> list[dict[str, Any]]:
        settings, recipients = campaign.data["settings"], campaign.data["recipients"]
        verified = settings.get("reply_to", "").rpartition("@")[2] == self.crowd.sender_email.rpartition("@")[2]
        wanted = [
            ("Audience", bool(recipients.get("list_id")) and bool(self.recipients(campaign)), "Choose an audience."),
            ("Subject", bool(settings.get("subject_line")), "Write a subject line."),
            ("From name", bool(settings.get("from_name")), "Write who it is from."),
            ("Reply-to", bool(settings.get("reply_to")), "Give an address for replies."),
            ("Sender", verified, "Verify the domain of the sender's address."),
            ("Content", bool(campaign.data["content"].get("html")), "Design an HTML email."),
        ]
        return [
            {"id": number, "type": "success" if good else "error", "heading": heading, "details": "" if good else words}
            for number, (heading, good, words) in enumerate(wanted, 1)
        ]

    def _whom(self, campaign: Campaign) -> dict[str, Any]:
        """Return the recipients as they are told: a saved segment's conditions come with it."""
        recipients: dict[str, Any] = campaign.data["recipients"]
        if "saved_segment_id" not in recipients.get("segment_opts", {}):
            return recipients
        return {
            **recipients,
            "segment_opts": {**recipients["segment_opts"], **saved_options(self.target(campaign.data))},
        }

    def _shown(self, campaign: Campaign) -> dict[str, Any]:
        dispatch = self.world.dispatch(campaign.id)
        number = website_number(campaign.id)
        when = campaign.due or (dispatch.at if dispatch else None)
        return {
            "id": campaign.id, "web_id": number, "type": campaign.data.get("type", "regular"),
            "create_time": offset_moment(campaign.made), "archive_url": f"https://eepurl.example.org/{campaign.id}",
            "long_archive_url": f"https://archive.example.org/{campaign.id}", "status": WORDS[campaign.stage],
            "emails_sent": self.world.gone(campaign.id), "send_time": offset_moment(when), "content_type": "html",
            "recipients": self._whom(campaign), "settings": campaign.data["settings"],
            "tracking": campaign.data["tracking"],
        }  # fmt: skip
