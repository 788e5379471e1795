"""SendGrid: single sends in one step, the sender by its number, an unsubscribe group needed, `now` to send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.described_service import DRAFT, SCHEDULED, DescribedService, named_by, wrong
from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group, Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import group_of, plain_text, union, uuid_of
from newsletter.rehearsal.state import Campaign, Mail
from newsletter.rehearsal.tag_languages import HANDLEBARS
from newsletter.rehearsal.timestamps import zulu_moment

PAGE = "page_size page_token"
SENDS = "/v3/marketing/singlesends"
LISTED = ("id", "name", "status", "categories", "send_at", "updated_at", "created_at")


def list_id(group: Group) -> str:
    """Return a list's identifier."""
    return uuid_of(f"sendgrid list {group.number}")


def segment_id(group: Group) -> str:
    """Return a segment's identifier."""
    return uuid_of(f"sendgrid segment {group.number}")


class SendGrid(DescribedService):
    """SendGrid's API v3."""

    name = "sendgrid"
    language = HANDLEBARS

    def refusal(self, no: Refused) -> Reply:
        """Return a list of errors."""
        return Reply(no.status, {"errors": [{"message": no.words, "field": no.field or None, "help": None}]})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name every field that is wrong."""
        errors = [
            {"field": one.field, "message": f"{one.field or 'body'} {one.words}", "error_id": f"{one.lack.value}_field"}
            for one in found
        ]
        return Reply(400, {"errors": errors})

    def too_many(self) -> Reply:
        """Return when to come again, in SendGrid's own headers."""
        return Reply(429, super().too_many().json, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"})

    def page(self, request: Request, items: list[Any], *how: Any) -> Reply:
        """Return one page of a list, with the address of the next."""
        size = request.number("page_size", (*how, 50)[0], least=1, most=1000)
        token = request.one("page_token", "0")
        start = int(token) if token.isdigit() else -1
        if not 0 <= start <= len(items):
            raise wrong("page_token", "is not one that was given")
        here = f"{self.context.address}{request.path}?page_size={size}"
        about = {"count": len(items), "self": f"{here}&page_token={start}"}
        if start + size < len(items):
            about["next"] = f"{here}&page_token={start + size}"
        return Reply(200, {"result": items[start : start + size], "_metadata": about})

    def new_id(self) -> str:
        """Return a UUID."""
        return self.uuid()

    def group_id(self, group: Group) -> str:
        """Return the UUID of a list or a segment."""
        return segment_id(group) if group.of else list_id(group)

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return those on the lists and in the segments, or everybody."""
        send_to = campaign.data["send_to"]
        if send_to.get("all"):
            return union(self.crowd.lists)
        wanted = [*send_to.get("list_ids", []), *send_to.get("segment_ids", [])]
        return union([one for one in (*self.crowd.lists, *self.crowd.segments) if self.group_id(one) in wanted])

    @route("GET", "/v3/marketing/segments/2.0", "segments", query="ids parent_list_ids no_parent_list_id")
    def _segments(self, request: Request) -> Reply:
        """List the segments, all of them at once; each has a list."""
        parent, orphans = request.one("parent_list_ids"), request.one("no_parent_list_id") == "true"
        items: list[dict[str, Any]] = [
            {"id": segment_id(one), "name": one.name, "contacts_count": len(one.active), "query_version": "2",
             "parent_list_ids": [list_id(self.crowd.lists[one.of - 1])], "status": {"query_validation": "VALID"}}
            for one in self.crowd.segments
        ]  # fmt: skip
        of_list = [one for one in items if parent in one["parent_list_ids"]]
        return Reply(200, {"results": of_list if parent else [] if orphans else items})

    @route("POST", "/v3/marketing/test/send_email", "test")
    def _test_template(self, request: Request) -> Reply:
        """Test a template, of which there is none: a single send cannot be tested this way."""
        self.asked(request, "test", "template_id", "emails")
        raise Refused(404, "The template does not exist.", field="template_id")

    @route("POST", "/v3/mail/send", "test")
    def _single_mail(self, request: Request) -> Reply:
        """Send a single mail, which is how a test is sent; merge tags stay as they are."""
        body = self.asked(request, "single_mail", "personalizations", "from", "subject", "content")
        sender, parts = body["from"], {one["type"]: one["value"] for one in body["content"]}
        if sender["email"] != self.crowd.sender_email:
            raise Refused(403, "The from address does not match a verified Sender Identity.", field="from")
        kinds = [one["type"] for one in body["content"]]
        if not kinds or kinds != sorted(kinds, reverse=True) or set(kinds) - {"text/plain", "text/html"}:
            raise wrong("content", "must be text/plain first, then text/html")
        people = [one["email"] for group in body["personalizations"] for one in group["to"]]
        mail = Mail(
            body["subject"], parts.get("text/html", ""), parts.get("text/plain", ""), sender.get("name", ""),
            sender["email"], body.get("reply_to", {}).get("email", ""),
        )  # fmt: skip
        now = self.world.now()
        self.try_out(Campaign("", {}, now, now), people, mail)
        return Reply(202)

    @route("GET", SENDS, "find", query=PAGE)
    def _single_sends(self, request: Request) -> Reply:
        return self.page(request, [self._listed(one) for one in self.world.campaigns.values()])

    @route("POST", f"{SENDS}/search", "find", query=PAGE)
    def _search(self, request: Request) -> Reply:
        body = self.asked(request, "search")
        items = [
            one
            for one in map(self._listed, self.world.campaigns.values())
            if body.get("name", "").casefold() in one["name"].casefold()
            and ("status" not in body or one["status"] in body["status"])
            and ("categories" not in body or set(one["categories"]) & set(body["categories"]))
        ]
        return self.page(request, items)

    @route("POST", SENDS, "create")
    def _create(self, request: Request) -> Reply:
        """Make a single send; `send_at` only fills the form in."""
        data = {"categories": [], "send_to": {}, "email_config": {}, **self._body(request)}
        return Reply(201, self.shown(self.make(self.new_id(), self._settled(data))))

    @route("PATCH", f"{SENDS}/{{ident}}", "update")
    def _update(self, request: Request, ident: str) -> Reply:
        """Change a draft; the name must be given each time."""
        campaign, body = self._draft(ident), self._body(request)
        config = {**campaign.data["email_config"], **body.get("email_config", {})}
        self.touch(campaign).data = self._settled({**campaign.data, **body, "email_config": config})
        return Reply(202, self.shown(campaign))

    @route("PUT", f"{SENDS}/{{ident}}/schedule", named_by("send_at", {"now": "send"}, "schedule"))
    def _schedule(self, request: Request, ident: str) -> Reply:
        """Send a draft, at a time or `now`."""
        campaign, text = self._draft(ident), self.asked(request, "schedule", "send_at")["send_at"]
        self._check_ready(campaign)
        when = self.world.now()
        if text == "now":
            self.begin(campaign)
        else:
            when = self.later(text, "send_at", "is neither a date to come nor `now`")
            self.put_off(campaign, when)
        return Reply(201, {"send_at": zulu_moment(when), "status": "scheduled"})

    @route("DELETE", f"{SENDS}/{{ident}}/schedule", "unschedule")
    def _unschedule(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        self.need(campaign, "The single send is not scheduled.", SCHEDULED)
        due = self.campaign_values(campaign)["due"]
        self.become_draft(campaign)
        return Reply(200, {"send_at": due, "status": "draft"})

    @route("GET", "/v3/marketing/stats/singlesends/{ident}", "report",
           query=f"{PAGE} aggregated_by start_date end_date timezone group_by")  # fmt: skip
    def _stats(self, request: Request, ident: str) -> Reply:
        campaign = self.campaign(ident)
        row = {"id": ident, "ab_phase": "all", "ab_variation": "all", "aggregation": "total",
               "stats": self.report_of(campaign)}  # fmt: skip
        rows = [row] if self.world.gone(ident) else []
        return Reply(200, {"results": rows, "_metadata": {"count": len(rows)}})

    def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = self.asked(request, "single_send", "name")
        send_to, config = body.get("send_to", {}), body.get("email_config", {})
        known = {"list_ids": (self.crowd.lists, list_id), "segment_ids": (self.crowd.segments, segment_id)}
        checks = {
            ("name", "must have from 1 to 100 characters"): 1 <= len(body["name"]) <= 100,
            ("email_config.sender_id", "is not the id of a verified sender"): config.get("sender_id") in {None, 1},
            ("email_config.suppression_group_id", "is not one of your groups"): config.get("suppression_group_id")
            in {None, 11},
        }
        for field, (groups, name) in known.items():
            fits = all(group_of(groups, one, name) for one in send_to.get(field, []))
            checks[f"send_to.{field}", "holds an id that does not exist"] = fits
        found = [SchemaError(field, SchemaProblem.WRONG, words) for (field, words), fits in checks.items() if not fits]
        if found:
            raise MisfitError(found)
        return body

    def _settled(self, data: dict[str, Any]) -> dict[str, Any]:
        """Make the plain text anew unless told not to: that is SendGrid's default."""
        config = {"generate_plain_content": True, **data["email_config"]}
        if config["generate_plain_content"]:
            config["plain_content"] = plain_text(config.get("html_content", ""))
        return {**data, "email_config": config}

    def _draft(self, ident: str) -> Campaign:
        campaign = self.campaign(ident)
        self.need(campaign, "Only a draft single send can be changed or scheduled.", DRAFT)
        return campaign

    def _check_ready(self, campaign: Campaign) -> None:
        config = campaign.data["email_config"]
        given = {f"email_config.{name}": config.get(name) for name in ("subject", "html_content", "sender_id")}
        leaving = config.get("suppression_group_id") or config.get("custom_unsubscribe_url")
        given |= {"email_config.suppression_group_id": leaving, "send_to": self.recipients(campaign)}
        lacking = [name for name, value in given.items() if not value]
        if lacking:
            raise MisfitError([SchemaError(name, SchemaProblem.MISSING, "is required to schedule") for name in lacking])

    def _listed(self, campaign: Campaign) -> dict[str, Any]:
        shown = self.shown(campaign)
        return {**{name: shown[name] for name in LISTED}, "abtest": None, "is_abtest": False}

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        """Return a single send; before it is scheduled it has the time that its form was filled in with."""
        when = self.campaign_values(campaign)["when"] or campaign.data.get("send_at")
        return super().shown(campaign) | {"send_at": when}
