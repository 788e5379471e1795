"""Start `newsletter` commands as processes of their own, quickly, and with the shared clock.

This program loads the tool once. For each line of JSON on its standard input it forks a process that is one command:
with its own arguments, folder, environment, output files and exit code, and which can be killed at any moment. In it,
`sleep` moves the shared clock in place of waiting, and the time of day is that of the shared clock.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
import threading
import time
import types
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from clock import Clock

PATIENCE = 4.0  # how many real seconds a command waits for an answer, at most
SPEED = 200  # how many seconds of the shared clock pass in one second of sleep
REAL_SLEEP, REAL_TIME, REAL_MONOTONIC = time.sleep, time.time, time.monotonic
REAL_DATETIME, REAL_DATE = dt.datetime, dt.date

_clock: Clock | None = None


def _offset() -> float:
    return _clock.offset() if _clock else 0.0


def _sleep(seconds: float) -> None:
    short = seconds / SPEED if seconds > 0.05 else seconds
    REAL_SLEEP(short)
    if _clock:
        _clock.advance(seconds - short)


class _Kind(type):
    """Have the stand-in's `isinstance` answer for the real class."""

    real: type

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.real)


class _DateTime(REAL_DATETIME, metaclass=_Kind):
    real = REAL_DATETIME

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return REAL_DATETIME(*args, **named)

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        return REAL_DATETIME.fromtimestamp(REAL_TIME() + _offset(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return REAL_DATETIME.fromtimestamp(REAL_TIME() + _offset(), dt.UTC).replace(tzinfo=None)


class _Date(REAL_DATE, metaclass=_Kind):
    real = REAL_DATE

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return REAL_DATE(*args, **named)

    @classmethod
    def today(cls) -> Any:
        return _DateTime.now().date()


def _patch_time() -> None:
    """Put the shared clock under everything that asks for the time by functions; before anything is imported."""
    time.sleep = _sleep
    time.time = lambda: REAL_TIME() + _offset()
    time.monotonic = lambda: REAL_MONOTONIC() + _offset()
    real_wait = threading.Event.wait

    def wait(self: threading.Event, timeout: float | None = None) -> bool:
        return real_wait(self, None if timeout is None else timeout / SPEED)

    threading.Event.wait = wait  # type: ignore[method-assign]
    real_set = socket.socket.settimeout

    def settimeout(self: socket.socket, value: float | None) -> None:
        real_set(self, min(value, PATIENCE) if value else value)

    socket.socket.settimeout = settimeout  # type: ignore[method-assign]


def _load() -> None:
    """Import all of the tool, then give its modules dates and times of the shared clock."""
    import newsletter

    for module in pkgutil.walk_packages(newsletter.__path__, "newsletter."):
        if ".testing" in module.name or module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ImportError:  # an optional extra that is not installed
            continue
    stand_in = types.ModuleType("datetime")
    stand_in.__dict__.update(vars(dt))
    stand_in.datetime, stand_in.date = _DateTime, _Date  # type: ignore[attr-defined]
    exchange = {id(REAL_DATETIME): _DateTime, id(REAL_DATE): _Date, id(dt): stand_in}
    for name, loaded in list(sys.modules.items()):
        if name == "newsletter" or name.startswith("newsletter."):
            for key, value in list(vars(loaded).items()):
                if id(value) in exchange:
                    setattr(loaded, key, exchange[id(value)])


def _become(job: dict[str, Any]) -> None:
    """Be one command, and end with its exit code."""
    global _clock  # noqa: PLW0603
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    for stream, path in ((1, job["out"]), (2, job["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"])
    _clock = Clock(Path(job["clock"]))
    sys.argv = ["newsletter", *job["args"]]
    code: Any = 0
    try:
        from newsletter.cli import main

        main()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001
        import traceback

        traceback.print_exc()
        code = 1
    if code is None:
        code = 0
    elif not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def serve() -> None:
    """Take jobs from standard input; answer each with the process's number, then with its exit code."""
    for line in sys.stdin:
        job = json.loads(line)
        number = os.fork()
        if not number:
            try:
                _become(job)
            finally:
                os._exit(1)
        print(json.dumps({"pid": number}), flush=True)
        _, status = os.waitpid(number, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    _patch_time()
    _load()
    print(json.dumps({"ready": True}), flush=True)
    serve()
