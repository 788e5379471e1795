"""Translations of the built-in texts: languages without any, and texts that are missing or cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.render.translations import MissingTranslation

NO_CATALOGUE = note("NL320", name="untranslated-language")
UNTOLD = warning("NL321", name="missing-translation")
RULES = (NO_CATALOGUE, UNTOLD)

_SETTING = compile_pattern(r"^language[ ]*:[ ]*", re.MULTILINE)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the problems of the translations for the issue's languages."""
    if context.facts.translations is None:
        return
    for language, place in _languages(context).items():
        catalogue = context.facts.translations(language)
        if catalogue.found:
            yield from _missing(context, catalogue.untold)
            continue
        message = f"There are no words in the language {language} yet: “Deadline” and the like are in English."
        yield context.on_place(NO_CATALOGUE, place, message, excerpt="")


def languages_of(context: LintContext) -> tuple[str, ...]:
    """Return the languages of an issue and of its sections, each once."""
    return tuple(_languages(context))


def _languages(context: LintContext) -> dict[str, Place]:
    """Return the languages of an issue and of its sections, and where each is first named."""
    issue, places = context.issue, context.loaded.places
    named = {issue.language: places.of(("language",))} if issue.language else {}
    found = named or {context.presentation.language: _in_settings(context)}
    for number, section in enumerate(issue.sections):
        if section.language:
            found.setdefault(section.language, places.of(("sections", number, "language")))
    return found


def _missing(context: LintContext, untold: tuple[MissingTranslation, ...]) -> Iterator[Finding]:
    for one in untold:
        if one.wrong:
            message = f"The words for “{one.english}” cannot be used: {one.reason}."
            hint = "Put the same names in braces as the English words have."
            yield context.on_place(UNTOLD, one.place, message, hint, excerpt="")
    lacking = [one for one in untold if not one.wrong]
    if lacking:
        named = ", ".join(f"“{one.english}”" for one in lacking[:3])
        rest = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        message = f"There are no words yet for {named}{rest}, so they are in English."
        place = Place(lacking[0].place.path, lacking[0].place.line)
        yield context.on_place(UNTOLD, place, message, excerpt="")


def _in_settings(context: LintContext) -> Place:
    """Return where the settings name the language."""
    text = context.facts.settings
    found = _SETTING.search(text)
    line = text.count("\n", 0, found.start()) + 1 if found else 0
    # the column is counted from the start of the line
    return Place(context.facts.settings_path, line, len(found[0]) + 1 if found else 0)


CHECKS = (Checker("translations", RULES, check),)
