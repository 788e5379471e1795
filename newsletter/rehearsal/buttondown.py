"""Buttondown: emails that are sent at once unless they say draft; tags instead of lists; states changed by PATCH."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.rehearsal.described_service import DRAFT, SCHEDULED, DescribedService, body_field, missing, named_by
from newsletter.rehearsal.http_messages import Refused, Reply, Request, route
from newsletter.rehearsal.sample_contacts import Group, Reader
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.service import uuid_of
from newsletter.rehearsal.state import Campaign
from newsletter.rehearsal.tag_languages import CURLY
from newsletter.rehearsal.timestamps import offset_moment, read_moment

PAGE_SIZE = 20
STATUS_CALLS = {"scheduled": "schedule", "about_to_send": "send", "draft": "unschedule"}
ERROR_TYPES = {
    SchemaProblem.MISSING: "missing",
    SchemaProblem.UNKNOWN: "extra_forbidden",
    SchemaProblem.WRONG: "type_error",
}


def _creates(request: Request) -> str:
    """Name the call that making an email is: unless it says draft, it is sent."""
    return "create" if body_field(request, "status") in {"draft", "scheduled"} else "send"


class Buttondown(DescribedService):
    """Buttondown's API v1."""

    name = "buttondown"
    language = CURLY

    def refusal(self, no: Refused) -> Reply:
        """Return a code and a detail."""
        return Reply(no.status, {"code": no.code, "detail": no.words, "metadata": {}})

    def misfit(self, found: Sequence[SchemaError]) -> Reply:
        """Name every field that is wrong, and where it stands."""
        detail = [
            {"type": ERROR_TYPES[one.lack], "loc": ["body", *one.field.split(".")], "msg": f"{one.field} {one.words}"}
            for one in found
        ]
        return Reply(422, {"detail": detail})

    def page(self, request: Request, items: list[Any], *how: Any) -> Reply:
        """Return one page of a list, with the address of the next."""
        page = request.number("page", 1, least=1)
        start = (page - 1) * PAGE_SIZE
        rest = "&".join(f"{n}={v}" for n, values in request.query.items() for v in values if n != "page")
        here = f"{self.context.address}{request.path}?{rest + '&' if rest else ''}page="
        more = start + PAGE_SIZE < len(items)
        return Reply(200, {"results": items[start : start + PAGE_SIZE], "count": len(items),
                           "next": f"{here}{page + 1}" if more else None,
                           "previous": f"{here}{page - 1}" if page > 1 else None})  # fmt: skip

    def new_id(self) -> str:
        """Return an identifier of its kind."""
        return f"em_{self.uuid().replace('-', '')[:26]}"

    def group_id(self, group: Group) -> str:
        """Return a tag's identifier."""
        return f"tag_{uuid_of(f'tag {group.number}')}"

    def recipients(self, campaign: Campaign) -> Sequence[Reader]:
        """Return all subscribers, or those whose tags the filters name."""
        filters, chosen = campaign.data.get("filters", {}), self.crowd.lists[0].active
        tests = [self._holders(one) for one in filters.get("filters", [])]
        if not tests:
            return chosen
        meets = all if filters["predicate"] == "and" else any
        return [reader for reader in chosen if meets(reader.email in holders for holders in tests)]

    def _holders(self, rule: dict[str, Any]) -> set[str]:
        """Return the addresses of those whom a filter means."""
        tag = next((group for group in self.crowd.segments if self.group_id(group) == rule["value"]), None)
        known = rule["field"] in {"subscriber.tags", "tags"} and rule["operator"] in {"contains", "equals"}
        if tag is None or not known:
            raise Refused(400, "The filter names a tag that does not exist.", code="tag_invalid")
        return {reader.email for reader in tag.readers}

    @route("GET", "/subscribers", "audiences", "segments", query="type -type tag -tag page ordering")
    def _subscribers(self, request: Request) -> Reply:
        kinds, tags = request.query.get("type", []), request.query.get("tag", [])
        tagged = [group for group in self.crowd.segments if self.group_id(group) in tags or group.name in tags]
        emails = {reader.email for group in tagged for reader in group.readers}
        items: list[dict[str, Any]] = [
            {"id": f"sub_{uuid_of(one.email)[:8]}", "email_address": one.email, "tags": [], "metadata": one.columns,
             "type": "regular" if one.subscribed else "unsubscribed"}
            for one in self.crowd.lists[0].readers
            if not tags or one.email in emails
        ]  # fmt: skip
        return self.page(request, [one for one in items if not kinds or one["type"] in kinds])

    @route("POST", "/images", "upload")
    def _upload(self, request: Request) -> Reply:
        file = request.files().get("image")
        if file is None:
            raise missing("image")
        link = self.picture(file.name, file.content_type, len(file.data))
        now = offset_moment(self.world.now())
        return Reply(201, {"id": f"img_{self.world.numbers}", "creation_date": now, "image": link, "metadata": {}})

    @route("GET", "/emails", "find", query="status -status page ordering excluded_fields source subject ids "
           "creation_date__start creation_date__end archival_mode")  # fmt: skip
    def _emails(self, request: Request) -> Reply:
        wanted, unwanted = request.query.get("status", []), request.query.get("-status", [])
        left_out = {name for part in request.query.get("excluded_fields", []) for name in part.split(",")}
        items = [
            {name: value for name, value in one.items() if name not in left_out}
            for one in map(self.shown, self.world.campaigns.values())
            if (not wanted or one["status"] in wanted)
            and one["status"] not in unwanted
            and request.one("subject").casefold() in one["subject"].casefold()
        ]
        return self.page(request, items[::-1] if request.one("ordering").startswith("-") else items)

    @route("POST", "/emails", _creates)
    def _create(self, request: Request) -> Reply:
        """Make an email, and send it at once unless it says draft."""
        body = self.asked(request, "email", "subject")
        self._check(body)
        status, when = body.pop("status", "about_to_send"), body.pop("publish_date", None)
        slug = body.get("slug")
        if slug and any(one.data.get("slug") == slug for one in self.world.campaigns.values()):
            raise Refused(400, "An email with these identifiers already exists.", code="email_duplicate")
        self._confirm(request, status)
        made = self.make(self.new_id(), body)
        if status != "draft":
            self._become(made, status, when, "scheduled", "about_to_send")
        return Reply(201, self.shown(made))

    @route("PATCH", "/emails/{ident}", named_by("status", STATUS_CALLS, "update"))
    def _update(self, request: Request, ident: str) -> Reply:
        made, body = self.campaign(ident), self.asked(request, "email")
        self._check(body)
        status, when = body.pop("status", None), body.pop("publish_date", None)
        self.need(made, "An email that was sent cannot be changed like this.", DRAFT, SCHEDULED, code="status_invalid")
        self._confirm(request, status)
        self.touch(made).data.update(body)
        if status:
            self._become(made, status, when, "draft", "scheduled", "about_to_send")
        return Reply(200, self.shown(made))

    @route("POST", "/emails/{ident}/send-draft", "test")
    def _test(self, request: Request, ident: str) -> Reply:
        made, people = self.campaign(ident), self.asked(request, "test").get("recipients", [])
        if not people:
            raise Refused(400, "There is nobody to send the draft to.", code="email_invalid")
        self.try_out(made, people)
        return Reply(200)

    @route("POST", "/emails/{ident}/publish", "send")
    def _publish(self, request: Request, ident: str) -> Reply:
        made = self.campaign(ident)
        self.asked(request, "email")
        self._confirm(request, "about_to_send")
        self._become(made, "about_to_send", None, "about_to_send")
        return Reply(200, self.shown(made))

    def _check(self, body: dict[str, Any]) -> None:
        if not 1 <= len(body.get("subject", "-")) <= 2000:
            raise Refused(400, "The subject must have from 1 to 2000 characters.", code="subject_invalid")
        if body.get("body", "").lstrip().startswith("---"):
            raise Refused(400, "The body begins with front matter.", code="body_contains_frontmatter")
        for one in body.get("filters", {}).get("filters", []):
            self._holders(one)

    def _confirm(self, request: Request, status: str | None) -> None:
        is_confirmed = request.headers.get("x-buttondown-live-dangerously") == "true"
        if status == "about_to_send" and not is_confirmed and not self.world.dispatches:
            words = "The first email that a key sends must be confirmed with X-Buttondown-Live-Dangerously: true."
            raise Refused(400, words, code="sending_requires_confirmation")

    def _become(self, made: Campaign, status: str, when: str | None, *allowed: str) -> None:
        if status not in allowed or made.stage not in {DRAFT, SCHEDULED}:
            raise Refused(400, f"An email cannot become {status} like this.", code="status_invalid")
        if status == "about_to_send":
            self.begin(made)
        elif status == "draft":
            if made.stage is SCHEDULED and when != "none":
                raise Refused(400, "The date must be taken away with the word none.", code="publish_date_invalid")
            self.become_draft(made)
        else:
            moment = read_moment(when)
            if moment is None or moment <= self.world.now():
                code = "publish_date_invalid" if when else "publish_date_missing"
                raise Refused(400, "A scheduled email needs a date to come.", code=code)
            self.put_off(made, moment)

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        """Return an email; it has numbers once it was sent."""
        return super().shown(campaign) | {"analytics": self.report_of(campaign) if self._was_sent(campaign) else None}

    def _was_sent(self, made: Campaign) -> bool:
        return self.world.dispatch(made.id) is not None
