"""Bug reports: a file with the traceback, without email addresses or secrets."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from newsletter import __version__
from newsletter.model.control_characters import escape_control_characters

_ADDRESS = re.compile(r"[^\s@'\"<>(){}\[\],;:=]+@[^\s@'\"<>(){}\[\],;:]+")
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|DSN|URL", re.IGNORECASE)
_SHORTEST_SECRET = 6


def redact(text: str) -> str:
    """Replace email addresses and the values of environment variables that look like secrets."""
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST_SECRET and _SECRET_NAME.search(name):
            text = text.replace(value, "[secret]")
    return _ADDRESS.sub("[address]", text)


def write_report(error: BaseException, args: Sequence[str]) -> Path | None:
    """Write the report and return its path; None if it cannot be written anywhere."""
    now = dt.datetime.now(dt.UTC)
    lines = [
        f"newsletter {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"{now:%Y-%m-%d %H:%M:%S} UTC",
        f"command: newsletter {' '.join(args)}",
        "",
        *traceback.format_exception(error),
    ]
    body = escape_control_characters(redact("\n".join(lines)), keep="\n\t")
    # the working folder may no longer exist
    for folder in (Path(".newsletter"), Path(tempfile.gettempdir())):
        path = folder / f"newsletter-error-{now:%Y%m%d-%H%M%S-%f}.txt"
        try:
            path.write_text(body, encoding="utf-8")
        except OSError:
            continue
        return path.absolute()
    return None
