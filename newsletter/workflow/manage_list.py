"""One person of the own list at a time: add, remove, show, export and forget; and counts of the whole list."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.audience.cells import guard_cell
from newsletter.errors import GateError, UsageError
from newsletter.model.audience import mask
from newsletter.subscribers.filters import parse_filter
from newsletter.subscribers.records import Consent, ListedPerson, ListStatus
from newsletter.workflow.own_list import open_own_list, segment_filters
from newsletter.workflow.session import login

if TYPE_CHECKING:
    from newsletter.subscribers.own_list import OwnList
    from newsletter.workflow.workspace import Workspace

EXPORT_COLUMNS = ("email", "first_name", "last_name", "status", "segments", "joined", "consent")
"""The first columns of an export, by which an import knows one; a column per further field follows."""

_OF_FIELD = re.compile(r"[a-z][a-z0-9_]{0,59}")
LONGEST_VALUE = 500


@dataclass(frozen=True, slots=True)
class ListSummary:
    """The own list in numbers."""

    statuses: Mapping[ListStatus, int]
    tags: Mapping[str, int]
    segments: Mapping[str, int]
    fields: Sequence[str]


def summarize_list(workspace: Workspace) -> ListSummary:
    """Count the people of the own list by status, tag and segment."""
    with open_own_list(workspace.settings) as own:
        queries = own.queries
        segments = {name: queries.count(node) for name, node in segment_filters(workspace.settings).items()}
        return ListSummary(queries.statuses(), queries.tags(), segments, queries.fields())


def count_filter(workspace: Workspace, text: str) -> int:
    """Count the people of a filter; raise FilterError for one that cannot be read."""
    node = parse_filter(text)
    with open_own_list(workspace.settings) as own:
        return own.queries.count(node)


def valid_address(text: str) -> str:
    """Return an address in its normal form; raise UsageError for none."""
    from newsletter.audience.addresses import normal_address

    address = normal_address(text.strip())
    if not address or "=?" in address or any(not letter.isprintable() for letter in text):
        raise UsageError(f"{mask(text) if '@' in text else text[:40]!r} is not an email address.")
    return address


def add_person(
    workspace: Workspace,
    address: str,
    *,
    name: str = "",
    tags: Sequence[str] = (),
    fields: Mapping[str, str] | None = None,
    consent: str,
    again: bool = False,
) -> bool:
    """Add a person who agreed, as `consent` says in words; return whether they are new.

    Raise GateError for somebody who is out, unless they are subscribed `again` at their own wish.
    """
    email = valid_address(address)
    if not consent.strip():
        raise UsageError(
            "How this person agreed is missing.",
            hint='Add it with --consent, such as --consent "asked at the open day on 3 May, form 12".',
        )
    given = {_field_name(key): value for key, value in (fields or {}).items()}
    with open_own_list(workspace.settings) as own:
        out = own.people.suppression(email)
        if out is not None and not again:
            source = f" ({out.source})" if out.source else ""
            raise GateError(
                f"{mask(email)} is no longer on the list: {out.reason}, {out.at:%d %B %Y}{source}.",
                hint="Someone who has left is only added again if they ask. If they did, add --again.",
            )
        known = own.people.find(email)
        first, _, last = clean_value(name).partition(" ")
        now = own.clock()
        person = ListedPerson(
            address_hash=own.identity.address_hash(email),
            email=email,
            first_name=first or (known.first_name if known else ""),
            last_name=last if first else (known.last_name if known else ""),
            joined_at=known.joined_at if known else now,
            tags=tuple(dict.fromkeys((*(known.tags if known else ()), *map(clean_value, tags)))),
            fields={**(known.fields if known else {}), **{key: clean_value(value) for key, value in given.items()}},
            consent=Consent(now, f"added by {login()}: {clean_value(consent)}"),
        )
        own.people.subscribe(person, f"added by {login()}: {clean_value(consent)}")
        return known is None


def remove_person(workspace: Workspace, address: str) -> bool:
    """Take a person off the list; return whether they were on it. Nothing is sent to the address any more."""
    email = valid_address(address)
    with open_own_list(workspace.settings) as own:
        was_on = own.people.find(email) is not None
        own.people.suppress(own.identity.address_hash(email), ListStatus.REMOVED, f"removed by {login()}")
        return was_on


def describe_person(workspace: Workspace, address: str) -> dict[str, Any] | None:
    """Return everything that is kept about an address, as data (Article 15 and 20 of the GDPR); None for nothing."""
    email = valid_address(address)
    with open_own_list(workspace.settings) as own:
        person, out, events = own.people.find(email), own.people.suppression(email), own.people.events(email)
        segments = [] if person is None else _segments(own, workspace, person)
    sends = _sends(workspace, email)
    if person is None and out is None and not events and not sends:
        return None
    consent = person.consent if person else None
    return {
        "email": email,
        "status": str(person.status if person else out.reason if out else "not on the list"),
        "first_name": person.first_name if person else "",
        "last_name": person.last_name if person else "",
        "joined": _moment(person.joined_at if person else None),
        "consent": None
        if consent is None
        else {"at": _moment(consent.at), "how": consent.how, "wording": consent.wording},
        "tags": list(person.tags) if person else [],
        "segments": segments,
        "fields": dict(person.fields) if person else {},
        "suppressed": None if out is None else {"reason": str(out.reason), "at": _moment(out.at), "source": out.source},
        "events": [{"at": _moment(one.at), "what": one.what} for one in events],
        "sends": sends,
    }


def forget_person(workspace: Workspace, address: str) -> tuple[bool, list[str]]:
    """Erase everything about an address; return whether there was anything, and files that may still have it.

    The keyed hash stays, so that no import brings the person back. The ledger holds no address: its keys stay, so
    that nobody gets an issue twice. Messages in the outbox are emptied; their names, which are keys, stay.
    """
    email = valid_address(address)
    with open_own_list(workspace.settings) as own:
        was_there = own.people.forget(email, f"forgotten by {login()}")
    emptied = _empty_messages(workspace, email)
    return was_there or emptied > 0, _files_with(workspace, email)


def export_list(workspace: Workspace, text: str = "", *, everybody: bool = False) -> Iterator[str]:
    """Yield the lines of a CSV file with the people of a filter; cells that would be formulas begin with '."""
    node = parse_filter(text) if text else None
    with open_own_list(workspace.settings) as own:
        fields = own.queries.fields()
        yield _line([*EXPORT_COLUMNS, *fields])
        for one in own.queries.stream(node, everybody=everybody):
            consent = one.consent
            how = "; ".join(part for part in (consent.how, consent.wording) if part) if consent else ""
            known = [one.email, one.first_name, one.last_name, str(one.status), _tags(one.tags), _moment(one.joined_at)]
            yield _line([*known, how, *(one.fields.get(name, "") for name in fields)])


def _line(cells: Iterable[str | None]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([guard_cell(cell or "") for cell in cells])
    return text.getvalue()


def _tags(names: Sequence[str]) -> str:
    if any(mark in name for name in names for mark in ';,|"'):
        return ",".join('"{}"'.format(name.replace('"', '""')) for name in names)
    return "; ".join(names)


def _field_name(name: str) -> str:
    if not _OF_FIELD.fullmatch(name):
        raise UsageError(
            f"{name[:40]!r} cannot be the name of a field.",
            hint="A name has small letters from a to z, digits and underscores, such as town=Leeds.",
        )
    return name


def clean_value(text: str) -> str:
    """Return a value in one line, without control characters."""
    flat = " ".join(text.split())
    return "".join(letter for letter in flat if letter.isprintable())[:LONGEST_VALUE]


def _moment(at: dt.datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _segments(own: OwnList, workspace: Workspace, person: ListedPerson) -> list[str]:
    filters = segment_filters(workspace.settings)
    return [name for name, node in filters.items() if own.queries.holds(node, person.address_hash)]


def _sends(workspace: Workspace, email: str) -> list[dict[str, Any]]:
    """Return which issues the ledger says were sent to an address; nothing where there is no ledger."""
    from newsletter.ledger.person_deliveries import find_deliveries
    from newsletter.ledger.url import SqliteFile, parse

    url = workspace.settings.ledger_url
    place = parse(url)
    if isinstance(place, SqliteFile) and not Path(place.path).is_file():
        return []
    return [
        {"issue": one.issue, "provider": one.provider, "state": one.state, "at": _moment(one.at)}
        for one in find_deliveries(url, email)
    ]


def _empty_messages(workspace: Workspace, email: str) -> int:
    """Empty the outbox's messages to an address, and keep their names; return how many there were."""
    folder = workspace.settings.outbox_folder
    needle = email.casefold().encode()
    count = 0
    for path in sorted(folder.rglob("*.eml*")) if folder.is_dir() else ():
        if path.is_file() and path.stat().st_size and needle in path.read_bytes()[:16_384].lower():
            path.write_bytes(b"")
            count += 1
    return count


def _files_with(workspace: Workspace, email: str) -> list[str]:
    """Return the lists in the newsletter folder that still have an address; people must change these themselves."""
    places = [workspace.settings.audience_file, *(workspace.root / ".newsletter" / "audience").glob("*.csv")]
    needle = email.casefold().encode()
    return [workspace.shown(path) for path in places if path.is_file() and needle in path.read_bytes().lower()]


def write_lines(path: Path, lines: Iterator[str]) -> int:
    """Write a CSV file that others cannot read, whole or not at all; return how many people are in it."""
    draft = path.with_name(f".{path.name}.part")
    count = -1
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            for line in lines:
                file.write(line)
                count += 1
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count
