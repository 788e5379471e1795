"""The folder in which practice emails are saved: opened in the computer's file manager, and one of its emails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.workflow.composer.practice import is_practice

if TYPE_CHECKING:
    from newsletter.workflow.session import SendSession

_OPENERS = {"darwin": "open", "win32": "explorer", "linux": "xdg-open"}
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def can_open_folders() -> bool:
    """Return whether this computer has a file manager with a window."""
    return _opener() is not None


def _opener() -> str | None:
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in _SCREENS):
        return None
    return shutil.which(_OPENERS.get(sys.platform, "xdg-open"))


def practice_folder(session: SendSession) -> Path:
    """Return the folder in which emails are saved; raise UsageError where they are sent."""
    if not is_practice(session):
        raise UsageError("Emails are not saved in a folder with this provider.")
    return session.workspace.root / session.direct.whereabouts()


def open_practice_folder(session: SendSession) -> None:
    """Open the folder of practice emails in the file manager; raise UsageError where that is not possible."""
    folder, opener = practice_folder(session), _opener()
    if not folder.is_dir():
        raise UsageError("The folder does not exist yet.", hint="It is created when the first email is saved.")
    if opener is None:
        raise UsageError("The folder cannot be opened from here.", hint="Copy its path and open it yourself.")
    started = subprocess.Popen(  # noqa: S603  the program is the computer's own, and the folder that of the settings
        [opener, str(folder)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    # its end is taken note of, whenever that is
    threading.Thread(target=started.wait, name="newsletter-folder", daemon=True).start()


def practice_email(session: SendSession, issue: str) -> bytes:
    """Return an email that was saved of an issue, the newest; raise UsageError if there is none any more."""
    from newsletter.providers.outbox import newest_message

    practice_folder(session)
    found = newest_message(session.workspace.settings.outbox_folder, issue)
    if found is None:
        raise UsageError("The practice emails of this issue are no longer in the folder.", hint="Save them again.")
    return found
