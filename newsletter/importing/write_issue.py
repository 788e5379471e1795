"""Write the draft of an issue as YAML, as a careful person would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter.importing.draft import Draft, Fields
from newsletter.issue_file.editing.yaml_values import field_lines, is_plain, quote_double, write_text

_TEXTS = frozenset({"intro", "sign_off", "text"})
"""Fields that may take several lines."""

_WIDTH = 110
_MOST_LEFT_OUT = 300


def issue_text(draft: Draft, *, schema: str, origin: str) -> str:
    """Return the file of an issue; `schema` is the path of the JSON Schema, `origin` names what was imported."""
    lines = [f"# yaml-language-server: $schema={schema}", *_comment(f"Imported from {origin}.", 0)]
    if draft.issue.comments or _has_doubts(draft.issue):
        lines += _comment(
            "Read through it: lines that start with “# Look at this” say where the import was not sure.", 0
        )
    lines += _issue_lines(draft.issue)
    if draft.left_out:
        lines += ["", *_comment("Left out, as it looked like the furniture of a page or an email:", 0)]
        for words in dict.fromkeys(draft.left_out[:_MOST_LEFT_OUT]):
            lines += _comment(f"- {' '.join(words.split())}", 0, hang="  ")
        if len(draft.left_out) > _MOST_LEFT_OUT:
            lines += _comment(f"- and {len(draft.left_out) - _MOST_LEFT_OUT} more", 0)
    return "\n".join(lines) + "\n"


def _has_doubts(value: Any) -> bool:
    if isinstance(value, Fields):
        return bool(value.comments) or any(_has_doubts(one) for one in value.values())
    return isinstance(value, list) and any(_has_doubts(one) for one in value)


def _issue_lines(issue: Fields) -> list[str]:
    lines: list[str] = []
    for comment in issue.comments:
        lines += _comment(comment, 0)
    for name, value in issue.items():
        if name not in {"title", "date", "subject", "preheader"}:
            lines.append("")
        lines += _field(name, value, 0)
    return lines


def _field(name: str, value: Any, indent: int) -> list[str]:
    pad = " " * indent
    if isinstance(value, Fields):
        comments = [line for comment in value.comments for line in _comment(comment, indent)]
        return [*comments, f"{pad}{name}:", *_fields(value, indent + 2)]
    if isinstance(value, list):
        return [f"{pad}{name}:", *_entries(value, indent + 2)]
    text = str(value)
    if name not in _TEXTS and "\n" not in text:
        return [f"{pad}{name}: {text if is_plain(text) else quote_double(text)}"]
    return field_lines(name, text, indent)


def _fields(group: Fields, indent: int) -> list[str]:
    lines: list[str] = []
    for name, value in group.items():
        lines += _field(name, value, indent)
    return lines


def _entries(values: Sequence[Any], indent: int) -> list[str]:
    """Return a list's lines: entries that take several lines are set apart by blank ones."""
    written = [_entry(value, indent) for value in values]
    long = any(len(lines) > 3 for lines in written)
    found: list[str] = []
    for at, lines in enumerate(written):
        found += [""] * bool(at and long)
        found += lines
    return found


def _entry(value: Any, indent: int) -> list[str]:
    pad = " " * indent
    if not isinstance(value, Fields):
        return _text_entry(str(value), indent)
    comments = [line for comment in value.comments for line in _comment(comment, indent)]
    lines = _fields(value, indent + 2)
    if not lines:
        return comments
    first = next(at for at, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    return [*comments, *lines[:first], f"{pad}- {lines[first][indent + 2 :]}", *lines[first + 1 :]]


def _text_entry(text: str, indent: int) -> list[str]:
    written = write_text(text, indent + 2)
    if written.head == ">" and len(text) < 200 and is_plain(text):  # a bullet stays on its line
        return [f"{' ' * indent}- {text}"]
    return [f"{' ' * indent}- {written.head}", *written.lines]


def _comment(text: str, indent: int, *, hang: str = "") -> list[str]:
    """Return a comment, wrapped."""
    lines: list[str] = []
    line = ""
    for word in "".join(one if one.isprintable() else " " for one in text.replace("✎", "")).split(" "):
        if line and len(line) + len(word) + indent > _WIDTH:
            lines.append(line)
            line = f"{hang}{word}"
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return [f"{' ' * indent}# {one}".rstrip() for one in lines]
