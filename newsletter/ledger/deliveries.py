"""The recipients of direct sends, and how far each one's message has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import sqlalchemy as sa

from newsletter.errors import RefusalKind
from newsletter.ledger.engine import reading, writing
from newsletter.ledger.handover_sql import insert_recipients
from newsletter.ledger.lease import Lease
from newsletter.ledger.lease_store import LeaseStore
from newsletter.ledger.records import DeliveryCounts, DirectSendPlan, Refusal, Send
from newsletter.ledger.schema import deliveries
from newsletter.ledger.send_history import SendHistory, read_send_history
from newsletter.model.batches import in_batches
from newsletter.model.campaign import DeliveryState


class DeliveryStore:
    """The recipients of all direct sends, each known by a key; no address is kept."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], dt.datetime], leases: LeaseStore) -> None:
        self._engine = engine
        self._clock = clock
        self._leases = leases

    def count(self, send: Send) -> DeliveryCounts:
        """Count a send's recipients by state."""
        query = (
            sa.select(deliveries.c.state, sa.func.count(), sa.func.sum(sa.cast(deliveries.c.vouched, sa.Integer)))
            .where(deliveries.c.send == send.id)
            .group_by(deliveries.c.state)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return DeliveryCounts({state: count for state, count, _ in rows}, sum(vouched for *_, vouched in rows))

    def recipients(self, send: Send, state: DeliveryState, *, vouched: bool | None = None) -> list[str]:
        """List the keys of a send's recipients in a state, in the order of the audience."""
        return list(self.stream(send, state, vouched=vouched))

    def stream(self, send: Send, state: DeliveryState, *, vouched: bool | None = None) -> Iterator[str]:
        """Yield the keys of a send's recipients in a state, in the order of the audience."""
        query = sa.select(deliveries.c.recipient).where(deliveries.c.send == send.id, deliveries.c.state == state)
        if vouched is not None:
            query = query.where(deliveries.c.vouched == vouched)
        with reading(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_ROWS)
            yield from streamed.execute(query.order_by(deliveries.c.position)).scalars()

    def refusals(self, send: Send) -> list[Refusal]:
        """List a send's recipients who were refused or are deferred, in the order of the audience."""
        waits = (deliveries.c.state == DeliveryState.PENDING) & deliveries.c.refusal.is_not(None)
        query = sa.select(deliveries.c.recipient, deliveries.c.refusal, deliveries.c.state).where(
            deliveries.c.send == send.id, waits | (deliveries.c.state == DeliveryState.REFUSED)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(deliveries.c.position)).all()
        return [Refusal(key, kind, is_waiting=state is DeliveryState.PENDING) for key, kind, state in rows]

    def count_reached(self, sends: Sequence[Send]) -> int:
        """Count those who surely got one of several sends, each once."""
        query = sa.select(sa.func.count(deliveries.c.recipient.distinct()))
        with reading(self._engine) as connection:
            return int(connection.scalar(query.where(*_reached(sends))) or 0)

    def reached_of(self, sends: Sequence[Send], keys: Sequence[str]) -> set[str]:
        """Return which of these recipients surely got one of several sends."""
        query = sa.select(deliveries.c.recipient).where(*_reached(sends))
        with reading(self._engine) as connection:
            return {
                key
                for some in in_batches(keys, _KEYS)
                for key in connection.scalars(query.where(deliveries.c.recipient.in_(some)))
            }

    def history(self, issue: str, provider: str) -> SendHistory:
        """Return what was sent of an issue through a provider so far, and who has it."""
        with reading(self._engine) as connection:
            return read_send_history(connection, issue, provider)

    def rename_recipients(self, lease: Lease, keys: Mapping[str, str]) -> dict[str, str]:
        """Give recipients other keys, by the present ones; return those that were given.

        A key that the send has for somebody else is not given.
        """
        here = deliveries.c.send == lease.send
        with writing(self._engine) as connection:
            now = self._leases.renew(connection, lease, {})
            query = sa.select(deliveries.c.recipient).where(here, deliveries.c.recipient.in_(list(keys.values())))
            taken = set(connection.execute(query).scalars())
            given = {old: new for old, new in keys.items() if new not in taken}
            for old, new in given.items():
                change = sa.update(deliveries).where(here, deliveries.c.recipient == old)
                connection.execute(change.values(recipient=new, changed_at=now))
        lease.renewed(now)
        return given


def _reached(sends: Sequence[Send]) -> tuple[sa.ColumnElement[bool], ...]:
    return deliveries.c.send.in_([one.id for one in sends]), deliveries.c.state == DeliveryState.DELIVERED


_KEYS = 500
"""Recipients that are looked for at once."""
_ROWS = 5000
"""Rows that are written at once: all of a large audience would take as much memory again as the audience."""

_CHANGE = (
    sa.update(deliveries)
    .where(deliveries.c.send == sa.bindparam("b_send"), deliveries.c.recipient == sa.bindparam("b_recipient"))
    .values(
        state=sa.bindparam("b_state"),
        vouched=sa.bindparam("b_vouched"),
        refusal=sa.bindparam("b_refusal"),
        changed_at=sa.bindparam("b_now"),
    )
)


def insert_deliveries(connection: sa.Connection, send: str, plan: DirectSendPlan, now: dt.datetime) -> None:
    """Record the recipients of a new send within a change."""
    for some in in_batches(_new_rows(plan), _ROWS):
        insert_recipients(connection, send, some, now)


def change_deliveries(
    connection: sa.Connection,
    send: str,
    changes: Mapping[str, DeliveryState],
    now: dt.datetime,
    *,
    vouched: Collection[str] = (),
    refusals: Mapping[str, RefusalKind] | None = None,
) -> None:
    """Record recipients' new states within a change.

    `vouched` names those whose state a person gave, and `refusals` says why some were refused or deferred.
    """
    reasons = refusals or {}
    rows = [
        {
            "b_send": send,
            "b_recipient": key,
            "b_state": state,
            "b_vouched": key in vouched,
            "b_refusal": reasons.get(key),
            "b_now": now,
        }
        for key, state in changes.items()
    ]
    if rows:
        connection.execute(_CHANGE, rows)


def _new_rows(plan: DirectSendPlan) -> Iterator[tuple[int, str, str]]:
    waits, doubt = DeliveryState.PENDING.value, DeliveryState.UNCERTAIN.value
    for position, key in enumerate(plan.recipients):
        yield position, key, doubt if key in plan.in_doubt else waits
