"""The whole February issue, composed from an empty folder by what a person has: keys, mouse and clipboard."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from .conftest import ROOT, Composer, Window

pytestmark = pytest.mark.slow

PICTURES = ROOT / "issues" / "images"
_PIECES = re.compile(r"<([^>\s]+)>|\[([^\]]+)\]\(([^)]+)\)")
PASTE = """(node, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    node.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a newsletter's folder without any issue."""
    shutil.copy(ROOT / "newsletter.yaml", tmp_path)
    shutil.copy(ROOT / "audience.csv", tmp_path)
    (tmp_path / "issues").mkdir()
    return tmp_path


@pytest.fixture
def composer(folder: Path) -> Iterator[Composer]:
    started = Composer(folder)
    started.start()
    yield started
    started.stop()


def wanted() -> Any:
    return YAML(typ="safe").load((ROOT / "issues" / "2024-02.yaml").read_text(encoding="utf-8"))


def normalized(value: Any) -> Any:
    """Return an issue's data with each text as one would read it aloud: paragraphs and lists, no line ends."""
    if isinstance(value, dict):
        return {key: normalized(one) for key, one in value.items()}
    if isinstance(value, list):
        return [normalized(one) for one in value]
    if isinstance(value, str):
        blocks = re.split(r"\n\s*\n", value.strip())
        return "\n\n".join("\n".join(" ".join(line.split()) for line in block.splitlines()) for block in blocks)
    return str(value)


def _differences(expected: Any, made: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Yield where two issues differ, with what is there."""
    if isinstance(expected, dict) and isinstance(made, dict):
        for name in {**expected, **made}:
            yield from _differences(expected.get(name), made.get(name), (*path, name))
    elif isinstance(expected, list) and isinstance(made, list) and len(expected) == len(made):
        for position, (one, other) in enumerate(zip(expected, made, strict=True)):
            yield from _differences(one, other, (*path, position))
    elif expected != made:
        yield f"{path}: expected {expected!r}, not {made!r}"


class Author:
    """Types, pastes and clicks."""

    def __init__(self, window: Window) -> None:
        self.window, self.page = window, window.page

    def write(self, markdown: str, *path: str | int) -> None:
        """Type a text into a field; its links are pasted on the selected words."""
        place = self.window.text(*path)
        place.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        blocks = re.split(r"\n\s*\n", markdown.strip())
        for number, block in enumerate(blocks):
            if number:
                self.page.keyboard.press("Enter")
            lines = block.splitlines()
            if lines[0].startswith("- "):
                self.page.keyboard.type("- ")
                for position, line in enumerate(lines):
                    if position:
                        self.page.keyboard.press("Enter")
                    self._write_inline(place, line[2:])
                self.page.keyboard.press("Enter")  # an empty entry ends the list
            else:
                self._write_inline(place, " ".join(lines))

    def _write_inline(self, place: Any, text: str) -> None:
        end = 0
        for piece in _PIECES.finditer(text):
            self._type(text[end : piece.start()])
            address, words, target = piece.groups()
            if address:
                place.evaluate(PASTE, address)
            else:
                self._type(words)
                for _ in words:
                    self.page.keyboard.press("Shift+ArrowLeft")
                place.evaluate(PASTE, target)
                self.page.keyboard.press("ArrowRight")
            end = piece.end()
        self._type(text[end:])

    def _type(self, text: str) -> None:
        if text:
            self.page.keyboard.insert_text(text)

    def add_section(self, name: str) -> None:
        self.page.get_by_role("button", name="Add a section").click()
        self.page.get_by_role("menuitem", name=name).click()

    def add(self, name: str, *path: str | int) -> None:
        """Add something to a list, or a field to an item."""
        if name == "Add a date":
            self.window.field(*path).get_by_role("button", name=name, exact=True).last.click()
        else:
            self.window.add_entry(name, *path)

    def add_field(self, label: str, *path: str | int) -> None:
        self.window.field(*path).get_by_role("button", name=re.compile("^Add to this")).last.click()
        self.page.get_by_role("menuitem", name=re.compile(label)).first.click()


def test_february_is_composed_from_nothing(make_window: Any) -> None:
    window = make_window()
    page, composer, issue = window.page, window.composer, wanted()
    window.open("#/")
    page.get_by_role("button", name="New issue").click()
    page.get_by_label("Month").fill("2024-02")
    page.get_by_label("An empty issue").check()
    page.get_by_role("button", name="Create the issue").click()
    window.field("title").wait_for()
    author = Author(window)

    author.write(issue["title"], "title")
    window.field("date").get_by_label("Date: Day").fill("2024-02-12")
    author.write(issue["preheader"], "preheader")
    page.get_by_role("button", name="Add a picture").click()
    page.locator("input[type=file]").first.set_input_files(PICTURES / "hearts.jpg")
    page.get_by_label("Describe the picture").fill(issue["hero"]["alt"])
    author.write(issue["hero"]["credit"], "hero", "credit")
    author.write(issue["intro"], "intro")

    _compose_last_month(author, issue["sections"][0])
    _compose_coming_up(author, issue["sections"][1])
    _compose_get_involved(author, issue["sections"][2])
    author.write(issue["sign_off"], "sign_off")
    if "button" in issue:
        page.get_by_text("More settings").click()
        window.field("button").get_by_label("Text on the button").fill(issue["button"]["label"])
        window.field("button").get_by_label("Link").fill(issue["button"]["link"])
    window.saved()

    expected, made = normalized(issue), normalized(composer.content())
    # where the picture is kept is the tool's business
    for name, told in (("hearts", lambda all_of_it: all_of_it["hero"]), ("croydon", _croydon)):
        assert re.fullmatch(rf"images/{name}[\w-]*\.jpg", told(made).pop("image"))
        told(expected).pop("image")
    assert list(_differences(expected, made)) == []
    window.in_email("sections", 2, "items", 0, "button", "label").get_by_text("Email us to take part").wait_for()


def _croydon(issue: Any) -> Any:
    """Return the item that has a picture."""
    return issue["sections"][0]["groups"][1]["items"][0]


def _compose_last_month(author: Author, section: Any) -> None:
    window = author.window
    window.field("sections", 0).wait_for()
    author.add_field("Groups", "sections", 0)
    for number, group in enumerate(section["groups"]):
        place = ("sections", 0, "groups", number)
        if number:
            author.add("Add a group", "sections", 0)
        window.eventually(
            lambda place=place: window.focused() == str([*place, "heading"]).replace("'", '"').replace(", ", ","),
            "the new group's heading has no focus",
        )
        author.write(group["heading"], *place, "heading")
        for position, item in enumerate(group["items"]):
            at = (*place, "items", position)
            if position:
                author.add("Add an item", *place)
            else:
                window.field(*at).get_by_role("button", expanded=False).first.click()
            author.write(item["title"], *at, "title")
            author.write(item["text"], *at, "text")
            if "image" in item:
                author.add_field("Picture", *at)
                box = window.field(*at, "image")
                box.get_by_label("Choose").set_input_files(PICTURES / Path(item["image"]).name)
                box.locator("img").wait_for()
                window.field(*at, "alt").locator("input, textarea").first.fill(item["alt"])
    # the item that the section began with
    window.field("sections", 0, "items", 0).get_by_role("button", name=re.compile("More actions")).first.click()
    author.page.get_by_role("menuitem", name="Remove").click()


def _compose_coming_up(author: Author, section: Any) -> None:
    for number, line in enumerate(section["items"]):
        if number:
            author.add("Add a line", "sections", 1)
        author.write(line, "sections", 1, "items", number)


def _compose_get_involved(author: Author, section: Any) -> None:
    window = author.window
    for number, item in enumerate(section["items"]):
        at = ("sections", 2, "items", number)
        if number:
            author.add("Add an item", "sections", 2)
        author.write(item["title"], *at, "title")
        author.write(item["text"], *at, "text")
        if "deadline" in item:
            window.field(*at, "deadline").get_by_label("Deadline: Day").fill("2024-02-23")
            window.field(*at, "deadline").get_by_role("button", name="Add a time").click()
            window.field(*at, "deadline").get_by_label("Deadline: Time").fill("12:00")
            window.field(*at, "deadline").get_by_label("Deadline: Time").press("Tab")
            author.add_field("Payment", *at)
            author.write(item["payment"], *at, "payment")
            author.add_field("Contact", *at)
            author.write(item["contact"], *at, "contact")
            window.field(*at, "button").get_by_label("Text on the button").fill(item["button"]["label"])
            window.field(*at, "button").get_by_label("Link").fill(item["button"]["link"])
        if "events" in item:
            author.add_field("Several dates", *at)
            for position, moment in enumerate(item["events"]):
                if position:
                    author.add("Add a date", *at)
                day, time = str(moment)[:10], str(moment)[11:16]
                event = window.field(*at, "events", position)
                event.get_by_label("Date: Day").fill(day)
                event.get_by_label("Date: From").fill(time)
                event.get_by_label("Date: From").press("Tab")
