"""Turn what stands below a heading, or an entry of a list, into an item."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.importing.blocks import Block, BlockKind, Picture, paragraph
from newsletter.importing.draft import Fields, PlacePicture
from newsletter.importing.event_lines import event_of, take_date_line
from newsletter.importing.inline import clean_link, first_bold, links_in, plain_text
from newsletter.importing.item_fields import (
    Reading,
    find_contact,
    find_deadline,
    find_payment,
    put_moments,
    take_buttons,
    take_event_list,
    take_labels,
)
from newsletter.importing.markdown_blocks import one_line, to_markdown

MAKE_ALT = "✎ Describe this picture"
"""The alt text of a picture that has none, which `newsletter check` reports until it is replaced."""

_ORDER = (
    "title", "people", "byline", "text", "when", "ends", "where", "link", "events", "deadline", "payment", "contact",
    "button", "buttons", "image", "alt", "caption", "credit",
)  # fmt: skip
_FILE_NAME = re.compile(
    r"[\w %+-]*\.(?:jpe?g|png|gif|webp|heic)|(?:img|dsc|image|picture|photo|screenshot)[-_ ]?\d*", re.IGNORECASE
)
_SHORTLY_BEFORE = dt.timedelta(days=31)
"""How long before the issue's day an event may have been that is still announced in it."""

_LED = re.compile(r"^(?:\s*[:–—]\s*|\s+-\s+|\s*\n|\.\s+)")
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class ItemReader:
    """Reads items of one kind of section."""

    reading: Reading
    kind: str
    place: PlacePicture

    @property
    def looks_ahead(self) -> bool:
        """Return whether items have dates, deadlines and contacts in fields of their own."""
        return self.kind != "last_month"

    def item(self, title: str, blocks: Sequence[Block]) -> Fields | str:
        """Return an item with a title (which may be empty) and the blocks below it; a line where it is only a text."""
        fields = Fields()
        title, blocks = self._title(title, blocks, fields)
        blocks = self._picture(blocks, fields)
        if self.looks_ahead:
            blocks = take_date_line(blocks, fields, self.reading) if title else blocks
            blocks = take_labels(blocks, fields, self.reading)
            blocks = take_event_list(blocks, fields, self.reading)
        blocks = take_buttons(blocks, fields)
        fields.put("text", to_markdown(blocks, self.place))
        if self.looks_ahead:
            self._find_fields(fields, title)
        if not title and set(fields) == {"text"} and "\n" not in fields["text"] and not fields.comments:
            return str(fields["text"])
        return ordered(fields)

    def _title(self, title: str, blocks: Sequence[Block], fields: Fields) -> tuple[str, Sequence[Block]]:
        links = links_in(title)
        shown = plain_text(title)
        if len(shown) > _LONGEST_TITLE:
            return "", [paragraph(f"**{title}**"), *blocks]
        if len(links) == 1 and links[0][0] == shown and clean_link(links[0][1]):
            fields["title"], fields["link"] = (
                shown if shown == title.strip("[]") else _label(title),
                clean_link(links[0][1]),
            )
        else:
            fields.put("title", one_line(title))
        return title, blocks

    def _picture(self, blocks: Sequence[Block], fields: Fields) -> list[Block]:
        """Make the first picture the item's own."""
        found = list(blocks)
        for at, block in enumerate(found):
            if block.picture is None:
                continue
            put_picture(fields, block.picture, self.place)
            del found[at]
            credit = self.reading.vocabulary.lines_start("credit")
            if at < len(found) and "image" in fields and credit.match(found[at].plain) and len(found[at].plain) < 150:
                fields["credit"] = one_line(found[at].text)
                del found[at]
            break
        return found

    def _find_fields(self, fields: Fields, title: str) -> None:
        text = plain_text_of(fields.get("text", ""))
        find_deadline(text, fields, self.reading)
        if self.kind == "get_involved":
            find_payment(text, fields, self.reading)
            find_contact(text, fields)
        if self.kind == "coming_up" and "when" not in fields and "events" not in fields:
            self._find_date(fields, title, text)

    def _find_date(self, fields: Fields, title: str, text: str) -> None:
        event = event_of(one_line(title), self.reading) if title and "link" not in fields else None
        if event is not None and "title" in event:
            comments = fields.comments + event.comments
            for name, value in event.items():
                if name == "text":
                    fields["text"] = "\n\n".join(filter(None, (value, fields.get("text", ""))))
                elif name == "title" or name not in fields:
                    fields[name] = value
            fields.comments = comments
            return
        deadline = fields.get("deadline", "")[:10]
        since = self.reading.issue - _SHORTLY_BEFORE
        ahead = [one for one in self.reading.moments(text) if one.day >= since and one.day.isoformat() != deadline]
        if len({one.when for one in ahead}) == 1:
            put_moments(fields, ahead[:1])
        elif ahead:
            fields.look("its text names several dates. Add `when`, or `events`.")

    def entry(self, block: Block, nested: Sequence[Block]) -> Fields | str:
        """Return the item that an entry of a list is, with the entries below it."""
        below = [
            *(paragraph(part) for part in block.parts),
            *(replace(one, rank=one.rank - block.rank - 1) for one in nested),
        ]
        title, rest = led_title(block.text)
        if title:
            return self.item(title, [*([paragraph(rest)] if rest else []), *below])
        if self.kind == "coming_up" and not below:
            event = event_of(block.text, self.reading)
            if event is not None:
                return event
        if below and is_title_like(block):
            return self.item(block.text.rstrip(": "), below)
        if not below and links_in(block.text):  # a link in a list is no button
            return block.text.replace("\n", "\\\n") if "\n" in block.text else block.text
        return self.item("", [paragraph(block.text), *below])


def _label(title: str) -> str:
    match = re.fullmatch(r"\[(.*)\]\([^()]*\)", title.strip())
    return match[1] if match else plain_text(title)


def is_title_like(block: Block) -> bool:
    """Return whether the first line of an entry with more below is its title."""
    return len(block.plain) < 100 and not block.plain.endswith((".", ",", ";"))


def led_title(text: str) -> tuple[str, str]:
    """Return the title that a paragraph starts with in bold, and the rest: `**Title:** text`."""
    found = first_bold(text)
    if found is None or len(plain_text(found[0])) > _LONGEST_TITLE // 2:
        return "", text
    title, rest = found
    ended = title.rstrip().endswith((":", ".", "!", "?", "–", "—"))
    led = _LED.match(rest)
    if not rest.strip(" .:"):
        return title.rstrip(" :–—"), ""
    if not re.search(r"\w", rest):
        return "", text
    if not (ended or led):
        return "", text
    return title.rstrip(" :–—").removesuffix("."), (rest[led.end() :] if led else rest).strip()


def plain_text_of(markdown: str) -> str:
    """Return the words of a whole text: its paragraphs stay apart."""
    lines = (re.sub(r"^\s*(?:[-*]|\d+\.|>)\s+", "", line) for line in markdown.split("\n"))
    return "\n".join(plain_text(line.removesuffix("\\")) if line.strip() else "" for line in lines)


def put_picture(fields: Fields, picture: Picture, place: PlacePicture) -> None:
    """Set `image` and `alt` from a picture."""
    name = place(picture)
    alt = picture.alt
    if alt is not None and _FILE_NAME.fullmatch(alt.strip()):
        alt = None
    fields["image"] = name
    if alt is None:
        fields.look("the picture has no alt text.")
    dict.__setitem__(fields, "alt", MAKE_ALT if alt is None else alt)


def ordered(fields: Fields) -> Fields:
    """Return an item's fields in the order in which people write them."""
    found = Fields(**{name: fields[name] for name in _ORDER if name in fields})
    if "alt" in fields:  # which may be empty
        found = _with_alt(found, fields["alt"])
    found.comments = fields.comments
    return found


def _with_alt(fields: Fields, alt: str) -> Fields:
    values = dict(fields)
    values["alt"] = alt
    found = Fields()
    for name in [*_ORDER, *(one for one in values if one not in _ORDER)]:
        if name in values:
            dict.__setitem__(found, name, values[name])
    return found


_SHORT_ENTRY = 60


def direct_items(blocks: Sequence[Block], reader: ItemReader) -> tuple[list[Block], list[Fields | str]]:
    """Return the text and the items of what stands directly below a section's or a group's heading."""
    text: list[Block] = []
    items: list[Fields | str] = []
    if reader.looks_ahead and sum(reader.reading.is_only_dates(block.plain) for block in blocks) > 1:
        return [], [reader.item("", blocks)]  # one event on several dates
    dated = sum(_is_dated(block, reader) for block in blocks) if reader.kind == "coming_up" else 0
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += 1
        if block.is_entry and (count := _listed_in_text(blocks, at - 1, reader)):
            text += blocks[at - 1 : at - 1 + count]
            at += count - 1
        elif block.is_entry:
            end = at
            while end < len(blocks) and blocks[end].is_entry and blocks[end].rank > block.rank:
                end += 1
            items.append(reader.entry(block, blocks[at:end]))
            at = end
        elif block.kind is BlockKind.PARAGRAPH and led_title(block.text)[0]:
            title, rest = led_title(block.text)
            end = at
            while end < len(blocks) and not _starts_item(blocks[end], reader, dated):
                end += 1
            items.append(reader.item(title, [*([paragraph(rest)] if rest else []), *blocks[at:end]]))
            at = end
        elif dated > 1 and _is_dated(block, reader):
            items.append(event_of(block.text, reader.reading) or reader.item("", [block]))
        else:
            text.append(block)
    return text, items


def _listed_in_text(blocks: Sequence[Block], at: int, reader: ItemReader) -> int:
    """Return how many short entries from here on belong to the text: it leads up to them, and goes on below."""
    if reader.kind not in {"get_involved", "news"} or at == 0 or not blocks[at - 1].plain.rstrip().endswith(":"):
        return 0
    end = at
    while end < len(blocks) and blocks[end].is_entry:
        end += 1
    goes_on = end < len(blocks) and blocks[end].kind is BlockKind.PARAGRAPH and not led_title(blocks[end].text)[0]
    are_short = all(
        len(one.plain) < _SHORT_ENTRY and not links_in(one.text) and not reader.reading.moments(one.plain)
        for one in blocks[at:end]
    )
    return end - at if goes_on and are_short else 0


def _starts_item(block: Block, reader: ItemReader, dated: int) -> bool:
    if block.kind in {BlockKind.PARAGRAPH, BlockKind.ENTRY} and led_title(block.text)[0]:
        return reader.reading.label(block.text) is None
    return dated > 1 and _is_dated(block, reader)


def _is_dated(block: Block, reader: ItemReader) -> bool:
    return block.kind is BlockKind.PARAGRAPH and len(reader.reading.moments(block.plain)) == 1


def is_list_only(blocks: Sequence[Block]) -> bool:
    """Return whether blocks are a list of several entries."""
    entries = sum(block.is_entry for block in blocks)
    return entries > 1 and all(block.is_entry or block.picture is not None for block in blocks)
