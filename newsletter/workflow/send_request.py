"""What a person asks for with a send, and what they are asked and shown meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from newsletter.workflow.send_concerns import NOTHING_ACCEPTED, Accepted, Concern

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.model.findings import Finding
    from newsletter.model.sends import Purpose
    from newsletter.providers.http_types import Call
    from newsletter.sending.reconcile import Verdict
    from newsletter.sending.signals import StopRequest
    from newsletter.workflow.recipient_names import RefusedRecipient


@dataclass(frozen=True, slots=True)
class SendRequest:
    """How an issue is to be sent."""

    segment: str | None = None
    """The part of the audience."""
    at: str | None = None
    """When, as a person wrote it."""
    now: bool = False
    """Whether to send at once, without the minutes in which it can be cancelled."""
    purpose: Purpose | None = None
    """Why it is sent again; None if that was not said."""
    verdict: Verdict | None = None
    """What a person says about messages whose delivery is uncertain."""
    accepted_difference: str = ""
    """The fingerprint of changes by the provider that are accepted."""
    accepted: Accepted = NOTHING_ACCEPTED
    dry_run: bool = False
    decided: tuple[str, ...] = ()
    """The recipients that the verdict is about, by address or key; none for all who are uncertain."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would be sent."""

    issue: str
    recipients: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    calls: Sequence[Call] | None = None
    """The requests to a provider that keeps campaigns."""
    options: str = ""
    """The options of the command that sends it."""
    delivered: int | None = None
    """How many have it already, if a send would be continued."""


class SendDialog(Protocol):
    """The person who sends an issue, as the use case talks to them."""

    def show_plan(self, findings: Sequence[Finding], facts: Mapping[str, str]) -> None:
        """Show what is about to be sent."""

    def show_continued(self, text: str) -> None:
        """Show that an interrupted send is continued."""

    def confirm_concerns(self, concerns: Sequence[Concern]) -> bool:
        """Ask about each concern; return whether all were accepted."""

    def confirm(self, count: int | None) -> bool:
        """Ask whether to send to so many people; None if the number is not known."""

    def warn(self, text: str) -> None:
        """Show a warning."""

    def list_uncertain(self, keys: Sequence[str], send: Send) -> None:
        """List the recipients of a send whose delivery is uncertain."""

    def list_refused(self, refused: Sequence[RefusedRecipient]) -> None:
        """List the recipients who were refused or are deferred, when a send ends before all have it."""

    def stop_requests(self) -> AbstractContextManager[StopRequest]:
        """Return a context in which the person can stop the send."""
