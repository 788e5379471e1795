"""Describe the status of an issue: its history, its progress and the next commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.ledger.lease import LeaseInfo
from newsletter.ledger.records import AuditEvent, DeliveryCounts, Refusal, Send
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import Purpose, SendMode, SendState
from newsletter.sending.campaign_headline import WHAT, send_headline, send_steps
from newsletter.sending.campaign_status import CampaignStatus
from newsletter.sending.formatting import count_noun, format_datetime
from newsletter.sending.payload import SendPayload
from newsletter.sending.policy import SendPolicy, violations


@dataclass(frozen=True, slots=True)
class SendProgress:
    """One send, and how many recipients of a direct one are in each state; None for a campaign."""

    send: Send
    counts: DeliveryCounts | None = None
    refusals: tuple[Refusal, ...] = ()
    """The recipients of a direct one who were refused, or are deferred."""

    @property
    def delivered(self) -> int:
        """Return how many messages of a direct send were delivered; 0 for a campaign."""
        return self.counts[DeliveryState.DELIVERED] if self.counts else 0


@dataclass(frozen=True, slots=True)
class SendStatus:
    """How far an issue has come, as the ledger has it."""

    issue: str
    events: tuple[AuditEvent, ...]
    sends: tuple[SendProgress, ...] = ()
    """All its sends through the provider, oldest first; tests, and what failed or was cancelled, are left out."""
    holder: LeaseInfo | None = None
    """The process that is at work on the last direct send right now, or None."""
    in_doubt: tuple[str, ...] = ()
    """The keys of the recipients of direct sends whose delivery is uncertain."""
    people: int | None = None
    """How many people have the issue after all sends, each counted once; None where it is not known."""
    busy: frozenset[str] = frozenset()
    """The ids of the campaigns that a process is working on right now."""
    refusals: tuple[Refusal, ...] = ()
    """The recipients who were refused, or are deferred, in the last send to them, and have it from no other."""

    @property
    def last(self) -> Send | None:
        """Return the newest send, or None."""
        return self.sends[-1].send if self.sends else None

    @property
    def campaigns(self) -> list[Send]:
        """Return the sends that the provider keeps as campaigns, newest first."""
        return [one.send for one in reversed(self.sends) if one.send.mode is SendMode.CAMPAIGN]

    @property
    def is_uncertain(self) -> bool:
        """Return whether a person must look."""
        return bool(self.in_doubt) or any(one.is_unclear and one.id not in self.busy for one in self.campaigns)

    @property
    def is_cut_short(self) -> bool:
        """Return whether a direct send broke off after some had theirs, and nobody is at it."""
        return self.holder is None and any(
            one.send.state is not SendState.SENT and one.delivered for one in self.sends if one.counts
        )


def load_status(ledger: Ledger, issue: str, provider: str) -> SendStatus:
    """Look up how far an issue has come on its way through a provider."""
    events = tuple(ledger.history.story(issue))
    found = [one for one in reversed(ledger.sends.all(issue, provider=provider)) if one.state.reaches_somebody]
    if not found or found[-1].mode is SendMode.CAMPAIGN:
        campaigns = [one for one in found if one.mode is SendMode.CAMPAIGN]
        busy = frozenset(one.id for one in campaigns if one.state.is_under_way and ledger.sends.holder(one))
        return SendStatus(issue, events, tuple(map(SendProgress, campaigns)), people=_people_of(campaigns), busy=busy)
    direct = [one for one in found if one.mode is SendMode.DIRECT]
    in_doubt = [key for one in direct for key in ledger.deliveries.recipients(one, DeliveryState.UNCERTAIN)]
    sends = [SendProgress(one, ledger.deliveries.count(one), tuple(ledger.deliveries.refusals(one))) for one in direct]
    refused = {refusal.key: refusal for one in sends for refusal in one.refusals}
    reached_later = ledger.deliveries.reached_of(direct, list(refused))
    return SendStatus(
        issue,
        events,
        tuple(sends),
        ledger.sends.holder(direct[-1]),
        tuple(dict.fromkeys(in_doubt)),
        ledger.deliveries.count_reached(direct),
        refusals=tuple(one for key, one in refused.items() if key not in reached_later),
    )


def _people_of(campaigns: Sequence[Send]) -> int | None:
    """Return how many people the campaigns were for; a correction reaches the same people again."""
    sent = [one for one in campaigns if one.state is SendState.SENT and one.purpose is not Purpose.CORRECTION]
    known = [one.recipients for one in sent if one.recipients is not None]
    return sum(known) if known and len(known) == len(sent) else None


def headline(
    now: SendStatus, provider: str = "the provider", zone: dt.tzinfo | None = None, at: dt.datetime | None = None
) -> str:
    """Return where the issue stands at a moment, in one or two sentences."""
    if not now.sends:
        return "It has not been sent."
    told = [
        _sent(one, one.counts, now if one is now.sends[-1] else None)
        if one.counts
        else send_headline(one.send, provider, zone, at)
        for one in now.sends
    ]
    return " ".join([*told, *_in_all(now, len(now.sends))])


def campaign_summary(now: SendStatus, statuses: Sequence[CampaignStatus]) -> str:
    """Return where the campaigns of an issue stand, oldest first, by what the provider said of each."""
    told = [sentence for one in statuses for sentence in one.sentences]
    return " ".join([*told, *_in_all(replace(now, people=_people_by(statuses)), len(statuses))])


def _people_by(statuses: Sequence[CampaignStatus]) -> int | None:
    """Return how many people have it: as the provider counts, else as the ledger has it; None where neither does."""
    counts = []
    for one in statuses:
        if one.send.purpose is Purpose.CORRECTION:
            continue
        reach = one.answer.reach if one.answer else None
        if reach is not None and reach.sent is not None:
            counts.append(reach.sent)
        elif one.send.state is SendState.SENT and one.send.recipients is not None and not one.is_partial:
            counts.append(one.send.recipients)
        else:
            return None
    return sum(counts) if counts else None


def _in_all(now: SendStatus, sends: int) -> list[str]:
    """Return the total over several sends, in a sentence; nothing where there was one, or it is not known."""
    if sends < 2 or now.people is None:
        return []
    return [f"In all, {count_noun(now.people, 'person has', 'people have')} it."]


def _sent(one: SendProgress, counts: DeliveryCounts, now: SendStatus | None) -> str:
    """Return how far a direct send came, in a sentence; `now` is given for the last one."""
    send, what = one.send, WHAT[one.send.purpose]
    done = f"{one.delivered:,} of {count_noun(counts.total, 'recipient')}"
    if now is not None and now.holder:
        return f"{what} is being sent right now by process {now.holder.pid} on {now.holder.machine}: {done} so far."
    if now is not None and now.in_doubt:
        return (
            f"It is not known whether {count_noun(len(now.in_doubt), 'recipient')} received it; {done} in "
            f"{send.target_name} did. Nothing more is sent until this is resolved."
        )
    if send.state is SendState.SENT:
        again = ", again, corrected" if send.purpose is Purpose.CORRECTION else ""
        return f"{what} was sent to {done} in {send.target_name}{again}{rest(counts)}."
    send_of = "The send" if what == "It" else what
    return f"{send_of} to {send.target_name} was interrupted: {done} have it{rest(counts)}."


def rest(counts: DeliveryCounts) -> str:
    """Return, in brackets, who did not get it and why; nothing where everybody did."""
    words = [
        f"{counts[state]:,} {what}"
        for state, what in (
            (DeliveryState.SKIPPED, "unsubscribed meanwhile"),
            (DeliveryState.REFUSED, "rejected by the provider"),
        )
        if counts[state]
    ]
    if counts.vouched:
        words.append(f"{counts.vouched:,} recorded as sent by hand")
    return f" ({', '.join(words)})" if words else ""


def sentences(events: Sequence[AuditEvent], zone: dt.tzinfo) -> list[str]:
    """Return the history, one sentence per event."""
    return [f"{format_datetime(event.at, zone)}: {event.who} {event.words.rstrip('.')}." for event in events]


def next_commands(
    now: SendStatus,
    ledger: Ledger,
    payload: SendPayload | None,
    rules: SendPolicy,
    who: str,
    *,
    again: bool = False,
    statuses: Sequence[CampaignStatus] = (),
) -> list[str]:
    """Return the commands that lead on, each with what it does; `payload` is None where the issue has errors.

    `statuses` are those of the campaigns, where the provider was asked; without them the ledger alone counts.
    `again` says that what was sent, and was fixed since, can go again to those who have it with other words.
    """
    issue = now.issue
    if again and payload is not None and _is_fixed(now, payload):
        shut = violations(ledger, payload, rules, who)
        send = (
            f"newsletter send {issue} --correction{rules.part} # send the corrected issue to recipients of an "
            "older version"
        )
        return [f"{one.hint} # {one.words}" for one in shut] or [send]
    campaigns = now.campaigns
    if campaigns:
        by_ledger = [send_steps(one, ledger.clock()) for one in campaigns]
        steps = [one.steps for one in reversed(statuses)] or by_ledger
        return list(dict.fromkeys(step for some in steps for step in some))
    if now.in_doubt:
        return [
            f"newsletter send {issue} --resolve sent # if they received it",
            f"newsletter send {issue} --resolve not-sent # if they did not: sends it to them",
        ]
    if now.last is not None:
        finished = now.last.state is SendState.SENT or now.holder
        return [] if finished else [f"newsletter send {issue} # continue where it stopped"]
    if payload is None:
        return [f"newsletter check {issue} # show what to fix"]
    shut = violations(ledger, payload, rules, who)
    return [f"{one.hint} # {one.words}" for one in shut] or [
        f"newsletter send {issue}{rules.part} # everything is ready: send it"
    ]


def _is_fixed(now: SendStatus, payload: SendPayload) -> bool:
    """Return whether all that was to go has gone, the last of it with other words than the issue has now."""
    here = [one for one in now.campaigns if one.target == payload.target]
    if here:
        last = max(here, key=lambda one: one.finished_at or one.created_at)
        return all(one.state is SendState.SENT for one in here) and last.fingerprint != payload.fingerprint
    sent = now.last
    if sent is None or sent.mode is SendMode.CAMPAIGN or sent.target != payload.target:
        return False
    return sent.state is SendState.SENT and sent.fingerprint != payload.fingerprint
