"""Signed, expiring tokens in the links of emails: each bound to one address and one purpose.

A token is `<address hash><time><signature>` in URL-safe base64: 24, 6 and 22 characters. It holds no address.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import re
from enum import StrEnum
from functools import lru_cache

from newsletter.subscribers.identity import Identity

_TOKEN = re.compile(r"([A-Za-z0-9_-]{24})([A-Za-z0-9_-]{6})([A-Za-z0-9_-]{22})")
_DAY_ONE = 1_704_067_200
"""Tokens count minutes from 2024."""


class Purpose(StrEnum):
    """What a token lets its bearer do; one for another purpose is refused."""

    CONFIRM = "confirm"
    MANAGE = "manage"
    """Unsubscribe, and change preferences."""


LIFETIME = {Purpose.CONFIRM: dt.timedelta(days=7), Purpose.MANAGE: dt.timedelta(days=730)}
"""How long a token is good; the links in a newsletter must work for as long as people keep it."""


class InvalidTokenError(ValueError):
    """The token was not made here, or was made for something else."""


class ExpiredTokenError(InvalidTokenError):
    """The token was made here, and is too old."""


class TokenSigner:
    """Makes and reads the tokens of one purpose."""

    def __init__(self, identity: Identity, purpose: Purpose) -> None:
        self._signature_begun = hmac.new(identity.signing_key(purpose), digestmod="sha256")
        """With the key taken in, which takes as long as the rest of a signature."""
        self._lifetime = LIFETIME[purpose]

    def sign(self, address_hash: str, now: dt.datetime) -> str:
        """Return a token for one address."""
        body = address_hash + _encoded_minute(now)
        return body + self._signature(body)

    def read(self, token: str, now: dt.datetime) -> str:
        """Return the address hash of a token; raise ExpiredTokenError, or InvalidTokenError for anything else."""
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(self._signature(found[1] + found[2]), found[3]):
            raise InvalidTokenError
        minutes = int.from_bytes(base64.urlsafe_b64decode(found[2] + "=="), "big")
        age = now.timestamp() - _DAY_ONE - minutes * 60
        if not -3600 <= age <= self._lifetime.total_seconds():
            raise ExpiredTokenError
        return found[1]

    def _signature(self, body: str) -> str:
        signature = self._signature_begun.copy()
        signature.update(body.encode("ascii"))
        return _encoded(signature.digest()[:16])


@lru_cache(maxsize=4)
def _encoded_minute(now: dt.datetime) -> str:
    """Return a moment as tokens have it; all of a newsletter's are signed with one."""
    minutes = int(now.timestamp() - _DAY_ONE) // 60
    return _encoded(minutes.to_bytes(4, "big"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
