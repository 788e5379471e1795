"""Mailchimp: campaigns in two steps, settings and content; a checklist of its own; schedules on quarter hours."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

from newsletter.rehearsal.described_service import (
    DRAFT,
    PAUSED,
    SCHEDULED,
    DescribedService,
    wrong,
)
from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.mailchimp_conditions import chosen, is_tag, name_of, saved_options, sent_to, website_number
from newsletter.rehearsal.sample_contacts import Group, Reader
from newsletter.rehearsal.schema_check import SchemaError
from newsletter.rehearsal.service import group_of, plain_text
from newsletter.rehearsal.state import Campaign
from newsletter.rehearsal.tag_languages import STARS
from newsletter.rehearsal.timestamps import read_moment

SOME = "fields exclude_fields"
PAGE = f"{SOME} count offset"
TITLES = {
    400: "Bad Request",
    401: "API Key Invalid",
    403: "Forbidden",
    404: "Resource Not Found",
    429: "Too Many Requests",
}
INVALID = "The resource submitted could not be validated. For field-specific details, see the 'errors' array."


def list_id(group: Group) -> str:
    """Return a list's identifier."""
    return f"a1b2c3{group.number:04d}"


class Mailchimp(DescribedService):
    """Mailchimp's Marketing API 3.0."""

    name = "mailchimp"
    language = STARS

    def refusal(self, no: Refused) -> Reply:
        """Return a problem document."""
        return self._problem(no.status, TITLES.get(no.status, "Internal Server Error"), no.words)

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Return the problem document for an invalid resource, with the fields."""
        errors = [{"field": one.field, "message": f"{one.field or 'The body'} {one.words}"} for one in found]
        return self._problem(400, "Invalid Resource", INVALID, errors=errors)

    def too_many(self) -> Reply:
        """Name no time to wait: Mailchimp does not."""
        return self._problem(429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections.")

    def no_credit(self) -> Reply:
        """Answer 403, which is how Mailchimp says that the plan lacks it."""
        return self._problem(403, "Forbidden", "Your plan does not include this feature.")

    def _problem(self, status: int, title: str, detail: str, **more: Any) -> Reply:
        kind = "https://mailchimp.com/developer/marketing/docs/errors/"
        body = {"type": kind, "title": title, "status": status, "detail": detail, "instance": self.uuid(), **more}
        return Reply(status, body, content_type="application/problem+json")

    def reply(self, request: Request, body: Any) -> Reply:
        """Keep only what the `fields` parameter names, where there is one."""
        wanted = [path.split(".") for part in request.query.get("fields", ()) for path in part.split(",")]
        return Reply(200, _pruned(body, wanted) if wanted else body)

    def page(self, request: Request, items: list[Any], *how: Any, **more: Any) -> Reply:
        """Return one page of a list, whose name is given."""
        count, offset = request.number("count", 10, most=1000), request.number("offset", 0)
        return self.reply(request, {how[0]: items[offset : offset + count], **more, "total_items": len(items)})

    def new_id(self) -> str:
        """Return an identifier of ten hexadecimal digits."""
        return f"{self.world.number() * 0x9E3779B1 & 0xFFFFFFFFFF:010x}"

    # --- audiences ------------------------------------------------------------------------------------------------

    def group_id(self, group: Group) -> Any:
        """Return a list's identifier, or a segment's number."""
        return group.number if group.of else list_id(group)

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the list, in the saved segment, or of whom the conditions hold, everybody once."""
        return list({one.email: one for one in self._chosen(campaign.data)}.values())

    def _target(self, data: dict[str, Any]) -> Group:
        """Return the audience, or the segment of it, that a campaign names."""
        recipients = data.get("recipients") or {}
        found = group_of(self.crowd.lists, recipients.get("list_id"), list_id)
        if found is None:
            raise wrong("recipients.list_id", "is not one of your audiences")
        saved = recipients.get("segment_opts", {}).get("saved_segment_id")
        parts = [one for one in self.crowd.segments if one.of == found.number]
        segment = found if saved is None else group_of(parts, saved, self.group_id)
        if segment is None:
            raise wrong("recipients.segment_opts.saved_segment_id", "is not a segment of this audience")
        return segment

    def _chosen(self, data: dict[str, Any]) -> list[Reader]:
        """Return those whom a campaign is for: an audience, a segment of it, or those of whom its conditions hold."""
        people, options = list(self._target(data).active), data["recipients"].get("segment_opts", {})
        if "saved_segment_id" in options or not options.get("conditions"):
            return people
        return chosen(self.world, self.crowd, people, options)

    def _segments(self, audience: str, number: str = "") -> list[Group]:
        group = group_of(self.crowd.lists, audience, list_id)
        parts = [one for one in self.crowd.segments if group and one.of == group.number]
        found = [one for one in parts if number in {"", str(one.number)}]
        if group is None or (number and not found):
            raise Refused(404, "The requested resource could not be found.")
        return found

    def _described(self, group: Group, audience: str) -> dict[str, Any]:
        kind = "static" if is_tag(group) else "saved"
        return {"id": group.number, "name": group.name, "member_count": len(group.active), "list_id": audience,
                "type": kind, "options": saved_options(group)}  # fmt: skip

    @route("GET", "/lists/{audience}/segments", "segments", query=f"{PAGE} type include_cleaned include_unsubscribed")
    def _list_segments(self, request: Request, audience: str) -> Reply:
        every = [self._described(one, audience) for one in self._segments(audience)]
        items = [one for one in every if request.one("type") in {"", one["type"]}]
        return self.page(request, items, "segments", list_id=audience)

    @route("GET", "/lists/{audience}/segments/{number}", "segment", query=SOME)
    def _segment(self, request: Request, audience: str, number: str) -> Reply:
        return self.reply(request, self._described(self._segments(audience, number)[0], audience))

    @route("GET", "/lists/{audience}/segments/{number}/members", "readers", query=PAGE)
    def _segment_members(self, request: Request, audience: str, number: str) -> Reply:
        people = self._segments(audience, number)[0].active
        return self.page(request, [_person(one) for one in people], "members", list_id=audience)

    @route("GET", "/lists/{audience}/members", "readers", query=f"{PAGE} status")
    def _members(self, request: Request, audience: str) -> Reply:
        self._segments(audience)
        group = group_of(self.crowd.lists, audience, list_id)
        found = [_person(one) for one in (group.readers if group else ())]
        items = [one for one in found if request.one("status") in {"", one["status"]}]
        return self.page(request, items, "members", list_id=audience)

    @route("POST", "/file-manager/files", "upload")
    def _upload(self, request: Request) -> Reply:
        body = self.asked(request, "file", "name", "file_data")
        try:
            data = base64.b64decode(body["file_data"], validate=True)
        except binascii.Error:
            raise wrong("file_data", "is not base64") from None
        link = self.picture(body["name"], "", len(data))
        return Reply(200, {"id": self.world.numbers, "name": body["name"], "full_size_url": link, "size": len(data)})

    # --- campaigns ------------------------------------------------------------------------------------------------

    @route("GET", "/campaigns", "find", query=f"{PAGE} type status list_id folder_id sort_field sort_dir "
           "since_create_time before_create_time since_send_time before_send_time")  # fmt: skip
    def _campaigns(self, request: Request) -> Reply:
        status, audience = request.one("status"), request.one("list_id")
        since = read_moment(request.one("since_create_time"))
        items = [
            shown
            for one in self.world.campaigns.values()
            if (shown := self.shown(one))
            and status in {"", shown["status"]}
            and audience in {"", shown["recipients"].get("list_id")}
            and request.one("type", "regular") == "regular"
            and (since is None or one.made >= since)
        ]
        return self.page(request, items[::-1] if request.one("sort_dir") == "DESC" else items, "campaigns")

    @route("POST", "/campaigns", "create")
    def _create(self, request: Request) -> Reply:
        body = self.asked(request, "campaign", "type", type=("regular", "plaintext"))
        if "recipients" in body:
            self._chosen(body)
        data = {"recipients": {}, "settings": {}, "tracking": {}, **body, "content": {}}
        return Reply(200, self.shown(self.make(self.new_id(), data)))

    @route("PATCH", "/campaigns/{ident}", "update")
    def _update(self, request: Request, ident: str) -> Reply:
        campaign, body = self._open(ident), self.asked(request, "campaign")
        if "recipients" in body:
            self._chosen(body)
            campaign.data["recipients"] = body["recipients"]
        for part in ("settings", "tracking"):
            campaign.data[part] = {**campaign.data[part], **body.get(part, {})}
        return Reply(200, self.shown(self.touch(campaign)))

    @route("GET", "/campaigns/{ident}/content", "read", query=SOME)
    def _content(self, request: Request, ident: str) -> Reply:
        content = self.campaign(ident).data["content"]
        return self.reply(request, {**content, "archive_html": content.get("html", "")})

    @route("PUT", "/campaigns/{ident}/content", "content")
    def _set_content(self, request: Request, ident: str) -> Reply:
        """Set the content; plain text is made where none is given."""
        campaign, body = self._open(ident), self.asked(request, "content")
        html = body.get("html", "")
        content = {"html": html, "plain_text": body.get("plain_text") or plain_text(html)}
        self.touch(campaign).data["content"] = content
        return Reply(200, {**content, "archive_html": html})

    @route("GET", "/campaigns/{ident}/send-checklist", "ready", query=SOME)
    def _checklist(self, request: Request, ident: str) -> Reply:
        items = self._checks(self.campaign(ident))
        return self.reply(request, {"is_ready": all(one["type"] != "error" for one in items), "items": items})

    @route("POST", "/campaigns/{ident}/actions/test", "test")
    def _test(self, request: Request, ident: str) -> Reply:
        campaign, body = self.campaign(ident), self.asked(request, "test", "test_emails", "send_type")
        if not body["test_emails"] or not campaign.data["content"].get("html"):
            raise Refused(400, "The test could not be sent: the campaign has no content, or nobody to send it to.")
        self.try_out(campaign, body["test_emails"])
        return Reply(204)

    @route("POST", "/campaigns/{ident}/actions/schedule", "schedule")
    def _schedule(self, request: Request, ident: str) -> Reply:
        """Schedule a campaign on a quarter of an hour; the refusal gives no reason, as the real one does not."""
        campaign, when = (
            self.campaign(ident),
            read_moment(self.asked(request, "schedule", "schedule_time")["schedule_time"]),
        )
        if when is None:
            raise wrong("schedule_time", "is not a date-time with its zone")
        fits = when.minute % 15 == 0 and when.second == 0 and when.microsecond == 0 and when > self.world.now()
        if campaign.stage is not DRAFT or not fits or not self._is_ready(campaign):
            raise Refused(400, "This campaign cannot be scheduled: .")
        self.put_off(campaign, when)
        return Reply(204)

    @route("POST", "/campaigns/{ident}/actions/send", "send")
    def _send(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        self.wanted(request, {})
        self.need(campaign, "Campaign already sent or sending.", DRAFT, SCHEDULED)
        if not self._is_ready(campaign):
            raise Refused(400, "Your Campaign is not ready to send. Please see the checklist.")
        self.begin(campaign)
        return Reply(204)

    @route("GET", "/reports/{ident}", "report", query=SOME)
    def _report(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        if self.world.dispatch(ident) is None:
            raise Refused(404, "The requested resource could not be found.")
        return self.reply(request, self.report_of(campaign))

    @route("GET", "/reports/{ident}/click-details", "clicks", query=f"{PAGE} sort_field sort_dir")
    def _clicks(self, request: Request, ident: str) -> Reply:
        """Return the links of the content, each with fewer clicks than the one before."""
        html = str(self.campaign(ident).data["content"].get("html", ""))
        links = list(dict.fromkeys(re.findall(r'href="(https?://[^"]+)"', html)))
        items = [
            {"id": str(number), "url": unescape(link), "unique_clicks": max(0, len(links) - number)}
            for number, link in enumerate(links)
        ]
        return self.page(request, items, "urls_clicked", campaign_id=ident)

    @route("GET", "/reports/{ident}/sent-to", "recipients", query=PAGE)
    def _sent_to(self, request: Request, ident: str) -> Reply:
        there = sent_to(self.world, self.campaign(ident).id)
        items = [
            {"email_id": name_of(one), "email_address": one.email, "status": "sent", "campaign_id": ident}
            for one in self.crowd.readers
            if one.email in there
        ]
        return self.page(request, items, "sent_to", campaign_id=ident)

    def _open(self, identifier: str) -> Campaign:
        campaign = self.campaign(identifier)
        self.need(campaign, "This campaign cannot be changed: it is scheduled, or was sent.", DRAFT, PAUSED)
        return campaign

    def _is_ready(self, campaign: Campaign) -> bool:
        return all(one["type"] != "error" for one in self._checks(campaign))

    def _checks(self, campaign: Campaign) -> list[dict[str, Any]]:
        """Return Mailchimp's checklist of a campaign."""
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

    def campaign_values(self, campaign: Campaign) -> dict[str, Any]:
        """Return what can be told of a campaign, with its title as it was sent."""
        dispatch = self.world.dispatch(campaign.id)
        return super().campaign_values(campaign) | {"title": dispatch.name if dispatch else ""}

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        """Return a campaign; a saved segment's conditions are told with it."""
        recipients = dict(campaign.data["recipients"])
        options = recipients.get("segment_opts", {})
        if "saved_segment_id" in options:
            recipients["segment_opts"] = {**options, **saved_options(self._target(campaign.data))}
        shown = {name: value for name, value in super().shown(campaign).items() if name != "content"}
        return {"type": "regular", **shown, "web_id": website_number(campaign.id), "recipients": recipients}


def _person(one: Reader) -> dict[str, Any]:
    status = "subscribed" if one.subscribed else "unsubscribed"
    return {"id": name_of(one), "email_address": one.email, "status": status}


def _pruned(value: Any, wanted: list[list[str]]) -> Any:
    if any(not path for path in wanted):
        return value
    if isinstance(value, list):
        return [_pruned(one, wanted) for one in value]
    if not isinstance(value, dict):
        return value
    parts = {name: [path[1:] for path in wanted if path[0] == name] for name in value}
    return {name: _pruned(value[name], rest) for name, rest in parts.items() if rest}
