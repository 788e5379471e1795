"""No call waits without end: servers that send a byte now and then, and names that are never looked up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from newsletter.errors import DoubtError, UnavailableError
from newsletter.providers.base import OutboundMessage
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiProfile, Call
from newsletter.providers.smtp import Options, SmtpProvider

PARCEL = OutboundMessage("2024-02", "k1", "kim@example.org", b"From: news@example.org\r\n\r\nHello\r\n")
ANSWERS = [b"220 here", b"250 hello", b"250 sender", b"250 recipient", b"354 go on", b"250 taken"]
"""What the server says, one after the other; the fifth is the word that the text may come."""
PATIENCE = 120.0
"""Seconds after which a server ends what it drips or keeps back; whoever is still there then did not give up."""


class Dripping:
    """A mail server that gives one of its answers a byte at a time, and never ends it."""

    def __init__(self, slow: int) -> None:
        self.slow = slow
        self.texts = 0
        self.is_done = False
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError), line, line.makefile("rb") as heard:
            for number, answer in enumerate(ANSWERS):
                if number == self.slow:
                    self._drip(line)
                    return
                line.sendall(answer + b"\r\n")
                while (said := heard.readline()).strip() != b"." and said and number == 4:
                    pass
                self.texts += number == 4

    def _drip(self, line: socket.socket) -> None:
        for _ in range(int(PATIENCE / 0.02)):
            if self.over.wait(0.02):
                return
            line.sendall(b"2")
        self.is_done = True

    def stop(self) -> None:
        self.over.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture(params=range(len(ANSWERS)))
def dripping(request: pytest.FixtureRequest) -> Iterator[Dripping]:
    server = Dripping(request.param)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PHASE_SECONDS", "TEXT_SECONDS", "GOODBYE_SECONDS"):
        monkeypatch.setattr(f"newsletter.providers.smtp_session.{name}", 0.4)
    monkeypatch.setattr("newsletter.providers.exchange.LOOKUP_SECONDS", 0.3)


def provider(host: str, **settings: object) -> SmtpProvider:
    return SmtpProvider(Options.model_validate({"host": host, **settings}), "audience.csv", tuple)


def test_a_mail_server_that_drips_is_given_up_and_a_text_that_was_begun_is_in_doubt(dripping):
    sender = provider("127.0.0.1", port=dripping.port, encryption="none")
    is_after_the_text = dripping.slow == 5
    with pytest.raises(DoubtError if is_after_the_text else UnavailableError):
        sender.deliver(PARCEL)
    assert not dripping.is_done
    assert dripping.texts == is_after_the_text


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_a_handshake_that_never_ends_is_given_up(encryption):
    """A server that sends the head of a TLS record, and its content a byte at a time."""
    over = threading.Event()
    done = []

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            line, _ = listener.accept()
            with line:
                if encryption == "starttls":
                    for answer in (b"220 here\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"220 go on\r\n"):
                        line.sendall(answer)
                        line.recv(1000)
                line.sendall(b"\x16\x03\x03\x40\x00")
                for _ in range(int(PATIENCE / 0.02)):
                    if over.wait(0.02):
                        return
                    line.sendall(b"\x02")
                done.append(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        with pytest.raises(UnavailableError):
            provider("localhost", port=listener.getsockname()[1], encryption=encryption).prepare()
        assert not done
        over.set()
        thread.join(PATIENCE)


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let the look-up of every name hang; yield the names whose look-up came to its end."""
    over = threading.Event()
    done: list[str] = []

    def hang(*_: object, **__: object) -> list[object]:
        if not over.wait(PATIENCE):
            done.append("looked up")
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    yield done
    over.set()


def test_a_name_that_is_never_looked_up_is_given_up_and_nothing_was_sent(no_names):
    with pytest.raises(UnavailableError):
        provider("mail.example.org").prepare()
    service = ApiProfile(name="Pigeon", base_url="https://api.example.org", read_refusal=lambda _: None)
    client = HttpClient(service, secret_headers={"X-Key": "a-secret-key"}, pause=lambda _: None)
    with pytest.raises(UnavailableError, match="did not respond in time"):
        client.call(Call("POST", "/send", json={}))
    assert no_names == []


def test_a_server_is_reached_at_the_next_of_its_addresses(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        for module in ("smtp_connection", "wire"):
            monkeypatch.setattr(f"newsletter.providers.{module}.look_up", lambda *_: ["::1", "127.0.0.1"])

        def serve() -> None:
            for answer in (b"421 closed\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"):
                line, _ = listener.accept()
                with line:
                    line.sendall(answer)
                    line.recv(1000)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(UnavailableError, match="rejected the connection: closed"):
            provider("localhost", port=port, encryption="none").prepare()
        service = ApiProfile(name="Pigeon", base_url=f"http://localhost:{port}", read_refusal=lambda _: None)
        client = HttpClient(service, secret_headers={"X-Key": "a-secret-key"}, pause=lambda _: None)
        assert client.call(Call("GET", "/state")).need_object() == {}
        thread.join(PATIENCE)
