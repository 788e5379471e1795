"""Ledgers with the tables of version 5 (campaigns and orders) become ledgers with one table of sends; nothing is lost.

`tests/data/ledgers/schema-5.*` were written by the last version with two tables: every state of direct sends and of
campaigns, in SQLite and as a dump of PostgreSQL; the JSON file is what that version reported about each issue.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import GateError, LedgerUnavailableError
from newsletter.ledger.engine import reading
from newsletter.ledger.lease import this_host
from newsletter.ledger.quick_read import last_count
from newsletter.ledger.records import AuditNote, ClearanceKind, SendIntent, SendRun
from newsletter.ledger.store import Ledger
from newsletter.ledger.transfer import transfer_ledger
from newsletter.model.campaign import DeliveryState, Target
from newsletter.model.sends import PendingCall, Purpose, SendMode, SendState
from newsletter.sending.payload import deserialize
from newsletter.sending.policy import SendPolicy
from newsletter.sending.status import headline, load_status, next_commands

from .conftest import Meddler, plan

DATA = Path(__file__).parents[2] / "data" / "ledgers"
NOTE = AuditNote("kim", "began to send it")
UTC = ZoneInfo("Etc/UTC")
MAILCHIMP = Target(provider="mailchimp", audience="0a1b2c3d4e")


def restore(url: str, path: Path, server: Any) -> None:
    """Put the ledger of the earlier version in its place."""
    if server is None:
        path.parent.mkdir(exist_ok=True)
        shutil.copy(DATA / "schema-5.db", path)
        return
    server.execute((DATA / "schema-5.postgresql.sql").read_text(encoding="utf-8").replace("%", "%%"))


@pytest.fixture
def old(meddler: Meddler) -> Callable[[str], list[dict[str, Any]]]:
    """Put the old ledger in its place; return what reads a table of it as rows."""
    restore(meddler.url, meddler.path, meddler.server)
    before = {name: rows_of(meddler, name) for name in ("campaigns", "orders", "deliveries", "events", "clearances")}
    return before.__getitem__


def rows_of(meddler: Meddler, table: str) -> list[dict[str, Any]]:
    """Read a table without the ledger's own code."""
    if meddler.server is not None:
        columns = meddler.server.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'newsletter' AND table_name = %s "
            "ORDER BY ordinal_position",
            table,
        )
        names = [name for (name,) in columns]
        found = meddler.server.execute(f"SELECT {', '.join(names)} FROM newsletter.{table}")
        return [dict(zip(names, row, strict=True)) for row in found]
    with closing(sqlite3.connect(meddler.path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]


def by(rows: list[dict[str, Any]], *names: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row[name] for name in names): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_row_is_kept(old, meddler):
    with Ledger(meddler.url):
        pass
    sends = by(rows_of(meddler, "sends"), "id")
    assert len(sends) == len(old("campaigns")) + len(old("orders")) > 20
    for row in old("campaigns"):
        now = sends[row["id"],]
        assert {name: now[name] for name in row} == row
        assert (now["mode"], now["attempt"], now["pending_call"], now["campaign_key"]) == ("direct", 1, None, None)
    renamed = {"aimed_at": "target_name", "step": "pending_call"}
    for row in old("orders"):
        now = sends[row["id"],]
        assert {name: now[renamed.get(name, name)] for name in row} == row
        assert now["mode"] == "campaign"
    deliveries = by(rows_of(meddler, "deliveries"), "send", "recipient")
    assert len(deliveries) == len(old("deliveries"))
    for row in old("deliveries"):
        now = deliveries[row.pop("campaign"), row["recipient"]]
        assert {name: now[name] for name in row} == row
    events = by(rows_of(meddler, "events"), "id")
    assert len(events) == len(old("events"))
    for row in old("events"):
        now = events[row["id"],]
        assert now["send"] == row.pop("campaign")
        assert {name: now[name] for name in row} == row
    assert rows_of(meddler, "clearances") == old("clearances")


def test_the_old_tables_are_gone(old, meddler):
    with Ledger(meddler.url):
        pass
    for table in ("campaigns", "orders"):
        with pytest.raises(Exception, match=table):
            meddler.look(f"SELECT count(*) FROM {table}")


def test_every_state_was_in_the_old_ledger(old, meddler):
    """The fixture is worth something only while it has all of them."""
    assert {row["state"] for row in old("campaigns")} == {"intended", "sending", "sent", "uncertain", "failed"}
    assert {row["state"] for row in old("deliveries")} == {str(state) for state in DeliveryState}
    states = {"draft", "intended", "scheduled", "sent", "stopped", "cancelled", "uncertain"}
    assert {row["state"] for row in old("orders")} == states
    assert {row["step"] for row in old("orders")} == {None, *(str(call) for call in PendingCall)}
    for table in ("campaigns", "orders"):
        assert {row["purpose"] for row in old(table)} == {str(purpose) for purpose in Purpose}
    assert {str(state) for state in SendState} == states | {"sending", "failed"}
    with Ledger(meddler.url) as ledger:
        assert {one.state for one in ledger.sends.all()} == set(SendState)


def test_it_reports_what_the_earlier_version_reported(old, meddler):
    then = json.loads((DATA / "schema-5.json").read_text(encoding="utf-8"))
    at = dt.datetime(2024, 2, 14, tzinfo=dt.UTC)
    with Ledger(meddler.url, lambda: dt.datetime(2024, 2, 13, tzinfo=dt.UTC)) as ledger:
        for name, expected in then.items():
            provider, issue = name.split()
            now = load_status(ledger, issue, provider)
            told = {
                "headline": headline(now, "Mailchimp", UTC, at),
                "next": next_commands(now, ledger, None, SendPolicy(zone=UTC), "kim"),
                "people": now.people,
                "uncertain": now.is_uncertain,
                "cut": now.is_cut_short,
                "doubt": list(now.in_doubt),
            }
            assert told == expected, name


def test_what_was_sent_is_not_sent_again(old, meddler):
    with Ledger(meddler.url) as ledger:
        history = ledger.deliveries.history("2024-01", "outbox")
        assert (len(history.had_it), len(history.contents)) == (8, 8)
        with pytest.raises(GateError, match=r"has sent 2024-01 to audience\.csv in the meantime"):
            ledger.sends.intend(plan(issue="2024-01"), NOTE)
        with pytest.raises(GateError, match="started by kim, is not finished"):
            ledger.sends.intend(plan(issue="2024-02", target=Target(provider="outbox", audience="others.csv")), NOTE)
        for issue in ("2024-02", "2024-03", "2024-04", "2024-05", "2024-07", "2024-08", "2024-09"):
            live = ledger.sends.live(issue, MAILCHIMP)
            assert live is not None
            opened = ledger.sends.open_campaign(issue, MAILCHIMP, SendRun(), target_name="x", who="kim")
            assert opened == live, "the send of the earlier version is the one that counts"
        part = Target(provider="mailchimp", audience="0a1b2c3d4e", segment="vip")
        other = ledger.sends.open_campaign("2024-04", part, SendRun(), target_name="x", who="k")
        intent = SendIntent("f", {}, b"frozen", "News", 3)
        with ledger.sends.lease(other) as lease, pytest.raises(GateError, match="another part of the same audience"):
            ledger.sends.write(lease, state=SendState.INTENDED, intent=intent)


def test_an_interrupted_send_goes_on_with_what_was_frozen(old, meddler):
    with Ledger(meddler.url) as ledger:
        send = ledger.sends.last("2024-02", Target(provider="outbox", audience="audience.csv"))
        assert deserialize(ledger.sends.content(send)).message.subject == "News"
        assert len(ledger.deliveries.recipients(send, DeliveryState.HANDED_OVER)) == 2
        with ledger.sends.lease(send) as lease:
            waiting = ledger.deliveries.recipients(send, DeliveryState.PENDING)
            left = dict.fromkeys(
                [*waiting, *ledger.deliveries.recipients(send, DeliveryState.HANDED_OVER)], DeliveryState.DELIVERED
            )
            done = ledger.sends.write(lease, left, state=SendState.SENT, note=AuditNote("kim", "finished"))
        assert (done.state, ledger.deliveries.count(done)[DeliveryState.DELIVERED]) == (SendState.SENT, 7)
        assert ledger.history.story("2024-02")[-1].words == "finished"  # numbered behind those that were copied


def test_keys_go_on_behind_those_of_cancelled_campaigns(old, meddler):
    with Ledger(meddler.url) as ledger:
        attempts = ledger.sends.all("2024-06", mode=SendMode.CAMPAIGN)
        assert sorted((one.attempt, one.state) for one in attempts) == [
            (1, SendState.CANCELLED),
            (2, SendState.INTENDED),
        ]
        assert all(one.campaign_key.startswith("nl-2024-06-") for one in attempts)


def test_clearances_and_members_stay(old, meddler):
    with Ledger(meddler.url) as ledger:
        (approval,) = ledger.history.clearances("2024-01", ClearanceKind.APPROVAL)
        assert approval.audience_size == 7
        assert len(ledger.history.members(approval.audience_digest)) == 7 * 6
        assert ledger.uploads.find("mailchimp", "ab12") == "https://example.org/drawing.png"


def test_it_moves_to_the_other_database(old, meddler, tmp_path, request):
    there = f"sqlite:///{tmp_path}/new.db" if meddler.server is not None else request.getfixturevalue("postgresql").url
    copied = transfer_ledger(meddler.url, there)
    assert copied["sends"] == len(old("campaigns")) + len(old("orders"))
    with Ledger(there) as ledger:
        assert len(ledger.deliveries.history("2024-01", "outbox").contents) == 8
        ledger.history.tell("2024-01", NOTE)


def test_not_while_an_earlier_version_is_sending(old, meddler):
    """Its tables would be gone under it, and nobody would know what of its last messages had left."""
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)).isoformat(timespec="microseconds")
    busy = "lease_token='t', lease_host='elsewhere', lease_pid=1, lease_until=?"
    for table in ("campaigns", "orders"):
        meddler.change(f"UPDATE {table} SET {busy} WHERE issue = '2024-04'", (until,))
        with pytest.raises(LedgerUnavailableError, match="earlier version is sending 2024-04") as caught:
            Ledger(meddler.url)
        assert "Nothing was sent by this command" in caught.value.hint
        assert {row["id"] for row in rows_of(meddler, table)} == {row["id"] for row in old(table)}
        meddler.change(f"UPDATE {table} SET lease_token=NULL, lease_until=NULL")
    assert this_host() != "elsewhere"
    with Ledger(meddler.url):
        pass


def test_a_glance_reads_either_form(sqlite_url, path):
    path.parent.mkdir()
    shutil.copy(DATA / "schema-5.db", path)
    assert last_count(sqlite_url, "outbox", "audience.csv", "2024-11") == 7
    with Ledger(sqlite_url) as ledger, reading(ledger._engine):
        pass
    assert last_count(sqlite_url, "outbox", "audience.csv", "2024-11") == 7
