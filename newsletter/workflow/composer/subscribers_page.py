"""The list of subscribers as the composer's page has it: looked at, changed by one, imported, undone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.errors import ContentError, UsageError
from newsletter.workflow.composer.database_list import database_facts, import_into_database, is_in_database
from newsletter.workflow.composer.list_facts import full_name, list_facts
from newsletter.workflow.composer.sample_people import count_samples

if TYPE_CHECKING:
    from newsletter.audience.csv_file import SubscriberList
    from newsletter.model.list_columns import ColumnUse
    from newsletter.workflow.import_audience import AudienceImport
    from newsletter.workflow.workspace import Workspace

_SHOWN = 200
"""People that the page lists at once."""

_LISTED = 50
_COUNT = re.compile(r" \([\d,]+\)$")
"""How many rows have a value, as it is shown behind it."""

_TOLD_CODES = {"NL203", "NL216"}


class UploadedList(NamedTuple):
    """A file with a list, as a browser sends it."""

    name: str
    data: bytes


def subscriber_facts(workspace: Workspace, search: str = "", segment: str = "") -> dict[str, Any]:
    """Return how many people the list has, by segment, and those that are searched for."""
    from newsletter.audience.csv_file import SubscriberList, read_audience
    from newsletter.model.audience import segments_of
    from newsletter.providers.registry import adapter
    from newsletter.workflow.edit_audience import find_subscribers
    from newsletter.workflow.import_audience import can_undo

    settings = workspace.settings
    kind = adapter(settings.provider)
    if not kind.reads_audience_file:
        return {"own": False, "provider": kind.about.title}
    if is_in_database(workspace):
        return database_facts(workspace, search, segment, _SHOWN)
    path, people = settings.audience_file, SubscriberList()
    if path.exists():
        people = read_audience(path, shown=workspace.shown(path), columns=settings.outbox.columns)
    found = [] if people.blocks else find_subscribers(people, search, segment)
    return {
        "own": True,
        "file": workspace.shown(path),
        "problem": _problem(people),
        "reachable": len(people.reachable),
        "left_out": [{"reason": reason, "count": count} for reason, count in people.left_out.items()],
        "segments": [{"name": one.name, "count": one.count} for one in segments_of(people.reachable)],
        "people": [_person(people, one) for one in found[:_SHOWN]],
        "matching": len(found),
        "samples": count_samples(people.reachable),
        "can_undo": can_undo(workspace),
    }


def _problem(people: SubscriberList) -> dict[str, Any] | None:
    wrong = next((one for one in people.findings if one.blocks), None)
    if wrong is None:
        return None
    return {"message": wrong.message, "hint": wrong.hint, "line": wrong.place.line or None}


def _person(people: SubscriberList, one: Any) -> dict[str, Any]:
    from newsletter.model.audience import SubscriberStatus, address_key

    is_in = one.status is SubscriberStatus.SUBSCRIBED
    return {
        "email": one.email,
        "name": full_name(one.first_name, one.last_name),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "status": str(one.status),
        "reason": "" if is_in else people.reasons.get(address_key(one.email), ""),
        "segments": list(one.segments),
    }


def import_lists(
    workspace: Workspace, lists: Sequence[UploadedList], uses: Mapping[str, ColumnUse], segment: str, accepted: str
) -> dict[str, Any]:
    """Return what an import of lists would change, or carry it out where exactly that was `accepted` before.

    Where a column may decide who gets the newsletter, and nobody said what it means, the answer asks.
    """
    from newsletter.workflow.import_audience import carry_out, plan_import, undecided_columns
    from newsletter.workflow.import_list import undecided_list_columns

    undecided = undecided_list_columns if is_in_database(workspace) else undecided_columns
    if not lists:
        raise UsageError("Choose a file first.")
    with _as_files(lists) as paths:
        for path in paths:
            if columns := undecided(path, uses):
                one = columns[0]
                values = [{"value": _COUNT.sub("", value), "label": value} for value in one.values]
                return {"question": {"file": path.name, "heading": one.heading, "values": values}}
        segments = [" ".join(segment.split())] if segment.strip() else []
        if is_in_database(workspace):
            return import_into_database(workspace, paths, uses, segments, accepted)
        plan = plan_import(workspace, paths, uses, segments)
    mark = _mark(workspace, plan)
    if accepted != mark:
        return {"preview": _preview(plan), "mark": mark, "is_changed": bool(accepted)}
    carry_out(workspace, plan)
    return {"done": {"added": len(plan.merged.added), "reachable": len(plan.merged.reachable)}}


def _mark(workspace: Workspace, plan: AudienceImport) -> str:
    """Return a name for exactly this change: of this list, to that one."""
    path = workspace.settings.audience_file
    before = path.read_bytes() if path.exists() else b""
    return hashlib.sha256(hashlib.sha256(before).digest() + plan.data).hexdigest()[:32]


@contextmanager
def _as_files(lists: Sequence[UploadedList]) -> Iterator[list[Path]]:
    """Write lists under their own names, which may say that they list people who left; delete them afterwards."""
    with tempfile.TemporaryDirectory(prefix="newsletter-") as folder:
        paths = []
        for number, one in enumerate(lists):
            place = Path(folder) / str(number)
            place.mkdir(mode=0o700)
            path = place / _file_name(one.name)
            path.write_bytes(one.data)
            paths.append(path)
        yield paths


def _file_name(name: str) -> str:
    plain = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip(". ")
    return plain[-120:] or "list.csv"


def decoded_list(name: str, data: str) -> UploadedList:
    """Return a list that comes as a text in base 64; raise UsageError where it is none."""
    try:
        return UploadedList(name, base64.b64decode(data.partition(",")[2] or data, validate=True))
    except (binascii.Error, ValueError):
        raise UsageError("The file did not arrive whole.", hint="Choose it again.") from None


def _preview(plan: AudienceImport) -> dict[str, Any]:
    from newsletter.model.audience import address_key

    merged = plan.merged
    rows = {key: {"row": line, "file": one.path.name} for one in plan.lists for key, line in one.people.lines.items()}
    return {
        "lists": [
            list_facts(
                one.path,
                len(one.people.subscribers),
                one.columns,
                all_left=one.all_left,
                notes=[finding.message for finding in one.people.findings if finding.code in _TOLD_CODES],
            )
            for one in plan.lists
        ],
        "added": len(merged.added),
        "updated": len(merged.updated),
        "now_out": len(merged.now_out),
        "reachable": len(merged.reachable),
        "without_address": plan.without_address,
        "left_out": len(merged.left_out),
        "left_out_people": [
            {
                "address": person.email,
                "name": full_name(person.first_name, person.last_name),
                "reason": reason,
            }
            | rows.get(address_key(person.email), {})
            for person, reason in merged.left_out[:_LISTED]
        ],
    }


def uses_of(answers: Mapping[str, Any]) -> dict[str, ColumnUse]:
    """Return what columns mean, from the page's answers: a meaning, or a list of the values that mean subscribed."""
    from newsletter.model.list_columns import ColumnMeaning, ColumnUse

    uses = {}
    for heading, answer in answers.items():
        if isinstance(answer, list):
            values = tuple(str(one).strip() for one in answer if str(one).strip())
            if not values:
                raise UsageError("Tick at least one value that means that somebody wants the newsletter.")
            uses[heading] = ColumnUse(subscribed=values)
        elif answer in set(ColumnMeaning):
            uses[heading] = ColumnUse(means=ColumnMeaning(answer))
        else:
            raise UsageError("Choose what the column means.")
    return uses


def problem_words(error: ContentError) -> str:
    """Return the first thing that is wrong with a list, in a sentence or two."""
    first = next(iter(error.findings), None)
    return f"{error.message} {getattr(first, 'message', '')} {getattr(first, 'hint', '')}".strip()
