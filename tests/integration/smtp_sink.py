"""smtp-sink of Postfix, which writes each message that it took to a file of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .judges import missing

_TO = re.compile(rb"^X-Rcpt-Args: <([^>]*)>", re.MULTILINE)


@dataclass
class Sink:
    """A running smtp-sink."""

    folder: Path
    port: int
    taken: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        """Return how many messages there are, and maybe some that are on their way."""
        return len(self._names())

    def _names(self) -> list[str]:
        return os.listdir(self.folder)  # noqa: PTH208 - names only

    def look(self) -> Counter[str]:
        """Return how often each address has the message, when nobody sends."""
        time.sleep(0.3)  # it notices that a connection ended, and throws away what was not whole
        for name in set(self._names()) - self._seen:
            found = _TO.findall((self.folder / name).read_bytes())
            if not found:
                continue  # of a connection that is open, and has not been given a text
            self._seen.add(name)
            (to,) = found
            self.taken[to.decode()] += 1
        return self.taken


@contextmanager
def running_sink() -> Iterator[Sink]:
    """Start it, and stop it at the end; skip where it is not installed."""
    program = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        missing("smtp-sink", "apt-get install postfix")
    # it runs as a user of its own, who may not look into the folders of the tests
    box = Path(tempfile.mkdtemp(prefix="sink-"))
    box.chmod(0o777)
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = int(one.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([str(program), *user, "-d", f"{box}/m.", f"127.0.0.1:{port}", "1000"])
    time.sleep(0.5)
    assert process.poll() is None
    try:
        yield Sink(box, port)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(box)
