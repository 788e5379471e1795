"""What the ledger needs of a database, whichever it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from newsletter.errors import LedgerError

PATIENCE = 20.0
"""Seconds to wait for another process that writes."""


class Backend(ABC):
    """One kind of database. It keeps nothing itself: all is in the engine and its connections."""

    words: ClassVar[Mapping[str, str]]
    """What it writes for the words in {braces} of the migrations."""

    @abstractmethod
    def title(self, engine: sa.Engine) -> str:
        """Return what to call this ledger at the start of a sentence; never with a secret in it."""

    @abstractmethod
    def begin(self, connection: sa.Connection, *, writes: bool) -> None:
        """Begin a transaction: one that sees a single state, or one beside which nobody else writes."""

    @abstractmethod
    def explain(self, engine: sa.Engine, error: DatabaseError, *, committing: bool) -> LedgerError:
        """Put into words what the database says; `committing` where it was the answer to a commit."""

    @abstractmethod
    def broke_off(self, engine: sa.Engine) -> bool:
        """Return whether a program seems to have ended in the middle of a change, before anything is read."""

    @abstractmethod
    def check(self, engine: sa.Engine, connection: sa.Connection) -> None:
        """Raise LedgerError where nothing should be built on this database; quick, however large the ledger is."""

    @abstractmethod
    def examine(self, engine: sa.Engine, connection: sa.Connection) -> None:
        """Read all of it, and raise LedgerError where it is damaged; it may take seconds."""

    @abstractmethod
    def version(self, connection: sa.Connection) -> int:
        """Return the number of the last migration, 0 where there was none."""

    @abstractmethod
    def latest(self, connection: sa.Connection) -> int:
        """Return that number of a ledger in which there was one."""

    @abstractmethod
    def is_taken(self, connection: sa.Connection) -> bool:
        """Say whether, in a place without a version, there are tables all the same."""

    @abstractmethod
    def note_version(self, connection: sa.Connection, number: int) -> None:
        """Write down the number of the last migration."""

    @abstractmethod
    def make_room(self, connection: sa.Connection) -> None:
        """Make what must be there before the first table."""

    @abstractmethod
    def continue_counting(self, connection: sa.Connection, table: sa.Table) -> None:
        """Let the numbers that the database gives to new rows go on behind those that are there."""

    def tidy(self, engine: sa.Engine) -> None:  # noqa: B027 - most have nothing to do
        """Clear away what a process left behind that was killed while it made many changes."""

    def many_changes(self, engine: sa.Engine) -> AbstractContextManager[None]:  # noqa: ARG002 - for those that differ
        """Return a context in which committing a change costs little; it is as durable as ever."""
        return nullcontext()
