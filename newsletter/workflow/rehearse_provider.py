"""Run a simulated provider for a person to practise on, and say what happens at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError
from newsletter.workflow.paths import shown_path

if TYPE_CHECKING:
    from newsletter.rehearsal.rehearse import Rehearsal
    from newsletter.rehearsal.request_handler import Entry
    from newsletter.rehearsal.state import Dispatch

SENDING_SECONDS = 5.0
SLOWNESS = 10.0

Line = tuple[str, str]
"""A line for people, and how it is shown: a colour, `done`, or nothing."""


def prepare_rehearsal(
    provider: str,
    *,
    port: int,
    faults: Sequence[str],
    outbox: Path | None,
    state: Path | None,
    on_entry: Callable[[Entry], None],
    on_dispatch: Callable[[Dispatch, Path | None], None],
) -> Rehearsal:
    """Return a rehearsal that has not started; raise UsageError for an unknown provider or fault."""
    from newsletter.rehearsal.rehearse import Rehearsal, RehearsalTiming

    return Rehearsal(
        provider.casefold(),
        port=port,
        faults=faults,
        outbox=outbox,
        state=state,
        sender=_sender(),
        timing=RehearsalTiming(sending_seconds=SENDING_SECONDS, slowness=SLOWNESS, poll_seconds=0.2),
        on_entry=on_entry,
        on_dispatch=on_dispatch,
    )


def _sender() -> tuple[str, str]:
    """Return the sender of this folder's settings, so that the provider knows them; an example elsewhere."""
    from newsletter.rehearsal.rehearse import SENDER
    from newsletter.settings_file import find_settings, load_settings

    try:
        settings = load_settings(find_settings(Path.cwd()))
    except NewsletterError:
        return SENDER
    return settings.sender.name, str(settings.sender.email)


def settings_lines(rehearsal: Rehearsal) -> list[str]:
    """Return the lines for newsletter.yaml that make the newsletter use the rehearsal."""
    kind = rehearsal.kind
    more = [f"  {name}: {value}" for name, value in kind.settings.items()]
    return [f"provider: {kind.name}", f"{kind.name}:", f"  base_url: {rehearsal.base_url}", *more]


def introduction_lines(rehearsal: Rehearsal, outbox: Path | None) -> Iterator[Line]:
    """Yield how to use a rehearsal; lines that begin with two spaces are to be copied."""
    from newsletter.rehearsal.fault import CALLS

    yield f"A simulated {rehearsal.kind.title} is running at {rehearsal.base_url}.", "done"
    yield "Nothing that is sent to it is delivered to anyone.", ""
    yield "\nIn newsletter.yaml, replace the provider's settings with these lines:\n", ""
    for line in settings_lines(rehearsal):
        yield f"  {line}", ""
    yield "\nIn the terminal where you work, set the simulated key:\n", ""
    for variable, key in rehearsal.keys.items():
        yield f"  export {variable}={key}", "cyan"
    yield "", ""
    for fault in rehearsal.handler.faults.left():
        times = "" if fault.times == 1 else f" ({fault.times} times)"
        what = f"when newsletter {CALLS[fault.call]}, the provider {fault.kind.words}{times}"
        yield f"Simulated failure: {what}.", "yellow"
    if outbox:
        yield f"What recipients would get is written to {shown_path(outbox)}.", ""
    yield "Requests are listed below. Press Ctrl-C to stop.\n", ""


def request_line(entry: Entry) -> Line:
    """Return the line of the log for one request."""
    from newsletter.rehearsal.fault import CALLS, FaultKind

    what = CALLS[entry.call] if entry.call else f"asks for {entry.method} {entry.path}, which is not there"
    line = f"{entry.at[11:19]}  {what}"
    if entry.fault:
        return f"{line}. As you asked, the provider {FaultKind(entry.fault).words}.", "yellow"
    if entry.status >= 400:
        said = entry.said or "no message"
        end = "" if said.endswith((".", "!", "?")) else "."
        return f"{line}. Refused ({entry.status}): {said[:1].upper()}{said[1:]}{end}", "red"
    return f"{line}.", ""


def dispatch_data(dispatch: Dispatch, place: Path | None) -> dict[str, Any]:
    """Return how far a send has come, for programs."""
    return {"name": dispatch.name, "gone": dispatch.gone, "recipients": len(dispatch.people), "folder": place}


def dispatch_line(dispatch: Dispatch, place: Path | None) -> Line:
    """Return the line that says how far a send has come."""
    where = f" See {shown_path(place)}." if place else ""
    return f"          {dispatch.gone:,} of {len(dispatch.people):,} received “{dispatch.name}”.{where}", "green"


def summary_lines(rehearsal: Rehearsal) -> Iterator[Line]:
    """Yield what happened in a rehearsal."""
    sent = rehearsal.sent_campaigns()
    requests, tests = len(rehearsal.requests()), len(rehearsal.tests())
    yield f"Stopped. Requests: {requests:,}. Tests: {tests}.", ""
    if not sent:
        yield "No campaign was sent.", ""
    for name in dict.fromkeys(one.name for one in sent):
        times = [one for one in sent if one.name == name]
        if len(times) == 1:
            yield f"“{name}” was sent once, to {times[0].gone:,} of {len(times[0].people):,}.", "done"
        else:
            yield f"“{name}” was sent {len(times)} times!", "red"
    unknown = sorted({tag for one in sent for tag in rehearsal.handler.service.unknown_tags(one.mail)})
    if unknown:
        yield (
            f"The provider does not know the merge tags {', '.join(unknown)}: readers saw nothing in their place.",
            "red",
        )


def summary_data(rehearsal: Rehearsal) -> dict[str, Any]:
    """Return what happened in a rehearsal, for programs."""
    sent = [{"name": one.name, "gone": one.gone} for one in rehearsal.sent_campaigns()]
    return {"requests": len(rehearsal.requests()), "tests": len(rehearsal.tests()), "sent": sent}
