"""Secrets from the environment or this computer's keyring; never from a file of the newsletter."""

from __future__ import annotations

import os

from newsletter.errors import UsageError

SERVICE = "newsletter"
"""The service name in the keyring."""


def find_secret(variable: str) -> str:
    """Return a secret by the name of its environment variable; empty if it is not stored anywhere."""
    return os.environ.get(variable, "").strip() or from_keyring(variable)


def need_secret(variable: str) -> str:
    """Return a secret; raise UsageError that explains how to store it if it is missing."""
    found = find_secret(variable)
    if not found:
        raise UsageError(
            f"The key {variable} is missing.",
            hint=f"Run `newsletter providers --keep {variable}` to store it in this computer's keyring, or set it for "
            f"this terminal: export {variable}=…",
        )
    return found


def from_keyring(variable: str) -> str:
    """Return a secret from the keyring; empty if it is not there, or the keyring is locked or missing."""
    try:
        import keyring  # noqa: PLC0415 - slow to import, and needed only where the environment has nothing
        from keyring.errors import KeyringError  # noqa: PLC0415 - as above
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, variable) or ""
    except KeyringError:
        return ""


def keep(variable: str, secret: str) -> None:
    """Store a secret in the keyring; raise UsageError if no keyring is available."""
    import keyring  # noqa: PLC0415 - slow to import, and needed only here
    from keyring.errors import KeyringError  # noqa: PLC0415 - as above

    try:
        keyring.set_password(SERVICE, variable, secret)
    except KeyringError as error:
        raise UsageError(
            "No keyring is available on this computer.",
            hint=f"Set an environment variable instead: export {variable}=…",
        ) from error


def has_keyring() -> bool:
    """Return whether a keyring is available on this computer."""
    try:
        import keyring  # noqa: PLC0415 - slow to import, and needed only here
        from keyring.backends import fail  # noqa: PLC0415 - as above
    except ImportError:
        return False
    return not isinstance(keyring.get_keyring(), fail.Keyring)
