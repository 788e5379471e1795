"""The application: the commands gathered, errors turned into words and exit codes."""

from __future__ import annotations


def run() -> None:
    """Run the command line."""
