"""`newsletter cancel`: cancel a scheduled send, or stop one that is running."""

from __future__ import annotations

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.workflow.campaign_status import send_data
from newsletter.workflow.cancel_issue import cancel_issue
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

DETAILS = """\
A scheduled send is cancelled before anything is sent: you can fix the issue and send it later. A send that is running
is stopped, if the provider can do that; recipients who already have the email keep it. The command reports which of the
two happened, or that it is too late."""

EXAMPLES = (
    ("newsletter cancel", "cancel the send of the newest issue"),
    ("newsletter cancel 2024-02 --segment Members", "cancel only the send to this segment"),
)


def command(issue: IssueName = None, segment: SegmentName = None, as_json: AsJson = False) -> None:
    """Cancel a send."""
    from newsletter.model.sends import SendState
    from newsletter.model.titles import capital
    from newsletter.sending.send_errors import called

    session = SendSession(Workspace.find(), terminal.TERMINAL)
    send = cancel_issue(session, session.workspace.issue_path(issue), segment)
    if as_json:
        output.print_json(send_data(send))
    elif send.state is SendState.STOPPED:
        output.done(f"{capital(called(send))} was stopped while sending: some of {send.target_name} have received it.")
        output.next_steps([f"newsletter report {send.issue} # how many got it"])
    else:
        output.done(f"{capital(called(send))} was cancelled. Nobody received it.")
        output.next_steps([f"newsletter check {send.issue} # fix it, then test and send it again"])
