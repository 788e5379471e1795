"""The sends of the ledger: opened, intended, changed under a lease.

Every method that changes something is one transaction: it happens whole, or not at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import fields
from enum import Enum, auto
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from newsletter.errors import GateError, LedgerError, RefusalKind
from newsletter.ledger.audit_log import write_note
from newsletter.ledger.deliveries import change_deliveries, insert_deliveries
from newsletter.ledger.engine import reading, violated, writing, writing_file
from newsletter.ledger.handover_sql import HandoverChange, write_change, write_to_file
from newsletter.ledger.lease import Lease, LeaseInfo
from newsletter.ledger.lease_store import LeaseStore
from newsletter.ledger.records import AuditNote, DirectSendPlan, Send, SendIntent, SendRun
from newsletter.ledger.rows import SEND_COLUMNS, direct_row, new_row, send_of
from newsletter.ledger.schema import sends
from newsletter.ledger.send_history import SendHistory, read_send_history, refuse_concurrent
from newsletter.model.campaign import DeliveryState, Target
from newsletter.model.sends import PendingCall, Purpose, SendMode, SendState, campaign_key

FIRST = SendRun()
"""The run in which an issue goes to all of a target."""
_LIVE = sends.c.state.not_in([state for state in SendState if not state.is_live])


class Unchanged(Enum):
    """What stays as it is."""

    AS_IT_IS = auto()


KEEP = Unchanged.AS_IT_IS


class SendStore:
    """All sends of the ledger, direct ones and campaigns."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], dt.datetime], leases: LeaseStore) -> None:
        self._engine = engine
        self._clock = clock
        self._leases = leases
        self.has_sent = False
        """Whether a message was handed over, or a call was about to be made that sends, or stops, something."""

    # What is there

    def all(self, issue: str | None = None, *, provider: str | None = None, mode: SendMode | None = None) -> list[Send]:
        """List sends, newest first: of an issue, through a provider, of a mode; failed and cancelled ones too."""
        query = sa.select(*SEND_COLUMNS).order_by(sends.c.created_at.desc())
        for column, value in ((sends.c.issue, issue), (sends.c.provider, provider), (sends.c.mode, mode)):
            if value is not None:
                query = query.where(column == value)
        with reading(self._engine) as connection:
            return [send_of(row) for row in connection.execute(query)]

    def live(self, issue: str, target: Target, run: SendRun = FIRST) -> Send | None:
        """Return the send of a run of an issue to a target that was neither cancelled nor failed, or None."""
        return self._find(*_at(issue, target, run.purpose), sends.c.round == run.round)

    def last(self, issue: str, target: Target, purpose: Purpose = Purpose.WHOLE) -> Send | None:
        """Return the last live send of an issue to a target for a purpose, or None."""
        return self._find(*_at(issue, target, purpose))

    def _find(self, *here: sa.ColumnElement[bool]) -> Send | None:
        query = sa.select(*SEND_COLUMNS).where(_LIVE, *here).order_by(sends.c.round.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return send_of(row) if row else None

    def current(self, send: Send) -> Send:
        """Return a send as it stands now."""
        return self._read(send.id)

    def read(self, lease: Lease) -> Send:
        """Return the send of a lease as it stands now."""
        return self._read(lease.send)

    def _read(self, ident: str) -> Send:
        with reading(self._engine) as connection:
            return _select(connection, ident)

    def content(self, send: Send) -> bytes:
        """Return the content as it was frozen when the send was intended; raise LedgerError if it never was."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(sends.c.content).where(sends.c.id == send.id)).scalar_one()
        if found is None:
            raise LedgerError(f"{send.issue} has never been sent or scheduled.")
        return bytes(found)

    def lease(self, send: Send) -> AbstractContextManager[Lease]:
        """Hold the right to carry on with a send; raise GateError while another process holds it."""
        return self._leases.hold(send)

    def holder(self, send: Send) -> LeaseInfo | None:
        """Return who is carrying on with a send right now, or None."""
        return self._leases.holder(send.id)

    # What begins

    def open_campaign(self, issue: str, target: Target, run: SendRun, *, target_name: str, who: str) -> Send:
        """Return the live campaign of a run of an issue to a target, made as a draft if there is none."""
        with writing(self._engine) as connection:
            here = sa.select(*SEND_COLUMNS).where(*_at(issue, target, run.purpose), sends.c.mode == SendMode.CAMPAIGN)
            there = [send_of(row) for row in connection.execute(here)]
            live = next((one for one in there if one.state.is_live and one.run == run), None)
            if live is not None:
                return live
            attempt = 1 + max((one.attempt for one in there), default=0)
            row = {
                **new_row(issue, target, run, who, self._clock()),
                "target_name": target_name,
                "mode": SendMode.CAMPAIGN,
                "attempt": attempt,
                "state": SendState.DRAFT,
                "campaign_key": campaign_key(issue, target, run.purpose, attempt),
                "parts": {},
                "subject": "",
                "locks": False,
            }
            try:
                connection.execute(sa.insert(sends), [row])
            except IntegrityError as error:
                if not violated(error, "one_live_send"):
                    raise
                raise GateError(
                    f"Someone else is preparing to send {issue} to {target.audience} right now.",
                    hint="Try again in a minute.",
                ) from error
            return _select(connection, row["id"])

    def intend(self, plan: DirectSendPlan, note: AuditNote) -> Send:
        """Record a direct send before anything of it leaves; raise GateError if the issue is already sent there."""
        return self.intend_chosen(plan.issue, plan.target.provider, lambda _: (plan, note))

    def intend_chosen(
        self, issue: str, provider: str, choose: Callable[[SendHistory], tuple[DirectSendPlan, AuditNote]]
    ) -> Send:
        """Record a direct send whose recipients are chosen from what was sent so far, in the same transaction.

        Nobody else writes meanwhile, so of two sends to overlapping targets the second one sees the first one's
        recipients. Raise GateError while another send of the issue through the provider is not finished.
        """
        now = self._clock()
        with writing(self._engine) as connection:
            history = read_send_history(connection, issue, provider)
            refuse_concurrent(history, now)
            plan, note = choose(history)
            row = direct_row(plan, now)
            try:
                connection.execute(sa.insert(sends), [row])
            except IntegrityError as error:
                if not (violated(error, "one_live_send") or violated(error, "one_send_at_a_time")):
                    raise
                raise _sent_meanwhile(history.of_run(plan.target, plan.run), plan) from error
            insert_deliveries(connection, row["id"], plan, now)
            write_note(connection, plan.issue, row["id"], note, now)
            return _select(connection, row["id"])

    # What changes

    def write(
        self,
        lease: Lease,
        deliveries: Mapping[str, DeliveryState] | None = None,
        *,
        state: SendState | Unchanged = KEEP,
        pending_call: PendingCall | Unchanged | None = KEEP,
        remote_id: str | Unchanged | None = KEEP,
        scheduled_for: dt.datetime | Unchanged | None = KEEP,
        finished_at: dt.datetime | None = None,
        intent: SendIntent | None = None,
        vouched: Collection[str] = (),
        refusals: Mapping[str, RefusalKind] | None = None,
        accepted: str = "",
        note: AuditNote | None = None,
        check: Callable[[Sequence[Send]], None] | None = None,
    ) -> Send:
        """Record what is about to be done, or what was done, with a sentence of the history; renew the lease.

        `deliveries` are recipients' new states, `vouched` names those whose state a person gave, and `refusals` says
        why some were refused or deferred. `accepted` is the fingerprint of the provider's changes that were accepted.
        What was sent was finished now, unless another moment is named. `check` is given all other sends of the issue in
        the same mode at the provider, in the same transaction, beside which nobody writes: it raises if they stand in
        the way.
        """
        given = {"pending_call": pending_call, "remote_id": remote_id, "scheduled_for": scheduled_for, "state": state}
        values: dict[str, Any] = {name: value for name, value in given.items() if value is not KEEP}
        if isinstance(state, SendState):
            values["finished_at"] = (finished_at or self._clock()) if state is SendState.SENT else None
        if intent is not None:
            values |= {one.name: getattr(intent, one.name) for one in fields(intent)}
            values |= {"parts": dict(intent.parts), "locks": True}
        changes = deliveries or {}
        self.has_sent |= DeliveryState.HANDED_OVER in changes.values()
        self.has_sent |= isinstance(pending_call, PendingCall) and pending_call is not PendingCall.SAVE
        with writing(self._engine) as connection:
            before = _select(connection, lease.send)
            if check:
                check(_others(connection, before))
            if isinstance(state, SendState) and not before.state.may_become(state):
                self._leases.renew(connection, lease, {})  # a lease that was lost is the reason to report
                raise _impossible(before, state)
            if accepted:
                values["accepted"] = before.accepted | {accepted}
            now = self._renew(connection, lease, values)
            change_deliveries(connection, lease.send, changes, now, vouched=vouched, refusals=refusals)
            send = _select(connection, lease.send)
            if note:
                write_note(connection, send.issue, send.id, note, now)
        lease.renewed(now)
        return send

    def prepare_handover(
        self,
        lease: Lease,
        deliveries: Mapping[str, DeliveryState],
        *,
        refusals: Mapping[str, RefusalKind],
        notes: Sequence[tuple[str, AuditNote]] = (),
    ) -> Callable[[], None]:
        """Return what records how far the messages of a direct send have come, and renews the lease.

        It is called once, in any thread, as it waits for the disk. `notes` are sentences of the history, each with its
        issue. The send's own state is not looked at: whoever holds the lease has written it.
        """
        self.has_sent |= DeliveryState.HANDED_OVER in deliveries.values()
        now = self._clock()
        change = HandoverChange(lease.send, lease.token, now, now + lease.length, deliveries, refusals)
        if self._engine.dialect.name != "sqlite" or notes:
            return partial(self._record, lease, change, notes)
        with ExitStack() as change_of_file:
            write_to_file(change_of_file.enter_context(writing_file(self._engine)), change)
            commit = change_of_file.pop_all().close
        return partial(_commit, commit, lease, now)

    def _record(self, lease: Lease, change: HandoverChange, notes: Sequence[tuple[str, AuditNote]]) -> None:
        with writing(self._engine) as connection:
            write_change(connection, change)
            for issue, note in notes:
                write_note(connection, issue, None, note, change.now)
        lease.renewed(change.now)

    def _renew(self, connection: sa.Connection, lease: Lease, values: dict[str, Any]) -> dt.datetime:
        try:
            return self._leases.renew(connection, lease, values)
        except IntegrityError as error:
            if not violated(error, "one_whole_campaign"):
                raise
            raise GateError(
                "The issue is already being sent to another part of the same audience.",
                hint="Nothing was sent by this command. Wait until that send is finished, then try again.",
            ) from error


def _commit(commit: Callable[[], None], lease: Lease, now: dt.datetime) -> None:
    commit()
    lease.renewed(now)


def _impossible(send: Send, state: SendState) -> LedgerError:
    """Return the error for a change that the state machine does not have; only a bug can ask for one."""
    return LedgerError(
        f"The ledger has {send.issue} as {send.state}, which cannot become {state}.",
        hint=f"Nothing was changed. Run `newsletter status {send.issue}` to see its status.",
    )


def _select(connection: sa.Connection, ident: str) -> Send:
    return send_of(connection.execute(sa.select(*SEND_COLUMNS).where(sends.c.id == ident)).one())


def _others(connection: sa.Connection, own: Send) -> list[Send]:
    """Return the other sends of the same issue, through the same provider and in the same mode."""
    here = (
        sends.c.issue == own.issue,
        sends.c.provider == own.target.provider,
        sends.c.mode == own.mode,
        sends.c.id != own.id,
    )
    return [send_of(row) for row in connection.execute(sa.select(*SEND_COLUMNS).where(*here))]


def _at(issue: str, target: Target, purpose: Purpose) -> list[sa.ColumnElement[bool]]:
    return [
        sends.c.issue == issue,
        sends.c.provider == target.provider,
        sends.c.audience == target.audience,
        sends.c.segment == target.segment,
        sends.c.purpose == purpose,
    ]


def _sent_meanwhile(first: Send | None, plan: DirectSendPlan) -> GateError:
    who = first.created_by if first else "someone else"
    return GateError(
        f"{who} has sent {plan.issue} to {plan.target.words} in the meantime.",
        hint=f"Nothing was sent by this command. Run `newsletter status {plan.issue}` to see what was sent.",
    )
