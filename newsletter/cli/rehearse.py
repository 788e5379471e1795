"""`newsletter rehearse`: run a simulated provider on this computer, with failures on demand."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.errors import NewsletterError
from newsletter.workflow.paths import shown_path

if TYPE_CHECKING:
    from newsletter.rehearsal.rehearse import Rehearsal
    from newsletter.rehearsal.request_handler import Entry
    from newsletter.rehearsal.state import Dispatch

DETAILS = """\
It behaves like the provider that you name, including its error messages, but runs only on this computer: nothing is
delivered to anyone. Leave it running, and work on your newsletter in another terminal. Stop it with Ctrl-C.

With --fault, requests fail in the way you choose, so that you can see what happens when things go wrong. With --json,
every line of output is one JSON object."""

EXAMPLES = (
    ("newsletter rehearse mailchimp", "run a simulated Mailchimp"),
    ("newsletter rehearse brevo --outbox sent", "write what each recipient would get to the folder sent"),
    ("newsletter rehearse mailchimp --fault send:timeout_after", "send, but let the response time out"),
    ("newsletter rehearse resend --fault create:429:2", "answer “too many requests” twice"),
)

SENDING_SECONDS = 5.0
SLOWNESS = 10.0


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
            "--outbox", metavar="FOLDER", help="Write what each recipient would get to a folder.", show_default=False
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
    from newsletter.rehearsal.rehearse import Manners, Rehearsal

    teller = _Teller(as_json=as_json)
    rehearsal = Rehearsal(
        provider.casefold(),
        port=port,
        faults=faults or (),
        outbox=outbox,
        state=state,
        sender=_sender(),
        manners=Manners(sending_seconds=SENDING_SECONDS, slowness=SLOWNESS, poll_seconds=0.2),
        on_entry=teller.request,
        on_dispatch=teller.dispatch,
    )
    try:
        with rehearsal:
            _tell_until_stopped(teller, rehearsal, outbox)
            teller.end(rehearsal)
    except KeyboardInterrupt:
        output.complain("Stopped.")  # pressed while it was starting or stopping


def _tell_until_stopped(teller: _Teller, rehearsal: Rehearsal, outbox: Path | None) -> None:
    """Explain how to use it and wait for Ctrl-C, which may come while the explanation is written."""
    try:
        teller.start(rehearsal, outbox)
        threading.Event().wait()
    except KeyboardInterrupt:
        output.complain("")


def _sender() -> tuple[str, str]:
    """Return the sender of this folder's settings, which the provider must know; a sample sender elsewhere."""
    from newsletter.rehearsal.rehearse import SENDER
    from newsletter.settings import find_settings, load_settings

    try:
        settings = load_settings(find_settings(Path.cwd()))
    except NewsletterError:
        return SENDER
    return settings.sender.name, str(settings.sender.email)


class _Teller:
    """Shows what happens, as text or JSON lines; called from several threads."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = threading.Lock()

    def _say(self, what: str, data: Any, line: str = "", colour: str = "") -> None:
        with self._lock:
            if self._as_json:
                output.say(json.dumps({what: data}, default=str), wrap=False)
            else:
                output.say(line, colour=colour)

    def start(self, rehearsal: Rehearsal, outbox: Path | None) -> None:
        """Explain how to use it."""
        if self._as_json:
            facts = {"provider": rehearsal.kind.name, "base_url": rehearsal.base_url, "keys": dict(rehearsal.keys)}
            self._say("rehearsal", facts)
        else:
            _introduce(rehearsal, outbox)

    def request(self, entry: Entry) -> None:
        """Show one request."""
        self._say("request", asdict(entry), *line_of(entry))

    def dispatch(self, dispatch: Dispatch, place: Path | None) -> None:
        """Show the progress of a campaign."""
        data = {"name": dispatch.name, "gone": dispatch.gone, "recipients": len(dispatch.people), "folder": place}
        self._say("sending", data, *news_of(dispatch, place))

    def end(self, rehearsal: Rehearsal) -> None:
        """Sum up."""
        if self._as_json:
            sent = [{"name": one.name, "gone": one.gone} for one in rehearsal.sent_campaigns()]
            self._say("end", {"requests": len(rehearsal.requests()), "tests": len(rehearsal.tests()), "sent": sent})
        else:
            _sum_up(rehearsal)


def _introduce(rehearsal: Rehearsal, outbox: Path | None) -> None:
    from newsletter.rehearsal.fault import CALLS

    output.done(f"A simulated {rehearsal.kind.title} is running at {rehearsal.base_url}.")
    output.say("Nothing that is sent to it is delivered to anyone.")
    output.say("\nIn newsletter.yaml, replace the provider's settings with these lines:\n")
    for line in settings_lines(rehearsal):
        output.say(line, indent="  ", wrap=False)
    output.say("\nIn the terminal where you work, set the simulated key:\n")
    for variable, key in rehearsal.keys.items():
        output.say(f"export {variable}={key}", indent="  ", colour="cyan", wrap=False)
    output.say()
    for fault in rehearsal.desk.faults.left():
        often = "" if fault.times == 1 else f" ({fault.times} times)"
        line = f"Simulated failure: when newsletter {CALLS[fault.call]}, the provider {fault.kind.words}{often}."
        output.say(line, colour="yellow")
    if outbox:
        output.say(f"What recipients would get is written to {shown_path(outbox)}.")
    output.say("Requests are listed below. Press Ctrl-C to stop.\n")


def settings_lines(rehearsal: Rehearsal) -> list[str]:
    """Return the lines for newsletter.yaml that use the simulated provider."""
    kind = rehearsal.kind
    more = [f"  {name}: {value}" for name, value in kind.settings.items()]
    return [f"provider: {kind.name}", f"{kind.name}:", f"  base_url: {rehearsal.base_url}", *more]


def line_of(entry: Entry) -> tuple[str, str]:
    """Return the line of the log for one request, and its colour."""
    from newsletter.rehearsal.fault import CALLS, FaultKind

    what = CALLS[entry.call] if entry.call else f"requests {entry.method} {entry.path}, which does not exist"
    line = f"{entry.at[11:19]}  {what}"
    if entry.fault:
        return f"{line}. As you asked, the provider {FaultKind(entry.fault).words}.", "yellow"
    if entry.status >= 400:
        return f"{line}. Refused ({entry.status}): {output.sentence(entry.said or 'no message')}", "red"
    return f"{line}.", ""


def news_of(dispatch: Dispatch, place: Path | None) -> tuple[str, str]:
    """Return the line that shows the progress of a campaign, and its colour."""
    where = f" See {shown_path(place)}." if place else ""
    return f"          {dispatch.gone:,} of {len(dispatch.people):,} received “{dispatch.name}”.{where}", "green"


def _sum_up(rehearsal: Rehearsal) -> None:
    sent = rehearsal.sent_campaigns()
    output.say(f"Stopped. Requests: {len(rehearsal.requests()):,}. Tests: {len(rehearsal.tests())}.")
    if not sent:
        output.say("No campaign was sent.")
    for name in dict.fromkeys(one.name for one in sent):
        times = [one for one in sent if one.name == name]
        if len(times) == 1:
            output.done(f"“{name}” was sent once, to {times[0].gone:,} of {len(times[0].people):,}.")
        else:
            output.say(f"“{name}” was sent {len(times)} times!", colour="red")
    unknown = sorted({tag for one in sent for tag in rehearsal.desk.service.unknown_tags(one.mail)})
    if unknown:
        output.say(f"Unknown merge tags: {', '.join(unknown)}. Readers would see nothing in their place.")
