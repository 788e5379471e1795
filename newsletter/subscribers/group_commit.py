"""Changes that several threads ask for at once, written in one commit: a disk takes only so many commits a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Request = TypeVar("Request")
Result = TypeVar("Result")

MOST = 200
"""Changes in one commit."""


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Request, Result]):
    request: Request
    result: Result | None = None
    error: BaseException | None = None
    is_done: bool = False


class GroupCommit(Generic[Request, Result]):
    """Gathers requests; whoever's turn it is writes its own with all that wait, by `write`, all or none of them."""

    def __init__(self, write: Callable[[Sequence[Request]], Sequence[Result]]) -> None:
        self._write = write
        self._waiting: list[_Waiting[Request, Result]] = []
        self._gathering = threading.Lock()
        self._turn = threading.Lock()

    def do(self, request: Request) -> Result:
        """Return the result of a request once it is written; raise what kept it from being written."""
        own: _Waiting[Request, Result] = _Waiting(request)
        with self._gathering:
            self._waiting.append(own)
        while not own.is_done:
            with self._turn:
                if not own.is_done:
                    self._write_some()
        if own.error is not None:
            raise own.error
        return own.result  # type: ignore[return-value]  # it is there where no error is

    def _write_some(self) -> None:
        with self._gathering:
            some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            for one, result in zip(some, self._write([one.request for one in some]), strict=True):
                one.result = result
        except BaseException as error:
            for one in some:
                one.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            for one in some:
                one.is_done = True
