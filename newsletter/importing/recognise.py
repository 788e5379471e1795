"""Turn the blocks of a file into the draft of an issue."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.importing.blocks import BOLD_RANK, GUESSED_RANK, Block, BlockKind, Source
from newsletter.importing.draft import Draft, Fields, PlacePicture
from newsletter.importing.furniture import without_furniture
from newsletter.importing.headings import with_headings
from newsletter.importing.inline import escape, links_in, plain_text
from newsletter.importing.item_fields import Reading
from newsletter.importing.items import put_picture
from newsletter.importing.markdown_blocks import one_line, to_markdown
from newsletter.importing.outline import Part, cut_sections
from newsletter.importing.sections import SectionReader
from newsletter.importing.title_and_date import ExpectedIssue, take_date, take_title
from newsletter.importing.vocabulary import Vocabulary
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.render.translations import catalogue_for

UNPLACED = "✎ Not placed: move this where it belongs, or delete it"
"""The heading of the section for texts without a place; `newsletter check` reports it until they have one."""


_CLOSING = 8
"""Blocks at the end among which the sign-off is looked for."""

_CONTACT_HEADING = re.compile(
    r"(?:contact(?: us)?|(?:get|stay|keep) in touch|find out more|kontakt|contacto|cysylltwch(?: â ni)?|تواصل معنا)\W*",
    re.IGNORECASE,
)


def recognise(source: Source, wanted: ExpectedIssue, place: PlacePicture) -> Draft:
    """Return the draft of an issue: nothing that the source says is lost."""
    vocabulary = wanted.vocabulary
    blocks, furniture = without_furniture(source.blocks, vocabulary)
    issue = Fields()
    blocks = _without_missing_pictures(blocks, issue, place)
    draft = Draft(issue, left_out=[*furniture, *source.left_out], notes=list(source.notes))
    guess = with_headings(blocks, vocabulary, wanted.date or source.date or wanted.today)
    title, blocks, unplaced = take_title(guess, source, vocabulary)
    date, blocks = take_date(blocks, source, wanted, title, draft)
    reading = Reading(vocabulary, date)
    if not title:
        title = wanted.name
        issue.look("no title was found.")
    issue["title"] = escape(plain_text(title)) if links_in(title) else one_line(title)
    issue["date"] = date.isoformat()
    if source.title and plain_text(source.title).casefold() != plain_text(title).casefold() and source.preheader:
        issue["subject"] = one_line(source.title)
    issue.put("preheader", source.preheader)
    before, parts = cut_sections(_with_pictures_placed(blocks, vocabulary), vocabulary)
    closing = _take_closing(parts, before, vocabulary)
    credits_, before = _take_credits(before, vocabulary)
    more, closing = _take_credits(closing, vocabulary)
    _put_start(issue, before, [*credits_, *more], place, vocabulary)
    reader = SectionReader(reading, place, _default_headings(vocabulary.language, date))
    issue.put("sections", [*reader.sections(parts), *_unplaced(unplaced, place)])
    issue.put("sign_off", to_markdown(closing, place))
    _fill_empty(issue)
    return draft


def _without_missing_pictures(blocks: list[Block], issue: Fields, place: PlacePicture) -> list[Block]:
    """Take out pictures that the file does not hold, and name them in comments."""
    found: list[Block] = []
    heading = ""
    for block in blocks:
        heading = block.plain if block.is_heading else heading
        if block.picture is None or place(block.picture):
            found.append(block)
            continue
        below = f" below “{heading}”" if heading else ""
        shows = f", which shows: {block.picture.alt}" if block.picture.alt else ""
        issue.look(f"a picture{below} is not in the file ({block.picture.source[:80]}){shows}.")
    return found


def _with_pictures_placed(blocks: list[Block], vocabulary: Vocabulary) -> list[Block]:
    """Put pictures below the headings that follow them, where the pictures of a text stand above their headings."""
    places = [at for at, block in enumerate(blocks) if block.picture]
    if not any(_opens_section(blocks, at, vocabulary) for at in places):
        return blocks
    first_heading = next((at for at, block in enumerate(blocks) if block.is_heading), len(blocks))
    found = list(blocks)
    for at in places:
        following = found[at + 1] if at + 1 < len(found) else None
        if following is None or not following.is_heading or _names_section(following, vocabulary):
            continue
        if at > first_heading or at != places[0]:
            found[at], found[at + 1] = found[at + 1], found[at]
    return found


def _opens_section(blocks: Sequence[Block], at: int, vocabulary: Vocabulary) -> bool:
    """Return whether a picture stands above the first item of a section, or above the last heading of the text."""
    if at + 1 >= len(blocks) or not blocks[at + 1].is_heading or _names_section(blocks[at + 1], vocabulary):
        return False
    above = next((block for block in reversed(blocks[:at]) if block.is_heading), None)
    is_first = above is not None and (above.rank < blocks[at + 1].rank or _names_section(above, vocabulary))
    return is_first or not any(block.picture for block in blocks[at + 1 :])


def _names_section(block: Block, vocabulary: Vocabulary) -> bool:
    return vocabulary.section_kind(block.plain) not in {None, "intro"}


def _take_closing(parts: list[Part], before: list[Block], vocabulary: Vocabulary) -> list[Block]:
    """Take the sign-off from the end of the last section, or of a letter without sections."""
    if parts and parts[-1].kind is None and _CONTACT_HEADING.fullmatch(parts[-1].heading.plain):
        last = parts.pop()
        if all(block.kind is BlockKind.PARAGRAPH for block in last.blocks):
            return [last.heading, *last.blocks]
        parts.append(last)
    blocks = parts[-1].blocks if parts else before
    pattern = vocabulary.lines_start("sign_off")
    start = None
    for at in range(len(blocks) - 1, max(-1 if parts else 0, len(blocks) - 1 - _CLOSING), -1):
        block = blocks[at]
        is_line = block.is_heading and block.rank >= BOLD_RANK and pattern.match(block.plain)
        if block.kind in {BlockKind.ENTRY, BlockKind.TABLE, BlockKind.HEADING} and not is_line:
            break
        if pattern.match(block.plain) and (at > 0 or len(parts) > 1):
            start = at
    if start is None:
        return []
    closing = blocks[start:]
    del blocks[start:]
    return [replace(block, kind=BlockKind.PARAGRAPH) if block.rank >= GUESSED_RANK else block for block in closing]


def _take_credits(blocks: Sequence[Block], vocabulary: Vocabulary) -> tuple[list[Block], list[Block]]:
    """Return the lines that tell of the picture at the top, and the other blocks."""
    credit, alt = vocabulary.lines_start("credit"), vocabulary.lines_start("alt")
    about = [
        block
        for block in blocks
        if block.kind is not BlockKind.ENTRY
        and len(block.plain) < 200
        and (credit.match(block.plain) or alt.match(block.plain))
    ]
    return about, [block for block in blocks if block not in about]


def _put_start(
    issue: Fields, before: list[Block], about: Sequence[Block], place: PlacePicture, vocabulary: Vocabulary
) -> None:
    """Set the picture at the top and the introduction."""
    at = next((at for at, block in enumerate(before) if block.picture), None)
    first = before[at].picture if at is not None else None
    hero = Fields()
    if at is not None and first is not None:
        before = [*before[:at], *before[at + 1 :]]
        put_picture(hero, first, place)
        if first.link:
            hero.put("link", first.link if first.link.startswith("http") else "")
    said = [one_line(block.text) for block in about]
    if "image" in hero:
        credit = vocabulary.lines_start("credit")
        hero.put("credit", " ".join(words for words in said if credit.match(plain_text(words)) or hero.get("alt")))
        issue["hero"] = hero
    issue.comments += hero.comments if "image" not in hero else []
    if "image" not in hero and said:
        shown = " ".join(map(plain_text, said))
        issue.look(f"there was a picture here ({shown}). To show one, add `hero` with `image` and `alt`.")
    issue.put("intro", to_markdown(before, place))


def _default_headings(language: str, date: dt.date) -> DefaultHeadings:
    return DefaultHeadings(language, date)


@dataclass(frozen=True)
class DefaultHeadings:
    """The headings that sections have without one, in an issue of a day."""

    language: str
    date: dt.date

    def __call__(self, kind: str) -> str:
        """Return the heading of a kind of section; nothing where it has none."""
        grammar = grammar_for(self.language)
        words = catalogue_for(self.language).words.heading(kind) or ""
        if grammar is None or "{month}" not in words:
            return words
        month = self.date.month - 1 if kind == "coming_up" else (self.date.month - 2) % 12
        return words.format(month=grammar.month_names[month])


def _fill_empty(issue: Fields) -> None:
    if not issue.get("sections") and not issue.get("intro"):
        issue["intro"] = issue.get("sign_off") or issue["title"]
        issue.pop("sign_off", None)


def _unplaced(blocks: Sequence[Block], place: PlacePicture) -> list[Fields]:
    """Return texts that have no place as a section, which has to be cleared before the issue is sent."""
    text = to_markdown(blocks, place)
    return [Fields(kind="news", heading=UNPLACED, text=text)] if text else []
