"""A cache of images that were optimised for email, by the content of their files."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.render.images import EmailImage


def preparer(folder: Path) -> Callable[..., EmailImage]:
    """Return a function like `prepare` that finds images in a cache; a broken cache is no error.

    A file's name holds the hash of the picture that it was made of and, so that a damaged one is known, its own.
    """
    from newsletter.render.image_edits import NO_EDIT, ImageEdit
    from newsletter.render.images import VERSION, EmailImage, prepare

    known: dict[str, EmailImage] = {}

    def prepared(data: bytes, edit: ImageEdit = NO_EDIT) -> EmailImage:
        source = hashlib.sha256(data).hexdigest() + (f"-{edit.key}" if edit.key else "")
        if source not in known:
            found = _found(folder, f"{source}-{VERSION}")
            made = EmailImage.of(found) if found else None
            if made is None:
                made = prepare(data) if edit == NO_EDIT else prepare(data, edit)
                _keep(folder, f"{source}-{VERSION}-{_hash(made.data)}{made.suffix}", made.data)
            known[source] = made
        return known[source]

    return prepared


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _found(folder: Path, start: str) -> bytes | None:
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{start}-*"):
            data = path.read_bytes()
            if path.stem == f"{start}-{_hash(data)}":
                return data
    return None


def _keep(folder: Path, name: str, data: bytes) -> None:
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        number, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
            Path(draft).replace(folder / name)
        except OSError:
            Path(draft).unlink(missing_ok=True)
