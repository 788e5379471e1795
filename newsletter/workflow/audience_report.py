"""Check the audience file: whether it can be used, and how many subscribers get an issue."""

from __future__ import annotations

from os.path import lexists
from typing import TYPE_CHECKING, NamedTuple

from newsletter.providers.registry import adapter

if TYPE_CHECKING:
    from newsletter.model.findings import Finding
    from newsletter.workflow.workspace import Workspace


class AudienceReport(NamedTuple):
    """The errors of the audience file or, without any, its other findings and who gets an issue."""

    findings: tuple[Finding, ...] = ()
    words: str = ""


def report_audience(workspace: Workspace) -> AudienceReport:
    """Check the audience file; the report is empty if the provider keeps the list."""
    from newsletter.audience.csv_file import open_audience, split_names
    from newsletter.audience.quick_stats import count_people

    settings = workspace.settings
    path = settings.audience_file
    if not adapter(settings.provider).reads_audience_file:
        return AudienceReport()
    if settings.has_own_list:
        from newsletter.workflow.own_list import count_own_list

        count = count_own_list(settings)[0]
        return AudienceReport(words=f"{count:,} {'person' if count == 1 else 'people'} in your own list")
    if not lexists(path):
        return AudienceReport(words=f"nobody, because {workspace.shown(path)} does not exist")
    file = open_audience(path, workspace.shown(path), settings.outbox.columns)
    if file.blocks:
        return AudienceReport(tuple(finding for finding in file.findings if finding.blocks))
    return AudienceReport(split_names(file), count_people(file).words(workspace.shown(path)))
