"""Recognise the headings of a text that marks none: short lines before longer ones."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.importing.blocks import BOLD_RANK, GUESSED_RANK, Block, BlockKind, heading
from newsletter.importing.inline import escape, links_in
from newsletter.importing.moments import is_only_dates, moments_in
from newsletter.importing.vocabulary import Vocabulary

_LONGEST = 130
_MOST_WORDS = 20
_LONGEST_LINE = 80
_VERBS = re.compile(
    r"\b(?:is|are|was|were|am|be|been|will|would|have|has|had|can|could|should|we|you|i|they|he|she|it|please|thank|"
    r"there|do|does|did|join|let)\b",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"[.,;:…]['’”)]*$")
_ACRONYM = re.compile(r"(?=[\w-]*[A-Z][\w-]*[A-Z])[\w-]{3,}|[A-Z][\w-]*\d")


def with_headings(blocks: Sequence[Block], vocabulary: Vocabulary, issue: dt.date) -> list[Block]:
    """Return blocks in which the lines that are headings are headings.

    In a text that has headings of its own, only those lines are that name a section.
    """
    found = _without_false_headings(blocks, vocabulary, issue)
    blocks = list(found)
    marked = any(block.is_heading for block in blocks)
    closing = vocabulary.lines_start("sign_off")
    for at, block in enumerate(blocks):
        if block.kind is not BlockKind.PARAGRAPH or "\n" in block.text:
            continue
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        is_section = len(block.plain) < 60 and vocabulary.section_kind(block.plain) not in {None, "intro"}
        if following is None or (following.kind is BlockKind.PICTURE and not is_section):
            continue
        is_section = is_section and not _ENDS_SENTENCE.search(block.plain) and not block.text.startswith("[")
        if closing.match(block.plain) or _is_button(block, following, vocabulary):
            continue
        if marked and _parts_lists(blocks, at):
            found[at] = heading(block.text, GUESSED_RANK)
            continue
        if is_section or (not marked and _is_heading(block, following, vocabulary.language, issue)):
            found[at] = heading(block.text, GUESSED_RANK)
    return found if marked else _without_runs(found, vocabulary)


def _is_button(block: Block, following: Block, vocabulary: Vocabulary) -> bool:
    """Return whether a line is what a button says, such as “Register here”, and not the heading of the next text."""
    is_label = vocabulary.lines("buttons").fullmatch(block.plain.strip(" !.>»→›")) is not None
    return is_label and (following.is_heading or len(following.plain) < _LONGEST_LINE)


def _is_button_link(block: Block, vocabulary: Vocabulary) -> bool:
    """Return whether a heading is only a link that looks like a button, whatever its tag."""
    links = links_in(block.text)
    label = block.plain.strip(" !.>»→›")
    return (
        len(links) == 1 and links[0][0].strip(" !.>»→›") == label and bool(vocabulary.lines("buttons").fullmatch(label))
    )


def _parts_lists(blocks: Sequence[Block], at: int) -> bool:
    """Return whether a short line between two lists is the heading of the second one."""
    if not 0 < at < len(blocks) - 1 or not (blocks[at - 1].is_entry and blocks[at + 1].is_entry):
        return False
    words = blocks[at].plain
    return (
        0 < len(words) < _LONGEST_LINE
        and words[-1] not in ".!?,;:"
        and not words[:1].islower()
        and _is_below_section(blocks, at)
    )


def _is_below_section(blocks: Sequence[Block], at: int) -> bool:
    """Return whether only entries stand between a line and the last heading, apart from a first paragraph."""
    above = next((before for before in range(at - 1, -1, -1) if blocks[before].is_heading), None)
    if above is None:
        return False
    ranks = sorted({block.rank for block in blocks if block.is_heading})
    inside = blocks[above + 1 : at]
    paragraphs = [block for block in inside[1:] if not block.is_entry and len(block.plain) >= _LONGEST_LINE]
    return blocks[above].rank <= ranks[min(1, len(ranks) - 1)] and not paragraphs


def _without_false_headings(blocks: Sequence[Block], vocabulary: Vocabulary, issue: dt.date) -> list[Block]:
    """Take a bold line with nothing below it, and a greeting in large type, for paragraphs."""
    closing = vocabulary.lines_start("sign_off")
    found: list[Block] = []
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        is_bare = following is None or (following.is_heading and following.rank < BOLD_RANK)
        names_section = block.is_heading and vocabulary.section_kind(block.plain) not in {None, "intro"}
        is_button = block.is_heading and not names_section and _is_button_link(block, vocabulary)
        if is_button or _is_date_line(blocks, at, vocabulary.language, issue):
            found.append(replace(block, kind=BlockKind.PARAGRAPH, rank=0))
        elif block.is_heading and not names_section and block.rank == BOLD_RANK and is_bare:
            found.append(replace(block, kind=BlockKind.PARAGRAPH, rank=0, text=f"**{block.text}**"))
        elif block.is_heading and following is not None and closing.match(block.plain):
            found.append(replace(block, kind=BlockKind.PARAGRAPH, rank=0) if _is_greeting(block) else block)
        else:
            found.append(block)
    return found


def _is_date_line(blocks: Sequence[Block], at: int, language: str, issue: dt.date) -> bool:
    """Return whether a heading right below another one only tells when and where something is."""
    block = blocks[at]
    if not at or not block.is_heading or not blocks[at - 1].is_heading or len(block.plain) > _LONGEST:
        return False
    moments = moments_in(block.plain, language, issue)
    said = sum(moment.end - moment.start for moment in moments)
    return bool(moments) and blocks[at - 1].rank < block.rank and said > 0.4 * len(block.plain)


def _is_greeting(block: Block) -> bool:
    return block.plain.rstrip()[-1:] in "!." or "!" in block.plain


def _is_heading(block: Block, following: Block, language: str, issue: dt.date) -> bool:
    words = block.plain
    if not words or len(words) > _LONGEST or len(words.split()) > _MOST_WORDS or _is_data(block, language, issue):
        return False
    if words.lstrip("\"'“‘([¿¡")[:1].islower():
        return False
    if _ENDS_SENTENCE.search(words):
        is_title = words.endswith(".") and ". " not in words and not _VERBS.search(words)
        return is_title and following.kind is BlockKind.PARAGRAPH and len(following.plain) > 1.5 * len(words)
    if words[-1] in "!?" and (len(words) > 80 or re.search(r"[.!?]\s", words)):
        return False
    return following.kind is not BlockKind.PARAGRAPH or len(following.plain) > len(words) or len(words) < 60


def _is_data(block: Block, language: str, issue: dt.date) -> bool:
    """Return whether a line is an address, a date, or a label with a date."""
    words = block.plain
    if block.text.startswith(("<", "[")) or "@" in words or "://" in words or is_only_dates(words, language, issue):
        return True
    return bool(re.match(r"\w[\w ]{0,20}:\s", words) and moments_in(words, language, issue))


def _without_runs(blocks: list[Block], vocabulary: Vocabulary) -> list[Block]:
    """Take lines for entries of a list, not headings, where three and more follow each other."""
    found = list(blocks)
    at = 0
    while at < len(found):
        end = at
        while end < len(found) and _is_plain_guess(found[end], vocabulary):
            end += 1
        if end - at > 2:
            has_text = end < len(found) and found[end].kind is BlockKind.PARAGRAPH
            first = at + 1 if at == 0 or not _names_section(found[at - 1], vocabulary) else at
            for position in range(first, end - has_text):
                found[position] = replace(found[position], kind=BlockKind.ENTRY, rank=0)
        at = max(end, at + 1)
    return found


def _is_plain_guess(block: Block, vocabulary: Vocabulary) -> bool:
    return block.is_heading and block.rank == GUESSED_RANK and not _names_section(block, vocabulary)


def _names_section(block: Block, vocabulary: Vocabulary) -> bool:
    return block.is_heading and vocabulary.section_kind(block.plain) not in {None, "intro"}


def split_group(block: Block, vocabulary: Vocabulary) -> tuple[Block, Block] | None:
    """Return the two headings that a line holds, as in “Training LUSTRUM2 – a workshop”; None for any other.

    A page's heading of a group and the one of its first item can end up on one line when they are copied.
    """
    words = block.plain.split()
    if block.rank < GUESSED_RANK or len(words) < 4:
        return None
    for count in (2, 1):
        name = " ".join(words[:count])
        if vocabulary.is_group(name) and _ACRONYM.fullmatch(words[count]) and name[:1].isupper():
            rest = " ".join(words[count:])
            doubt = f"“{name}” and “{rest[:40]}…” were one line."
            return replace(heading(escape(name), block.rank), doubt=doubt), heading(escape(rest), block.rank)
    return None
