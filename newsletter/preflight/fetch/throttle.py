"""Which host may be asked when: few requests at once to each, a pause between them, longer where it asks for that."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Task = TypeVar("Task")

AT_ONCE = 2
"""Requests under way to one host."""

GAP = 0.1
"""Seconds between the beginnings of two requests to one host."""


@dataclass(slots=True)
class _Host(Generic[Task]):
    waiting: deque[tuple[float, Task]] = field(default_factory=deque)
    under_way: int = 0
    not_before: float = 0.0


class Throttle(Generic[Task]):
    """Tasks that wait for their hosts; moments are seconds of the caller's clock."""

    def __init__(self, *, at_once: int = AT_ONCE, gap: float = GAP) -> None:
        self._at_once = at_once
        self._gap = gap
        self._hosts: dict[str, _Host[Task]] = {}

    def add(self, host: str, task: Task, *, not_before: float = 0.0) -> None:
        """Let a task wait for a host, not to begin before a moment."""
        self._host(host).waiting.append((not_before, task))

    def take(self, now: float) -> Task | None:
        """Return a task that may begin now, and count it as under way; None if there is none."""
        for host in self._hosts.values():
            if host.under_way >= self._at_once or host.not_before > now:
                continue
            index = next((i for i, (moment, _) in enumerate(host.waiting) if moment <= now), None)
            if index is None:
                continue
            _, task = host.waiting[index]
            del host.waiting[index]
            host.under_way += 1
            host.not_before = now + self._gap
            return task
        return None

    def done(self, host: str) -> None:
        """Report that a task at a host has ended."""
        self._host(host).under_way -= 1

    def hold(self, host: str, until: float) -> None:
        """Leave a host alone until a moment, as it asked."""
        one = self._host(host)
        one.not_before = max(one.not_before, until)

    def next_moment(self) -> float | None:
        """Return when a task may begin by time alone; None where none waits for time."""
        moments = [
            max(host.not_before, min(moment for moment, _ in host.waiting))
            for host in self._hosts.values()
            if host.waiting and host.under_way < self._at_once
        ]
        return min(moments, default=None)

    def _host(self, name: str) -> _Host[Task]:
        return self._hosts.setdefault(name, _Host())
