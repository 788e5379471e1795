"""Web servers on loopback that misbehave in each way that sites do: the path of a request says how.

One speaks http, one https, with a certificate that depends on the name that is asked for.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import socket
import socketserver
import ssl
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any, ClassVar

import trustme

from newsletter.providers.tls_sockets import with_closing_sockets

PAGE = b"<html><body><h1 id='start'>Hello</h1><p id=one>1</p><p class='x' id=\"two\">2</p></body></html>"
BOMB = gzip.compress(b"<p id=a><p id=b><p id=c>" + b" " * 50_000_000)
"""Some fifty kilobytes that are fifty megabytes once they are unpacked."""
DAY = dt.timedelta(days=1)


class Serving(socketserver.ThreadingTCPServer):
    """A server for many connections at once, which says nothing of those that break."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Do nothing: the other side may well have gone."""


class Site:
    """Both servers, and what was asked of them."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.ended: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.names: list[str] = []
        self.counts: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.ca = trustme.CA()
        self.context = ssl.create_default_context()
        self.ca.configure_trust(self.context)
        contexts = _contexts(self.ca, folder)
        front = contexts["sites"]

        def chosen(line: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext) -> None:
            self.names.append(name or "")
            kind = (name or "").split(".")[-2] if name and name.count(".") else "sites"
            line.context = contexts.get(kind, front)

        front.sni_callback = chosen
        self._servers = []
        self.plain = self._serve(None)
        self.secure = self._serve(front)

    def _serve(self, context: ssl.SSLContext | None) -> int:
        handler = type("Handler", (_Handler,), {"site": self, "context": context})
        server = Serving(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self._servers.append(server)
        return int(server.server_address[1])

    def http(self, host: str, path: str) -> str:
        """Return an address at the http server."""
        return f"http://{host}:{self.plain}{path}"

    def https(self, host: str, path: str) -> str:
        """Return an address at the https server."""
        return f"https://{host}:{self.secure}{path}"

    def stop(self) -> None:
        """End both."""
        self.over.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()


def _contexts(ca: trustme.CA, folder: Path) -> dict[str, ssl.SSLContext]:
    now = dt.datetime.now(dt.UTC)
    made = {
        "sites": ca.issue_cert("*.sites.test", "127.0.0.1"),
        "old": ca.issue_cert("*.old.test", not_before=now - 400 * DAY, not_after=now - 2 * DAY),
        "soon": ca.issue_cert("*.soon.test", not_before=now - 85 * DAY, not_after=now + 5 * DAY),
        "brief": ca.issue_cert("*.brief.test", not_before=now - 2 * DAY, not_after=now + 4 * DAY),
        "other": ca.issue_cert("somebody-else.test"),
        "unknown": trustme.CA().issue_cert("*.unknown.test"),
    }
    contexts = {}
    for kind, certificate in made.items():
        contexts[kind] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(contexts[kind])
    home_made = trustme.CA()
    path = folder / "home-made.pem"
    path.write_bytes(home_made.private_key_pem.bytes() + home_made.cert_pem.bytes())
    contexts["homemade"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexts["homemade"].load_cert_chain(path)
    return contexts


class _Handler(socketserver.BaseRequestHandler):
    site: ClassVar[Site]
    context: ClassVar[ssl.SSLContext | None]

    def handle(self) -> None:
        line: socket.socket = self.request
        if self.context is not None:
            try:
                line = with_closing_sockets(self.context).wrap_socket(line, server_side=True)
            except OSError:
                return
        with contextlib.suppress(OSError), contextlib.closing(line):
            self._serve(line)

    def _serve(self, line: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            more = line.recv(4096)
            if not more:
                return
            head += more
            if head.startswith(b"\x16"):  # the greeting of TLS
                line.sendall(b"HTTP/1.1 400 What?\r\n\r\n")
                return
        first, *rest = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        fields = dict(row.split(": ", 1) for row in rest if ": " in row)
        host = fields["Host"].split(":")[0]
        with self.site.lock:
            self.site.asked.append((method, host, path))
            self.site.headers.append(fields)
            key = f"{host}{path}"
            self.site.counts[key] += 1
            count = self.site.counts[key]
        kind, *given = path.strip("/").split("/")
        _Reply(self.site, line, method, host, count).give(kind, given)


class _Reply:
    """What comes back, by the first part of the path."""

    def __init__(self, site: Site, line: socket.socket, method: str, host: str, count: int) -> None:
        self.site, self.line, self.method, self.host, self.count = site, line, method, host, count

    def give(self, kind: str, given: list[str]) -> None:
        getattr(self, f"_{kind.replace('-', '_')}", self._ok)(*given)

    def _say(self, status: int, *headers: str, body: bytes = PAGE) -> None:
        lines = [f"HTTP/1.1 {status} Said", "Content-Type: text/html; charset=utf-8", *headers]
        if not any(header.startswith("Content-Length") for header in headers):
            lines.append(f"Content-Length: {len(body)}")
        data = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.line.sendall(data if self.method == "HEAD" else data + body)

    def _ok(self, *_: str) -> None:
        self._say(200)

    def _status(self, status: str, *_: str) -> None:
        self._say(int(status))

    def _head(self, status: str, *_: str) -> None:
        self._say(int(status) if self.method == "HEAD" else 200)

    def _head_reset(self, *_: str) -> None:
        if self.method == "HEAD":
            self._reset()
        else:
            self._say(200)

    def _to(self, status: str, *path: str) -> None:
        self._say(int(status), f"Location: /{'/'.join(path)}")

    def _elsewhere(self, place: str, *_: str) -> None:
        targets = {
            "google": "https://accounts.google.com/ServiceLogin?continue=x",
            "microsoft": "https://login.microsoftonline.com/common/oauth2/authorize",
            "login": "/login?next=/secret",
            "mailto": "mailto:team@example.org",
            "nonsense": "http://[broken",
            "metadata": "http://169.254.169.254/latest/meta-data/",
            "ten": "http://10.0.0.1/admin",
            "loopback": "http://127.0.0.1:9/",
            "six": "http://[::1]:9/",
            "unique": "http://[fd00::1]/",
            "rebinds": "http://rebinds.sites.test/",
        }
        self._say(302, f"Location: {targets[place]}")

    def _circle(self, *given: str) -> None:
        self._say(302, f"Location: /circle/{given[0]}/{'b' if given[-1] == 'a' else 'a'}")

    def _endless(self, number: str) -> None:
        self._say(302, f"Location: /endless/{int(number) + 1}")

    def _cookie(self, number: str) -> None:
        self._say(302, "Set-Cookie: seen=1", f"Location: /cookie/{number}")

    def _hang(self, *_: str) -> None:
        if not self.site.over.wait(60):
            self.site.ended.append("hang")

    def _hang_once(self, *_: str) -> None:
        if self.count == 1:
            self.site.over.wait(60)
        else:
            self._say(200)

    def _drip(self, *_: str) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 600:
            self.line.sendall(bytes([letter]))
            if self.site.over.wait(0.3):
                return

    def _drip_body(self, *_: str) -> None:
        self.line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _turn in range(600):
            self.line.sendall(b"<p id=x>")
            if self.site.over.wait(0.3):
                return
        self.site.ended.append("drip-body")

    def _reset(self, *_: str) -> None:
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _nothing(self, *_: str) -> None:
        pass

    def _garbage(self, *_: str) -> None:
        self.line.sendall(b"\x00\x01 hello, who is there?\r\n\r\n")

    def _huge(self, *_: str) -> None:
        if self.method == "HEAD":
            self._say(405)
            return
        self.line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not self.site.over.is_set():
            self.line.sendall(b"<p id=a><p id=b><p id=c>" + b"x" * 65_536)

    def _huge_head(self, *_: str) -> None:
        self.line.sendall(b"HTTP/1.1 200 OK\r\n")
        while not self.site.over.is_set():
            self.line.sendall(b"X-More: and more\r\n" * 100)

    def _long_line(self, *_: str) -> None:
        self.line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not self.site.over.is_set():
            self.line.sendall(b"x" * 65_536)

    def _once(self, status: str, *_: str) -> None:
        self._say(int(status) if self.count <= 2 else 200)

    def _busy(self, seconds: str, *_: str) -> None:
        if self.count == 1:
            self._say(429, f"Retry-After: {seconds}")
        else:
            self._say(200)

    def _busy_until(self, *_: str) -> None:
        if self.count == 1:
            self._say(429, f"Retry-After: {formatdate(time.time() + 1, usegmt=True)}")
        else:
            self._say(200)

    def _packed(self, kind: str, *_: str) -> None:
        body = {"gzip": gzip.compress(PAGE), "deflate": zlib.compress(PAGE)}.get(kind, b"\x1f\x8b broken")
        self._say(200, f"Content-Encoding: {'gzip' if kind == 'broken' else kind}", body=body)

    def _bomb(self, *_: str) -> None:
        self._say(200, "Content-Encoding: gzip", body=BOMB)

    def _chunked(self, *_: str) -> None:
        self.line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.line.sendall(b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE))

    def _always_busy(self, seconds: str, *_: str) -> None:
        self._say(429, *([f"Retry-After: {seconds}"] if seconds != "-" else []))


@contextlib.contextmanager
def misbehaving(folder: Path) -> Iterator[Site]:
    """Run the servers for a while."""
    site = Site(folder)
    try:
        yield site
    finally:
        site.stop()
