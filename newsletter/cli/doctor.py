"""`newsletter doctor`: check the whole setup, and explain what to change and who can change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson
from newsletter.errors import ContentError, ProviderError
from newsletter.model.diagnostics import Diagnostic, DiagnosticStatus
from newsletter.workflow.doctor import check_setup

DETAILS = """\
It checks this computer, the settings, the templates, the ledger, and the provider with its key and audience. It also
looks up the DNS records that decide whether mail from your domain is accepted: SPF, DKIM, DMARC, and MX for replies.
For each problem it explains what it means for your readers, what to change and who can change it. If possible, it shows
the exact line to add.

Nothing is changed, nothing is sent and no key is shown. The exit code is 3 if something must be fixed, and 4 if the
provider could not be reached."""

EXAMPLES = (
    ("newsletter doctor", "check the setup, for example before the first real send"),
    ("newsletter doctor --offline", "check without contacting the provider or the DNS"),
    ("newsletter doctor --json", "print JSON, for scripts"),
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
        typer.Option("--offline", envvar="NEWSLETTER_OFFLINE", show_envvar=False, help="Do not use the network."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the setup."""
    report = [(title, tuple(remarks)) for title, remarks in check_setup(offline=offline, progress=terminal.TERMINAL)]
    if as_json:
        output.print_json(as_data(report))
    else:
        tell(report)
    states = [(title, one) for title, remarks in report for one in remarks]
    if any(one.state is DiagnosticStatus.FIX for _, one in states):
        raise typer.Exit(ContentError.exit_code)
    if not offline and any(one.topic == "Provider" and one.state is DiagnosticStatus.UNKNOWN for _, one in states):
        raise typer.Exit(ProviderError.exit_code)


def tell(report: Report) -> None:
    """Show the report, and how many things must be fixed."""
    for title, remarks in report:
        output.say(title, colour="bold")
        for remark in remarks:
            _tell(remark)
        output.say()
    every = [remark for _, remarks in report for remark in remarks]
    fix, look = (sum(one.state is state for one in every) for state in (DiagnosticStatus.FIX, DiagnosticStatus.LOOK))
    if fix:
        output.say(f"{fix} {'problem' if fix == 1 else 'problems'} to fix (✗).", colour="red")
    elif look:
        output.done("No problems found.")
    else:
        output.done("Everything that was checked is fine.")
    if look:
        output.say(f"{look} {'thing' if look == 1 else 'things'} to improve (!).")
    not_checked = [one.topic for one in every if one.state is DiagnosticStatus.UNKNOWN and one.topic != "Keyring"]
    if not_checked:
        output.say(f"Not checked (?): {', '.join(dict.fromkeys(not_checked))}.", colour="yellow")


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
