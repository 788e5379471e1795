"""Commands where the computer does not play along: closed streams, full disks, folders without permission."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

NEWSLETTER = f"{sys.executable} -m newsletter"
WITHOUT_PRIVILEGES = (
    "setpriv --bounding-set=-all --inh-caps=-all " if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
)
"""Root may read every file; the tests of permissions give that up."""

Shell = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def shell(folder: Path) -> Shell:
    """Run a command line in a shell, in the sample newsletter's folder."""

    def call(line: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["sh", "-c", line], capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert "This is a bug in newsletter" not in done.stdout + done.stderr
        return done

    return call


@pytest.fixture
def locked(folder: Path) -> Iterator[Callable[[str, int], None]]:
    """Take permissions away from a path; they are given back at the end so that it can be deleted."""
    changed: list[Path] = []

    def lock(name: str, mode: int) -> None:
        path = folder / name
        path.chmod(mode)
        changed.append(path)

    yield lock
    for path in changed:
        path.chmod(0o755)


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["check 2024-02 --offline", "status 2024-02", "preview 2024-02 --no-open"])
def test_a_closed_stream_changes_nothing(shell: Shell, command: str, streams: str) -> None:
    assert shell(f"{NEWSLETTER} {command} {streams}").returncode == 0


def test_a_file_never_takes_the_place_of_a_closed_stream(shell: Shell, folder: Path) -> None:
    assert shell(f"{NEWSLETTER} test 2024-02 --to me@example.org <&- >&- 2>&-").returncode == 0
    assert shell(f"{NEWSLETTER} send 2024-02 --yes <&- >&- 2>&-").returncode in {0, 3}
    assert (folder / ".newsletter/ledger.db").read_bytes().startswith(b"SQLite format 3\0")
    assert shell(f"{NEWSLETTER} status 2024-02").returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command",
    ["check 2024-02 --offline", "check 2024-02 --offline --json", "status 2024-02", "render 2024-02 -o -", "--version"],
)
def test_output_that_cannot_be_written_is_reported(shell: Shell, command: str) -> None:
    done = shell(f"{NEWSLETTER} {command} > /dev/full")
    assert done.returncode == 2
    assert "The output could not be written: No space left on device." in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_command_that_did_its_work_succeeds_though_its_output_is_lost(shell: Shell, folder: Path) -> None:
    done = shell(f"{NEWSLETTER} test 2024-02 --to me@example.org > /dev/full")
    assert done.returncode == 0
    assert "could not be written" in done.stderr
    assert len(list((folder / "outbox/tests/new").iterdir())) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("line", ["--help > /dev/full", "check --help > /dev/full", "nothing 2> /dev/full"])
def test_help_and_errors_survive_a_full_disk(shell: Shell, line: str) -> None:
    assert shell(f"{NEWSLETTER} {line}").returncode in {2, 3}


@pytest.mark.skipif(bool(WITHOUT_PRIVILEGES) and shutil.which("setpriv") is None, reason="needs setpriv")
@pytest.mark.parametrize(
    ("name", "mode", "command", "names"),
    [
        ("issues", 0o000, "check", "issues"),
        ("issues", 0o000, "new", "issues"),
        ("issues", 0o500, "new 2031-03", "issues/2031-03.yaml"),
        ("issues/2024-02.yaml", 0o000, "check 2024-02 --offline", "issues/2024-02.yaml"),
        ("newsletter.yaml", 0o000, "check", "newsletter.yaml"),
        ("templates", 0o000, "check 2024-02 --offline", "templates"),
        ("templates/sections", 0o000, "render 2024-02", "templates/sections"),
        (".", 0o500, "render 2024-02", "build"),
    ],
)
def test_a_missing_permission_is_explained(  # noqa: PLR0917 - one for each column of the table
    shell: Shell, locked: Callable[[str, int], None], name: str, mode: int, command: str, names: str
) -> None:
    locked(name, mode)
    done = shell(f"{WITHOUT_PRIVILEGES}{NEWSLETTER} {command}")
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == (2 if name == "." else 3), said
    assert names in said
    assert "permission" in said.lower() or "You may not read" in said


def test_a_working_folder_that_is_gone_is_explained(shell: Shell) -> None:
    for command in ("check", "init", "new"):
        done = shell(f"mkdir gone && cd gone && rmdir ../gone && {NEWSLETTER} {command}")
        assert done.returncode == 3
        assert "no longer exists" in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000 + "]" * 100_000,
        '{"form":1,"links":' + '{"a":' * 50_000 + "1" + "}" * 50_001,
        '{"form":1,"links":[1]}',
        "\x00",
    ],
    ids=["nested lists", "nested objects", "wrong type", "no JSON"],
)
def test_a_broken_cache_of_links_is_ignored(shell: Shell, folder: Path, content: str) -> None:
    (folder / ".newsletter").mkdir(exist_ok=True)
    (folder / ".newsletter/links.json").write_text(content, encoding="utf-8")
    assert shell(f"{NEWSLETTER} check 2024-02 --offline").returncode == 0


def test_a_cache_that_is_a_folder_or_a_file_is_ignored(shell: Shell, folder: Path) -> None:
    (folder / ".newsletter").mkdir(exist_ok=True)
    (folder / ".newsletter/links.json").mkdir()
    (folder / ".newsletter/pictures").write_text("", encoding="utf-8")
    assert shell(f"{NEWSLETTER} check 2024-02 --offline").returncode == 0


def test_the_last_year_of_the_calendar_does_no_harm(shell: Shell, folder: Path) -> None:
    text = (folder / "issues/2024-02.yaml").read_text(encoding="utf-8")
    (folder / "issues/9999-12.yaml").write_text(text.replace("date: 2024-02-", "date: 9999-12-"), encoding="utf-8")
    for command in ("check 9999-12 --offline", "render 9999-12", "preview 9999-12 --no-open", "status 9999-12", "new"):
        assert shell(f"{NEWSLETTER} {command}").returncode in {0, 3}
    assert "There is an issue for December 9999 already" in shell(f"{NEWSLETTER} new 9999-12").stderr


@pytest.mark.parametrize("month", ["0001-01", "1000-02", "10000-01"])
def test_other_years_far_away_do_no_harm(shell: Shell, folder: Path, month: str) -> None:
    text = (folder / "issues/2024-02.yaml").read_text(encoding="utf-8")
    (folder / f"issues/{month}.yaml").write_text(text.replace("date: 2024-02-", f"date: {month}-"), encoding="utf-8")
    for command in ("check {} --offline", "render {}", "preview {} --no-open", "status {}", "status --all"):
        assert shell(f"{NEWSLETTER} {command.format(month)}").returncode in {0, 3}


@pytest.mark.parametrize("name", ["newsletter.yaml", "audience.csv", "issues/2024-02.yaml", "templates/README.html"])
@pytest.mark.parametrize("command", ["preview 2024-02 --no-open", "schema"])
def test_output_never_replaces_the_users_own_file(shell: Shell, folder: Path, command: str, name: str) -> None:
    path = folder / name
    before = path.read_bytes() if path.exists() else b"mine"
    path.write_bytes(before)
    done = shell(f"{NEWSLETTER} {command} -o {name}")
    assert done.returncode == 2
    assert "it was not overwritten" in " ".join(done.stderr.split())
    assert path.read_bytes() == before


def test_output_replaces_what_it_wrote_before(shell: Shell) -> None:
    for _ in range(2):
        assert shell(f"{NEWSLETTER} preview 2024-02 --no-open -o pages/look.html").returncode == 0
        assert shell(f"{NEWSLETTER} schema -o issue.json").returncode == 0


def test_control_characters_do_not_reach_the_terminal(shell: Shell, folder: Path) -> None:
    for line in ("check '\x1b[2J\u202e2024'", "test 2024-02 --to 'a\x1b]0;x\x07@example.org'", "new '\x9b31m'"):
        done = shell(f"{NEWSLETTER} {line}")
        assert done.returncode == 2
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.stdout + done.stderr)
