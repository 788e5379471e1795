"""Prism (npm): a mock server made of a provider's own description, which refuses whatever is not as described."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

NODE = Path(__file__).parent / "node"
PROGRAM = NODE / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
SECONDS = 60


@contextlib.contextmanager
def running(description: Path, paths: Collection[str]) -> Iterator[str]:
    """Start a mock of these paths of a description and give its address; skip where something is not installed."""
    if not PROGRAM.exists() or shutil.which("node") is None:
        _missing("Prism is not installed: npm install --prefix tests/node")
    if not description.exists():
        _missing(f"{description.name} may not be shipped with the project, and is not beside it")
    with tempfile.TemporaryDirectory(prefix="newsletter-prism-") as folder:
        whole: dict[str, Any] = json.loads(description.read_text("utf-8"))
        whole["paths"] = {path: whole["paths"][path] for path in paths}
        whole["servers"] = [{"url": "http://127.0.0.1"}]
        file = Path(folder) / description.name
        file.write_text(json.dumps(whole), encoding="utf-8")
        port = _free_port()
        command = ["node", PROGRAM, "mock", "--errors", "--host", "127.0.0.1", "--port", str(port), file]
        with Path(folder, "said.txt").open("wb") as said:
            process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            _wait(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def _missing(words: str) -> None:
    (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(words)


def _free_port() -> int:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        port: int = there.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(SECONDS * 10):
        assert process.poll() is None, "Prism does not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("Prism does not answer")
