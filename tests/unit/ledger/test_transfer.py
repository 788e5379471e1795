"""A ledger that moves."""

from __future__ import annotations

import pytest

from newsletter.errors import GateError, LedgerError, UsageError
from newsletter.ledger.records import AuditNote, Clearance, ClearanceKind
from newsletter.ledger.store import Ledger
from newsletter.ledger.transfer import rows, transfer_ledger
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState

from .conftest import plan


@pytest.fixture(params=["to PostgreSQL", "to SQLite"])
def places(request, sqlite_url, postgresql) -> tuple[str, str]:
    """Return from where to where."""
    there = (sqlite_url, postgresql.url)
    return there if request.param == "to PostgreSQL" else there[::-1]


def _fill(url: str) -> None:
    with Ledger(url) as ledger:
        made = ledger.sends.intend(
            plan(recipients=tuple(f"k{number}" for number in range(2500))), AuditNote("kim", "began")
        )
        with ledger.sends.lease(made) as lease:
            ledger.sends.write(lease, {"k1": DeliveryState.DELIVERED}, state=SendState.SENT, vouched={"k1"})
        clearance = Clearance(ClearanceKind.TEST, "2024-02", "f1", {"subject": "s"}, "kim", ledger.clock(), 2)
        ledger.history.clear(clearance, AuditNote("kim", "tested"))


def _all(url: str) -> list[object]:
    with Ledger(url) as ledger:
        (campaign,) = ledger.sends.all()
        return [
            campaign,
            ledger.sends.content(campaign),
            ledger.deliveries.count(campaign),
            ledger.deliveries.recipients(campaign, DeliveryState.PENDING),
            ledger.history.clearances("2024-02", ClearanceKind.TEST),
            ledger.history.story("2024-02"),
        ]


def test_everything_is_the_same_there(places):
    old, new = places
    _fill(old)
    before = _all(old)
    copied = transfer_ledger(old, new)
    assert _all(new) == before
    assert copied["deliveries"] == 2500
    assert rows(new) == sum(copied.values())


def test_work_goes_on_there(places):
    old, new = places
    _fill(old)
    transfer_ledger(old, new)
    with Ledger(new) as ledger:
        ledger.history.tell("2024-02", AuditNote("kim", "looked at it"))
        assert [event.words for event in ledger.history.story("2024-02")] == ["began", "tested", "looked at it"]
        with pytest.raises(GateError):
            ledger.sends.intend(plan(), AuditNote("kim", "x"))


def test_an_empty_one_moves_too(places):
    old, new = places
    assert set(transfer_ledger(old, new).values()) == {0}
    with Ledger(new) as ledger:
        ledger.sends.intend(plan(), AuditNote("kim", "began"))


def test_the_old_one_is_closed(places):
    old, new = places
    _fill(old)
    transfer_ledger(old, new)
    with pytest.raises(LedgerError, match="is closed: it was moved"):
        Ledger(old)
    with pytest.raises(LedgerError, match="is closed"):
        transfer_ledger(old, new)


def test_it_does_not_become_one_with_another(places):
    old, new = places
    _fill(old)
    with Ledger(new) as other:
        other.history.tell("2024-01", AuditNote("kim", "x"))
    with pytest.raises(UsageError, match="already"):
        transfer_ledger(old, new)
    assert len(_all(old)) == 6
    assert rows(new) == 1


def test_not_while_somebody_is_sending(places):
    old, new = places
    with Ledger(old) as ledger:
        made = ledger.sends.intend(plan(), AuditNote("kim", "began"))
        with ledger.sends.lease(made), pytest.raises(GateError, match="2024-02 is being sent right now"):
            transfer_ledger(old, new)
    assert rows(new) == 0
    transfer_ledger(old, new)


def test_not_onto_itself(sqlite_url):
    with pytest.raises(UsageError, match="already at that address"):
        transfer_ledger(sqlite_url, sqlite_url)


def test_where_closing_fails_the_old_one_is_not_lost(places, monkeypatch):
    old, new = places
    _fill(old)
    monkeypatch.setattr("newsletter.ledger.transfer.close", _fails)
    with pytest.raises(LedgerError, match="disk"):
        transfer_ledger(old, new)
    assert _all(old) == _all(new)


def _fails(connection: object) -> None:
    raise LedgerError("The disk is full.")


def test_whoever_has_the_old_one_open_writes_nothing_more_there(places):
    """Somebody looks at the question of `send` while somebody else moves the ledger, and then says yes."""
    old, new = places
    with Ledger(old) as waiting:
        assert waiting.sends.all() == []
        transfer_ledger(old, new)
        with pytest.raises(LedgerError, match="is closed"):
            waiting.sends.intend(plan(), AuditNote("kim", "began"))


def test_a_lease_of_a_dead_process_does_not_hinder(places):
    old, new = places
    with Ledger(old) as ledger:
        made = ledger.sends.intend(plan(), AuditNote("kim", "began"))
        with pytest.raises(LedgerError, match="is closed"), ledger.sends.lease(made) as lease:  # noqa: PT012 - in this order
            lease.drop()  # as if it had been another process with this one's number
            transfer_ledger(old, new)
            ledger.sends.write(lease, {})
