"""`newsletter test` of an issue that holds errors: it goes out as a draft, and never counts as the test."""

from __future__ import annotations

import email
import email.policy
import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def draft(folder: Path) -> Path:
    """Put an error into the February issue that does not keep it from being rendered."""
    path = folder / "issues/2024-02.yaml"
    text = path.read_text(encoding="utf-8")
    assert "intro: >\n" in text
    path.write_text(text.replace("intro: >\n", "intro: >\n  [Our plan](http://localhost/plan)\n", 1), encoding="utf-8")
    return path


def test_a_draft_is_sent_and_its_subject_says_so(folder: Path, cli: Any, draft: Path) -> None:
    done = cli("test", "2024-02", "--to", "me@example.org")
    assert done.code == 0, done
    assert "sent as a draft" in done.said
    assert "Fix 1 error, then send the test again" in done.said
    (path,) = (folder / "outbox/tests/new").iterdir()
    subject = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["Subject"]
    assert subject.startswith("[Draft] ")


def test_a_draft_is_not_the_test_that_sending_needs(folder: Path, cli: Any, draft: Path) -> None:
    before = draft.read_text(encoding="utf-8")
    assert json.loads(cli("test", "2024-02", "--to", "me@example.org", "--json").out)["draft"] is True
    assert cli("send", "2024-02", "--yes").code == 3
    draft.write_text(before.replace("http://localhost/plan", "https://example.org/plan"), encoding="utf-8")
    refused = cli("send", "2024-02", "--yes")
    assert refused.code == 3
    assert "sent as a test" in refused.said
    assert json.loads(cli("test", "2024-02", "--to", "me@example.org", "--json").out)["draft"] is False


def test_an_issue_that_cannot_be_rendered_is_still_refused(folder: Path, cli: Any, draft: Path) -> None:
    text = draft.read_text(encoding="utf-8")
    draft.write_text(text.replace("title:", "titel:", 1), encoding="utf-8")
    done = cli("test", "2024-02", "--to", "me@example.org")
    assert done.code == 3
    assert not (folder / "outbox/tests").exists()
