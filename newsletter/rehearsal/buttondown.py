"""Buttondown, as its API v1 describes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.buttondown_account import ButtondownAccount
from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Reader
from newsletter.rehearsal.schema_check import Shape
from newsletter.rehearsal.service import plain_text
from newsletter.rehearsal.state import Campaign, CampaignStatus, Mail
from newsletter.rehearsal.timestamps import offset_moment, read_moment

WORDS = {
    CampaignStatus.DRAFT: "draft",
    CampaignStatus.SCHEDULED: "scheduled",
    CampaignStatus.SENDING: "in_flight",
    CampaignStatus.SENT: "sent",
    CampaignStatus.PAUSED: "paused",
    CampaignStatus.CANCELLED: "paused",
}
STATES = ("draft", "managed_by_rss", "about_to_send", "scheduled", "in_flight", "paused", "deleted", "errored", "sent",
          "imported", "throttled", "resending", "transactional", "suppressed")  # fmt: skip
FILTER = {"field!": str, "operator!": str, "value!": str}
EMAIL: dict[str, Shape] = {
    "subject": str, "body": str, "status": STATES, "publish_date": (str, None), "description": str, "image": str,
    "slug": (str, None), "canonical_url": str, "secondary_id": (int, None), "metadata": dict,
    "filters": {"filters!": [FILTER], "groups!": [dict], "predicate!": ("and", "or")},
    "template": ("classic", "custom", "modern", "plaintext", "naked", "none", None), "attachments": [str],
    "archival_mode": ("archive_only", "disabled", "enabled", "enabled_for_paid_subscribers", "enabled_for_subscribers"),
    "commenting_mode": ("disabled", "enabled", "enabled_for_paid_subscribers"), "related_email_ids": [str],
    "email_type": ("public", "private", "premium", "free", "churned", "archival"), "featured": bool,
    "should_trigger_pay_per_email_billing": bool,
}  # fmt: skip
NOT_TAKEN = {"status", "publish_date"}


def _changes(request: Request) -> str:
    """Name the call that a change of an email is, by the state that it asks for."""
    body = request.json()
    status = str(body.get("status")) if isinstance(body, dict) else ""
    return {"scheduled": "schedule", "about_to_send": "send", "draft": "unschedule"}.get(status, "update")


def _makes(request: Request) -> str:
    """Name the call that making an email is: unless it says draft, it is sent."""
    body = request.json()
    return "create" if isinstance(body, dict) and body.get("status") in {"draft", "scheduled"} else "send"


class Buttondown(ButtondownAccount):
    """Emails that are sent at once unless they say draft; no lists, tags instead; states changed by PATCH."""

    def title_of(self, campaign: Campaign) -> str:
        """Return the subject, which is all the name an email has."""
        return str(campaign.data["subject"])

    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return where the HTML is."""
        return campaign.data, "body"

    def new_id(self) -> str:
        """Return an identifier of its kind."""
        return f"em_{self.uuid().replace('-', '')[:26]}"

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return all subscribers, or those whose tags the filters name."""
        chosen = self.crowd.lists[0].active
        filters = campaign.data.get("filters", {})
        tests = [self.holders(one) for one in filters.get("filters", [])]
        if not tests:
            return chosen
        meets = all if filters["predicate"] == "and" else any
        return [reader for reader in chosen if meets(reader.email in holders for holders in tests)]

    def mail(self, campaign: Campaign) -> Mail:
        """Return the mail; sender and plain text are settled in the account."""
        body = campaign.data.get("body", "")
        return Mail(
            campaign.data["subject"], body, plain_text(body), self.crowd.sender_name, self.crowd.sender_email,
            preheader=campaign.data.get("description", ""),
        )  # fmt: skip

    @route("GET", "/emails", "find", query="status -status page ordering excluded_fields source subject ids "
           "creation_date__start creation_date__end archival_mode")  # fmt: skip
    def emails(self, request: Request) -> Reply:
        """List the emails."""
        wanted, unwanted = request.query.get("status", []), request.query.get("-status", [])
        left_out = {name for part in request.query.get("excluded_fields", []) for name in part.split(",")}
        items = [
            one
            for one in map(self._shown, self.world.campaigns.values())
            if (not wanted or one["status"] in wanted)
            and one["status"] not in unwanted
            and request.one("subject").casefold() in one["subject"].casefold()
        ]
        if request.one("ordering", "creation_date").startswith("-"):
            items.reverse()
        return self.page(request, [{n: v for n, v in one.items() if n not in left_out} for one in items])

    @route("POST", "/emails", _makes)
    def create(self, request: Request) -> Reply:
        """Make an email, and send it at once unless it says draft."""
        body = self.wanted(request, {**EMAIL, "subject!": str})
        self._check(body)
        status, when = body.pop("status", "about_to_send"), body.pop("publish_date", None)
        same = [
            one
            for one in self.world.campaigns.values()
            if one.data.get("slug") and one.data["slug"] == body.get("slug")
        ]
        if same:
            raise Refused(400, "An email with these identifiers already exists.", code="email_duplicate")
        if status == "about_to_send" and request.headers.get("x-buttondown-live-dangerously") != "true":
            self._confirm()
        made = self.make(self.new_id(), body)
        if status != "draft":
            self._become(made, status, when, {"scheduled", "about_to_send"})
        return Reply(201, self._shown(made))

    @route("GET", "/emails/{ident}", "state", "read")
    def shown(self, request: Request, ident: str) -> Reply:
        """Return an email."""
        return Reply(200, self._shown(self.campaign(ident)))

    @route("PATCH", "/emails/{ident}", _changes)
    def update(self, request: Request, ident: str) -> Reply:
        """Change an email, or its state."""
        made = self.campaign(ident)
        body = self.wanted(request, EMAIL)
        self._check(body)
        status, when = body.get("status"), body.get("publish_date")
        if made.stage not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}:
            raise Refused(400, "An email that was sent cannot be changed like this.", code="status_invalid")
        if status == "about_to_send" and request.headers.get("x-buttondown-live-dangerously") != "true":
            self._confirm()
        self.touch(made).data.update({name: value for name, value in body.items() if name not in NOT_TAKEN})
        if status:
            self._become(made, status, when, {"draft", "scheduled", "about_to_send"})
        return Reply(200, self._shown(made))

    @route("DELETE", "/emails/{ident}", "delete")
    def remove(self, request: Request, ident: str) -> Reply:
        """Delete an email."""
        del self.world.campaigns[self.campaign(ident).id]
        return Reply(204)

    @route("POST", "/emails/{ident}/send-draft", "test")
    def test(self, request: Request, ident: str) -> Reply:
        """Send a test."""
        made = self.campaign(ident)
        people = self.wanted(request, {"recipients": [str], "subscribers": [str]}).get("recipients", [])
        if not people:
            raise Refused(400, "There is nobody to send the draft to.", code="email_invalid")
        self.try_out(made, people)
        return Reply(200)

    @route("POST", "/emails/{ident}/publish", "send")
    def publish(self, request: Request, ident: str) -> Reply:
        """Send an email now."""
        made = self.campaign(ident)
        self.wanted(request, EMAIL)
        if request.headers.get("x-buttondown-live-dangerously") != "true":
            self._confirm()
        self._become(made, "about_to_send", None, {"about_to_send"})
        return Reply(200, self._shown(made))

    @route("GET", "/emails/{ident}/analytics", "report")
    def analytics(self, request: Request, ident: str) -> Reply:
        """Say what came of an email."""
        return Reply(200, self._numbers(self.campaign(ident)))

    def _check(self, body: dict[str, Any]) -> None:
        if not 1 <= len(body.get("subject", "-")) <= 2000:
            raise Refused(400, "The subject must have from 1 to 2000 characters.", code="subject_invalid")
        if body.get("body", "").lstrip().startswith("---"):
            raise Refused(400, "The body begins with front matter.", code="body_contains_frontmatter")
        for one in body.get("filters", {}).get("filters", []):
            self.holders(one)

    def _confirm(self) -> None:
        if not self.world.dispatches:
            words = "The first email that a key sends must be confirmed with X-Buttondown-Live-Dangerously: true."
            raise Refused(400, words, code="sending_requires_confirmation")

    def _become(self, made: Campaign, status: str, when: str | None, allowed: set[str]) -> None:
        if status not in allowed or made.stage not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}:
            raise Refused(400, f"An email cannot become {status} like this.", code="status_invalid")
        if status == "about_to_send":
            self.begin(made)
        elif status == "draft":
            if made.stage is CampaignStatus.SCHEDULED and when != "none":
                raise Refused(400, "The date must be taken away with the word none.", code="publish_date_invalid")
            self.touch(made).stage, made.due = CampaignStatus.DRAFT, None
        else:
            moment = read_moment(when)
            if moment is None or moment <= self.world.now():
                code = "publish_date_invalid" if when else "publish_date_missing"
                raise Refused(400, "A scheduled email needs a date to come.", code=code)
            self.touch(made).stage, made.due = CampaignStatus.SCHEDULED, moment

    def _numbers(self, made: Campaign) -> dict[str, Any]:
        gone = self.world.gone(made.id)
        return {
            "recipients": gone, "deliveries": gone - gone // 30, "opens": gone // 2, "clicks": gone // 5,
            "temporary_failures": gone // 40, "permanent_failures": gone // 60, "unsubscriptions": gone // 50,
            "complaints": 0, "replies": 0,
        }  # fmt: skip

    def _shown(self, made: Campaign) -> dict[str, Any]:
        dispatch = self.world.dispatch(made.id)
        when = made.due or (dispatch.at if dispatch else None)
        return {
            "body": "", "description": "", "metadata": {}, "slug": None, "image": "", "secondary_id": None,
            "archival_mode": "enabled", "commenting_mode": "enabled", "canonical_url": "", "featured": False,
            "related_email_ids": [], "should_trigger_pay_per_email_billing": False, "template": None,
            "filters": {"filters": [], "groups": [], "predicate": "and"}, **made.data, "id": made.id, "source": "api",
            "status": WORDS[made.stage], "creation_date": offset_moment(made.made),
            "modification_date": offset_moment(made.changed), "publish_date": offset_moment(when) or None,
            "absolute_url": f"https://buttondown.example.org/rehearsal/{made.id}",
            "analytics": self._numbers(made) if dispatch else None,
        }  # fmt: skip
