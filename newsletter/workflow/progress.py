"""What a use case reports while it works; the caller decides whether and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple


def _no_steps(_what: str, _total: int) -> AbstractContextManager[Callable[[int], None]]:
    return nullcontext(lambda _: None)


def _no_wait(_what: str) -> AbstractContextManager[None]:
    return nullcontext()


class Progress(NamedTuple):
    """Shows progress; by default nothing is shown."""

    steps: Callable[[str, int], AbstractContextManager[Callable[[int], None]]] = _no_steps
    """Called with a description and the number of steps; its context yields what counts the steps done."""
    waiting: Callable[[str], AbstractContextManager[None]] = _no_wait
    """Its context lasts as long as a provider is waited for."""
    report_wait: Callable[[str], None] = lambda _: None
    """Called with the reason for a long wait, such as a rate limit."""


SILENT = Progress()
