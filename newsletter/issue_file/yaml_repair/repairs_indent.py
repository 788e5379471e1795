"""What may be wrong with where a line begins, and where it should."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.yaml_repair.line_scanner import Line, LineScan
from newsletter.issue_file.yaml_repair.repair import Repair


def beside_text(sketch: LineScan, line: Line) -> Iterator[Repair]:
    """Offer to indent lines that belong to the text above them."""
    if line.is_blank:
        return
    block = next((block for block in reversed(sketch.blocks) if block.header < line.number), None)
    if block is None or line.number <= block.last:
        return
    between = range(max(block.last, block.header) + 1, line.number)
    if any(sketch.draft.line(number).strip() for number in between):
        return
    last = _end_of_text(sketch, line.number)
    lines = {n: " " * block.indent + sketch.draft.line(n).lstrip() for n in range(line.number, last + 1)}
    lines = {n: text if text.strip() else "" for n, text in lines.items()}
    header = sketch.line(block.header)
    name = f"`{header.name}`" if header.key else "the text"
    more = last - line.number
    also = f" and the {more} line{'s' if more > 1 else ''} below it" if more else ""
    begun = f"the text of {name} that begins in line {block.first}"
    if block.last < block.first:
        message = f"{begun} needs to be indented more than line {block.header}"
    else:
        message = f"this line is indented less than {begun}"
    hint = f"Where it belongs to that text, begin it{also} with {block.indent} spaces."
    yield Repair(Code.TEXT_INDENT, line.number, line.indent + 1, message, hint, lines)


def _end_of_text(sketch: LineScan, number: int) -> int:
    """Return the last line from this one on that does not begin a field of this sort of file."""
    last = number
    for each in range(number + 1, sketch.count + 1):
        line = sketch.line(each)
        if sketch.is_field(line):
            break
        if not line.is_blank:
            last = each
    return last


def misplaced(sketch: LineScan, line: Line) -> Iterator[Repair]:
    """Offer the columns with which a line may be meant to line up, the nearest first."""
    if line.is_blank or line.number in sketch.text_lines:
        return
    yield from _list_of_fields(sketch, line)
    targets: dict[int, Line] = {}
    above = sketch.before(line.number)
    for other in sketch.columns_above(line.number):
        if line.dashes:
            column = other.indent if other.dashes else other.column - 1 + (2 if not other.value else 0)
        else:
            column = other.column - 1
        targets.setdefault(column, other)
    if above is not None and above.key and not above.value:
        targets.setdefault(above.column + 1, above)
    by_distance = sorted(targets.items(), key=lambda item: (abs(item[0] - line.indent), -item[0]))
    for column, other in by_distance:
        if column == line.indent:
            continue
        yield _moved(sketch, line, column, other)
    if line.dashes and line.key:
        yield Repair(
            Code.LIST_MARK,
            line.number,
            line.indent + 1,
            "a dash begins an entry of a list, and there is no list here",
            "Delete the dash, or put the entry under the field that holds the list.",
            {line.number: " " * line.indent + line.text[line.column - 1 :]},
        )
    elif line.dashes:
        yield Repair(
            Code.LIST_MARK,
            line.number,
            line.indent + 1,
            "a dash begins an entry of a list, and there is no list here",
            "Put the entry under the field that holds the list, or delete it.",
            {line.number: f"# {line.text.strip()}"},
            line.text[line.column - 1 :],
        )
    elif not line.key:
        yield _stray(sketch, line)


def _list_of_fields(sketch: LineScan, line: Line) -> Iterator[Repair]:
    """Offer to take the dash from the first field of the file."""
    first = next((each for each in map(sketch.line, range(1, line.number)) if not each.is_blank), None)
    if first is None or first.indent or not first.dashes or not sketch.is_field(first) or line.indent or line.dashes:
        return
    yield Repair(
        Code.LIST_MARK,
        first.number,
        1,
        "the file begins with a dash, as if it were a list",
        "Delete the dash: the fields of the file begin at the left margin.",
        {first.number: first.text[first.column - 1 :]},
    )


def _moved(sketch: LineScan, line: Line, column: int, other: Line) -> Repair:
    """Offer to move a line, and what is indented under it, so that it begins after `column` spaces."""
    by = column - line.indent
    lines = {line.number: " " * column + line.text.lstrip()}
    for below in _under(sketch, line, column):
        lines[below.number] = " " * max(below.indent + by, 0) + below.text.lstrip(" ")
    spaces = f"{abs(by)} space{'s' if abs(by) > 1 else ''}"
    side = "right" if by < 0 else "left"
    what = f"`{line.dashes}{line.name}`" if line.key else "this line"
    start = (
        f"begin the line with {column} space{'' if column == 1 else 's'}" if column else "begin it at the left margin"
    )
    return Repair(
        Code.INDENT,
        line.number,
        line.indent + 1,
        f"{what} begins {spaces} too far to the {side}",
        f"{_beside(line, column, other)}: {start}.",
        lines,
    )


def _under(sketch: LineScan, line: Line, column: int) -> Iterator[Line]:
    """Give the lines that are indented under a line and move with it."""
    for number in range(line.number + 1, sketch.count + 1):
        below = sketch.line(number)
        if not below.text.strip():
            continue
        if below.indent <= line.indent:
            return
        if number == line.number + 1 and below.indent == column + len(line.dashes) and not below.dashes:
            # it stands right already: it is beside what was misplaced
            return
        yield below


def _beside(line: Line, column: int, other: Line) -> str:
    """Return with what a line lines up at a column."""
    if line.dashes and other.dashes and column == other.indent:
        return f"Its dash lines up with that of line {other.number}"
    if column > other.column - 1 or line.dashes:
        return f"It stands under `{other.name}` of line {other.number}"
    return f"It should line up with `{other.name or '-'}` in line {other.number}"


def _stray(sketch: LineScan, line: Line) -> Repair:
    """Leave a line out that is no part of YAML, and offer to join it to a text above it."""
    above = sketch.before(line.number)
    is_text = above is not None and above.key and above.value and above.value[-1] not in "\"'|>]}"
    words = (
        f"; for a text of several lines begin with `{above.name}: |` and indent its lines" if above and is_text else ""
    )
    return Repair(
        Code.COLON_MISSING,
        line.number,
        line.column,
        f"{quoted(line.text)} is neither a field nor an entry of a list",
        f"A field needs a colon after its name, an entry of a list a dash before it{words}.",
        {line.number: f"# {line.text.strip()}"},
        "",
    )
