"""What arrives while somebody works moves nothing that they are about to click, or write in."""

from __future__ import annotations

import pytest

from .conftest import Window

pytestmark = pytest.mark.slow

WRONG = "We met the the team of the hall."
NEAR = 1.5
"""Pixels that a place may differ by."""


def top(window: Window, *path: str | int) -> float:
    box = window.field(*path).bounding_box()
    assert box is not None
    return float(box["y"])


def test_findings_do_not_move_the_field_under_the_pointer(window: Window) -> None:
    page = window.page
    window.write(WRONG, "intro")
    toggle = window.field("sections", 0).locator(".toggle").first
    box = toggle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    window.field("intro").locator(".finding").filter(has_text="the the").wait_for()
    now = toggle.bounding_box()
    assert abs(now["y"] - box["y"]) < NEAR
    page.mouse.down()
    page.mouse.up()
    assert toggle.get_attribute("aria-expanded") == "false"


MOVE = """
([x, y, findings]) => {
  window.seen = 0;
  window.moving = setInterval(() => {
    window.seen = Math.max(window.seen, document.querySelectorAll(findings).length);
    dispatchEvent(new PointerEvent("pointermove", { clientX: x++, clientY: y }));
  }, 40);
}
"""
"""Moves the pointer in the page itself, where a slow machine does not pause it, and counts the findings meanwhile."""


def test_findings_wait_until_the_pointer_has_arrived(window: Window) -> None:
    page = window.page
    place = page.locator(".between").first.bounding_box()  # between two fields, on neither
    page.evaluate(MOVE, [place["x"] + 200, place["y"] + 4, """[data-path='["intro"]'] .finding"""])
    window.write(WRONG, "intro")
    window.saved()
    page.wait_for_timeout(1500)
    assert page.evaluate("(clearInterval(window.moving), window.seen)") == 0
    window.field("intro").locator(".finding").filter(has_text="the the").wait_for()


def test_findings_do_not_move_the_field_that_is_written_in(window: Window) -> None:
    page = window.page
    window.write(WRONG, "intro")
    window.text("sign_off").click()
    page.keyboard.press("End")
    before = top(window, "sign_off")
    window.field("intro").locator(".finding").filter(has_text="the the").wait_for(state="attached")
    page.wait_for_timeout(100)
    assert abs(top(window, "sign_off") - before) < NEAR
    window.composer.file().write_text(
        window.composer.file().read_text("utf-8").replace("the the team", "the team"), "utf-8"
    )
    window.field("intro").locator(".finding").wait_for(state="detached")
    assert abs(top(window, "sign_off") - before) < NEAR


def test_at_the_top_nothing_moves_when_a_finding_goes(window: Window) -> None:
    """There is nothing to scroll back at the top of the form."""
    page = window.page
    window.write("We met the the the team.", "title")
    window.field("title").locator(".finding").filter(has_text="the the").first.wait_for()
    page.locator("#main").evaluate("main => (main.scrollTop = 0)")
    window.text("preheader").click()
    page.keyboard.press("End")
    before = top(window, "preheader")
    window.composer.file().write_text(
        window.composer.file().read_text("utf-8").replace("the the the team", "the team"), "utf-8"
    )
    window.field("title").locator(".finding").wait_for(state="detached")
    assert abs(top(window, "preheader") - before) < NEAR


def test_a_settled_finding_goes_with_the_words_that_it_is_about(window: Window) -> None:
    page = window.page
    window.write("We met the the team, [[text]].", "intro")
    notes = window.field("intro").locator(".finding")
    notes.filter(has_text="[[text]]").wait_for()
    notes.filter(has_text="the the").wait_for()
    page.route("**/edits", lambda route: None)  # nothing is heard from the server any more
    window.text("intro").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("We met the the team.")
    window.eventually(lambda: notes.filter(has_text="[[text]]").count() == 0, "a settled finding is still shown")
    assert notes.filter(has_text="the the").count() == 1
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("We met the team.")
    window.eventually(lambda: notes.count() == 0, "the last settled finding is still shown")
    page.unroute("**/edits")


def test_findings_follow_a_card_that_is_moved(window: Window) -> None:
    page = window.page
    window.field("sections", 0).locator(".toggle").first.click()
    noted = window.field("sections", 0).locator(".head .badge").first
    noted.wait_for()
    count = noted.inner_text().split("\n")[0]
    page.route("**/edits", lambda route: None)
    window.field("sections", 0).locator(".handle").first.focus()
    page.keyboard.press("ArrowDown")
    moved = window.field("sections", 1).locator(".head .badge").first
    window.eventually(lambda: moved.inner_text().split("\n")[0] == count, "the findings stay where the card was")
    page.unroute("**/edits")
