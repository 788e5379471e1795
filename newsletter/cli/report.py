"""`newsletter report`: show the results of an issue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.recipient_lists import list_refused
from newsletter.errors import ProviderError, UncertainError, UsageError
from newsletter.workflow.output_file import write_output
from newsletter.workflow.reports.page import COUNT_NAMES, results_page
from newsletter.workflow.reports.results import PAST_ISSUES, IssueResults, issue_results, rates, results_csv
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.sending.campaign_status import CampaignStatus

DETAILS = """\
It asks the provider how many recipients got the issue, how many addresses failed, how many people unsubscribed, and how
many clicked, and on which links if the provider says (Mailchimp and Brevo do). Opens are counted with a hidden image
that some email programs always load and others never do, so that number is marked as unreliable; opens that the
provider knows to be a program's are shown apart. With the outbox, an SMTP server, SES or Mailman, the report shows only
what was sent from this computer.

If an issue was sent several times, the total counts the people of all sends once: a correction reaches the same people
again, so it adds only those who left after it. --past also shows the issues before it.

The exit code is 4 if only some of the recipients got the issue; the report then shows how many, and what to do. It is 5
if the provider sent something other than what it was given."""

EXAMPLES = (
    ("newsletter report", "show the results of the newest issue"),
    ("newsletter report --past 6", "show it beside the six issues before it"),
    ("newsletter report 2024-02 --json", "print JSON, for a script"),
    ("newsletter report 2024-02 --csv > february.csv", "print a table, for a spreadsheet"),
    ("newsletter report 2024-02 --html february.html", "write a page with charts, to mail to a trustee"),
)


def command(
    issue: IssueName = None,
    past: Annotated[
        int | None,
        typer.Option("--past", metavar="N", min=0, max=24, help="Also show this many past issues.", show_default=False),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table as CSV.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with charts.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the results of an issue."""
    if as_csv and as_json:
        raise UsageError("Only one of --csv and --json can be used.", hint="Leave one of them out.")
    session = SendSession(Workspace.find(), terminal.TERMINAL)
    path = session.workspace.issue_path(issue)
    results = issue_results(session, path, past=(PAST_ISSUES if html else 0) if past is None else past)
    report = results.report
    if html is not None:
        name = session.workspace.settings.brand.newsletter or session.workspace.settings.brand.name
        write_output(html, results_page(results, name), suffixes=(".html", ".htm"), workspace=session.workspace)
    if as_json:
        output.print_json(results.facts)
    elif as_csv:
        output.say(results_csv(results).rstrip("\n"), wrap=False)
    elif html is not None:
        output.done(f"Wrote {html}: one file with everything in it, to open in a browser or to mail.")
    else:
        _show_all(results)
        _show_partial(path.stem, report.campaigns, report.counts)
    if any(one.is_altered for one in report.campaigns):
        raise typer.Exit(UncertainError.exit_code)
    if report.is_partial:
        raise typer.Exit(ProviderError.exit_code)


def _show_all(results: IssueResults) -> None:
    from newsletter.sending.formatting import count_noun

    report = results.report
    for number, one in enumerate(report.counts):
        _show(results.issue, one)
        list_refused(report.refused[number] if report.refused else ())
    if len(report.counts) > 1 and report.people is not None:
        output.say(
            f"In total, {count_noun(report.people, 'recipient')} got it. A correction is counted separately above."
        )
        left = report.totals.get("unsubscribes")
        if left is not None:
            output.say(f"{count_noun(left, 'person', 'people')} unsubscribed after all sends together.")
    if results.links:
        _show_links(results)
    if results.past:
        _show_past(results)


_MOST_LINKS = 10


def _show_links(results: IssueResults) -> None:
    """Show the clicks by section and by link."""
    output.say()
    output.say("Clicks by section", colour="bold")
    for section, clicks in results.sections:
        output.say(f"{clicks:>7,}  {section}", indent="  ", wrap=False)
    output.say("Clicks by link", colour="bold")
    links = results.links or ()
    for link in links[:_MOST_LINKS]:
        output.say(f"{link.clicks:>7,}  {link.url}", indent="  ", wrap=False)
    if len(links) > _MOST_LINKS:
        output.say(f"and {len(links) - _MOST_LINKS} more (--json or --csv lists all)", indent="  ")


def _show_past(results: IssueResults) -> None:
    """Show the totals of this issue and of past ones beside each other."""
    output.say()
    output.say("Beside past issues", colour="bold")
    names = {"hard_bounces": "bounced", "unsubscribes": "left", "clicks": "clicked", "opens": "opened*"}
    output.say(f"{'':<12}{'sent':>9}{''.join(f'{words:>10}' for words in names.values())}", indent="  ", wrap=False)
    for issue, totals in ((results.issue, results.report.totals), *((one.issue, one.totals) for one in results.past)):
        parts = rates(totals)
        told = "".join(f"{f'{parts[name]:.1%}' if name in parts else '–':>10}" for name in names)
        sent = f"{totals['sent']:,}" if "sent" in totals else "–"
        output.say(f"{issue:<12}{sent:>9}{told}", indent="  ", wrap=False)
    output.say("* unreliable: some programs always load pictures, others never do", indent="  ")


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


_ONLY_ABOVE_NONE = {"missing", "left_out", "waiting", "machine_opens"}
"""Counts that are shown only if they are not zero."""


def _show(issue: str, told: dict[str, Any]) -> None:
    why = "" if told.get("purpose", "whole") == "whole" else f", {told['purpose']}"
    output.say(f"{issue}, {told['audience']}{why}", colour="bold")
    width = max(len(words) for words in COUNT_NAMES.values())
    for name, words in COUNT_NAMES.items():
        if name == "hard_bounces" and told["refused"] is not None:
            continue  # refusals have a line of their own, since the address may exist
        if told[name] is not None and (told[name] or name not in _ONLY_ABOVE_NONE):
            output.say(f"{words:<{width}}  {told[name]:>9,}", indent="  ", wrap=False)
