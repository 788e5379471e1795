"""Commands and answers of a connection in steps: whatever the pieces are in which they come."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Generator
from typing import Any

import pytest

from newsletter.providers.smtp_connection import Patience, PlainConnection, Reply
from newsletter.providers.steps import Step, Steps, run_steps


@pytest.fixture
def pair() -> Generator[tuple[PlainConnection, socket.socket]]:
    connection = PlainConnection()
    connection.sock, there = socket.socketpair()
    connection.stop_blocking()
    yield connection, there
    connection.close()
    there.close()


def hear(connection: PlainConnection, patience: Patience | None = None) -> Reply:
    found: list[Reply] = []

    def steps() -> Generator[Step, Any, None]:
        found.append((yield from connection.hear(patience or Patience.of(60, 60))))

    run_steps(steps(), lambda: None)
    return found[0]


def test_answers_that_come_together_are_heard_one_by_one(pair):
    connection, there = pair
    there.sendall(b"250-first\r\n250 second\r\n354 go on\r\n25")
    assert hear(connection) == (250, b"first\nsecond")
    assert hear(connection) == (354, b"go on")
    there.sendall(b"0 taken\r\n")
    assert hear(connection) == (250, b"taken")


def test_an_answer_in_single_bytes_is_one(pair):
    connection, there = pair

    def drip() -> None:
        for byte in b"250-a\r\n250 b\r\n":
            there.sendall(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    assert hear(connection) == (250, b"a\nb")
    thread.join()


@pytest.mark.parametrize(
    ("said", "answer"),
    [(b"gibberish\r\n", (-1, b"erish")), (b"\r\n", (-1, b"")), (b"250 cut o", (250, b"cut o"))],
)
def test_what_is_no_answer_is_told_as_smtplib_does(pair, said, answer):
    connection, there = pair
    there.sendall(said)
    there.shutdown(socket.SHUT_WR)
    assert hear(connection) == answer
    with pytest.raises(smtplib.SMTPServerDisconnected):
        hear(connection)


def test_a_line_without_an_end_is_not_read_for_ever(pair):
    connection, there = pair
    there.sendall(b"250 " + b"x" * 10_000)
    with pytest.raises(smtplib.SMTPResponseException, match="too long"):
        hear(connection)
    assert connection.sock is None


def test_a_server_that_says_nothing_has_hung_up_and_a_phase_that_is_over_is_late(pair):
    connection, _ = pair
    with pytest.raises(smtplib.SMTPServerDisconnected):
        hear(connection, Patience.of(60, 0))
    connection.sock, other = socket.socketpair()
    with other, pytest.raises(TimeoutError):
        hear(connection, Patience.of(0, 60))


@pytest.mark.parametrize("pieces", [1, 7, 2000])
def test_a_text_longer_than_the_buffers_arrives_whole(pair, pieces):
    connection, there = pair
    text = bytes(range(256)) * 20_000
    length = -(-len(text) // pieces)
    cut = [text[start : start + length] for start in range(0, len(text), length)]
    got = bytearray()

    def read() -> None:
        while len(got) < len(text):
            got.extend(there.recv(65536))

    def steps() -> Steps:
        yield from connection.say(cut if pieces > 1 else text, Patience.of(60, 60))

    thread = threading.Thread(target=read)
    thread.start()
    run_steps(steps(), lambda: None)
    thread.join()
    assert got == text


def test_nothing_is_said_to_a_server_that_has_gone(pair):
    connection, there = pair
    there.close()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        run_steps(connection.say(b"x" * 1_000_000, Patience.of(60, 60)), lambda: None)
    assert connection.sock is None
    with pytest.raises(smtplib.SMTPServerDisconnected):
        run_steps(connection.say(b"x", Patience.of(60, 60)), lambda: None)


def test_the_end_of_a_message_does_not_wait_for_the_packets_before_it():
    server = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        line, _ = server.accept()
        with line:
            line.sendall(b"220 hello\r\n")
            line.recv(1)

    thread = threading.Thread(target=greet)
    thread.start()
    connection = PlainConnection("127.0.0.1", server.getsockname()[1], "client.example.org", timeout=60)
    assert connection.sock is not None
    assert connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    connection.close()
    thread.join()
    server.close()
