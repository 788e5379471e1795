"""Where a ledger is kept, as one line of the settings says it; never with a password in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SQLITE = "sqlite:///"
PASSWORD_VARIABLE = "NEWSLETTER_LEDGER_PASSWORD"  # noqa: S105 - the name of a variable, not a password
OPTIONS = (
    "channel_binding",
    "connect_timeout",
    "gssencmode",
    "host",
    "passfile",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
)
"""What of the database's own connection options may follow the question mark."""

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

_SERVERS = ("postgresql", "postgres")
_LOCAL = ("", "localhost", "127.0.0.1", "::1")
_EXAMPLE = "postgresql://newsletter@db.example.org/newsletter"


class LedgerUrlError(ValueError):
    """What is wrong with the address of a ledger, and what to write; the words repeat nothing that may be a secret."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SqliteFile(NamedTuple):
    """A file on this computer, or in a folder that it can write to."""

    path: str


@dataclass(frozen=True, slots=True)
class PostgresqlDatabase:
    """A database that several computers share; `host` is empty, or a folder, where it is on this computer."""

    host: str
    port: int | None
    user: str
    database: str
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_local(self) -> bool:
        """Return whether nothing of it goes over a network."""
        return self.host in _LOCAL or self.host.startswith("/")


def parse(url: str) -> SqliteFile | PostgresqlDatabase:
    """Read the address of a ledger; raise LedgerUrlError."""
    if url.startswith(SQLITE):
        return SqliteFile(_path(url.removeprefix(SQLITE)))
    scheme, mark, rest = url.partition("://")
    if scheme not in _SERVERS or not mark:
        raise LedgerUrlError(
            f"the ledger cannot be kept in “{_kind(url)}”" if url else "the ledger has no address",
            f"Write `{SQLITE}.newsletter/ledger.db`, or `{_EXAMPLE}` for a shared database. Never put a "
            "password in this file.",
        )
    if ":" in rest.rpartition("@")[0]:
        raise _password()
    try:
        return _database(urlsplit(url))
    except LedgerUrlError:
        raise
    except ValueError as error:  # in whatever Python said, the whole address may stand
        raise LedgerUrlError("the address of the ledger is not valid", f"Write it as `{_EXAMPLE}`.") from error


def _kind(url: str) -> str:
    """Return what stands where `sqlite` should, without anything that may follow a name in it."""
    found = re.match(r"[^:@\s]{1,40}", url)
    return found[0] if found else "…"


def _password() -> LedgerUrlError:
    return LedgerUrlError(
        "the address of the ledger contains a password",
        f"Remove it and the colon before it. Set the environment variable {PASSWORD_VARIABLE} to it instead, "
        "or keep it in ~/.pgpass or in the keyring. If anyone else has seen this file, change the password.",
    )


def _path(path: str) -> str:
    if not path or path.endswith("/"):
        raise LedgerUrlError("the address of the ledger has no file path", f"Write `{SQLITE}.newsletter/ledger.db`.")
    return path


def _database(parts: SplitResult) -> PostgresqlDatabase:
    options = _options(parts.query)
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name or parts.fragment:
        raise LedgerUrlError(
            "the address of the ledger must end with the name of one database", f"Write it as `{_EXAMPLE}`."
        )
    host = unquote(parts.hostname or "") or options.pop("host", "")
    options.pop("host", None)
    return PostgresqlDatabase(host, parts.port, unquote(parts.username or ""), name, MappingProxyType(options))


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    if "password" in options or "sslpassword" in options:
        raise _password()
    for name in options:
        if name not in OPTIONS:
            raise LedgerUrlError(
                f"the address of the ledger has an unknown option “{_kind(name)}”",
                f"The allowed options are {', '.join(OPTIONS)}.",
            )
    if options.get("sslmode", SSL_MODES[0]) not in SSL_MODES:
        raise LedgerUrlError(
            "the address of the ledger has an unknown `sslmode`", f"Use one of {', '.join(SSL_MODES)}."
        )
    return options
