"""How Thunderbird, a real mail program, shows a message: in a window that nobody sees, by day and by night.

It needs thunderbird and xvfb of Debian's. Nothing is sent or fetched: its network leads nowhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageGrab

SIZE = (860, 1300)
DISPLAY = ":87"
PATIENCE = 120
"""Seconds that it may take to start and to show a message."""

PREFERENCES = {
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.spotlight.firstRunDone": True,
    "mail.shell.checkDefaultClient": False,
    "mail.rights.version": 1,
    "mailnews.start_page.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    # a proxy that is not there
    "network.proxy.type": 1,
    "network.proxy.socks": "127.0.0.1",
    "network.proxy.socks_port": 9,
    # an account for local folders alone, without which it asks for one
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.localfoldersserver": "server1",
    "mail.account.account1.server": "server1",
    "mail.server.server1.hostname": "Local Folders",
    "mail.server.server1.name": "Local Folders",
    "mail.server.server1.type": "none",
    "mail.server.server1.userName": "nobody",
}


def is_here() -> bool:
    """Return whether the programs are installed."""
    return bool(shutil.which("thunderbird") and shutil.which("Xvfb"))


def shown(message: Path, *, dark: bool) -> Image.Image:
    """Return the window of a message file (.eml)."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        profile = Path(home) / "profile"
        profile.mkdir()
        wanted = {**PREFERENCES, "ui.systemUsesDarkTheme": int(dark)}
        lines = (f"user_pref({_js(name)}, {_js(value)});" for name, value in wanted.items())
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        screen = ["Xvfb", DISPLAY, "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"]
        reader = ["thunderbird", "--no-remote", "--profile", str(profile), str(message)]
        environment = {**os.environ, "HOME": home, "DISPLAY": DISPLAY, "MOZ_CRASHREPORTER_DISABLE": "1"}
        with subprocess.Popen(screen, stderr=subprocess.DEVNULL) as server:
            time.sleep(1)
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            with subprocess.Popen(reader, env=environment, start_new_session=True, **quiet) as program:
                picture = _painted()
                program.kill()
            server.terminate()
    # without the line of its state at the bottom
    return picture.convert("RGB").crop((0, 0, SIZE[0], SIZE[1] - 24))


def _painted() -> Image.Image:
    """Return the screen once it shows more than an empty window and stays as it is."""
    before, end = None, time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(4)
        picture = ImageGrab.grab(xdisplay=DISPLAY)
        if before is not None and len(picture.getcolors(1 << 24) or ()) > 5_000 and picture == before:
            break
        before = picture
    return picture


def _js(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else f'"{value}"'
