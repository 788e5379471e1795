"""Which issues are published, by what the ledger knows of their sends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from newsletter.ledger.records import Send, SendRun
from newsletter.model.campaign import Target
from newsletter.model.sends import SendMode, SendState
from newsletter.workflow.archive import selection
from newsletter.workflow.archive.selection import select_issues
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace
from tests.archives import issue, newsletter_folder

SENT = dt.datetime(2024, 2, 12, 9, tzinfo=dt.UTC)
LATER = dt.datetime(2999, 2, 12, 9, tzinfo=dt.UTC)
MAILCHIMP = "provider: mailchimp\naudience: Readers\n"


def send(
    state: SendState = SendState.SENT,
    target: tuple[str, str, str] = ("mailchimp", "a1", ""),
    name: str = "Readers",
    at: dt.datetime | None = None,
) -> Send:
    return Send(
        id="x",
        issue="2024-02",
        target=Target(provider=target[0], audience=target[1], segment=target[2]),
        target_name=name,
        mode=SendMode.CAMPAIGN,
        run=SendRun(),
        attempt=1,
        state=state,
        pending_call=None,
        campaign_key="k",
        remote_id="r",
        fingerprint="f",
        parts={},
        subject="s",
        recipients=1,
        scheduled_for=at,
        created_by="us",
        created_at=SENT,
        finished_at=None,
    )


def chosen(
    root: Path, monkeypatch: pytest.MonkeyPatch, sends: Mapping[str, list[Send]], *, every: bool = False
) -> tuple[list[str], dict[str, str]]:
    monkeypatch.setattr(selection, "_sends", lambda session: dict(sends))
    found = select_issues(SendSession(Workspace.find(root)), every=every)
    return [one.path.stem for one in found.chosen], {one.name: one.reason for one in found.left_out}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return newsletter_folder(tmp_path, {"2024-02": issue(), "2024-03": issue()}, MAILCHIMP)


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (send(), None),
        (send(SendState.SENDING), None),
        (send(SendState.STOPPED), None),
        (send(SendState.SCHEDULED, at=SENT), None),
        (send(SendState.SCHEDULED, at=LATER), "scheduled for"),
        (send(SendState.UNCERTAIN), "uncertain"),
        (send(SendState.INTENDED), "nothing has been sent"),
        (send(target=("mailchimp", "a1", "s9"), name="Members of Readers"), "sent only to Members of Readers"),
        (send(target=("mailchimp", "b2", ""), name="Board"), "sent only to Board"),
        (send(target=("brevo", "7", ""), name="Old list"), None),
    ],
)
def test_an_issue_is_published_if_everybody_was_sent_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, one: Send, reason: str | None, every: bool
) -> None:
    names, left_out = chosen(root, monkeypatch, {"2024-03": [send()], "2024-02": [one]}, every=every)
    assert ("2024-02" in names) == (reason is None)
    assert reason is None or reason in left_out["2024-02"]


@pytest.mark.parametrize("state", [SendState.CANCELLED, SendState.FAILED, SendState.DRAFT])
def test_what_reached_nobody_counts_as_not_sent(root: Path, monkeypatch: pytest.MonkeyPatch, state: SendState) -> None:
    names, left_out = chosen(root, monkeypatch, {"2024-02": [send(state)]})
    assert names == []
    assert left_out["2024-02"] == "not sent"
    assert "2024-02" in chosen(root, monkeypatch, {"2024-02": [send(state)]}, every=True)[0]


def test_one_send_to_everybody_is_enough(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sends = [send(target=("mailchimp", "a1", "s9"), name="Members"), send()]
    assert chosen(root, monkeypatch, {"2024-02": sends})[0] == ["2024-02"]


def test_without_an_audience_in_the_settings_every_audience_is_the_newsletters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = newsletter_folder(tmp_path, {"2024-02": issue()}, "provider: mailchimp\n")
    found = chosen(root, monkeypatch, {"2024-02": [send(target=("mailchimp", "b2", ""), name="Board")]})
    assert found[0] == ["2024-02"]
