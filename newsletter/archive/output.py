"""The folder that the website is written to: only what changed, whole files, and nothing that is not the tool's own.

A list of the files that the tool wrote lies among them, so that a later build deletes only those. It is written before
the first file and after the last: a build that is interrupted leaves whole files, and the next build finishes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from newsletter.errors import FileAccessError, UsageError

MANIFEST = ".newsletter-archive.json"
_DRAFT = ".newsletter-draft-"
"""What the name of a file begins with that is being written."""

_ABANDONED = 600
"""Seconds after which a file that is being written is taken to have been left behind."""

_LISTED = 5
_LARGEST = 20_000_000
"""Bytes of the list of files; that of ten thousand issues has four million."""


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The paths of the files in the website's folder, by what was done with them."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    deleted: tuple[str, ...]
    kept: tuple[str, ...]
    """Files that are no longer part of the website, but were changed by someone since they were written."""


@dataclass(frozen=True)
class SiteFolder:
    """The folder of a website; `shown` is its path as messages have it."""

    path: Path
    shown: str
    _known: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Read which files the tool wrote; raise UsageError for a folder with files of somebody else."""
        if self.path.exists() and not self.path.is_dir():
            raise UsageError(
                f"The archive cannot be written to {self.shown}: it is a file, not a folder.",
                hint="Choose another folder with -o.",
            )
        self._known.update(self._manifest())
        if not self._known and self.path.is_dir():
            self._refuse_foreign()

    def has(self, path: str) -> bool:
        """Return whether a file is there as the tool last wrote it."""
        known = self._known.get(path)
        return bool(known) and _digest_of(self.path / path) in (known or ())

    def write(self, files: Mapping[str, bytes | None]) -> WriteResult:
        """Write the website; None stands for a file that is there already, of which `has` was asked.

        Raises UsageError, before anything is written, where a file of somebody else is in the way.
        """
        digests = {path: _digest(data) if data is not None else self._known[path][-1] for path, data in files.items()}
        there = {path: _digest_of(self._place(path)) for path in files}
        self._refuse_overwriting(files, there, digests)
        self._clear_drafts(files)
        changed = [path for path in sorted(files, key=_order) if there[path] != digests[path]]
        stale = [path for path in self._known if path not in files]
        if changed or stale or not (self.path / MANIFEST).exists():
            self._note({path: [*self._known.get(path, ()), digest] for path, digest in digests.items()})
        for path in changed:
            data = files[path]
            if data is not None:
                self._write(path, data)
        deleted, kept = self._delete(stale)
        self._known.clear()
        self._known.update({path: [digest] for path, digest in digests.items()})
        self._note({})
        unchanged = tuple(path for path in files if path not in set(changed))
        return WriteResult(tuple(changed), unchanged, tuple(deleted), tuple(kept))

    def _manifest(self) -> dict[str, list[str]]:
        place = self.path / MANIFEST
        if not place.is_file():
            return {}
        try:
            with place.open("rb") as file:
                told = json.loads(file.read(_LARGEST))["files"]
            known = {str(path): [str(one) for one in digests] for path, digests in told.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FileAccessError(
                f"The list of the archive's files, {self.shown}/{MANIFEST}, cannot be read.",
                hint="Restore it, or move the folder away and build the archive anew.",
            ) from error
        return {path: digests for path, digests in known.items() if _is_inside(path)}

    def _refuse_foreign(self) -> None:
        foreign = sorted(one.name for one in self.path.iterdir() if not (one.name.startswith(".") or one.is_symlink()))
        foreign = [name for name in foreign if name != "CNAME"]
        if foreign:
            raise UsageError(
                f"The folder {self.shown} has files that `newsletter archive` did not write: {_listed(foreign)}.",
                hint="Nothing was written. Choose an empty or a new folder with -o, or as `archive.folder` in "
                "newsletter.yaml.",
            )

    def _refuse_overwriting(self, files: Iterable[str], there: Mapping[str, str], digests: Mapping[str, str]) -> None:
        foreign = [path for path in files if path not in self._known and there[path] not in {"", digests[path]}]
        if foreign:
            raise UsageError(
                f"The folder {self.shown} has files of yours where pages of the archive belong: {_listed(foreign)}.",
                hint="Nothing was written. Rename or move them, or choose another folder with -o.",
            )

    def _place(self, path: str) -> Path:
        """Return where a file is; raise UsageError where a link leads out of the folder."""
        place, root = self.path / path, self.path.resolve()
        if place.is_symlink() or not place.parent.resolve().is_relative_to(root):
            raise UsageError(
                f"The file {self.shown}/{path} is a link, or in a folder that is one: the archive is not written "
                "through links.",
                hint="Delete the link, or choose another folder with -o.",
            )
        if place.is_dir():
            raise UsageError(
                f"The folder {self.shown}/{path} is where a page of the archive belongs.",
                hint="Rename or move it, or choose another folder with -o.",
            )
        return place

    def _write(self, path: str, data: bytes) -> None:
        """Write one file under another name beside it, then put it in its place."""
        place = self.path / path
        draft = place.with_name(f"{_DRAFT}{secrets.token_hex(6)}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(data)
            draft.replace(place)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise FileAccessError(
                f"The file {self.shown}/{path} cannot be written: {(error.strerror or 'it cannot be used').lower()}.",
                hint="Check the permissions of the folder and the space on the disk, or choose another folder with "
                "-o. Then run the command again.",
            ) from error
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def _clear_drafts(self, files: Iterable[str]) -> None:
        """Delete what a build that was killed was writing; a build that is running has drafts of a moment ago."""
        for folder in {PurePosixPath(path).parent for path in files}:
            for draft in (self.path / folder).glob(f"{_DRAFT}*"):
                with contextlib.suppress(OSError):
                    if time.time() - draft.lstat().st_mtime > _ABANDONED:
                        draft.unlink()

    def _note(self, coming: Mapping[str, list[str]]) -> None:
        files = {**self._known, **coming}
        told = {"about": "The files that `newsletter archive` wrote, with their SHA-256.", "files": files}
        data = json.dumps(told, indent=0, sort_keys=True).encode()
        if _digest_of(self.path / MANIFEST) != _digest(data):
            self._write(MANIFEST, data)

    def _delete(self, stale: Iterable[str]) -> tuple[list[str], list[str]]:
        """Delete files that are no longer part of the website, and folders that are empty then."""
        deleted, kept = [], []
        for path in stale:
            place = self.path / path
            found = _digest_of(place) if not place.is_symlink() else ""
            inside = place.parent.resolve().is_relative_to(self.path.resolve())
            if not (found and inside):
                continue
            if found not in self._known[path]:
                kept.append(path)
                continue
            try:
                place.unlink()
            except OSError as error:
                raise FileAccessError(
                    f"The file {self.shown}/{path} cannot be deleted: {(error.strerror or 'it is in use').lower()}.",
                    hint="Check the permissions of its folder, then run the command again.",
                ) from error
            deleted.append(path)
            for parent in list(PurePosixPath(path).parents)[:-1]:
                if not any((self.path / parent).iterdir()):
                    (self.path / parent).rmdir()
        return deleted, kept


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return bool(pure.parts) and not pure.is_absolute() and ".." not in pure.parts and "\\" not in path


def _order(path: str) -> tuple[bool, bool, str]:
    """Return where in the order a file is written: pictures and styles first, pages next, the home page last."""
    return path.endswith((".html", ".xml")), path == "index.html", path


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_of(place: Path) -> str:
    """Return the hash of a file; an empty text if it does not exist."""
    try:
        return _digest(place.read_bytes()) if place.is_file() else ""
    except OSError as error:
        raise FileAccessError(
            f"The file {place.name} cannot be read: {(error.strerror or 'it cannot be used').lower()}.",
            hint="Check the permissions of the archive's folder.",
        ) from error


def _listed(names: list[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
