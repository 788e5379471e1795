"""A text as a YAML tree, with every fault of its syntax told in words."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.loading.code import Code
from newsletter.loading.draft import Draft
from newsletter.loading.fault import Complaint
from newsletter.loading.source import Source
from newsletter.loading.tree import Node, read_tree
from newsletter.model.report import Finding


@dataclass(frozen=True, slots=True)
class Yaml:
    """The tree, the faults of syntax, and the line from which on nothing is sure (0 where all is)."""

    root: Node | None
    findings: tuple[Finding, ...]
    unsure_from: int = 0

    @property
    def is_whole(self) -> bool:
        """Say whether the file could be read to its end."""
        return not self.unsure_from

    def is_sure_of(self, complaint: Complaint) -> bool:
        """Say whether a complaint about the tree holds, though the file could not be read to its end."""
        return self.is_whole or complaint.mark.line < self.unsure_from


def read_yaml(source: Source, draft: Draft, names: frozenset[str]) -> Yaml:
    """Read a text as far as it goes; `names` are those of all fields that it may have."""
    reading = read_tree(draft.text, draft.original)
    findings = []
    if reading.trouble:
        line, column = draft.original(reading.trouble.mark)
        findings.append(source.finding(Code.UNREADABLE, line, column, "the file cannot be read from here on"))
    return Yaml(reading.root, tuple(findings), reading.trouble.mark.line if reading.trouble else 0)
