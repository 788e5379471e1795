"""A process that sends to many people through a mail server: `smtp_sender.py LEDGER-URL PORT CONNECTIONS RECIPIENTS`.

It begins the send, or goes on with it; it is there to be killed.
"""

from __future__ import annotations

import sys

from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import Message, Target
from newsletter.providers.smtp import Options, SmtpProvider
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.payload import SendPayload

ISSUE = "2024-02"
TARGET = Target(provider="smtp", audience="audience.csv")


def address(number: int) -> str:
    """Return somebody's address."""
    return f"reader{number}@example.org"


def payload() -> SendPayload:
    """Return a small issue."""
    message = Message(
        title="News",
        subject="News for {first_name|you}",
        preheader="What is new",
        html="<p>Hello {first_name}</p>",
        text="Hello {first_name}",
        sender=Sender(name="Example Community Trust", email="news@example.org"),
    )
    return SendPayload(issue=ISSUE, message=message, target=TARGET, links=ReaderLinks())


def provider(port: int, connections: int, recipients: int, host: str = "127.0.0.1") -> SmtpProvider:
    """Return the mail server and the people."""
    people = [Subscriber(email=address(number), first_name=f"Zoë {number}") for number in range(recipients)]
    options = {"host": "127.0.0.1", "port": port, "encryption": "none", "connections": connections}
    # another machine without encryption is refused by the settings; here it is a network namespace
    checked = Options.model_validate(options).model_copy(update={"host": host})
    return SmtpProvider(checked, TARGET.audience, lambda: people)


def main(url: str, port: str, connections: str, recipients: str) -> None:
    """Send until it is done, or until a person must look."""
    through = provider(int(port), int(connections), int(recipients))
    with Ledger(url) as ledger:
        send = ledger.sends.last(ISSUE, TARGET) or begin(ledger, through, payload(), "me")
        carry_on(ledger, through, send, who="me")


if __name__ == "__main__":
    main(*sys.argv[1:])
