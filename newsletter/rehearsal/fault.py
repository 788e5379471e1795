"""What goes wrong on demand: the faults that a rehearsed provider can be told to make, and when."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from newsletter.errors import UsageError


class FaultKind(StrEnum):
    """A way to misbehave: what it is in words, and whether what was asked is done all the same."""

    words: str
    is_done: bool

    def __new__(cls, value: str, words: str = "") -> Self:  # noqa: D102 - of the enum
        kind = str.__new__(cls, value)
        kind._value_, kind.words, kind.is_done = value, words, not words.startswith("does nothing")
        return kind

    TIMEOUT_BEFORE = "timeout_before", "does nothing, and never answers"
    TIMEOUT_AFTER = "timeout_after", "does it, and never answers"
    RESET_BEFORE = "reset_before", "does nothing, and breaks off the connection"
    RESET_AFTER = "reset_after", "does it, and breaks off the connection"
    RESET_MID_BODY = "reset_mid_body", "does it, and breaks off in the middle of the answer"
    ERROR_500_BEFORE = "500_before", "does nothing, and answers with a fault of its own (500)"
    ERROR_500_AFTER = "500_after", "does it, and answers with a fault of its own (500)"
    BAD_GATEWAY = "502", "does nothing: its front door answers 502 with a page"
    TOO_MANY = "429", "does nothing: too many requests (429)"
    NO_CREDIT = "402", "does nothing: the account has no credit or plan for it"
    FORBIDDEN = "403", "does nothing: the key may not do this (403, in its own words)"
    BARE_403 = "bare_403", "does nothing: 403 without a word"
    MALFORMED = "malformed", "does it, and answers with something that is not JSON"
    SLOW = "slow", "does it, slowly"
    DUPLICATE = "duplicate", "does it twice"
    REWRITE = "rewrite", "does it, and changes the content by itself"
    HALF = "half", "does half of it, and says that all is well"


CALLS = {
    "account": "asks whose account it is",
    "audiences": "lists the audiences",
    "segments": "lists the segments",
    "find": "looks for a campaign among all",
    "create": "makes a campaign",
    "content": "gives a campaign its content, where that is a call of its own",
    "update": "changes a draft",
    "read": "reads the content back",
    "ready": "asks whether a campaign can go",
    "test": "sends a test",
    "schedule": "schedules",
    "unschedule": "takes a schedule back",
    "send": "sends",
    "cancel": "stops a campaign on its way",
    "delete": "deletes a campaign",
    "state": "asks how far a campaign is",
    "report": "asks what came of it",
    "recipients": "asks who got a campaign",
    "segment": "asks who is in a segment",
    "readers": "lists the people of an audience, or a segment",
    "upload": "stores a picture",
    "any": "any of these",
}
"""What can be asked of a provider, by the name that a fault gives it, and what it is in words."""

_WRITES = {"create", "content", "update"}
_ONLY_FOR = {
    FaultKind.DUPLICATE: _WRITES | {"test", "send", "upload"},
    FaultKind.REWRITE: _WRITES,
    FaultKind.HALF: _WRITES | {"test", "send"},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: for which call, which, and how many times before all is well again."""

    call: str
    kind: FaultKind
    times: int = 1

    def __post_init__(self) -> None:
        if self.call not in CALLS:
            raise UsageError(f"No provider is asked to {self.call!r}.", hint=f"Calls: {', '.join(CALLS)}.")
        allowed = _ONLY_FOR.get(self.kind)
        if allowed and self.call not in allowed:
            raise UsageError(
                f"{self.kind} makes no sense for {self.call!r}.",
                hint=f"It can come at {', '.join(sorted(allowed))}.",
            )
        if self.times < 1:
            raise UsageError("A fault comes at least once.", hint="For example send:timeout_after:2.")

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read `CALL:FAULT` or `CALL:FAULT:TIMES`, as the command line gives it."""
        call, _, rest = text.partition(":")
        kind, _, times = rest.partition(":")
        if kind not in set(FaultKind):
            raise UsageError(
                f"{text!r} names no fault that is known.",
                hint=f"Write CALL:FAULT, for example send:timeout_after. Faults: {', '.join(FaultKind)}.",
            )
        if times and not (times.isascii() and times.isdigit()):
            raise UsageError(
                f"{text!r} does not end with a number of times.", hint="For example create:429:2, which is twice."
            )
        return cls(call, FaultKind(kind), int(times or 1))

    def __str__(self) -> str:
        return f"{self.call}:{self.kind}:{self.times}"


class Faults:
    """The faults that are still to come, in the order in which they were asked for; safe between threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._left: list[Fault] = list(faults)

    def add(self, fault: Fault) -> None:
        """Ask for one more."""
        with self._lock:
            self._left.append(fault)

    def clear(self) -> None:
        """Have no more of them."""
        with self._lock:
            self._left.clear()

    def left(self) -> list[Fault]:
        """Return those that have not happened yet."""
        with self._lock:
            return list(self._left)

    def take(self, calls: Iterable[str]) -> FaultKind | None:
        """Return the first fault for one of these calls, and count it as having happened."""
        wanted = {*calls, "any"} - {""}
        with self._lock:
            for place, fault in enumerate(self._left):
                if fault.call in wanted:
                    rest = fault.times - 1
                    self._left[place : place + 1] = [Fault(fault.call, fault.kind, rest)] if rest else []
                    return fault.kind
        return None
