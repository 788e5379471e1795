"""The error for adding somebody who left the list."""

from __future__ import annotations

from newsletter.errors import UsageError


class GoneSubscriberError(UsageError):
    """The list has a person as somebody who must not be written to; they are added only once that is confirmed."""
