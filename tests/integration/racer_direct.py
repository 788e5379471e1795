"""A racer that sends an issue through an outbox of its own: `racer_direct.py LEDGER-URL FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from racing import contend

from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import Message, Target
from newsletter.providers.outbox import OutboxProvider
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.payload import SendPayload

PEOPLE = [Subscriber(email=f"reader{number}@example.org") for number in range(5)]
TARGET = Target(provider="outbox", audience="audience.csv")


def outgoing(issue: str) -> SendPayload:
    """Return a small issue."""
    message = Message(
        title="News",
        subject="News",
        preheader="What is new",
        html="<p>Hello</p>",
        text="Hello",
        sender=Sender(name="Example Community Trust", email="news@example.org"),
    )
    return SendPayload(issue=issue, message=message, target=TARGET, links=ReaderLinks())


def main(url: str, folder: str) -> None:
    """Race for sending, with the ledger open before the moment and nothing known of it then."""
    provider = OutboxProvider(Path(folder), TARGET.audience, lambda: PEOPLE)

    def attempt(issue: str) -> Callable[[], None]:
        ready = outgoing(issue)

        def act() -> None:
            with Ledger(url) as ledger:
                carry_on(ledger, provider, begin(ledger, provider, ready, folder), who=folder)

        return act

    contend(attempt)


if __name__ == "__main__":
    main(*sys.argv[1:])
