"""`newsletter serve`: run the public pages of your own list."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson

DETAILS = """\
It runs the website of your own list until it is stopped with Ctrl-C or a signal: sign-up with a confirmation by email,
one-click unsubscribing, preferences, issues online, and reports of bounces and complaints by mail services. `serve` in
newsletter.yaml has its settings. Put a web server in front of it for https.

The first start creates the secret of the list, if it is missing. Keep a copy: without it, no link in any email
works."""

EXAMPLES = (
    ("newsletter serve", "run the public pages"),
    ("newsletter serve --port 8080", "listen on another port"),
)


def command(
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="HOST", help="The network interface to listen on. [default: from the settings]"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=1, max=65535, metavar="PORT", help="The port to listen on. [default: from the settings]"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the public pages."""
    server = importlib.import_module("newsletter.web.public.server")

    def ready(here: str, public: str) -> None:
        if as_json:
            output.print_json({"listening": here, "address": public})
            return
        output.say(f"The public pages run at {here}, for {public}")
        output.say("Press Ctrl-C to stop them.")

    try:
        server.serve(Path.cwd(), host=host, port=port, on_ready=ready)
    except KeyboardInterrupt:
        output.complain("\nStopped.")
        raise SystemExit(130) from None
