"""What the check says, and when: never that all is well before it has looked; and no request is made in a loop."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import WAIT, Window, composing

pytestmark = pytest.mark.slow

DEAF = """const on = EventSource.prototype.addEventListener;
EventSource.prototype.addEventListener = function (name, ...rest) {
    if (name !== "findings") on.call(this, name, ...rest);
};"""

IDLE = 3000
"""Milliseconds in which a page that nobody touches asks for nothing."""


def test_the_findings_of_new_issues_arrive_each_time(window: Window) -> None:
    page = window.page
    for number in range(1, 13):
        page.goto(window.composer.base + "#/")
        page.get_by_role("button", name="New issue").click()
        page.get_by_label("Month").fill(f"2025-{number:02d}")
        page.get_by_label("An empty issue").check()
        page.get_by_role("button", name="Create the issue").click()
        window.field("title").wait_for()
        page.get_by_role("link", name="Check").click()
        page.get_by_role("heading", name="Check").wait_for()
        seen = page.locator(".finding.error").or_(page.get_by_text("No mistakes found")).first
        seen.wait_for(timeout=20_000)
        assert page.get_by_text("No mistakes found").count() == 0, f"issue {number} is said to be fine"


def test_a_draft_of_the_next_issue_is_checked(window: Window) -> None:
    page = window.page
    page.goto(window.composer.base + "#/")
    page.get_by_role("button", name="New issue").click()
    page.get_by_label("A draft from the last issue").check()
    page.get_by_role("button", name="Create the issue").click()
    window.field("title").wait_for()
    page.get_by_role("link", name="Check").click()
    page.get_by_role("heading", name="Check").wait_for()
    page.locator(".finding.error").first.wait_for()
    assert page.get_by_text("No mistakes found").count() == 0


def test_what_is_not_checked_yet_does_not_look_fine(window: Window) -> None:
    """The event with the findings gets lost, and the page that is left open asks again."""
    page = window.page
    page.add_init_script(DEAF)
    page.goto("about:blank")
    page.goto(f"{window.composer.base}#/issues/2024-02/findings")
    page.get_by_role("heading", name="Check").wait_for()
    page.get_by_role("link", name="Write").click()
    window.write("We met the the project teams.", "intro")
    page.get_by_role("link", name="Check").click()
    page.get_by_text("Checking…").first.wait_for()
    assert page.get_by_text("No mistakes found").count() == 0
    page.locator(".finding").filter(has_text="the the").wait_for()
    page.get_by_text("Checking…").wait_for(state="detached")


def asked(window: Window) -> list[str]:
    """Return what the page asks for in a while in which nothing happens."""
    requests: list[str] = []

    def note(request: Any) -> None:
        if "/api/events" not in request.url:
            requests.append(request.url)

    window.page.on("request", note)
    window.page.wait_for_timeout(IDLE)
    window.page.remove_listener("request", note)
    return requests


@pytest.mark.parametrize(
    "place", ["#/", *(f"#/issues/2024-02/{view}" for view in ("form", "email", "findings", "send"))]
)
def test_a_page_that_nobody_touches_asks_for_nothing(window: Window, place: str) -> None:
    window.page.goto("about:blank")
    window.page.goto(window.composer.base + place)
    window.page.get_by_role("heading", level=1).first.wait_for()
    window.page.wait_for_timeout(6000)  # the email, the check and what follows them
    assert asked(window) == []


def test_the_set_up_asks_once_and_for_nothing_that_is_not_there(
    tmp_path: Path, make_window: Callable[..., Window]
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    with composing(folder) as composer:
        window = make_window()
        window.composer = composer
        refused: list[str] = []
        window.page.on("response", lambda answer: answer.status >= 400 and refused.append(answer.url))
        window.page.goto(composer.url)
        window.page.get_by_role("heading", name="Set up your newsletter").wait_for(timeout=WAIT)
        window.page.wait_for_timeout(1000)
        assert asked(window) == []
        assert [url for url in refused if "favicon" not in url] == []


def test_the_bar_names_the_field_that_is_missing_and_leads_to_it(window: Window) -> None:
    page = window.page
    index = len(window.composer.content()["sections"])
    for kind in ("Video", "Story"):
        page.get_by_role("button", name="Add a section").click()
        page.get_by_role("menuitem", name=re.compile(f"^{kind}")).first.click()
        window.field("sections", index + (kind == "Story"), "heading").wait_for()
    window.write("Our year in pictures", "sections", index, "heading")
    window.field("sections", index, "link").locator("input").fill("https://example.org/video")
    window.write("A new roof", "sections", index + 1, "heading")
    window.text("title").click()
    bar = page.locator(".bar .notice.error")
    bar.get_by_text("“Our year in pictures › Picture” is missing.").wait_for()
    window.field("sections", index, "image").locator(".finding.error").wait_for()
    assert window.violations() == []
    bar.get_by_role("button", name="Go to the field").click()
    window.eventually(lambda: window.focused() == f'["sections",{index},"image"]', "it leads elsewhere")
