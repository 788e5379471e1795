"""A rule: one kind of finding, with the texts that explain it and the examples that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Unpack

from newsletter.model.findings import Finding, Severity

if TYPE_CHECKING:
    from newsletter.preflight.context import LintContext


@dataclass(frozen=True, slots=True)
class Example:
    """Some fields of an issue that is otherwise in order, as they stand in its file.

    `past` are fields of the issue of the month before (dated four weeks earlier), `settings` are fields of
    newsletter.yaml. `templates` are files of the user's templates folder.
    """

    issue: str
    past: str = ""
    settings: str = ""
    facts: Callable[[], dict[str, Any]] | Mapping[str, Any] | None = None
    """Fields of ExternalFacts: a function that returns them, or values that newsletter.testing makes them of."""
    picture: Callable[[str], bytes] | Mapping[str, int] | None = None
    """The content of an image by its name: a function, or the size of an image that newsletter.testing draws."""
    file: str = ""
    """The name of its file, where it is not the month of its date."""
    templates: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    """The circumstances, in words for the documentation, where the fields do not show them."""


class RuleTexts(NamedTuple):
    """The texts of a rule, and an example with the mistake (`wrong`) and one without it (`right`)."""

    title: str
    """What is wrong, in one sentence."""
    why: str
    """Why it matters, in one line."""
    fix: str
    """How to fix it, in one sentence."""
    wrong: Example
    right: Example


class Rule(NamedTuple):
    """One kind of finding: its stable code, its severity and its texts.

    The texts of a built-in rule are read from `data/rules/` when they are first needed; other rules bring their own.
    """

    code: str
    severity: Severity
    name: str = ""
    """A unique, stable name of at most 30 characters, in lower case with hyphens, such as `weekday-mismatch`."""
    always_on: bool = False
    """Whether the settings can neither turn the rule off nor make it less severe: it protects against a wrong send."""
    own_texts: RuleTexts | None = None

    @property
    def texts(self) -> RuleTexts:
        """Return the texts and the examples."""
        return self.own_texts or _built_in_texts(self.code)

    @property
    def title(self) -> str:
        """Return what is wrong, in one sentence."""
        return self.texts.title

    @property
    def why(self) -> str:
        """Return why it matters, in one line."""
        return self.texts.why

    @property
    def fix(self) -> str:
        """Return how to fix it, in one sentence."""
        return self.texts.fix

    @property
    def wrong(self) -> Example:
        """Return the example that has the mistake."""
        return self.texts.wrong

    @property
    def right(self) -> Example:
        """Return the example without it."""
        return self.texts.right


class Checker(NamedTuple):
    """A pure function that checks an issue, and the rules that its findings belong to."""

    name: str
    rules: tuple[Rule, ...]
    run: Callable[[LintContext], Iterable[Finding]]
    group: str = ""
    """The group of rules that these belong to, such as `dates`; for built-in rules, the folder of their module."""


class OwnTexts(TypedDict, total=False):
    """The texts that a rule of another package brings, beside its title."""

    why: str
    fix: str
    wrong: Example | str
    right: Example | str


def error(code: str, title: str = "", *, name: str = "", always_on: bool = False, **texts: Unpack[OwnTexts]) -> Rule:
    """Return a rule whose findings prevent an issue from being sent.

    Built-in rules leave out `title`, and with it the texts `why`, `fix`, `wrong` and `right`.
    """
    return Rule(code, Severity.ERROR, name, always_on, _own_texts(title, texts))


def warning(code: str, title: str = "", *, name: str = "", **texts: Unpack[OwnTexts]) -> Rule:
    """Return a rule whose findings are shown and do not prevent sending; the arguments are those of `error`."""
    return Rule(code, Severity.WARNING, name, own_texts=_own_texts(title, texts))


def note(code: str, title: str = "", *, name: str = "", **texts: Unpack[OwnTexts]) -> Rule:
    """Return a rule whose findings are for information; the arguments are those of `error`."""
    return Rule(code, Severity.NOTE, name, own_texts=_own_texts(title, texts))


def _own_texts(title: str, texts: OwnTexts) -> RuleTexts | None:
    if not title:
        return None
    return RuleTexts(title, texts["why"], texts["fix"], _example(texts["wrong"]), _example(texts["right"]))


def _example(given: Example | str) -> Example:
    return Example(given) if isinstance(given, str) else given


@cache
def _built_in_texts(code: str) -> RuleTexts:
    from newsletter.preflight.rule_texts import load_texts  # noqa: PLC0415 - first needed when something is found

    return load_texts(code)
