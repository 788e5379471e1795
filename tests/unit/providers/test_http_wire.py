"""What a broken call means, by what had reached the wire: real sockets, with and without TLS, broken at each stage."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from newsletter.errors import DoubtError, ProviderError, UnavailableError, UsageError
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiProfile, Call
from tests.stages import Stage, front_door, stages, trusted_file

SEND = Call("POST", "/send", json={"go": True, "long": "x" * 50_000})
READ = Call("GET", "/state")
BOTH = [(tls, stage) for tls in (True, False) for stage in stages(tls=tls)]


class _Done(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.done.append(self.path)  # type: ignore[attr-defined]
        body = json.dumps({"id": 7, "filler": "y" * 300}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - the base class's names

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Done)
    made.done = []  # type: ignore[attr-defined]
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", trusted_file())


def client(address: str, **more: Any) -> HttpClient:
    service = ApiProfile(name="Pigeon", base_url=address, read_refusal=lambda _: None)
    return HttpClient(service, secret_headers={"X-Key": "a-secret-key"}, pause=lambda _: None, **more)


@pytest.mark.parametrize(("tls", "stage"), BOTH)
def test_an_unsafe_call_is_never_made_twice_and_never_called_undone(server, tls, stage):
    with front_door(server.server_port, tls=tls) as door:
        door.fail(stage, first=1, times=10)
        if stage is Stage.WHOLE_ANSWER:
            with suppress(DoubtError):  # where the break comes before the answer was read
                client(door.address).call(SEND)
        else:
            with pytest.raises(UnavailableError if stage.is_unsent else DoubtError) as caught:
                client(door.address).call(SEND)
            assert ("Nothing was done" in caught.value.hint) == stage.is_unsent
        assert len(server.done) == stage.is_done


@pytest.mark.parametrize(("tls", "stage"), BOTH)
def test_a_call_that_reads_is_made_again(server, tls, stage):
    with front_door(server.server_port, tls=tls) as door:
        door.fail(stage, first=1, times=2)
        if stage is Stage.REFUSED:
            door.heal()
        assert client(door.address).call(READ).need("id") == 7


@pytest.mark.parametrize("stage", [Stage.HANDSHAKE, Stage.CERTIFICATE])
def test_what_was_not_written_is_made_again(server, stage):
    with front_door(server.server_port, tls=True) as door:
        door.fail(stage, first=1, times=2)
        client(door.address).call(SEND)
        assert len(server.done) == 1


@pytest.mark.parametrize(("tls", "stage"), BOTH)
def test_a_connection_that_was_kept_and_has_gone_leaves_no_false_certainty(server, tls, stage):
    with front_door(server.server_port, tls=tls) as door:
        one = client(door.address)
        one.call(READ)
        assert door.goodbyes.acquire(timeout=10)  # before it, the next request could still go on the old connection
        door.fail(stage, first=1, times=10)
        if stage is Stage.WHOLE_ANSWER:
            with suppress(DoubtError):
                one.call(SEND)
        else:
            with pytest.raises(UnavailableError if stage.is_unsent else DoubtError):
                one.call(SEND)
        assert server.done.count("/send") == stage.is_done


def test_a_send_does_not_use_a_connection_that_the_server_may_be_about_to_close():
    """A server that closes each kept connection at its second request, unread, which no client can foresee."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def carry(line: socket.socket) -> None:
        with line:
            asked.append(line.recv(100_000).split(b" ")[0])
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            line.recv(1)

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=carry, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    with listener:
        through = client(f"http://127.0.0.1:{listener.getsockname()[1]}")
        through.call(READ)
        assert through.call(Call("POST", "/send")).status == 200
        listener.shutdown(socket.SHUT_RDWR)
    assert asked == [b"GET", b"POST"]


def test_a_certificate_that_is_not_trusted_is_named(server):
    with front_door(server.server_port, tls=True) as door:
        door.fail(Stage.CERTIFICATE, first=1, times=10)
        with pytest.raises(UnavailableError, match="a certificate that this computer does not trust: "):
            client(door.address).call(SEND)


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def proxy_that(says: bytes) -> int:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            line, _ = listener.accept()
            with line:
                line.recv(65_536)
                line.sendall(says)

    threading.Thread(target=serve, daemon=True).start()
    return int(listener.getsockname()[1])


@pytest.mark.parametrize(
    "port",
    [
        closed_port,
        lambda: proxy_that(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
        lambda: proxy_that(b"HTTP/1.1 503 Service Unavailable\r\n\r\n"),
        lambda: proxy_that(b""),
        lambda: proxy_that(b"hello"),
        lambda: proxy_that(b"HTTP/1.1 200 Connection established\r\n\r\nthis is not TLS"),
    ],
    ids=["dead", "asks for a password", "503", "says nothing", "nonsense", "no TLS behind it"],
)
def test_a_proxy_that_does_not_connect_is_no_doubt(monkeypatch, port):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port()}")
    with pytest.raises(UnavailableError) as caught:
        client("https://pigeon.example.org").call(SEND)
    assert "Nothing was done" in caught.value.hint


def test_the_key_for_a_server_on_this_computer_never_goes_through_a_proxy(monkeypatch, server):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    client(f"http://127.0.0.1:{server.server_port}").call(SEND)
    assert server.done == ["/send"]


@pytest.mark.parametrize(
    "address",
    ["http://pigeon.example.org", "http://10.0.0.1/", "http://localhost.example.org", "http://127.0.0.1@example.org/"],
)
def test_a_key_never_goes_unencrypted_to_another_computer(address):
    with pytest.raises(UsageError, match="unencrypted"):
        client(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:80/x", "http://localhost/", "http://[::1]:1/", "HTTPS://a.b"])
def test_this_computer_may_be_asked_without_encryption(address):
    assert client(address)


@pytest.mark.parametrize("address", ["https://[broken", "https://exa mple.org", "https://", "https://a" + "b" * 300])
def test_an_address_that_is_none_is_no_doubt(address):
    try:
        made = client(address)
    except (UsageError, ValueError):
        return
    with pytest.raises(ProviderError) as caught:
        made.call(SEND)
    assert not isinstance(caught.value, DoubtError)
