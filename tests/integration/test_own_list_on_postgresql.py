"""The own list in PostgreSQL: an import, its undo and a filter, as in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

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
