"""Send an issue once, or continue its send: one way for direct providers and for those that keep campaigns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.workflow.send_campaign import CampaignMethod
from newsletter.workflow.send_concerns import audience_concern, date_concern, earlier_concern
from newsletter.workflow.send_direct import DirectMethod
from newsletter.workflow.send_method import SendMethod
from newsletter.workflow.send_request import DryRun, SendDialog, SendRequest
from newsletter.workflow.session import SendSession, login

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.sending.direct_run import Outcome


def send_issue(
    session: SendSession, path: Path, request: SendRequest, dialog: SendDialog
) -> Outcome | CampaignStatus | DryRun | None:
    """Send an issue once, or continue its send after an interruption.

    Return the outcome of a direct send, the status of a campaign, or what a dry run would send; None if the person
    declined. Raise UncertainError if it is not known whether recipients got it.
    """
    kind = CampaignMethod if session.keeps_campaigns else DirectMethod
    kind.refuse_options(session, request)
    with session.ledger() as ledger:
        method = kind(session, ledger, path, request, dialog)
        with method.explain_failure():
            send = method.find_send()
            if request.verdict:
                if send is None:
                    raise method.no_doubt()
                send = method.resolve(send, request.verdict)
                result = method.result(send)
                if result is not None:
                    return result
            return _start(method) if send is None else _continue(method, send)


def _start(method: SendMethod) -> Outcome | CampaignStatus | DryRun | None:
    """Send an issue for the first time, or again to the recipients that the purpose selects."""
    from newsletter.sending.policy import enforce, record_check

    session, ledger, request, dialog = method.session, method.ledger, method.request, method.dialog
    ready, policy = session.ready_issue(method.path, request.segment), session.rules_for(request.segment)
    plan = replace(method.plan(ready), earlier=method.find_earlier(ready))
    ready = plan.ready
    enforce(ledger, ready.payload, policy, login())
    facts, calls = method.describe(plan)
    dialog.show_plan(ready.findings, facts)
    if request.dry_run:
        options = (f" --{request.purpose}" if request.purpose else "") + policy.part
        recipients = plan.count if calls is None else None
        return DryRun(method.path.stem, recipients, facts, calls, options)
    concerns = audience_concern(session, ledger, ready, policy, request.accepted.audience, request.purpose)
    concerns += date_concern(session, ready, method.when or ledger.clock(), request.accepted.date, request.purpose)
    concerns += earlier_concern(session, plan.earlier, request.accepted.earlier)
    if not dialog.confirm_concerns(concerns) or not dialog.confirm(plan.count):
        return None
    record_check(ledger, ready.payload, ready.findings, login())
    return method.start(plan)


def _continue(method: SendMethod, send: Send) -> Outcome | CampaignStatus | DryRun | None:
    """Continue a send that was interrupted; refuse one that is finished."""
    unfinished = method.check_unfinished(send)
    method.dialog.show_continued(unfinished.text)
    if method.request.dry_run:
        return unfinished.dry_run
    if unfinished.waiting != 0 and not method.dialog.confirm(unfinished.waiting):
        return None
    return method.carry_on(unfinished.send)
