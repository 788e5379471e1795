"""The tables of the own list.

`address_hash` is the keyed hash of an address (see `identity`), so that a row can be found, and a suppression kept,
without the address. `facets` repeats tags and fields in one text that a filter can search (see `facets`).
"""

from __future__ import annotations

import sqlalchemy as sa

from newsletter.ledger.schema import EnumText, UtcText
from newsletter.subscribers.records import ListStatus

METADATA = sa.MetaData()

_FILTER_INDEX = "subscribers_by_filter"

NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

facts = sa.Table(
    "list_facts",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

subscribers = sa.Table(
    "subscribers",
    METADATA,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("address_hash", sa.Text, nullable=False, unique=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("first_name", sa.Text, nullable=False, server_default=""),
    sa.Column("last_name", sa.Text, nullable=False, server_default=""),
    sa.Column("status", EnumText(ListStatus), nullable=False),
    sa.Column("joined_at", UtcText, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("facets", sa.Text, nullable=False, server_default=""),
    sa.Column("consent_at", UtcText),
    sa.Column("consent_how", sa.Text, nullable=False, server_default=""),
    sa.Column("wording", NUMBER, sa.ForeignKey("wordings.id")),
    sa.Column("source", NUMBER, sa.ForeignKey("imports.id")),
    # a filter is answered from this index alone, without reading the people themselves
    sa.Index(_FILTER_INDEX, "status", "joined_at", "facets", "first_name", "last_name", "email").ddl_if(
        dialect="sqlite"
    ),
)

# PostgreSQL refuses entries of 2,704 bytes, so that an index of its own has the people with very long fields
IS_SHORT = sa.text("octet_length(facets || first_name || last_name || email) < 2000")
IS_LONG = sa.text("octet_length(facets || first_name || last_name || email) >= 2000")
_POSTGRESQL_INDEXES = (
    sa.Index(
        "subscribers_short",
        subscribers.c.status,
        subscribers.c.joined_at,
        postgresql_include=["facets", "first_name", "last_name", "email"],
        postgresql_where=IS_SHORT,
    ),
    sa.Index("subscribers_long", subscribers.c.status, subscribers.c.joined_at, postgresql_where=IS_LONG),
)
for _index in _POSTGRESQL_INDEXES:
    _index.ddl_if(dialect="postgresql")

wordings = sa.Table(
    "wordings",
    METADATA,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("text", sa.Text, nullable=False, unique=True),
)

suppressions = sa.Table(
    "suppressions",
    METADATA,
    sa.Column("address_hash", sa.Text, primary_key=True),
    sa.Column("reason", EnumText(ListStatus), nullable=False),
    sa.Column("at", UtcText, nullable=False),
    sa.Column("source", sa.Text, nullable=False, server_default=""),
)

events = sa.Table(
    "list_events",
    METADATA,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("address_hash", sa.Text, nullable=False, index=True),
    sa.Column("at", UtcText, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
)

imports = sa.Table(
    "imports",
    METADATA,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("at", UtcText, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("undone_at", UtcText),
)

changes = sa.Table(
    "import_changes",
    METADATA,
    sa.Column("import", NUMBER, sa.ForeignKey("imports.id"), primary_key=True),
    sa.Column("address_hash", sa.Text, primary_key=True),
    sa.Column("before", sa.JSON, nullable=False),
)

mails = sa.Table(
    "mails",
    METADATA,
    sa.Column("id", NUMBER, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("address_hash", sa.Text, nullable=False, index=True),
    sa.Column("asked_at", UtcText, nullable=False),
    sa.Column("next_at", UtcText, nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("sent_at", UtcText),
)


def filter_index() -> sa.Index:
    """Return the index that filters are answered from, in SQLite."""
    return next(one for one in subscribers.indexes if one.name == _FILTER_INDEX)


def filter_indexes(dialect: str) -> tuple[sa.Index, ...]:
    """Return the indexes that filters are answered from, each of them for a part of the people."""
    return (filter_index(),) if dialect == "sqlite" else _POSTGRESQL_INDEXES


def index_parts(dialect: str) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    """Return the conditions of those indexes: a query with one of them reads that index alone."""
    return (sa.true(),) if dialect == "sqlite" else (IS_SHORT, IS_LONG)
