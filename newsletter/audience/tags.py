"""Whether the audience can fill the merge tags of an issue."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from newsletter.errors import Place
from newsletter.model.findings import Finding, Severity
from newsletter.model.merge_tags import BuiltInTag, MergeTag


def unknown_tags(tags: Iterable[MergeTag], fields: Iterable[str], place: Place) -> list[Finding]:
    """Return a finding for each merge tag that neither the tool nor a column of the audience fills."""
    known = [*(str(tag) for tag in BuiltInTag), *fields]
    findings = []
    for tag in dict.fromkeys(tag for tag in tags if tag.name not in known):
        near = difflib.get_close_matches(tag.name, known, n=1)
        filled = ", ".join(f"{{{name}}}" for name in known)
        named = MergeTag(name=near[0], fallback=tag.fallback) if near else None
        findings.append(
            Finding(
                code="NL211",
                severity=Severity.ERROR,
                message=f"The merge tag {tag} has no column in the audience, so readers would see a gap in the text.",
                place=place,
                hint=f"Did you mean {named}?" if named else f"The available merge tags are {filled}.",
            )
        )
    return findings
