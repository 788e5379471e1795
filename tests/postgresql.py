"""A PostgreSQL server of our own: thrown away after the tests, reachable by a socket file alone."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "planted-ledger-password"
USER = "news"

_ACCESS = """\
local all admin trust
local all all scram-sha-256
"""


@dataclass(frozen=True)
class Server:
    """A running server; `admin` may do anything without a password, `news` owns the database `news`."""

    folder: Path
    password: str = PASSWORD

    @property
    def url(self) -> str:
        """Return the address of the ledger; the password is in the environment while the fixture is in use."""
        return self.address(USER, "news")

    def address(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    @property
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    def execute(self, sql: str, *values: Any, database: str = "news") -> list[tuple[Any, ...]]:
        """Do something as the administrator; return the rows of what answers with rows."""
        import psycopg

        place = f"host={self.folder} user=admin dbname={database}"
        with psycopg.connect(place, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
            cursor = connection.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Throw away what a test left, its connections too."""
        self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'news'")
        self.execute("DROP SCHEMA IF EXISTS newsletter CASCADE")


def programs() -> Path | None:
    """Return the folder of the newest server's programs, or None where there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found and (elsewhere := shutil.which("initdb")):
        return Path(elsewhere).resolve().parent
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Start a server; skip, or fail where nothing may be skipped, if its programs are not installed."""
    home = programs()
    if home is None:
        missing = "PostgreSQL's server programs (initdb, postgres) are not installed"
        (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(missing)
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    folder = Path(tempfile.mkdtemp(prefix="newsletter-pg-"))
    # the server refuses to run as root
    identity: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        identity |= {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    data = folder / "data"
    first = [home / "initdb", "--pgdata", data, "--username", "admin", "--auth", "trust", "--no-sync", "--no-locale"]
    process = None
    try:
        subprocess.run([*first, "--encoding", "UTF8", "--wal-segsize", "1"], check=True, **identity)
        (data / "pg_hba.conf").write_text(_ACCESS)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "fsync": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
            "max_connections": "60",
        }
        given = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = subprocess.Popen([home / "postgres", "-D", data, *given], **identity)
        server = Server(folder)
        _wait(server, process)
        server.execute(f"CREATE USER {USER} PASSWORD '{PASSWORD}'", database="postgres")
        server.execute(f"CREATE DATABASE news OWNER {USER}", database="postgres")
        yield server
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(300):
        assert process.poll() is None, "the server does not start"
        with contextlib.suppress(psycopg.OperationalError):
            server.execute("SELECT 1", database="postgres")
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")
