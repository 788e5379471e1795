"""What a browser, and axe in it, make of the issues in each theme: on a phone and a desk, by day and by night.

The judge axe-core is installed by `npm install --prefix tests/node`.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsletter.model.brand import Theme
from tests.chromium import Browser, browser, chromium
from tests.gallery import FEBRUARY, ISSUES, MARCH, laid

HERE = Path(__file__).parent
AXE = HERE.parents[0] / "node" / "node_modules" / "axe-core" / "axe.min.js"
MEASURE = (HERE / "measure.js").read_text(encoding="utf-8")
WIDTHS = (320, 375, 640)
NARROWEST = 320
"""Nothing sticks out here; axe has its say at the others."""

EXEMPT = ("landmark-one-main", "region")
"""What axe asks of a web page and an email cannot have: mail programs put the email into a page of their own."""

WHOLE_PAGE = {"resultTypes": ["violations"], "rules": {name: {"enabled": False} for name in EXEMPT}}
TOLD = "({violations, passes}) => ({violations, passed: passes.length})"
WHOLE_PAGE["rules"]["target-size"] = {"enabled": True}  # type: ignore[call-overload]


@dataclass(frozen=True)
class View:
    """One page in a window of some width, in the light or in the dark, and what was found there."""

    name: str
    width: int
    dark: bool
    found: dict[str, Any]
    violations: list[dict[str, Any]]
    passed: int
    """How many of axe's rules found all well."""

    def __str__(self) -> str:
        return f"{self.name} at {self.width} px in the {'dark' if self.dark else 'light'}"


def seen(window: Browser, page: Path, name: str) -> Iterator[View]:
    """Look at a page in every way."""
    window.open(page, width=WIDTHS[0])
    window.run(MEASURE)
    window.run(AXE.read_text(encoding="utf-8") + ";0")
    for width, dark in itertools.product(WIDTHS, (False, True)):
        window.look(width=width, dark=dark)
        found = window.run("look()")
        said: dict[str, Any] = {"violations": [], "passed": 0}
        if width != NARROWEST:
            said = window.run(f"axe.run({json.dumps(WHOLE_PAGE)}).then({TOLD})")
        yield View(name, width, dark, found, **said)


def sticking_out(view: View) -> list[str]:
    return [f"{view.found['width']} px wide"] if view.found["width"] > view.width else []


def faint(view: View) -> list[str]:
    return [
        f"{text['contrast']:.2f} {text['colour']} on {text['ground']}: {text['words']!r}"
        for text in view.found["texts"]
        if text["contrast"] < (3 if text["size"] >= 24 or (text["size"] >= 18.66 and text["bold"]) else 4.5)
    ]


def too_small(view: View) -> list[str]:
    return [f"{text['size']} px: {text['words']!r}" for text in view.found["texts"] if text["size"] < 14]


def wrong_pictures(view: View) -> list[str]:
    return [
        f"picture {picture}"
        for picture in view.found["pictures"]
        if not (picture["loaded"] and picture["described"] and 0 < picture["width"] <= min(view.width, 600))
    ]


def low_buttons(view: View) -> list[str]:
    return [f"button {button}" for button in view.found["buttons"] if button["height"] < 44]


def idle_links(view: View) -> list[str]:
    return [f"link {link}" for link in view.found["links"] if not (link["words"] and link["to"])]


def broken_outline(view: View) -> list[str]:
    levels = view.found["headings"]
    steps = all(below - above <= 1 for above, below in itertools.pairwise(levels))
    return [] if levels.count(1) == 1 and levels[0] == 1 and steps else [f"headings {levels}"]


def broken_words(view: View) -> list[str]:
    return [f"broken at its hyphen: {word}" for word in view.found["broken"]]


def violations(view: View) -> list[str]:
    return [f"axe: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in view.violations]


CHECKS: tuple[Callable[[View], list[str]], ...] = (
    sticking_out,
    faint,
    too_small,
    wrong_pictures,
    low_buttons,
    idle_links,
    broken_outline,
    broken_words,
    violations,
)


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    missing = "Chromium" if chromium() is None else "" if AXE.exists() else "axe-core (npm install --prefix tests/node)"
    if missing:
        # where every judge was just installed (NEWSLETTER_SKIPS=fail), one that is not there is a fault
        (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(f"{missing} is not installed")
    with browser() as opened:
        yield opened


@pytest.mark.parametrize("issue", ISSUES)
@pytest.mark.parametrize("theme", Theme)
def test_an_issue_has_no_fault_in_any_window(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    views = list(seen(window, laid(tmp_path, issue, theme), issue))
    assert [f"{view}: {fault}" for view in views for check in CHECKS for fault in check(view)] == []
    assert [view.found["dark"] for view in views] == [view.dark for view in views]
    colours = {frozenset((text["colour"], text["ground"]) for text in view.found["texts"]) for view in views}
    assert len(colours) == 2, "night changes the colours, width does not"
    assert all(view.passed > 15 for view in views if view.width != NARROWEST), "axe has looked"
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


def test_with_pictures_off_their_words_are_read(window: Browser, tmp_path: Path) -> None:
    page = laid(tmp_path, MARCH, Theme.CLASSIC)
    page.write_text(re.sub(r'src="[^"]*"', 'src="off.png"', page.read_text(encoding="utf-8")), encoding="utf-8")
    for view in seen(window, page, "pictures off"):
        faults = [fault for check in CHECKS if check is not wrong_pictures for fault in check(view)]
        assert faults == [], str(view)
        assert not any(picture["loaded"] for picture in view.found["pictures"])
        assert all(picture["described"] for picture in view.found["pictures"])
