"""Where secrets come from: the environment, or this computer's keyring; never a file of the newsletter."""

from __future__ import annotations

import os

from newsletter.errors import UsageError

SERVICE = "newsletter"
"""Under which service the keyring keeps them."""


def find_secret(variable: str) -> str:
    """Return a secret by the name of its environment variable; empty where it is nowhere."""
    return os.environ.get(variable, "").strip() or from_keyring(variable)


def need_secret(variable: str) -> str:
    """Return a secret; raise UsageError that says where to put it."""
    found = find_secret(variable)
    if not found:
        raise UsageError(
            f"The key {variable} is needed, and is nowhere to be found.",
            hint=f"`newsletter providers --keep {variable}` asks for it and keeps it in this computer's keyring. "
            f"Or set it for this terminal: export {variable}=…",
        )
    return found


def from_keyring(variable: str) -> str:
    """Return what the keyring has; empty where it has nothing, is locked, or is not there."""
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
    """Put a secret into the keyring; raise UsageError where this computer has none that can be used."""
    import keyring  # noqa: PLC0415 - slow to import, and needed only here
    from keyring.errors import KeyringError  # noqa: PLC0415 - as above

    try:
        keyring.set_password(SERVICE, variable, secret)
    except KeyringError as error:
        raise UsageError(
            "This computer has no keyring that can be used.",
            hint=f"Set the key in the environment instead: export {variable}=…",
        ) from error


def has_keyring() -> bool:
    """Say whether this computer has a keyring that can be used."""
    try:
        import keyring  # noqa: PLC0415 - slow to import, and needed only here
        from keyring.backends import fail  # noqa: PLC0415 - as above
    except ImportError:
        return False
    return not isinstance(keyring.get_keyring(), fail.Keyring)
