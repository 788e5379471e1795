"""Check the audience file: whether it can be used, and how many subscribers get an issue."""

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
    """The errors of the audience file or, without any, its other findings and who gets an issue."""

    findings: tuple[Finding, ...] = ()
    words: str = ""


def report_audience(workspace: Workspace) -> AudienceReport:
    """Check the audience file; the report is empty if the provider keeps the list."""
    from newsletter.audience.csv_file import open_audience, split_names
    from newsletter.audience.quick_stats import count_people

    settings = workspace.settings
    path = settings.audience_file
    if not reads_file(adapter(settings.provider)):
        return AudienceReport()
    if not lexists(path):
        return AudienceReport(words=f"nobody, because {workspace.shown(path)} does not exist")
    file = open_audience(path, workspace.shown(path), settings.outbox.columns)
    if file.blocks:
        return AudienceReport(tuple(finding for finding in file.findings if finding.blocks))
    return AudienceReport(split_names(file), count_people(file).words(workspace.shown(path)))
