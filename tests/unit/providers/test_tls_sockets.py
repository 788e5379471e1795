"""No socket stays open where the other side resets the connection before TLS has begun."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from newsletter.errors import UnavailableError
from newsletter.preflight.fetch.connection import ask
from newsletter.preflight.links.web_address import WebAddress
from newsletter.providers import wire
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiProfile, Call
from newsletter.providers.smtp import Options, SmtpProvider
from newsletter.providers.smtp_connection import PlainConnection
from newsletter.providers.smtp_session import SmtpSession
from newsletter.providers.tls_sockets import with_closing_sockets
from tests.stages import reset, server_context


class LateContext(ssl.SSLContext):
    """Begins TLS when the other side has reset the connection."""

    ask_for_reset: Callable[[], None]

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        self.ask_for_reset()
        return super().wrap_socket(*args, **kwargs)


class Resetting:
    """A server that takes connections, speaks SMTP up to STARTTLS where wanted, and resets each when it is told to."""

    def __init__(self) -> None:
        self.context = LateContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.ask_for_reset = self._ask_for_reset
        self.speaks = False
        self._is_asked, self._is_reset = threading.Event(), threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _ask_for_reset(self) -> None:
        self._is_asked.set()
        assert self._is_reset.wait(10)
        self._is_reset.clear()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:  # a client may try again
                line, _ = self._listener.accept()
                self._take(line)

    def _take(self, line: socket.socket) -> None:
        if self.speaks:
            for words in (b"220 hello\r\n", b"250-mail\r\n250 STARTTLS\r\n", b"220 go on\r\n"):
                line.sendall(words)
                if not words.startswith(b"220 go"):
                    line.recv(1000)
        self._is_asked.wait(10)
        self._is_asked.clear()
        reset(line)
        self._is_reset.set()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def server() -> Iterator[Resetting]:
    made = Resetting()
    yield made
    made.stop()


def open_sockets() -> set[int]:
    return {id(one) for one in gc.get_objects() if isinstance(one, ssl.SSLSocket) and one.fileno() >= 0}


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_an_smtp_server_that_resets_before_tls_leaves_no_socket_open(server, encryption):
    before = open_sockets()
    server.speaks = encryption == "starttls"
    options = Options.model_validate({"host": "127.0.0.1", "port": server.port, "encryption": encryption})
    with pytest.raises(UnavailableError, match="cannot be reached on port") as caught:
        SmtpSession(options, "", server.context).open()
    assert isinstance(caught.value.__cause__, ConnectionResetError)
    assert open_sockets() <= before


def test_a_web_service_that_resets_before_tls_leaves_no_socket_open(server, monkeypatch):
    before = open_sockets()
    monkeypatch.setattr(wire, "create_urllib3_context", lambda **_: server.context)
    profile = ApiProfile(name="Pigeon", base_url=f"https://127.0.0.1:{server.port}", read_refusal=lambda _: None)
    with pytest.raises(UnavailableError) as caught:
        HttpClient(profile, secret_headers={"X-Key": "a-key"}, pause=lambda _: None).call(Call("POST", "/send"))
    assert caught.value.__cause__ is not None
    assert open_sockets() <= before


def test_a_linked_site_that_resets_before_tls_leaves_no_socket_open(server):
    before = open_sockets()
    address = WebAddress.of(f"https://127.0.0.1:{server.port}/")
    plain = socket.create_connection(("127.0.0.1", server.port))
    with pytest.raises(ConnectionResetError):
        ask("GET", address, plain, server.context, headers={}, until=time.monotonic() + 10)
    assert open_sockets() <= before


def test_a_server_whose_client_is_gone_leaves_no_socket_open():
    before = open_sockets()
    here, there = socket.create_server(("127.0.0.1", 0)), socket.socket()
    there.connect(here.getsockname())
    line, _ = here.accept()
    reset(there)
    with pytest.raises(ConnectionResetError):
        with_closing_sockets(server_context()).wrap_socket(line, server_side=True)
    here.close()
    assert open_sockets() <= before


def test_a_connection_that_is_opened_after_its_session_has_ended_is_closed(monkeypatch):
    lines: list[socket.socket] = []
    session = SmtpProvider(Options(host="mail.example.org"), "audience.csv", lambda: ())._session

    def call(_: SmtpSession) -> PlainConnection:
        session.hang_up()  # as another thread does while this one waits for the server
        made = PlainConnection()
        made.sock, there = socket.socketpair()
        lines.extend((made.sock, there))
        return made

    monkeypatch.setattr(SmtpSession, "_call", call)
    monkeypatch.setattr(SmtpSession, "_greet", lambda *_: None)
    with pytest.raises(UnavailableError, match="after the end of the send"):
        session.open()
    assert lines[0].fileno() == -1
    assert not session.is_open
    lines[1].close()
