"""The errors that are shown to users; any other exception is a bug.

    NewsletterError             exit code
    ├── UsageError                  2   the command was called wrongly
    ├── AuthorError                 3   the author must fix a file
    │   ├── ContentError                the issue or the settings have mistakes (with findings)
    │   ├── TemplateError               a template is broken
    │   ├── FileAccessError             a file or folder cannot be read or written
    │   └── GateError                   this exact content must not be sent (yet)
    ├── ProviderError               4   the provider refused or is unavailable
    │   ├── UnsupportedError            the provider cannot do this; nothing was sent
    │   ├── UnavailableError            the provider cannot be reached or is too busy; nothing was accepted
    │   │   ├── DeferredError               the provider does not accept this message for now
    │   │   └── UnclearAnswerError          the response cannot be used
    │   ├── RefusedError                the provider refused, with its own message; nothing was accepted
    │   │   ├── AuthenticationError         the key is wrong or lacks permission
    │   │   ├── NotFoundError               the object does not exist at the provider
    │   │   └── PlanLimitError              the account's plan or credit does not allow it
    │   ├── DoubtError                  no clear response: the provider may have carried out the request
    │   └── ListError                   the own subscriber list cannot be read or written
    └── UncertainError              5   something may have been sent: a person must decide
        └── LedgerError                 the ledger cannot be read or written, so what was sent is not known
            └── LedgerAccessError           permissions, a full disk, no connection
                └── LedgerUnavailableError  4   the same, before this command sent anything

A message never contains a secret or a subscriber's address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A location in a file; lines and columns count from 1, and 0 means unknown."""

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
    """An error with a message, a hint how to fix it, and a location, written for users."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place
        self.facts: Mapping[str, object] = {}
        """What --json has beside the error."""


class UsageError(NewsletterError):
    """The command was called wrongly."""

    exit_code = 2


class AuthorError(NewsletterError):
    """The author must fix a file first."""

    exit_code = 3


class ContentError(AuthorError):
    """A file has mistakes; `findings` lists them all, in the order of the file.

    The findings are `newsletter.model.findings.Finding`s; this module imports nothing, so the type stays open.
    """

    def __init__(self, message: str, findings: Sequence[object], *, hint: str = "", place: Place | None = None) -> None:
        super().__init__(message, hint=hint, place=place)
        self.findings = tuple(findings)


class TemplateError(AuthorError):
    """A template cannot be rendered; the place is in the template."""


class FileAccessError(AuthorError):
    """A file or folder cannot be read or written: permissions, a full disk."""


class GateError(AuthorError):
    """This exact content must not be sent: it was not checked, tested or approved, or was already sent."""


class ProviderError(NewsletterError):
    """The provider refused a request or is unavailable."""

    exit_code = 4


class UnsupportedError(ProviderError):
    """The provider does not support this; raised before any request is made."""


class UnavailableError(ProviderError):
    """The provider cannot be reached or is too busy; it accepted nothing."""


class RefusalKind(StrEnum):
    """Why a provider refused, or deferred, the message to one recipient; the ledger keeps these words."""

    UNKNOWN_ADDRESS = "unknown address"
    UNKNOWN_DOMAIN = "unknown domain"
    INVALID_ADDRESS = "invalid address"
    MOVED = "address has moved"
    DISABLED = "mailbox disabled"
    MAILBOX_FULL = "mailbox full"
    TOO_LARGE = "message too large"
    POLICY = "policy or spam filter"
    TEMPORARY = "temporary"
    OTHER = "no reason given"


class DeferredError(UnavailableError):
    """The provider does not accept this message for now, but may accept it later, and may accept others."""

    def __init__(self, message: str, *, hint: str = "", kind: RefusalKind = RefusalKind.TEMPORARY) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


class UnclearAnswerError(UnavailableError):
    """The provider's response to a read request cannot be used."""


class RefusedError(ProviderError):
    """The provider refused the request, so nothing was accepted; `message` has its own message.

    `status` is the HTTP status (0 without one), `request_id` the ID for the provider's support. `in_own_words` is true
    if the response has the form of the provider's errors, rather than that of a proxy in between. `kind` says why one
    recipient was refused.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: int = 0,
        request_id: str = "",
        in_own_words: bool = True,
        kind: RefusalKind = RefusalKind.OTHER,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.request_id = request_id
        self.in_own_words = in_own_words
        self.kind = kind


class AuthenticationError(RefusedError):
    """The key is wrong, or lacks permission."""


class NotFoundError(RefusedError):
    """The object does not exist at the provider."""


class PlanLimitError(RefusedError):
    """The account's plan, credit or daily limit does not allow it."""


class DoubtError(ProviderError):
    """There was no clear response, so the provider may have carried out the request and must be asked."""


class ListError(ProviderError):
    """The own subscriber list cannot be read or written; nothing was sent."""


class UncertainError(NewsletterError):
    """Something may or may not have been sent; nothing more is sent until a person decides."""

    exit_code = 5


class LedgerError(UncertainError):
    """The ledger cannot be read or written, so it is unknown what was sent; nothing more is sent."""


class LedgerAccessError(LedgerError):
    """The ledger is not damaged but cannot be read or written: permissions, a full disk, no server."""


class LedgerUnavailableError(LedgerAccessError):
    """The ledger cannot be used, and this command has sent nothing."""

    exit_code = 4
