"""Findings about merge tags: unknown, misspelt or without a fallback."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import Place
from newsletter.model import merge_tags
from newsletter.model.findings import Finding, Severity
from newsletter.model.merge_tags import BuiltInTag, MergeTag

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.model.list_columns import ColumnUse
    from newsletter.workflow.workspace import Workspace

MALFORMED = "NL304"
"""Text in braces that looks like a merge tag but is not one."""

NO_FALLBACK = "NL305"
"""A merge tag without a fallback, which leaves a gap for readers without that value."""

_BRACES = re.compile(r"\{\{?[^{}\n]{1,60}\}\}?")
_ALWAYS_FILLED = {
    BuiltInTag.EMAIL, BuiltInTag.UNSUBSCRIBE_URL, BuiltInTag.VIEW_URL, BuiltInTag.PREFERENCES_URL,
}  # fmt: skip
_FALLBACKS: dict[str, str] = {BuiltInTag.FIRST_NAME: "there", BuiltInTag.LAST_NAME: "reader"}


@dataclass(frozen=True, slots=True)
class Spot:
    """Text in braces, and where it is in the source."""

    words: str
    line: int
    column: int
    excerpt: str


def tag_findings(loaded: LoadedIssue, workspace: Workspace) -> list[Finding]:
    """List the problems of the merge tags of an issue, in the order of the file."""
    from newsletter.providers.registry import adapter
    from newsletter.workflow.sending_facts import reads_file

    settings = workspace.settings
    # a service has columns of its own, which are not known here
    columns = settings.outbox.columns
    fields = audience_fields(settings.audience_file, columns) if reads_file(adapter(settings.provider)) else None
    path = loaded.places.of(()).path
    written = "\n".join(_texts(loaded.issue.model_dump()))
    findings: list[Finding] = []
    for spot in spots_in(loaded.source):
        if spot.words in written:
            findings += _judged(spot, fields, path)
    subject = loaded.places.of(("subject",)).line if loaded.issue.subject else 0
    # of a gap in the subject NL457 tells
    return [one for one in findings if one.code != NO_FALLBACK or one.place.line != subject]


def audience_fields(path: Path, columns: Mapping[str, ColumnUse] | None = None) -> tuple[str, ...] | None:
    """Return the additional columns of the audience file; None if they are not known."""
    from newsletter.audience.csv_columns import read_columns
    from newsletter.audience.csv_table import read_table

    table = read_table(path, path.name)
    if any(finding.blocks for finding in table.findings) or not table.rows:
        return None
    found = read_columns(table.rows[0], path.name, columns)
    return found.fields if found.are_known else None


def spots_in(source: str) -> Iterator[Spot]:
    """Yield the texts in braces in the source, except in comment lines."""
    for number, line in enumerate(source.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            for match in _BRACES.finditer(line):
                yield Spot(match[0], number, match.start() + 1, line)


def _judged(spot: Spot, fields: Sequence[str] | None, path: str) -> list[Finding]:
    place = Place(path, spot.line, spot.column)
    match = merge_tags.PATTERN.fullmatch(spot.words)
    if match is None:
        return _malformed(spot, fields, place)
    tag = MergeTag(name=match[1], fallback=match[2])
    if fields is not None and tag.name not in {*BuiltInTag, *fields}:
        return _unknown(spot, tag, fields, place)
    if fields is None and tag.name not in set(BuiltInTag):
        return []
    if tag.fallback is None and tag.name not in _ALWAYS_FILLED:
        better = MergeTag(name=tag.name, fallback=_FALLBACKS.get(tag.name, "…"))
        message = f"Readers without a value for {tag} would see a gap there."
        hint = f"Give words for them after a bar, such as {better}."
        return [_finding(NO_FALLBACK, Severity.WARNING, message, place, spot, hint)]
    return []


def _unknown(spot: Spot, tag: MergeTag, fields: Sequence[str], place: Place) -> list[Finding]:
    from newsletter.audience.tags import unknown_tags

    near = difflib.get_close_matches(tag.name, [*BuiltInTag, *fields], n=1)
    fixed = MergeTag(name=str(near[0]), fallback=tag.fallback) if near else None
    suggestion = spot.excerpt.replace(spot.words, str(fixed)) if fixed else ""
    return [
        finding.model_copy(update={"excerpt": spot.excerpt, "suggestion": suggestion})
        for finding in unknown_tags([tag], fields, place)
    ]


def _malformed(spot: Spot, fields: Sequence[str] | None, place: Place) -> list[Finding]:
    """Return the finding for text in braces that is similar to a tag; other braces are the author's own."""
    name, bar, fallback = spot.words.strip("{}").partition("|")
    plain = re.sub(r"[\s-]+", "_", name.strip().casefold())
    near = difflib.get_close_matches(plain, [*BuiltInTag, *(fields or ())], n=1, cutoff=0.75)
    if not near:
        return []
    fixed = str(MergeTag(name=str(near[0]), fallback=fallback.strip() if bar else None))
    message = f"{spot.words} is not a merge tag: readers would see it as it stands."
    suggestion = spot.excerpt.replace(spot.words, fixed)
    return [_finding(MALFORMED, Severity.ERROR, message, place, spot, f"Write {fixed}.", suggestion)]


def _finding(
    code: str, severity: Severity, message: str, place: Place, spot: Spot, hint: str, suggestion: str = ""
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        message=message,
        place=place,
        hint=hint,
        excerpt=spot.excerpt,
        suggestion=suggestion,
    )


def _texts(value: object) -> Iterator[str]:
    """Yield every text of dumped content."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
