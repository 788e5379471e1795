"""Approve an issue for sending."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newsletter.workflow.session import ReadyIssue, SendSession, login


@dataclass(frozen=True, slots=True)
class ApprovedIssue:
    """An approved issue and its approver."""

    ready: ReadyIssue
    who: str
    next_commands: list[str]


def approve_issue(
    session: SendSession, path: Path, name: str | None = None, segment: str | None = None
) -> ApprovedIssue:
    """Record the approval of an issue exactly as it is now; `name` is by default that of the login."""
    from newsletter.sending.policy import approve, record_check
    from newsletter.sending.status import load_status, next_commands

    who = " ".join((name or "").split()) or login()
    ready = session.ready_issue(path, segment)
    with session.ledger() as ledger:
        record_check(ledger, ready.payload, ready.findings, who)
        approve(ledger, ready.payload, session.rules, who, session.witness(ready))
        now = load_status(ledger, path.stem, session.provider.name)
        policy = session.rules_for(segment)
        steps = next_commands(now, ledger, ready.payload, policy, login(), again=session.sends_again)
    return ApprovedIssue(ready, who, steps)
