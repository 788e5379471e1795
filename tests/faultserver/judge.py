"""Hold what a command says against what is true."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .runner import Outcome
from .world import SCHEDULED, SENT, World

# what is said of an earlier send, in a refusal of a second one
OF_BEFORE = re.compile(
    r"already|on its way|was stopped|some have|some recipients have|is being sent|\d+ of \d+|scheduled", re.IGNORECASE
)
NOTHING = re.compile(
    r"nothing (?:was|has|had)(?: been)? (?:sent|gone|done)(?! now| by this command)|not been sent|"
    r"(?:nobody|no one) (?:has|got|received)",
    re.IGNORECASE,
)
DOUBT = re.compile(r"not known|unknown|uncertain|may have|cannot tell|not certain|is not clear|whether", re.IGNORECASE)
GONE = re.compile(r"too late|has sent|was sent|has already sent|given to|submitted to", re.IGNORECASE)
CODES = {0, 2, 3, 4, 5}


@dataclass(frozen=True)
class Violation:
    """One thing that must not be."""

    kind: str  # double, false nothing, false sent, half untold, stuck, crash, contradiction
    words: str


@dataclass(frozen=True)
class Truth:
    """What was so when a command ended."""

    reached: int
    everybody: int
    begun: bool  # a sending has begun, ever
    waiting: bool  # one will begin, or go on, with nobody's help
    ended: bool
    now: float
    settled: bool  # long enough ago that every answer of the provider's is true by now

    @property
    def something(self) -> bool:
        """Return whether somebody has it, or will."""
        return self.begun or self.waiting


def truth_of(world: World) -> Truth:
    """Look at the provider's side."""
    world.tick()
    lag = max(world.lag.state, world.lag.counts, world.lag.listing)
    own = [c for c in world.campaigns.values() if c.past[0][1]["state"] != SENT]
    last = max((c.past[-1][0] for c in own), default=0.0)
    begun = any(c.dispatches for c in own)
    waiting = bool(world.waiting())
    now = world.clock.now()
    settled = world.now() - last > lag + 1
    return Truth(len(world.copies), len(world.readers), begun, waiting, begun and not waiting, now, settled)


def facts(outcome: Outcome) -> dict[str, Any]:
    """Return the JSON object that a command printed, or nothing."""
    try:
        found, _ = json.JSONDecoder().raw_decode(outcome.output.lstrip())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def judge(outcome: Outcome, truth: Truth, *, faulty: bool) -> list[Violation]:
    """Judge one command; `faulty` where it met a fault."""
    if outcome.killed:
        return []
    found = []
    words = " ".join(outcome.output.split())
    if outcome.code not in CODES or "Traceback" in words:
        found.append(Violation("crash", f"exit {outcome.code}: {words[-300:]}"))
        return found
    data = facts(outcome)
    error = data.get("error")
    said = f"{error['message']} {error['hint']}" if isinstance(error, dict) else ""
    state = str(data.get("state", ""))
    command = outcome.args[0]
    if command == "send":
        found += _of_send(outcome, truth, said, state, told=bool(data) and not error)
    elif command == "cancel":
        found += _of_cancel(outcome, truth, said, state)
    elif command == "status" and outcome.code in {0, 4, 5}:
        found += _of_status(truth, data, outcome.output, state, faulty=faulty)
    return found


def _of_send(outcome: Outcome, truth: Truth, said: str, state: str, *, told: bool) -> list[Violation]:
    # where only some have it, the answer is no error: it has a state, and says how many
    silent = (outcome.code == 4 and not told) or NOTHING.search(said)
    if outcome.code in {3, 4} and truth.something and silent and not OF_BEFORE.search(said) and not DOUBT.search(said):
        return [Violation("false nothing", f"exit {outcome.code}, but {_so(truth)}: {said}")]
    if outcome.code == 0 and state in {"sent", "sending", "scheduled"} and not truth.something:
        return [Violation("false sent", f"`send` says {state}, but nothing was sent and nothing waits")]
    if outcome.code == 3 and re.search("was already sent|has been sent", said) and not truth.begun:
        return [Violation("false sent", f"`send` says it was sent already, but {_so(truth)}: {said}")]
    return []


def _of_cancel(outcome: Outcome, truth: Truth, said: str, state: str) -> list[Violation]:
    if outcome.code == 0 and state in {"draft", "not sent"} and truth.something:
        return [Violation("false nothing", f"`cancel` says that nobody got it, but {_so(truth)}")]
    if outcome.code in {2, 3, 4} and truth.waiting and re.search("nothing to|not being sent", said):
        return [Violation("false nothing", f"`cancel` says there is nothing to cancel, but {_so(truth)}: {said}")]
    if outcome.code == 3 and GONE.search(said) and not truth.begun:
        return [Violation("false sent", f"`cancel` says it is too late, but {_so(truth)}: {said}")]
    return []


def _of_status(truth: Truth, data: dict[str, Any], raw: str, state: str, *, faulty: bool) -> list[Violation]:
    summary = str(data.get("summary") or plain_summary(raw))
    if state == "not sent" and truth.something and not DOUBT.search(summary):
        return [Violation("false nothing", f"`status` says “{summary}”, but {_so(truth)}")]
    if truth.reached and "before anyone received it" in summary:
        return [Violation("contradiction", f"`status` says “{summary}”, but {_so(truth)}")]
    if "it will not be sent" in summary and truth.something:
        return [Violation("false nothing", f"`status` says “{summary}”, but {_so(truth)}")]
    if truth.settled and not faulty:
        if state in {"sent", "sending"} and not truth.begun:
            return [Violation("false sent", f"`status` says “{summary}”, but {_so(truth)}")]
        if state == "scheduled" and not truth.something and _is_past(data, truth):
            return [Violation("false sent", f"`status` says “{summary}”, but {_so(truth)}")]
        if truth.something and re.search("no one has it|no one received it", summary) and not DOUBT.search(summary):
            return [Violation("false nothing", f"`status` says “{summary}”, but {_so(truth)}")]
    if re.search("no one (?:has|received) it", summary) and re.search(r"\b[1-9]\d* recipients? so far", summary):
        return [Violation("contradiction", f"`status` says that nobody has it, and how many have: {summary}")]
    return []


def _is_past(data: dict[str, Any], truth: Truth) -> bool:
    """Return whether the hour has come that `status` says: before it, it need not ask the provider."""
    hours = [order.get("scheduled_for") for order in data.get("orders", [])]
    return any(hour and datetime.fromisoformat(hour).timestamp() < truth.now for hour in hours)


def plain_summary(output: str) -> str:
    """Return what a plain status says beside its title, its story and its advice: those are indented or headings."""
    lines = output.split("Next:", maxsplit=1)[0].splitlines()[1:]
    return " ".join(" ".join(line for line in lines if line[:1].strip()).split())


def judge_half(world: World, status: Outcome, report: Outcome, *, tells: bool) -> list[Violation]:
    """A send that reached only some must be told as that."""
    reached, everybody = len(world.copies), len(world.readers)
    if not 0 < reached < everybody:
        return []
    found = []
    number = re.compile(rf"\b{reached}\b")
    for outcome in (status, report) if tells else (report,):
        words = outcome.output
        if outcome.code == 0 and outcome is status:
            found.append(Violation("half untold", f"`status` leaves with 0, but {reached} of {everybody} have it"))
        elif not number.search(words):
            found.append(Violation("half untold", f"`{outcome.args[0]}` does not say that {reached} have it"))
    return found


def _so(truth: Truth) -> str:
    if truth.begun:
        return f"{truth.reached} of {truth.everybody} have it" + (" so far" if truth.waiting else "")
    return "it is scheduled at the provider" if truth.waiting else "nobody has it and nothing waits"


__all__ = ["SCHEDULED", "Truth", "Violation", "facts", "judge", "judge_half", "truth_of"]
