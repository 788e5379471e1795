"""Cards that are removed, duplicated and named: nothing half entered is lost, and everything can be undone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import Window
from .test_half_entered import WRONG, half_address, half_button, half_link, wrong_date
from .test_parts import first_items, new_item
from .test_saving import status

pytestmark = [pytest.mark.slow, pytest.mark.own_folder]

HALVES = {
    "link": (half_link, "Link"),
    "button": (half_button, "Button"),
    "date": (wrong_date, "When"),
    "address": (half_address, "Link"),
}


def choose(window: Window, what: str, action: str) -> None:
    window.page.get_by_role("button", name=f"More actions for {what}", exact=True).first.click()
    window.page.get_by_role("menuitem", name=action, exact=True).click()


def undo(window: Window) -> None:
    """Undo by the button that is shown after a removal."""
    window.page.locator(".toast").get_by_role("button", name="Undo").click()


@pytest.mark.parametrize("kind", HALVES)
def test_an_undo_brings_back_what_was_half_entered_in_a_removed_card(window: Window, kind: str) -> None:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    begin, name = HALVES[kind]
    box = begin(window, path)
    held = box.input_value()
    window.text("title").click()
    window.eventually(lambda: status(window) == f"Not saved yet: {name}", "not noticed")
    choose(window, "Coffee morning", "Remove")
    box.wait_for(state="detached")
    window.saved()
    undo(window)
    box.wait_for()
    window.eventually(lambda: box.input_value() == held, "what was half entered is gone")
    window.eventually(lambda: status(window) == f"Not saved yet: {name}", "said to be saved")


def test_a_copy_of_a_card_has_what_is_half_entered_too(window: Window) -> None:
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    box = wrong_date(window, path)
    choose(window, "Coffee morning", "Duplicate")
    copy = window.field(*path[:-1], int(path[-1]) + 1, "when").get_by_label("When: Date")
    copy.wait_for()
    window.eventually(lambda: copy.input_value() == box.input_value() == WRONG, "the copy is without it")


def only_item(window: Window) -> tuple[int, str]:
    """Add a section with one item, and return its index and the item's title."""
    index = len(window.composer.content()["sections"])
    window.page.get_by_role("button", name="Add a section").click()
    window.page.get_by_role("menuitem", name=re.compile("^News")).first.click()
    window.write("The only story", "sections", index, "items", 0, "title")
    window.write("What it says.", "sections", index, "items", 0, "text")
    window.saved()
    return index, "The only story"


def empty_section(window: Window, name: str = "News") -> Any:
    return window.page.get_by_role("region", name=f"{name}, empty")


def test_a_section_without_its_only_story_waits_for_another_one(window: Window) -> None:
    page = window.page
    index, title = only_item(window)
    window.write("From the hall", "sections", index, "heading")
    window.saved()
    choose(window, title, "Remove")
    empty = empty_section(window, "From the hall")
    empty.get_by_text("From the hall is empty. Readers do not see it.").wait_for()
    page.locator(".toast").get_by_text(f"{title} was removed.").wait_for()
    # the file is without it, and nothing is missing or wrong
    window.eventually(lambda: len(window.composer.content()["sections"]) == index, "an empty section is in the file")
    assert page.locator(".bar .notice.error").count() == 0
    assert window.violations() == []
    # it stays between its neighbours
    window.field("sections", index - 1).locator(".handle").first.focus()
    page.keyboard.press("ArrowUp")
    window.saved()
    places = page.locator("[data-path='[\"sections\"]'] > .cards > *")
    assert "From the hall" in places.nth(index - 1).inner_text(), "it did not stay behind the section before it"
    page.keyboard.press("ControlOrMeta+z")
    window.saved()
    page.reload()
    window.in_email("title").first.wait_for()
    empty.get_by_role("button", name="Add a story").click()
    window.eventually(lambda: window.focused() == f'["sections",{index},"items",0,"title"]', "its title has no cursor")
    page.keyboard.type("Another story")
    window.saved()
    made = window.composer.content()["sections"][index]
    assert (made["kind"], made["heading"], made["items"][0]["title"]) == ("news", "From the hall", "Another story")
    assert empty.count() == 0


def test_an_undo_brings_back_the_story_and_an_empty_section_is_removed_by_its_button(window: Window) -> None:
    page = window.page
    index, title = only_item(window)
    choose(window, title, "Remove")
    empty = empty_section(window)
    empty.wait_for()
    undo(window)
    window.eventually(lambda: first_items(window, index)[0]["title"] == title, "it is not back")
    empty.wait_for(state="detached")
    # what was begun in an empty section, and undone, leaves it empty again
    choose(window, title, "Remove")
    empty.get_by_role("button", name="Add a story").click()
    window.text("sections", index, "items", 0, "title").wait_for()
    window.saved()
    page.get_by_role("button", name="Undo", exact=True).click()
    empty.wait_for()
    assert len(window.composer.content()["sections"]) == index
    empty.get_by_role("button", name="Remove this section").click()
    empty.wait_for(state="detached")
    window.eventually(lambda: window.focused() == f'["sections",{index - 1}]', "the focus is nowhere")
    page.reload()
    window.in_email("title").first.wait_for()
    assert empty.count() == 0


def test_an_empty_section_at_the_beginning_is_written_in_again(window: Window) -> None:
    page = window.page
    index, title = only_item(window)
    for at in range(index, 0, -1):
        window.field("sections", at).locator(".handle").first.focus()
        page.keyboard.press("ArrowUp")
        window.saved()
    choose(window, title, "Remove")
    empty = empty_section(window)
    empty.get_by_role("button", name="Add a story").click()
    window.eventually(lambda: window.focused() == '["sections",0,"items",0,"title"]', "its title has no cursor")
    assert empty.count() == 0, "what is written in is said to be empty"
    page.keyboard.type("Another story")
    window.saved()
    assert window.composer.content()["sections"][0]["items"][0]["title"] == "Another story"
    assert empty.count() == 0
    for _ in range(4):  # what was typed, and the story
        if len(window.composer.content()["sections"]) > index:
            page.get_by_role("button", name="Undo", exact=True).click()
            window.saved()
            page.wait_for_timeout(300)
    assert len(window.composer.content()["sections"]) == index, "the story is still there"
    empty.wait_for()
    assert empty.count() == 1


def test_an_issue_keeps_its_only_section(window: Window) -> None:
    window.composer.file().write_text(
        "title: News\ndate: 2024-02-12\nsections:\n  - kind: news\n"
        "    items:\n      - title: Roof\n        text: Done.\n"
    )
    window.page.get_by_role("button", name="More actions for Roof", exact=True).wait_for()
    choose(window, "Roof", "Remove")
    window.page.get_by_role("dialog", name="An issue needs at least one section").wait_for()
    assert len(window.composer.content()["sections"]) == 1


def test_a_section_is_named_in_its_head(window: Window) -> None:
    page = window.page
    head = window.field("sections", 0, "heading")
    name = head.get_by_role("textbox", name=re.compile("^Section name"))
    name.wait_for()
    window.write("News of all kinds", "sections", 0, "heading")
    window.saved()
    assert window.composer.content()["sections"][0]["heading"] == "News of all kinds"
    window.in_email("sections", 0, "heading").get_by_text("News of all kinds").wait_for()
    # it is named while it is closed as well
    toggle = page.get_by_role("button", name="News of all kinds", exact=True)
    toggle.click()
    window.field("sections", 0, "items").wait_for(state="hidden")
    assert name.is_visible()
    assert window.violations() == []


def test_a_story_has_its_name_in_its_head(window: Window) -> None:
    count = len(window.composer.content()["sections"])
    window.page.get_by_role("button", name="Add a section").click()
    window.page.get_by_role("menuitem", name=re.compile("^Story")).first.click()
    window.eventually(lambda: window.focused() == f'["sections",{count},"heading"]', "its name has no cursor")
    window.page.keyboard.type("The new roof")
    window.page.get_by_role("button", name="More actions for The new roof").wait_for()
    assert window.field("sections", count).get_by_text("Heading", exact=True).count() == 0


def test_the_first_event_takes_the_place_of_the_sample_line(window: Window) -> None:
    page = window.page
    index = len(window.composer.content()["sections"])
    page.get_by_role("button", name="Add a section").click()
    page.get_by_role("menuitem", name=re.compile("^Coming up")).first.click()
    window.text("sections", index, "items", 0).wait_for()
    window.add_entry("Add an event", "sections", index)
    window.write("Winter walk", "sections", index, "items", 0, "title")
    window.saved()
    assert first_items(window, index) == [{"title": "Winter walk"}]


def test_a_video_begins_with_its_address_and_ends_with_its_picture(window: Window) -> None:
    index = len(window.composer.content()["sections"])
    window.page.get_by_role("button", name="Add a section").click()
    window.page.get_by_role("menuitem", name=re.compile("^Video")).first.click()
    window.eventually(lambda: window.focused() == f'["sections",{index},"link"]', "the address has no cursor")
    fields: list[Any] = (
        window.field("sections", index)
        .locator("[data-path]")
        .evaluate_all("all => all.map(one => JSON.parse(one.dataset.path).at(-1))")
    )
    assert [name for name in fields if name in {"heading", "link", "image"}] == ["heading", "link", "image"]


def test_leaving_names_the_field_that_is_not_saved(window: Window) -> None:
    path = new_item(window, 2)
    window.write("Winter walk", *path, "title")
    wrong_date(window, path)
    window.text("title").click()
    window.page.get_by_role("link", name="All issues").click()
    ask = window.page.get_by_role("dialog", name="Leave without saving?")
    assert "Winter walk › When” is not complete" in ask.inner_text()


def test_a_change_reads_as_what_was_done(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)
    window.write("Winter walk", *path, "title")
    window.field(*path).get_by_role("button", name=re.compile("^Add to this")).last.click()
    page.get_by_role("menuitem", name=re.compile("^Where")).first.click()
    window.write("The pond", *path, "where")
    window.saved()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.locator(".toast").get_by_text("Undone: “Changed the place of Winter walk”").wait_for()


def test_a_restored_version_is_confirmed_and_can_be_undone(window: Window) -> None:
    page, before = window.page, window.composer.content()["title"]
    window.write("Another title", "title")
    window.saved()
    page.evaluate("location.hash = '#/issues/2024-02/history'")
    page.locator("button.version").first.click()
    page.get_by_role("button", name="Restore the version before this change").click()
    page.locator(".toast").get_by_text("The earlier version was restored.").wait_for()
    window.eventually(lambda: window.composer.content()["title"] == before, "not restored")
    undo(window)
    window.eventually(lambda: window.composer.content()["title"] == "Another title", "not undone")


def test_nothing_is_tested_with_a_field_half_entered_without_saying_so(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)
    window.write("Winter walk", *path, "title")
    window.write("Meet us at the pond.", *path, "text")
    wrong_date(window, path)
    tests = window.composer.folder / "outbox" / "tests" / "new"
    page.get_by_role("link", name="Send").first.click()
    step = page.locator(".steps li").filter(has=page.get_by_role("heading", name="Save a test"))
    step.get_by_role("button", name="Save the test").click()
    asked = step.get_by_role("alert")
    asked.get_by_text("Winter walk › When” is not complete, so the email does not have it.").wait_for()
    assert not tests.exists()
    assert window.violations() == []
    asked.get_by_role("button", name="Continue without it").click()
    step.get_by_role("button", name="View the test").wait_for()
    assert len(list(tests.iterdir())) == 1
    # the same before anything is sent to everybody
    step = page.locator(".steps li").filter(has=page.get_by_role("heading", name="Save practice emails"))
    step.get_by_role("button", name=re.compile("^Save .* practice emails$")).click()
    step.get_by_role("alert").get_by_text("Winter walk › When” is not complete").wait_for()
    assert page.get_by_role("dialog").count() == 0
    step.get_by_role("button", name="Continue without it").click()
    dialog = page.get_by_role("dialog")
    # the words of a practice do not speak of sending the issue
    dialog.get_by_text("Nobody receives anything.").wait_for()
    for wrong in ("would be sent", "cannot be scheduled", "come back on"):
        assert wrong not in dialog.inner_text()


def test_the_check_is_not_done_while_something_is_half_entered(window: Window) -> None:
    page = window.page
    path = new_item(window, 2)
    window.write("Winter walk", *path, "title")
    window.write("Meet us at the pond.", *path, "text")
    window.saved()
    page.get_by_role("link", name="Send").first.click()
    check = page.locator(".steps > li").first
    page.locator(".steps > li.done").first.wait_for()
    page.get_by_role("link", name="Write").click()
    wrong_date(window, path)
    page.get_by_role("link", name="Send").first.click()
    check.get_by_text("Not saved yet.").wait_for()
    assert page.locator(".steps > li.done").count() == 0
    assert page.get_by_label("Addresses for the test").count() == 1


def _is_checked(document: dict[str, Any]) -> bool:
    return bool(document["findings_for"] == document["version"])


def test_a_new_issue_says_nothing_before_something_is_written(window: Window) -> None:
    page = window.page
    page.goto(window.composer.base + "#/")
    page.get_by_role("button", name="New issue").click()
    page.get_by_label("Month").fill("2027-01")
    page.get_by_label("An empty issue").check()
    with page.expect_response(re.compile("/email")):
        page.get_by_role("button", name="Create the issue").click()
    window.field("title").wait_for()
    kinds = [section["kind"] for section in window.composer.content("2027-01")["sections"]]
    assert kinds == ["last_month", "coming_up", "get_involved"]
    # the sections are called as in the email
    for number, name in enumerate(("What we got up to in December", "Coming up in January", "Get involved")):
        window.email.get_by_role("heading", name=name).wait_for()
        card = window.field("sections", number)
        assert card.locator(".section-name .placeholder").inner_text() == name
    address = f"{window.composer.base}api/issues/2027-01"
    headers = {"X-Newsletter": "1"}
    window.eventually(lambda: bool(page.request.get(address, headers=headers).json()["findings"]), "not checked")
    page.wait_for_timeout(500)
    assert page.locator("main .finding").count() == 0
    assert page.locator("nav .badge:visible").count() == 0
    # a title alone is no issue yet, and the note about the preview text waits until the introduction was left
    note = page.locator("main .finding").filter(has_text="There is no preview text")
    for words, field in (("A new roof for the hall", "title"), ("The hall has a new roof.", "intro")):
        assert page.locator("nav .badge:visible").count() == 0
        window.write(words, field)
        window.saved()
        window.eventually(lambda: _is_checked(page.request.get(address, headers=headers).json()), "not checked")
        assert note.count() == 0
    window.text("preheader").click()
    note.first.wait_for()
    before = page.get_by_role("button", name="Undo", exact=True).bounding_box()
    page.locator("nav .badge").wait_for()
    after = page.get_by_role("button", name="Undo", exact=True).bounding_box()
    assert after == before, "the button moves below the mouse"
    page.goto(f"{window.composer.base}#/issues/2027-01/findings")
    page.locator("main .finding").first.wait_for()
