"""`newsletter status`: show the status of an issue."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.recipient_lists import list_refused, list_uncertain
from newsletter.errors import ProviderError, UncertainError
from newsletter.workflow.issue_status import (
    IssueStatus,
    all_statuses,
    issue_status,
    issue_status_data,
    recorded_data,
    recorded_words,
    refused_in,
    status_words,
)
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

DETAILS = """\
It shows what was done with an issue, who did it and when, how many recipients it was sent to, and what to do next. It
asks the provider about sends in progress. Nothing is sent.

The exit code is 4 if only some of the recipients got the issue, and 5 if it is uncertain who got it. Uncertain, refused
and deferred recipients are listed by their line in the audience file. It is also 5 if the campaign was changed, moved
or deleted on the provider's website after it was checked, or if the provider sent the issue and the ledger has no
record of it."""

EXAMPLES = (
    ("newsletter status", "show the newest issue"),
    ("newsletter status 2024-02", "show the issue of February 2024"),
    ("newsletter status --all", "list all issues, one line each"),
)


def command(
    issue: IssueName = None,
    every: Annotated[bool, typer.Option("--all", help="List all issues, one line each.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the status of an issue."""
    session = SendSession(Workspace.find(), terminal.TERMINAL)
    if every:
        _tell_all(session, as_json=as_json)
        return
    status = issue_status(session, session.workspace.issue_path(issue))
    if as_json:
        output.print_json(issue_status_data(session, status))
    else:
        _tell(session, status)
    now = status.recorded
    if now.is_uncertain or status.is_altered:
        raise typer.Exit(UncertainError.exit_code)
    if now.is_cut_short or status.is_partial:
        raise typer.Exit(ProviderError.exit_code)


def _tell(session: SendSession, status: IssueStatus) -> None:
    from newsletter.sending.status import sentences

    now, payload = status.recorded, status.payload
    subject = now.last.subject if now.last else payload.message.subject if payload else ""
    output.say(f"{now.issue}{f'  “{subject}”' if subject else ''}", colour="bold")
    for sentence in sentences(now.events, session.zone):
        output.say(sentence, indent="  ")
    is_trouble = now.is_uncertain or status.is_altered or status.is_partial
    output.say(status_words(session, status), colour="yellow" if is_trouble else "")
    list_refused(refused_in(session, now))
    if now.in_doubt and now.last:
        list_uncertain(session, now.in_doubt, now.last)
    output.next_steps(status.next_commands)


def _tell_all(session: SendSession, *, as_json: bool) -> None:
    every, at = all_statuses(session)
    if as_json:
        output.print_json({"issues": [recorded_data(session, now, at) for now in every]})
        return
    for now in every:
        output.say(f"{now.issue}  {recorded_words(session, now, at)}")
    if not every:
        output.say("There are no issues yet.")
        output.next_steps(["newsletter new # create one"])
