"""Run the checks on an issue, each on its own; leave out what the issue and the settings ignore or turn off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from newsletter.model.findings import Finding, Severity
from newsletter.model.lint_settings import IgnoreRule, RuleLevel
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.rule import note as note_rule
from newsletter.preflight.rule_selection import RuleIndex, index_rules, levels_of, refused_keys

BROKEN = warning("NL391", name="check-failed")
UNUSED = note_rule("NL392", name="unused-ignore")
NO_SUCH = warning("NL393", name="unknown-rule")
ALWAYS_ON = warning("NL394", name="always-on-rule")
OWN_RULES = (BROKEN, UNUSED, NO_SUCH, ALWAYS_ON)
OWN_CHECKER = Checker("the checks themselves", (UNUSED,), lambda _context: ())
"""Makes the rules of this module that the settings can change known to them."""

_SAID_BY = {"NL439": frozenset({"NL431", "NL432"})}
"""Rules that say of the same words what a rule about the item's own field says of them, and those rules."""


def run(context: LintContext, checkers: Sequence[Checker]) -> tuple[Finding, ...]:
    """Return what the checkers find, in the order of the file, without what is ignored or turned off."""
    index = index_rules(checkers)
    found = [finding for checker in checkers for finding in _run_one(context, checker)]
    ignored = {
        code for entry in (*context.issue.ignore, *context.checking.ignore) for code in _ignored_codes(entry, index)
    }
    kept = [finding for finding in found if finding.code not in ignored]
    kept += _check_ignore(context, index, Counter(finding.code for finding in found))
    all_rules = index_rules([*checkers, OWN_CHECKER])
    kept += _check_settings(context, all_rules)
    return tuple(sorted(_each_once(_apply_levels(context, kept, all_rules)), key=_position))


def _each_once(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings without those that another rule says of the same words."""
    told = {(finding.place, finding.code) for finding in findings}
    return [
        finding
        for finding in findings
        if not any((finding.place, other) in told for other in _SAID_BY.get(finding.code, ()))
    ]


def _position(finding: Finding) -> tuple[int, int, str]:
    return finding.place.line, finding.place.column, finding.code


def _run_one(context: LintContext, checker: Checker) -> list[Finding]:
    try:
        return list(checker.run(context))
    except Exception as error:  # noqa: BLE001 - one check's fault must not keep the others from being carried out
        message = f"The check {checker.name} failed ({type(error).__name__}: {error})."
        return [context.on_issue(BROKEN, message)]


def _ignored_codes(entry: IgnoreRule, index: RuleIndex) -> set[str]:
    """Return the codes that an entry ignores: of a group, those that are not always on."""
    in_group = index.is_group(entry.reference)
    known = {rule.code for rule in index.find(entry.reference) if not (in_group and rule.always_on)}
    return known or {entry.reference}


def _apply_levels(context: LintContext, findings: Sequence[Finding], index: RuleIndex) -> list[Finding]:
    """Return the findings with the severities of the settings, without those of rules that are off."""
    if not context.checking.severity:
        return list(findings)
    levels = levels_of(context.checking.severity, index)
    return [
        finding if level is None else finding.model_copy(update={"severity": Severity(level)})
        for finding in findings
        if (level := levels.get(finding.code)) is not RuleLevel.OFF
    ]


def _check_ignore(context: LintContext, index: RuleIndex, counts: Counter[str]) -> Iterator[Finding]:
    """Yield the entries of `ignore` that have no effect; in the settings only unknown names, as codes may be old."""
    for number, entry in enumerate(context.issue.ignore):
        loc = ("ignore", number, entry.field)
        if not index.find(entry.reference):
            yield context.on_field(NO_SUCH, loc, _unknown(entry.reference, index))
        elif not any(counts[code] for code in _ignored_codes(entry, index)):
            yield context.on_field(UNUSED, loc, f"{entry.reference} is ignored, and is not found in this issue.")
    for entry in context.checking.ignore:
        if entry.rule and not index.find(entry.rule):
            yield context.on_settings(NO_SUCH, entry.rule, _unknown(entry.rule, index))


def _check_settings(context: LintContext, index: RuleIndex) -> Iterator[Finding]:
    """Yield the keys of `checks: severity:` that have no effect."""
    for key in context.checking.severity:
        if not index.find(key):
            yield context.on_settings(NO_SUCH, key, _unknown(key, index))
    for key in refused_keys(context.checking.severity, index):
        [rule] = index.find(key)
        message = f"{rule.code} {rule.name} is always an error and cannot be turned off or down."
        yield context.on_settings(ALWAYS_ON, key, message)


def _unknown(reference: str, index: RuleIndex) -> str:
    near = index.nearest(reference)
    also = f" Did you mean “{near}”?" if near else ""
    return f"There is no rule “{reference}” that can be ignored or given a severity.{also}"
