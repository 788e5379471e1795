"""The gate: only what was checked, test-sent and, where it is asked for, approved by someone else may go out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.errors import GateError, UsageError
from newsletter.ledger.records import AuditNote, Clearance, ClearanceKind
from newsletter.ledger.store import Ledger
from newsletter.model.findings import Finding, Severity
from newsletter.sending.formatting import count_noun, format_datetime
from newsletter.sending.membership import UNKNOWN, Membership
from newsletter.sending.payload import SendPayload, changes, in_words


@dataclass(frozen=True, slots=True)
class SendPolicy:
    """What the settings ask for before an issue may go."""

    test: bool = True
    approval: bool = False
    approvers: tuple[str, ...] = ()
    shared_login: bool = False
    """Whether an approval that was given under the sender's own login counts."""
    account: str | None = None
    """The sender's login on this computer."""
    zone: dt.tzinfo | None = None
    """In which moments are told; this computer's where None."""
    part: str = ""
    """The option that names the part of the audience, for the commands that are told; empty for the whole."""


@dataclass(frozen=True, slots=True)
class ApprovalContext:
    """Under which login a test or an approval is given, and who is in the audience at that moment."""

    account: str | None = None
    audience: Membership = UNKNOWN


NOBODY = ApprovalContext()
"""Where neither is known."""


@dataclass(frozen=True, slots=True)
class PolicyViolation:
    """Why the gate is shut, and the command that opens it."""

    words: str
    hint: str


def record_check(ledger: Ledger, payload: SendPayload, findings: Sequence[Finding], who: str) -> None:
    """Write down that this content was checked and holds no error; the same check is not written twice."""
    if any(finding.blocks for finding in findings):
        raise GateError(
            f"{payload.issue} has errors, so nothing was sent.",
            hint=f"Run `newsletter check {payload.issue}` to see what to fix.",
        )
    known = _matching(ledger, ClearanceKind.CHECK, payload)
    if known and known[0].amount == len(findings):
        return
    warnings = sum(finding.severity is Severity.WARNING for finding in findings)
    words = f"checked it: {count_noun(warnings, 'warning')}" if warnings else "checked it: nothing to fix"
    _clear(ledger, ClearanceKind.CHECK, payload, AuditNote(who, words), amount=len(findings))


def record_test(
    ledger: Ledger, payload: SendPayload, messages: int, who: str, context: ApprovalContext = NOBODY
) -> None:
    """Write down that this content was sent as a test."""
    note = AuditNote(who, f"sent {count_noun(messages, 'test message')}")
    _clear(ledger, ClearanceKind.TEST, payload, note, amount=messages, context=context)


def approve(
    ledger: Ledger, payload: SendPayload, rules: SendPolicy, who: str, context: ApprovalContext = NOBODY
) -> None:
    """Write down that someone approves this content; raise UsageError for a name that may not."""
    if rules.approvers and who not in rules.approvers:
        raise UsageError(
            f"{who} is not one of the approvers.",
            hint=f"The approvers in newsletter.yaml are {', '.join(rules.approvers)}. Use --as to give your name.",
        )
    under = f" (under the login {context.account})" if context.account not in {None, who} else ""
    _clear(ledger, ClearanceKind.APPROVAL, payload, AuditNote(who, f"approved it{under}"), context=context)


def _clear(
    ledger: Ledger,
    kind: ClearanceKind,
    payload: SendPayload,
    note: AuditNote,
    *,
    amount: int = 0,
    context: ApprovalContext = NOBODY,
) -> None:
    clearance = Clearance(
        kind,
        payload.issue,
        payload.fingerprint,
        payload.parts,
        note.who,
        ledger.clock(),
        amount,
        context.account,
        context.audience.size,
        context.audience.digest,
    )
    ledger.history.clear(clearance, note, context.audience.members)


def _matching(ledger: Ledger, kind: ClearanceKind, payload: SendPayload) -> list[Clearance]:
    fingerprint = payload.fingerprint
    return [one for one in ledger.history.clearances(payload.issue, kind) if one.fingerprint == fingerprint]


def violations(ledger: Ledger, payload: SendPayload, rules: SendPolicy, who: str) -> list[PolicyViolation]:
    """List what keeps this content from going when `who` sends it; nothing means that the gate is open."""
    found = []
    if rules.test and not _matching(ledger, ClearanceKind.TEST, payload):
        hint = f"newsletter test {payload.issue}{rules.part} --to you@example.org"
        found.append(PolicyViolation(_missing(ledger, ClearanceKind.TEST, payload, rules), hint))
    if rules.approval:
        found += _approval(ledger, payload, rules, who)
    return found


def _approval(ledger: Ledger, payload: SendPayload, rules: SendPolicy, who: str) -> Iterable[PolicyViolation]:
    hint = f"newsletter approve {payload.issue}{rules.part} --as {rules.approvers[0] if rules.approvers else 'NAME'}"
    given = _matching(ledger, ClearanceKind.APPROVAL, payload)
    named = [one for one in given if not rules.approvers or one.who in rules.approvers]
    if given and not named:
        names = ", ".join(sorted({one.who for one in given}))
        yield PolicyViolation(f"It was approved by {names}, who is not an approver in newsletter.yaml.", hint)
    elif not named:
        yield PolicyViolation(_missing(ledger, ClearanceKind.APPROVAL, payload, rules), hint)
    elif all(_is_own(one, rules, who) for one in named):
        last = named[0]
        if last.who == who:
            yield PolicyViolation(f"Only you, {who}, have approved it: someone else must approve it too.", hint)
        else:
            yield PolicyViolation(
                f"The approval by {last.who} was given under your own login, {rules.account}: someone else must "
                "approve it under their own. If you share one login, set `shared_login: true` under `before_sending`.",
                hint,
            )


def _is_own(clearance: Clearance, rules: SendPolicy, who: str) -> bool:
    """Return whether an approval is the sender's own: by its name, or by the login under which it was given."""
    if clearance.who == who:
        return True
    return not rules.shared_login and clearance.account is not None and clearance.account == rules.account


def counting_approval(ledger: Ledger, payload: SendPayload, rules: SendPolicy, who: str) -> Clearance | None:
    """Return the last approval of this content by someone else than the sender, or None."""
    for one in _matching(ledger, ClearanceKind.APPROVAL, payload):
        if (not rules.approvers or one.who in rules.approvers) and not _is_own(one, rules, who):
            return one
    return None


def last_audience(
    ledger: Ledger, payload: SendPayload, rules: SendPolicy, who: str
) -> tuple[Clearance, Membership] | None:
    """Return the approval that counts, or the last test where none is asked for, and who was in the audience then.

    None where there was neither, or it is not known how many people there were.
    """
    if rules.approval:
        last = counting_approval(ledger, payload, rules, who)
    else:
        kinds = (ClearanceKind.TEST, ClearanceKind.APPROVAL)
        found = (one for kind in kinds for one in _matching(ledger, kind, payload))
        last = max(found, key=lambda one: one.at, default=None)
    if last is None or last.audience_size is None:
        return None
    members = ledger.history.members(last.audience_digest) if last.audience_digest else None
    return last, Membership(last.audience_size, members)


def _missing(ledger: Ledger, kind: ClearanceKind, payload: SendPayload, rules: SendPolicy) -> str:
    done = "approved" if kind is ClearanceKind.APPROVAL else "sent as a test"
    before = ledger.history.clearances(payload.issue, kind)
    if not before:
        return f"It has not been {done} yet."
    last = before[0]
    changed = in_words(changes(dict(last.parts), payload.parts))
    verb = "has" if " and " not in changed else "have"
    when = format_datetime(last.at, rules.zone)
    return f"It was {done} on {when} by {last.who}, but since then {changed} {verb} changed."


def enforce(ledger: Ledger, payload: SendPayload, rules: SendPolicy, who: str) -> None:
    """Let the content pass, or raise GateError with all that is missing."""
    found = violations(ledger, payload, rules, who)
    if found:
        raise GateError(
            " ".join([f"{payload.issue} cannot be sent yet.", *(one.words for one in found)]),
            hint=" Then: ".join(f"`{one.hint}`" for one in found),
        )
