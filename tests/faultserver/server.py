"""An HTTP and HTTPS server on loopback that answers for one provider, with faults at each stage of a call."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self
from urllib.parse import parse_qsl, urlsplit

from .faults import HTML, ODD_BODIES, STATUSES, Plan, distort
from .world import World


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> dict[str, Any]:
        """Return the body, or nothing where it is no JSON object."""
        try:
            body = json.loads(self.raw or b"{}")
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


@dataclass(frozen=True)
class Reply:
    """What a provider answers: a body of None is no body at all."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """One provider's interface, on top of a world."""

    name: str
    prefix: str  # what stands before the paths in its base_url
    calls: tuple[str, ...]  # the kinds of call that it knows

    def __init__(self, world: World) -> None: ...
    def settings(self, base_url: str) -> str: ...
    def secrets(self) -> dict[str, str]: ...
    def kind(self, request: Request) -> str: ...
    def handle(self, request: Request) -> Reply: ...
    def other(self, request: Request) -> Any: ...


class FaultServer:
    """A provider that answers on loopback while the context lasts."""

    def __init__(self, provider: Provider, plan: Plan, tls: ssl.SSLContext | None = None) -> None:
        self.provider, self.plan, self.tls = provider, plan, tls
        self.world: World = provider.world  # type: ignore[attr-defined]
        self.kill: Callable[[], None] = lambda: None
        self.killed_at: list[str] = []
        owner = self

        class Bound(_Handler):
            server_of_faults = owner

        class Server(ThreadingHTTPServer):
            daemon_threads = False
            request_queue_size = 64

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Do nothing of clients that are gone: they were killed."""

        self._server = Server(("127.0.0.1", 0), Bound)
        self.port = self._server.server_address[1]
        scheme = "https" if tls else "http"
        self.base_url = f"{scheme}://127.0.0.1:{self.port}{provider.prefix}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def die(self, stage: str) -> None:
        """Kill the client now."""
        self.killed_at.append(stage)
        self.world.tell(f"KILL: the command is killed ({stage})")
        self.kill()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server_of_faults: FaultServer

    def setup(self) -> None:
        tls = self.server_of_faults.tls
        if tls:
            self.request = tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.request.close()  # the server knows only the socket under TLS

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Do nothing: the world keeps the story."""

    def _answer(self) -> None:
        owner, world = self.server_of_faults, self.server_of_faults.world
        split = urlsplit(self.path)
        path = split.path.removeprefix(owner.provider.prefix.rstrip("/"))
        headers = {key.lower(): value for key, value in self.headers.items()}
        raw = self.rfile.read(int(headers.get("content-length") or 0))
        request = Request(self.command, path, dict(parse_qsl(split.query)), headers, raw)
        with world.lock:
            call = owner.provider.kind(request)
            fault, kill = owner.plan.next(call)
        phase, _, form = (fault or "").partition(":")
        if kill == "before":
            owner.die(f"before {call}")
            return self._reset()
        reply = Reply(0)
        with world.lock:
            world.tick()
            if phase != "undone":
                reply = owner.provider.handle(request)
                world.tick()
            self._note(call, path, fault, str(reply.status or "-"))
        if kill == "after":
            owner.die(f"after {call}")
            return self._reset()
        self._send(request, reply, form)
        if kill == "answered":
            time.sleep(0.004)
            owner.die(f"{call} was answered")
        return None

    def _note(self, call: str, path: str, fault: str | None, status: str) -> None:
        world = self.server_of_faults.world
        shown = f"   FAULT {fault}" if fault else ""
        world.tell(f"{self.command} {path[:60]} ({call}) -> {status}{shown}")

    def _send(self, request: Request, reply: Reply, form: str) -> None:
        if form == "stall":
            self._wait_until_the_client_gives_up()
        if form in {"reset", "stall"}:
            return self._reset()
        body = b"" if reply.body is None else json.dumps(reply.body).encode()
        status, kind = reply.status or 500, "application/json"
        if form in STATUSES:
            status, body, kind = STATUSES[form], HTML, "text/html"
        elif form in ODD_BODIES:
            status = 200 if form != "empty" or reply.status != 204 else 204
            body = distort(reply.body, form, self.server_of_faults.provider.other(request))
            kind = "text/html" if form == "html_200" else kind
        if form == "half_answer" and not body:
            self.wfile.write(b"HTTP/1.1 204 No Con")
            return self._reset()
        self.send_response_only(status)
        self.send_header("Date", formatdate(self.server_of_faults.world.now(), usegmt=True))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if form == "half_answer":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            return self._reset()
        if status != 204:
            self.wfile.write(body)
        return None

    def _wait_until_the_client_gives_up(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.settimeout(20)
            self.connection.recv(1)

    def _reset(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(OSError):
            self.connection.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815
