"""What the codes and words of an SMTP server's refusal mean."""

from __future__ import annotations

import re

from newsletter.errors import RefusalKind

_ENHANCED = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REASONS = {
    ("1", "1"): (RefusalKind.UNKNOWN_ADDRESS, "there is no such address"),
    ("1", "2"): (RefusalKind.UNKNOWN_DOMAIN, "there is no such domain"),
    ("1", "3"): (RefusalKind.INVALID_ADDRESS, "the address is not valid"),
    ("1", "6"): (RefusalKind.MOVED, "the address has moved"),
    ("1", "10"): (RefusalKind.UNKNOWN_DOMAIN, "the domain accepts no email"),
    ("2", "1"): (RefusalKind.DISABLED, "the mailbox is disabled"),
    ("2", "2"): (RefusalKind.MAILBOX_FULL, "the mailbox is full"),
    ("2", "3"): (RefusalKind.TOO_LARGE, "the message is too large for the mailbox"),
    ("3", "4"): (RefusalKind.TOO_LARGE, "the message is too large"),
    ("7", "1"): (RefusalKind.POLICY, "it is not allowed, or taken for spam"),
}
"""What enhanced status codes mean (RFC 3463, and RFC 7505 for X.1.10), by subject and detail."""
_BASIC = {
    552: (RefusalKind.MAILBOX_FULL, "the mailbox is full, or the message too large"),
    551: (RefusalKind.MOVED, "the address has moved"),
    553: (RefusalKind.INVALID_ADDRESS, "the address is not valid"),
}
"""What basic codes mean where there is no enhanced one; 550 and 554 mean too many things."""
_WORDS = {
    RefusalKind.MAILBOX_FULL: (
        r"over ?quota|quota exceeded|exceeded (?:its |the |your )?(?:storage|quota)|(?:mailbox|inbox) (?:is )?full"
        r"|insufficient (?:mailbox |disk )?space"
    ),
    RefusalKind.UNKNOWN_DOMAIN: (
        r"(?:domain|host) (?:name )?(?:not found|unknown|does not exist)|no such domain|null mx"
    ),
    RefusalKind.POLICY: (
        r"\bspam\b|\bpolicy\b|block(?:ed|list)|blacklist|\b(?:spf|dkim|dmarc)\b|reputation|access denied|relay|greylist"
    ),
    RefusalKind.DISABLED: (r"(?:mailbox|account|user|recipient)\b.{0,30}\b(?:disabled|suspended|inactive|deactivated)"),
    RefusalKind.UNKNOWN_ADDRESS: (
        r"(?:user|recipient|mailbox|address|account)\b.{0,40}\b(?:unknown|not found|does ?n[o']t exist|not exist)"
        r"|(?:unknown|no such|invalid|non-?existent) (?:local |virtual |email )?"
        r"(?:user|recipient|mailbox|address|account|person)|no mailbox (?:here )?(?:by|with) that name"
    ),
}
"""What servers write where their codes do not tell, by the kind of refusal; the first that is found counts."""
_SAID = [(kind, re.compile(words, re.IGNORECASE)) for kind, words in _WORDS.items()]


def refusal_kind(code: int, words: str) -> RefusalKind:
    """Return why a server refused one recipient for good (5xx) or deferred it (4xx)."""
    found = _looked_up(code, words)
    if found is not None and (code >= 500 or found[0] is not RefusalKind.POLICY):
        return found[0]
    kind = next((kind for kind, said in _SAID if said.search(words)), RefusalKind.OTHER)
    if code >= 500:
        return kind
    return kind if kind is RefusalKind.MAILBOX_FULL else RefusalKind.TEMPORARY  # “blocked” may be greylisting


def describe_codes(code: int, words: str) -> str:
    """Return what a refusal means, in brackets; only its code where its codes do not tell."""
    found = _looked_up(code, words)
    return f" ({code}, {found[1]})" if found else f" ({code})"


def _looked_up(code: int, words: str) -> tuple[RefusalKind, str] | None:
    enhanced = next((one for one in _ENHANCED.finditer(words) if one[1] == str(code)[:1]), None)
    if enhanced is None:
        return _BASIC.get(code)
    subject, detail = enhanced[2], enhanced[3]
    found = _REASONS.get((subject, detail))
    return found or (_REASONS["7", "1"] if subject == "7" and code >= 500 else None)
