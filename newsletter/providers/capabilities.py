"""What a provider says of itself: what it can do, its numbers, its secrets, and what a user should know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto

from newsletter.errors import UnsupportedError
from newsletter.model.dns_requirements import DnsRequirements


class Feature(Flag):
    """What a provider can do; what is missing is refused by name, or done in another way that is told."""

    NONE = 0
    SEGMENTS = auto()
    PARTS = auto()
    """It can leave out parts of an issue for some readers: each gets a message of their own."""
    COUNTS = auto()
    """It tells how many people a send would reach."""
    PREHEADER = auto()
    """It has a field for the preheader; elsewhere the HTML's hidden first words do the same."""
    PLAIN_TEXT = auto()
    """It takes our plain text; elsewhere it makes its own, or sends none."""
    SENDER = auto()
    """It takes the sender's name and address with each campaign; elsewhere they are settled in the account."""
    REPLY_TO = auto()
    TEST = auto()
    """It sends a test of the campaign itself to any address."""
    SCHEDULE = auto()
    UNSCHEDULE = auto()
    CANCEL = auto()
    """It can stop a campaign that is on its way; what has left has left."""
    UPLOAD = auto()
    """It stores pictures; elsewhere they must be under the settings' `media_url`."""
    REPORT = auto()
    AGAIN = auto()
    """It can be told to send to those who got an earlier campaign, or who did not: corrections, and remainders."""
    READ_BACK = auto()
    """It tells the content of a campaign as it holds it."""
    TELLS = auto()
    """It can list the recipients it has a message for, and each message can be read back."""


ABILITIES: Mapping[Feature, str] = {
    Feature.SEGMENTS: "send to a segment of an audience",
    Feature.COUNTS: "count the recipients before a send",
    Feature.TEST: "send a test",
    Feature.SCHEDULE: "schedule a send",
    Feature.UNSCHEDULE: "cancel a scheduled send",
    Feature.CANCEL: "stop a send that is running",
    Feature.UPLOAD: "store pictures",
    Feature.REPORT: "report the results of an issue",
    Feature.AGAIN: "send corrections, and to those who have not received the issue",
    Feature.READ_BACK: "return the stored email, to compare it before it is sent",
    Feature.TELLS: "report the status of each message",
}
"""What `newsletter providers` lists of a provider, in words."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A provider's numbers; None where it names none."""

    schedule_step_minutes: int = 1
    schedule_least_minutes: int = 1
    schedule_most_days: int | None = None
    schedules_segments: bool = True
    """Whether what goes to a segment can be scheduled too."""
    html_bytes: int | None = None
    subject_length: int | None = None
    test_addresses: int | None = None

    def first_moment(self, wanted: dt.datetime, now: dt.datetime) -> dt.datetime:
        """Return the first moment from the wanted one on that the provider takes, in UTC."""
        wanted, now = wanted.astimezone(dt.UTC), now.astimezone(dt.UTC)
        least = now + dt.timedelta(minutes=self.schedule_least_minutes + 1)
        whole = max(wanted, least).replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
        return _on_step(whole, self.schedule_step_minutes)

    def check_moment(self, when: dt.datetime, now: dt.datetime, provider: str) -> None:
        """Raise UnsupportedError naming the nearest moments that the provider takes, where it does not take `when`.

        All is reckoned in UTC: on the day of a clock change, local times are neither equal nor in order as they look.
        """
        zone, when, now = when.tzinfo, when.astimezone(dt.UTC), now.astimezone(dt.UTC)
        earliest = _on_step(now + dt.timedelta(minutes=self.schedule_least_minutes), self.schedule_step_minutes)
        if when < earliest:
            words = f"the earliest possible time is {_hour(_whole_minute(earliest), zone)}"
            raise UnsupportedError(f"{provider} cannot send at {_hour(when, zone)}: {words}.")
        if self.schedule_most_days is not None and when > now + dt.timedelta(days=self.schedule_most_days):
            words = f"it can schedule at most {self.schedule_most_days} days ahead"
            raise UnsupportedError(f"{provider} cannot send at {_hour(when, zone)}: {words}.")
        after = _on_step(when, self.schedule_step_minutes)
        if after != when:
            before = max(earliest, after - dt.timedelta(minutes=self.schedule_step_minutes))
            choices = " or ".join(dict.fromkeys(_hour(moment, zone) for moment in (before, after)))
            raise UnsupportedError(
                f"{provider} can only send at multiples of {self.schedule_step_minutes} minutes, not at "
                f"{_hour(when, zone)}.",
                hint=f"The nearest possible times are {choices}.",
            )


def _whole_minute(moment: dt.datetime) -> dt.datetime:
    """Return the first whole minute from a moment on: what is named must not be a time that is refused."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + dt.timedelta(minutes=1)


def _on_step(moment: dt.datetime, minutes: int) -> dt.datetime:
    """Return the first moment from this one on that is on the step, counted in UTC from the full hour.

    A step of one minute is none: what takes every minute takes seconds too.
    """
    if minutes <= 1:
        return moment
    utc = moment.astimezone(dt.UTC)
    hour = utc.replace(minute=0, second=0, microsecond=0)
    steps = -((hour - utc) // dt.timedelta(minutes=minutes))
    return hour + steps * dt.timedelta(minutes=minutes)


def _hour(moment: dt.datetime, zone: dt.tzinfo | None) -> str:
    """Return a moment in a zone, with the zone's abbreviation; with the offset from UTC where there is no better one.

    Zones without abbreviations of their own have the offset in their place (`-03`), without its minutes.
    """
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    offset = local.isoformat(timespec="minutes")[16:]
    return f"{local:%Y-%m-%d %H:%M}{offset if not name[:1].isalpha() else ' ' + name}"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that a provider needs: its environment variable, and what it is in words."""

    variable: str
    what: str
    only_with: str = ""
    """The option of the settings without which it is not needed."""


@dataclass(frozen=True, slots=True)
class Additions:
    """How many bytes a provider puts into our HTML, as nearly as is known: once, and for each link that it counts."""

    once: int = 0
    per_link: int = 0
    why: str = ""
    """What that is, or why it is nothing, in words."""

    def to(self, links: int) -> int:
        """Return the bytes added to HTML with so many links to the web."""
        return self.once + self.per_link * links


@dataclass(frozen=True, slots=True)
class PartialSends:
    """What is to be known of a provider where it sent a campaign to some people only.

    `paused`, `stopped` and `fewer` say in sentences what a person can do in each case; none may lead to a second email
    to people who have the first. `lag` is how late its counts may be; `inexact` is the share of a list that its count
    may hold too many, because people who left are in it.
    """

    paused: str = (
        "Check the campaign on the provider's website: it shows why the campaign was paused and whether it can "
        "be resumed."
    )
    stopped: str = "The provider's website may show who has it."
    fewer: str = "Ask the provider's support who did not receive it."
    lag: dt.timedelta = dt.timedelta(0)
    inexact: float = 0.0


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """What a provider says of itself, for `newsletter providers` and for the checks before any call."""

    name: str
    title: str
    features: Feature
    limits: Limits
    secrets: Sequence[Secret] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    """The provider's own settings in newsletter.yaml, each with what it is."""
    settling_seconds: float = 180.0
    """How long after a change the provider may still show the old state of a campaign."""
    needs: DnsRequirements | None = None
    """What it asks of the DNS of the sender's domain; None where that is not known."""
    adds: Additions = Additions()
    """What it puts into the HTML on its way."""
    partial: PartialSends = PartialSends()
    notes: Sequence[str] = ()
    """What a user should know, one sentence each: what is done in another way, what cannot be done."""

    @property
    def is_own_server(self) -> bool:
        """Return whether it is a server that someone runs for the sender."""
        return self.needs is not None and self.needs.own_server

    @property
    def is_local(self) -> bool:
        """Return whether it only writes files on this computer."""
        return self.needs is not None and not self.needs.sends
