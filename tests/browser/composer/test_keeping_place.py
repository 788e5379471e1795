"""Nothing moves that somebody is about to click or write in, and what they type goes where they are."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Composer, Window
from .test_parts import add, first_items, new_item

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


@pytest.mark.parametrize("way", ["Enter", "Apply"])
def test_typing_goes_on_behind_a_new_link(window: Window, way: str) -> None:
    page = window.page
    window.write("write to us", "intro")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+k")
    page.get_by_label("Address of the link").fill("team@example.org")
    if way == "Enter":
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="Apply", exact=True).click()
    page.keyboard.type(" today")
    window.eventually(
        lambda: window.composer.content()["intro"].strip() == "[write to us](mailto:team@example.org) today",
        "what was typed is not behind the link, as plain text",
    )


@pytest.mark.own_folder
def test_what_is_typed_after_add_a_person_is_the_email_address(page: Any, composer: Composer) -> None:
    page.get_by_role("link", name="Subscribers").click()
    add, dialog = page.get_by_role("button", name="Add a person"), page.get_by_role("dialog")
    for number in (11, 12):
        add.click()
        dialog.wait_for()
        page.keyboard.type(f"person-{number}@example.org")
        page.keyboard.press("Enter")
        page.get_by_text(f"{number} people get the newsletter").wait_for()
    audience = (composer.folder / "audience.csv").read_text("utf-8")
    assert "person-11@example.org" in audience
    assert "person-12@example.org" in audience


def test_a_version_that_is_opened_at_the_end_of_the_list_is_in_sight(window: Window) -> None:
    page = window.page
    names = [f"Change {number}" for number in range(40)]
    versions = [
        {"id": name, "when": f"2024-01-01T10:{59 - number}:00+00:00", "label": name, "by": "composer", "labels": [name]}
        for number, name in enumerate(names)
    ]
    earlier = {"text": "", "document": {"title": "An earlier title"}, "valid": False}
    page.route("**/api/issues/2024-02/history", lambda route: route.fulfill(json=versions))
    page.route("**/api/issues/2024-02/history/*", lambda route: route.fulfill(json=earlier))
    page.evaluate("location.hash = '#/issues/2024-02/history'")
    row = page.get_by_role("button", name=names[-1])
    row.click()
    changes = page.locator(".changes dl dt").first
    changes.wait_for()
    window.eventually(
        lambda: changes.evaluate(
            "node => node.getBoundingClientRect().bottom < node.closest('main').getBoundingClientRect().bottom"
        ),
        "what is different is below the fold",
    )


@pytest.mark.parametrize("width", [375, 1024, 1280])
def test_menus_leave_the_scrollbar_and_their_button_alone(window: Window, width: int) -> None:
    page = window.page
    page.set_viewport_size({"width": width, "height": 800})
    main = page.locator("main").first
    # as wide as a scrollbar, which the browser of the tests does not show
    main.evaluate("node => Object.assign(node.style, {borderRight: '15px solid', borderBottom: '15px solid'})")
    button = window.field("sections", 1).get_by_role("button", name="Add to this section", exact=True)
    for place in ("start", "center", "end"):
        button.evaluate("(node, block) => node.scrollIntoView({block})", place)
        button.click()
        menu = page.get_by_role("menu")
        menu.wait_for()
        assert main.evaluate("node => node.scrollWidth <= node.clientWidth"), "the panel scrolls sideways"
        box, pane = menu.bounding_box(), main.bounding_box()
        assert box["x"] + box["width"] <= pane["x"] + main.evaluate("node => node.clientWidth") + 1, "cut at its edge"
        assert box["y"] + box["height"] <= pane["y"] + main.evaluate("node => node.clientHeight") + 1, "cut below"
        own = button.bounding_box()
        assert own["y"] >= box["y"] + box["height"] or own["y"] + own["height"] <= box["y"], "over its button"
        assert box["height"] > 250, "next to nothing of it is seen"
        page.keyboard.press("End")
        last, box = menu.get_by_role("menuitem").last.bounding_box(), menu.bounding_box()
        assert last["y"] + last["height"] <= box["y"] + box["height"] + 1, "its end cannot be reached"
        page.keyboard.press("Escape")


@pytest.mark.own_folder
def test_an_event_keeps_its_empty_boxes_when_the_form_is_left(window: Window) -> None:
    page = window.page
    number = len(first_items(window, 1))
    window.add_entry("Add an event", "sections", 1)
    path = ["sections", 1, "items", number]
    window.text(*path, "title").wait_for()
    window.write("Open day", *path, "title")
    date = window.field(*path, "when").get_by_label("When: Date")
    date.fill("2 March, 1pm")
    date.press("Enter")
    window.eventually(lambda: "when" in first_items(window, 1)[-1], "the date is not in the file")
    window.saved()

    def is_whole() -> None:
        window.field(*path).get_by_role("group", name="Event", exact=True).wait_for()
        window.field(*path, "where").wait_for()
        window.field(*path, "button").get_by_label("Text on the button").wait_for()

    page.get_by_role("link", name="Check").click()
    page.locator("main form, main .field").first.wait_for(state="hidden")
    page.get_by_role("link", name="Write").click()
    is_whole()
    page.get_by_role("link", name="All issues").click()
    page.get_by_role("button", name="New issue").wait_for()
    page.evaluate("location.hash = '#/issues/2024-02/form'")
    window.in_email("title").first.wait_for()
    page.get_by_role("button", name="Open day", exact=True).click()
    is_whole()
    assert set(first_items(window, 1)[-1]) == {"title", "when"}, "an empty box is in the file"
    # and when the page is loaded anew
    page.reload()
    window.in_email("title").first.wait_for()
    page.get_by_role("button", name="Open day", exact=True).click()
    is_whole()


@pytest.mark.own_folder
def test_an_empty_box_is_there_when_the_page_is_loaded_anew(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    window.write("Everybody is welcome.", *path, "text")
    window.saved()
    for name, field in (("Payment", "payment"), ("Picture", "image")):
        add(window, path, name)
        window.field(*path, field).wait_for()
    page.reload()
    window.in_email("title").first.wait_for()
    page.get_by_role("button", name="Coffee morning", exact=True).click()
    window.field(*path, "payment").wait_for()
    window.field(*path, "image").wait_for()
    # one that was removed stays away
    window.text(*path, "payment").click()
    window.field(*path, "payment").get_by_role("button", name="Remove Payment").click()
    page.reload()
    window.in_email("title").first.wait_for()
    page.get_by_role("button", name="Coffee morning", exact=True).click()
    window.field(*path, "image").wait_for()
    assert window.field(*path, "payment").count() == 0
    assert set(first_items(window, 2)[-1]) == {"title", "text"}, "an empty box is in the file"
