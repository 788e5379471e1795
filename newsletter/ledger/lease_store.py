"""Leases in the ledger: the right of one process to carry on with one send."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from newsletter.errors import GateError, LedgerError
from newsletter.ledger.engine import examine, many_changes, reading, writing
from newsletter.ledger.lease import CALL_LENGTH, LENGTH, Lease, LeaseInfo, this_host
from newsletter.ledger.records import Send
from newsletter.ledger.schema import sends
from newsletter.model.sends import SendMode

RENEWALS = 4
"""How often a lease is renewed in the time that it runs."""


@dataclass(frozen=True, slots=True)
class LeaseStore:
    """The leases on sends; how long they run depends on the mode."""

    engine: sa.Engine
    clock: Callable[[], dt.datetime]
    lengths: Mapping[SendMode, dt.timedelta] = field(
        default_factory=lambda: {SendMode.DIRECT: LENGTH, SendMode.CAMPAIGN: CALL_LENGTH}
    )

    @contextmanager
    def hold(self, send: Send) -> Iterator[Lease]:
        """Hold the right to carry on with a send; raise GateError while another process holds it."""
        now, length = self.clock(), self.lengths[send.mode]
        lease = Lease(send.id, now, now + length, length)
        try:
            if self._take(send.issue, lease, now):
                examine(self.engine)  # whoever held it ended without giving it back: the computer may have crashed
            quickly = many_changes(self.engine) if send.mode is SendMode.DIRECT else nullcontext()
            with quickly, self._renewing(lease):
                yield lease
            self._release(lease)
        except BaseException:
            self._release(lease, quietly=True)
            raise
        finally:
            lease.drop()

    def holder(self, ident: str) -> LeaseInfo | None:
        """Return who is carrying on with a send right now, or None."""
        with reading(self.engine) as connection:
            holder = self._holder(connection, ident)
        return holder if holder and holder.is_alive(self.clock()) else None

    def renew(self, connection: sa.Connection, lease: Lease, values: Mapping[str, Any]) -> dt.datetime:
        """Write values into the row of the lease's send and renew it; raise LedgerError where it was lost.

        Return the moment, to be told to the lease when the change is committed.
        """
        now = self.clock()
        own = _by_id(lease.send).where(sends.c.lease_token == lease.token)
        if connection.execute(own.values(**values, lease_until=now + lease.length)).rowcount != 1:
            raise lost_lease()
        return now

    @contextmanager
    def _renewing(self, lease: Lease) -> Iterator[None]:
        """Renew a lease every now and then in a thread of its own, however long a single step of the work takes."""
        stopped = threading.Event()
        thread = threading.Thread(target=self._keep, args=(lease, stopped), name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _keep(self, lease: Lease, stopped: threading.Event) -> None:
        while not stopped.wait(lease.length.total_seconds() / RENEWALS):
            # it is tried again; whoever has lost the lease notices at the next write
            with suppress(LedgerError), writing(self.engine) as connection:
                self.renew(connection, lease, {})

    def _take(self, issue: str, lease: Lease, now: dt.datetime) -> bool:
        """Take the lease; say whether it was left behind by a process that is no longer there."""
        with writing(self.engine) as connection:
            holder = self._holder(connection, lease.send)
            if holder is not None and holder.is_alive(now):
                raise GateError(
                    f"{issue} is already being sent by process {holder.pid} on {holder.machine}.",
                    hint=(
                        f"Run `newsletter status {issue}` to see the progress. If that computer has crashed, try "
                        f"again after {holder.until.astimezone():%H:%M:%S}."
                    ),
                )
            values = {"lease_token": lease.token, "lease_host": this_host(), "lease_pid": os.getpid()}
            connection.execute(_by_id(lease.send).values(**values, lease_until=lease.until))
        return holder is not None

    def _release(self, lease: Lease, *, quietly: bool = False) -> None:
        free = {"lease_token": None, "lease_host": None, "lease_pid": None, "lease_until": None}
        try:
            with writing(self.engine) as connection:
                own = _by_id(lease.send).where(sends.c.lease_token == lease.token)
                connection.execute(own.values(**free))
        except LedgerError:
            if not quietly:
                raise

    def _holder(self, connection: sa.Connection, ident: str) -> LeaseInfo | None:
        columns = (sends.c.lease_token, sends.c.lease_host, sends.c.lease_pid, sends.c.lease_until)
        row = connection.execute(sa.select(*columns).where(sends.c.id == ident)).one()
        return LeaseInfo(row[0], row[1], row[2], row[3]) if row[0] else None


def lost_lease() -> LedgerError:
    """Return the error of a process whose send another one carries on with."""
    return LedgerError(
        "Another process has taken over this send, so this one stopped.",
        hint="No more messages were sent by this process. Run `newsletter status` to see the progress.",
    )


def lapsed_lease() -> LedgerError:
    """Return the error of a process that could not renew its lease in time: another one may have taken over."""
    return LedgerError(
        "This computer could not use the ledger for a while, or slept, so it stopped sending.",
        hint="Run `newsletter send` again: it continues where it stopped.",
    )


def _by_id(ident: str) -> sa.Update:
    return sa.update(sends).where(sends.c.id == ident)
