"""The send panel: check, test, approve, send; with the gate, the words and the confirmation of the command line."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import ContentError, NewsletterError, UsageError
from newsletter.workflow.composer.send_dialog import PanelDialog, ProbeDialog, Tell, panel_progress, phrase_for
from newsletter.workflow.composer.send_facts import (
    history_facts,
    report_facts,
    schedule_facts,
    segment_facts,
    status_facts,
)
from newsletter.workflow.session import ReadyIssue, SendSession, login

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsletter.sending.signals import StopRequest
    from newsletter.workflow.issue_status import IssueStatus
    from newsletter.workflow.workspace import Workspace


@dataclass(frozen=True)
class _PanelSession(SendSession):
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


class SendPanel:
    """Sends the issues of one folder; what is under way is stopped when the composer ends."""

    def __init__(
        self, find_workspace: Callable[[], Workspace], notify: Callable[[str, Mapping[str, Any]], None]
    ) -> None:
        self._find_workspace = find_workspace
        self._notify = notify
        self._lock = threading.Lock()
        self._running: dict[str, StopRequest] = {}
        self._idle = threading.Condition()

    def _session(self, issue: str) -> SendSession:
        return SendSession(self._find_workspace(), panel_progress(self._tell(issue)))

    def _tell(self, issue: str) -> Tell:
        return lambda facts: self._notify(issue, dict(facts))

    # --- what the panel shows

    def show(self, path: Path, segment: str = "") -> dict[str, Any]:
        """Return what the panel shows of an issue that would be sent to everybody, or to a segment."""
        from newsletter.workflow.issue_status import issue_status

        session = _PanelSession(self._find_workspace())
        ready, error = _ready(session, path, segment)
        status = issue_status(session, path)
        is_sent = bool(status.recorded.sends)
        steps = [_check_step(ready, error), *self._clearance_steps(session, ready)]
        probe, refusal = self._probe(session, path, {"segment": segment or None}, status) if ready else (None, None)
        steps.append(_send_step(status, is_sent=is_sent, refusal=refusal or error, probe=probe))
        with session.ledger() as ledger:
            now = ledger.clock()
        return {
            "fingerprint": ready.payload.fingerprint[:12] if ready else None,
            "steps": steps,
            "audience": _audience(session, ready, probe),
            "purposes": ["whole"],
            "confirmation": _confirmation(probe) if probe and probe.was_asked else None,
            "schedule": schedule_facts(session, now, in_part=bool(segment)),
            "status": status_facts(session, status) if is_sent else {"state": "draft"},
            "history": history_facts(status),
            "test_to": [session.workspace.settings.reply_to or session.workspace.settings.sender.email],
        }

    def confirmation(self, path: Path, *, segment: str, at: str, now: bool) -> dict[str, Any]:
        """Return what must be confirmed before the issue is sent this way; raise as sending it would."""
        from newsletter.workflow.issue_status import issue_status

        session = _PanelSession(self._find_workspace())
        how = {"segment": segment or None, "at": at or None, "now": now}
        probe, refusal = self._probe(session, path, how, issue_status(session, path))
        if probe is None or not probe.was_asked:
            raise refusal or UsageError("The issue cannot be sent now.", hint="Reload the page.")
        return _confirmation(probe)

    def _probe(
        self, session: SendSession, path: Path, how: Mapping[str, Any], status: IssueStatus
    ) -> tuple[ProbeDialog | None, NewsletterError | None]:
        """Find out what would be sent, and what keeps it from being sent; nothing leaves, and nothing is recorded."""
        from newsletter.workflow.send_issue import send_issue
        from newsletter.workflow.send_request import DryRun, SendRequest

        probe = ProbeDialog()
        recorded = status.recorded
        is_begun = recorded.last is not None
        try:
            result = send_issue(session, path, SendRequest(**how, dry_run=is_begun), probe)
        except NewsletterError as error:
            return None, error
        if isinstance(result, DryRun) and is_begun:
            of_campaign = recorded.campaigns[0].recipients if recorded.campaigns else None
            probe.count, probe.was_asked = of_campaign if recorded.campaigns else result.recipients, True
        return probe, None

    def _clearance_steps(self, session: SendSession, ready: ReadyIssue | None) -> list[dict[str, Any]]:
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
                    verb = "Sent as a test" if kind is ClearanceKind.TEST else "Approved"
                    steps.append(_step(name, "done", f"{verb} by {given[0].who}.", given[0].at))
                elif is_asked or kind is ClearanceKind.TEST:
                    steps.append(
                        _step(name, "todo", missing[0] if missing else "A test is not required, but recommended.")
                    )
        return steps

    # --- what the panel does

    def test(self, path: Path, addresses: Sequence[str], segment: str = "") -> dict[str, Any]:
        """Send a test and return how many messages went where; a test for a segment counts for that alone."""
        from newsletter.workflow.send_test import send_issue_test, valid_addresses

        given = [one for one in addresses if one.strip()]
        if not given:
            raise UsageError("Enter an address for the test.")
        with self._work(path.stem):
            sent = send_issue_test(self._session(path.stem), path, valid_addresses(given), segment or None)
        return {"messages": sent.messages, "where": sent.where, "draft": sent.ready.is_draft}

    def approve(self, path: Path, name: str, segment: str = "") -> dict[str, Any]:
        """Record an approval of the issue as it is now, for everybody or for a segment."""
        from newsletter.workflow.approve_issue import approve_issue

        if not name.strip():
            raise UsageError("Enter the name of the person who approves.")
        approved = approve_issue(self._session(path.stem), path, name, segment or None)
        return {"who": approved.who, "fingerprint": approved.ready.payload.fingerprint[:12]}

    def send(
        self, path: Path, *, segment: str, at: str, now: bool, confirm: str, accepted: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Send the issue, or continue its send.

        `confirm` is what the panel asked to be typed, `accepted` the words of the concerns that were ticked. Without
        `at` and `now` it is sent after the minutes in which it can be cancelled, where the provider can wait.
        """
        from newsletter.workflow.send_request import SendRequest

        if at and now:
            raise UsageError("Choose either now or a time, not both.")
        request = SendRequest(segment=segment or None, at=at or None, now=now)
        return self._send(path, request, confirm, accepted)

    def resolve(self, path: Path, outcome: str) -> dict[str, Any]:
        """Record whether uncertain messages were sent; what is left is sent only once that is confirmed again."""
        from newsletter.sending.reconcile import Verdict
        from newsletter.workflow.send_request import SendRequest

        if outcome not in set(Verdict):
            raise UsageError("Choose whether it was sent.")
        return self._send(path, SendRequest(verdict=Verdict(outcome)), None)

    def _send(self, path: Path, request: Any, confirm: str | None, accepted: Sequence[str] = ()) -> dict[str, Any]:
        from newsletter.sending.signals import StopRequest
        from newsletter.workflow.send_issue import send_issue

        issue, stop = path.stem, StopRequest()
        tell = self._tell(issue)
        dialog = ProbeDialog() if confirm is None else PanelDialog(confirm, frozenset(accepted), stop, tell)
        with self._work(issue, stop):
            try:
                send_issue(self._session(issue), path, request, dialog)
            finally:
                tell({"state": "changed"})
        return self.status(path) | {"warnings": dialog.warnings if isinstance(dialog, PanelDialog) else []}

    def cancel(self, path: Path) -> dict[str, Any]:
        """Cancel a scheduled send, or stop one that runs here after the current message."""
        from newsletter.workflow.cancel_issue import cancel_issue

        with self._lock:
            running = self._running.get(path.stem)
        if running is not None:
            running.signal = 2
            return {"state": "stopping"}
        cancel_issue(self._session(path.stem), path)
        self._notify(path.stem, {"state": "changed"})
        return self.status(path)

    def status(self, path: Path) -> dict[str, Any]:
        """Return the status of an issue."""
        from newsletter.workflow.issue_status import issue_status

        session = SendSession(self._find_workspace())
        return status_facts(session, issue_status(session, path))

    def report(self, path: Path) -> dict[str, Any]:
        """Return the results of an issue that was sent."""
        from newsletter.workflow.report_issue import report_issue

        return report_facts(report_issue(SendSession(self._find_workspace()), path))

    @contextmanager
    def _work(self, issue: str, stop: StopRequest | None = None) -> Iterator[None]:
        """Hold an issue for one action at a time."""
        from newsletter.sending.signals import StopRequest

        with self._lock:
            if issue in self._running:
                raise UsageError("Another send is still running.", hint="Wait until it has finished.")
            self._running[issue] = stop or StopRequest()
        try:
            yield
        finally:
            with self._lock:
                del self._running[issue]
            with self._idle:
                self._idle.notify_all()

    def close(self, seconds: float = 60) -> None:
        """Stop what is being sent after the current message, and wait for that."""
        with self._lock:
            for stop in self._running.values():
                stop.signal = 2
        with self._idle:
            self._idle.wait_for(lambda: not self._running, seconds)


def _ready(session: SendSession, path: Path, segment: str = "") -> tuple[ReadyIssue | None, NewsletterError | None]:
    try:
        return session.ready_issue(path, segment or None), None
    except NewsletterError as error:
        return None, error


def _step(name: str, state: str, message: str, at: dt.datetime | None = None) -> dict[str, Any]:
    return {"id": name, "state": state, "message": message, "at": at.isoformat(timespec="seconds") if at else None}


def _check_step(ready: ReadyIssue | None, error: NewsletterError | None) -> dict[str, Any]:
    if ready is not None:
        count = len(ready.findings)
        words = (
            f"There are no errors, and {count} other finding{'' if count == 1 else 's'}." if count else "No findings."
        )
        return _step("check", "done", words)
    found = [one for one in error.findings if getattr(one, "blocks", False)] if isinstance(error, ContentError) else []
    if found:
        return _step("check", "todo", f"{len(found)} error{'' if len(found) == 1 else 's'} must be fixed first.")
    message = f"{error.message} {error.hint}".strip() if error else ""
    return _step("check", "todo", message)


def _send_step(
    status: IssueStatus, *, is_sent: bool, refusal: NewsletterError | None, probe: ProbeDialog | None
) -> dict[str, Any]:
    if probe is not None and probe.was_asked:
        message = "The send was interrupted. You can continue it." if is_sent else "Everything is ready."
        return _step("send", "todo", message)
    if is_sent and not status.recorded.is_uncertain:
        return _step("send", "done", refusal.message if refusal else "The issue was sent.")
    return _step("send", "blocked", refusal.message if refusal else "Complete the steps above first.")


def _audience(session: SendSession, ready: ReadyIssue | None, probe: ProbeDialog | None) -> dict[str, Any] | None:
    if ready is None:
        return None
    total = probe.count if probe and probe.was_asked and probe.count is not None else ready.target.count
    left_out = session.people.left_out if session.reads_audience_file else {}
    return {
        "name": ready.target.words,
        "total": total or 0,
        "is_known": total is not None,
        "left_out": [{"reason": reason, "count": count} for reason, count in left_out.items()],
        "segments": segment_facts(session, ready),
    }


def _confirmation(probe: ProbeDialog) -> dict[str, Any]:
    facts = [f"{name}: {value}" for name, value in probe.facts.items()]
    concerns = [one.words for one in probe.concerns]
    return {
        "phrase": phrase_for(probe.count),
        "words": " · ".join([*facts, *concerns]),
        "facts": dict(probe.facts),
        "concerns": concerns,
    }
