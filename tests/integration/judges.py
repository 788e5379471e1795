"""Where the judges are that we did not write; one that is not there is a skip, or a fault where all were installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = Path(__file__).parents[1] / "node"


def missing(what: str, how: str) -> None:
    """Skip, or fail where NEWSLETTER_SKIPS says that everything was just installed."""
    (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(f"{what} is not installed: {how}")


def node_package(name: str) -> Path:
    """Return the folder of an npm package."""
    package = NODE / "node_modules" / name
    if not package.exists() or shutil.which("node") is None:
        missing(name, "npm install --prefix tests/node")
    return package


def program(name: str, package: str) -> str:
    """Return the path of a program that a package of Debian's brings."""
    found = shutil.which(name)
    if found is None:
        missing(name, f"apt-get install {package}")
    return found or name


def run(*args: str | Path, given: str | None = None, home: Path | None = None, timeout: float = 120) -> str:
    """Return what a program prints; one that fails without printing anything is an error that quotes its complaint."""
    environment = {**os.environ, **({"HOME": str(home)} if home else {})}
    done = subprocess.run(
        [*map(str, args)],
        input=given,
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=environment,
        cwd=NODE,
        timeout=timeout,
    )
    if done.returncode and done.stderr and not done.stdout:
        raise AssertionError(f"{args[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout
