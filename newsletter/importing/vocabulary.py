"""The words of each language by which the parts of a newsletter are recognised, from `data/en.toml` and its like."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources

from newsletter.preflight.text.dates.locale_grammar import grammar_for

KINDS = ("last_month", "coming_up", "get_involved", "people", "links", "news", "sponsors")
"""The kinds of section that a heading can name."""

_MONTH = "{month}"
_TAIL = (
    r"(?:(?:\s*[:–—-]\s*|\s+(?:in|for|this|from|at|on|during|of|with|im|en|ym|yn|في|our)\b\s*)(?:\S.{0,60})?"
    r"|\s*\{month\})?"
)
_JOINT = re.compile(r"\s*(?:\+|&|/|\||!\s)\s*")
"""What joins two headings in one, of which the first decides: “Get involved + connect with us”."""

_ODD_START = re.compile(r"^[\W\d_]*(?=\w)|[\s:.!?…,;–—-]+$")
_SYMBOLS = {"So", "Sk", "Cs", "Cf", "Mn"}


@dataclass(frozen=True)
class Vocabulary:
    """The words of one language, with those of the newsletter's own earlier issues."""

    language: str
    words: Mapping[str, Mapping[str, Sequence[str]]]
    own_sections: Mapping[str, str]
    """Headings of earlier issues in small letters, and the kind of their section."""
    own_groups: frozenset[str]

    def section_kind(self, heading: str) -> str | None:
        """Return the kind of section that a heading names; `intro` for that of the introduction."""
        words = self.normal(heading)
        if not words or len(words) > 90:
            return None
        if words in self.own_sections:
            return self.own_sections[words]
        for part in (words, _JOINT.split(words, maxsplit=1)[0]):
            for kind, pattern in self._sections.items():
                if part and pattern.fullmatch(part):
                    return kind
        return None

    def is_group(self, heading: str) -> bool:
        """Return whether a heading is one that groups of items often have."""
        words = self.normal(heading)
        return words in self.own_groups or self.group_name.fullmatch(words) is not None

    def normal(self, heading: str) -> str:
        """Return a heading in small letters, without pictograms, numbers at its start and marks at its end."""
        plain = "".join(one for one in heading if unicodedata.category(one) not in _SYMBOLS)
        words = _ODD_START.sub("", " ".join(plain.casefold().split()))
        words = re.sub(r"[,(\s]*\b(?:19|20)\d\d\b\)?", "", words).strip()
        grammar = grammar_for(self.language)
        return grammar.month.sub(_MONTH, words) if grammar else words

    @cached_property
    def _sections(self) -> dict[str, re.Pattern[str]]:
        sections = self.words["sections"]
        return {kind: _any(sections[kind], tail=kind != "intro") for kind in (*KINDS, "intro") if kind in sections}

    @cached_property
    def group_name(self) -> re.Pattern[str]:
        """Return what finds the usual headings of groups."""
        return _any(self.words["groups"]["names"])

    def lines(self, field: str) -> re.Pattern[str]:
        """Return what matches the lines of a list, such as `furniture_lines`."""
        return _any(self.words[""][field])

    def lines_start(self, field: str) -> re.Pattern[str]:
        """Return what matches the start of the lines of a list, such as `sign_off`."""
        return re.compile(rf"\W{{0,3}}(?:{'|'.join(self.words[''][field])})", re.IGNORECASE)

    def pattern(self, field: str) -> re.Pattern[str]:
        """Return a single pattern, such as `payment`."""
        return re.compile(self.words[""][field][0], re.IGNORECASE)

    def labels(self) -> dict[str, re.Pattern[str]]:
        """Return what finds the label that a line starts with, by the field that it fills."""
        return {
            name: re.compile(rf"\s*(?:{'|'.join(words)})\s*[:：]\s*", re.IGNORECASE)
            for name, words in self.words["labels"].items()
        }


def _any(patterns: Iterable[str], *, tail: bool = False) -> re.Pattern[str]:
    inner = "|".join(one.replace(_MONTH, re.escape(_MONTH)) for one in patterns)
    return re.compile(rf"(?:the\s+)?(?:{inner}){_TAIL if tail else ''}", re.IGNORECASE)


@cache
def known_languages() -> tuple[str, ...]:
    """Return the languages that have words."""
    folder = resources.files("newsletter.importing") / "data"
    return tuple(sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")))


@cache
def base_vocabulary(language: str) -> Vocabulary:
    """Return the words of a language such as `en-GB`, with English ones beside them; English where it has none."""
    primary = language.partition("-")[0].lower()
    own = _read(primary) if primary in known_languages() else {}
    english = _read("en")
    if primary == "en" or not own:
        return Vocabulary(language, english, {}, frozenset())
    merged = {
        table: {name: (*own.get(table, {}).get(name, ()), *words) for name, words in fields.items()}
        for table, fields in english.items()
    }
    return Vocabulary(language, merged, {}, frozenset())


def with_own_words(vocabulary: Vocabulary, sections: Mapping[str, str], groups: Iterable[str]) -> Vocabulary:
    """Return a vocabulary with the headings of sections (and their kinds) and of groups in earlier issues."""
    return replace(
        vocabulary,
        own_sections={vocabulary.normal(heading): kind for heading, kind in sections.items()},
        own_groups=frozenset(vocabulary.normal(heading) for heading in groups),
    )


def _read(language: str) -> dict[str, dict[str, Sequence[str]]]:
    text = (resources.files("newsletter.importing") / "data" / f"{language}.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Sequence[str]]] = {"": {}}
    for name, value in tomllib.loads(text).items():
        if isinstance(value, dict):
            found[name] = value
        else:
            found[""][name] = [value] if isinstance(value, str) else value
    return found
