"""The own list, opened: its people, its imports and the emails that wait to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from newsletter.errors import UsageError
from newsletter.ledger.store import utc_now
from newsletter.subscribers.engine import connect, writing
from newsletter.subscribers.identity import VARIABLE, Identity
from newsletter.subscribers.import_store import ImportStore
from newsletter.subscribers.mail_queue import MailQueue
from newsletter.subscribers.people import PeopleStore
from newsletter.subscribers.queries import ListQueries
from newsletter.subscribers.schema import facts
from newsletter.subscribers.tokens import Purpose, TokenSigner


class OwnList:
    """An open list; use it in a `with`. Raise ListError where the database cannot be used."""

    def __init__(self, url: str, identity: Identity, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._engine = connect(url)
        self.identity = identity
        self.clock = clock
        self.people = PeopleStore(self._engine, identity, clock)
        self.queries = ListQueries(self._engine)
        self.imports = ImportStore(self._engine, identity, clock)
        self.mails = MailQueue(self._engine, clock)
        self._check_secret()

    def signer(self, purpose: Purpose) -> TokenSigner:
        """Return what makes and reads tokens of a purpose."""
        return TokenSigner(self.identity, purpose)

    def _check_secret(self) -> None:
        """Raise UsageError where the list was made with another secret: nobody on it would be recognised."""
        with writing(self._engine) as connection:
            known = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "secret"))
            if known is None:
                connection.execute(sa.insert(facts), {"name": "secret", "value": self.identity.check})
            elif known != self.identity.check:
                self._engine.dispose()
                raise UsageError(
                    "The secret of the subscriber list is not the one that the list was made with.",
                    hint=f"Copy the secret from the computer that made the list, as a file or in {VARIABLE}.",
                )

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
