"""One step of looking behind a link: ask the address where it is now, and say what is known, or where it goes on."""

from __future__ import annotations

import datetime as dt
import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from newsletter import __version__
from newsletter.preflight.fetch.connection import Answer, Certificate, ask, connected, seconds_to_wait, trust
from newsletter.preflight.fetch.fragments import lacks
from newsletter.preflight.fetch.login_pages import is_shy, is_signin
from newsletter.preflight.links.ip_ranges import is_local_host, is_public
from newsletter.preflight.links.status import LinkFact, Verdict
from newsletter.preflight.links.web_address import WebAddress

HEADERS = {
    "User-Agent": f"newsletter/{__version__} (looks whether links work)",
    "Accept": "text/html,*/*;q=0.8",
    "Accept-Encoding": "identity",
}
PAGE_MOST = 1_000_000
"""Bytes of a page that are read to look for a place in it."""
PATIENCE = 2.0
"""Seconds that a site is left alone which is too busy and does not say for how long."""
DAYS_LEFT = 14
"""Days before the end of a certificate from which on it is told of."""

_ENDED, _HOME_MADE, _OTHERS = 10, {18, 19}, {62, 63, 64}
"""What OpenSSL calls the three faults of certificates that every browser warns of."""

Resolver = Callable[[str, int], list[str]]
"""What returns the IP addresses of a host."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Where a link has come to: `seen` are the pages before, `moved_to` where it led for good."""

    at: WebAddress
    seen: tuple[str, ...] = ()
    moved_to: str = ""
    is_permanent: bool = True
    """Whether all that led here is for good."""
    wants_page: bool = False
    """Whether to ask for the page at once, as asking for its head alone did not go well."""
    certificate: Certificate | None = None
    """The one that runs out soonest, where it is soon."""
    had_cookies: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """The link leads on."""

    visit: Attempt


@dataclass(frozen=True, slots=True)
class Retry:
    """It is worth another try, after `wait` seconds where the site asks for that; `otherwise` is known so far."""

    visit: Attempt
    otherwise: LinkFact
    wait: float | None = None


Step = LinkFact | Redirect | Retry


class Visitor:
    """Makes the steps, for all links; it may be used by several threads at once."""

    def __init__(self, *, local: bool, context: ssl.SSLContext | None, resolver: Resolver) -> None:
        self._local = local
        self._context = context
        self._resolver = resolver
        self._numbers: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        self.reached: set[str] = set()
        """The hosts that could be reached."""
        self.was_outside = False
        """Whether one of them was on the internet."""

    def step(self, visit: Attempt, until: float) -> Step:
        """Ask the address where a link is now; `until` is a moment of `time.monotonic`."""
        at = visit.at
        if not self._local and is_local_host(at.host):
            return _local(at)
        try:
            numbers = self._resolved(at)
        except socket.gaierror as error:
            return _unresolved(visit, error)
        except (UnicodeError, ValueError):
            return LinkFact(Verdict.BROKEN, f"“{at.host}” is not a valid domain name")
        if not self._local and not all(is_public(number.partition("%")[0]) for number in numbers):
            return _local(at)
        try:
            answer = self._asked(visit, numbers, until)
        except (OSError, http.client.HTTPException) as error:
            return self._failed(visit, error)
        return _judged(_with_certificate(visit, answer.certificate), answer)

    def _resolved(self, at: WebAddress) -> list[str]:
        """Return a host's IP addresses, the same ones for as long as this lasts."""
        known = self._numbers.get(at.host)
        if known is None:
            known = self._numbers.setdefault(at.host, self._resolver(at.host, at.port))
        return known

    def _asked(self, visit: Attempt, numbers: list[str], until: float) -> Answer:
        """Ask for the head alone, and for the page where its place is to be found or the head is refused."""
        if not visit.wants_page and not visit.at.anchor:
            try:
                answer = self._ask("HEAD", visit.at, numbers, until)
            except (ConnectionResetError, http.client.HTTPException):
                pass  # there are sites that break off there, and show the page
            else:
                if answer.status < 400 or answer.status == 429:
                    return answer
        return self._ask("GET", visit.at, numbers, until)

    def _ask(self, method: str, at: WebAddress, numbers: list[str], until: float) -> Answer:
        most = PAGE_MOST if method == "GET" and at.anchor else 0
        line = connected(at.port, numbers, until)
        self._note(at, numbers)
        return ask(method, at, line, self._trusted(), headers=HEADERS, until=until, most=most)

    def _note(self, at: WebAddress, numbers: list[str]) -> None:
        self.reached.add(at.host)
        self.was_outside = self.was_outside or is_public(numbers[0].partition("%")[0])

    def _trusted(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = trust()
            return self._context

    def _failed(self, visit: Attempt, error: OSError | http.client.HTTPException) -> Step:
        again = replace(visit, wants_page=True)
        if isinstance(error, ssl.SSLCertVerificationError):
            return _certificate(visit.at, error)
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
            return LinkFact(Verdict.REFUSED, "no secure connection to the site could be set up from here")
        if isinstance(error, ConnectionRefusedError):
            return Retry(again, LinkFact(Verdict.BROKEN, f"the site {visit.at.host} refused the connection"))
        if isinstance(error, ConnectionError | http.client.HTTPException | ssl.SSLEOFError):
            return Retry(again, LinkFact(Verdict.BROKEN, f"the site {visit.at.host} closed the connection"))
        if isinstance(error, TimeoutError):
            return Retry(again, LinkFact(Verdict.SLOW, f"the site {visit.at.host} did not answer in time"))
        return Retry(again, LinkFact(Verdict.SLOW, f"the site {visit.at.host} could not be reached from here"))


def _local(at: WebAddress) -> LinkFact:
    return LinkFact(Verdict.LOCAL, f"{at.host} is in a private network")


def _unresolved(visit: Attempt, error: socket.gaierror) -> Step:
    if error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}:
        return LinkFact(Verdict.GONE, f"there is no site called {visit.at.host}")
    return Retry(visit, LinkFact(Verdict.SLOW, f"the domain {visit.at.host} could not be looked up at the moment"))


def _certificate(at: WebAddress, error: ssl.SSLCertVerificationError) -> LinkFact:
    if error.verify_code == _ENDED:
        return LinkFact(Verdict.CERTIFICATE, f"the certificate of {at.host} has expired")
    if error.verify_code in _HOME_MADE:
        return LinkFact(Verdict.CERTIFICATE, f"the certificate of {at.host} is not from a trusted authority")
    if error.verify_code in _OTHERS:
        return LinkFact(Verdict.CERTIFICATE, f"the certificate is for a different site, not for {at.host}")
    # mostly the site forgot to send a part of it, which browsers find by themselves
    return LinkFact(Verdict.REFUSED, f"the certificate of {at.host} could not be checked from here")


def _with_certificate(visit: Attempt, certificate: Certificate | None) -> Attempt:
    if certificate is None or not _ends_soon(certificate):
        return visit
    if visit.certificate is not None and visit.certificate.ends <= certificate.ends:
        return visit
    return replace(visit, certificate=certificate)


def _ends_soon(certificate: Certificate) -> bool:
    """Return whether it was to be renewed by now: one that holds for weeks only is renewed late."""
    left = certificate.ends - dt.datetime.now(dt.UTC)
    return left < min(dt.timedelta(days=DAYS_LEFT), (certificate.ends - certificate.begins) / 4)


def _judged(visit: Attempt, answer: Answer) -> Step:
    status = answer.status
    location = answer.headers.get("location", "")
    if status in {301, 302, 303, 307, 308} and location:
        return _onward(visit, answer, location)
    if status < 400:
        return _found(visit, answer)
    return _shy(visit) if is_shy(visit.at) else _refused(visit, answer)


def _onward(visit: Attempt, answer: Answer, location: str) -> Step:
    try:
        to = visit.at.to(location)
    except (ValueError, UnicodeError):
        return _found(visit, answer)  # into a program, such as a map or a shop, where a browser asks its user
    first = WebAddress.of(visit.seen[0]) if visit.seen else visit.at
    if is_signin(to) and not is_signin(first):
        return _shy(visit) if is_shy(to) else LinkFact(Verdict.LOGIN, f"it redirects to a sign-in page on {to.host}")
    had_cookies = visit.had_cookies or "set-cookie" in answer.headers
    seen = (*visit.seen, visit.at.page)
    if to.page in seen:
        if had_cookies:
            return LinkFact(Verdict.REFUSED, "the site requires a cookie, which the check does not send")
        return LinkFact(Verdict.LOOP, "it redirects in a loop")
    is_permanent = visit.is_permanent and answer.status in {301, 308}
    moved_to = to.url if is_permanent else visit.moved_to
    return Redirect(
        replace(visit, at=to, seen=seen, moved_to=moved_to, is_permanent=is_permanent, had_cookies=had_cookies)
    )


def _found(visit: Attempt, answer: Answer) -> LinkFact:
    anchor = visit.at.anchor
    kind = answer.headers.get("content-type", "")
    if anchor and answer.is_whole and "html" in kind and lacks(answer.body, kind, anchor):
        return LinkFact(Verdict.ANCHOR, f"the page has no section called “{anchor}”")
    if visit.certificate is not None:
        day = visit.certificate.ends
        return LinkFact(Verdict.EXPIRING, f"its certificate expires on {day.day} {day:%B %Y}")
    return LinkFact(Verdict.MOVED, moved_to=visit.moved_to) if visit.moved_to else LinkFact(Verdict.OK)


def _shy(visit: Attempt) -> LinkFact:
    return LinkFact(Verdict.REFUSED, f"{visit.at.host} does not show automatic checks what people see")


def _refused(visit: Attempt, answer: Answer) -> Step:
    status, headers = answer.status, answer.headers
    refused = LinkFact(Verdict.REFUSED, f"the site {visit.at.host} blocks automatic checks ({status})")
    if status in {404, 410}:
        return LinkFact(Verdict.GONE, f"there is no such page ({status})")
    if status == 401 or "x-forms_based_auth_required" in headers:
        return LinkFact(Verdict.LOGIN, f"{visit.at.host} asks visitors to sign in")
    wait = seconds_to_wait(answer, dt.datetime.now(dt.UTC))
    if status == 429:
        return Retry(visit, refused, PATIENCE if wait is None else wait)
    if not 500 <= status < 600 or "cf-mitigated" in headers:
        return refused
    fault = LinkFact(Verdict.FAULT, f"the site {visit.at.host} returned a server error ({status})")
    return Retry(replace(visit, wants_page=True), fault, wait if status == 503 else None)
