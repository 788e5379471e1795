"""What the providers share that take single messages and cannot be asked afterwards which ones they took."""

from __future__ import annotations

import re
import threading
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from newsletter.errors import ProviderError, RefusedError
from newsletter.model.audience import (
    Audience,
    Segment,
    Subscriber,
    mask,
    segments_of,
    subscribed,
)
from newsletter.providers.base import AcceptState, DirectProvider, OutboundMessage

MOST_REFUSED = 5
"""Refusals in a row after which it is not the recipients that are at fault."""
_MOST_DOMAINS = 10_000
"""Domains that are kept in mind before those are dropped whose turn is over."""
ADDRESS = re.compile(r"[^\s<>@\"'()]+@[^\s<>@\"'(),;:]+")


def mask_addresses(text: str) -> str:
    """Return a text in one line, with every address masked."""
    return ADDRESS.sub(lambda found: mask(found[0].rstrip(".")), " ".join(text.split()))


class Pace:
    """Keeps a least time between two messages."""

    def __init__(self, pause: Callable[[float], None], clock: Callable[[], float]) -> None:
        self._pause = pause
        self._clock = clock
        self._last = float("-inf")
        self._turn = threading.Lock()

    def keep(self, seconds: float) -> None:
        """Wait until so many seconds have passed since the last message, from whatever thread that came."""
        with self._turn:
            wait = self._last + seconds - self._clock()
            if wait > 0:
                self._pause(wait)
            self._last = self._clock()


class DomainPace:
    """Keeps a least time between two messages to addresses of one domain."""

    def __init__(self, pause: Callable[[float], None], clock: Callable[[], float]) -> None:
        self._pause = pause
        self._clock = clock
        self._next: dict[str, float] = {}
        self._turn = threading.Lock()

    def keep(self, address: str, seconds: float) -> None:
        """Wait until so many seconds after the domain's last message, from whatever thread that came."""
        domain = address.rpartition("@")[2].casefold()
        with self._turn:
            now = self._clock()
            if len(self._next) >= _MOST_DOMAINS:
                self._next = {name: at for name, at in self._next.items() if at > now}
            turn = max(now, self._next.get(domain, now))
            self._next[domain] = turn + seconds
        if turn > now:
            self._pause(turn - now)


class HandoverProvider(DirectProvider):
    """Hands over each message once; many refusals in a row end the run: then it is the newsletter that is refused."""

    server: ClassVar[str]
    """What refuses, at the beginning of a hint."""
    _refused = 0
    _counting = threading.Lock()

    @abstractmethod
    def hand_over(self, message: OutboundMessage) -> None:
        """Hand over one message of a send; see `DirectProvider.deliver` for what is raised."""

    def deliver(self, message: OutboundMessage) -> None:
        """Hand over one message; see `DirectProvider.deliver` for what is raised."""
        with self._counting_refusals():
            self.hand_over(message)

    @contextmanager
    def _counting_refusals(self) -> Iterator[None]:
        """Count the messages that were refused in a row; raise ProviderError where there are too many."""
        try:
            yield
        except RefusedError as error:
            self._count_refusal(error)
            raise
        self._refused = 0

    def _count_refusal(self, error: RefusedError) -> None:
        with self._counting:
            self._refused += 1
            refused = self._refused
        if type(error) is RefusedError and refused >= MOST_REFUSED:
            raise ProviderError(
                f"{error.message.rstrip('.')}. {refused} messages in a row were rejected.",
                hint=(
                    f"{self.server} seems to reject the newsletter itself, not individual recipients. Fix the "
                    "cause, then send again: it continues where it stopped."
                ),
            ) from error

    def settle(self) -> None:
        """Do nothing: what was taken is in the server's hands."""

    def ask(self, issue: str, keys: Iterable[str]) -> dict[str, AcceptState]:  # noqa: ARG002 - the interface's
        """Report that it cannot be known."""
        return dict.fromkeys(keys, AcceptState.CANNOT_TELL)


class FileAudience(DirectProvider):
    """A provider whose audience is the file that the settings name."""

    reads_audience_file = True
    _audience: str
    _people: Callable[[], Iterable[Subscriber]]

    def audiences(self) -> tuple[Audience, ...]:
        """Return the one audience there is."""
        return (Audience(id=self._audience, name=self._audience, count=len(self._subscribed())),)

    def segments(self, audience: str) -> tuple[Segment, ...]:
        """Return what the audience's column of segments names."""
        self.audience(audience)
        return segments_of(self._subscribed())

    def recipients(self, audience: Audience) -> Collection[Subscriber]:
        """List those on the list who want, and can get, the newsletter."""
        self.audience(audience.id)
        return self._subscribed()

    def _subscribed(self) -> Collection[Subscriber]:
        return subscribed(self._people())
