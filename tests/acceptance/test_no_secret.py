"""No key, no password and no reader's address is in anything that the commands say or leave behind."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from ruamel.yaml import YAML

from newsletter.cli.app import run
from newsletter.providers.registry import adapter
from newsletter.rehearsal import Rehearsal, provider_names
from tests.loopback import SmtpLoopback

WRONG = "planted+wrong/key=0815-us1"
PASSWORD = "planted pass/word+1"
READERS = ("reader1@example.org", "reader2@example.org", "reader17@example.org")


def forms(secret: str) -> set[bytes]:
    """Return a secret as it might be written: plainly, in an address, in JSON, or in base64."""
    plain = {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    coded = set()
    for ahead in range(3):
        whole = b64encode(b"x" * ahead + secret.encode())
        # the letters at both ends depend on what stands beside
        coded.add(whole[4 if ahead else 0 : len(whole) // 4 * 4 - 4])
    return {one.encode() for one in plain} | coded


@dataclass
class Search:
    """All that was said and left behind, and what must not be in it."""

    capture: pytest.CaptureFixture[str]
    places: Sequence[Path]
    planted: set[str] = field(default_factory=set)
    said: list[bytes] = field(default_factory=list)

    def run(self, *args: str) -> int:
        with pytest.raises(SystemExit) as ended:
            run(args)
        self.said += [text.encode() for text in self.capture.readouterr()]
        assert isinstance(ended.value.code, int)
        return ended.value.code

    def nothing(self) -> None:
        """Fail where anything planted is found; what the test itself wrote is not looked at."""
        files = [path for place in self.places for path in place.rglob("*") if path.is_file()]
        assert any(path.name == "ledger.db" for path in files)
        texts = {str(path): path.read_bytes() for path in files if path.name != "newsletter.yaml"}
        texts |= {f"output {number}": text for number, text in enumerate(self.said)}
        found = [
            (place, secret)
            for secret in self.planted
            for form in forms(secret)
            for place, text in texts.items()
            if form in text
        ]
        assert found == []


@pytest.fixture
def search(folder: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Search:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    for sample in ("audience.csv", "outbox"):
        (folder / sample).unlink(missing_ok=True)
    return Search(capfd, [tmp_path], planted=set(READERS))


def choose(folder: Path, provider: str, **options: Any) -> None:
    """Have the settings of the folder name a provider."""
    path = folder / "newsletter.yaml"
    settings = YAML(typ="safe").load(path)
    settings.pop("reply_to", None)  # SendGrid wants the one that its sender has
    audience = {"audience": "Team update"} if provider in provider_names() and provider != "buttondown" else {}
    settings |= {"provider": provider, provider: options, **audience}
    settings["media_url"] = "https://example.org/media"
    settings["sender"]["email"] = "news@example.org"
    YAML(typ="safe").dump(settings, path)


def rehearsed(provider: str, folder: Path, faults: Sequence[str] = ()) -> Rehearsal:
    sender = YAML(typ="safe").load(folder / "newsletter.yaml")["sender"]["name"]
    return Rehearsal(provider, faults=faults, sender=(sender, "news@example.org"))


def options_of(rehearsal: Rehearsal) -> dict[str, Any]:
    return {"base_url": rehearsal.base_url, **rehearsal.kind.settings}


@pytest.mark.parametrize("provider", provider_names())
def test_a_month_through_a_service_leaves_no_key_and_no_address(
    provider: str, folder: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rehearsed(provider, folder) as rehearsal:
        choose(folder, provider, **options_of(rehearsal))
        search.planted |= set(rehearsal.keys.values())
        for variable, key in rehearsal.keys.items():
            monkeypatch.setenv(variable, key)
        assert search.run("providers", provider) == 0
        assert search.run("test", "2024-02", "--to", READERS[0]) == 0
        search.planted.discard(READERS[0])  # the tester's own address may be said back to them
        assert search.run("approve", "2024-02", "--as", "Director") == 0
        assert search.run("send", "2024-02", "--dry-run") == 0
        assert search.run("send", "2024-02", "--dry-run", "--json") == 0
        assert search.run("send", "2024-02", "--yes", "--debug") == 0
        assert search.run("cancel", "2024-02") == 0
        rehearsal.fail("send", "reset_after")
        assert search.run("send", "2024-02", "--yes", "--now", "--debug") == 0
        rehearsal.advance(3600)
        assert search.run("send", "2024-02", "--yes", "--debug") == 3
        assert search.run("status", "2024-02") == 0
        assert search.run("report", "2024-02", "--json") == 0
    assert search.run("report", "2024-02", "--debug") == 4  # it is gone now, and cannot be reached
    search.nothing()


class _Parrot(BaseHTTPRequestHandler):
    """A service that says back whatever it was told, keys and all, as a refusal in every shape there is."""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        told = " ".join([self.path, str(self.headers), self.rfile.read(length).decode("utf-8", "replace")])
        said = f"You said: {told} {self.headers.get('Authorization', '').split(' ')[-1]} {READERS[1]}"
        body = dict.fromkeys(("message", "detail", "title", "error", "ErrorMessage", "description"), said)
        data = json.dumps({**body, "errors": [{"message": said, "field": "key"}]}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the library's names
    status = 400

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture(params=[400, 401, 403, 500])
def parrot(request: pytest.FixtureRequest) -> Iterator[str]:
    kind = type("Parrot", (_Parrot,), {"status": request.param})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("provider", [*provider_names(), "mailman"])
def test_a_service_that_says_the_key_back_is_not_repeated(
    provider: str, parrot: str, folder: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    extra = {"user": "api"} if provider == "listmonk" else {}
    choose(folder, provider, base_url=parrot, **extra)
    for secret in adapter(provider).about.secrets:
        monkeypatch.setenv(secret.variable, WRONG)
    search.planted |= {WRONG}
    assert search.run("providers", provider) in {0, 4}
    assert search.run("test", "2024-02", "--to", "me@example.org", "--debug") == 4
    assert search.run("send", "2024-02", "--yes", "--debug") in {3, 4}
    assert search.run("status", "2024-02") == 0
    search.nothing()


def test_a_fault_in_the_tool_leaves_no_key(folder: Path, search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    with rehearsed("mailchimp", folder) as rehearsal:
        choose(folder, "mailchimp", **options_of(rehearsal))
        search.planted |= set(rehearsal.keys.values())
        for variable, key in rehearsal.keys.items():
            monkeypatch.setenv(variable, key)

        def broken(self: Any) -> None:
            held = [*rehearsal.keys.values(), READERS[1]]
            raise RuntimeError(f"nobody has thought of this, with {len(held)} things at hand")

        with monkeypatch.context() as changed:
            changed.setattr("newsletter.providers.mailchimp.Mailchimp.audiences", broken)
            assert search.run("test", "2024-02", "--to", "me@example.org") == 1
            assert search.run("test", "2024-02", "--to", "me@example.org", "--debug") == 1
        assert search.run("status", "2024-02") == 0
    search.nothing()


def test_a_mail_server_leaves_no_password_and_no_address(
    folder: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = folder / "audience.csv"
    readers.write_text("email\n" + "\n".join(READERS) + "\n", encoding="utf-8")
    server = SmtpLoopback()
    try:
        choose(folder, "smtp", host="127.0.0.1", port=server.port, encryption="none", user="news@example.org")
        monkeypatch.setenv("NEWSLETTER_SMTP_PASSWORD", PASSWORD)
        search.planted |= {PASSWORD}
        assert search.run("test", "2024-02", "--to", "me@example.org", "--debug") == 4  # it takes no login
        choose(folder, "smtp", host="127.0.0.1", port=server.port, encryption="none")
        assert search.run("test", "2024-02", "--to", "me@example.org") == 0
        server.counting.fail("RCPT", "550", first=1, times=2)
        assert search.run("send", "2024-02", "--yes") == 0
        assert search.run("status", "2024-02") == 0
        assert search.run("report", "2024-02") == 0
    finally:
        server.stop()
    readers.unlink()
    search.nothing()


def test_a_ledger_that_cannot_be_reached_leaves_no_password(
    folder: Path, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    assert search.run("status") == 0  # a ledger of its own, so that there is something to search
    path = folder / "newsletter.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "\nledger: postgresql://news@127.0.0.1:1/news\n", encoding="utf-8"
    )
    monkeypatch.setenv("NEWSLETTER_LEDGER_PASSWORD", PASSWORD)
    search.planted |= {PASSWORD}
    assert search.run("status", "--debug") == 4
    assert search.run("ledger", "--debug") == 4
    search.nothing()
