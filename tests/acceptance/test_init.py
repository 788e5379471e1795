"""`newsletter init` lays a folder that works as it is."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ASKING = """
import sys
from newsletter.cli.app import run
run(["init", "laid"])
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "empty"
    root.mkdir()
    monkeypatch.chdir(root)
    return root


def test_a_fresh_folder_passes_the_check_renders_and_sends(
    empty: Path, cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = cli("init", "--yes")
    assert laid.code == 0, laid
    month = f"{dt.datetime.now().astimezone():%Y-%m}"
    assert (empty / "issues" / f"{month}.yaml").is_file()
    checked = cli("check")
    assert (checked.code, checked.err) == (0, "")
    assert "has no problems" in checked.out
    assert cli("render", "-o", "page").code == 0
    assert cli("test", "--to", "me@example.org").code == 0
    assert cli("send", "--yes").code == 0
    letters = list((empty / "outbox").rglob("*.eml"))
    assert len(letters) >= 3


def test_everything_that_a_newsletter_needs_is_laid(empty: Path, cli: Any) -> None:
    cli("init", "--yes")
    made = {str(path.relative_to(empty)) for path in empty.rglob("*") if path.is_file()}
    assert {
        "newsletter.yaml",
        "audience.csv",
        ".gitignore",
        ".newsletter/issue.schema.json",
        ".newsletter/settings.schema.json",
        "issues/images/welcome.jpg",
    } <= made
    assert not [name for name in made if name.startswith("templates/")], "the built-in ones are used"
    json.loads((empty / ".newsletter/issue.schema.json").read_text(encoding="utf-8"))


def test_the_schema_that_the_files_name_is_there(empty: Path, cli: Any) -> None:
    cli("init", "--yes")
    for path in (empty / "newsletter.yaml", next((empty / "issues").glob("*.yaml"))):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.partition("=")[2]).is_file()


def test_it_says_what_it_made_and_what_to_do_next(empty: Path, cli: Any) -> None:
    said = cli("init", "our-news", "--yes").said
    assert "newsletter.yaml" in said
    assert "cd our-news" in said
    assert "newsletter check" in said
    assert "newsletter preview" in said
    assert "replace the sample name and addresses" in said


def test_answers_given_as_options_are_taken(empty: Path, cli: Any) -> None:
    answers = ("--name", 'The "Best" Trust: A–Z', "--email", "team@example.org", "--address", "1 High Street")
    done = cli("init", *answers, "--newsletter", "Our #1 News")
    assert done.code == 0
    assert "samples" not in done.said
    settings = (empty / "newsletter.yaml").read_text(encoding="utf-8")
    assert r'name: "The \"Best\" Trust: A–Z"' in settings
    assert "mailto:team@example.org" in next((empty / "issues").glob("*.yaml")).read_text(encoding="utf-8")
    assert cli("check").code == 0


def test_a_wrong_address_is_refused_before_anything_is_made(empty: Path, cli: Any) -> None:
    done = cli("init", "--email", "team at example.org")
    assert done.code == 2
    assert "is not an email address" in done.said
    assert list(empty.iterdir()) == []


def test_a_newsletter_that_exists_is_left_alone(empty: Path, cli: Any) -> None:
    (empty / "newsletter.yaml").write_text("mine", encoding="utf-8")
    done = cli("init", "--yes")
    assert done.code == 2
    assert "already" in done.err
    assert [path.name for path in empty.iterdir()] == ["newsletter.yaml"]
    assert (empty / "newsletter.yaml").read_text(encoding="utf-8") == "mine"


def test_other_files_that_exist_are_kept_and_named(empty: Path, cli: Any) -> None:
    (empty / "audience.csv").write_text("email\nme@example.org\n", encoding="utf-8")
    done = cli("init", "--yes")
    assert done.code == 0
    assert "Already existed and was kept: audience.csv." in done.out
    assert (empty / "audience.csv").read_text(encoding="utf-8") == "email\nme@example.org\n"


def test_a_file_in_the_way_is_told(empty: Path, cli: Any) -> None:
    (empty / "plain").write_text("", encoding="utf-8")
    assert "is a file, not a folder" in cli("init", "plain", "--yes").said
    (empty / "issues").write_text("", encoding="utf-8")
    done = cli("init", "--yes")
    assert done.code == 2
    assert "cannot be written" in done.said


def test_json_lists_what_was_made(empty: Path, cli: Any) -> None:
    data = json.loads(cli("init", "--json").out)
    assert data["folder"] == str(empty)
    assert str(empty / "newsletter.yaml") in data["made"]
    assert data["kept"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_at_a_terminal_it_asks_and_asks_again_where_an_address_is_wrong(empty: Path) -> None:
    answers = iter(
        ["Our Trust", "", "nonsense", "us@example.org", "1 High Street", "welsh", "cy", "Cardiff", "Europe/London"]
    )
    pid, screen = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes the command
        os.execv(sys.executable, [sys.executable, "-c", ASKING])
    seen = ""
    while True:
        if not select.select([screen], [], [], 60)[0]:
            os.kill(pid, signal.SIGKILL)
            pytest.fail(f"it waits for something:\n{seen}")
        try:
            seen += os.read(screen, 4096).decode()
        except OSError:
            break
        if seen.endswith("> "):
            os.write(screen, f"{next(answers)}\n".encode())
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, seen
    assert "is not an email address" in seen
    settings = (empty / "laid" / "newsletter.yaml").read_text(encoding="utf-8")
    assert 'name: "Our Trust"' in settings
    assert 'newsletter: "Monthly Update"' in settings
    assert 'email: "us@example.org"' in settings
    assert "'welsh' is not a language code" in seen
    assert "'Cardiff' is not a time zone" in seen
    assert "\nlanguage: cy " in settings
    assert "\ntime_zone: Europe/London " in settings


@pytest.fixture
def piped(empty: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run `newsletter init laid` with answers from a pipe."""

    def call(answers: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "newsletter", "init", "laid"],
            input=answers, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return call


def test_answers_are_read_from_a_pipe(empty: Path, piped: Any) -> None:
    done = piped("Our Trust\nOur News\nus@example.org\n1 High Street\nde\nEurope/Berlin\n")
    assert done.returncode == 0, done
    settings = (empty / "laid" / "newsletter.yaml").read_text(encoding="utf-8")
    for line in ('name: "Our Trust"', 'newsletter: "Our News"', 'email: "us@example.org"', 'address: "1 High Street"'):
        assert line in settings
    assert "\nlanguage: de " in settings
    assert "\ntime_zone: Europe/Berlin " in settings
    assert "sample answers" not in done.stderr


def test_answers_that_a_pipe_does_not_give_are_samples(empty: Path, piped: Any) -> None:
    assert piped("Our Trust\n\n").returncode == 0
    settings = (empty / "laid" / "newsletter.yaml").read_text(encoding="utf-8")
    assert 'name: "Our Trust"' in settings
    assert 'email: "news@example.org"' in settings


def test_the_mark_at_the_beginning_of_a_file_is_no_part_of_an_answer(empty: Path, piped: Any) -> None:
    assert piped("\ufeffOur Trust\n").returncode == 0
    assert "\ufeff" not in (empty / "laid" / "newsletter.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("answers", ["Our \x1b[31mTrust\n", "Our Trust\nNe\x07ws\n", "O" * 5000 + "\n"])
def test_an_answer_that_check_would_refuse_makes_nothing(empty: Path, piped: Any, answers: str) -> None:
    done = piped(answers)
    assert done.returncode == 2
    assert "is too long, or has invisible characters in it" in " ".join(done.stderr.split())
    assert "\x1b" not in done.stderr
    assert not list((empty / "laid").glob("*"))


def test_a_wrong_answer_from_a_pipe_makes_nothing(empty: Path, piped: Any) -> None:
    done = piped("Our Trust\nOur News\nnonsense\n1 High Street\n")
    assert done.returncode == 2
    assert "'nonsense' is not an email address" in done.stderr
    assert list(empty.iterdir()) == []


def test_it_says_where_nobody_could_answer(empty: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", "init", "laid"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "Sample answers were used" in done.stderr


def test_a_language_and_a_time_zone_may_be_given(empty: Path, cli: Any) -> None:
    assert cli("init", "--yes", "--language", "no", "--time-zone", "America/Argentina/Buenos_Aires").code == 0
    settings = (empty / "newsletter.yaml").read_text(encoding="utf-8")
    assert '\nlanguage: "no" ' in settings
    assert "\ntime_zone: America/Argentina/Buenos_Aires # " in settings
    assert cli("check").code == 0


def test_the_computers_own_language_and_time_zone_are_offered(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "cy_GB.UTF-8")
    monkeypatch.setenv("TZ", ":America/New_York")
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", "init", "laid"],
        input="\n\n\n\n\n\n", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    settings = (empty / "laid" / "newsletter.yaml").read_text(encoding="utf-8")
    assert "\nlanguage: cy-GB " in settings
    assert "\ntime_zone: America/New_York " in settings
