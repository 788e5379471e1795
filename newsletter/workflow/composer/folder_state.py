"""What the composer remembers of a folder from one run to the next, in `.newsletter/composer.json`."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError
from newsletter.workflow.atomic_write import replace_file

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

_FILE = Path(".newsletter") / "composer.json"
_writing = threading.Lock()


def remember_edited(find: Callable[[], Workspace], name: str) -> None:
    """Remember the issue that was edited last, with the names of all issues that there were."""
    with contextlib.suppress(NewsletterError, OSError):  # what was edited is saved, whatever the settings are now
        workspace = find()
        known, names = _read(workspace.root), [path.stem for path in workspace.issue_paths()]
        if known.get("edited") != name or known.get("issues") != names:
            _write(workspace.root, known | {"edited": name, "issues": names})


def last_edited(root: Path, names: Sequence[str]) -> str | None:
    """Return the issue that was edited last, of `names` from old to new; None if a newer one was made since."""
    known = _read(root)
    name, others = known.get("edited"), known.get("issues")
    if name not in names or not isinstance(others, list) or names[-1] not in others:
        return None
    return str(name)


def put_off_setup(root: Path) -> None:
    """Remember that the questions about the newsletter are to be answered another time."""
    _write(root, _read(root) | {"setup": "later"})


def is_setup_put_off(root: Path) -> bool:
    """Return whether the questions about the newsletter were put off."""
    return _read(root).get("setup") == "later"


def _read(root: Path) -> dict[str, Any]:
    try:
        known = json.loads((root / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(root: Path, known: dict[str, Any]) -> None:
    """Write what is known; where that is not possible, the composer works without it."""
    with _writing, contextlib.suppress(OSError):
        (root / _FILE).parent.mkdir(parents=True, exist_ok=True)
        replace_file(root / _FILE, (json.dumps(known, ensure_ascii=False, indent=1) + "\n").encode())
