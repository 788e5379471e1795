"""The arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def complete_issue(incomplete: str) -> list[str]:
    """List the issues whose name starts so, for the shell's completion; nothing where no settings are found."""
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
        help="Which issue: its month (2024-02, february), file name or path. The newest where left out.",
        autocompletion=complete_issue,
        show_default=False,
    ),
]
"""Which issue a command is about."""

SegmentName = Annotated[
    str | None,
    typer.Option("--segment", metavar="SEGMENT", help="Only this part of the audience, by its name or id."),
]
"""Which part of the audience a command is about."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs to read.")]
"""Whether a program reads the output."""
