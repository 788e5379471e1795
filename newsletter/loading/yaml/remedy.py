"""What may be wrong with one value on a line, and the line that would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newsletter.loading.code import Code
from newsletter.loading.correction import CURLY, as_value
from newsletter.loading.source import quoted
from newsletter.loading.yaml.sketch import Line
from newsletter.loading.yaml.tree import Mark

_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"')
_SINGLE = re.compile(r"'(?:[^']|'')*'")
_SIMPLE = re.compile(r"[\w£€$(][^:#,\[\]{}\"'&*!|>%@`]*")
_NEXT_FIELD = re.compile(r"(?<=[^\s,{:])\s+(?=[\w-]+:\s)")
_PART = re.compile(r"""(?:"[^"]*"|'[^']*'|[^,])+""")
_SPECIAL = "@%`&*!?,|>[]{}#"
_CLOSERS = {"[": "]", "{": "}"}
_AS_TEXT = frozenset({Code.COLON, Code.FIRST_CHARACTER, Code.QUOTE_CURLY, Code.BRACKET_FORM})
_QUOTE_IT = "Put the whole value in quotation marks."


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that may be wrong at a place of the draft, and what would put it right."""

    code: Code
    line: int
    column: int
    message: str
    hint: str
    lines: Mapping[int, str]
    """The lines as they would be right, by number; empty where that cannot be known."""
    suggestion: str | None = None
    """What to paste, where it is not the line at the place; empty for nothing."""

    empties: Mark | None = None
    """Where the words are left out in memory that the reading goes on without."""

    value: Mark | None = None
    """Where the value begins that it takes for text."""

    @property
    def paste(self) -> str:
        """Return what to paste in place of the line."""
        return self.lines.get(self.line, "") if self.suggestion is None else self.suggestion


def value_remedies(line: Line, *, problem: str = "") -> Iterator[Remedy]:
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
        yield from _bracketed(line, value)
    elif first in "|>" and not line.opens_block:
        yield _block_on_line(line, value)
    elif first in _SPECIAL:
        yield _special(line, value)
    if value.startswith("- ") and line.key:
        yield _list_on_line(line, value)
    if first not in "\"'[{|>" and (": " in value or value.endswith(":") or ":\t" in value):
        yield _colon(line, value)


def _put(line: Line, code: Code, message: str, hint: str, value: str, *, column: int = 0) -> Remedy:
    new = line.with_value(value)
    start = Mark(line.number, line.value_column)
    value_mark = start if code in _AS_TEXT else None
    return Remedy(code, line.number, column or start.column, message, hint, {line.number: new}, value=value_mark)


def _colon(line: Line, value: str) -> Remedy:
    index = value.find(": ") if ": " in value else len(value) - 1
    name = f"`{line.name}`" if line.key else "this entry"
    return _put(
        line,
        Code.COLON,
        f"a colon in the words of {name} is taken for the end of a field's name",
        _QUOTE_IT,
        as_value(value),
        column=line.value_column + index,
    )


def _curly(line: Line, value: str) -> Remedy:
    inner = value[1:]
    if inner[-1:] in CURLY or inner[-1:] in {'"', "'"}:
        inner = inner[:-1]
    return _put(
        line,
        Code.QUOTE_CURLY,
        f"{value[0]} is a quotation mark for readers: the file needs straight ones",
        'Type straight quotation marks (") around the value; curly ones may stand inside it.',
        as_value(inner),
    )


def _special(line: Line, value: str) -> Remedy:
    name = f"the value of `{line.name}`" if line.key else "a value"
    return _put(
        line,
        Code.FIRST_CHARACTER,
        f"{name} cannot begin with {value[0]} unless it stands in quotation marks",
        _QUOTE_IT,
        as_value(value),
    )


def _block_on_line(line: Line, value: str) -> Remedy:
    words = value.lstrip("|>-+ ")
    deeper = " " * (line.column + 1)
    head = line.text[: line.value_column - 1] + value[0]
    return Remedy(
        Code.FIRST_CHARACTER,
        line.number,
        line.value_column + len(value) - len(words),
        f"after {value[0]} the text begins on the next line",
        "Move the words to the next line and indent them, or leave the sign out.",
        {line.number: head},
        f"{head}\n{deeper}{words}",
        Mark(line.number, line.value_column),
    )


def _list_on_line(line: Line, value: str) -> Remedy:
    head = line.text[: line.value_column - 1].rstrip()
    return Remedy(
        Code.LIST_MARK,
        line.number,
        line.value_column,
        f"the list of `{line.name}` begins on the next line",
        "Move the dash and what follows it to a line of its own, and indent it.",
        {line.number: f"{head} [{as_value(value[2:])}]"},
        f"{head}\n{' ' * (line.column + 1)}{value}",
    )


def _quoted(line: Line, value: str, problem: str) -> Iterator[Remedy]:
    sign = value[0]
    match = (_DOUBLE if sign == '"' else _SINGLE).match(value)
    if match is None:
        yield from _unclosed(line, value, sign)
        return
    tail = value[match.end() :].strip()
    column = line.value_column + match.end()
    if sign == '"' and "escape" in problem:
        index = next((m.start() for m in re.finditer(r"\\[^0abtnvfre \"/\\N_LPxuU]", value)), value.find("\\"))
        yield _put(
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
        yield _comma(line, match[0], column)
        return
    inner = value[1:-1] if value.endswith(sign) else value
    if sign == "'":
        inner = inner.replace("''", "'")
    word = "apostrophe" if sign == "'" and value[match.end()].isalpha() else "quotation mark"
    message = f"the {word} after {quoted(match[0][1:-1], 30)} ends the text, and more words follow it"
    other = "double" if sign == "'" else "single"
    hint = f"Put the whole value in {other} quotation marks."
    yield _put(line, Code.QUOTE_INNER, message, hint, as_value(inner), column=column - 1)


def _comma(line: Line, value: str, column: int) -> Remedy:
    return _put(
        line,
        Code.COMMA,
        "a line does not end with a comma here",
        "Delete the comma at the end of the line.",
        value,
        column=column,
    )


def _unclosed(line: Line, value: str, sign: str) -> Iterator[Remedy]:
    if sign == "'" and re.match(r"'(?:\d\d|t(?:is|was|il)|n|em|cause|cos)\b", value, re.IGNORECASE):
        yield _put(
            line,
            Code.QUOTE_OPEN,
            f"the apostrophe of {quoted(value.split(maxsplit=1)[0])} is taken for a quotation mark, and never closed",
            "Put the whole value in double quotation marks.",
            as_value(value),
        )
    if not line.key and re.match(r"[\"'][\w-]+:(?:\s|$)", value):
        yield _put(
            line,
            Code.QUOTE_OPEN,
            f"the quotation mark that is opened in line {line.number} is never closed",
            "Delete the mark before the name of the field.",
            value[1:],
        )
    closed = value + sign
    if value[-1:] in CURLY:
        closed = value[:-1] + sign
    yield _put(
        line,
        Code.QUOTE_OPEN,
        f"the quotation mark that is opened in line {line.number} is never closed",
        "Put the same mark at the end of the value.",
        closed,
    )


def _closing(value: str) -> int:
    """Return the index of the bracket that closes the one at the beginning, -1 where there is none."""
    depth = 0
    sign = ""
    for index, character in enumerate(value):
        if sign:
            sign = "" if character == sign else sign
        elif character in "\"'" and value[index - 1] in "[{,: ":
            sign = character
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
            if depth == 0:
                return index
    return -1


def _bracketed(line: Line, value: str) -> Iterator[Remedy]:
    end = _closing(value)
    tail = value[end + 1 :].strip() if end >= 0 else ""
    column = line.value_column
    if end >= 0 and tail == ",":
        yield _comma(line, value[: end + 1], column + end + 1)
    elif tail and not tail.startswith("#"):
        yield _put(
            line,
            Code.FIRST_CHARACTER,
            f"a value that begins with {value[0]} is not taken for text",
            _QUOTE_IT,
            as_value(value),
        )
    elif end < 0:
        closer = _CLOSERS[value[0]]
        body = re.sub(r"\s+#.*$", "", value).rstrip(" ,")
        message = f"the bracket {value[0]} that is opened in line {line.number} is never closed"
        yield _put(line, Code.BRACKET_OPEN, message, f"Put {closer} at its end.", body + closer)
        yield _put(line, Code.BRACKET_OPEN, message, f"Put {closer} at its end.", _parts(body + closer))
        yield _put(
            line,
            Code.FIRST_CHARACTER,
            f"a value that begins with {value[0]} is not taken for text",
            _QUOTE_IT,
            as_value(value),
        )
    else:
        if value[0] == "{":
            commas = _NEXT_FIELD.sub(", ", value)
            if commas != value:
                yield _put(
                    line,
                    Code.BRACKET_FORM,
                    "a comma is missing between the fields in { }",
                    "Put a comma between them.",
                    commas,
                )
        message = f"something between {value[0]} and {_CLOSERS[value[0]]} needs quotation marks"
        yield _put(
            line, Code.BRACKET_FORM, message, "Put the words with signs in them in quotation marks.", _parts(value)
        )
        yield _put(
            line,
            Code.FIRST_CHARACTER,
            f"a value that begins with {value[0]} is not taken for text",
            _QUOTE_IT,
            as_value(value),
        )


def _parts(value: str) -> str:
    """Return a list or fields in brackets with quotation marks where they are needed."""
    parts = [part.strip() for part in _PART.findall(value[1:-1]) if part.strip()]
    if value[0] == "[":
        return "[" + ", ".join(_part(part) for part in parts) + "]"
    fields = []
    for part in parts:
        name, colon, words = part.partition(":")
        fields.append(f"{name}: {_part(words.strip())}" if colon else part)
    return "{" + ", ".join(fields) + "}"


def _part(text: str) -> str:
    if _SIMPLE.fullmatch(text) or text[:1] in {'"', "'"} or not text:
        return text
    return as_value(text)
