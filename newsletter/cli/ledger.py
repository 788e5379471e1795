"""`newsletter ledger`: show where the ledger is and what is in it, or move it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.workflow.workspace import Workspace

DETAILS = """\
The ledger also prevents an issue from being sent twice. Without options, this command shows where the ledger is and
whether it can be opened.

With --move-to, the whole ledger is copied to an empty file or database, such as a PostgreSQL database that several
computers share. The old ledger is then closed permanently, so that nobody uses it by mistake. Do not put a password in
the address."""

EXAMPLES = (
    ("newsletter ledger", "show where the ledger is"),
    ("newsletter ledger --move-to postgresql://newsletter@db.example.org/newsletter", "move it to a shared database"),
)


def command(
    target: Annotated[
        str | None, typer.Option("--move-to", metavar="ADDRESS", help="Move the ledger to this address.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show where the ledger is, or move it."""
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
    output.say(f"It can be opened, and has records of {len(issues):,} {'issue' if len(issues) == 1 else 'issues'}.")


def _absolute(address: str, root: Path) -> str:
    """Return an address as in the settings, where a file's path is relative to the settings folder."""
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
    output.done(f"The ledger was moved, with all its {rows:,} records. The old one is closed.")
    output.say("On every computer, replace the `ledger` line in newsletter.yaml with this one:")
    output.say(f"ledger: {written}", indent="  ", wrap=False)
