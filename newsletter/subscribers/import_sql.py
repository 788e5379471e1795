"""The statements of an import, the same for SQLite and PostgreSQL; `incoming` is a temporary table."""

from __future__ import annotations

COLUMNS = (
    "position",
    "line",
    "address_hash",
    "email",
    "first_name",
    "last_name",
    "status",
    "reason",
    "joined_at",
    "tags",
    "fields",
    "facets",
    "consent",
)

INCOMING = """
CREATE TEMPORARY TABLE incoming (
    position INTEGER NOT NULL PRIMARY KEY,
    line INTEGER NOT NULL,
    address_hash TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    joined_at TEXT,
    tags JSON NOT NULL,
    fields JSON NOT NULL,
    facets TEXT NOT NULL,
    consent TEXT NOT NULL,
    repeats INTEGER NOT NULL DEFAULT 0,
    repeated_at INTEGER
)
"""

STAGE = f"""
INSERT INTO incoming ({", ".join(COLUMNS)}) VALUES ({{marks}})
ON CONFLICT (address_hash) DO UPDATE SET
    status = CASE WHEN incoming.status = 'subscribed' THEN excluded.status ELSE incoming.status END,
    reason = CASE WHEN incoming.status = 'subscribed' THEN excluded.reason ELSE incoming.reason END,
    repeats = incoming.repeats + 1,
    repeated_at = COALESCE(incoming.repeated_at, excluded.line)
"""  # noqa: S608  names of columns, from above

_JOINED = """
FROM incoming
LEFT JOIN subscribers ON subscribers.address_hash = incoming.address_hash
LEFT JOIN suppressions ON suppressions.address_hash = incoming.address_hash
"""
_IS_NEW = "subscribers.id IS NULL AND suppressions.address_hash IS NULL"
_LEAVES = (
    "incoming.status <> 'subscribed' AND subscribers.status IN ('subscribed', 'pending') "
    "AND suppressions.address_hash IS NULL"
)

COUNTS = f"""
SELECT
    count(*),
    COALESCE(sum(incoming.repeats), 0),
    COALESCE(sum(CASE WHEN {_IS_NEW} AND incoming.status = 'subscribed' THEN 1 ELSE 0 END), 0),
    COALESCE(sum(CASE WHEN {_LEAVES} THEN 1 ELSE 0 END), 0),
    COALESCE(sum(CASE WHEN incoming.status <> 'subscribed' OR suppressions.address_hash IS NOT NULL
        THEN 1 ELSE 0 END), 0),
    (SELECT count(*) FROM subscribers WHERE status = 'subscribed')
{_JOINED}
"""  # noqa: S608  constants

REPEATED = "SELECT repeated_at, email FROM incoming WHERE repeats > 0 ORDER BY repeated_at LIMIT :most"

LEFT_OUT = f"""
SELECT incoming.email, incoming.reason, suppressions.reason {_JOINED}
WHERE incoming.status <> 'subscribed' OR suppressions.address_hash IS NOT NULL
ORDER BY incoming.position LIMIT :most
"""

NOW_OUT = f"SELECT incoming.email, incoming.reason {_JOINED} WHERE {_LEAVES} ORDER BY incoming.position LIMIT :most"

KNOWN = f"""
SELECT subscribers.address_hash, subscribers.first_name, subscribers.last_name, subscribers.status,
    subscribers.tags, subscribers.fields, incoming.first_name AS new_first, incoming.last_name AS new_last,
    incoming.tags AS new_tags, incoming.fields AS new_fields
{_JOINED}
WHERE incoming.status = 'subscribed' AND suppressions.address_hash IS NULL
    AND subscribers.status IN ('subscribed', 'pending')
ORDER BY subscribers.id
"""

SAVE_STATUS = f"""
INSERT INTO import_changes (import, address_hash, before)
SELECT imports.id, subscribers.address_hash, saved.before
{_JOINED}
JOIN imports ON imports.id = CAST(:number AS INTEGER)
JOIN saved_statuses AS saved ON saved.status = subscribers.status
WHERE {_LEAVES}
"""

SAVED_STATUSES = (
    "CREATE TEMPORARY TABLE saved_statuses (status TEXT PRIMARY KEY, before JSON NOT NULL)",
    """INSERT INTO saved_statuses VALUES ('pending', '{"status": "pending"}')""",
    """INSERT INTO saved_statuses VALUES ('subscribed', '{"status": "subscribed"}')""",
)
"""What is kept of people who leave by an import, as JSON: each database has its own type for it."""

UPDATE_STATUS = f"""
UPDATE subscribers SET status = (
    SELECT incoming.status FROM incoming WHERE incoming.address_hash = subscribers.address_hash
)
WHERE address_hash IN (SELECT subscribers.address_hash {_JOINED} WHERE {_LEAVES})
"""  # noqa: S608  constants

ADD_PEOPLE = f"""
INSERT INTO subscribers (address_hash, email, first_name, last_name, status, joined_at, tags, fields, facets,
    consent_at, consent_how, wording, source)
SELECT incoming.address_hash, incoming.email, incoming.first_name, incoming.last_name, incoming.status,
    COALESCE(incoming.joined_at, :now), incoming.tags, incoming.fields, incoming.facets,
    COALESCE(incoming.joined_at, :now),
    CASE WHEN incoming.consent <> '' THEN incoming.consent WHEN incoming.joined_at IS NULL THEN :undated ELSE :how END,
    CAST(:wording AS INTEGER), CAST(:number AS INTEGER)
{_JOINED}
WHERE {_IS_NEW} ORDER BY incoming.position
"""

ADD_SUPPRESSIONS = """
INSERT INTO suppressions (address_hash, reason, at, source)
SELECT incoming.address_hash, incoming.status, :now, :source
FROM incoming LEFT JOIN suppressions ON suppressions.address_hash = incoming.address_hash
WHERE incoming.status <> 'subscribed' AND suppressions.address_hash IS NULL
"""
