"""Killed at any instant of a send over several connections to Postfix's smtp-sink: nobody twice, nobody missed.

`NEWSLETTER_KILLS=200 NEWSLETTER_RECIPIENTS=20000 pytest tests/integration/test_kill_smtp.py -s` says what happened.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import UncertainError
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.sending.reconcile import Reconciler, Verdict

from .judges import missing
from .smtp_sender import ISSUE, TARGET, address, payload, provider
from .test_postfix_deferrals import free_port

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("NEWSLETTER_KILLS", "5"))
RECIPIENTS = int(os.environ.get("NEWSLETTER_RECIPIENTS", "500"))
CONNECTIONS = 10
SENDER = Path(__file__).with_name("smtp_sender.py")
_TO = re.compile(rb"^X-Rcpt-Args: <([^>]*)>", re.MULTILINE)


@dataclass
class Sink:
    """smtp-sink, which writes each message that it took to a file of its own."""

    folder: Path
    port: int
    taken: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        """Return how many messages there are, and maybe some that are on their way."""
        return len(self._names())

    def _names(self) -> list[str]:
        return os.listdir(self.folder)  # noqa: PTH208 - names only

    def look(self) -> Counter[str]:
        """Return how often each address has the message, when nobody sends."""
        time.sleep(0.3)  # it notices that a connection ended, and throws away what was not whole
        for name in set(self._names()) - self._seen:
            self._seen.add(name)
            (to,) = _TO.findall((self.folder / name).read_bytes())
            self.taken[to.decode()] += 1
        return self.taken


@pytest.fixture
def sink() -> Iterator[Sink]:
    program = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        missing("smtp-sink", "apt-get install postfix")
    # it runs as a user of its own, who may not look into the folders of the tests
    box = Path(tempfile.mkdtemp(prefix="sink-"))
    box.chmod(0o777)
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([str(program), *user, "-d", f"{box}/m.", f"127.0.0.1:{port}", "1000"])
    time.sleep(0.5)
    assert process.poll() is None
    try:
        yield Sink(box, port)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(box)


@dataclass
class Record:
    """What the kills met."""

    kills: int = 0
    in_the_sending: int = 0
    uncertain: Counter[int] = field(default_factory=Counter)
    were_sent: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.in_the_sending} of them in the sending; uncertain after each "
            f"{dict(sorted(self.uncertain.items()))}, of whom {self.were_sent} had it"
        )


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_at_random_instants_everybody_gets_exactly_one(
    sink: Sink, tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    on_disk = Path(os.environ.get("NEWSLETTER_DISK", tmp_path))
    url = (
        f"sqlite:///{on_disk}/kill-{os.getpid()}.db"
        if database == "sqlite"
        else request.getfixturevalue("postgresql").url
    )
    seed = random.randrange(10**6)
    chance, record = random.Random(seed), Record()
    through = provider(sink.port, CONNECTIONS, RECIPIENTS)
    command = [sys.executable, str(SENDER), url, str(sink.port), str(CONNECTIONS), str(RECIPIENTS)]
    while record.kills < KILLS and not _is_sent(url):
        _kill(command, sink, chance, record)
        _judge(url, sink, through, record)
    print(f"\n{database}, seed {seed}: {record}")
    if not _is_sent(url):  # a kill may come after the last message
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
    assert _is_sent(url)
    assert sink.look() == Counter(address(number) for number in range(RECIPIENTS))
    assert record.in_the_sending >= KILLS // 2, f"the kills missed the sending: {record}"
    if database == "sqlite":
        for left in on_disk.glob(f"kill-{os.getpid()}.db*"):
            left.unlink()


def _kill(command: list[str], sink: Sink, chance: random.Random, record: Record) -> None:
    before = sink.count
    # counted in messages, not in seconds: a fast machine has sent them all before long
    share = max(1, (RECIPIENTS - before) // (KILLS - record.kills + 1))
    aim = before + chance.randint(1, share)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while process.poll() is None and sink.count < aim and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.01))
    process.send_signal(signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode in {0, -signal.SIGKILL}, said
    record.kills += 1
    record.in_the_sending += before < sink.count < RECIPIENTS


def _is_sent(url: str) -> bool:
    with Ledger(url) as ledger:
        send = ledger.sends.last(ISSUE, TARGET)
    return send is not None and send.state is SendState.SENT


def _judge(url: str, sink: Sink, through: Any, record: Record) -> None:
    """Hold the ledger to what the sink has; then look at each one in doubt, and say what is true."""
    taken = sink.look()
    assert not taken or max(taken.values()) == 1, "somebody got it twice"
    keys = {payload().key_of(one) for one in taken}
    with Ledger(url) as ledger:
        send = ledger.sends.last(ISSUE, TARGET)
        if send is None or send.state is SendState.SENT:
            assert send is None or len(taken) == RECIPIENTS
            return
        delivered = set(ledger.deliveries.recipients(send, DeliveryState.DELIVERED))
        doubtful = set(ledger.deliveries.recipients(send, DeliveryState.HANDED_OVER))
        assert len(doubtful) <= CONNECTIONS
        assert delivered - keys == set(), "somebody is recorded as having it who has not"
        assert keys - delivered <= doubtful, "somebody has it of whom the ledger does not know"
        record.uncertain[len(doubtful)] += 1
        record.were_sent += len(keys & doubtful)
        person = Reconciler(ledger, through, send, "me")
        with suppress(UncertainError), ledger.sends.lease(send) as lease:
            person.reconcile(lease)
        assert set(ledger.deliveries.recipients(send, DeliveryState.UNCERTAIN)) == doubtful
        for key in doubtful:
            person.resolve(Verdict.SENT if key in keys else Verdict.NOT_SENT, [key])
