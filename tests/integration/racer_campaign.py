"""A racer that sends an issue through a rehearsed provider: `racer_campaign.py LEDGER-URL PROVIDER BASE-URL KEYS`.

With a fifth word, `correction`, it sends the fixed issue to those who got the first one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from racing import contend

from newsletter.ledger.store import Ledger
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import Message
from newsletter.model.sends import Purpose
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.registry import adapter
from newsletter.rehearsal.rehearse import Rehearsal
from newsletter.sending.campaign import CampaignSender
from newsletter.sending.payload import SendPayload
from newsletter.sending.repeat_send import plan_repeat
from newsletter.sending.target import ResolvedTarget, resolve_target

AUDIENCE = "Team update"
SENDER = Sender(name="Example Community Trust", email="news@example.org")


def connect(name: str, base_url: str, keys: str) -> CampaignProvider:
    """Return the provider as a person's computer has it."""
    kind = adapter(name)
    assert issubclass(kind, CampaignProvider)
    settings = {"base_url": base_url, **Rehearsal(name).kind.settings}
    return kind.connect(kind.options.model_validate(settings), json.loads(keys).__getitem__, pause=lambda _: None)


def issue_of(name: str, aim: ResolvedTarget, subject: str) -> SendPayload:
    """Return an issue as it would go out."""
    message = Message(
        title="News",
        subject=subject,
        preheader="What is new",
        html='<!doctype html><html><body><p>Hello</p><a href="{unsubscribe_url}">Unsubscribe</a></body></html>',
        text="Hello\n\nUnsubscribe: {unsubscribe_url}\n",
        sender=SENDER,
    )
    return SendPayload(issue=name, message=message, target=aim.target, links=ReaderLinks())


def main(url: str, name: str, base_url: str, keys: str, purpose: str = "whole") -> None:
    """Race for sending, with everything looked up before the moment, as for a person who is about to press Enter."""
    provider = connect(name, base_url, keys)

    def attempt(issue: str) -> Callable[[], None]:
        aim = resolve_target(provider, AUDIENCE, None)
        ready, further = issue_of(issue, aim, "News" if purpose == "whole" else "Fixed news"), None
        if purpose != "whole":
            with Ledger(url) as ledger:
                remote_state = CampaignSender(ledger, provider, pause=lambda _: None).remote_state
                further = plan_repeat(remote_state, issue, aim, Purpose(purpose), ready.fingerprint)

        def act() -> None:
            with Ledger(url) as ledger:
                CampaignSender(ledger, provider, pause=lambda _: None).begin(ready, aim, None, further)

        return act

    contend(attempt)


if __name__ == "__main__":
    main(*sys.argv[1:])
