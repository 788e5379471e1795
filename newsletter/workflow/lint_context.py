"""Run the rules of `newsletter.preflight` on an issue, with the facts that they need."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.errors import ContentError, TemplateError
from newsletter.model.findings import Finding
from newsletter.preflight.context import ExternalFacts, LintContext, PreviousIssue
from newsletter.preflight.registry import checks
from newsletter.preflight.runner import run
from newsletter.preflight.text_spans import runs_of
from newsletter.workflow.image_facts import image_facts
from newsletter.workflow.sending_facts import sending_facts

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.model.campaign import Message
    from newsletter.render.logos import LogoFault
    from newsletter.render.translations import Catalogue
    from newsletter.workflow.link_status import Links
    from newsletter.workflow.workspace import Workspace

MONTHS_BACK = 3
"""How many previous issues are compared with this one."""

DICTIONARIES = "dictionaries"
"""The folder beside the settings with the user's own dictionaries."""


def preflight_findings(
    workspace: Workspace, loaded: LoadedIssue, message: Message | None, links: Links
) -> list[Finding]:
    """Return the findings of all rules; only `links` may use the network."""
    return list(run(context_of(workspace, loaded, message, links), checks()))


def context_of(workspace: Workspace, loaded: LoadedIssue, message: Message | None, links: Links) -> LintContext:
    """Return the context that the rules check: the issue, previous issues and external facts."""
    return LintContext(
        loaded,
        workspace.settings.presentation,
        message,
        checking=workspace.settings.checks,
        past=_past(workspace, loaded),
        facts=replace(facts_of(workspace, loaded, message), links=links(workspace, loaded)),
    )


def facts_of(workspace: Workspace, loaded: LoadedIssue, message: Message | None) -> ExternalFacts:
    """Return the external facts that need no network."""
    from newsletter.preflight.text.spelling.dictionaries import Dictionaries
    from newsletter.render.builtin_templates import own_templates

    settings = workspace.settings
    dictionaries = Dictionaries([workspace.root / DICTIONARIES])
    return ExternalFacts(
        today=dt.datetime.now(settings.presentation.zone).date(),
        templates=lambda: own_templates(settings.templates_folder),
        misspelt=dictionaries.misspelt,
        corrected=dictionaries.corrected,
        has_dictionary=dictionaries.has,
        translations=lambda language: _catalogue(language, workspace),
        theme_files=workspace.templates,
        image=image_facts(workspace, loaded.path),
        logo_faults=_logo_faults(workspace, loaded),
        **sending_facts(workspace, loaded, message),
    )


def _logo_faults(workspace: Workspace, loaded: LoadedIssue) -> tuple[LogoFault, ...]:
    """Return the backgrounds that the logo could not be seen on; rendering reports a file that cannot be read."""
    from newsletter.render.design_tokens import tokens_for
    from newsletter.render.logos import logo_for

    brand = workspace.settings.presentation.brand
    try:
        version = logo_for(brand, tokens_for(brand, workspace.templates), workspace.assets(loaded.path))
    except (OSError, TemplateError):
        return ()
    return (version.fault,) if version and version.fault else ()


def _catalogue(language: str, workspace: Workspace) -> Catalogue:
    """Return the translations for a language; of a file that cannot be read, rendering reports the error."""
    from newsletter.render.translations import Catalogue, catalogue_for
    from newsletter.render.ui_strings import ENGLISH

    try:
        return catalogue_for(language, workspace.templates)
    except TemplateError:
        return Catalogue(ENGLISH, found=True)


def _past(workspace: Workspace, loaded: LoadedIssue) -> tuple[PreviousIssue, ...]:
    """Return the previous issues that can be read."""
    paths = workspace.issue_paths()
    before = paths[: paths.index(loaded.path)] if loaded.path in paths else []
    found = []
    for path in before[-MONTHS_BACK:]:
        try:
            issue = workspace.load_path(path).issue
        except ContentError:
            continue  # its own check says what is wrong with it
        found.append(PreviousIssue(path.stem, issue, runs_of(issue, workspace.settings.language)))
    return tuple(found)
