"""The outbox: a Maildir that is never written over."""

from __future__ import annotations

import errno
import mailbox
import os
import resource
import signal
import stat
import time
from pathlib import Path

import pytest

from newsletter.errors import ProviderError
from newsletter.model.audience import Subscriber, SubscriberStatus
from newsletter.providers import outbox as module
from newsletter.providers.base import AcceptState, OutboundMessage
from newsletter.providers.outbox import OutboxProvider

PEOPLE = (
    Subscriber(email="a@example.org"),
    Subscriber(email="b@example.org", status=SubscriberStatus.UNSUBSCRIBED),
    Subscriber(email="c@example.org"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


@pytest.fixture
def outbox(folder: Path) -> OutboxProvider:
    provider = OutboxProvider(folder, "audience.csv", lambda: PEOPLE)
    provider.prepare()
    return provider


def parcel(key: str = "k1", raw: bytes = b"Subject: x\r\n\r\nhello\r\n") -> OutboundMessage:
    return OutboundMessage("2024-02", key, "a@example.org", raw)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_message_is_a_private_file_with_a_name_of_its_own(outbox, folder):
    outbox.deliver(parcel())
    outbox.settle()
    (path,) = files(folder)
    assert path == folder / "new" / "2024-02.k1.eml"
    assert path.read_bytes() == parcel().raw
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_nlink == 1
    for one in (folder, folder / "tmp", folder / "new", folder / "cur"):
        assert stat.S_IMODE(one.stat().st_mode) == 0o700


def test_the_standard_library_reads_the_maildir(outbox, folder):
    outbox.deliver(parcel())
    (read,) = mailbox.Maildir(folder, create=False)
    assert read["Subject"] == "x"


def test_what_lies_there_is_never_written_over(outbox, folder):
    outbox.deliver(parcel(raw=b"first"))
    outbox.deliver(parcel(raw=b"second"))
    (path,) = files(folder)
    assert path.read_bytes() == b"first"


def test_only_the_subscribed_get_it(outbox):
    (audience,) = outbox.audiences()
    assert audience.count == 2
    assert [one.email for one in outbox.recipients(audience)] == ["a@example.org", "c@example.org"]


def test_read_messages_are_found_too(outbox, folder):
    outbox.deliver(parcel("k1"))
    outbox.deliver(parcel("k2"))
    (folder / "new" / "2024-02.k2.eml").rename(folder / "cur" / "2024-02.k2.eml:2,S")
    said = outbox.ask("2024-02", ["k1", "k2", "k3"])
    assert said == {"k1": AcceptState.YES, "k2": AcceptState.YES, "k3": AcceptState.NO}


def test_another_issue_is_another_message(outbox):
    outbox.deliver(parcel())
    assert outbox.ask("2024-03", ["k1"]) == {"k1": AcceptState.NO}


@pytest.mark.parametrize("missing", ["", "new", "cur"])
def test_without_the_folder_it_cannot_tell(outbox, folder, missing):
    target = folder / missing if missing else folder
    target.rename(folder.parent / "away")
    assert outbox.ask("2024-02", ["k1"]) == {"k1": AcceptState.CANNOT_TELL}


def test_a_test_lies_apart_and_again(outbox, folder):
    where = [outbox.deliver_test(parcel()) for _ in range(2)]
    assert where == ["outbox/tests/new"] * 2
    assert len(files(folder / "tests" / "new")) == 2
    assert not files(folder / "new")
    assert outbox.ask("2024-02", ["k1"]) == {"k1": AcceptState.NO}


def test_names_are_safe_whatever_the_issue_is_called(outbox, folder):
    outbox.deliver(OutboundMessage("../März: Über uns" + "x" * 200, "k1", "a@example.org", b"x"))
    (path,) = files(folder)
    assert path.parent == folder / "new"
    assert path.name.startswith("M-rz-ber-uns")
    assert len(path.name) < 80


def test_old_drafts_of_dead_processes_go_and_fresh_ones_stay(outbox, folder):
    old, fresh = folder / "tmp" / "old", folder / "tmp" / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"x")
    past = time.time() - module.STALE - 60
    os.utime(old, (past, past))
    outbox.prepare()
    assert [path.name for path in files(folder / "tmp")] == ["fresh"]


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "outbox").write_text("x")
    with pytest.raises(ProviderError, match="outbox cannot be used") as caught:
        OutboxProvider(tmp_path / "outbox", "audience.csv", lambda: PEOPLE).prepare()
    assert "There is a file where the folder should be" in caught.value.hint


def test_a_folder_that_vanishes_is_told(outbox, folder):
    for name in ("new", "cur", "tmp"):
        (folder / name).rmdir()
    with pytest.raises(ProviderError, match="No such file"):
        outbox.deliver(parcel())
    with pytest.raises(ProviderError):
        outbox.settle()


@pytest.mark.parametrize(
    "trouble",
    [(errno.ENOSPC, "Free some disk space"), (errno.EROFS, "permissions"), (errno.EIO, "Check the folder")],
)
@pytest.mark.parametrize("call", ["write", "fsync", "link"])
def test_trouble_with_the_disk_leaves_nothing_behind(outbox, folder, monkeypatch, trouble, call):
    number, hint = trouble

    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module.os, call, fail)
    with pytest.raises(ProviderError) as caught:
        outbox.deliver(parcel())
    assert hint in caught.value.hint
    assert os.strerror(number) in caught.value.message
    monkeypatch.undo()
    assert not files(folder)
    outbox.deliver(parcel())
    assert len(files(folder)) == 1


def test_a_file_that_may_not_grow_is_refused_whole(outbox, folder):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        with pytest.raises(ProviderError, match="File too large"):
            outbox.deliver(parcel(raw=b"x" * 5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert not files(folder)


def test_a_file_system_without_links_is_used_all_the_same(outbox, folder, monkeypatch):
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(module.os, "link", no_links)
    outbox.deliver(parcel(raw=b"first"))
    outbox.deliver(parcel(raw=b"second"))
    (path,) = files(folder)
    assert path.read_bytes() == b"first"


def test_a_short_write_goes_on(outbox, folder, monkeypatch):
    write = os.write
    monkeypatch.setattr(module.os, "write", lambda handle, data: write(handle, bytes(data[:3])))
    outbox.deliver(parcel())
    assert files(folder)[0].read_bytes() == parcel().raw
