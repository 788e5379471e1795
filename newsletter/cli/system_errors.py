"""What the computer does not allow (permissions, a full disk, a folder that is gone), explained to people."""

from __future__ import annotations

import errno
import os

from newsletter.errors import FileAccessError
from newsletter.workflow.paths import shown_path

_DENIED = "Check the permissions of the file and of its folder, then run the command again."
_HINTS = {
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: "The disk is read-only here. Work in a folder that you can write to.",
    errno.ENOSPC: "The disk is full. Free some space, then run the command again.",
    errno.EDQUOT: "Your share of the disk is full. Free some space, then run the command again.",
    errno.EIO: "The disk or the network drive may be broken or disconnected.",
    errno.ESTALE: "The network drive may be disconnected.",
    errno.ENAMETOOLONG: "Use a shorter name.",
    errno.ELOOP: "It is a link that leads back to itself.",
    errno.ENOTDIR: "A file stands where a folder is expected.",
    errno.EISDIR: "A folder stands where a file is expected.",
    errno.EMFILE: "Too many files are open. Close other programs, then run the command again.",
}


def explain_system_error(error: OSError) -> FileAccessError | None:
    """Return the error for people, or None where it is not one that they can do something about."""
    if isinstance(error, FileNotFoundError) and _is_working_folder_gone():
        return FileAccessError(
            "The folder that you are in does not exist any more.", hint="Go to the folder of your newsletter first."
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
