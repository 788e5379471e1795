"""How what is to be asked for is said."""

from __future__ import annotations


def ask_dns(domain: str, what: str) -> str:
    """Return the sentence that asks for a change in a domain's DNS."""
    return f"Ask the administrator of {domain}’s DNS to {what}."


def capital(title: str) -> str:
    """Return a service's title as it begins a sentence; a name that is written small stays small."""
    return f"The {title.removeprefix('the ')}" if title.startswith("the ") else title
