"""Who the newsletter goes to: audiences, subscribers, recipients."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from newsletter.model.domains import decode_domain
from newsletter.model.fields import FrozenModel


class SubscriberStatus(StrEnum):
    """Whether a subscriber wants, and can get, the newsletter."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Audience(FrozenModel):
    """A provider's list of people, by the provider's identifier."""

    id: str
    name: str
    count: int | None = Field(None, description="How many would get an issue now; None where it cannot be known.")


class Segment(FrozenModel):
    """A part of an audience, by the provider's identifier."""

    id: str
    name: str
    count: int | None = Field(None, description="How many would get an issue now; None where it cannot be known.")


class Subscriber(FrozenModel):
    """A person on a list."""

    email: str
    first_name: str = ""
    last_name: str = ""
    status: SubscriberStatus = SubscriberStatus.SUBSCRIBED
    fields: Mapping[str, str] = Field(default_factory=dict)
    segments: tuple[str, ...] = ()
    """The segments that they are in, by name."""
    token: str = Field("", exclude=True)
    """What stands for them in the links of the own list's public pages; empty for other lists."""

    def __repr__(self) -> str:
        """Hide the person: a subscriber must never reach a log or an error whole."""
        return f"Subscriber({mask(self.email)})"

    __str__ = __repr__

    @property
    def merge_values(self) -> dict[str, str]:
        """Return what the merge tags of this person are filled with, by tag name."""
        return {
            **self.fields,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
        }


def segments_of(people: Iterable[Subscriber]) -> tuple[Segment, ...]:
    """Return the segments that people are in, by name, each with the number of them; spellings alike are one."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for person in people:
        keys = {names.setdefault(name.casefold(), name) for name in person.segments}
        counts.update(keys)
    return tuple(Segment(id=name, name=name, count=counts[name]) for name in sorted(counts, key=str.casefold))


class StreamedPeople(Collection[Subscriber]):
    """People who all get an issue, read anew each time they are gone through; as many as there are fit in no memory."""

    def __contains__(self, person: object) -> bool:
        return any(one == person for one in self)

    def emails(self) -> Iterator[str]:
        """Yield their addresses, in the same order; some lists are quicker to read so."""
        return (one.email for one in self)


def subscribed(people: Iterable[Subscriber]) -> Collection[Subscriber]:
    """Return those of a list who get an issue, in its order."""
    if isinstance(people, StreamedPeople):
        return people
    return tuple(one for one in people if one.status is SubscriberStatus.SUBSCRIBED)


@dataclass(frozen=True, slots=True)
class Members:
    """The people of a segment, all for an empty name; they can be gone through as often as those given."""

    people: Iterable[Subscriber]
    segment: str

    def __iter__(self) -> Iterator[Subscriber]:
        wanted = self.segment.casefold()
        if not wanted:
            return iter(self.people)
        return (one for one in self.people if wanted in {name.casefold() for name in one.segments})

    def emails(self) -> Iterator[str]:
        """Yield their addresses, in the same order."""
        if not self.segment and isinstance(self.people, StreamedPeople):
            return self.people.emails()
        return (one.email for one in self)


_ACE = "xn--"
"""What a part of a domain begins with that is not ASCII and written so."""


def address_key(email: str) -> str:
    """Return the form of an address by which two spellings of one mailbox are known to be the same.

    The domain is compared by IDNA2008: `müller.example` and `xn--mller-kva.example` are one, `straße.de` and
    `strasse.de` are two.
    """
    local, _, domain = email.strip().rpartition("@")
    return f"{local.casefold()}@{decode_domain(domain)}"


def recipient_key(campaign_key: str, email: str) -> str:
    """Return a short name for one person in one campaign that tells nothing about the address.

    Ledgers know everybody by it, so it stays as it was in earlier versions, but where these took the address for one
    of another domain.
    """
    former = _folded(email)
    is_plain = email.isascii() and _ACE not in former  # then both forms are one, which is quick to see
    return _digest(campaign_key, former if is_plain or _means_the_same(former, email) else address_key(email))


def former_recipient_key(campaign_key: str, email: str) -> str | None:
    """Return the key that earlier versions gave to a recipient where it was another one; None where it was not.

    They compared domains by their folded letters, by which `straße.de` is `strasse.de`.
    """
    former = _folded(email)
    return None if _means_the_same(former, email) else _digest(campaign_key, former)


def _folded(email: str) -> str:
    local, _, domain = email.strip().rpartition("@")
    return f"{local.casefold()}@{domain.casefold()}"


def _means_the_same(folded: str, email: str) -> bool:
    """Return whether an address names the same domain when its letters are folded."""
    return address_key(folded) == address_key(email)


def _digest(campaign_key: str, address: str) -> str:
    return hashlib.sha256(f"{campaign_key}\0{address}".encode()).hexdigest()[:24]


def mask(email: str) -> str:
    """Return an address that its owner would recognise and nobody else could use: `a…@e….org`."""
    local, _, domain = email.rpartition("@")
    host, _, top = domain.rpartition(".")
    return f"{local[:1]}…@{host[:1]}….{top}" if local and host else "…"
