"""What to say when a picture or a table is incomplete."""

from __future__ import annotations

from newsletter.issue_file.messages.field_names import at_field, field_text
from newsletter.issue_file.problem import Problem
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.suggest import nearest
from newsletter.issue_file.yaml_repair.tree import Sequence

_DESCRIBING = ("alt", "credit", "caption", "crop", "focus")
_SIDES = ("top", "bottom", "left", "right", "centre", "top left", "top right", "bottom left", "bottom right")


def alt_missing(fault: LocatedError) -> Problem:
    """Report that a picture needs words."""
    problem = at_field(
        fault,
        "image",
        Code.ALT_MISSING,
        "the image has no `alt`: text for readers who cannot see it",
        'Add `alt:` with a sentence that describes the image, or `alt: ""` if it is only decoration.',
    )
    return problem._replace(missing="alt")


def image_missing(fault: LocatedError) -> Problem:
    """Report that words about a picture need the picture."""
    written = next((name for name in _DESCRIBING if field_text(fault, name)), "alt")
    named = "`alt` and `credit` describe" if written in {"alt", "credit"} else f"`{written}` describes"
    problem = at_field(
        fault,
        written,
        Code.IMAGE_MISSING,
        f"{named} an image, but there is no `image`",
        "Add `image:` with the name of the file, or delete these lines.",
    )
    return problem._replace(missing="image")


def focus_form(fault: LocatedError) -> Problem:
    """Explain how to name the part of a picture that a crop keeps."""
    value = nearest(fault.text, list(_SIDES)) or ""
    return fault.corrected(
        Code.FOCUS_FORM,
        f"{quoted(fault.text)} is not a part of an image",
        "Use `top`, `bottom`, `left`, `right`, `centre` or a corner such as `top left`; or a point in percent from "
        "the left and from the top, such as `30,60`.",
        value,
    )


def table_row(fault: LocatedError) -> Problem:
    """Explain which row of a table does not have a cell for each column."""
    number, cells, columns = (int(fault.values[name]) for name in ("row", "cells", "columns"))
    message = f"row {number} of the table has {_count(cells, 'cell')}, but there are {_count(columns, 'column')}"
    hint = 'Write one value for each column; `""` leaves a cell empty.'
    rows = fault.node.items if isinstance(fault.node, Sequence) else ()
    mark = rows[number - 1].start if number <= len(rows) else fault.mark
    return Problem(Code.TABLE_ROW, mark, message, hint)


def table_empty(fault: LocatedError) -> Problem:
    """Report that a table shows nothing."""
    return fault.complaint(
        Code.NOTHING_INSIDE,
        "the table has nothing to show to readers: all its cells are empty",
        "Fill in its `rows`, or delete the section.",
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
