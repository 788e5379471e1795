"""`newsletter approve`: approve an issue for sending."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.workflow.approve_issue import approve_issue
from newsletter.workflow.session import SendSession, account
from newsletter.workflow.workspace import Workspace

DETAILS = """\
What is approved is exactly the issue as it stands now: its subject, its words, its pictures, its sender and its
audience. After any change it must be approved again, and send asks where many people have left or joined since. Whoever
sends an issue cannot be the only one to approve it, and an approval under the sender's own login on the computer does
not count, whatever name is given with --as. The settings say whether approval is asked for, and by whom
(before_sending)."""

EXAMPLES = (
    ("newsletter approve 2024-02", "under the name of whoever is at this computer"),
    ('newsletter approve 2024-02 --as "Director"', "under a name that the settings list"),
)


def command(
    issue: IssueName = None,
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Who approves; your name on this computer where left out."),
    ] = None,
    segment: SegmentName = None,
    as_json: AsJson = False,
) -> None:
    """Approve an issue."""
    session = SendSession(Workspace.find(), output.TERMINAL)
    path = session.workspace.issue_path(issue)
    approved = approve_issue(session, path, name, segment)
    ready, who, steps = approved.ready, approved.who, approved.next_commands
    if as_json:
        output.print_json({"issue": path.stem, "approved_by": who, "fingerprint": ready.outgoing.fingerprint})
        return
    output.show_findings(ready.findings, notes="counted")
    output.done(f"{who} approved {path.stem}: “{ready.outgoing.message.subject}”.")
    if session.rules.approval and not session.rules.shared_login:
        output.say(f"It counts when someone with another login than yours ({account()}) sends the issue.")
    elif session.rules.approval:
        output.say("The settings say that several people use this login: anyone there can type any name.")
    else:
        output.say("The settings do not ask for approval; it is noted all the same.")
    output.next_steps(steps)
