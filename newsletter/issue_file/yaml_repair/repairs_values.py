"""What may be wrong with one value on a line, and the line that would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.suggest import CURLY, as_value
from newsletter.issue_file.yaml_repair.line_scanner import Line
from newsletter.issue_file.yaml_repair.repair import Repair, put
from newsletter.issue_file.yaml_repair.repairs_brackets import bracketed, comma
from newsletter.issue_file.yaml_repair.tree import Mark

_DOUBLE = compile_pattern(r'"(?:[^"\\]|\\.)*"')
_SINGLE = compile_pattern(r"'(?:[^']|'')*'")
_SPECIAL = "@%`&*!?,|>[]{}#"
_QUOTE_IT = "Put the whole value in quotation marks."


def value_remedies(line: Line, *, problem: str = "") -> Iterator[Repair]:
    """Offer what may be wrong with the value of a line, the likeliest first."""
    value = line.bare_value
    if not value:
        return
    first = value[0]
    if first in "\"'":
        yield from _quoted(line, value, problem)
    elif first in CURLY and first not in "’‚‛":
        yield _curly(line, value)
    elif first in "[{":
        yield from bracketed(line, value)
    elif first in "|>" and not line.opens_block:
        yield _block_on_line(line, value)
    elif first in _SPECIAL:
        yield _special(line, value)
    if value.startswith("- ") and line.key:
        yield _list_on_line(line, value)
    if first not in "\"'[{|>" and (": " in value or value.endswith(":") or ":\t" in value):
        yield _colon(line, value)


def _colon(line: Line, value: str) -> Repair:
    index = value.find(": ") if ": " in value else len(value) - 1
    name = f"`{line.name}`" if line.key else "this entry"
    return put(
        line,
        Code.COLON,
        f"the colon in {name} looks like the end of a field's name",
        _QUOTE_IT,
        as_value(value),
        column=line.value_column + index,
    )


def _curly(line: Line, value: str) -> Repair:
    inner = value[1:]
    if inner[-1:] in CURLY or inner[-1:] in {'"', "'"}:
        inner = inner[:-1]
    return put(
        line,
        Code.QUOTE_CURLY,
        f"{value[0]} is a quotation mark for readers: the file needs straight ones",
        'Type straight quotation marks (") around the value; curly ones may stand inside it.',
        as_value(inner),
    )


def _special(line: Line, value: str) -> Repair:
    name = f"the value of `{line.name}`" if line.key else "a value"
    return put(
        line,
        Code.FIRST_CHARACTER,
        f"{name} cannot begin with {value[0]} unless it stands in quotation marks",
        _QUOTE_IT,
        as_value(value),
    )


def _block_on_line(line: Line, value: str) -> Repair:
    words = value.lstrip("|>-+ ")
    deeper = " " * (line.column + 1)
    head = line.text[: line.value_column - 1] + value[0]
    return Repair(
        Code.FIRST_CHARACTER,
        line.number,
        line.value_column + len(value) - len(words),
        f"after {value[0]} the text begins on the next line",
        "Move the words to the next line and indent them, or leave the sign out.",
        {line.number: head},
        f"{head}\n{deeper}{words}",
        Mark(line.number, line.value_column),
    )


def _list_on_line(line: Line, value: str) -> Repair:
    head = line.text[: line.value_column - 1].rstrip()
    return Repair(
        Code.LIST_MARK,
        line.number,
        line.value_column,
        f"the list of `{line.name}` begins on the next line",
        "Move the dash and what follows it to a line of its own, and indent it.",
        {line.number: f"{head} [{as_value(value[2:])}]"},
        f"{head}\n{' ' * (line.column + 1)}{value}",
    )


def _quoted(line: Line, value: str, problem: str) -> Iterator[Repair]:
    sign = value[0]
    match = (_DOUBLE if sign == '"' else _SINGLE).match(value)
    if match is None:
        yield from _unclosed(line, value, sign)
        return
    tail = value[match.end() :].strip()
    column = line.value_column + match.end()
    if sign == '"' and "escape" in problem:
        index = next((m.start() for m in re.finditer(r"\\[^0abtnvfre \"/\\N_LPxuU]", value)), value.find("\\"))
        yield put(
            line,
            Code.BACKSLASH,
            "a backslash has a meaning of its own between double quotation marks",
            "Use single quotation marks, or write two backslashes for one.",
            as_value(value[1 : match.end() - 1]) + value[match.end() :],
            column=line.value_column + max(index, 0),
        )
    if not tail or tail.startswith("#"):
        return
    if tail == ",":
        yield comma(line, match[0], column)
        return
    inner = value[1:-1] if value.endswith(sign) else value
    if sign == "'":
        inner = inner.replace("''", "'")
    word = "apostrophe" if sign == "'" and value[match.end()].isalpha() else "quotation mark"
    message = f"the {word} after {quoted(match[0][1:-1], 30)} ends the text, and more words follow it"
    other = "double" if sign == "'" else "single"
    hint = f"Put the whole value in {other} quotation marks."
    yield put(line, Code.QUOTE_INNER, message, hint, as_value(inner), column=column - 1)


def _unclosed(line: Line, value: str, sign: str) -> Iterator[Repair]:
    if sign == "'" and re.match(r"'(?:\d\d|t(?:is|was|il)|n|em|cause|cos)\b", value, re.IGNORECASE):
        yield put(
            line,
            Code.QUOTE_OPEN,
            f"the apostrophe of {quoted(value.split(maxsplit=1)[0])} is taken for a quotation mark, and never closed",
            "Put the whole value in double quotation marks.",
            as_value(value),
        )
    if not line.key and re.match(r"[\"'][\w-]+:(?:\s|$)", value):
        yield put(
            line,
            Code.QUOTE_OPEN,
            f"the quotation mark that is opened in line {line.number} is never closed",
            "Delete the mark before the name of the field.",
            value[1:],
        )
    closed = value + sign
    if value[-1:] in CURLY:
        closed = value[:-1] + sign
    yield put(
        line,
        Code.QUOTE_OPEN,
        f"the quotation mark that is opened in line {line.number} is never closed",
        "Put the same mark at the end of the value.",
        closed,
    )
