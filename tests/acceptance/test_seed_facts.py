"""No fact of the team update of February 2024 is lost on the way from the web page to the reader.

The page's own text is cut into facts: each sentence, heading and list entry, and then each name, address, sum and date
by itself. Every one must be found in what a reader sees of the HTML and in the plain text.
"""

from __future__ import annotations

import calendar
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import BaseModel

from newsletter.model.issue import Issue
from newsletter.model.item import Group, Item
from newsletter.model.section import ItemsSection
from newsletter.render.pipeline import render
from newsletter.workflow.workspace import Workspace

ROOT = Path(__file__).parents[2]
SEED = ROOT / "tests" / "data" / "february-2024-team-update.txt"

FURNITURE = {"arrow-left", "Back to News", "Other news you might be interested in"}
"""What belongs to the web page and not to the newsletter."""

RESTATED = {
    # what names the newsletter stands above the title in the HTML
    "February Team Update: Sharing our love for co-production": (
        "February Team Update",
        "Sharing our love for co-production",
    ),
    # a description of a picture does not begin with "Image of": a screen reader says that by itself
    "Image of blurred dark background with bright small hearts in the foreground.": (
        "Blurred dark background with bright small hearts in the foreground",
    ),
    "Photo from Unsplash by @freestock": ("Picture credit to @freestock from Unsplash",),
    # a heading and the title under it that the page's text runs together
    "Training LUSTRUM2 – Co-production in action workshop": ("Training", "LUSTRUM2 – Co-production in action workshop"),
    # dates that became dates, in the house's style
    "February 12, 2024": ("12 February 2024",),
    "Tuesday 5 March at 13.00": ("Tuesday 5 March, 1pm",),
    "Monday 8 April at 11:30": ("Monday 8 April, 11:30am",),
}
"""Facts that the newsletter says in other words, each with these."""

DETAILS = {
    "address": r"[\w.]+@[\w.]+\w",
    "handle": r"(?<!\w)@\w+",
    "sum": r"£\d+",
    "number": r"(?<![\w.:])\d+(?![\w.:])",
    "name": r"\b[A-Z][\w’']*[\w]\b",
}
"""Names and the like: each must be found as a whole word."""


def plain(text: str) -> str:
    """Return a text with one space wherever there is white space, and with nothing that cannot be seen."""
    text = unicodedata.normalize("NFC", html.unescape(text))
    text = re.sub("[\u00ad\u034f\u200b-\u200f\u2060\ufeff]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def facts(seed: str) -> list[str]:
    """List every sentence, heading and list entry of the page that is the newsletter's."""
    lines = [plain(line).removeprefix("• ") for line in seed.splitlines()]
    said = [line for line in lines if line and line not in FURNITURE]
    pieces = [piece for line in said for piece in re.split(r"(?<=[.!?]) (?=[A-Z])", line)]
    return [fact for piece in pieces for fact in RESTATED.get(piece, (piece,))]


def details(said: list[str]) -> set[tuple[str, str]]:
    """Return each name, address, sum and number, with its kind."""
    return {(kind, found) for fact in said for kind, pattern in DETAILS.items() for found in re.findall(pattern, fact)}


FACTS = facts(SEED.read_text(encoding="utf-8"))

Rendering = Callable[[Issue], tuple[list[str], list[str]]]
"""What makes an issue into the blocks of its HTML and of its text."""

HEADINGS = (
    "February Team Update: Sharing our love for co-production",
    "What we got up to in January",
    "Training",
    "LUSTRUM2 – Co-production in action workshop",
    "Co-production within Commissioning workshop",
    (
        "UCL Global Business School for Health: Masters module in health innovation and assessment – "
        "Co-production and Engagement session"
    ),
    "Consultancy work",
    "Co-producing Croydon",
    "Championing Co-Production",
    "Measuring Success in Co-production: working with different projects to deepen their practice.",
    "Coming up in February",
    "Get involved",
    "A chance to share feedback on our draft 2023 Impact Report",
    "We are looking for people to provide testimonials for the Collective website",
    "Co-Pro Cuppas",
)
"""The facts that must stand alone, so that their words elsewhere do not count."""


class Visible(HTMLParser):
    """Collects what a reader sees, and what a screen reader says of the pictures."""

    BREAKS = frozenset({"p", "div", "td", "tr", "table", "li", "ul", "h1", "h2", "h3", "h4", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"style", "title", "script"}
        if tag in self.BREAKS:
            self.words.append("\n")
        self.words += [f"\n{plain(value)}\n" for name, value in attrs if name == "alt" and value]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"style", "title", "script"}
        if tag in self.BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data.replace("\n", " "))


def seen(markup: str) -> list[str]:
    """Return the blocks of text that a reader of the HTML sees."""
    reader = Visible()
    reader.feed(markup)
    return [block for block in map(plain, "".join(reader.words).split("\n")) if block]


def read(text: str) -> list[str]:
    """Return the paragraphs and list entries of the plain text: lines joined, and what follows a link's words left out.

    A line of signs, a blank line and the start of a list entry each begin a new block.
    """
    text = re.sub(r"\s+[<(]?(?:https?|mailto):[^\s<>()]+[)>]?", "", text)
    blocks = re.split(r"\n\s*\n|\n[-=~*_\s]+(?=\n|\Z)|\n(?=\s*[-*•–] )", text)
    return [re.sub(r"^[-*•–#] ", "", block) for block in map(plain, blocks) if block]


def with_whole_dates(shown: str) -> str:
    """Write dates out: a box beside its weekday, "Mar 5 Tuesday, 1pm", and a masthead's "12 Feb 2024"."""
    months = {month[:3]: month for month in calendar.month_name[1:]}
    shown = re.sub(
        rf"\b(\d+) ({'|'.join(months)}) (\d{{4}})\b", lambda match: f"{match[1]} {months[match[2]]} {match[3]}", shown
    )
    return re.sub(
        rf"\b({'|'.join(months)}) (\d+) ({'|'.join(calendar.day_name)}),",
        lambda match: f"{match[3]} {match[2]} {months[match[1]]},",
        shown,
    )


def lost(blocks: list[str]) -> list[str]:
    """List the facts that are not in what is shown."""
    shown = with_whole_dates(" ".join(blocks))
    missing = [fact for fact in FACTS if fact not in (blocks if fact in HEADINGS else shown)]
    for kind, detail in sorted(details(FACTS)):
        if not re.search(rf"(?<!\w){re.escape(detail)}(?!\w)", shown):
            missing.append(f"{kind} {detail}")
    return missing


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace.find(ROOT)


@pytest.fixture(scope="module")
def rendering(workspace: Workspace) -> Rendering:
    path = workspace.issue_path("2024-02")

    def run(issue: Issue) -> tuple[list[str], list[str]]:
        message = render(
            issue,
            workspace.settings.presentation,
            key="2024-02",
            templates=workspace.templates,
            assets=workspace.assets(path),
        )
        return seen(message.html), read(message.text)

    return run


@pytest.fixture(scope="module")
def february(workspace: Workspace) -> Issue:
    return workspace.load("2024-02").issue


def test_the_seed_is_cut_into_all_of_its_facts() -> None:
    left = plain(SEED.read_text(encoding="utf-8"))
    for fact in sorted([*FURNITURE, *FACTS, *RESTATED], key=len, reverse=True):
        left = left.replace(fact, "")
    assert re.sub(r"[\s•]", "", left) == ""
    assert len(FACTS) > 50
    assert details(FACTS) >= {
        ("address", "coproduction@ucl.ac.uk"),
        ("handle", "@freestock"),
        ("sum", "£50"),
        ("number", "2023"),
        ("name", "Tu"),
        ("name", "Sunderland"),
    }


def test_no_fact_is_lost_in_the_html(february: Issue, rendering: Rendering) -> None:
    assert lost(rendering(february)[0]) == []


def test_no_fact_is_lost_in_the_text(february: Issue, rendering: Rendering) -> None:
    assert lost(rendering(february)[1]) == []


def test_the_furniture_of_the_page_is_left_out(february: Issue, rendering: Rendering) -> None:
    for shown in rendering(february):
        assert not [line for line in FURNITURE if line in shown]


M = TypeVar("M", bound=BaseModel)


def changed(holder: M, field: str, place: int, *new: object) -> M:
    """Return a copy in which one entry of a list has others in its place, or none."""
    entries = getattr(holder, field)
    return holder.model_copy(update={field: (*entries[:place], *new, *entries[place + 1 :])})


def poorer_issues(issue: Issue) -> Iterator[tuple[str, Issue]]:
    """Yield copies of an issue, each without one thing that the page says, and what that is."""
    yield "title", issue.model_copy(update={"title": "Another title"})
    for name in ("hero", "intro", "sign_off"):
        yield name, issue.model_copy(update={name: None})
    for place, section in enumerate(issue.sections):
        assert isinstance(section, ItemsSection)
        for what, less in poorer_holders(section):
            yield f"section {place}, {what}", changed(issue, "sections", place, less)


def poorer_holders(holder: ItemsSection | Group) -> Iterator[tuple[str, ItemsSection | Group]]:
    yield "heading", holder.model_copy(update={"heading": "Another heading"})
    for place, item in enumerate(holder.items):
        yield f"item {place}", changed(holder, "items", place)
        for what, less in poorer_items(item):
            yield f"item {place}, {what}", changed(holder, "items", place, less)
    for place, group in enumerate(holder.groups if isinstance(holder, ItemsSection) else ()):
        for what, fewer in poorer_holders(group):
            yield f"group {place}, {what}", changed(holder, "groups", place, fewer)


def poorer_items(item: Item) -> Iterator[tuple[str, Item]]:
    for place in range(len(item.events)):
        yield f"event {place}", changed(item, "events", place)
    if item.title and item.text:
        yield "title", item.model_copy(update={"title": None})
        yield "text", item.model_copy(update={"text": None})
    lines = (item.text or "").splitlines()
    for place, line in enumerate(lines):
        if line.startswith("- "):
            left = "\n".join(lines[:place] + lines[place + 1 :])
            yield f"line {place} of the text", item.model_copy(update={"text": left})


def test_the_loss_of_any_one_thing_is_noticed(february: Issue, rendering: Rendering) -> None:
    poorer = dict(poorer_issues(february))
    headings, items, titled, events, bullets = 3 + 3, 5 + 5 + 3, 5 + 3, 2, 5
    assert len(poorer) == 4 + headings + items + 2 * titled + events + bullets
    unnoticed = [
        f"{what} ({where})"
        for what, issue in poorer.items()
        for where, blocks in zip(("HTML", "text"), rendering(issue), strict=True)
        if not lost(blocks)
    ]
    assert unnoticed == []
