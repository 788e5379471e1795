"""`newsletter doctor`: look the whole set-up over, and say what to ask of whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.errors import ContentError, ProviderError
from newsletter.model.diagnostics import Diagnostic, DiagnosticStatus
from newsletter.workflow.doctor import check_setup

DETAILS = """\
It looks at this computer, the settings, the templates, the service with its key and its audience, and the ledger; and
it asks the DNS whether mail from the sender's domain is believed: SPF, DKIM, DMARC, and where answers arrive. For each
thing that is wrong it says what that means for your readers, and what to ask of whom, with the line to paste where it
is known. Nothing is changed and nothing is sent, and no key is shown. The exit code is 3 where something must be
fixed, and 4 where the service could not be reached."""

EXAMPLES = (
    ("newsletter doctor", "before the first real send, and when issues end up in junk"),
    ("newsletter doctor --offline", "without asking the service or the DNS"),
    ("newsletter doctor --json", "for programs"),
)


_SIGNS = {
    DiagnosticStatus.FINE: ("✓", "green"),
    DiagnosticStatus.FIX: ("✗", "red"),
    DiagnosticStatus.LOOK: ("!", "yellow"),
    DiagnosticStatus.UNKNOWN: ("?", "dim"),
}

Report = Sequence[tuple[str, Sequence[Diagnostic]]]


def command(
    offline: Annotated[
        bool,
        typer.Option("--offline", envvar="NEWSLETTER_OFFLINE", show_envvar=False, help="Ask nothing of a network."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look the set-up over."""
    report = [(title, tuple(remarks)) for title, remarks in check_setup(offline=offline, progress=output.TERMINAL)]
    if as_json:
        output.print_json(as_data(report))
    else:
        tell(report)
    states = [(title, one) for title, remarks in report for one in remarks]
    if any(one.state is DiagnosticStatus.FIX for _, one in states):
        raise typer.Exit(ContentError.exit_code)
    if not offline and any(one.topic == "Service" and one.state is DiagnosticStatus.UNKNOWN for _, one in states):
        raise typer.Exit(ProviderError.exit_code)


def tell(report: Report) -> None:
    """Say all of it, and how many things are to be fixed."""
    for title, remarks in report:
        output.say(title, colour="bold")
        for remark in remarks:
            _tell(remark)
        output.say()
    every = [remark for _, remarks in report for remark in remarks]
    fix, look = (sum(one.state is state for one in every) for state in (DiagnosticStatus.FIX, DiagnosticStatus.LOOK))
    if fix:
        output.say(f"{fix} {'thing' if fix == 1 else 'things'} must be fixed.", colour="red")
    elif look:
        output.done("Nothing must be fixed.")
    else:
        output.done("Everything that was checked is in order.")
    if look:
        output.say(f"{look} could be better, where it says “!”.")


def _tell(remark: Diagnostic) -> None:
    sign, colour = _SIGNS[remark.state]
    output.say(f"{sign} {remark.topic}: {remark.words}", colour=colour, indent="  ")
    for words in (remark.meaning, remark.ask):
        if words:
            output.say(words, indent="      ")
    if remark.record:
        output.say(str(remark.record), colour="cyan", indent="        ", wrap=False)


def as_data(report: Report) -> dict[str, Any]:
    """Return a report as data for --json."""
    every = [remark for _, remarks in report for remark in remarks]
    return {
        "sound": not any(one.state is DiagnosticStatus.FIX for one in every),
        "parts": [
            {"title": title, "remarks": [one.model_dump(mode="json") for one in remarks]} for title, remarks in report
        ],
    }
