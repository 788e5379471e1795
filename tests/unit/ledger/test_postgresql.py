"""The ledger in a PostgreSQL database: how it is reached, and what it says when something is wrong."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import sys
import threading
import traceback
import types
from collections.abc import Iterator

import psycopg
import pytest

from newsletter.errors import LedgerError, NewsletterError, UsageError
from newsletter.ledger import backend
from newsletter.ledger import postgresql as module
from newsletter.ledger.engine import connect, reading, writing
from newsletter.ledger.postgresql import Postgresql
from newsletter.ledger.postgresql_auth import PASSWORD_VARIABLE
from newsletter.ledger.records import AuditNote
from newsletter.ledger.store import Ledger
from newsletter.model.sends import SendState

from .conftest import TARGET, plan

SECRET = "planted-ledger-password"
EVENT = "INSERT INTO events (issue, who, at, words) VALUES ('2024-02', 'kim', '2024-02-12', 'x')"


@pytest.fixture
def url(postgresql) -> str:
    return postgresql.url


@pytest.fixture
def engine(opened, url):
    return opened(url)


def _count(engine) -> int:
    with reading(engine) as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()


def _refusal(url: str) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        connect(url)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.exit_code == 4, "nothing was sent"
    assert caught.value.hint
    return caught.value


class TestPassword:
    def test_the_password_is_in_nothing_that_can_be_shown(self, engine):
        assert SECRET not in repr(engine.url) + str(engine.url) + repr(engine) + repr(engine.pool)

    def test_a_wrong_one(self, url, monkeypatch):
        monkeypatch.setenv(PASSWORD_VARIABLE, "not-the-right-one")
        error = _refusal(url)
        assert "rejected the password of news" in error.message
        assert PASSWORD_VARIABLE in error.hint
        assert "not-the-right-one" not in "".join(traceback.format_exception(error))

    def test_none_anywhere(self, url, monkeypatch):
        monkeypatch.delenv(PASSWORD_VARIABLE)
        monkeypatch.setitem(sys.modules, "keyring", None)
        assert "needs a password for news" in _refusal(url).message

    def test_from_the_drivers_own_variable(self, url, opened, monkeypatch):
        monkeypatch.delenv(PASSWORD_VARIABLE)
        monkeypatch.setenv("PGPASSWORD", SECRET)
        _keyring(monkeypatch, AssertionError("it was asked without need"))
        assert _count(opened(url)) == 0

    def test_from_the_drivers_own_file(self, url, opened, monkeypatch, tmp_path):
        monkeypatch.delenv(PASSWORD_VARIABLE)
        file = tmp_path / "pgpass"
        file.write_text(f"*:*:*:news:{SECRET}\n")
        file.chmod(0o600)
        assert _count(opened(f"{url}&passfile={file}")) == 0

    def test_from_the_keyring_asked_once(self, url, opened, monkeypatch):
        monkeypatch.delenv(PASSWORD_VARIABLE)
        asked = _keyring(monkeypatch, SECRET)
        engine = opened(url)
        engine.dispose()
        assert _count(engine) == 0
        assert asked == [("newsletter", PASSWORD_VARIABLE)]

    def test_from_a_keyring_that_has_none(self, url, monkeypatch):
        monkeypatch.delenv(PASSWORD_VARIABLE)
        _keyring(monkeypatch, None)
        assert "needs a password" in _refusal(url).message

    def test_from_a_keyring_that_is_locked(self, url, monkeypatch):
        import keyring.errors

        monkeypatch.delenv(PASSWORD_VARIABLE)
        _keyring(monkeypatch, keyring.errors.KeyringLocked("closed"))
        assert "needs a password" in _refusal(url).message


def _keyring(monkeypatch, holds: object) -> list[tuple[str, str]]:
    """Put a keyring in place that holds a password or raises an error; return the list of what it is asked."""
    asked: list[tuple[str, str]] = []

    def get_password(service: str, name: str) -> object:
        asked.append((service, name))
        if isinstance(holds, BaseException):
            raise holds
        return holds

    fake = types.ModuleType("keyring")
    fake.get_password = get_password
    import keyring.errors

    monkeypatch.setitem(sys.modules, "keyring", fake)
    monkeypatch.setitem(sys.modules, "keyring.errors", keyring.errors)
    return asked


class TestReaching:
    def test_without_the_driver(self, url, monkeypatch):
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(UsageError, match="psycopg") as caught:
            connect(url)
        assert "pip install 'newsletter[postgresql]'" in caught.value.hint

    def test_no_such_database(self, postgresql):
        assert "has no database of that name" in _refusal(postgresql.address("news", "nowhere")).message

    def test_no_server_behind_the_socket(self, tmp_path):
        assert "is not running" in _refusal(f"postgresql://news@/news?host={tmp_path}").message

    def test_no_server_at_the_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        error = _refusal(f"postgresql://news@127.0.0.1:{port}/news")
        assert error.message == "The ledger's server at 127.0.0.1 refused the connection."

    def test_a_server_without_encryption_where_it_is_asked_for(self, proxy):
        error = _refusal(f"{proxy.url}?sslmode=require")
        assert "does not support encryption" in error.message
        assert "sslmode=prefer" in error.hint

    @pytest.mark.parametrize(
        ("host", "more", "variable", "mode"),
        [
            ("db.example.org", "", "", "require"),
            ("db.example.org", "?sslmode=prefer", "", "prefer"),
            ("db.example.org", "", "verify-full", None),
            ("localhost", "", "", None),
        ],
    )
    def test_over_a_network_it_is_encrypted_unless_told_otherwise(self, monkeypatch, host, more, variable, mode):
        asked: list[dict[str, str]] = []

        def note(**given: str) -> None:
            asked.append(given)
            raise psycopg.OperationalError("connection refused")

        monkeypatch.setattr(psycopg, "connect", note)
        monkeypatch.setenv("PGSSLMODE", variable)
        monkeypatch.setenv(PASSWORD_VARIABLE, SECRET)
        _refusal(f"postgresql://news@{host}/news{more}")
        assert asked[0].get("sslmode") == mode
        assert asked[0]["password"] == SECRET

    @pytest.mark.parametrize(("seconds", "words"), [(-90, "90 seconds ahead of"), (90, "90 seconds behind")])
    def test_a_clock_that_is_wrong(self, engine, seconds, words):
        class Server:
            def exec_driver_sql(self, sql: str) -> Server:
                return self

            def scalar_one(self) -> dt.datetime:
                return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)

        with pytest.raises(LedgerError, match=words):
            Postgresql().check(engine, Server())


class TestRoom:
    def test_other_tables_of_the_database_are_none_of_our_business(self, postgresql, opened, url):
        postgresql.execute("CREATE TABLE public.campaigns (x TEXT)")
        try:
            assert _count(opened(url)) == 0
        finally:
            postgresql.execute("DROP TABLE public.campaigns")

    def test_tables_of_somebody_else_in_our_schema(self, postgresql, url):
        postgresql.execute("CREATE SCHEMA newsletter AUTHORIZATION news; CREATE TABLE newsletter.bookmarks (x TEXT)")
        assert "not a ledger" in _refusal(url).message

    def test_a_schema_made_for_us_is_enough(self, postgresql, opened):
        postgresql.execute("CREATE SCHEMA newsletter AUTHORIZATION news", database="postgres")
        try:
            assert _count(opened(postgresql.address("news", "postgres"))) == 0
        finally:
            postgresql.execute("DROP SCHEMA newsletter CASCADE", database="postgres")

    def test_without_rights(self, postgresql):
        error = _refusal(postgresql.address("news", "postgres"))
        assert error.message == (
            "The ledger in the database postgres on this computer cannot be used: its user news lacks the necessary "
            "permissions."
        )

    def test_a_table_that_somebody_dropped(self, postgresql, engine):
        postgresql.execute("DROP TABLE newsletter.events")
        with pytest.raises(LedgerError, match="is damaged: a table is missing"):
            _count(engine)

    def test_what_is_written_outlasts_a_power_cut_whatever_the_database_is_set_to(self, postgresql, engine):
        postgresql.execute("ALTER ROLE news SET synchronous_commit = off")
        try:
            engine.dispose()
            with writing(engine) as connection:
                assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
        finally:
            postgresql.execute("ALTER ROLE news RESET synchronous_commit")


class TestPatience:
    def test_a_ledger_that_another_computer_holds(self, postgresql, engine, monkeypatch):
        monkeypatch.setattr(backend, "PATIENCE", 0.05)
        entered, leave = threading.Event(), threading.Event()

        def hold() -> None:
            with writing(engine):
                entered.set()
                leave.wait(10)

        holder = threading.Thread(target=hold)
        holder.start()
        assert entered.wait(10)
        try:
            with pytest.raises(LedgerError, match="in use by another computer"), writing(engine):
                pytest.fail("it did not wait")
        finally:
            leave.set()
            holder.join()

    def test_a_computer_that_falls_asleep_in_a_change_does_not_hold_up_the_others(self, engine, monkeypatch):
        monkeypatch.setattr(module, "LONGEST_IDLE", 1)
        woken = threading.Event()
        with pytest.raises(LedgerError, match="was lost; the current change"), writing(engine) as asleep:  # noqa: PT012 - in order
            asleep.exec_driver_sql(EVENT)
            with writing(engine) as other:  # waits until the server has ended the other's change
                other.exec_driver_sql(EVENT)
            woken.set()
            asleep.exec_driver_sql(EVENT)
        assert woken.is_set()
        assert _count(engine) == 1


class Proxy:
    """A network in between, which loses the connection at the next COMMIT if told to.

    `lose` is `before` the server hears of it, or `after` it has answered.
    """

    def __init__(self, server: str) -> None:
        self.lose = ""
        self._server = server
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://news@127.0.0.1:{self._door.getsockname()[1]}/news"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            threading.Thread(target=self._serve, args=(client, server), daemon=True).start()

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        back = threading.Thread(target=self._pump_back, args=(client, server), daemon=True)
        back.start()
        while data := _received(client):
            if self.lose and b"COMMIT\0" in data:
                if self.lose == "after":
                    self.lose = "answer"
                    server.sendall(data)
                    back.join()
                break
            with contextlib.suppress(OSError):
                server.sendall(data)
        for end in (client, server):
            end.close()

    def _pump_back(self, client: socket.socket, server: socket.socket) -> None:
        while data := _received(server):
            if self.lose == "answer":
                return
            with contextlib.suppress(OSError):  # it has gone meanwhile
                client.sendall(data)


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(65536)
    except OSError:
        return b""


@pytest.fixture
def proxy(postgresql) -> Iterator[Proxy]:
    opened = Proxy(str(postgresql.socket))
    yield opened
    opened.close()


class TestLost:
    def test_between_two_changes_it_is_made_anew(self, postgresql, engine):
        with writing(engine) as connection:
            connection.exec_driver_sql(EVENT)
        _cut(postgresql)
        with writing(engine) as connection:
            connection.exec_driver_sql(EVENT)
        assert _count(engine) == 2

    def test_within_a_change_nothing_of_it_is_kept(self, postgresql, engine):
        lost = pytest.raises(LedgerError, match="the current change was not saved")
        with lost as caught, writing(engine) as connection:
            connection.exec_driver_sql(EVENT)
            _cut(postgresql)
            connection.exec_driver_sql(EVENT)
        assert caught.value.message.startswith("The connection to the ledger in the database news")
        assert _count(engine) == 0

    @pytest.mark.parametrize(("lose", "kept"), [("before", False), ("after", True)])
    def test_at_the_commit_it_is_not_known_and_the_next_look_tells(self, proxy, lose, kept):
        """Whoever intends to send gets an error either way, and so sends nothing; the next run finds what is true."""
        with Ledger(proxy.url) as ledger:
            proxy.lose = lose
            with pytest.raises(LedgerError, match="may or may not have been saved") as caught:
                ledger.sends.intend(plan(), AuditNote("kim", "started sending it"))
            proxy.lose = ""
            assert "Run the same command again" in caught.value.hint
            found = ledger.sends.last("2024-02", TARGET)
        assert (found is not None) is kept
        assert found is None or found.state is SendState.INTENDED


def _cut(postgresql) -> None:
    postgresql.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'news'")


def test_a_reader_sees_one_state_while_another_writes(engine):
    with reading(engine) as reader:
        before = reader.exec_driver_sql("SELECT count(*) FROM events").scalar_one()
        with writing(engine) as writer:
            writer.exec_driver_sql(EVENT)
        assert reader.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == before == 0
    assert _count(engine) == 1


def test_no_error_of_this_tool_is_left_without_words(engine):
    """What no list foresees is told in the server's own first line, without the row."""
    with (
        pytest.raises(NewsletterError, match="reported an error: division by zero"),
        reading(engine) as connection,
    ):
        connection.exec_driver_sql("SELECT 1/0")
