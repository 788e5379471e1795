"""An issue ready to go, a ledger, the real outbox, and a provider that misbehaves on demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from newsletter.errors import NewsletterError
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Audience, Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import InlineImage, Message, Target
from newsletter.providers.base import AcceptState, DirectProvider, OutboundMessage, ProviderContext
from newsletter.providers.capabilities import Feature, Limits, ProviderInfo
from newsletter.providers.outbox import OutboxProvider
from newsletter.sending.payload import SendPayload

AUDIENCE = "audience.csv"


@dataclass
class Clock:
    """A clock that goes on a second with each look."""

    now: dt.datetime = dt.datetime(2024, 2, 12, 10, 0, tzinfo=dt.UTC)
    step: dt.timedelta = dt.timedelta(seconds=1)

    def __call__(self) -> dt.datetime:
        self.now += self.step
        return self.now


@dataclass
class People:
    """An audience that a test changes under way."""

    everybody: list[Subscriber] = field(default_factory=list)

    @classmethod
    def of(cls, count: int) -> People:
        return cls([Subscriber(email=f"reader{number}@example.org", first_name="Kim") for number in range(count)])

    def __call__(self) -> list[Subscriber]:
        return self.everybody


class Scripted(DirectProvider):
    """A provider that does what the test says at a recipient: raise an error before or after taking the message."""

    about = ProviderInfo("outbox", "the scripted one", Feature.COUNTS, Limits())

    @classmethod
    def make(cls, options: Any, supplies: ProviderContext) -> Self:
        raise NotImplementedError

    batch = 3

    def __init__(self, people: People, *, tells: bool = True) -> None:
        self.people = people
        self.tells = tells
        self.taken: list[OutboundMessage] = []
        self.before: dict[int, NewsletterError] = {}
        self.after: dict[int, NewsletterError] = {}
        self.calls = 0
        self.settled = 0
        self.on_call: Callable[[int], None] = lambda number: None

    def audiences(self) -> tuple[Audience, ...]:
        return (Audience(id=AUDIENCE, name=AUDIENCE, count=len(self.people())),)

    def recipients(self, audience: Audience) -> tuple[Subscriber, ...]:
        return tuple(self.people())

    def prepare(self) -> None:
        pass

    def deliver(self, parcel: OutboundMessage) -> None:
        self.calls += 1
        self.on_call(self.calls)
        if self.calls in self.before:
            raise self.before[self.calls]
        self.taken.append(parcel)
        if self.calls in self.after:
            raise self.after[self.calls]

    def settle(self) -> None:
        self.settled += 1

    def ask(self, issue: str, keys: Iterable[str]) -> dict[str, AcceptState]:
        have = {parcel.key for parcel in self.taken}
        if not self.tells:
            return dict.fromkeys(keys, AcceptState.CANNOT_TELL)
        return {key: AcceptState.YES if key in have else AcceptState.NO for key in keys}

    def deliver_test(self, parcel: OutboundMessage) -> str:
        raise AssertionError("it cannot")

    def whereabouts(self) -> str:
        return "its own place"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    with Ledger(url, clock) as opened:
        yield opened


@pytest.fixture
def people() -> People:
    return People.of(7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


@pytest.fixture
def outbox(folder: Path, people: People, monkeypatch: pytest.MonkeyPatch) -> OutboxProvider:
    monkeypatch.setattr(OutboxProvider, "batch", 3)
    return OutboxProvider(folder, AUDIENCE, people)


@pytest.fixture
def scripted(people: People) -> Scripted:
    return Scripted(people)


def outgoing_of(**changes: object) -> SendPayload:
    values: dict[str, object] = {
        "title": "February",
        "subject": "News for {first_name|you}",
        "preheader": "What is new",
        "html": '<p>Hello {first_name|there}</p><img src="cid:a"><a href="{unsubscribe_url}">Leave</a>',
        "text": "Hello {first_name|there}\n{unsubscribe_url}",
        "sender": Sender(name="Example Trust", email="news@example.org"),
        "images": (InlineImage(cid="a", name="a.png", content_type="image/png", data=b"\x89PNG\xff\x00"),),
    }
    links = changes.pop("links", ReaderLinks())
    issue = changes.pop("issue", "2024-02")
    target = Target(provider="outbox", audience=str(changes.pop("audience", AUDIENCE)))
    return SendPayload.model_validate(
        {"issue": issue, "message": Message.model_validate(values | changes), "target": target, "links": links}
    )


@pytest.fixture
def outgoing() -> SendPayload:
    return outgoing_of()
