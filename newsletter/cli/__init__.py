"""The command line: one module a command."""

from __future__ import annotations


def main() -> None:
    """Run the command that the arguments name."""
    from newsletter.cli.app import run

    run()
