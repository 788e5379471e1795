"""The faults: what each does to one call, and which a run meets.

A fault is named PHASE:FORM. PHASE says whether the provider did what it was asked: `undone` or `done`. FORM says what
the client sees of it.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

HTML = b"<!DOCTYPE html><html><head><title>Just a moment</title></head><body><h1>Please wait</h1></body></html>"

STATUSES = {"500": 500, "502": 502, "504": 504, "429": 429, "403_html": 403, "408": 408, "409": 409, "404": 404}
ODD_BODIES = (
    "hello", "nan", "null_id", "empty", "html_200", "bom", "deep", "surrogate", "huge", "truncated", "other_id",
)  # fmt: skip

# 408, 404 and 409 are said of what was accepted, too: by proxies in between that lost sight of it
DONE = tuple(f"done:{form}" for form in ("reset", "stall", "half_answer", *STATUSES, *ODD_BODIES))
# a provider that did nothing may break off or be away, but does not say 200, nor that there is no such campaign
UNDONE = tuple(f"undone:{form}" for form in ("reset", "stall", "500", "502", "504", "429", "403_html", "408"))
READING = tuple(
    f"done:{form}" for form in ("reset", "half_answer", "500", "502", "504", "429", "403_html", "408", *ODD_BODIES)
)
READS = {"state", "find", "account", "lists", "content_read", "ready", "report"}
UNSAFE = ("send", "schedule", "unschedule", "cancel")
KILLS = ("before", "after", "answered")


@dataclass
class Planned:
    """A fault at the nth call of a kind."""

    call: str
    fault: str
    nth: int
    times: int = 1

    def __str__(self) -> str:
        times = f" x{self.times}" if self.times > 1 else ""
        return f"{self.call}#{self.nth}={self.fault}{times}"


@dataclass
class Plan:
    """The faults of a run, and the calls at which the client is killed."""

    faults: list[Planned]
    kills: list[tuple[str, int, str]] = field(default_factory=list)  # the call, the nth of it, KILLS
    seen: Counter[str] = field(default_factory=Counter)
    met: list[Planned] = field(default_factory=list)
    over: bool = False
    storm: float = 0.0  # how likely any call goes wrong, besides
    chance: random.Random = field(default_factory=random.Random)

    def next(self, call: str) -> tuple[str | None, str | None]:
        """Count a call, and return its fault and its kill."""
        if self.over:
            return None, None
        self.seen[call] += 1
        count = self.seen[call]
        kill = next((when for what, nth, when in self.kills if what == call and nth == count), None)
        for planned in self.faults:
            if planned.call == call and planned.nth <= count < planned.nth + planned.times:
                self.met.append(planned)
                return planned.fault, kill
        if self.chance.random() < self.storm:
            kinds = READING if call in READS else DONE + UNDONE
            self.met.append(Planned(call, self.chance.choice([kind for kind in kinds if "stall" not in kind]), count))
            return self.met[-1].fault, kill
        return None, kill


# the calls of each shape of a run that can send, or undo it
UNSAFE_IN = {
    "now": ("send",),
    "undo": ("schedule",),
    "at": ("schedule",),
    "cancel": ("schedule", "unschedule"),
    "cancel_late": ("send", "cancel"),
    "cancel_then_send": ("schedule", "unschedule", "send"),
}


def draw(chance: random.Random, calls: tuple[str, ...], shape: str, *, kills: bool) -> Plan:
    """Draw none to three faults, most of them at the calls that can send, and perhaps a kill."""
    unsafe = [call for call in UNSAFE_IN[shape] if call in calls]
    safe = [call for call in calls if call not in UNSAFE]
    faults = []
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3))):
        call = chance.choice(unsafe) if chance.random() < 0.65 else chance.choice(safe)
        kinds = READING if call in READS else DONE + UNDONE
        nth = chance.randint(1, 7) if call == "state" else chance.choice((1, 1, 1, 1, 2))
        faults.append(Planned(call, chance.choice(kinds), nth, chance.choice((1, 1, 1, 2, 4))))
    deaths = []
    if kills and chance.random() < 0.4:
        call = chance.choice(unsafe) if chance.random() < 0.5 else chance.choice(safe)
        deaths.append((call, chance.choice((1, 1, 2)), chance.choice(KILLS)))
    return Plan(faults, deaths)


def distort(body: Any, form: str, other: Any) -> bytes:
    """Return the bytes of an odd body in place of a right one."""
    if form in {"hello", "other_id"} or not isinstance(body, dict | list):
        return json.dumps(other if form == "other_id" and other is not None else {"hello": 1}).encode()
    right = json.dumps(body)
    match form:
        case "nan":
            return _with(body, lambda key, value: float("nan") if isinstance(value, int | float) else value)
        case "null_id":
            return _with(body, lambda key, value: None if key == "id" else value)
        case "empty":
            return b""
        case "html_200":
            return HTML
        case "bom":
            return b"\xef\xbb\xbf" + right.encode()
        case "deep":
            return b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        case "surrogate":
            return _with(body, lambda key, value: value + "\ud800" if isinstance(value, str) else value)
        case "huge":
            return b'{"padding": "' + b"x" * 11_000_000 + b'", ' + right.encode().lstrip(b"{[")
        case "truncated":
            return right.encode()[: max(1, len(right) // 2)]
    raise ValueError(form)


def _with(body: Any, change: Any, key: str = "") -> bytes:
    def walk(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {inner: walk(each, inner) for inner, each in value.items()}
        if isinstance(value, list):
            return [walk(each, name) for each in value]
        return value if isinstance(value, bool) else change(name, value)

    return json.dumps(walk(body, key)).encode()
