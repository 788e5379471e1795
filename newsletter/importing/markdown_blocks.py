"""Write blocks as the Markdown of a text field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsletter.importing.blocks import Block, BlockKind
from newsletter.importing.draft import PlacePicture

_LONGEST_HEADING = 80
"""Characters from which on a heading with a full stop is a sentence in large type."""


def to_markdown(blocks: Iterable[Block], place: PlacePicture) -> str:
    """Return blocks as paragraphs, lists, quotations and tables; a heading becomes a bold paragraph."""
    pieces: list[str] = []
    entries: list[Block] = []
    for block in blocks:
        if block.is_entry:
            entries.append(block)
            continue
        pieces += _list(entries)
        entries = []
        pieces.append(_written(block, place))
    pieces += _list(entries)
    return "\n\n".join(piece for piece in pieces if piece)


def _written(block: Block, place: PlacePicture) -> str:
    if block.kind is BlockKind.HEADING:
        is_sentence = len(block.plain) > _LONGEST_HEADING and block.plain.endswith(".")
        return block.text if is_sentence or "**" in block.text or not block.text else f"**{block.text}**"
    if block.kind is BlockKind.QUOTE:
        return "> " + hard_breaks(block.text).replace("\n", "\n> ")
    if block.kind is BlockKind.TABLE:
        return _table(block.rows)
    if block.picture is not None:
        name = place(block.picture)
        alt = (block.picture.alt or "").replace("[", "(").replace("]", ")")
        return f"![{alt}]({name})" if name else ""
    return hard_breaks(block.text)


def hard_breaks(text: str) -> str:
    """Return inline Markdown in which a line break stays one for readers."""
    return "\\\n".join(line.strip() for line in text.split("\n") if line.strip())


def one_line(text: str) -> str:
    """Return inline Markdown on one line."""
    return " ".join(text.split())


def _list(entries: Sequence[Block]) -> list[str]:
    if not entries:
        return []
    lines: list[str] = []
    base = min(block.rank for block in entries)
    for block in entries:
        pad = "   " * (block.rank - base)
        mark = f"{block.number.rstrip('.)')}." if block.number[:-1].isdigit() else "-"
        lines.append(f"{pad}{mark} {hard_breaks(block.text).replace(chr(10), chr(10) + pad + '  ')}")
        inner = pad + " " * (len(mark) + 1)
        lines += [f"\n{inner}{hard_breaks(part).replace(chr(10), chr(10) + inner)}" for part in block.parts]
    return ["\n".join(lines)]


def _table(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = [
        [cell.replace("|", "\\|").replace("\n", " ") for cell in (*row, *[""] * (width - len(row)))] for row in rows
    ]
    lines.insert(1, ["---"] * width)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
