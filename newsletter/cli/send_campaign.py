"""Sending through a service that keeps campaigns of its own: the first time, and after an interruption."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from newsletter.cli import output
from newsletter.cli.confirmation import decline
from newsletter.cli.requests import show_requests
from newsletter.cli.unusual import NOTHING_ACCEPTED, Accepted, audience_concern, confirm_unusual, date_concern
from newsletter.errors import ProviderError, UsageError
from newsletter.workflow.campaign_status import status_data
from newsletter.workflow.session import ReadyIssue, SendSession, login

if TYPE_CHECKING:
    from newsletter.ledger.records import CampaignSendRecord
    from newsletter.ledger.store import Ledger
    from newsletter.model.campaign import Target
    from newsletter.model.sends import Purpose
    from newsletter.sending.campaign_send import CampaignSender
    from newsletter.sending.reconcile import Verdict
    from newsletter.sending.repeat_send import RepeatRun


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for: a part of the audience, an hour as they wrote it, or at once; why it goes again.

    `accepted` is the fingerprint of differences in what the provider holds that they accept.
    """

    segment: str | None
    at: str | None
    now: bool
    purpose: Purpose | None = None
    accepted: str = ""
    unusual: Accepted = NOTHING_ACCEPTED


def send_campaign(
    session: SendSession, path: Path, wish: Wish, verdict: Verdict | None, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Have an issue sent, or go on with it where it broke off."""
    from newsletter.sending.cancel import Canceller
    from newsletter.sending.repeat_send import refuse_unable
    from newsletter.sending.schedule import hour_to_send, parse_hour

    with session.ledger() as ledger:
        ordering = session.ordering(ledger, wish.accepted)
        if wish.purpose:
            refuse_unable(ordering.provider, wish.purpose)
        clock = ledger.clock()
        asked = parse_hour(wish.at, session.zone, clock) if wish.at else None
        undo = 0 if wish.now else session.workspace.settings.undo_minutes
        in_part = wish.segment is not None or wish.purpose is not None
        when = asked or hour_to_send(session.provider.about, undo, clock, in_part=in_part)
        order = _unfinished(ordering, path.stem, session.aim(wish.segment).target, wish)
        if verdict:
            if order is None:
                raise UsageError(f"Nothing is in doubt with {path.stem}.", hint=f"See `newsletter status {path.stem}`.")
            order = Canceller(ordering).resolve(order, verdict)
            if not order.state.is_under_way:
                _tell(session, ledger, order, as_json=as_json)
                return
        if order is None:
            _send_first(session, ordering, path, wish, when, dry_run=dry_run, yes=yes, as_json=as_json)
        else:
            _send_rest(session, ordering, order, when, dry_run=dry_run, yes=yes, as_json=as_json)


def _unfinished(ordering: CampaignSender, issue: str, target: Target, wish: Wish) -> CampaignSendRecord | None:
    """Return the order that is to be gone on with; the plain command goes on with whichever there is."""
    waiting = [
        one
        for one in ordering.ledger.orders.all(issue)
        if one.target.provider == target.provider
        and one.state.is_under_way
        and wish.purpose in {None, one.purpose}
        and (wish.segment is None or one.target == target)
    ]
    return waiting[-1] if waiting else None


def _send_first(
    session: SendSession,
    ordering: CampaignSender,
    path: Path,
    wish: Wish,
    when: dt.datetime | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    from newsletter.cli import confirmation
    from newsletter.sending.campaign_send import narrowed
    from newsletter.sending.policy import enforce, record_check

    ledger, who = ordering.ledger, login()
    ready = session.ready_issue(path, wish.segment)
    further = _further(ordering, ready, wish.purpose)
    if further:
        ready = replace(ready, aim=further.aim)
    ordering.refuse_overlap(ready.outgoing, ready.aim)
    enforce(ledger, ready.outgoing, session.rules_for(wish.segment), who)
    ordering.refuse_nobody(ready.aim)
    facts = confirmation.campaign_summary(session, ledger, ready, when, wish.purpose)
    outgoing = narrowed(ready.outgoing, ready.aim)
    calls = ordering.planned(outgoing, ready.aim, when, *([further.run] if further else []))
    if not as_json:
        output.show_findings(ready.findings, notes="counted")
        confirmation.show(facts)
    if dry_run:
        _say_dry(ready, facts, calls, wish.purpose, session.rules_for(wish.segment).part, as_json=as_json)
        return
    concerns = audience_concern(
        session, ledger, ready, session.rules_for(wish.segment), wish.unusual.audience, wish.purpose
    )
    concerns += date_concern(session, ready, when or ledger.clock(), wish.unusual.date, wish.purpose)
    if not confirm_unusual(concerns, yes=yes, as_json=as_json):
        decline()
    if not confirmation.permitted(ready.aim.count, yes=yes, as_json=as_json):
        decline()
    record_check(ledger, ready.outgoing, ready.findings, who)
    with output.waiting(f"Handing it over to {session.provider.title}"):
        order = ordering.begin(ready.outgoing, ready.aim, when, further)
    _tell(session, ledger, order, as_json=as_json)


def _further(ordering: CampaignSender, ready: ReadyIssue, purpose: Purpose | None) -> RepeatRun | None:
    """Return whom a further run is for; None for the first one; raise GateError where that one has begun."""
    from newsletter.model.sends import OrderState
    from newsletter.providers.capabilities import Feature
    from newsletter.sending.repeat_send import plan_repeat
    from newsletter.sending.send_errors import refuse_second

    issue = ready.outgoing.issue
    if purpose:
        return plan_repeat(ordering.remote_state, issue, ready.aim, purpose, ready.outgoing.fingerprint)
    order = ordering.ledger.orders.live(issue, ready.aim.target)
    if order is not None and order.state is not OrderState.DRAFT:
        raise refuse_second(order, ordering.zone, tells=Feature.AGAIN in ordering.provider.about.features)
    return None


def _say_dry(
    ready: ReadyIssue, facts: dict[str, str], calls: Any, purpose: Purpose | None, part: str, *, as_json: bool
) -> None:
    if as_json:
        data = {name.lower(): value for name, value in facts.items()}
        requests = [
            {"method": one.method, "path": one.path, "query": dict(one.query), "json": one.json} for one in calls
        ]
        output.print_json({"issue": ready.outgoing.issue, "dry_run": True, **data, "requests": requests})
        return
    show_requests(calls)
    output.say("This was a dry run: nothing was sent.")
    option = (f" --{purpose}" if purpose else "") + part
    output.next_steps([f"newsletter send {ready.outgoing.issue}{option} # sends it"])


def _send_rest(
    session: SendSession,
    ordering: CampaignSender,
    order: CampaignSendRecord,
    when: dt.datetime | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Go on with an order that broke off; refuse one that is to go already."""
    from newsletter.cli import confirmation
    from newsletter.model.sends import OrderState
    from newsletter.providers.capabilities import Feature
    from newsletter.sending.formatting import format_datetime
    from newsletter.sending.send_errors import called, refuse_second, refuse_unscheduled

    order = ordering.remote_state.catch_up(order)
    if not order.state.is_under_way or order.state is OrderState.SCHEDULED:
        if order.state is OrderState.SCHEDULED and ordering.remote_state.is_shown_as_draft(order):
            raise refuse_unscheduled(order, ordering.provider.title, session.zone)
        tells = Feature.AGAIN in ordering.provider.about.features
        raise refuse_second(order, session.zone, tells=tells)
    if not as_json:
        output.say(
            f"The send of {called(order)} that {order.created_by} began on "
            f"{format_datetime(order.created_at, session.zone)} was interrupted. First {session.provider.title} is "
            "asked how far it got; then exactly the content of that send is sent."
        )
    if dry_run:
        output.say("This was a dry run: nothing was asked, and nothing was sent.")
        return
    if not confirmation.permitted(order.recipients, yes=yes, as_json=as_json):
        decline()
    with output.waiting(f"Asking {session.provider.title}"):
        order = ordering.carry_on(order, when)
    _tell(session, ordering.ledger, order, as_json=as_json)


def _tell(session: SendSession, ledger: Ledger, order: CampaignSendRecord, *, as_json: bool) -> None:
    """Tell where the order stands; where it is on its way or done, how far, by asking the provider once."""
    from newsletter.model.sends import OrderState
    from newsletter.sending.order_status import OrderStatus
    from newsletter.workflow.campaign_status import statuses_of

    if order.state in {OrderState.SENT, OrderState.STOPPED} or order.is_due(ledger.clock()):
        with output.waiting(f"Asking {session.provider.title} how far it is"):
            (status,) = statuses_of(session, ledger, [order], ledger.clock())
    else:
        status = OrderStatus(order, session.provider.about, zone=session.zone)
    if as_json:
        output.print_json(status_data(status))
    elif status.is_partial:
        output.say(f"{order.issue}: {' '.join(status.sentences)}", colour="yellow")
        output.next_steps(status.steps)
    else:
        output.done(f"{order.issue}: {' '.join(status.sentences)}")
        output.next_steps(status.steps)
    if status.is_partial:
        raise typer.Exit(ProviderError.exit_code)
