"""`newsletter compose`: write, preview and send an issue in the browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.arguments import IssueName
from newsletter.cli.browser import composer_server, serve_composer
from newsletter.errors import UsageError

DETAILS = """\
It starts the composer on this computer and opens it in your browser. The composer shows a form for every part of an
issue next to the email as readers will see it, and each finding of `newsletter check` next to its field. Changes are
saved to the issue's file as you type; comments and everything else in the file are kept. No other computer can open the
composer, and its page loads nothing from the web. Stop it with Ctrl-C: nothing is lost."""

EXAMPLES = (
    ("newsletter compose", "open the issue that was edited last"),
    ("newsletter compose 2024-02", "open the issue of February 2024"),
    ("newsletter compose --no-open --port 8700", "print the address, and always use the same port"),
)

Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=1,
        max=65535,
        metavar="PORT",
        help="The port to listen on. [default: any free port]",
        show_default=False,
    ),
]


def command(
    issue: IssueName = None,
    port: Port = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the address without opening a browser.")] = False,
) -> None:
    """Open the composer."""
    if not (no_open or sys.stdout.isatty()):
        raise UsageError(
            "The composer runs until it is stopped, and there is no terminal to stop it from.",
            hint="Run it in a terminal, or with --no-open to have it print its address and serve it.",
        )
    server = composer_server()
    if not server.is_built():
        raise UsageError(
            "The browser's part of the composer is not built yet.",
            hint="Run `make frontend` in the checkout, or install a released package.",
        )
    serve_composer(server, Path.cwd(), issue, view="form", port=port, no_open=no_open)
