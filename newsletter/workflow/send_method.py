"""What sending directly and sending a campaign have to provide, so that one use case sends either way."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from newsletter.errors import UsageError
from newsletter.workflow.send_request import DryRun, SendDialog, SendRequest
from newsletter.workflow.session import ReadyIssue, SendSession

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.ledger.store import Ledger
    from newsletter.model.campaign import Target
    from newsletter.model.sends import SendMode
    from newsletter.providers.http_types import Call
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.sending.direct_run import Outcome
    from newsletter.sending.earlier_sends import EarlierSends
    from newsletter.sending.recipients import RecipientPlan
    from newsletter.sending.reconcile import Verdict
    from newsletter.sending.repeat_send import RepeatRun


@dataclass(frozen=True, slots=True)
class PlannedSend:
    """A send that may begin: the issue, and who would get it."""

    ready: ReadyIssue
    count: int | None
    """How many would get it; None if the provider does not tell."""
    recipients: RecipientPlan | None = None
    """The recipients of a direct send."""
    repeat: RepeatRun | None = None
    """The run of a campaign that goes to the same target again."""
    earlier: EarlierSends | None = None
    """Other sends by which the recipients may have it already."""


@dataclass(frozen=True, slots=True)
class UnfinishedSend:
    """A send that was interrupted and may be continued."""

    send: Send
    text: str
    """What will be continued, and how."""
    waiting: int | None
    """How many are still to get it; None if that is not known, 0 if nobody needs to be asked about."""
    dry_run: DryRun


@dataclass(frozen=True)
class SendMethod(ABC):
    """One of the two ways in which an issue is sent, for one request."""

    mode: ClassVar[SendMode]
    """How its sends are recorded."""

    session: SendSession
    ledger: Ledger
    path: Path
    request: SendRequest
    dialog: SendDialog

    @classmethod
    @abstractmethod
    def refuse_options(cls, session: SendSession, request: SendRequest) -> None:
        """Raise for options that the provider cannot follow."""

    @property
    def when(self) -> dt.datetime | None:
        """Return when the issue is to be sent; None for at once."""
        return None

    def find_send(self) -> Send | None:
        """Return the send that is to be continued, or None; without a purpose any that was interrupted is meant."""
        target, request = self.target, self.request
        waiting = [
            one
            for one in self.ledger.sends.all(self.path.stem, provider=target.provider, mode=self.mode)
            if one.state.is_under_way
            and request.purpose in {None, one.purpose}
            and (request.segment is None or one.target == target)
        ]
        return waiting[-1] if waiting else None

    @property
    def target(self) -> Target:
        """Return the target of the request."""
        return self.session.resolve_target(self.request.segment).target

    @abstractmethod
    def resolve(self, send: Send, verdict: Verdict) -> Send:
        """Take a person's word on an uncertain send, and return it as it is then."""

    def no_doubt(self) -> UsageError:
        """Return the error for a verdict on something that is not uncertain."""
        issue = self.path.stem
        return UsageError(
            f"No messages of {issue} are uncertain.", hint=f"Run `newsletter status {issue}` to see its status."
        )

    @abstractmethod
    def plan(self, ready: ReadyIssue) -> PlannedSend:
        """Select who would get an issue; raise GateError or UsageError if it may not be sent to them now."""

    def find_earlier(self, ready: ReadyIssue) -> EarlierSends | None:
        """Return the other sends of the same content; None for a further run, whose recipients are told by sends."""
        from newsletter.sending.earlier_sends import find_earlier_sends

        if self.request.purpose:
            return None
        files = {path.stem for path in self.session.workspace.issue_paths()}
        sends = self.ledger.sends.all()
        return find_earlier_sends(sends, ready.payload, ready.target.words, self.mode, files)

    @abstractmethod
    def describe(self, plan: PlannedSend) -> tuple[Mapping[str, str], Sequence[Call] | None]:
        """Return what is about to be sent, by name, and the requests to a provider that keeps campaigns."""

    @abstractmethod
    def start(self, plan: PlannedSend) -> Outcome | CampaignStatus:
        """Record a send, and send."""

    @abstractmethod
    def check_unfinished(self, send: Send) -> UnfinishedSend:
        """Find out what is left of a send that was interrupted; raise if it is finished, or uncertain."""

    @abstractmethod
    def carry_on(self, send: Send) -> Outcome | CampaignStatus:
        """Continue a send that was interrupted."""

    @abstractmethod
    def result(self, send: Send) -> CampaignStatus | None:
        """Return the result of a send that a verdict has ended; None if it goes on."""

    @contextmanager
    def explain_failure(self) -> Iterator[None]:
        """List the recipients whose delivery is uncertain, or who were refused, if sending ends with an error."""
        yield
