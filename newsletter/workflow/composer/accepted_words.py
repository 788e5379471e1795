"""Words that the settings accept: added from a finding that reports them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.workflow.composer.finding_facts import accepted_words, wanted
from newsletter.workflow.edit_settings import change_settings, settings_path

if TYPE_CHECKING:
    from newsletter.workflow.composer.composer import Composer


def accept(composer: Composer, name: str, finding: str) -> dict[str, Any]:
    """Add the words of a finding to those that the settings accept, and return the issue's document."""
    view = composer.view(name)
    view.check()
    setting, words = accepted_words(wanted(view.findings_of(view.issue.read()) or (), finding))
    workspace = composer.workspace
    known = getattr(workspace.settings.checks, setting.rpartition(".")[2])
    change_settings(settings_path(workspace), {setting: list(dict.fromkeys([*known, *words]))})
    composer.announce_change()
    view.check()
    return view.document(view.issue.read())
