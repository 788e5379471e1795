"""Several processes send one issue to smtp-sink, and are killed or cut off: nobody twice, nobody missed.

One process holds the lease on a send; the others wait and one of them takes over, at once where the holder was killed
on the same machine, and after the lease where it was cut off. What was on its way then is uncertain: a person, here the
test, looks at what the server has. `NEWSLETTER_KILLS=60 NEWSLETTER_RECIPIENTS=20000 pytest
tests/integration/test_kill_workers.py -s` says what happened.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import GateError, LedgerAccessError
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.sending.reconcile import Reconciler, Verdict

from .smtp_sender import ISSUE, TARGET, address, payload, provider
from .smtp_sink import Sink
from .wire import Wire

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("NEWSLETTER_KILLS", "4"))
RECIPIENTS = int(os.environ.get("NEWSLETTER_RECIPIENTS", "500"))
WORKERS = 3
CONNECTIONS = 10
LEASE = 12.0
"""Seconds that the lease of a process runs that is to be cut off; it stops where the ledger takes half as long."""
LONGEST = 600
"""Seconds after which the test gives up."""


@dataclass
class Crew:
    """The processes that send one issue, and the person who looks at what is uncertain."""

    url: str
    sink: Sink
    port: int
    lease: float = 120
    environment: dict[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    uncertain: Counter[int] = field(default_factory=Counter)

    def start(
        self, host: str = "-", url: str = "", server: str = "", within: Sequence[str] = ()
    ) -> subprocess.Popen[str]:
        """Start one more process, on a machine of this name, by the command that it runs within."""
        words = (url or self.url, server or f"127.0.0.1:{self.port}", CONNECTIONS, RECIPIENTS, self.lease, host)
        process = subprocess.Popen(
            [*within, sys.executable, "-m", "tests.integration.smtp_worker", *map(str, words)],
            cwd=Path(__file__).parents[2],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def holder(self) -> int | None:
        """Return the process id of whoever sends right now."""
        with Ledger(self.url) as ledger:
            send = ledger.sends.last(ISSUE, TARGET)
            found = ledger.sends.holder(send) if send else None
        return found.pid if found else None

    @property
    def state(self) -> SendState | None:
        """Return how far the send is."""
        with Ledger(self.url) as ledger:
            send = ledger.sends.last(ISSUE, TARGET)
        return send.state if send else None

    def wait(self, until: Callable[[], bool], *, but: subprocess.Popen[str] | None = None) -> None:
        """Wait until something is so, or the issue is sent; look at what is uncertain meanwhile."""
        end = time.monotonic() + LONGEST
        while not until() and (state := self.state) is not SendState.SENT:
            if state is SendState.UNCERTAIN:
                self.judge()
            for one in self.running:
                if one is not but and one.poll() not in {None, 0}:
                    raise AssertionError(one.communicate()[1])
            assert time.monotonic() < end, f"still {state} with {self.sink.count} messages"
            time.sleep(0.05)

    def judge(self) -> None:
        """Hold the ledger to what the sink has while nobody may send; then say what is true of those in doubt."""
        taken = self.sink.look()
        assert not taken or max(taken.values()) == 1, "somebody got it twice"
        keys = {payload().key_of(one) for one in taken}
        with Ledger(self.url) as ledger:
            send = ledger.sends.last(ISSUE, TARGET)
            assert send is not None
            delivered = set(ledger.deliveries.recipients(send, DeliveryState.DELIVERED))
            doubtful = set(ledger.deliveries.recipients(send, DeliveryState.UNCERTAIN))
            assert len(doubtful) <= CONNECTIONS
            assert delivered - keys == set(), "somebody is recorded as having it who has not"
            assert keys - delivered <= doubtful, "somebody has it of whom the ledger does not know"
            self.uncertain[len(doubtful)] += 1
            person = Reconciler(ledger, provider(self.port, CONNECTIONS, RECIPIENTS), send, "me")
            for key in doubtful:
                _say(person, Verdict.SENT if key in keys else Verdict.NOT_SENT, key)

    def finish(self) -> None:
        """Wait until the issue is sent and all processes know it; everybody has it once."""
        self.wait(lambda: False)
        for one in self.running:
            assert one.wait(LONGEST) == 0, one.communicate()[1]
        assert self.sink.look() == Counter(address(number) for number in range(RECIPIENTS))


def _say(person: Reconciler, verdict: Verdict, key: str) -> None:
    """Return whether one has it, as soon as none of the others asks whether it may go on."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        try:
            person.resolve(verdict, [key])
        except (GateError, LedgerAccessError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the lease was never free")


@contextmanager
def crew(url: str, sink: Sink, **values: Any) -> Iterator[Crew]:
    found = Crew(url, sink, sink.port, **values)
    try:
        yield found
    finally:
        for one in found.running:
            one.kill()
            one.wait()
            if one.stderr is not None:
                one.stderr.close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_three_processes_killed_one_after_another_send_to_everybody_once(
    sink: Sink, tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db" if database == "sqlite" else request.getfixturevalue("postgresql").url
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    kills = of_holders = 0
    with crew(url, sink) as workers:
        for _ in range(WORKERS):
            workers.start()
        while kills < KILLS and workers.state is not SendState.SENT:
            before = sink.count
            aim = before + chance.randint(1, max(1, (RECIPIENTS - before) // (KILLS - kills + 1)))
            workers.wait(lambda aim=aim: sink.count >= aim)  # type: ignore[misc]
            holder = workers.holder()
            # first and mostly whoever sends, sometimes one that waits
            is_aimed = not kills or chance.random() < 0.8
            there = [one for one in workers.running if is_aimed and one.pid == holder]
            victim = chance.choice(there or workers.running)
            victim.kill()
            victim.communicate()
            workers.running.remove(victim)
            kills += 1
            of_holders += victim.pid == holder
            workers.start()
        workers.finish()
        print(f"\n{database}, seed {seed}: {kills} kills, {of_holders} of the sender; uncertain {workers.uncertain}")
    assert of_holders, "no kill met the one that sends"


@pytest.mark.parametrize("also_from_server", [False, True], ids=["from-ledger", "from-both"])
def test_a_process_that_is_cut_off_is_replaced_by_another(sink: Sink, postgresql: Any, also_from_server: bool) -> None:
    with (
        Wire(postgresql.socket) as to_ledger,
        Wire(("127.0.0.1", sink.port)) as to_server,
        crew(postgresql.url, sink, lease=LEASE, environment={"PGSSLMODE": "disable"}) as workers,
    ):
        far = workers.start("one", f"postgresql://news@127.0.0.1:{to_ledger.port}/news", f"127.0.0.1:{to_server.port}")
        workers.wait(lambda: sink.count >= RECIPIENTS // 5)
        assert workers.holder() == far.pid
        if also_from_server:
            to_server.cut(server_gives_up=True)
        to_ledger.cut()
        near = workers.start("other")
        workers.wait(lambda: False, but=far)
        assert near.wait(LONGEST) == 0
        to_ledger.mend()
        # it notices that it was too long, or that its lease is gone; where its connection was lost, it looks again
        said = far.communicate(timeout=LONGEST)[1]
        words = ("Another process has taken over this send", "could not use the ledger for a while")
        assert far.returncode == 0 or any(one in said for one in words), said
        workers.running.remove(far)
        workers.finish()
        print(f"\nuncertain after the cut: {dict(workers.uncertain)}")
