"""The use cases work without a terminal: plain arguments in, result objects out, nothing printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsletter.errors import UnsupportedError, UsageError
from newsletter.model.campaign import DeliveryState
from newsletter.model.findings import Finding
from newsletter.scaffold.starter import Answers
from newsletter.sending.direct_run import Outcome
from newsletter.sending.signals import StopRequest
from newsletter.workflow.approve_issue import approve_issue
from newsletter.workflow.cancel_issue import cancel_issue
from newsletter.workflow.check_issue import check_issue
from newsletter.workflow.create_folder import create_folder
from newsletter.workflow.create_issue import create_issue
from newsletter.workflow.doctor import check_setup
from newsletter.workflow.issue_status import issue_status
from newsletter.workflow.preview_issue import preview_issue
from newsletter.workflow.render_issue import render_issue
from newsletter.workflow.report_issue import report_issue
from newsletter.workflow.send_concerns import Concern
from newsletter.workflow.send_issue import send_issue
from newsletter.workflow.send_request import DryRun, SendRequest
from newsletter.workflow.send_test import send_issue_test
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace


@dataclass
class Person:
    """A SendDialog that records what it is shown, and answers as told."""

    agrees: bool = True
    plans: list[Mapping[str, str]] = field(default_factory=list)
    asked: list[int | None] = field(default_factory=list)

    def show_plan(self, findings: Sequence[Finding], facts: Mapping[str, str]) -> None:
        self.plans.append(facts)

    def show_continued(self, text: str) -> None:
        raise AssertionError(text)

    def confirm_concerns(self, concerns: Sequence[Concern]) -> bool:
        return True

    def confirm(self, count: int | None) -> bool:
        self.asked.append(count)
        return self.agrees

    def warn(self, text: str) -> None:
        raise AssertionError(text)

    def list_uncertain(self, keys: Sequence[str], send: object) -> None:
        raise AssertionError(keys)

    def list_refused(self, refused: Sequence[object]) -> None:
        raise AssertionError(refused)

    @contextmanager
    def stop_requests(self) -> Iterator[StopRequest]:
        yield StopRequest()


@pytest.fixture
def session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[SendSession]:
    answers = Answers(
        name="Test Trust", email="news@test-trust.org", address="Test Trust, 1 High Street, London N1 1AA"
    )
    create_folder(tmp_path, answers, dt.date(2024, 2, 12))
    yield SendSession(Workspace.find(tmp_path))
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""


def test_an_issue_goes_from_check_to_report(session: SendSession, tmp_path: Path) -> None:
    path = session.workspace.issue_path("2024-02")
    assert check_issue(session.workspace, path).passed
    tested = send_issue_test(session, path, ["me@example.org"])
    assert (tested.messages, tested.ready.is_draft) == (1, False)
    assert approve_issue(session, path, "Kim").who == "Kim"

    person = Person()
    planned = send_issue(session, path, SendRequest(dry_run=True), person)
    assert isinstance(planned, DryRun)
    assert person.asked == []
    assert person.plans == [planned.facts]

    sent = send_issue(session, path, SendRequest(), person)
    assert isinstance(sent, Outcome)
    assert person.asked == [planned.recipients] == [sent.counts[DeliveryState.DELIVERED]]
    assert issue_status(session, path).recorded.people == planned.recipients
    assert report_issue(session, path).people == planned.recipients


def test_nothing_is_sent_if_the_person_declines(session: SendSession) -> None:
    path = session.workspace.issue_path("2024-02")
    send_issue_test(session, path, ["me@example.org"])
    assert send_issue(session, path, SendRequest(), Person(agrees=False)) is None
    status = issue_status(session, path)
    assert status.recorded.last is None
    assert status.next_commands
    with pytest.raises(UsageError, match="has not been sent"):
        report_issue(session, path)


def test_an_issue_is_created_rendered_and_previewed(session: SendSession, tmp_path: Path) -> None:
    created = create_issue(session.workspace, "2024-03")
    assert created.path.name == "2024-03.yaml"
    with pytest.raises(UsageError, match="already"):
        create_issue(session.workspace, "march 2024")
    loaded = session.workspace.load("2024-02")
    written = render_issue(session.workspace, loaded, session.workspace.render(loaded), tmp_path / "build")
    assert {"2024-02.html", "2024-02.txt"} <= {one.path.name for one in written}
    result, page = preview_issue(session.workspace, loaded.path)
    assert result.passed
    assert page.startswith("<!DOCTYPE html>")


def test_a_provider_without_campaigns_cannot_cancel_or_schedule(session: SendSession) -> None:
    path = session.workspace.issue_path("2024-02")
    with pytest.raises(UnsupportedError, match="cannot be cancelled"):
        cancel_issue(session, path)
    with pytest.raises(UnsupportedError, match="nothing can be scheduled"):
        send_issue(session, path, SendRequest(at="09:00"), Person())


def test_doctor_yields_its_diagnostics(session: SendSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    parts = {title: list(diagnostics) for title, diagnostics in check_setup(offline=True)}
    assert "The folder" in parts
    assert all(parts.values())
