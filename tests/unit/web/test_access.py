"""Requests that do not come from the composer's own page are refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from newsletter.web import application
from tests.composer_server import Client


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a built app in place."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Composer</title>", encoding="utf-8")
    (static / "assets" / "app-1.js").write_text("start()", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    monkeypatch.setattr(application, "STATIC", static)
    return static


def test_the_token_opens_the_page_once_and_the_cookie_keeps_it_open(client: Client, built: Path) -> None:
    opened = client.get(f"/?token={client.session.token}", Cookie=None)
    assert opened.status == 303
    assert opened.headers["location"] == "/#/issues/2024-02/form"
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    page = client.get("/", Cookie=cookie.partition(";")[0])
    assert page.status == 200
    assert "Composer" in page.text


@pytest.mark.parametrize(
    "path", ["/", "/assets/app-1.js", "/api/workspace", "/api/schema", "/api/schema/whole", "/api/events", "/api/x"]
)
def test_without_the_cookie_nothing_is_answered(client: Client, built: Path, path: str) -> None:
    for cookie in (None, "", f"{client.session.cookie}=guess", f"other={client.session.key}"):
        refused = client.get(path, Cookie=cookie)
        assert refused.status == 403, (path, cookie)
        assert "start()" not in refused.text


@pytest.mark.parametrize("token", ["", "x", "ü", "\0", "a" * 5000])
def test_a_wrong_token_opens_nothing(client: Client, token: str) -> None:
    from urllib.parse import quote

    refused = client.get(f"/?token={quote(token)}", Cookie=None)
    assert refused.status == 403
    assert "set-cookie" not in refused.headers
    assert "run `newsletter compose` again" in refused.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "evil.example:{port}", ""])
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    """A name of the attacker's own can be made to lead to this computer (DNS rebinding)."""
    given = host.format(port=client.session.port)
    assert client.get("/api/workspace", Host=given).status == 421
    assert client.get(f"/?token={client.session.token}", Host=given, Cookie=None).status == 421
    assert client.post("/api/issues", {}, Host=given).status == 421


def test_localhost_is_ours(client: Client) -> None:
    assert client.get("/api/workspace", Host=f"localhost:{client.session.port}").status == 200


FOREIGN = ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", "https://127.0.0.1:{port}"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_is_refused(client: Client, origin: str) -> None:
    given = origin.format(port=client.session.port)
    assert client.get("/api/workspace", Origin=given).status == 403
    assert client.post("/api/issues", {}, Origin=given).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_the_browser_calls_another_site_is_refused(client: Client, site: str) -> None:
    for path in ("/", "/api/workspace", "/api/events"):
        assert client.get(path, Sec_Fetch_Site=site).status == 403
    assert client.post("/api/issues", {}, Sec_Fetch_Site=site, Origin=None).status == 403


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_a_form_of_another_page_is_refused(client: Client, kind: str) -> None:
    """A form can be sent without asking; it cannot set a header of its own, nor send JSON."""
    assert client.post("/api/issues", {}, X_Newsletter=None).status == 403
    assert client.post("/api/issues", {}, Content_Type=kind).status == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert client.request(method, "/api/workspace").status == 405
    preflight = client.request("OPTIONS", "/api/issues", headers={"Origin": "https://evil.example"})
    assert preflight.status == 403
    assert "access-control-allow-origin" not in preflight.headers


def test_a_web_socket_is_refused(client: Client) -> None:
    answer = client.get(
        "/api/events",
        Connection="Upgrade",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
        Origin="https://evil.example",
    )
    assert answer.status == 403
    assert "sec-websocket-accept" not in answer.headers


def test_more_than_a_request_may_hold_is_refused(client: Client) -> None:
    assert client.post("/api/issues", {}, Content_Length=str(100_000_000)).status == 413
    with socket.create_connection(("127.0.0.1", client.session.port), timeout=20) as link:
        head = f"POST /api/issues HTTP/1.1\r\nHost: {client.host}\r\nCookie: {client.cookie}\r\nX-Newsletter: 1\r\n"
        link.sendall(f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        block = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        try:
            for _ in range(100):
                link.sendall(block)
        except OSError:
            return  # the server hung up, which is as good
        assert link.recv(200).split()[1] in {b"413", b"404", b"405"}


def test_every_answer_protects_the_page(client: Client, built: Path) -> None:
    for path in ("/", "/api/workspace", "/nothing", "/assets/app-1.js"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert client.get("/", Cookie=None).headers["x-frame-options"] == "DENY"


OUTSIDE = ["/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"]


@pytest.mark.parametrize("path", [*OUTSIDE, "/assets//etc/passwd", "/assets/", "/assets/%00"])
def test_no_file_outside_of_the_app_is_served(client: Client, built: Path, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 404
    assert b"secret" not in answer.body


def test_a_link_out_of_the_app_is_not_followed(client: Client, built: Path) -> None:
    (built / "assets" / "link.js").symlink_to(built.parent / "secret.txt")
    assert client.get("/assets/link.js").status == 404
