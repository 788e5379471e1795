"""A document becomes an issue in the browser, and a calendar's events go into one: by button, by drop, by keyboard."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests import import_samples as samples
from tests.unit.web.test_imports import EVENTS

from .conftest import Window

pytestmark = pytest.mark.slow

DROP = """([element, name, data]) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    for (const kind of ["dragenter", "dragover", "drop"])
        element.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


def drop(window: Window, selector: str, name: str, data: bytes) -> None:
    """Drop a file on an element of the page."""
    element = window.page.locator(selector).first.element_handle()
    window.page.evaluate(DROP, [element, name, base64.b64encode(data).decode()])


@pytest.fixture
def start(make_window) -> Window:
    opened: Window = make_window()
    opened.open("#/")
    opened.page.get_by_role("button", name="Import a document").wait_for()
    return opened


def test_a_dropped_document_is_shown_and_becomes_an_issue(start: Window) -> None:
    page = start.page
    drop(start, "main", "update.docx", samples.docx())
    dialog = page.get_by_role("dialog", name="Import update.docx")
    dialog.get_by_text("Recognised: 3 sections, 13 items.").wait_for()
    dialog.get_by_text("Championing Co-Production").wait_for()
    dialog.get_by_text("There is an issue for February 2024 already, so this one is for March 2024.").wait_for()
    assert start.violations() == []
    page.emulate_media(color_scheme="light")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Create the issue").press("Enter")
    page.wait_for_url("**/#/issues/2024-03/form")
    start.eventually(lambda: len(start.composer.content("2024-03")["sections"]) == 3, "there is no such issue")


def test_the_file_is_picked_with_the_keyboard_and_the_dialog_left_with_escape(start: Window, tmp_path: Path) -> None:
    page, path = start.page, tmp_path / "account.zip"
    path.write_bytes(samples.mailchimp_account())
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import a document").press("Enter")
    chooser.value.set_files(path)
    page.get_by_label("The file holds 3 issues. Which one?").select_option(label="2024-03-01 Spring is here")
    page.get_by_text("Recognised: 1 section, 1 item.").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.textContent").strip() == "Import a document"


def test_a_file_that_cannot_be_imported_says_what_to_do(start: Window) -> None:
    drop(start, "main", "events.ics", EVENTS)
    alert = start.page.get_by_role("alert")
    alert.wait_for()
    assert "drop the file on its section “Coming up”" in alert.inner_text()
    assert start.page.get_by_role("button", name="Create the issue").count() == 0


def test_events_of_a_calendar_go_into_coming_up_and_can_be_undone(window: Window) -> None:
    page = window.page
    drop(window, ".events", "events.ics", EVENTS)
    dialog = page.get_by_role("dialog", name="Events in events.ics")
    dialog.get_by_role("checkbox", name="Open evening").wait_for()
    assert window.violations() == []
    page.emulate_media(color_scheme="light")
    dialog.get_by_role("checkbox", name="Spring fair").press("Space")
    dialog.get_by_role("button", name="Add 2 events").press("Enter")

    def items() -> list[str]:
        found = next(one for one in window.composer.content()["sections"] if one["kind"] == "coming_up")
        return [item["title"] for item in found["items"] if isinstance(item, dict)]

    window.eventually(lambda: items()[-2:] == ["Open evening", "Spring fair"], "the events are not in the file")
    window.email.get_by_text("Open evening").first.wait_for()
    page.get_by_role("button", name="Undo").click()
    window.eventually(lambda: "Open evening" not in items(), "the events are still there")
