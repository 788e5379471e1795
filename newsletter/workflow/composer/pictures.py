"""Pictures for issues: taken in once they proved to be pictures, made small, and kept beside the issues."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.errors import FileAccessError, UsageError
from newsletter.workflow.atomic_write import replace_file

if TYPE_CHECKING:
    from newsletter.render.images import EmailImage
    from newsletter.workflow.workspace import Workspace

FOLDER = "images"
"""The folder of pictures, beside the issues."""

_ODD = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


class KeptPicture(NamedTuple):
    """A picture that was taken in; `path` is how an issue names it, sizes are in pixels."""

    path: str
    width: int
    height: int
    bytes: int

    @property
    def facts(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"path": self.path, "width": self.width, "height": self.height, "bytes": self.bytes}


def fit_for_email(data: bytes) -> EmailImage:
    """Return a picture made fit for email, without what a camera wrote into it; raise UsageError for anything else."""
    from newsletter.render.images import UnfitPictureError, prepare

    if not data:
        raise UsageError("The file is empty.")
    try:
        return prepare(data)
    except UnfitPictureError as error:
        raise UsageError(f"This picture cannot be used: {error}.", hint="Choose a JPEG or PNG file.") from error


def keep_picture(folder: Path, data: bytes, name: str) -> KeptPicture:
    """Write a picture into the folder of pictures beside the issues; the same picture is kept once."""
    made = fit_for_email(data)
    place = folder / FOLDER
    stem = _file_stem(name)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = place / f"{stem}{f'-{number}' if number > 1 else ''}{made.suffix}"
            if not path.exists():
                replace_file(path, made.data)
                break
            if path.is_file() and path.read_bytes() == made.data:
                break
        else:
            raise UsageError(f"There are too many pictures called {stem}.", hint="Give the file another name.")
    except OSError as error:
        raise FileAccessError(f"The picture cannot be saved: {error.strerror}.", hint="Nothing was changed.") from error
    return KeptPicture(f"{FOLDER}/{path.name}", made.width, made.height, len(made.data))


def _file_stem(name: str) -> str:
    """Return a name for a file: plain letters, digits and hyphens, whatever the picture was called."""
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return _ODD.sub("-", plain).strip("-")[:_LONGEST].strip("-") or "picture"


def shown_picture(workspace: Workspace, name: str) -> EmailImage:
    """Return a picture that an issue names, as readers get it; raise UsageError if the folder has no such picture."""
    from newsletter.render.images import UnfitPictureError

    try:
        return workspace.prepare(workspace.assets(workspace.settings.issues_folder / "issue.yaml")(name))
    except (OSError, UnfitPictureError, ValueError) as error:
        raise UsageError("There is no such picture in the newsletter's folder.") from error


def suggest_colours(data: bytes) -> list[dict[str, Any]]:
    """Return the main colours of a logo."""
    from newsletter.render.picture_colours import picture_colours

    return [{"hex": one.hex, "share": one.share} for one in picture_colours(fit_for_email(data).data)]
