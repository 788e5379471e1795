"""Spaces that look like any other and are not: left by word processors and web pages, and by tab keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.yaml_repair.line_scanner import LineScan
from newsletter.issue_file.yaml_repair.repair import Repair

_ZERO_WIDTH = "\u200b-\u200d\u2060\ufeff"
_WIDE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ANY = re.compile(f"[{_WIDE}{_ZERO_WIDTH}]")
_MARGIN = re.compile(f"([ ]*)([{_WIDE}{_ZERO_WIDTH}][ {_WIDE}{_ZERO_WIDTH}]*)(?=\\S)")
_GAP = re.compile(f"([ ]*(?:- +)*[A-Za-z_]+:) ?[{_WIDE}{_ZERO_WIDTH}]+ *")
_NOTHING = re.compile(f"[{_ZERO_WIDTH}]")
_SPACE = re.compile(f"[{_WIDE}]")


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
    others = _more(len(tabbed) - 1, "have tabs too")
    for width in (2, 4, 8, 1, 0):
        spaces = f"Put {width} space{'' if width == 1 else 's'} in place of each tab" if width else "Delete each tab"
        yield Repair(
            Code.TAB,
            number,
            margin.index("\t") + 1,
            "the line is indented with a tab, and only spaces may stand there",
            f"{spaces}{others}.",
            {each: _expanded(sketch.draft.line(each), width) for each in tabbed},
        )


def _expanded(text: str, width: int) -> str:
    rest = text.lstrip(" \t")
    return text[: len(text) - len(rest)].replace("\t", " " * width) + rest
