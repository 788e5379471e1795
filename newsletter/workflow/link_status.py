"""The status of an issue's links, for the rules: fetched now, or cached."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import ContentError
from newsletter.workflow.progress import SILENT, Progress

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.preflight.fetch.cache import LinkCache
    from newsletter.preflight.links.status import LinkFact
    from newsletter.workflow.workspace import Workspace

    Links = Callable[[Workspace, LoadedIssue], Mapping[str, LinkFact]]
    """Returns the status of the links of an issue, by address."""

OFFLINE = "NEWSLETTER_OFFLINE"
"""The environment variable that, if set, keeps links from being fetched."""


def known_links(workspace: Workspace, _loaded: LoadedIssue) -> Mapping[str, LinkFact]:
    """Return the cached status of links, without using the network."""
    return _memory(workspace).known()


def looked_up(progress: Progress = SILENT) -> Links:
    """Return a function that fetches the links of an issue, each once, unless one worked recently.

    `progress` shows how many of them are done.
    """
    asked: dict[str, LinkFact] = {}

    def look(workspace: Workspace, loaded: LoadedIssue) -> Mapping[str, LinkFact]:
        from newsletter.preflight.links.occurrences import web_links
        from newsletter.preflight.text_spans import field_links, runs_of

        settings = workspace.settings
        links = web_links(runs_of(loaded.issue, settings.language), field_links(loaded.issue), settings.brand)
        memory = _memory(workspace)
        known = memory.trusted() | asked
        unknown = [link for link in links if link not in known]
        found = _found(unknown, local=settings.checks.local_links, progress=progress)
        asked.update(found)
        memory.keep(found)
        return known | found

    return look


def look_first(workspace: Workspace, path: Path, links: Links) -> None:
    """Fetch the links of an issue before it is fixed, so that fixes can use their status."""
    with contextlib.suppress(ContentError):  # one that cannot be read is told of later
        links(workspace, workspace.load_path(path))


def wants_network(*, offline: bool) -> bool:
    """Return whether links may be fetched: not with `--offline`, nor if the environment forbids it."""
    return not offline and not os.environ.get(OFFLINE)


def _found(links: Sequence[str], *, local: bool, progress: Progress) -> dict[str, LinkFact]:
    if not links:
        return {}
    from newsletter.preflight.fetch.crawler import look_behind

    with progress.steps("Looking at the links", len(links)) as step:
        return look_behind(links, local=local, step=lambda: step(1))


def _memory(workspace: Workspace) -> LinkCache:
    from newsletter.preflight.fetch.cache import LinkCache

    return LinkCache(workspace.root / ".newsletter" / "links.json", dt.datetime.now(dt.UTC))
