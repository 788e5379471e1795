"""Every example of a command in the pages works, in the order of its page, as a person at a terminal types it."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import shutil
import signal
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = sorted(path for path in (PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")) if path.is_file())

PATIENCE = 60
"""Seconds of silence after which a command is taken to hang."""


def examples(page: Path) -> list[tuple[str, list[str]]]:
    """Return each command of the page's console blocks, and the lines of output shown under it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.strip():
                assert found, f"{page.name}: output before any command: {line}"
                found[-1][1].append(line)
    return found


def answer(seen: str) -> str:
    """Return what a willing person types at the question that was asked last."""
    if seen.rstrip("> \n").endswith("Send anyway? (yes/no)"):
        return "yes\n"  # the sample issue is of 2024
    if seen.rstrip("> \n").endswith("Nobody receives anything. (yes/no)"):
        return "yes\n"
    people = re.search(r"type the number of recipients \((\d+)\)[^?]*> $", seen)
    return f"{people[1]}\n" if people else "\n"


def at_terminal(command: str, folder: Path) -> tuple[int, str]:
    """Run a command at a pseudo-terminal, agreeing to a send and taking every default; return exit code and output."""
    words = shlex.split(command, comments=True)
    pid, screen = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes the command
        os.chdir(folder)
        environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "HOME": str(folder)}
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "NEWSLETTER_SETTINGS"):
            environment.pop(name, None)
        os.execve(sys.executable, [sys.executable, "-m", *words], environment)
    seen, answered = "", 0
    while True:
        if not select.select([screen], [], [], PATIENCE)[0]:
            os.kill(pid, signal.SIGKILL)
            pytest.fail(f"{command} waits for something:\n{seen}")
        try:
            seen += os.read(screen, 4096).decode("utf-8", "replace").replace("\r\n", "\n")
        except OSError:  # the other end is closed: the command has ended
            break
        if "Press Ctrl-C to stop it." in seen and not answered:
            answered = len(seen)
            os.write(screen, b"\x03")
        if seen.endswith("> ") and len(seen) > answered:
            answered = len(seen)
            os.write(screen, answer(seen).encode())
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), seen


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=lambda page: page.name)
def test_the_examples_of_a_page_work(page: Path, tmp_path: Path) -> None:
    for name in ("newsletter.yaml", "audience.csv"):
        shutil.copy(PROJECT / name, tmp_path / name)
    for name in ("issues", "templates"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    for command, expected in examples(page):
        assert command.startswith("newsletter "), f"{page.name}: only the tool's own commands can be tried: {command}"
        code, seen = at_terminal(command, tmp_path)
        assert code == (130 if "Press Ctrl-C to stop it." in seen else 0), (
            f"{page.name}: {command} ended with {code}:\n{seen}"
        )
        shown = " ".join(seen.split())
        for line in expected:
            assert " ".join(line.split()) in shown, f"{page.name}: {command} does not say: {line}\n{seen}"


def test_there_are_examples_to_try() -> None:
    assert len(examples(PROJECT / "README.md")) >= 8
