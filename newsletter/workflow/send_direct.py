"""Send an issue with a provider that takes one message per recipient: first, or after an interruption."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import LedgerError, UncertainError, UsageError
from newsletter.workflow.send_concerns import audience_concern, date_concern
from newsletter.workflow.send_request import DryRun, SendDialog, SendRequest
from newsletter.workflow.session import SendSession, login

if TYPE_CHECKING:
    from newsletter.ledger.records import SendRecord
    from newsletter.ledger.store import Ledger
    from newsletter.model.campaign import Target
    from newsletter.sending.direct_send import Outcome
    from newsletter.sending.reconcile import Verdict


def send_direct(session: SendSession, path: Path, request: SendRequest, dialog: SendDialog) -> Outcome | DryRun | None:
    """Send an issue, or continue a send that was interrupted; return None if the person declined."""
    with session.ledger() as ledger:
        campaign = _unfinished(ledger, path.stem, session.aim(request.segment).target, request)
        try:
            if request.verdict:
                _resolve(session, ledger, campaign, request.verdict, path.stem, dialog)
            if campaign is None:
                return _send_first(session, ledger, path, request, dialog)
            return _continue(session, ledger, campaign, dialog, dry_run=request.dry_run)
        except UncertainError:
            _list_uncertain(session, ledger, path.stem, dialog)
            raise


def _unfinished(ledger: Ledger, issue: str, target: Target, request: SendRequest) -> SendRecord | None:
    """Return the send to continue; if there is none and no purpose is given, the finished one.

    The plain command goes on with whatever broke off, though it were to a part of the audience only.
    """
    from newsletter.model.campaign import SendState

    waiting = [
        one
        for one in ledger.campaigns()
        if one.issue == issue
        and one.target.provider == target.provider
        and one.state not in {SendState.SENT, SendState.FAILED}
        and request.purpose in {None, one.run.purpose}
        and (request.segment is None or one.target == target)
    ]
    if waiting:
        return waiting[-1]
    return None if request.purpose else ledger.campaign(issue, target)


def _resolve(
    session: SendSession, ledger: Ledger, campaign: SendRecord | None, verdict: Verdict, issue: str, dialog: SendDialog
) -> None:
    from newsletter.model.campaign import DeliveryState
    from newsletter.model.titles import capital
    from newsletter.sending.reconcile import Reconciler

    if campaign is None or not ledger.recipients(campaign, DeliveryState.UNCERTAIN):
        raise UsageError(
            f"No messages of {issue} are uncertain.", hint=f"Run `newsletter status {issue}` to see its status."
        )
    resolution = Reconciler(ledger, session.direct, campaign, login()).resolve(verdict)
    if resolution.shown:
        dialog.warn(f"{capital(session.direct.title)} has {resolution.shown:,} of them: these count as sent.")


def _send_first(
    session: SendSession, ledger: Ledger, path: Path, request: SendRequest, dialog: SendDialog
) -> Outcome | DryRun | None:
    from newsletter.ledger.send_history import refuse_concurrent
    from newsletter.model.sends import Purpose
    from newsletter.sending.direct_send import begin
    from newsletter.sending.formatting import count_noun
    from newsletter.sending.policy import enforce, record_check
    from newsletter.sending.recipients import next_run, select_recipients
    from newsletter.workflow.send_summary import direct_summary

    who, purpose = login(), request.purpose or Purpose.WHOLE
    ready, policy = session.ready_issue(path, request.segment), session.rules_for(request.segment)
    before = ledger.send_history(path.stem, session.direct.name)
    refuse_concurrent(before, ledger.clock())
    next_run(before, ready.outgoing, purpose)
    to = select_recipients(ledger, session.direct, ready.outgoing, purpose)
    enforce(ledger, ready.outgoing, policy, who)
    facts = direct_summary(session, ledger, ready, to, request.purpose)
    dialog.show_plan(ready.findings, facts)
    if request.dry_run:
        options = ("" if purpose is Purpose.WHOLE else f" --{purpose}") + policy.part
        return DryRun(path.stem, len(to.keys), facts, options=options)
    concerns = audience_concern(session, ledger, ready, policy, request.accepted.audience, purpose)
    concerns += date_concern(session, ready, ledger.clock(), request.accepted.date, request.purpose)
    if not dialog.confirm_concerns(concerns) or not dialog.confirm(len(to.keys)):
        return None
    record_check(ledger, ready.outgoing, ready.findings, who)
    campaign = begin(ledger, session.direct, ready.outgoing, who, purpose)
    if campaign.recipients < len(to.keys):
        fewer = count_noun(len(to.keys) - campaign.recipients, "recipient")
        dialog.warn(f"{fewer} got {path.stem} from another send in the meantime and are left out.")
    return _carry_on(session, ledger, campaign, dialog)


def _continue(
    session: SendSession, ledger: Ledger, campaign: SendRecord, dialog: SendDialog, *, dry_run: bool
) -> Outcome | DryRun | None:
    """Continue a send that was interrupted; refuse one that was finished."""
    from newsletter.model.campaign import DeliveryState, SendState
    from newsletter.sending.formatting import format_datetime
    from newsletter.sending.policy import refuse_second
    from newsletter.sending.reconcile import Reconciler

    tally = ledger.tally(campaign)
    if campaign.state is SendState.SENT:
        raise refuse_second(campaign, tally, session.zone)
    Reconciler(ledger, session.direct, campaign, login()).refuse_doubt()
    done, waiting = tally[DeliveryState.DELIVERED], tally[DeliveryState.PENDING] + tally[DeliveryState.HANDED_OVER]
    began = format_datetime(campaign.created_at, session.zone)
    rest = "The others get exactly the same; changes made since are not in it." if waiting else "Nobody waits."
    dialog.show_continued(
        f"The send of {campaign.issue} that {campaign.created_by} began on {began} goes on: {done:,} of "
        f"{tally.total:,} have it. {rest}"
    )
    if dry_run:
        return DryRun(campaign.issue, waiting, delivered=done)
    if waiting and not dialog.confirm(waiting):
        return None
    return _carry_on(session, ledger, campaign, dialog)


def _carry_on(session: SendSession, ledger: Ledger, campaign: SendRecord, dialog: SendDialog) -> Outcome:
    from newsletter.model.campaign import DeliveryState
    from newsletter.sending.direct_send import carry_on

    left = len(ledger.recipients(campaign, DeliveryState.PENDING))
    with dialog.stop_requests() as stop, session.progress.steps("Sending", left) as advance:
        return carry_on(ledger, session.direct, campaign, who=login(), stop=stop, progress=advance, tell=dialog.warn)


def _list_uncertain(session: SendSession, ledger: Ledger, issue: str, dialog: SendDialog) -> None:
    """List those who may or may not have got it, if the ledger can still be read."""
    from newsletter.sending.status import load_status

    try:
        keys = load_status(ledger, issue, session.provider.name).in_doubt
    except LedgerError:
        return
    dialog.list_uncertain(keys)
