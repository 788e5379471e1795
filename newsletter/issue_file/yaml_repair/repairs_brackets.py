"""What may be wrong with a list or fields in brackets on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.suggest import as_value
from newsletter.issue_file.yaml_repair.line_scanner import Line
from newsletter.issue_file.yaml_repair.repair import Repair, put

_SIMPLE = compile_pattern(r"[\w£€$(][^:#,\[\]{}\"'&*!|>%@`]*")
_NEXT_FIELD = compile_pattern(r"(?<=[^\s,{:])\s+(?=[\w-]+:\s)")
_PART = compile_pattern(r"""(?:"[^"]*"|'[^']*'|[^,])+""")
_CLOSERS = {"[": "]", "{": "}"}
_QUOTE_IT = "Put the whole value in quotation marks."


def comma(line: Line, value: str, column: int) -> Repair:
    """Return the value without the comma behind it."""
    return put(
        line,
        Code.COMMA,
        "a line does not end with a comma here",
        "Delete the comma at the end of the line.",
        value,
        column=column,
    )


def _closing(value: str) -> int:
    """Return the index of the bracket that closes the one at the beginning, -1 if there is none."""
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


def bracketed(line: Line, value: str) -> Iterator[Repair]:
    """Offer what may be wrong with a value that begins with a bracket."""
    end = _closing(value)
    tail = value[end + 1 :].strip() if end >= 0 else ""
    column = line.value_column
    if end >= 0 and tail == ",":
        yield comma(line, value[: end + 1], column + end + 1)
    elif tail and not tail.startswith("#"):
        yield put(
            line,
            Code.FIRST_CHARACTER,
            f"a value that begins with {value[0]} is not taken for text",
            _QUOTE_IT,
            as_value(value),
        )
    elif end < 0:
        closer = _CLOSERS[value[0]]
        body = re.sub(r"(?<!\s)\s+#.*$", "", value).rstrip(" ,")
        message = f"the bracket {value[0]} that is opened in line {line.number} is never closed"
        yield put(line, Code.BRACKET_OPEN, message, f"Put {closer} at its end.", body + closer)
        yield put(line, Code.BRACKET_OPEN, message, f"Put {closer} at its end.", _parts(body + closer))
        yield put(
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
                yield put(
                    line,
                    Code.BRACKET_FORM,
                    "a comma is missing between the fields in { }",
                    "Put a comma between them.",
                    commas,
                )
        message = f"something between {value[0]} and {_CLOSERS[value[0]]} needs quotation marks"
        yield put(
            line, Code.BRACKET_FORM, message, "Put the words with signs in them in quotation marks.", _parts(value)
        )
        yield put(
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
