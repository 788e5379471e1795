from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from newsletter.errors import ListError, UsageError
from newsletter.subscribers.filters import parse_filter
from newsletter.subscribers.identity import Identity
from newsletter.subscribers.import_store import ImportCounts, IncomingRow
from newsletter.subscribers.mail_queue import MailKind
from newsletter.subscribers.own_list import OwnList
from newsletter.subscribers.records import Consent, ListedPerson, ListStatus
from tests.injections import ALL

NOW = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(tmp_path: Path, clock: Clock) -> Iterator[OwnList]:
    with OwnList(f"sqlite:///{tmp_path}/list.db", Identity(b"a" * 64), clock) as found:
        yield found


def row(line: int, email: str, status: ListStatus = ListStatus.SUBSCRIBED, **values: object) -> IncomingRow:
    known: dict[str, object] = {"first_name": "", "last_name": "", "joined_at": None, "tags": (), "fields": {}}
    reason = "" if status is ListStatus.SUBSCRIBED else "its status"
    return IncomingRow(line=line, email=email, status=status, reason=reason, **(known | values))  # type: ignore[arg-type]


def bring(own: OwnList, *rows: IncomingRow, tags: tuple[str, ...] = ()) -> ImportCounts:
    with own.imports.begin() as staged:
        staged.stage(rows, tags)
        counts = staged.counts()
        staged.release()
        staged.carry_out(who="tester", files="list.csv", how="imported", wording="")
    return counts


def person(own: OwnList, email: str, **values: object) -> ListedPerson:
    return ListedPerson(own.identity.address_hash(email), email, **values)  # type: ignore[arg-type]


def test_an_import_adds_updates_and_keeps_out(own: OwnList) -> None:
    first = bring(own, row(2, "a@example.org", tags=("one",)), row(3, "b@example.org", ListStatus.UNSUBSCRIBED))
    assert (first.added, first.left_out, first.reachable) == (1, 1, 1)
    second = bring(
        own,
        row(2, "A@example.org", tags=("two",), first_name="Ann", fields={"city": "Leeds"}),
        row(3, "b@example.org"),
        row(4, "c@example.org", joined_at="2020-02-03T00:00:00.000000+00:00"),
        row(5, "c@example.org"),
    )
    assert (second.added, second.updated, second.left_out, second.repeated) == (1, 1, 1, 1)
    ann = own.people.find("a@example.org")
    assert ann is not None
    assert (ann.tags, ann.first_name, ann.fields) == (("one", "two"), "Ann", {"city": "Leeds"})
    b = own.people.find("b@example.org")
    assert b is not None
    assert b.status is ListStatus.UNSUBSCRIBED
    c = own.people.find("c@example.org")
    assert c is not None
    assert c.consent is not None
    assert c.consent.at.year == 2020
    assert own.queries.count() == second.reachable == 2


def test_leaving_in_any_row_counts(own: OwnList) -> None:
    bring(own, row(2, "a@example.org"), row(3, "a@example.org", ListStatus.COMPLAINED))
    found = own.people.suppression("a@example.org")
    assert found is not None
    assert found.reason is ListStatus.COMPLAINED
    assert own.queries.count() == 0


def test_an_import_takes_people_off_and_undo_brings_them_back(own: OwnList) -> None:
    bring(own, row(2, "a@example.org", tags=("one",)), row(3, "b@example.org"))
    out = bring(
        own, row(2, "a@example.org", ListStatus.BOUNCED), row(3, "b@example.org", tags=("x",)), row(4, "n@example.org")
    )
    assert (out.now_out, out.updated, out.added, out.reachable) == (1, 1, 1, 2)
    assert own.imports.undo() == ("list.csv", 1)
    a, b = own.people.find("a@example.org"), own.people.find("b@example.org")
    assert a is not None
    assert b is not None
    assert a.status is ListStatus.SUBSCRIBED
    assert b.tags == ()
    assert own.people.suppression("a@example.org") is None
    assert own.people.find("n@example.org") is None
    assert own.queries.count(parse_filter("tag:x")) == 0


def test_undo_does_not_bring_back_who_unsubscribed_since(own: OwnList) -> None:
    bring(own, row(2, "a@example.org"))
    bring(own, row(2, "a@example.org", tags=("x",)))
    own.people.suppress(own.identity.address_hash("a@example.org"), ListStatus.UNSUBSCRIBED, "one click")
    own.imports.undo()
    a = own.people.find("a@example.org")
    assert a is not None
    assert a.status is ListStatus.UNSUBSCRIBED
    own.imports.undo()
    with pytest.raises(UsageError, match="no import"):
        own.imports.undo()
    assert bring(own, row(2, "a@example.org")).added == 0


def test_nothing_of_a_staged_import_stays_without_a_yes(own: OwnList) -> None:
    with own.imports.begin() as staged:
        staged.stage([row(2, "a@example.org")])
        assert staged.counts().added == 1
        staged.release()
    assert own.queries.statuses() == {}


def test_a_person_who_is_forgotten_stays_forgotten(own: OwnList, tmp_path: Path) -> None:
    own.people.subscribe(person(own, "sam@example.org", consent=Consent(NOW, "asked")), "added")
    bring(own, row(2, "sam@example.org", tags=("x",)))
    assert own.people.forget("Sam@example.org", "tester")
    assert own.people.find("sam@example.org") is None
    assert own.people.events("sam@example.org") == []
    counts = bring(own, row(2, "sam@example.org"), row(3, "new@example.org"))
    assert (counts.added, counts.left_out) == (1, 1)
    own.imports.undo()
    for path in tmp_path.iterdir():
        assert b"sam@example.org" not in path.read_bytes().lower(), path.name
    assert not own.people.forget("nobody@example.org", "tester")


def test_a_weaker_reason_does_not_replace_a_stronger_one(own: OwnList) -> None:
    key = own.identity.address_hash("a@example.org")
    assert own.people.suppress(key, ListStatus.COMPLAINED, "Postmark")
    assert not own.people.suppress(key, ListStatus.BOUNCED, "SES")
    assert own.people.suppress(key, ListStatus.REMOVED, "us")


FOUND = [
    ("tag:members", "ab"),
    ("tag:MEMBERS and not city:leeds", "b"),
    ("city:Leeds or tag:press", "abc"),
    ('city:"new york"', "c"),
    ("city:new*", "c"),
    ("has:city", "ac"),
    ("not has:city", "b"),
    ("joined>2020-01-01", "bc"),
    ("joined<=2020-01-01", "a"),
    ("joined:2020-01-01", "a"),
    ("email:*@example.org", "ab"),
    ("first_name:ann", "a"),
    ("first_name:An*", "a"),
    ("first_name:élodie", "b"),
    ("first_name:ÉLO*", "b"),
    ("first_name:Groß", "c"),
    ("email:A@Example.org", "a"),
    ("has:first_name", "abc"),
    ("status:unsubscribed", "d"),
    ("status:unsubscribed or tag:press", "bcd"),
    ("tag:mem", ""),
    ("city:lee", ""),
    ("city:%", ""),
    ("email:_@example.org", ""),
]
"""Filters, each with the first letters of the people that it finds."""


def test_filters_find(own: OwnList) -> None:
    bring(
        own,
        row(2, "a@example.org", tags=("Members",), fields={"city": "Leeds"}, first_name="Ann",
            joined_at="2020-01-01T10:00:00.000000+00:00"),
        row(3, "b@example.org", tags=("members", "press"), first_name="Élodie"),
        row(4, "c@example.com", tags=("press",), fields={"city": "New York"}, first_name="GROß"),
        row(5, "d@example.org", ListStatus.UNSUBSCRIBED, tags=("members",)),
    )  # fmt: skip
    for text, expected in FOUND:
        node = parse_filter(text)
        assert "".join(one.email[0] for one in own.queries.stream(node)) == expected, text
        assert own.queries.count(node) == len(expected), text


def test_a_count_reads_nothing_but_the_index(own: OwnList, tmp_path: Path) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    sa.event.listen(own.queries._engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    for text, _ in FOUND:
        own.queries.count(parse_filter(text))
    counts = [one for one in asked if one[0].startswith("SELECT count")]
    assert len(counts) == len(FOUND)
    with closing(sqlite3.connect(tmp_path / "list.db")) as file:
        for statement, values in counts:
            ((*_, plan),) = file.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            assert "COVERING INDEX subscribers_by_filter" in plan, statement


def test_a_list_of_an_earlier_version_is_brought_up_to_date(own: OwnList, tmp_path: Path) -> None:
    bring(own, row(2, "a@example.org", first_name="Ann"))
    own.close()
    with closing(sqlite3.connect(tmp_path / "list.db")) as file, file:
        file.execute("DROP INDEX subscribers_by_filter")
        file.execute("CREATE INDEX subscribers_by_facets ON subscribers (status, joined_at, facets)")
        file.execute("UPDATE list_facts SET value = '1' WHERE name = 'version'")
    with OwnList(f"sqlite:///{tmp_path}/list.db", Identity(b"a" * 64)) as later:
        assert later.queries.count(parse_filter("first_name:ann")) == 1
    with closing(sqlite3.connect(tmp_path / "list.db")) as file:
        names = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE tbl_name = 'subscribers'")}
        version = file.execute("SELECT value FROM list_facts WHERE name = 'version'").fetchone()
    assert "subscribers_by_filter" in names
    assert "subscribers_by_facets" not in names
    assert version == ("2",)


def test_a_list_of_a_newer_version_is_refused(own: OwnList, tmp_path: Path) -> None:
    own.close()
    with closing(sqlite3.connect(tmp_path / "list.db")) as file, file:
        file.execute("UPDATE list_facts SET value = '3' WHERE name = 'version'")
    with pytest.raises(ListError, match="newer version"):
        OwnList(f"sqlite:///{tmp_path}/list.db", Identity(b"a" * 64))


def test_segments_and_tags_are_those_of_sending(own: OwnList) -> None:
    bring(own, row(2, "a@example.org", tags=("Members",), fields={"city": "Leeds"}), row(3, "b@example.org"))
    found = list(own.queries.segment_members({"Leeds": parse_filter("city:leeds")}))
    assert [(one.email, names) for one, names in found] == [("a@example.org", ("Leeds",)), ("b@example.org", ())]
    assert found[0][0].as_subscriber(found[0][1]).segments == ("Members", "Leeds")
    assert own.queries.tags() == {"Members": 1}


def test_an_attack_in_a_list_is_only_text(own: OwnList) -> None:
    rows = [
        row(at, f"p{at}@example.org", tags=(one,), fields={"city": one}, first_name=one)  # as it stands
        for at, one in enumerate(ALL)
    ]
    bring(own, *rows)
    for at, text in enumerate(ALL):
        found = own.people.find(f"p{at}@example.org")
        assert found is not None
        assert (found.tags, found.fields, found.first_name) == ((text,), {"city": text}, text)
    assert own.queries.count() == len(ALL)
    for at, text in enumerate(ALL):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        if text.strip() and not text.endswith("*"):
            people = [one.email for one in own.queries.stream(parse_filter(f'city:"{quoted}"'))]
            assert f"p{at}@example.org" in people
            assert len(people) < 20, text  # some differ by white space only


def test_another_secret_is_noticed(own: OwnList, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not the one"):
        OwnList(f"sqlite:///{tmp_path}/list.db", Identity(b"b" * 64))


def test_a_database_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.db").write_bytes(b"this is no database, but a text of some length" * 50)
    with pytest.raises(ListError, match=r"list\.db cannot be used"):
        OwnList(f"sqlite:///{tmp_path}/list.db", Identity(b"b" * 64))


def test_few_mails_go_to_one_address_and_one_sender_has_each(own: OwnList, clock: Clock) -> None:
    key = own.identity.address_hash("a@example.org")
    asked: list[bool] = []
    for _ in range(5):
        asked += [own.mails.ask(MailKind.CONFIRM, key), own.mails.ask(MailKind.CONFIRM, key)]
        clock.now += dt.timedelta(minutes=3)
    assert asked == [True, False, True, False, True, False, False, False, False, False]
    mail = own.mails.claim()
    assert mail is not None
    others = [own.mails.claim(), own.mails.claim(), own.mails.claim()]
    assert others[-1] is None
    own.mails.failed(mail)
    assert own.mails.claim() is None
    clock.now += dt.timedelta(minutes=2)
    again = own.mails.claim()
    assert again is not None
    assert (again.id, again.tries) == (mail.id, 2)
    own.mails.sent(again)
    assert own.mails.waiting() == 2


def test_memory_of_a_stream_is_not_that_of_the_list(own: OwnList) -> None:
    bring(own, *(row(at, f"p{at}@example.org") for at in range(2, 5002)))
    stream: Callable[[], Iterator[ListedPerson]] = own.queries.stream
    assert next(stream()).email == "p2@example.org"
    assert sum(1 for _ in stream()) == 5000


@pytest.mark.parametrize(("is_local", "journal"), [(True, "wal"), (False, "delete")])
def test_a_list_on_a_network_folder_keeps_no_write_ahead_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_local: bool, journal: str
) -> None:
    url, identity = f"sqlite:///{tmp_path}/list.db", Identity(b"a" * 64)
    monkeypatch.setattr("newsletter.subscribers.engine.is_on_local_disk", lambda _: not is_local)
    with OwnList(url, identity) as own:
        own.people.subscribe(ListedPerson(own.identity.address_hash("ada@example.org"), "ada@example.org"), "added")
    monkeypatch.setattr("newsletter.subscribers.engine.is_on_local_disk", lambda _: is_local)
    with OwnList(url, identity) as own:
        assert own.queries.count() == 1
        with closing(sqlite3.connect(tmp_path / "list.db")) as file:
            assert file.execute("PRAGMA journal_mode").fetchone() == (journal,)


def test_who_leaves_while_an_issue_is_being_sent_is_left_out(own: OwnList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.subscribers.queries._AT_ONCE", 3)
    hashes = [own.identity.address_hash(f"p{at}@example.org") for at in range(8)]
    for at, address_hash in enumerate(hashes):
        own.people.subscribe(ListedPerson(address_hash, f"p{at}@example.org", tags=("a",) if at % 2 else ()), "added")
    members = own.queries.segment_members({"odd": parse_filter("tag:a")})
    found = [next(members)]
    own.people.suppress(hashes[6], ListStatus.UNSUBSCRIBED, "page")  # a reading that lasts would not see this
    found += members
    assert [person.email for person, _ in found] == [f"p{at}@example.org" for at in (0, 1, 2, 3, 4, 5, 7)]
    assert [names for _, names in found] == [("odd",) if at % 2 else () for at in (0, 1, 2, 3, 4, 5, 7)]


def test_several_reports_of_one_person_at_once_leave_the_strongest(own: OwnList) -> None:
    hashes = [own.identity.address_hash(f"p{at}@example.org") for at in range(3)]
    own.people.subscribe(ListedPerson(hashes[0], "p0@example.org"), "added")
    own.people.suppress(hashes[1], ListStatus.COMPLAINED, "Postmark")
    requests = [
        (hashes[0], ListStatus.UNSUBSCRIBED, "page"),
        (hashes[0], ListStatus.BOUNCED, "Postmark"),
        (hashes[0], ListStatus.COMPLAINED, "Postmark"),
        (hashes[1], ListStatus.UNSUBSCRIBED, "page"),
        (hashes[2], ListStatus.BOUNCED, "Postmark"),
    ]
    assert own.people._suppress_all(requests) == [True, False, True, False, True]
    found = [own.people.suppression_of(address_hash) for address_hash in hashes]
    assert [one.reason for one in found if one] == [ListStatus.COMPLAINED, ListStatus.COMPLAINED, ListStatus.BOUNCED]
    person = own.people.find("p0@example.org")
    assert person is not None
    assert person.status is ListStatus.COMPLAINED
