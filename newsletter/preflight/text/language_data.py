"""The words and patterns of each language that the rules know: `data/en.toml`, `data/cy.toml` and so on."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from newsletter.preflight.data_files import FOLDER, DataModel, read_model


class Grammar(DataModel):
    """How a language writes dates; each text is a pattern."""

    ordinal: str = r"\.|er|º"
    of: str = r"de|di"
    after_weekday: str = ""
    before_year: str = ""
    until: str = "to"
    and_: str = "and"
    between: str = "between"
    of_said: str = ""
    """What stands between day and month where the tool writes them, with its space."""
    cased: bool = True
    """Whether names of months and weekdays begin with a capital letter."""
    months: dict[str, int] = Field({})
    """Names of months beside those of Unicode, each with its number from 1."""
    weekdays: dict[str, int] = Field({})
    """Names of weekdays beside those of Unicode; Monday is 0."""


class LanguageData(DataModel):
    """What the rules know of a language."""

    common_words: str = ""
    vague_link_texts: list[str] = Field([])
    vague_alt_texts: list[str] = Field([])
    never_repeated_words: str = ""
    repeated_on_purpose: str = ""
    nouns: str = ""
    """Nouns that need a capital letter."""
    relative_days: list[str] = Field([])
    dates: Grammar = Grammar()


class Languages(DataModel):
    """The languages that are recognised."""

    names: dict[str, str]
    scripts: dict[str, str]
    """Languages in another script than the Latin one, each with the recognised language of the same script."""


Words = Literal["vague_link_texts", "vague_alt_texts", "repeated_on_purpose"]


@cache
def language_data(language: str) -> LanguageData:
    """Return what is known of a language such as `en`; nothing where it has no file."""
    if not (FOLDER / f"{language}.toml").is_file():
        return LanguageData()
    return read_model(f"{language}.toml", LanguageData)


@cache
def known_languages() -> tuple[str, ...]:
    """Return the languages that have a file."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml") if len(path.stem) == 2))


@cache
def words_of_all(field: Words) -> frozenset[str]:
    """Return the words of one kind in all languages."""
    found: set[str] = set()
    for language in known_languages():
        words: str | list[str] = getattr(language_data(language), field)
        found.update(words.split() if isinstance(words, str) else words)
    return frozenset(found)
