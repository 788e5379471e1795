"""Several connections to one SMTP server, each used by one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from newsletter.errors import ProviderError
from newsletter.providers.smtp_session import SmtpSession


class SmtpPool:
    """Lends sessions to threads; a server that allows fewer connections than are set gets fewer."""

    def __init__(self, make: Callable[[], SmtpSession], most: int) -> None:
        self.first = make()
        """The session that is opened first; it is never given up."""
        self._make = make
        self._most = most
        self._sessions = [self.first]
        self._free = [self.first]
        self._turn = threading.Condition()

    @contextmanager
    def session(self) -> Iterator[SmtpSession]:
        """Lend a session that nobody else uses; wait for one where there are as many as may be."""
        session = self._borrow()
        try:
            yield session
        finally:
            with self._turn:
                if session in self._sessions:
                    self._free.append(session)
                self._turn.notify()

    def _borrow(self) -> SmtpSession:
        while True:
            with self._turn:
                while not self._free and len(self._sessions) >= self._most:
                    self._turn.wait()
                if self._free:
                    return self._free.pop()
                session = self._make()
                self._sessions.append(session)
            if self._opens(session):
                return session

    def _opens(self, session: SmtpSession) -> bool:
        """Open a further connection; where the server does not allow it, go on with those that there are."""
        try:
            session.open()
        except ProviderError:
            with self._turn:
                self._sessions.remove(session)
                self._most = max(1, len(self._sessions))
            return False
        except BaseException:
            with self._turn:
                self._sessions.remove(session)
            raise
        return True

    def hang_up(self) -> None:
        """Say goodbye on every connection."""
        with self._turn:
            for session in self._sessions:
                session.hang_up()
