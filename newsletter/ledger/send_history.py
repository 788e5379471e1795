"""What was sent of one issue through one provider, read in one transaction: what a further send is chosen from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from newsletter.errors import GateError
from newsletter.ledger.lease import LeaseInfo
from newsletter.ledger.records import SendRecord, SendRun
from newsletter.ledger.rows import CAMPAIGN_COLUMNS, campaign_of
from newsletter.ledger.schema import campaigns, deliveries
from newsletter.model.campaign import DeliveryState, SendState, Target, content_digest
from newsletter.model.sends import Purpose

STARTING = dt.timedelta(seconds=30)
"""How long after its intent a send is taken to be starting, though no process holds it yet."""

_NOT_REACHED = {DeliveryState.REFUSED, DeliveryState.SKIPPED}


@dataclass(frozen=True, slots=True)
class SendHistory:
    """The sends of one issue through a provider, those that reached nobody left out, and who has it from them."""

    campaigns: tuple[SendRecord, ...]
    """Oldest first."""
    had_it: frozenset[str]
    """The keys of all who got it, may have got it, or are still to get it, whatever the audience."""
    contents: Mapping[str, str]
    """The digest of the content that each recipient surely got last, by the recipient's key."""
    unfinished: tuple[tuple[SendRecord, LeaseInfo | None], ...]
    """The sends that have not come to their end, with the process that has the lease."""

    def last(self, target: Target, purpose: Purpose) -> SendRecord | None:
        """Return the last send to a target for a purpose, or None."""
        found = [one for one in self.campaigns if one.target == target and one.run.purpose is purpose]
        return max(found, key=lambda one: one.run.round, default=None)

    def of_run(self, target: Target, run: SendRun) -> SendRecord | None:
        """Return the send of a run to a target, or None."""
        return next((one for one in self.campaigns if one.target == target and one.run == run), None)


def read_send_history(connection: sa.Connection, issue: str, provider: str) -> SendHistory:
    """Read what was sent of an issue through a provider."""
    here = (campaigns.c.issue == issue, campaigns.c.provider == provider, campaigns.c.state != SendState.FAILED)
    lease = (campaigns.c.lease_token, campaigns.c.lease_host, campaigns.c.lease_pid, campaigns.c.lease_until)
    sends, unfinished = [], []
    rows = connection.execute(sa.select(*CAMPAIGN_COLUMNS, *lease).where(*here).order_by(campaigns.c.created_at))
    for row in rows:
        campaign = campaign_of(row)
        sends.append(campaign)
        if campaign.state is not SendState.SENT:
            unfinished.append((campaign, LeaseInfo(*row[-4:]) if row.lease_token else None))
    had_it: set[str] = set()
    contents: dict[str, str] = {}
    people = (
        sa.select(deliveries.c.recipient, deliveries.c.state, campaigns.c.id)
        .join(campaigns, campaigns.c.id == deliveries.c.campaign)
        .where(*here)
        .order_by(campaigns.c.created_at)
    )
    content = {one.id: content_digest(one.parts) for one in sends}
    for recipient, state, send in connection.execute(people):
        if state not in _NOT_REACHED:
            had_it.add(recipient)
        if state is DeliveryState.DELIVERED:
            contents[recipient] = content[send]
    return SendHistory(tuple(sends), frozenset(had_it), contents, tuple(unfinished))


def refuse_concurrent(history: SendHistory, now: dt.datetime) -> None:
    """Raise GateError while another send of the issue through the provider has not come to its end."""
    if not history.unfinished:
        return
    campaign, holder = history.unfinished[-1]
    issue, where = campaign.issue, campaign.target.words
    again = "then run this command again: it skips everyone who has the issue by then."
    if holder and holder.is_alive(now):
        raise GateError(
            f"{campaign.created_by} is sending {issue} to {where} right now "
            f"(process {holder.pid} on {holder.machine}).",
            hint=(
                f"Nothing was sent by this command. Wait until `newsletter status {issue}` shows that it is "
                f"finished; {again}"
            ),
        )
    if campaign.state is SendState.INTENDED and now - campaign.created_at < STARTING:
        raise GateError(
            f"{campaign.created_by} has just started to send {issue} to {where}.",
            hint=(
                f"Nothing was sent by this command. Wait until `newsletter status {issue}` shows that it is "
                f"finished; {again}"
            ),
        )
    raise GateError(
        f"A send of {issue} to {where}, started by {campaign.created_by}, is not finished.",
        hint=(
            f"Nothing was sent by this command. Finish that send first (`newsletter status {issue}` shows how); {again}"
        ),
    )
