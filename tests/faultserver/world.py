"""What is true at the provider: its campaigns, and which reader got how many copies.

Answers to a client need not be true yet: `Lag` says how many seconds each kind of answer is behind.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .clock import Clock

DRAFT, SCHEDULED, SENDING, SENT, PAUSED, CANCELLED = "draft", "scheduled", "sending", "sent", "paused", "cancelled"


@dataclass(frozen=True)
class Lag:
    """How many seconds answers are behind the truth."""

    state: float = 0.0  # the state of one campaign
    counts: float = 0.0  # how many were sent
    listing: float = 0.0  # the list of campaigns: also whether one is in it at all


@dataclass(frozen=True)
class Half:
    """What goes wrong while the provider sends, on its own side."""

    kind: str = (
        "none"  # none; finished: it says it has finished after `share`; paused: it stops there; refused: skips some
    )
    share: float = 1.0


@dataclass
class Dispatch:
    """One sending of a campaign to everybody on the list."""

    number: int
    start: float
    readers: list[str]
    skipped: set[str]
    seconds_each: float
    stop_after: int
    sent: int = 0
    stopped: bool = False


@dataclass
class Campaign:
    """A campaign as the provider really has it, with its past for answers that lag."""

    id: Any
    created: float
    document: dict[str, Any]
    state: str = DRAFT
    schedule_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    sent: int = 0
    to_send: int = 0
    deleted: bool = False
    past: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)

    def note(self, now: float) -> None:
        """Keep how the campaign looks now."""
        names = ("state", "schedule_at", "started_at", "finished_at", "sent", "to_send")
        self.past.append((now, {name: getattr(self, name) for name in names}))

    def seen(self, name: str, moment: float) -> Any:
        """Return a field as it was at that moment; of a campaign younger than that, as it was first."""
        value = self.past[0][1][name]
        for when, fields in self.past:
            if when > moment:
                break
            value = fields[name]
        return value


@dataclass
class World:
    """One provider's account: one list of readers, its campaigns, and everything that was delivered."""

    clock: Clock
    readers: list[str]
    lag: Lag = Lag()
    half: Half = Half()
    seconds_each: float = 0.0
    second_send: str = "refused"  # or "accepted": a second send call sends it all again
    taken_back: str = DRAFT  # what a scheduled campaign becomes that was cancelled: or CANCELLED
    skew: float = 0.0  # how far the provider's clock is ahead of ours
    campaigns: dict[Any, Campaign] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)
    tests: list[Any] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.begin = self.clock.now()

    def now(self) -> float:
        """Return the time on the provider's clock."""
        return self.clock.now() + self.skew

    def tell(self, words: str) -> None:
        """Add a line to the story of the run."""
        self.story.append(f"{self.clock.now() - self.begin:7.1f}  {words}")

    def create(self, identity: Any, document: dict[str, Any]) -> Campaign:
        """Make a draft."""
        campaign = Campaign(identity, self.now(), document)
        campaign.note(campaign.created)
        self.campaigns[identity] = campaign
        return campaign

    def get(self, identity: Any) -> Campaign | None:
        """Return a campaign that was not deleted."""
        self.tick()
        for key, campaign in self.campaigns.items():
            if str(key) == str(identity) and not campaign.deleted:
                return campaign
        return None

    def listed(self) -> list[Campaign]:
        """Return the campaigns that a list shows by now, newest first."""
        self.tick()
        moment = self.now() - self.lag.listing
        return [c for c in reversed(self.campaigns.values()) if not c.deleted and c.created <= moment]

    def look(self, campaign: Campaign, name: str, *, listing: bool = False) -> Any:
        """Return a field of a campaign as an answer shows it now."""
        behind = self.lag.counts if name in {"sent", "to_send"} else self.lag.state
        return campaign.seen(name, self.now() - (max(behind, self.lag.listing) if listing else behind))

    def change(self, campaign: Campaign, state: str, *, schedule_at: float | None = None) -> None:
        """Put a campaign into another state."""
        if (campaign.state, campaign.schedule_at) == (state, schedule_at) and state != SENDING:
            return
        campaign.state, campaign.schedule_at = state, schedule_at
        campaign.note(self.now())
        self.tell(f"TRUTH: campaign {campaign.id} is {state}")

    def schedule(self, campaign: Campaign, moment: float) -> None:
        """Have a campaign sent at that moment."""
        self.change(campaign, SCHEDULED, schedule_at=moment)

    def start(self, campaign: Campaign, at: float | None = None) -> None:
        """Begin to send a campaign, to everybody, whether it was sent before or not."""
        number = sum(len(one.dispatches) for one in self.campaigns.values()) + 1
        count = len(self.readers)
        stop_after = max(1, int(count * self.half.share)) if self.half.kind in {"finished", "paused"} else count
        skipped = (
            set(self.readers[:: max(2, int(1 / max(0.05, 1 - self.half.share)))])
            if self.half.kind == "refused"
            else set()
        )
        start = self.now() if at is None else at
        campaign.dispatches.append(Dispatch(number, start, list(self.readers), skipped, self.seconds_each, stop_after))
        campaign.started_at, campaign.finished_at = start, None
        campaign.to_send, campaign.sent = count, 0
        self.tell(f"TRUTH: sending no. {number} of campaign {campaign.id} begins")
        self.change(campaign, SENDING)
        self.tick()

    def stop(self, campaign: Campaign, state: str) -> None:
        """Stop the sending of a campaign; what has left has left."""
        self.tick()
        for dispatch in campaign.dispatches:
            dispatch.stopped = True
        self.change(campaign, state)

    def tick(self) -> None:
        """Do what is due by now: scheduled campaigns begin, and messages leave."""
        with self.lock:
            now = self.now()
            for campaign in self.campaigns.values():
                if campaign.deleted:
                    continue
                if campaign.state == SCHEDULED and campaign.schedule_at is not None and campaign.schedule_at <= now:
                    self.start(campaign, campaign.schedule_at)
                for dispatch in campaign.dispatches:
                    self._advance(campaign, dispatch, now)

    def _advance(self, campaign: Campaign, dispatch: Dispatch, now: float) -> None:
        if dispatch.stopped:
            return
        each = dispatch.seconds_each
        due = len(dispatch.readers) if each <= 0 else min(len(dispatch.readers), int((now - dispatch.start) / each) + 1)
        due = min(due, dispatch.stop_after)
        before = dispatch.sent
        while dispatch.sent < due:
            reader = dispatch.readers[dispatch.sent]
            dispatch.sent += 1
            if reader not in dispatch.skipped:
                self.copies[reader] += 1
                campaign.sent += 1
        if dispatch.sent != before:
            campaign.note(now)
        if dispatch.sent >= dispatch.stop_after:
            dispatch.stopped = True
            if self.half.kind == "paused" and dispatch.stop_after < len(dispatch.readers):
                self.change(campaign, PAUSED)
            else:
                campaign.finished_at = now
                self.change(campaign, SENT)
            self.tell(f"TRUTH: sending no. {dispatch.number} ends; {campaign.sent} of {campaign.to_send} have it")

    def delivered(self) -> int:
        """Return how many readers have at least one copy."""
        self.tick()
        return len(self.copies)

    def doubled(self) -> list[str]:
        """Return who has more than one copy."""
        self.tick()
        return [reader for reader, count in self.copies.items() if count > 1]

    def waiting(self) -> list[Campaign]:
        """Return the campaigns that will go, or go on going, with nobody's help."""
        self.tick()
        return [c for c in self.campaigns.values() if not c.deleted and c.state in {SCHEDULED, SENDING}]
