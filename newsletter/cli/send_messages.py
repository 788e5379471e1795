"""Sending where each recipient gets a message of their own: the first time, and after an interruption."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from newsletter.cli import output
from newsletter.cli.confirmation import decline
from newsletter.cli.uncertain import list_uncertain
from newsletter.cli.unusual import NOTHING_ACCEPTED, Accepted, audience_concern, confirm_unusual, date_concern
from newsletter.errors import UncertainError, UsageError
from newsletter.workflow.session import ReadyIssue, SendSession, login

if TYPE_CHECKING:
    from newsletter.ledger.records import SendRecord
    from newsletter.ledger.store import Ledger
    from newsletter.model.campaign import Target
    from newsletter.model.sends import Purpose
    from newsletter.sending.direct_send import Outcome
    from newsletter.sending.recipients import RecipientPlan
    from newsletter.sending.reconcile import Verdict

_SIGNALLED = 128


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What a person asked for: a part of the audience; why it goes, None where they did not say."""

    segment: str | None
    purpose: Purpose | None = None
    accepted: Accepted = NOTHING_ACCEPTED


def send_messages(
    session: SendSession,
    path: Path,
    request: SendRequest,
    verdict: Verdict | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Send an issue, or go on with it where it broke off."""
    with session.ledger() as ledger:
        campaign = _unfinished(ledger, path.stem, session.aim(request.segment).target, request)
        try:
            if verdict:
                _resolve(session, ledger, campaign, verdict, path.stem)
            if campaign is None:
                _send_first(session, ledger, path, request, dry_run=dry_run, yes=yes, as_json=as_json)
            else:
                _send_rest(session, ledger, campaign, dry_run=dry_run, yes=yes, as_json=as_json)
        except UncertainError:
            _name_doubtful(session, ledger, path.stem)
            raise


def _unfinished(ledger: Ledger, issue: str, target: Target, request: SendRequest) -> SendRecord | None:
    """Return the send that is to be gone on with; where there is none and no purpose is said, the finished one.

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


def _resolve(session: SendSession, ledger: Ledger, campaign: SendRecord | None, verdict: Verdict, issue: str) -> None:
    from newsletter.model.campaign import DeliveryState
    from newsletter.providers.base import capital
    from newsletter.sending.reconcile import Reconciler

    if campaign is None or not ledger.recipients(campaign, DeliveryState.UNCERTAIN):
        raise UsageError(f"Nothing is in doubt with {issue}.", hint=f"See `newsletter status {issue}`.")
    resolution = Reconciler(ledger, session.direct, campaign, login()).resolve(verdict)
    if resolution.shown:
        output.complain(f"{capital(session.direct.title)} has {resolution.shown:,} of them: these count as sent.")


def _send_first(
    session: SendSession, ledger: Ledger, path: Path, request: SendRequest, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    from newsletter.cli import confirmation
    from newsletter.ledger.send_history import refuse_concurrent
    from newsletter.model.sends import Purpose
    from newsletter.sending.direct_send import begin
    from newsletter.sending.formatting import count_noun
    from newsletter.sending.policy import enforce, record_check
    from newsletter.sending.recipients import next_run, select_recipients

    who, purpose = login(), request.purpose or Purpose.WHOLE
    ready = session.ready_issue(path, request.segment)
    before = ledger.send_history(path.stem, session.direct.name)
    refuse_concurrent(before, ledger.clock())
    next_run(before, ready.outgoing, purpose)
    to = select_recipients(ledger, session.direct, ready.outgoing, purpose)
    enforce(ledger, ready.outgoing, session.rules_for(request.segment), who)
    facts = confirmation.summary(session, ledger, ready, to, request.purpose)
    if not as_json:
        output.show_findings(ready.findings, notes="counted")
        confirmation.show(facts)
    if dry_run:
        _say_dry(ready, to, facts, purpose, session.rules_for(request.segment).part, as_json=as_json)
        return
    concerns = audience_concern(
        session, ledger, ready, session.rules_for(request.segment), request.accepted.audience, purpose
    )
    concerns += date_concern(session, ready, ledger.clock(), request.accepted.date, request.purpose)
    if not confirm_unusual(concerns, yes=yes, as_json=as_json):
        decline()
    if not confirmation.permitted(len(to.keys), yes=yes, as_json=as_json):
        decline()
    record_check(ledger, ready.outgoing, ready.findings, who)
    campaign = begin(ledger, session.direct, ready.outgoing, who, purpose)
    if campaign.recipients < len(to.keys):
        fewer = count_noun(len(to.keys) - campaign.recipients, "person", "people")
        output.complain(f"{fewer} got {path.stem} from another send in the meantime and are left out.")
    _carry_on(session, ledger, campaign, as_json=as_json)


def _say_dry(
    ready: ReadyIssue, to: RecipientPlan, facts: dict[str, str], purpose: Purpose, part: str, *, as_json: bool
) -> None:
    from newsletter.model.sends import Purpose

    option = "" if purpose is Purpose.WHOLE else f" --{purpose}"
    if as_json:
        data = {name.lower(): value for name, value in facts.items()}
        output.print_json({"issue": ready.outgoing.issue, "dry_run": True, "recipients": len(to.keys), **data})
        return
    output.say("This was a dry run: nothing was sent.")
    output.next_steps([f"newsletter send {ready.outgoing.issue}{option}{part} # sends it"])


def _send_rest(
    session: SendSession, ledger: Ledger, campaign: SendRecord, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Go on with a send that was interrupted; refuse one that was finished."""
    from newsletter.cli import confirmation
    from newsletter.model.campaign import DeliveryState, SendState
    from newsletter.sending.formatting import format_datetime
    from newsletter.sending.policy import refuse_second
    from newsletter.sending.reconcile import Reconciler

    tally = ledger.tally(campaign)
    if campaign.state is SendState.SENT:
        raise refuse_second(campaign, tally, session.zone)
    Reconciler(ledger, session.direct, campaign, login()).refuse_doubt()
    done, waiting = tally[DeliveryState.DELIVERED], tally[DeliveryState.PENDING] + tally[DeliveryState.HANDED_OVER]
    if not as_json:
        began = format_datetime(campaign.created_at, session.zone)
        rest = "The others get exactly the same; changes made since are not in it." if waiting else "Nobody waits."
        output.say(
            f"The send of {campaign.issue} that {campaign.created_by} began on {began} goes on: {done:,} of "
            f"{tally.total:,} have it. {rest}"
        )
    if dry_run:
        _say_rest(campaign, done, waiting, as_json=as_json)
        return
    if not confirmation.permitted(waiting, yes=yes or not waiting, as_json=as_json):
        decline()
    _carry_on(session, ledger, campaign, as_json=as_json)


def _say_rest(campaign: SendRecord, done: int, waiting: int, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"issue": campaign.issue, "dry_run": True, "delivered": done, "recipients": waiting})
    else:
        output.say("This was a dry run: nothing was sent.")


def _carry_on(session: SendSession, ledger: Ledger, campaign: SendRecord, *, as_json: bool) -> None:
    from newsletter.model.campaign import DeliveryState
    from newsletter.sending.direct_send import carry_on
    from newsletter.sending.signals import stop_on_signals

    left = len(ledger.recipients(campaign, DeliveryState.PENDING))
    with stop_on_signals() as stop, output.progress("Sending", left) as advance:
        outcome = carry_on(
            ledger, session.direct, campaign, who=login(), stop=stop, progress=advance, tell=output.complain
        )
    if as_json:
        output.print_json(_as_data(session, outcome))
    else:
        _tell(session, outcome)
    if outcome.stopped_by:
        raise typer.Exit(_SIGNALLED + outcome.stopped_by)


def _as_data(session: SendSession, outcome: Outcome) -> dict[str, Any]:
    from newsletter.model.campaign import DeliveryState

    return {
        "issue": outcome.campaign.issue,
        "state": str(outcome.campaign.state),
        "audience": outcome.campaign.target.audience,
        "recipients": outcome.tally.total,
        **{str(state): outcome.tally[state] for state in DeliveryState},
        "where": session.direct.whereabouts(),
    }


def _tell(session: SendSession, outcome: Outcome) -> None:
    from newsletter.model.campaign import DeliveryState
    from newsletter.sending.status import rest

    issue, tally = outcome.campaign.issue, outcome.tally
    done = f"{tally[DeliveryState.DELIVERED]:,} of {tally.total:,}"
    if outcome.stopped_by:
        output.say(f"Stopped as you asked: {done} have {issue}, nobody twice.")
        output.next_steps([f"newsletter send {issue} # goes on where it stopped"])
        return
    output.done(f"{issue} was sent to {done} people{rest(tally)}: {session.direct.whereabouts()}.")
    output.next_steps([f"newsletter status {issue} # tells the story"])


def _name_doubtful(session: SendSession, ledger: Ledger, issue: str) -> None:
    """Name those who may or may not have got it, as far as the ledger can still be read."""
    from newsletter.errors import LedgerError
    from newsletter.sending.status import load_status

    try:
        keys = load_status(ledger, issue, session.provider.name).in_doubt
    except LedgerError:
        return
    list_uncertain(session, keys, issue)
