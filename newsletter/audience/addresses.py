"""Addresses in their normal form, quickly: a list has very many of them, and most are of the simplest kind."""

from __future__ import annotations

from functools import lru_cache

from newsletter.compiled_patterns import compile_pattern

_PLAIN_LOCAL = compile_pattern(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_PLAIN_DOMAIN = compile_pattern(
    r"(?=.{4,253}\Z)(?!.*--)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:com|org|net|edu|gov|info|[a-z]{2})"
)
"""A domain that is its own normal form, by the rules of email-validator: nothing in it needs a closer look."""

_LONGEST, _LONGEST_LOCAL = 254, 64
LONGEST_WRITTEN = 320
"""Characters; nothing longer is looked at."""


def normal_address(text: str) -> str:
    """Return an address in its normal form; empty where it is not one that can be written to."""
    if len(text) > LONGEST_WRITTEN:
        return ""
    local, at, domain = text.rpartition("@")
    if at and len(text) <= _LONGEST and len(local) <= _LONGEST_LOCAL and _PLAIN_LOCAL.fullmatch(local):
        # a plain local part is its own normal form, so that each domain is examined but once
        normal = _normal_domain(domain)
        return f"{local}@{normal}" if normal and len(local) + len(normal) < _LONGEST else _examined(text)
    return _examined(text)


@lru_cache(maxsize=8192)
def _normal_domain(domain: str) -> str:
    return domain if _PLAIN_DOMAIN.fullmatch(domain) else _examined(f"a@{domain}").removeprefix("a@")


def _examined(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  slow to load, and seldom needed

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return ""
