"""The recipients of a send whose delivery is uncertain, listed on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.cli import output
from newsletter.workflow.session import SendSession

MOST_NAMED = 20
"""How many recipients are listed; `status --json` lists all of them."""


def list_uncertain(session: SendSession, keys: Sequence[str], issue: str) -> None:
    """List the recipients with these keys on stderr, and say how many more there are."""
    for name in session.named(keys[:MOST_NAMED], issue):
        output.complain(f"in doubt: {name}", wrap=False)
    if len(keys) > MOST_NAMED:
        output.complain(f"and {len(keys) - MOST_NAMED:,} more: newsletter status {issue} --json names them all")
