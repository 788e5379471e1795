"""Findings about translations of the built-in texts: languages without any, and missing ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.errors import Place
from newsletter.model.findings import Finding, Severity

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.render.translations import MissingTranslation
    from newsletter.workflow.workspace import Workspace

NO_CATALOGUE = "NL320"
"""A language without translations."""

UNTOLD = "NL321"
"""Translations that are missing or cannot be used."""

_SETTING = re.compile(r"^language[ ]*:[ ]*", re.MULTILINE)
_HINT = "docs/languages.md says how to add words of your own."


def language_findings(loaded: LoadedIssue, workspace: Workspace) -> list[Finding]:
    """List the problems of the translations for the issue's languages; raise TemplateError for a broken file."""
    from newsletter.render.translations import catalogue_for

    findings: list[Finding] = []
    for language, place in _languages(loaded, workspace).items():
        catalogue = catalogue_for(language, workspace.templates)
        if catalogue.found:
            findings += _told(catalogue.untold)
            continue
        message = f"There are no words in the language {language} yet: “Deadline” and the like are in English."
        findings.append(Finding(code=NO_CATALOGUE, severity=Severity.NOTE, message=message, place=place, hint=_HINT))
    return findings


def _languages(loaded: LoadedIssue, workspace: Workspace) -> dict[str, Place]:
    """Return the languages of an issue and of its sections, and where each is first named."""
    issue = loaded.issue
    named = {issue.language: loaded.places.of(("language",))} if issue.language else {}
    found = named or {workspace.settings.language: _in_settings(workspace)}
    for number, section in enumerate(issue.sections):
        if section.language:
            found.setdefault(section.language, loaded.places.of(("sections", number, "language")))
    return found


def _told(untold: tuple[MissingTranslation, ...]) -> Iterator[Finding]:
    for one in untold:
        if one.wrong:
            message = f"The words for “{one.english}” cannot be used: {one.reason}."
            hint = "Put the same names in braces as the English words have."
            yield Finding(code=UNTOLD, severity=Severity.WARNING, message=message, place=one.place, hint=hint)
    lacking = [one for one in untold if not one.wrong]
    if lacking:
        named = ", ".join(f"“{one.english}”" for one in lacking[:3])
        rest = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        message = f"There are no words yet for {named}{rest}, so they are in English."
        place = Place(lacking[0].place.path, lacking[0].place.line)
        yield Finding(code=UNTOLD, severity=Severity.WARNING, message=message, place=place, hint=_HINT)


def _in_settings(workspace: Workspace) -> Place:
    """Return where the settings name the language."""
    path = workspace.root / "newsletter.yaml"
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    found = _SETTING.search(text)
    line = text.count("\n", 0, found.start()) + 1 if found else 0
    return Place(str(path), line, found.end() - found.start() + 1 if found else 0)
