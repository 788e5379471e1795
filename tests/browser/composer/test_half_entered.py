"""What is half entered stays until it is finished or given up: on other tabs, in a closed card, and when it is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, Composer, Window, composing, copy_february
from .test_parts import PICTURE, add, first_items, new_item
from .test_saving import status
from .test_unsaved import is_asked_when_closed

pytestmark = pytest.mark.slow

WRONG = "Mon 2 March, 6pm to 8pm"


@pytest.fixture
def composer(tmp_path: Path) -> Iterator[Composer]:
    with composing(copy_february(tmp_path / "news")) as started:
        yield started


def choose_picture(window: Window, path: list[str | int]) -> Any:
    add(window, path, "Picture")
    box = window.field(*path, "image")
    box.get_by_label("Choose").set_input_files(PICTURE)
    box.locator("img").wait_for()
    return box.locator("img")


def half_link(window: Window, path: list[str | int]) -> Any:
    add(window, path, "Link")
    box = window.field(*path, "link").locator("input")
    box.fill("the website")
    return box


def half_button(window: Window, path: list[str | int]) -> Any:
    add(window, path, "Button")
    box = window.field(*path, "button").get_by_label("Text on the button")
    box.fill("Book")
    return box


def wrong_date(window: Window, path: list[str | int]) -> Any:
    add(window, path, "When")
    box = window.field(*path, "when").get_by_label("When: Date")
    box.fill(WRONG)
    return box


def later_date(window: Window, path: list[str | int]) -> Any:
    """Type a wrong date over a right one."""
    add(window, path, "When")
    box = window.field(*path, "when").get_by_label("When: Date")
    box.fill("2 March, 10am")
    box.press("Tab")
    window.eventually(lambda: str(first_items(window, 2)[-1]["when"]).startswith("2024-03-02 10:00"), "not saved")
    box.fill(WRONG)
    return box


HALVES = {
    "picture": (choose_picture, "Picture"),
    "link": (half_link, "Link"),
    "button": (half_button, "Button"),
    "date": (wrong_date, "When"),
    "another date": (later_date, "When"),
}


@pytest.mark.parametrize("kind", HALVES)
def test_what_is_half_entered_is_there_after_other_tabs_and_leaving_asks(window: Window, kind: str) -> None:
    page = window.page
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    begin, name = HALVES[kind]
    box = begin(window, path)

    def now() -> str:
        return str(box.get_attribute("src") if kind == "picture" else box.input_value())

    held = now()
    said = f"Not saved yet: {name}"
    window.text("title").click()
    window.eventually(lambda: status(window) == said, "said to be saved")
    assert now() == held
    for tab in ("Check", "Send"):
        page.get_by_role("link", name=tab).first.click()
        note = page.locator(".held")
        note.get_by_text("Coffee morning").wait_for()
        assert name in note.inner_text()
        # at the top of its page, however far down the form was scrolled
        window.eventually(lambda: page.locator("#main").evaluate("(one) => one.scrollTop") == 0, "out of sight")
        assert page.get_by_text("No mistakes found").count() == 0
        assert status(window) == said
    note.get_by_role("button", name="Go to the field").click()
    box.wait_for()
    assert now() == held
    if name == "When":
        window.field(*path, "when").get_by_text("2 March 2024 is a Saturday").wait_for()
        assert window.field(*path, "when").locator(".offers button").count() == 2
        window.eventually(lambda: window.focused().endswith('"when"]'), "no focus")
    assert status(window) == said
    # leaving the issue asks
    page.get_by_role("link", name="All issues").click()
    ask = page.get_by_role("dialog", name="Leave without saving?")
    ask.get_by_role("button", name="Stay here").click()
    ask.wait_for(state="detached")
    assert now() == held
    assert is_asked_when_closed(page)
    page.get_by_role("link", name="All issues").click()
    ask.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="New issue").wait_for()


def test_what_is_half_entered_is_there_after_its_card_was_closed(window: Window) -> None:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    box = wrong_date(window, path)
    card = window.field(*path)
    card.locator(".toggle").first.click()
    box.wait_for(state="hidden")
    window.eventually(lambda: status(window) == "Not saved yet: When", "dropped with its card")
    card.locator(".toggle").first.click()
    assert box.input_value() == WRONG


def test_a_finished_date_is_left_unasked(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    box = wrong_date(window, path)
    box.press("Tab")
    window.field(*path, "when").get_by_role("button", name="Use Sat 2 March, 6pm to 8pm").click()
    window.saved()
    assert box.input_value() == "Sat 2 March"
    # one that is right is read when the page is left by the browser's back button too
    box.fill("9 March")
    page.evaluate("location.hash = '#/'")
    page.get_by_role("button", name="New issue").wait_for()
    window.eventually(lambda: str(first_items(window, 2)[-1]["when"]).startswith("2024-03-09 18:00"), "not saved")


def test_times_that_wait_for_their_day_are_taken_with_it(window: Window) -> None:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    add(window, path, "When")
    place = window.field(*path, "when")
    for name, text in (("From", "10am"), ("To", "noon"), ("Date", "2 March")):
        place.get_by_label(f"When: {name}").fill(text)
        place.get_by_label(f"When: {name}").press("Tab")
    window.saved()
    made = first_items(window, 2)[-1]
    assert (str(made["when"])[:16], str(made["ends"])) == ("2024-03-02 10:00", "12:00")
    assert place.get_by_role("alert").count() == 0


def test_half_a_link_in_a_text_is_kept(window: Window) -> None:
    page = window.page
    window.text("intro").click()
    page.keyboard.press("ControlOrMeta+k")
    address = window.field("intro").get_by_label("Address")
    address.fill("the web")
    window.text("title").click()
    assert address.input_value() == "the web"
    window.eventually(lambda: status(window).startswith("Not saved yet: "), "said to be saved")
    page.get_by_role("link", name="Check").click()
    page.locator(".held").get_by_role("button", name="Go to the field").click()
    assert address.input_value() == "the web"
    window.field("intro").get_by_role("button", name="Close").click()
    window.saved()


def test_coming_back_to_the_form_selects_nothing(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)  # whose title is selected, to be typed over
    window.write("Coffee morning", *path, "title")
    window.saved()
    page.get_by_role("link", name="Check").click()
    page.get_by_role("heading", name="Check").wait_for()
    page.get_by_role("link", name="Write").click()
    window.text("title").wait_for()
    page.wait_for_timeout(200)
    assert page.evaluate("getSelection().toString()") == ""
    page.keyboard.type("x")
    page.wait_for_timeout(300)
    window.saved()
    assert "Coffee morning" in first_items(window, 2)[-1]["title"]


def test_a_card_with_something_half_entered_is_not_moved_to_another_list(window: Window) -> None:
    """Its box would go with the card, and what was typed with it."""
    path = new_item(window, 2)
    window.write("Help with the roof", *path, "title")
    box = half_link(window, path)
    window.page.get_by_role("button", name="More actions for Help with the roof").click()
    window.page.get_by_role("menuitem", name="Move to").first.click()
    window.page.locator(".toast").get_by_text("Finish “Link” first").wait_for()
    assert box.input_value() == "the website"
    window.eventually(lambda: window.focused() == window.field(*path, "link").get_attribute("data-path"), "not there")
    assert first_items(window, 2)[-1]["title"] == "Help with the roof"


def close(page: Any) -> None:
    """Close a tab although the browser warns."""
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def close_and_open(window: Window, make_window: Callable[..., Window]) -> Window:
    """Close the tab although the browser warns, and open the issue in another one."""
    close(window.page)
    opened = make_window(window.page.context)
    opened.open()
    opened.in_email("title").first.wait_for()
    return opened


def half_address(window: Window, path: list[str | int]) -> Any:
    """Begin a link on some words of a text."""
    window.text(*path, "text").click()
    window.page.keyboard.insert_text("See the website")
    window.page.keyboard.press("Shift+ControlOrMeta+ArrowLeft")
    window.page.keyboard.press("ControlOrMeta+k")
    address = window.field(*path, "text").get_by_label("Address")
    address.fill("the web")
    return address


FIELDS = {"picture": "image", "date": "when", "another date": "when", "address": "text"}
CLOSED = {**HALVES, "address": (half_address, "Link")}


@pytest.mark.parametrize("kind", CLOSED)
def test_what_is_half_entered_survives_the_closing_of_its_tab(
    window: Window, make_window: Callable[..., Window], kind: str
) -> None:
    """Also where the composer is started again in between; once it is discarded, it is gone."""
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    begin, name = CLOSED[kind]
    box = begin(window, path)

    def now() -> str:
        return str(box.get_attribute("src") if kind == "picture" else box.input_value())

    held = now()
    window.eventually(lambda: status(window) == f"Not saved yet: {name}", "not half entered")
    window.composer.stop()
    window.composer.start()
    opened = close_and_open(window, make_window)
    place = opened.field(*path, FIELDS.get(kind, name.lower()))
    place.wait_for()
    box = {
        "picture": place.locator("img"),
        "button": place.get_by_label("Text on the button"),
        "address": place.get_by_label("Address"),
        "date": place.get_by_label("When: Date"),
        "another date": place.get_by_label("When: Date"),
        "link": place.locator("input"),
    }[kind]
    box.wait_for()
    opened.eventually(lambda: now() == held, "not there again")
    opened.eventually(lambda: status(opened) == f"Not saved yet: {name}", "said to be saved")
    if kind == "address":
        box.fill("https://example.org/web")
        box.press("Enter")
        opened.saved()
        said = str(first_items(opened, 2)[-1]["text"])
        assert said == "See the [website](https://example.org/web)", "not on the words that it was for"
        return
    opened.page.get_by_role("link", name="All issues").click()
    opened.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    opened.page.get_by_role("button", name="New issue").wait_for()
    opened.open()
    opened.in_email("title").first.wait_for()
    opened.field("title").wait_for()
    assert status(opened) == "Saved"
    assert opened.page.evaluate("Object.keys(localStorage).filter(name => name.includes('unsaved'))") == []


def test_a_new_event_is_there_with_its_half_typed_date(window: Window, make_window: Callable[..., Window]) -> None:
    """With its other boxes too, which were still empty; wherever the event is by then."""
    page = window.page
    number = len(first_items(window, 1))
    window.add_entry("Add an event", "sections", 1)
    path = ["sections", 1, "items", number]
    window.text(*path, "title").wait_for()
    window.write("Open day", *path, "title")
    window.field(*path, "when").get_by_label("When: Date").fill("the 2nd or the 3rd of March")
    window.eventually(lambda: first_items(window, 1)[-1] == {"title": "Open day"}, "not saved")
    page.wait_for_timeout(100)
    file = window.composer.file()
    opened = close_and_open(window, make_window)
    assert opened.field(*path, "when").get_by_label("When: Date").input_value() == "the 2nd or the 3rd of March"
    assert opened.field(*path, "where").count() == 1
    # the section moves while the tab is closed
    close(opened.page)
    text = file.read_text("utf-8")
    file.write_text(text.replace("sections:\n", "sections:\n  - kind: quote\n    text: Hello\n", 1), "utf-8")
    moved = make_window(opened.page.context)
    moved.open()
    moved.in_email("title").first.wait_for()
    date = moved.field("sections", 2, "items", number, "when").get_by_label("When: Date")
    date.wait_for()
    moved.eventually(lambda: date.input_value() == "the 2nd or the 3rd of March", "not there again")


def test_what_has_no_place_any_more_is_shown_to_be_copied(window: Window, make_window: Callable[..., Window]) -> None:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    wrong_date(window, path)
    window.eventually(lambda: first_items(window, 2)[-1] == {"title": "Coffee morning"}, "not saved")
    close(window.page)
    window.composer.file().write_bytes((ROOT / "issues" / "2024-02.yaml").read_bytes())
    opened = make_window(window.page.context)
    opened.open()
    opened.page.get_by_role("alert").get_by_text(WRONG).wait_for()
