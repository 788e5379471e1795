"""Recipients' keys in little memory: 12 bytes each, where a set of strings takes ten times as much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

_SIZE = 12
"""Bytes of a key, which is written as 24 hexadecimal digits (see `recipient_key`)."""
_BUCKETS = 4096


class RecipientKeys(Sequence[str]):
    """Keys in the order in which they were added."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._packed = bytearray()
        for key in keys:
            self.append(key)

    def append(self, key: str) -> None:
        """Add a key at the end; raise ValueError for what is no key."""
        packed = _packed(key)
        if packed is None:
            raise ValueError("not a recipient's key")
        self._packed += packed

    def __len__(self) -> int:
        return len(self._packed) // _SIZE

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index] * _SIZE
        return self._packed[at : at + _SIZE].hex()

    def __iter__(self) -> Iterator[str]:
        packed = self._packed
        return (packed[at : at + _SIZE].hex() for at in range(0, len(packed), _SIZE))


class KeySet:
    """A set of keys; what is no key of today's form, as in old ledgers, is kept as it is."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._buckets: dict[int, bytearray] = {}
        self._others: set[str] = set()
        self._count = 0
        for key in keys:
            self.add(key)

    def __len__(self) -> int:
        return self._count + len(self._others)

    def __contains__(self, key: str) -> bool:
        packed = _packed(key)
        return key in self._others if packed is None else _find(self._bucket(packed), packed) >= 0

    def __iter__(self) -> Iterator[str]:
        for bucket in self._buckets.values():
            yield from (bucket[at : at + _SIZE].hex() for at in range(0, len(bucket), _SIZE))
        yield from self._others

    def add(self, key: str) -> bool:
        """Add a key; return whether it is new."""
        packed = _packed(key)
        if packed is None:
            is_new = key not in self._others
            self._others.add(key)
            return is_new
        bucket = self._bucket(packed)
        if _find(bucket, packed) >= 0:
            return False
        bucket += packed
        self._count += 1
        return True

    def take(self, key: str) -> bool:
        """Take a key out; return whether it was there."""
        packed = _packed(key)
        if packed is None:
            was_there = key in self._others
            self._others.discard(key)
            return was_there
        bucket = self._bucket(packed)
        at = _find(bucket, packed)
        if at < 0:
            return False
        del bucket[at : at + _SIZE]
        self._count -= 1
        return True

    def _bucket(self, packed: bytes) -> bytearray:
        number = int.from_bytes(packed[:2]) % _BUCKETS
        return self._buckets.setdefault(number, bytearray())


def _packed(key: str) -> bytes | None:
    try:
        packed = bytes.fromhex(key)
    except ValueError:
        return None
    return packed if len(packed) == _SIZE and packed.hex() == key else None


def _find(bucket: bytearray, packed: bytes) -> int:
    """Return where a key begins in a bucket; -1 where it is not in it."""
    at = bucket.find(packed)
    while at % _SIZE and at > 0:  # across two keys
        at = bucket.find(packed, at + 1)
    return at
