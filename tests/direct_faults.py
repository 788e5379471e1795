"""The fault matrix of the providers that take one message per recipient: a mail server, Amazon SES, Mailman.

`python -m tests.direct_faults` prints it whole. A cell is one life of an issue, as in `tests.faults`; here it goes to
five people one by one (to Mailman: to the list), and the server counts what each of them got. Where the sender is told
that it is uncertain, the person looks, and says what is true.

Beside what a server does wrong there are connections that break at each stage: over HTTP and HTTPS, and to a mail
server over TLS, STARTTLS and neither.
"""

from __future__ import annotations

import itertools
import os
import ssl
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from newsletter.errors import GateError, ProviderError, UncertainError
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import DeliveryState, Message, Target
from newsletter.model.sends import SendState
from newsletter.providers.base import DirectProvider
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.payload import SendPayload
from newsletter.sending.reconcile import Reconciler, Verdict
from newsletter.sending.retries import Timer
from tests.faults import ATTEMPTS, ISSUE, NEVER_CAME, PATIENCE, PROCESSES, STUBBORN, Impatient, Told, until_it_comes
from tests.loopback import (
    LIST,
    PEOPLE,
    TESTERS,
    Loopback,
    MailmanLoopback,
    PipeliningLoopback,
    SesLoopback,
    SmtpLoopback,
    Wrong,
    wrongs,
)
from tests.stages import FrontDoor, Stage, front_door, stages, trusted_file


@dataclass
class QuickTimer:
    """Time that passes without anybody waiting."""

    now: float = 0.0

    @classmethod
    def make(cls) -> Timer:
        """Return such a timer as a run takes it."""
        one = cls()
        return Timer(lambda: one.now, one.pause)

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


SERVERS: dict[str, type[Loopback]] = {
    "smtp": SmtpLoopback,
    "smtp pipelining": PipeliningLoopback,
    "ses": SesLoopback,
    "mailman": MailmanLoopback,
}
LATE = 0.5
"""Seconds after which a message in doubt counts as not sent."""
IN_THE_MIDDLE = 3
"""The fault comes with the third of the calls of a kind, or with the last where there are fewer."""


@dataclass(frozen=True)
class Cell:
    """One place of the matrix."""

    provider: str
    call: str
    wrong: Wrong | Stage
    stubborn: bool = False
    over: str = "none"
    """How the connection is encrypted: `none`, `tls` or, to a mail server, `starttls`."""

    def __str__(self) -> str:
        often = ", again and again" if self.stubborn else ""
        return f"{self.provider}: {self.call} {self.wrong} over {self.over}{often}"


@dataclass
class Life:
    """What became of the issue."""

    cell: Cell
    told: list[Told] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    refused: int = 0

    @property
    def words(self) -> str:
        """Return the attempts as the table shows them, with how many people were refused."""
        return "→".join(self.told) + (f" ({self.refused} refused)" if self.refused else "")


@cache
def _aws() -> Any:
    import botocore.session

    return botocore.session.get_session()


def _ses(address: str, patience: float) -> DirectProvider:
    from botocore.config import Config

    from newsletter.providers.ses import Options, SesProvider
    from newsletter.providers.ses_client import ATTEMPTS as REPEATS

    def client(repeats: bool) -> Any:
        config = Config(
            retries={"mode": "standard", "total_max_attempts": REPEATS if repeats else 1},
            read_timeout=patience,
            connect_timeout=patience,
        )
        return _aws().create_client(
            "sesv2",
            region_name="eu-west-2",
            endpoint_url=address,
            verify=trusted_file(),
            aws_access_key_id="AKIAEXAMPLE",
            aws_secret_access_key="an-example",
            config=config,
        )

    options = Options(region="eu-west-2", contact_list="Readers", ses_handles_leaving=False)
    return SesProvider(options, client, pause=lambda _: None, clock=lambda: 0.0)


def _smtp(port: int, people: Sequence[Subscriber], over: str) -> DirectProvider:
    from newsletter.providers.smtp import Options, SmtpProvider

    options = Options.model_validate({"host": "127.0.0.1", "port": port, "encryption": over, "connections": 1})
    trust = ssl.create_default_context(cafile=trusted_file())
    return SmtpProvider(options, "Readers", lambda: people, trust=trust, pause=lambda _: None)


def is_smtp(name: str) -> bool:
    """Return whether a server of the matrix is a mail server."""
    return name.startswith("smtp")


def _mailman(address: str, patience: float) -> DirectProvider:
    from newsletter.providers.mailman import MailmanProvider, Options

    options = Options(base_url=f"{address}/3.1", test_list=TESTERS.replace("@", "."))
    return MailmanProvider.connect(
        options, lambda _: "a-password", session=Impatient(patience=patience), pause=lambda _: None
    )


def provider_at(
    name: str, port: int, people: Sequence[Subscriber], *, over: str = "none", patience: float = PATIENCE
) -> DirectProvider:
    """Return a provider that talks to its server on loopback; only a mail server must be told of the people."""
    if is_smtp(name):
        return _smtp(port, people, over)
    scheme = "https" if over == "tls" else "http"
    return {"ses": _ses, "mailman": _mailman}[name](f"{scheme}://127.0.0.1:{port}", patience)


@dataclass
class Scene:
    """A server, a ledger in a folder, and an issue for them."""

    name: str
    server: Loopback
    folder: Path
    over: str = "none"
    door: FrontDoor | None = None
    patience: float = PATIENCE

    @property
    def expected(self) -> tuple[str, ...]:
        """Return who is to get it."""
        return (LIST,) if self.name == "mailman" else PEOPLE

    def provider(self) -> DirectProvider:
        """Return the provider as a new process has it."""
        port = self.server.port if self.door is None else self.door.port
        people = tuple(Subscriber(email=one) for one in PEOPLE)
        return provider_at(self.name, port, people, over=self.over, patience=self.patience)

    @property
    def outgoing(self) -> SendPayload:
        """Return the issue."""
        message = Message(
            title="February news",
            subject="News",
            preheader="What is new",
            html="<!doctype html><html><head><title>News</title></head><body><h1>Good morning</h1></body></html>",
            text="Good morning\n",
            sender=Sender(name="Example Community Trust", email="us@example.org"),
        )
        audience = LIST.replace("@", ".") if self.name == "mailman" else "Readers"
        target = Target(provider="smtp" if is_smtp(self.name) else self.name, audience=audience)
        leave = ReaderLinks.model_validate({"unsubscribe": "https://example.org/leave"})
        return SendPayload(issue=ISSUE, message=message, target=target, links=leave)

    def ledger(self) -> Ledger:
        """Return the ledger, to be opened."""
        return Ledger(f"sqlite:///{self.folder / 'ledger.db'}")

    def attempt(self) -> None:
        """Send the issue as the command does, or go on with it."""
        provider = self.provider()
        outgoing = self.outgoing
        # the library's own pauses between repeats of what only reads
        quick = patch("botocore.endpoint.time.sleep", lambda _: None) if self.name == "ses" else nullcontext()
        with quick, patch("newsletter.providers.smtp_session.SECONDS", self.patience), self.ledger() as ledger:
            campaign = ledger.sends.last(outgoing.issue, outgoing.target)
            if campaign is None:
                campaign = begin(ledger, provider, outgoing, "me")
            else:
                Reconciler(ledger, provider, campaign, "me").refuse_doubt()
            outcome = carry_on(ledger, provider, campaign, who="me", timer=QuickTimer.make())
            assert outcome.send.state is SendState.SENT

    def look(self) -> None:
        """Be the person who is asked what became of the message in doubt, looks, and says so."""
        provider = self.provider()
        outgoing = self.outgoing
        with self.ledger() as ledger:
            campaign = ledger.sends.last(outgoing.issue, outgoing.target)
            assert campaign is not None
            doubtful = ledger.deliveries.recipients(campaign, DeliveryState.UNCERTAIN)
            (address,) = [one for one in self.expected if outgoing.key_of(one) in doubtful]
            verdict = Verdict.SENT if self._has_arrived(address) else Verdict.NOT_SENT
            Reconciler(ledger, provider, campaign, "me").resolve(verdict)

    def _has_arrived(self, address: str) -> bool:
        """Return whether the server has a message; on a busy computer it may be late with what it was given."""
        until = time.monotonic() + LATE
        while not self.server.counting.taken[address] and time.monotonic() < until:
            time.sleep(0.01)
        return bool(self.server.counting.taken[address])

    def known(self, *states: DeliveryState) -> set[str]:
        """Return who is in one of these states, as the ledger has it."""
        outgoing = self.outgoing
        with self.ledger() as ledger:
            campaign = ledger.sends.last(outgoing.issue, outgoing.target)
            keys = {
                key for state in states for key in (ledger.deliveries.recipients(campaign, state) if campaign else ())
            }
        return {one for one in self.expected if outgoing.key_of(one) in keys}


@cache
def calls_of(provider: str) -> tuple[str, ...]:
    """Return the calls of a send in which nothing goes wrong, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(provider, SERVERS[provider](), Path(folder), patience=30.0)
        try:
            scene.attempt()
            return tuple(scene.server.counting.asked)
        finally:
            scene.server.stop()


def counts(provider: str) -> dict[str, int]:
    """Return how often each call is made in a send in which nothing goes wrong."""
    asked = calls_of(provider)
    return {call: asked.count(call) for call in dict.fromkeys(asked)}


def broken_connections(provider: str) -> Iterator[Cell]:
    """Yield the cells in which a connection breaks at a stage."""
    if not is_smtp(provider):
        for call, tls in itertools.product(counts(provider), (False, True)):
            for stage, stubborn in itertools.product(stages(tls=tls), (False, True)):
                yield Cell(provider, call, stage, stubborn, "tls" if tls else "none")
        return
    for over in ("none", "tls", "starttls"):
        for stage, stubborn in itertools.product(stages(tls=over != "none"), (False, True)):
            first = "TLS" if over == "tls" else "connect"
            call = {Stage.REFUSED: first, Stage.HANDSHAKE: "TLS", Stage.CERTIFICATE: "TLS"}.get(stage, "TEXT")
            yield Cell(provider, call, stage, stubborn, over)


def cells(provider: str) -> Iterator[Cell]:
    """Yield every cell of a provider."""
    yield from broken_connections(provider)
    for call in counts(provider):
        for wrong in wrongs(SERVERS[provider]):
            yield Cell(provider, call, wrong)
            if not wrong.kills:
                yield Cell(provider, call, wrong, stubborn=True)


def live(cell: Cell) -> Life:
    """Let an issue live through a cell."""
    return until_it_comes(lambda: _lived(cell))


def _lived(cell: Cell) -> Life:
    life = Life(cell)
    at_stage = isinstance(cell.wrong, Stage)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = SERVERS[cell.provider](cell.over if is_smtp(cell.provider) else "none")
        stack.callback(server.stop)
        scene = Scene(cell.provider, server, Path(folder), cell.over, patience=30.0 if at_stage else PATIENCE)
        if at_stage and not is_smtp(cell.provider):
            scene.door = stack.enter_context(front_door(server.port, tls=cell.over == "tls"))
        _live(scene, life)
    return life


def _live(scene: Scene, life: Life) -> None:
    cell, counting = life.cell, scene.server.counting
    times = STUBBORN if cell.stubborn else 1
    first = min(IN_THE_MIDDLE, counts(cell.provider).get(cell.call, 1))
    if scene.door is not None and isinstance(cell.wrong, Stage):
        scene.door.fail(cell.wrong, first=_number(cell.provider, cell.call, first), times=times)
    else:
        counting.fail(cell.call, cell.wrong, first=first, times=times)
    if cell.wrong in {Wrong.KILLED_BEFORE, Wrong.KILLED_AFTER}:
        _try_and_die(scene, life)
    else:
        _try(scene, life)
    if not (counting.came or (scene.door and scene.door.came)):
        life.wrong.append(NEVER_CAME)
    if cell.stubborn and life.told[-1] is Told.NOTHING:
        _try(scene, life)
    counting.heal()
    if scene.door is not None:
        scene.door.heal()
    while life.told[-1] is not Told.DONE and len(life.told) < ATTEMPTS:
        if life.told[-1] is Told.UNCERTAIN:
            scene.look()
        _try(scene, life)
    _judge_the_end(scene, life)


def _number(provider: str, call: str, time: int) -> int:
    """Return which request of all is the one that makes a call for the so manieth time."""
    asked = calls_of(provider)
    return [place for place, one in enumerate(asked, 1) if one == call][time - 1]


def _judge_the_end(scene: Scene, life: Life) -> None:
    taken = scene.server.counting.taken
    refused = scene.known(DeliveryState.REFUSED)
    life.refused = len(refused)
    for address in scene.expected:
        if taken[address] != (0 if address in refused else 1):
            life.wrong.append(f"in the end {address} got it {taken[address]} times")
    if life.told[-1] is not Told.DONE:
        life.wrong.append("it did not come to an end")
    before = taken.copy()
    with suppress(GateError):
        scene.attempt()
    if taken != before:
        life.wrong.append("sending it again sent it")


def _try(scene: Scene, life: Life) -> None:
    try:
        scene.attempt()
    except UncertainError:
        _note(scene, life, Told.UNCERTAIN)
    except ProviderError:
        _note(scene, life, Told.NOTHING)
    else:
        _note(scene, life, Told.DONE)


def _note(scene: Scene, life: Life, told: Told) -> None:
    """Hold what was told to what the server took."""
    taken = scene.server.counting.taken
    twice = [one for one, times in taken.items() if times > 1]
    delivered, doubtful = scene.known(DeliveryState.DELIVERED), scene.known(DeliveryState.UNCERTAIN)
    if told is Told.KILLED:
        doubtful = scene.known(DeliveryState.HANDED_OVER)
    differ = (set(taken) ^ delivered) - doubtful
    if twice or differ or len(doubtful) > 1:
        number = len(life.told) + 1
        life.wrong.append(f"attempt {number} told {told.name}: twice {twice}, otherwise {differ}, doubtful {doubtful}")
    if (told is Told.UNCERTAIN) != bool(doubtful) and told is not Told.KILLED:
        life.wrong.append(f"told {told.name}, with {len(doubtful)} in doubt")
    life.told.append(told)


def _try_and_die(scene: Scene, life: Life) -> None:
    """Send in a process of its own, which the server kills at the call."""
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.read(ready, 1)
            scene.attempt()
        finally:
            os._exit(0)  # it was not killed where it should have been, and must not come back as a second test run
    scene.server.counting.victim = child
    os.write(go, b"!")
    _, status = os.waitpid(child, 0)
    os.close(ready)
    os.close(go)
    if os.waitstatus_to_exitcode(status) != -9:
        life.wrong.append("the process did not die at the call")
    _note(scene, life, Told.KILLED)


def main() -> None:
    """Print the matrix; exit with 1 where a cell is wrong."""
    chosen = sys.argv[1:] or list(SERVERS)
    every = [cell for provider in chosen for cell in cells(provider)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        lives = dict(zip(every, pool.map(live, every, chunksize=4), strict=True))
    print("1: sent to everybody. 4: broke off, and nobody is in doubt. 5: one person is in doubt, and somebody looks.")
    print("k: the process killed. → is the same command again. Below each fault: once / again and again.\n")
    for provider in chosen:
        _print(provider, lives)
    wrong = [one for one in lives.values() if one.wrong]
    for one in wrong:
        print(f"WRONG {one.cell} [{one.words}]: {'; '.join(one.wrong)}")
    print(
        f"{len(lives)} cells, {len(wrong)} wrong; in each, everybody has exactly one message, or was told as refused."
    )
    sys.exit(1 if wrong else 0)


def _print(provider: str, lives: dict[Cell, Life]) -> None:
    print(provider)
    calls = tuple(counts(provider))
    print(f"  {'':16}" + "".join(f"{call:<34}" for call in calls))
    for over, stage in dict.fromkeys((one.over, one.wrong) for one in broken_connections(provider)):
        row = []
        broken = [one for one in broken_connections(provider) if (one.over, one.wrong) == (over, stage)]
        for call in dict.fromkeys(one.call for one in broken):
            both = [lives[Cell(provider, call, stage, often, over)] for often in (False, True)]
            mark = "!" if any(one.wrong for one in both) else ""
            row.append(f"{call} {mark}{' / '.join(one.words for one in both)}")
        encrypted = "" if over == "none" else f", {over}"
        print(f"  {stage}{encrypted}: {'; '.join(row)}")
    for wrong in wrongs(SERVERS[provider]):
        row = []
        for call in calls:
            once = lives[Cell(provider, call, wrong)]
            often = lives.get(Cell(provider, call, wrong, stubborn=True))
            mark = "!" if once.wrong or (often and often.wrong) else ""
            row.append(f"{mark}{once.words}" + (f" / {often.words}" if often else ""))
        print(f"  {wrong:<16}" + "".join(f"{one:<34}" for one in row))
    print()


if __name__ == "__main__":
    main()
