"""Serve the folder of the website on this computer, with the addresses that it will have on the web."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from newsletter.errors import UsageError

HOST = "127.0.0.1"
PORT = 8001
"""The port that is tried first."""

_PORTS_TRIED = 20
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
}


def serve(folder: Path, base: str, *, port: int | None, ready: Callable[[str], None]) -> None:
    """Serve a folder until Ctrl-C; `ready` is called with the address of its home page.

    `base` is the website's address on the web, whose path the pages have here as well. Raises UsageError if the port
    is in use.
    """
    server, address = site_server(folder, base, port=port)
    with server:
        ready(address)
        server.serve_forever()


def site_server(folder: Path, base: str, *, port: int | None) -> tuple[ThreadingHTTPServer, str]:
    """Return a server of a folder that has its port, and the address of the home page; the arguments are as above."""
    prefix = f"/{unquote(urlsplit(base).path).strip('/')}/".replace("//", "/")
    server = _listening(partial(_Handler, folder=folder, prefix=prefix), port)
    return server, f"http://{HOST}:{server.server_address[1]}{quote(prefix)}"


def _listening(handler: Callable[..., SimpleHTTPRequestHandler], port: int | None) -> ThreadingHTTPServer:
    tried = [port] if port is not None else [*range(PORT, PORT + _PORTS_TRIED), 0]
    for one in tried:
        try:
            return ThreadingHTTPServer((HOST, one), handler)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
    raise UsageError(f"The port {port} is in use.", hint="Choose another with --port, or leave it out.")


class _Handler(SimpleHTTPRequestHandler):
    """Serves files as static hosts do: `index.html` for a folder, `NAME.html` for NAME, `404.html` for any other."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, folder: Path, prefix: str) -> None:
        self._folder = folder.resolve()
        self._prefix = prefix
        super().__init__(*args)  # type: ignore[arg-type]  # what the server hands over

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Keep requests off the terminal."""

    def do_GET(self) -> None:
        """Answer with a file."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with the headers of a file."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        if path in {"/", self._prefix.rstrip("/")} and path != self._prefix:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", quote(self._prefix))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        found = self._found(path.removeprefix(self._prefix)) if path.startswith(self._prefix) else None
        status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
        page = found or self._found("404.html")
        data = page.read_bytes() if page else b"Not found"
        self.send_response(status)
        self.send_header("Content-Type", _TYPES.get(page.suffix.lower() if page else ".html", "text/plain"))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if with_body:
            self.wfile.write(data)

    def _found(self, path: str) -> Path | None:
        """Return the file for a path; None if it does not exist, or is outside the folder."""
        if "\0" in path:
            return None
        for name in (path, f"{path}.html", f"{path}/index.html" if path else "index.html"):
            place = (self._folder / name).resolve()
            hidden = any(part.startswith(".") for part in Path(name).parts)
            if place.is_file() and place.is_relative_to(self._folder) and not hidden:
                return place
        return None
