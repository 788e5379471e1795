"""Catalogues of the fixed words: one gettext file a language, `languages/cy.po` among the templates, read as it is."""

from __future__ import annotations

import gettext
import string
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place, TemplateError
from newsletter.render.builtin_templates import PACKAGED
from newsletter.render.dates import locale_of, own_patterns
from newsletter.render.ui_strings import ENGLISH, Plural, UiStrings

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

FILE = "languages/{language}.po"
"""Where the catalogue of a language lies among the templates."""


_PLURALS = compile_pattern(r"\bnplurals\s*=\s*(\d+)")
_MOST_PLURALS = 6
"""Forms of a word in Arabic, which has the most."""

_BARE = jinja2.Environment(autoescape=True)
"""What a loader asks for, and has no use for where nothing is compiled."""


class MissingTranslation(NamedTuple):
    """A word that a catalogue cannot give, so that English stands in its place; the line is 0 where it has none."""

    english: str
    reason: str
    place: Place
    wrong: bool = False
    """Whether there is a translation that cannot be used, which its author should know even where another can."""


class Catalogue(NamedTuple):
    """The fixed words of a language, and what is wrong with them."""

    words: UiStrings
    found: bool
    """Whether there is a catalogue of the language."""
    untold: tuple[MissingTranslation, ...] = ()


class _File(NamedTuple):
    path: str
    text: str


def catalogue_for(language: str, templates: jinja2.BaseLoader | None = None) -> Catalogue:
    """Return the words of a language such as `cy` or `en-GB`; English ones where there is no catalogue.

    The user's own file, found by `templates`, goes before the tool's, that of `pt-BR` before that of `pt`. Raises
    TemplateError where a file cannot be read.
    """
    files = []
    parts = language.split("-")
    for length in range(1, len(parts) + 1):
        name = FILE.format(language="-".join(parts[:length]))
        sources = [source for source in (PACKAGED, templates) if source is not None]
        found = [file for file in (_file(source, name) for source in sources) if file is not None]
        files += [file for number, file in enumerate(found) if file.text not in {one.text for one in found[:number]}]
    return _catalogue(language, tuple(files))


def _file(templates: jinja2.BaseLoader, name: str) -> _File | None:
    try:
        text, path, _ = templates.get_source(_BARE, name)
    except jinja2.TemplateNotFound:
        return None
    except UnicodeDecodeError as error:
        raise TemplateError(
            f"The catalogue {name} is not saved as UTF-8.", hint="Save it again as UTF-8.", place=Place(name)
        ) from error
    return _File(path or name, text)


@lru_cache(maxsize=32)
def _catalogue(language: str, files: tuple[_File, ...]) -> Catalogue:
    is_english = language.partition("-")[0] == "en"
    if not files:
        patterns: dict[str, Any] = {} if is_english or locale_of(language) is None else own_patterns(language)
        return Catalogue(replace(ENGLISH, **patterns), found=is_english)
    told: dict[str, Any] = {}
    untold: list[tuple[str, MissingTranslation]] = []
    for file in files:
        for name, value in _read(language, file):
            if isinstance(value, MissingTranslation):
                untold.append((name, value))
            else:
                told[name] = value
    if "by" not in told and "deadline" in told:  # a catalogue from before there was `by`
        told["by"] = f"{told['deadline']}: {{moment}}"
    lacking = {name: one for name, one in untold if not (one.wrong or is_english or name in told)}
    mistaken = [one for _, one in untold if one.wrong]
    return Catalogue(replace(ENGLISH, **told), found=True, untold=(*mistaken, *lacking.values()))


def _read(language: str, file: _File) -> Iterator[tuple[str, str | Plural | MissingTranslation]]:
    """Yield what a file says for each of the words by its name; raise TemplateError where the file is broken."""
    catalog = _parsed(language, file)
    choose = _chooser(catalog, file)
    for one in fields(UiStrings):
        english: str | Plural = getattr(ENGLISH, one.name)
        key = english.forms if isinstance(english, Plural) else english
        message = catalog.get(key[0] if isinstance(key, tuple) else key, context=one.name)
        if message is None and (former := one.metadata["former"]):
            message = catalog.get(former, context=one.name)
        yield one.name, _told(key, message, file, choose)


def _parsed(language: str, file: _File) -> Catalog:
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415  of use only for another language

    locale = locale_of(language)
    count = _PLURALS.search(file.text)
    if count and not 1 <= int(count[1][:9]) <= _MOST_PLURALS:
        raise TemplateError(
            f"The line Plural-Forms of the catalogue names {count[1][:9]} forms; languages have 1 to {_MOST_PLURALS}.",
            hint="docs/languages.md shows where to find the line for your language.",
            place=Place(file.path, file.text.count("\n", 0, count.start()) + 1),
        )
    try:
        return read_po(file.text.splitlines(keepends=True), locale=str(locale) if locale else None, abort_invalid=True)
    except (PoFileError, ValueError, IndexError) as error:
        raise TemplateError(
            f"The translation catalogue cannot be read: {str(error).splitlines()[0].rstrip('.')}.",
            hint="docs/languages.md shows what such a file looks like.",
            place=Place(file.path, getattr(error, "lineno", None) or 0),
        ) from error


def _chooser(catalog: Catalog, file: _File) -> Callable[[int], int]:
    try:
        return gettext.c2py(catalog.plural_expr)
    except ValueError as error:
        raise TemplateError(
            "The line Plural-Forms of the catalogue is not valid.",
            hint="docs/languages.md shows where to find the line for your language.",
            place=Place(file.path),
        ) from error


def _told(
    key: str | tuple[str, ...], message: Message | None, file: _File, choose: Callable[[int], int]
) -> str | Plural | MissingTranslation:
    """Return the words of a message, or why they cannot be used."""
    english = key[-1] if isinstance(key, tuple) else key
    forms = _forms(message)
    if message is None or not all(forms):
        return MissingTranslation(english, "it is not translated", Place(file.path, _line(message)))
    if message.fuzzy:
        return MissingTranslation(english, "it is marked as fuzzy", Place(file.path, _line(message)))
    expected = set(gaps(english) or ())
    for form in forms:
        found = gaps(form)
        if found is None or (set(found) != expected if isinstance(key, str) else set(found) - expected):
            wanted = " and ".join(f"{{{name}}}" for name in sorted(expected)) or "no text"
            reason = f"{form!r} must have {wanted} in braces"
            return MissingTranslation(english, reason, Place(file.path, _line(message)), wrong=True)
    return Plural(tuple(forms), choose) if isinstance(key, tuple) else forms[0]


def _forms(message: Message | None) -> tuple[str, ...]:
    """Return what a message says: one text, or one for each form; an empty one where nothing is said."""
    said = (message.string if message is not None else "") or ""
    return (said,) if isinstance(said, str) else tuple(said)


def _line(message: Message | None) -> int:
    return (message.lineno or 0) if message is not None else 0


def gaps(text: str) -> tuple[str, ...] | None:
    """Return the names in braces of a text; None where its braces are none that can be filled."""
    try:
        parts = [*string.Formatter().parse(text)]
    except ValueError:
        return None
    named = [(name, form, conversion) for _, name, form, conversion in parts if name is not None]
    return tuple(name for name, _, _ in named) if all(not (form or how) for _, form, how in named) else None
