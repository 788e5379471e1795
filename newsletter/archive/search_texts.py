"""The texts of an issue that the search looks in: one for each item, in plain words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from newsletter.archive.records import EntryRecord, SectionRecord
from newsletter.model.item import Group
from newsletter.render import markdown
from newsletter.render.context import first_sentence
from newsletter.render.markdown_to_text import plain

_NOT_READ = frozenset({"kind", "link", "image", "zone", "language", "only", "crop", "focus", "button", "buttons"})
_NO_WORDS = re.compile(r"(?:https?://|mailto:|tel:)|\S+\.(?:jpe?g|png|gif)$", re.IGNORECASE)
_TAG = re.compile("<[^>]+>")
_BLOCK_END = re.compile("</(?:p|li|h[2-6]|td|th|blockquote|pre)>|<br>")


def words_of(text: str) -> str:
    """Return a text in Markdown as words alone, on one line."""
    made = _BLOCK_END.sub(" ", markdown.block(text))
    return " ".join(html.unescape(_TAG.sub("", made)).split())


def section_record(section: Any, heading: str, anchor: str) -> tuple[SectionRecord, dict[int, str]]:
    """Return the record of a section, and the ids of its items in the page by the identity of the item."""
    anchors: dict[int, str] = {}
    entries = []
    own = " ".join(_texts(section))
    if own:
        entries.append(EntryRecord(anchor=anchor, title=heading or _beginning(own), text=own))
    for number, part in enumerate(_parts(section), 1):
        anchors[id(part)] = f"{anchor}-{number}"
        title = plain(getattr(part, "title", None) or getattr(part, "name", None) or "")
        text = " ".join(_texts(part, skip=("title", "name")))
        if title or text:
            name = title or _beginning(text)
            entries.append(EntryRecord(anchor=anchors[id(part)], title=name, text=text))
    record = SectionRecord(kind=section.kind, heading=heading, anchor=anchor, entries=tuple(entries))
    return record, anchors


def _beginning(text: str) -> str:
    return first_sentence(markdown.escape(text)) or text


def _parts(section: Any) -> Iterator[Any]:
    """Yield the items of a section and of its groups, in order."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        for one in value if isinstance(value, tuple) else ():
            if isinstance(one, Group):
                yield from one.items
            elif isinstance(one, BaseModel):
                yield one


def _texts(part: Any, skip: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the words of a part's own fields; those of its items are not among them, those of its events are."""
    is_section = hasattr(part, "kind")
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name in _NOT_READ or name in skip or (is_section and name in {"heading", "headline"}):
            continue
        yield from _words_in(value, deep=not is_section)


def _words_in(value: Any, *, deep: bool) -> Iterator[str]:
    if isinstance(value, str) and type(value) is str:
        if value and not _NO_WORDS.match(value):
            yield words_of(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _words_in(one, deep=deep)
    elif isinstance(value, Group):
        yield words_of(value.heading)
        if value.text:
            yield words_of(value.text)
    elif isinstance(value, BaseModel) and deep:
        yield from _texts(value)
