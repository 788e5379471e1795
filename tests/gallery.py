"""The issues that every theme is judged by: a real one, one of every kind, one from right to left, and a long one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from newsletter.issue_file.load_issue import load_issue
from newsletter.model.branding import Presentation, ReaderLinks, SocialLink, Theme
from newsletter.model.campaign import Message
from newsletter.model.issue import Issue
from newsletter.render.pipeline import render, to_mjml
from newsletter.render.templates import template_loader
from newsletter.workflow.render_issue import files_of, write_all
from newsletter.workflow.workspace import Workspace

ROOT = Path(__file__).parents[1]
FEBRUARY, MARCH, ARABIC, FORTY, RICH = "2024-02", "2024-03", "right-to-left", "forty-stories", "rich"
TWENTY_FIVE = "25-stories"
LONG = {FORTY: 40, TWENTY_FIVE: 25}
ISSUES = (FEBRUARY, MARCH, ARABIC, FORTY, RICH)
MINIMAL, LONGEST = "minimal", "longest"
STRESS = (RICH, MINIMAL, LONGEST)
"""One with every kind and field, one with as little as there can be, and one as long as real ones are."""

PALETTES: dict[str, dict[str, str]] = {
    "yellow on green": {"brand": "#ffe600", "accent": "#00ff66"},
    "red on blue": {"brand": "#ff0000", "accent": "#0000ff", "tint": "#00ff00"},
    "grey on grey": {"brand": "#808080", "accent": "#7f7f7f", "highlight": "#818181"},
    "black on black": {"brand": "#000000", "accent": "#ffffff", "highlight": "#000000", "tint": "#111111"},
    "pastel": {"brand": "#f7c6d9", "accent": "#c6f7d0", "highlight": "#5b2a86", "ground": "#fffbe6"},
}
"""Colours that a brand should not have."""

PHOTOS = ("hearts.jpg", "cuppas.jpg", "spring.jpg")

WORDS = (
    "We borrowed a shop for a week and put one long table in it. People came in to sit, talk and draw, and nobody was "
    "asked to fill in a form. What they said is on [our website](https://example.org/story), with the pictures."
)


def long_issue() -> Issue:
    """Return an issue of about 2,100 words with 12 pictures and 60 links, in twelve stories, each with a date."""
    return Issue.model_validate(told_long_issue())


def told_long_issue() -> dict[str, Any]:
    """Return that issue as its file tells it."""
    sections: list[dict[str, Any]] = []
    for number in range(12):
        linked = " ".join(f"[Link {at}](https://example.org/story/{number}/{at})" for at in range(4))
        items = [
            {
                "title": f"Story {number + 1}: a table in the high street",
                "text": f"{WORDS} {WORDS} {WORDS} {WORDS} {linked}",
                "image": f"images/{number}.jpg",
                "alt": f"Picture {number + 1}: people at a long table",
                "credit": "Photo by us",
                "button": {"label": f"Read story {number + 1}", "link": f"https://example.org/story/{number}"},
            },
            {"title": f"Evening {number + 1}", "when": f"2024-03-{number + 1:02} 18:00", "where": "The long table"},
        ]
        sections.append({"kind": ("last_month", "coming_up")[number % 2], "heading": f"Part {number}", "items": items})
    return {"title": "A long month", "date": "2024-02-12", "sections": sections}


def stories(count: int, words: int = 0) -> Issue:
    """Return an issue of so many stories in five sections, every fourth with a button; `words` makes them longer."""
    return Issue.model_validate(told_stories(count, words))


def told_stories(count: int, words: int = 0) -> dict[str, Any]:
    """Return that issue as its file tells it."""
    text = " ".join((f"{WORDS} " * 4).split()[:words]) if words else WORDS
    sections = []
    for section in range(5):
        items = []
        for number in range(section, count, 5):
            item: dict[str, object] = {"title": f"Story {number + 1}: a table in the high street", "text": text}
            if number % 4 == 0:
                item["button"] = {"label": f"Read story {number + 1}", "link": f"https://example.org/story/{number}"}
            items.append(item)
        sections.append({"kind": "last_month", "heading": f"Part {section + 1}", "items": items})
    given = {"title": "Many stories, and well-kept tables", "date": "2024-02-12", "sections": sections}
    return {**given, "preheader": "Stories of tables in shops, and of those who sat at them"}


FULL_FOOTER = {
    "logo": "issues/images/cuppas.jpg",
    "charity_number": "Registered charity 1234567",
    "privacy": "https://example.org/privacy",
    "social": (SocialLink(name="Mastodon", link="https://social.example.org/@us"),),
}
"""What the sample's settings do not have, for the long issue."""

LINKS = ReaderLinks(
    unsubscribe="https://example.org/leave?who={key}",
    view_online="https://example.org/{month}",
    preferences="https://example.org/me?who={key}",
)


def themed(presentation: Presentation, theme: Theme) -> Presentation:
    """Return a presentation in a theme."""
    return presentation.model_copy(update={"brand": presentation.brand.model_copy(update={"theme": theme})})


@dataclass(frozen=True)
class Piece:
    """An issue with the house that it is shown in, and what its pictures and templates are read by."""

    issue: Issue
    house: Presentation
    given: dict[str, Any]


def made_up(name: str) -> Issue | None:
    """Return an issue that has no file; None where it has one."""
    if name == MINIMAL:
        return Issue.model_validate({"title": "T", "date": "2024-02-12", "sections": [{"kind": "story", "text": "x"}]})
    if name == LONGEST:
        return long_issue()
    return stories(LONG[name]) if name in LONG else None


def piece(name: str, theme: Theme) -> Piece:
    """Return an issue in a theme; what the sample's settings say, it says."""
    workspace = Workspace.find(ROOT)
    house = themed(workspace.settings.presentation, theme)
    if name == ARABIC:
        house = house.model_copy(update={"language": "ar"})
    if name in LONG or name == LONGEST:
        house = house.model_copy(update={"brand": house.brand.model_copy(update=FULL_FOOTER), "links": LINKS})
    if name == RICH:
        house = house.model_copy(update={"links": LINKS})
    folder = ROOT / ("tests/golden" if name in {ARABIC, RICH} else "issues")
    path = folder / f"{name}.yaml"
    issue = made_up(name) or load_issue(path, zone=house.zone).issue
    templates = template_loader([ROOT / "templates"])
    assets = any_photo if name in STRESS else workspace.assets(path)
    return Piece(issue, house, {"key": name, "templates": templates, "assets": assets})


def any_photo(name: str) -> bytes:
    """Return one of the sample's photos for any name, the same one for the same name."""
    return (ROOT / "issues" / "images" / PHOTOS[sum(name.encode()) % len(PHOTOS)]).read_bytes()


@lru_cache(maxsize=64)
def message(name: str, theme: Theme) -> Message:
    """Return an issue as it is sent."""
    shown = piece(name, theme)
    return render(shown.issue, shown.house, **shown.given)


def mjml(name: str, theme: Theme) -> str:
    """Return the MJML that the message is made of."""
    shown = piece(name, theme)
    return to_mjml(shown.issue, shown.house, **shown.given)


def laid(folder: Path, name: str, theme: Theme) -> Path:
    """Write an issue into a folder as a page with its pictures, and return the page's path."""
    there = folder / theme
    there.mkdir(parents=True, exist_ok=True)
    write_all(there, files_of(name, message(name, theme)))
    return there / f"{name}.html"
