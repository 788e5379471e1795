"""What the computer reports, explained."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from newsletter.workflow.system_errors import explain_system_error


@pytest.mark.parametrize(
    ("number", "says", "hint"),
    [
        (errno.EACCES, "permission denied", "permissions"),
        (errno.ENOSPC, "no space left on device", "disk is full"),
        (errno.EROFS, "read-only file system", "read-only"),
        (errno.EIO, "input/output error", "network drive"),
        (errno.ELOOP, "symbolic links", "points to itself"),
        (errno.ENOTDIR, "not a directory", "a folder is expected"),
    ],
)
def test_what_a_person_can_change_is_explained(number: int, says: str, hint: str) -> None:
    explained = explain_system_error(OSError(number, os.strerror(number), str(Path.cwd() / "issues")))
    assert explained is not None
    assert explained.exit_code == 3
    assert explained.message.startswith("Cannot read or write issues: ")
    assert says in explained.message
    assert hint in explained.hint


def test_a_file_without_a_name_is_explained_too() -> None:
    explained = explain_system_error(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert explained is not None
    assert explained.message == "Cannot read or write a file: no space left on device."


@pytest.mark.parametrize(
    "error", [ConnectionResetError(errno.ECONNRESET, "reset"), FileNotFoundError(errno.ENOENT, "x")]
)
def test_anything_else_is_a_bug(error: OSError) -> None:
    assert explain_system_error(error) is None
