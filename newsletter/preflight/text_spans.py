"""The texts of an issue as people read them: each with its place, its language and its links.

A run's `words` are as long as its `text`: what is no word (the marks of Markdown, link targets, the braces of merge
tags) is blanked out, so that an offset into one is an offset into the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple, get_args
from urllib.parse import unquote

from pydantic import BaseModel

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model import merge_tags
from newsletter.model.fields import Link
from newsletter.model.issue import Issue
from newsletter.render.markdown_parser import LANGUAGE_MARK

_NO_TEXT = frozenset({"kind", "language", "zone", "repeats", "repeats_as", "image", "ignore", "only"})
_LONGEST = 2000
"""Characters of an address or of a link's words. Nothing real is longer, and with a bound a search costs as much as
the text is long, whatever is in it."""

_PICTURE = compile_pattern(
    rf"!\[([^\]\n]{{0,{_LONGEST}}}+)\]\(\s{{0,99}}+<?([^)\s>]{{1,{_LONGEST}}}+)>?[^)\n]{{0,{_LONGEST}}}+\)"
)
_TARGET = rf"(?:[^()\s<>]{{1,{_LONGEST}}}+|\([^()\s<>]{{0,{_LONGEST}}}+\)){{0,50}}+"
"""Where a link leads; brackets within it come in pairs, as in the addresses of Wikipedia."""
_LINK = compile_pattern(rf"\[((?:[^\[\]]|\[[^\[\]]*\])+)\]\(\s*<?({_TARGET})>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)")
_AUTOLINK = compile_pattern(r"<((?:https?://|mailto:|tel:)[^>\s]+|[^@\s<>]+@[^>\s]+)>", re.IGNORECASE)
_BARE = compile_pattern(
    r"(?<![\w@/.])(?:https?://[^\s<>()\[\]\"“”]+|www\.[^\s<>()\[\]\"“”]+|[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,})",
    re.IGNORECASE,
)
_CODE = compile_pattern(
    rf"(?s)(?<![`\\])(`{{1,3}})(?!`)(.{{1,{_LONGEST}}}?)(?<!`)\1(?!`)|<code>(.{{1,{_LONGEST}}}?)</code>"
)
_FOREIGN = compile_pattern(rf"\[(?:[^\[\]]|\[[^\[\]]*\]){{1,{_LONGEST}}}+\]{LANGUAGE_MARK.pattern}")
_MARKS = compile_pattern(
    r"(?m)^[ \t]*(?:[-*+]|\d{1,4}[.)]|#{1,6}|>)[ \t]+|(?<!\\)(?:\*{1,3}|`+|~~)|(?<![\w\\])_+|_+(?!\w)"
)
_PICTURE_FILE = compile_pattern(r"\S+\.(?:jpe?g|png|gif|webp|svg)", re.IGNORECASE)


class WrittenLink(NamedTuple):
    """A link as it stands in a text or a field; `words` is empty where only the address stands there."""

    words: str
    target: str
    start: int
    """Where it begins in the text."""
    at: int
    """Where its target begins in the text."""
    bare: bool = False
    """Whether the address stands in the text without being a link."""


_CONTAINERS = (BaseModel, tuple, list)


class ShownPicture(NamedTuple):
    """A picture within a text: the file or link that it names, its words, and where in the text they stand."""

    name: str
    alt: str
    start: int
    end: int
    alt_start: int


@dataclass(frozen=True, slots=True)
class TextSpan:
    """One text of the issue, and where it stands; `section` is None outside of the sections."""

    loc: FieldPath
    text: str
    words: str
    language: str
    section: int | None
    links: tuple[WrittenLink, ...] = ()

    @property
    def field(self) -> str:
        """Return the name of the field that holds it."""
        return next((str(part) for part in reversed(self.loc) if isinstance(part, str)), "")

    @property
    def is_prose(self) -> bool:
        """Return whether it is made of sentences, not a heading or a label."""
        return self.field in {"text", "intro", "sign_off", "quote"}


class FieldLink(NamedTuple):
    """A link that is a field of its own, and the words that readers see on it (empty where the tool gives them)."""

    loc: FieldPath
    target: str
    words: str


def runs_of(issue: Issue, language: str) -> tuple[TextSpan, ...]:
    """Return every text of an issue in the order of its fields; `language` is that of the settings."""
    return tuple(_runs(issue, (), issue.language or language, None))


def pictures_in_text(text: str) -> list[tuple[int, str]]:
    """Return the pictures that a text shows: where each begins, and the file or link that it names."""
    return [(one.start, one.name) for one in shown_in_text(text)]


def shown_in_text(text: str) -> list[ShownPicture]:
    """Return the pictures that a text shows."""
    return [
        ShownPicture(unquote(match[2]), match[1], match.start(), match.end(), match.start(1))
        for match in _PICTURE.finditer(text)
    ]


def field_links(issue: Issue) -> tuple[FieldLink, ...]:
    """Return the links of an issue that are fields of their own."""
    return tuple(_field_links(issue, ()))


def models_of(value: Any, loc: FieldPath = ()) -> Iterator[tuple[FieldPath, BaseModel]]:
    """Yield every part of an issue that has fields, with its location, the whole first."""
    if isinstance(value, BaseModel):
        yield loc, value
        for name in type(value).model_fields:
            inner = getattr(value, name)
            # most fields are texts and numbers, and every check of an issue comes by here twenty times
            if isinstance(inner, _CONTAINERS):
                yield from models_of(inner, (*loc, name))
    elif isinstance(value, tuple | list):
        for number, one in enumerate(value):
            if isinstance(one, _CONTAINERS):
                yield from models_of(one, (*loc, number))


def run_of(loc: FieldPath, text: str, language: str, section: int | None = None) -> TextSpan:
    """Return a text as a run, its links found and its marks blanked out."""
    words, links = _words_and_links(text)
    return TextSpan(loc, text, words, language, section, links)


@lru_cache(maxsize=1024)
def _words_and_links(text: str) -> tuple[str, tuple[WrittenLink, ...]]:
    words = list(text)
    links: list[WrittenLink] = []

    def blank(start: int, end: int) -> None:
        for index in range(start, end):
            if not words[index].isspace():
                words[index] = " "

    for match in _PICTURE.finditer(text):
        blank(match.start(), match.start(1))
        blank(match.end(1), match.end())
    # a merge tag is one word, whatever is in it: it may stand in an address
    rest = merge_tags.PATTERN.sub(lambda tag: re.sub(r"[\s()<>]", "_", tag[0]), _blanked(text, _PICTURE))
    for match in _LINK.finditer(rest):
        target = text[match.start(2) : match.end(2)]
        links.append(WrittenLink(text[match.start(1) : match.end(1)], target, match.start(), match.start(2)))
        blank(match.start(), match.start(1))
        blank(match.end(1), match.end())
    rest = _blanked(rest, _LINK)
    for match in _AUTOLINK.finditer(rest):
        links.append(WrittenLink("", match[1], match.start(), match.start(1)))
        blank(match.start(), match.end())
    rest = _blanked(rest, _AUTOLINK)
    for match in _BARE.finditer(rest):
        address = match[0].rstrip(".,;:!?'’”)")
        links.append(WrittenLink("", address, match.start(), match.start(), bare=True))
        blank(match.start(), match.start() + len(address))
    for match in merge_tags.PATTERN.finditer(text):
        blank(match.start(), match.start(2) if match[2] else match.end())
        blank(match.end() - 1, match.end())
    # words that are marked as another language are not checked in this one
    for match in (*_MARKS.finditer(text), *_FOREIGN.finditer(text)):
        blank(match.start(), match.end())
    links.sort(key=lambda link: link.start)
    return "".join(words), tuple(links)


def code_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return where a text shows code: what stands between backticks or in `<code>`."""
    return tuple(match.span() for match in _CODE.finditer(text)) if "`" in text or "<code>" in text else ()


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _runs(model: BaseModel, loc: FieldPath, language: str, section: int | None) -> Iterator[TextSpan]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name in _NO_TEXT or value is None or name not in model.model_fields_set:
            continue
        if isinstance(value, str):
            if not _is_link(type(model), name) and not _PICTURE_FILE.fullmatch(value):
                yield run_of((*loc, name), value, language, section)
            continue
        many = enumerate(value) if isinstance(value, tuple) else [(None, value)]
        for number, one in many:
            here: FieldPath = (*loc, name) if number is None else (*loc, name, number)
            inside = number if name == "sections" and not loc else section
            if isinstance(one, BaseModel):
                yield from _runs(one, here, getattr(one, "language", None) or language, inside)
            elif isinstance(one, str):
                yield run_of(here, one, language, inside)
            elif isinstance(one, tuple):  # a row of a table
                yield from (run_of((*here, at), cell, language, inside) for at, cell in enumerate(one) if cell)


def _field_links(value: Any, loc: FieldPath) -> Iterator[FieldLink]:
    for here, model in models_of(value, loc):
        for name in type(model).model_fields:
            target = getattr(model, name)
            if isinstance(target, str) and name in model.model_fields_set and _is_link(type(model), name):
                shown = (getattr(model, other, None) for other in ("label", "title", "name"))
                yield FieldLink((*here, name), target, next((words for words in shown if isinstance(words, str)), ""))


@cache
def _is_link(model: type[BaseModel], name: str) -> bool:
    """Return whether a field holds a link, by its type."""
    mark = get_args(Link)[-1]
    field = model.model_fields[name]
    return mark in field.metadata or any(mark in getattr(one, "__metadata__", ()) for one in _parts(field.annotation))


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for one in getattr(annotation, "__args__", ()):
        yield from _parts(one)
