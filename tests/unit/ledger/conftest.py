"""A ledger of its own for each test, with a clock that the test sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsletter.ledger.records import Campaign, Note, Plan
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
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    with Ledger(url, clock) as opened:
        yield opened


def plan(**changes: Any) -> Plan:
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
    return Plan(**(values | changes))


@pytest.fixture
def intend(ledger: Ledger) -> Callable[..., Campaign]:
    return lambda **changes: ledger.intend(plan(**changes), Note("kim", "began to send it"))
