"""The outbox: every message as a file in a Maildir; it needs no account and no network, and sends nothing on.

A message's name is made of the issue and the recipient's key, and a file is never written over: the file system itself
keeps anybody from getting an issue twice.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from newsletter.errors import ProviderError
from newsletter.model.audience import Subscriber
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.providers.base import AcceptState, OutboundMessage, ProviderContext
from newsletter.providers.capabilities import Additions, Feature, Limits, ProviderInfo
from newsletter.providers.handover import FileAudience

FOLDER_MODE = 0o700
FILE_MODE = 0o600
STALE = 36 * 3600
"""Seconds after which a file left in `tmp` belongs to nobody, by the rules of the Maildir."""

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


class OutboxProvider(FileAudience):
    """Writes real messages into a Maildir that any mail program opens; tests go into another one inside, `tests`."""

    about = ProviderInfo(
        name="outbox",
        title="the outbox",
        features=Feature.SEGMENTS
        | Feature.PARTS
        | Feature.COUNTS
        | Feature.TEST
        | Feature.TELLS
        | Feature.AGAIN
        | Feature.PLAIN_TEXT
        | Feature.SENDER
        | Feature.REPLY_TO,
        limits=Limits(),
        needs=DnsRequirements("the outbox", sends=False),
        adds=Additions(why="it writes the message unchanged"),
        notes=("It writes every message to a folder and does not send anything.",),
    )
    batch = 50

    @classmethod
    def make(cls, options: Any, supplies: ProviderContext) -> Self:  # noqa: ARG003 - what it needs stands in the supplies
        """Make the outbox of the settings."""
        return cls(supplies.folder, supplies.audience, supplies.people, shown=supplies.shown)

    def __init__(
        self, folder: Path, audience: str, people: Callable[[], Iterable[Subscriber]], *, shown: str = ""
    ) -> None:
        """Take the Maildir's folder, the audience's name, and what reads the people on it."""
        self._box = Maildir(folder, shown or folder.name)
        self._tests = Maildir(folder / "tests", f"{shown or folder.name}/tests")
        self._audience = audience
        self._people = people

    def prepare(self) -> None:
        """Make the Maildir where it is missing."""
        self._box.make()

    def deliver(self, message: OutboundMessage) -> None:
        """Write the message to the Maildir; one that is there already is kept."""
        self._box.write(_name(message.issue, message.key), message.raw)

    def settle(self) -> None:
        """Have the folder's list of files written to the disk."""
        self._box.sync()

    def ask(self, issue: str, keys: Iterable[str]) -> dict[str, AcceptState]:
        """Look for the messages, read or not; without a Maildir nothing can be said."""
        there = self._box.names()
        if there is None:
            return dict.fromkeys(keys, AcceptState.CANNOT_TELL)
        return {key: AcceptState.YES if _name(issue, key) in there else AcceptState.NO for key in keys}

    def deliver_test(self, message: OutboundMessage) -> str:
        """Write a test message to the Maildir of the tests."""
        self._tests.make()
        self._tests.write(f"{_name(message.issue, message.key)[:-4]}.{time.time_ns()}.eml", message.raw)
        self._tests.sync()
        return f"{self._tests.shown}/new"

    def whereabouts(self) -> str:
        """Return the folder of the messages."""
        return f"{self._box.shown}/new"


def rename_messages(folder: Path, names: Mapping[str, str]) -> None:
    """Give the messages of issues in an outbox other names, so that another issue can have the ones they had."""
    box = Maildir(folder, folder.name)
    box.rename({_issue_part(issue): _issue_part(name) for issue, name in names.items()})


def newest_message(folder: Path, issue: str) -> bytes | None:
    """Return the message of an issue that was written last to an outbox; None if there is none."""
    return Maildir(folder, folder.name).newest(f"{_issue_part(issue)}.")


class Maildir:
    """A folder of messages, each a file: written whole or not at all, never overwritten."""

    def __init__(self, folder: Path, shown: str) -> None:
        self.folder = folder
        self.shown = shown

    def make(self) -> None:
        """Make the folders where they are missing, private; clear `tmp` of what dead processes left."""
        with self._in_words():
            self.folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            for name in ("tmp", "new", "cur"):
                (self.folder / name).mkdir(mode=FOLDER_MODE, exist_ok=True)
            for left in (self.folder / "tmp").iterdir():
                with contextlib.suppress(FileNotFoundError):
                    if left.stat().st_mtime < time.time() - STALE:
                        left.unlink()

    def write(self, name: str, data: bytes) -> None:
        """Write a message, then give it its name in one step; where the name is taken, the message is there already."""
        draft = self.folder / "tmp" / f"{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with self._in_words():
            try:
                _write(draft, data)
                _give_name(draft, self.folder / "new" / name)
            finally:
                draft.unlink(missing_ok=True)

    def sync(self) -> None:
        """Have the names of new messages written to the disk."""
        with self._in_words():
            handle = os.open(self.folder / "new", os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def names(self) -> set[str] | None:
        """Return the names of all messages, without the flags that a mail program adds; None without a Maildir."""
        with self._in_words():
            try:
                # a reader moves messages from new to cur, so that looking in this order misses none
                found = [*os.listdir(self.folder / "new"), *os.listdir(self.folder / "cur")]  # noqa: PTH208 - names only
            except (FileNotFoundError, NotADirectoryError):
                return None
        return {name.partition(":")[0] for name in found}

    def rename(self, names: Mapping[str, str]) -> None:
        """Give the messages of issues other names, with the flags that a mail program added."""
        with self._in_words():
            for folder in (self.folder / "new", self.folder / "cur"):
                for path in list(folder.iterdir()) if folder.is_dir() else []:
                    issue, _, rest = path.name.partition(".")
                    if issue in names:
                        path.rename(folder / f"{names[issue]}.{rest}")

    def newest(self, start: str) -> bytes | None:
        """Return the message written last of those whose names start so, read or not; None if there is none."""
        with self._in_words():
            folders = [one for one in (self.folder / "new", self.folder / "cur") if one.is_dir()]
            found = [path for folder in folders for path in folder.iterdir() if path.name.startswith(start)]
            return max(found, key=lambda path: path.stat().st_mtime_ns).read_bytes() if found else None

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            words = error.strerror or str(error)
            raise ProviderError(f"The outbox {self.shown} cannot be used: {words}.", hint=_hint(error)) from error


def _hint(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "Free some disk space, then run the same command again: it continues where it stopped."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "Check the permissions of the folder, or set another `folder` under `outbox` in newsletter.yaml."
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return "There is a file where the folder should be: move it, or set another `folder` in newsletter.yaml."
    return "Check the folder, then run the same command again."


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _give_name(draft: Path, name: Path) -> None:
    try:
        os.link(draft, name)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # a file system without links: the ledger's lease keeps a second process away between these two steps
        if not name.exists():
            draft.rename(name)


def _name(issue: str, key: str) -> str:
    return f"{_issue_part(issue)}.{key}.eml"


def _issue_part(issue: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", issue).strip("-")[:60] or "issue"
