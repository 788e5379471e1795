"""Mail programs drop styles and pictures, and Outlook on Windows reads its own conditions: nothing is lost in any."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from newsletter.model.branding import Theme
from newsletter.render.theme_files import look_of
from tests.chromium import Browser
from tests.gallery import ARABIC, FEBRUARY, ISSUES, MARCH, laid, message

from .looking import (
    CHECKS,
    MEASURE,
    View,
    broken_words,
    faint,
    low_buttons,
    seen,
    sticking_out,
    violations,
    wrong_pictures,
)

pytestmark = pytest.mark.slow

VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "o:allowpng"})


def without_styles(page: str) -> str:
    """Drop every style sheet, as Gmail does for accounts of other providers; the styles in the tags stay."""
    return re.sub(r"<style\b.*?</style>", "", page, flags=re.DOTALL)


def without_pictures(page: str) -> str:
    return re.sub(r'src="[^"]*"', 'src="off.png"', page)


def opened(page: str) -> str:
    """Open what is written for Outlook on Windows alone, and close what is written for all others."""
    page = re.sub(r"<!--\[if !mso.*?<!\[endif\]-->", "", page, flags=re.DOTALL)
    return re.sub(r"<!--\[if [^\]]*\]>|<!\[endif\]-->", "", page)


def words(views: list[View]) -> list[str]:
    return [text["words"] for text in views[-1].found["texts"]]


def words_of(window: Browser, page: Path) -> list[str]:
    """Return the words of a page as it is."""
    window.open(page, width=640)
    return [str(text["words"]) for text in window.run(f"{MEASURE};look().texts")]


def spoilt(page: Path, change: str) -> Path:
    path = page.with_name("changed.html")
    path.write_text(change, encoding="utf-8")
    return path


@pytest.mark.parametrize("issue", [FEBRUARY, MARCH, ARABIC])
@pytest.mark.parametrize("theme", Theme)
def test_without_style_sheets_all_is_there_in_order(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    page = laid(tmp_path, issue, theme)
    whole = page.read_text(encoding="utf-8")
    bare = list(seen(window, spoilt(page, without_styles(whole)), issue))
    assert words(bare) == words_of(window, page)
    # that a short word is kept whole at 320 px too is the work of the phone's smaller title
    checks = [check for check in CHECKS if check is not broken_words]
    faults = [f"{view}: {fault}" for view in bare for check in checks for fault in check(view)]
    assert faults == []


@pytest.mark.parametrize("theme", Theme)
def test_with_pictures_off_their_words_are_read(theme: Theme, window: Browser, tmp_path: Path) -> None:
    page = laid(tmp_path, MARCH, theme)
    views = list(seen(window, spoilt(page, without_pictures(page.read_text(encoding="utf-8"))), MARCH))
    for view in views:
        faults = [fault for check in CHECKS if check is not wrong_pictures for fault in check(view)]
        assert faults == [], str(view)
        assert len(view.found["pictures"]) == 5
        assert not any(picture["loaded"] for picture in view.found["pictures"])
        assert all(picture["described"] for picture in view.found["pictures"])


@pytest.mark.parametrize("issue", [FEBRUARY, MARCH, ARABIC])
@pytest.mark.parametrize("theme", Theme)
def test_what_outlook_sees_is_whole_and_no_wider(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    page = laid(tmp_path, issue, theme)
    whole = page.read_text(encoding="utf-8")
    outlook = opened(whole)
    views = [view for view in seen(window, spoilt(page, outlook), issue) if view.width == 640]
    assert words(views) == words_of(window, page)
    checks = (sticking_out, faint, low_buttons, violations)
    assert [f"{view}: {fault}" for view in views for check in checks for fault in check(view)] == []
    width = look_of(theme).form.width
    told = [int(number) for number in re.findall(r'width[=:]"?(\d+)', outlook)]
    assert max(told) == width
    assert "<!--[if" not in outlook


class Tags(HTMLParser):
    """Holds every tag to its end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.faults: list[str] = []
        self.feed(page)
        self.faults += self.inside

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over an element that is empty."""

    def handle_endtag(self, tag: str) -> None:
        if not self.inside or self.inside.pop() != tag:
            self.faults.append(f"</{tag}>")


@pytest.mark.parametrize("issue", ISSUES)
@pytest.mark.parametrize("theme", Theme)
def test_every_tag_is_closed_for_outlook_and_for_all_others(theme: Theme, issue: str) -> None:
    page = message(issue, theme).html
    for seen_by in (opened(page), re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)):
        assert Tags(seen_by).faults == []
    assert Tags(page.replace("</td>", "", 1)).faults


@pytest.mark.parametrize("theme", Theme)
def test_a_button_stands_on_its_colour_without_any_style(theme: Theme) -> None:
    """Outlook draws a cell's `bgcolor` and `mso-padding-alt`: a button grows with its words, which VML cannot."""
    page = message(MARCH, theme).html
    cells = re.findall(r'<td[^>]* bgcolor="#\w+"[^>]*mso-padding-alt:(\d+)px', page)
    assert len(cells) == len(re.findall(r'class="[^"]*\bbtn\b', page)) == 3
    assert all(int(padding) >= 12 for padding in cells)


@pytest.mark.parametrize("theme", Theme)
def test_no_style_sheet_holds_an_escaped_sign(theme: Theme) -> None:
    sheets = re.findall(r"<style\b.*?</style>", message(FEBRUARY, theme).html, flags=re.DOTALL)
    assert sheets
    assert not [sheet for sheet in sheets if "&" in sheet]
