"""What is behind an issue's links, for the checks: looked at now, or as it was found before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.cli.workspace import Workspace
    from newsletter.loading.issue_file import LoadedIssue
    from newsletter.preflight.link_memory import LinkMemory
    from newsletter.preflight.verdict import LinkFact

    Links = Callable[[Workspace, LoadedIssue], Mapping[str, LinkFact]]
    """What knows what is behind the links of an issue, by the address of each."""


def known_links(workspace: Workspace, _loaded: LoadedIssue) -> Mapping[str, LinkFact]:
    """Return what was found behind links in the last days, and ask nothing of a network."""
    return _memory(workspace).known()


def _memory(workspace: Workspace) -> LinkMemory:
    from newsletter.preflight.link_memory import LinkMemory

    return LinkMemory(workspace.root / ".newsletter" / "links.json", dt.datetime.now(dt.UTC))
