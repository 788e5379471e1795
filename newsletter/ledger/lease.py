"""Who is sending right now: one process at a time, and a dead one is not waited for.

A lease runs for a short time and is renewed for as long again while the work goes on, from a thread of its own: also
while one message, or one call to a provider, takes longer than the lease. On the same machine a process that no longer
runs loses its lease at once; elsewhere it is waited for until the lease has run out. Whoever lost a lease notices at
the next write, because every write of a send names the lease.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LENGTH = dt.timedelta(minutes=2)
"""How long a lease on a direct send runs from each renewal."""
CALL_LENGTH = dt.timedelta(minutes=8)
"""How long a lease on a campaign runs: longer than one call to a provider may take, with all its waiting."""
RENEW_AFTER = dt.timedelta(seconds=30)
LONGEST_SKEW = dt.timedelta(days=1)
"""A lease that ends later than this was written by a clock gone wrong, and would never end."""

_HELD: set[str] = set()
"""The leases that this process holds: another of its own process id was left by a dead process."""


@cache
def this_host() -> str:
    """Return the name of this machine, or of the container, in which process ids mean something."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        # two machines may have one name: what else is the machine's own must tell them apart
        namespace, boot = "", f"{uuid.getnode():012x}"
    return f"{socket.gethostname()} {namespace} {boot}".strip()


@dataclass(slots=True)
class Lease:
    """The right to carry on with one send, while it lasts."""

    send: str
    """The id of the send."""
    taken_at: dt.datetime
    until: dt.datetime
    length: dt.timedelta = LENGTH
    """How long it runs, from each renewal."""
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        _HELD.add(self.token)

    def is_due(self, now: dt.datetime) -> bool:
        """Return whether it is time to renew; also when the clock was set back, or this machine had slept."""
        return not self.taken_at <= now < self.taken_at + RENEW_AFTER

    def lasts(self, now: dt.datetime) -> bool:
        """Return whether it runs for so long that no other process can have it soon, even one whose clock is ahead."""
        return now < self.until - self.length / 2

    def renewed(self, now: dt.datetime) -> None:
        """Note that the lease was written anew."""
        self.taken_at, self.until = now, now + self.length

    def drop(self) -> None:
        """Note that the lease is not held any more."""
        _HELD.discard(self.token)


@dataclass(frozen=True, slots=True)
class LeaseInfo:
    """Who holds a lease, as the ledger has it."""

    token: str
    host: str
    pid: int
    until: dt.datetime

    @property
    def machine(self) -> str:
        """Return the machine's name for people."""
        return self.host.partition(" ")[0]

    def is_alive(self, now: dt.datetime) -> bool:
        """Return whether the holder may still be sending."""
        if self.host != this_host():
            return now < self.until < now + LONGEST_SKEW
        if self.pid == os.getpid():
            return self.token in _HELD
        return now < self.until and _runs(self.pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
