"""What a browser, and axe in it, make of the issues in each theme: on a phone and a desk, by day and by night."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.model.branding import Theme
from tests.chromium import Browser
from tests.gallery import FEBRUARY, ISSUES, MARCH, laid

from .looking import CHECKS, View, seen, violations

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("issue", ISSUES)
@pytest.mark.parametrize("theme", Theme)
def test_an_issue_has_no_fault_in_any_window(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    views = list(seen(window, laid(tmp_path, issue, theme), issue))
    assert [f"{view}: {fault}" for view in views for check in CHECKS for fault in check(view)] == []
    assert [view.found["dark"] for view in views] == [view.dark for view in views]
    colours = {frozenset((text["colour"], text["ground"]) for text in view.found["texts"]) for view in views}
    assert len(colours) == 2, "night changes the colours, width does not"
    assert all(view.passed > 15 for view in views), "axe has looked"
    assert all(len(view.found["texts"]) > 15 for view in views)
    if issue in {FEBRUARY, MARCH}:
        assert all(view.found["pictures"] and view.found["buttons"] for view in views)


SPOILT = """<!DOCTYPE html><html><head><title></title></head><body style="margin:0;background:#fff">
<h2 style="width:120px;font-size:30px">All about co-production</h2>
<p style="color:#bbb;font-size:13px">faint and small</p>
<img src="missing.png"><a href="" style="background:#000;color:#fff">low</a><div style="width:900px">wide</div>
<div style="font-size:9px"><a href="/a" style="display:block">a</a><a href="/b" style="display:block">b</a></div>"""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
def test_each_check_would_notice(check: Callable[[View], list[str]], window: Browser, tmp_path: Path) -> None:
    page = tmp_path / "spoilt.html"
    page.write_text(SPOILT, encoding="utf-8")
    faults = [fault for view in seen(window, page, "spoilt") for fault in check(view)]
    assert faults
    if check is violations:
        assert {"color-contrast", "document-title", "image-alt", "target-size"} <= {
            one.split(": ")[1] for one in faults
        }
