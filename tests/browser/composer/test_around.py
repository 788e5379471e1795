"""What happens around the form: findings, pictures, paste, the YAML tab, history, other programs, a stopped server."""

from __future__ import annotations

import pytest

from .conftest import Window

pytestmark = pytest.mark.slow


def test_a_finding_appears_beside_its_field_and_its_fix_works(window: Window) -> None:
    window.write("We met the the project teams in Croydon.", "intro")
    finding = window.field("intro").locator(".finding").filter(has_text="the the")
    finding.wait_for()
    finding.get_by_role("button").first.click()
    window.eventually(
        lambda: window.composer.content()["intro"].strip() == "We met the project teams in Croydon.",
        "the fix did nothing",
    )
    finding.wait_for(state="detached")
    window.text("intro").get_by_text("We met the project teams").wait_for()


def test_a_finding_is_ignored_with_a_reason(window: Window) -> None:
    page = window.page
    page.get_by_role("link", name="Check").click()
    page.get_by_role("button", name="Ignore…").first.wait_for()
    before = page.locator(".finding").count()
    page.get_by_role("button", name="Ignore…").first.click()
    page.get_by_label("Why is this not a mistake?").fill("Agreed with the team")
    page.keyboard.press("Enter")
    window.eventually(
        lambda: any(rule["because"] == "Agreed with the team" for rule in window.composer.content()["ignore"]),
        "the reason is not in the file",
    )
    window.eventually(lambda: page.locator(".finding").count() < before, "the finding is still shown")


def test_the_list_of_findings_leads_to_the_field(window: Window) -> None:
    window.page.get_by_role("link", name="Check").click()
    finding = (
        window.page.locator(".finding").filter(has=window.page.get_by_role("button", name="Go to the field")).first
    )
    finding.get_by_role("button", name="Go to the field").click()
    window.eventually(lambda: window.focused() != "", "no field has the focus")


def test_a_broken_file_keeps_the_last_good_email_with_the_mistake_above(window: Window) -> None:
    file = window.composer.file()
    good = file.read_text()
    file.write_text(good.replace("sections:", "sections: [", 1))
    window.page.locator(".form .notice.error").wait_for()
    window.page.get_by_text("The file has a mistake. This is the last version without it.").wait_for()
    window.in_email("title").get_by_text("February Team Update").wait_for()
    file.write_text(good)
    window.page.locator(".form .notice.error").wait_for(state="detached")
