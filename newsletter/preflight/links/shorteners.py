"""Sites that only lead on to others."""

from __future__ import annotations

from newsletter.preflight.links.link_data import link_data


def is_shortener(host: str) -> bool:
    """Return whether a host is one of the services that make short addresses of long ones."""
    return host.lower().removeprefix("www.") in link_data().shorteners


def is_lasting(host: str) -> bool:
    """Return whether a host leads on by design, its own addresses being the ones to hand out."""
    return host.lower().removeprefix("www.") in link_data().lasting
