"""Rows of the tables as records, and the rows of new sends."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from newsletter.ledger.records import DirectSendPlan, Send, SendRun
from newsletter.ledger.schema import sends
from newsletter.model.campaign import Target
from newsletter.model.sends import SendMode, SendState

_LEFT_OUT = {"content", "locks"}
SEND_COLUMNS = [one for one in sends.c if one.name not in _LEFT_OUT and not one.name.startswith("lease_")]
"""The columns that a `Send` is made from."""


def send_of(row: sa.Row[Any]) -> Send:
    """Return the send of a row that has at least the columns that it is made from."""
    every = row._asdict()
    values = {column.name: every[column.name] for column in SEND_COLUMNS}
    target = Target(provider=values.pop("provider"), audience=values.pop("audience"), segment=values.pop("segment"))
    run = SendRun(values.pop("purpose"), values.pop("round"))
    return Send(target=target, run=run, campaign_key=values.pop("campaign_key") or "", **values)


def new_row(issue: str, target: Target, run: SendRun, who: str, now: dt.datetime) -> dict[str, Any]:
    """Return what the rows of all new sends have in common."""
    return {
        "id": uuid.uuid4().hex,
        "issue": issue,
        "provider": target.provider,
        "audience": target.audience,
        "segment": target.segment,
        "purpose": run.purpose,
        "round": run.round,
        "created_by": who,
        "created_at": now,
    }


def direct_row(plan: DirectSendPlan, now: dt.datetime) -> dict[str, Any]:
    """Return the row of a new direct send."""
    return {
        **new_row(plan.issue, plan.target, plan.run, plan.who, now),
        "target_name": plan.target.words,
        "mode": SendMode.DIRECT,
        "attempt": 1,
        "state": SendState.UNCERTAIN if plan.in_doubt else SendState.INTENDED,
        "fingerprint": plan.fingerprint,
        "parts": dict(plan.parts),
        "content": plan.content,
        "subject": plan.subject,
        "recipients": len(plan.recipients),
        "locks": True,
    }
