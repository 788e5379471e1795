"""The recipients of a run who wait, each read from the list when it is their turn.

Only their keys are in memory, so that a list may be as long as it likes. A key is taken out of the set before its
recipient is handed out, so that whatever the list shows, nobody is handed out twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from newsletter.errors import ProviderError
from newsletter.model.audience import Subscriber
from newsletter.model.recipient_keys import KeySet
from newsletter.sending.payload import SendPayload

Recipient = tuple[str, Subscriber]
Rename = Callable[[Mapping[str, str]], Mapping[str, str]]


class WaitingRecipients:
    """Hands out those whose keys wait, in the order of the list.

    `rename` gives recipients that an earlier version knew by the key of another domain their new keys; it returns
    those that were given. Who is not on the list any more is found out at the end of it.
    """

    def __init__(
        self,
        payload: SendPayload,
        people: Iterable[Subscriber] = (),
        keys: Iterable[str] = (),
        rename: Rename = lambda _: {},
    ) -> None:
        self._payload = payload
        self._people = people
        self._keys = KeySet(keys)
        self._rename = rename
        self._former: dict[str, str] = {}
        self._back: deque[Recipient] = deque()
        self._later: list[str] = []
        self._gone: Iterator[str] = iter(())
        self._pass: Iterator[Recipient] = self._read()

    def __len__(self) -> int:
        return len(self._keys) + len(self._back) + len(self._later)

    def take(self, count: int) -> list[Recipient]:
        """Take the next ones out; none at the end of the list. Raise ProviderError where the list cannot be read."""
        taken = [self._back.popleft() for _ in range(min(count, len(self._back)))]
        while len(taken) < count and (self._keys or self._later):
            try:
                one = next(self._pass, None)
            except ProviderError:
                self._pass = self._read()  # a broken reading must not look like the end of the list
                self.put_back(taken)
                raise
            if one is None:
                self._end_pass()
            else:
                taken.append(one)
        return taken

    def put_back(self, recipients: Sequence[Recipient]) -> None:
        """Return those that were taken out and not tried."""
        self._back.extendleft(reversed(recipients))

    def try_later(self, keys: Collection[str]) -> None:
        """Have recipients that were tried wait again; they come after the others."""
        self._later.extend(keys)

    def take_gone(self, count: int) -> list[str]:
        """Return further keys of those who left the list while they waited."""
        return list(islice(self._gone, count))

    def _read(self) -> Iterator[Recipient]:
        for person in self._people if self._keys else ():
            key = self._payload.key_of(person.email)
            if self._keys.take(key):
                yield key, person
                if not self._keys:
                    return  # the rest of the list is about others
            elif (former := self._payload.former_key_of(person.email)) is not None:
                self._former[former] = key

    def _end_pass(self) -> None:
        """Begin another pass for those who have new keys, or are to be tried again; the others have left the list."""
        known = {old: new for old, new in self._former.items() if old in self._keys}
        given = self._rename(known) if known else {}
        self._former = {}
        for old in given:
            self._keys.take(old)
        left = self._keys
        self._gone = chain(self._gone, left)
        self._keys, self._later = KeySet([*given.values(), *self._later]), []
        self._pass = self._read()
