"""The own list in a database, as the composer's page of subscribers has it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import GateError, UsageError
from newsletter.workflow.composer.list_facts import full_name, list_facts

if TYPE_CHECKING:
    from newsletter.model.list_columns import ColumnUse
    from newsletter.subscribers.filters import Node
    from newsletter.subscribers.own_list import OwnList
    from newsletter.subscribers.records import ListedPerson
    from newsletter.workflow.import_list import ListImport
    from newsletter.workflow.workspace import Workspace


def is_in_database(workspace: Workspace) -> bool:
    """Return whether the subscribers are in a list of the organisation's own, and not in a file."""
    return workspace.settings.subscribers is not None


def database_facts(workspace: Workspace, search: str, segment: str, most: int) -> dict[str, Any]:
    """Return how many people the list has, by segment, and those that are searched for; at most so many of them."""
    from newsletter.workflow.own_list import open_own_list, segment_filters

    filters = segment_filters(workspace.settings)
    with open_own_list(workspace.settings) as own:
        counts = {name: own.queries.count(node) for name, node in filters.items()}
        for tag, count in own.queries.tags().items():
            counts.setdefault(tag, count)
        statuses = {str(status): count for status, count in own.queries.statuses().items()}
        people, matching = _find(own, filters, search, segment, most)
        can_undo = own.imports.count() > 0
    return {
        "own": True,
        "database": True,
        "file": "",
        "problem": None,
        "reachable": statuses.pop("subscribed", 0),
        "left_out": [{"reason": _reason(status), "count": count} for status, count in statuses.items() if count],
        "segments": [{"name": name, "count": count} for name, count in counts.items()],
        "people": [_person(one) for one in people],
        "matching": matching,
        "samples": 0,
        "can_undo": can_undo,
    }


def _find(
    own: OwnList, filters: Mapping[str, Node], search: str, segment: str, most: int
) -> tuple[list[ListedPerson], int]:
    """Return the first people whose name or address holds all words, and how many there are."""
    from newsletter.subscribers.filters import HasTag

    node = filters.get(segment) or HasTag(segment) if segment else None
    words = search.casefold().split()
    shown: list[ListedPerson] = []
    matching = 0
    for one in own.queries.stream(node, everybody=node is None):
        name = f"{one.email} {one.first_name} {one.last_name}".casefold()
        if all(word in name for word in words):
            matching += 1
            if len(shown) < most:
                shown.append(one)
    return shown, matching


def _reason(status: str) -> str:
    return f"`status` is “{status}”"


def _person(one: ListedPerson) -> dict[str, Any]:
    return {
        "email": one.email,
        "name": full_name(one.first_name, one.last_name),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "status": str(one.status),
        "reason": "" if str(one.status) == "subscribed" else _reason(str(one.status)),
        "segments": list(one.tags),
    }


def add_to_database(
    workspace: Workspace, email: str, name: str, segments: Sequence[str], consent: str, *, even_if_gone: bool
) -> None:
    """Add a person who agreed, as `consent` says in words.

    Raise GoneSubscriberError for somebody who left, unless `even_if_gone`; UsageError where they are on the list.
    """
    from newsletter.subscribers.records import ListStatus
    from newsletter.workflow.gone_subscriber import GoneSubscriberError
    from newsletter.workflow.manage_list import add_person, valid_address
    from newsletter.workflow.own_list import open_own_list

    if not consent.strip():
        raise UsageError("Type how this person asked for the newsletter.", hint="For example: at the open day, 3 May.")
    address = valid_address(email)
    with open_own_list(workspace.settings) as own:
        known = own.people.find(address)
    if known is not None and known.status is ListStatus.SUBSCRIBED:
        raise UsageError("This address is on the list already.", hint="Search for it in the list below.")
    try:
        add_person(workspace, address, name=name, tags=segments, consent=consent, again=even_if_gone)
    except GateError:
        raise GoneSubscriberError(
            "This person is no longer on the list.",
            hint="Add them only if they asked you to, and keep a note of when and how.",
        ) from None


def rename_in_database(workspace: Workspace, email: str, first_name: str, last_name: str) -> None:
    """Change the name of a person on the list; raise UsageError for one who is not on it."""
    from newsletter.workflow.manage_list import clean_value, valid_address
    from newsletter.workflow.own_list import open_own_list

    with open_own_list(workspace.settings) as own:
        if not own.people.rename(valid_address(email), clean_value(first_name), clean_value(last_name)):
            raise UsageError("This address is not on the list.", hint="Reload the page: the list has changed.")


def remove_from_database(workspace: Workspace, email: str, *, for_good: bool) -> None:
    """Take a person off the list so that no import adds them again; `for_good` erases all that is kept of them."""
    from newsletter.workflow.manage_list import forget_person, remove_person, valid_address
    from newsletter.workflow.own_list import open_own_list

    address = valid_address(email)
    with open_own_list(workspace.settings) as own:
        known = own.people.find(address)
    if known is None:
        raise UsageError("This address is not on the list.", hint="Reload the page: the list has changed.")
    if for_good:
        forget_person(workspace, address)
    else:
        remove_person(workspace, address)


def import_into_database(
    workspace: Workspace, paths: Sequence[Path], uses: Mapping[str, ColumnUse], segments: Sequence[str], accepted: str
) -> dict[str, Any]:
    """Return what an import of lists would change, or carry it out where exactly that was `accepted` before."""
    from newsletter.workflow.import_list import staged_import

    with staged_import(workspace, paths, uses, segments) as plan:
        mark = _mark(plan, paths, segments)
        if accepted != mark:
            return {"preview": _preview(plan), "mark": mark, "is_changed": bool(accepted)}
        plan.carry_out()
        return {"done": {"added": plan.counts.added, "reachable": plan.counts.reachable}}


def undo_in_database(workspace: Workspace) -> None:
    """Undo the last import into the list; raise UsageError where nothing was imported."""
    from newsletter.workflow.import_list import undo_list_import

    undo_list_import(workspace)


def _mark(plan: ListImport, paths: Sequence[Path], segments: Sequence[str]) -> str:
    """Return a name for exactly this change: of these files, with this effect on the list as it is."""
    digest = hashlib.sha256(json.dumps([asdict(plan.counts), list(segments)]).encode())
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _preview(plan: ListImport) -> dict[str, Any]:
    counts = plan.counts
    return {
        "lists": [list_facts(one.path, one.people, one.columns, all_left=one.all_left) for one in plan.lists],
        "added": counts.added,
        "updated": counts.updated,
        "now_out": counts.now_out,
        "reachable": counts.reachable,
        "without_address": plan.without_address,
        "left_out": counts.left_out,
        "left_out_people": [{"address": email, "reason": reason} for email, reason in plan.left_out[:50]],
    }
