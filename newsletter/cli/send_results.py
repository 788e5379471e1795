"""What `newsletter send` shows at the end: what was sent, or would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from newsletter.cli import output
from newsletter.cli.recipient_lists import list_refused
from newsletter.cli.show_requests import show_requests
from newsletter.errors import ProviderError, UncertainError
from newsletter.workflow.campaign_status import status_data
from newsletter.workflow.recipient_names import refused_recipients
from newsletter.workflow.send_request import DryRun
from newsletter.workflow.session import SendSession

if TYPE_CHECKING:
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.sending.direct_run import Outcome

_SIGNALLED = 128


def show_outcome(session: SendSession, outcome: Outcome, *, as_json: bool) -> None:
    """Show the outcome of a direct send; exit as a signal asks if one stopped it."""
    if as_json:
        output.print_json(_outcome_data(session, outcome))
    else:
        _show_outcome(session, outcome)
    if outcome.stopped_by:
        raise typer.Exit(_SIGNALLED + outcome.stopped_by)


def show_campaign(status: CampaignStatus, *, as_json: bool) -> None:
    """Show the status of a campaign; exit with 4 if only some recipients get it, with 5 if it was changed there."""
    issue = status.send.issue
    if as_json:
        output.print_json(status_data(status))
    elif status.is_partial or status.is_altered:
        output.say(f"{issue}: {' '.join(status.sentences)}", colour="yellow")
        output.next_steps(status.steps)
    else:
        output.done(f"{issue}: {' '.join(status.sentences)}")
        output.next_steps(status.steps)
    if status.is_altered:
        raise typer.Exit(UncertainError.exit_code)
    if status.is_partial:
        raise typer.Exit(ProviderError.exit_code)


def show_dry_run(run: DryRun, *, as_json: bool) -> None:
    """Show what would be sent."""
    if run.recipients is None and run.calls is None:
        output.say("This was a dry run: nothing was sent.")
    elif as_json:
        output.print_json(_dry_run_data(run))
    else:
        if run.calls is not None:
            show_requests(run.calls)
        output.say("This was a dry run: nothing was sent.")
        if run.delivered is None:
            output.next_steps([f"newsletter send {run.issue}{run.options} # send it"])


def _dry_run_data(run: DryRun) -> dict[str, Any]:
    data: dict[str, Any] = {"issue": run.issue, "dry_run": True}
    if run.delivered is not None:
        data["delivered"] = run.delivered
    if run.recipients is not None:
        data["recipients"] = run.recipients
    data |= {name.lower(): value for name, value in run.facts.items()}
    if run.calls is not None:
        data["requests"] = [
            {"method": one.method, "path": one.path, "query": dict(one.query), "json": one.json} for one in run.calls
        ]
    return data


def _outcome_data(session: SendSession, outcome: Outcome) -> dict[str, Any]:
    from newsletter.model.campaign import DeliveryState

    return {
        "issue": outcome.send.issue,
        "state": str(outcome.send.state),
        "audience": outcome.send.target.audience,
        "recipients": outcome.counts.total,
        **{str(state): outcome.counts[state] for state in DeliveryState},
        "where": session.direct.whereabouts(),
        "refusals": [one.data for one in refused_recipients(session, outcome.refusals, outcome.send)],
    }


def _show_outcome(session: SendSession, outcome: Outcome) -> None:
    from newsletter.model.campaign import DeliveryState
    from newsletter.sending.status import rest

    issue, counts = outcome.send.issue, outcome.counts
    done = f"{counts[DeliveryState.DELIVERED]:,} of {counts.total:,}"
    refused = refused_recipients(session, outcome.refusals, outcome.send)
    if outcome.stopped_by:
        output.say(f"Stopped: {done} recipients have {issue}, and nobody has it twice.")
        list_refused(refused)
        output.next_steps([f"newsletter send {issue} # continue where it stopped"])
        return
    output.done(f"{issue} was sent to {done} recipients{rest(counts)}: {session.direct.whereabouts()}.")
    list_refused(refused)
    output.next_steps([f"newsletter status {issue} # see its history"])
