"""How many examples the property tests try: few in `make test`, all in `make test-slow`."""

from __future__ import annotations

import os

FEW = 25


def examples(number: int) -> int:
    """Return how many of so many examples to try; NEWSLETTER_EXAMPLES is `all`, or a factor such as 10."""
    wanted = os.environ.get("NEWSLETTER_EXAMPLES", "")
    if not wanted:
        return min(number, FEW)
    return number if wanted == "all" else number * int(wanted)
