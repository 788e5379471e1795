"""A ledger of its own for each test, with a clock that the test sets."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from newsletter.ledger.engine import connect
from newsletter.ledger.records import AuditNote, DirectSendPlan, Send
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import Target

TARGET = Target(provider="outbox", audience="audience.csv")


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: dt.datetime = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".newsletter" / "ledger.db"


@pytest.fixture
def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    """Return the address of a ledger that does not exist yet, on each of the databases in turn."""
    return sqlite_url if request.param == "sqlite" else request.getfixturevalue("postgresql").url


@pytest.fixture
def opened() -> Iterator[Callable[[str], sa.Engine]]:
    """Return what opens an engine, which is closed after the test."""
    engines: list[sa.Engine] = []

    def opening(url: str) -> sa.Engine:
        engines.append(connect(url))
        return engines[-1]

    yield opening
    for engine in engines:
        engine.dispose()


@dataclass(frozen=True)
class Meddler:
    """Somebody who changes the ledger behind our back."""

    url: str
    path: Path
    server: Any

    def change(self, sql: str, values: Sequence[object] = ()) -> None:
        """Carry out a change; a value stands as `?`."""
        if self.server:
            self.server.execute(f"SET search_path = newsletter; {sql.replace('?', '%s')}", *values)
            return
        with sqlite3.connect(self.path) as other:
            other.execute(sql, tuple(values))
        other.close()

    def look(self, sql: str) -> object:
        """Return the first value of the first row."""
        if self.server:
            return self.server.execute(sql.replace(" FROM ", " FROM newsletter."))[0][0]
        with sqlite3.connect(self.path) as other:
            found = other.execute(sql).fetchone()[0]
        other.close()
        return found

    def destroy(self) -> None:
        """Make the whole ledger unreadable."""
        if self.server:
            self.server.execute("DROP SCHEMA newsletter CASCADE")
        else:
            self.path.write_bytes(b"garbage" * 1000)


@pytest.fixture
def meddler(request: pytest.FixtureRequest, url: str, path: Path) -> Meddler:
    server = None if url.startswith("sqlite") else request.getfixturevalue("postgresql")
    return Meddler(url, path, server)


@pytest.fixture
def ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    with Ledger(url, clock) as opened:
        yield opened


def plan(**changes: Any) -> DirectSendPlan:
    values: dict[str, Any] = {
        "issue": "2024-02",
        "target": TARGET,
        "fingerprint": "f1",
        "parts": {"subject": "s1"},
        "content": b"frozen",
        "subject": "News",
        "who": "kim",
        "recipients": ("k3", "k1", "k2"),
    }
    return DirectSendPlan(**(values | changes))


@pytest.fixture
def intend(ledger: Ledger) -> Callable[..., Send]:
    return lambda **changes: ledger.sends.intend(plan(**changes), AuditNote("kim", "started sending it"))
