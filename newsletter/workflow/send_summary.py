"""The summary of what is about to be sent, shown before a send is confirmed."""

from __future__ import annotations

import datetime as dt

from newsletter.ledger.store import Ledger
from newsletter.model.findings import Severity
from newsletter.model.sends import Purpose, SendState
from newsletter.preflight.rules.sending.audience import is_far_from
from newsletter.sending.formatting import count_noun, format_datetime
from newsletter.sending.policy import counting_approval
from newsletter.sending.recipients import RecipientPlan
from newsletter.sending.schedule import other_of_two
from newsletter.workflow.session import ReadyIssue, SendSession, login

_WHO = {Purpose.CORRECTION: ", as a correction", Purpose.REMAINDER: " without the issue"}
"""What is special about the recipients of a further send, after their number."""


def direct_summary(
    session: SendSession, ledger: Ledger, ready: ReadyIssue, to: RecipientPlan, purpose: Purpose | None = None
) -> dict[str, str]:
    """Return what is about to be sent: subject, sender, recipients, provider, time, name and value."""
    message = ready.payload.message
    count = count_noun(len(to.keys), "recipient")
    change = "" if purpose or to.had_it else _change(ledger, ready, len(to.keys))
    again = _WHO[purpose] if purpose is Purpose.CORRECTION else ""  # the others are described in the brackets
    return {
        "Subject": message.subject,
        "From": f"{message.sender.name} <{message.sender.email}>",
        "To": f"{ready.target.words}: {count}{again}{change}{_had(to)}",
        **_left_out(session),
        "Through": f"{session.direct.title}, {session.direct.whereabouts()}",
        "When": f"now, {format_datetime(ledger.clock(), session.zone)}",
        **_approved(session, ledger, ready),
        "Findings": _findings(ready),
    }


def campaign_summary(
    session: SendSession, ledger: Ledger, ready: ReadyIssue, when: dt.datetime | None, purpose: Purpose | None = None
) -> dict[str, str]:
    """Return what the provider is about to send: subject, sender, recipients, time, name and value."""
    message, count = ready.payload.message, ready.target.count
    people = "an unknown number of recipients" if count is None else count_noun(count, "recipient")
    change = "" if count is None or purpose else _change(ledger, ready, count)
    if when is None:
        hour = f"now, {format_datetime(ledger.clock(), session.zone)}: it cannot be cancelled"
    else:
        other = other_of_two(when.astimezone(session.zone))
        choice = f" For the other {when.astimezone(session.zone):%H:%M}, use --at '{other}'." if other else ""
        hour = f"{format_datetime(when, session.zone)}: until then it can be cancelled{'.' if choice else ''}{choice}"
    return {
        "Subject": message.subject,
        "From": f"{message.sender.name} <{message.sender.email}>",
        "To": f"{ready.target.words}: {people}{_WHO.get(purpose, '') if purpose else change}",
        "Through": session.provider.title,
        "When": hour,
        **_approved(session, ledger, ready),
        "Findings": _findings(ready),
    }


def _left_out(session: SendSession) -> dict[str, str]:
    """Return how many people in the audience file get nothing, and why; empty for other audiences."""
    words = session.people.left_out_words if session.reads_audience_file else ""
    return {"Left out": words} if words else {}


def _approved(session: SendSession, ledger: Ledger, ready: ReadyIssue) -> dict[str, str]:
    """Return who approved it and under which login, if the settings require approval."""
    rules = session.rules
    found = counting_approval(ledger, ready.payload, rules, login()) if rules.approval else None
    if found is None:
        return {}
    if found.account is None:
        under = ""
    elif found.account == rules.account:
        under = ", under your own login, so the name is not verified"
    else:
        under = f", under the login {found.account}"
    return {"Approved": f"by {found.who}{under}, {format_datetime(found.at, session.zone)}"}


def _change(ledger: Ledger, ready: ReadyIssue, count: int) -> str:
    """Describe how the audience has changed since the last issue that was sent to it."""
    payload = ready.payload
    before = [
        one.recipients
        for one in ledger.sends.all(provider=payload.target.provider)
        if one.state in {SendState.SENT, SendState.SCHEDULED}
        and one.purpose is Purpose.WHOLE
        and one.target == payload.target
        and one.issue != payload.issue
        and one.recipients is not None
    ]
    if not before:
        return ", for the first time"
    change = count - before[0]
    if not change:
        return ", as many as last time"
    words = f", {abs(change):,} {'more' if change > 0 else 'fewer'} than last time"
    return f"{words}: check that it is the right list" if is_far_from(count, before[0]) else words


def _had(to: RecipientPlan) -> str:
    return f" ({to.had_it:,} more {to.left_out})" if to.had_it else ""


def _findings(ready: ReadyIssue) -> str:
    counts = [(severity, sum(one.severity is severity for one in ready.findings)) for severity in Severity]
    return ", ".join(count_noun(count, str(severity)) for severity, count in counts if count) or "none"
