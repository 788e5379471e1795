"""Cancel a send that is scheduled or running."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UnsupportedError, UsageError
from newsletter.workflow.session import SendSession

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.ledger.store import Ledger


def cancel_issue(session: SendSession, path: Path, segment: str | None = None) -> Send:
    """Cancel the send of an issue and return it as it is then: cancelled, or stopped after some recipients got it.

    Raise UsageError if nothing is scheduled or running, or if several sends are and no segment was named.
    """
    from newsletter.sending.cancel import Canceller

    if not session.keeps_campaigns:
        raise UnsupportedError(
            f"With {session.provider.title} each message is sent immediately and cannot be cancelled.",
            hint="To stop a send that is running, press Ctrl-C where it runs.",
        )
    with session.ledger() as ledger:
        send = _find_send(session, ledger, path.stem, segment)
        with session.progress.waiting(f"Asking {session.provider.title}"):
            return Canceller(session.campaign_sender(ledger)).cancel(send)


def _find_send(session: SendSession, ledger: Ledger, issue: str, segment: str | None) -> Send:
    """Return the send that is meant; raise UsageError if there is none, or several."""
    from newsletter.model.sends import SendMode

    every = ledger.sends.all(issue, provider=session.provider.name, mode=SendMode.CAMPAIGN)
    live = [one for one in every if one.state.reaches_somebody]
    if segment is not None:
        target = session.resolve_target(segment).target
        live = [one for one in live if one.target == target]
    # what has not gone is meant before what has; of several runs to the same people, the newest
    live = [one for one in live if one.state.is_under_way] or live
    if len({one.target for one in live}) == 1:
        return live[0]
    if not live:
        raise UsageError(f"{issue} has no send to cancel.", hint=f"Run `newsletter status {issue}` to see its status.")
    named = ", ".join(one.target_name for one in live)
    raise UsageError(f"{issue} has several sends: {named}.", hint="Choose one with --segment.")
