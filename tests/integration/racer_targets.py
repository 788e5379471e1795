"""A racer that sends an issue to a target for a purpose, as its name says: `racer_targets.py LEDGER-URL PORT NUMBER`.

An issue is called `NUMBER-ACTION-ACTION-…`, with the action of each racer by its number: `all`, `segment`,
`correction` or `remainder`, and `first`, with which the first four readers get it with other words. Each message goes
to an SMTP server.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from racing import contend

from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import Message, Target
from newsletter.model.sends import Purpose
from newsletter.providers.smtp import Options, SmtpProvider
from newsletter.providers.smtp_options import Encryption
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.payload import SendPayload

PEOPLE = [
    Subscriber(email=f"reader{number}@example.org", segments=("members",) if number % 2 else ()) for number in range(6)
]
EARLY = 4
"""How many of them were on the list when the issue first went."""


def outgoing(issue: str, subject: str, segment: str) -> SendPayload:
    """Return a small issue."""
    message = Message(
        title="News",
        subject=f"{issue} {subject}",
        preheader="What is new",
        html="<p>Hello</p>",
        text="Hello",
        sender=Sender(name="Example Community Trust", email="news@example.org"),
    )
    target = Target(provider="smtp", audience="audience.csv", segment=segment)
    return SendPayload(issue=issue, message=message, target=target, links=ReaderLinks())


def main(url: str, port: str, number: str) -> None:
    """Race for sending, with nothing looked up before the moment."""
    options = Options(host="127.0.0.1", port=int(port), encryption=Encryption.NONE)

    def attempt(named: str) -> Callable[[], None]:
        issue, action = named.partition("-")[0], named.split("-")[1 + int(number)]
        there = PEOPLE[:EARLY] if action == "first" else PEOPLE
        provider = SmtpProvider(options, "audience.csv", lambda: there)
        purpose = Purpose(action) if action in {"correction", "remainder"} else Purpose.WHOLE
        ready = outgoing(issue, "old" if action == "first" else "new", "members" if action == "segment" else "")

        def act() -> None:
            with Ledger(url) as ledger:
                carry_on(ledger, provider, begin(ledger, provider, ready, f"racer{number}", purpose), who="racer")

        return act

    contend(attempt)


if __name__ == "__main__":
    main(*sys.argv[1:])
