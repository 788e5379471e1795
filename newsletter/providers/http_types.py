"""What is said to and by a provider over HTTP: the call, its answer, its refusal, and how to call each provider."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsletter.errors import DoubtError, ProviderError, UnclearAnswerError


@dataclass(frozen=True, slots=True)
class Call:
    """One request, before anything of transport or secrets: what an adapter's payload functions make.

    `repeatable` says that carrying it out twice does no more than once (a GET; a PUT of the same content). `spare` says
    that a second time leaves a spare copy and no other harm, so that it may be made again after a 429.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    files: Mapping[str, tuple[str, bytes, str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = False
    spare: bool = False

    @property
    def is_safe(self) -> bool:
        """Return whether it may be made again without a second effect."""
        return self.repeatable or self.method == "GET"


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """A provider's answer to a call that it accepted; `json` is None where the body is empty.

    What is needed of it is read by `need` and its like: where that is not there, an answer to a call that changed
    something is a doubt, and any other one no answer.
    """

    status: int
    json: Any
    headers: Mapping[str, str]
    provider: str = "The provider"
    was_safe: bool = False

    def need(self, *path: str | int) -> Any:
        """Return what stands at the path; it is never None."""
        value = self.json
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                value = None
            if value is None:
                break
        if value is None:
            raise self._lacks(".".join(str(step) for step in path))
        return value

    def need_id(self, *path: str | int) -> str:
        """Return the identifier that stands at the path: a text or a number, and nothing that only looks like one."""
        value = self.need(*path)
        if not is_identifier(value):
            raise self._lacks(".".join(str(step) for step in path))
        return str(value).strip()

    def need_object(self, *path: str | int) -> Mapping[str, Any]:
        """Return the object that stands at the path."""
        value = self.need(*path)
        if not isinstance(value, dict):
            raise self._lacks(".".join(str(step) for step in path))
        return value

    def need_rows(self, *path: str | int, having: Sequence[str] = ()) -> list[Mapping[str, Any]]:
        """Return the list of objects that stands at the path, each having these fields: texts or numbers."""
        rows = self.need(*path)
        name = ".".join(str(step) for step in path)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._lacks(name)
        for one in having:
            if not all(is_identifier(row.get(one)) for row in rows):
                raise self._lacks(f"{name}.{one}" if name else one)
        return rows

    def _lacks(self, name: str) -> ProviderError:
        message = (
            f"{self.provider} returned a response without {name!r}"
            if name
            else f"{self.provider} returned an empty response"
        )
        if self.was_safe:
            return UnclearAnswerError(f"{message}.", hint="Nothing was sent. Try again in a few minutes.")
        return DoubtError(
            f"{message}.", hint="The request may have succeeded; this is checked before anything is sent."
        )


def is_identifier(value: object) -> bool:
    """Return whether a value can name something at a provider: a text that is not empty, or a whole number."""
    if isinstance(value, str):
        return bool(value.strip())
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class ApiError:
    """What an error body says: the provider's own words, and its code where it gives one."""

    words: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class ApiProfile:
    """What the client must know to call one provider.

    `read_refusal` turns a parsed error body (None where it is not JSON) into the provider's words; `hints` maps its
    code, or the status as text, to how to fix it; `pace` is the least time between two calls in seconds; `request_id`
    names the header that support asks for.
    """

    name: str
    base_url: str
    read_refusal: Callable[[Any], ApiError | None]
    hints: Mapping[str, str] = field(default_factory=dict)
    pace: float = 0.0
    request_id: str = "X-Request-Id"
    bare_403_is_busy: bool = False
    spent: Collection[str] = ()
    """Codes which say that what the account may do is used up, under whatever status: waiting does not help."""
    headers: Mapping[str, str] = field(default_factory=dict)
