"""Send an issue, with whichever kind of provider the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UnsupportedError, UsageError
from newsletter.workflow.send_campaign import send_campaign
from newsletter.workflow.send_direct import send_direct
from newsletter.workflow.send_request import DryRun, SendDialog, SendRequest
from newsletter.workflow.session import SendSession

if TYPE_CHECKING:
    from newsletter.sending.direct_send import Outcome
    from newsletter.sending.order_status import OrderStatus


def send_issue(
    session: SendSession, path: Path, request: SendRequest, dialog: SendDialog
) -> Outcome | OrderStatus | DryRun | None:
    """Send an issue once, or continue its send after an interruption.

    Return the outcome of a direct send, the status of a campaign, or what a dry run would send; None if the person
    declined. Raise UncertainError if it is not known whether recipients got it.
    """
    if session.keeps_campaigns:
        return send_campaign(session, path, request, dialog)
    if request.at:
        raise UnsupportedError(
            f"With {session.provider.title} nothing can be scheduled: each message is handed over from here.",
            hint="Run `newsletter send` at that hour. Nothing was sent.",
        )
    if request.accepted_difference:
        raise UsageError(
            f"With {session.provider.title} no content is changed on the way: there is no difference to accept.",
            hint="Leave --accept-difference out. Nothing was sent.",
        )
    return send_direct(session, path, request, dialog)
