"""The steps of the send panel, each with its state and its words, and what must be confirmed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import ContentError, NewsletterError
from newsletter.model.sends import Purpose
from newsletter.workflow.composer.issue_names import name_issues
from newsletter.workflow.composer.practice import is_practice, practice_headline, practice_plan
from newsletter.workflow.composer.sample_people import count_samples
from newsletter.workflow.composer.send_dialog import ProbeDialog, concern_words, phrase_for
from newsletter.workflow.composer.send_facts import segment_facts, unsubscribe_facts
from newsletter.workflow.session import ReadyIssue, SendSession, login

if TYPE_CHECKING:
    from newsletter.ledger.records import ClearanceKind
    from newsletter.workflow.issue_status import IssueStatus


@dataclass(frozen=True)
class PanelSession(SendSession):
    """A session for showing the panel once: the issue is checked and rendered once, however often it is asked for."""

    _checked: dict[tuple[Path, str | None, bool], ReadyIssue | ContentError] = field(
        default_factory=dict, repr=False, compare=False
    )

    def ready_issue(self, path: Path, segment: str | None = None, *, draft: bool = False) -> ReadyIssue:
        """Return the issue as it was when it was first asked for; raise ContentError if it cannot be sent."""
        key = (path, segment, draft)
        if key not in self._checked:
            try:
                self._checked[key] = super().ready_issue(path, segment, draft=draft)
            except ContentError as error:
                self._checked[key] = error
        found = self._checked[key]
        if isinstance(found, ContentError):
            raise found
        return found


_AGAIN = {
    Purpose.CORRECTION: "The issue has been changed since the practice emails were saved.",
    Purpose.REMAINDER: "Somebody on your list has no practice email of this issue yet.",
}
"""Why practice emails are saved once more."""


def clearance_steps(session: SendSession, ready: ReadyIssue | None) -> list[dict[str, Any]]:
    """Return the steps of the test and the approval, where they are asked for."""
    from newsletter.ledger.records import ClearanceKind
    from newsletter.sending.policy import violations

    rules = session.rules
    wanted = [(ClearanceKind.TEST, "test", rules.test), (ClearanceKind.APPROVAL, "approve", rules.approval)]
    if ready is None:
        return [_step(name, "blocked", "Fix the errors first.") for _, name, is_asked in wanted if is_asked]
    steps = []
    with session.ledger() as ledger:
        words = [one.words for one in violations(ledger, ready.payload, rules, login())]
        for kind, name, is_asked in wanted:
            given = [
                one
                for one in ledger.history.clearances(ready.payload.issue, kind)
                if one.fingerprint == ready.payload.fingerprint
            ]
            missing = [one for one in words if ("test" in one.lower()) == (kind is ClearanceKind.TEST)]
            if given and not (is_asked and missing):
                steps.append(_step(name, "done", _given(session, kind, given[0].who), given[0].at))
            elif is_asked or kind is ClearanceKind.TEST:
                steps.append(_step(name, "todo", missing[0] if missing else "A test is not required, but recommended."))
    return steps


def ready_issue(
    session: SendSession, path: Path, segment: str = ""
) -> tuple[ReadyIssue | None, NewsletterError | None]:
    """Return the issue as it would be sent, or what keeps it from being sent."""
    try:
        return session.ready_issue(path, segment or None), None
    except NewsletterError as error:
        return None, error


def _step(name: str, state: str, message: str, at: dt.datetime | None = None) -> dict[str, Any]:
    return {"id": name, "state": state, "message": message, "at": at.isoformat(timespec="seconds") if at else None}


def _given(session: SendSession, kind: ClearanceKind, who: str) -> str:
    """Return that a test was sent, or an approval given, in a sentence that is followed by when."""
    from newsletter.ledger.records import ClearanceKind

    person = "You" if who == login() else who
    if kind is ClearanceKind.APPROVAL:
        return f"{person} approved it."
    if is_practice(session):
        return f"{person} saved the test in the folder. It was not sent to anybody."
    return f"{person} sent the test."


def check_step(ready: ReadyIssue | None, error: NewsletterError | None) -> dict[str, Any]:
    """Return the step of the check."""
    if ready is not None:
        count = len(ready.findings)
        words = (
            f"There are no errors, and {count} other finding{'' if count == 1 else 's'}."
            if count
            else "No mistakes found."
        )
        return _step("check", "done", words)
    found = [one for one in error.findings if getattr(one, "blocks", False)] if isinstance(error, ContentError) else []
    if found:
        return _step("check", "todo", f"{len(found)} error{'' if len(found) == 1 else 's'} must be fixed first.")
    message = f"{error.message} {error.hint}".strip() if error else ""
    return _step("check", "todo", message)


def send_step(
    session: SendSession,
    status: IssueStatus,
    again: Purpose | None,
    *,
    refusal: NewsletterError | None,
    probe: ProbeDialog | None,
) -> dict[str, Any]:
    """Return the step of the send itself; `again` is why practice emails are saved once more."""
    is_sent = bool(status.recorded.sends)
    if probe is not None and probe.was_asked:
        message = (
            _AGAIN[again]
            if again
            else "It was interrupted. You can continue it."
            if is_sent
            else "Everything is ready."
        )
        return _step("send", "todo", message)
    if is_sent and is_practice(session) and (again or isinstance(refusal, ContentError)):
        return _step(
            "send", "blocked", f"{_AGAIN[again or Purpose.CORRECTION]} To save them again, complete the steps above."
        )
    if is_sent and not status.recorded.is_uncertain:
        if is_practice(session) and (words := practice_headline(status.recorded)):
            return _step("send", "done", words)
        return _step("send", "done", refusal.message if refusal else "The issue was sent.")
    return _step("send", "blocked", refusal.message if refusal else "Complete the steps above first.")


def audience(session: SendSession, ready: ReadyIssue | None, probe: ProbeDialog | None) -> dict[str, Any] | None:
    """Return who would get the issue, and how they unsubscribe."""
    if ready is None:
        return None
    total = probe.count if probe and probe.was_asked and probe.count is not None else ready.target.count
    left_out = session.people.left_out if session.reads_audience_file else {}
    return {
        "name": ready.target.words,
        "total": total or 0,
        "is_known": total is not None,
        "samples": count_samples(session.people.reachable) if session.reads_audience_file else 0,
        "left_out": [{"reason": reason, "count": count} for reason, count in left_out.items()],
        "segments": segment_facts(session, ready),
        "unsubscribe": unsubscribe_facts(session, ready),
    }


def confirmation(session: SendSession, probe: ProbeDialog, issue: str) -> dict[str, Any]:
    """Return what must be confirmed before the issue is sent; for practice emails nothing is ticked or typed."""
    if is_practice(session):
        plan = practice_plan(probe.facts, probe.count)
        words = " · ".join(f"{name}: {value}" for name, value in plan.items())
        return {"phrase": "", "words": words, "facts": plan, "concerns": []}
    # a subject is quoted as it is
    told = {name: value if name == "Subject" else name_issues(value, issue) for name, value in probe.facts.items()}
    facts = [f"{name}: {value}" for name, value in told.items()]
    concerns = [concern_words(one, issue) for one in probe.concerns]
    return {
        "phrase": phrase_for(probe.count),
        "words": " · ".join([*facts, *concerns]),
        "facts": told,
        "concerns": concerns,
    }
