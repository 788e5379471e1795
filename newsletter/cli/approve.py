"""`newsletter approve`: approve an issue for sending."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli import error_output, output, terminal
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.workflow.approve_issue import approve_issue
from newsletter.workflow.session import SendSession, account
from newsletter.workflow.workspace import Workspace

DETAILS = """\
You approve the issue exactly as it is now: subject, text, pictures, sender and audience. After any change it must be
approved again. If many subscribers join or leave after the approval, `newsletter send` asks for confirmation.

The settings decide whether an approval is required, and who can approve (before_sending in newsletter.yaml). Someone
other than the sender must approve the issue: an approval under the sender's own login on this computer does not count,
whatever name is given with --as.

With --signed, the approval is that of whoever signed the last git commit of the issue, its pictures, the templates and
newsletter.yaml. Git must trust the signature, and the signer's address must be listed as one of the approvers. So an
approver can review and sign on their own computer, and you record that on yours."""

EXAMPLES = (
    ("newsletter approve 2024-02", "approve under your name on this computer"),
    ("newsletter approve 2024-02 --signed", "record the approval of whoever signed the last commit"),
    ('newsletter approve 2024-02 --as "Director"', "approve under a name that is listed in the settings"),
)


def command(
    issue: IssueName = None,
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="The approver's name. [default: your name on this computer]"),
    ] = None,
    signed: Annotated[
        bool, typer.Option("--signed", help="Record the approval of whoever signed the last commit of the issue.")
    ] = False,
    segment: SegmentName = None,
    as_json: AsJson = False,
) -> None:
    """Approve an issue."""
    session = SendSession(Workspace.find(), terminal.TERMINAL)
    path = session.workspace.issue_path(issue)
    approved = approve_issue(session, path, name, segment, is_signed=signed)
    ready, who, steps = approved.ready, approved.who, approved.next_commands
    if as_json:
        output.print_json({"issue": path.stem, "approved_by": who, "fingerprint": ready.payload.fingerprint})
        return
    error_output.show_findings(ready.findings, notes="counted")
    output.done(f"{who} approved {path.stem}: “{ready.payload.message.subject}”.")
    if signed:
        output.say("The approval is that of the signature of the last commit.")
    elif session.rules.approval and not session.rules.shared_login:
        output.say(f"The approval counts if the issue is sent under another login than yours ({account()}).")
    elif session.rules.approval:
        output.say("According to the settings, several people share this login, so the name is not verified.")
    else:
        output.say("The settings do not require approval. It is recorded anyway.")
    output.next_steps(steps)
