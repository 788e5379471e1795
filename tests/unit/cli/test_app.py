"""The application: commands found by name, errors as words and exit codes."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
import typer

from newsletter import __version__
from newsletter.cli import app as application
from newsletter.cli.app import run
from newsletter.cli.arguments import AsJson
from newsletter.cli.command_group import OTHER_NAMES
from newsletter.cli.registry import COMMANDS, Entry
from newsletter.errors import (
    ContentError,
    NewsletterError,
    Place,
    ProviderError,
    UncertainError,
    UnsupportedError,
    UsageError,
)
from newsletter.model.findings import Finding, Severity

Runs = Callable[..., tuple[int, str, str]]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | None]:
    """Add a command `fake` that raises what the test puts into the list."""
    raises: list[BaseException | None] = [None]

    def command(words: Annotated[list[str] | None, typer.Argument()] = None, as_json: AsJson = False) -> None:
        if raises[0] is not None:
            raise raises[0]
        print("done", *(words or []))

    module = types.ModuleType("newsletter.cli.fake")
    module.command = command  # type: ignore[attr-defined]
    module.EXAMPLES = (("newsletter fake", "do nothing"),)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "newsletter.cli.fake", module)
    monkeypatch.setitem(COMMANDS, "fake", Entry("fake", "Do nothing.", "Write an issue"))
    return raises


@pytest.fixture
def runs(capsys: pytest.CaptureFixture[str]) -> Runs:
    """Run a command line; return exit code, stdout and stderr."""

    def call(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as raised:
            run(args)
        shown = capsys.readouterr()
        assert isinstance(raised.value.code, int)
        return raised.value.code, shown.out, shown.err

    return call


def test_a_command_that_ends_well_exits_0(fake: list[BaseException | None], runs: Runs) -> None:
    assert runs("fake") == (0, "done\n", "")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NewsletterError("odd"), 1),
        (UsageError("odd"), 2),
        (ContentError("odd", []), 3),
        (ProviderError("odd"), 4),
        (UnsupportedError("odd"), 4),
        (UncertainError("odd"), 5),
        (typer.Exit(3), 3),
    ],
)
def test_each_error_has_its_exit_code(
    fake: list[BaseException | None], runs: Runs, error: BaseException, code: int
) -> None:
    fake[0] = error
    assert runs("fake")[0] == code


def test_an_error_is_one_sentence_with_a_hint_and_no_traceback(fake: list[BaseException | None], runs: Runs) -> None:
    fake[0] = UsageError("this is odd", hint="do otherwise", place=Place("a.yaml", 2))
    assert runs("fake") == (2, "", "Error: a.yaml:2: This is odd.\nDo otherwise.\n")


def test_an_uncertain_outcome_is_told_as_such(fake: list[BaseException | None], runs: Runs) -> None:
    fake[0] = UncertainError("it may have gone")
    assert runs("fake")[2] == "Uncertain: It may have gone.\n"


def test_debug_shows_the_traceback_wherever_it_stands(fake: list[BaseException | None], runs: Runs) -> None:
    fake[0] = UsageError("odd")
    for args in (["--debug", "fake"], ["fake", "--debug"]):
        code, _, shown = runs(*args)
        assert code == 2
        assert "Traceback" in shown
    assert "Traceback" not in runs("fake")[2]


def test_after_two_dashes_debug_is_a_word_like_any_other(fake: list[BaseException | None], runs: Runs) -> None:
    assert runs("fake", "--", "--debug") == (0, "done --debug\n", "")


def test_with_json_an_error_is_one_object(fake: list[BaseException | None], runs: Runs) -> None:
    finding = Finding(code="NL001", severity=Severity.ERROR, message="gone", place=Place("a.yaml"))
    fake[0] = ContentError("wrong", [finding])
    code, shown, _ = runs("fake", "--json")
    data = json.loads(shown)
    assert code == data["error"]["exit_code"] == 3
    assert data["error"]["findings"][0]["code"] == "NL001"


def test_a_bug_is_reported_in_a_file_and_not_thrown_at_the_user(
    fake: list[BaseException | None], runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".newsletter").mkdir()
    fake[0] = ZeroDivisionError("of ada@example.org")
    code, shown, said = runs("fake")
    assert (code, shown) == (1, "")
    assert "not a mistake of yours" in " ".join(said.split())
    assert "Traceback" not in said
    assert "ada" not in said
    (report,) = (tmp_path / ".newsletter").iterdir()
    assert report.name in said.replace("\n", "")
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")


def test_a_bug_with_json_and_debug(
    fake: list[BaseException | None], runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("newsletter.workflow.crash_report.write_report", lambda error, args: None)
    fake[0] = ZeroDivisionError("x")
    code, shown, said = runs("fake", "--json", "--debug")
    assert code == json.loads(shown)["error"]["exit_code"] == 1
    assert "Traceback" in said


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), typer.Abort()])
def test_an_interrupted_command_says_that_nothing_is_lost(
    fake: list[BaseException | None], runs: Runs, stop: BaseException
) -> None:
    fake[0] = stop
    code, _, said = runs("fake")
    assert code == 130
    assert "Your files are unchanged" in said


def test_a_wrong_option_is_told_with_the_help_to_read(fake: list[BaseException | None], runs: Runs) -> None:
    code, shown, said = runs("fake", "--jsn")
    assert (code, shown) == (2, "")
    assert "--jsn" in said
    assert "See `newsletter fake --help`." in said
    code, shown, _ = runs("fake", "--jsn", "--json")
    assert json.loads(shown)["error"]["exit_code"] == 2


def test_an_unknown_command_gets_the_nearest(runs: Runs) -> None:
    code, _, said = runs("chekc")
    assert code == 2
    assert "no command called 'chekc'" in said
    assert "`check`" in said


@pytest.mark.parametrize(("name", "instead"), OTHER_NAMES.items())
def test_a_name_from_another_tool_is_answered_with_ours(runs: Runs, name: str, instead: str) -> None:
    code, _, said = runs(name, "2024-02")
    assert code == 2
    assert f"Use `newsletter {instead}`." in said
    assert name not in COMMANDS
    assert instead.startswith("-") or instead.split(maxsplit=1)[0] in COMMANDS


def test_an_unknown_option_before_the_command(runs: Runs) -> None:
    code, _, said = runs("--verison")
    assert code == 2
    assert "--version" in said


def test_the_version(runs: Runs) -> None:
    assert runs("--version") == (0, f"newsletter {__version__}\n", "")


def test_no_command_shows_the_help_and_exits_2(runs: Runs) -> None:
    code, shown, _ = runs()
    assert code == 2
    assert all(f"  {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_help_lists_every_command_without_importing_any(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    monkeypatch.setattr("newsletter.cli.command_group.build", lambda name, entry: pytest.fail("imported"))
    code, shown, _ = runs(flag)
    assert code == 0
    assert all(f"  {name} " in shown and entry.summary.split()[0] in shown for name, entry in COMMANDS.items())


def test_the_help_of_a_command_ends_with_its_examples(fake: list[BaseException | None], runs: Runs) -> None:
    code, shown, _ = runs("fake", "--help")
    assert code == 0
    assert shown.rstrip().endswith("Examples:\n  newsletter fake\n      do nothing")


def test_arguments_are_taken_from_the_process_where_none_are_given(
    monkeypatch: pytest.MonkeyPatch, runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["newsletter", "--version"])
    with pytest.raises(SystemExit) as raised:
        run()
    assert raised.value.code == 0


def test_a_reader_of_the_help_that_leaves_is_no_failure(monkeypatch: pytest.MonkeyPatch, runs: Runs) -> None:
    def gone(*_: object, **__: object) -> None:
        leaving = SystemExit(1)
        leaving.__context__ = BrokenPipeError()
        raise leaving

    monkeypatch.setattr(application, "app", gone)
    assert runs("--help") == (0, "", "")
