"""Pictures that an issue names and that cannot be read: found before rendering, told with their place."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from newsletter.errors import ContentError, Place
from newsletter.model.report import Finding, Severity

if TYPE_CHECKING:
    from newsletter.loading.issue_file import LoadedIssue
    from newsletter.settings import Settings

MISSING = "NL301"
"""A picture file that is not there."""

UNREADABLE = "NL302"
"""A picture file that is there and cannot be read."""

Location = tuple[str | int, ...]


def missing_picture(error: OSError, loaded: LoadedIssue, settings: Settings) -> ContentError:
    """Return the error for a picture that rendering could not read, placed where the picture is named."""
    name = str(error.filename or "")
    finding = picture_finding(name, error, place_of(name, loaded, settings), loaded.source)
    return ContentError("A picture cannot be read.", [finding])


def picture_findings(loaded: LoadedIssue, read: Callable[[str], bytes]) -> list[Finding]:
    """List the pictures of an issue that cannot be read, in the order of the file."""
    findings = []
    for location, name in pictures_in(loaded.issue.model_dump()):
        try:
            read(name)
        except OSError as error:
            findings.append(picture_finding(name, error, loaded.places.of(location), loaded.source))
    return sorted(findings, key=lambda finding: finding.place)


def picture_finding(name: str, error: OSError, place: Place, source: str) -> Finding:
    """Return the finding for one picture."""
    absent = error.errno == errno.ENOENT
    lines = source.splitlines()
    return Finding(
        code=MISSING if absent else UNREADABLE,
        severity=Severity.ERROR,
        message=f"There is no picture {name!r}."
        if absent
        else f"The picture {name!r} cannot be read: {error.strerror}.",
        place=place,
        hint="A picture is looked for beside the issue's file, then beside newsletter.yaml."
        if absent
        else "Put the picture beside the issue's file, where this account may read it.",
        excerpt=lines[place.line - 1] if 0 < place.line <= len(lines) else "",
    )


def place_of(name: str, loaded: LoadedIssue, settings: Settings) -> Place:
    """Return where a picture is named: in the issue, or in the settings."""
    for location, found in pictures_in(loaded.issue.model_dump()):
        if found == name:
            return loaded.places.of(location)
    return Place(str(settings.root / "newsletter.yaml"))


def pictures_in(value: Any, at: Location = ()) -> Iterator[tuple[Location, str]]:
    """Yield each picture file that dumped content names, and its location; links are no files."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "image" and isinstance(inner, str):
                if not inner.startswith(("https://", "http://")):
                    yield (*at, key), inner
            else:
                yield from pictures_in(inner, (*at, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from pictures_in(inner, (*at, index))
