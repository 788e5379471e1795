"""Has an issue sent to a target for a purpose: `racer_campaign_targets.py LEDGER-URL BASE-URL KEYS NUMBER`.

An issue is called `NUMBER-ACTION-ACTION`, as in `racer_targets.py`; the provider is a rehearsed Mailchimp.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from racer_campaign import AUDIENCE, connect, issue_of
from racing import contend

from newsletter.ledger.store import Ledger
from newsletter.model.sends import Purpose
from newsletter.sending.campaign import CampaignSender
from newsletter.sending.repeat_send import plan_repeat
from newsletter.sending.target import resolve_target


def main(url: str, base_url: str, keys: str, number: str) -> None:
    """Race for sending, with everything looked up before the moment, as for a person who is about to press Enter."""
    provider = connect("mailchimp", base_url, keys)

    def attempt(named: str) -> Callable[[], None]:
        issue, action = named.partition("-")[0], named.split("-")[1 + int(number)]
        aim = resolve_target(provider, AUDIENCE, "Part 1" if action == "segment" else None)
        ready, further = issue_of(issue, aim, f"{issue} {'old' if action == 'first' else 'new'}"), None
        refused: Exception | None = None
        if action in {"correction", "remainder"}:
            try:
                with Ledger(url) as ledger:
                    remote_state = CampaignSender(ledger, provider, pause=lambda _: None).remote_state
                    further = plan_repeat(remote_state, issue, aim, Purpose(action), ready.fingerprint)
            except Exception as error:  # noqa: BLE001 - told at the moment
                refused = error

        def act() -> None:
            if refused is not None:
                raise refused
            with Ledger(url) as ledger:
                CampaignSender(ledger, provider, pause=lambda _: None).begin(ready, aim, None, further)

        return act

    contend(attempt)


if __name__ == "__main__":
    main(*sys.argv[1:])
