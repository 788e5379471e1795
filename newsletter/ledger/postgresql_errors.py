"""Error messages for what a PostgreSQL server or its driver reports."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from newsletter.errors import LedgerAccessError, LedgerError
from newsletter.ledger.postgresql_auth import wants_password
from newsletter.ledger.url import PASSWORD_VARIABLE

_ASK = "Ask the administrator of the server."
_AGAIN = "Run the same command again: it reads the ledger first and continues from there."
_KEEP = f"Set the environment variable {PASSWORD_VARIABLE}, or keep the password in ~/.pgpass or in the keyring."

_LOST = ("08", "57P01", "57P02", "57P05", "25P03")
"""Codes of a connection that is over: lost, ended by whoever runs the server, or by its patience."""

_CAUSES = (
    ("55P03", "is in use by another computer and could not be locked", "Try again in a minute."),
    ("40P01", "is in use by another computer and could not be locked", "Try again in a minute."),
    (
        "42501",
        "cannot be used: its user {user} lacks the necessary permissions",
        "Make that user the owner of the database. " + _ASK,
    ),
    ("53100", "cannot be written: the server's disk is full", "This change was not saved. " + _ASK),
    ("53300", "has too many open connections", "Try again in a minute."),
    ("53", "cannot be used: the server is out of resources", "Try again in a minute. " + _ASK),
    (
        "25006",
        "is read-only: it is a replica, or was set to read-only",
        "Use the address of the primary server. " + _ASK,
    ),
    ("57P03", "cannot be used yet: the server is starting or stopping", "Try again in a minute."),
    ("58", "cannot be read or written: the server's disk reports an error", _ASK),
    ("XX", "is damaged, or the server has an internal error", _ASK),
    ("42P01", "is damaged: a table is missing", "Restore the database from a backup; it records what was sent."),
)
"""The beginnings of SQL states, most exact first."""

_DAMAGED = {"XX", "42P01"}
"""Those of a ledger that has lost something."""

_UNCONNECTED = (
    ("password authentication failed", "rejected the password of {user}", _KEEP),
    ("no password supplied", "needs a password", _KEEP),
    (
        "no pg_hba.conf entry",
        "does not allow {user} to connect from this computer",
        "Its pg_hba.conf must allow the connection. " + _ASK,
    ),
    ('role "', "has no user called {user}", "Check `ledger` in newsletter.yaml. " + _ASK),
    ('database "', "has no database of that name", "Create an empty database first, for example with `createdb`."),
    (
        "does not support ssl",
        "does not support encryption",
        "On a network that you trust, add ?sslmode=prefer to `ledger`.",
    ),
    ("certificate", "could not be verified: its certificate is not trusted", "Check `ledger` and its sslmode."),
    ("refused", "refused the connection", "Check that it is running and that the port in `ledger` is right."),
    ("no such file", "is not running", "Start it, or check `ledger` in newsletter.yaml."),
    (
        "timeout",
        "did not respond in time",
        "Check that you are on the right network; a firewall may block the connection.",
    ),
    ("unreachable", "cannot be reached", "Check your internet connection."),
    ("resolve", "was not found under that name", "Check `ledger` in newsletter.yaml and your internet connection."),
    (
        "name or service",
        "was not found under that name",
        "Check `ledger` in newsletter.yaml and your internet connection.",
    ),
    ("starting up", "is starting", "Try again in a minute."),
    ("shutting down", "is shutting down", "Try again in a minute."),
    ("connection slots", "has too many open connections", "Try again in a minute."),
    ("too many", "has too many open connections", "Try again in a minute."),
)
"""What stands in the text where there is no SQL state: nothing was connected."""


def title(url: sa.URL) -> str:
    """Name a ledger by its database and server, for the start of a sentence."""
    return f"The ledger in the database {url.database} {_at(url)}"


def _at(url: sa.URL) -> str:
    host = url.host or ""
    return "on this computer" if not host or host.startswith("/") else f"at {host}"


def explain(url: sa.URL, error: DatabaseError, *, committing: bool) -> LedgerError:
    """Return the words for an error; `committing` where it was the answer to a commit."""
    code = getattr(error.orig, "sqlstate", None) or ""
    if error.connection_invalidated or code.startswith(_LOST):
        return _lost(url, committing=committing)
    if getattr(error.orig, "pgconn", None) is not None or not code:
        return _unconnected(url, error)
    for start, words, hint in _CAUSES:
        if code.startswith(start):
            kind = LedgerError if start in _DAMAGED else LedgerAccessError
            return kind(f"{title(url)} {words.format(user=url.username or 'you')}.", hint=hint)
    return LedgerError(f"{title(url)} reported an error: {first_line(error)}.")


def _lost(url: sa.URL, *, committing: bool) -> LedgerError:
    if committing:
        return LedgerAccessError(
            f"The connection to {title(url)[0].lower()}{title(url)[1:]} was lost while a change was being "
            "saved: it may or may not have been saved.",
            hint=_AGAIN,
        )
    return LedgerAccessError(
        f"The connection to {title(url)[0].lower()}{title(url)[1:]} was lost; the current change was not saved.",
        hint=_AGAIN,
    )


def _unconnected(url: sa.URL, error: DatabaseError) -> LedgerError:
    server = f"The ledger's server {_at(url)}"
    if wants_password(error.orig):
        return LedgerAccessError(f"{server} needs a password for {url.username or 'you'}.", hint=_KEEP)
    said = str(error.orig).casefold()
    for sign, words, hint in _UNCONNECTED:
        if sign in said:
            return LedgerAccessError(f"{server} {words.format(user=url.username or 'you')}.", hint=hint)
    return LedgerAccessError(f"{server} cannot be used: {first_line(error)}.", hint=_ASK)


def first_line(error: DatabaseError) -> str:
    """Return what the server says first; what it adds may quote a row."""
    return (str(error.orig).strip().splitlines() or ["it gives no reason"])[0].rstrip(".")
