"""Take a line about an event apart: its name, when and where it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.importing.blocks import Block, BlockKind
from newsletter.importing.draft import Fields
from newsletter.importing.inline import clean_link, links_in, plain_text
from newsletter.importing.item_fields import Reading, mark_doubts, names_deadline
from newsletter.importing.moments import Moment

_SEPARATOR_END = re.compile(r"(?:\s*[–—:|•·,(@]|\s+-|\s+(?:on|am|el|ar|في)|^(?:on|am|el))\s*$", re.IGNORECASE)
_SEPARATOR_START = re.compile(r"^\s*(?:[–—:|•·,)@;.]|-\s)\s*[–—:|•·,]?\s*")
_AT = re.compile(r"^\s*(?:at|in|@|en|im|in der|yn|في)\s+(?:the\s+)?", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:will|is|are|was|were|be|being|takes?|taking|took|held|join|runs?|starts?|begins?|opens?|meets?|we|you)\b",
    re.IGNORECASE,
)
"""Words of a sentence, which the date is part of."""

_LONGEST_TITLE = 150
_LONGEST_PLACE = 90
_MOST_PLACE_WORDS = 8
_SENTENCE = re.compile(r"[.!?]\s+\S")


def event_of(text: str, reading: Reading) -> Fields | None:
    """Return what a line says of one event; None where it holds no date, or several."""
    plain = plain_text(text)
    moments = reading.moments(plain)
    if len(moments) != 1 or names_deadline(plain, reading):
        return None
    moment = moments[0]
    found = Fields() if reading.is_only_dates(plain) else _split(text, plain, moment)
    if found is None:
        found = Fields(text=text)
        first, _, rest = plain.partition(". ")
        if moment.end <= len(first) and not rest and len(plain) <= _LONGEST_TITLE:
            found = Fields(title=text)
    found["when"] = moment.when
    found.put("ends", moment.ends)
    mark_doubts(found, moment)
    return _ordered(found)


def _split(text: str, plain: str, moment: Moment) -> Fields | None:
    """Return name, place and text of an event whose date stands apart from them."""
    said = plain[moment.start : moment.end]
    at = text.replace("**", "").find(said)
    if at < 0 or text.replace("**", "").count(said) > 1 or "\n" in text:
        return None
    bare = text.replace("**", "")
    before, after = bare[:at], bare[at + len(said) :]
    if not before.strip(" –—:|•·,(@-"):
        return _named(_SEPARATOR_START.sub("", after), "")
    cut = _SEPARATOR_END.search(before)
    if cut is None or (cut[0].strip().isalpha() and _VERB.search(before)):
        return None
    rest = after.lstrip(") ") if before[cut.start() :].strip().startswith("(") else after
    return _named(before[: cut.start()], rest)


def _named(name: str, rest: str) -> Fields | None:
    """Return an event with a name; what follows its date is its place if it is short, else its text."""
    name, rest = name.strip(" –—:|•·,-"), rest.strip()
    shown = plain_text(name)
    if not shown or len(shown) > _LONGEST_TITLE or _SENTENCE.search(shown) or name.count("[") != name.count("]"):
        return None
    fields = Fields(title=name)
    links = links_in(name)
    if len(links) == 1 and links[0][0] == shown and clean_link(links[0][1]):
        fields = Fields(title=shown, link=clean_link(links[0][1]))
    if not rest.strip(" .,;:"):
        return fields
    is_apart = _SEPARATOR_START.match(rest) or _AT.match(rest)
    if not is_apart:
        return None
    place = _SEPARATOR_START.sub("", rest).strip()
    at = _AT.match(place)
    place = place[at.end() :] if at and len(plain_text(place)) <= _LONGEST_PLACE else place
    place = place.rstrip(" .")
    if (
        len(plain_text(place)) <= _LONGEST_PLACE
        and not _SENTENCE.search(place)
        and len(place.split()) <= 12
        and not links_in(place)
    ):
        fields["where"] = place
    else:
        fields["text"] = rest.lstrip(" –—:|•·,-;.)").strip()
    return fields


def _ordered(fields: Fields) -> Fields:
    order = ("title", "text", "when", "ends", "where", "link")
    found = Fields(**{name: fields[name] for name in order if name in fields})
    found.comments = fields.comments
    return found


def take_date_line(blocks: Sequence[Block], fields: Fields, reading: Reading) -> list[Block]:
    """Take a line below an item's title that only tells when and where it is; return the other blocks."""
    at = next((at for at, block in enumerate(blocks) if block.text), None)
    first = blocks[at] if at is not None else None
    if at is None or first is None or first.kind is not BlockKind.PARAGRAPH or len(first.plain) > _LONGEST_TITLE:
        return list(blocks)
    if reading.label(first.text) is not None:
        return list(blocks)
    event = event_of(first.text.replace("\n", ", "), reading)
    if (
        event is None
        or "text" in event
        or event.get("title") == first.text
        or ("title" in event and ("where" in event or "link" in event))
    ):
        return list(blocks)
    place = event.get("where") or event.get("title") or ""
    is_call = any(reading.vocabulary.pattern(name).search(place) for name in ("ask_by", "deadline"))
    if is_call or len(plain_text(place).split()) > _MOST_PLACE_WORDS:
        return list(blocks)
    for name, value in (("when", event["when"]), ("ends", event.get("ends")), ("where", place)):
        fields.put(name, value)
    fields.comments += event.comments
    return [*blocks[:at], *blocks[at + 1 :]]
