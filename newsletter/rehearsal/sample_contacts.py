"""The sample audience that every rehearsed provider has: enough of everything to need a second page."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

CITIES = ("Leeds", "Croydon", "Sunderland", "Swansea", "Derry")


@dataclass(frozen=True, slots=True)
class Reader:
    """A made-up subscriber; every fifth has no first name, so that fallbacks can be seen."""

    email: str
    first_name: str = ""
    last_name: str = ""
    subscribed: bool = True
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A list, or a part of one; `number` counts from 1 and is what a provider's identifier is made from."""

    number: int
    name: str
    readers: tuple[Reader, ...] = ()
    of: int = 0
    """The number of the list that this is a part of; 0 for a list."""

    @property
    def active(self) -> tuple[Reader, ...]:
        """Return those who would get an issue now."""
        return tuple(reader for reader in self.readers if reader.subscribed)


@dataclass(frozen=True, slots=True)
class SampleContacts:
    """Everybody: the lists, and the segments of the first of them."""

    lists: tuple[Group, ...]
    segments: tuple[Group, ...]
    sender_name: str
    sender_email: str

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Return everybody, once each, the sender among them: a test goes to somebody the provider knows."""
        everybody = {reader.email: reader for group in self.lists for reader in group.readers}
        everybody.setdefault(self.sender_email, Reader(self.sender_email, self.sender_name))
        return tuple(everybody.values())

    def reader(self, email: str) -> Reader | None:
        """Return who has this address."""
        return next((one for one in self.readers if one.email.casefold() == email.strip().casefold()), None)


@lru_cache(maxsize=4)
def sample_crowd(sender_name: str, sender_email: str) -> SampleContacts:
    """Return the sample audience: 13 lists, the first with 120 readers, of whom 117 subscribe, and 12 segments."""
    readers = tuple(_reader(number) for number in range(1, 121))
    lists = [
        Group(1, "Team update", readers),
        Group(2, "Volunteers", readers[::3]),
        *(Group(number, f"Old list {number - 2}", readers[number::50]) for number in range(3, 14)),
    ]
    segments = [
        Group(number, f"In {city}", tuple(one for one in readers if one.columns["city"] == city), 1)
        for number, city in enumerate(CITIES, 101)
    ]
    segments += [Group(105 + number, f"Part {number}", readers[number - 1 :: 7], 1) for number in range(1, 8)]
    return SampleContacts(tuple(lists), tuple(segments), sender_name, sender_email)


def _reader(number: int) -> Reader:
    return Reader(
        email=f"reader{number}@example.org",
        first_name="" if number % 5 == 0 else f"Reader {number}",
        last_name=f"Sample {number}",
        subscribed=number % 40 != 0,
        columns={"city": CITIES[number % len(CITIES)]},
    )
