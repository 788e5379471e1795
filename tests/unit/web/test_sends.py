"""The send panel: the gate, the words and the confirmation of the command line."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.rehearse import RehearsalTiming
from tests.composer_server import Client

FEBRUARY = "/api/issues/2024-02"


def panel(client: Client) -> Any:
    answer = client.get(f"{FEBRUARY}/send")
    assert answer.status == 200, answer.text
    return answer.json


def states(shown: Any) -> dict[str, str]:
    return {step["id"]: step["state"] for step in shown["steps"]}


def messages(client: Client) -> int:
    return len(list((client.folder / "outbox" / "new").glob("*")))


def test_an_issue_goes_through_check_test_and_send_once(client: Client) -> None:
    before = panel(client)
    assert states(before) == {"check": "done", "test": "todo", "send": "blocked"}
    assert before["audience"]["total"] == 10
    assert sum(one["count"] for one in before["audience"]["left_out"]) == 2
    refused = client.post(f"{FEBRUARY}/send", {"now": True, "confirm": "10"})
    assert refused.status == 422
    assert "has not been sent as a test" in refused.json["message"]

    assert client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"]}).json["messages"] == 1
    ready = panel(client)
    assert states(ready) == {"check": "done", "test": "done", "send": "todo"}
    # nobody receives what is only saved: nothing is ticked, and no number is typed
    asked = ready["confirmation"]
    assert (asked["phrase"], asked["concerns"]) == ("", [])
    assert asked["facts"]["For"] == "10 people on your list"
    assert messages(client) == 0

    sent = client.post(f"{FEBRUARY}/send", {"now": True})
    assert sent.json["state"] == "sent"
    assert messages(client) == 10
    again = client.post(f"{FEBRUARY}/send", {"now": True})
    assert again.status == 422
    assert "already sent" in again.json["message"]
    assert messages(client) == 10

    after = panel(client)
    assert states(after)["send"] == "done"
    assert after["confirmation"] is None
    report = client.get(f"{FEBRUARY}/report").json
    assert report["figures"]["sent"] == report["totals"]["sent"] == 10
    assert report["past"] == []
    table = client.get(f"{FEBRUARY}/report/csv")
    assert table.headers["content-disposition"] == "attachment; filename*=UTF-8''2024-02-report.csv"
    assert table.text.splitlines()[0].count(",") >= 2
    page = client.get(f"{FEBRUARY}/report/page")
    assert page.headers["content-disposition"].endswith("2024-02-report.html")
    assert page.text.startswith("<!DOCTYPE html>")
    assert "script" not in page.headers["content-security-policy"]
    listed = {one["id"]: one["state"] for one in client.get("/api/workspace").json["issues"]}
    assert listed == {"2024-02": "practised", "2024-03": "draft"}


def test_with_the_outbox_the_panel_says_that_nobody_receives_anything(client: Client) -> None:
    assert panel(client)["practice"]["folder"] == str(client.folder / "outbox" / "new")
    client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"]})
    shown = panel(client)
    assert "You saved the test in the folder." in shown["steps"][1]["message"]
    sent = client.post(f"{FEBRUARY}/send", {"now": True}).json
    assert sent["message"] == "10 emails were saved in the folder. Nobody received anything."
    assert panel(client)["steps"][-1]["message"] == sent["message"]


def test_a_practice_email_is_downloaded_and_its_folder_opened(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    for name in ("xdg-open", "open"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "$1" > {opened}.part && mv {opened}.part {opened}\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.setenv("DISPLAY", ":7")
    client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"]})
    # before anything was saved there is no such email, and no folder
    assert client.get(f"{FEBRUARY}/practice-email").status == 400
    assert panel(client)["practice"]["can_open"] is False
    assert client.post("/api/practice/open").status == 400
    client.post(f"{FEBRUARY}/send", {"now": True})
    saved = client.get(f"{FEBRUARY}/practice-email")
    assert saved.headers["content-disposition"] == "attachment; filename*=UTF-8''2024-02.eml"
    assert saved.body in [path.read_bytes() for path in (client.folder / "outbox" / "new").iterdir()]
    assert panel(client)["practice"]["can_open"] is True
    assert client.post("/api/practice/open").status == 200
    for _ in range(100):
        if opened.is_file():
            break
        time.sleep(0.05)
    assert opened.read_text().strip() == str(client.folder / "outbox" / "new")
    # without a window there is nothing to open it in
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    if sys.platform.startswith("linux"):
        assert panel(client)["practice"]["can_open"] is False
        assert "Copy its path" in client.post("/api/practice/open").json["hint"]


def test_emails_that_are_sent_are_in_no_folder(client: Client, mailchimp: Rehearsal) -> None:
    assert mailchimp.sent_campaigns() == []
    assert client.get(f"{FEBRUARY}/practice-email").status == 400
    assert client.post("/api/practice/open").status == 400


def test_what_was_changed_after_the_test_must_be_tested_again(client: Client) -> None:
    client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"]})
    version = client.get(FEBRUARY).json["version"]
    edits = [{"op": "set", "path": ["title"], "value": "Another title"}]
    client.post(f"{FEBRUARY}/edits", {"version": version, "label": "x", "edits": edits})
    assert states(panel(client))["test"] == "todo"
    refused = client.post(f"{FEBRUARY}/send", {"now": True, "confirm": "10"})
    assert refused.status == 422
    assert messages(client) == 0


def test_a_segment_is_sent_to_its_own_people(client: Client) -> None:
    path = client.folder / "audience.csv"
    header, *people = path.read_text("utf-8").splitlines()
    if "segments" not in header:
        header, people = f"{header},segments", [f"{row},{'Trustees' if n < 3 else ''}" for n, row in enumerate(people)]
        path.write_text("\n".join([header, *people]) + "\n", encoding="utf-8")
    segments = {one["name"]: one["count"] for one in panel(client)["audience"]["segments"]}
    assert segments
    assert client.get("/api/workspace").json["segments"] == list(segments)
    name = next(iter(segments))
    client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"]})
    assert states(client.get(f"{FEBRUARY}/send?segment={name}").json)["send"] == "blocked", "the test was for everybody"
    client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"], "segment": name})
    shown = client.get(f"{FEBRUARY}/send?segment={name}").json
    assert shown["audience"]["total"] == segments[name]
    sent = client.post(f"{FEBRUARY}/send", {"segment": name, "now": True})
    assert sent.status == 200, sent.text
    assert messages(client) == segments[name]


def test_an_issue_with_errors_can_only_be_tested_as_a_draft(client: Client) -> None:
    version = client.get(FEBRUARY).json["version"]
    edits = [{"op": "set", "path": ["hero", "image"], "value": "images/missing.jpg"}]
    client.post(f"{FEBRUARY}/edits", {"version": version, "label": "x", "edits": edits})
    shown = panel(client)
    assert states(shown) == {"check": "todo", "test": "blocked", "send": "blocked"}
    assert shown["fingerprint"] is None
    assert "1 error must be fixed" in shown["steps"][0]["message"]


def test_an_approval_is_asked_for_where_the_settings_say_so(client: Client) -> None:
    path = client.folder / "newsletter.yaml"
    path.write_text(path.read_text("utf-8").replace("approval: false", "approval: true"), encoding="utf-8")
    client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"]})
    assert states(panel(client)) == {"check": "done", "test": "done", "approve": "todo", "send": "blocked"}
    assert client.post(f"{FEBRUARY}/approve", {"name": " "}).status == 400
    assert client.post(f"{FEBRUARY}/approve", {"name": "A director"}).json["who"] == "A director"
    shown = {step["id"]: step for step in panel(client)["steps"]}
    # it was given under the sender's own login, which does not count
    assert shown["approve"]["state"] == "todo"
    assert "someone else" in shown["approve"]["message"]
    assert shown["send"]["state"] == "blocked"


@pytest.mark.parametrize("to", [[], [" "], ["nobody"], ["a@example.org\nBcc: b@example.org"]])
def test_a_test_needs_addresses(client: Client, to: list[str]) -> None:
    refused = client.post(f"{FEBRUARY}/test", {"to": to})
    assert refused.status == 400
    assert not (client.folder / "outbox" / "tests").exists()


def test_what_is_not_uncertain_cannot_be_resolved(client: Client) -> None:
    assert client.post(f"{FEBRUARY}/resolve", {"outcome": "perhaps"}).status == 400
    assert client.post(f"{FEBRUARY}/resolve", {"outcome": "sent"}).status == 400
    assert client.post(f"{FEBRUARY}/cancel", {}).status == 502


def test_two_sends_at_once_reach_nobody_twice(client: Client) -> None:
    client.post(f"{FEBRUARY}/test", {"to": ["me@example.org"]})
    body = {"now": True}
    found: list[int] = []

    def send() -> None:
        found.append(client.post(f"{FEBRUARY}/send", body).status)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(found) == 200
    assert all(status in {400, 422} for status in sorted(found)[1:])
    assert messages(client) == 10


@pytest.fixture
def mailchimp(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    """Have the folder's newsletter go out through a rehearsed Mailchimp."""
    monkeypatch.setattr("newsletter.providers.http._backoff", lambda _: 0.0)
    with Rehearsal("mailchimp", timing=RehearsalTiming(poll_seconds=0.01)) as rehearsal:
        for variable, key in rehearsal.keys.items():
            monkeypatch.setenv(variable, key)
        own = json.dumps({"base_url": rehearsal.base_url, **rehearsal.kind.settings})
        lines = ["provider: mailchimp", "undo_minutes: 10", f"mailchimp: {own}", "audience: Team update"]
        path = client.folder / "newsletter.yaml"
        path.write_text(path.read_text("utf-8").replace("provider: outbox\n", "\n".join(lines) + "\n"), "utf-8")
        yield rehearsal


def test_a_real_send_needs_its_number_and_each_tick(client: Client, mailchimp: Rehearsal) -> None:
    client.post(f"{FEBRUARY}/test", {"to": [mailchimp.crowd.lists[0].active[0].email]})
    asked = panel(client)["confirmation"]
    phrase, shown = asked["phrase"], asked["concerns"]
    assert int(phrase) > 100
    assert "This issue is dated Monday 12 February 2024" in asked["words"]
    assert ["is dated Monday 12 February 2024" in one for one in shown] == [True]
    for typed in ("", "9", "send", "yes", str(int(phrase) - 1)):
        wrong = client.post(f"{FEBRUARY}/send", {"now": True, "confirm": typed, "accepted": shown})
        assert wrong.status == 400
        assert f"type {phrase}" in wrong.json["message"]
    # a concern is accepted by its own tick, and never by sending twice
    for accepted in ([], [], ["another concern"], [5]):
        refused = client.post(f"{FEBRUARY}/send", {"now": True, "confirm": phrase, "accepted": accepted})
        assert refused.status == 422
        assert "is dated Monday 12 February 2024" in refused.json["message"]
        assert "confirm that in the panel" in refused.json["hint"]
    assert client.post(f"{FEBRUARY}/send", {"now": True}).status == 422
    assert mailchimp.sent_campaigns() == []
    sent = client.post(f"{FEBRUARY}/send", {"now": True, "confirm": phrase, "accepted": shown})
    assert sent.status == 200, sent.text
    assert len(mailchimp.sent_campaigns()) == 1


def test_a_send_is_scheduled_and_cancelled(client: Client, mailchimp: Rehearsal) -> None:
    assert panel(client)["practice"] is None
    tested = client.post(f"{FEBRUARY}/test", {"to": [mailchimp.crowd.lists[0].active[0].email]})
    assert tested.status == 200, tested.text
    shown = panel(client)
    assert shown["schedule"]["possible"] is True
    assert shown["schedule"]["earliest"]
    assert shown["schedule"]["undo_minutes"] == 10
    wrong = client.get(f"{FEBRUARY}/send/confirmation?at=soonish")
    assert wrong.status in {400, 422}
    assert "soonish" in wrong.json["message"] + wrong.json["hint"]
    asked = client.get(f"{FEBRUARY}/send/confirmation").json
    assert asked == shown["confirmation"]
    body = {"confirm": asked["phrase"], "accepted": asked["concerns"]}
    scheduled = client.post(f"{FEBRUARY}/send", body)
    assert scheduled.status == 200, scheduled.text
    assert scheduled.json["state"] == "scheduled"
    assert scheduled.json["can_cancel"] is True
    assert scheduled.json["cancel_until"]
    assert "Until then you can cancel it" in scheduled.json["message"]
    assert client.get(f"{FEBRUARY}/status").json["state"] == "scheduled"
    cancelled = client.post(f"{FEBRUARY}/cancel", {})
    assert cancelled.json["state"] == "draft"
    assert len(mailchimp.sent_campaigns()) == 0
