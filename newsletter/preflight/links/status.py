"""What was found behind a link, as the checks are told it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """The result of opening a link; if several apply, the one that matters most to a reader."""

    OK = "ok"
    GONE = "gone"
    """The page is not there (404, 410), or there is no such host."""
    FAULT = "fault"
    """The server says that it has a fault of its own (5xx)."""
    BROKEN = "broken"
    """No connection, or none that holds: refused, reset, an answer that is none."""
    LOOP = "loop"
    """It leads on and on, and to no page."""
    LOGIN = "login"
    """Only who signs in sees the page."""
    CERTIFICATE = "certificate"
    """Browsers warn of the site: its certificate has run out, is another's or is home-made."""
    EXPIRING = "expiring"
    """The page is there, and the site's certificate runs out within days."""
    ANCHOR = "anchor"
    """The page is there, and the place in it that the link names is not."""
    MOVED = "moved"
    """The page has another address for good, which is told."""
    REFUSED = "refused"
    """The site does not answer to programs, so nothing is known."""
    SLOW = "slow"
    """There was no answer in time, so nothing is known."""
    LOCAL = "local"
    """It leads into a network of one's own, where nothing was asked."""
    OFFLINE = "offline"
    """There was no connection to the internet, so nothing was asked."""

    @property
    def is_good(self) -> bool:
        """Return whether a reader would get to the page."""
        return self in {Verdict.OK, Verdict.MOVED}


class LinkFact(NamedTuple):
    """What was found behind a link: `detail` says more in words, `moved_to` is its new address."""

    verdict: Verdict
    detail: str = ""
    moved_to: str = ""
