"""What is unusual about a send and confirmed separately: its date, a changed audience, an earlier send elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from newsletter.errors import UsageError
from newsletter.workflow.session import ReadyIssue, SendSession, login

if TYPE_CHECKING:
    from newsletter.ledger.store import Ledger
    from newsletter.model.sends import Purpose
    from newsletter.sending.earlier_sends import EarlierSends
    from newsletter.sending.policy import SendPolicy


class Accepted(NamedTuple):
    """What was accepted beforehand: the date of the issue, the fingerprint of the audience."""

    date: str | None = None
    audience: str | None = None
    earlier: str | None = None
    """The fingerprint of earlier sends of the same content."""


NOTHING_ACCEPTED = Accepted()


class Concern(NamedTuple):
    """Something to confirm separately: what it is, the option that accepts it, and what else can be done."""

    words: str
    option: str
    hint: str
    is_accepted: bool = False
    is_harmless: bool = False
    """Whether --yes accepts it too."""


def date_concern(
    session: SendSession, ready: ReadyIssue, when: dt.datetime, accepted: str | None, purpose: Purpose | None
) -> list[Concern]:
    """Return a concern if an issue would be sent on another day than its date; later sends of it are always late."""
    issue, date = ready.payload.issue, ready.date
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
    """Return a concern if the audience has changed a lot since the test or approval that counts."""
    from newsletter.ledger.records import ClearanceKind
    from newsletter.model.sends import Purpose
    from newsletter.sending.formatting import format_datetime
    from newsletter.sending.membership import compare
    from newsletter.sending.policy import last_audience

    if purpose is Purpose.CORRECTION:
        return []  # it is sent only to recipients who had the issue before
    found = last_audience(ledger, ready.payload, rules, login())
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
            f"{ready.target.words} has changed since {clearance.who} {did} on "
            f"{format_datetime(clearance.at, session.zone)}: {change.words}.",
            f"--accept-audience {now.fingerprint}",
            f"Check that it is the right list, and have the issue {again} again.",
            is_accepted=accepted == now.fingerprint,
        )
    ]


def earlier_concern(session: SendSession, earlier: EarlierSends | None, accepted: str | None) -> list[Concern]:
    """Return a concern if subscribers may already have the issue, from a send whose recipients cannot be left out."""
    if earlier is None or not earlier.found:
        return []
    return [
        Concern(
            earlier.in_words(session.zone),
            f"--accept-earlier {earlier.fingerprint}",
            f"Run `newsletter status {earlier.found[-1].issue}` to see who has it.",
            is_accepted=accepted == earlier.fingerprint,
        )
    ]
