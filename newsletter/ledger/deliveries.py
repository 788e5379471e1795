"""The recipients of direct sends, and how far each one's message has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping

import sqlalchemy as sa

from newsletter.ledger.engine import reading, writing
from newsletter.ledger.lease import Lease
from newsletter.ledger.lease_store import LeaseStore
from newsletter.ledger.records import DeliveryCounts, DirectSendPlan, Send
from newsletter.ledger.schema import deliveries
from newsletter.ledger.send_history import SendHistory, read_send_history
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
        query = sa.select(deliveries.c.recipient).where(deliveries.c.send == send.id, deliveries.c.state == state)
        if vouched is not None:
            query = query.where(deliveries.c.vouched == vouched)
        with reading(self._engine) as connection:
            return list(connection.execute(query.order_by(deliveries.c.position)).scalars())

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


_CHANGE = (
    sa.update(deliveries)
    .where(deliveries.c.send == sa.bindparam("b_send"), deliveries.c.recipient == sa.bindparam("b_recipient"))
    .values(state=sa.bindparam("b_state"), vouched=sa.bindparam("b_vouched"), changed_at=sa.bindparam("b_now"))
)


def insert_deliveries(connection: sa.Connection, send: str, plan: DirectSendPlan, now: dt.datetime) -> None:
    """Record the recipients of a new send within a change."""
    connection.execute(sa.insert(deliveries), list(_new_rows(send, plan, now)))


def change_deliveries(
    connection: sa.Connection,
    send: str,
    changes: Mapping[str, DeliveryState],
    vouched: Collection[str],
    now: dt.datetime,
) -> None:
    """Record recipients' new states within a change; `vouched` names those whose state a person gave."""
    if changes:
        connection.execute(_CHANGE, list(_changed_rows(send, changes, vouched, now)))


def _new_rows(send: str, plan: DirectSendPlan, now: dt.datetime) -> Iterator[dict[str, object]]:
    for position, key in enumerate(plan.recipients):
        yield {
            "send": send,
            "recipient": key,
            "position": position,
            "state": DeliveryState.UNCERTAIN if key in plan.in_doubt else DeliveryState.PENDING,
            "vouched": False,
            "changed_at": now,
        }


def _changed_rows(
    send: str, changes: Mapping[str, DeliveryState], vouched: Collection[str], now: dt.datetime
) -> Iterator[dict[str, object]]:
    for key, state in changes.items():
        yield {"b_send": send, "b_recipient": key, "b_state": state, "b_vouched": key in vouched, "b_now": now}
