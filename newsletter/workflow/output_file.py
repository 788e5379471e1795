"""Write the file that is named with -o, without overwriting the user's own files."""

from __future__ import annotations

from pathlib import Path

from newsletter.errors import UsageError
from newsletter.workflow.paths import shown_path
from newsletter.workflow.workspace import Workspace


def write_output(path: Path, text: str, *, suffixes: tuple[str, ...], workspace: Workspace | None = None) -> None:
    """Write the text to a file, and create its folder if missing.

    An existing file is replaced only if its suffix is one of `suffixes`, and it is not in a folder of the settings
    (issues, templates, outbox). Otherwise, or if it cannot be written, raise UsageError.
    """
    if path.exists() and not path.is_dir():
        _refuse_overwriting(path, suffixes, workspace)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"“{path}” cannot be written: {error.strerror}.", hint="Choose another file with -o."
        ) from error


def _refuse_overwriting(path: Path, suffixes: tuple[str, ...], workspace: Workspace | None) -> None:
    hint = "Nothing was written. Choose another file with -o."
    if path.suffix.lower() not in suffixes:
        expected = " or ".join(suffixes)
        raise UsageError(
            f"{shown_path(path)} exists and is not a {expected} file, so it was not overwritten.", hint=hint
        )
    if workspace is None:
        return
    settings, real = workspace.settings, path.resolve()
    for folder in (settings.issues_folder, settings.templates_folder, settings.outbox_folder):
        if real.is_relative_to(folder.resolve()):
            raise UsageError(
                f"{shown_path(path)} is one of your own files in {shown_path(folder)}, so it was not overwritten.",
                hint=hint,
            )
