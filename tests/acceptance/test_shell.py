"""The command as a process: what it imports, pipes, poor terminals, Ctrl-C, completion."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAVY = ("premailer", "mjml", "sqlalchemy", "lxml", "requests", "rich", "babel", "ruamel", "jinja2")


def test_the_help_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "newsletter", "--help"],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & set(HEAVY)


def test_rendering_leaves_alone_what_it_does_not_need(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "newsletter", "render", "2024-02"],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "mjml" in imported
    assert not imported & {"sqlalchemy", "rich", "keyring", "webbrowser"}


def test_a_reader_that_leaves_early_is_no_trouble(folder: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m newsletter"
    for line in ("--help", "schema -o -", "check 2024-02", "render 2024-02 -o -"):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command} {line} | head -c 1 >/dev/null"],
            capture_output=True, check=False, encoding="utf-8",
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), line


def test_piped_output_has_no_colours(folder: Path, process: Any) -> None:
    for args in (["check", "2024-02"], ["--help"], ["check", "nothing"]):
        done = process(*args, FORCE_COLOR="1")
        assert "\033" not in done.stdout + done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_a_terminal_without_unicode_gets_plain_words(folder: Path, encoding: str) -> None:
    cli = [sys.executable, "-m", "newsletter"]
    for args in (["check", "2024-02"], ["new", "2024-04"], ["check", "2024-04"], ["--help"]):
        done = subprocess.run(
            [*cli, *args], capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": encoding}
        )
        assert done.returncode in {0, 3}
        assert b"Traceback" not in done.stderr
        assert done.stdout.decode(encoding)


def test_html_on_stdout_is_utf8_whatever_the_terminal_says(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", "render", "2024-02", "-o", "-"],
        capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert "we’ve been bringing people together" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("columns", ["30", "60"])
def test_a_narrow_terminal_gets_narrow_lines(folder: Path, process: Any, columns: str) -> None:
    done = process("check", "2024-02", COLUMNS=columns)
    told = done.stdout.splitlines()
    whole = {number + 1 for number, line in enumerate(told) if line == "  write instead:"}  # to be pasted, as commands
    lines = [line for number, line in enumerate(told) if number not in whole and not line.startswith("  newsletter ")]
    assert len(lines) > 5
    assert [line for line in lines if len(line) > int(columns)] == []


WAITING = """
import time
import newsletter.cli.app as application

def wait(**_):
    print("up", flush=True)
    time.sleep(30)

application.app = wait
application.run(["check"])
"""


def test_ctrl_c_ends_with_one_sentence(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert running.returncode == 130
    assert said.strip().startswith("Stopped. Your files are unchanged")
    assert "Traceback" not in said


def complete(folder: Path, line: str) -> list[str]:
    """Return what the shell would offer after a line."""
    words = shlex.split(line)
    position = len(words) if line.endswith(" ") else len(words) - 1
    environment = {
        **os.environ,
        "_NEWSLETTER_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(position),
    }
    done = subprocess.run(
        [sys.executable, "-m", "newsletter"],
        capture_output=True, check=True, encoding="utf-8", env=environment, cwd=folder,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split()


def test_the_shell_completes_commands_options_and_issues(folder: Path) -> None:
    assert complete(folder, "newsletter ch") == ["check"]
    assert complete(folder, "newsletter check 2024") == ["2024-03", "2024-02"]
    assert "--json" in complete(folder, "newsletter check --j")


def test_outside_a_newsletter_completion_is_silent(tmp_path: Path) -> None:
    assert complete(tmp_path, "newsletter check 2024") == []


def test_completion_is_installed_for_the_shell_that_asks(tmp_path: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m newsletter --install-completion; exit $?"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True, encoding="utf-8", cwd=tmp_path)
    assert "bash completion installed" in done.stdout
    script = (tmp_path / ".bash_completions" / "newsletter.sh").read_text(encoding="utf-8")
    assert "_NEWSLETTER_COMPLETE=complete_bash" in script
    assert "newsletter.sh" in (tmp_path / ".bashrc").read_text(encoding="utf-8")


def test_module_and_script_are_the_same(process: Any) -> None:
    script = Path(sys.executable).with_name("newsletter")
    shown = subprocess.run([script, "--version"], capture_output=True, check=True, encoding="utf-8").stdout
    assert process("--version").stdout == shown
