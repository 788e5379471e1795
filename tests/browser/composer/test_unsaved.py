"""Forms that are left with something unsaved in them: by a tab, the back button, or closing the window."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import WAIT, Composer, composing, copy_february

pytestmark = pytest.mark.slow


@pytest.fixture
def composer(tmp_path: Path) -> Iterator[Composer]:
    with composing(copy_february(tmp_path / "news")) as started:
        yield started


def is_asked_when_closed(page: Any) -> bool:
    """Close the window, and say whether the browser asks; the window stays."""
    from playwright.sync_api import Error

    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.wait_for_timeout(50)
    page.close(run_before_unload=True)
    with contextlib.suppress(Error):
        for _ in range(WAIT // 100):
            if asked or page.is_closed():
                break
            page.wait_for_timeout(100)
    page.remove_listener("dialog", stay)
    return asked == ["beforeunload"]


@pytest.mark.parametrize("way", ["tab", "back"])
def test_changed_settings_are_not_left_unasked(page: Any, composer: Composer, way: str) -> None:
    path = composer.folder / "newsletter.yaml"
    before = path.read_text("utf-8")
    page.get_by_role("link", name="Settings").click()
    name = page.get_by_label("Organisation")
    name.fill("The Example Trust")
    ask = page.get_by_role("dialog", name="Leave without saving?")

    def leave() -> None:
        if way == "tab":
            page.get_by_role("link", name="Issues", exact=True).click()
        else:
            page.go_back()
        ask.wait_for()

    leave()
    ask.get_by_role("button", name="Stay here").click()
    ask.wait_for(state="detached")
    assert page.url.endswith("#/settings")
    assert name.input_value() == "The Example Trust"
    leave()
    ask.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="New issue").wait_for()
    assert page.url.endswith("#/")
    assert path.read_text("utf-8") == before
    page.get_by_role("link", name="Settings").click()
    name.fill("The Example Trust")
    leave()
    ask.get_by_role("button", name="Save and leave").click()
    page.get_by_role("button", name="New issue").wait_for()
    assert "The Example Trust" in path.read_text("utf-8")
    # what is saved is left without a question
    page.get_by_role("link", name="Settings").click()
    assert name.input_value() == "The Example Trust"
    page.get_by_role("link", name="Subscribers").click()
    page.get_by_role("button", name="Add a person").wait_for()


def test_settings_that_cannot_be_saved_are_not_left(page: Any) -> None:
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Sender address").fill("nobody")
    page.get_by_role("link", name="Subscribers").click()
    page.get_by_role("button", name="Save and leave").click()
    page.get_by_text("is not an email address").wait_for()
    assert page.url.endswith("#/settings")
    assert page.evaluate("document.activeElement.id") == "sender.email"


@pytest.mark.parametrize("where", ["settings", "add a person", "import"])
def test_a_window_with_unsaved_input_asks_before_it_closes(page: Any, where: str) -> None:
    if where == "settings":
        page.get_by_role("link", name="Settings").click()
        field, text = page.get_by_label("Organisation"), "The Example Trust"
    else:
        page.get_by_role("link", name="Subscribers").click()
        if where == "import":
            page.get_by_role("button", name="Import a list").click()
            people = {"name": "list.csv", "mimeType": "text/csv", "buffer": b"email\nann@example.org\n"}
            page.get_by_label("Choose files").set_input_files(people)
            page.get_by_text("1 person is added").wait_for()
            assert is_asked_when_closed(page)
            return
        page.get_by_role("button", name="Add a person").click()
        field, text = page.get_by_role("dialog").get_by_label("Email address"), "ann@example.org"
    before = field.input_value()
    field.fill(text)
    assert is_asked_when_closed(page)
    # the back button asks too, and the form keeps what was typed
    page.go_back()
    ask = page.get_by_role("dialog", name="Leave without saving?")
    ask.get_by_role("button", name="Stay here").click()
    assert field.input_value() == text
    field.fill(before)
    assert not is_asked_when_closed(page), "it asks although nothing is unsaved"


def test_what_is_typed_on_the_send_page_is_there_after_another_page(page: Any, composer: Composer) -> None:
    page.goto(f"{composer.base}#/issues/2024-02/send")
    field = page.get_by_label("Addresses for the test")
    field.fill("me@example.org, you@example.org")
    page.get_by_role("link", name="Write").click()
    page.get_by_role("textbox", name="Title").first.wait_for()
    page.go_back()
    field.wait_for()
    assert field.input_value() == "me@example.org, you@example.org"


def test_the_first_page_asks_before_its_answers_are_lost(tmp_path: Path, chrome: Any) -> None:
    (tmp_path / "news").mkdir()
    with composing(tmp_path / "news") as fresh:
        context = chrome.new_context()
        page = context.new_page()
        page.goto(fresh.url)
        page.get_by_label("Postal address").click()  # a browser asks only once the page was used
        page.get_by_label("Postal address").fill("1 High Street")
        assert is_asked_when_closed(page)
        context.close()
