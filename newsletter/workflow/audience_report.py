"""What `newsletter check` says of the audience's file: whether it can be used, and how many people get an issue."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import lexists
from typing import TYPE_CHECKING

from newsletter.providers.registry import adapter
from newsletter.workflow.sending_facts import reads_file

if TYPE_CHECKING:
    from newsletter.model.findings import Finding
    from newsletter.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AudienceReport:
    """What keeps the audience's file from being used; where nothing does, what is to be told, and who gets an issue."""

    findings: tuple[Finding, ...] = ()
    words: str = ""


def report_audience(workspace: Workspace) -> AudienceReport:
    """Look at the audience's file; nothing is said of a provider that keeps its own list, or where there is no file."""
    from newsletter.audience.csv_file import open_audience, split_names
    from newsletter.audience.quick_stats import count_people

    settings = workspace.settings
    path = settings.audience_file
    if not reads_file(adapter(settings.provider)) or not lexists(path):
        return AudienceReport()
    file = open_audience(path, workspace.shown(path), settings.outbox.columns)
    if file.blocks:
        return AudienceReport(tuple(finding for finding in file.findings if finding.blocks))
    return AudienceReport(split_names(file), count_people(file).words(workspace.shown(path)))
