"""The pages about the whole newsletter: subscribers, settings, and the list of issues, as a person uses them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Composer, Window, composing

pytestmark = [pytest.mark.slow, pytest.mark.own_folder]

DROP = """([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, {type: "text/csv"}));
    for (const kind of ["dragover", "drop"])
        window.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


def test_subscribers_are_added_removed_and_imported(page: Any, composer: Composer) -> None:
    audience = composer.folder / "audience.csv"
    page.get_by_role("link", name="Subscribers").click()
    page.get_by_text("10 people get the newsletter").wait_for()
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Email address").fill("left-in-spring@example.org")
    dialog.get_by_label("First name").fill("Kim")
    dialog.get_by_role("button", name="Add", exact=True).click()
    dialog.get_by_text("This person unsubscribed.").wait_for()
    again = dialog.get_by_role("button", name="Add them again")
    assert again.is_disabled(), "somebody who left is added without an answer"
    dialog.get_by_label("Email address").fill("new@example.org")
    dialog.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("11 people get the newsletter").wait_for()
    page.get_by_label("Search by name").fill("new@")
    page.get_by_role("button", name="Change the name of Kim", exact=True).click()
    dialog.get_by_label("Last name").fill("Lee")
    dialog.get_by_role("button", name="Save").click()
    page.get_by_text("The name is now Kim Lee.").wait_for()
    page.get_by_role("button", name="Remove Kim Lee", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Unsubscribe").click()
    page.get_by_text("10 people get the newsletter").wait_for()
    page.get_by_role("button", name="Undo the last change").click()
    page.get_by_text("11 people get the newsletter").wait_for()
    # a list that is dropped anywhere on the page
    page.evaluate(DROP, ["list.csv", "Email,GDPR\nann@example.org,Express\nbo@example.org,Implied\n"])
    dialog.get_by_text("What does the column “GDPR” mean?").wait_for()
    dialog.get_by_label("Only some of its values").check()
    dialog.get_by_label("Express").check()
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_text("1 person is added").wait_for()
    dialog.get_by_label("Put all of them into a segment").fill("members")
    dialog.get_by_role("button", name="Add 1 person").click()
    page.get_by_text("12 people get the newsletter now.").wait_for()
    assert "ann@example.org,,,subscribed,members" in audience.read_text("utf-8-sig")


def is_in_sight(place: Any) -> bool:
    """Return whether a place is in the window as it is scrolled."""
    box, height = place.bounding_box(), place.page.viewport_size["height"]
    return bool(box and box["y"] >= 0 and box["y"] + box["height"] <= height)


def test_settings_are_changed_and_the_file_keeps_its_comments(page: Any, composer: Composer) -> None:
    path = composer.folder / "newsletter.yaml"
    before = path.read_text("utf-8")
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Sender address").fill("nobody")
    page.get_by_label("Organisation").fill("The Example Trust")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("is not an email address").wait_for()
    # what became of it is said in sight
    bar = page.locator(".save")
    bar.get_by_text("One answer needs another look").wait_for()
    assert is_in_sight(bar)
    assert path.read_text("utf-8") == before
    page.get_by_label("Sender address").fill("hello@example.org")
    page.get_by_role("button", name="Save", exact=True).click()
    bar.get_by_text("The settings were saved.").wait_for()
    assert is_in_sight(bar)
    after = before.replace("name: Co-Production Collective", "name: The Example Trust", 1)
    assert path.read_text("utf-8") == after.replace("email: news@example.org", "email: hello@example.org", 1)
    page.get_by_role("group", name="Buttons and links").get_by_label("Choose your own colour").check()
    page.get_by_label("Buttons and links: #").fill("#ffcc00")
    page.get_by_label("Buttons and links: #").press("Tab")
    page.get_by_text("too faint to read as text").wait_for()


def test_a_colour_is_taken_as_people_write_it_and_anything_else_is_reported(page: Any, composer: Composer) -> None:
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("group", name="Buttons and links").get_by_label("Choose your own colour").check()
    field = page.get_by_label("Buttons and links: #")
    for typed, taken in (("1D5FA8", "#1d5fa8"), ("#fd3", "#ffdd33")):
        field.fill(typed)
        field.press("Tab")
        page.wait_for_function("([field, value]) => field.value === value", arg=[field.element_handle(), taken])
    field.fill("navy-ish")
    field.press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".save").get_by_text("One answer needs another look").wait_for()
    page.locator(".colour .wrong", has_text="#").wait_for()
    assert "navy-ish" not in (composer.folder / "newsletter.yaml").read_text("utf-8")


def test_calling_off_the_choice_of_a_file_leaves_its_window_open(page: Any) -> None:
    page.get_by_role("link", name="Subscribers").click()
    page.get_by_role("button", name="Import a list").click()
    window = page.get_by_role("dialog", name="Import a list")
    window.get_by_label("Choose files").dispatch_event("cancel", {"bubbles": True})
    assert window.is_visible()
    page.keyboard.press("Escape")
    window.wait_for(state="hidden")


def test_issues_are_duplicated_moved_deleted_and_restored(page: Any, composer: Composer) -> None:
    issues = composer.folder / "issues"
    raw = (issues / "2024-02.yaml").read_bytes()
    more = page.get_by_role("button", name=re.compile("More actions for"))
    more.click()
    page.get_by_role("menuitem", name="Change the month").click()
    page.get_by_role("heading", name="Change the month of “February").wait_for()
    page.get_by_label("New month", exact=True).fill("2031-05")
    page.get_by_role("dialog").get_by_role("button", name="Change the month").click()
    page.get_by_text("is now the issue for May 2031").wait_for()
    # its date is of that month too, in the file and in the list
    raw = raw.replace(b"date: 2024-02-12", b"date: 2031-05-01")
    assert (issues / "2031-05.yaml").read_bytes() == raw
    page.get_by_text("Thu 1 May").wait_for()
    more.click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("heading", name="(May 2031)?").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_text("There are no issues yet").or_(page.get_by_text("was deleted")).first.wait_for()
    assert not (issues / "2031-05.yaml").exists()
    page.get_by_text("Deleted issues (1)").click()
    page.get_by_role("button", name="Restore February").click()
    page.get_by_text("was restored").wait_for()
    assert (issues / "2031-05.yaml").read_bytes() == raw
    more.click()
    page.get_by_role("menuitem", name="Duplicate").click()
    page.get_by_label("Month", exact=True).fill("2031-06")
    page.get_by_role("dialog").get_by_role("button", name="Duplicate").click()
    page.get_by_role("textbox", name="Title").first.wait_for()
    assert (issues / "2031-06.yaml").is_file()


UNDER_THE_POINTER = """([x, y, first]) => {
  window.met = new Promise((resolve) => {
    const list = document.querySelector("main");
    new MutationObserver((_, observer) => {
      if (!list.querySelector("li")?.textContent.includes(first)) return;
      observer.disconnect();
      setTimeout(() => resolve(document.elementFromPoint(x, y)?.closest("button, a")?.outerHTML ?? ""));
    }).observe(list, { subtree: true, childList: true, characterData: true });
  });
}"""
"""Tells in `met` which button is at a place at the moment that another issue is the first of the list."""


def test_a_list_that_changes_its_order_takes_no_click(page: Any, composer: Composer) -> None:
    issues = composer.folder / "issues"
    for month in ("2031-01", "2031-02"):
        text = f"title: Issue {month}\ndate: {month}-10\nsections:\n  - kind: story\n    text: A story.\n"
        (issues / f"{month}.yaml").write_text(text, "utf-8")
    page.reload()
    page.get_by_text("Issue 2031-02").click()
    page.get_by_role("textbox", name="Title").first.wait_for()
    # meanwhile the other one gets the later date, and the list takes a while
    path = issues / "2031-01.yaml"
    path.write_text(path.read_text("utf-8").replace("2031-01-10", "2031-03-10"), "utf-8")
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/api/workspace", hold)
    page.get_by_role("link", name="All issues").click()
    button = page.locator("main li").first.get_by_role("button", name="More actions for")
    assert button.get_attribute("aria-label") == "More actions for Issue 2031-02"
    box = button.bounding_box()
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*at)
    assert page.get_by_role("menu").count() == 0, "a menu opens in a list that is about to change"
    while not held:
        page.wait_for_timeout(50)
    # the pause is short, so the page itself says what a click there would meet as soon as the list has changed
    page.evaluate(UNDER_THE_POINTER, [*at, "Issue 2031-01"])
    held[0].continue_()
    page.locator("main li").first.get_by_text("Issue 2031-01").wait_for()
    assert page.evaluate("window.met") == "", "a click that was meant for another issue opens a menu"
    page.unroute("**/api/workspace")
    page.get_by_role("button", name="More actions for Issue 2031-01").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("heading", name="Delete “Issue 2031-01” (January 2031)?").wait_for()


def test_an_import_says_who_is_not_added_and_why(page: Any) -> None:
    page.get_by_role("link", name="Subscribers").click()
    page.get_by_text("10 people get the newsletter").wait_for()
    page.evaluate(
        DROP, ["list.csv", "Email,First name,Status\nann@example.org,Ann,subscribed\nbo@example.org,Bo,unsubscribed\n"]
    )
    page.get_by_role("dialog").get_by_text("1 person does not get the newsletter, because:").wait_for()
    page.get_by_role("dialog").get_by_text("They are kept on the list with this reason").wait_for()
    out = page.get_by_role("dialog").locator(".out").inner_text()
    assert "Bo, bo@example.org" in out
    assert "row 3: they unsubscribed" in out


def test_sample_people_are_not_taken_for_readers(tmp_path: Path, chrome: Any) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    with composing(folder) as fresh:
        context = chrome.new_context(
            viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/London"
        )
        page = context.new_page()
        page.goto(fresh.url)
        page.get_by_label("Name of your organisation").fill("The Hall")
        page.get_by_label("Sender address").fill("news@example.org")
        page.get_by_label("Postal address").fill("1 High Street, Anytown")
        # a colour can be chosen without a logo
        page.get_by_role("radio", name="Blue").check(force=True)
        page.get_by_role("button", name="Create the newsletter").click()
        page.get_by_role("button", name="New issue").wait_for()
        assert 'brand: "#1d4ed8"' in (folder / "newsletter.yaml").read_text("utf-8")
        page.get_by_role("link", name="Welcome").click()
        page.get_by_role("link", name="Send").click()
        page.get_by_text("The 3 people who get the newsletter are sample people").wait_for()
        page.get_by_role("link", name="Subscribers").click()
        page.get_by_text("The 3 people who get the newsletter are sample people").wait_for()
        assert Window(page, fresh).violations() == []
        page.get_by_role("button", name="Remove the sample people").click()
        page.get_by_text("0 people get the newsletter").wait_for()
        page.get_by_role("button", name="Undo the last change").click()
        page.get_by_text("3 people get the newsletter").wait_for()
        context.close()


def test_a_list_in_a_database_is_changed_on_the_page(page: Any, composer: Composer) -> None:
    settings = composer.folder / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8") + "\nsubscribers: {}\n", "utf-8")
    page.get_by_role("link", name="Subscribers").click()
    page.get_by_text("0 people get the newsletter").wait_for()
    page.evaluate(DROP, ["list.csv", "Email,First name\nann@example.org,Ann\nbo@example.org,Bo\n"])
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add 2 people").click()
    page.get_by_text("2 people get the newsletter").first.wait_for()
    page.get_by_role("button", name="Add a person").click()
    dialog.get_by_label("Email address").fill("zoe@example.org")
    dialog.get_by_label("First name").fill("Zoë")
    dialog.get_by_label("How they asked").fill("at the open day")
    assert Window(page, composer).violations() == []
    dialog.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("3 people get the newsletter").wait_for()
    page.get_by_label("Search by name").fill("zoë")
    page.get_by_text("Ann", exact=True).wait_for(state="detached")
    page.get_by_role("button", name="Remove Zoë", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Unsubscribe").click()
    page.get_by_text("2 people get the newsletter").wait_for()
    page.get_by_text("1 person: you took them off the list").wait_for()
    assert Window(page, composer).violations() == []


def test_a_duplicate_gets_the_month_after_its_own(page: Any, composer: Composer) -> None:
    text = composer.file().read_text("utf-8").replace("date: 2024-02-12", "date: 2031-05-05")
    (composer.folder / "issues" / "2031-05.yaml").write_text(text, "utf-8")
    page.reload()  # the list may have been asked for already
    row = page.locator("main li").filter(has=page.locator("a[href='#/issues/2031-05/form']"))
    row.get_by_role("button", name=re.compile("More actions for")).click()
    page.get_by_role("menuitem", name="Duplicate").click()
    assert page.get_by_role("dialog").get_by_label("Month", exact=True).input_value() == "2031-06"


def test_a_new_issue_has_no_edits_that_the_browser_kept_of_another(page: Any, composer: Composer) -> None:
    kept = [{"label": "Edit", "edits": [{"op": "set", "path": ["title"], "value": "Of the deleted one"}]}]
    page.evaluate("kept => localStorage.setItem('newsletter-unsaved:2031-05', JSON.stringify(kept))", kept)
    page.get_by_role("button", name="New issue").click()
    page.get_by_label("Month", exact=True).fill("2031-05")
    page.get_by_role("button", name="Create the issue").click()
    page.locator(".name .dot.saved").wait_for()
    assert page.evaluate("localStorage.getItem('newsletter-unsaved:2031-05')") is None
    assert "Of the deleted one" not in (composer.folder / "issues" / "2031-05.yaml").read_text("utf-8")


def test_the_printed_address_opens_what_was_edited_last(make_window: Callable[..., Window], composer: Composer) -> None:
    """Also after the composer was started again, and where that issue is gone."""
    shutil.copy(composer.file(), composer.file("2024-01"))
    window = make_window()
    page = window.page
    page.goto(composer.url)
    window.in_email("title").first.wait_for()
    assert page.url.endswith("#/issues/2024-02/form")
    window.open("#/issues/2024-01/form")
    window.write("January", "title")
    window.saved()
    for _ in range(2):
        page.goto("about:blank")
        page.goto(composer.url)
        window.in_email("title").first.wait_for()
        assert page.url.endswith("#/issues/2024-01/form")
        composer.stop()
        composer.start()
    composer.file("2024-01").unlink()
    page.goto("about:blank")
    page.goto(composer.url)
    window.in_email("title").first.wait_for()
    assert page.url.endswith("#/issues/2024-02/form")
