"""The story of an issue in sentences: what was done with it, how far it has come, what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.delivery.gate import Rules, obstacles
from newsletter.delivery.outgoing import Outgoing
from newsletter.delivery.words import moment, number
from newsletter.ledger.lease import Holder
from newsletter.ledger.records import Campaign, Event, Tally
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState, SendState, Target


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an issue has come; `campaign` and what hangs on it are None where it was never sent."""

    issue: str
    events: tuple[Event, ...]
    campaign: Campaign | None = None
    tally: Tally | None = None
    holder: Holder | None = None
    in_doubt: tuple[str, ...] = ()
    """The keys of the recipients of whom it is not known whether they got it."""


def standing(ledger: Ledger, issue: str, target: Target) -> Standing:
    """Look up how far an issue has come on its way to a target."""
    events = tuple(ledger.history.story(issue))
    campaign = ledger.campaign(issue, target)
    if campaign is None:
        return Standing(issue, events)
    return Standing(
        issue,
        events,
        campaign,
        ledger.tally(campaign),
        ledger.holder(campaign),
        tuple(ledger.recipients(campaign, DeliveryState.UNCERTAIN)),
    )


def headline(now: Standing) -> str:
    """Return where the issue stands, in one or two sentences."""
    if now.campaign is None or now.tally is None:
        return "It has not been sent."
    done = f"{now.tally[DeliveryState.DELIVERED]:,} of {number(now.tally.total, 'recipient')}"
    where = now.campaign.target.audience
    if now.holder:
        return f"It is being sent right now, by process {now.holder.pid} on {now.holder.machine}: {done} so far."
    if now.in_doubt:
        return (
            f"It is uncertain whether {number(len(now.in_doubt), 'recipient')} got it; {done} of {where} surely did. "
            "Nothing more is sent until you say."
        )
    if now.campaign.state is SendState.SENT:
        return f"It was sent to {done} of {where}{rest(now.tally)}."
    return f"The send to {where} was interrupted: {done} have it{rest(now.tally)}."


def rest(tally: Tally) -> str:
    """Return, in brackets, who did not get it and why; nothing where everybody did."""
    words = [
        f"{tally[state]:,} {what}"
        for state, what in (
            (DeliveryState.SKIPPED, "had left the audience meanwhile"),
            (DeliveryState.REFUSED, "refused by the provider"),
        )
        if tally[state]
    ]
    if tally.vouched:
        words.append(f"{tally.vouched:,} counted as sent because a person said so")
    return f" ({', '.join(words)})" if words else ""


def sentences(events: Sequence[Event], zone: dt.tzinfo) -> list[str]:
    """Return the story, one sentence an event."""
    return [f"{moment(event.at, zone)}: {event.who} {event.words}." for event in events]


def next_commands(now: Standing, ledger: Ledger, outgoing: Outgoing | None, rules: Rules, who: str) -> list[str]:
    """Return the commands that lead on, each with what it does; `outgoing` is None where the issue has errors."""
    issue = now.issue
    if now.in_doubt:
        return [
            f"newsletter send {issue} --resolve sent # if they got it",
            f"newsletter send {issue} --resolve not-sent # if they did not: it is sent to them",
        ]
    if now.campaign is not None:
        finished = now.campaign.state is SendState.SENT or now.holder
        return [] if finished else [f"newsletter send {issue} # goes on where it stopped"]
    if outgoing is None:
        return [f"newsletter check {issue} # says what to mend"]
    shut = obstacles(ledger, outgoing, rules, who)
    return [f"{one.hint} # {one.words}" for one in shut] or [f"newsletter send {issue} # everything is ready: send it"]
