"""The command line: one module a command."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command that the arguments name, and leave without a last search for garbage."""
    from newsletter.cli.app import run

    try:
        run()
    finally:
        # a process that ends gives everything back anyway; looking through it first took a seventh of the time
        gc.freeze()
