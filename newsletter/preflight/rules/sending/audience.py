"""The audience of the issue: empty, far larger or smaller than last time, or only test addresses."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext, SendChannel
from newsletter.preflight.rule import Checker, error, warning

NOBODY = error("NL940", name="empty-audience", always_on=True)
CHANGED = warning("NL941", name="audience-size-change")
SAMPLES = warning("NL942", name="test-addresses-only")
RULES = (NOBODY, CHANGED, SAMPLES)

_SHARE, _LEAST = 0.3, 20


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the audience, where it is known."""
    there = context.facts.audience
    if there is None:
        return
    if there.count == 0:
        yield context.on_issue(NOBODY, f"Nobody in {there.name} would receive the issue.")
    elif there.last is not None and is_far_from(there.count, there.last):
        kind = "more" if there.count > there.last else "fewer"
        words = f"{there.count:,} people would receive it, {abs(there.count - there.last):,} {kind} than last time."
        yield context.on_issue(CHANGED, words)
    if there.count and there.samples == there.count and context.facts.way is not SendChannel.NOWHERE:
        yield context.on_issue(SAMPLES, f"All {there.count:,} addresses in {there.name} are test addresses.")


def is_far_from(count: int, last: int) -> bool:
    """Return whether so many people are so different from last time that somebody should look."""
    change = abs(count - last)
    return change >= _LEAST and change >= _SHARE * last


CHECKS = (Checker("audience", RULES, check),)
