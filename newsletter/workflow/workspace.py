"""The newsletter folder: its settings, and how its issues are found, loaded and rendered."""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from newsletter.errors import UsageError
from newsletter.kept_results import user_cache
from newsletter.workflow.months import issue_month, month_number
from newsletter.workflow.paths import shown_path
from newsletter.workflow.suggestions import unknown_name

if TYPE_CHECKING:
    import jinja2

    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.model.campaign import Message
    from newsletter.model.section import CustomSection
    from newsletter.render.images import EmailImage
    from newsletter.settings import Settings

Rendered = TypeVar("Rendered")

SUFFIXES = (".yaml", ".yml")

LARGEST_PICTURE = 100_000_000
"""The largest image file in bytes; a good camera's have 30 million."""


@dataclass(frozen=True)
class Workspace:
    """A folder with settings; the heavy parts (loading, rendering) are imported when first used."""

    settings: Settings

    @classmethod
    def find(cls, start: Path | None = None) -> Workspace:
        """Find and read the settings in a folder or a parent of it; raise UsageError if there are none."""
        from newsletter.settings_file import find_settings, load_settings

        return cls(load_settings(find_settings((start or Path.cwd()).absolute())))

    @property
    def root(self) -> Path:
        """Return the folder of newsletter.yaml."""
        return self.settings.root

    @cached_property
    def kinds(self) -> Mapping[str, type[CustomSection]]:
        """Return the kinds of section that the user's own templates declare."""
        from newsletter.issue_file.section_types import declared_kinds

        return declared_kinds([self.settings.templates_folder])

    @cached_property
    def templates(self) -> jinja2.BaseLoader:
        """Return the loader of the user's templates."""
        from newsletter.render.templates import template_loader

        _refuse_unreadable(self.settings.templates_folder)
        return template_loader([self.settings.templates_folder], compiled=cache_folder())

    def issue_paths(self) -> list[Path]:
        """List the issue files, oldest first by name; files not named by a month come first."""
        folder = self.settings.issues_folder
        found = [p for p in folder.iterdir() if p.suffix in SUFFIXES and p.is_file()] if folder.is_dir() else []
        return sorted(found, key=lambda path: (issue_month(path.stem) is not None, path.name))

    def issue_path(self, name: str | None = None) -> Path:
        """Return the file for a name (a path, a file name, `2024-02`, `february`), by default the newest."""
        paths = self.issue_paths()
        if name is None:
            if not paths:
                raise self._no_issues()
            return paths[-1]
        found = _named(name, paths)
        if found is not None:
            return found
        if not paths:
            raise self._no_issues()
        stems = [path.stem for path in paths]
        raise unknown_name("issue", name, stems, hint=f"Issues: {', '.join(stems[-12:])}.")

    def _no_issues(self) -> UsageError:
        folder = self.shown(self.settings.issues_folder)
        return UsageError(f"There are no issues in {folder} yet.", hint="Run `newsletter new` to create one.")

    def load(self, name: str | None = None) -> LoadedIssue:
        """Read the issue with a name; raise ContentError with all its mistakes."""
        return self.load_path(self.issue_path(name))

    def load_path(self, path: Path) -> LoadedIssue:
        """Read an issue file; raise ContentError with all its mistakes."""
        from newsletter.issue_file.load_issue import load_issue

        return load_issue(path, zone=self.settings.presentation.zone, kinds=self.kinds)

    def load_text(self, path: Path, text: str) -> LoadedIssue:
        """Read the text of an issue that is to be at a path; raise ContentError with all its mistakes."""
        from newsletter.issue_file.load_issue import load_issue_text

        return load_issue_text(path, text, zone=self.settings.presentation.zone, kinds=self.kinds)

    def render(self, loaded: LoadedIssue) -> Message:
        """Render an issue; raise ContentError for a missing image and TemplateError for a broken template."""
        from newsletter.render.pipeline import render

        return self._rendered(render, loaded)

    def mjml(self, loaded: LoadedIssue) -> str:
        """Return the MJML that the HTML is made of; it raises what `render` does, except where the MJML is invalid."""
        from newsletter.render.pipeline import to_mjml

        return self._rendered(to_mjml, loaded)

    def _rendered(self, how: Callable[..., Rendered], loaded: LoadedIssue) -> Rendered:
        """Return what a step of rendering makes of an issue; name the field of an image that is missing."""
        from newsletter.workflow.image_facts import missing_image

        try:
            return how(
                loaded.issue,
                self.settings.presentation,
                key=loaded.path.stem,
                templates=self.templates,
                assets=self.assets(loaded.path),
                prepare=self.prepare,
            )
        except OSError as error:
            raise missing_image(error, loaded, self.settings) from error

    def calendars(self, loaded: LoadedIssue) -> dict[str, bytes]:
        """Return the calendar files of an issue by name, dated by the last change of it or the settings.

        So the same issue gives the same files, and a corrected issue gives files that calendars treat as newer.
        """
        from newsletter.render.pipeline import calendars
        from newsletter.settings_file import FILE_NAME

        changed = [path.stat().st_mtime for path in (loaded.path, self.root / FILE_NAME) if path.is_file()]
        now = dt.datetime.now(dt.UTC)

        return calendars(
            loaded.issue,
            self.settings.presentation,
            key=loaded.path.stem,
            templates=self.templates,
            published=min(now, dt.datetime.fromtimestamp(max(changed), dt.UTC)) if changed else now,
        )

    def assets(self, issue_path: Path) -> Callable[[str], bytes]:
        """Return a reader of images, found beside the issue or the settings, never outside these folders."""
        folders = (issue_path.resolve().parent, self.root.resolve())

        def read(name: str) -> bytes:
            for folder in folders:
                path = (folder / name).resolve()
                if path.is_file():
                    if not any(path.is_relative_to(base) for base in folders):
                        raise PermissionError(errno.EACCES, "it is outside the newsletter's folder", name)
                    if path.stat().st_size > LARGEST_PICTURE:
                        size = f"{path.stat().st_size / 1_000_000:,.0f} MB"
                        raise OSError(errno.EINVAL, f"it has {size}: make it smaller in a picture editor", name)
                    return path.read_bytes()
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)

        return read

    @cached_property
    def prepare(self) -> Callable[..., EmailImage]:
        """Return the function that optimises an image for email, with a cache of earlier results."""
        from newsletter.workflow.image_cache import preparer

        return preparer(self.root / ".newsletter" / "pictures")

    def shown(self, path: Path) -> str:
        """Return a path as a person would write it: relative to the working folder if it is inside."""
        return shown_path(path)


def _refuse_unreadable(folder: Path) -> None:
    """Raise PermissionError for a templates folder that cannot be read, rather than use the built-in one."""
    for place in (folder, folder / "sections"):
        if place.is_dir():
            os.scandir(place).close()


def cache_folder() -> Path | None:
    """Return the user's cache folder for compiled templates; None if there is no home folder."""
    folder = user_cache()
    return folder / "templates" if folder else None


def _named(name: str, paths: list[Path]) -> Path | None:
    given = Path(name)
    if given.suffix in SUFFIXES and given.is_file():
        return given.absolute()
    for path in paths:
        if name in {path.stem, path.name}:
            return path
    number = month_number(name)
    if number is None:
        return None
    months = ((path, issue_month(path.stem)) for path in reversed(paths))
    return next((path for path, month in months if month and month.number == number), None)
