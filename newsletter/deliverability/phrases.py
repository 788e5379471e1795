"""Sentences that doctor uses to ask for a change."""

from __future__ import annotations


def ask_dns(domain: str, what: str) -> str:
    """Return the sentence that asks for a change in a domain's DNS."""
    return f"Ask the administrator of {domain}’s DNS to {what}."


def capital(title: str) -> str:
    """Capitalize a provider's title at the beginning of a sentence; a lower-case name is left unchanged."""
    return f"The {title.removeprefix('the ')}" if title.startswith("the ") else title
