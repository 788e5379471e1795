"""Rows of the tables as records."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from newsletter.ledger.records import SendRecord, SendRun
from newsletter.ledger.schema import campaigns
from newsletter.model.campaign import Target

_UNTOLD = {"content", "locks"}
CAMPAIGN_COLUMNS = [one for one in campaigns.c if one.name not in _UNTOLD and not one.name.startswith("lease_")]
"""The columns that a `SendRecord` is made from."""


def campaign_of(row: sa.Row[Any]) -> SendRecord:
    """Return the send of a row that has at least the columns that it is made from."""
    every = row._asdict()
    values = {column.name: every[column.name] for column in CAMPAIGN_COLUMNS}
    target = Target(provider=values.pop("provider"), audience=values.pop("audience"), segment=values.pop("segment"))
    run = SendRun(values.pop("purpose"), values.pop("round"))
    return SendRecord(target=target, run=run, **values)
