"""One of several processes that send one issue: `smtp_worker.py LEDGER-URL SERVER CONNECTIONS RECIPIENTS LEASE HOST`.

It begins the send, goes on with it, or waits while another one does, or while a person must look, until the issue is
sent. SERVER is HOST:PORT of the mail server, LEASE is how many seconds a lease runs, and HOST is the name of the
machine that it says it is on; `-` is this one's.
"""

from __future__ import annotations

import datetime as dt
import sys
import time

from newsletter.errors import GateError, LedgerAccessError, UncertainError
from newsletter.ledger import lease, lease_store
from newsletter.ledger.store import Ledger
from newsletter.model.sends import SendState
from newsletter.sending.direct import begin, carry_on
from tests.integration.smtp_sender import ISSUE, TARGET, payload, provider

PAUSE = 0.2


def main(url: str, *words: str) -> None:
    """Send until it is done."""
    server, connections, recipients, seconds, host = words
    lease_store.LENGTH = dt.timedelta(seconds=float(seconds))
    lease.RENEW_AFTER = lease_store.LENGTH / 4
    if host != "-":
        lease.this_host = lease_store.this_host = lambda: f"{host} of the test"
    address, _, port = server.rpartition(":")
    through = provider(int(port), int(connections), int(recipients), address)
    with Ledger(url) as ledger:
        while True:
            try:
                send = ledger.sends.last(ISSUE, TARGET)
                if send is not None and send.state is SendState.SENT:
                    return
                carry_on(ledger, through, send or begin(ledger, through, payload(), "me"), who="me")
            except (GateError, UncertainError, LedgerAccessError):
                time.sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
