"""Messages for errors of the operating system: permissions, a full disk, a missing folder."""

from __future__ import annotations

import errno
import os

from newsletter.errors import FileAccessError
from newsletter.workflow.paths import shown_path

_DENIED = "Check the permissions of the file and of its folder, then run the command again."
_HINTS = {
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: "The disk is read-only. Use a folder that you can write to.",
    errno.ENOSPC: "The disk is full. Free some space, then run the command again.",
    errno.EDQUOT: "Your disk quota is used up. Free some space, then run the command again.",
    errno.EIO: "The disk or the network drive may be broken or disconnected.",
    errno.ESTALE: "The network drive may be disconnected.",
    errno.ENAMETOOLONG: "Use a shorter name.",
    errno.ELOOP: "It is a symbolic link that points to itself.",
    errno.ENOTDIR: "It is a file, but a folder is expected.",
    errno.EISDIR: "It is a folder, but a file is expected.",
    errno.EMFILE: "Too many files are open. Close other programs, then run the command again.",
}


def explain_system_error(error: OSError) -> FileAccessError | None:
    """Return the error with an explanation, or None if the user cannot do anything about it."""
    if isinstance(error, FileNotFoundError) and _is_working_folder_gone():
        return FileAccessError(
            "The current folder no longer exists.", hint="Go to your newsletter's folder, then run the command again."
        )
    if error.errno not in _HINTS:
        return None
    reason = (error.strerror or "").lower() or "it cannot be used"
    if error.filename is None:
        return FileAccessError(f"Cannot read or write a file: {reason}.", hint=_HINTS[error.errno])
    path = shown_path(os.fsdecode(error.filename))
    return FileAccessError(f"Cannot read or write {path}: {reason}.", hint=_HINTS[error.errno])


def _is_working_folder_gone() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - the call that fails
    except OSError:
        return True
    return False
