"""Answers as no provider should give them: without end, a byte at a time, packed into bombs, nested, in odd letters."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
import tracemalloc
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from newsletter.errors import DoubtError, ProviderError, RefusedError, UnavailableError
from newsletter.providers import http
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiError, ApiProfile, ApiResponse, Call

READ = Call("GET", "/state")
SEND = Call("POST", "/send")
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"

Writer = Callable[[socket.socket], None]


@contextmanager
def answering(write: Writer) -> Iterator[int]:
    """Answer each connection in the way of `write`, which may break off at any time."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(line: socket.socket) -> None:
        with line:
            try:
                line.recv(65_536)
                write(line)
            except OSError:
                return

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def client(port: int) -> HttpClient:
    def refusal(body: object) -> ApiError | None:
        return ApiError(body["message"]) if body else None  # type: ignore[index]  # it trusts what it is given

    service = ApiProfile(name="Pigeon", base_url=f"http://127.0.0.1:{port}", read_refusal=refusal)
    return HttpClient(service, pause=lambda _: None)


def whole(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> Writer:
    # `answering` closes each connection after its answer; unless the answer says so, the next try may still use it.
    lines = [b"HTTP/1.1 " + status, b"Connection: close", b"Content-Length: %d" % len(body), *headers, b"", b""]
    return lambda line: line.sendall(b"\r\n".join(lines) + body)


def said(write: Writer, call: Call = READ) -> ApiResponse:
    with answering(write) as port:
        return client(port).call(call)


def endless(start: bytes, more: bytes, *, wait: float = 0.0) -> Writer:
    def write(line: socket.socket) -> None:
        line.sendall(start)
        while True:
            line.sendall(more)
            time.sleep(wait)

    return write


ENDLESS = {
    "body": endless(HEAD + b"\r\n", b"[" * 65_536),
    "chunks": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"1" * 0x4000 + b"\r\n"),
    "long": endless(HEAD + b"Content-Length: 99999999999\r\n\r\n", b"[" * 65_536),
    "packed": endless(HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b" " * 30_000_000)),
}


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize(("call", "error"), [(READ, UnavailableError), (SEND, DoubtError)])
def test_no_answer_is_read_beyond_ten_megabytes(name, call, error):
    tracemalloc.start()
    with answering(ENDLESS[name]) as port, pytest.raises(error, match="more than 10 MB"):
        client(port).call(call)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60_000_000


@pytest.mark.parametrize("layers", [1, 2])
def test_a_small_answer_that_unpacks_into_a_huge_one_is_not_unpacked(layers):
    body = b" " * 200_000_000
    for _ in range(layers):
        body = gzip.compress(body, 1)
    tracemalloc.start()
    write = whole(body, b"Content-Encoding: " + b", ".join([b"gzip"] * layers))
    with answering(write) as port, pytest.raises(UnavailableError):
        client(port).call(READ)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60_000_000


DRIPS = {
    "status line": endless(b"HTTP/1.1 2", b"0", wait=0.05),
    "headers": endless(HEAD + b"X-Slow: ", b"a", wait=0.05),
    "body": endless(HEAD + b"\r\n", b" ", wait=0.05),
    "chunk size": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0", wait=0.05),
    "trailers": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n", wait=0.01),
    "interim answers": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", wait=0.01),
    "nothing": lambda line: time.sleep(30),
}


@pytest.mark.parametrize("name", DRIPS)
@pytest.mark.parametrize(("call", "error"), [(READ, UnavailableError), (SEND, DoubtError)])
def test_an_answer_that_comes_a_byte_at_a_time_is_not_waited_for(monkeypatch, name, call, error):
    monkeypatch.setattr(http, "CALL_SECONDS", 0.8)
    with answering(DRIPS[name]) as port, pytest.raises(error, match="did not respond in time"):
        client(port).call(call)


def test_all_calls_of_a_command_together_have_a_deadline(monkeypatch):
    monkeypatch.setattr(http, "OVERALL_SECONDS", 1.5)
    answered = []

    def slow(line: socket.socket) -> None:
        time.sleep(0.4)
        answered.append(line)
        line.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")

    with answering(slow) as port, pytest.raises(UnavailableError, match="did not respond in time"):
        deque(map(client(port).call, [READ] * 20))
    assert len(answered) < 5


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'\xef\xbb\xbf{"id": "c1"}', []),
        ('{"id": "c1"}'.encode("utf-16"), []),
        ('{"id": "c1"}'.encode("utf-32-le"), []),
        (b'{"id": "c1"}', [b"Content-Type: application/json; charset=utf-16"]),
        (b'{"id": "c1"}', [b"Content-Type: application/json; charset=klingon"]),
        (b'{"id": "c1", "name": "caf\xe9"}', [b"Content-Type: application/json; charset=iso-8859-1"]),
        (b'{"id": "c1", "name": "caf\xe9"}', []),
        (b'{"id": "c1", "name": "\\ud800", "\\udfff": ["\\udc00"]}', []),
        (b'{"id": "c1", "score": NaN, "other": [Infinity, -Infinity]}', []),
        (b'{"id": "c1", "n": ' + b"[" * 50 + b"]" * 50 + b"}", []),
        (gzip.compress(b'{"id": "c1"}', mtime=0), [b"Content-Encoding: gzip"]),
        (zlib.compress(b'{"id": "c1"}'), [b"Content-Encoding: deflate"]),
        (b'{"id": "c1"}', [b"Retry-After: \xb2"]),
    ],
)
@pytest.mark.parametrize("call", [READ, SEND])
def test_an_answer_in_odd_letters_is_read(body, headers, call):
    answer = said(whole(body, *headers), call)
    assert answer.need_id("id") == "c1"
    json.dumps(answer.json, ensure_ascii=False).encode()


DEEP = [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b"[" * 400 + b"]" * 400]


@pytest.mark.parametrize("body", [*DEEP, b"[" * 1_000_000, b'{"id": ' + b"9" * 5_000 + b"}", b"\x1f\x8b broken"])
@pytest.mark.parametrize(("call", "error"), [(READ, UnavailableError), (SEND, DoubtError)])
def test_an_answer_that_cannot_be_read_is_told_and_nothing_crashes(body, call, error):
    with pytest.raises(error, match="cannot be read"):
        said(whole(body), call)


@pytest.mark.parametrize("body", [*DEEP, b"\xef\xbb\xbf", b'{"message": ["not a text"]}', b'["odd"]', b'"odd"', b"1"])
def test_an_error_that_cannot_be_read_is_told_by_its_number(body):
    with pytest.raises(RefusedError, match="HTTP 400") as caught:
        said(whole(body, status=b"400 Bad Request"))
    assert not caught.value.in_own_words


@pytest.mark.parametrize("headers", [[], [b"Retry-After: \xb2\xb3"], [b"Retry-After: Mon, 99 Foo 0001 00:00:00 GMT"]])
def test_a_provider_that_is_too_busy_says_so_whatever_its_headers(headers):
    with pytest.raises(UnavailableError, match="too busy"):
        said(whole(b"", *headers, status=b"429 Too Many"))


def test_what_a_provider_says_cannot_act_on_the_terminal():
    words = "\x1b[2J\x1b]0;owned\x07 no\u202esecnuoB \x9b31m " + "long " * 1000
    body = json.dumps({"message": words}).encode()
    with pytest.raises(RefusedError) as caught:
        said(whole(body, b"X-Request-Id: \x1b[31mred", status=b"400 B\x1bad"))
    shown = f"{caught.value.message} {caught.value.hint} {caught.value.request_id}"
    assert "\\x1b[2J" in shown
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)
    assert len(shown) < 1500


@pytest.mark.parametrize("status", [300, 302, 307, 308, 408, 425, 429, 500, 502, 504, 520])
def test_no_such_status_proves_that_an_unsafe_call_was_not_carried_out(status):
    with pytest.raises(DoubtError):
        said(whole(b"<html>", b"Location: https://elsewhere.example.org", status=b"%d No" % status), SEND)


@pytest.mark.parametrize("identifier", [None, True, 1.5, [], {}, "", " ", [7]])
def test_what_cannot_name_anything_is_no_identifier(identifier):
    answer = ApiResponse(200, {"id": identifier, "rows": [{"id": identifier}]}, {})
    with pytest.raises(ProviderError):
        answer.need_id("id")
    with pytest.raises(ProviderError):
        answer.need_rows("rows", having=["id"])
