"""What every provider must be able to do, and what those that hand over one ready message per recipient must.

Providers that keep campaigns of their own are in `newsletter.providers.campaign`.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from pydantic import Field

from newsletter.errors import UnsupportedError, UsageError
from newsletter.model.audience import Audience, Segment, Subscriber
from newsletter.model.branding import ReaderLinks
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.fields import FrozenModel
from newsletter.model.merge_tags import MergeTag
from newsletter.model.titles import capital
from newsletter.providers.capabilities import Feature, ProviderInfo
from newsletter.providers.steps import Lane, ThreadLane


class AcceptState(Enum):
    """Whether a message is, or was, taken, as the provider says when it is asked."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"


def _do_nothing() -> None:
    pass


@dataclass(frozen=True)
class OutboundMessage:
    """A message ready to go: the run's name and the recipient's key name it, whatever is in it.

    A run is called like its issue; a correction, and what goes to those who were left out, have names of their own.
    """

    issue: str
    key: str
    address: str
    content: bytes | tuple[bytes, ...]
    """The message, whole or in pieces, of which the first is its headers with the empty line after them."""
    begin_text: Callable[[], None] = field(default=_do_nothing, compare=False)
    """Called by a provider that `announces_text`, right before it gives the first byte of the message away.

    It may take a while, and raise: then the message must not be given away.
    """

    @cached_property
    def raw(self) -> bytes:
        """Return the message as it travels."""
        return self.content if isinstance(self.content, bytes) else b"".join(self.content)

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """Return the message in the pieces that it was given in."""
        return (self.content,) if isinstance(self.content, bytes) else self.content

    @property
    def headers(self) -> bytes:
        """Return the headers, with the empty line after them."""
        if isinstance(self.content, tuple):
            return self.content[0]
        return self.content[: self.content.find(b"\r\n\r\n") + 4 or None]

    def __repr__(self) -> str:
        """Hide the recipient and the words."""
        return f"OutboundMessage({self.issue}, {self.key})"


@dataclass(frozen=True, slots=True)
class ProviderContext:
    """What an adapter may be made from, beside its own options.

    `secret` returns a secret by its environment variable, or raises UsageError. The rest is for those that have no
    audience of their own: the name of the audience file, what reads the people on it, and the outbox's folder with its
    name for people.
    """

    secret: Callable[[str], str]
    audience: str
    people: Callable[[], Iterable[Subscriber]]
    folder: Path
    shown: str


class NoOptions(FrozenModel):
    """The options of an adapter that has none."""


class Provider(ABC):
    """One way to send; an adapter that lacks a method, or does not say what it is, cannot be constructed."""

    about: ClassVar[ProviderInfo]
    options: ClassVar[type[FrozenModel]] = NoOptions
    """What the settings may say under the provider's name."""

    reads_audience_file: ClassVar[bool] = False
    """Whether its audience is the file that the settings name, not a list of its own."""

    @classmethod
    @abstractmethod
    def make(cls, options: Any, supplies: ProviderContext) -> Self:
        """Make the adapter, with options of its own kind; nothing is called yet."""

    def __init_subclass__(cls, **values: Any) -> None:
        """Describe the settings of an adapter by its options, where its description says nothing of them."""
        super().__init_subclass__(**values)
        about = cls.__dict__.get("about")
        if isinstance(about, ProviderInfo) and not about.settings:
            settings = {name: str(one.description) for name, one in cls.options.model_fields.items()}
            cls.about = replace(about, settings=settings)

    def __new__(cls, *_args: object, **_values: object) -> Self:
        """Refuse an adapter that does not say what it is."""
        if not hasattr(cls, "about"):
            raise TypeError(f"{cls.__name__} does not say what it is: it lacks `about`")
        return super().__new__(cls)

    @classmethod
    def dns_requirements(cls, options: Any) -> DnsRequirements | None:  # noqa: ARG003 - for those with options of the kind
        """Return what it asks of the DNS of the sender's domain, with options of its own kind; None if nothing."""
        return cls.about.needs

    @property
    def name(self) -> str:
        """Return what the settings call it."""
        return self.about.name

    @property
    def title(self) -> str:
        """Return what people call it, in the middle of a sentence."""
        return self.about.title

    @classmethod
    def unfilled(cls, tag: MergeTag) -> str:  # noqa: ARG003 - for those that fill less
        """Explain why it cannot fill a merge tag, in words without its own name; empty where it can."""
        return ""

    @abstractmethod
    def check(self) -> str:
        """Make sure that it can be used as it is set up; return whose account it is, in words."""

    @abstractmethod
    def audiences(self) -> Sequence[Audience]:
        """List all audiences, every page of them, with live counts where the provider tells them."""

    @abstractmethod
    def segments(self, audience: str) -> Sequence[Segment]:
        """List the segments of an audience, every page of them; none where it has no such thing."""

    def audience(self, named: str | None) -> Audience:
        """Return the audience of an id or a name, the only one for None; raise UsageError naming those there are."""
        there = self.audiences()
        if named is None and len(there) == 1:
            return there[0]
        return _pick(
            there, named, f"{capital(self.title)} has no audience", "Set `audience` in newsletter.yaml to one of them."
        )

    def segment(self, audience: Audience, named: str) -> Segment:
        """Return the segment of an id or a name; raise UsageError naming those that there are."""
        self.needs(Feature.SEGMENTS, "send to part of an audience")
        return _pick(self.segments(audience.id), named, f"{audience.name} has no segment", "")

    def needs(self, feature: Feature, what: str) -> None:
        """Refuse by name what this provider cannot do, before anything is sent."""
        if feature not in self.about.features:
            raise UnsupportedError(f"{capital(self.title)} cannot {what}.", hint=" ".join(self.about.notes))


MOST_LISTED = 20
"""How many audiences or segments are named where the one that was asked for is not there."""

Part = TypeVar("Part", Audience, Segment)


def _pick(there: Sequence[Part], named: str | None, lack: str, hint: str) -> Part:
    """Return the one of an id, or the only one of a name."""
    found = [one for one in there if one.id == named] or [one for one in there if one.name == named]
    if len(found) == 1:
        return found[0]
    names = [one.name for one in there]
    if named is None:
        known = _listed([one.name if names.count(one.name) == 1 else f"{one.name} ({one.id})" for one in there])
        raise UsageError(f"No audience is set. The audiences are {known}.", hint=hint)
    if found:
        known = _listed([f"{one.name} ({one.id})" for one in found])
        raise UsageError(f"More than one has the name {named!r}.", hint=f"Use the id in brackets instead: {known}.")
    near = difflib.get_close_matches(named.casefold(), [one.casefold() for one in names], n=1)
    offer = next((f"Did you mean {one!r}? " for one in names if [one.casefold()] == near), "")
    raise UsageError(
        f"{lack} {named!r}.", hint=f"{offer}The available names are {_listed(list(dict.fromkeys(names)))}."
    )


def _listed(names: Sequence[str]) -> str:
    """Return names in one line; of very many the first ones."""
    more = f", and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    return (", ".join(names[:MOST_LISTED]) or "none") + more


def retry_field(who: str) -> Any:
    """Return the setting that says for how long deferred messages are tried again, in minutes."""
    return Field(
        15,
        ge=0,
        le=24 * 60,
        description=(
            f"How many minutes `send` keeps retrying messages that {who} defers, counted from the last accepted "
            "message; 0 leaves them to the next `newsletter send`."
        ),
        examples=[60],
    )


class DirectProvider(Provider):
    """A provider that takes one ready message per recipient; drafts, schedules and outcomes live in our ledger."""

    announces_text: ClassVar[bool] = False
    """Whether it calls a message's `begin_text` right before it gives the message away, and never gives it before."""

    batch: ClassVar[int] = 1
    """How many messages may be handed over between two lines in the ledger: as many may be in doubt after a crash."""

    @property
    def connections(self) -> int:
        """Return how many messages may be handed over at once; 0 for one that must be called in turn.

        Such a provider `announces_text`: the ledger has a message as handed over from then on.
        """
        return 0

    def lanes(self) -> Sequence[Lane]:
        """Return what hands over `connections` messages at once; by default, threads that call `deliver`."""
        return [ThreadLane(self.deliver) for _ in range(self.connections)]

    def check(self) -> str:
        """Count the audiences: whoever can list them can be used."""
        return ", ".join(one.name for one in self.audiences()) or "no audience yet"

    def segments(self, audience: str) -> Sequence[Segment]:  # noqa: ARG002 - the interface's
        """Return none: most have no such thing."""
        return ()

    @property
    def retry_seconds(self) -> float:
        """Return for how long a run tries deferred messages again, from the last message taken; 0 for not at all."""
        return 0.0

    @abstractmethod
    def recipients(self, audience: Audience) -> Collection[Subscriber]:
        """Return those who would get an issue now, in a stable order; they may be gone through several times."""

    def addresses(self, audience: Audience) -> Sequence[str]:
        """List the addresses of those who would get an issue now; for providers that list names more slowly."""
        return [one.email for one in self.recipients(audience)]

    def vet(self, tags: Iterable[MergeTag], links: ReaderLinks) -> None:
        """Refuse by name what it cannot make each reader's own, before anything is sent; most refuse nothing.

        It is for those that give one message to many readers: a mailing list is one recipient here.
        """

    @abstractmethod
    def prepare(self) -> None:
        """Make ready to take messages, before the first one of a run; raise ProviderError where it cannot be."""

    @abstractmethod
    def deliver(self, message: OutboundMessage) -> None:
        """Take one message.

        Raise RefusedError where this one recipient is refused, DeferredError where this one message is not taken for
        now, UnavailableError where none is taken for now, DoubtError where it is not known whether the message was
        taken, and any other ProviderError where it was not taken and no further one would be.
        """

    @abstractmethod
    def settle(self) -> None:
        """Make what was delivered since the last call outlast a power cut, as far as it is in our hands."""

    @abstractmethod
    def ask(self, issue: str, keys: Iterable[str]) -> dict[str, AcceptState]:
        """Return for each recipient's key whether a message of the run `issue` is, or was, accepted; never guess."""

    @abstractmethod
    def deliver_test(self, message: OutboundMessage) -> str:
        """Take a test message, apart from real ones; return where it is to be found, in words."""

    @abstractmethod
    def whereabouts(self) -> str:
        """Return where the messages are to be found, in words."""
