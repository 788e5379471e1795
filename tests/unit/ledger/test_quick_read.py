"""A glance at the ledger: the same number as the ledger itself has, and nothing made or opened for writing."""

from __future__ import annotations

import pytest

from newsletter.ledger.quick_read import last_count
from newsletter.ledger.records import AuditNote, SendRun
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import Target
from newsletter.model.sends import Purpose, SendState

from .conftest import plan

_NOTE = AuditNote("kim", "sent it")


@pytest.fixture
def sent(sqlite_url, clock):
    """Return what sends an issue and closes the ledger again."""

    def send(issue: str, people: int, *, state: SendState = SendState.SENT, **changes) -> None:
        clock.forward(days=1)
        keys = tuple(f"k{number}" for number in range(people))
        with Ledger(sqlite_url, clock) as ledger:
            made = ledger.sends.intend(plan(issue=issue, recipients=keys, **changes), _NOTE)
            with ledger.sends.lease(made) as lease:
                ledger.sends.write(lease, {}, state=state)

    return send


def test_the_last_other_issue_counts(sqlite_url, sent):
    sent("2024-01", 30)
    sent("2024-02", 41)
    assert last_count(sqlite_url, "outbox", "audience.csv", "2024-03") == 41
    assert last_count(sqlite_url, "outbox", "audience.csv", "2024-02") == 30


def test_what_did_not_go_to_all_of_them_does_not_count(sqlite_url, sent):
    sent("2024-01", 30)
    sent("2024-02", 5, state=SendState.SENDING)
    sent("2024-03", 6, target=Target(provider="outbox", audience="audience.csv", segment="members"))
    sent("2024-04", 7, target=Target(provider="smtp", audience="audience.csv"))
    sent("2024-05", 8, run=SendRun(Purpose.CORRECTION, 1))
    assert last_count(sqlite_url, "outbox", "audience.csv", "2024-06") == 30
    assert last_count(sqlite_url, "outbox", "others.csv", "2024-06") is None


def test_a_ledger_that_is_not_there_is_not_made(sqlite_url, path):
    assert last_count(sqlite_url, "outbox", "audience.csv", "2024-03") is None
    assert not path.exists()
    assert not path.parent.exists()


@pytest.mark.parametrize("data", [b"", b"no database " * 100])
def test_what_is_no_ledger_tells_nothing(sqlite_url, path, data):
    path.parent.mkdir()
    path.write_bytes(data)
    assert last_count(sqlite_url, "outbox", "audience.csv", "2024-03") is None
    assert path.read_bytes() == data


@pytest.mark.parametrize("url", ["postgresql://newsletter@db.example.org/newsletter", "nonsense"])
def test_a_ledger_elsewhere_is_not_asked(url):
    assert last_count(url, "outbox", "audience.csv", "2024-03") is None
