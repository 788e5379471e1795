"""Killed at any instant of a send over several connections to Postfix's smtp-sink: nobody twice, nobody missed.

`NEWSLETTER_KILLS=200 NEWSLETTER_RECIPIENTS=20000 pytest tests/integration/test_kill_smtp.py -s` says what happened.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
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

from .smtp_sender import ISSUE, TARGET, address, payload, provider
from .smtp_sink import Sink

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("NEWSLETTER_KILLS", "5"))
RECIPIENTS = int(os.environ.get("NEWSLETTER_RECIPIENTS", "500"))
CONNECTIONS = 10
SENDER = Path(__file__).with_name("smtp_sender.py")


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
    while record.kills < KILLS and not is_sent(url):
        kill(command, sink, chance, record)
        judge(url, sink, through, record)
    print(f"\n{database}, seed {seed}: {record}")
    if not is_sent(url):  # a kill may come after the last message
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
    assert is_sent(url)
    assert sink.look() == Counter(address(number) for number in range(RECIPIENTS))
    assert record.in_the_sending >= KILLS // 2, f"the kills missed the sending: {record}"
    if database == "sqlite":
        for left in on_disk.glob(f"kill-{os.getpid()}.db*"):
            left.unlink()


def kill(
    command: list[str], sink: Sink, chance: random.Random, record: Record, environment: Mapping[str, str] | None = None
) -> None:
    """Run a sender, with more in its environment, and kill it at some message."""
    before = sink.count
    # counted in messages, not in seconds: a fast machine has sent them all before long
    share = max(1, (RECIPIENTS - before) // (KILLS - record.kills + 1))
    aim = before + chance.randint(1, share)
    surroundings = os.environ | (environment or {})
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=surroundings)
    until = time.monotonic() + 60
    while process.poll() is None and sink.count < aim and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.01))
    process.send_signal(signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode in {0, -signal.SIGKILL}, said
    record.kills += 1
    record.in_the_sending += before < sink.count < RECIPIENTS


def is_sent(url: str) -> bool:
    """Return whether the send has come to its end."""
    with Ledger(url) as ledger:
        send = ledger.sends.last(ISSUE, TARGET)
    return send is not None and send.state is SendState.SENT


def judge(url: str, sink: Sink, through: Any, record: Record) -> None:
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
