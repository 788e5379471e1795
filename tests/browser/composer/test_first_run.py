"""From an empty folder to the outbox in the browser alone, as somebody who has never used a terminal."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from newsletter.scaffold.starter import Answers
from newsletter.workflow.create_folder import create_folder

from .conftest import ROOT, WAIT, Window, composing
from .test_parts import DROP, PICTURE

pytestmark = pytest.mark.slow


def test_from_nothing_to_the_outbox(tmp_path: Path, chrome: Any) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    with composing(folder) as composer:
        size = {"width": 1280, "height": 900}
        context = chrome.new_context(viewport=size, locale="en-GB", timezone_id="Europe/London")
        page = context.new_page()
        page.set_default_timeout(WAIT)
        window = Window(page, composer)
        # the first pictures do not arrive
        page.route("**/api/issues/*/images/*", lambda route: route.abort(), times=2)
        page.goto(composer.url)
        set_up(window)
        settings = YAML(typ="safe").load((folder / "newsletter.yaml").read_text("utf-8"))
        assert settings["sender"]["email"] == "news@example.org"
        assert settings["brand"]["colours"]["accent"] == settings["brand"]["colours"]["brand"]
        compose(window)
        send(window)
        assert [path for path in (folder / "outbox").rglob("*") if path.is_file() and "new" in path.parts]
        assert len(list((folder / "issues").glob("*.yaml"))) == 2, "the sample and this one"
        assert window.errors == []
        context.close()


def test_the_set_up_knows_the_place_and_shows_all_that_is_wrong_at_once(tmp_path: Path, chrome: Any) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    with composing(folder) as composer:
        for width in (1280, 375):
            context = chrome.new_context(
                viewport={"width": width, "height": 900}, locale="cy-GB", timezone_id="America/New_York"
            )
            page = context.new_page()
            page.set_default_timeout(WAIT)
            window = Window(page, composer)
            page.goto(composer.url)
            language, zone = page.get_by_label("Language"), page.get_by_label("Time zone")
            assert "Welsh" in language.locator("option:checked").inner_text()
            assert zone.locator("option:checked").inner_text() == "New York"
            language.select_option(label="English (United Kingdom)")
            zone.select_option(label="London")
            page.get_by_label("Sender address").fill("nobody")
            page.get_by_role("button", name="Create the newsletter").click()
            for words in ("Type the name of your organisation", "is not an email address", "Type your postal address"):
                page.get_by_text(words).wait_for()
            page.get_by_text("3 answers are missing or not right").wait_for()
            assert page.evaluate("document.activeElement.id") == "name"
            assert window.violations() == []
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            assert str(folder) not in page.locator("main").inner_text()
            assert window.errors == []
            context.close()


def test_the_brand_colour_can_be_typed_in_the_set_up(tmp_path: Path, chrome: Any) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    with composing(folder) as composer:
        size = {"width": 1280, "height": 900}
        context = chrome.new_context(viewport=size, locale="en-GB", timezone_id="Europe/London")
        page = context.new_page()
        page.set_default_timeout(WAIT)
        window = Window(page, composer)
        page.goto(composer.url)
        page.get_by_label("Name of your organisation").fill("The Hall")
        page.get_by_label("Sender address").fill("news@example.org")
        page.get_by_label("Postal address").fill("1 High Street, Anytown")
        page.get_by_text("Another colour", exact=True).click()
        code = page.get_by_label("Another colour: #")
        code.fill("navy")
        page.get_by_role("button", name="Create the newsletter").click()
        page.get_by_text("is not a colour").wait_for()
        assert window.violations() == []
        code.fill("1D5FA8")
        page.get_by_role("button", name="Create the newsletter").click()
        page.get_by_role("button", name="New issue").wait_for()
        settings = YAML(typ="safe").load((folder / "newsletter.yaml").read_text("utf-8"))
        assert settings["brand"]["colours"]["brand"].lower() == "#1d5fa8"
        assert window.errors == []
        context.close()


def test_a_newsletter_with_sample_answers_is_set_up_first(tmp_path: Path, chrome: Any) -> None:
    """As `newsletter init` without a terminal leaves one; what was answered there is filled in."""
    folder = tmp_path / "news"
    create_folder(folder, Answers(newsletter="Hall News"), dt.datetime.now(dt.UTC).date())
    with composing(folder) as composer:
        context = chrome.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        page = context.new_page()
        page.set_default_timeout(WAIT)
        window = Window(page, composer)
        page.goto(composer.url)
        page.get_by_role("heading", name="Set up your newsletter").wait_for()
        page.get_by_text("still has a sample name and address").wait_for()
        assert page.get_by_label("Name of the newsletter").input_value() == "Hall News"
        assert page.get_by_label("Sender address").input_value() == ""
        assert window.violations() == []
        # put off, and the newsletter works with its samples
        page.get_by_role("button", name="Not now").click()
        window.in_email("title").first.wait_for()
        page.goto(composer.url)
        window.in_email("title").first.wait_for()
        # asked again in a folder that does not know of it
        (folder / ".newsletter" / "composer.json").unlink()
        page.goto("about:blank")
        page.goto(composer.url)
        page.get_by_label("Name of your organisation").fill("The Hall")
        page.get_by_label("Sender address").fill("news@example.org")
        page.get_by_label("Postal address").fill("1 High Street, Anytown")
        page.get_by_role("button", name="Save the answers").click()
        page.get_by_role("button", name="New issue").wait_for()
        settings = YAML(typ="safe").load((folder / "newsletter.yaml").read_text("utf-8"))
        assert settings["brand"]["name"] == settings["sender"]["name"] == "The Hall"
        assert settings["brand"]["newsletter"] == "Hall News"
        assert window.errors == []
        context.close()


def set_up(window: Window) -> None:
    """Answer the questions of the first page."""
    page = window.page
    page.get_by_role("heading", name="Set up your newsletter").wait_for()
    assert window.violations() == []
    assert "yaml" not in page.locator("main").inner_text().lower()
    page.get_by_label("Name of your organisation").fill("The Hall")
    page.get_by_label("Sender address").fill("news@example.org")
    page.get_by_label("Postal address").fill("1 High Street, Anytown")
    page.locator("#logo").set_input_files(ROOT / "issues" / "images" / "hearts.jpg")
    page.get_by_role("radio").first.wait_for(state="attached")
    assert window.violations() == []
    page.get_by_role("button", name="Create the newsletter").click()
    page.get_by_role("button", name="New issue").wait_for()


def compose(window: Window) -> None:
    """Write an issue of two sections, with an event and a picture."""
    page = window.page
    page.get_by_role("button", name="New issue").click()
    today = dt.datetime.now(dt.UTC).date()
    page.get_by_label("An empty issue").check()
    page.get_by_role("button", name="Create the issue").click()
    window.field("title").wait_for()
    logo = window.email.locator("img").first
    logo.wait_for()
    window.eventually(lambda: logo.evaluate("node => node.naturalWidth > 0"), "the first picture of it has no logo")

    window.write("News from the hall", "title")
    window.write("A new roof, an open day, and how to join in this month", "preheader")
    date = window.field("date").get_by_label("Date: Date")
    date.fill(f"{today.day} {today:%B %Y}")
    date.press("Enter")
    window.write("Tea and cake in the hall, every Tuesday from 3pm.", "sections", 1, "items", 0)
    for name in ("What we got up to in", "Get involved"):
        page.get_by_role("button", name=f"More actions for {name}").first.click()
        page.get_by_role("menuitem", name="Remove", exact=True).click()
    page.get_by_role("button", name="Add a section").click()
    page.get_by_role("menuitem", name="Story").click()
    window.text("sections", 1, "heading").wait_for()
    window.write("A new roof", "sections", 1, "heading")
    window.write("The roof is done. Thank you to everybody who helped.", "sections", 1, "text")
    picture = window.field("sections", 1, "image")
    picture.locator(".drop").evaluate(DROP, _base64(PICTURE))
    picture.get_by_label("Describe the picture").fill("The hall with its new roof")
    window.saved()


def send(window: Window) -> None:
    """Send a test, then the issue."""
    page = window.page
    page.get_by_role("link", name="Send").click()
    page.get_by_label("Addresses for the test").fill("me@example.org")
    page.get_by_role("button", name="Save the test").click()
    page.get_by_role("button", name="practice email").wait_for()
    page.get_by_role("button", name="practice email").click()
    assert window.violations() == []
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="practice email").click()
    page.locator("section.notice").get_by_role("heading", name="Saved for practice").wait_for()


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
