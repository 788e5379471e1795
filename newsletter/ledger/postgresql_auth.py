"""The password of a shared ledger: found where a person keeps it, given to the server, and shown to nobody."""

from __future__ import annotations

import os
from typing import Any

from newsletter.ledger.url import PASSWORD_VARIABLE
from newsletter.secrets import from_keyring


class PasswordConnector:
    """Connect with the password, which never becomes a part of the engine's address.

    The environment's comes first. Without one the driver looks where it always does (PGPASSWORD, ~/.pgpass); where it
    found none and the server asks for one, the keyring is asked, once.
    """

    def __init__(self) -> None:
        self._kept = ""

    def __call__(self, dialect: Any, _record: Any, args: list[Any], given: dict[str, Any]) -> Any:
        """Return the driver's connection; raise the driver's error."""
        password = os.environ.get(PASSWORD_VARIABLE) or self._kept
        if password:
            return dialect.connect(*args, **given, password=password)
        try:
            return dialect.connect(*args, **given)
        except dialect.dbapi.OperationalError as error:
            self._kept = from_keyring(PASSWORD_VARIABLE) if wants_password(error) else ""
            if not self._kept:
                raise
        return dialect.connect(*args, **given, password=self._kept)


def wants_password(error: Any) -> bool:
    """Return whether the server refused because no password was given to it at all."""
    connection = getattr(error, "pgconn", None)
    return bool(connection is not None and connection.needs_password)
