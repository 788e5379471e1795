"""Take the pictures of the composer in three steps: write, check, send.

Needs the built app, Chromium and Playwright.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

SIZE = {"width": 1180, "height": 720}


def composer_pictures(folder: Path, chromium: str, sharp: float) -> dict[str, Image.Image]:
    """Return the pictures of a folder's newest issue by file name."""
    with _composer(folder) as url, sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = opened.new_page(viewport=SIZE, device_scale_factor=sharp, color_scheme="light", reduced_motion="reduce")
        page.goto(url)
        pictures = {"composer-write.png": _write(page), "composer-check.png": _check(page)}
        pictures["composer-send.png"] = _send(page)
        opened.close()
    return pictures


@contextmanager
def _composer(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "newsletter", "compose", "--no-open", "2024-03"]
    who = {**os.environ, "LOGNAME": "comms"}
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, env=who) as server:
        assert server.stdout is not None
        try:
            yield next(one[0] for line in server.stdout if (one := re.search(r"http://127\.0\.0\.1:\d+/\S+", line)))
        finally:
            server.terminate()


def _shot(page: Any) -> Image.Image:
    page.locator(".name .dot.saved").wait_for()
    page.wait_for_timeout(1500)  # pictures load, and what has just changed settles
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _write(page: Any) -> Image.Image:
    """Take a text that is being typed, and its place in the email."""
    frame = page.frame_locator("iframe")
    frame.locator("[data-field='[\"title\"]']").wait_for()
    frame.locator("[data-field*='\"sections\", 0']").nth(2).click()
    page.wait_for_timeout(600)
    return _shot(page)


def _check(page: Any) -> Image.Image:
    """Take a mistake beside its field, with the button that fixes it."""
    place = page.locator("[data-path='[\"intro\"]']")
    place.locator(".ProseMirror p").nth(1).click(position={"x": 2, "y": 8})
    page.keyboard.press("Home")
    page.keyboard.insert_text("Spring is in the the air. ")
    place.locator(".finding").filter(has_text="the the").wait_for()
    place.scroll_into_view_if_needed()
    return _shot(page)


def _send(page: Any) -> Image.Image:
    """Take the panel with the test sent and the issue ready."""
    finding = page.locator("[data-path='[\"intro\"]'] .finding").filter(has_text="the the")
    finding.get_by_role("button").first.click()
    finding.wait_for(state="detached")
    page.get_by_role("link", name="Send").click()
    page.get_by_label("Addresses for the test").fill("me@example.org")
    page.get_by_role("button", name="Save the test").click()
    button = page.get_by_role("button", name="practice emails")
    button.wait_for()
    button.scroll_into_view_if_needed()
    return _shot(page)


def copy_of(root: Path, folder: Path) -> Path:
    """Make a newsletter's folder to take pictures of."""
    folder.mkdir(parents=True)
    for part in ("newsletter.yaml", "audience.csv"):
        shutil.copy(root / part, folder)
    shutil.copytree(root / "issues", folder / "issues")
    return folder
