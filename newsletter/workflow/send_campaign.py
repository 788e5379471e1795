"""Send an issue with a provider that keeps campaigns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.model.sends import SendMode, SendState
from newsletter.workflow.campaign_status import statuses_of
from newsletter.workflow.send_method import PlannedSend, SendMethod, UnfinishedSend
from newsletter.workflow.send_request import DryRun, SendRequest
from newsletter.workflow.session import ReadyIssue, SendSession

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.providers.http_types import Call
    from newsletter.sending.campaign import CampaignSender
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.sending.reconcile import Verdict
    from newsletter.sending.repeat_send import RepeatRun


class CampaignMethod(SendMethod):
    """Has the provider send a campaign, at once or at an hour."""

    mode = SendMode.CAMPAIGN

    @classmethod
    def refuse_options(cls, session: SendSession, request: SendRequest) -> None:
        """Raise for a purpose, if the provider cannot tell who got which campaign, and for recipients."""
        from newsletter.sending.repeat_send import refuse_unable

        if request.decided:
            raise UsageError(
                f"With {session.provider.title} a campaign is uncertain as a whole, not for some recipients.",
                hint="Leave --recipient out.",
            )
        if request.purpose:
            refuse_unable(session.campaign_provider, request.purpose)

    @cached_property
    def sender(self) -> CampaignSender:
        """Return what sends through the provider."""
        return self.session.campaign_sender(self.ledger, self.request.accepted_difference)

    @cached_property
    def when(self) -> dt.datetime | None:
        """Return the hour that was asked for, or the end of the time in which the send can be cancelled."""
        from newsletter.sending.schedule import hour_to_send, parse_hour

        request, clock = self.request, self.ledger.clock()
        if request.at:
            return parse_hour(request.at, self.session.zone, clock)
        undo = 0 if request.now else self.session.workspace.settings.undo_minutes
        in_part = request.segment is not None or request.purpose is not None
        return hour_to_send(self.session.provider.about, undo, clock, in_part=in_part)

    def find_send(self) -> Send | None:
        """Return the send that is to be continued; raise UsageError for a time that does not exist, or has passed."""
        _ = self.when
        return super().find_send()

    def resolve(self, send: Send, verdict: Verdict) -> Send:
        """Take a person's word on an uncertain send, unless the provider can tell now."""
        from newsletter.sending.cancel import Canceller

        return Canceller(self.sender).resolve(send, verdict)

    def result(self, send: Send) -> CampaignStatus | None:
        """Return the status of a send that is sent, or that nobody gets; None if it is to be continued."""
        return None if send.state.is_under_way else self._status(send)

    def plan(self, ready: ReadyIssue) -> PlannedSend:
        """Determine the recipients; raise GateError if it was sent to them, or to another part of the audience."""
        from newsletter.sending.campaign_checks import refuse_overlap

        repeat = self._repeat(ready)
        if repeat:
            ready = ready._replace(target=repeat.target)
        issue, zone = ready.payload.issue, self.session.zone
        refuse_overlap(issue, ready.target, self.ledger.sends.all(issue), zone=zone)
        return PlannedSend(ready, ready.target.count, repeat=repeat)

    def _repeat(self, ready: ReadyIssue) -> RepeatRun | None:
        """Return the recipients of a further run; None for the first one; raise GateError if that one has begun."""
        from newsletter.sending.repeat_send import plan_repeat
        from newsletter.sending.send_errors import refuse_second

        issue, sender = ready.payload.issue, self.sender
        if self.request.purpose:
            return plan_repeat(
                sender.remote_state, issue, ready.target, self.request.purpose, ready.payload.fingerprint
            )
        send = self.ledger.sends.live(issue, ready.target.target)
        if send is not None and send.state is not SendState.DRAFT:
            raise refuse_second(send, sender.zone, tells=sender.tells)
        return None

    def describe(self, plan: PlannedSend) -> tuple[Mapping[str, str], Sequence[Call]]:
        """Return what is about to be sent, and the requests to the provider; refuse what it cannot do."""
        from newsletter.sending.campaign import narrowed
        from newsletter.sending.campaign_checks import refuse_nobody
        from newsletter.workflow.send_summary import campaign_summary

        refuse_nobody(plan.ready.target)
        facts = campaign_summary(self.session, self.ledger, plan.ready, self.when, self.request.purpose)
        payload = narrowed(plan.ready.payload, plan.ready.target)
        run = [plan.repeat.run] if plan.repeat else []
        return facts, self.sender.planned(payload, plan.ready.target, self.when, *run)

    def start(self, plan: PlannedSend) -> CampaignStatus:
        """Record the intent, and have the provider send."""
        with self.session.progress.waiting(f"Handing it over to {self.session.provider.title}"):
            known = plan.earlier.ids if plan.earlier else ()
            send = self.sender.begin(plan.ready.payload, plan.ready.target, self.when, plan.repeat, known)
        return self._status(send)

    def check_unfinished(self, send: Send) -> UnfinishedSend:
        """Ask how far a send is; refuse one that is scheduled or sent."""
        from newsletter.sending.formatting import format_datetime
        from newsletter.sending.send_errors import called, refuse_second, refuse_unscheduled

        sender, zone = self.sender, self.session.zone
        send = sender.remote_state.catch_up(send)
        if not send.state.is_under_way or send.state is SendState.SCHEDULED:
            if send.state is SendState.SCHEDULED and sender.remote_state.is_shown_as_draft(send):
                raise refuse_unscheduled(send, sender.provider.title, zone)
            raise refuse_second(send, zone, tells=sender.tells)
        text = (
            f"The send of {called(send)} that {send.created_by} began on {format_datetime(send.created_at, zone)} was "
            f"interrupted. First {self.session.provider.title} is asked how far it got; then exactly the content of "
            "that send is sent."
        )
        return UnfinishedSend(send, text, send.recipients, DryRun(send.issue))

    def carry_on(self, send: Send) -> CampaignStatus:
        """Ask the provider how far it got, and have it send what surely was not sent."""
        is_wish = bool(self.request.at) or self.request.now
        with self.session.progress.waiting(f"Asking {self.session.provider.title}"):
            send = self.sender.carry_on(send, self.when, is_wish=is_wish)
        return self._status(send)

    def _status(self, send: Send) -> CampaignStatus:
        """Return the status of a send; the provider is asked once how far it is, and what it holds."""
        from newsletter.sending.campaign_status import CampaignStatus

        session = self.session
        if send.state not in {SendState.SCHEDULED, SendState.SENT, SendState.STOPPED}:
            return CampaignStatus(send, session.provider.about, zone=session.zone)
        with session.progress.waiting(f"Asking {session.provider.title} how far it is"):
            (status,) = statuses_of(session, self.ledger, [send], self.ledger.clock())
        return status
