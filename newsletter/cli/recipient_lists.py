"""Lists of recipients on the terminal: those whose delivery is uncertain, and those who were refused or deferred."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.cli import output
from newsletter.workflow.recipient_names import RefusedRecipient, describe_recipients
from newsletter.workflow.session import SendSession

if TYPE_CHECKING:
    from newsletter.ledger.records import Send

MOST_UNCERTAIN = 20
"""How many uncertain recipients are listed; `status --json` lists all of them."""
MOST_REFUSED = 1000
"""How many refused recipients are listed; `--json` lists all of them."""


def list_uncertain(session: SendSession, keys: Sequence[str], send: Send) -> None:
    """List the recipients with these keys on stderr, at most MOST_UNCERTAIN, and count the others."""
    for name in describe_recipients(session, keys[:MOST_UNCERTAIN], send):
        output.complain(f"uncertain: {name}", wrap=False)
    more = len(keys) - MOST_UNCERTAIN
    if more > 0:
        output.complain(f"and {more:,} more. `newsletter status {send.issue} --json` lists all of them.")


def list_refused(refused: Sequence[RefusedRecipient], *, to_stderr: bool = False) -> None:
    """List recipients who were refused or deferred, one a line: line of the list, masked address, reason."""
    put = output.complain if to_stderr else output.say
    for one in refused[:MOST_REFUSED]:
        put(str(one), indent="  ", wrap=False)
    more = len(refused) - MOST_REFUSED
    if more > 0:
        put(f"and {more:,} more, which --json lists.", indent="  ")
