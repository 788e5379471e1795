"""A rule: one thing that a check can say, with what its page in the documentation shows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newsletter.model.findings import Finding, Severity

if TYPE_CHECKING:
    from newsletter.preflight.context import LintContext


@dataclass(frozen=True, slots=True)
class Example:
    """Some fields of an issue that is otherwise in order, as they stand in its file.

    `past` are fields of the issue of the month before (dated four weeks earlier), `settings` are fields of
    newsletter.yaml, and `facts` names what the check is told beside them (a field of Facts each). `templates` are files
    of the user's templates folder.
    """

    issue: str
    past: str = ""
    settings: str = ""
    facts: Callable[[], dict[str, Any]] | None = None
    picture: Callable[[str], bytes] | None = None
    """What a picture of the issue is, by its name."""
    file: str = ""
    """The name of its file, where it is not the month of its date."""
    templates: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    """The circumstances, in words for the documentation, where the fields do not show them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding: its stable code, how much it weighs, and all that is to be told of it once.

    `wrong` is an example that brings it up, `right` one that does not.
    """

    code: str
    severity: Severity
    title: str
    """What is wrong, in one sentence."""
    why: str
    """Why it matters, in one line."""
    fix: str
    """How to fix it, in one sentence."""
    wrong: Example
    right: Example
    name: str = ""
    """A unique, stable name of at most 30 characters, in lower case with hyphens, such as `weekday-mismatch`."""
    always_on: bool = False
    """Whether the settings can neither turn the rule off nor make it less severe: it protects against a wrong send."""


@dataclass(frozen=True, slots=True)
class Checker:
    """A pure function that looks at a Subject, and the rules that it may say something by."""

    name: str
    rules: tuple[Rule, ...]
    look: Callable[[LintContext], Iterable[Finding]]
    group: str = ""
    """The group of rules that these belong to, such as `dates`; for built-in rules, the folder of their module."""


def error(
    code: str,
    title: str,
    *,
    why: str,
    fix: str,
    wrong: Example | str,
    right: Example | str,
    name: str = "",
    always_on: bool = False,
) -> Rule:
    """Return a rule whose findings prevent an issue from being sent."""
    return Rule(code, Severity.ERROR, title, why, fix, _example(wrong), _example(right), name, always_on)


def warning(
    code: str, title: str, *, why: str, fix: str, wrong: Example | str, right: Example | str, name: str = ""
) -> Rule:
    """Return a rule whose findings are shown and do not prevent sending."""
    return Rule(code, Severity.WARNING, title, why, fix, _example(wrong), _example(right), name)


def note(
    code: str, title: str, *, why: str, fix: str, wrong: Example | str, right: Example | str, name: str = ""
) -> Rule:
    """Return a rule whose findings are for information."""
    return Rule(code, Severity.NOTE, title, why, fix, _example(wrong), _example(right), name)


def _example(given: Example | str) -> Example:
    return Example(given) if isinstance(given, str) else given
