"""`newsletter rehearse`, as people and programs call it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from newsletter.rehearsal import provider_names

Start = Callable[..., "Running"]


class Running:
    """A rehearsal in a process of its own."""

    def __init__(self, *args: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "rehearse", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def object(self) -> Any:
        return json.loads(self.line())

    def until(self, words: str) -> list[str]:
        lines = []
        while True:
            line = self.line()
            assert line, f"it ended without {words!r}: {lines}"
            lines.append(line.rstrip("\n"))
            if words in line:
                return lines

    def stop(self) -> tuple[str, str]:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        return out, err


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:

        def one(*args: str) -> Running:
            running = Running(*args)
            stack.callback(running.stop)
            return running

        yield one


def address_in(lines: list[str]) -> str:
    (line,) = [one for one in lines if "base_url:" in one]
    return line.split("base_url:")[1].strip()


def key_in(lines: list[str]) -> str:
    return next(one for one in lines if "export " in one).split("=")[1].strip()


def make(base: str, key: str) -> str:
    session = {"auth": ("x", key), "timeout": 10}
    settings = {"title": "May news", "subject_line": "May", "from_name": "Team", "reply_to": "news@example.org"}
    body = {"type": "regular", "recipients": {"list_id": "a1b2c30002"}, "settings": settings}
    ident = requests.post(f"{base}/campaigns", json=body, **session).json()["id"]  # type: ignore[arg-type]
    content = {"html": "<p>Hello *|FNAME|* from *|NOWHERE|*</p>"}
    requests.put(f"{base}/campaigns/{ident}/content", json=content, **session)  # type: ignore[arg-type]
    return str(ident)


def test_it_tells_what_to_paste_and_then_what_happens(start: Start, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    running = start("mailchimp", "--port", "0", "--fault", "account:502:2", "--outbox", "sent")
    told = running.until("Ctrl-C")
    assert "✓ A simulated Mailchimp is running" in told[0]
    assert "  provider: mailchimp" in told
    assert "when newsletter asks whose account it is, the provider does nothing" in " ".join(told)
    base, key = address_in(told), key_in(told)
    session = {"auth": ("x", key), "timeout": 10}
    assert requests.get(f"{base}/ping", **session).status_code == 502  # type: ignore[arg-type]
    running.until("As you asked")
    requests.get(f"{base}/nowhere", **session)  # type: ignore[arg-type]
    running.until("Refused (404)")
    ident = make(base, key)
    running.until("content")
    requests.post(f"{base}/campaigns/{ident}/actions/send", **session)  # type: ignore[arg-type]
    ahead = base.replace("/3.0", "/_rehearsal/clock")
    requests.post(ahead, json={"ahead": 60}, timeout=10)
    said = running.until("39 of 39")
    assert "sends." in " ".join(said)
    out, err = running.stop()
    assert "“May news” was sent once, to 39 of 39." in out
    assert "NOWHERE" in out
    assert key not in out + err
    assert "Traceback" not in err
    assert len(list((tmp_path / "sent" / "May-news").glob("*.eml"))) == 39
    assert running.process.returncode == 0


def test_programs_get_one_object_a_line(start: Start, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    running = start("mailchimp", "--port", "0", "--json", "--fault", "send:duplicate", "--state", "state.json")
    facts = running.object()["rehearsal"]
    key = facts["keys"]["NEWSLETTER_MAILCHIMP_KEY"]
    ident = make(facts["base_url"], key)
    requests.post(f"{facts['base_url']}/campaigns/{ident}/actions/send", auth=("x", key), timeout=10)
    requests.post(facts["base_url"].replace("/3.0", "/_rehearsal/clock"), json={"ahead": 60}, timeout=10)
    out, err = running.stop()
    objects = [json.loads(line) for line in out.splitlines()]
    assert [next(iter(one)) for one in objects][:3] == ["request", "request", "request"]
    assert objects[-1]["end"]["sent"] == [{"name": "May news", "gone": 39}] * 2
    assert key not in out
    assert "Traceback" not in err
    assert (tmp_path / "state.json").exists()


def test_who_sends_is_read_from_the_settings(folder: Path, start: Start) -> None:
    settings = folder / "newsletter.yaml"
    text = settings.read_text(encoding="utf-8")
    assert "@" in text
    running = start("brevo", "--port", "0", "--json")
    facts = running.object()["rehearsal"]
    key = facts["keys"]["NEWSLETTER_BREVO_KEY"]
    senders = requests.get(f"{facts['base_url']}/senders", headers={"api-key": key}, timeout=10).json()["senders"]
    assert senders[0]["email"] in text


def test_a_campaign_that_was_sent_twice_is_said_loudly(start: Start) -> None:
    running = start("mailchimp", "--port", "0", "--fault", "send:duplicate")
    told = running.until("Ctrl-C")
    base, key = address_in(told), key_in(told)
    requests.post(f"{base}/campaigns/{make(base, key)}/actions/send", auth=("x", key), timeout=10)
    out, _ = running.stop()
    assert "“May news” was sent 2 times!" in out


def test_nothing_sent_is_said_too(start: Start) -> None:
    running = start("listmonk", "--port", "0")
    assert "  user: rehearsal" in " ".join(running.until("Ctrl-C")).replace("    ", "  ")
    out, _ = running.stop()
    assert "No campaign was sent." in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("carrier-pigeon",), "cannot be rehearsed"),
        (("mailchimp", "--fault", "send"), "names no fault"),
        (("mailchimp", "--fault", "fly:429"), "No provider is asked to 'fly'"),
        (("mailchimp", "--port", "99999"), "65535"),
        ((), "PROVIDER"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cli: Any, args: tuple[str, ...], words: str) -> None:
    outcome = cli("rehearse", *args)
    assert outcome.code == 2
    assert words in outcome.said


def test_the_page_names_every_provider_and_every_fault() -> None:
    from newsletter.rehearsal.fault import CALLS, FaultKind

    page = (Path(__file__).parents[2] / "docs" / "rehearsing.md").read_text(encoding="utf-8")
    assert [one for one in (*provider_names(), *CALLS, *FaultKind) if f"`{one}`" not in page] == []
