"""What a person is asked at the terminal before a send, and before emails are only saved."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from newsletter.cli import terminal
from newsletter.cli.send_dialog import TerminalDialog
from newsletter.errors import GateError
from newsletter.workflow.send_concerns import Concern

CONCERN = Concern("2024-02 is dated Monday 12 February 2024, and would be sent on Monday 4 March 2024.", "--accept", "")


def dialog(provider: str, *, yes: bool = False) -> TerminalDialog:
    where = SimpleNamespace(whereabouts=lambda: "outbox/new")
    session = SimpleNamespace(workspace=SimpleNamespace(settings=SimpleNamespace(provider=provider)), direct=where)
    return TerminalDialog(cast("Any", session), "2024-02", yes=yes, as_json=False)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer questions with the first of these, and keep the questions."""
    questions: list[str] = []

    def answer(question: str) -> str:
        answers.append(question)
        return questions.pop(0)

    answers: list[str] = []
    monkeypatch.setattr(terminal, "at_terminal", lambda: True)
    monkeypatch.setattr(terminal, "ask", answer)
    return questions


@pytest.mark.parametrize("typed", ["y", "yes", "", "9", "100", "save"])
def test_a_real_send_needs_its_number(asked: list[str], typed: str) -> None:
    asked.append(typed)
    assert not dialog("smtp").confirm(10)


def test_a_real_send_goes_with_its_number_or_the_word_where_that_is_not_known(asked: list[str]) -> None:
    asked += ["1,010", "send", "yes"]
    real = dialog("smtp")
    assert real.confirm(1010)
    assert real.confirm(None)
    assert not real.confirm(None)


def test_a_real_send_asks_about_each_concern(asked: list[str]) -> None:
    asked += ["yes", "no"]
    assert not dialog("smtp").confirm_concerns([CONCERN, CONCERN])
    assert asked == []


def test_practice_shows_concerns_and_asks_once(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    asked.append("yes")
    practice = dialog("outbox")
    assert practice.confirm_concerns([CONCERN, CONCERN])
    assert "Note: 2024-02 is dated" in capsys.readouterr().out
    assert practice.confirm(10)
    assert asked == []


def test_a_script_needs_the_same_options_for_practice() -> None:
    with pytest.raises(GateError, match="is dated"):
        dialog("outbox", yes=True).confirm_concerns([CONCERN])
