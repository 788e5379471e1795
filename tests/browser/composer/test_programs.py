"""Two windows, other programs, a full disk and a stopped server: each is said, and nothing that was typed is lost."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import WAIT, Composer, Window, composing, copy_february

pytestmark = pytest.mark.slow


def test_two_windows_and_another_program_at_once(make_window: Callable[..., Window], window: Window) -> None:
    other = make_window(window.page.context)
    other.open()
    other.in_email("title").first.wait_for()
    window.write("Typed in one window", "title")
    other.field("title").get_by_text("Typed in one window").wait_for()
    other.write("Typed in the other window.", "intro")
    window.text("intro").get_by_text("Typed in the other window.").wait_for()
    window.saved()
    other.saved()
    file = window.composer.file()
    text = file.read_text("utf-8")
    old = next(line for line in text.splitlines() if line.startswith("preheader:"))
    file.write_text(text.replace(old, "preheader: Written by another program"), "utf-8")
    for one in (window, other):
        one.text("preheader").get_by_text("Written by another program").wait_for()
        one.text("title").get_by_text("Typed in one window").wait_for()
    content = window.composer.content()
    assert content["title"] == "Typed in one window"
    assert content["intro"].strip() == "Typed in the other window."


def test_the_same_field_changed_in_two_places_is_asked_about(window: Window) -> None:
    page = window.page
    file = window.composer.file()
    text = file.read_text("utf-8")
    old = next(line for line in text.splitlines() if line.startswith("title:"))

    def be_quicker(route: Any) -> None:
        """Let another program save the file while our edit is on its way."""
        file.write_text(text.replace(old, "title: The other title"), "utf-8")
        route.continue_()

    page.route("**/api/issues/*/edits", be_quicker, times=1)
    window.write("Our title", "title")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("The other title").wait_for()
    dialog.get_by_text("Our title").wait_for()
    assert window.violations() == []
    dialog.get_by_role("button", name="Keep yours").click()
    window.eventually(lambda: window.composer.content()["title"] == "Our title", "our words were not kept")


def test_a_file_that_goes_and_comes_back(window: Window) -> None:
    page, file = window.page, window.composer.file()
    away = file.with_name("moved.txt")
    file.rename(away)
    page.get_by_text("The file was deleted or renamed").wait_for()
    window.write("Typed while the file was away", "title")
    page.wait_for_timeout(500)
    assert not file.exists(), "a file that somebody deleted is not written again unasked"
    away.rename(file)
    window.eventually(
        lambda: window.composer.content()["title"] == "Typed while the file was away", "what was typed was lost"
    )
    window.saved()


def test_a_disk_that_takes_no_more(tmp_path: Path, chrome: Any) -> None:
    with composing(copy_february(tmp_path / "news"), "2024-02") as composer:
        page = chrome.new_page(viewport={"width": 1280, "height": 800})
        window = Window(page, composer)
        window.open()
        window.in_email("title").first.wait_for()
        before = composer.file().read_bytes()
        _, most = resource.prlimit(composer.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(composer.pid, resource.RLIMIT_FSIZE, (512, most))
        window.write("Typed on a full disk", "title")
        page.get_by_text("cannot be saved").first.wait_for()
        assert composer.file().read_bytes() == before
        # what was typed outlives the page
        page.reload()
        resource.prlimit(composer.pid, resource.RLIMIT_FSIZE, (most, most))
        window.eventually(
            lambda: composer.content()["title"] == "Typed on a full disk", "what was typed was not saved later"
        )
        page.close()


def _replace_line(composer: Composer, field: str, words: str) -> None:
    """Let another program write a field."""
    text = composer.file().read_text("utf-8")
    old = next(line for line in text.splitlines() if line.startswith(f"{field}:"))
    composer.file().write_text(text.replace(old, f"{field}: {words}"), "utf-8")


def _open_window(context: Any, composer: Composer) -> Window:
    window = Window(context.new_page(), composer)
    window.page.set_default_timeout(WAIT)
    window.open()
    window.in_email("title").first.wait_for()
    return window


def test_a_server_that_is_stopped_and_started_again(tmp_path: Path, chrome: Any) -> None:
    with composing(copy_february(tmp_path / "news"), "2024-02") as composer:
        context = chrome.new_context(viewport={"width": 1280, "height": 800})
        window = _open_window(context, composer)
        page = window.page
        issues = _open_window(context, composer).page
        issues.get_by_role("link", name="All issues").click()
        issues.get_by_role("button", name="New issue").wait_for()
        composer.stop()
        for one in (page, issues):
            one.get_by_text("Newsletter is not running").wait_for()
            one.get_by_text("with the command newsletter compose").wait_for()
        window.write("Typed without a server", "title")
        assert window.violations() == []
        assert composer.content()["title"] != "Typed without a server"
        _replace_line(composer, "preheader", "Written while the server was down")
        composer.start("2024-02")
        # the new run has a token of its own: until it is opened here, each page says how, without riddles
        page.get_by_role("alert").get_by_text("Open the address that it printed in this browser").wait_for()
        for wrong in ("`", "not open in this browser yet"):
            assert wrong not in page.get_by_role("alert").first.inner_text()
        # another window opens it, and the cookie serves both
        other = _open_window(context, composer)
        window.eventually(
            lambda: composer.content()["title"] == "Typed without a server", "what was typed was not saved"
        )
        for one in (window, other):
            one.saved()
            one.text("title").get_by_text("Typed without a server").wait_for()
            one.text("preheader").get_by_text("Written while the server was down").wait_for()
            assert one.page.get_by_role("dialog").count() == 0
        issues.get_by_text("Newsletter is not running").wait_for(state="detached")
        # the window that was open before hears of changes again
        _replace_line(composer, "preheader", "Written after the server was started")
        for one in (window, other):
            one.text("preheader").get_by_text("Written after the server was started").wait_for()
        context.close()


def test_what_a_closed_window_could_not_save_is_saved_once(tmp_path: Path, chrome: Any) -> None:
    with composing(copy_february(tmp_path / "news"), "2024-02") as composer:
        context = chrome.new_context(viewport={"width": 1280, "height": 800})
        windows = [_open_window(context, composer) for _ in range(3)]
        count = len(composer.content()["sections"])
        composer.stop()
        for window in windows:
            window.page.get_by_text("Newsletter is not running").wait_for()
        windows[0].page.get_by_role("button", name="Add a section").click()
        windows[0].page.get_by_role("menuitem", name="Quote").click()
        windows[0].write("Said without a server", "sections", count, "text")
        windows[1].write("Typed in the second window", "title")
        windows[0].page.close()
        windows[1].page.close()
        composer.start("2024-02")
        windows[2].page.goto(composer.url)
        window = windows[2]
        window.eventually(
            lambda: composer.content()["sections"][count]["text"].strip() == "Said without a server",
            "what the first window could not save was lost",
        )
        window.eventually(lambda: composer.content()["title"] == "Typed in the second window", "the second one's was")
        window.saved()
        assert len(composer.content()["sections"]) == count + 1
        # nothing is left that a later window would save once more
        composer.file().write_bytes(composer.file().read_bytes())
        _open_window(context, composer).saved()
        assert len(composer.content()["sections"]) == count + 1
        context.close()


def put(window: Window, text: str) -> None:
    """Put a file in the place of one that was deleted, as a person does with an editor."""
    window.composer.file().write_text(text, "utf-8")


def delete(window: Window) -> str:
    """Delete the issue's file, and return what it held."""
    held = window.composer.file().read_text("utf-8")
    window.composer.file().unlink()
    window.page.get_by_role("alert").get_by_text("The file was deleted or renamed").first.wait_for()
    return held


def test_a_file_that_comes_back_by_hand_is_taken_up_by_itself(window: Window) -> None:
    page = window.page
    toast = page.locator(".toast")
    held = delete(window)
    # the very same, of which no program tells
    put(window, held)
    toast.get_by_text("The file is back. Nothing was lost.").wait_for()
    assert page.get_by_role("alert").count() == 0
    # another one, which an undo replaces by what was there before
    held = delete(window)
    put(window, re.sub(r"^title:.*$", "title: Written by hand", held, count=1, flags=re.MULTILINE))
    toast.get_by_text("The file is back, and another program changed it.").wait_for()
    window.text("title").get_by_text("Written by hand").wait_for()
    toast.get_by_role("button", name="Undo").click()
    window.eventually(lambda: window.composer.file().read_text("utf-8") == held, "the file of before is lost")
    # what was written meanwhile is added to it
    held = delete(window)
    window.write("Written meanwhile", "preheader")
    put(window, re.sub(r"^title:.*$", "title: Written by hand", held, count=1, flags=re.MULTILINE))
    toast.get_by_text("The file is back, and what you wrote meanwhile is saved in it.").wait_for()
    made = window.composer.content()
    assert (made["title"], made["preheader"]) == ("Written by hand", "Written meanwhile")
    assert window.violations() == []


def test_what_was_written_waits_while_the_file_that_came_back_is_broken(window: Window) -> None:
    page = window.page
    held = delete(window)
    window.write("Written meanwhile", "title")
    put(window, held.replace("sections:", "sections: [", 1))
    page.get_by_role("alert").get_by_text("Another program put a mistake into the file.").wait_for()
    assert page.get_by_role("dialog").count() == 0, "asks which of two versions is right, and there is one"
    put(window, held)
    page.locator(".toast").get_by_text("The file is back, and what you wrote meanwhile is saved in it.").wait_for()
    assert window.composer.content()["title"] == "Written meanwhile"


def test_a_page_that_is_loaded_while_the_file_is_gone_opens_when_it_is_back(window: Window) -> None:
    page = window.page
    held = delete(window)
    window.write("Written meanwhile", "title")
    page.wait_for_timeout(300)
    page.reload()
    page.get_by_text("This page opens by itself when the file is back.").wait_for()
    put(window, held)
    window.eventually(lambda: window.composer.content()["title"] == "Written meanwhile", "what was written is lost")
    window.text("title").get_by_text("Written meanwhile").wait_for()
