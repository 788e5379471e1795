"""Providers that hand over one ready message per recipient: what each must be able to do, and say of itself.

Providers that keep campaigns of their own are in `newsletter.providers.campaign`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import ClassVar

from newsletter.errors import ProviderError, UnsupportedError
from newsletter.model.audience import Audience, Subscriber
from newsletter.model.brand import ReaderLinks
from newsletter.model.mergetag import MergeTag


class Capability(Flag):
    """What a provider can do; what is missing is refused by name before anything is sent."""

    NONE = 0
    COUNTS = auto()
    """It tells how many people a send would reach."""
    TEST = auto()
    """It hands a test message to any address."""
    TELLS = auto()
    """It can be asked for whom it has a message, now and later: what was sent can be read back."""


class Answer(Enum):
    """What a provider says when it is asked whether it has a message."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to go: the issue and the recipient's key name it, whatever is in it."""

    issue: str
    key: str
    address: str
    raw: bytes

    def __repr__(self) -> str:
        """Hide the recipient and the words."""
        return f"Parcel({self.issue}, {self.key})"


class Provider(ABC):
    """One way to send; an adapter that lacks a method, or does not say what it is, cannot be constructed."""

    name: ClassVar[str]
    """What the settings call it."""
    title: ClassVar[str]
    """What people call it, in the middle of a sentence."""
    capabilities: ClassVar[Capability]

    def __init__(self) -> None:
        missing = [word for word in ("name", "title", "capabilities") if not hasattr(self, word)]
        if missing:
            raise TypeError(f"{type(self).__name__} does not say its {' and '.join(missing)}")

    @abstractmethod
    def audiences(self) -> tuple[Audience, ...]:
        """List all audiences, with live counts where the provider tells them."""

    def audience(self, ident: str) -> Audience:
        """Return one audience; raise ProviderError naming those that there are."""
        there = self.audiences()
        for one in there:
            if one.id == ident:
                return one
        known = ", ".join(one.name for one in there) or "none"
        raise ProviderError(f"{self.title.capitalize()} has no audience {ident!r}.", hint=f"There are: {known}.")

    def needs(self, capability: Capability, what: str) -> None:
        """Refuse by name what this provider cannot do."""
        if capability not in self.capabilities:
            raise UnsupportedError(f"{self.title.capitalize()} cannot {what}.")


class DirectProvider(Provider):
    """A provider that takes one ready message per recipient; drafts, schedules and outcomes live in our ledger."""

    batch: ClassVar[int] = 1
    """How many messages may be handed over between two lines in the ledger: as many may be in doubt after a crash."""

    @abstractmethod
    def recipients(self, audience: Audience) -> tuple[Subscriber, ...]:
        """List those who would get an issue now, in a stable order."""

    def vet(self, tags: Iterable[MergeTag], links: ReaderLinks) -> None:
        """Refuse by name what it cannot make each reader's own, before anything is sent; most refuse nothing.

        It is for those that give one message to many readers: a mailing list is one recipient here.
        """

    @abstractmethod
    def prepare(self) -> None:
        """Make ready to take messages, before the first one of a run; raise ProviderError where it cannot be."""

    @abstractmethod
    def deliver(self, parcel: Parcel) -> None:
        """Take one message.

        Raise RefusedError where this one recipient is refused, DoubtError where it is not known whether the message
        was taken, and any other ProviderError where it was not taken and no further one would be.
        """

    @abstractmethod
    def settle(self) -> None:
        """Make what was delivered since the last call outlast a power cut, as far as it is in our hands."""

    @abstractmethod
    def ask(self, issue: str, keys: Iterable[str]) -> dict[str, Answer]:
        """Say for each recipient's key whether a message of the issue is, or was, taken; never guess."""

    @abstractmethod
    def deliver_test(self, parcel: Parcel) -> str:
        """Take a test message, apart from real ones; return where it is to be found, in words."""

    @abstractmethod
    def whereabouts(self) -> str:
        """Return where the messages are to be found, in words."""
