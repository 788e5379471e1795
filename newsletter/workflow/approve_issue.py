"""Approve an issue for sending."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.settings_file import FILE_NAME
from newsletter.workflow.session import ReadyIssue, SendSession, login
from newsletter.workflow.signed_commit import signed_commit


@dataclass(frozen=True, slots=True)
class ApprovedIssue:
    """An approved issue and its approver."""

    ready: ReadyIssue
    who: str
    next_commands: list[str]


def approve_issue(
    session: SendSession,
    path: Path,
    name: str | None = None,
    segment: str | None = None,
    *,
    is_signed: bool = False,
) -> ApprovedIssue:
    """Record the approval of an issue exactly as it is now; `name` is by default that of the login.

    `is_signed` records the approval of whoever signed the last commit of the issue. Raise UsageError if that is
    not an approver of the settings.
    """
    from newsletter.sending.policy import approve, record_check
    from newsletter.sending.status import load_status, next_commands

    who, commit = " ".join((name or "").split()) or login(), ""
    if is_signed:
        who, commit = _signer(session, path, name)
    ready = session.ready_issue(path, segment)
    context = session.approval_context(ready)
    if commit:
        context = replace(context, account=f"commit {commit[:12]}")
    with session.ledger() as ledger:
        record_check(ledger, ready.payload, ready.findings, who)
        approve(ledger, ready.payload, session.rules, who, context)
        now = load_status(ledger, path.stem, session.provider.name)
        policy = session.rules_for(segment)
        steps = next_commands(now, ledger, ready.payload, policy, login(), again=session.sends_again)
    return ApprovedIssue(ready, who, steps)


def _signer(session: SendSession, path: Path, name: str | None) -> tuple[str, str]:
    """Return who signed the last commit of what an issue is made of, and that commit."""
    if name:
        raise UsageError("--as cannot be used with --signed: the signature names the approver.")
    if not session.rules.approvers:
        raise UsageError(
            "newsletter.yaml names no approvers, so any signature would approve the issue.",
            hint="List the addresses of the signers as `approvers` under `before_sending`.",
        )
    settings = session.workspace.settings
    made_of = [path, settings.issues_folder / "images", settings.templates_folder, settings.root / FILE_NAME]
    found = signed_commit(session.workspace.root, made_of)
    return found.signer, found.commit
