"""What is unusual about a send and is confirmed apart: a date that is not today, an audience that has changed a lot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.cli import output
from newsletter.errors import GateError, UsageError
from newsletter.workflow.session import login

if TYPE_CHECKING:
    from newsletter.ledger.store import Ledger
    from newsletter.model.sends import Purpose
    from newsletter.sending.policy import SendPolicy
    from newsletter.workflow.session import ReadyIssue, SendSession


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted on the command line: the date of the issue, the fingerprint of the audience."""

    date: str | None = None
    audience: str | None = None


NOTHING_ACCEPTED = Accepted()


@dataclass(frozen=True, slots=True)
class Concern:
    """Something to confirm apart: what it is, how to accept it without a question, and what else can be done."""

    words: str
    option: str
    hint: str
    is_accepted: bool = False
    is_harmless: bool = False
    """Whether --yes accepts it too."""


def date_concern(
    session: SendSession, ready: ReadyIssue, when: dt.datetime, accepted: str | None, purpose: Purpose | None
) -> list[Concern]:
    """Return a concern where an issue would not go on the day that stands in it; further sends go later anyway."""
    issue, date = ready.outgoing.issue, ready.date
    if accepted is not None and accepted != f"{date}":
        raise UsageError(
            f"--accept-date {accepted} is not the date of {issue}, which is {date}.", hint="Nothing was sent."
        )
    day = when.astimezone(session.zone).date()
    if date is None or purpose is not None or date == day:
        return []
    return [
        Concern(
            f"{issue} is dated {_day(date)}, and would be sent on {_day(day)}.",
            f"--accept-date {date}",
            f"Correct `date` in the issue, or send it on that day{_at(session, date)}",
            is_accepted=accepted is not None,
            is_harmless=date < day,
        )
    ]


def _at(session: SendSession, date: dt.date) -> str:
    from newsletter.providers.capabilities import Feature

    if Feature.SCHEDULE not in session.provider.about.features:
        return "."
    return f" (--at '{date} 09:00')."


def _day(date: dt.date) -> str:
    return f"{date:%A} {date.day} {date:%B %Y}"


def audience_concern(
    session: SendSession,
    ledger: Ledger,
    ready: ReadyIssue,
    rules: SendPolicy,
    accepted: str | None,
    purpose: Purpose | None,
) -> list[Concern]:
    """Return a concern where the audience has changed a lot since the test or the approval that counts."""
    from newsletter.ledger.records import ClearanceKind
    from newsletter.model.sends import Purpose
    from newsletter.sending.formatting import format_datetime
    from newsletter.sending.membership import compare
    from newsletter.sending.policy import last_audience

    if purpose is Purpose.CORRECTION:
        return []  # it goes to those alone who had the issue before
    found = last_audience(ledger, ready.outgoing, rules, login())
    if found is None:
        return []
    clearance, before = found
    now = session.membership(ready)
    change = compare(before, now)
    if change is None or not change.is_large(session.workspace.settings.before_sending.audience_change):
        return []
    did = "approved it" if clearance.kind is ClearanceKind.APPROVAL else "tested it"
    again = "approved" if clearance.kind is ClearanceKind.APPROVAL else "tested"
    return [
        Concern(
            f"{ready.aim.words} has changed since {clearance.who} {did} on "
            f"{format_datetime(clearance.at, session.zone)}: {change.words}.",
            f"--accept-audience {now.fingerprint}",
            f"Check that it is the right list; have the issue {again} again for it.",
            is_accepted=accepted == now.fingerprint,
        )
    ]


def confirm_unusual(concerns: Sequence[Concern], *, yes: bool, as_json: bool) -> bool:
    """Ask about each concern that was not accepted; raise GateError where it cannot be asked about."""
    open_ones = [one for one in concerns if not one.is_accepted]
    if not yes and (as_json or not output.at_terminal()):
        return True  # nobody can be asked to send at all, which is refused next
    if yes:
        for one in open_ones:
            if not one.is_harmless:
                raise GateError(
                    one.words, hint=f"Nothing was sent. {one.hint} If it is right as it is, add {one.option}."
                )
            output.complain(f"Note: {one.words}")
        return True
    for one in open_ones:
        output.say(one.words, colour="yellow")
        try:
            if output.ask("Is that right? (yes/no)").casefold() not in {"y", "yes"}:
                return False
        except EOFError:
            return False
    return True
