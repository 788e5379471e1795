"""A list of the recipients whose delivery is uncertain, on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.cli import output
from newsletter.workflow.session import SendSession

MOST_NAMED = 20
"""How many recipients are listed; `status --json` lists all of them."""


def list_uncertain(session: SendSession, keys: Sequence[str], issue: str) -> None:
    """List the recipients with these keys on stderr, at most MOST_NAMED, and count the others."""
    for name in session.named(keys[:MOST_NAMED], issue):
        output.complain(f"uncertain: {name}", wrap=False)
    if len(keys) > MOST_NAMED:
        output.complain(f"and {len(keys) - MOST_NAMED:,} more. `newsletter status {issue} --json` lists all of them.")
