"""What happens around the form: findings, pictures, paste, the YAML tab, history, other programs, a stopped server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import ROOT, Window

pytestmark = pytest.mark.slow

WORD = Path(__file__).parent / "word.html"
PASTE_HTML = """(node, [html, text]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", text);
    node.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


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
    page.get_by_label("Why is it right as it is?").fill("Agreed with the team")
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


def test_a_picture_is_added_once_it_is_described(window: Window) -> None:
    page = window.page
    item = ("sections", 2, "items", 1)
    window.in_email(*item, "title").click()
    window.field(*item).get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("menuitem", name="Picture").click()
    window.field(*item).locator("input[type=file]").set_input_files(ROOT / "issues" / "images" / "hearts.jpg")
    alt = window.field(*item).get_by_label("Describe the picture")
    alt.wait_for()
    assert "image" not in window.composer.content()["sections"][2]["items"][1], "a picture without alt text was written"
    alt.fill("Hearts on a dark ground")
    window.eventually(
        lambda: window.composer.content()["sections"][2]["items"][1]["alt"] == "Hearts on a dark ground",
        "the picture was not written",
    )
    assert (window.composer.folder / "issues" / window.composer.content()["sections"][2]["items"][1]["image"]).is_file()
    window.field(*item).get_by_text("A screen reader says: “Hearts on a dark ground, image”").wait_for()


def test_a_word_document_is_pasted_as_markdown(window: Window) -> None:
    window.write("x", "sections", 1, "items", 0)
    window.in_email("sections", 2, "items", 1, "title").click()
    place = window.text("sections", 2, "items", 1, "text")
    place.click()
    window.page.keyboard.press("ControlOrMeta+a")
    place.evaluate(PASTE_HTML, [WORD.read_text(encoding="utf-8"), "plain"])
    window.eventually(
        lambda: (
            window.composer.content()["sections"][2]["items"][1]["text"].strip()
            == "Our **annual meeting** is on *Friday*. Read the [agenda](https://example.org/agenda).\n\n"
            "- Elections\n- Accounts"
        ),
        "the Word document did not become Markdown",
    )


def test_the_yaml_tab_and_the_form_show_the_same_file(window: Window) -> None:
    page = window.page
    page.get_by_role("link", name="YAML").click()
    editor = page.get_by_role("textbox", name="The issue as a YAML file")
    editor.wait_for()
    editor.click()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.insert_text("title: Written in the YAML tab")
    window.in_email("title").get_by_text("Written in the YAML tab").wait_for()
    page.get_by_role("link", name="Write").click()
    window.text("title").get_by_text("Written in the YAML tab").wait_for()


def test_a_broken_file_keeps_the_last_good_email_with_the_mistake_above(window: Window) -> None:
    file = window.composer.file()
    good = file.read_text()
    file.write_text(good.replace("sections:", "sections: [", 1))
    window.page.locator(".form .notice.error").wait_for()
    window.page.get_by_text("The file has a mistake. This is the last version without it.").wait_for()
    window.in_email("title").get_by_text("February Team Update").wait_for()
    file.write_text(good)
    window.page.locator(".form .notice.error").wait_for(state="detached")


def test_another_programs_change_shows_and_does_not_stop_the_typing(window: Window) -> None:
    file = window.composer.file()
    window.text("title").click()
    window.page.keyboard.press("End")
    window.page.keyboard.type(" now")
    window.saved()
    file.write_text(file.read_text().replace("Training", "Learning"))
    window.in_email("sections", 0, "groups", 0, "heading").get_by_text("Learning").wait_for()
    window.page.keyboard.type("!")
    window.eventually(lambda: window.composer.content()["title"].endswith("now!"), "what was typed is not in the file")
    assert window.composer.content()["sections"][0]["groups"][0]["heading"] == "Learning"


def test_two_windows_write_different_fields_at_once(window: Window, make_window: Callable[..., Window]) -> None:
    other = make_window(window.page.context)
    other.open()
    other.text("title").wait_for()
    window.write("From the first window", "title")
    other.write("From the second window", "preheader")
    window.saved()
    other.saved()
    window.eventually(
        lambda: (
            window.composer.content()["title"] == "From the first window"
            and window.composer.content()["preheader"] == "From the second window"
        ),
        "one window’s words were lost",
    )
    other.text("title").get_by_text("From the first window").wait_for()


def test_nothing_is_lost_when_the_server_stops(window: Window) -> None:
    window.composer.stop()
    window.write("Typed while nobody listened", "title")
    window.page.get_by_text("The composer is not running").wait_for()
    assert window.page.evaluate("localStorage.length") == 1
    window.composer.start("2024-02")
    # the new server asks for its own token; the address it prints opens the page anew
    window.open()
    window.eventually(
        lambda: window.composer.content()["title"] == "Typed while nobody listened", "the unsaved words were lost"
    )
    window.saved()
    assert window.page.evaluate("localStorage.length") == 0


def test_an_earlier_version_is_restored(window: Window) -> None:
    before = window.composer.file().read_bytes()
    window.write("Changed", "title")
    window.saved()
    window.page.get_by_role("link", name="History").click()
    window.page.locator(".version").last.click()
    window.page.get_by_text("What is different from now").wait_for()
    window.page.get_by_role("button", name="Restore this version").click()
    window.eventually(lambda: window.composer.file().read_bytes() == before, "the version was not restored")


def test_a_deleted_file_is_reported(window: Window) -> None:
    window.composer.file().unlink()
    window.page.get_by_text("The file was deleted or renamed").wait_for()


def test_views_change_what_the_frame_shows(window: Window) -> None:
    page = window.page
    page.get_by_role("radio", name="Phone").check(force=True)
    window.eventually(lambda: round(page.locator("iframe").bounding_box()["width"]) == 375, "not as wide as a phone")
    page.get_by_role("radio", name="Inbox").check(force=True)
    page.get_by_role("heading", name="Gmail").wait_for()
    page.get_by_role("radio", name="Plain text").check(force=True)
    page.get_by_label("Plain text", exact=True).last.get_by_text("February Team Update").first.wait_for()
    page.get_by_role("radio", name="Email", exact=True).check(force=True)
    page.get_by_role("button", name="More views").click()
    page.get_by_label("Pictures").uncheck()
    window.eventually(lambda: window.email.locator("img[src]").count() == 0, "the pictures are still shown")
