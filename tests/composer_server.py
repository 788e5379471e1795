"""The composer's server on the loopback interface, for tests that speak HTTP to it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from newsletter.web.application import build_application
from newsletter.web.events import EventHub
from newsletter.web.server import HOST, open_port
from newsletter.web.session import Session
from newsletter.workflow.composer.composer import Composer
from newsletter.workflow.composer.current_workspace import CurrentWorkspace


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """A browser that has opened the composer's page."""

    session: Session
    composer: Composer
    folder: Path

    @property
    def host(self) -> str:
        return f"{HOST}:{self.session.port}"

    @property
    def cookie(self) -> str:
        return f"{self.session.cookie}={self.session.key}"

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str | None] | None = None
    ) -> Answer:
        """Send a request with the headers of the page; None takes one away."""
        given: dict[str, str | None] = {"Host": self.host, "Cookie": self.cookie}
        if method != "GET":
            given |= {"Content-Type": "application/json", "X-Newsletter": "1", "Origin": f"http://{self.host}"}
        given |= headers or {}
        connection = http.client.HTTPConnection(HOST, self.session.port, timeout=120)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if body is not None and "Content-Length" not in given:
                given["Content-Length"] = str(len(body))
            for name, value in given.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.request("GET", path, headers={name.replace("_", "-"): one for name, one in headers.items()})

    def post(self, path: str, data: Any = None, **headers: str | None) -> Answer:
        named = {name.replace("_", "-"): one for name, one in headers.items()}
        return self.request("POST", path, json.dumps(data if data is not None else {}).encode(), named)

    def picture(self, path: str, data: bytes, kind: str = "image/png") -> Answer:
        return self.request("POST", path, data, {"Content-Type": kind})

    def file(self, path: str, data: bytes) -> Answer:
        return self.picture(path, data, "application/octet-stream")


@contextmanager
def composer_running(folder: Path) -> Iterator[Client]:
    """Serve a folder in a thread of this process."""
    listener = open_port(None)
    session, hub = Session(int(listener.getsockname()[1])), EventHub()
    composer = Composer(CurrentWorkspace(folder), hub.publish)
    application = build_application(composer, session, hub, lambda: "issues/2024-02/form")
    config = uvicorn.Config(application, log_config=None, log_level="critical", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    started = threading.Event()
    startup = server.startup

    async def start(sockets: Any = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = start  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        yield Client(session, composer, folder)
    finally:
        hub.close()
        server.should_exit = True
        thread.join(20)
        composer.close()
        listener.close()
        assert not thread.is_alive()
