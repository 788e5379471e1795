"""`newsletter compose` starts the composer's server, prints its address and stops at Ctrl-C."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Pretend that the browser's part is built, as it is in a released package."""
    from newsletter.web import application, server

    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "index.html").write_text("<!doctype html><title>Composer</title>", encoding="utf-8")
    monkeypatch.setattr(application, "STATIC", tmp_path / "static")
    monkeypatch.setattr(server, "STATIC", tmp_path / "static")


PROGRAM = """
import sys
from pathlib import Path
from newsletter.web import application, server
application.STATIC = server.STATIC = Path(sys.argv.pop(1))
from newsletter.cli.app import run
run(sys.argv[1:])
"""


@pytest.fixture
def running(folder: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text("<!doctype html><title>Composer</title>", encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, str(static), "compose", "february", "--no-open"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way there")
def test_it_serves_the_page_until_ctrl_c(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    line = running.stdout.readline()
    address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line)
    assert address, line
    assert "Press Ctrl-C to stop it" in running.stdout.readline()
    with urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(address[0], timeout=20) as page:
        assert "Composer" in page.read().decode()
        assert page.url.endswith("#/issues/2024-02/form")
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Nothing you wrote is lost" in err
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_told(folder: Path, cli: Any, built: None) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = cli("compose", "--no-open", "--port", str(port))
    assert done.code == 2
    assert f"Port {port} cannot be used: Address already in use." in done.said
    assert "leave out --port" in done.said


def test_without_a_terminal_it_does_not_wait_for_ever(folder: Path, cli: Any, built: None) -> None:
    done = cli("compose")
    assert done.code == 2
    assert "no terminal" in done.said
    assert "--no-open" in done.said


def test_an_issue_that_is_not_there_is_told(folder: Path, cli: Any, built: None) -> None:
    done = cli("compose", "2031-01", "--no-open")
    assert done.code == 2
    assert "Issues: 2024-02, 2024-03" in done.said


def test_where_the_app_is_not_built_it_says_how(
    folder: Path, cli: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("newsletter.web.server.STATIC", tmp_path / "nothing")
    done = cli("compose", "--no-open")
    assert done.code == 2
    assert "make frontend" in done.said


def test_help_imports_nothing_of_the_server() -> None:
    program = (
        "import sys\nfrom newsletter.cli.app import run\n"
        "try:\n    run(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('starlette', 'uvicorn', 'watchfiles', 'newsletter.web') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.rstrip().endswith("[]")
