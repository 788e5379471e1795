"""What a rehearsed provider remembers: campaigns, what was sent, tests, pictures; in a file if asked."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from newsletter.errors import UsageError


class CampaignStatus(StrEnum):
    """How far a campaign is, whatever the provider calls it."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Campaign:
    """A campaign as the provider holds it; `data` is in the provider's own words."""

    id: str
    data: dict[str, Any]
    made: dt.datetime
    changed: dt.datetime
    stage: CampaignStatus = CampaignStatus.DRAFT
    due: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A message before it is filled for each reader: merge tags are still the provider's."""

    subject: str
    html: str
    text: str
    sender_name: str
    sender_email: str
    reply_to: str = ""
    preheader: str = ""


@dataclass(slots=True)
class Dispatch:
    """One sending of one campaign: the mail as it stood, whom it goes to, and how many have got it."""

    campaign: str
    name: str
    mail: Mail
    people: list[str]
    at: dt.datetime
    seconds: float = 0.0
    gone: int = 0
    ended: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class TestSend:
    """A test of a campaign, and to whom."""

    campaign: str
    mail: Mail
    people: list[str]
    at: dt.datetime


@dataclass(slots=True)
class SimulatedState:
    """All that the provider remembers."""

    campaigns: dict[str, Campaign] = field(default_factory=dict)
    dispatches: list[Dispatch] = field(default_factory=list)
    trials: list[TestSend] = field(default_factory=list)
    pictures: dict[str, dict[str, Any]] = field(default_factory=dict)
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeats: dict[str, str] = field(default_factory=dict)
    """What was answered to a request that came with a key of its own against being carried out twice."""
    numbers: int = 0
    ahead: float = 0.0
    """By how many seconds its clock is ahead of ours."""

    def now(self) -> dt.datetime:
        """Return the moment on its clock."""
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.ahead)

    def number(self) -> int:
        """Return a number that was not given before."""
        self.numbers += 1
        return self.numbers

    def add(self, identifier: str, data: dict[str, Any]) -> Campaign:
        """Keep a new campaign as a draft."""
        now = self.now()
        campaign = Campaign(identifier, data, now, now)
        self.campaigns[identifier] = campaign
        return campaign

    def dispatch(self, campaign: str) -> Dispatch | None:
        """Return the last sending of a campaign."""
        return next((one for one in reversed(self.dispatches) if one.campaign == campaign), None)

    def gone(self, campaign: str) -> int:
        """Return how many messages of a campaign have left, over all of its sendings."""
        return sum(one.gone for one in self.dispatches if one.campaign == campaign)

    def tick(self, begin: Callable[[Campaign], None]) -> bool:
        """Let time pass: begin what is due, and move on what is on its way; say whether anything changed."""
        now = self.now()
        changed = False
        for campaign in list(self.campaigns.values()):
            if campaign.stage is CampaignStatus.SCHEDULED and campaign.due and campaign.due <= now:
                begin(campaign)
                changed = True
            if campaign.stage is CampaignStatus.SENDING:
                changed = self._move_on(campaign, now) or changed
        return changed

    def under_way(self, campaign: str) -> list[Dispatch]:
        """Return the sendings of a campaign that have not ended: more than one where it was sent twice."""
        return [one for one in self.dispatches if one.campaign == campaign and one.ended is None]

    def _move_on(self, campaign: Campaign, now: dt.datetime) -> bool:
        changed = False
        for one in self.under_way(campaign.id):
            passed = (now - one.at).total_seconds()
            share = 1.0 if passed >= one.seconds else passed / one.seconds
            gone = max(one.gone, int(len(one.people) * share))
            changed = changed or gone != one.gone or share >= 1.0
            one.gone = gone
            if share >= 1.0:
                one.ended = now
        if not self.under_way(campaign.id):
            campaign.stage, changed = CampaignStatus.SENT, True
        return changed

    def save(self, path: Path) -> None:
        """Write all of it into a file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(TypeAdapter(SimulatedState).dump_json(self))
        Path(name).replace(path)

    @classmethod
    def load(cls, path: Path) -> SimulatedState:
        """Read what was written, or begin anew where there is no such file."""
        if not path.exists():
            return cls()
        try:
            data = json.loads(path.read_bytes())
            # a field that is missing is not made up
            state = TypeAdapter(cls).validate_python({one.name: data[one.name] for one in fields(cls)})
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise UsageError(
                f"{path} does not hold the state of a rehearsal.", hint="Name another file with --state, or delete it."
            ) from error
        return state
