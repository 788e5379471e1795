"""One run: a newsletter folder, a provider with faults, and a person who follows what the messages advise."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ISSUE = """\
title: "News of the month"
date: {date}
preheader: What we did this month, and what comes next
intro: |
  Hello {{first_name|there}},

  here is what we did this month.

sections:
  - kind: story
    heading: A story
    text: |
      Many people came to the garden, and we planted ten trees.
"""
SETTINGS = """\
brand:
  name: Example Trust
  address: Example Trust, 1 High Street, Sampletown AB1 2CD
sender:
  name: Example Trust
  email: news@example.org
language: en-GB
time_zone: Europe/London
"""


@dataclass(frozen=True)
class Outcome:
    """What became of one command."""

    args: tuple[str, ...]
    code: int
    output: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    def __str__(self) -> str:
        return f"$ newsletter {' '.join(self.args)}\n{self.output.rstrip()}\n(exit {self.code})"


class CommandHost:
    """The process that starts commands quickly; see command_host.py."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "command_host.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the command host has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def start(self, job: dict[str, Any]) -> int:
        """Start a command; return the number of its process."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return int(self._read()["pid"])

    def wait(self) -> int:
        """Return the exit code of the command that runs."""
        return int(self._read()["code"])

    def close(self) -> None:
        """End."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


class Desk:
    """A newsletter folder, and somebody who types commands there."""

    def __init__(self, folder: Path, host: CommandHost, clock: Path, secrets: dict[str, str], authority: Path | None):
        self.folder, self.host, self.clock = folder, host, clock
        self.outcomes: list[Outcome] = []
        self.pid = 0
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(folder / ".cache")),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **secrets,
        }
        if authority:
            self.environment |= {"REQUESTS_CA_BUNDLE": str(authority), "SSL_CERT_FILE": str(authority)}

    def run(self, *args: str) -> Outcome:
        """Run one command to its end."""
        out, err = self.folder / "stdout.txt", self.folder / "stderr.txt"
        names = {"cwd": str(self.folder), "clock": str(self.clock), "out": str(out), "err": str(err)}
        self.pid = self.host.start({"args": args, "env": self.environment, **names})
        code = self.host.wait()
        self.pid = 0
        text = out.read_text("utf-8", "replace") + err.read_text("utf-8", "replace")
        outcome = Outcome(args, code, text)
        self.outcomes.append(outcome)
        return outcome

    def kill(self) -> None:
        """Kill the command that runs now."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
