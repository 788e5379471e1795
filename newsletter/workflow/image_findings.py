"""Findings about image files: missing, unreadable or too large."""

from __future__ import annotations

import contextlib
import difflib
import errno
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from newsletter.errors import ContentError, Place
from newsletter.model.findings import Finding, Severity
from newsletter.preflight.text_spans import pictures_in_text, runs_of

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.render.images import EmailImage
    from newsletter.settings import Settings

MISSING = "NL301"
"""An image file that does not exist."""

UNREADABLE = "NL302"
"""An image file that cannot be read."""

HEAVY = "NL307"
"""An image that is still large after it was optimised."""

TOO_MUCH = 1_000_000
"""The size of an image in bytes that is reported."""

_LINKS = ("https://", "http://")

Location = tuple[str | int, ...]


def missing_picture(error: OSError, loaded: LoadedIssue, settings: Settings) -> ContentError:
    """Return the error for an image that rendering could not read, at the place that names it."""
    name = str(error.filename or "")
    finding = picture_finding(name, error, place_of(name, loaded, settings), loaded)
    return ContentError("A picture cannot be read.", [finding])


def picture_findings(
    loaded: LoadedIssue, read: Callable[[str], bytes], prepare: Callable[[bytes], EmailImage]
) -> list[Finding]:
    """List the images of an issue that cannot be read or optimised, and those that stay too large."""
    findings = []
    for place, name in pictures_in(loaded):
        try:
            data = read(name)
            made = prepare(data)
        except OSError as error:
            findings.append(picture_finding(name, error, place, loaded))
        except ValueError as error:
            unfit = OSError(errno.EINVAL, str(error), name)
            findings.append(picture_finding(name, unfit, place, loaded))
        else:
            if len(made.data) > TOO_MUCH:
                findings.append(_heavy(name, made, place, loaded))
    return sorted(findings, key=lambda finding: finding.place)


def _heavy(name: str, made: EmailImage, place: Place, loaded: LoadedIssue) -> Finding:
    animated = made.content_type == "image/gif"
    size = f"{len(made.data) / 1_000_000:.1f} MB"
    return Finding(
        code=HEAVY,
        severity=Severity.WARNING,
        message=f"The picture {name!r} weighs {size}: it loads slowly on a phone, and fills mailboxes.",
        place=place,
        hint="Shorten the animation, or use a still picture." if animated else "Use a picture with less detail in it.",
        excerpt=loaded.places.source.line(place.line),
    )


def picture_finding(name: str, error: OSError, place: Place, loaded: LoadedIssue) -> Finding:
    """Return the finding for one image."""
    absent = error.errno == errno.ENOENT
    near = _near(name, loaded.path.parent) if absent else ""
    if near:
        hint = f"Did you mean {near}?"
    elif absent:
        hint = "A picture is looked for beside the issue's file, then beside newsletter.yaml."
    elif error.errno == errno.EINVAL:  # the file was read, and the message says what to make of it
        hint = "Name the new file here."
    else:
        hint = "Put a JPEG or PNG beside the issue's file, where this account may read it."
    return Finding(
        code=MISSING if absent else UNREADABLE,
        severity=Severity.ERROR,
        message=f"There is no picture {name!r}."
        if absent
        else f"The picture {name!r} cannot be read: {error.strerror}.",
        place=place,
        hint=hint,
        excerpt=loaded.places.source.line(place.line),
    )


def _near(name: str, folder: Path) -> str:
    """Return the image that may be meant: a similar name in its folder, or the same name in another."""
    there = (folder / name).parent
    with contextlib.suppress(OSError, ValueError):
        beside = {path.name.lower(): path for path in there.iterdir() if path.is_file()} if there.is_dir() else {}
        close = difflib.get_close_matches(PurePosixPath(name).name.lower(), beside, n=1, cutoff=0.75)
        found = [beside[one] for one in close] or sorted(
            path for path in folder.glob(f"*/{PurePosixPath(name).name}") if path.is_file()
        )
        if found and found[0].resolve().is_relative_to(folder.resolve()):
            return found[0].resolve().relative_to(folder.resolve()).as_posix()
    return ""


def place_of(name: str, loaded: LoadedIssue, settings: Settings) -> Place:
    """Return where an image is named: in the issue, or in the settings."""
    named = (place for place, found in pictures_in(loaded) if found == name)
    return next(named, Place(str(settings.root / "newsletter.yaml")))


def pictures_in(loaded: LoadedIssue) -> Iterator[tuple[Place, str]]:
    """Yield each image file that an issue names in a field or a text, and where; links are left out."""
    for location, name in _in_fields(loaded.issue.model_dump()):
        yield loaded.places.of(location), name
    for run in runs_of(loaded.issue, ""):
        for start, name in pictures_in_text(run.text):
            if not name.lower().startswith(_LINKS):
                yield loaded.places.within(run.loc, start), name


def _in_fields(value: Any, at: Location = ()) -> Iterator[tuple[Location, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "image" and isinstance(inner, str):
                if not inner.lower().startswith(_LINKS):
                    yield (*at, key), inner
            else:
                yield from _in_fields(inner, (*at, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _in_fields(inner, (*at, index))
