"""Spaces that look like any other and are not: left by word processors and web pages, and by tab keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.yaml_repair.line_scanner import Line, LineScan, line_of
from newsletter.issue_file.yaml_repair.repair import Repair

_ZERO_WIDTH = "\u200b-\u200d\u2060\ufeff"
_WIDE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ANY = compile_pattern(f"[{_WIDE}{_ZERO_WIDTH}]")
_MARGIN = compile_pattern(f"([ ]*)([{_WIDE}{_ZERO_WIDTH}][ {_WIDE}{_ZERO_WIDTH}]*)(?=\\S)")
_GAP = compile_pattern(f"([ ]*(?:- +)*[A-Za-z_]+:) ?[{_WIDE}{_ZERO_WIDTH}]+ *")
_NOTHING = compile_pattern(f"[{_ZERO_WIDTH}]")
_SPACE = compile_pattern(f"[{_WIDE}]")


def invisible_spaces(sketch: LineScan) -> Repair | None:
    """Return ordinary spaces for all others that indent a line or follow the colon of a field, if there are any."""
    if _ANY.search(sketch.draft.text) is None:
        return None
    found: dict[int, tuple[int, str]] = {}
    for number, text in enumerate(sketch.draft.lines, 1):
        if number in sketch.text_lines or not text.strip():
            continue
        margin, gap = _MARGIN.match(text), _GAP.match(text)
        if margin:
            spaces = _SPACE.sub(" ", _NOTHING.sub("", margin[0]))
            found[number] = margin.start(2) + 1, spaces + text[margin.end() :]
        elif gap:
            found[number] = gap.end(1) + 1, f"{gap[1]} {text[gap.end() :]}"
    if not found:
        return None
    first = min(found)
    return Repair(
        Code.INVISIBLE_SPACE,
        first,
        found[first][0],
        "the space here is a special one, as word processors and web pages use it",
        f"Delete it and type ordinary spaces, or paste the corrected line in its place{_more(len(found) - 1)}.",
        {number: line for number, (_, line) in found.items()},
    )


def _more(count: int, what: str = "have it too") -> str:
    if not count:
        return ""
    return f"; {count} more line{'s' if count > 1 else ''} below {what if count > 1 else what.replace('have', 'has')}"


def tabs(sketch: LineScan, number: int) -> Iterator[Repair]:
    """Offer spaces in place of all tabs that indent lines, if one does in this line."""
    text = sketch.draft.line(number)
    margin = text[: len(text) - len(text.lstrip())]
    if "\t" not in margin:
        gap = re.match(r"([^\"']*?[:-])([ \t]*\t[ \t]*)", text)
        if gap:
            new = text[: gap.start(2)] + " " * len(gap[2]) + text[gap.end(2) :]
            yield Repair(
                Code.TAB,
                number,
                gap.start(2) + 1,
                "there is a tab after the mark; use spaces instead",
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
    beside = _beside_neighbours(sketch, number, tabbed)
    if beside is not None:
        yield beside
    others = _more(len(tabbed) - 1, "have tabs too")
    for width in (2, 4, 8, 1, 0):
        spaces = f"Put {width} space{'' if width == 1 else 's'} in place of each tab" if width else "Delete each tab"
        yield Repair(
            Code.TAB,
            number,
            margin.index("\t") + 1,
            "the line is indented with a tab; use spaces instead",
            f"{spaces}{others}.",
            {each: _expanded(sketch.draft.line(each), width) for each in tabbed},
        )


def _beside_neighbours(sketch: LineScan, number: int, tabbed: Sequence[int]) -> Repair | None:
    """Line up a run of tabbed lines with the fields or entries around it, which are indented with spaces."""
    last = number
    while last + 1 in tabbed:
        last += 1
    run = range(number, last + 1)
    margins = {sketch.draft.line(each)[: -len(sketch.draft.line(each).lstrip(" \t")) or None] for each in run}
    if len(margins) != 1:  # the run has levels of its own
        return None
    lines = {each: line_of(each, sketch.draft.line(each).lstrip(" \t")) for each in run}
    above = _neighbour(sketch, lines[number])
    are_entries = bool(lines[number].dashes)
    if (
        above is None
        or not (above.value or are_entries)
        or any(bool(line.dashes) != are_entries or not line.is_structural for line in lines.values())
    ):
        return None
    indent = above.indent if are_entries else above.column - 1
    below = _first_below(sketch, lines[last], indent)
    tabs_fit = margins.pop().count("\t") in {indent / 2, indent / 4}
    field = sketch.line(last + 1)
    has_fields = are_entries and field.key and not field.dashes and field.indent == above.column - 1
    if not (tabs_fit or has_fields or (below is not None and below.indent == indent)):
        return None
    place = f"line {number}" if last == number else f"lines {number} to {last}"
    of = f"`{above.name}`" if above.name else "the entry"
    return Repair(
        Code.TAB,
        number,
        sketch.draft.line(number).index("\t") + 1,
        "the line is indented with a tab; use spaces instead",
        f"Begin {place} with {indent} spaces instead of tabs, to line up with {of} in line {above.number}.",
        {each: " " * indent + line.text for each, line in lines.items()},
    )


def _neighbour(sketch: LineScan, line: Line) -> Line | None:
    """Return the nearest field above a field, or the nearest entry above an entry of a list."""
    above = sketch.before(line.number)
    if not line.dashes:
        return above if above is not None and above.key else None
    return next((each for each in sketch.columns_above(line.number) if each.dashes), None)


def _first_below(sketch: LineScan, line: Line, indent: int) -> Line | None:
    """Return the first line below that is neither blank nor part of what the line begins."""
    for number in range(line.number + 1, sketch.count + 1):
        below = sketch.line(number)
        is_part = below.indent > indent and (line.opens_block or bool(line.dashes) or not line.value)
        if not below.is_blank and not is_part:
            return below
    return None


def _expanded(text: str, width: int) -> str:
    rest = text.lstrip(" \t")
    return text[: len(text) - len(rest)].replace("\t", " " * width) + rest
