"""What the ledger hands out: plain records, no database in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.campaign import DeliveryState, SendState, Target


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


@dataclass(frozen=True, slots=True)
class Plan:
    """A send that is about to be intended: what, to whom, and the content as it would be sent (compressed)."""

    issue: str
    target: Target
    fingerprint: str
    parts: Mapping[str, str]
    content: bytes
    subject: str
    who: str
    recipients: tuple[str, ...]
    in_doubt: frozenset[str] = frozenset()
    """Recipients that the provider has a message for already, though the ledger knows of no send."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A send as the ledger knows it."""

    id: str
    issue: str
    target: Target
    fingerprint: str
    parts: Mapping[str, str]
    subject: str
    recipients: int
    state: SendState
    created_by: str
    created_at: dt.datetime
    finished_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
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
        """Say whether anybody has, or may have, got the message."""
        return any(
            self[state] for state in (DeliveryState.HANDED_OVER, DeliveryState.DELIVERED, DeliveryState.UNCERTAIN)
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One sentence of an issue's story."""

    issue: str
    who: str
    at: dt.datetime
    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the story, to be written together with the change that it tells of."""

    who: str
    words: str
