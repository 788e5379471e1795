"""Suggestions for mistyped names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from newsletter.errors import UsageError


def unknown_name(what: str, name: str, known: Iterable[str], *, hint: str = "") -> UsageError:
    """Return the error for a name that does not exist, suggesting the most similar known names."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    offer = f"Did you mean {' or '.join(f'`{one}`' for one in near)}? " if near else ""
    return UsageError(f"There is no {what} called {name!r}.", hint=f"{offer}{hint}".strip())
