"""`newsletter rehearse`: a simulated provider on this computer, which misbehaves on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.workflow import rehearse_provider as use_case

if TYPE_CHECKING:
    from newsletter.rehearsal.rehearse import Rehearsal

DETAILS = """\
The simulation behaves like the provider that you name, including its error messages, but runs only on this computer:
nothing is delivered to anyone. Leave it running, and work on your newsletter in another terminal. Stop it with Ctrl-C.

With --fault, requests fail in a way you choose, so that you can see what happens when things go wrong. With --json,
every line of output is one JSON object."""

EXAMPLES = (
    ("newsletter rehearse mailchimp", "run a simulated Mailchimp"),
    ("newsletter rehearse brevo --outbox sent", "write each recipient's email to the folder sent"),
    ("newsletter rehearse mailchimp --fault send:timeout_after", "accept the send, but never respond"),
    ("newsletter rehearse resend --fault create:429:2", "respond with “too many requests” twice"),
)


def command(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="The provider to simulate.")],
    port: Annotated[
        int,
        typer.Option("--port", metavar="NUMBER", min=0, max=65535, help="The port to listen on; 0 for any free port."),
    ] = 8025,
    faults: Annotated[
        list[str] | None,
        typer.Option(
            "--fault", metavar="CALL:FAULT[:TIMES]", help="A failure to simulate. Can be repeated.", show_default=False
        ),
    ] = None,
    outbox: Annotated[
        Path | None,
        typer.Option(
            "--outbox", metavar="FOLDER", help="Write each recipient's email to this folder.", show_default=False
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state", metavar="FILE", help="Keep the provider's state in a file, for the next run.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a simulated provider."""
    log = _Log(as_json=as_json)
    rehearsal = use_case.prepare_rehearsal(
        provider,
        port=port,
        faults=faults or (),
        outbox=outbox,
        state=state,
        on_entry=lambda entry: log.write("request", asdict(entry), use_case.request_line(entry)),
        on_dispatch=lambda sent, place: log.write(
            "sending", use_case.dispatch_data(sent, place), use_case.dispatch_line(sent, place)
        ),
    )
    try:
        with rehearsal:
            _run_until_stopped(log, rehearsal, outbox)
            if as_json:
                log.write("end", use_case.summary_data(rehearsal))
            else:
                _show(use_case.summary_lines(rehearsal))
    except KeyboardInterrupt:
        output.complain("Stopped.")  # pressed while it was starting or stopping


def _run_until_stopped(log: _Log, rehearsal: Rehearsal, outbox: Path | None) -> None:
    """Explain how to use it and wait; Ctrl-C during the introduction ends both."""
    try:
        if log.as_json:
            facts = {"provider": rehearsal.kind.name, "base_url": rehearsal.base_url, "keys": dict(rehearsal.keys)}
            log.write("rehearsal", facts)
        else:
            _show(use_case.introduction_lines(rehearsal, outbox))
        threading.Event().wait()
    except KeyboardInterrupt:
        output.complain("")


def _show(lines: Iterable[use_case.Line]) -> None:
    for line, style in lines:
        if style == "done":
            output.done(line)
        else:
            output.say(line, colour=style, wrap=not line.startswith("  "))


class _Log:
    """Shows each event to a person or a program; written from several threads."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._lock = threading.Lock()

    def write(self, what: str, data: Any, line: use_case.Line = ("", "")) -> None:
        with self._lock:
            if self.as_json:
                output.say(json.dumps({what: data}, default=str), wrap=False)
            else:
                output.say(line[0], colour=line[1])
