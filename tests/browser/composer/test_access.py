"""Everybody can use the composer: axe finds nothing on any screen, light and dark; the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.looking import AXE

from .conftest import Composer, Window

pytestmark = pytest.mark.slow

SCREENS = {
    "start": "#/",
    "form": "#/issues/2024-02/form",
    "findings": "#/issues/2024-02/findings",
    "yaml": "#/issues/2024-02/yaml",
    "history": "#/issues/2024-02/history",
    "send": "#/issues/2024-02/send",
}


def violations(window: Window) -> list[str]:
    """Return what axe finds on the page; the email in the frame has tests of its own."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm install --prefix tests/node)")
    window.page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found: list[Any] = window.page.evaluate(
        "axe.run({exclude: ['iframe']}, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
        " 'best-practice'], iframes: false}).then(result => result.violations)"
    )
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in found for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(make_window: Callable[..., Window], scheme: str) -> None:
    window = make_window(color_scheme=scheme)
    found: dict[str, list[str]] = {}
    window.open()
    window.in_email("title").wait_for()
    for name, hash_ in SCREENS.items():
        window.page.goto(window.composer.base + hash_)
        window.page.get_by_role("heading", level=2 if name != "start" else 1).first.wait_for()
        window.page.wait_for_timeout(1500)
        found[name] = violations(window)
    window.page.goto(window.composer.base + "#/issues/2024-02/form")
    window.in_email("sections", 2, "items", 0, "title").click()
    window.page.wait_for_timeout(500)
    found["open item"] = violations(window)
    window.page.get_by_role("button", name="Add a section").click()
    found["menu"] = violations(window)
    window.page.keyboard.press("Escape")
    window.page.get_by_role("radio", name="Inbox").check(force=True)
    window.page.get_by_role("heading", name="Gmail").wait_for()
    found["inbox"] = violations(window)
    window.page.goto(window.composer.base + "#/")
    window.page.get_by_role("button", name="New issue").click()
    found["new issue"] = violations(window)
    assert {name: words for name, words in found.items() if words} == {}


def test_axe_finds_nothing_on_a_phone(make_window: Callable[..., Window]) -> None:
    window = make_window(viewport={"width": 390, "height": 800})
    window.open()
    window.page.wait_for_timeout(1000)
    assert violations(window) == []
    assert window.page.evaluate("document.scrollingElement.scrollWidth") <= 390, "the page scrolls sideways"
    window.page.goto(window.composer.base + "#/issues/2024-02/email")
    window.in_email("title").wait_for()
    assert violations(window) == []


def test_an_item_is_written_moved_and_undone_by_the_keyboard_alone(window: Window) -> None:
    page = window.page
    before = window.composer.file().read_bytes()

    def tab_to(name: str, *, most: int = 150) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            label = page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
            )
            if label.startswith(name):
                return
        raise AssertionError(f"the Tab key does not reach {name}")

    page.locator("body").press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the form"
    page.keyboard.press("Enter")
    tab_to("Title")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("By keyboard")
    window.in_email("title").get_by_text("By keyboard").wait_for()
    tab_to("Move Coming up")
    page.keyboard.press("ArrowUp")
    window.eventually(lambda: window.composer.content()["sections"][0]["kind"] == "coming_up", "not moved")
    status = page.locator("[role=status][aria-live]")
    window.eventually(lambda: "moved to position 1 of 3" in status.text_content(), "the move is not announced")
    tab_to("Add a section")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    window.eventually(lambda: len(window.composer.content()["sections"]) == 4, "no section was added")
    window.saved()
    for _ in range(6):
        if window.composer.file().read_bytes() == before:
            break
        page.keyboard.press("ControlOrMeta+z")
        window.saved()
        page.wait_for_timeout(200)
    assert window.composer.file().read_bytes() == before


def test_at_200_percent_nothing_is_cut_off(make_window: Callable[..., Window]) -> None:
    # 1280 × 800 at 200 % is a window of 640 × 400 CSS pixels
    window = make_window(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    window.open()
    assert window.page.evaluate("document.scrollingElement.scrollWidth") <= 640
    window.text("title").click()
    box = window.text("title").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 640


def test_first_run_makes_a_folder_without_a_terminal(make_window: Callable[..., Window], composer: Composer) -> None:
    composer.stop()
    for path in ("newsletter.yaml", "issues/2024-02.yaml", "audience.csv"):
        (composer.folder / path).unlink()
    composer.start()
    window = make_window()
    window.open("#/")
    page = window.page
    page.get_by_role("heading", name="Set up your newsletter").wait_for()
    assert violations(window) == []
    page.get_by_label("Name of your organisation").fill("Village Hall")
    page.get_by_label("Sender address").fill("news@example.org")
    page.get_by_label("Postal address").fill("Village Hall, 1 High Street, Anytown AN1 1AA")
    page.get_by_role("button", name="Create the newsletter").click()
    page.get_by_role("button", name="New issue").wait_for()
    assert "Village Hall" in (composer.folder / "newsletter.yaml").read_text()
