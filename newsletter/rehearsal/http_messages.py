"""A request and the reply to it, and how a service says which paths it answers."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a form."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes = b""

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else default

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """Return a query parameter that must be a whole number within limits."""
        text = self.one(name)
        if not text:
            return default
        value = int(text) if re.fullmatch(r"\d{1,9}", text) else -1
        if value < least or (most is not None and value > most):
            limits = f"from {least} to {most}" if most is not None else f"of at least {least}"
            raise MisfitError([SchemaError(name, SchemaProblem.WRONG, f"is not a whole number {limits}")])
        return value

    def json(self) -> Any:
        """Return the JSON body; None where there is none."""
        if not self.body:
            return None
        if self.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise Refused(415, "The body is not application/json.", code="unsupported_media_type")
        try:
            return json.loads(self.body)
        except ValueError:
            raise Refused(400, "The body is not valid JSON.", code="bad_request") from None

    def files(self) -> dict[str, Upload]:
        """Return the files of a multipart form, by field name."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            raise Refused(415, "The body is not multipart/form-data.", code="unsupported_media_type")
        form = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body, policy=email.policy.HTTP)
        found = {}
        for part in form.walk():
            name = part.get_param("name", header="content-disposition")
            if isinstance(name, str) and not part.is_multipart():
                data = part.get_payload(decode=True)
                found[name] = Upload(part.get_filename() or "", part.get_content_type(), bytes(data or b""))
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a status, JSON or other bytes, headers."""

    status: int
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    raw: bytes | None = None

    def body(self) -> bytes:
        """Return the bytes of the body; none where there is neither JSON nor bytes."""
        if self.raw is not None:
            return self.raw
        return b"" if self.json is None else json.dumps(self.json).encode()


class Refused(Exception):  # noqa: N818 - it is the provider's no, not a fault of ours
    """The provider says no; the service puts it in its own form."""

    def __init__(self, status: int, words: str, *, code: str = "", field: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.code = code
        self.field = field


class MisfitError(Exception):
    """A request is not made as the provider's description says."""

    def __init__(self, found: Sequence[SchemaError]) -> None:
        super().__init__("; ".join(f"{one.field} {one.words}" for one in found))
        self.found = tuple(found)


Handler = Callable[..., Reply]
CallName = str | Callable[[Request], str]


@dataclass(frozen=True, slots=True)
class Route:
    """A path that a service answers: `/campaigns/{id}`; `calls` says which of our calls that is, for faults."""

    method: str
    path: str
    calls: tuple[CallName, ...]
    query: frozenset[str]
    handler: str
    pattern: re.Pattern[str]
    spec: Mapping[str, Any] | None = None
    """What the handler is given beside the request, where it answers more than one path."""

    @classmethod
    def of(  # noqa: PLR0917 - each is a part of a route
        cls, method: str, path: str, calls: tuple[CallName, ...], query: str, handler: str, spec: Any = None
    ) -> Route:
        """Make a route of a path with names in braces, and the parameters that it knows."""
        pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))
        return cls(method, path, calls, frozenset(query.split()), handler, pattern, spec)

    def names(self, request: Request) -> list[str]:
        """Return the names of the calls that a request to this path is, the first being the main one."""
        try:
            return [name if isinstance(name, str) else name(request) for name in self.calls]
        except Refused:
            return []  # a body that cannot be read tells nothing


def route(method: str, path: str, *calls: CallName, query: str = "") -> Callable[[Handler], Handler]:
    """Make a method of a service answer a path; `query` names the parameters it knows, any other is refused."""

    def mark(handler: Handler) -> Handler:
        made = Route.of(method, path, calls, query, handler.__name__)
        handler.routes = [*getattr(handler, "routes", []), made]  # type: ignore[attr-defined]  # read by Service
        return handler

    return mark
