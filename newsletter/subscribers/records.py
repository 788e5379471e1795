"""What the own list holds, as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from newsletter.model.audience import Subscriber, SubscriberStatus, mask


class ListStatus(StrEnum):
    """Whether a person on the own list gets the newsletter, and if not, why not."""

    PENDING = "pending"
    """Signed up, and has not confirmed the address yet."""
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    """The address does not exist any more."""
    COMPLAINED = "complained"
    """Reported the newsletter as spam."""
    REMOVED = "removed"
    """Taken off the list by the organisation."""
    ERASED = "erased"
    """Asked to be forgotten; only the keyed hash of the address is kept."""

    @property
    def is_out(self) -> bool:
        """Return whether nothing may be sent to such a person."""
        return self not in {ListStatus.PENDING, ListStatus.SUBSCRIBED}


_FOR_SENDING = {
    ListStatus.SUBSCRIBED: SubscriberStatus.SUBSCRIBED,
    ListStatus.BOUNCED: SubscriberStatus.BOUNCED,
    ListStatus.COMPLAINED: SubscriberStatus.COMPLAINED,
}


@dataclass(frozen=True, slots=True)
class Consent:
    """How a person agreed to get the newsletter: when, how, and to which words."""

    at: dt.datetime
    how: str
    """In words, such as `sign-up form, confirmed by email` or `imported from members.csv, line 12`."""
    wording: str = ""


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person on the own list."""

    address_hash: str
    email: str
    first_name: str = ""
    last_name: str = ""
    status: ListStatus = ListStatus.SUBSCRIBED
    joined_at: dt.datetime | None = None
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    consent: Consent | None = None

    def __repr__(self) -> str:
        """Hide the person: an address must never reach a log or an error whole."""
        return f"ListedPerson({mask(self.email)})"

    def as_subscriber(self, segments: tuple[str, ...] = (), token: str = "") -> Subscriber:
        """Return the person as sending knows a subscriber; tags are segments, beside those given."""
        return Subscriber(
            email=self.email,
            first_name=self.first_name,
            last_name=self.last_name,
            status=_FOR_SENDING.get(self.status, SubscriberStatus.UNSUBSCRIBED),
            fields=dict(self.fields),
            segments=tuple(dict.fromkeys((*self.tags, *segments))),
            token=token,
        )


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that nothing is sent to, known by its keyed hash alone."""

    address_hash: str
    reason: ListStatus
    at: dt.datetime
    source: str = ""
    """What reported it, in words, such as `one-click unsubscribe` or `Postmark`."""


@dataclass(frozen=True, slots=True)
class ListEvent:
    """Something that happened to a person on the list."""

    at: dt.datetime
    what: str
