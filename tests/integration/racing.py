"""Races: several processes that are told to do the same thing at the same moment, many times over.

A racer is a program that calls `contend`; `race` starts the racers and drops the flag.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

HEADSTART = 0.01
"""Seconds between the word to the first racer and the moment at which all of them start."""


@dataclass(frozen=True)
class Outcome:
    """How one attempt of one racer ended: `done`, or the name of the error and its message."""

    kind: str
    message: str = ""


def contend(attempt: Callable[[str], Callable[[], None]]) -> None:
    """In the racer: make ready for each issue that is named, and do it at the moment that is named with it.

    `attempt(issue)` returns what to do at the moment.
    """
    print("ready", flush=True)
    for line in sys.stdin:
        issue, moment = line.split()
        try:
            act = attempt(issue)
            while time.monotonic() < float(moment):  # the clock is the same for all processes of a machine
                pass
            act()
        except Exception as error:  # noqa: BLE001 - told to whoever started the race
            outcome = {"kind": type(error).__name__, "message": str(error)}
        else:
            outcome = {"kind": "done"}
        print(json.dumps(outcome), flush=True)


def race(
    commands: Sequence[Sequence[str]], issues: Sequence[str], environment: Mapping[str, str]
) -> list[tuple[Outcome, ...]]:
    """Let racers, each started by a command, race for each of the issues; return how it ended for each, in order."""
    racers = [_start(command, environment) for command in commands]
    try:
        for racer in racers:
            assert _line(racer) == "ready"
        return [_round(racers, issue) for issue in issues]
    finally:
        for racer in racers:
            racer.stdin.close()
            racer.wait(timeout=60)
            racer.stdout.close()


def _start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=environment
    )


def _round(racers: Sequence[subprocess.Popen[str]], issue: str) -> tuple[Outcome, ...]:
    moment = time.monotonic() + HEADSTART
    for racer in racers:
        racer.stdin.write(f"{issue} {moment}\n")
        racer.stdin.flush()
    return tuple(Outcome(**json.loads(_line(racer))) for racer in racers)


def _line(racer: subprocess.Popen[str]) -> str:
    line = racer.stdout.readline().strip()
    assert line, f"a racer has ended by itself, with {racer.wait(timeout=60)}"
    return line
