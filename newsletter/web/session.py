"""The secrets that open the composer to one browser; light, as the address with the token is printed first."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Session:
    """The secrets of one run of the server: the token that opens it once, and the cookie that keeps it open."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def hosts(self) -> tuple[str, str]:
        """Return the values of the Host header that are ours."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @property
    def cookie(self) -> str:
        """Return the cookie's name; browsers share cookies between ports, so that each server has its own."""
        return f"newsletter_session_{self.port}"

    @property
    def cookie_header(self) -> str:
        """Return what sets the cookie."""
        return f"{self.cookie}={self.key}; HttpOnly; SameSite=Strict; Path=/"

    def is_token(self, given: str) -> bool:
        """Compare a token in constant time."""
        return secrets.compare_digest(given.encode(), self.token.encode())

    def is_key(self, given: str) -> bool:
        """Compare the value of a cookie in constant time."""
        return secrets.compare_digest(given.encode(), self.key.encode())
