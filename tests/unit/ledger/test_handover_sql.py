"""How far the messages of a direct send have come, recorded many times a second: whole, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from newsletter.errors import LedgerError, RefusalKind
from newsletter.ledger import backend
from newsletter.ledger.migrations import migrations
from newsletter.ledger.records import AuditNote, Refusal
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState

from .conftest import plan

HANDED_OVER, REFUSED = DeliveryState.HANDED_OVER, DeliveryState.REFUSED


@pytest.fixture
def ledger(url, clock):
    with Ledger(url, clock) as opened:
        yield opened


@pytest.fixture
def send(ledger):
    return ledger.sends.intend(plan(), AuditNote("kim", "began"))


def test_states_reasons_and_notes_are_recorded_and_the_lease_renewed(ledger, send, clock):
    first, second, *_ = ledger.deliveries.recipients(send, DeliveryState.PENDING)
    with ledger.sends.lease(send) as lease:
        clock.forward(seconds=40)
        changes = {first: REFUSED, second: HANDED_OVER}
        ledger.sends.prepare_handover(lease, changes, refusals={first: RefusalKind.POLICY})()
        assert lease.taken_at == clock.now
        assert ledger.sends.holder(send).until == lease.until
        note = AuditNote("kim", "had one recipient rejected")
        ledger.sends.prepare_handover(lease, {}, refusals={}, notes=[("2024-02", note)])()
    assert ledger.deliveries.recipients(send, HANDED_OVER) == [second]
    assert ledger.deliveries.refusals(send) == [Refusal(first, RefusalKind.POLICY, is_waiting=False)]
    assert [event.words for event in ledger.history.story("2024-02")] == ["began", "had one recipient rejected"]


@pytest.mark.parametrize("notes", [[], [("2024-02", AuditNote("kim", "words"))]])
def test_without_the_lease_nothing_is_recorded(ledger, send, notes):
    key = ledger.deliveries.recipients(send, DeliveryState.PENDING)[0]
    with ledger.sends.lease(send) as lease:
        token, lease.token = lease.token, "another"
        with pytest.raises(LedgerError, match="taken over"):
            ledger.sends.prepare_handover(lease, {key: HANDED_OVER}, refusals={}, notes=notes)()
        lease.token = token
        ledger.sends.write(lease, {})
    assert ledger.deliveries.recipients(send, HANDED_OVER) == []
    assert len(ledger.history.story("2024-02")) == 1


def test_a_file_that_was_moved_meanwhile_takes_no_more(sqlite_url, path):
    with Ledger(sqlite_url) as ledger:
        send = ledger.sends.intend(plan(), AuditNote("kim", "began"))
        key = ledger.deliveries.recipients(send, DeliveryState.PENDING)[0]
        with ledger.sends.lease(send) as lease, closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA user_version = 1000000")
            with pytest.raises(LedgerError, match="it was moved"):
                ledger.sends.prepare_handover(lease, {key: HANDED_OVER}, refusals={})()
            other.execute(f"PRAGMA user_version = {migrations()[-1].number}")
        assert ledger.deliveries.recipients(send, HANDED_OVER) == []


def test_a_file_that_another_program_holds_is_named_and_usable_afterwards(sqlite_url, path, monkeypatch):
    monkeypatch.setattr(backend, "PATIENCE", 0.1)
    with Ledger(sqlite_url) as ledger:
        send = ledger.sends.intend(plan(), AuditNote("kim", "began"))
        key = ledger.deliveries.recipients(send, DeliveryState.PENDING)[0]
        with ledger.sends.lease(send) as lease:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(LedgerError, match="could not be locked"):
                    ledger.sends.prepare_handover(lease, {key: HANDED_OVER}, refusals={})()
            ledger.sends.prepare_handover(lease, {key: HANDED_OVER}, refusals={})()
        assert ledger.deliveries.recipients(send, HANDED_OVER) == [key]
