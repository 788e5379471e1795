"""What happens around the form: findings, pictures, paste, the YAML tab, history, other programs, a stopped server."""

from __future__ import annotations

import re

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
    ignored = (
        page.locator(".ignored").filter(visible=True).get_by_role("listitem").filter(has_text="Agreed with the team")
    )
    ignored.get_by_role("button", name="Show again").click()
    window.eventually(lambda: page.locator(".finding").count() == before, "the finding is not shown again")


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
    window.page.get_by_text(
        "Something in this issue is missing or wrong. This is the last version that worked."
    ).wait_for()
    window.in_email("title").get_by_text("Sharing our love").wait_for()
    file.write_text(good)
    window.page.locator(".form .notice.error").wait_for(state="detached")


def test_the_words_are_those_of_the_form_and_codes_are_details(window: Window) -> None:
    page = window.page
    file = window.composer.file()
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("preheader:")]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    page.get_by_role("link", name="Check").click()
    page.locator(".finding").filter(has_text="There is no preview text").wait_for()
    words = page.locator("main").inner_text()
    assert re.findall(r"\bNL\d{3}\b|[Ll]ine \d+|`|preheader", words) == []
    finding = page.locator(".finding").filter(has=page.get_by_role("button", name="Go to the field")).first
    assert "›" in finding.locator(".where").inner_text() or finding.locator(".where").inner_text()
    finding.get_by_role("button", name="Details").click()
    assert re.search(r"Rule NL\d{3}: [a-z ]+\. Line \d+ of the file\.", finding.inner_text())
    assert window.violations() == []


@pytest.mark.parametrize("width", [1280, 375])
def test_the_file_and_the_history_are_under_more(window: Window, width: int) -> None:
    page = window.page
    page.set_viewport_size({"width": width, "height": 800})
    page.locator("nav .badge").wait_for()
    icon = page.locator("nav a").filter(has_text="Check").locator("svg").first.bounding_box()
    badge = page.locator("nav .badge").bounding_box()
    assert badge["x"] >= icon["x"] + icon["width"], "the number covers the icon"
    for name, heading in (("Issue file", "Issue file"), ("History", "History")):
        page.get_by_role("button", name="More", exact=True).focus()
        page.keyboard.press("Enter")
        entry = page.get_by_role("menuitem", name=name)
        box = entry.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800
        assert window.violations() == []
        entry.press("Enter")
        page.get_by_role("heading", name=heading, exact=True).wait_for()


def test_a_new_part_that_lacks_something_is_no_broken_file(window: Window) -> None:
    """A gallery needs a picture, which nobody can have chosen yet."""
    page = window.page
    page.get_by_role("button", name="Add a section").click()
    page.get_by_role("menuitem", name="Gallery").click()
    window.field("sections", 3).wait_for()
    page.get_by_text("The new part is not finished yet").wait_for()
    assert page.locator("main .finding.error, main .notice.error").count() == 0
    window.text("title").click()
    notice = page.locator("main .notice.error")
    notice.wait_for()
    assert not re.search(r"[Ll]ine \d|`", notice.inner_text())
    notice.get_by_role("button", name="Go to the field").click()
    window.eventually(lambda: window.focused().startswith('["sections",3'), "the way does not lead there")


def test_the_inbox_shows_the_letters_that_mail_programs_show(window: Window) -> None:
    page = window.page
    settings = window.composer.folder / "newsletter.yaml"
    before = settings.read_text("utf-8")
    try:
        settings.write_text(before.replace("name: Co-Production Collective", "name: “The Riverside” Hall"), "utf-8")
        page.get_by_role("radio", name="Inbox").check(force=True)
        rows = {
            name: page.locator(".clients section", has=page.get_by_role("heading", name=name))
            for name in ("Gmail", "Outlook")
        }
        rows["Gmail"].get_by_text("“The Riverside”").wait_for()
        assert rows["Gmail"].locator(".avatar").inner_text() == "T"
        assert rows["Outlook"].locator(".avatar").inner_text() == "TH"
        apple = page.locator(".clients section", has=page.get_by_role("heading", name="Apple Mail"))
        assert apple.locator(".avatar").count() == 0
        page.get_by_text("They do not show your logo there").wait_for()
        assert window.violations() == []
    finally:
        settings.write_text(before, "utf-8")
