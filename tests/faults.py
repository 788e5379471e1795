"""What becomes of an issue when a call to its provider goes wrong, for each provider, call and fault: the fault matrix.

`python -m tests.faults` prints it whole. A cell is one life of an issue: it is sent while the fault happens, then, with
the fault gone, again and again until it is settled. After each attempt what the person was told is held to what the
provider has done. Where it stays uncertain, the person looks, and says what is true.

Beside the faults that a provider makes there are those of the connection, over TLS and without it, at each stage: while
it is opened, in the handshake, and after half or all of the request or of the answer.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from newsletter.errors import DoubtError, GateError, ProviderError, UncertainError
from newsletter.ledger.records import SendRun
from newsletter.ledger.store import Ledger
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import InlineImage, Message
from newsletter.model.sends import Purpose, SendState
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.capabilities import Feature
from newsletter.providers.registry import adapter
from newsletter.rehearsal import Rehearsal, provider_names
from newsletter.rehearsal.fault import FaultKind
from newsletter.rehearsal.rehearse import RehearsalTiming
from newsletter.rehearsal.state import CampaignStatus as CampaignStage
from newsletter.sending.campaign import CampaignSender
from newsletter.sending.cancel import Canceller
from newsletter.sending.payload import SendPayload
from newsletter.sending.reconcile import Verdict
from newsletter.sending.repeat_send import plan_repeat
from newsletter.sending.target import resolve_target
from tests.stages import FrontDoor, Stage, front_door, stages, trusted_file

ISSUE = "2024-02"
PATIENCE = 0.15
"""Seconds after which a call is taken as unanswered."""
UNHURRIED = 60.0
"""Seconds for an answer where no fault is to be waited for: on a busy computer nothing may go wrong there."""
STUBBORN = 40
"""How often a fault comes that does not go away by itself."""
ATTEMPTS = 5
LATER = 3 * 24 * 3600.0


class Way(StrEnum):
    """How the issue is sent."""

    AT_ONCE = "at once"
    SCHEDULED = "tested first, then on a schedule"
    AGAIN = "sent before; fixed, tested, and sent to those who got it"
    """For those alone who can tell who got what."""


class Death(StrEnum):
    """When the process is killed, as seen from one call."""

    BEFORE = "killed before"
    AFTER = "killed after"


class Cut(StrEnum):
    """When this computer loses its network, until the next attempt, as seen from one call."""

    BEFORE = "cut off before"
    AFTER = "cut off after"


PROCESSES = 2 * (os.cpu_count() or 1)
"""How many lives are lived at once: most of a life is waiting for a time-out."""

Trouble = FaultKind | Death | Cut | Stage

TROUBLES: Sequence[Trouble] = (
    FaultKind.TIMEOUT_BEFORE,
    FaultKind.TIMEOUT_AFTER,
    FaultKind.RESET_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.RESET_MID_BODY,
    FaultKind.ERROR_500_BEFORE,
    FaultKind.ERROR_500_AFTER,
    FaultKind.BAD_GATEWAY,
    FaultKind.TOO_MANY,
    FaultKind.FORBIDDEN,
    FaultKind.BARE_403,
    FaultKind.MALFORMED,
    Death.BEFORE,
    Death.AFTER,
    Cut.BEFORE,
    Cut.AFTER,
)


CHANGES = {"create", "content", "update", "test", "schedule", "send", "upload"}
"""The calls that change something."""
NEVER_CAME = "the fault never came"


def troubles(*, tls: bool) -> list[Trouble]:
    """List what can go wrong with a call: over TLS, or without it, where all but the connection is the same."""
    return [*stages(tls=True)] if tls else [*TROUBLES, *stages(tls=False)]


class HasWrong(Protocol):
    """A life of an issue, and what went wrong in it."""

    @property
    def wrong(self) -> list[str]: ...


AnyLife = TypeVar("AnyLife", bound=HasWrong)


class Told(StrEnum):
    """What the person who sends is told at the end of one attempt."""

    DONE = "1"
    NOTHING = "4"
    """Exit code 4: nothing has gone."""
    UNCERTAIN = "5"
    """Exit code 5: it is not known, and nothing goes on until it is."""
    KILLED = "k"


@dataclass(frozen=True)
class Cell:
    """One place of the matrix; `stubborn` says that the fault comes again and again until it is taken away."""

    provider: str
    way: Way
    call: str
    trouble: Trouble
    stubborn: bool = False
    tls: bool = False

    def __str__(self) -> str:
        often = ", again and again" if self.stubborn else ""
        over = " over TLS" if self.tls else ""
        return f"{self.provider}, {self.way}: {self.call} {self.trouble}{over}{often}"


@dataclass
class Life:
    """What became of the issue: what was told after each attempt, and all that was not true of it."""

    cell: Cell
    told: list[Told] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Return the attempts as the table shows them."""
        return "→".join(self.told)


class Impatient(requests.Session):
    """A session that waits only so long; where it is told to, its process dies, or its network is lost, at a call."""

    def __init__(self, trouble: Death | Cut | None = None, number: int = 0, patience: float = PATIENCE) -> None:
        super().__init__()
        self.patience = patience
        self.trouble = trouble
        self.number = number
        self.made = 0

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Make a request, or die."""
        self.made += 1
        at_it = self.made == self.number
        if self.trouble is Death.BEFORE and at_it:
            os._exit(9)
        if isinstance(self.trouble, Cut) and self.made >= self.number and not (self.trouble is Cut.AFTER and at_it):
            raise requests.ConnectionError(MaxRetryError(None, "", NewConnectionError(None, "no network")))
        response = super().request(*args, **{**kwargs, "timeout": self.patience, "verify": trusted_file()})
        if self.trouble is Death.AFTER and at_it:
            os._exit(9)
        if self.trouble is Cut.AFTER and at_it:
            response.close()
            raise requests.ConnectionError("the connection was lost")
        return response


@dataclass
class Scene:
    """A rehearsed provider, a ledger in a folder, and an issue for them."""

    rehearsal: Rehearsal
    folder: Path
    way: Way
    door: FrontDoor | None = None
    """What stands before the provider, and breaks connections."""
    before: int = 0
    """How many campaigns went, and how many requests were made, before what the cell is about."""
    asked: int = 0

    @property
    def patience(self) -> float:
        """Return how long a call may take: where no call is to time out, a busy computer may take its time."""
        return PATIENCE if self.door is None else 30.0

    def connect(self, session: requests.Session) -> CampaignProvider:
        kind = adapter(self.rehearsal.kind.name)
        assert issubclass(kind, CampaignProvider)
        base_url = self.rehearsal.base_url
        if self.door is not None:
            base_url = base_url.replace(self.rehearsal.address, self.door.address)
        given = {"base_url": base_url, **self.rehearsal.kind.settings}
        options = kind.options.model_validate(given)
        return kind.connect(options, self.rehearsal.keys.__getitem__, session=session, pause=lambda _: None)

    def attempt(self, session: requests.Session) -> SendState:
        """Send the issue as the command does, or go on with it."""
        provider = self.connect(session)
        with Ledger(f"sqlite:///{self.folder / 'ledger.db'}") as ledger:
            ordering = CampaignSender(ledger, provider, pause=lambda _: None)
            crowd = self.rehearsal.crowd
            named = next((one.name for one in provider.audiences() if one.name == crowd.lists[0].name), None)
            aim = resolve_target(provider, named, None)
            fixed = "Fixed news" if self.before else "News"
            outgoing = _outgoing(aim, provider, Sender(name=crowd.sender_name, email=crowd.sender_email), fixed)
            when = self._when(provider)
            live = ledger.sends.live(ISSUE, aim.target, SendRun(Purpose.CORRECTION) if self.before else SendRun())
            if live is not None and live.state.is_under_way:
                return ordering.carry_on(live, when).state
            tests = self.way is Way.SCHEDULED or self.before
            if live is None and tests and Feature.TEST in provider.about.features:
                ordering.test(outgoing, aim, [crowd.lists[0].active[0].email])
            further = None
            if self.before:
                further = plan_repeat(ordering.remote_state, ISSUE, aim, Purpose.CORRECTION, outgoing.fingerprint)
            return ordering.begin(outgoing, aim, when, further).state

    def look(self, session: requests.Session) -> None:
        """Be the person who is asked what became of it, looks, and says so."""
        with Ledger(f"sqlite:///{self.folder / 'ledger.db'}") as ledger:
            ordering = CampaignSender(ledger, self.connect(session), pause=lambda _: None)
            order = next(one for one in ledger.sends.all(ISSUE) if one.is_unclear)
            Canceller(ordering).resolve(order, Verdict.SENT if self.gone() else Verdict.NOT_SENT)

    def send_before(self) -> None:
        """Send the issue once, with nothing going wrong, where the way begins with that."""
        if self.way is not Way.AGAIN:
            return
        self.attempt(Impatient(patience=UNHURRIED))
        self.rehearsal.advance(LATER)
        self.before, self.asked = len(self.rehearsal.sent_campaigns()), len(self.rehearsal.requests())

    def _when(self, provider: CampaignProvider) -> dt.datetime | None:
        if self.way is not Way.SCHEDULED or Feature.SCHEDULE not in provider.about.features:
            return None
        now = dt.datetime.now(dt.UTC)
        return provider.about.limits.first_moment(now + dt.timedelta(hours=2), now)

    def gone(self) -> int:
        """Count what the provider has sent, and what it is going to send by itself."""
        return self.sent() + sum(1 for one in self.rehearsal.campaigns() if one.stage is CampaignStage.SCHEDULED)

    def sent(self) -> int:
        """Count what the provider has sent since the cell began."""
        return len(self.rehearsal.sent_campaigns()) - self.before


def _outgoing(aim: Any, provider: CampaignProvider, sender: Sender, news: str) -> SendPayload:
    drawing = InlineImage(cid="drawing", name="drawing.png", content_type="image/png", data=b"\x89PNG drawing")
    stored = Feature.UPLOAD in provider.about.features
    picture = '<img src="cid:drawing" alt="A drawing">' if stored else ""
    message = Message(
        title="February news",
        subject=f"{news} for {{first_name}}",
        preheader="What is new",
        html=f"<!doctype html><html><head><title>News</title></head><body><h1>Good morning {{first_name}}</h1>{picture}"
        '<p><a href="{unsubscribe_url}">Unsubscribe</a></p></body></html>',
        text="Good morning {first_name}\n\nUnsubscribe: {unsubscribe_url}\n",
        sender=sender,
        images=(drawing,) if stored else (),
    )
    return SendPayload(issue=ISSUE, message=message, target=aim.target, links=ReaderLinks())


@contextlib.contextmanager
def _set(provider: str, way: Way, *, behind_door: bool = False, tls: bool = False) -> Iterator[Scene]:
    timing = RehearsalTiming(patience=UNHURRIED, poll_seconds=0.002)
    with tempfile.TemporaryDirectory() as folder, Rehearsal(provider, timing=timing) as rehearsal:
        scene = Scene(rehearsal, Path(folder), way)
        if not behind_door:
            scene.send_before()
            yield scene
            return
        with front_door(int(rehearsal.address.rpartition(":")[2]), tls=tls) as door:
            scene.door = door
            scene.send_before()
            yield scene


def ways(provider: str) -> list[Way]:
    """Return the ways in which an issue can go through a provider."""
    return [way for way in Way if way is not Way.AGAIN or Feature.AGAIN in adapter(provider).about.features]


@cache
def calls_of(provider: str, way: Way) -> tuple[str, ...]:
    """Return the calls of a send in which nothing goes wrong, in their order."""
    with _set(provider, way) as scene:
        scene.attempt(Impatient(patience=UNHURRIED))
        return tuple(one.call for one in scene.rehearsal.requests()[scene.asked :])


def cells(provider: str) -> Iterator[Cell]:
    """Yield every cell of a provider.

    A connection that breaks at a call which only reads is lived through in the first way in which the call is made.
    """
    seen: set[str] = set()
    for way in ways(provider):
        calls = dict.fromkeys(calls_of(provider, way))
        for call in calls:
            for tls in (False, True):
                for trouble in troubles(tls=tls):
                    if isinstance(trouble, Stage) and call in seen - CHANGES:
                        continue
                    yield Cell(provider, way, call, trouble, tls=tls)
                    if isinstance(trouble, FaultKind) or (isinstance(trouble, Stage) and call in CHANGES):
                        yield Cell(provider, way, call, trouble, stubborn=True, tls=tls)
        seen |= {*calls}


def live(cell: Cell) -> Life:
    """Let an issue live through a cell."""
    return until_it_comes(lambda: _lived(cell))


def until_it_comes(lived: Callable[[], AnyLife]) -> AnyLife:
    """Return a life in which the fault came: on a busy computer a time-out of its own may end the send before that."""
    life = lived()
    for _ in range(2):
        if life.wrong == [NEVER_CAME]:
            life = lived()
    return life


def _lived(cell: Cell) -> Life:
    life = Life(cell)
    with _set(cell.provider, cell.way, behind_door=isinstance(cell.trouble, Stage), tls=cell.tls) as scene:
        _live(scene, life)
    return life


def _live(scene: Scene, life: Life) -> None:
    cell, rehearsal = life.cell, scene.rehearsal
    if isinstance(cell.trouble, Death):
        _try_and_die(scene, life, cell.trouble)
    elif isinstance(cell.trouble, Cut):
        _try(scene, life, Impatient(cell.trouble, _number(cell)))
    elif isinstance(cell.trouble, Stage):
        _try_at_stage(scene, life, cell.trouble)
    else:
        rehearsal.fail(cell.call, cell.trouble, STUBBORN if cell.stubborn else 1)
        _try(scene, life)
        if cell.stubborn and life.told[-1] is not Told.DONE:
            _try(scene, life)
        if len(rehearsal.handler.faults.left()) and not cell.stubborn:
            life.wrong.append(NEVER_CAME)
        rehearsal.handler.faults.clear()
    while life.told[-1] is not Told.DONE and len(life.told) < ATTEMPTS:
        if len(life.told) > 1 and life.told[-1] is life.told[-2] is Told.UNCERTAIN:
            scene.look(Impatient(patience=scene.patience))  # it stays uncertain until a person looks
        _try(scene, life)
    rehearsal.advance(LATER)
    sent = scene.sent()
    if sent != 1:
        life.wrong.append(f"in the end it was sent {sent} times")
    if life.told[-1] is Told.DONE:
        _try_once_more(scene, life)


def _try_at_stage(scene: Scene, life: Life, stage: Stage) -> None:
    """Send while a connection breaks at a stage; each carries one request."""
    assert scene.door is not None
    scene.door.fail(stage, first=_number(life.cell), times=STUBBORN if life.cell.stubborn else 1)
    _try(scene, life)
    if life.cell.stubborn and life.told[-1] is not Told.DONE and stage is not Stage.REFUSED:
        _try(scene, life)
    if not scene.door.came:
        life.wrong.append(NEVER_CAME)
    scene.door.heal()


def _number(cell: Cell) -> int:
    """Return which request the first call of this kind is, where nothing goes wrong."""
    return calls_of(cell.provider, cell.way).index(cell.call) + 1


def _try(scene: Scene, life: Life, session: Impatient | None = None) -> None:
    try:
        state = scene.attempt(session or Impatient(patience=scene.patience))
    except UncertainError:
        _note(scene, life, Told.UNCERTAIN, most=1)
    except (DoubtError, ProviderError):
        _note(scene, life, Told.NOTHING, most=0)
    else:
        if state not in {SendState.SENT, SendState.SCHEDULED}:
            life.wrong.append(f"it ended as {state}")
        _note(scene, life, Told.DONE, least=1, most=1)


def _try_and_die(scene: Scene, life: Life, death: Death) -> None:
    """Send in a process of its own, and kill that at the call."""
    child = os.fork()
    if child == 0:
        try:
            scene.attempt(Impatient(death, _number(life.cell)))
        finally:
            os._exit(0)  # it did not die where it should have, and must not come back as a second test run
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != 9:
        life.wrong.append("the process did not die at the call")
    _note(scene, life, Told.KILLED, most=1)


def _note(scene: Scene, life: Life, told: Told, *, least: int = 0, most: int) -> None:
    gone = scene.gone()
    if not least <= gone <= most:
        life.wrong.append(f"attempt {len(life.told) + 1} told {told.name}, and {gone} went or are to go")
    life.told.append(told)


def _try_once_more(scene: Scene, life: Life) -> None:
    """Send what was sent: that is refused, or found to be done, and nothing goes."""
    with contextlib.suppress(GateError):
        state = scene.attempt(Impatient(patience=UNHURRIED))
        if state is not SendState.SENT:
            life.wrong.append(f"sending it again ended as {state}")
    scene.rehearsal.advance(LATER)
    if (sent := scene.sent()) != 1:
        life.wrong.append(f"sending it again sent it: {sent} times in all")


def main() -> None:
    """Print the matrix; exit with 1 where a cell is wrong."""
    chosen = sys.argv[1:] or list(provider_names())
    lives: dict[Cell, Life] = {}
    print("1: sent, or on the schedule. 4: told that nothing went. 5: told that it is uncertain.")
    print("k: the process killed.")
    print("→ is the same command again, with the fault gone. Below each fault: once / again and again.\n")
    with ProcessPoolExecutor(PROCESSES) as pool:
        for provider in chosen:
            every = list(cells(provider))
            lives |= zip(every, pool.map(live, every, chunksize=8), strict=True)
            for way in ways(provider):
                _print(provider, way, lives)
    wrong = [one for one in lives.values() if one.wrong]
    looked = sum(Told.UNCERTAIN in one.told for one in lives.values())
    for one in wrong:
        print(f"WRONG {one.cell} [{one.words}]: {'; '.join(one.wrong)}")
    print(
        f"{len(lives)} cells, {len(wrong)} wrong: {_count(wrong, 'times')} sent twice or not at all, "
        f"{_count(wrong, 'told')} told otherwise than it was. {looked} were uncertain for a time; each ended with "
        "exactly one sent campaign."
    )
    sys.exit(1 if wrong else 0)


def _count(lives: Sequence[Life], word: str) -> int:
    return sum(any(word in words for words in one.wrong) for one in lives)


def _print(provider: str, way: Way, lives: dict[Cell, Life]) -> None:
    print(f"{provider}, {way}")
    calls = tuple(dict.fromkeys(calls_of(provider, way)))
    print(f"  {'':22}" + "".join(f"{call:<18}" for call in calls))
    for tls in (False, True):
        for trouble in troubles(tls=tls):
            row = []
            for call in calls:
                once = lives.get(Cell(provider, way, call, trouble, tls=tls))
                if once is None:
                    row.append("above")
                    continue
                often = lives.get(Cell(provider, way, call, trouble, stubborn=True, tls=tls))
                mark = "!" if once.wrong or (often and often.wrong) else ""
                row.append(f"{mark}{once.words}" + (f" / {often.words}" if often else ""))
            name = f"{trouble}, TLS" if tls else trouble
            print(f"  {name:<22}" + "".join(f"{one:<18}" for one in row))
    print(flush=True)


if __name__ == "__main__":
    main()
