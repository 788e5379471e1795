"""The settings file: where it is, and reading it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.settings import Settings, with_options

if TYPE_CHECKING:
    from newsletter.issue_file.source_text import Source

FILE_NAME = "newsletter.yaml"
"""The name of the settings file; its folder is the newsletter folder."""

ENVIRONMENT_NAME = "NEWSLETTER_SETTINGS"
"""The environment variable with the path of another settings file."""


def find_settings(start: Path) -> Path:
    """Return the settings file in the folder `start` or the nearest folder above it.

    If the environment variable NEWSLETTER_SETTINGS is set, it has the path instead. Raise UsageError if there is no
    settings file.
    """
    named = os.environ.get(ENVIRONMENT_NAME, "").strip()
    if named:
        path = Path(named).expanduser()
        if path.is_dir():
            path /= FILE_NAME
        if not path.is_file():
            raise UsageError(
                f"the settings file {named} does not exist",
                hint=f"Its path is in the environment variable {ENVIRONMENT_NAME}: correct or remove it.",
            )
        return path.absolute()
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise UsageError(
        f"there is no {FILE_NAME} in {start} or any folder above it",
        hint="Go to your newsletter's folder, or run `newsletter init` to create one here.",
    )


_TOP = re.compile(r"^([a-z][a-z0-9_]*)[ ]*:", re.MULTILINE)


def load_settings(path: Path) -> Settings:
    """Read the settings; raise ContentError that lists all mistakes of the file, in its order."""
    from newsletter.issue_file.source_text import read_source  # noqa: PLC0415  commands that need no file start faster

    return read_settings_text(path, read_source(path, "settings"))


def read_settings_text(path: Path, source: Source) -> Settings:
    """Read the text of a settings file that is, or is to be, at a path; raise ContentError as `load_settings` does."""
    from newsletter.issue_file.load_document import read_document  # noqa: PLC0415  commands that need no file start faster

    root = path.absolute().parent
    model = settings_model("\n".join(source.lines))
    return read_document(source, model, context={"root": root, "themes": _own_themes(root)}, what="settings").value


def settings_model(text: str) -> type[Settings]:
    """Return the model of a settings file, with the options of the providers that its text names."""
    named = set(_TOP.findall(text)) - set(Settings.model_fields)
    return with_options(named) if named else Settings


def _own_themes(root: Path) -> frozenset[str] | None:
    """Return the names of the themes in the folder of templates, wherever it is inside the newsletter's.

    None where there is no such folder: rendering says of a theme that it is missing.
    """
    return frozenset(path.stem for path in root.glob("*/themes/*.yaml")) if root.is_dir() else None
