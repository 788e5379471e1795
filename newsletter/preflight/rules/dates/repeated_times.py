"""Times that occur twice, as the clocks go back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from newsletter.issue_file.positions import FieldPath
from newsletter.model.datetimes import comes_twice
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note

TWICE = note("NL322", name="repeated-time")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the times that occur twice."""
    for location, moment in _moments(context.issue.model_dump()):
        if comes_twice(moment):
            message = (
                f"{moment:%H:%M} comes twice on {moment.day} {moment:%B %Y}, as the clocks go back: the first one is "
                "meant."
            )
            yield context.on_field(TWICE, location, message)


def _moments(value: Any, at: FieldPath = ()) -> Iterator[tuple[FieldPath, dt.datetime]]:
    """Yield each date and time of dumped content, and its location."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _moments(inner, (*at, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _moments(inner, (*at, index))
    elif isinstance(value, dt.datetime):
        yield at, value


CHECKS = (Checker("repeated times", (TWICE,), check),)
