"""Earlier versions by what was done to them, in the words of the form; and what an undo says and shows."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Window

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
    page.locator(".toast").get_by_text(f"Undone: Removed {name}").wait_for()
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
