"""The ledger: what was intended, handed over, and known to be sent; the one truth about sending.

Every method that changes something is one transaction: it happens whole, or not at all.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from newsletter.errors import GateError, LedgerError
from newsletter.ledger.engine import connect, reading, writing
from newsletter.ledger.lease import LENGTH, Holder, Lease, this_host
from newsletter.ledger.records import Campaign, Note, Plan, Tally
from newsletter.ledger.schema import campaigns, deliveries
from newsletter.ledger.story import History, write_note
from newsletter.model.campaign import DeliveryState, SendState, Target

_LIVE = campaigns.c.state != SendState.FAILED
_COLUMNS = [column for column in campaigns.c if column.name != "content" and not column.name.startswith("lease_")]


def utc_now() -> dt.datetime:
    """Return this moment."""
    return dt.datetime.now(dt.UTC)


class Ledger:
    """An open ledger; `history` holds the clearances and the story."""

    def __init__(self, url: str, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._engine = connect(url)
        self.clock = clock
        self.history = History(self._engine, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    # What is there

    def campaign(self, issue: str, target: Target) -> Campaign | None:
        """Return the live campaign of an issue to a target, or None where nothing was ever sent to it."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(*_COLUMNS).where(_LIVE, *_at(issue, target))).one_or_none()
        return _campaign(row) if row else None

    def campaigns(self) -> list[Campaign]:
        """List all campaigns, failed ones too, newest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(*_COLUMNS).order_by(campaigns.c.created_at.desc())).all()
        return [_campaign(row) for row in rows]

    def content(self, campaign: Campaign) -> bytes:
        """Return the content as it was frozen when the send was intended."""
        with reading(self._engine) as connection:
            query = sa.select(campaigns.c.content).where(campaigns.c.id == campaign.id)
            return bytes(connection.execute(query).scalar_one())

    def tally(self, campaign: Campaign) -> Tally:
        """Count a campaign's recipients by state."""
        query = (
            sa.select(deliveries.c.state, sa.func.count(), sa.func.sum(sa.cast(deliveries.c.vouched, sa.Integer)))
            .where(deliveries.c.campaign == campaign.id)
            .group_by(deliveries.c.state)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return Tally({state: count for state, count, _ in rows}, sum(vouched for *_, vouched in rows))

    def recipients(self, campaign: Campaign, state: DeliveryState, *, vouched: bool | None = None) -> list[str]:
        """List the keys of a campaign's recipients in a state, in the order of the audience."""
        query = sa.select(deliveries.c.recipient).where(
            deliveries.c.campaign == campaign.id, deliveries.c.state == state
        )
        if vouched is not None:
            query = query.where(deliveries.c.vouched == vouched)
        with reading(self._engine) as connection:
            return list(connection.execute(query.order_by(deliveries.c.position)).scalars())

    def had_it(self, issue: str, provider: str) -> set[str]:
        """Return the keys of all who got, or may have got, an issue through a provider, whatever the audience."""
        query = (
            sa.select(deliveries.c.recipient)
            .join(campaigns, campaigns.c.id == deliveries.c.campaign)
            .where(
                campaigns.c.issue == issue,
                campaigns.c.provider == provider,
                _LIVE,
                deliveries.c.state.not_in([DeliveryState.REFUSED, DeliveryState.SKIPPED]),
            )
        )
        with reading(self._engine) as connection:
            return set(connection.execute(query).scalars())

    # What changes

    def intend(self, plan: Plan, note: Note) -> Campaign:
        """Write down a send before anything of it leaves; raise GateError where the issue already goes there."""
        now = self.clock()
        ident = uuid.uuid4().hex
        state = SendState.UNCERTAIN if plan.in_doubt else SendState.INTENDED
        row = {
            "id": ident,
            "issue": plan.issue,
            **_target_columns(plan.target),
            "fingerprint": plan.fingerprint,
            "parts": dict(plan.parts),
            "content": plan.content,
            "subject": plan.subject,
            "recipients": len(plan.recipients),
            "state": state,
            "created_by": plan.who,
            "created_at": now,
        }
        with writing(self._engine) as connection:
            try:
                connection.execute(sa.insert(campaigns), [row])
            except IntegrityError as error:
                if "campaigns.issue" not in str(error.orig):
                    raise
                raise GateError(
                    f"{plan.issue} is being sent to {plan.target.audience} by someone else this very moment.",
                    hint=f"See `newsletter status {plan.issue}`.",
                ) from error
            connection.execute(sa.insert(deliveries), list(_delivery_rows(ident, plan, now)))
            write_note(connection, plan.issue, ident, note, now)
        return Campaign(
            ident, plan.issue, plan.target, plan.fingerprint, plan.parts, plan.subject, len(plan.recipients), state,
            plan.who, now, None,
        )  # fmt: skip

    @contextmanager
    def lease(self, campaign: Campaign) -> Iterator[Lease]:
        """Hold the right to send a campaign; raise GateError while another process holds it."""
        now = self.clock()
        lease = Lease(campaign.id, now, now + LENGTH)
        try:
            self._take(campaign, lease, now)
            yield lease
            self._release(lease)
        except BaseException:
            self._release(lease, quietly=True)
            raise
        finally:
            lease.drop()

    def _take(self, campaign: Campaign, lease: Lease, now: dt.datetime) -> None:
        with writing(self._engine) as connection:
            holder = self._holder(connection, campaign.id)
            if holder is not None and holder.is_alive(now):
                raise GateError(
                    f"{campaign.issue} is being sent right now, by process {holder.pid} on {holder.machine}.",
                    hint=f"See `newsletter status {campaign.issue}`. If that computer has crashed, try again after "
                    f"{holder.until.astimezone():%H:%M:%S}.",
                )
            values = {"lease_token": lease.token, "lease_host": this_host(), "lease_pid": os.getpid()}
            connection.execute(_by_id(campaign.id).values(**values, lease_until=lease.until))

    def _release(self, lease: Lease, *, quietly: bool = False) -> None:
        free = {"lease_token": None, "lease_host": None, "lease_pid": None, "lease_until": None}
        try:
            with writing(self._engine) as connection:
                connection.execute(_by_id(lease.campaign).where(campaigns.c.lease_token == lease.token).values(**free))
        except LedgerError:
            if not quietly:
                raise

    def holder(self, campaign: Campaign) -> Holder | None:
        """Return who is sending a campaign right now, or None."""
        with reading(self._engine) as connection:
            holder = self._holder(connection, campaign.id)
        return holder if holder and holder.is_alive(self.clock()) else None

    @staticmethod
    def _holder(connection: sa.Connection, ident: str) -> Holder | None:
        columns = (campaigns.c.lease_token, campaigns.c.lease_host, campaigns.c.lease_pid, campaigns.c.lease_until)
        row = connection.execute(sa.select(*columns).where(campaigns.c.id == ident)).one()
        return Holder(row[0], row[1], row[2], row[3]) if row[0] else None

    def move(
        self,
        lease: Lease,
        changes: Mapping[str, DeliveryState],
        *,
        state: SendState | None = None,
        vouched: Collection[str] = (),
        note: tuple[str, Note] | None = None,
    ) -> None:
        """Write recipients' new states, the campaign's, and a sentence; renew the lease, or raise where it was lost.

        `vouched` names those whose state a person gave; `note` is the issue and the sentence.
        """
        now = self.clock()
        values: dict[str, Any] = {"lease_until": now + LENGTH}
        if state is not None:
            values |= {"state": state, "finished_at": now if state is SendState.SENT else None}
        with writing(self._engine) as connection:
            own = _by_id(lease.campaign).where(campaigns.c.lease_token == lease.token)
            if connection.execute(own.values(**values)).rowcount != 1:
                raise LedgerError(
                    "Another process has taken this send over; this one stops.",
                    hint="See `newsletter status`; nothing more was handed over here.",
                )
            if changes:
                connection.execute(_DELIVERY_CHANGE, list(_change_rows(lease.campaign, changes, vouched, now)))
            if note:
                write_note(connection, note[0], lease.campaign, note[1], now)
        lease.renewed(now)


_DELIVERY_CHANGE = (
    sa.update(deliveries)
    .where(deliveries.c.campaign == sa.bindparam("b_campaign"), deliveries.c.recipient == sa.bindparam("b_recipient"))
    .values(state=sa.bindparam("b_state"), vouched=sa.bindparam("b_vouched"), changed_at=sa.bindparam("b_now"))
)


def _change_rows(
    campaign: str, changes: Mapping[str, DeliveryState], vouched: Collection[str], now: dt.datetime
) -> Iterator[dict[str, Any]]:
    for key, state in changes.items():
        yield {
            "b_campaign": campaign,
            "b_recipient": key,
            "b_state": state,
            "b_vouched": key in vouched,
            "b_now": now,
        }


def _delivery_rows(ident: str, plan: Plan, now: dt.datetime) -> Iterator[dict[str, Any]]:
    for position, key in enumerate(plan.recipients):
        state = DeliveryState.UNCERTAIN if key in plan.in_doubt else DeliveryState.PENDING
        yield {
            "campaign": ident,
            "recipient": key,
            "position": position,
            "state": state,
            "vouched": False,
            "changed_at": now,
        }


def _target_columns(target: Target) -> dict[str, str]:
    return {"provider": target.provider, "audience": target.audience, "segment": target.segment}


def _at(issue: str, target: Target) -> Sequence[sa.ColumnElement[bool]]:
    columns = {"issue": issue, **_target_columns(target)}
    return [campaigns.c[name] == value for name, value in columns.items()]


def _by_id(ident: str) -> sa.Update:
    return sa.update(campaigns).where(campaigns.c.id == ident)


def _campaign(row: sa.Row[Any]) -> Campaign:
    values = row._asdict()
    target = Target(provider=values.pop("provider"), audience=values.pop("audience"), segment=values.pop("segment"))
    return Campaign(target=target, **values)
