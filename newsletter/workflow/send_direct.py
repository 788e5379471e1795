"""Send an issue with a provider that takes one message per recipient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsletter.errors import LedgerError, ProviderError, UncertainError, UnsupportedError, UsageError
from newsletter.model.sends import Purpose, SendMode, SendState
from newsletter.workflow.recipient_names import refused_recipients
from newsletter.workflow.send_method import PlannedSend, SendMethod, UnfinishedSend
from newsletter.workflow.send_request import DryRun, SendRequest
from newsletter.workflow.session import ReadyIssue, SendSession, login

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.sending.direct_run import Outcome
    from newsletter.sending.reconcile import Reconciler, Verdict
    from newsletter.sending.status import SendStatus


class DirectMethod(SendMethod):
    """Hands over one message per recipient from this computer."""

    mode = SendMode.DIRECT

    @classmethod
    def refuse_options(cls, session: SendSession, request: SendRequest) -> None:
        """Raise for a time, and for an accepted change: neither exists here."""
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

    def find_send(self) -> Send | None:
        """Return the send that is to be continued; without one and without a purpose, the finished one."""
        unfinished = super().find_send()
        if unfinished is not None or self.request.purpose:
            return unfinished
        return self.ledger.sends.last(self.path.stem, self.target)

    def _reconciler(self, send: Send) -> Reconciler:
        from newsletter.sending.reconcile import Reconciler

        return Reconciler(self.ledger, self.session.direct, send, login())

    def resolve(self, send: Send, verdict: Verdict) -> Send:
        """Take a person's word on the messages in doubt; the others are sent next."""
        from newsletter.model.audience import recipient_key
        from newsletter.model.campaign import DeliveryState
        from newsletter.model.titles import capital

        if not self.ledger.deliveries.recipients(send, DeliveryState.UNCERTAIN):
            raise self.no_doubt()
        given = (one.strip() for one in self.request.decided)
        keys = [recipient_key(send.issue, one) if "@" in one else one for one in given]
        resolution = self._reconciler(send).resolve(verdict, keys)
        if resolution.shown:
            title = capital(self.session.direct.title)
            self.dialog.warn(f"{title} has {resolution.shown:,} of them: these count as sent.")
        return self.ledger.sends.current(send)

    def result(self, send: Send) -> None:  # noqa: ARG002 - the interface's
        """Return None: whoever is waiting is sent to next."""
        return

    def plan(self, ready: ReadyIssue) -> PlannedSend:
        """Select the recipients."""
        from newsletter.ledger.send_history import refuse_concurrent
        from newsletter.sending.recipients import next_run, select_recipients

        purpose = self.request.purpose or Purpose.WHOLE
        before = self.ledger.deliveries.history(self.path.stem, self.session.direct.name)
        refuse_concurrent(before, self.ledger.clock())
        next_run(before, ready.payload, purpose)
        to = select_recipients(self.ledger, self.session.direct, ready.payload, purpose)
        return PlannedSend(ready, len(to.keys), recipients=to)

    def describe(self, plan: PlannedSend) -> tuple[Mapping[str, str], None]:
        """Return what is about to be sent."""
        from newsletter.workflow.send_summary import direct_summary

        if plan.recipients is None:
            raise TypeError("a direct send is planned with its recipients")
        return direct_summary(self.session, self.ledger, plan.ready, plan.recipients, self.request.purpose), None

    def start(self, plan: PlannedSend) -> Outcome:
        """Record the intent, and send."""
        from newsletter.sending.direct import begin
        from newsletter.sending.formatting import count_noun

        purpose = self.request.purpose or Purpose.WHOLE
        send = begin(self.ledger, self.session.direct, plan.ready.payload, login(), purpose)
        missing = (plan.count or 0) - (send.recipients or 0)
        if missing > 0:
            fewer = count_noun(missing, "recipient")
            self.dialog.warn(f"{fewer} got {send.issue} from another send in the meantime and are left out.")
        return self.carry_on(send)

    def check_unfinished(self, send: Send) -> UnfinishedSend:
        """Count who is still waiting; refuse a send that is finished or uncertain."""
        from newsletter.model.campaign import DeliveryState
        from newsletter.sending.formatting import format_datetime
        from newsletter.sending.send_errors import refuse_second

        counts = self.ledger.deliveries.count(send)
        if send.state is SendState.SENT:
            raise refuse_second(send, self.session.zone, counts=counts)
        self._reconciler(send).refuse_doubt()
        done = counts[DeliveryState.DELIVERED]
        waiting = counts[DeliveryState.PENDING] + counts[DeliveryState.HANDED_OVER]
        rest = (
            "The rest will get exactly the same email, without any changes made since." if waiting else "Nobody waits."
        )
        text = (
            f"The send of {send.issue} that {send.created_by} began on "
            f"{format_datetime(send.created_at, self.session.zone)} goes on: {done:,} of {counts.total:,} have it. "
            f"{rest}"
        )
        return UnfinishedSend(send, text, waiting, DryRun(send.issue, waiting, delivered=done))

    def carry_on(self, send: Send) -> Outcome:
        """Send to everybody who is still waiting."""
        from newsletter.model.campaign import DeliveryState
        from newsletter.sending.direct import carry_on

        session, dialog = self.session, self.dialog
        left = self.ledger.deliveries.count(send)[DeliveryState.PENDING]
        with dialog.stop_requests() as stop, session.progress.steps("Sending", left) as advance:
            return carry_on(
                self.ledger, session.direct, send, who=login(), stop=stop, progress=advance, tell=dialog.warn
            )

    @contextmanager
    def explain_failure(self) -> Iterator[None]:
        """List those who may or may not have got it, and those who were refused or are deferred.

        Nothing is listed if the ledger can no longer be read.
        """
        try:
            yield
        except UncertainError:
            now = self._recorded()
            if now is not None and now.last is not None:
                self.dialog.list_uncertain(now.in_doubt, now.last)
            raise
        except ProviderError as error:
            now = self._recorded()
            if now is not None and now.last is not None:
                refused = refused_recipients(self.session, now.refusals, now.last)
                error.facts = {"refusals": [one.data for one in refused]}
                self.dialog.list_refused(refused)
            raise

    def _recorded(self) -> SendStatus | None:
        from newsletter.sending.status import load_status

        try:
            return load_status(self.ledger, self.path.stem, self.session.provider.name)
        except LedgerError:
            return None
