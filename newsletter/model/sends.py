"""A send: one issue to one target once, directly or as a provider's campaign, and how far it has come."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum

from newsletter.model.campaign import Target


class SendMode(StrEnum):
    """How an issue is sent."""

    DIRECT = "direct"
    """One message per recipient, each handed over by this computer."""
    CAMPAIGN = "campaign"
    """A campaign that the provider keeps, and sends when it is told to."""


class Purpose(StrEnum):
    """Why an issue goes to a target: as a whole, to fix what some got, or to those who have not got it."""

    WHOLE = "whole"
    CORRECTION = "correction"
    REMAINDER = "remainder"


class SendState(StrEnum):
    """How far a send has come, as the ledger knows it."""

    DRAFT = "draft"
    """The provider may have a draft, for tests; nobody has asked for it to be sent. Campaigns only."""
    INTENDED = "intended"
    """It is to be sent; nothing has left yet, or the provider has certainly not sent it."""
    SENDING = "sending"
    """Some messages have been handed over. Direct sends only."""
    SCHEDULED = "scheduled"
    """The provider will send it at its hour. Campaigns only."""
    SENT = "sent"
    """Every recipient has an outcome, or the provider reports that it is sending it or has sent it."""
    STOPPED = "stopped"
    """It was stopped while it was being sent: some may have it. Campaigns only."""
    CANCELLED = "cancelled"
    """It was cancelled before anyone got it, and its campaign cannot be used again. Campaigns only."""
    FAILED = "failed"
    """It ended before anybody got it. Direct sends only."""
    UNCERTAIN = "uncertain"
    """The provider may or may not have sent it: a person decides."""

    @property
    def is_live(self) -> bool:
        """Return whether it stands in the way of another send of the same kind."""
        return self not in {SendState.CANCELLED, SendState.FAILED}

    @property
    def is_under_way(self) -> bool:
        """Return whether it was asked for, and has neither been sent nor cancelled."""
        return self in {SendState.INTENDED, SendState.SENDING, SendState.SCHEDULED, SendState.UNCERTAIN}

    @property
    def reaches_somebody(self) -> bool:
        """Return whether somebody has it, may have it, or is to get it."""
        return self not in {SendState.DRAFT, SendState.CANCELLED, SendState.FAILED}

    def may_become(self, other: SendState) -> bool:
        """Return whether a send may change from this state to another; it may always stay as it is."""
        return other is self or other in _NEXT[self]


_NEXT: Mapping[SendState, frozenset[SendState]] = {
    SendState.DRAFT: frozenset({SendState.INTENDED}),
    SendState.INTENDED: frozenset(SendState),
    SendState.SENDING: frozenset({SendState.SENT, SendState.FAILED, SendState.UNCERTAIN}),
    SendState.SCHEDULED: frozenset(SendState) - {SendState.SENDING, SendState.FAILED},
    # whatever has left never becomes a draft or an intent again: that could send it twice
    SendState.SENT: frozenset({SendState.SCHEDULED, SendState.STOPPED, SendState.UNCERTAIN}),
    SendState.STOPPED: frozenset({SendState.SCHEDULED, SendState.SENT, SendState.UNCERTAIN}),
    # a cancelled campaign may turn out to be one that the provider can still use, or has sent
    SendState.CANCELLED: frozenset(SendState) - {SendState.SENDING, SendState.FAILED},
    SendState.FAILED: frozenset(),
    SendState.UNCERTAIN: frozenset(SendState),
}
"""The state machine: which states may follow each. It holds for both modes; the ledger refuses every other change."""


class PendingCall(StrEnum):
    """A call to the provider that is recorded before it is made, and cleared when its outcome is known."""

    SAVE = "save"
    SCHEDULE = "schedule"
    SEND = "send"
    UNSCHEDULE = "unschedule"
    CANCEL = "cancel"

    @property
    def may_send(self) -> bool:
        """Return whether the issue may have gone when this call was made and its outcome is not known."""
        return self in {PendingCall.SCHEDULE, PendingCall.SEND}


def campaign_key(issue: str, target: Target, purpose: Purpose, attempt: int) -> str:
    """Return our name for a provider's campaign, by which it is found again.

    It is the same on every machine and without a ledger: so a campaign made by a ledger that was lost is still found.
    Nothing that people may change in between is part of it.
    """
    return _key(issue, target.provider, target.audience, target.segment, purpose, str(attempt))


def former_campaign_key(issue: str, target: Target, purpose: Purpose, sender: str, attempt: int) -> str:
    """Return the name that earlier versions gave a campaign; it held the sender's address."""
    return _key(issue, target.provider, target.audience, target.segment, purpose, sender, str(attempt))


def _key(issue: str, *named: str) -> str:
    return f"nl-{issue}-{hashlib.sha256(chr(0).join((issue, *named)).encode()).hexdigest()[:8]}"
