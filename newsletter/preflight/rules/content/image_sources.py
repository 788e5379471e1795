"""Image files that an issue names: missing, unreadable, or too large even after they were optimised."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

from newsletter.errors import Place
from newsletter.issue_file.load_issue import LoadedIssue
from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, Rule, error, warning
from newsletter.preflight.text_spans import pictures_in_text, runs_of

MISSING = error("NL301", name="missing-image", always_on=True)
UNREADABLE = error("NL302", name="unreadable-image", always_on=True)
HEAVY = warning("NL307", name="heavy-image")
RULES = (MISSING, UNREADABLE, HEAVY)

TOO_MUCH = 1_000_000
"""The size of an image in bytes that is reported."""

_LINKS = ("https://", "http://")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the images that cannot be read or optimised, and those that stay too large."""
    if context.facts.image is None:
        return
    for place, name in images_in(context.loaded):
        fact = context.facts.image(name)
        if fact.error is not None:
            rule, message, hint = describe_problem(name, fact.error, fact.nearest)
            yield context.on_place(rule, place, message, hint)
        elif fact.size > TOO_MUCH:
            message = (
                f"The picture {name!r} weighs {fact.size / 1_000_000:.1f} MB: it loads slowly on a phone, and fills "
                "mailboxes."
            )
            hint = "Shorten the animation, or use a still picture." if fact.content_type == "image/gif" else ""
            yield context.on_place(HEAVY, place, message, hint)


def describe_problem(name: str, problem: OSError, nearest: str = "") -> tuple[Rule, str, str]:
    """Return the rule, the message and the hint for an image that cannot be read."""
    if problem.errno != errno.ENOENT:
        # of one that was read, the message says what to make of it
        hint = "Name the new file here." if problem.errno == errno.EINVAL else UNREADABLE.fix
        return UNREADABLE, f"The picture {name!r} cannot be read: {problem.strerror}.", hint
    beside = "A picture is looked for beside the issue's file, then beside newsletter.yaml."
    return MISSING, f"There is no picture {name!r}.", f"Did you mean {nearest}?" if nearest else beside


def images_in(loaded: LoadedIssue) -> Iterator[tuple[Place, str]]:
    """Yield each image file that an issue names in a field or a text, and where; links are left out."""
    for location, name in _in_fields(loaded.issue.model_dump()):
        yield loaded.places.of(location), name
    for run in runs_of(loaded.issue, ""):
        for start, name in pictures_in_text(run.text):
            if not name.lower().startswith(_LINKS):
                yield loaded.places.within(run.loc, start), name


def _in_fields(value: Any, at: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "image" and isinstance(inner, str):
                if not inner.lower().startswith(_LINKS):
                    yield (*at, key), inner
            else:
                yield from _in_fields(inner, (*at, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _in_fields(inner, (*at, index))


CHECKS = (Checker("image files", RULES, check),)
