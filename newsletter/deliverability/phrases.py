"""Sentences that doctor uses to ask for a change."""

from __future__ import annotations


def ask_dns(domain: str, what: str) -> str:
    """Return the sentence that asks for a change in a domain's DNS."""
    return f"Ask the administrator of {domain}’s DNS to {what}."
