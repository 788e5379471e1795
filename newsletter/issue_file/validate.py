"""A tree against its model: the model's value, or every complaint in the order of the file."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from collections.abc import Mapping as AbstractMapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from newsletter.issue_file.expected_shape import shape_of
from newsletter.issue_file.problem import Problem, ValueFix
from newsletter.issue_file.pydantic_errors import ErrorLocator, LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import Source
from newsletter.issue_file.to_plain import plain
from newsletter.issue_file.yaml_repair.tree import Node

M = TypeVar("M", bound=BaseModel)

_PASSES = 4
"""How often the data is validated again with the known mistakes fixed."""


_AT_ONCE = 500
"""Errors that are looked at in one pass: nobody reads more."""


def validate(
    root: Node, source: Source, model: type[M], context: AbstractMapping[str, Any]
) -> tuple[M | None, list[Problem]]:
    """Return the value, or None and all complaints.

    A mistake can hide another one behind it. So what is certainly a misspelling is fixed in memory, and the data
    is looked at again: the author hears of all mistakes at once.
    """
    kinds = context.get("kinds", {})
    locator = ErrorLocator(source, root, model, kinds)
    data = plain(root, shape_of(model), kinds)
    told: dict[tuple[object, ...], Problem] = {}
    for number in range(_PASSES):
        try:
            value = model.model_validate(data, context=dict(context))
        except ValidationError as error:
            found = _complaints(error, locator)
        else:
            return (value, []) if number == 0 else (None, _in_order(told.values()))
        retold = {complaint.mark for complaint in told.values() if complaint.fix and not complaint.fix.renames}
        news = {
            _name_of(complaint): complaint
            for complaint in found
            # of a value of the wrong kind nothing more is said than that
            if _name_of(complaint) not in told and complaint.mark not in retold
        }
        told |= news
        data = copy.deepcopy(data)
        fixes = [fix for complaint in news.values() if (fix := complaint.fix) and _apply(data, fix)]
        for fix in fixes:
            locator.follow(fix)
        if not fixes:
            break
    return None, _in_order(told.values())


def _name_of(complaint: Problem) -> tuple[object, ...]:
    return (complaint.code, complaint.mark)


def _in_order(complaints: Iterable[Problem]) -> list[Problem]:
    return sorted(complaints, key=lambda complaint: complaint.mark)


def _complaints(error: ValidationError, locator: ErrorLocator) -> list[Problem]:
    from newsletter.issue_file.messages.registry import complaint_about  # noqa: PLC0415  most files have no mistakes

    errors = error.errors(include_url=False, include_input=False)[:_AT_ONCE]
    faults = [fault for entry in errors if (fault := locator.fault(entry)) is not None]
    spoken = [(fault, complaint_about(fault)) for fault in faults]
    meant = {
        (complaint.fix.loc[:-1], complaint.fix.value)
        for _, complaint in spoken
        if complaint.fix and complaint.fix.renames
    }
    lines = {fault.loc[:-1] for fault, complaint in spoken if complaint.code is Code.COLON}
    at_fault = {fault.loc for fault in faults}
    return [complaint for fault, complaint in spoken if not _follows(fault, complaint, meant, lines, at_fault)]


def _follows(
    fault: LocatedError,
    complaint: Problem,
    meant: set[tuple[tuple[str | int, ...], str]],
    lines: set[tuple[str | int, ...]],
    at_fault: set[tuple[str | int, ...]],
) -> bool:
    """Return whether a fault is only the consequence of another one."""
    if fault.kind == "missing" and fault.missing:
        # its misspelling was found, or the whole entry was meant to be a line of text
        return (fault.loc, fault.missing) in meant or fault.loc in lines
    if fault.kind == "end_without_start" and fault.loc:
        # its start could not be read, so nothing can be said about the end
        return (*fault.loc[:-1], "when") in at_fault
    if fault.kind == "too_short":
        return any(len(loc) > len(fault.loc) and loc[: len(fault.loc)] == fault.loc for loc in at_fault)
    return fault.loc[:-1] in lines and complaint.code is not Code.COLON


def _apply(data: Any, fix: ValueFix) -> bool:
    """Put one thing right in the data; False where it cannot be done."""
    *way, last = fix.loc
    for part in way:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return False
    if isinstance(data, list) and isinstance(last, int) and not fix.renames:
        data[last] = fix.value
        return True
    if not isinstance(data, dict) or last not in data:
        return False
    if not fix.renames:
        data[last] = fix.value
        return True
    if fix.value in data:
        del data[last]
    else:
        data[fix.value] = data.pop(last)
    return True
