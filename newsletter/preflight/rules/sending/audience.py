"""Whom the issue would go to: nobody, far more or fewer than last time, or only addresses for tests."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import AudienceFact, LintContext, SendChannel
from newsletter.preflight.rule import Checker, Example, error, warning

NOBODY = error(
    "NL940",
    "The audience is empty.",
    name="empty-audience",
    always_on=True,
    why="The issue would be sent to no one. Usually the wrong file or the wrong column is set.",
    fix="Check the audience in newsletter.yaml.",
    wrong=Example(
        "intro: Hello.",
        facts=lambda: {"audience": AudienceFact("audience.csv", 0)},
        says="The audience file has only a heading row.",
    ),
    right=Example("intro: Hello.", facts=lambda: {"audience": AudienceFact("audience.csv", 240)}),
)
CHANGED = warning(
    "NL941",
    "The audience is much larger or much smaller than last time.",
    name="audience-size-change",
    why="An issue sent to the wrong list cannot be unsent.",
    fix="Check that this is the right list, and who was added or removed.",
    wrong=Example(
        "intro: Hello.",
        facts=lambda: {"audience": AudienceFact("audience.csv", 90, last=240)},
        says="The last issue went to 240 people, and there are 90 now.",
    ),
    right=Example("intro: Hello.", facts=lambda: {"audience": AudienceFact("audience.csv", 236, last=240)}),
)
SAMPLES = warning(
    "NL942",
    "The audience contains only test addresses.",
    name="test-addresses-only",
    why="The issue would not reach any real subscriber.",
    fix="Set the real list in newsletter.yaml.",
    wrong=Example(
        "intro: Hello.",
        facts=lambda: {"audience": AudienceFact("audience.csv", 3, samples=3), "way": SendChannel.OWN_SERVER},
        says="All three addresses are like test@example.org, and the issue is sent through an SMTP server.",
    ),
    right=Example(
        "intro: Hello.",
        facts=lambda: {"audience": AudienceFact("audience.csv", 3, samples=3)},
        says="The issue is only written to the outbox.",
    ),
)
RULES = (NOBODY, CHANGED, SAMPLES)

_SHARE, _LEAST = 0.3, 20


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the audience, where it is known."""
    there = subject.facts.audience
    if there is None:
        return
    if there.count == 0:
        yield subject.on_issue(NOBODY, f"Nobody in {there.name} would receive the issue.")
    elif there.last is not None and is_far_from(there.count, there.last):
        kind = "more" if there.count > there.last else "fewer"
        words = f"{there.count:,} people would receive it, {abs(there.count - there.last):,} {kind} than last time."
        yield subject.on_issue(CHANGED, words)
    if there.count and there.samples == there.count and subject.facts.way is not SendChannel.NOWHERE:
        yield subject.on_issue(SAMPLES, f"All {there.count:,} addresses in {there.name} are test addresses.")


def is_far_from(count: int, last: int) -> bool:
    """Say whether so many people are so different from last time that somebody should look."""
    change = abs(count - last)
    return change >= _LEAST and change >= _SHARE * last


CHECKS = (Checker("audience", RULES, look),)
