"""What stands in a box is in the file, or the box and the status say that it is not."""

from __future__ import annotations

import pytest

from .conftest import Window
from .test_parts import add, new_item

pytestmark = pytest.mark.slow


def status(window: Window) -> str:
    return str(window.page.locator(".name .about p").inner_text())


def test_an_emptied_title_is_saved_and_found(window: Window) -> None:
    page, title = window.page, window.text("title")
    window.write("", "title")
    page.keyboard.press("Delete")
    window.field("title").get_by_text("This cannot be empty.").wait_for()
    window.eventually(lambda: status(window) == "Not saved yet: Title", "said to be saved")
    page.keyboard.press("Tab")
    window.field("title").locator(".finding.error").get_by_text("Title is empty").wait_for()
    window.saved()
    assert window.composer.content()["title"] == ""
    assert title.inner_text().strip() == ""
    page.get_by_role("link", name="Check").click()
    page.locator("li .finding.error").get_by_text("Title is empty").wait_for()
    page.get_by_role("button", name="Go to the field").first.click()
    window.type_there("The hall is open")
    window.saved()
    assert window.composer.content()["title"] == "The hall is open"
    assert window.field("title").locator(".finding.error").count() == 0


def test_a_title_that_is_typed_over_is_never_empty_in_the_file(window: Window) -> None:
    page = window.page
    sent: list[str] = []
    page.on("request", lambda one: one.url.endswith("/edits") and sent.append(one.post_data or ""))
    window.write("", "title")
    page.keyboard.press("Delete")
    page.wait_for_timeout(600)
    page.keyboard.type("The hall")
    window.eventually(lambda: window.composer.content()["title"] == "The hall", "not saved")
    assert not any('"value":""' in one or '"value":null' in one for one in sent)


@pytest.mark.parametrize("name", ["title", "text"])
def test_an_emptied_field_of_an_item_is_saved_and_found(window: Window, name: str) -> None:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    if name == "text":
        window.write("Come along.", *path, "text")
        window.saved()
    window.write("", *path, name)
    window.page.keyboard.press("Delete")
    window.text("intro").click()
    window.saved()
    item = window.composer.content()["sections"][2]["items"][-1]
    if name == "text":
        assert item == {"title": "Coffee morning"}
        return
    assert item == {"title": ""}
    window.field(*path, "title").locator(".finding.error").get_by_text("Title is empty").wait_for()
    # with a text, the title is not needed
    window.write("Come along.", *path, "text")
    window.eventually(
        lambda: window.composer.content()["sections"][2]["items"][-1] == {"text": "Come along."}, "the empty one stayed"
    )


def test_a_link_that_is_none_is_not_said_to_be_saved(window: Window) -> None:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    add(window, path, "Link")
    box = window.field(*path, "link").locator("input")
    box.fill("the website")
    window.eventually(lambda: status(window) == "Not saved yet: Link", "half a link is said to be saved")
    box.press("Tab")
    window.field(*path, "link").get_by_text("This is not a link").wait_for()
    assert status(window) == "Not saved yet: Link"
    box.fill("example.org/hall")
    box.press("Tab")
    window.saved()
    assert window.composer.content()["sections"][2]["items"][-1]["link"] == "https://example.org/hall"


def test_half_a_button_is_not_said_to_be_saved(window: Window) -> None:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    add(window, path, "Button")
    button = window.field(*path, "button")
    button.get_by_label("Text on the button").fill("Book")
    window.eventually(lambda: status(window) == "Not saved yet: Button", "half a button is said to be saved")
    button.get_by_label("Link").fill("https://example.org")
    window.saved()
    # an existing one whose text goes
    button.get_by_label("Text on the button").fill("")
    window.eventually(lambda: status(window) == "Not saved yet: Button", "the emptied text is said to be saved")
    window.text("intro").click()
    window.saved()
    assert window.composer.content()["sections"][2]["items"][-1]["button"]["label"] == ""
    button.locator(".finding.error").first.wait_for()


def test_an_emptied_description_of_a_picture_is_saved_and_found(window: Window) -> None:
    alt = window.field("hero", "alt").locator("textarea")
    alt.fill("")
    window.eventually(lambda: status(window) == "Not saved yet: Picture", "said to be saved")
    window.text("intro").click()
    window.saved()
    assert "alt" not in window.composer.content()["hero"]
    window.field("hero", "image").locator(".finding").first.wait_for()
