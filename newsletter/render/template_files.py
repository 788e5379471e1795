"""Load the user's own templates: from their folder, and from nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jinja2
from jinja2.loaders import split_template_path

from newsletter.contained_files import OutsideError, contained_files, require_contained
from newsletter.errors import Place, TemplateError

LARGEST_FILE = 500_000
"""Bytes of one template; those that come with the tool have less than 15,000."""

_COPY = "Replace it with a copy of the file."


class TemplateFolder(jinja2.BaseLoader):
    """The templates of a folder; a link that leads out of it is refused, as is what is no file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_source(
        self,
        environment: jinja2.Environment,  # noqa: ARG002  as Jinja calls it
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text, its path, and what says whether the file is still the same."""
        path = self._folder.joinpath(*split_template_path(template))
        if not (path.is_symlink() or path.exists()):
            raise jinja2.TemplateNotFound(template)
        try:
            real = require_contained(path, self._folder)
        except OutsideError as error:
            raise _refused(path, str(error), _COPY) from error
        except (OSError, RuntimeError) as error:
            raise _refused(path, "it is a broken link", _COPY) from error
        if real.stat().st_size > LARGEST_FILE:
            raise _refused(path, f"it has more than {LARGEST_FILE:,} bytes", "Split it into several parts.")
        changed = real.stat().st_mtime

        def is_unchanged() -> bool:
            try:
                return real.stat().st_mtime == changed
            except OSError:
                return False

        return real.read_text(encoding="utf-8"), str(path), is_unchanged

    def list_templates(self) -> list[str]:
        """List the names of all files."""
        return [path.relative_to(self._folder).as_posix() for path in contained_files(self._folder, "*")]


def _refused(path: Path, reason: str, hint: str) -> TemplateError:
    return TemplateError(f"The template cannot be read: {reason}.", hint=hint, place=Place(str(path)))
