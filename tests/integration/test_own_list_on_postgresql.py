"""The own list in PostgreSQL: an import, its undo and a filter, as in a file."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from newsletter.subscribers.filters import parse_filter
from newsletter.subscribers.identity import Identity
from newsletter.subscribers.import_store import IncomingRow
from newsletter.subscribers.own_list import OwnList
from newsletter.subscribers.records import ListStatus
from tests import postgresql


def row(line: int, email: str, status: ListStatus = ListStatus.SUBSCRIBED, tag: str = "members") -> IncomingRow:
    reason = "" if status is ListStatus.SUBSCRIBED else "its status"
    return IncomingRow(line, email, "Ann", "Lee", status, reason, None, (tag,), {"city": "Leeds"})


def bring(own: OwnList, *rows: IncomingRow) -> None:
    with own.imports.begin() as staged:
        staged.stage(rows)
        staged.counts()
        staged.release()
        staged.carry_out(who="tester", files="list.csv", how="imported", wording="words")


@pytest.mark.slow
@pytest.mark.skipif(postgresql.programs() is None, reason="PostgreSQL is not installed")
def test_import_filter_and_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_LEDGER_PASSWORD", postgresql.PASSWORD)
    with postgresql.running() as server, OwnList(server.url, Identity(b"a" * 64)) as own:
        bring(own, row(2, "a@example.org"), row(3, "b@example.org"))
        bring(own, row(2, "a@example.org", ListStatus.BOUNCED), row(3, "b@example.org", tag="press"))
        assert own.queries.count(parse_filter("tag:press and city:leeds")) == 1
        assert own.queries.count() == 1
        own.imports.undo()
        assert own.queries.count(parse_filter("tag:members and not tag:press")) == 2
        assert own.people.forget("a@example.org", "tester")
        assert own.queries.statuses() == {ListStatus.SUBSCRIBED: 1, ListStatus.ERASED: 1}


@pytest.mark.slow
@pytest.mark.skipif(postgresql.programs() is None, reason="PostgreSQL is not installed")
def test_rows_with_one_address_are_staged_as_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("newsletter.subscribers.import_copy._AT_ONCE", 3)
    monkeypatch.setenv("NEWSLETTER_LEDGER_PASSWORD", postgresql.PASSWORD)
    left = ListStatus.UNSUBSCRIBED
    rows = [
        row(2, "a@example.org"),
        row(3, "b@example.org", left),
        row(4, "a@example.org", ListStatus.BOUNCED, tag="press"),
        row(5, "a@example.org", left),
        row(6, "c@example.org", tag="tab\tback\\slash\nNULL \\N"),
        row(7, "b@example.org"),
        row(8, "a@example.org"),
    ]
    found = []
    with postgresql.running() as server:
        for url in (f"sqlite:///{tmp_path}/list.db", server.url):
            with OwnList(url, Identity(b"a" * 64)) as own:
                with own.imports.begin() as staged:
                    staged.stage(rows[:6])
                    staged.stage(rows[6:])
                    counts, repeated, out = staged.counts(), staged.repeated(9), staged.left_out(9)
                    staged.release()
                    staged.carry_out(who="tester", files="list.csv", how="imported", wording="words")
                people = [(one.email, one.tags, one.status) for one in own.queries.stream(everybody=True)]
                found.append((counts, repeated, out, people))
    assert found[0] == found[1]
    assert found[1][0].repeated == 4


def pages_seen_by_all(server: postgresql.Server) -> int:
    return int(server.execute("SELECT relallvisible FROM pg_class WHERE relname = 'subscribers'")[0][0])


@pytest.mark.slow
@pytest.mark.skipif(postgresql.programs() is None, reason="PostgreSQL is not installed")
def test_a_filter_is_answered_from_an_index_right_after_a_large_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_LEDGER_PASSWORD", postgresql.PASSWORD)
    with postgresql.running() as server, OwnList(server.url, Identity(b"a" * 64)) as own:
        bring(own, *(row(2 + at, f"reader{at}@example.org") for at in range(200)))
        assert pages_seen_by_all(server) == 0
        monkeypatch.setattr("newsletter.subscribers.import_store._MANY", 200)
        bring(own, *(row(2 + at, f"other{at}@example.org") for at in range(200)))
        assert pages_seen_by_all(server) > 0
        asked: list[tuple[str, dict[str, object]]] = []
        sa.event.listen(own.queries._engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        assert own.queries.count(parse_filter("city:leeds and first_name:ann and not email:x*")) == 400
        counts = [one for one in asked if one[0].startswith("SELECT count")]
        with own.queries._engine.connect() as connection:
            connection.exec_driver_sql("SET enable_seqscan = off")
            plans = [
                "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
                for statement, values in counts
            ]
    assert "Index Only Scan using subscribers_short" in plans[0]
    assert "subscribers_long" in plans[1]


@pytest.mark.slow
@pytest.mark.skipif(postgresql.programs() is None, reason="PostgreSQL is not installed")
def test_a_person_with_very_long_fields_is_found_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_LEDGER_PASSWORD", postgresql.PASSWORD)
    long = "".join(hashlib.sha256(bytes([at])).hexdigest() for at in range(120))  # does not compress
    left = row(4, "c@example.org", ListStatus.BOUNCED)
    people = [row(2, "a@example.org"), replace(row(3, "b@example.org"), fields={"city": "Leeds", "notes": long}), left]
    with postgresql.running() as server, OwnList(server.url, Identity(b"a" * 64)) as own:
        bring(own, *people)
        assert own.queries.count(parse_filter("city:leeds")) == 2
        assert own.queries.count(parse_filter("has:notes")) == 1
        assert own.queries.statuses() == {ListStatus.SUBSCRIBED: 2, ListStatus.BOUNCED: 1}


@pytest.mark.slow
@pytest.mark.skipif(postgresql.programs() is None, reason="PostgreSQL is not installed")
def test_a_database_of_an_earlier_version_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_LEDGER_PASSWORD", postgresql.PASSWORD)
    with postgresql.running() as server:
        with OwnList(server.url, Identity(b"a" * 64)) as own:
            bring(own, row(2, "a@example.org"))
        server.execute("DROP INDEX newsletter_list.subscribers_short, newsletter_list.subscribers_long")
        server.execute("CREATE INDEX subscribers_by_status ON newsletter_list.subscribers (status, joined_at)")
        server.execute("UPDATE newsletter_list.list_facts SET value = '2' WHERE name = 'version'")
        for _ in range(2):
            with OwnList(server.url, Identity(b"a" * 64)) as own:
                assert own.queries.count(parse_filter("city:leeds")) == 1
        names = {name for (name,) in server.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'subscribers'")}
        version = server.execute("SELECT value FROM newsletter_list.list_facts WHERE name = 'version'")
    assert {"subscribers_short", "subscribers_long"} < names
    assert "subscribers_by_status" not in names
    assert version == [("3",)]
