"""The HTTP server on this computer alone that a rehearsed provider answers at; also for tests, in a thread."""

from __future__ import annotations

import contextlib
import select
import socket
import socketserver
import struct
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from newsletter.rehearsal.admin_api import answer_admin_request
from newsletter.rehearsal.http_messages import Reply, Request
from newsletter.rehearsal.request_handler import HandlerResponse, ReplyMode, RequestHandler

HOST = "127.0.0.1"
MOST_BYTES = 50_000_000


class Server(ThreadingHTTPServer):
    """The server; it knows its open connections, so that it can stop at once."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, port: int, *, patience: float = 120.0, slowness: float = 3.0) -> None:
        self.handler: RequestHandler
        self.patience = patience
        self.slowness = slowness
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__((HOST, port), Handler)

    @property
    def address(self) -> str:
        """Return the server's address, without a path."""
        return f"http://{HOST}:{self.server_port}"

    def server_bind(self) -> None:
        """Bind without asking the network for this computer's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def service_actions(self) -> None:
        """Let time pass for the service, between requests."""
        self.handler.tick()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection while it is open."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that is closed."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Do nothing: a caller that breaks off is what a rehearsal is for."""

    def stop(self) -> None:
        """Stop at once, whatever is still under way."""
        self.stopping.set()
        self.shutdown()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "newsletter-rehearsal"
    sys_version = ""
    timeout = 120
    disable_nagle_algorithm = True

    @property
    def home(self) -> Server:
        """Return the server that this connection belongs to."""
        return cast("Server", self.server)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
        """Do nothing here: the handler keeps the log."""

    def _answer(self) -> None:
        request = self._request()
        if request is None:
            return
        if request.path.startswith("/_rehearsal/"):
            self._write(answer_admin_request(self.home.handler, request))
        else:
            self._put(self.home.handler.handle(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the base class's names

    def _request(self) -> Request | None:
        host = self.headers.get("Host", "").rpartition(":")[0]
        length = self.headers.get("Content-Length", "0")
        if host not in {HOST, "localhost"} or not length.isdigit() or int(length) > MOST_BYTES:
            # a page in a browser that pretends to be us may not reach the rehearsal
            self.close_connection = True
            self._write(Reply(400, {"rehearsal": "this request is not for the rehearsal"}))
            return None
        path, _, query = self.path.partition("?")
        return Request(
            self.command,
            urllib.parse.unquote(path),
            urllib.parse.parse_qs(query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(length)),
        )

    def _put(self, outcome: HandlerResponse) -> None:
        if outcome.manner is ReplyMode.NEVER:
            self._hold()
        elif outcome.manner is ReplyMode.RESET:
            self._reset()
        elif outcome.manner is ReplyMode.HALF_THEN_RESET:
            self._write(outcome.reply, half=True)
            self._reset()
        else:
            if outcome.manner is ReplyMode.SLOWLY:
                self.home.stopping.wait(self.home.slowness)
            self._write(outcome.reply)

    def _write(self, reply: Reply, *, half: bool = False) -> None:
        body = reply.body()
        if half and not body:
            body = b'{"status": "ok", "message": "accepted"}'
        self.send_response(200 if half and reply.status == 204 else reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204 or half:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        self.wfile.flush()

    def _hold(self) -> None:
        """Do nothing until the caller gives up, or the patience ends."""
        self.close_connection = True
        until = time.monotonic() + self.home.patience
        while time.monotonic() < until and not self.home.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.05)
            if readable:
                return

    def _reset(self) -> None:
        """Break off as a broken line does: without a goodbye."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # closing every handle of the socket is what sends the reset; the file objects hold it open
        for file in (self.rfile, self.wfile):
            with contextlib.suppress(OSError):
                file.close()
        self.connection.close()
