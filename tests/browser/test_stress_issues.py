"""Issues and colours that ask the most of a theme: at every width, zoomed, in any brand's colours, and on paper."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from newsletter.model.branding import Colours, Theme
from newsletter.render.pipeline import render
from newsletter.workflow.render_issue import files_of, write_all
from tests.chromium import Browser
from tests.gallery import ISSUES, LONGEST, MINIMAL, PALETTES, RICH, STRESS, laid, piece

from .looking import AXE, TOLD, WHOLE_PAGE

pytestmark = pytest.mark.slow

WIDTHS = (320, 375, 640, 1200)
WIDEST = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
WHERE_AXE_LOOKS = (MINIMAL, LONGEST)
"""Another test has it look at the rich issue."""


def complaints(window: Browser, how: dict[str, Any]) -> list[str]:
    told = window.run(f"axe.run({json.dumps(how)}).then({TOLD})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in told["violations"]]


def opened(window: Browser, page: Path) -> None:
    window.open(page, width=WIDTHS[0])
    window.run(AXE.read_text(encoding="utf-8") + ";0")


@pytest.mark.parametrize("issue", STRESS)
@pytest.mark.parametrize("theme", Theme)
def test_nothing_sticks_out_and_axe_finds_nothing(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    opened(window, laid(tmp_path, issue, theme))
    for width in WIDTHS:
        for dark in (False, True):
            window.look(width=width, dark=dark)
            assert window.run(WIDEST) <= width
            if issue in WHERE_AXE_LOOKS:
                assert complaints(window, WHOLE_PAGE) == [], (width, dark)
    # 640 px at 200 %: half as many, each of four device pixels
    window.look(width=320, sharp=2)
    assert window.run(WIDEST) <= 320


@pytest.mark.parametrize("issue", dict.fromkeys((*ISSUES, *STRESS)))
@pytest.mark.parametrize("theme", Theme)
def test_any_brand_can_be_read(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    shown = piece(issue, theme)
    for palette, colours in PALETTES.items():
        brand = shown.house.brand.model_copy(update={"colours": Colours(**colours)})
        house = shown.house.model_copy(update={"brand": brand})
        write_all(tmp_path, files_of(issue, render(shown.issue, house, **shown.given)))
        opened(window, tmp_path / f"{issue}.html")
        for dark in (False, True):
            window.look(width=640, dark=dark)
            assert complaints(window, CONTRAST) == [], (palette, dark)


def pages(pdf: bytes) -> list[str]:
    """Return what is drawn on each page of a PDF that Chromium made."""
    objects = {int(one[1]): one[2] for one in re.finditer(rb"(?s)(\d+) 0 obj\n(.*?)\nendobj", pdf)}
    found = []
    for body in objects.values():
        contents = re.search(rb"/Contents (\d+) 0 R", body)
        if contents and re.search(rb"/Type\s*/Page\b", body):
            stream = objects[int(contents[1])].partition(b"stream\n")[2].rpartition(b"\nendstream")[0]
            found.append(zlib.decompressobj().decompress(stream).decode("latin-1"))
    return found


def is_blank(drawn: str) -> bool:
    """Return whether a page has neither words nor pictures."""
    return not re.search(r"\bT[jJ]\b|\bDo\b", drawn)


@pytest.mark.parametrize("issue", STRESS)
@pytest.mark.parametrize("theme", Theme)
def test_it_prints_on_few_pages_and_none_is_blank(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    window.open(laid(tmp_path, issue, theme), width=640)
    pdf = base64.b64decode(window.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
    drawn = pages(pdf)
    assert len(drawn) == len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert [number for number, page in enumerate(drawn, 1) if is_blank(page)] == []
    least, most = {MINIMAL: (1, 1), RICH: (4, 9), LONGEST: (8, 18)}[issue]
    assert least <= len(drawn) <= most


def test_a_blank_page_would_be_noticed(window: Browser, tmp_path: Path) -> None:
    page = tmp_path / "blank.html"
    page.write_text('<p>One</p><div style="break-before:page;height:9in"></div><p style="break-before:page">Three</p>')
    window.open(page, width=640)
    pdf = base64.b64decode(window.call("Page.printToPDF")["data"])
    assert [is_blank(page) for page in pages(pdf)] == [False, True, False]
