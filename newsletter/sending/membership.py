"""Who was in an audience when an issue was tested or approved, and how that has changed since.

The members are kept as the first bytes of the recipients' keys: enough to count who left and who joined, and nothing
from which an address could be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsletter.sending.formatting import count_noun

LEAST = 5
"""Changes up to so many are never large: a small list changes by a few people."""

_BYTES = 6


@dataclass(frozen=True, slots=True)
class Membership:
    """How many people are in an audience, and who they are; None where the provider does not tell."""

    size: int | None
    members: bytes | None = None

    @classmethod
    def of(cls, keys: Iterable[str]) -> Membership:
        """Return the membership of people by their recipient keys."""
        parts = [bytearray() for _ in range(256)]  # by their first byte: a set of all takes 20 times as much memory
        for key in keys:
            start = bytes.fromhex(key)[:_BYTES]
            parts[start[0]] += start
        every = b"".join(b"".join(sorted(set(_members(part)))) for part in parts)
        return cls(len(every) // _BYTES, every)

    @property
    def digest(self) -> str | None:
        """Return the hash of who they are; None where that is not known."""
        return None if self.members is None else hashlib.sha256(self.members).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Return a short name for exactly this membership, to be typed by a person."""
        return (self.digest or hashlib.sha256(f"{self.size} people".encode()).hexdigest())[:10]


UNKNOWN = Membership(None)


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """How many left and joined an audience, or by how many its size changed where no more is known."""

    before: int
    after: int
    left: int
    joined: int
    is_exact: bool

    def is_large(self, percent: int) -> bool:
        """Return whether a person should confirm it: more than a few and so many percent; or most have left."""
        moved = self.left + self.joined
        return (moved > LEAST and moved * 100 > self.before * percent) or self.left * 2 > self.before

    @property
    def words(self) -> str:
        """Return the change in words for people, without the name of the audience."""
        sizes = f"{self.before:,} then, {self.after:,} now"
        if not self.is_exact:
            return f"it had {count_noun(self.before, 'subscriber')} then and has {self.after:,} now"
        parts = [f"{count:,} {verb}" for count, verb in ((self.left, "left"), (self.joined, "joined")) if count]
        return f"{', '.join(parts)} ({sizes})"


def compare(before: Membership, after: Membership) -> MembershipChange | None:
    """Return how an audience changed; None where nothing did, or it is not known."""
    if before.size is None or after.size is None:
        return None
    if before.members is None or after.members is None:
        gone, new = max(before.size - after.size, 0), max(after.size - before.size, 0)
        return MembershipChange(before.size, after.size, gone, new, is_exact=False) if gone or new else None
    if before.members == after.members:
        return None
    stayed = _count_common(before.members, after.members)
    return MembershipChange(before.size, after.size, before.size - stayed, after.size - stayed, is_exact=True)


def _count_common(before: bytes, after: bytes) -> int:
    """Return how many are in both of two sorted memberships, without a set of either."""
    count, others = 0, _members(after)
    other = next(others, None)
    for one in _members(before):
        while other is not None and other < one:
            other = next(others, None)
        count += one == other
    return count


def _members(packed: bytes | bytearray) -> Iterator[bytes]:
    return (bytes(packed[start : start + _BYTES]) for start in range(0, len(packed), _BYTES))
