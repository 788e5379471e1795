"""Find the title of a text, and the day of the issue."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.importing.blocks import BOLD_RANK, GUESSED_RANK, Block, Source
from newsletter.importing.draft import Draft
from newsletter.importing.inline import plain_text
from newsletter.importing.moments import date_in_name, lone_date, month_named, usual_date
from newsletter.importing.vocabulary import Vocabulary
from newsletter.preflight.text.dates.dates import dates_in

_TOP = 12
"""Blocks at the start among which the title and the date are looked for."""

_UPDATE = re.compile(r"\b(?:update|newsletter|bulletin|news|issue|edition|20\d\d)\b", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:published|posted|date|sent|updated)(?: on)?:?", re.IGNORECASE)


@dataclass(frozen=True)
class ExpectedIssue:
    """What is known of the issue beforehand."""

    vocabulary: Vocabulary
    today: dt.date
    date: dt.date | None = None
    """The day of the issue, if the author names it."""
    name: str = ""
    """The name of the file, the title where nothing else is one."""


def take_title(blocks: list[Block], source: Source, vocabulary: Vocabulary) -> tuple[str, list[Block], list[Block]]:
    """Return the title, the blocks without it, and those above it of which nobody knows where they belong."""
    top = [at for at, block in enumerate(blocks) if block.is_heading and block.rank == 1]
    named = plain_text(source.title).casefold()
    at = next((at for at, block in enumerate(blocks[:_TOP]) if named and _is_same(block.plain, named)), None)
    if at is not None:
        title = blocks[at].text if blocks[at].is_heading else source.title
        return title, [*blocks[:at], *blocks[at + 1 :]], []
    if len(top) == 1 and vocabulary.section_kind(blocks[top[0]].plain) in {None, "intro", "news"}:
        at = top[0]
    elif not source.title:
        at = _first_heading(blocks, vocabulary)
    if at is None:
        return source.title, blocks, []
    # in a text without headings of its own, such lines are what a page's furniture left behind
    is_text = blocks[at].rank >= GUESSED_RANK
    above = [block for block in blocks[:at] if is_text and not block.picture and not _is_dated(block, vocabulary)]
    return blocks[at].text, [*(block for block in blocks[:at] if block not in above), *blocks[at + 1 :]], above


def _is_dated(block: Block, vocabulary: Vocabulary) -> bool:
    """Return whether a block above the title may tell the day or the picture's alt text."""
    about = (vocabulary.lines_start("alt"), vocabulary.lines_start("credit"))
    return bool(dates_in(block.plain, vocabulary.language)) or any(one.match(block.plain) for one in about)


def _first_heading(blocks: list[Block], vocabulary: Vocabulary) -> int | None:
    """Return the position of the heading that is the title of a text; None where none is."""
    alt = vocabulary.lines_start("alt")
    headings = [at for at, block in enumerate(blocks) if block.is_heading]
    fitting = [at for at in headings if at < _TOP and vocabulary.section_kind(blocks[at].plain) in {None, "intro"}]
    at = next((at for at in fitting if not alt.match(blocks[at].plain)), None)
    if at is None:
        return None
    following = next((one for one in headings if one > at), None)
    if blocks[at].rank >= BOLD_RANK and following is None and len(blocks) > at + 1 and at > 2:
        return None
    if following == at + 1 and blocks[at].rank == blocks[following].rank and _tells_month(blocks, following):
        return following
    return at


def _tells_month(blocks: Sequence[Block], at: int) -> bool:
    """Return whether a heading tells what update it is, as the one above it does not."""
    return bool(_UPDATE.search(blocks[at].plain)) and not _UPDATE.search(blocks[at - 1].plain)


def _is_same(words: str, named: str) -> bool:
    words = words.casefold()
    return bool(words) and (words == named or (len(words) > 12 and named.startswith(words)))


def take_date(
    blocks: list[Block], source: Source, wanted: ExpectedIssue, title: str, draft: Draft
) -> tuple[dt.date, list[Block]]:
    """Return the day of the issue, and the blocks without a line that only tells it."""
    language = wanted.vocabulary.language
    near = wanted.date or source.date or wanted.today
    for at, block in enumerate(blocks[: _before_sections(blocks, wanted.vocabulary)]):
        day = None if block.is_entry or "\n" in block.text else lone_date(block.plain, language, near)
        if day is not None and (at < _TOP // 2 or str(day.year) in block.plain):
            labelled = at > 0 and _PUBLISHED.fullmatch(blocks[at - 1].plain) is not None
            rest = [*blocks[: at - labelled], *blocks[at + 1 :]]
            is_other = wanted.date is not None and (wanted.date.year, wanted.date.month) != (day.year, day.month)
            return (wanted.date or day) if is_other else day, rest
    if wanted.date or source.date:
        return near, blocks
    return _guessed_date(blocks, wanted, title, draft), blocks


def _before_sections(blocks: Sequence[Block], vocabulary: Vocabulary) -> int:
    """Return how many blocks at the start may tell the day: below the heading of a section, a date is an event's."""
    named = (
        at
        for at, block in enumerate(blocks[:_TOP])
        if block.is_heading and vocabulary.section_kind(block.plain) in {"last_month", "coming_up", "get_involved"}
    )
    return next(named, _TOP)


def _guessed_date(blocks: list[Block], wanted: ExpectedIssue, title: str, draft: Draft) -> dt.date:
    """Return the day of an issue that does not tell it: from its file's name, its title, or the dates in its text."""
    language = wanted.vocabulary.language
    named = date_in_name(wanted.name, language)
    if named is not None:
        draft.issue.look(f"the date is the one in the file's name, “{wanted.name}”.")
        return named
    said = next((date for date in dates_in(plain_text(title), language) if date.month and date.year), None)
    if said is not None and said.exists:
        return dt.date(said.year or 1, said.month or 1, said.day)
    usual = usual_date(" \n".join(block.plain for block in blocks), language)
    month = month_named(plain_text(title), language, usual or wanted.today)
    if month is not None:
        sure = "" if month[1] else ", and the year was guessed"
        draft.issue.look(f"the date is the first day of the month in the title{sure}.")
        return month[0]
    if usual is not None:
        draft.issue.look("no date was found; it was guessed from the dates in the text.")
        return usual
    draft.issue.look("no date was found; today's was taken.")
    return wanted.today
