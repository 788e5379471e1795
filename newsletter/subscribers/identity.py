"""The secret of the own list, and the keyed hashes that stand for addresses.

Whoever has the database but not the secret cannot find out whether an address is, or was, on the list: a plain hash
could be tried with every address there is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from newsletter.errors import FileAccessError, UsageError
from newsletter.model.audience import address_key

VARIABLE = "NEWSLETTER_LIST_SECRET"
"""The environment variable that has the secret in place of the file, for containers."""

FILE_MODE = 0o600
_LEAST = 32
_HASH = 18
"""Bytes of a hash: 24 characters."""


class Identity:
    """The secret, ready to be used for one purpose each: hashes of addresses here, signatures in `tokens`."""

    def __init__(self, secret: bytes) -> None:
        self._hashes = self._derived(secret, b"addresses")
        self._signatures = secret

    @staticmethod
    def _derived(secret: bytes, purpose: bytes) -> bytes:
        return hmac.digest(secret, b"newsletter list: " + purpose, "sha256")

    def __repr__(self) -> str:
        """Hide the secret."""
        return "Identity()"

    def address_hash(self, email: str) -> str:
        """Return the hash of an address; two spellings of one mailbox have the same."""
        digest = hashlib.blake2b(address_key(email).encode(), digest_size=_HASH, key=self._hashes).digest()
        return base64.urlsafe_b64encode(digest).decode("ascii")

    def signing_key(self, purpose: str) -> bytes:
        """Return the key that signs tokens of one purpose."""
        return self._derived(self._signatures, f"tokens for {purpose}".encode())

    @property
    def check(self) -> str:
        """Return what tells one secret from another, and nothing else about it."""
        return hashlib.sha256(self._derived(self._signatures, b"check")).hexdigest()[:16]


def load_identity(path: Path, *, create: bool = False) -> Identity:
    """Return the identity from the environment or the secret's file; with `create` the file is made where missing.

    Raise UsageError if it is missing, too short, or readable by others.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        if len(given) < _LEAST:
            raise UsageError(
                f"{VARIABLE} is too short to be a secret.",
                hint=f"Use at least {_LEAST} random characters, such as the output of `openssl rand -hex 32`.",
            )
        return Identity(given.encode())
    try:
        if create and not path.exists():
            _create(path)
        mode, data = path.stat().st_mode, path.read_text("ascii").strip()
    except FileNotFoundError as error:
        raise UsageError(
            f"The secret of the subscriber list, {path.name}, is missing.",
            hint=f"Restore it from a backup, or set {VARIABLE}: without it, nobody on the list can be recognised.",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileAccessError(f"The secret of the subscriber list, {path}, cannot be read or written.") from error
    if os.name == "posix" and mode & 0o077:
        raise UsageError(
            f"Other people on this computer can read the secret of the subscriber list, {path}.",
            hint=f"Run: chmod 600 {path}",
        )
    if len(data) < _LEAST:
        raise UsageError(f"{path} is not a secret of a subscriber list.", hint="Restore it from a backup.")
    return Identity(data.encode())


def _create(path: Path) -> None:
    """Write a new secret; of two who do it at once, the first one's counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not path.exists():
                draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
