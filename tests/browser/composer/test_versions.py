"""Earlier versions by what was done to them, in the words of the form; and what an undo says and shows."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import Window
from .test_parts import PICTURE, add, new_item

pytestmark = pytest.mark.slow


def remove_last_section(window: Window) -> str:
    """Remove the last section by its menu, and return its name."""
    page = window.page
    card = window.field("sections", 2)
    name = str(card.locator(".toggle").first.inner_text())
    page.get_by_role("button", name=f"More actions for {name}").click()
    page.get_by_role("menuitem", name="Remove", exact=True).click()
    card.wait_for(state="detached")
    window.saved()
    return name


def test_the_version_before_a_removal_still_has_what_was_removed(window: Window) -> None:
    page, composer = window.page, window.composer
    window.write("The month before", "title")
    window.saved()
    name = remove_last_section(window)
    page.evaluate("location.hash = '#/issues/2024-02/history'")
    page.get_by_role("button", name=f"Removed {name}").click()
    changes = page.locator(".changes")
    changes.get_by_role("button", name="Restore the version before this change").wait_for()
    assert changes.locator("dt").all_inner_texts() == [name]
    assert "kind:" not in changes.inner_text()
    assert window.violations() == []
    changes.get_by_role("button", name="Restore the version before this change").click()
    window.eventually(lambda: len(composer.content()["sections"]) == 3, "the section is not back")
    assert composer.content()["title"] == "The month before"


def test_a_change_of_a_text_is_shown_by_its_field(window: Window) -> None:
    page = window.page
    before = window.composer.content()["title"]
    window.write("Another title", "title")
    window.saved()
    page.evaluate("location.hash = '#/issues/2024-02/history'")
    page.locator("button.version").first.click()
    page.locator(".changes dl").wait_for()
    assert page.locator(".changes dt").all_inner_texts() == ["Title"]
    assert page.locator(".changes dd.added").inner_text().endswith(before)
    assert page.locator(".changes dd.removed").inner_text().endswith("Another title")


def test_an_undo_says_what_it_undid_and_shows_it(window: Window) -> None:
    page = window.page
    name = remove_last_section(window)
    page.locator("main").first.evaluate("main => (main.scrollTop = 0)")
    page.get_by_role("button", name="Undo", exact=True).click()
    page.locator(".toast").get_by_text(f"Undone: “Removed {name}”").wait_for()
    card = window.field("sections", 2)
    card.wait_for()

    def is_seen() -> bool:
        return bool(card.evaluate("node => node.getBoundingClientRect().top < innerHeight - 90"))

    window.eventually(is_seen, "what came back is out of sight")


def test_a_new_call_to_action_has_its_fields_ready_and_the_file_only_what_is_filled(window: Window) -> None:
    page = window.page
    page.get_by_role("button", name="Add a section").click()
    page.get_by_role("menuitem", name="Get involved").click()
    path: tuple[Any, ...] = ("sections", 3, "items", 0)
    window.field(*path, "button").get_by_label("Text on the button").wait_for()
    assert window.field(*path, "deadline").get_by_label("Deadline: Date").count() == 1
    window.write("Help with the roof", *path, "title")
    window.saved()
    window.eventually(
        lambda: window.composer.content()["sections"][3]["items"] == [{"title": "Help with the roof"}],
        "an empty field is in the file",
    )


def test_a_new_part_shows_the_name_of_its_field_in_the_email(window: Window) -> None:
    window.page.get_by_role("button", name="Add a section").click()
    window.page.get_by_role("menuitem", name="Story").click()
    window.in_email("sections", 3, "text").get_by_text("Text", exact=True).wait_for()
    assert "[[" not in window.email.locator("body").inner_text()


def test_a_version_is_shown_as_the_email_that_it_was(window: Window) -> None:
    page, composer = window.page, window.composer
    before = composer.content()["sections"][2]["items"][0]["title"]
    window.field("sections", 2, "items", 0).locator(".toggle").first.click()
    window.write("Another call", "sections", 2, "items", 0, "title")
    window.saved()
    page.evaluate("location.hash = '#/issues/2024-02/history'")
    page.locator("button.version").first.click()
    frame = page.locator(".changes iframe")
    frame.wait_for()
    assert frame.get_attribute("sandbox") == "allow-same-origin"
    email = frame.content_frame
    changed = email.locator("[data-changed]").first
    changed.get_by_text(before).wait_for()
    assert email.get_by_text("Another call").count() == 0
    # what is different is in sight, and so are the pictures
    window.eventually(
        lambda: 0 <= changed.evaluate("node => node.getBoundingClientRect().top") < 500, "the change is out of sight"
    )
    loaded = "pictures => pictures.every(picture => picture.naturalWidth > 0)"
    window.eventually(lambda: bool(email.locator("img").evaluate_all(loaded)), "a picture is missing")
    assert page.locator(".changes dt").count() == 1, "what changed is not named above"
    assert window.violations() == []


def test_a_version_with_a_mistake_has_no_email(window: Window) -> None:
    page, file = window.page, window.composer.file()
    good = file.read_text("utf-8")
    file.write_text(good.replace("kind: get_involved", "kind: get_invloved"), "utf-8")
    window.field("title").get_by_text("Title").first.wait_for()
    window.eventually(lambda: page.locator(".form .bar").count() == 1, "the mistake is not noticed")
    # put right as a text, which is a change of another kind, so that the version before it is kept
    address = f"{window.composer.base}api/issues/2024-02"
    headers = {"X-Newsletter": "1", "Origin": window.composer.base.rstrip("/")}
    version = page.request.get(address, headers=headers).json()["version"]
    answer = page.request.post(f"{address}/text", headers=headers, data={"version": version, "text": good})
    assert answer.ok, answer.text()
    window.eventually(lambda: page.locator(".form .bar").count() == 0, "the mistake is still there")
    page.evaluate("location.hash = '#/issues/2024-02/history'")
    page.get_by_role("button", name="Changed the issue file").first.click()
    page.get_by_text("so it has no email").wait_for()
    assert page.locator(".changes iframe").count() == 0


def test_what_was_sent_or_saved_for_practice_is_in_the_history(window: Window) -> None:
    page = window.page
    window.write("Another title", "title")
    window.saved()
    sends = [
        {"id": "1", "subject": "News", "at": "2024-01-02T10:00:00+00:00", "to": "audience.csv", "practice": True},
        {"id": "2", "subject": "News", "at": "2099-01-03T10:00:00+00:00", "to": "audience.csv", "practice": False},
    ]
    page.route("**/api/issues/2024-02/sent", lambda route: route.fulfill(json={"emails": sends}))
    page.evaluate("location.hash = '#/issues/2024-02/history'")
    page.get_by_text("Practice emails saved").wait_for()
    entries = [one.split("\n")[0] for one in page.locator("main ol > li").all_inner_texts()]
    own = [one for one in entries if one != "A change in another program"]
    assert own == ["Sent to your readers", "Changed the title", "Practice emails saved"]


DONE = r"(Added|Changed|Ignored|Moved|Removed|Replaced|Restored|Showed) "


def test_each_change_is_called_by_what_was_done(window: Window) -> None:
    page = window.page
    window.write("Another title", "title")
    path = new_item(window, 2)
    window.write("Coffee morning", *path, "title")
    add(window, path, "Picture")
    box = window.field(*path, "image")
    box.get_by_label("Choose").set_input_files(PICTURE)
    box.get_by_label("Describe the picture").fill("The hall")
    window.saved()
    box.get_by_label("Describe the picture").fill("The hall with its new roof")
    window.saved()
    page.evaluate("location.hash = '#/issues/2024-02/history'")
    page.locator("button.version").last.click()
    page.get_by_role("button", name="Restore the version before this change").click()
    page.locator("button.version").get_by_text("Restored an earlier version").wait_for()
    answer = page.request.get(f"{window.composer.base}api/issues/2024-02/history", headers={"X-Newsletter": "1"})
    labels = [label for version in answer.json() for label in version["labels"]]
    assert len(labels) > 4
    assert [label for label in labels if not re.match(DONE, label)] == []
