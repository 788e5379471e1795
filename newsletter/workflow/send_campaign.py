"""Send an issue with a provider that keeps campaigns of its own: first, or after an interruption."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.workflow.campaign_status import statuses_of
from newsletter.workflow.send_concerns import audience_concern, date_concern
from newsletter.workflow.send_request import DryRun, SendDialog, SendRequest
from newsletter.workflow.session import ReadyIssue, SendSession, login

if TYPE_CHECKING:
    from newsletter.ledger.records import CampaignSendRecord
    from newsletter.ledger.store import Ledger
    from newsletter.model.campaign import Target
    from newsletter.model.sends import Purpose
    from newsletter.sending.campaign_send import CampaignSender
    from newsletter.sending.order_status import OrderStatus
    from newsletter.sending.repeat_send import RepeatRun


def send_campaign(
    session: SendSession, path: Path, request: SendRequest, dialog: SendDialog
) -> OrderStatus | DryRun | None:
    """Send an issue, or continue a send that was interrupted; return None if the person declined."""
    from newsletter.sending.cancel import Canceller
    from newsletter.sending.repeat_send import refuse_unable
    from newsletter.sending.schedule import hour_to_send, parse_hour

    with session.ledger() as ledger:
        ordering = session.ordering(ledger, request.accepted_difference)
        if request.purpose:
            refuse_unable(ordering.provider, request.purpose)
        clock = ledger.clock()
        asked = parse_hour(request.at, session.zone, clock) if request.at else None
        undo = 0 if request.now else session.workspace.settings.undo_minutes
        in_part = request.segment is not None or request.purpose is not None
        when = asked or hour_to_send(session.provider.about, undo, clock, in_part=in_part)
        order = _unfinished(ordering, path.stem, session.aim(request.segment).target, request)
        if request.verdict:
            if order is None:
                raise UsageError(
                    f"No messages of {path.stem} are uncertain.",
                    hint=f"Run `newsletter status {path.stem}` to see its status.",
                )
            order = Canceller(ordering).resolve(order, request.verdict)
            if not order.state.is_under_way:
                return _status(session, ledger, order)
        if order is None:
            return _send_first(session, ordering, path, request, when, dialog)
        return _continue(session, ordering, order, when, dialog, dry_run=request.dry_run)


def _send_first(
    session: SendSession,
    ordering: CampaignSender,
    path: Path,
    request: SendRequest,
    when: dt.datetime | None,
    dialog: SendDialog,
) -> OrderStatus | DryRun | None:
    from newsletter.sending.campaign_send import narrowed
    from newsletter.sending.policy import enforce, record_check
    from newsletter.workflow.send_summary import campaign_summary

    ledger, who, purpose = ordering.ledger, login(), request.purpose
    ready, policy = session.ready_issue(path, request.segment), session.rules_for(request.segment)
    further = _further(ordering, ready, purpose)
    if further:
        ready = replace(ready, aim=further.aim)
    ordering.refuse_overlap(ready.outgoing, ready.aim)
    enforce(ledger, ready.outgoing, policy, who)
    ordering.refuse_nobody(ready.aim)
    facts = campaign_summary(session, ledger, ready, when, purpose)
    outgoing = narrowed(ready.outgoing, ready.aim)
    calls = ordering.planned(outgoing, ready.aim, when, *([further.run] if further else []))
    dialog.show_plan(ready.findings, facts)
    if request.dry_run:
        options = (f" --{purpose}" if purpose else "") + policy.part
        return DryRun(path.stem, facts=facts, calls=calls, options=options)
    concerns = audience_concern(session, ledger, ready, policy, request.accepted.audience, purpose)
    concerns += date_concern(session, ready, when or ledger.clock(), request.accepted.date, purpose)
    if not dialog.confirm_concerns(concerns) or not dialog.confirm(ready.aim.count):
        return None
    record_check(ledger, ready.outgoing, ready.findings, who)
    with session.progress.waiting(f"Handing it over to {session.provider.title}"):
        order = ordering.begin(ready.outgoing, ready.aim, when, further)
    return _status(session, ledger, order)


def _unfinished(
    ordering: CampaignSender, issue: str, target: Target, request: SendRequest
) -> CampaignSendRecord | None:
    """Return the order that is to be gone on with; the plain command goes on with whichever there is."""
    waiting = [
        one
        for one in ordering.ledger.orders.all(issue)
        if one.target.provider == target.provider
        and one.state.is_under_way
        and request.purpose in {None, one.purpose}
        and (request.segment is None or one.target == target)
    ]
    return waiting[-1] if waiting else None


def _further(ordering: CampaignSender, ready: ReadyIssue, purpose: Purpose | None) -> RepeatRun | None:
    """Return the recipients of a further run; None for the first one; raise GateError if that one has begun."""
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


def _continue(
    session: SendSession,
    ordering: CampaignSender,
    order: CampaignSendRecord,
    when: dt.datetime | None,
    dialog: SendDialog,
    *,
    dry_run: bool,
) -> OrderStatus | DryRun | None:
    """Continue a send that was interrupted; refuse one that is scheduled or sent."""
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
    dialog.show_continued(
        f"The send of {called(order)} that {order.created_by} began on "
        f"{format_datetime(order.created_at, session.zone)} was interrupted. First {session.provider.title} is "
        "asked how far it got; then exactly the content of that send is sent."
    )
    if dry_run:
        return DryRun(order.issue)
    if not dialog.confirm(order.recipients):
        return None
    with session.progress.waiting(f"Asking {session.provider.title}"):
        order = ordering.carry_on(order, when)
    return _status(session, ordering.ledger, order)


def _status(session: SendSession, ledger: Ledger, order: CampaignSendRecord) -> OrderStatus:
    """Return the status of a send; if it is running or done, the provider is asked once how far it is."""
    from newsletter.model.sends import OrderState
    from newsletter.sending.order_status import OrderStatus

    if order.state not in {OrderState.SENT, OrderState.STOPPED} and not order.is_due(ledger.clock()):
        return OrderStatus(order, session.provider.about, zone=session.zone)
    with session.progress.waiting(f"Asking {session.provider.title} how far it is"):
        (status,) = statuses_of(session, ledger, [order], ledger.clock())
    return status
