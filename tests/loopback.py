"""Three small servers on loopback that take messages and misbehave at a named call: SMTP, Amazon SES, Mailman.

They are for the fault matrix alone: each counts what it took, by recipient, which real servers do not tell.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import socketserver
import struct
import threading
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from tests.stages import DAMAGED, Stage, reset, server_context

PEOPLE = tuple(f"reader{number}@example.org" for number in range(1, 6))
LEFT = "left@example.org"
LIST = "news@example.org"
TESTERS = "testers@example.org"


class Wrong(StrEnum):
    """What a server does wrong; `after` means that it has done what was asked."""

    TIMEOUT_BEFORE = "timeout before"
    TIMEOUT_AFTER = "timeout after"
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    RESET_MID_BODY = "reset mid-body"
    ERROR_500_BEFORE = "500 before"
    ERROR_500_AFTER = "500 after"
    BAD_GATEWAY = "502"
    TOO_MANY = "429"
    FORBIDDEN = "403"
    BARE_403 = "bare 403"
    MALFORMED = "malformed"
    SERVICE_ENDS = "421"
    NOT_NOW = "450"
    NEVER = "550"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"

    @property
    def is_done(self) -> bool:
        """Return whether the server does what it was asked."""
        return self in _DONE

    @property
    def kills(self) -> bool:
        """Return whether it is the sender that ends."""
        return self in {Wrong.KILLED_BEFORE, Wrong.KILLED_AFTER}


_DONE = {
    Wrong.TIMEOUT_AFTER,
    Wrong.RESET_AFTER,
    Wrong.RESET_MID_BODY,
    Wrong.ERROR_500_AFTER,
    Wrong.MALFORMED,
    Wrong.KILLED_AFTER,
}


@dataclass
class Counting:
    """What the servers have taken, what was asked of them, and what is to go wrong when."""

    taken: Counter[str] = field(default_factory=Counter)
    asked: list[str] = field(default_factory=list)
    call: str = ""
    wrong: Wrong | Stage | None = None
    first: int = 1
    times: int = 0
    came: int = 0
    victim: int = 0
    """The process to kill."""
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, call: str, wrong: Wrong | Stage, *, first: int, times: int) -> None:
        """Have a call go wrong, from its `first` time on, so many times."""
        self.call, self.wrong, self.first, self.times = call, wrong, first, times

    def heal(self) -> None:
        """Let all be well from now on."""
        self.wrong = None

    def note(self, call: str) -> Wrong | Stage | None:
        """Note a call; return what goes wrong with it."""
        with self._lock:
            self.asked.append(call)
            if self.wrong is None or call != self.call or self.asked.count(call) < self.first or not self.times:
                return None
            self.times -= 1
            self.came += 1
            return self.wrong

    def take(self, address: str) -> None:
        """Count a message."""
        with self._lock:
            self.taken[address] += 1

    def kill(self) -> None:
        """End the sender, and wait until it cannot do anything any more."""
        os.kill(self.victim, signal.SIGKILL)
        self.over.wait(0.05)


class _Serving(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Do nothing: the other side may well have gone."""


class Loopback:
    """A server with its counting; `port` is where it answers."""

    handler: ClassVar[type[socketserver.BaseRequestHandler]]

    def __init__(self, encryption: str = "none") -> None:
        self.counting = Counting()
        kind = type("Handler", (self.handler,), {"counting": self.counting, "encryption": encryption})
        self._server = _Serving(("127.0.0.1", 0), kind)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True).start()

    def stop(self) -> None:
        """End it, and whatever hangs in it."""
        self.counting.over.set()
        self._server.shutdown()
        self._server.server_close()


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class _Mail(socketserver.StreamRequestHandler):
    """A mail server; without encryption, as one on this computer may be, or with TLS from the start or STARTTLS."""

    counting: Counting
    encryption: str = "none"
    is_pipelining = False
    """Whether it takes several commands in one go, and the next envelope behind a text."""

    def handle(self) -> None:
        """Speak SMTP until the other side has had enough."""
        self.to: str = ""
        self.raw = self.connection
        if self.encryption == "tls" and not self._encrypt():
            return
        with suppress(OSError):
            self._converse()

    def _encrypt(self) -> bool:
        """Begin TLS, or break at it; return whether the conversation goes on."""
        stage = self.counting.note("TLS")
        if stage in {Stage.REFUSED, Stage.HANDSHAKE}:
            if stage is Stage.HANDSHAKE:
                self.connection.recv(1)
            reset(self.connection)
            return False
        try:
            line = server_context(trusted=stage is not Stage.CERTIFICATE).wrap_socket(self.connection, server_side=True)
        except OSError:
            return False
        self.raw = socket.socket(fileno=os.dup(line.fileno()))
        self.connection = line
        self.rfile, self.wfile = line.makefile("rb"), line.makefile("wb", buffering=0)
        return True

    def finish(self) -> None:
        """Close what is open."""
        with suppress(OSError):
            super().finish()
        self.raw.close()
        self.connection.close()

    def _converse(self) -> None:
        if not self._answer("connect", "220 mail.example.org ESMTP"):
            return
        while line := self.rfile.readline():  # of the encrypted connection, once there is one
            words = line.decode().strip()
            verb = words.split(" ")[0].split(":")[0].upper()
            if verb == "QUIT":
                self._say("221 goodbye")
                return
            if not self._answer(verb, self._reply(verb, words)):
                return
            if verb == "STARTTLS" and not self._encrypt():
                return
            if verb == "DATA" and self.reached_text and not self._text():
                return

    def _text(self) -> bool:
        """Take a text, or break at it; return whether the conversation goes on."""
        wrong = self.counting.note("TEXT")
        for number, row in enumerate(iter(self.rfile.readline, b".\r\n")):
            if not row:
                return False
            if wrong is Stage.HALF_REQUEST and number == 3:
                break
        if not isinstance(wrong, Stage):
            return self._do("250 taken", wrong, counts=True)
        if wrong.is_done:
            self.counting.take(self.to)
        said = {Stage.HALF_ANSWER: b"25", Stage.DAMAGED_ANSWER: b"25", Stage.WHOLE_ANSWER: b"250 taken\r\n"}
        self.wfile.write(said.get(wrong, b""))
        if wrong in {Stage.DAMAGED_ANSWER, Stage.PLAIN_ANSWER}:
            self.raw.sendall(DAMAGED if wrong is Stage.DAMAGED_ANSWER else b"250 taken\r\n")
        if wrong not in {Stage.HALF_REQUEST, Stage.LOST_REQUEST}:
            self.raw.settimeout(0.1)  # what was written must arrive before the connection breaks
            with suppress(OSError):
                self.raw.recv(1)
        reset(self.raw)
        reset(self.connection)
        return False

    def _reply(self, verb: str, words: str) -> str:
        if verb == "RCPT":
            self.to = words.partition("<")[2].partition(">")[0]
        offers = "250-STARTTLS\r\n" if self.encryption == "starttls" and self.raw is self.connection else ""
        offers += "250-PIPELINING\r\n" if self.is_pipelining else ""
        hello = f"250-mail.example.org\r\n{offers}250 SIZE 50000000"
        return {"EHLO": hello, "DATA": "354 go on", "STARTTLS": "220 go on"}.get(verb, "250 well")

    def _say(self, reply: str) -> None:
        self.wfile.write(reply.encode() + b"\r\n")

    def _answer(self, call: str, reply: str, *, counts: bool = False) -> bool:
        """Do what was asked and say so, or go wrong; return whether the conversation goes on."""
        wrong = self.counting.note(call)
        if isinstance(wrong, Stage):  # at the connection itself
            reset(self.raw)
            reset(self.connection)
            return False
        return self._do(reply, wrong, counts=counts)

    def _do(self, reply: str, wrong: Wrong | None, *, counts: bool = False) -> bool:
        self.reached_text = wrong is None
        if wrong is Wrong.KILLED_BEFORE:
            self.counting.kill()
            return False
        if counts and (wrong is None or wrong.is_done):
            self.counting.take(self.to)
        if wrong is None:
            self._say(reply)
            return True
        return self._go_wrong(wrong)

    def _go_wrong(self, wrong: Wrong) -> bool:
        said = {
            Wrong.SERVICE_ENDS: "421 closing",
            Wrong.NOT_NOW: "450 not now",
            Wrong.NEVER: "550 no such user here",
            Wrong.MALFORMED: "well, hello",
        }.get(wrong)
        if said is not None:
            self._say(said)
            return wrong in {Wrong.NOT_NOW, Wrong.NEVER}
        if wrong in {Wrong.TIMEOUT_BEFORE, Wrong.TIMEOUT_AFTER}:
            self.counting.over.wait(30)
        elif wrong is Wrong.KILLED_AFTER:
            self.counting.kill()
        elif wrong is Wrong.RESET_MID_BODY:
            self.wfile.write(b"25")
            self.wfile.flush()
        _reset(self.connection)
        return False


class SmtpLoopback(Loopback):
    """A mail server."""

    handler = _Mail
    calls = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "TEXT")


class _PipeliningMail(_Mail):
    is_pipelining = True


class PipeliningLoopback(SmtpLoopback):
    """A mail server that takes several commands in one go, and the next envelope behind a text."""

    handler = _PipeliningMail


class _Web(BaseHTTPRequestHandler):
    """What the two HTTP servers share: going wrong."""

    counting: Counting
    error_code = ""
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, call: str, body: Any, status: int = 200, *, takes: str = "") -> None:
        """Do what was asked and say so, or go wrong."""
        wrong = self.counting.note(call)
        assert not isinstance(wrong, Stage), "a front door breaks the connections to a web server"
        if wrong is Wrong.KILLED_BEFORE:
            self.counting.kill()
            return
        if takes and (wrong is None or wrong.is_done):
            self.counting.take(takes)
        text = "" if body is None else json.dumps(body)
        if wrong is None:
            self._send(status, text)
        else:
            self._go_wrong(wrong, text)

    def _go_wrong(self, wrong: Wrong, text: str) -> None:
        said = {
            Wrong.ERROR_500_BEFORE: (500, self.refusal("InternalFailure", "It broke.")),
            Wrong.ERROR_500_AFTER: (500, self.refusal("InternalFailure", "It broke.")),
            Wrong.BAD_GATEWAY: (502, "<html><body>Bad gateway</body></html>"),
            Wrong.TOO_MANY: (429, self.refusal("TooManyRequestsException", "Too many requests.")),
            Wrong.FORBIDDEN: (403, self.refusal("AccessDeniedException", "You may not.")),
            Wrong.BARE_403: (403, ""),
            Wrong.MALFORMED: (200, '{"MessageId": "it br'),
        }.get(wrong)
        if said:
            self._send(*said)
            return
        self.close_connection = True
        if wrong in {Wrong.TIMEOUT_BEFORE, Wrong.TIMEOUT_AFTER}:
            self.counting.over.wait(30)
        elif wrong is Wrong.KILLED_AFTER:
            self.counting.kill()
        elif wrong is Wrong.RESET_MID_BODY:
            self.send_response(200)
            self.send_header("Content-Length", str(len(text) + 100))
            self.end_headers()
            self.wfile.write(text[: len(text) // 2].encode())
            self.wfile.flush()
        _reset(self.connection)

    def refusal(self, code: str, words: str) -> str:
        """Return the body of an error as the service words it."""
        self.error_code = code
        return json.dumps({"message": words, "title": words})

    def _send(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status >= 400 and text.startswith("{"):
            self.send_header("x-amzn-ErrorType", self.error_code)
        self.end_headers()
        self.wfile.write(data)

    def given(self) -> Any:
        """Return the request's body."""
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length) or b"null")

    def steps(self) -> list[str]:
        """Return the path in parts."""
        return unquote(urlsplit(self.path).path).strip("/").split("/")

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


class _Ses(_Web):
    def do_GET(self) -> None:
        match self.steps():
            case ["v2", "email", "account"]:
                quota = {"Max24HourSend": 1000, "MaxSendRate": 1000, "SentLast24Hours": 0}
                self.answer("account", {"SendingEnabled": True, "SendQuota": quota})
            case ["v2", "email", "contact-lists", name]:
                self.answer("list", {"ContactListName": name, "Topics": []})
            case ["v2", "email", "contact-lists", name, "contacts", address]:
                data = json.dumps({"first_name": address[:7]})
                self.answer("contact", {"ContactListName": name, "EmailAddress": address, "AttributesData": data})

    def do_POST(self) -> None:
        body = self.given()
        if self.steps()[-1] == "outbound-emails":
            message = message_from_bytes(b64decode(body["Content"]["Raw"]["Data"]))
            (to,) = body["Destination"]["ToAddresses"]
            assert to in str(message["To"])
            self.answer("send", {"MessageId": "1"}, takes=to)
        else:
            left = {"EmailAddress": LEFT, "UnsubscribeAll": True}
            self.answer("contacts", {"Contacts": [left, *({"EmailAddress": one} for one in PEOPLE)]})


class SesLoopback(Loopback):
    """Amazon SES with one contact list."""

    handler = _Ses
    calls = ("list", "contacts", "contact", "account", "send")


class _Mailman(_Web):
    def do_GET(self) -> None:
        row, testers = _list(LIST, len(PEOPLE)), _list(TESTERS, 1)
        match self.steps()[1:]:
            case ["system", "versions"]:
                self.answer("versions", {"mailman_version": "GNU Mailman 3.3.10"})
            case ["lists"]:
                self.answer("lists", {"entries": [row], "total_size": 1, "start": 0})
            case ["lists", name] if name in row.values():
                self.answer("list", row)
            case ["lists", name] if name in testers.values():
                self.answer("testers", testers)
            case ["lists", _, "config"]:
                settings = {"emergency": False, "default_nonmember_action": "accept", "max_message_size": 0}
                self.answer("config", settings)
            case ["lists", _, "held"]:
                self.answer("held", {"start": 0, "total_size": 0})
            case ["lists", name, "member", address] if name == testers["list_id"]:
                self.answer("tester", {"email": address, "moderation_action": "accept"})
            case ["lists", _, role, _]:
                self.answer(role, {"title": "404 Not Found"}, 404)

    def do_POST(self) -> None:
        to = message_from_string(self.given()["text"])["To"]
        self.answer("inject", None, 201, takes=re.sub(r".*<|>.*", "", to))


def _list(address: str, members: int) -> dict[str, Any]:
    return {"list_id": address.replace("@", "."), "fqdn_listname": address, "member_count": members}


class MailmanLoopback(Loopback):
    """Mailman's core with one list for everybody, which is the one recipient, and one of testers beside it."""

    handler = _Mailman
    calls = ("lists", "versions", "list", "config", "member", "nonmember", "inject")


def wrongs(server: type[Loopback]) -> Iterator[Wrong]:
    """Yield what can go wrong with a server."""
    spoken = {Wrong.SERVICE_ENDS, Wrong.NOT_NOW, Wrong.NEVER}
    web = {
        Wrong.ERROR_500_BEFORE,
        Wrong.ERROR_500_AFTER,
        Wrong.BAD_GATEWAY,
        Wrong.TOO_MANY,
        Wrong.FORBIDDEN,
        Wrong.BARE_403,
    }
    yield from (one for one in Wrong if one not in (web if issubclass(server, SmtpLoopback) else spoken))
