"""The ledger: the record of what was planned, submitted and sent.

Every method that changes something is one transaction: it happens whole, or not at all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from newsletter.errors import GateError
from newsletter.ledger.audit_log import AuditLog, write_note
from newsletter.ledger.campaign_sends import CampaignSendStore, Uploads
from newsletter.ledger.engine import connect, reading, violated, writing
from newsletter.ledger.lease import Lease, LeaseInfo
from newsletter.ledger.lease_store import LeaseStore
from newsletter.ledger.records import AuditNote, DeliveryCounts, DirectSendPlan, SendRecord
from newsletter.ledger.rows import CAMPAIGN_COLUMNS, campaign_of
from newsletter.ledger.schema import campaigns, deliveries
from newsletter.ledger.send_history import SendHistory, read_send_history, refuse_concurrent
from newsletter.model.campaign import DeliveryState, SendState, Target
from newsletter.model.sends import Purpose

_LIVE = campaigns.c.state != SendState.FAILED


def utc_now() -> dt.datetime:
    """Return this moment."""
    return dt.datetime.now(dt.UTC)


class Ledger:
    """An open ledger; `history` holds the clearances and the story, `orders` what providers were told.

    `uploads` tells where providers keep pictures.
    """

    def __init__(self, url: str, clock: Callable[[], dt.datetime] = utc_now, *, thorough: bool = False) -> None:
        self._engine = connect(url, thorough=thorough)
        self.clock = clock
        self._handed_over = False
        self.history = AuditLog(self._engine, clock)
        self.orders = CampaignSendStore(self._engine, clock)
        self.uploads = Uploads(self._engine)
        self._leases = LeaseStore(self._engine, campaigns, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    @property
    def has_sent(self) -> bool:
        """Say whether anything may have left through this ledger since it was opened."""
        return self._handed_over or self.orders.has_called

    # What is there

    def campaign(self, issue: str, target: Target, purpose: Purpose = Purpose.WHOLE) -> SendRecord | None:
        """Return the last live campaign of an issue to a target, or None where none ever was for that purpose."""
        here = sa.select(*CAMPAIGN_COLUMNS).where(_LIVE, *_at(issue, target), campaigns.c.purpose == purpose)
        with reading(self._engine) as connection:
            row = connection.execute(here.order_by(campaigns.c.round.desc()).limit(1)).one_or_none()
        return campaign_of(row) if row else None

    def current(self, campaign: SendRecord) -> SendRecord:
        """Return a campaign as it stands now."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(*CAMPAIGN_COLUMNS).where(campaigns.c.id == campaign.id)).one()
        return campaign_of(row)

    def campaigns(self) -> list[SendRecord]:
        """List all campaigns, failed ones too, newest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(*CAMPAIGN_COLUMNS).order_by(campaigns.c.created_at.desc())).all()
        return [campaign_of(row) for row in rows]

    def content(self, campaign: SendRecord) -> bytes:
        """Return the content as it was frozen when the send was intended."""
        with reading(self._engine) as connection:
            query = sa.select(campaigns.c.content).where(campaigns.c.id == campaign.id)
            return bytes(connection.execute(query).scalar_one())

    def tally(self, campaign: SendRecord) -> DeliveryCounts:
        """Count a campaign's recipients by state."""
        query = (
            sa.select(deliveries.c.state, sa.func.count(), sa.func.sum(sa.cast(deliveries.c.vouched, sa.Integer)))
            .where(deliveries.c.campaign == campaign.id)
            .group_by(deliveries.c.state)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return DeliveryCounts({state: count for state, count, _ in rows}, sum(vouched for *_, vouched in rows))

    def recipients(self, campaign: SendRecord, state: DeliveryState, *, vouched: bool | None = None) -> list[str]:
        """List the keys of a campaign's recipients in a state, in the order of the audience."""
        query = sa.select(deliveries.c.recipient).where(
            deliveries.c.campaign == campaign.id, deliveries.c.state == state
        )
        if vouched is not None:
            query = query.where(deliveries.c.vouched == vouched)
        with reading(self._engine) as connection:
            return list(connection.execute(query.order_by(deliveries.c.position)).scalars())

    def send_history(self, issue: str, provider: str) -> SendHistory:
        """Return what was sent of an issue through a provider so far."""
        with reading(self._engine) as connection:
            return read_send_history(connection, issue, provider)

    def had_it(self, issue: str, provider: str) -> frozenset[str]:
        """Return the keys of all who got, or may have got, an issue through a provider, whatever the audience."""
        return self.send_history(issue, provider).had_it

    def contents(self, issue: str, provider: str) -> Mapping[str, str]:
        """Return the digest of the content that each recipient of an issue surely got last, by the recipient's key."""
        return self.send_history(issue, provider).contents

    # What changes

    def intend(self, plan: DirectSendPlan, note: AuditNote) -> SendRecord:
        """Write down a send before anything of it leaves; raise GateError where the issue already goes there."""
        return self.intend_chosen(plan.issue, plan.target.provider, lambda _: (plan, note))

    def intend_chosen(
        self, issue: str, provider: str, choose: Callable[[SendHistory], tuple[DirectSendPlan, AuditNote]]
    ) -> SendRecord:
        """Write down a send whose recipients are chosen from what was sent so far, in the same transaction.

        Nobody else writes meanwhile, so of two sends to overlapping targets the second one sees the first one's
        recipients. Raise GateError while another send of the issue through the provider is not finished.
        """
        now = self.clock()
        ident = uuid.uuid4().hex
        with writing(self._engine) as connection:
            history = read_send_history(connection, issue, provider)
            refuse_concurrent(history, now)
            plan, note = choose(history)
            try:
                connection.execute(sa.insert(campaigns), [_campaign_row(ident, plan, now)])
            except IntegrityError as error:
                if not (violated(error, "one_live_campaign") or violated(error, "one_send_at_a_time")):
                    raise
                raise _sent_meanwhile(history.of_run(plan.target, plan.run), plan) from error
            connection.execute(sa.insert(deliveries), list(_delivery_rows(ident, plan, now)))
            write_note(connection, plan.issue, ident, note, now)
            row = connection.execute(sa.select(*CAMPAIGN_COLUMNS).where(campaigns.c.id == ident)).one()
        return campaign_of(row)

    def lease(self, campaign: SendRecord) -> AbstractContextManager[Lease]:
        """Hold the right to send a campaign; raise GateError while another process holds it."""
        return self._leases.hold(campaign.id, campaign.issue)

    def holder(self, campaign: SendRecord) -> LeaseInfo | None:
        """Return who is sending a campaign right now, or None."""
        return self._leases.holder(campaign.id)

    def move(
        self,
        lease: Lease,
        changes: Mapping[str, DeliveryState],
        *,
        state: SendState | None = None,
        vouched: Collection[str] = (),
        note: tuple[str, AuditNote] | None = None,
    ) -> None:
        """Write recipients' new states, the campaign's, and a sentence; renew the lease, or raise where it was lost.

        `vouched` names those whose state a person gave; `note` is the issue and the sentence.
        """
        values: dict[str, Any] = {}
        if state is not None:
            values = {"state": state, "finished_at": self.clock() if state is SendState.SENT else None}
        self._handed_over |= DeliveryState.HANDED_OVER in changes.values()
        with writing(self._engine) as connection:
            now = self._leases.renew(connection, lease, values)
            if changes:
                connection.execute(_DELIVERY_CHANGE, list(_change_rows(lease.campaign, changes, vouched, now)))
            if note:
                write_note(connection, note[0], lease.campaign, note[1], now)
        lease.renewed(now)

    def rename_recipients(self, lease: Lease, keys: Mapping[str, str]) -> dict[str, str]:
        """Give recipients other keys, by the present ones; return those that were given.

        A key that the campaign has for somebody else is not given.
        """
        here = deliveries.c.campaign == lease.campaign
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


_DELIVERY_CHANGE = (
    sa.update(deliveries)
    .where(deliveries.c.campaign == sa.bindparam("b_campaign"), deliveries.c.recipient == sa.bindparam("b_recipient"))
    .values(state=sa.bindparam("b_state"), vouched=sa.bindparam("b_vouched"), changed_at=sa.bindparam("b_now"))
)


def _campaign_row(ident: str, plan: DirectSendPlan, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": ident,
        "issue": plan.issue,
        **_target_columns(plan.target),
        "fingerprint": plan.fingerprint,
        "parts": dict(plan.parts),
        "content": plan.content,
        "subject": plan.subject,
        "recipients": len(plan.recipients),
        "state": SendState.UNCERTAIN if plan.in_doubt else SendState.INTENDED,
        "created_by": plan.who,
        "created_at": now,
        "purpose": plan.run.purpose,
        "round": plan.run.round,
        "locks": True,
    }


def _sent_meanwhile(first: SendRecord | None, plan: DirectSendPlan) -> GateError:
    who = first.created_by if first else "someone else"
    return GateError(
        f"{who} has sent {plan.issue} to {plan.target.words} in the meantime.",
        hint=f"Nothing was sent by this command. Run `newsletter status {plan.issue}` to see what was sent.",
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


def _delivery_rows(ident: str, plan: DirectSendPlan, now: dt.datetime) -> Iterator[dict[str, Any]]:
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
