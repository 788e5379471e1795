"""What may be wrong between lines: indentation, a missing colon or space, a mark that is never closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.suggest import nearest
from newsletter.issue_file.yaml_repair.line_scanner import Line, LineScan
from newsletter.issue_file.yaml_repair.repair import Repair
from newsletter.issue_file.yaml_repair.repairs_indent import beside_text, misplaced
from newsletter.issue_file.yaml_repair.repairs_spaces import tabs
from newsletter.issue_file.yaml_repair.repairs_values import value_remedies

_NO_SPACE = compile_pattern(r"(?P<key>[A-Za-z_][\w-]*):(?P<value>[^\s/].*)")
_NO_SPACE_DASH = compile_pattern(r"-(?P<value>[^\s-].*)")
_EQUALS = compile_pattern(r"(?P<key>[A-Za-z_][\w-]*)\s*(?:=|:=|=>|;|：|–|—)\s*(?P<value>.*)")
_WORD = compile_pattern(r"(?P<key>[A-Za-z_][\w-]*)(?:[ \t]+(?P<value>\S.*))?")
_FOREIGN = (
    (
        compile_pattern("%"),
        Code.DIRECTIVE,
        "a line that begins with % speaks to a program, and none is needed here",
        "Delete the line; where it is text, put it in quotation marks or indent it.",
    ),
    (
        compile_pattern(r"\.\.\.\s*$"),
        Code.SECOND_DOCUMENT,
        "a line of three dots ends the file for a program, and more follows it",
        "Delete the line; where it belongs to a text, indent it with the text.",
    ),
    (
        compile_pattern("```"),
        Code.FENCE,
        "the line of ``` marks where an example begins or ends, and came along when it was copied",
        "Delete each line that begins with ```.",
    ),
    (
        compile_pattern("<{7}|={7}|>{7}|[|]{7}"),
        Code.TWO_VERSIONS,
        "two versions of this file were put together here, and nobody has chosen yet",
        "Keep the lines that are right, and delete the others and each line of <<<<<<<, ======= or >>>>>>>.",
    ),
)


def remedies(sketch: LineScan, number: int, context: int, problem: str) -> Iterator[Repair]:
    """Offer what may be wrong where the parser gave up in line `number`, the likeliest first.

    `context` is the line where the parser began what it could not finish, `problem` its own word for it.
    """
    here, begun = sketch.line(number), sketch.line(context)
    above = sketch.before(number)
    at_key = "mapping values" in problem
    first = begun if "simple key" in problem else here
    if problem == "document":
        yield from [_second_document(here)] if here.text.startswith("---") else _foreign_lines(sketch, number)
        return
    yield from _foreign_lines(sketch, number)
    yield from tabs(sketch, number)
    yield from open_quotes(sketch, number, surely=True)
    if "flow" in problem:
        yield from _open_bracket(sketch, begun)
        yield from value_remedies(begun)
    if at_key and above is not None and not above.is_structural:
        yield from _unfinished(sketch, above)
    if number not in sketch.text_lines:
        yield from value_remedies(here, problem=problem)
    lines = [first] if first is here else [first, here]
    for line in lines:
        yield from beside_text(sketch, line)
    yield from _unfinished(sketch, first)
    if at_key and above is not None:
        yield from _unfinished(sketch, above)
    for line in reversed(lines):
        yield from misplaced(sketch, line)
    yield from value_remedies(begun, problem=problem)
    yield from open_quotes(sketch, number, surely=False)


def _second_document(line: Line) -> Repair:
    words = line.text.lstrip("-. ")
    return Repair(
        Code.SECOND_DOCUMENT,
        line.number,
        1,
        f"{line.text[:3]} at the beginning of a line begins another file inside this one",
        "Delete the line; a line across a text needs to be indented with the text.",
        {line.number: words},
    )


def _foreign_lines(sketch: LineScan, number: int) -> Iterator[Repair]:
    """Offer to leave out lines at the margin that are for other programs."""
    for pattern, code, message, hint in _FOREIGN:
        found = [each for each in range(1, sketch.count + 1) if pattern.match(sketch.draft.line(each))]
        if found and found[0] <= number:
            yield Repair(code, found[0], 1, message, hint, dict.fromkeys(found, ""))


def open_quotes(sketch: LineScan, number: int, *, surely: bool) -> Iterator[Repair]:
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


def _open_bracket(sketch: LineScan, line: Line) -> Iterator[Repair]:
    """Offer to close a bracket after the lines that are indented under it."""
    value = line.bare_value
    closer = {"[": "]", "{": "}"}.get(value[:1], "")
    last = line.number
    while last < sketch.count and sketch.line(last + 1).indent >= line.column and sketch.line(last + 1).text.strip():
        last += 1
    if not closer or last == line.number:
        return
    body = sketch.draft.line(last).rstrip(" ,")
    yield Repair(
        Code.BRACKET_OPEN,
        line.number,
        line.value_column,
        f"the bracket {value[0]} that is opened in line {line.number} is never closed",
        f"Put {closer} at the end of line {last}.",
        {last: body + closer},
        "",
    )


def _closed(value: str, sign: str) -> bool:
    pattern = r'"(?:[^"\\]|\\.)*"' if sign == '"' else r"'(?:[^']|'')*'"
    return re.match(pattern, value) is not None


def _holds(text: str, sign: str) -> bool:
    return sign in (text.replace('\\"', "") if sign == '"' else text.replace("''", ""))


def _unfinished(sketch: LineScan, line: Line) -> Iterator[Repair]:
    """Offer what makes a field or an entry of a line that is neither."""
    number = line.number
    if line.is_blank or number in sketch.text_lines or line.key:
        return
    rest = line.text[line.column - 1 :]
    head = line.text[: line.column - 1]
    dash = _NO_SPACE_DASH.fullmatch(rest) if not line.dashes else None
    if dash:
        yield Repair(
            Code.SPACE_AFTER_DASH,
            number,
            line.column,
            "a space is missing after the dash",
            "Put one space between the dash and the words.",
            {number: f"{head}- {dash['value']}"},
        )
    tight = _NO_SPACE.fullmatch(rest)
    if tight:
        yield Repair(
            Code.SPACE_AFTER_COLON,
            number,
            line.column + len(tight["key"]),
            f"a space is missing after the colon of {quoted(tight['key'])}",
            "Put one space between the colon and the value.",
            {number: f"{head}{tight['key']}: {tight['value']}"},
        )
    if rest.startswith("//"):
        yield Repair(
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
            yield Repair(
                Code.COLON_MISSING,
                number,
                line.column + len(match["key"]),
                f"a colon is missing after {quoted(match['key'])}",
                "Put a colon and a space between the name of the field and its value.",
                {number: f"{head}{match['key']}: {value}".rstrip()},
            )
