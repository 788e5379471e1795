"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from .examples import examples
from .postgresql import PASSWORD, Server, running

# how long an example takes says more of the machine than of us; what must be quick is measured where it matters
settings.register_profile("unhurried", deadline=None, max_examples=examples(100))
settings.load_profile("unhurried")

MEMORY = Path("/dev/shm")
ROOM_IN_MEMORY = 4 * 2**30

# most tests write small files and sync them; in memory that costs nothing. Both variables, where set, are kept
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_IN_MEMORY:
    for variable in ("PYTEST_DEBUG_TEMPROOT", "TMPDIR"):
        os.environ.setdefault(variable, str(MEMORY))

# a shell starts what it leaves in the background deaf to Ctrl-C, and so would be the commands that the tests stop
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write the golden files anew in place of comparing")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep compiled templates out of the home of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """Start a PostgreSQL server for all tests of this process."""
    with running() as server:
        yield server


@pytest.fixture
def postgresql(postgresql_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Return that server with an empty database, the password in the environment and nothing else of its driver's."""
    for name in ("PGPASSWORD", "PGPASSFILE", "PGSSLMODE", "PGHOST", "PGUSER", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NEWSLETTER_LEDGER_PASSWORD", PASSWORD)
    postgresql_server.empty()
    return postgresql_server
