"""A power cut at any instant of a send: what was not synced is lost, and still nobody gets it twice or not at all.

A library that is loaded into the sender copies each file of the ledger whenever it is synced. After the kill, the
ledger is put back to these copies. `NEWSLETTER_KILLS=60 NEWSLETTER_RECIPIENTS=20000 pytest
tests/integration/test_power_cut.py -s` says what happened.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .smtp_sender import address, provider
from .smtp_sink import Sink
from .test_kill_smtp import CONNECTIONS, KILLS, RECIPIENTS, SENDER, Record, is_sent, judge, kill

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).with_name("synced.c")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the library that keeps what was synced."""
    compiler, built = shutil.which("cc"), tmp_path_factory.mktemp("synced") / "synced.so"
    if compiler is None or sys.platform != "linux":
        pytest.skip("there is no C compiler, or this is not Linux")
    done = subprocess.run(
        [compiler, "-shared", "-fPIC", "-o", built, SOURCE, "-ldl"], check=False, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"the C compiler cannot build it: {done.stderr}")
    return built


def restore(ledger: Path, copies: Path) -> None:
    """Put the ledger back to what was synced."""
    shutil.rmtree(ledger)
    shutil.copytree(copies, ledger, ignore=shutil.ignore_patterns("*.draft"))


def keep(ledger: Path, copies: Path) -> None:
    """Take the ledger as it is, closed in good order, for what was synced."""
    shutil.rmtree(copies, ignore_errors=True)
    shutil.copytree(ledger, copies)


def test_what_was_not_synced_may_be_lost(sink: Sink, tmp_path: Path, library: Path) -> None:
    ledger, copies = tmp_path / "ledger", tmp_path / "copies"
    ledger.mkdir()
    url = f"sqlite:///{ledger}/ledger.db"
    seed = random.randrange(10**6)
    chance, record = random.Random(seed), Record()
    through = provider(sink.port, CONNECTIONS, RECIPIENTS)
    command = [sys.executable, str(SENDER), url, str(sink.port), str(CONNECTIONS), str(RECIPIENTS)]
    environment = {
        "LD_PRELOAD": str(library),
        "NEWSLETTER_SYNCED": str(ledger),
        "NEWSLETTER_COPIES": str(copies),
    }
    was_kept = False
    while record.kills < KILLS and not is_sent(url):
        keep(ledger, copies)
        kill(command, sink, chance, record, environment)
        was_kept |= bool(list(copies.glob("ledger.db-wal")))
        restore(ledger, copies)
        judge(url, sink, through, record)
    assert was_kept, "the library kept nothing"
    print(f"\npower cuts, seed {seed}: {record}")
    if not is_sent(url):
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
    assert is_sent(url)
    assert sink.look() == Counter(address(number) for number in range(RECIPIENTS))
    assert record.in_the_sending >= KILLS // 2, f"the cuts missed the sending: {record}"
