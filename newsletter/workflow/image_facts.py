"""The facts about an issue's image files: their size once optimised, or why they cannot be read."""

from __future__ import annotations

import contextlib
import difflib
import errno
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from newsletter.errors import ContentError, Place
from newsletter.model.findings import Finding

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.preflight.context import ImageFact
    from newsletter.settings import Settings
    from newsletter.workflow.workspace import Workspace


def image_facts(workspace: Workspace, path: Path) -> Callable[[str], ImageFact]:
    """Return a function that reads and optimises an image of the issue at this path, each only once."""
    from newsletter.preflight.context import ImageFact

    read = workspace.assets(path)

    @cache
    def image(name: str) -> ImageFact:
        try:
            made = workspace.prepare(read(name))
        except OSError as error:
            return _problem(name, error, path.parent)
        except ValueError as error:
            return _problem(name, OSError(errno.EINVAL, str(error), name), path.parent)
        return ImageFact(len(made.data), made.content_type)

    return image


def missing_image(error: OSError, loaded: LoadedIssue, settings: Settings) -> ContentError:
    """Return the error for an image that rendering could not read, at the place that names it."""
    from newsletter.preflight.rules.content.image_sources import describe_problem, images_in

    name = str(error.filename or "")
    fact = _problem(name, error, loaded.path.parent)
    rule, message, hint = describe_problem(name, error, fact.nearest)
    named = (place for place, found in images_in(loaded) if found == name)
    place = next(named, Place(str(settings.root / "newsletter.yaml")))
    finding = Finding(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        message=message,
        place=place,
        hint=hint,
        why=rule.why,
        excerpt=loaded.places.source.line(place.line),
    )
    return ContentError("A picture cannot be read.", [finding])


def _problem(name: str, error: OSError, folder: Path) -> ImageFact:
    from newsletter.preflight.context import ImageFact

    return ImageFact(error=error, nearest=_nearest(name, folder) if error.errno == errno.ENOENT else "")


def _nearest(name: str, folder: Path) -> str:
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
