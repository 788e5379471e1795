"""Providers that keep campaigns of their own: what each adapter must be able to do, and say of itself."""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import ClassVar

from newsletter.errors import UncertainError, UnsupportedError
from newsletter.model.audience import Audience, Segment
from newsletter.model.mergetag import BuiltInTag, MergeTag, split
from newsletter.model.remote import CampaignDraft, CampaignReport, RemoteCampaign, RemoteContent
from newsletter.providers.http import Call


class Feature(Flag):
    """What a provider of campaigns can do; what is missing is refused by name, or done in another way that is told."""

    SEGMENTS = auto()
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
    READ_BACK = auto()
    """It tells the content of a campaign as it holds it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A provider's numbers; None where it names none."""

    schedule_step_minutes: int = 1
    schedule_least_minutes: int = 1
    schedule_most_days: int | None = None
    html_bytes: int | None = None
    subject_length: int | None = None
    test_addresses: int | None = None

    def check_moment(self, when: dt.datetime, now: dt.datetime, provider: str) -> None:
        """Raise UnsupportedError naming the nearest moments that the provider takes, where it does not take `when`."""
        earliest = _on_step(now + dt.timedelta(minutes=self.schedule_least_minutes), self.schedule_step_minutes)
        if when < earliest:
            words = f"it can be at {_hour(earliest, when)} at the earliest"
            raise UnsupportedError(f"{provider} cannot send at {_hour(when, when)}: {words}.")
        if self.schedule_most_days is not None and when > now + dt.timedelta(days=self.schedule_most_days):
            words = f"it takes moments up to {self.schedule_most_days} days ahead"
            raise UnsupportedError(f"{provider} cannot send at {_hour(when, when)}: {words}.")
        after = _on_step(when, self.schedule_step_minutes)
        if after != when:
            before = max(earliest, after - dt.timedelta(minutes=self.schedule_step_minutes))
            choices = " or ".join(dict.fromkeys(_hour(moment, when) for moment in (before, after)))
            raise UnsupportedError(
                f"{provider} sends at every {self.schedule_step_minutes} minutes only, not at {_hour(when, when)}.",
                hint=f"The nearest it can do: {choices}.",
            )


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


def _hour(moment: dt.datetime, like: dt.datetime) -> str:
    return f"{moment.astimezone(like.tzinfo):%Y-%m-%d %H:%M %Z}"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a provider writes merge tags, and what in an author's text it would take for one.

    `tags` maps our names to the provider's words for use without a fallback; `with_fallback` writes a tag that has one
    (None: the provider has no such thing, and a tag with a fallback is refused by name). `custom` writes a further
    column of the audience (None: refused by name). `escape` makes literal text that looks like the provider's syntax
    harmless.
    """

    tags: Mapping[str, str]
    with_fallback: Callable[[str, str], str] | None = None
    custom: Callable[[str], str] | None = None
    escape: Callable[[str], str] = str

    def write(self, text: str, provider: str) -> str:
        """Return the text with our merge tags in the provider's words; raise UnsupportedError naming one it lacks."""
        return "".join(
            self.escape(piece) if isinstance(piece, str) else self._tag(piece, provider) for piece in split(text)
        )

    def _tag(self, tag: MergeTag, provider: str) -> str:
        # a link that each reader has of their own is never a column of the audience
        if tag.name not in self.tags and (self.custom is None or tag.name in set(BuiltInTag)):
            raise UnsupportedError(
                f"{provider} cannot fill the merge tag {{{tag.name}}}",
                hint=f"It knows {', '.join('{' + name + '}' for name in self.tags)}.",
            )
        plain = self.tags.get(tag.name) or (self.custom(tag.name) if self.custom else "")
        if not tag.fallback:
            return plain
        if self.with_fallback is None:
            raise UnsupportedError(
                f"{provider} cannot use the words {tag.fallback!r} where a reader has no {tag.name}",
                hint=f"Write {{{tag.name}}} without them, and set the words in the provider's own audience settings.",
            )
        return self.with_fallback(plain, self.escape(tag.fallback))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a provider is known to change in content it stores, so that reading it back does not cry wolf.

    `drop` lists patterns that are taken out of both sides before they are compared (tracking pixels, an added footer).
    """

    drop: Sequence[re.Pattern[str]] = ()

    def normal(self, html: str) -> str:
        """Return the HTML in the form in which two sides are compared: without what may differ, space folded."""
        for pattern in self.drop:
            html = pattern.sub("", html)
        return re.sub(r"\s+", " ", html).replace("> <", "><").strip()


def utc_now() -> dt.datetime:
    """Return this moment."""
    return dt.datetime.now(dt.UTC)


def labelled(title: str, key: str) -> str:
    """Return the name under which a provider keeps a campaign: what people read, and our key behind it."""
    return f"{title} [{key}]"


def carries(name: object, key: str) -> bool:
    """Say whether a campaign's name ends with our key."""
    return isinstance(name, str) and name.rstrip().endswith(f"[{key}]")


def only_one(found: Sequence[RemoteCampaign], key: str, provider: str) -> RemoteCampaign | None:
    """Return the one campaign that carries our key; raise UncertainError naming the several that do."""
    if len(found) > 1:
        named = ", ".join(f"{one.id} ({one.raw_state or one.state})" for one in found)
        raise UncertainError(
            f"{provider} has {len(found)} campaigns with the key {key}: {named}.",
            hint="Look at each of them there, and delete those that are not to be sent.",
        )
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that a provider needs: its environment variable, and what it is in words."""

    variable: str
    what: str


@dataclass(frozen=True, slots=True)
class About:
    """What a provider says of itself, for `newsletter providers` and for the checks before any call."""

    name: str
    title: str
    features: Feature
    limits: Limits
    secrets: Sequence[Secret] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    """The provider's own settings in newsletter.yaml, each with what it is."""
    notes: Sequence[str] = ()
    """What a user should know, one sentence each: what is done in another way, what cannot be done."""


class CampaignProvider(ABC):
    """One service that keeps campaigns; an adapter that lacks a method cannot be constructed.

    Every method that changes something may raise DoubtError: then `find` and `state` tell what the provider has.
    """

    about: ClassVar[About]
    dialect: ClassVar[Dialect]
    allowance: ClassVar[Allowance] = Allowance()

    @abstractmethod
    def check(self) -> str:
        """Make sure that the key works; return the account's name."""

    @abstractmethod
    def audiences(self) -> list[Audience]:
        """List all audiences, every page of them, with live counts where the provider tells them."""

    @abstractmethod
    def segments(self, audience: str) -> list[Segment]:
        """List the segments of an audience, every page of them."""

    @abstractmethod
    def find(self, key: str) -> RemoteCampaign | None:
        """Find the campaign that was made with our key, or None; raise UncertainError where there are several."""

    @abstractmethod
    def save(self, draft: CampaignDraft, existing: str | None) -> str:
        """Create the campaign as a draft, or bring the `existing` one up to date; return its id. Nothing is sent."""

    @abstractmethod
    def read(self, campaign: str) -> RemoteContent:
        """Read back what the provider holds."""

    @abstractmethod
    def test(self, campaign: str, draft: CampaignDraft, addresses: Sequence[str]) -> None:
        """Send a test to these addresses only."""

    @abstractmethod
    def schedule(self, campaign: str, when: dt.datetime) -> None:
        """Have the campaign sent at an aware moment that the limits allow."""

    @abstractmethod
    def unschedule(self, campaign: str) -> None:
        """Make a scheduled campaign a draft again."""

    @abstractmethod
    def send(self, campaign: str) -> None:
        """Have the campaign sent now. Never repeated by itself."""

    @abstractmethod
    def cancel(self, campaign: str) -> None:
        """Stop a campaign that is on its way."""

    @abstractmethod
    def state(self, campaign: str) -> RemoteCampaign:
        """Ask where the campaign stands."""

    @abstractmethod
    def report(self, campaign: str) -> CampaignReport:
        """Ask what came of it."""

    @abstractmethod
    def upload(self, name: str, content_type: str, data: bytes) -> str:
        """Store a picture; return its https link. The same bytes need not give the same link."""

    @abstractmethod
    def plan(self, draft: CampaignDraft, when: dt.datetime | None) -> list[Call]:
        """Return the calls that saving and then sending (or scheduling) would make, with `{campaign}` for the id."""

    def expected(self, draft: CampaignDraft) -> RemoteContent:
        """Return what `read` gives where the provider holds the draft as it was handed over."""
        message, features = draft.message, self.about.features

        def written(text: str) -> str:
            return self.dialect.write(text, self.about.title)

        return RemoteContent(
            subject=written(message.subject),
            preheader=written(message.preheader) if Feature.PREHEADER in features else None,
            html=written(message.html),
            text=written(message.text) if Feature.PLAIN_TEXT in features else None,
            sender_name=message.sender.name if Feature.SENDER in features else None,
            sender_email=message.sender.email if Feature.SENDER in features else None,
            reply_to=message.reply_to or "" if Feature.REPLY_TO in features else None,
            audience=draft.audience,
            segment=draft.segment,
        )

    def needs(self, feature: Feature, what: str) -> None:
        """Refuse by name what this provider cannot do, before anything is sent."""
        if feature not in self.about.features:
            raise UnsupportedError(f"{self.about.title} cannot {what}", hint=" ".join(self.about.notes))
