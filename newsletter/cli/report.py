"""`newsletter report`: show the results of an issue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.errors import ProviderError, UncertainError
from newsletter.workflow.report_issue import report_issue
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.sending.campaign_status import CampaignStatus

DETAILS = """\
It asks the provider how many recipients got the issue, how many addresses failed, how many people unsubscribed, and how
many clicked. Opens are counted with a hidden image that some email programs always load and others never do, so that
number is marked as unreliable. With the outbox, an SMTP server, SES or Mailman, the report shows only what was sent
from this computer.

The exit code is 4 if only some of the recipients got the issue; the report then shows how many, and what to do. It is 5
if the provider sent something else than it was given."""

EXAMPLES = (
    ("newsletter report", "show the results of the newest issue"),
    ("newsletter report 2024-02 --json", "print JSON, for a spreadsheet or a script"),
)

_WORDS = {
    "to_send": "Recipients",
    "sent": "Sent",
    "missing": "Not sent, as far as is known",
    "left_out": "Skipped: unsubscribed or bounced before",
    "waiting": "Waiting at the provider",
    "refused": "Refused by the server",
    "delivered": "Delivered",
    "hard_bounces": "Bounced (no such address)",
    "soft_bounces": "Bounced (temporary)",
    "unsubscribes": "Unsubscribed",
    "complaints": "Marked as spam",
    "clicks": "Clicked (some by security software)",
    "opens": "Opened (unreliable)",
}


def command(issue: IssueName = None, as_json: AsJson = False) -> None:
    """Show the results of an issue."""
    from newsletter.sending.formatting import count_noun

    session = SendSession(Workspace.find(), terminal.TERMINAL)
    path = session.workspace.issue_path(issue)
    report = report_issue(session, path)
    told, people = report.counts, report.people
    if as_json:
        output.print_json({"issue": path.stem, "reports": told, "people": people})
    else:
        for one in told:
            _show(path.stem, one)
        if len(told) > 1 and people is not None:
            output.say(f"In total, {count_noun(people, 'recipient')} got it. A correction is counted separately above.")
        _show_partial(path.stem, report.campaigns, told)
    if any(one.is_altered for one in report.campaigns):
        raise typer.Exit(UncertainError.exit_code)
    if report.is_partial:
        raise typer.Exit(ProviderError.exit_code)


def _show_partial(issue: str, statuses: Sequence[CampaignStatus], told: Sequence[dict[str, Any]]) -> None:
    """Show what to do if only some of the recipients got it."""
    partial = [one for one in statuses if one.is_partial or one.is_altered]
    for one in partial:
        output.say(" ".join(one.sentences), colour="yellow")
    report = f"newsletter report {issue} "
    steps = [step for one in partial for step in one.steps if not step.startswith(report)]
    if not statuses and any(one["missing"] for one in told):
        steps = [f"newsletter status {issue} # find out why, and how to continue"]
    output.next_steps(list(dict.fromkeys(steps)))


_ONLY_ABOVE_NONE = {"missing", "left_out", "waiting"}
"""Counts that are shown only if they are not zero."""


def _show(issue: str, told: dict[str, Any]) -> None:
    why = "" if told.get("purpose", "whole") == "whole" else f", {told['purpose']}"
    output.say(f"{issue}, {told['audience']}{why}", colour="bold")
    width = max(len(words) for words in _WORDS.values())
    for name, words in _WORDS.items():
        if name == "hard_bounces" and told["refused"] is not None:
            continue  # refusals have a line of their own, since the address may exist
        if told[name] is not None and (told[name] or name not in _ONLY_ABOVE_NONE):
            output.say(f"{words:<{width}}  {told[name]:>9,}", indent="  ", wrap=False)
