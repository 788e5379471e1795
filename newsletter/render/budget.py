"""Limits on what the templates of one rendering may use: steps, characters and processor time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jinja2 import TemplateRuntimeError

MOST_STEPS = 300_000
"""Passes of loops and calls of parts and functions; a large issue needs some thousands."""

MOST_CHARACTERS = 30_000_000
"""Characters that all operations together may make; a large issue needs about one million."""

LARGEST_VALUE = 2_000_000
"""Characters and entries of one value; Gmail cuts emails off at about 100,000."""

MOST_SECONDS = 20.0
"""Processor time, without that of preparing pictures."""

DEEPEST_CALL = 60
"""Parts and blocks that call each other."""

_CLOCK_STEPS = 32
_CLOCK_CHARACTERS = 10_000
"""The clock is read every so many steps, and after each larger value: reading it costs more than most steps."""

_DEEPEST_LIST = 30
_DEARER = 10
"""How many characters an entry of a list counts for, as it takes so much longer to measure."""


class LimitError(TemplateRuntimeError):
    """A template uses more than it may; the message says of what."""


class Budget:
    """What the templates of one rendering have used so far."""

    __slots__ = ("_characters", "_depth", "_end", "_steps")

    def __init__(self) -> None:
        self._steps = 0
        self._characters = 0
        self._depth = 0
        self._end = time.thread_time() + MOST_SECONDS

    def charge(self, characters: int = 0) -> None:
        """Count one step and what it makes; raise LimitError where that is too much."""
        self._steps += 1
        self._characters += characters
        if self._steps > MOST_STEPS:
            raise LimitError(f"the templates take more than {MOST_STEPS:,} steps")
        if self._characters > MOST_CHARACTERS:
            raise LimitError(f"the templates produce more than {MOST_CHARACTERS:,} characters")
        is_due = self._steps % _CLOCK_STEPS == 0 or characters > _CLOCK_CHARACTERS
        if is_due and time.thread_time() > self._end:
            raise LimitError(f"the templates take more than {MOST_SECONDS:.0f} seconds")

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Count a call that lasts while others are made inside it."""
        self._depth += 1
        if self._depth > DEEPEST_CALL:
            raise LimitError(f"parts call each other more than {DEEPEST_CALL} levels deep")
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out the processor time of work that is not the template's."""
        start = time.thread_time()
        try:
            yield
        finally:
            self._end += time.thread_time() - start


_CURRENT: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limited() -> Iterator[Budget]:
    """Apply the limits; inside another such block, its budget goes on."""
    budget = _CURRENT.get()
    if budget is not None:
        yield budget
        return
    budget = Budget()
    token = _CURRENT.set(budget)
    try:
        yield budget
    finally:
        _CURRENT.reset(token)


def current() -> Budget:
    """Return the budget of the rendering that is going on; a new one where none is."""
    return _CURRENT.get() or Budget()


def charge(value: Any) -> None:
    """Count a value that a template has made; raise LimitError where it, or all together, is too large."""
    size = size_of(value)
    require_size(size)
    current().charge(size if isinstance(value, str) else _DEARER * size)


def require_size(size: int) -> None:
    """Raise LimitError where a value of this size would be too large to make."""
    if size > LARGEST_VALUE:
        raise LimitError(f"a value has more than {LARGEST_VALUE:,} characters or entries")


def size_of(value: Any) -> int:
    """Return how many characters and entries a value has when it is written out, those of lists in lists too."""
    if isinstance(value, str):
        return len(value) + 1
    if isinstance(value, list | tuple | dict | set | frozenset):
        return _size(value, {}, 0)
    if isinstance(value, range):
        return len(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return 1 + value.bit_length() // 3
    return 1


def _size(value: Any, known: dict[int, int], depth: int) -> int:
    """Return the size of a list; a list that stands in several places is measured once and counted each time."""
    if depth > _DEEPEST_LIST:
        raise LimitError(f"lists are nested more than {_DEEPEST_LIST} levels deep")
    found = known.get(id(value))
    if found is not None:
        return found
    total = 1
    inner = (one for pair in value.items() for one in pair) if isinstance(value, dict) else value
    for one in inner:
        if isinstance(one, list | tuple | dict | set | frozenset):
            total += _size(one, known, depth + 1)
        else:
            total += size_of(one)
        if total > LARGEST_VALUE:
            require_size(total)
    known[id(value)] = total
    return total


def metered(values: Iterator[Any]) -> Iterator[Any]:
    """Yield values that are made one by one, and count each."""
    total = 0
    for value in values:
        size = size_of(value)
        total += size
        require_size(total)
        current().charge(size)
        yield value
