"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def complete_issue(incomplete: str) -> list[str]:
    """List the issues whose name starts with `incomplete`, for shell completion; empty without settings."""
    from newsletter.errors import NewsletterError
    from newsletter.workflow.workspace import Workspace

    try:
        paths = Workspace.find(Path.cwd()).issue_paths()
    except (NewsletterError, OSError):
        return []
    return [path.stem for path in reversed(paths) if path.stem.startswith(incomplete)]


IssueName = Annotated[
    str | None,
    typer.Argument(
        metavar="ISSUE",
        help="The issue: its month (2024-02, february), file name or path. [default: the newest]",
        autocompletion=complete_issue,
        show_default=False,
    ),
]
"""The issue that a command works on."""

IssueNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ISSUE]...",
        help="The issues: each its month (2024-02, february), file name or path. [default: the newest]",
        autocompletion=complete_issue,
        show_default=False,
    ),
]
"""The issues that a command works on."""

SegmentName = Annotated[
    str | None,
    typer.Option("--segment", metavar="SEGMENT", help="Only this segment of the audience, by its name or ID."),
]
"""The segment of the audience that a command works on."""

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object, for scripts.")]
"""Whether to print JSON."""
