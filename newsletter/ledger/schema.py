"""The tables of the ledger, as the newest migration leaves them; a test compares the two."""

from __future__ import annotations

import datetime as dt
import json
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from newsletter.errors import RefusalKind
from newsletter.ledger.records import ClearanceKind
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import PendingCall, Purpose, SendMode, SendState


def utc_text(moment: dt.datetime) -> str:
    """Return an aware moment as the tables have it."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


class UtcText(sa.types.TypeDecorator[dt.datetime]):
    """An aware moment, kept as text in UTC; a naive one is a bug and refused."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> str | None:  # noqa: ARG002 - signature
        """Turn a moment into text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("the ledger takes aware moments only")
        return utc_text(value)

    def process_result_value(self, value: str | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002 - signature
        """Turn text into a moment."""
        return None if value is None else dt.datetime.fromisoformat(value)


class EnumText(sa.types.TypeDecorator[StrEnum]):
    """A member of an enumeration, kept as its word."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Any) -> str | None:  # noqa: ARG002 - signature
        """Turn a member into its word."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:  # noqa: ARG002 - signature
        """Turn a word into its member."""
        return None if value is None else self.kind(value)


class JsonText(sa.types.TypeDecorator[dict[str, str]]):
    """The hashes of a content's parts by name, kept as JSON."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, str] | None, dialect: Any) -> str:  # noqa: ARG002 - signature
        """Turn the mapping into JSON."""
        return json.dumps(value, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Any) -> dict[str, str]:  # noqa: ARG002 - signature
        """Turn JSON into the mapping."""
        return {str(name): str(part) for name, part in json.loads(value or "{}").items()}


class FingerprintsText(sa.types.TypeDecorator[frozenset[str]]):
    """A set of fingerprints, kept in their order with spaces between them."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Any) -> str:  # noqa: ARG002 - signature
        """Turn the set into text."""
        return " ".join(sorted(value or ()))

    def process_result_value(self, value: str | None, dialect: Any) -> frozenset[str]:  # noqa: ARG002 - signature
        """Turn text into the set."""
        return frozenset((value or "").split())


METADATA = sa.MetaData()

sends = sa.Table(
    "sends",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("issue", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("segment", sa.Text, nullable=False),
    sa.Column("target_name", sa.Text, nullable=False),
    sa.Column("mode", EnumText(SendMode), nullable=False),
    sa.Column("purpose", EnumText(Purpose), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("state", EnumText(SendState), nullable=False),
    sa.Column("pending_call", EnumText(PendingCall)),
    sa.Column("campaign_key", sa.Text, unique=True),
    sa.Column("remote_id", sa.Text),
    sa.Column("fingerprint", sa.Text),
    sa.Column("parts", JsonText, nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("recipients", sa.Integer),
    sa.Column("scheduled_for", UtcText),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", UtcText, nullable=False),
    sa.Column("finished_at", UtcText),
    sa.Column("locks", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("lease_token", sa.Text),
    sa.Column("lease_host", sa.Text),
    sa.Column("lease_pid", sa.Integer),
    sa.Column("lease_until", UtcText),
    sa.Column("accepted", FingerprintsText, nullable=False, server_default=""),
)

deliveries = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("send", sa.Text, sa.ForeignKey("sends.id"), primary_key=True),
    sa.Column("recipient", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("state", EnumText(DeliveryState), nullable=False),
    sa.Column("vouched", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("changed_at", UtcText, nullable=False),
    sa.Column("refusal", EnumText(RefusalKind)),
)

uploads = sa.Table(
    "uploads",
    METADATA,
    sa.Column("provider", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("link", sa.Text, nullable=False),
)

clearances = sa.Table(
    "clearances",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", EnumText(ClearanceKind), nullable=False),
    sa.Column("issue", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("parts", JsonText, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", UtcText, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("account", sa.Text),
    sa.Column("audience_size", sa.Integer),
    sa.Column("audience_digest", sa.Text),
)

memberships = sa.Table(
    "memberships",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("issue", sa.Text, nullable=False),
    sa.Column("members", sa.LargeBinary, nullable=False),
)

events = sa.Table(
    "events",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("issue", sa.Text, nullable=False),
    sa.Column("send", sa.Text, sa.ForeignKey("sends.id")),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", UtcText, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)
