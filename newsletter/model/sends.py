"""An order: that a provider with campaigns of its own is to send an issue, and how far that has come."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from newsletter.model.campaign import Target


class Purpose(StrEnum):
    """Why an issue goes to a target: as a whole, to fix what some got, or to those who have not got it."""

    WHOLE = "whole"
    CORRECTION = "correction"
    REMAINDER = "remainder"


class OrderState(StrEnum):
    """How far an order has come, as the ledger knows it."""

    DRAFT = "draft"
    """The provider may hold a draft, for tests; nobody has said that it is to go."""
    INTENDED = "intended"
    """It is to go; the provider has not been asked yet, or has surely not done it."""
    SCHEDULED = "scheduled"
    SENT = "sent"
    """The provider says that it is sending it, or has sent it."""
    STOPPED = "stopped"
    """It was stopped on its way: some may have it."""
    CANCELLED = "cancelled"
    """It was cancelled before anyone got it, and its campaign cannot be used again."""
    UNCERTAIN = "uncertain"

    @property
    def is_live(self) -> bool:
        """Say whether it stands in the way of another order of the same kind."""
        return self is not OrderState.CANCELLED

    @property
    def is_under_way(self) -> bool:
        """Return whether it was ordered, and neither sent nor cancelled."""
        return self in {OrderState.INTENDED, OrderState.SCHEDULED, OrderState.UNCERTAIN}


class PendingCall(StrEnum):
    """A call to the provider that is written down before it is made, and crossed out when its outcome is known."""

    SAVE = "save"
    SCHEDULE = "schedule"
    SEND = "send"
    UNSCHEDULE = "unschedule"
    CANCEL = "cancel"

    @property
    def may_send(self) -> bool:
        """Say whether the issue may have gone when this call was made and its outcome is not known."""
        return self in {PendingCall.SCHEDULE, PendingCall.SEND}


def campaign_key(issue: str, target: Target, purpose: Purpose, sender: str, attempt: int) -> str:
    """Return our name for a provider's campaign, by which it is found again.

    It is the same on every machine and without a ledger: so a campaign made by a ledger that was lost is still found.
    """
    named = "\0".join((issue, target.provider, target.audience, target.segment, purpose, sender, str(attempt)))
    return f"nl-{issue}-{hashlib.sha256(named.encode()).hexdigest()[:8]}"
