"""`newsletter report`: say what came of an issue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.errors import ProviderError
from newsletter.workflow.report_issue import report_issue
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.sending.order_status import OrderStatus

DETAILS = """\
It asks the service how many got the issue, how many addresses failed, who left, and how many clicked. Openings are
counted by a hidden picture, which mail programs load by themselves or not at all: that number says little, and is
marked so. With the outbox, a mail server, SES or Mailman, what this computer handed over is told. Where fewer people
got the issue than it was for, it says how many, what to do, and leaves with exit code 4."""

EXAMPLES = (
    ("newsletter report", "the newest issue"),
    ("newsletter report 2024-02 --json", "for a spreadsheet or a script"),
)

_WORDS = {
    "to_send": "Was for",
    "sent": "Sent to",
    "missing": "Not sent, as far as is known",
    "left_out": "Left out: gone or failed before",
    "waiting": "Still waiting there",
    "refused": "Refused by the server",
    "delivered": "Delivered to",
    "hard_bounces": "Addresses that do not exist",
    "soft_bounces": "Refused for the time being",
    "unsubscribes": "Left the list",
    "complaints": "Marked it as spam",
    "clicks": "Clicked (some by security software)",
    "opens": "Opened (unreliable)",
}


def command(issue: IssueName = None, as_json: AsJson = False) -> None:
    """Say what came of an issue."""
    from newsletter.sending.formatting import count_noun

    session = SendSession(Workspace.find(), output.TERMINAL)
    path = session.workspace.issue_path(issue)
    report = report_issue(session, path)
    told, people = report.counts, report.people
    if as_json:
        output.print_json({"issue": path.stem, "reports": told, "people": people})
    else:
        for one in told:
            _show(path.stem, one)
        if len(told) > 1 and people is not None:
            output.say(
                f"In all, {count_noun(people, 'person', 'people')} got it; a correction goes to the same people again."
            )
        _show_partial(path.stem, report.campaigns, told)
    if report.is_partial:
        raise typer.Exit(ProviderError.exit_code)


def _show_partial(issue: str, statuses: Sequence[OrderStatus], told: Sequence[dict[str, Any]]) -> None:
    """Say what to do where some of the people did not get it."""
    partial = [one for one in statuses if one.is_partial]
    for one in partial:
        output.say(" ".join(one.sentences), colour="yellow")
    report = f"newsletter report {issue} "
    steps = [step for one in partial for step in one.steps if not step.startswith(report)]
    if not statuses and any(one["missing"] for one in told):
        steps = [f"newsletter status {issue} # shows why, and how to go on"]
    output.next_steps(list(dict.fromkeys(steps)))


_ONLY_ABOVE_NONE = {"missing", "left_out", "waiting"}
"""What is shown only where there is any."""


def _show(issue: str, told: dict[str, Any]) -> None:
    why = "" if told.get("purpose", "whole") == "whole" else f", {told['purpose']}"
    output.say(f"{issue}, {told['audience']}{why}", colour="bold")
    width = max(len(words) for words in _WORDS.values())
    for name, words in _WORDS.items():
        if name == "hard_bounces" and told["refused"] is not None:
            continue  # the server's refusal has a line of its own: the address may exist
        if told[name] is not None and (told[name] or name not in _ONLY_ABOVE_NONE):
            output.say(f"{words:<{width}}  {told[name]:>9,}", indent="  ", wrap=False)
