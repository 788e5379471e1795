"""Undo goes step by step inside a text, and the cursor goes where something was added."""

from __future__ import annotations

import re

import pytest

from .conftest import Window
from .test_parts import PASTE, WORD, new_item

pytestmark = pytest.mark.slow

PASTE_TEXT = """(node, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    node.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.mark.parametrize("by", ["keys", "toolbar"])
def test_each_step_in_a_text_is_undone_alone(window: Window, by: str) -> None:
    """Paste from Word, type a sentence, paste an address, make a word a link, without a pause."""
    page, place = window.page, window.text("intro")

    def content() -> str:
        return str(window.composer.content()["intro"]).strip()

    states = [content()]

    def step(check: str) -> None:
        window.eventually(lambda: check in content(), f"{check} was not saved")
        states.append(content())

    place.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    place.evaluate(PASTE, [WORD, "The hall is open again"])
    step("The hall is **open** again")
    page.keyboard.insert_text(" Everybody helped")
    step("Everybody helped")
    place.evaluate(PASTE_TEXT, "https://example.org/hall-news")
    step("hall-news")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ControlOrMeta+b")
    step("**news**")
    for wanted in reversed(states[1:-1]):
        if by == "keys":
            page.keyboard.press("ControlOrMeta+z")
        else:
            page.get_by_role("button", name="Undo", exact=True).click()
        window.eventually(lambda wanted=wanted: content() == wanted, f"not undone to {wanted!r} but {content()!r}")
        window.saved()
    for wanted in states[2:]:
        if by == "keys":
            page.keyboard.press("ControlOrMeta+Shift+z")
        else:
            page.get_by_role("button", name="Redo", exact=True).click()
        window.eventually(lambda wanted=wanted: content() == wanted, f"not redone to {wanted!r} but {content()!r}")
        window.saved()


def test_sentences_are_steps(window: Window) -> None:
    page = window.page
    window.write("", "intro")
    page.keyboard.type("The hall is open. ")
    page.keyboard.type("Come and see it.")
    window.eventually(
        lambda: window.composer.content()["intro"].strip() == "The hall is open. Come and see it.", "lost"
    )
    page.keyboard.press("ControlOrMeta+z")
    window.eventually(lambda: window.composer.content()["intro"].strip() == "The hall is open.", "more was undone")


def test_nothing_to_redo_needs_no_answer(window: Window) -> None:
    window.text("title").click()
    window.page.keyboard.press("ControlOrMeta+y")
    window.page.get_by_text("There is nothing to redo").first.wait_for(state="attached")
    assert window.page.locator(".toast.error").count() == 0


FIELDS = {
    "When": ("when", "12 noon"),
    "Where": ("where", "Village Hall, Mill Lane"),
    "Button": ("button", "Book your place"),
    "Payment": ("payment", "£5 at the door"),
    "Deadline": ("deadline", "1 March"),
    "Link": ("link", "https://example.org/a"),
    "People": ("people", "Ann Lee"),
}


@pytest.mark.parametrize("mouse", [True, False], ids=["mouse", "keyboard"])
@pytest.mark.parametrize("label", FIELDS)
def test_the_cursor_goes_into_the_field_that_was_added(window: Window, label: str, mouse: bool) -> None:
    page, (name, text) = window.page, FIELDS[label]
    path = new_item(window, 1)
    button = window.field(*path).get_by_role("button", name="Add to this item", exact=True)
    entry = page.get_by_role("menuitem", name=re.compile(f"^{label}")).first
    if mouse:
        button.click()
        entry.click()
    else:
        button.focus()
        page.keyboard.press("Enter")
        entry.press("Enter")
    page.keyboard.type(text)
    place = window.field(*path, name)
    typed = place.evaluate(
        "node => [...node.querySelectorAll('input, .ProseMirror')].map(one => one.value ?? one.textContent)"
    )
    assert text in typed, f"typed elsewhere: {window.focused()}"
    assert page.get_by_role("menu").count() == 0
    assert window.field(*path, "image").count() == 0


def test_a_list_that_was_added_begins_with_its_first_entry(window: Window) -> None:
    path = new_item(window, 2)
    window.field(*path).get_by_role("button", name="Add to this item", exact=True).click()
    window.page.get_by_role("menuitem", name="Several dates").click()
    window.eventually(lambda: window.focused().endswith('"events",0]'), "the first date has no focus")
    window.page.wait_for_timeout(200)
    window.page.keyboard.type("Sat 2 March, 10-12")
    window.page.keyboard.press("Tab")

    def is_saved() -> bool:
        (made,) = window.composer.content()["sections"][2]["items"][-1]["events"]
        return (str(made["when"])[:16], made["ends"]) == ("2024-03-02 10:00", "12:00")

    window.eventually(is_saved, "typed elsewhere")


def test_the_top_picture_that_was_added_has_the_focus(window: Window) -> None:
    page = window.page
    file = window.composer.file()
    text = file.read_text("utf-8")
    start = text.index("hero:")
    file.write_text(text[:start] + text[text.index("intro:", start) :], "utf-8")
    page.get_by_role("button", name="Add a picture").click()
    place = window.field("hero", "image")
    window.eventually(lambda: place.evaluate("node => node.contains(document.activeElement)"), "the focus is elsewhere")


def test_the_picture_that_was_added_has_the_focus(window: Window) -> None:
    path = new_item(window, 2)
    window.field(*path).get_by_role("button", name="Add to this item", exact=True).click()
    window.page.get_by_role("menuitem", name="Picture").first.click()
    place = window.field(*path, "image")
    window.eventually(lambda: place.evaluate("node => node.contains(document.activeElement)"), "the focus is elsewhere")


def test_an_event_is_added_in_one_go(window: Window) -> None:
    page = window.page
    count = len(window.composer.content()["sections"][2]["items"])
    window.add_entry("Add an event", "sections", 2)
    path = ("sections", 2, "items", count)
    window.eventually(lambda: window.focused() == f'["sections",2,"items",{count},"title"]', "the title has no focus")
    page.keyboard.insert_text("Coffee morning")
    block = window.field(*path).get_by_role("group", name="Event")
    link = block.get_by_role("textbox", name="Link", exact=True)
    link.wait_for()
    for label in ("When: Date", "When: From", "When: To", "Text on the button"):
        block.get_by_label(label, exact=True).wait_for()
    block.get_by_label("When: Date").fill("Sat 2 March, 10.30am to noon")
    page.keyboard.press("Tab")
    window.write("Village Hall, Mill Lane", *path, "where")
    block.get_by_label("Text on the button").fill("Book your place")
    link.fill("https://example.org/book")
    button = {"label": "Book your place", "link": "https://example.org/book"}
    wanted = {"title": "Coffee morning", "where": "Village Hall, Mill Lane", "ends": "12:00", "button": button}

    def is_saved() -> bool:
        made = dict(window.composer.content()["sections"][2]["items"][count])
        return str(made.pop("when"))[:16] == "2024-03-02 10:30" and made == wanted

    window.eventually(is_saved, "the event is not in the file")
    # the email goes where the newest field is shown
    shown = window.in_email(*path, "button", "label").first
    shown.wait_for()
    window.eventually(lambda: 0 <= shown.bounding_box()["y"] < 800, "the email does not show what was added")
    block.get_by_role("button", name="Remove Event").click()
    window.eventually(
        lambda: window.composer.content()["sections"][2]["items"][count] == {"title": "Coffee morning"},
        "the event was not removed",
    )


def test_what_was_just_added_is_no_mistake_before_it_is_left(window: Window) -> None:
    page = window.page
    page.locator("nav .badge").wait_for()
    before = page.locator("nav .badge").inner_text()
    path = new_item(window, 2)
    box = window.text(*path, "title")
    assert box.inner_text().strip() == ""
    window.field(*path, "title").get_by_text("Title", exact=True).last.wait_for()
    window.saved()
    page.wait_for_timeout(3000)  # the check has come
    assert window.field(*path).locator(".finding").count() == 0
    assert page.locator("nav .badge").inner_text() == before
    window.text(*path, "text").click()
    page.wait_for_timeout(300)
    assert window.field(*path).locator(".finding").count() == 0
    window.text("sign_off").click()
    window.field(*path, "title").get_by_text("Nothing is written here yet").wait_for()
    assert "NL" not in window.field(*path, "title").inner_text()
    window.write("Our hall", *path, "title")
    window.field(*path, "title").locator(".finding").wait_for(state="detached")


def test_there_is_one_way_to_add_to_a_section(window: Window) -> None:
    """Items, events, lines and calendars, and everything else that a section can have, are in one menu."""
    page = window.page
    section = window.field("sections", 1)
    adds = section.get_by_role("button", name=re.compile("^Add"))
    assert adds.all_inner_texts() == ["Add to this section"]
    adds.first.click()
    names = [one.split("\n")[0] for one in page.get_by_role("menuitem").all_inner_texts()]
    assert names[:4] == ["Add an item", "Add an event", "Add a line", "Add events from a calendar"]
    with page.expect_file_chooser():
        page.get_by_role("menuitem", name="Add events from a calendar").click()


@pytest.mark.parametrize("width", [320, 375, 768, 1024, 1280, 1440])
def test_menus_stay_inside_their_panel(window: Window, width: int) -> None:
    page = window.page
    path = new_item(window, 2)
    page.set_viewport_size({"width": width, "height": 800})
    buttons = [
        window.field(*path).get_by_role("button", name="Add to this item", exact=True),
        window.field("sections", 2).get_by_role("button", name="Add to this section", exact=True),
        page.get_by_role("button", name="Add a section", exact=True),
        window.field(*path).get_by_role("button", name=re.compile("^More actions")).first,
    ]
    for button in buttons:
        button.scroll_into_view_if_needed()
        button.click()
        menu = page.get_by_role("menu")
        menu.wait_for()
        box, pane = menu.bounding_box(), page.locator("main").first.bounding_box()
        assert box["x"] >= pane["x"] - 1, button
        assert box["x"] + box["width"] <= pane["x"] + pane["width"] + 1, button
        assert box["y"] >= pane["y"] - 1, button
        assert box["y"] + box["height"] <= pane["y"] + pane["height"] + 1, button
        assert menu.evaluate("node => node.scrollWidth <= node.clientWidth"), "entries are beside the menu"
        page.keyboard.press("Escape")


def test_menus_show_all_their_entries(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)
    for size in ((1280, 800), (375, 740)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        button = window.field(*path).get_by_role("button", name="Add to this item", exact=True)
        button.scroll_into_view_if_needed()
        button.click()
        menu = page.get_by_role("menu")
        menu.wait_for()
        box = menu.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert menu.evaluate("node => node.scrollWidth <= node.clientWidth"), "entries are beside the menu"
        if size[0] == 1280:
            assert menu.evaluate("node => node.scrollHeight <= node.clientHeight + 1"), "entries are below the fold"
        assert window.violations() == []
        page.keyboard.press("Escape")


def test_the_list_of_merge_tags_closes(window: Window) -> None:
    page = window.page
    button = window.field("intro").get_by_role("button", name="Insert the reader’s name or details")
    entry = window.field("intro").get_by_role("button", name="First name")
    for close in (lambda: page.keyboard.press("Escape"), lambda: window.text("title").click()):
        window.text("intro").click()
        button.click()
        entry.wait_for()
        close()
        entry.wait_for(state="detached")


def test_boxes_of_dates_show_the_whole_date(window: Window) -> None:
    """At both widths nothing that is saved is cut off, whatever the browser's own order of dates is."""
    page = window.page
    path = new_item(window, 2)
    window.field(*path).get_by_role("button", name="Add to this item", exact=True).click()
    page.get_by_role("menuitem", name="Event").first.click()
    window.type_there("Wednesday 25 September 2024, 10.30am to 12.30pm")
    page.keyboard.press("Tab")
    window.saved()
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        clipped = page.evaluate(
            "() => [...document.querySelectorAll('.when input:not(.native)')].filter(node => node.value"
            " && node.scrollWidth > node.clientWidth).map(node => node.value)"
        )
        assert clipped == []
    assert page.locator("input[type=time]").count() == 0
