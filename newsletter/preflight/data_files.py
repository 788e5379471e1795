"""Read the data files of the rules: word lists and texts in TOML, which people edit who do not program."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from newsletter.errors import UsageError

FOLDER = Path(__file__).parent / "data"


def read_toml(name: str) -> dict[str, Any]:
    """Return the content of a data file, such as `en.toml`; raise UsageError if it cannot be read."""
    path = FOLDER / name
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise data_error(name, reason or "it cannot be read") from error


def data_error(name: str, reason: str) -> UsageError:
    """Return the error for a data file that is missing or wrong."""
    return UsageError(
        f"The file {name} of newsletter is wrong: {reason}.",
        hint=f"Correct {FOLDER / name}, or install newsletter again.",
    )
