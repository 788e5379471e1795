"""SendGrid: single sends of its Marketing Campaigns, over its HTTP interface (version 3).

A single send names its sender and its unsubscribe group by numbers, which are looked up here. Lists and segments of a
single send add up, so that one that goes to a segment names no list. Its template language is Handlebars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from newsletter.errors import DoubtError, UnavailableError, UnsupportedError
from newsletter.model.audience import Audience, Segment
from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.provider_campaign import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent, RemoteState
from newsletter.providers import sendgrid_payload as payload
from newsletter.providers.campaign import (
    Feature,
    Limits,
    PartialSends,
    ProviderInfo,
    ReadBackTolerance,
)
from newsletter.providers.capabilities import Additions
from newsletter.providers.http_types import ApiProfile, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_str, sum_counts
from newsletter.providers.rest_campaign import RestCampaignProvider, audience_of, segment_of
from newsletter.providers.sendgrid_payload import KEY, TITLE, Options


class SendGrid(RestCampaignProvider):
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
            f"An audience is a contact list, or {payload.EVERYBODY}: all contacts.",
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
    cancel_words = "stop a single send that has started"
    dialect = payload.HTML
    allowance = ReadBackTolerance(
        hosts=("sendgrid.net", "sendgrid.com"),
        notices=("{{{unsubscribe}}}", "{{{unsubscribe_preferences}}}", "{{{weblink}}}"),
    )

    @classmethod
    def credentials(cls, options: Options, secret: Callable[[str], str]) -> tuple[ApiProfile, Mapping[str, Any]]:
        """Return the API's profile, and the key as its header."""
        return payload.service(options), {"secret_headers": {"Authorization": f"Bearer {secret(KEY.variable)}"}}

    def check(self) -> str:
        """Make sure that the key works; return the verified senders."""
        names = dict.fromkeys(_who(row) for row in self._senders())
        return f"an account that can send as {' and '.join(names)}" if names else "an account without verified senders"

    def audiences(self) -> list[Audience]:
        """List the contact lists and all contacts together, with SendGrid's counts."""
        lists = [audience_of(row, as_count(row.get("contact_count"))) for row in self._rows("/v3/marketing/lists", {})]
        total = self._client.call(Call("GET", "/v3/marketing/contacts/count")).need_object()
        everybody = Audience(id=payload.EVERYBODY, name="All contacts", count=as_count(total.get("contact_count")))
        return [*lists, everybody]

    def segments(self, audience: str) -> list[Segment]:
        """List the segments of a list, or those of all contacts; SendGrid gives them on one page."""
        whole = audience == payload.EVERYBODY
        query = {"no_parent_list_id": "true"} if whole else {"parent_list_ids": audience}
        # not in the description, which shows one segment alone, but in wide use
        rows = self._client.call(Call("GET", "/v3/marketing/segments/2.0", query=query)).need_rows(
            "results", having=["id"]
        )
        return [
            segment_of(row, as_count(row.get("contacts_count")))
            for row in rows
            if (not row.get("parent_list_ids") if whole else audience in (row.get("parent_list_ids") or ()))
        ]

    def named(self, is_ours: Callable[[object], bool]) -> list[RemoteCampaign]:
        """Look through all single sends; SendGrid's search might not yet know one that was just made."""
        rows = self._rows(payload.SENDS, {})
        return list({str(row["id"]): self._campaign(row) for row in rows if is_ours(row.get("name"))}.values())

    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Make or update the draft, after its sender and its way to leave were found."""
        sender, leaving = self._sender(draft.message)["id"], self._leaving()
        call = payload.update(existing, draft, sender, leaving) if existing else payload.create(draft, sender, leaving)
        return self._client.call(call).need_id("id")

    def read(self, campaign: str) -> RemoteContent:
        """Read the single send back, and the sender that it names."""
        data = self._get(campaign)
        config, target = as_dict(data.get("email_config")), as_dict(data.get("send_to"))
        sender = next((row for row in self._senders() if row["id"] == config.get("sender_id")), {})
        chosen = None if self._options.sender_id is None else f"sender {config.get('sender_id')}"
        return RemoteContent(
            subject=as_str(config.get("subject")) or "",
            html=as_str(config.get("html_content")) or "",
            text=as_str(config.get("plain_content")) or "",
            sender_name=payload.from_field(sender, "name"),
            sender_email=chosen or _folded(payload.from_field(sender, "email")),
            reply_to=_folded(payload.reply_address(sender)),
            audience=payload.EVERYBODY if target.get("all") is True else _joined(target.get("list_ids")),
            segment=_joined(target.get("segment_ids")),
        )

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives of this draft; a segment stands there without its list."""
        config, message = payload.content(draft, 0, {})["email_config"], draft.message
        held = {
            "subject": config["subject"],
            "text": config["plain_content"],
            "sender_email": _folded(message.sender.email),
            "reply_to": _folded(message.reply_to or message.sender.email),
            "audience": "" if draft.segment else draft.audience,
        }
        if self._options.sender_id is not None:
            held |= dict.fromkeys(("sender_name", "reply_to"))
            held["sender_email"] = f"sender {self._options.sender_id}"
        return super().expected(draft).model_copy(update=held)

    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:  # noqa: ARG002
        """Send each address a single email with the same content: a single send itself cannot be tried by a program."""
        self._client.call(payload.single(draft.message, self._sender(draft.message), addresses))

    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have it sent at a moment."""
        self.about.limits.check_moment(when, self._now(), TITLE)
        self._set_off(payload.set_off(campaign, when))

    def unschedule(self, campaign: str) -> None:
        """Make it a draft again; raise DoubtError where SendGrid then says that it is something else."""
        self._client.call(Call("DELETE", f"{payload.SENDS}/{campaign}/schedule"))
        self._confirm_draft(campaign, "single send")

    def send(self, campaign: str) -> None:
        """Have it sent now."""
        self._set_off(payload.set_off(campaign))

    def state(self, campaign: str) -> RemoteCampaign:
        """Request the single send."""
        return self._campaign(self._get(campaign))

    def report(self, campaign: str) -> CampaignReport:
        """Request its numbers; there are none before it went, and for a while after."""
        rows = [
            as_dict(row.get("stats"))
            for row in self._rows(f"/v3/marketing/stats/singlesends/{campaign}", {"aggregated_by": "total"}, "results")
        ]
        return CampaignReport(**{ours: sum_counts(rows, *theirs) for ours, theirs in payload.REPORT.items()})

    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls of a first save and what follows it; numbers that must be looked up stand in braces."""
        leaving = self._known_leaving() or {"suppression_group_id": "{suppression_group}"}
        return [
            payload.create(draft, self._options.sender_id or "{sender}", leaving),
            payload.set_off("{campaign}", when),
        ]

    def _get(self, campaign: str) -> Mapping[str, Any]:
        return self._client.call(Call("GET", f"{payload.SENDS}/{campaign}")).need_object()

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
            if row["id"] == number or (number is None and _sends_as(row, wanted, replies)):
                return row
        sought = f"{wanted.name} <{wanted.email}> with reply-to {replies}" if number is None else f"number {number}"
        known = "; ".join(
            f"{_who(row)} with reply-to {payload.reply_address(row)}: number {row['id']}" for row in there
        )
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
            answer = self._client.call(payload.page(path, token, query))
            yield from answer.need_rows(name, having=["id"])
            token = payload.next_token(answer)
            if not token:
                return
            if token in seen:
                raise UnavailableError(
                    "SendGrid returned the same page of a list twice.",
                    hint="Nothing was sent. Try again in a few minutes.",
                )
            seen.add(token)

    def _campaign(self, data: Mapping[str, Any]) -> RemoteCampaign:
        state = payload.STATES.get(str(data.get("status")), RemoteState.UNKNOWN)
        moment = as_datetime(data.get("send_at"))
        return RemoteCampaign(
            id=str(data.get("id")),
            state=state,
            raw_state=str(data.get("status") or ""),
            scheduled_for=moment if state is RemoteState.SCHEDULED else None,
            sent_at=moment if state is RemoteState.SENT else None,
            admin_url="https://mc.sendgrid.com/single-sends",
        )


def _sends_as(row: Mapping[str, Any], wanted: Sender, replies: str) -> bool:
    """Return whether a verified sender has this name, this address and this address for replies."""
    addresses = (payload.from_field(row, "email"), payload.reply_address(row))
    same = [_folded(one) for one in addresses] == [_folded(one) for one in (wanted.email, replies)]
    return same and payload.from_field(row, "name") == wanted.name


def _who(sender: Mapping[str, Any]) -> str:
    return f"{payload.from_field(sender, 'name')} <{payload.from_field(sender, 'email')}>"


def _folded(address: str) -> str:
    return address.strip().casefold()


def _joined(identifiers: object) -> str:
    return ", ".join(str(one) for one in identifiers) if isinstance(identifiers, list) else ""
