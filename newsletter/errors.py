"""Every error that may reach a person, as one tree; anything else that surfaces is a bug.

    NewsletterError             exit code
    ├── UsageError                  2   the command was called wrongly
    ├── AuthorError                 3   the author must fix a file
    │   ├── ContentError                the issue or the settings hold mistakes (carries the findings)
    │   ├── TemplateError               a template is broken
    │   ├── FileAccessError             the computer does not let a file or folder be read or written
    │   └── GateError                   this exact content may not go out (yet)
    ├── ProviderError               4   the provider refused or is away
    │   ├── UnsupportedError            the provider cannot do what was asked; nothing was sent
    │   ├── UnavailableError            the provider could not be reached, or is too busy; nothing was accepted
    │   │   └── DeferredError               the provider does not take this one message for now; it was not accepted
    │   │   └── UnclearAnswerError          its answer cannot be used
    │   ├── RefusedError                the provider said no, in its own words; nothing was accepted
    │   │   ├── AuthenticationError         the key is wrong or may not do this
    │   │   ├── NotFoundError               the provider has no such thing
    │   │   └── PlanLimitError              the account's plan or credit does not allow it
    │   └── DoubtError                  no clear answer: the provider may have carried it out
    └── UncertainError              5   something may have been sent: a person must look
        └── LedgerError                 the ledger cannot be read or written, so what was sent is not known
            └── LedgerAccessError           permissions, a full disk, no connection
                └── LedgerUnavailableError  4   the same, before this command sent anything

A message never holds a secret or a subscriber's address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file something stands; lines and columns count from 1, 0 means unknown."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class NewsletterError(Exception):
    """Carry what happened, how to fix it and where, in words for people."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place


class UsageError(NewsletterError):
    """The command was called in a way that cannot be carried out."""

    exit_code = 2


class AuthorError(NewsletterError):
    """Something the author wrote must be fixed before the work can go on."""

    exit_code = 3


class ContentError(AuthorError):
    """A file holds mistakes; `findings` lists them all, in the order of the file.

    The findings are `newsletter.model.findings.Finding`s; this module imports nothing, so the type stays open.
    """

    def __init__(self, message: str, findings: Sequence[object], *, hint: str = "", place: Place | None = None) -> None:
        super().__init__(message, hint=hint, place=place)
        self.findings = tuple(findings)


class TemplateError(AuthorError):
    """A template cannot be rendered; the place is in the template."""


class FileAccessError(AuthorError):
    """The computer does not let a file or a folder be read or written: permissions, a full disk."""


class GateError(AuthorError):
    """The gate is shut: this exact content was not checked, tested or approved, or was already sent."""


class ProviderError(NewsletterError):
    """The provider refused a request, in its own words where it gave any."""

    exit_code = 4


class UnsupportedError(ProviderError):
    """The provider cannot do what was asked; raised before anything leaves this machine."""


class UnavailableError(ProviderError):
    """The provider could not be reached or is too busy; nothing was accepted by it."""


class DeferredError(UnavailableError):
    """The provider does not accept this one message for now, and may accept it later; it may accept others."""


class UnclearAnswerError(UnavailableError):
    """The provider gave an answer that cannot be used; nothing was changed by asking."""


class RefusedError(ProviderError):
    """The provider said no, so nothing was accepted; `message` is in its own words.

    `status` is the HTTP status (0 where there is none), `request_id` is what its support asks for. `in_own_words` says
    that the provider itself refused, in the form of its errors, and not a page of something in between.
    """

    def __init__(
        self, message: str, *, hint: str = "", status: int = 0, request_id: str = "", in_own_words: bool = True
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.request_id = request_id
        self.in_own_words = in_own_words


class AuthenticationError(RefusedError):
    """The key is wrong, or it may not do this."""


class NotFoundError(RefusedError):
    """The provider has no such thing."""


class PlanLimitError(RefusedError):
    """The account's plan, credit or daily limit does not allow it."""


class DoubtError(ProviderError):
    """There was no clear answer, so the provider may have carried the request out: ask it what it has."""


class UncertainError(NewsletterError):
    """Something may or may not have been sent; nothing more is sent until a person decides."""

    exit_code = 5


class LedgerError(UncertainError):
    """The ledger cannot be read or written, so what was sent is not known; nothing is sent."""


class LedgerAccessError(LedgerError):
    """The ledger cannot be read or written as things are, and is not damaged: permissions, a full disk, no server."""


class LedgerUnavailableError(LedgerAccessError):
    """The ledger cannot be used, and this command has sent nothing."""

    exit_code = 4
