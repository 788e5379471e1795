"""What sending needs of the people on the list, read quickly: every recipient of every send comes by here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from newsletter.model.audience import Subscriber, SubscriberStatus
from newsletter.subscribers.records import ListedPerson, ListStatus
from newsletter.subscribers.schema import subscribers

# as they are stored: most people have neither tags nor fields, and turning each value into an object of Python's took
# longer than reading it
STATUS = sa.type_coerce(subscribers.c.status, sa.Text).label("status")
STATUS_AT = 5
"""The column of `select_recipients` with the status."""
_RECIPIENT = sa.select(
    subscribers.c.id,
    subscribers.c.address_hash,
    subscribers.c.email,
    subscribers.c.first_name,
    subscribers.c.last_name,
    STATUS,
    sa.cast(subscribers.c.tags, sa.Text).label("tags"),
    sa.cast(subscribers.c.fields, sa.Text).label("fields"),
)


def select_recipients() -> sa.Select[Any]:
    """Return the query of all people for the functions below; further columns may stand behind."""
    return _RECIPIENT


def recipient_of(row: Sequence[Any]) -> ListedPerson:
    """Return the person of a row."""
    _, address_hash, email, first_name, last_name, status, tags, fields = row[:8]
    return ListedPerson(
        address_hash,
        email,
        first_name,
        last_name,
        ListStatus(status),
        tags=tuple(json.loads(tags)),
        fields=json.loads(fields),
    )


def subscriber_of(row: Sequence[Any], segments: tuple[str, ...], sign: Callable[[str], str]) -> Subscriber:
    """Return the subscriber of a row with the status `subscribed`; tags are segments, beside those given."""
    _, address_hash, email, first_name, last_name, _, tags, fields = row[:8]
    return Subscriber(
        email=email,
        first_name=first_name,
        last_name=last_name,
        status=SubscriberStatus.SUBSCRIBED,
        fields={} if fields == "{}" else json.loads(fields),
        segments=segments if tags == "[]" else tuple(dict.fromkeys((*json.loads(tags), *segments))),
        token=sign(address_hash),
    )
