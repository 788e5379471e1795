"""Remind of the page that the emails link to, where the archive does not have it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace


def publish_steps(workspace: Workspace, issue: str) -> list[str]:
    """Return the command that publishes an issue before it is sent; none where the emails do not link to the archive.

    Readers open the link in the first minutes, when the page must be there.
    """
    from newsletter.archive.addresses import addresses_of

    settings = workspace.settings
    addresses = addresses_of(settings.archive.url, settings.links.view_online)
    if not (settings.archive.url and addresses.is_linked):
        return []
    if (settings.archive_folder / addresses.issue_file(issue)).is_file():
        return []
    return [f"newsletter archive build --include {issue} # and upload it before you send: the emails link to its page"]
