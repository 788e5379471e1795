"""A small newsletter with a large audience, and the command as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.integration.smtp_sink import Sink, running_sink

SETTINGS = """\
brand:
  name: Example Community Trust
  address: Example Community Trust, 1 High Street, Sampletown AB1 2CD
sender:
  name: Example Community Trust
  email: news@example.org
reply_to: team@example.org
before_sending:
  test: false
"""

ISSUE = """\
title: News of the month
date: 2024-02-12
preheader: What we did in January, and what comes next in February
intro: Hello {first_name|there}, spring is on its way.
sections:
  - kind: coming_up
    items:
      - A walk along the river
"""


@dataclass(frozen=True)
class Newsletter:
    """A folder with settings, an issue and an audience; commands run there as processes."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def laid(self) -> list[Path]:
        """Return the messages in the outbox, read or not."""
        return [path for name in ("new", "cur") for path in (self.root / "outbox" / name).glob("*.eml*")]

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Start a command and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", *args],
            cwd=self.root,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*args)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(args, process.returncode, out, err)


def lay(root: Path, recipients: int) -> Newsletter:
    """Lay a newsletter with so many recipients into a folder."""
    (root / "issues").mkdir(parents=True)
    (root / "newsletter.yaml").write_text(SETTINGS)
    (root / "issues" / "2024-02.yaml").write_text(ISSUE)
    rows = [f"reader{number}@example.org,Kim {number}" for number in range(recipients)]
    (root / "audience.csv").write_text("\n".join(["email,first_name", *rows, ""]))
    return Newsletter(root, {"HOME": str(root)})


@pytest.fixture(scope="session")
def server_program() -> Callable[[str], Path]:
    """Return the path of a server's program by its name; skip where it is not installed.

    The servers stand in an environment of their own, made by `make servers`; NEWSLETTER_SERVERS names another one.
    """

    def find(name: str) -> Path:
        home = Path(os.environ.get("NEWSLETTER_SERVERS") or Path(__file__).parents[2] / ".venv-servers")
        program = home / "bin" / name
        if not program.exists():
            missing = f"{name} is not installed: `make servers` installs it"
            (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(missing)
        return program

    return find


@pytest.fixture
def newsletter(tmp_path: Path) -> Newsletter:
    """Lay a newsletter with 200 recipients."""
    return lay(tmp_path / "news", 200)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Run Postfix's smtp-sink, which takes all messages."""
    with running_sink() as found:
        yield found
