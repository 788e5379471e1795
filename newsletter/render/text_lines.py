"""Lines of plain text: wrapped paragraphs, underlined headings, and tables in columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.merge_tags import PATTERN

COLUMNS = 72
BULLET = "• "

GLUE = "\ue000"
"""Stands for a space inside a merge tag, or before a number, while a text is wrapped."""

_LOOSE_DOT = compile_pattern(r"^(\s*)· ")
_GAP = "  "
_INDENT = "  "


def wrapped(text: str, columns: int = COLUMNS, first: str = "", rest: str | None = None) -> list[str]:
    """Break a text into lines; links and merge tags stay whole, and lines that the text has are kept."""
    rest = first if rest is None else rest
    lines: list[str] = []
    for piece in text.split("\n"):
        glued = PATTERN.sub(lambda tag: tag[0].replace(" ", GLUE), piece)
        broken = textwrap.wrap(
            glued,
            columns,
            initial_indent=rest if lines else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += _without_loose_dots(broken) if " · " in glued else broken
    return [one.replace(GLUE, " ") for one in lines]


def _without_loose_dots(lines: list[str]) -> list[str]:
    """Return lines without a separating dot where a line was broken before or after it."""
    ended = [*(one.removesuffix(" ·") for one in lines[:-1]), *lines[-1:]]
    return [*ended[:1], *(_LOOSE_DOT.sub(r"\1", one) for one in ended[1:])]


def underlined(words: str, mark: str, columns: int = COLUMNS) -> list[str]:
    """Return a heading with a line of marks below it, as long as its longest line."""
    lines = wrapped(words, columns)
    return [*lines, mark * min(columns, max((len(one) for one in lines), default=0))]


def spaced(blocks: list[list[str]]) -> list[str]:
    """Join blocks of lines with an empty line between each two."""
    lines: list[str] = []
    for block in blocks:
        if block:
            lines += [*([""] if lines else []), *block]
    return lines


def format_table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return a table as lines of at most `width` characters, words and links that are longer apart.

    A table that is too wide for columns becomes an entry for each row: its first cell, and a line for each other cell
    that is not empty, with the name of its column.
    """
    cells = [columns, *rows]
    widths = [max(len(row[number]) for row in cells) for number in range(len(columns))]
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= width and not any("\n" in cell for row in cells for cell in row):
        lines = [_GAP.join(cell.ljust(most) for cell, most in zip(row, widths, strict=True)).rstrip() for row in cells]
        return [lines[0], _GAP.join("-" * most for most in widths), *lines[1:]]
    return [line for row in rows for line in _entry(columns, row, width)]


def _entry(columns: Sequence[str], row: Sequence[str], width: int) -> list[str]:
    named = [f"{column}: {cell}" if column else cell for column, cell in zip(columns, row, strict=True) if cell]
    lines = wrapped(named[0], width, first=BULLET, rest=_INDENT) if named else []
    return [*lines, *(line for words in named[1:] for line in wrapped(words, width, first=_INDENT, rest=_INDENT * 2))]
