"""What may be wrong between lines: indentation, a missing colon or space, a mark that is never closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.loading.code import Code
from newsletter.loading.correction import as_value, nearest
from newsletter.loading.source import quoted
from newsletter.loading.yaml.remedy import Remedy, value_remedies
from newsletter.loading.yaml.sketch import Block, Line, Sketch

_NO_SPACE = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?P<value>[^\s/].*)")
_NO_SPACE_DASH = re.compile(r"-(?P<value>[^\s-].*)")
_EQUALS = re.compile(r"(?P<key>[A-Za-z_][\w-]*)\s*(?:=|:=|=>|;|：|–|—)\s*(?P<value>.*)")
_WORD = re.compile(r"(?P<key>[A-Za-z_][\w-]*)(?:[ \t]+(?P<value>\S.*))?")
_FLOW = re.compile(r"[\[{]")


def remedies(sketch: Sketch, number: int, context: int, problem: str) -> Iterator[Remedy]:
    """Offer what may be wrong where the parser gave up in line `number`, the likeliest first.

    `context` is the line where the parser began what it could not finish, `problem` its own word for it.
    """
    here = sketch.line(number)
    above = sketch.before(number)
    if problem == "document":
        yield _second_document(here)
        return
    for line in (sketch.line(each) for each in range(1, number + 1)):
        if line.text.startswith("%") and line.number not in sketch.text_lines:
            yield _directive(line)
            break
    yield from _tabs(sketch, number)
    if "quoted scalar" not in problem or context == number:
        yield from open_quotes(sketch, number, surely=True)
    if "flow" in problem and context != number:
        yield from value_remedies(sketch.line(context))
    first = sketch.line(context) if "simple key" in problem else here
    if "mapping values" in problem and above is not None and not above.is_structural:
        yield from _unfinished(sketch, above)
    if number not in sketch.text_lines:
        yield from value_remedies(here, problem=problem)
    yield from _beside_text(sketch, first)
    if first.number != here.number:
        yield from _beside_text(sketch, here)
    yield from _unfinished(sketch, first)
    if above is not None and "mapping values" in problem:
        yield from _unfinished(sketch, above)
    yield from _misplaced(sketch, here)
    if first.number != here.number:
        yield from _misplaced(sketch, first)
        yield from value_remedies(first, problem=problem)
    if context not in {number, first.number}:
        yield from value_remedies(sketch.line(context), problem=problem)
    yield from open_quotes(sketch, number, surely=False)


def _second_document(line: Line) -> Remedy:
    words = line.text.lstrip("-. ")
    return Remedy(
        Code.SECOND_DOCUMENT,
        line.number,
        1,
        f"{line.text[:3]} at the beginning of a line begins another file inside this one",
        "Delete the line; a line across a text needs to be indented with the text.",
        {line.number: words},
    )


def _directive(line: Line) -> Remedy:
    return Remedy(
        Code.DIRECTIVE,
        line.number,
        1,
        "a line that begins with % speaks to a program, and none is needed here",
        "Delete the line; where it is text, put it in quotation marks or indent it.",
        {line.number: ""},
    )


def _tabs(sketch: Sketch, number: int) -> Iterator[Remedy]:
    """Offer spaces in place of all tabs that indent lines, if one does in this line."""
    text = sketch.draft.line(number)
    margin = text[: len(text) - len(text.lstrip())]
    if "\t" not in margin:
        gap = re.match(r"([^\"']*?[:-])([ \t]*\t[ \t]*)", text)
        if gap:
            new = text[: gap.start(2)] + " " * len(gap[2]) + text[gap.end(2) :]
            yield Remedy(
                Code.TAB,
                number,
                gap.start(2) + 1,
                "there is a tab after the mark, and only spaces may stand there",
                "Put one space in place of the tab.",
                {number: new},
                text[: gap.start(2)] + " " + text[gap.end(2) :],
            )
        return
    tabbed = [
        each
        for each in range(number, sketch.count + 1)
        if each not in sketch.text_lines and re.match(r" *\t", sketch.draft.line(each))
    ]
    more = len(tabbed) - 1
    others = (
        f"; {more} more line{'s' if more > 1 else ''} below {'have' if more > 1 else 'has'} tabs too" if more else ""
    )
    for width in (2, 4, 8, 1):
        lines = {each: _expanded(sketch.draft.line(each), width) for each in tabbed}
        yield Remedy(
            Code.TAB,
            number,
            margin.index("\t") + 1,
            "the line is indented with a tab, and only spaces may stand there",
            f"Put {width} spaces in place of each tab{others}.",
            lines,
        )


def _expanded(text: str, width: int) -> str:
    rest = text.lstrip(" \t")
    return text[: len(text) - len(rest)].expandtabs(width) + rest


def open_quotes(sketch: Sketch, number: int, *, surely: bool) -> Iterator[Remedy]:
    """Offer to close a quotation mark above that takes in the fields below it.

    `surely`: only where a field of this sort of file follows before the mark is closed.
    """
    above = 1
    while above <= min(number, sketch.count):
        line = sketch.line(above)
        sign = line.value[:1]
        if above in sketch.text_lines or sign not in {'"', "'"} or _closed(line.value, sign):
            above += 1
            continue
        end = next(
            (n for n in range(above + 1, sketch.count + 1) if _holds(sketch.draft.line(n), sign)), sketch.count + 1
        )
        inside = [sketch.line(n) for n in range(above + 1, min(end + 1, sketch.count + 1))]
        swallowed = [each for each in inside if each.is_structural and (not surely or sketch.is_field(each))]
        if swallowed or (not surely and end > sketch.count):
            yield from value_remedies(line)
            return
        above = end + 1


def _closed(value: str, sign: str) -> bool:
    pattern = r'"(?:[^"\\]|\\.)*"' if sign == '"' else r"'(?:[^']|'')*'"
    return re.match(pattern, value) is not None


def _holds(text: str, sign: str) -> bool:
    return sign in (text.replace('\\"', "") if sign == '"' else text.replace("''", ""))


def _unfinished(sketch: Sketch, line: Line) -> Iterator[Remedy]:
    """Offer what makes a field or an entry of a line that is neither."""
    number = line.number
    if line.is_blank or number in sketch.text_lines or line.key:
        return
    rest = line.text[line.column - 1 :]
    head = line.text[: line.column - 1]
    dash = _NO_SPACE_DASH.fullmatch(rest) if not line.dashes else None
    if dash:
        yield Remedy(
            Code.SPACE_AFTER_DASH,
            number,
            line.column,
            "a space is missing after the dash",
            "Put one space between the dash and the words.",
            {number: f"{head}- {dash['value']}"},
        )
    tight = _NO_SPACE.fullmatch(rest)
    if tight:
        yield Remedy(
            Code.SPACE_AFTER_COLON,
            number,
            line.column + len(tight["key"]),
            f"a space is missing after the colon of {quoted(tight['key'])}",
            "Put one space between the colon and the value.",
            {number: f"{head}{tight['key']}: {tight['value']}"},
        )
    if rest.startswith("//"):
        yield Remedy(
            Code.COLON_MISSING,
            number,
            line.column,
            "a line that begins with // is no comment here",
            "Begin a comment with # and a space.",
            {number: f"{head}# {rest[2:].strip()}"},
        )
    for pattern in (_EQUALS, _WORD):
        match = pattern.fullmatch(rest)
        name = nearest(match["key"], sketch.names) if match else ""
        if match and name and (name == match["key"].casefold() or pattern is _EQUALS):
            value = match["value"] or ""
            yield Remedy(
                Code.COLON_MISSING,
                number,
                line.column + len(match["key"]),
                f"a colon is missing after {quoted(match['key'])}",
                "Put a colon and a space between the name of the field and its value.",
                {number: f"{head}{match['key']}: {value}".rstrip()},
            )


def _beside_text(sketch: Sketch, line: Line) -> Iterator[Remedy]:
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
    name = f"the text of `{header.name}`" if header.key else "the text"
    column = line.indent + 1
    more = last - line.number
    also = f", and the {more} line{'s' if more > 1 else ''} below it" if more else ""
    yield Remedy(
        Code.TEXT_INDENT,
        line.number,
        column,
        f"this line is indented less than {name} that begins in line {_first_text(block)}",
        f"Where it belongs to that text, indent it{also} by {block.indent} spaces.",
        lines,
    )


def _first_text(block: Block) -> int:
    return block.first if block.last >= block.first else block.header


def _end_of_text(sketch: Sketch, number: int) -> int:
    """Return the last line from this one on that does not begin a field of this sort of file."""
    last = number
    for each in range(number + 1, sketch.count + 1):
        line = sketch.line(each)
        if sketch.is_field(line):
            break
        if not line.is_blank:
            last = each
    return last


def _misplaced(sketch: Sketch, line: Line) -> Iterator[Remedy]:
    """Offer the columns with which a line may be meant to line up, the nearest first."""
    if line.is_blank or line.number in sketch.text_lines:
        return
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
        yield Remedy(
            Code.LIST_MARK,
            line.number,
            line.indent + 1,
            "a dash begins an entry of a list, and there is no list here",
            "Delete the dash, or put the entry under the field that holds the list.",
            {line.number: " " * line.indent + line.text[line.column - 1 :]},
        )
    elif line.dashes:
        yield Remedy(
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


def _moved(sketch: Sketch, line: Line, column: int, other: Line) -> Remedy:
    """Offer to move a line, and what is indented under it, to another column."""
    by = column - line.indent
    lines = {line.number: " " * column + line.text.lstrip()}
    for number in range(line.number + 1, sketch.count + 1):
        text = sketch.draft.line(number)
        if not text.strip():
            continue
        indent = len(text) - len(text.lstrip(" "))
        if indent <= line.indent:
            break
        lines[number] = " " * max(indent + by, 0) + text.lstrip(" ")
    count, side = abs(by), "left" if by < 0 else "right"
    words = other.name or "-"
    what = f"`{line.name}`" if line.key else "this line"
    under = column > other.column - 1 or (column != other.indent and bool(line.dashes))
    where = (
        f"it stands under `{words}` (line {other.number})"
        if under
        else f"it should line up with `{words if not (line.dashes and other.dashes) else '-'}` of line {other.number}"
    )
    move = "too far to the left" if side == "right" else "too far to the right"
    return Remedy(
        Code.INDENT,
        line.number,
        line.indent + 1,
        f"{what} begins {count} space{'s' if count > 1 else ''} {move}",
        f"{where[0].upper()}{where[1:]}: begin the line with {column} space{'' if column == 1 else 's'}."
        if column
        else f"{where[0].upper()}{where[1:]}: begin it at the left margin.",
        lines,
    )


def _stray(sketch: Sketch, line: Line) -> Remedy:
    above = sketch.before(line.number)
    joined = f"{above.text.rstrip()} {line.text.strip()}" if above else ""
    return Remedy(
        Code.COLON_MISSING,
        line.number,
        line.column,
        f"{quoted(line.text)} is neither a field nor an entry of a list",
        "A field needs a colon after its name, an entry a dash before it; a text of several lines begins with | "
        "and is indented.",
        {line.number: f"# {line.text.strip()}"},
        joined
        if above and above.value and as_value(above.value) != above.value and not above.value.endswith('"')
        else line.text,
    )
