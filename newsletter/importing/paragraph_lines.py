"""Cut a paragraph of HTML into blocks: lines with bullets are entries, bold lines are headings."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.importing.blocks import BOLD_RANK, Block, entry, heading, paragraph
from newsletter.importing.inline import is_bold, without_bold
from newsletter.importing.text_reader import BULLET


def paragraph_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a paragraph: bold lines are headings, lines with bullets are entries."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return
    bulleted = [bool(BULLET.match(line.lstrip("\\"))) for line in lines]
    if any(bulleted) and (len(lines) > 1 or not lines[0].startswith(("-", "–", "—", "\\-"))):
        for line, is_entry in zip(lines, bulleted, strict=True):
            yield entry(BULLET.sub("", line.lstrip("\\"))) if is_entry else paragraph(line)
    elif is_bold(text) and len(text) < 200:
        yield heading(without_bold(text).replace("\n", " "), BOLD_RANK)
    elif len(lines) > 1 and is_bold(lines[0]) and len(lines[0]) < 150:
        yield heading(without_bold(lines[0]), BOLD_RANK)
        yield from paragraph_blocks("\n".join(lines[1:]))
    else:
        yield paragraph("\n".join(lines))
