"""`newsletter cancel`: take a send back before it goes, or stop it on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.errors import UnsupportedError, UsageError
from newsletter.workflow.campaign_status import order_data
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.ledger.records import CampaignSendRecord
    from newsletter.ledger.store import Ledger

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
    from newsletter.sending.cancel import Canceller
    from newsletter.sending.send_errors import called, sentence

    session = SendSession(Workspace.find(), output.TERMINAL)
    path = session.workspace.issue_path(issue)
    if not session.keeps_campaigns:
        raise UnsupportedError(
            f"With {session.provider.title} each message leaves at once: what has left cannot be taken back.",
            hint="To stop a send that is running, press Ctrl-C where it runs.",
        )
    with session.ledger() as ledger:
        order = _order(session, ledger, path.stem, segment)
        with output.waiting(f"Asking {session.provider.title}"):
            order = Canceller(session.ordering(ledger)).cancel(order)
    if as_json:
        output.print_json(order_data(order))
    elif order.state is OrderState.STOPPED:
        output.done(f"{sentence(called(order))} was stopped on its way: some of {order.aimed_at} have it.")
        output.next_steps([f"newsletter report {order.issue} # how many got it"])
    else:
        output.done(f"{sentence(called(order))} was taken back: nobody got it.")
        output.next_steps([f"newsletter check {order.issue} # fix it, then test and send it again"])


def _order(session: SendSession, ledger: Ledger, issue: str, segment: str | None) -> CampaignSendRecord:
    """Return the order that is meant; raise UsageError where there is none, or several."""
    from newsletter.model.sends import OrderState

    every = [one for one in ledger.orders.all(issue) if one.target.provider == session.provider.name]
    live = [one for one in every if one.state not in {OrderState.DRAFT, OrderState.CANCELLED}]
    if segment is not None:
        target = session.aim(segment).target
        live = [one for one in live if one.target == target]
    # what has not gone is meant before what has; of several runs to the same people, the newest
    live = [one for one in live if one.state.is_under_way] or live
    if len({one.target for one in live}) == 1:
        return live[0]
    if not live:
        raise UsageError(
            f"{issue} is not on its way: there is nothing to take back.", hint=f"See `newsletter status {issue}`."
        )
    named = ", ".join(one.aimed_at for one in live)
    raise UsageError(f"{issue} went to several: {named}.", hint="Say which with --segment.")
