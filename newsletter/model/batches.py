"""Work through many things some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the things in lists of so many, the last one shorter."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some
