"""Run the checks on an issue: all of them, each by itself, less what its author has given a reason to silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from newsletter.model.findings import Finding
from newsletter.model.lint_settings import IgnoreRule
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.rule import note as note_rule

BROKEN = warning(
    "NL391",
    "A check broke off, so what it looks for was not looked for.",
    why="What was not looked at may be wrong.",
    fix="Tell the makers of the check; the other checks were carried out.",
    wrong="intro: Any issue, where a check of another package has a fault.",
    right="intro: Any issue, where every check is carried out.",
)
UNUSED = note_rule(
    "NL392",
    "A finding is ignored that is not there.",
    why="An old `ignore` hides the next mistake of its kind.",
    fix="Take the entry out of `ignore`.",
    wrong="ignore: [{code: NL501, because: It was right last month}]",
    right="intro: Hello, all of you.",
)
NO_SUCH = warning(
    "NL393",
    "`ignore` names a code that no check has, or one that cannot be ignored.",
    why="It ignores nothing, so what it was meant for is still shown.",
    fix="Write the code as `newsletter check` shows it.",
    wrong="ignore: [{code: NL999, because: It is meant so}]",
    right="intro: Hello, all of you.",
)
OWN_RULES = (BROKEN, UNUSED, NO_SUCH)


def run(subject: LintContext, checks: Sequence[Checker]) -> tuple[Finding, ...]:
    """Return what the checks find, in the order of the file; what is ignored is left out."""
    found = [finding for check in checks for finding in _looked(subject, check)]
    ignored = [*subject.issue.ignore, *subject.checking.ignore]
    silenced = {one.code for one in ignored}
    kept = [finding for finding in found if finding.code not in silenced]
    known = {rule.code for check in checks for rule in check.rules}
    kept += _idle(subject, subject.issue.ignore, Counter(finding.code for finding in found), known)
    return tuple(sorted(kept, key=lambda finding: (finding.place.line, finding.place.column, finding.code)))


def _looked(subject: LintContext, check: Checker) -> list[Finding]:
    try:
        return list(check.look(subject))
    except Exception as error:  # noqa: BLE001 - one check's fault must not keep the others from being carried out
        words = f"The check {check.name} broke off ({type(error).__name__}: {error})."
        return [subject.on_issue(BROKEN, words)]


def _idle(
    subject: LintContext, ignored: Sequence[IgnoreRule], counts: Counter[str], known: set[str]
) -> Iterator[Finding]:
    for number, one in enumerate(ignored):
        loc = ("ignore", number, "code")
        if one.code not in known:
            yield subject.on_field(NO_SUCH, loc, f"There is no check with the code {one.code} that can be ignored.")
        elif not counts[one.code]:
            yield subject.on_field(UNUSED, loc, f"{one.code} is ignored, and is not found in this issue.")
