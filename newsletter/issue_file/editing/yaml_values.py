"""Write values as YAML: short texts on the line, longer ones below it, quoted only where they must be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.yaml_repair.tree import Mapping, Scalar, Style, read_tree

WIDTH = 96
"""Characters of a line at which a long text is folded."""

_LONG = 100
_PLAIN_START = compile_pattern(r"[^\W\d_]|[(“‘£€$…–—½]|\d")
_NOT_PLAIN = compile_pattern(r": |:$| #|[\n\r\t\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff{}\[\]]|^\s|\s$|  ")
_OTHER_TYPE = compile_pattern(
    r"(?i:true|false|yes|no|on|off|y|n|null|nan|inf)|[-+]?[\d_,.]+(?:e[-+]?\d+)?|0x[\da-f]+|0o?[0-7]+"
)
_MOMENT = compile_pattern(r"\d{4}-\d\d-\d\d(?: \d\d?:\d\d)?|\d\d?:\d\d")
_FLOW_PLAIN = compile_pattern(r"[^\W\d_][\w]*(?:[ -][\w]+)*")
_SINGLE_BREAK = compile_pattern(r"(?<!\n)\n(?!\n)")
"""A break within a paragraph, as in a list; folded, it would take a blank line."""

_KEY = compile_pattern(r"[A-Za-z_][\w-]*")
_TO_ESCAPE = compile_pattern("[\x7f-\x9f\xa0\u2028\u2029\ufeff\u200e\u200f\u202a-\u202e]")


class Written(NamedTuple):
    """A value as YAML: what stands on the line of its name or dash, and the lines below it, whole."""

    head: str
    lines: tuple[str, ...] = ()


def write_value(value: Any, indent: int, *, in_list: bool = False, style: Style = Style.PLAIN) -> Written:
    """Write a value whose lines below are indented by `indent` spaces.

    `in_list` puts a group's first field on the dash's line; `style` is that of the text that it takes the place of.
    """
    if isinstance(value, str):
        return write_text(value, indent, style)
    pad = " " * indent
    if isinstance(value, list):
        entries = list(_entries(value, indent))
        return Written("", tuple(entries)) if entries else Written("[]")
    lines = list(_fields(value, indent))
    if not lines:
        return Written("{}")
    return Written(lines[0].removeprefix(pad), tuple(lines[1:])) if in_list else Written("", tuple(lines))


def _fields(value: dict[str, Any], indent: int) -> Iterator[str]:
    for name, one in value.items():
        yield from field_lines(name, one, indent)


def field_lines(name: str, value: Any, indent: int) -> list[str]:
    """Return a field's lines: its name and its value."""
    written = write_value(value, indent + 2)
    return [f"{' ' * indent}{write_key(name)}:{' ' if written.head else ''}{written.head}", *written.lines]


def _entries(value: list[Any], indent: int) -> Iterator[str]:
    for one in value:
        yield from entry_lines(one, indent)


def entry_lines(value: Any, indent: int) -> list[str]:
    """Return a list entry's lines, its dash first."""
    written = write_value(value, indent + 2, in_list=True)
    return [f"{' ' * indent}- {written.head}".rstrip(), *written.lines]


def write_key(name: str) -> str:
    """Return a field's name as YAML."""
    return name if _KEY.fullmatch(name) else quote_double(name)


def write_text(text: str, indent: int, style: Style = Style.PLAIN) -> Written:
    """Write a text, as near to the style of the one before as it can be."""
    for candidate in _candidates(text, indent, style):
        if _reads_as(candidate, indent, text):
            return candidate
    return Written(quote_double(text))


def _candidates(text: str, indent: int, style: Style) -> Iterator[Written]:
    stays_block = style in {Style.LITERAL, Style.FOLDED}
    if text and (stays_block or "\n" in text or len(text) > _LONG):
        is_folded = not _SINGLE_BREAK.search(text) and (style is Style.FOLDED or not (stays_block or "\n" in text))
        if is_folded:
            yield Written(">", tuple(_folded(text, indent)))
        yield Written("|", tuple(f"{' ' * indent}{line}".rstrip(" ") if not line else f"{' ' * indent}{line}"
                                 for line in text.split("\n")))  # fmt: skip
    if "\n" in text:
        return
    if style is Style.SINGLE:
        yield Written("'" + text.replace("'", "''") + "'")
    if style is Style.DOUBLE:
        yield Written(quote_double(text))
    if is_plain(text):
        yield Written(text)


def is_plain(text: str) -> bool:
    """Return whether a text needs no quotation marks, here and for other programs that read YAML."""
    if _MOMENT.fullmatch(text):
        return True
    return bool(
        _PLAIN_START.match(text) and not _NOT_PLAIN.search(text) and not _OTHER_TYPE.fullmatch(text)
    ) and not text.endswith(":")


def quote_double(text: str) -> str:
    """Return a text in double quotation marks."""
    return _TO_ESCAPE.sub(lambda one: f"\\u{ord(one[0]):04x}", json.dumps(text, ensure_ascii=False))


def _folded(text: str, indent: int) -> Iterator[str]:
    """Yield the lines of a folded text: a break in the text takes a blank line more."""
    pad, first = " " * indent, True
    for line in text.split("\n"):
        if not first:
            yield ""
        first = False
        if line:
            yield from (pad + piece for piece in _wrapped(line, max(WIDTH - indent, 40)))


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Yield a line in pieces; it is only broken at single spaces."""
    start, last = 0, -1
    for space in re.finditer(r"(?<=\S) (?=\S)", line):
        if space.start() - start > width and last > start:
            yield line[start:last]
            start = last + 1
        last = space.start()
    if len(line) - start > width and last > start:
        yield line[start:last]
        start = last + 1
    yield line[start:]


def _reads_as(written: Written, indent: int, text: str) -> bool:
    """Return whether what was written is read as the text, with another field below it."""
    outer = " " * max(indent - 2, 0)
    lines = [f"{outer}a: {written.head}", *written.lines, f"{outer}b: c", ""]
    reading = read_tree("\n".join(lines))
    root = reading.root
    if reading.trouble or reading.oddities or not isinstance(root, Mapping) or set(root.entries) != {"a", "b"}:
        return False
    value = root.entries["a"].value
    return isinstance(value, Scalar) and plain_text(value) == text and not value.is_empty


def plain_text(node: Scalar) -> str:
    """Return a scalar's text; the line break at the end of a block of text is none of the author's words."""
    return node.text.rstrip("\n") if node.style in {Style.LITERAL, Style.FOLDED} else node.text


def write_flow(value: Any) -> str:
    """Write a value on one line, as it stands between brackets."""
    if isinstance(value, str):
        return value if _FLOW_PLAIN.fullmatch(value) and is_plain(value) else quote_double(value)
    if isinstance(value, list):
        return f"[{', '.join(map(write_flow, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{write_key(name)}: {write_flow(one)}" for name, one in value.items()) + "}"
    return '""'
