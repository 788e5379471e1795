"""What the ledger hands out: plain records, no database in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.errors import RefusalKind
from newsletter.model.campaign import DeliveryState, Target
from newsletter.model.sends import PendingCall, Purpose, SendMode, SendState


class ClearanceKind(StrEnum):
    """What was done with exactly this content before it may go."""

    CHECK = "check"
    TEST = "test"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Clearance:
    """That somebody checked, test-sent or approved a content; `amount` counts findings or test messages."""

    kind: ClearanceKind
    issue: str
    fingerprint: str
    parts: Mapping[str, str]
    who: str
    at: dt.datetime
    amount: int = 0
    account: str | None = None
    """The account on the computer under which it was given; None in ledgers of earlier versions."""
    audience_size: int | None = None
    """How many people were in the audience then; None where the provider does not tell."""
    audience_digest: str | None = None
    """The digest of who they were, under which the ledger keeps them; None where the provider does not tell."""


@dataclass(frozen=True, slots=True)
class SendRun:
    """Why an issue goes out, and how often it went for that reason, this time included."""

    purpose: Purpose = Purpose.WHOLE
    round: int = 1

    def name_for(self, issue: str) -> str:
        """Return the name of the run's messages: the issue's own for the first one to all."""
        return issue if self.purpose is Purpose.WHOLE else f"{issue}-{self.purpose}-{self.round}"


@dataclass(frozen=True, slots=True)
class DirectSendPlan:
    """A planned send: its issue, target and content (compressed)."""

    issue: str
    target: Target
    fingerprint: str
    parts: Mapping[str, str]
    content: bytes
    subject: str
    who: str
    recipients: Sequence[str]
    run: SendRun = SendRun()
    in_doubt: frozenset[str] = frozenset()
    """Recipients that the provider has a message for already, though the ledger knows of no send."""


@dataclass(frozen=True, slots=True)
class Send:
    """One send of an issue to a target, as the ledger knows it."""

    id: str
    issue: str
    target: Target
    target_name: str
    """The audience, or the part of it, in words for people."""
    mode: SendMode
    run: SendRun
    attempt: int
    """Counts the campaigns for the same target and purpose; 1 for direct sends."""
    state: SendState
    pending_call: PendingCall | None
    """The call that was begun and whose outcome is not known; None where all is known."""
    campaign_key: str
    """Our name for the provider's campaign, by which it is found there; empty for direct sends."""
    remote_id: str | None
    """The provider's id of the campaign, once it is known."""
    fingerprint: str | None
    parts: Mapping[str, str]
    subject: str
    recipients: int | None
    """How many it was to reach when it was intended; None where the provider does not tell."""
    scheduled_for: dt.datetime | None
    created_by: str
    created_at: dt.datetime
    finished_at: dt.datetime | None
    accepted: frozenset[str] = frozenset()
    """The fingerprints of the changes by the provider that people accepted for it."""

    @property
    def purpose(self) -> Purpose:
        """Return why it is sent."""
        return self.run.purpose

    @property
    def message_group(self) -> str:
        """Return the name that its messages are known by, apart from those of other runs of the same issue."""
        return self.run.name_for(self.issue)

    @property
    def is_unclear(self) -> bool:
        """Return whether it may have gone by a call that had no clear answer, or whose answer nobody waited for."""
        waits = self.state in {SendState.INTENDED, SendState.SCHEDULED}
        return self.state is SendState.UNCERTAIN or (
            waits and self.pending_call is not None and self.pending_call.may_send
        )

    def is_due(self, now: dt.datetime) -> bool:
        """Return whether its hour has come, so that it has gone, as far as is known."""
        return self.state is SendState.SCHEDULED and self.scheduled_for is not None and self.scheduled_for <= now


@dataclass(frozen=True, slots=True)
class SendIntent:
    """What is recorded with a campaign when somebody asks for it to be sent."""

    fingerprint: str
    parts: Mapping[str, str]
    content: bytes
    subject: str
    recipients: int | None


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many recipients of a campaign are in each state; `vouched` counts those that a person said were sent."""

    by_state: Mapping[DeliveryState, int]
    vouched: int = 0

    def __getitem__(self, state: DeliveryState) -> int:
        return self.by_state.get(state, 0)

    @property
    def total(self) -> int:
        """Return how many recipients there are."""
        return sum(self.by_state.values())

    @property
    def touched(self) -> bool:
        """Return whether anybody has, or may have, got the message."""
        return any(
            self[state] for state in (DeliveryState.HANDED_OVER, DeliveryState.DELIVERED, DeliveryState.UNCERTAIN)
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recipient, by key, whose message was refused, or is deferred and still waiting; `kind` is None if not kept."""

    key: str
    kind: RefusalKind | None
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One sentence of an issue's story."""

    issue: str
    who: str
    at: dt.datetime
    words: str
    send: str | None = None
    """The id of the send that it is about."""


@dataclass(frozen=True, slots=True)
class AuditNote:
    """A sentence for the story, to be written together with the change that it tells of."""

    who: str
    words: str
