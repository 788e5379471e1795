"""The orders: what providers with campaigns of their own were told to send, and the call that is being made.

Every method that changes something is one transaction: it happens whole, or not at all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from enum import Enum, auto
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from newsletter.errors import GateError, LedgerError
from newsletter.ledger.audit_log import write_note
from newsletter.ledger.engine import reading, violated, writing
from newsletter.ledger.lease import Lease, LeaseInfo
from newsletter.ledger.lease_store import LeaseStore
from newsletter.ledger.records import AuditNote, CampaignSendRecord, SendIntent, SendRun
from newsletter.ledger.schema import orders, uploads
from newsletter.model.campaign import Target
from newsletter.model.sends import OrderState, PendingCall, campaign_key

LENGTH = dt.timedelta(minutes=8)
"""How long a lease on an order holds: longer than one call to a provider may take, with all its waiting."""

FIRST = SendRun()
"""The run in which an issue goes to all of a target."""
_LIVE = orders.c.state != OrderState.CANCELLED
_UNTOLD = {"content", "locks"}
_COLUMNS = [column for column in orders.c if column.name not in _UNTOLD and not column.name.startswith("lease_")]


class Keep(Enum):
    """What stays as it is."""

    AS_IT_IS = auto()


KEEP = Keep.AS_IT_IS


class CampaignSendStore:
    """All orders of the ledger."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._leases = LeaseStore(engine, orders, clock, LENGTH)
        self.has_called = False
        """Whether a call was about to be made that sends, or stops, something."""

    def live(self, issue: str, target: Target, run: SendRun = FIRST) -> CampaignSendRecord | None:
        """Return the order of a run of an issue to a target that was not cancelled, or None."""
        here = [*_at(issue, target, run), orders.c.round == run.round]
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(*_COLUMNS).where(_LIVE, *here)).one_or_none()
        return _order(row) if row else None

    def all(self, issue: str | None = None) -> list[CampaignSendRecord]:
        """List all orders, or those of an issue, including cancelled ones, newest first."""
        query = sa.select(*_COLUMNS).order_by(orders.c.created_at.desc())
        if issue is not None:
            query = query.where(orders.c.issue == issue)
        with reading(self._engine) as connection:
            return [_order(row) for row in connection.execute(query)]

    def content(self, order: CampaignSendRecord) -> bytes:
        """Return the content as it was frozen when it was said to go; raise LedgerError where it never was."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(orders.c.content).where(orders.c.id == order.id)).scalar_one()
        if found is None:
            raise LedgerError(f"{order.issue} has never been sent or scheduled.")
        return bytes(found)

    def open(
        self, issue: str, target: Target, run: SendRun, *, aimed_at: str, sender: str, who: str
    ) -> CampaignSendRecord:
        """Return the live order of a run of an issue to a target, made as a draft if there is none."""
        with writing(self._engine) as connection:
            here = sa.select(*_COLUMNS).where(*_at(issue, target, run))
            there = [_order(row) for row in connection.execute(here)]
            live = next((one for one in there if one.state.is_live and one.round == run.round), None)
            if live is not None:
                return live
            attempt = 1 + max((one.attempt for one in there), default=0)
            row = {
                "id": uuid.uuid4().hex,
                "campaign_key": campaign_key(issue, target, run.purpose, sender, attempt),
                "issue": issue,
                "provider": target.provider,
                "audience": target.audience,
                "segment": target.segment,
                "aimed_at": aimed_at,
                "purpose": run.purpose,
                "round": run.round,
                "attempt": attempt,
                "state": OrderState.DRAFT,
                "parts": {},
                "locks": False,
                "subject": "",
                "created_by": who,
                "created_at": self._clock(),
            }
            try:
                connection.execute(sa.insert(orders), [row])
            except IntegrityError as error:
                if not violated(error, "one_live_order"):
                    raise
                raise GateError(
                    f"Someone else is preparing to send {issue} to {target.audience} right now.",
                    hint="Try again in a minute.",
                ) from error
            return _order(connection.execute(sa.select(*_COLUMNS).where(orders.c.id == row["id"])).one())

    def lease(self, order: CampaignSendRecord) -> AbstractContextManager[Lease]:
        """Hold the right to carry on with an order; raise GateError while another process holds it."""
        return self._leases.hold(order.id, order.issue)

    def holder(self, order: CampaignSendRecord) -> LeaseInfo | None:
        """Return who is carrying on with an order right now, or None."""
        return self._leases.holder(order.id)

    def read(self, lease: Lease) -> CampaignSendRecord:
        """Return the order of a lease as it stands now."""
        with reading(self._engine) as connection:
            return _order(connection.execute(sa.select(*_COLUMNS).where(orders.c.id == lease.campaign)).one())

    def write(
        self,
        lease: Lease,
        *,
        state: OrderState | Keep = KEEP,
        step: PendingCall | Keep | None = KEEP,
        remote_id: str | Keep | None = KEEP,
        scheduled_for: dt.datetime | Keep | None = KEEP,
        finished_at: dt.datetime | None = None,
        intent: SendIntent | None = None,
        note: AuditNote | None = None,
        check: Callable[[Sequence[CampaignSendRecord]], None] | None = None,
    ) -> CampaignSendRecord:
        """Write down what is about to be done, or what was done, and a sentence of the story; renew the lease.

        What was sent was finished now, where no other moment is named. `check` is given all other orders of the issue
        at the provider, in the same transaction, beside which nobody writes: it raises where they stand in the way.
        """
        values: dict[str, Any] = {
            name: value
            for name, value in (
                ("state", state),
                ("step", step),
                ("remote_id", remote_id),
                ("scheduled_for", scheduled_for),
            )
            if value is not KEEP
        }
        if isinstance(state, OrderState):
            values["finished_at"] = (finished_at or self._clock()) if state is OrderState.SENT else None
        if intent is not None:
            values |= {one.name: getattr(intent, one.name) for one in fields(intent)}
            values |= {"parts": dict(intent.parts), "locks": True}
        self.has_called |= isinstance(step, PendingCall) and step is not PendingCall.SAVE
        with writing(self._engine) as connection:
            if check:
                check(_others(connection, lease.campaign))
            now = self._renew(connection, lease, values)
            order = _order(connection.execute(sa.select(*_COLUMNS).where(orders.c.id == lease.campaign)).one())
            if note:
                write_note(connection, order.issue, None, note, now)
        lease.renewed(now)
        return order

    def _renew(self, connection: sa.Connection, lease: Lease, values: dict[str, Any]) -> dt.datetime:
        try:
            return self._leases.renew(connection, lease, values)
        except IntegrityError as error:
            if not violated(error, "one_whole_order"):
                raise
            raise GateError(
                "The issue is already being sent to another part of the same audience.",
                hint="Nothing was sent by this command. Wait until that send is finished, then try again.",
            ) from error


class Uploads:
    """Where providers keep pictures that they were given, by the hash of the bytes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, provider: str, digest: str) -> str | None:
        """Return the link of a picture at a provider, or None where it was never given there."""
        here = (uploads.c.provider == provider, uploads.c.digest == digest)
        with reading(self._engine) as connection:
            return connection.execute(sa.select(uploads.c.link).where(*here)).scalar_one_or_none()

    def remember(self, provider: str, digest: str, link: str) -> None:
        """Write down where a picture is."""
        here = (uploads.c.provider == provider, uploads.c.digest == digest)
        with writing(self._engine) as connection:
            connection.execute(sa.delete(uploads).where(*here))
            connection.execute(sa.insert(uploads), [{"provider": provider, "digest": digest, "link": link}])


def _others(connection: sa.Connection, ident: str) -> list[CampaignSendRecord]:
    """Return the other orders of the same issue at the same provider."""
    own = connection.execute(sa.select(orders.c.issue, orders.c.provider).where(orders.c.id == ident)).one()
    here = (orders.c.issue == own.issue, orders.c.provider == own.provider, orders.c.id != ident)
    return [_order(row) for row in connection.execute(sa.select(*_COLUMNS).where(*here))]


def _at(issue: str, target: Target, run: SendRun) -> list[sa.ColumnElement[bool]]:
    return [
        orders.c.issue == issue,
        orders.c.provider == target.provider,
        orders.c.audience == target.audience,
        orders.c.segment == target.segment,
        orders.c.purpose == run.purpose,
    ]


def _order(row: sa.Row[Any]) -> CampaignSendRecord:
    values = row._asdict()
    target = Target(provider=values.pop("provider"), audience=values.pop("audience"), segment=values.pop("segment"))
    return CampaignSendRecord(target=target, **values)
