"""The providers by name; an adapter is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.model.audience import Subscriber
from newsletter.providers.base import DirectProvider


@dataclass(frozen=True, slots=True)
class Supplies:
    """What the settings give a provider: the outbox's folder, and the audience with what reads the people on it."""

    folder: Path
    shown: str
    audience: str
    people: Callable[[], Iterable[Subscriber]]


def _outbox(supplies: Supplies) -> DirectProvider:
    from newsletter.providers.outbox import OutboxProvider  # noqa: PLC0415 - imported when asked for

    return OutboxProvider(supplies.folder, supplies.audience, supplies.people, shown=supplies.shown)


DIRECT: dict[str, Callable[[Supplies], DirectProvider]] = {"outbox": _outbox}
"""The providers that take one ready message per recipient."""


def build(name: str, supplies: Supplies) -> DirectProvider:
    """Return the provider that the settings name; raise UsageError naming those that there are."""
    if name not in DIRECT:
        raise UsageError(f"There is no provider called {name!r}.", hint=f"There are: {', '.join(DIRECT)}.")
    return DIRECT[name](supplies)
