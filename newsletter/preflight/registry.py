"""The checks that there are: those that come with newsletter, and those that other packages bring.

Another package brings some by an entry point of the group `newsletter.checks`, which names a Check or a tuple of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from newsletter.errors import UsageError
from newsletter.preflight import rules as our_checks
from newsletter.preflight.rule import Checker, Rule

GROUP = "newsletter.checks"


@cache
def built_in() -> tuple[Checker, ...]:
    """Return the checks that come with newsletter (CHECKS of each module of `checks`), in order of their codes."""
    folders = pkgutil.walk_packages(our_checks.__path__, f"{our_checks.__name__}.")
    modules = (importlib.import_module(one.name) for one in folders if not one.ispkg)
    found = [check._replace(group=_group(module.__name__)) for module in modules for check in module.CHECKS]
    return tuple(sorted(found, key=lambda check: check.rules[0].code))


@cache
def checks() -> tuple[Checker, ...]:
    """Return all checks, our own first; raise UsageError where another package's cannot be used."""
    brought = (check for point in entry_points(group=GROUP) for check in _loaded(point))
    return (*built_in(), *brought)


def rules(among: tuple[Checker, ...] | None = None) -> dict[str, Rule]:
    """Return the rules of the checks by code, in order of the codes."""
    found = [rule for check in (checks() if among is None else among) for rule in check.rules]
    return {rule.code: rule for rule in sorted(found, key=lambda rule: rule.code)}


def _group(module: str) -> str:
    """Return the group of the rules in a module: the folder that it is in."""
    return module.split(".")[-2]


def _loaded(point: EntryPoint) -> tuple[Checker, ...]:
    package = point.dist.name if point.dist else point.value
    try:
        found: Any = point.load()
    except Exception as error:
        raise UsageError(
            f"The check {point.name} of the package {package} cannot be loaded: {error}.",
            hint="Bring that package up to date, or ask its makers.",
        ) from error
    several = (found,) if isinstance(found, Checker) else found
    if not isinstance(several, tuple) or not all(isinstance(one, Checker) for one in several):
        raise UsageError(
            f"The check {point.name} of the package {package} is none: {point.value} is no Check.",
            hint="docs/writing-a-check.md says what it must be.",
        )
    ours, theirs = rules(built_in()), [rule for check in several for rule in check.rules]
    taken = sorted(ours.keys() & {rule.code for rule in theirs})
    if taken:
        raise UsageError(
            f"The check {point.name} of the package {package} uses codes that are taken: {', '.join(taken)}.",
            hint="Its codes need letters of their own in front, such as MY101.",
        )
    names = {rule.name for rule in ours.values()} | {check.group for check in built_in()}
    taken = sorted(names & {rule.name for rule in theirs})
    if taken:
        raise UsageError(
            f"The check {point.name} of the package {package} uses names that are taken: {', '.join(taken)}.",
            hint="Choose other names for its rules.",
        )
    return several
