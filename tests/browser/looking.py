"""What is looked at on a page in a browser, and what would be a fault; axe-core has its say as well.

The judge axe-core is installed by `npm install --prefix tests/node`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chromium import Browser

HERE = Path(__file__).parent
AXE = HERE.parents[0] / "node" / "node_modules" / "axe-core" / "axe.min.js"
MEASURE = (HERE / "measure.js").read_text(encoding="utf-8")
WIDTHS = (320, 375, 640, 1200)
"""The first is also what a window of 640 px at 200 % is."""

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
        said: dict[str, Any] = window.run(f"axe.run({json.dumps(WHOLE_PAGE)}).then({TOLD})")
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
        if not (picture["loaded"] and picture["described"] and 0 < picture["width"] <= min(view.width, 640))
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
