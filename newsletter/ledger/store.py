"""The ledger: the record of what was planned, submitted and sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Self

from newsletter.ledger.audit_log import AuditLog
from newsletter.ledger.deliveries import DeliveryStore
from newsletter.ledger.engine import connect
from newsletter.ledger.lease_store import LeaseStore
from newsletter.ledger.renames import rename_records
from newsletter.ledger.sends import SendStore
from newsletter.ledger.uploads import Uploads


def utc_now() -> dt.datetime:
    """Return this moment."""
    return dt.datetime.now(dt.UTC)


class Ledger:
    """An open ledger: its sends, the recipients of direct sends, the history of each issue, and uploaded images."""

    def __init__(self, url: str, clock: Callable[[], dt.datetime] = utc_now, *, thorough: bool = False) -> None:
        self._engine = connect(url, thorough=thorough)
        self.clock = clock
        leases = LeaseStore(self._engine, clock)
        self.sends = SendStore(self._engine, clock, leases)
        self.deliveries = DeliveryStore(self._engine, clock, leases)
        self.history = AuditLog(self._engine, clock)
        self.uploads = Uploads(self._engine)

    def rename_issue(self, issue: str, name: str, *, practice: Collection[str]) -> None:
        """Give the records of an issue another name; sends by providers that are not in `practice` keep theirs."""
        rename_records(self._engine, issue, name, practice=practice)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()
