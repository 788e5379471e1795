"""What a PostgreSQL server or its driver complains of, in words for people."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from newsletter.errors import LedgerAccessError, LedgerError
from newsletter.ledger.postgresql_auth import wants_password
from newsletter.ledger.url import PASSWORD_VARIABLE

_ASK = "Ask whoever looks after the server."
_AGAIN = "Run the same command again: it first reads what the ledger holds, and goes on from there."
_KEEP = f"Set the environment variable {PASSWORD_VARIABLE}, or keep the password in ~/.pgpass or in the keyring."

_LOST = ("08", "57P01", "57P02", "57P05", "25P03")
"""Codes of a connection that is over: lost, ended by whoever runs the server, or by its patience."""

_CAUSES = (
    ("55P03", "is in use by another computer and did not come free", "Try again in a minute."),
    ("40P01", "is in use by another computer and did not come free", "Try again in a minute."),
    ("42501", "cannot be used: its user {user} lacks the rights", "Let that user own the database. " + _ASK),
    ("53100", "cannot be written: the server's disk is full", "Nothing of this change was kept. " + _ASK),
    ("53300", "takes no more connections: too many are open", "Try again in a minute."),
    ("53", "cannot be used: the server has run short of something", "Try again in a minute. " + _ASK),
    ("25006", "can only be read: it is a copy, or was set so", "Use the address of the main server. " + _ASK),
    ("57P03", "cannot be used yet: the server is starting or stopping", "Try again in a minute."),
    ("58", "cannot be read or written: the server's disk reports an error", _ASK),
    ("XX", "is damaged, or the server is at fault", _ASK),
    ("42P01", "is damaged: a table is missing", "Put back a copy of the database; it knows what was sent."),
)
"""The beginnings of SQL states, most exact first."""

_DAMAGED = {"XX", "42P01"}
"""Those of a ledger that has lost something."""

_UNCONNECTED = (
    ("password authentication failed", "refuses the password of {user}", _KEEP),
    ("no password supplied", "needs a password", _KEEP),
    ("no pg_hba.conf entry", "lets nobody in from here as {user}", "Its pg_hba.conf decides. " + _ASK),
    ('role "', "knows no user called {user}", "Look at `ledger` in the settings. " + _ASK),
    ('database "', "has no database of that name", "It has to be made first, empty: `createdb` makes one."),
    ("does not support ssl", "offers no encryption", "On a network that you trust, add ?sslmode=prefer to `ledger`."),
    ("certificate", "does not prove who it is: its certificate is not accepted", "Look at `ledger`, and at sslmode."),
    ("refused", "is not there: nothing answers", "Is it running, and is the port right? Look at `ledger`."),
    ("no such file", "is not there: nothing answers", "Is it running? Look at `ledger` in the settings."),
    ("timeout", "does not answer", "Are you on the right network? A firewall may be in between."),
    ("unreachable", "cannot be reached", "Are you online?"),
    ("resolve", "cannot be found by that name", "Look at `ledger` in the settings. Are you online?"),
    ("name or service", "cannot be found by that name", "Look at `ledger` in the settings. Are you online?"),
    ("starting up", "is just starting", "Try again in a minute."),
    ("shutting down", "is just stopping", "Try again in a minute."),
    ("connection slots", "takes no more connections: too many are open", "Try again in a minute."),
    ("too many", "takes no more connections: too many are open", "Try again in a minute."),
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
    return LedgerError(f"{title(url)} does not fit: {first_line(error)}.")


def _lost(url: sa.URL, *, committing: bool) -> LedgerError:
    if committing:
        return LedgerAccessError(
            f"The connection to {title(url)[0].lower()}{title(url)[1:]} was lost just when a change was to be kept: "
            "it may have been kept or not.",
            hint=_AGAIN,
        )
    return LedgerAccessError(
        f"The connection to {title(url)[0].lower()}{title(url)[1:]} was lost; nothing of the change under way was "
        "kept.",
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
    return (str(error.orig).strip().splitlines() or ["it does not say why"])[0].rstrip(".")
