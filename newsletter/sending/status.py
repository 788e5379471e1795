"""Describe the status of an issue: its history, its progress and the next commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.ledger.lease import LeaseInfo
from newsletter.ledger.records import AuditEvent, CampaignSendRecord, DeliveryCounts, SendRecord
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState, SendState
from newsletter.model.sends import OrderState, Purpose
from newsletter.sending.formatting import count_noun, format_datetime
from newsletter.sending.order_status import OrderStatus
from newsletter.sending.order_story import WHAT, order_headline, order_steps
from newsletter.sending.payload import SendPayload
from newsletter.sending.policy import SendPolicy, violations


@dataclass(frozen=True, slots=True)
class DirectSend:
    """One send of an issue with a message for each recipient, and how many of them are in each state."""

    campaign: SendRecord
    tally: DeliveryCounts


@dataclass(frozen=True, slots=True)
class SendStatus:
    """How far an issue has come; `campaign` and what hangs on it are None where it was never sent."""

    issue: str
    events: tuple[AuditEvent, ...]
    campaign: SendRecord | None = None
    tally: DeliveryCounts | None = None
    holder: LeaseInfo | None = None
    in_doubt: tuple[str, ...] = ()
    """The keys of the recipients whose delivery is uncertain."""
    orders: tuple[CampaignSendRecord, ...] = ()
    """The orders to providers with campaigns, newest first, without cancelled ones."""
    sends: tuple[DirectSend, ...] = ()
    """All sends with a message for each recipient, oldest first; `campaign` is the last of them."""
    people: int | None = None
    """How many people have the issue after all sends, each counted once; None where it is not known."""
    busy: frozenset[str] = frozenset()
    """The ids of the orders that a process is working on right now."""

    @property
    def is_uncertain(self) -> bool:
        """Say whether a person must look."""
        return bool(self.in_doubt) or any(one.is_unclear and one.id not in self.busy for one in self.orders)

    @property
    def is_cut_short(self) -> bool:
        """Say whether a send with a message for each recipient broke off after some had theirs, and nobody is at it."""
        return self.holder is None and any(
            one.campaign.state is not SendState.SENT and one.tally[DeliveryState.DELIVERED] for one in self.sends
        )


def load_status(ledger: Ledger, issue: str, provider: str) -> SendStatus:
    """Look up how far an issue has come on its way through a provider; of several sends the newest counts."""
    events = tuple(ledger.history.story(issue))
    live = [one for one in ledger.campaigns() if one.issue == issue and one.state is not SendState.FAILED]
    here = [one for one in reversed(live) if one.target.provider == provider]
    told = [one for one in ledger.orders.all(issue) if one.target.provider == provider]
    orders = tuple(one for one in told if one.state not in {OrderState.DRAFT, OrderState.CANCELLED})
    if not here:
        busy = frozenset(one.id for one in orders if one.state.is_under_way and ledger.orders.holder(one))
        return SendStatus(issue, events, orders=orders, people=_people_of(orders), busy=busy)
    sends = tuple(DirectSend(one, ledger.tally(one)) for one in here)
    in_doubt = [key for one in here for key in ledger.recipients(one, DeliveryState.UNCERTAIN)]
    return SendStatus(
        issue,
        events,
        sends[-1].campaign,
        sends[-1].tally,
        ledger.holder(sends[-1].campaign),
        tuple(dict.fromkeys(in_doubt)),
        orders,
        sends,
        len(ledger.contents(issue, provider)),
    )


def _people_of(orders: Sequence[CampaignSendRecord]) -> int | None:
    """Return how many people the sent orders were for; a correction reaches the same people again."""
    counts = [
        one.recipients for one in orders if one.state is OrderState.SENT and one.purpose is not Purpose.CORRECTION
    ]
    known = [one for one in counts if one is not None]
    return sum(known) if known and len(known) == len(counts) else None


def headline(
    now: SendStatus, provider: str = "the provider", zone: dt.tzinfo | None = None, at: dt.datetime | None = None
) -> str:
    """Return where the issue stands at a moment, in one or two sentences."""
    if now.orders:
        told = [order_headline(one, provider, zone, at) for one in reversed(now.orders)]
        return " ".join([*told, *_in_all(now, len(now.orders))])
    if now.campaign is None or now.tally is None:
        return "It has not been sent."
    earlier = [_sent(one) for one in now.sends[:-1]]
    return " ".join([*earlier, _last_send(now, now.campaign, now.tally), *_in_all(now, len(now.sends))])


def order_summary(now: SendStatus, statuses: Sequence[OrderStatus]) -> str:
    """Return where the orders of an issue stand, oldest first, by what the provider said of each."""
    told = [sentence for one in statuses for sentence in one.sentences]
    return " ".join([*told, *_in_all(replace(now, people=_people_by(statuses)), len(statuses))])


def _people_by(statuses: Sequence[OrderStatus]) -> int | None:
    """Return how many people have it: as the provider counts, else as the ledger has it; None where neither does."""
    counts = []
    for one in statuses:
        if one.order.purpose is Purpose.CORRECTION:
            continue
        reach = one.answer.reach if one.answer else None
        if reach is not None and reach.sent is not None:
            counts.append(reach.sent)
        elif one.order.state is OrderState.SENT and one.order.recipients is not None and not one.is_partial:
            counts.append(one.order.recipients)
        else:
            return None
    return sum(counts) if counts else None


def _in_all(now: SendStatus, sends: int) -> list[str]:
    """Return the total over several sends, in a sentence; nothing where there was one, or it is not known."""
    if sends < 2 or now.people is None:
        return []
    return [f"In all, {count_noun(now.people, 'person has', 'people have')} it."]


def _sent(send: DirectSend) -> str:
    """Return how far a send came that is not the last one, in a sentence."""
    campaign, tally = send.campaign, send.tally
    what, again = WHAT[campaign.run.purpose], _again(campaign.run.purpose)
    done = f"{tally[DeliveryState.DELIVERED]:,} of {count_noun(tally.total, 'recipient')}"
    if campaign.state is SendState.SENT:
        return f"{what} was sent to {done} in {campaign.target.words}{again}{rest(tally)}."
    send_of = "The send" if what == "It" else what
    return f"{send_of} to {campaign.target.words} was interrupted: {done} have it{rest(tally)}."


def _again(purpose: Purpose) -> str:
    return ", again, corrected" if purpose is Purpose.CORRECTION else ""


def _last_send(now: SendStatus, campaign: SendRecord, tally: DeliveryCounts) -> str:
    done = f"{tally[DeliveryState.DELIVERED]:,} of {count_noun(tally.total, 'recipient')}"
    what = WHAT[campaign.run.purpose]
    if now.holder:
        return f"{what} is being sent right now by process {now.holder.pid} on {now.holder.machine}: {done} so far."
    if now.in_doubt:
        return (
            f"It is not known whether {count_noun(len(now.in_doubt), 'recipient')} received it; {done} in "
            f"{campaign.target.words} did. Nothing more is sent until this is resolved."
        )
    return _sent(DirectSend(campaign, tally))


def rest(tally: DeliveryCounts) -> str:
    """Return, in brackets, who did not get it and why; nothing where everybody did."""
    words = [
        f"{tally[state]:,} {what}"
        for state, what in (
            (DeliveryState.SKIPPED, "unsubscribed meanwhile"),
            (DeliveryState.REFUSED, "rejected by the provider"),
        )
        if tally[state]
    ]
    if tally.vouched:
        words.append(f"{tally.vouched:,} recorded as sent by hand")
    return f" ({', '.join(words)})" if words else ""


def sentences(events: Sequence[AuditEvent], zone: dt.tzinfo) -> list[str]:
    """Return the history, one sentence per event."""
    return [f"{format_datetime(event.at, zone)}: {event.who} {event.words.rstrip('.')}." for event in events]


def next_commands(
    now: SendStatus,
    ledger: Ledger,
    outgoing: SendPayload | None,
    rules: SendPolicy,
    who: str,
    *,
    again: bool = False,
    statuses: Sequence[OrderStatus] = (),
) -> list[str]:
    """Return the commands that lead on, each with what it does; `outgoing` is None where the issue has errors.

    `statuses` are those of the orders, where the provider was asked; without them the ledger alone counts.
    `again` says that what was sent, and was fixed since, can go again to those who have it with other words.
    """
    issue = now.issue
    if again and outgoing is not None and _is_fixed(now, outgoing):
        shut = violations(ledger, outgoing, rules, who)
        send = (
            f"newsletter send {issue} --correction{rules.part} # send the corrected issue to recipients of an "
            "older version"
        )
        return [f"{one.hint} # {one.words}" for one in shut] or [send]
    if now.orders:
        by_ledger = [order_steps(one, ledger.clock()) for one in now.orders]
        steps = [one.steps for one in reversed(statuses)] or by_ledger
        return list(dict.fromkeys(step for some in steps for step in some))
    if now.in_doubt:
        return [
            f"newsletter send {issue} --resolve sent # if they received it",
            f"newsletter send {issue} --resolve not-sent # if they did not: sends it to them",
        ]
    if now.campaign is not None:
        finished = now.campaign.state is SendState.SENT or now.holder
        return [] if finished else [f"newsletter send {issue} # continue where it stopped"]
    if outgoing is None:
        return [f"newsletter check {issue} # show what to fix"]
    shut = violations(ledger, outgoing, rules, who)
    return [f"{one.hint} # {one.words}" for one in shut] or [
        f"newsletter send {issue}{rules.part} # everything is ready: send it"
    ]


def _is_fixed(now: SendStatus, outgoing: SendPayload) -> bool:
    """Say whether all that was to go has gone, the last of it with other words than the issue has now."""
    here = [one for one in now.orders if one.target == outgoing.target]
    if here:
        last = max(here, key=lambda one: one.finished_at or one.created_at)
        return all(one.state is OrderState.SENT for one in here) and last.fingerprint != outgoing.fingerprint
    sent = now.campaign if now.campaign and now.campaign.target == outgoing.target else None
    return sent is not None and sent.state is SendState.SENT and sent.fingerprint != outgoing.fingerprint
