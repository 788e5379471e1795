"""Tell a page's furniture (navigation, cookie lines, footers) from what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.importing.blocks import BOLD_RANK, Block, BlockKind
from newsletter.importing.inline import clean_text, links_in, plain_text
from newsletter.importing.vocabulary import Vocabulary
from newsletter.preflight.foreign_merge_tags import foreign_tags

_LATEST_CUT = 0.5
"""The share of a page after which a heading such as “Related posts” ends it."""

_HEAD, _TAIL = 0.1, 0.85
"""Between these shares of a page, a single word such as “Website” is text, not a menu's."""

_FEWEST_WORDS = 12
"""Words of a paragraph below a heading such as “Subscribe” from which on both are text."""

_LONG_TEXT = 30
"""Words of a paragraph from which on it is no teaser of another page."""


def without_furniture(blocks: Sequence[Block], vocabulary: Vocabulary) -> tuple[list[Block], list[str]]:
    """Return the blocks without furniture, and the words of what was left out."""
    blocks = [block for block in map(_cleaned, blocks) if not _is_empty(block)]
    lines = vocabulary.lines("furniture_lines")
    end = _end_of_text(blocks, vocabulary)
    kept: list[Block] = []
    left_out: list[str] = []
    total = sum(len(block.plain) for block in blocks) or 1
    seen = 0
    in_contents = False
    in_lists = _real_entries(blocks, lines)
    for at, block in enumerate(blocks):
        words = _key(block.plain)
        is_inside = _HEAD < seen / total < _TAIL and len(words.split()) < 3
        seen += len(block.plain)
        is_line = bool(words) and not in_lists[at] and lines.fullmatch(words) is not None and not _is_call(block)
        in_contents = (in_contents or is_line) and (block.is_entry or is_line)
        is_furniture = (
            is_line and not (is_inside and not _is_contents(words)) and not _heads_text(blocks, at, in_lists, lines)
        )
        if (at >= end or (in_contents and _leads_within(block)) or is_furniture) or (
            block.picture is not None and _is_icon(block)
        ):
            left_out += _words_in(block)
        else:
            kept.append(_translated(block))
    return kept, left_out


def _real_entries(blocks: Sequence[Block], lines: re.Pattern[str]) -> list[bool]:
    """Return for each block whether it is an entry of a list of which most are no furniture."""
    found = [False] * len(blocks)
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and blocks[end].is_entry:
            end += 1
        matching = sum(lines.fullmatch(_key(block.plain)) is not None for block in blocks[at:end])
        found[at:end] = [matching * 2 < end - at] * (end - at)
        at = max(end, at + 1)
    return found


def _heads_text(blocks: Sequence[Block], at: int, in_lists: Sequence[bool], lines: re.Pattern[str]) -> bool:
    """Return whether a heading such as “Connect with us” stands above a list or a paragraph that stays."""
    following = blocks[at + 1 : at + 3]
    if not blocks[at].is_heading or blocks[at].rank >= BOLD_RANK or not following:
        return False
    first = following[0]
    if not first.is_entry:
        is_text = first.kind is BlockKind.PARAGRAPH and len(first.plain.split()) >= _FEWEST_WORDS
        return is_text and lines.fullmatch(_key(first.plain)) is None
    return len(following) == 2 and in_lists[at + 1] and not any(map(_leads_within, following)) and following[1].is_entry


def _words_in(block: Block) -> list[str]:
    cells = [" ".join(map(plain_text, row)) for row in block.rows]
    alt = block.picture.alt if block.picture else ""
    return [words for words in (block.plain, *map(plain_text, block.parts), *cells, alt) if words]


def _end_of_text(blocks: Sequence[Block], vocabulary: Vocabulary) -> int:
    """Return the position of a line such as “Related posts” that only teasers follow; the length if there is none."""
    cut = vocabulary.lines("cut_after")
    total = sum(len(block.plain) for block in blocks) or 1
    seen = 0
    for at, block in enumerate(blocks):
        seen += len(block.plain)
        if seen > _LATEST_CUT * total and not block.is_entry and cut.fullmatch(_key(block.plain)):
            rest = blocks[at + 1 :]
            if all(len(one.plain.split()) < _LONG_TEXT for one in rest):
                return at
    return len(blocks)


def _leads_within(block: Block) -> bool:
    """Return whether an entry is one of a table of contents: a link to a place on the same page."""
    links = links_in(block.text)
    return block.is_entry and bool(links) and all(target.startswith("#") for _, target in links)


def _is_contents(words: str) -> bool:
    return words.startswith(("in this", "contents", "table of"))


def _key(plain: str) -> str:
    return " ".join(plain.casefold().split()).strip(" .!:|·•*\u200b")


def _is_call(block: Block) -> bool:
    """Return whether a line is a link inside of the text, such as “Sign up here”, and not a bare word of a menu."""
    links = links_in(block.text)
    words = _key(block.plain)
    is_button = len(links) == 1 and not words.startswith(
        ("unsubscribe", "view ", "update ", "manage ", "share", "follow")
    )
    return is_button and bool(re.match(r"(?:read|sign|register|book|subscribe|want|see)\b", words)) and len(words) > 8


def _is_icon(block: Block) -> bool:
    picture = block.picture
    source = (picture.source if picture else "").lower()
    if picture is not None and re.fullmatch(r".{0,40}\blogo\W*", picture.alt or "", re.IGNORECASE):
        return True
    return bool(
        re.search(
            r"(?:/|^)(?:icons?|social|sprite|pixel|spacer|tracking|blank|1x1)[-_/.]|[-_/](?:icon|logo)s?[-_.]", source
        )
        or re.search(
            r"(?:facebook|twitter|linkedin|instagram|youtube|mastodon)[-_.\d]*(?:icon|48|24|96|dark|light)?[-_\d]*\.(?:png|gif|svg)",
            source,
        )
    )


def _translated(block: Block) -> Block:
    """Return a block with other providers' merge tags as ours."""
    text = block.text
    for tag in reversed(foreign_tags(text)):
        if tag.tag is not None:
            text = text[: tag.start] + str(tag.tag) + text[tag.end :]
    return block if text == block.text else replace(block, text=text)


def _cleaned(block: Block) -> Block:
    """Return a block without characters that a text cannot hold."""
    rows = tuple(tuple(map(clean_text, row)) for row in block.rows)
    picture = block.picture
    if picture is not None and picture.alt is not None:
        picture = replace(picture, alt=clean_text(picture.alt))
    text, *parts = [one for one in map(clean_text, (block.text, *block.parts)) if one] or [""]
    return replace(block, text=text, rows=rows, parts=tuple(parts), picture=picture)


def _is_empty(block: Block) -> bool:
    return not (block.plain or block.picture or block.rows or block.parts)
