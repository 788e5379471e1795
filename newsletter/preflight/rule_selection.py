"""Find rules by code, name or group, and work out the severity that the settings give each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from newsletter.issue_file import suggest
from newsletter.model.lint_settings import RuleLevel
from newsletter.preflight.rule import Checker, Rule


class RuleIndex(NamedTuple):
    """All rules, by everything that a setting may call them by."""

    by_reference: Mapping[str, Rule]
    """Each rule by its code and by its name, both in lower case."""
    groups: Mapping[str, tuple[Rule, ...]]

    def find(self, reference: str) -> tuple[Rule, ...]:
        """Return the rule of this name or code, or the rules of this group; nothing where it is unknown."""
        plain = reference.casefold()
        rule = self.by_reference.get(plain)
        return (rule,) if rule else self.groups.get(plain, ())

    def is_group(self, reference: str) -> bool:
        """Return whether this is a group and not one rule."""
        plain = reference.casefold()
        return plain in self.groups and plain not in self.by_reference

    def nearest(self, reference: str) -> str:
        """Return the known name or group that a misspelt one is closest to; empty where none is close."""
        names = {one.replace("-", "_"): one for one in self.names}
        return names.get(suggest.nearest(reference, names), "")

    @property
    def names(self) -> list[str]:
        """Return the names of the rules and the groups, sorted."""
        return sorted({rule.name for rule in self.by_reference.values() if rule.name} | set(self.groups))


def index_rules(checkers: Sequence[Checker]) -> RuleIndex:
    """Return an index of the rules of these checkers."""
    references: dict[str, Rule] = {}
    groups: dict[str, tuple[Rule, ...]] = {}
    for checker in checkers:
        references.update({key.casefold(): rule for rule in checker.rules for key in (rule.code, rule.name) if key})
        if checker.group:
            groups[checker.group] = (*groups.get(checker.group, ()), *checker.rules)
    return RuleIndex(references, groups)


def levels_of(chosen: Mapping[str, RuleLevel], index: RuleIndex) -> dict[str, RuleLevel]:
    """Return the level of each rule that has one in the settings, by code.

    The setting of one rule wins over that of its group. Rules that are always on keep their own severity.
    """
    in_order = sorted(chosen.items(), key=lambda item: not index.is_group(item[0]))
    return {rule.code: level for key, level in in_order for rule in index.find(key) if not rule.always_on}


def refused_keys(chosen: Mapping[str, RuleLevel], index: RuleIndex) -> list[str]:
    """Return the keys that try to turn down a rule that is always on; its group may be turned down around it."""
    return [
        key
        for key, level in chosen.items()
        if level is not RuleLevel.ERROR and not index.is_group(key) and any(rule.always_on for rule in index.find(key))
    ]
