"""A wire with written answers: it notes every request, and holds each against the provider's own description."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter

_spec = importlib.util.spec_from_file_location("wire_openapi", Path(__file__).parent / "openapi.py")
assert _spec
assert _spec.loader
openapi = importlib.util.module_from_spec(_spec)
sys.modules["wire_openapi"] = openapi
_spec.loader.exec_module(openapi)

SECRET = "planted-secret-0123456789"
SECRET_HEADERS = {"authorization", "api-key", "x-api-key"}


@dataclass(frozen=True)
class Sent:
    """One request as it went out, without its secrets."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    @property
    def line(self) -> str:
        """Return method and path."""
        return f"{self.method} {self.path}"


@dataclass(eq=False)
class Wire(BaseAdapter):
    """The other end: answers are given in the order in which they were written."""

    base: str
    answers: list[Any] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    raw: list[requests.PreparedRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def session(self) -> requests.Session:
        """Return a session that talks to this end alone."""
        session = requests.Session()
        session.mount("https://", self)
        session.mount("http://", self)
        return session

    def will_say(self, *answers: Any) -> None:
        """Write down answers: JSON for 200, a number and JSON, a whole Response, or an error to raise."""
        self.answers += answers

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        self.raw.append(request)
        self.sent.append(_sent(request, self.base))
        assert self.answers, f"no answer was written for {self.sent[-1].line}"
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = (*answer, {})[:3] if isinstance(answer, tuple) else (200, answer, {})
        response = requests.Response()
        response.status_code, response.reason = status, "Told So"
        response.url, response.request = str(request.url), request
        response.headers.update(headers)
        response._content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return response

    def close(self) -> None:
        """Have nothing to close."""

    @property
    def lines(self) -> list[str]:
        """Return methods and paths of all requests."""
        return [sent.line for sent in self.sent]


def _sent(request: requests.PreparedRequest, base: str) -> Sent:
    url = urlsplit(str(request.url))
    assert str(request.url).startswith(base), "it talks to somebody else"
    headers = {name.lower(): value for name, value in request.headers.items()}
    shown = {name: value for name, value in headers.items() if name not in SECRET_HEADERS}
    path = url.path.removeprefix(urlsplit(base).path)
    return Sent(str(request.method), path, dict(parse_qsl(url.query)), shown, _body(request))


def _body(request: requests.PreparedRequest) -> Any:
    if request.body is None:
        return None
    raw = request.body if isinstance(request.body, bytes) else str(request.body).encode()
    kind = str(request.headers.get("Content-Type", ""))
    if kind.startswith("multipart/"):
        whole = b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw
        parts = BytesParser(policy=HTTP).parsebytes(whole).iter_parts()
        return {
            str(part.get_param("name", header="content-disposition")): (
                part.get_filename(),
                part.get_content_type(),
                part.get_payload(decode=True),
            )
            for part in parts
        }
    return json.loads(raw)


@pytest.fixture
def description() -> Callable[[str], Any]:
    """Return a provider's description; skip where it may not be shipped and is not beside the project."""

    def find(name: str) -> Any:
        try:
            return openapi.description(name)
        except openapi.MissingDescription as missing:
            (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(str(missing))

    return find


@pytest.fixture
def wire_to() -> Iterator[Callable[[str, str], Wire]]:
    """Give a wire to a provider by its name and address; at the end every request on it must be as described."""
    wires: list[tuple[str, Wire]] = []

    def make(name: str, base: str) -> Wire:
        wires.append((name, Wire(base)))
        return wires[-1][1]

    yield make
    for name, wire in wires:
        assert wire.answers == [], "answers were left over"
        try:
            known = openapi.description(name)
        except openapi.MissingDescription:
            continue  # the test that asks for the description says why
        for request in wire.raw:
            assert known.faults(request) == []


@pytest.fixture
def secret() -> Callable[[str], str]:
    """Give the planted secret under any name."""
    return lambda variable: SECRET


@pytest.fixture
def planted() -> str:
    """Return the secret that must be seen nowhere."""
    return SECRET
