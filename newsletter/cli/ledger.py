"""`newsletter ledger`: say where the ledger is and what it holds, or move it to another place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.workflow.workspace import Workspace

DETAILS = """\
The ledger is the record of what was sent to whom. Without an option, this says where it is and whether it can be
reached. With --move-to, all of it is copied to an empty place, such as a PostgreSQL database that several computers
share; then the old one is closed for good, so that nobody goes on with it by mistake. A password never stands in the
address."""

EXAMPLES = (
    ("newsletter ledger", "where it is, and whether it can be reached"),
    ("newsletter ledger --move-to postgresql://newsletter@db.example.org/newsletter", "share it by a database"),
)


def command(
    target: Annotated[
        str | None, typer.Option("--move-to", metavar="ADDRESS", help="Move the ledger to this address.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say where the ledger is, or move it."""
    settings = Workspace.find().settings
    source = settings.ledger_url
    if target is not None:
        _move(source, _absolute(target, settings.root), target, as_json=as_json)
        return
    from newsletter.ledger import open_ledger

    with open_ledger(source) as ledger:
        issues = ledger.history.issues()
    if as_json:
        output.print_json({"ledger": source, "issues": issues})
        return
    output.say(f"The ledger is at {source}.", wrap=False)
    output.say(f"It can be reached, and has records of {len(issues):,} {'issue' if len(issues) == 1 else 'issues'}.")


def _absolute(address: str, root: Path) -> str:
    """Return an address as the settings would give it: a file is looked for from their folder."""
    from newsletter.ledger.url import SQLITE

    if not address.startswith(SQLITE) or address == SQLITE:
        return address
    return SQLITE + (root / address.removeprefix(SQLITE)).absolute().as_posix()


def _move(source: str, target: str, written: str, *, as_json: bool) -> None:
    from newsletter.ledger.transfer import transfer_ledger

    rows = sum(transfer_ledger(source, target).values())
    if as_json:
        output.print_json({"ledger": target, "moved_from": source, "rows": rows})
        return
    output.done(f"The ledger has moved, all {rows:,} rows of it. The old one is closed.")
    output.say("Now write this line into newsletter.yaml, in place of the one with `ledger`, on every computer:")
    output.say(f"ledger: {written}", indent="  ", wrap=False)
