"""Rows of the tables as records."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from newsletter.ledger.records import Send, SendRun
from newsletter.ledger.schema import sends
from newsletter.model.campaign import Target

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
