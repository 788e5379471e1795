"""`newsletter check` and the links of an issue: looked at by default, left alone where that is wanted."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.misbehaving import misbehaving

ISSUE = """\
title: "March news: spring, and room at the table"
date: 2024-03-11
preheader: A new kitchen table in Croydon, and two dates for your diary
intro: |
  Read [the plan](http://127.0.0.1:{port}/plan) and [the story](http://127.0.0.1:{port}/gone).
sections:
  - kind: story
    heading: The kitchen table
    text: Eleven neighbours came, and all of them stayed for lunch.
    button: {{label: See the photos, link: "http://127.0.0.1:{port}/{last}"}}
"""


class _Pages(BaseHTTPRequestHandler):
    asked: list[str]
    over: threading.Event

    def do_GET(self) -> None:
        self.do_HEAD()

    def do_HEAD(self) -> None:
        self.asked.append(self.path)
        if self.path == "/hang":
            self.over.wait(120)
        moved = self.path == "/moved"
        self.send_response(301 if moved else 404 if self.path == "/gone" else 200)
        if moved:
            self.send_header("Location", "/album")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pages() -> Iterator[tuple[int, list[str]]]:
    """Run a website; yield its port, and what is asked of it."""
    asked: list[str] = []
    over = threading.Event()
    handler = type("Handler", (_Pages,), {"asked": asked, "over": over})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_address[1], asked
    over.set()
    server.shutdown()
    server.server_close()


def lay(folder: Path, port: int, last: str = "ok", *, local: bool = True) -> Path:
    path = folder / "issues" / "2024-03.yaml"
    path.write_text(ISSUE.format(port=port, last=last), "utf-8")
    settings = folder / "newsletter.yaml"
    # of the settings' links nothing is asked: the website is one for examples
    settings.write_text(re.sub(r"website: \S+", "website: https://example.org", settings.read_text("utf-8")), "utf-8")
    if local:
        settings.write_text(f"{settings.read_text('utf-8')}\nchecks:\n  local_links: true\n", "utf-8")
    return path


def codes(shown: str) -> dict[str, int]:
    return {one["code"]: one["place"]["line"] for one in json.loads(shown)["findings"] if one["code"] >= "NL650"}


def test_links_are_looked_at(folder, pages, process):
    port, asked = pages
    lay(folder, port)
    done = process("check", "2024-03", "--json", NEWSLETTER_OFFLINE="")
    assert codes(done.stdout).get("NL651") == 5
    assert done.returncode == 3
    assert done.stderr == ""
    assert sorted(set(asked)) == ["/gone", "/ok", "/plan"]


@pytest.mark.parametrize(("arguments", "set_to"), [(["--offline"], ""), ([], "1")])
def test_links_are_left_alone(folder, pages, process, arguments, set_to):
    port, asked = pages
    lay(folder, port)
    done = process("check", "2024-03", "--json", *arguments, NEWSLETTER_OFFLINE=set_to)
    assert "NL651" not in codes(done.stdout)
    assert asked == []


def test_links_into_ones_own_network_are_never_asked_unless_that_is_allowed(folder, pages, process):
    port, asked = pages
    lay(folder, port, local=False)
    done = process("check", "2024-03", "--json", NEWSLETTER_OFFLINE="")
    found = {one["code"] for one in json.loads(done.stdout)["findings"]}
    assert "NL601" in found
    assert "NL651" not in found
    assert done.returncode == 3
    assert asked == []


def test_what_was_found_is_known_to_later_commands_and_only_the_bad_is_asked_again(folder, pages, process):
    port, asked = pages
    lay(folder, port)
    process("check", "2024-03", NEWSLETTER_OFFLINE="")
    del asked[:]
    sent = process("send", "2024-03", "--dry-run", NEWSLETTER_OFFLINE="")
    assert sent.returncode == 3
    assert "NL651" in sent.stdout + sent.stderr
    assert "NL651" in process("check", "2024-03", "--offline", NEWSLETTER_OFFLINE="").stdout
    assert asked == []
    process("check", "2024-03", NEWSLETTER_OFFLINE="")
    assert set(asked) == {"/gone"}


def test_a_page_that_moved_gets_its_new_address(folder, process, tmp_path):
    with misbehaving(tmp_path) as site:
        old, new = site.https("127.0.0.1", "/to/301/ok/new"), site.https("127.0.0.1", "/ok/new")
        path = lay(folder, 9)
        before = path.read_text("utf-8").replace("http://127.0.0.1:9/plan", old).replace("http://127.0.0.1:9/gone", new)
        path.write_text(before, "utf-8")
        trusted = tmp_path / "ca.pem"
        site.ca.cert_pem.write_to_path(str(trusted))
        done = process("check", "2024-03", "--fix", NEWSLETTER_OFFLINE="", SSL_CERT_FILE=str(trusted))
        assert f"“{old}” is now “{new}” (NL655 moved-page)" in " ".join(done.stdout.split())
        assert path.read_text("utf-8") == before.replace(old, new)
        assert [path for method, _, path in site.asked].count("/to/301/ok/new") == 1


def test_the_new_address_of_a_page_without_encryption_is_told_and_left_to_its_author(folder, pages, process):
    port, _ = pages
    path = lay(folder, port, "moved")
    before = path.read_bytes()
    done = process("check", "2024-03", "--fix", "--json", NEWSLETTER_OFFLINE="")
    assert "NL655" in codes(done.stdout)
    assert path.read_bytes() == before


def test_without_a_connection_there_is_one_note(folder, process, tmp_path):
    """The name of the site is looked up, and not found, as without a connection no name is."""
    text = (folder / "issues" / "2024-02.yaml").read_text("utf-8")
    (folder / "issues" / "2024-02.yaml").write_text(text, "utf-8")
    code = (
        "import socket\n"
        "def nothing(*_given, **_more): raise socket.gaierror(socket.EAI_AGAIN, 'away')\n"
        "socket.getaddrinfo = nothing\n"
        "from newsletter.cli.app import run\n"
        "run(['check', '2024-02', '--json'])\n"
    )
    environment = {**os.environ, "NEWSLETTER_OFFLINE": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    found = [one["code"] for one in json.loads(done.stdout)["findings"]]
    assert found.count("NL663") == 1
    assert "no internet connection" in json.loads(done.stdout)["facts"]["Links"]
    assert not {"NL651", "NL653", "NL662"} & set(found)


def test_ctrl_c_ends_it_at_once_and_in_words(folder, pages):
    port, asked = pages
    lay(folder, port, "hang")
    # where the tests run in the background, Ctrl-C is ignored there, and by what they start
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from newsletter.cli.app import run; run(['check', '2024-03'])\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NEWSLETTER_OFFLINE": ""},
    )
    end = time.monotonic() + 30
    while "/hang" not in asked and time.monotonic() < end:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=90)  # the page answers later than that
    assert running.returncode == 130
    assert "Traceback" not in out + err


def test_the_bar_is_shown_on_a_terminal_only(folder, pages, process):
    port, _ = pages
    lay(folder, port)
    assert "Looking at the links" not in process("check", "2024-03", NEWSLETTER_OFFLINE="").stderr
    master, slave = os.openpty()
    shown = []

    def read() -> None:
        with os.fdopen(master, "rb", buffering=0) as terminal:
            while True:
                try:
                    data = terminal.read(4096)
                except OSError:
                    return
                if not data:
                    return
                shown.append(data)

    reader = threading.Thread(target=read)
    reader.start()
    (folder / ".newsletter" / "links.json").unlink()
    subprocess.run(
        [sys.executable, "-m", "newsletter", "check", "2024-03"],
        stdout=subprocess.DEVNULL,
        stderr=slave,
        check=False,
        env={**os.environ, "NEWSLETTER_OFFLINE": "", "TERM": "xterm"},
    )
    os.close(slave)
    reader.join(10)
    assert b"Looking at the links" in b"".join(shown)
