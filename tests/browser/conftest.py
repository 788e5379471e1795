"""One browser for the tests of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.chromium import Browser, browser, chromium

from .looking import AXE


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    missing = "Chromium" if chromium() is None else "" if AXE.exists() else "axe-core (npm install --prefix tests/node)"
    if missing:
        # where every judge was just installed (NEWSLETTER_SKIPS=fail), one that is not there is a fault
        (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(f"{missing} is not installed")
    with browser() as opened:
        yield opened
