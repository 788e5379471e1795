"""SendGrid: single sends of its Marketing Campaigns, over its HTTP interface (version 3).

A single send names its sender and its unsubscribe group by numbers, which are looked up here. Lists and segments of a
single send add up, so that one that goes to a segment names no list. Its template language is Handlebars.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import Field, model_validator

from newsletter.errors import DoubtError, UnavailableError, UnsupportedError
from newsletter.model.api_address import ApiAddress
from newsletter.model.audience import Audience, Segment
from newsletter.model.campaign import Message
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.fields import FrozenModel, Link
from newsletter.model.merge_tags import BuiltInTag, fill
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent, RemoteState
from newsletter.providers.campaign import (
    CampaignProvider,
    Feature,
    Limits,
    PartialSends,
    ProviderInfo,
    ReadBackTolerance,
    Secret,
    carries,
    labelled,
    only_one,
    utc_now,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.handlebars import dialects
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiError, ApiProfile, ApiResponse, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_str

if TYPE_CHECKING:
    import requests

TITLE = "SendGrid"
KEY = Secret(
    "NEWSLETTER_SENDGRID_KEY",
    "an API key with full access to Marketing and to Mail Send (SendGrid: Settings → API Keys)",
)
SENDS = "/v3/marketing/singlesends"
EVERYBODY = "all"
PER_PAGE = 50
LONGEST_NAME = 100

# a single send is never said to be finished: triggered is the last that is heard of it
_STATES = {"draft": RemoteState.DRAFT, "scheduled": RemoteState.SCHEDULED, "triggered": RemoteState.SENT}
_SPENT = "credits exceeded"
_HINTS = {
    _SPENT: "The account has reached its limit. Change your plan, or wait until it can send again.",
    "authorization grant|wrong credentials": (
        f"Check the key in {KEY.variable}: it may be wrong, deleted, or from another account."
    ),
    "sender identity|sender_id": "Verify the sender in SendGrid: Marketing → Senders.",
    "access forbidden|permission|scope": f"The key in {KEY.variable} needs full access to Marketing and to Mail Send.",
    "suppression_group|unsubscribe": (
        "Check the unsubscribe groups in SendGrid, and set `suppression_group` in newsletter.yaml to one of them."
    ),
    "list_ids|segment_ids|send_to": "The list or segment may be empty, or deleted in SendGrid.",
    "send_at": "Choose a later time.",
    "handlebars|pars(e|ing)": "SendGrid cannot read the text as a template. Check the { and } in it.",
    "401": f"Check the key in {KEY.variable}: it may be wrong, deleted, or from another account.",
    "403": f"The key in {KEY.variable} needs full access to Marketing and to Mail Send.",
    "404": "It may have been deleted on SendGrid's website.",
    "413": "The issue is too large for SendGrid: shorten it.",
    "451": "The account's data is kept in another region: check `base_url` in newsletter.yaml.",
}
"""What to do, by words that SendGrid's own hold, or by its status: it has no list of codes."""


class Options(FrozenModel):
    """What the settings say under `sendgrid`."""

    base_url: ApiAddress = Field(
        "https://api.sendgrid.com",
        description="The address of SendGrid's API; accounts in the EU have another one.",
        examples=["https://api.eu.sendgrid.com"],
    )
    sender_id: int | None = Field(
        None,
        description=(
            "The number of the sender in SendGrid, whose name and addresses are then used. If not set, the "
            "sender that matches newsletter.yaml is used."
        ),
        examples=[1234567],
    )
    suppression_group: int | None = Field(
        None,
        description="The number of the unsubscribe group. If not set, the only group is used.",
        examples=[12345],
    )
    unsubscribe_url: Link | None = Field(
        None,
        description="Your own unsubscribe page, used instead of an unsubscribe group.",
        examples=["https://example.org/leave"],
    )

    @model_validator(mode="after")
    def _one_way_to_leave(self) -> Self:
        if self.suppression_group is not None and self.unsubscribe_url is not None:
            message = "set either suppression_group or unsubscribe_url: SendGrid allows only one"
            raise ValueError(message)
        return self


# --- how it writes merge tags -----------------------------------------------------------------------------------------

_HTML, _TEXT = dialects(
    {
        BuiltInTag.FIRST_NAME: "first_name",
        BuiltInTag.LAST_NAME: "last_name",
        BuiltInTag.EMAIL: "email",
        BuiltInTag.VIEW_URL: "Weblink",
    },
    {
        BuiltInTag.UNSUBSCRIBE_URL: "unsubscribe",
        BuiltInTag.PREFERENCES_URL: "unsubscribe_preferences",
    },
)


# --- calls ------------------------------------------------------------------------------------------------------------


def content(draft: CampaignDraft, sender: Any, leaving: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole single send; unless told not to, SendGrid would make the plain text anew."""
    message = draft.message
    return {
        "name": _name(draft),
        "send_to": {
            "list_ids": [] if draft.segment or draft.audience == EVERYBODY else [draft.audience],
            "segment_ids": [draft.segment] if draft.segment else [],
            "all": draft.audience == EVERYBODY and not draft.segment,
        },
        "email_config": {
            "subject": _TEXT.write(message.subject, TITLE),
            "html_content": _HTML.write(message.html, TITLE),
            "plain_content": _TEXT.write(message.text, TITLE),
            "generate_plain_content": False,
            "editor": "code",
            "sender_id": sender,
            "suppression_group_id": None,
            "custom_unsubscribe_url": None,
            **leaving,
        },
    }


def _name(draft: CampaignDraft) -> str:
    """Return the name with our key at its end; a title that is too long is cut, never the key."""
    room = LONGEST_NAME - len(labelled("", draft.key))
    title = draft.title if len(draft.title) <= room else draft.title[: room - 1] + "…"
    return labelled(title, draft.key)


def create(draft: CampaignDraft, sender: Any, leaving: Mapping[str, Any]) -> Call:
    """Return the call that makes a draft."""
    return Call("POST", SENDS, json=content(draft, sender, leaving))


def update(campaign: str, draft: CampaignDraft, sender: Any, leaving: Mapping[str, Any]) -> Call:
    """Return the call that brings the draft up to date."""
    return Call("PATCH", f"{SENDS}/{campaign}", json=content(draft, sender, leaving), repeatable=True)


def set_off(campaign: str, when: dt.datetime | None = None) -> Call:
    """Return the call that sends it now, or at a moment."""
    moment = f"{when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if when else "now"
    return Call("PUT", f"{SENDS}/{campaign}/schedule", json={"send_at": moment})


def single(message: Message, sender: Mapping[str, Any], addresses: Sequence[str]) -> Call:
    """Return the call that sends a test as single emails, one to each; merge tags are filled here.

    SendGrid's own call for tests takes one of its stored templates, and not a single send.
    """
    answer = _replies(sender)
    values: dict[str, str] = {
        BuiltInTag.UNSUBSCRIBE_URL: f"mailto:{quote(answer)}?subject=Unsubscribe",
        BuiltInTag.PREFERENCES_URL: f"mailto:{quote(answer)}?subject=Preferences",
        BuiltInTag.VIEW_URL: "#",
    }
    parts = {"text/plain": fill(message.text, values), "text/html": fill(message.html, values, html.escape)}
    body = {
        "personalizations": [{"to": [{"email": address}]} for address in addresses],
        "from": {name: _from(sender, name) for name in ("email", "name")},
        "reply_to": {"email": answer},
        "subject": fill(message.subject, values),
        "content": [{"type": kind, "value": words} for kind, words in parts.items() if words],
    }
    return Call("POST", "/v3/mail/send", json=body)


def page(path: str, token: str, query: Mapping[str, str]) -> Call:
    """Return the call that asks for the page of a list that a token names."""
    return Call("GET", path, query={**query, "page_size": str(PER_PAGE), **({"page_token": token} if token else {})})


def _next(answer: ApiResponse) -> str:
    """Return the token of the next page; its link itself is never called, for the key would go wherever it leads."""
    link = as_str(as_dict(answer.need_object().get("_metadata")).get("next")) or ""
    try:
        return parse_qs(urlsplit(link).query).get("page_token", [""])[0]
    except ValueError:
        return ""


def _refusal(body: Any) -> ApiError | None:
    rows = body.get("errors") if isinstance(body, dict) else None
    told = [_fault(row) for row in rows] if isinstance(rows, list) else []
    words = "; ".join(one for one in told if one)
    code = next((one for one in _HINTS if not one.isdigit() and re.search(one, words, re.IGNORECASE)), "")
    return ApiError(words, code) if words else None


def _fault(row: object) -> str:
    said = as_dict(row)
    words, place = as_str(said.get("message")) or "", as_str(said.get("field")) or ""
    return f"{place}: {words}" if words and place and place not in words else words


def service(options: Options) -> ApiProfile:
    """Return SendGrid's manners; how many calls it takes it does not say, and its 429 tells."""
    return ApiProfile(
        name=TITLE, base_url=options.base_url, read_refusal=_refusal, hints=_HINTS, pace=0.1, spent={_SPENT}
    )


# --- the adapter ------------------------------------------------------------------------------------------------------


class SendGrid(CampaignProvider):
    """Single sends of a SendGrid account."""

    options = Options
    about = ProviderInfo(
        name="sendgrid",
        title=TITLE,
        features=Feature.SEGMENTS
        | Feature.COUNTS
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.REPLY_TO
        | Feature.TEST
        | Feature.SCHEDULE
        | Feature.UNSCHEDULE
        | Feature.REPORT
        | Feature.READ_BACK,
        limits=Limits(),
        secrets=(KEY,),
        settings={name: str(one.description) for name, one in Options.model_fields.items()},
        needs=DnsRequirements(TITLE, selectors=("s1", "s2"), where="Settings, Sender Authentication"),
        # its own pages offer links 40 % shorter on demand, as these are known to be long: /ls/click?upn= and a key
        adds=Additions(
            once=450,
            per_link=450,
            why="an open-tracking pixel, and a very long address for each link to count clicks",
        ),
        partial=PartialSends(
            fewer=(
                "Its lists also count people who have unsubscribed, so the difference may not all be missing "
                "recipients. The single send's page there shows what was dropped and why. Do not send it again: "
                "those who have it would receive it twice."
            ),
            lag=dt.timedelta(hours=1),
            inexact=0.1,
        ),
        notes=(
            f"An audience is a contact list, or {EVERYBODY}: all contacts.",
            "Its count of a list can include people who have unsubscribed; they are skipped when it sends.",
            "The sender must be verified there, with the same name, address and reply-to address.",
            "Readers unsubscribe with an unsubscribe group, which must exist there, or on your own page.",
            (
                "A test is a single email that newsletter creates: it has the fallback text, and you can "
                "unsubscribe only by email."
            ),
            "The preheader is added as hidden text at the top of the HTML.",
            "Images cannot be uploaded to it through its API.",
            "It cannot stop a send that has started.",
        ),
    )
    dialect = _HTML
    allowance = ReadBackTolerance(
        hosts=("sendgrid.net", "sendgrid.com"),
        notices=("{{{unsubscribe}}}", "{{{unsubscribe_preferences}}}", "{{{weblink}}}"),
    )

    def __init__(self, options: Options, client: HttpClient, *, now: Callable[[], dt.datetime] = utc_now) -> None:
        self._options = options
        self._client = client
        self._now = now

    @classmethod
    def connect(
        cls,
        options: Options,
        secret: Callable[[str], str],
        *,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> Self:
        """Make ready to call; nothing is called yet."""
        key = {"Authorization": f"Bearer {secret(KEY.variable)}"}
        return cls(options, HttpClient(service(options), secret_headers=key, session=session, pause=pause))

    def check(self) -> str:
        """Make sure that the key works; return the verified senders."""
        names = dict.fromkeys(_who(row) for row in self._senders())
        return f"an account that can send as {' and '.join(names)}" if names else "an account without verified senders"

    def audiences(self) -> list[Audience]:
        """List the contact lists and all contacts together, with SendGrid's counts."""
        lists = [
            Audience(id=str(row["id"]), name=str(row.get("name") or ""), count=as_count(row.get("contact_count")))
            for row in self._rows("/v3/marketing/lists", {})
        ]
        total = self._client.call(Call("GET", "/v3/marketing/contacts/count")).need_object()
        everybody = Audience(id=EVERYBODY, name="All contacts", count=as_count(total.get("contact_count")))
        return [*lists, everybody]

    def segments(self, audience: str) -> list[Segment]:
        """List the segments of a list, or those of all contacts; SendGrid gives them on one page."""
        whole = audience == EVERYBODY
        query = {"no_parent_list_id": "true"} if whole else {"parent_list_ids": audience}
        # not in the description, which shows one segment alone, but in wide use
        rows = self._client.call(Call("GET", "/v3/marketing/segments/2.0", query=query)).need_rows(
            "results", having=["id"]
        )
        return [
            Segment(id=str(row["id"]), name=str(row.get("name") or ""), count=as_count(row.get("contacts_count")))
            for row in rows
            if (not row.get("parent_list_ids") if whole else audience in (row.get("parent_list_ids") or ()))
        ]

    def find(self, key: str) -> RemoteCampaign | None:
        """Look through all single sends; SendGrid's search might not yet know one that was just made."""
        found = {str(row["id"]): self._campaign(row) for row in self._rows(SENDS, {}) if carries(row.get("name"), key)}
        return only_one(list(found.values()), key, TITLE)

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft, after its sender and its way to leave were found."""
        sender, leaving = self._sender(draft.message)["id"], self._leaving()
        call = update(existing, draft, sender, leaving) if existing else create(draft, sender, leaving)
        return self._client.call(call).need_id("id")

    def read(self, campaign: str) -> RemoteContent:
        """Read the single send back, and the sender that it names."""
        data = self._get(campaign)
        config, target = as_dict(data.get("email_config")), as_dict(data.get("send_to"))
        sender = next((row for row in self._senders() if row["id"] == config.get("sender_id")), {})
        return RemoteContent(
            subject=as_str(config.get("subject")) or "",
            html=as_str(config.get("html_content")) or "",
            text=as_str(config.get("plain_content")) or "",
            sender_name=_from(sender, "name"),
            sender_email=_folded(_from(sender, "email")),
            reply_to=_folded(_replies(sender)),
            audience=EVERYBODY if target.get("all") is True else _joined(target.get("list_ids")),
            segment=_joined(target.get("segment_ids")),
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft; a segment stands there without its list."""
        config, message = content(draft, 0, {})["email_config"], draft.message
        held = {
            "subject": config["subject"],
            "text": config["plain_content"],
            "sender_email": _folded(message.sender.email),
            "reply_to": _folded(message.reply_to or message.sender.email),
            "audience": "" if draft.segment else draft.audience,
        }
        if self._options.sender_id is not None:
            held |= dict.fromkeys(("sender_name", "sender_email", "reply_to"))
        return super().expected(draft).model_copy(update=held)

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002
        """Send each address a single email with the same content: a single send itself cannot be tried by a program."""
        self._client.call(single(draft.message, self._sender(draft.message), addresses))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._set_off(set_off(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again; raise DoubtError where SendGrid then says that it is something else."""
        self._client.call(Call("DELETE", f"{SENDS}/{campaign}/schedule"))
        now = self.state(campaign)
        if now.state is not RemoteState.DRAFT:
            raise DoubtError(
                f"SendGrid was asked to turn it back into a draft but reports it as {now.raw_state}.",
                hint="Check the single send on SendGrid's website.",
            )

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._set_off(set_off(campaign))

    def cancel(self, campaign: str) -> None:  # noqa: ARG002 - the interface's
        """Refuse: SendGrid has no way to stop a single send on its way."""
        self.needs(Feature.CANCEL, "stop a single send that has started")

    def state(self, campaign: str) -> RemoteCampaign:
        """Ask for the single send."""
        return self._campaign(self._get(campaign))

    def report(self, campaign: str) -> CampaignReport:
        """Ask for its numbers; there are none before it went, and for a while after."""
        rows = [
            as_dict(row.get("stats"))
            for row in self._rows(f"/v3/marketing/stats/singlesends/{campaign}", {"aggregated_by": "total"}, "results")
        ]

        def total(*names: str) -> int | None:
            counts = [count for row in rows for name in names if (count := as_count(row.get(name))) is not None]
            return sum(counts) if counts else None

        return CampaignReport(
            sent=total("requests"),
            left_out=total("bounce_drops", "spam_report_drops", "invalid_emails"),
            delivered=total("delivered"),
            opens=total("unique_opens"),
            clicks=total("unique_clicks"),
            hard_bounces=total("bounces"),
            unsubscribes=total("unsubscribes"),
            complaints=total("spam_reports"),
        )

    def upload(self, name: str, content_type: str, data: bytes) -> str:  # noqa: ARG002 - the interface's
        """Refuse: SendGrid stores no pictures for programs."""
        self.needs(Feature.UPLOAD, "store images")
        raise AssertionError

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it; numbers that must be looked up stand in braces."""
        leaving = self._known_leaving() or {"suppression_group_id": "{suppression_group}"}
        return [create(draft, self._options.sender_id or "{sender}", leaving), set_off("{campaign}", when)]

    def _get(self, campaign: str) -> Mapping[str, Any]:
        return self._client.call(Call("GET", f"{SENDS}/{campaign}")).need_object()

    def _set_off(self, call: Call) -> None:
        answer = self._client.call(call)
        if as_dict(answer.json).get("status") == "draft":
            raise DoubtError(
                "SendGrid accepted the send but still reports a draft.",
                hint="Check the single send on SendGrid's website.",
            )

    def _senders(self) -> list[Mapping[str, Any]]:
        rows = self._client.call(Call("GET", "/v3/marketing/senders")).need_rows("results", having=["id"])
        return [row for row in rows if row.get("verified") is True]

    def _sender(self, message: Message) -> Mapping[str, Any]:
        """Find the verified sender that is as the message says, or the one of the settings' number."""
        there = self._senders()
        number, wanted = self._options.sender_id, message.sender
        replies = message.reply_to or wanted.email
        for row in there:
            same = _from(row, "name") == wanted.name and _folded(_from(row, "email")) == _folded(wanted.email)
            if row["id"] == number or (number is None and same and _folded(_replies(row)) == _folded(replies)):
                return row
        sought = f"{wanted.name} <{wanted.email}> with reply-to {replies}" if number is None else f"number {number}"
        known = "; ".join(f"{_who(row)} with reply-to {_replies(row)}: number {row['id']}" for row in there)
        raise UnsupportedError(
            f"SendGrid has no verified sender {sought}.",
            hint=f"Create it under Marketing → Senders, or use an existing one: {known or 'there are none'}.",
        )

    def _known_leaving(self) -> dict[str, Any]:
        if self._options.unsubscribe_url is not None:
            return {"custom_unsubscribe_url": self._options.unsubscribe_url}
        group = self._options.suppression_group
        return {} if group is None else {"suppression_group_id": group}

    def _leaving(self) -> dict[str, Any]:
        """Return how readers leave; which of several groups is never guessed, for each leaves out other people."""
        if known := self._known_leaving():
            return known
        groups = self._client.call(Call("GET", "/v3/asm/groups")).need_rows(having=["id"])
        if len(groups) != 1:
            names = ", ".join(f"{group.get('name')} ({group['id']})" for group in groups)
            raise UnsupportedError(
                f"SendGrid has {len(groups)} unsubscribe groups, and none is selected.",
                hint=f"Set `suppression_group` in newsletter.yaml to one of these numbers: {names}."
                if groups
                else "Create one in SendGrid, under Marketing → Unsubscribe Groups.",
            )
        return {"suppression_group_id": groups[0]["id"]}

    def _rows(self, path: str, query: Mapping[str, str], name: str = "result") -> Iterator[Mapping[str, Any]]:
        """Yield the rows of all pages."""
        token, seen = "", {""}
        while True:
            answer = self._client.call(page(path, token, query))
            yield from answer.need_rows(name, having=["id"])
            token = _next(answer)
            if not token:
                return
            if token in seen:
                raise UnavailableError(
                    "SendGrid returned the same page of a list twice.",
                    hint="Nothing was sent. Try again in a few minutes.",
                )
            seen.add(token)

    def _campaign(self, data: Mapping[str, Any]) -> RemoteCampaign:
        state = _STATES.get(str(data.get("status")), RemoteState.UNKNOWN)
        moment = as_datetime(data.get("send_at"))
        return RemoteCampaign(
            id=str(data.get("id")),
            state=state,
            raw_state=str(data.get("status") or ""),
            scheduled_for=moment if state is RemoteState.SCHEDULED else None,
            sent_at=moment if state is RemoteState.SENT else None,
            admin_url="https://mc.sendgrid.com/single-sends",
        )


def _from(sender: Mapping[str, Any], part: str) -> str:
    return as_str(as_dict(sender.get("from")).get(part)) or ""


def _replies(sender: Mapping[str, Any]) -> str:
    return as_str(as_dict(sender.get("reply_to")).get("email")) or ""


def _who(sender: Mapping[str, Any]) -> str:
    return f"{_from(sender, 'name')} <{_from(sender, 'email')}>"


def _folded(address: str) -> str:
    return address.strip().casefold()


def _joined(identifiers: object) -> str:
    return ", ".join(str(one) for one in identifiers) if isinstance(identifiers, list) else ""
