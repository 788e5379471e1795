"""Write in the form: the file changes, the email repaints, the rest stays as it was."""

from __future__ import annotations

import difflib
import re

import pytest

from .conftest import Window

pytestmark = pytest.mark.slow


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


def test_what_is_typed_is_in_the_email_and_in_the_file(window: Window) -> None:
    before = window.composer.file().read_text()
    window.write("Spring is in the air", "title")
    window.in_email("title").get_by_text("Spring is in the air").wait_for()
    window.saved()
    after = window.composer.file().read_text()
    assert window.composer.content()["title"] == "Spring is in the air"
    assert len(changed_lines(before, after)) == 2, "more than the title's line changed"


def test_a_click_in_the_email_focuses_its_field(window: Window) -> None:
    window.in_email("sections", 2, "items", 1, "title").click()
    field = window.text("sections", 2, "items", 1, "title")
    window.eventually(lambda: field.evaluate("node => node === document.activeElement"), "the field has no focus")
    assert window.in_email("sections", 2, "items", 1, "title").get_attribute("data-here") is not None


def test_a_repaint_keeps_the_scroll_place(window: Window) -> None:
    window.in_email("sections", 2, "items", 0, "title").click()
    window.page.wait_for_timeout(800)
    frame = window.page.frames[-1]
    place = frame.evaluate("document.scrollingElement.scrollTop")
    assert place > 500
    window.page.keyboard.type("!")
    window.in_email("sections", 2, "items", 0, "title").get_by_text("!").wait_for()
    assert abs(frame.evaluate("document.scrollingElement.scrollTop") - place) < 40


def test_bold_italics_lists_and_links_are_written_as_markdown(window: Window) -> None:
    page = window.page
    window.write("A ", "intro")
    page.keyboard.press("ControlOrMeta+b")
    page.keyboard.type("bold")
    page.keyboard.press("ControlOrMeta+b")
    page.keyboard.type(" and ")
    page.keyboard.press("ControlOrMeta+i")
    page.keyboard.type("slanted")
    page.keyboard.press("ControlOrMeta+i")
    page.keyboard.type(" word.")
    page.keyboard.press("Enter")
    page.keyboard.type("- first")
    page.keyboard.press("Enter")
    page.keyboard.type("second")
    window.saved()
    window.eventually(
        lambda: window.composer.content()["intro"].strip() == "A **bold** and *slanted* word.\n\n- first\n- second",
        "the text was not written as Markdown",
    )


def test_an_address_pasted_on_words_makes_them_a_link(window: Window) -> None:
    page = window.page
    window.write("Read the report", "intro")
    page.keyboard.press("ControlOrMeta+a")
    window.text("intro").evaluate(
        """node => {
            const data = new DataTransfer();
            data.setData("text/plain", "https://example.org/report");
            node.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    window.eventually(
        lambda: window.composer.content()["intro"].strip() == "[Read the report](https://example.org/report)",
        "the words did not become a link",
    )


def test_the_link_dialog_takes_an_email_address(window: Window) -> None:
    page = window.page
    window.write("write to us", "intro")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+k")
    page.get_by_label("Address of the link").fill("team@example.org")
    page.keyboard.press("Enter")
    window.eventually(
        lambda: window.composer.content()["intro"].strip() == "[write to us](mailto:team@example.org)",
        "the address was not written as a link",
    )


def test_a_merge_tag_is_a_chip_with_a_fallback(window: Window) -> None:
    page = window.page
    window.write("Hello ", "intro")
    window.field("intro").get_by_role("button", name="Insert the reader’s name or details").click()
    window.field("intro").get_by_role("button", name="First name").click()
    window.field("intro").get_by_label("If it is not known, show").fill("there")
    page.keyboard.press("Enter")
    window.eventually(
        lambda: window.composer.content()["intro"].strip() == "Hello {first_name|there}",
        "the merge tag was not written",
    )


def test_sections_are_moved_by_keyboard_and_dragged(window: Window) -> None:
    page = window.page
    kinds = lambda: [section["kind"] for section in window.composer.content()["sections"]]  # noqa: E731
    assert kinds() == ["last_month", "coming_up", "get_involved"]
    handle = page.get_by_role("button", name="Move Coming up in February.")
    handle.focus()
    page.keyboard.press("ArrowUp")
    window.eventually(lambda: kinds() == ["coming_up", "last_month", "get_involved"], "not moved by the arrow key")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Move Coming up in February.")
    window.saved()
    handle.scroll_into_view_if_needed()
    start = handle.bounding_box()
    target = window.field("sections", 1).bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, start["y"] + 40, steps=4)
    page.mouse.move(start["x"] + 8, min(740, target["y"] + target["height"] * 0.75), steps=8)
    for _ in range(200):
        # at the window's edge the form scrolls under the mouse
        box = window.field("sections", 1).bounding_box()
        if box["y"] + box["height"] / 2 < 730:
            break
        page.mouse.move(start["x"] + 8, 770)
        page.mouse.move(start["x"] + 8, 771)
    page.mouse.up()
    window.eventually(lambda: kinds() == ["last_month", "coming_up", "get_involved"], "not moved by dragging")


def test_duplicate_remove_and_twenty_undos_give_the_first_file_back(window: Window) -> None:
    page = window.page
    before = window.composer.file().read_bytes()
    for number in range(6):
        window.write(f"Title {number}", "title")
        window.text("preheader").click()
        page.keyboard.press("End")
        page.keyboard.type("x")
        window.saved()
    for _ in range(4):
        page.get_by_role("button", name="More actions for Coming up").first.click()
        page.get_by_role("menuitem", name="Duplicate").click()
        window.saved()
    page.get_by_role("button", name="More actions for Coming up").first.click()
    page.get_by_role("menuitem", name="Remove").click()
    window.saved()
    window.eventually(lambda: len(window.composer.content()["sections"]) == 6, "not all is saved")
    page.get_by_role("button", name="Move Get involved").focus()
    for _ in range(20):
        now = window.composer.file().read_bytes()
        if now == before:
            break
        page.keyboard.press("ControlOrMeta+z")
        window.eventually(lambda now=now: window.composer.file().read_bytes() != now, "an undo changed nothing")
        window.saved()
    assert window.composer.file().read_bytes() == before, "not all was undone"
    page.keyboard.press("ControlOrMeta+Shift+z")
    window.eventually(lambda: window.composer.content()["title"] == "Title 0", "redo did nothing")


def test_dates_are_picked_and_written_as_in_the_file(window: Window) -> None:
    page = window.page
    page.get_by_role("button", name=re.compile("^Co-Pro Cuppas")).click()  # a badge may count its findings
    place = window.field("sections", 2, "items", 2)
    place.get_by_role("button", name="Add a date").click()
    event = window.field("sections", 2, "items", 2, "events", 2)
    event.get_by_label("Date: Day").fill("2024-05-07")
    event.get_by_label("Date: From").fill("14:30")
    event.get_by_label("Date: From").press("Tab")
    window.eventually(
        lambda: str(window.composer.content()["sections"][2]["items"][2]["events"][2]).startswith("2024-05-07 14:30"),
        "the date was not written",
    )
    window.in_email("sections", 2, "items", 2, "events", 2).get_by_text("Tuesday, 2:30pm").wait_for()


def test_a_section_is_added_and_its_text_typed_over(window: Window) -> None:
    page = window.page
    page.get_by_role("button", name="Add a section").click()
    page.get_by_role("menuitem", name="Quote").click()
    window.text("sections", 3, "text").wait_for()
    window.eventually(lambda: window.focused() == '["sections",3,"text"]', "the new text has no focus")
    page.wait_for_timeout(200)
    page.keyboard.type("It changed how we work.")
    window.eventually(
        lambda: window.composer.content()["sections"][3]["text"].strip() == "It changed how we work.",
        "the section was not added",
    )


def test_a_title_of_which_the_email_marks_a_part_is_shown_while_it_is_typed(window: Window) -> None:
    page = window.page
    assert window.in_email("title").first.inner_text().startswith("Sharing our love")  # the rest stands above it
    page.route("**/edits", lambda route: None)  # the server says nothing
    window.text("title").click()
    page.keyboard.press("ControlOrMeta+End")  # past the end of the line
    page.keyboard.type(" at last")
    window.in_email("title").filter(has_text="co-production at last").wait_for()
    page.unroute("**/edits")


def test_what_cannot_be_empty_is_kept(window: Window) -> None:
    window.text("title").click()
    window.page.keyboard.press("ControlOrMeta+a")
    window.page.keyboard.press("Delete")
    window.field("title").get_by_text("This cannot be empty").wait_for()
    window.page.wait_for_timeout(400)
    assert window.composer.content()["title"].startswith("February Team Update")
