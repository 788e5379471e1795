"""Which files are on a disk of this computer."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.ledger.file_systems import is_on_local_disk

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw - proc proc rw
40 22 0:40 / /mnt/office\\040share rw,relatime - cifs //server/share rw
41 22 0:41 / /home/kim rw - nfs4 server:/home rw
42 41 0:42 / /home/kim/fast rw - xfs /dev/sdb1 rw
43 22 0:43 / /sync rw - fuse.sshfs kim@server: rw
44 22 0:44 / /twice rw - ext4 /dev/sdc1 rw
45 22 0:45 / /twice rw - nfs server:/twice rw
a line that is none
"""


@pytest.mark.parametrize(
    ("place", "local"),
    [
        ("/srv/news/ledger.db", True),
        ("/mnt/office share/news/ledger.db", False),
        ("/mnt/office", True),
        ("/home/kim/news/ledger.db", False),
        ("/home/kim/fast/ledger.db", True),
        ("/home/kimberly/ledger.db", True),
        ("/sync/ledger.db", False),
        ("/twice/ledger.db", False),
    ],
)
def test_the_file_system_nearest_to_it_counts(tmp_path, place, local):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert is_on_local_disk(Path(place), mounts) is local


def test_where_it_cannot_be_known_it_is_not(tmp_path):
    assert not is_on_local_disk(tmp_path / "ledger.db", tmp_path / "none")
