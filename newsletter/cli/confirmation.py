"""The last question before a send: what goes, to how many, and whether it may."""

from __future__ import annotations

from collections.abc import Mapping

from newsletter.cli import output
from newsletter.cli.dispatch import Desk, Fit
from newsletter.delivery.send import Reach
from newsletter.delivery.words import moment, number
from newsletter.errors import UsageError
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import SendState
from newsletter.model.report import Severity

_WIDTH = 9


def summary(desk: Desk, ledger: Ledger, fit: Fit, to: Reach) -> dict[str, str]:
    """Return what is about to happen, name and value."""
    message = fit.outgoing.message
    count = number(len(to.keys), "person", "people")
    return {
        "Subject": message.subject,
        "From": f"{message.sender.name} <{message.sender.email}>",
        "To": f"{desk.target.audience}: {count}{_change(ledger, fit, len(to.keys))}{_had(to)}",
        "Through": f"{desk.provider.title}, {desk.provider.whereabouts()}",
        "When": f"now, {moment(ledger.clock(), desk.zone)}",
        "Findings": _findings(fit),
    }


def _change(ledger: Ledger, fit: Fit, count: int) -> str:
    """Say how the audience has changed since the last issue that went to it."""
    before = [
        one.recipients
        for one in ledger.campaigns()
        if one.target == fit.outgoing.target and one.issue != fit.outgoing.issue and one.state is SendState.SENT
    ]
    if not before:
        return ", for the first time"
    change = count - before[0]
    if not change:
        return ", as many as last time"
    return f", {abs(change):,} {'more' if change > 0 else 'fewer'} than last time"


def _had(to: Reach) -> str:
    return f" ({to.had_it:,} more had it already)" if to.had_it else ""


def _findings(fit: Fit) -> str:
    counts = [(severity, sum(one.severity is severity for one in fit.findings)) for severity in Severity]
    return ", ".join(number(count, str(severity)) for severity, count in counts if count) or "none"


def show(facts: Mapping[str, str]) -> None:
    """Show what is about to happen."""
    for name, value in facts.items():
        output.say(f"{name:<{_WIDTH}} {value}", indent="  ")
    output.say()


def permitted(count: int, *, yes: bool, as_json: bool) -> bool:
    """Ask whether to send to so many people; raise UsageError where nobody can be asked and --yes is not given."""
    if yes:
        return True
    if as_json or not output.at_terminal():
        raise UsageError(
            "Nobody can be asked here whether to send, so nothing was sent.",
            hint="Add --yes to send without a question.",
        )
    try:
        answer = output.ask(f"To send it, type the number of people ({count}); anything else stops.")
    except EOFError:
        return False
    return answer.replace(",", "").replace(".", "").replace(" ", "") == str(count)
