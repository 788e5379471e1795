"""What was sent of one issue through one provider, read in one transaction: what a further send is chosen from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from newsletter.errors import GateError
from newsletter.ledger.lease import LeaseInfo
from newsletter.ledger.records import Send, SendRun
from newsletter.ledger.rows import SEND_COLUMNS, send_of
from newsletter.ledger.schema import deliveries, sends
from newsletter.model.campaign import DeliveryState, Target, content_digest
from newsletter.model.sends import Purpose, SendMode, SendState

STARTING = dt.timedelta(seconds=30)
"""How long after its intent a send is taken to be starting, though no process holds it yet."""

_NOT_REACHED = {DeliveryState.REFUSED, DeliveryState.SKIPPED}


@dataclass(frozen=True, slots=True)
class SendHistory:
    """The sends of one issue through a provider, those that reached nobody left out, and who has it from them."""

    sends: tuple[Send, ...]
    """Oldest first."""
    had_it: frozenset[str]
    """The keys of all who got it, may have got it, or are still to get it, whatever the audience."""
    contents: Mapping[str, str]
    """The digest of the content that each recipient surely got last, by the recipient's key."""
    unfinished: tuple[tuple[Send, LeaseInfo | None], ...]
    """The sends that have not come to their end, with the process that has the lease."""

    def last(self, target: Target, purpose: Purpose) -> Send | None:
        """Return the last send to a target for a purpose, or None."""
        found = [one for one in self.sends if one.target == target and one.run.purpose is purpose]
        return max(found, key=lambda one: one.run.round, default=None)

    def of_run(self, target: Target, run: SendRun) -> Send | None:
        """Return the send of a run to a target, or None."""
        return next((one for one in self.sends if one.target == target and one.run == run), None)


def read_send_history(connection: sa.Connection, issue: str, provider: str) -> SendHistory:
    """Read what was sent of an issue directly through a provider."""
    here = (
        sends.c.issue == issue,
        sends.c.provider == provider,
        sends.c.mode == SendMode.DIRECT,
        sends.c.state != SendState.FAILED,
    )
    lease = (sends.c.lease_token, sends.c.lease_host, sends.c.lease_pid, sends.c.lease_until)
    found, unfinished = [], []
    rows = connection.execute(sa.select(*SEND_COLUMNS, *lease).where(*here).order_by(sends.c.created_at))
    for row in rows:
        send = send_of(row)
        found.append(send)
        if send.state is not SendState.SENT:
            unfinished.append((send, LeaseInfo(*row[-4:]) if row.lease_token else None))
    had_it: set[str] = set()
    contents: dict[str, str] = {}
    people = (
        sa.select(deliveries.c.recipient, deliveries.c.state, sends.c.id)
        .join(sends, sends.c.id == deliveries.c.send)
        .where(*here)
        .order_by(sends.c.created_at)
    )
    content = {one.id: content_digest(one.parts) for one in found}
    for recipient, state, ident in connection.execute(people):
        if state not in _NOT_REACHED:
            had_it.add(recipient)
        if state is DeliveryState.DELIVERED:
            contents[recipient] = content[ident]
    return SendHistory(tuple(found), frozenset(had_it), contents, tuple(unfinished))


def refuse_concurrent(history: SendHistory, now: dt.datetime) -> None:
    """Raise GateError while another send of the issue through the provider has not come to its end."""
    if not history.unfinished:
        return
    send, holder = history.unfinished[-1]
    issue, where = send.issue, send.target.words
    again = "then run this command again: it skips everyone who has the issue by then."
    if holder and holder.is_alive(now):
        raise GateError(
            f"{send.created_by} is sending {issue} to {where} right now (process {holder.pid} on {holder.machine}).",
            hint=(
                f"Nothing was sent by this command. Wait until `newsletter status {issue}` shows that it is "
                f"finished; {again}"
            ),
        )
    if send.state is SendState.INTENDED and now - send.created_at < STARTING:
        raise GateError(
            f"{send.created_by} has just started to send {issue} to {where}.",
            hint=(
                f"Nothing was sent by this command. Wait until `newsletter status {issue}` shows that it is "
                f"finished; {again}"
            ),
        )
    raise GateError(
        f"A send of {issue} to {where}, started by {send.created_by}, is not finished.",
        hint=(
            f"Nothing was sent by this command. Finish that send first (`newsletter status {issue}` shows how); {again}"
        ),
    )
