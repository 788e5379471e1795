"""What the eye takes in first is measured: the way down to the first button, and the sizes and gaps of the theme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newsletter.model.branding import Theme
from newsletter.model.item import Button
from newsletter.render.pipeline import render
from newsletter.render.theme_files import look_of
from newsletter.render.themes import Separator
from newsletter.workflow.render_issue import files_of, write_all
from tests.chromium import Browser
from tests.gallery import FEBRUARY, MARCH, RICH, laid, piece

pytestmark = pytest.mark.slow

TWO_SCREENS = 1400
"""CSS pixels: two screens of a phone."""

MEASURED = """
(() => {
  const size = (element) => parseFloat(getComputedStyle(element).fontSize);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const sections = all(".s, .w").map((section) => {
    const box = section.getBoundingClientRect();
    const parts = "p, h2, h3, h4, li, img, blockquote, .btn, .box, .told, .data, .card, .pane";
    const seen = [...section.querySelectorAll(parts)]
      .map((one) => one.getBoundingClientRect()).filter((one) => one.height > 0);
    return {
      above: Math.min(...seen.map((one) => one.top)) - box.top,
      below: box.bottom - Math.max(...seen.map((one) => one.bottom)),
      line: parseFloat(getComputedStyle(section.querySelector("td")).borderTopWidth) ||
        parseFloat(getComputedStyle(section.querySelector(".line td") || section).borderTopWidth),
      inside: Boolean(section.parentElement.closest(".w")),
      kind: section.className,
      words: section.textContent.trim().slice(0, 30),
    };
  });
  return {
    title: size(document.querySelector("h1")),
    headings: [...new Set(all("h2:not(.eyebrow)").map(size))],
    items: [...new Set(all(".item").map(size))],
    texts: [...new Set(all("li").map(size))],
    margins: [...new Set(all("h1,h2,h3,p,ul,ol,.tick,.btn,.row,.pair,.shot,.lead").flatMap((one) => {
      const style = getComputedStyle(one);
      return [parseFloat(style.marginTop), parseFloat(style.marginBottom)];
    }))],
    sections,
    button: (document.querySelector(".btn a") || document.body).getBoundingClientRect().bottom,
  };
})()
"""


def measured(window: Browser, page: Path, width: int) -> dict[str, Any]:
    window.open(page, width=width)
    found: dict[str, Any] = window.run(MEASURED)
    return found


@pytest.mark.parametrize("theme", Theme)
def test_the_first_thing_to_do_is_within_two_screens_of_a_phone(theme: Theme, window: Browser, tmp_path: Path) -> None:
    shown = piece(FEBRUARY, theme)
    assert shown.issue.hero
    button = Button(label="Come to the next Cuppa", link="https://example.org/cuppa")
    message = render(shown.issue.model_copy(update={"button": button}), shown.house, **shown.given)
    write_all(tmp_path, files_of(FEBRUARY, message))
    assert 0 < measured(window, tmp_path / f"{FEBRUARY}.html", 375)["button"] <= TWO_SCREENS


@pytest.mark.parametrize("issue", [MARCH, RICH])
@pytest.mark.parametrize("theme", Theme)
def test_sizes_and_gaps_are_those_of_the_theme(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    form, page = look_of(theme).form, laid(tmp_path, issue, theme)
    for width, title, heading in ((375, form.title_small, form.heading_small), (640, form.title, form.heading)):
        found = measured(window, page, width)
        assert found["title"] == title
        assert found["headings"] == [heading]
        assert set(found["items"]) == {form.subheading}
        assert set(found["texts"]) <= {form.body, form.lead, form.small}
        gap = form.space // 6
        # halves of it around pictures and between events, one pixel for rounding, and 2 px below the title of an event
        steps = [0, 2, *(gap * number / 2 for number in range(1, 10))]
        assert [one for one in found["margins"] if min(abs(one - step) for step in steps) > 1] == []


FOOTER = """
[".why", ".ways", ".ways + p"].map((selector) => {
  const texts = document.createTreeWalker(document.querySelector(`.f ${selector}`), NodeFilter.SHOW_TEXT);
  const lines = [];
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    if (texts.currentNode.textContent.trim()) lines.push(...range.getClientRects());
  }
  return [Math.min(...lines.map((line) => line.top)), Math.max(...lines.map((line) => line.bottom))];
})
"""


@pytest.mark.parametrize("theme", Theme)
def test_the_parts_of_the_footer_are_as_far_apart(theme: Theme, window: Browser, tmp_path: Path) -> None:
    for width in (375, 640):
        window.open(laid(tmp_path, MARCH, theme), width=width)
        why, ways, address = window.run(FOOTER)
        assert 16 <= ways[0] - why[1] <= 24
        assert abs((ways[0] - why[1]) - (address[0] - ways[1])) <= 2


@pytest.mark.parametrize("issue", [FEBRUARY, MARCH, RICH])
@pytest.mark.parametrize("theme", Theme)
def test_a_section_has_as_much_room_above_as_below(theme: Theme, issue: str, window: Browser, tmp_path: Path) -> None:
    form = look_of(theme).form
    for width in (375, 640):
        found = measured(window, laid(tmp_path, issue, theme), width)["sections"]
        bands = [one for one in found if one["line"] and not one["inside"]]
        assert bands or form.separator == Separator.SPACE
        uneven = [one for one in bands if abs(one["above"] - one["below"]) > 8 or one["below"] > form.space + 8]
        assert [(one["words"], one["above"], one["below"]) for one in uneven] == []
