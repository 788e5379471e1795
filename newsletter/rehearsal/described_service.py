"""A rehearsed provider with a description: its key, its fixed answers, how it lists things and shows a campaign."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from abc import ABC
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from newsletter.rehearsal.facts import filled, read_facts, routes_in, value_at
from newsletter.rehearsal.http_messages import MisfitError, Refused, Reply, Request
from newsletter.rehearsal.sample_contacts import Group
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem, Shape
from newsletter.rehearsal.service import Service, plain_text, uuid_of
from newsletter.rehearsal.state import Campaign, CampaignStatus, Mail
from newsletter.rehearsal.timestamps import offset_moment, read_moment, zulu_moment

DRAFT, SCHEDULED, SENDING, SENT, PAUSED, CANCELLED = CampaignStatus


def wrong(field: str, words: str) -> MisfitError:
    """Return the error that a field is not as it must be."""
    return MisfitError([SchemaError(field, SchemaProblem.WRONG, words)])


def missing(field: str, words: str = "is required") -> MisfitError:
    """Return the error that a field is missing."""
    return MisfitError([SchemaError(field, SchemaProblem.MISSING, words)])


def body_field(request: Request, name: str) -> str:
    """Return a field of the request's JSON as text; empty where there is none."""
    body = request.json()
    return str(body.get(name) or "") if isinstance(body, dict) else ""


def named_by(field: str, calls: Mapping[str, str], other: str) -> Callable[[Request], str]:
    """Return what names the call that a request is, by a field of its JSON."""
    return lambda request: calls.get(body_field(request, field), other)


class DescribedService(Service, ABC):
    """A provider whose fixed parts stand in `descriptions/NAME.yaml`; what changes state is a method with a `route`."""

    facts: ClassVar[Mapping[str, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.facts = read_facts(cls.name)
        cls.title, cls.keys, cls.names = cls.facts["title"], cls.facts["keys"], cls.facts["merge_tags"]
        cls.base_path, cls.settings = cls.facts.get("base_path", ""), cls.facts.get("settings", {})
        cls.routes = (*cls.routes, *routes_in(cls.facts, "answer_fixed"))

    # --- requests -------------------------------------------------------------------------------------------------

    def admits(self, request: Request) -> bool:
        """Compare the key's header with the forms that the description allows; Basic credentials are decoded."""
        header = request.headers.get(self.facts.get("key_header", "authorization"), "")
        kind, _, given = header.partition(" ")
        if kind == "Basic":
            try:
                header = f"Basic {base64.b64decode(given).decode()}"
            except (binascii.Error, UnicodeDecodeError):
                return False
        return any(fnmatchcase(header, form.format(*self.keys.values())) for form in self.facts["key_forms"])

    def asked(self, request: Request, shape: str, *needed: str, **more: Shape) -> Any:
        """Return the request's JSON, of a shape of the description; `needed` are the fields that it must have here."""
        fields = {**self.facts["shapes"][shape], **more}
        return self.wanted(request, {f"{name}!" if name in needed else name: one for name, one in fields.items()})

    def answer_fixed(self, request: Request, spec: Mapping[str, Any], **path: str) -> Reply:
        """Answer from the description: a fixed body, one page of lists, segments or pictures, or one campaign."""
        if "does" in spec:
            return self._act(request, spec, self.campaign(path["ident"]))
        if "rows" not in spec:
            return self.reply(request, filled(spec["reply"], self._account()))
        rows: list[dict[str, Any]]
        if spec["rows"] == "pictures":
            rows = [{**one, "link": link} for link, one in self.world.pictures.items()]
        elif spec["rows"] == "account":
            rows = [self._account()]
        else:
            groups = self.crowd.lists if spec["rows"] == "lists" else self.crowd.segments
            rows = [self.group_values(one, place) for place, one in enumerate(groups, 1)]
        return self.page(request, [filled(spec["row"], one) for one in rows], *spec.get("page", ()))

    def _act(self, request: Request, spec: Mapping[str, Any], campaign: Campaign) -> Reply:
        """Show a campaign or its numbers; or delete, unschedule or cancel it where its state allows that."""
        if "allowed" in spec:
            stages = [CampaignStatus(one) for one in spec["allowed"].split()]
            self.need(campaign, spec["refusal"], *stages, status=spec.get("refused", 400))
        if spec["does"] in {"show", "report"}:
            shown = self.shown(campaign) if spec["does"] == "show" else self.report_of(campaign)
            return self.reply(request, self.wrapped(shown))
        values = self.campaign_values(campaign)
        if spec["does"] == "delete":
            del self.world.campaigns[campaign.id]
        elif spec["does"] == "unschedule":
            self.become_draft(campaign)
        else:
            self.stop(campaign, CANCELLED)
        return Reply(200, filled(spec["reply"], values)) if "reply" in spec else Reply(204)

    def wrapped(self, shown: Any) -> Any:
        """Return what is around a single object in an answer."""
        return shown

    def reply(self, request: Request, body: Any) -> Reply:
        """Return a body as it is; some providers leave out what was not asked for."""
        return Reply(200, body)

    def page(self, request: Request, items: list[Any], *how: Any) -> Reply:
        """Return one page of a list, in the provider's own form."""
        raise NotImplementedError

    def _account(self) -> dict[str, Any]:
        name, address = self.crowd.sender_name, self.crowd.sender_email
        domain = address.rpartition("@")[2]
        contacts = len({one.email for group in self.crowd.lists for one in group.active})
        return {"sender_name": name, "sender_email": address, "domain": domain, "domain_id": uuid_of(domain),
                "contacts": contacts}  # fmt: skip

    def group_id(self, group: Group) -> Any:
        """Return the provider's identifier of a list or a segment."""
        return group.number

    def group_values(self, group: Group, place: int) -> dict[str, Any]:
        """Return what can be told of a list or a segment."""
        active, everyone = len(group.active), len(group.readers)
        parent = self.group_id(self.crowd.lists[group.of - 1]) if group.of else None
        return {"id": self.group_id(group), "name": group.name, "place": place, "active": active, "everyone": everyone,
                "gone": everyone - active, "uuid": uuid_of(group.name), "parent": parent}  # fmt: skip

    # --- campaigns ------------------------------------------------------------------------------------------------

    def title_of(self, campaign: Campaign) -> str:
        """Return the name that people see in the provider's list of campaigns."""
        return str(value_at(campaign.data, self.facts["title_at"]) or "")

    def html_of(self, campaign: Campaign) -> tuple[dict[str, Any], str]:
        """Return the part of a campaign's data that holds its HTML, and under which name."""
        parts, _, name = self.facts["mail"]["html"].rpartition(".")
        return (value_at(campaign.data, parts) if parts else campaign.data), name

    def mail(self, campaign: Campaign) -> Mail:
        """Return what a campaign would send."""
        return self.mail_of(campaign.data)

    def mail_of(self, data: Mapping[str, Any]) -> Mail:
        """Return what a campaign with this data would send; what the provider adds by itself is added."""
        part = {name: value_at(data, path) or "" for name, path in self.facts["mail"].items()}
        html, add = self.finished(part["html"], data), self.facts.get("way_out", {})
        if add and add["tag"] not in html:
            html += add["footer"]
        name, address = parseaddr(part.get("from", ""))
        replies = part.get("reply_to", "")
        return Mail(
            part["subject"], html, part.get("text") or plain_text(html),
            part.get("sender_name") or name or self.crowd.sender_name,
            part.get("sender_email") or address or self.crowd.sender_email,
            replies if isinstance(replies, str) else next(iter(replies), ""), part.get("preheader", ""),
        )  # fmt: skip

    def finished(self, html: str, data: Mapping[str, Any]) -> str:  # noqa: D102 - for one that has templates
        return html

    def need(self, campaign: Campaign, words: str, *allowed: CampaignStatus, status: int = 400, code: str = "") -> None:
        """Refuse unless a campaign is in one of these states."""
        if campaign.stage not in allowed:
            raise Refused(status, words, code=code)

    def become_draft(self, campaign: Campaign) -> None:
        """Make a campaign a draft that has no time."""
        self.touch(campaign).stage, campaign.due = DRAFT, None

    def put_off(self, campaign: Campaign, when: dt.datetime) -> None:
        """Schedule a campaign."""
        self.touch(campaign).stage, campaign.due = SCHEDULED, when

    def later(self, text: object, field: str, words: str) -> dt.datetime:
        """Read a moment to come; raise MisfitError where it is none."""
        when = read_moment(text)
        if when is None or when <= self.world.now():
            raise wrong(field, words)
        return when

    def campaign_values(self, campaign: Campaign) -> dict[str, Any]:
        """Return what can be told of a campaign; moments in the provider's form, None where there is none."""
        dispatch, gone = self.world.dispatch(campaign.id), self.world.gone(campaign.id)
        write = zulu_moment if self.facts.get("moments") == "zulu" else offset_moment
        ended = dispatch.ended if dispatch else None
        began = dispatch.at if dispatch else None
        moments = {"made": campaign.made, "changed": campaign.changed, "due": campaign.due, "began": began,
                   "ended": ended, "when": campaign.due or began}  # fmt: skip
        return {
            "id": campaign.id, "number": int(campaign.id) if campaign.id.isdigit() else 0,
            "status": self.facts["states"].get(campaign.stage), "uuid": uuid_of(f"campaign {campaign.id}"),
            "tested": any(one.campaign == campaign.id for one in self.world.trials),
            **{name: write(one) if one else self.facts.get("no_moment") for name, one in moments.items()},
            "people": len(dispatch.people) if dispatch else 0, "gone": gone, "delivered": gone - gone // 30,
            "opens": gone // 2, "clickers": gone // 4, "clicks": gone // 5, "soft": gone // 40, "hard": gone // 60,
            "bounces": gone // 40 + gone // 60, "left": gone // 50,
        }  # fmt: skip

    def report_of(self, campaign: Campaign) -> Any:
        """Return a campaign's numbers, as the description has them."""
        return filled(self.facts["report"], self.campaign_values(campaign))

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        """Return a campaign as the provider shows it: its data, and around it what the description has."""
        values = self.campaign_values(campaign)
        return {**self.facts.get("defaults", {}), **campaign.data, **filled(self.facts["shown"], values)}
