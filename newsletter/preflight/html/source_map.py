"""Where something that is seen on the rendered page comes from: the words in the issue's file, or a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from newsletter.errors import Place
from newsletter.issue_file.positions import FieldPath
from newsletter.model.issue import Issue
from newsletter.preflight.text_spans import FieldLink, TextSpan, models_of, run_of, shown_in_text
from newsletter.render.builtin_templates import OwnTemplate


class Spot(NamedTuple):
    """Some letters of a text of the issue."""

    run: TextSpan
    start: int
    end: int


class NamedPicture(NamedTuple):
    """A picture that an issue names: its file or link, what is said of it, and the words that stand beside it."""

    name: str
    at: Spot
    """Where it is named."""
    alt: Spot
    beside: tuple[tuple[str, str], ...] = ()
    """Name and words of the fields beside it that readers see as well."""

    @property
    def in_text(self) -> bool:
        """Return whether it stands within a text, not in a field of its own."""
        return self.at.run.field != "image"

    @property
    def is_hero(self) -> bool:
        """Return whether it is the one at the top."""
        return self.at.run.loc == ("hero", "image")


@dataclass(frozen=True)
class SourceMap:
    """The texts of an issue, ready to be searched for what the page shows."""

    issue: Issue
    runs: tuple[TextSpan, ...]
    field_links: tuple[FieldLink, ...]
    language: str

    @cached_property
    def _letters(self) -> tuple[tuple[str, list[int]], ...]:
        return tuple(_squashed(run.text) for run in self.runs)

    def words(self, words: str) -> Spot | None:
        """Return where words of the page stand in the issue; None where no text has them."""
        wanted, _ = _squashed(words)
        if not wanted:
            return self._signs(words)
        for whole in (True, False):
            for run, (letters, index) in zip(self.runs, self._letters, strict=True):
                at = 0 if whole and letters == wanted else -1 if whole else _at_a_word(letters, index, run.text, wanted)
                if at >= 0:
                    return Spot(run, index[at], index[at + len(wanted) - 1] + 1)
        return None

    def _signs(self, words: str) -> Spot | None:
        found = ((run, run.text.find(words)) for run in self.runs if words)
        return next((Spot(run, at, at + len(words)) for run, at in found if at >= 0), None)

    def target(self, link: str) -> Spot | None:
        """Return where a link of the page stands in the issue."""
        for run in self.runs:
            at = run.text.find(link) if link else -1
            if at >= 0:
                return Spot(run, at, at + len(link))
        fields = (one for one in self.field_links if one.target == link)
        return next((Spot(run_of(one.loc, link, ""), 0, len(link)) for one in fields), None)

    @cached_property
    def pictures(self) -> tuple[NamedPicture, ...]:
        """Return every picture that the issue names, those of fields first."""
        return (*_in_fields(self.issue, self.language), *_in_texts(self.runs))

    def picture(self, link: str, file_name: str = "") -> NamedPicture | None:
        """Return the picture that the page shows by a link, or that came from a file of this name."""
        for one in self.pictures:
            if one.name == link or (file_name and _stem(one.name) == _stem(file_name)):
                return one
        return None


def in_templates(templates: Sequence[OwnTemplate], needles: Sequence[str]) -> tuple[Place, str] | None:
    """Return the place in one of these templates where the first of some words stands that any has, and its line.

    Lines that are not ours come first, as what is wrong stands in them.
    """
    for changed in (True, False):
        lines = [one for template in templates for one in _lines(template, changed=changed)]
        for needle in needles:
            pattern = re.compile(rf"(?<![\w#-]){re.escape(needle)}(?![\w-])", re.IGNORECASE)
            for path, number, line in lines if needle else ():
                match = pattern.search(line)
                if match:
                    return Place(path, number, match.start() + 1), line
    return None


def _lines(template: OwnTemplate, *, changed: bool) -> Iterator[tuple[str, int, str]]:
    ours = frozenset(template.ours.split("\n"))
    for number, line in enumerate(template.text.split("\n"), 1):
        if (line not in ours) is changed:
            yield template.path, number, line


def _squashed(text: str) -> tuple[str, list[int]]:
    """Return the letters and numbers of a text alone, in small letters, and where each of them stands."""
    letters, index = [], []
    for at, letter in enumerate(text):
        if letter.isalnum():
            small = letter.lower()
            letters.append(small if len(small) == 1 else letter)
            index.append(at)
    return "".join(letters), index


def _at_a_word(letters: str, index: list[int], text: str, wanted: str) -> int:
    """Return where words begin among the letters of a text, at the beginning of a word; -1 where they do not."""
    at = letters.find(wanted)
    while at >= 0:
        start, end = index[at], index[at + len(wanted) - 1] + 1
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            return at
        at = letters.find(wanted, at + 1)
    return -1


def _stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem


_BESIDE = ("credit", "title", "heading", "name", "role")


def _in_fields(issue: Issue, language: str) -> Iterator[NamedPicture]:
    for loc, model in models_of(issue):
        image, alt = getattr(model, "image", None), getattr(model, "alt", None)
        if not isinstance(image, str) or not isinstance(alt, str):
            continue
        words = ((name, getattr(model, name, None)) for name in _BESIDE)
        beside = tuple((name, value) for name, value in words if isinstance(value, str))
        at = _whole((*loc, "image"), image, language)
        yield NamedPicture(image, at, _whole((*loc, "alt"), alt, language), beside)


def _whole(loc: FieldPath, text: str, language: str) -> Spot:
    return Spot(run_of(loc, text, language), 0, len(text))


def _in_texts(runs: Sequence[TextSpan]) -> Iterator[NamedPicture]:
    for run in runs:
        if "![" in run.text:
            for one in shown_in_text(run.text):
                at = Spot(run, one.start, one.end)
                alt = Spot(run, one.alt_start, one.alt_start + len(one.alt))
                yield NamedPicture(one.name, at, alt)
