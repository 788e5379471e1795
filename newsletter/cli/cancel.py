"""`newsletter cancel`: take a send back before it goes, or stop it on its way."""

from __future__ import annotations

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.workflow.campaign_status import order_data
from newsletter.workflow.cancel_issue import cancel_issue
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

DETAILS = """\
A send that waits for its hour at the service is taken back: nobody gets it, the issue can be fixed, and sent later.
One that is on its way is stopped, where the service can do that; whoever has it by then has it. It says which of the
two it was, or that it is too late."""

EXAMPLES = (
    ("newsletter cancel", "the newest issue"),
    ("newsletter cancel 2024-02 --segment Members", "only what was to go to this part of the audience"),
)


def command(issue: IssueName = None, segment: SegmentName = None, as_json: AsJson = False) -> None:
    """Take a send back."""
    from newsletter.model.sends import OrderState
    from newsletter.model.titles import capital
    from newsletter.sending.send_errors import called

    session = SendSession(Workspace.find(), output.TERMINAL)
    order = cancel_issue(session, session.workspace.issue_path(issue), segment)
    if as_json:
        output.print_json(order_data(order))
    elif order.state is OrderState.STOPPED:
        output.done(f"{capital(called(order))} was stopped on its way: some of {order.aimed_at} have it.")
        output.next_steps([f"newsletter report {order.issue} # how many got it"])
    else:
        output.done(f"{capital(called(order))} was taken back: nobody got it.")
        output.next_steps([f"newsletter check {order.issue} # fix it, then test and send it again"])
