"""Return whether a file is on a disk of this computer: a write-ahead log does not hold on a network folder."""

from __future__ import annotations

import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_LOCAL = {"bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "overlay", "tmpfs", "xfs", "zfs"}
_ESCAPED = re.compile(r"\\([0-7]{3})")


def is_on_local_disk(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Return whether a file is surely on a disk of this computer; False where that is not known.

    `mounts` lists what is mounted where, as Linux does (proc(5)); other systems have no such list.
    """
    try:
        rows = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        place = path.resolve()
    except OSError:
        return False
    best, kind = -1, ""
    for row in rows:
        before, _, after = row.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) < 5 or not kinds:
            continue
        point = Path(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), fields[4]))
        # of several on the same point the last one is seen
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), kinds[0]
    return kind in _LOCAL
