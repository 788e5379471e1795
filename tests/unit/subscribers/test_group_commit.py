"""Changes of several threads in one commit: each has its own result, and an error reaches all of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from newsletter.subscribers import group_commit
from newsletter.subscribers.group_commit import GroupCommit


class Disk:
    """Something that is written to, which waits in its first commit until the test lets it go on."""

    def __init__(self) -> None:
        self.commits: list[list[int]] = []
        self.has_begun, self.may_end = threading.Event(), threading.Event()
        self.error: Exception | None = None

    def write(self, numbers: Sequence[int]) -> list[int]:
        self.commits.append(list(numbers))
        self.has_begun.set()
        assert self.may_end.wait(10)
        if self.error is not None and len(self.commits) > 1:
            raise self.error
        return [number * number for number in numbers]


def ask_while_writing(disk: Disk, commit: GroupCommit[int, int], count: int):
    pool = ThreadPoolExecutor(count + 1)
    first = pool.submit(commit.do, 0)
    assert disk.has_begun.wait(10)
    others = [pool.submit(commit.do, number) for number in range(1, count + 1)]
    while len(commit._waiting) < count:
        threading.Event().wait(0.005)
    disk.may_end.set()
    pool.shutdown(wait=True)
    return first, others


def test_those_who_wait_share_the_next_commit_and_each_gets_its_own_result() -> None:
    disk = Disk()
    first, others = ask_while_writing(disk, GroupCommit(disk.write), 12)
    assert [one.result() for one in (first, *others)] == [number * number for number in range(13)]
    assert [len(commit) for commit in disk.commits] == [1, 12]


def test_a_commit_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST", 5)
    disk = Disk()
    _, others = ask_while_writing(disk, GroupCommit(disk.write), 12)
    assert [one.result() for one in others] == [number * number for number in range(1, 13)]
    assert [len(commit) for commit in disk.commits] == [1, 5, 5, 2]


def test_a_commit_that_fails_is_told_to_everybody_in_it() -> None:
    disk = Disk()
    disk.error = OSError("the disk is full")
    first, others = ask_while_writing(disk, GroupCommit(disk.write), 3)
    assert first.result() == 0
    for one in others:
        with pytest.raises(OSError, match="the disk is full"):
            one.result()
