"""Merge imported people into an audience, and write it as a plain CSV file; nobody who is out comes back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.audience.csv_columns import EMAIL, FIRST_NAME, LAST_NAME, SEGMENT_COLUMNS
from newsletter.audience.csv_file import AudienceFile
from newsletter.audience.headings import Role, read_headings
from newsletter.audience.words import phrases, plain
from newsletter.model.audience import Subscriber, SubscriberStatus, address_key

_OWN = ("email", "first_name", "last_name", "status", "segments")
_OF_PROGRAMS = phrases(
    "member rating|optin time|optin ip|confirm time|confirm ip|latitude|longitude|gmtoff|dstoff|timezone|cc|leid|euid|"
    "last changed|unsub campaign title|unsub campaign id|unsub reason|unsub reason other|clean campaign title|"
    "clean campaign id|ip|ip address|id|uuid|photo|file as|phonetic first name|phonetic middle name|"
    "phonetic last name|email 1 label|email 1 type|phone 1 label|phone 1 type|email type|email display name|notes|"
    "active subscription|expiry|created at|first payment at|updated at"
)
"""Columns that programs add to their exports, and that no issue needs."""

_STAYS = {Role.NONE, Role.OTHER, Role.MAYBE}
ALREADY_OUT = "the audience has them as {status}"


@dataclass(slots=True)
class MergedAudience:
    """An audience with imported people in it, and what the import changed."""

    people: dict[str, Subscriber] = field(default_factory=dict)
    """By `address_key`, in order."""
    added: list[Subscriber] = field(default_factory=list)
    updated: list[Subscriber] = field(default_factory=list)
    """People whose empty fields were filled, or who are in more segments."""
    now_out: list[tuple[Subscriber, str]] = field(default_factory=list)
    """People of the audience who left by the import, each with the reason."""
    left_out: list[tuple[Subscriber, str]] = field(default_factory=list)
    """People of the import who get nothing, each with the reason."""

    @property
    def reachable(self) -> frozenset[str]:
        """Return the keys of those who get an issue."""
        return frozenset(key for key, one in self.people.items() if one.status is SubscriberStatus.SUBSCRIBED)


def merge_people(
    before: Iterable[Subscriber], incoming: Iterable[tuple[Subscriber, str]], segments: Sequence[str] = ()
) -> MergedAudience:
    """Return an audience with imported people in it; each has the reason why they are left out, if they are.

    Who is out in either stays out. What the audience knows of a person is kept, and only what is empty is filled.
    `segments` are added for all who were not out before.
    """
    merged = MergedAudience({address_key(one.email): one for one in before})
    for person, reason in incoming:
        key = address_key(person.email)
        known = merged.people.get(key)
        is_out = person.status is not SubscriberStatus.SUBSCRIBED
        if is_out:
            merged.left_out.append((person, reason))
        if known is None:
            added = person.model_copy(update={"segments": _union(person.segments, () if is_out else segments)})
            merged.people[key] = added
            if not is_out:
                merged.added.append(added)
        elif known.status is not SubscriberStatus.SUBSCRIBED:
            if not is_out:
                merged.left_out.append((person, ALREADY_OUT.format(status=known.status)))
        elif is_out:
            merged.people[key] = known.model_copy(update={"status": person.status})
            merged.now_out.append((known, reason))
            merged.added = [one for one in merged.added if address_key(one.email) != key]
        else:
            filled = _filled(known, person, segments)
            merged.people[key] = filled
            if _details(filled) != _details(known):
                merged.updated.append(filled)
    return merged


def _filled(known: Subscriber, person: Subscriber, segments: Sequence[str]) -> Subscriber:
    named = {"first_name": known.first_name, "last_name": known.last_name}
    if not any(named.values()):  # a name is taken whole, as half of another one would be wrong
        named = {"first_name": person.first_name, "last_name": person.last_name}
    fields = {**person.fields, **{name: value for name, value in known.fields.items() if value}}
    return known.model_copy(
        update={**named, "fields": fields, "segments": _union(known.segments, (*person.segments, *segments))}
    )


def _details(person: Subscriber) -> tuple[object, ...]:
    """Return what an import may fill of a person; an empty field is as none."""
    return (
        person.first_name,
        person.last_name,
        {name: one for name, one in person.fields.items() if one},
        person.segments,
    )


def _union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """Return the names of both, each once in whichever spelling comes first."""
    found: dict[str, str] = {}
    for name in (*one, *other):
        found.setdefault(name.casefold(), name)
    return tuple(found.values())


def own_fields(file: AudienceFile) -> list[str]:
    """Return the further columns of a list that are its owner's own.

    What programs add to their exports is not: addresses of computers, ratings, identifiers.
    """
    columns = file.columns
    taken = {columns.at[name] for name in (EMAIL, FIRST_NAME, LAST_NAME) if name in columns.at}
    taken |= {index for index in (columns.whole_name, columns.segments) if index is not None}
    taken |= {decider.heading.index for decider in file.consent.deciders}
    taken |= {heading.index for heading in columns.headings if plain(heading.text) in _OF_PROGRAMS}
    return [name for name in columns.fields if columns.at[name] not in taken]


def kept_fields(names: Iterable[str]) -> tuple[str, ...]:
    """Return the further columns that an audience file can have: those that no reader takes for a consent."""
    listed = [name for name in dict.fromkeys(names) if name not in {*_OWN, *SEGMENT_COLUMNS}]
    headings = read_headings(["email", *listed])[1:]
    return tuple(heading.text for heading in headings if heading.role in _STAYS)


def audience_csv(people: Mapping[str, Subscriber], fields: Sequence[str]) -> bytes:
    """Return an audience as a CSV file in UTF-8, which spreadsheet programs open with all its letters."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_OWN, *fields])
    for one in people.values():
        known = [one.email, one.first_name, one.last_name, str(one.status), _segments(one.segments)]
        writer.writerow([*known, *(one.fields.get(name, "") for name in fields)])
    return text.getvalue().encode("utf-8-sig")


def _segments(names: Sequence[str]) -> str:
    """Return segments in one cell; names with a separator in them are quoted, as Mailchimp does."""
    if any(mark in name for name in names for mark in ";,|"):
        return ",".join(f'"{name}"' for name in names)
    return "; ".join(names)
