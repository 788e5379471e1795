"""A clock that the fault server and every command of a run share, so that minutes of waiting take no time.

The clock is the computer's own plus an offset that lies in a small shared file. Whoever sleeps puts the offset forward
in place of waiting.
"""

from __future__ import annotations

import fcntl
import mmap
import struct
import time
from pathlib import Path

REAL_TIME = time.time
SIZE = 8


class Clock:
    """Wall-clock time with an offset that several processes read and write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(struct.pack("d", 0.0))
        self._file = path.open("r+b")
        self._map = mmap.mmap(self._file.fileno(), SIZE)

    def offset(self) -> float:
        """Return the seconds that the clock is ahead of the computer's."""
        return float(struct.unpack("d", self._map[:SIZE])[0])

    def now(self) -> float:
        """Return the time of the run, in seconds since 1970."""
        return REAL_TIME() + self.offset()

    def advance(self, seconds: float) -> None:
        """Put the clock forward for everybody."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            self._map[:SIZE] = struct.pack("d", self.offset() + seconds)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
        self._file.close()
