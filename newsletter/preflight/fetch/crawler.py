"""Look behind links, all at once and gently to each site: the only door of preflight to the network.

Nothing is sent but the address and the tool's own name: no cookies, no passwords, no proxy's secrets. Every address on
the way is resolved first, must be everybody's, and the connection is made to the very IP address that was looked at.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from newsletter.preflight.fetch.request import Attempt, Redirect, Resolver, Retry, Step, Visitor
from newsletter.preflight.fetch.throttle import Throttle
from newsletter.preflight.links.status import LinkFact, Verdict
from newsletter.preflight.links.web_address import WebAddress

WORKERS = 48
RETRIES = 1
MOST_HOPS = 10
PAUSE = 0.5
"""Seconds before a link that gave no answer is tried once more."""
TIRED_AFTER = 3
"""Links at one host without an answer in time after which the others are not tried."""
PROBE = "example.com"
"""A name that the internet always has: where it is not found either, there is no connection."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long it may take: `timeout` one try of a link, `total` all of them together, in seconds."""

    timeout: float = 10.0
    total: float = 60.0
    longest_wait: float = 10.0
    """The longest that a site which asks for patience is waited for."""


@dataclass(slots=True)
class _Walk:
    """A link on its way: where it is now, and what is left to try."""

    link: str
    visit: Attempt
    tries: int = 0
    waits: int = 0


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host; raise socket.gaierror where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def look_behind(
    links: Collection[str],
    *,
    local: bool = False,
    limits: Limits | None = None,
    context: ssl.SSLContext | None = None,
    resolver: Resolver = resolve,
    step: Callable[[], object] = lambda: None,
) -> dict[str, LinkFact]:
    """Return what is behind web links, by each as it is written; `step` is called as each one is known.

    `local` lets it ask in networks of one's own too. `context` and `resolver` are handed in by tests.
    """
    search = _Search(local=local, limits=limits or Limits(), context=context, resolver=resolver)
    facts = {}
    for link, fact in search.facts(links):
        facts[link] = fact
        step()
    return _without_connection(facts, search.visitor, resolver)


class _Search:
    def __init__(self, *, local: bool, limits: Limits, context: ssl.SSLContext | None, resolver: Resolver) -> None:
        self.visitor = Visitor(local=local, context=context, resolver=resolver)
        self._limits = limits
        self._throttle: Throttle[_Walk] = Throttle()
        self._tasks: queue.SimpleQueue[_Walk | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[_Walk, str, Step | Exception]] = queue.SimpleQueue()
        self._tired: dict[str, int] = {}

    def facts(self, links: Collection[str]) -> Iterator[tuple[str, LinkFact]]:
        """Yield each link with its fact, as it is known."""
        open_links = set()
        for link in dict.fromkeys(links):
            try:
                address = WebAddress.of(link)
            except (ValueError, UnicodeError):
                yield link, LinkFact(Verdict.BROKEN, "it is not a valid web address")
                continue
            open_links.add(link)
            self._throttle.add(address.host, _Walk(link, Attempt(address)))
        workers = [threading.Thread(target=self._work, daemon=True) for _ in range(min(WORKERS, len(open_links)))]
        for worker in workers:
            worker.start()
        try:
            yield from self._conducted(open_links)
        finally:
            for _ in workers:
                self._tasks.put(None)

    def _conducted(self, open_links: set[str]) -> Iterator[tuple[str, LinkFact]]:
        end = time.monotonic() + self._limits.total
        while open_links:
            now = time.monotonic()
            if now >= end:
                break
            while (walk := self._throttle.take(now)) is not None:
                if self._tired.get(walk.visit.at.host, 0) >= TIRED_AFTER:
                    self._throttle.done(walk.visit.at.host)
                    open_links.discard(walk.link)
                    yield walk.link, LinkFact(Verdict.SLOW, f"the site {walk.visit.at.host} does not answer in time")
                else:
                    self._tasks.put(walk)
            moment = self._throttle.next_moment()
            pause = min(end, now + 1.0 if moment is None else max(moment, now + 0.001)) - now
            try:
                walk, host, result = self._results.get(timeout=pause)
            except queue.Empty:
                continue
            self._throttle.done(host)
            fact = self._next(walk, host, result)
            if fact is not None:
                open_links.discard(walk.link)
                yield walk.link, fact
        for link in open_links:
            yield link, LinkFact(Verdict.SLOW, "there was no time left to check it")

    def _work(self) -> None:
        while (walk := self._tasks.get()) is not None:
            host = walk.visit.at.host
            try:
                result: Step | Exception = self.visitor.step(walk.visit, time.monotonic() + self._limits.timeout)
            except Exception as error:  # noqa: BLE001 - handed on to whoever waits for it
                result = error
            self._results.put((walk, host, result))

    def _next(self, walk: _Walk, host: str, result: Step | Exception) -> LinkFact | None:
        """Return what is known now, or None where the walk goes on."""
        if isinstance(result, Exception):
            raise result
        if isinstance(result, LinkFact):
            return result
        if isinstance(result, Redirect):
            walk.visit = result.visit
            if len(walk.visit.seen) > MOST_HOPS:
                return LinkFact(Verdict.LOOP, f"it redirects more than {MOST_HOPS} times")
            self._throttle.add(walk.visit.at.host, walk)
            return None
        return self._again(walk, host, result)

    def _again(self, walk: _Walk, host: str, result: Retry) -> LinkFact | None:
        now = time.monotonic()
        if result.wait is not None:
            if walk.waits >= 2 or result.wait > self._limits.longest_wait:
                return result.otherwise
            walk.waits += 1
            self._throttle.hold(host, now + result.wait)
            self._throttle.add(host, walk)
            return None
        if result.otherwise.verdict is Verdict.SLOW:
            self._tired[host] = self._tired.get(host, 0) + 1
        if walk.tries >= RETRIES or self._tired.get(host, 0) >= TIRED_AFTER:
            return result.otherwise
        walk.tries += 1
        walk.visit = result.visit
        self._throttle.add(host, walk, not_before=now + PAUSE)
        return None


def _without_connection(facts: dict[str, LinkFact], visitor: Visitor, resolver: Resolver) -> dict[str, LinkFact]:
    """Return the facts as they are to be told where there is no connection at all: as one that says so, not as many."""
    failed = {
        link: fact.verdict
        for link, fact in facts.items()
        if fact.verdict in {Verdict.GONE, Verdict.SLOW} and WebAddress.of(link).host not in visitor.reached
    }
    if not failed or visitor.was_outside:
        return facts
    hosts = {WebAddress.of(link).host for link in failed}
    if (len(hosts) == 1 or set(failed.values()) == {Verdict.GONE}) and _is_known(PROBE, resolver):
        return facts
    return {link: LinkFact(Verdict.OFFLINE) if link in failed else fact for link, fact in facts.items()}


def _is_known(name: str, resolver: Resolver) -> bool:
    try:
        return bool(resolver(name, 443))
    except OSError:
        return False
