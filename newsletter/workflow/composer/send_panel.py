"""The send panel: check, test, approve, send; with the gate, the words and the confirmation of the command line."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError, UsageError
from newsletter.workflow.composer.issue_names import name_issues_in
from newsletter.workflow.composer.practice import is_practice, practice_facts, repeat_purpose
from newsletter.workflow.composer.send_dialog import PanelDialog, ProbeDialog, Tell, panel_progress
from newsletter.workflow.composer.send_facts import (
    history_facts,
    report_facts,
    schedule_facts,
    status_facts,
)
from newsletter.workflow.composer.send_steps import (
    PanelSession,
    audience,
    check_step,
    clearance_steps,
    confirmation,
    ready_issue,
    send_step,
)
from newsletter.workflow.session import SendSession, login

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsletter.model.sends import Purpose
    from newsletter.sending.signals import StopRequest
    from newsletter.workflow.issue_status import IssueStatus
    from newsletter.workflow.workspace import Workspace


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
        return lambda facts: self._notify(issue, name_issues_in(facts, issue, "message"))

    # --- what the panel shows

    def show(self, path: Path, segment: str = "") -> dict[str, Any]:
        """Return what the panel shows of an issue that would be sent to everybody, or to a segment."""
        from newsletter.workflow.issue_status import issue_status

        session = PanelSession(self._find_workspace())
        ready, error = ready_issue(session, path, segment)
        status = issue_status(session, path)
        is_sent = bool(status.recorded.sends)
        steps = [check_step(ready, error), *clearance_steps(session, ready)]
        again = repeat_purpose(session, ready, status.recorded) if ready else None
        how = {"segment": segment or None, "purpose": again}
        probe, refusal = self._probe(session, path, how, status) if ready else (None, None)
        steps.append(send_step(session, status, again, refusal=refusal or error, probe=probe))
        with session.ledger() as ledger:
            now, sends = ledger.clock(), ledger.sends.all(path.stem)
        return {
            "fingerprint": ready.payload.fingerprint[:12] if ready else None,
            "steps": [name_issues_in(one, path.stem, "message") for one in steps],
            "audience": audience(session, ready, probe),
            "purposes": ["whole"],
            "practice": practice_facts(session),
            "names": {
                "you": login(),
                "list": session.workspace.settings.audience_file.name if session.reads_audience_file else "",
            },
            "again": str(again) if again else None,
            "confirmation": confirmation(session, probe, path.stem) if probe and probe.was_asked else None,
            "schedule": schedule_facts(session, now, in_part=bool(segment)),
            "status": status_facts(session, status) if is_sent else {"state": "draft"},
            "history": history_facts(session, status, sends),
            "test_to": [session.workspace.settings.reply_to or session.workspace.settings.sender.email],
        }

    def confirmation(self, path: Path, *, segment: str, at: str, now: bool) -> dict[str, Any]:
        """Return what must be confirmed before the issue is sent this way; raise as sending it would."""
        from newsletter.workflow.issue_status import issue_status

        session = PanelSession(self._find_workspace())
        status = issue_status(session, path)
        how = {"segment": segment or None, "at": at or None, "now": now}
        how["purpose"] = self._purpose(session, path, segment, status)
        probe, refusal = self._probe(session, path, how, status)
        if probe is None or not probe.was_asked:
            raise refusal or UsageError("The issue cannot be sent now.", hint="Reload the page.")
        return confirmation(session, probe, path.stem)

    def _purpose(self, session: PanelSession, path: Path, segment: str, status: IssueStatus) -> Purpose | None:
        """Return why practice emails are saved once more; None where they are not, and for a real send."""
        if not status.recorded.sends or not is_practice(session):
            return None
        ready, _ = ready_issue(session, path, segment)
        return repeat_purpose(session, ready, status.recorded) if ready else None

    def _probe(
        self, session: SendSession, path: Path, how: Mapping[str, Any], status: IssueStatus
    ) -> tuple[ProbeDialog | None, NewsletterError | None]:
        """Find out what would be sent, and what keeps it from being sent; nothing leaves, and nothing is recorded."""
        from newsletter.workflow.send_issue import send_issue
        from newsletter.workflow.send_request import DryRun, SendRequest

        probe = ProbeDialog()
        recorded = status.recorded
        is_begun = recorded.last is not None and how.get("purpose") is None
        try:
            result = send_issue(session, path, SendRequest(**how, dry_run=is_begun), probe)
        except NewsletterError as error:
            return None, error
        if isinstance(result, DryRun) and is_begun:
            of_campaign = recorded.campaigns[0].recipients if recorded.campaigns else None
            probe.count, probe.was_asked = of_campaign if recorded.campaigns else result.recipients, True
        return probe, None

    def practice_email(self, path: Path) -> bytes:
        """Return a practice email of the issue as it was saved, to be opened in a mail program."""
        from newsletter.workflow.composer.outbox_folder import practice_email

        return practice_email(SendSession(self._find_workspace()), path.stem)

    # --- what the panel does

    def open_practice_folder(self) -> dict[str, Any]:
        """Open the folder of the practice emails in the file manager."""
        from newsletter.workflow.composer.outbox_folder import open_practice_folder

        open_practice_folder(SendSession(self._find_workspace()))
        return {}

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

        `confirm` is what the panel asked to be typed, `accepted` the words of the concerns that were ticked; practice
        asks for neither. Without `at` and `now` it is sent after the minutes in which it can be cancelled, where the
        provider can wait.
        """
        from newsletter.workflow.issue_status import issue_status
        from newsletter.workflow.send_request import SendRequest

        if at and now:
            raise UsageError("Choose either now or a time, not both.")
        session = PanelSession(self._find_workspace())
        again = self._purpose(session, path, segment, issue_status(session, path))
        request = SendRequest(segment=segment or None, at=at or None, now=now, purpose=again)
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
        # the session that is asked whether this is practice is the one that sends, whatever the settings become
        tell, session = self._tell(issue), self._session(issue)
        dialog = (
            ProbeDialog()
            if confirm is None
            else PanelDialog(issue, confirm, frozenset(accepted), stop, tell, is_practice(session))
        )
        with self._work(issue, stop):
            try:
                send_issue(session, path, request, dialog)
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
        """Return the results of an issue that was sent, with its clicks by section and those of past issues."""
        from newsletter.workflow.reports.results import PAST_ISSUES, issue_results

        results = issue_results(SendSession(self._find_workspace()), path, past=PAST_ISSUES)
        more = {name: value for name, value in results.facts.items() if name in {"sections", "links", "past", "totals"}}
        return report_facts(results.report) | more

    def report_file(self, path: Path, *, as_csv: bool) -> str:
        """Return the results of an issue as a table (CSV), or as a page with plots that holds everything in it."""
        from newsletter.workflow.reports.page import results_page
        from newsletter.workflow.reports.results import PAST_ISSUES, issue_results, results_csv

        session = SendSession(self._find_workspace())
        results = issue_results(session, path, past=PAST_ISSUES)
        brand = session.workspace.settings.brand
        return results_csv(results) if as_csv else results_page(results, brand.newsletter or brand.name)

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
