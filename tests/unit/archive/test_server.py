"""The website is served as static hosts do, at the path that it will have on the web, and nothing else is."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsletter.archive.server import site_server
from newsletter.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "2024-02").mkdir(parents=True)
    for name, text in (
        ("index.html", "home"),
        ("404.html", "missing"),
        ("2024-03.html", "march"),
        ("2024-02/index.html", "february"),
        ("events.ics", "calendar"),
        ("a b.html", "spaced"),
        (".newsletter-archive.json", "{}"),
    ):
        (site / name).write_text(text, encoding="utf-8")
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    (site / "linked.html").symlink_to(tmp_path / "secret.html")
    return site


@pytest.fixture(params=["", "https://example.org/", "https://example.org/our%20news/"])
def address(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    server, address = site_server(folder, request.param, port=None)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def ask(address: str, path: str, method: str = "GET") -> tuple[int, str, str]:
    found = urlsplit(address)
    connection = http.client.HTTPConnection(found.hostname or "", found.port, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    told = (
        answer.status,
        answer.headers.get("Content-Type") or answer.headers.get("Location", ""),
        answer.read().decode(),
    )
    connection.close()
    return told


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("", "text/html; charset=utf-8", "home"),
        ("index.html", "text/html; charset=utf-8", "home"),
        ("2024-03.html?a=b", "text/html; charset=utf-8", "march"),
        ("2024-03", "text/html; charset=utf-8", "march"),
        ("2024-02/", "text/html; charset=utf-8", "february"),
        ("a%20b", "text/html; charset=utf-8", "spaced"),
        ("events.ics", "text/calendar; charset=utf-8", "calendar"),
    ],
)
def test_files_are_served_with_their_type(address: str, path: str, kind: str, text: str) -> None:
    assert ask(address, urlsplit(address).path + path) == (200, kind, text)
    assert ask(address, urlsplit(address).path + path, "HEAD") == (200, kind, "")


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "../secret.html",
        "%2e%2e/secret.html",
        "linked.html",
        ".newsletter-archive.json",
        "a%00b",
        "//etc/passwd",
    ],
)
def test_anything_else_is_missing(address: str, path: str) -> None:
    assert ask(address, urlsplit(address).path + path) == (404, "text/html; charset=utf-8", "missing")


def test_the_root_leads_to_the_home_page(folder: Path) -> None:
    server, address = site_server(folder, "https://example.org/news/", port=None)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        assert ask(address, "/") == (302, "/news/", "")
        assert ask(address, "/news") == (302, "/news/", "")
        assert ask(address, "/other/index.html")[0] == 404
        port = server.server_address[1]
        with pytest.raises(UsageError, match=f"The port {port} is in use"):
            site_server(folder, "", port=port)
        other, elsewhere = site_server(folder, "", port=None)
        assert elsewhere != address, "another free port is found"
        other.server_close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
