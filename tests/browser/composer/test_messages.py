"""Messages are in the words of the page: no names of the file, of its columns or of commands."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Composer, Window

pytestmark = [pytest.mark.slow, pytest.mark.own_folder]

WRONG = """title: News
date: 2024-02-12
sections:
  - kind: coming_up
    items:
      - title: Open day
        ends: 16:00
      - title: Walk
        when: 2024-02-20 13:00
        repeats: every Thursdya
        imagee: hall.jpg
      - title: Talk
        button:
          label: Book
  - kind: gallery
    items:
      - image: hall.jpg
"""
MARKS = ("`", "newsletter.yaml", "--", "`newsletter", "indent")


def told(page: Any, place: str) -> str:
    return str(page.locator(place).first.inner_text())


def test_findings_have_no_names_of_the_file(window: Window) -> None:
    page = window.page
    window.composer.file().write_text(WRONG, "utf-8")
    page.evaluate("location.hash = '#/issues/2024-02/findings'")
    window.eventually(lambda: page.locator("main .finding").count() > 3, "the mistakes are not noticed")
    for finding in page.locator("main .finding").all():
        assert finding.locator("code").count() == 0, finding.inner_text()
        assert not [mark for mark in MARKS if mark in finding.inner_text()], finding.inner_text()


def test_a_setting_that_is_wrong_is_told_without_its_name(page: Any, composer: Composer) -> None:
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Sender address").fill("nobody")
    page.get_by_role("button", name="Save").first.click()
    note = page.locator("[id='sender.email-note']")
    note.get_by_text("This is not an email address").wait_for()
    assert "`" not in note.inner_text()
    assert note.locator("code, b").count() == 0


def test_an_address_is_shown_without_its_scheme(window: Window) -> None:
    """As in the form's links; what is saved has it, for the programs that need it."""
    path = ("sections", 2, "items", 0, "button")
    button = window.field(*path)
    if not button.count():
        window.field("sections", 2, "items", 0).locator(".toggle").first.click()
    link = button.get_by_label("Link")
    link.fill("roof@example.org")
    link.press("Tab")
    window.saved()
    assert link.input_value() == "roof@example.org"
    assert window.composer.content()["sections"][2]["items"][0]["button"]["link"] == "mailto:roof@example.org"
    link.fill("https://example.org/roof")
    link.press("Tab")
    window.saved()
    window.page.evaluate("location.hash = '#/issues/2024-02/history'")
    window.page.locator("button.version").last.click()
    changes = window.page.locator(".changes dl")
    changes.wait_for()
    assert "mailto:" not in changes.inner_text()
