"""Counts of what the public pages did, in the text format of Prometheus."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping


class Metrics:
    """Counters by name; no address and no token is ever part of one."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str, label: str = "") -> None:
        """Count one more."""
        with self._lock:
            self._counts[name, label] += 1

    def text(self, gauges: Mapping[str, int]) -> str:
        """Return all counters and some gauges."""
        lines = []
        with self._lock:
            counts = sorted(self._counts.items())
        named = ""
        for (name, label), count in counts:
            if name != named:
                lines.append(f"# TYPE newsletter_{name}_total counter")
                named = name
            lines.append(f"newsletter_{name}_total{label} {count}")
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE newsletter_{name} gauge", f"newsletter_{name} {value}"]
        return "\n".join([*lines, ""])
