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
from newsletter.workflow.composer.send_facts import history_facts, report_facts, schedule_facts, status_facts
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
        self._seen: dict[str, frozenset[str]] = {}
        self._running: dict[str, StopRequest] = {}
        self._idle = threading.Condition()

    def _session(self, issue: str) -> SendSession:
        return SendSession(self._find_workspace(), panel_progress(self._tell(issue)))

    def _tell(self, issue: str) -> Tell:
        return lambda facts: self._notify(issue, dict(facts))

    # --- what the panel shows

    def show(self, path: Path) -> dict[str, Any]:
        """Return what the panel shows of an issue."""
        from newsletter.workflow.issue_status import issue_status

        session = _PanelSession(self._find_workspace())
        ready, error = _ready(session, path)
        status = issue_status(session, path)
        is_sent = bool(status.recorded.sends)
        steps = [_check_step(ready, error), *self._clearance_steps(session, ready)]
        probe, refusal = self._probe(session, path, status) if ready else (None, None)
        self._seen[path.stem] = frozenset(one.words for one in probe.concerns) if probe else frozenset()
        steps.append(_send_step(status, is_sent=is_sent, refusal=refusal or error, probe=probe))
        with session.ledger() as ledger:
            now = ledger.clock()
        return {
            "fingerprint": ready.payload.fingerprint[:12] if ready else None,
            "steps": steps,
            "audience": _audience(session, ready, probe),
            "purposes": ["whole"],
            "confirmation": _confirmation(probe) if probe and probe.was_asked else None,
            "schedule": schedule_facts(session, now),
            "status": status_facts(session, status) if is_sent else {"state": "draft"},
            "history": history_facts(status),
            "test_to": [session.workspace.settings.reply_to or session.workspace.settings.sender.email],
        }

    def _probe(
        self, session: SendSession, path: Path, status: IssueStatus
    ) -> tuple[ProbeDialog | None, NewsletterError | None]:
        """Find out what would be sent, and what keeps it from being sent; nothing leaves, and nothing is recorded."""
        from newsletter.workflow.send_issue import send_issue
        from newsletter.workflow.send_request import DryRun, SendRequest

        probe = ProbeDialog()
        recorded = status.recorded
        is_begun = recorded.last is not None
        try:
            result = send_issue(session, path, SendRequest(dry_run=is_begun), probe)
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
            return [_step(name, "blocked", "First fix the errors.") for _, name, is_asked in wanted if is_asked]
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
                    steps.append(_step(name, "todo", missing[0] if missing else "A test is not required."))
        return steps

    # --- what the panel does

    def test(self, path: Path, addresses: Sequence[str]) -> dict[str, Any]:
        """Send a test and return how many messages went where."""
        from newsletter.workflow.send_test import send_issue_test, valid_addresses

        given = [one for one in addresses if one.strip()]
        if not given:
            raise UsageError("The test needs an address.")
        with self._work(path.stem):
            sent = send_issue_test(self._session(path.stem), path, valid_addresses(given))
        return {"messages": sent.messages, "where": sent.where, "draft": sent.ready.is_draft}

    def approve(self, path: Path, name: str) -> dict[str, Any]:
        """Record an approval of the issue as it is now."""
        from newsletter.workflow.approve_issue import approve_issue

        if not name.strip():
            raise UsageError("The approval needs a name.")
        approved = approve_issue(self._session(path.stem), path, name)
        return {"who": approved.who, "fingerprint": approved.ready.payload.fingerprint[:12]}

    def send(self, path: Path, *, segment: str, at: str, now: bool, confirm: str) -> dict[str, Any]:
        """Send the issue, or continue its send; the confirmation is what the panel asked to be typed."""
        from newsletter.workflow.send_request import SendRequest

        if at and now:
            raise UsageError("It is sent either now or later.")
        request = SendRequest(segment=segment or None, at=at or None, now=now)
        return self._send(path, request, confirm)

    def resolve(self, path: Path, outcome: str) -> dict[str, Any]:
        """Record whether uncertain messages were sent; what is left is sent only once that is confirmed again."""
        from newsletter.sending.reconcile import Verdict
        from newsletter.workflow.send_request import SendRequest

        if outcome not in set(Verdict):
            raise UsageError("It was either sent or not sent.")
        return self._send(path, SendRequest(verdict=Verdict(outcome)), None)

    def _send(self, path: Path, request: Any, confirm: str | None) -> dict[str, Any]:
        from newsletter.sending.signals import StopRequest
        from newsletter.workflow.send_issue import send_issue

        issue, stop = path.stem, StopRequest()
        tell = self._tell(issue)
        seen = self._seen.get(issue, frozenset())
        dialog = ProbeDialog() if confirm is None else PanelDialog(confirm, seen, stop, tell)
        with self._work(issue, stop):
            try:
                send_issue(self._session(issue), path, request, dialog)
            except NewsletterError:
                if isinstance(dialog, PanelDialog):
                    self._seen[issue] = seen | set(dialog.unseen)
                raise
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
                raise UsageError("Something is being sent already.", hint="Wait until it is done.")
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


def _ready(session: SendSession, path: Path) -> tuple[ReadyIssue | None, NewsletterError | None]:
    try:
        return session.ready_issue(path), None
    except NewsletterError as error:
        return None, error


def _step(name: str, state: str, message: str, at: dt.datetime | None = None) -> dict[str, Any]:
    return {"id": name, "state": state, "message": message, "at": at.isoformat(timespec="seconds") if at else None}


def _check_step(ready: ReadyIssue | None, error: NewsletterError | None) -> dict[str, Any]:
    if ready is not None:
        count = len(ready.findings)
        words = (
            f"There are no errors, and {count} other finding{'' if count == 1 else 's'}." if count else "All is well."
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
        message = "The send was interrupted, and can go on." if is_sent else "Everything is ready."
        return _step("send", "todo", message)
    if is_sent and not status.recorded.is_uncertain:
        return _step("send", "done", refusal.message if refusal else "It was sent.")
    return _step("send", "blocked", refusal.message if refusal else "First do what is above.")


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
        "segments": [],
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
