"""The form that every reader produces: headings, paragraphs, list entries, pictures and tables in their order."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from newsletter.importing.inline import plain_text


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ENTRY = "entry"
    """An entry of a list."""
    QUOTE = "quote"
    PICTURE = "picture"
    TABLE = "table"


_ALT_LABEL = re.compile(r"^(?:alt(?:ernative)?(?: text)?|image description)\s*:\s*", re.IGNORECASE)

GUESSED_RANK = 20
"""The rank of a heading that only its length and place make one."""

BOLD_RANK = 10
"""The rank of a paragraph that is bold from its first to its last word."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: where it is (an address, or a name with the file's bytes), and its alt text (None: there is none)."""

    source: str
    alt: str | None = None
    data: bytes | None = None
    link: str = ""

    def __post_init__(self) -> None:
        if self.alt is not None:
            object.__setattr__(self, "alt", _ALT_LABEL.sub("", self.alt))


@dataclass(frozen=True)
class Block:
    """One block; `text` is inline Markdown, in which a line break is one that readers see."""

    kind: BlockKind
    text: str = ""
    rank: int = 0
    """For headings 1 to 6, BOLD_RANK or GUESSED_RANK; for list entries the depth, from 0."""
    number: str = ""
    """What a numbered entry starts with: `1.`."""
    picture: Picture | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    """The cells of a table, in inline Markdown."""
    parts: tuple[str, ...] = ()
    """Further paragraphs of a list entry."""
    doubt: str = ""
    """Why it may be something else, in a sentence; empty where it is plain."""

    @cached_property
    def plain(self) -> str:
        """Return the words without Markdown."""
        return plain_text(self.text)

    @property
    def is_heading(self) -> bool:
        """Return whether this is a heading."""
        return self.kind is BlockKind.HEADING

    @property
    def is_entry(self) -> bool:
        """Return whether this is an entry of a list."""
        return self.kind is BlockKind.ENTRY


def heading(text: str, rank: int) -> Block:
    """Return a heading."""
    return Block(BlockKind.HEADING, text, rank)


def paragraph(text: str) -> Block:
    """Return a paragraph."""
    return Block(BlockKind.PARAGRAPH, text)


def entry(text: str, depth: int = 0, number: str = "", parts: tuple[str, ...] = ()) -> Block:
    """Return an entry of a list."""
    return Block(BlockKind.ENTRY, text, depth, number, parts=parts)


@dataclass(frozen=True)
class Source:
    """What a reader found in a file."""

    blocks: tuple[Block, ...]
    title: str = ""
    """The title that the file itself names: an email's subject, a page's heading."""
    date: dt.date | None = None
    preheader: str = ""
    link: str = ""
    """The address of the page that it was."""
    left_out: tuple[str, ...] = ()
    """The words of page furniture that was dropped: navigation, cookie lines, footers."""
    notes: tuple[str, ...] = field(default=())
    """What the author should know about the file, in sentences."""
