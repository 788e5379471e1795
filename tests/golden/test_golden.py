"""Whole issues, and what exactly they become: `pytest tests/golden --regenerate` writes the files anew.

Look at the difference that a change makes before you keep it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from newsletter.issue_file.load_issue import load_issue
from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.branding import Brand, Presentation, ReaderLinks, Sender, SocialLink, Theme
from newsletter.render.image_edits import NO_EDIT, ImageEdit, crop_box
from newsletter.render.images import EmailImage
from newsletter.render.pipeline import render, to_mjml
from newsletter.render.templates import template_loader
from newsletter.workflow.workspace import Workspace
from tests.gallery import long_issue, stories

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ISSUES = [*sorted(HERE.glob("*.yaml")), *sorted((ROOT / "issues").glob("*.yaml"))]
IN_EACH_THEME = ("2024-02", "every-kind", "right-to-left")
CASES = [(path, Theme.CLASSIC) for path in ISSUES] + [
    (path, theme) for path in ISSUES if path.stem in IN_EACH_THEME for theme in (Theme.LETTER, Theme.BOLD)
]

HOUSE = Presentation(
    brand=Brand(
        name="Example Trust",
        newsletter="Team Update",
        website="https://example.org",
        logo="logo.png",
        address="Example Trust, 1 High Street, Sampletown AB1 2CD",
        charity_number="Registered charity 1234567",
        privacy="https://example.org/privacy",
        social=(
            SocialLink(name="Mastodon", link="https://social.example.org/@us"),
            SocialLink(name="Video", link="https://video.example.org/us"),
        ),
    ),
    sender=Sender(name="Example Trust", email="news@example.org"),
    links=ReaderLinks(
        unsubscribe="https://example.org/leave?who={key}",
        view_online="https://example.org/{month}",
        preferences="https://example.org/me?who={key}",
    ),
)


def abroad(newsletter: str, number: str) -> Presentation:
    """Return a house whose own words are in the language of an issue, which says itself which one it is."""
    words = {"name": "Example Community Trust", "newsletter": newsletter, "charity_number": f"{number} 1234567"}
    return HOUSE.model_copy(update={"brand": HOUSE.brand.model_copy(update=words)})


HOUSES = {
    "right-to-left": HOUSE.model_copy(update={"language": "ar"}),
    "welsh": abroad("Newyddion y Tîm", "Elusen gofrestredig"),
    "spanish": abroad("Noticias del equipo", "Entidad registrada"),
    "arabic": abroad("أخبار الفريق", "جمعية خيرية مسجلة رقم"),
}


def picture(name: str) -> bytes:
    """Return the beginning of a PNG, which is all that rendering looks at; each name has a width of its own."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 600 + sum(name.encode()), 400) + b"\x08\x02\0\0\0"


def as_it_is(data: bytes, edit: ImageEdit = NO_EDIT) -> EmailImage:
    """Return a picture that needs nothing, as wide and high as its edit makes it: edits have tests of their own."""
    prepared = EmailImage.of(data)
    assert prepared
    left, top, right, bottom = crop_box(prepared.width, prepared.height, edit)
    return prepared._replace(width=right - left, height=bottom - top)


def name_of(path: Path, theme: Theme) -> str:
    """Return what the golden files of an issue in a theme are called."""
    return path.stem if theme is Theme.CLASSIC else f"{path.stem}-{theme}"


def made(path: Path, theme: Theme) -> dict[str, str]:
    """Return what an issue becomes, by the endings of the golden files."""
    if path.parent == HERE:
        house = HOUSES.get(path.stem, HOUSE)
        folders = [HERE / "templates", ROOT / "templates"]
        kinds = declared_kinds([HERE / "templates"])
        read: Callable[[str], bytes] = picture
    else:
        workspace = Workspace.find(ROOT)
        house, folders, kinds = workspace.settings.presentation, [ROOT / "templates"], {}
        read = workspace.assets(path)
    house = house.model_copy(update={"brand": house.brand.model_copy(update={"theme": theme})})
    loaded = load_issue(path, zone=house.zone, kinds=kinds)
    given: dict[str, Any] = {
        "key": path.stem,
        "templates": template_loader(folders),
        "assets": read,
        "prepare": as_it_is,
    }
    message = render(loaded.issue, house, **given)
    mjml = to_mjml(loaded.issue, house, **given)
    return {".html": f"{message.html}\n", ".txt": f"{message.text}\n", ".mjml": mjml}


@pytest.mark.parametrize(("path", "theme"), CASES, ids=[name_of(*case) for case in CASES])
def test_an_issue_becomes_exactly_this(path: Path, theme: Theme, request: pytest.FixtureRequest) -> None:
    for ending, text in made(path, theme).items():
        golden = HERE / f"{name_of(path, theme)}{ending}"
        if request.config.getoption("--regenerate"):
            golden.write_text(text, encoding="utf-8", newline="\n")
        assert golden.exists(), f"{golden.name} is missing: pytest tests/golden --regenerate writes it"
        assert text == golden.read_text(encoding="utf-8"), f"{golden.name} differs; see the head of this file"


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in HERE.glob("*") if path.suffix in {".html", ".txt", ".mjml"}} == {
        f"{name_of(*case)}{ending}" for case in CASES for ending in (".html", ".txt", ".mjml")
    }


@pytest.mark.parametrize("theme", Theme)
def test_the_february_issue_is_light_in_each_theme(theme: Theme) -> None:
    assert len((HERE / f"{name_of(Path('2024-02'), theme)}.html").read_bytes()) <= 36_000


@pytest.mark.parametrize("theme", Theme)
def test_a_theme_changes_the_look_and_not_a_word(theme: Theme) -> None:
    plain = [(HERE / f"{name_of(Path('2024-02'), one)}.txt").read_bytes() for one in (Theme.CLASSIC, theme)]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("count", [25, 30])
def test_an_issue_of_many_stories_is_not_cut_off_by_gmail(theme: Theme, count: int) -> None:
    house = HOUSE.model_copy(update={"brand": HOUSE.brand.model_copy(update={"theme": theme})})
    templates = template_loader([ROOT / "templates"])
    page = render(stories(count, words=110), house, key="x", templates=templates, assets=picture, prepare=as_it_is).html
    assert page.count("<h3") == count
    assert len(page.encode()) <= 95_000


@pytest.mark.parametrize("theme", Theme)
def test_a_long_issue_with_many_pictures_and_links_is_not_cut_off_by_gmail(theme: Theme) -> None:
    house = HOUSE.model_copy(update={"brand": HOUSE.brand.model_copy(update={"theme": theme})})
    templates = template_loader([ROOT / "templates"])
    page = render(long_issue(), house, key="x", templates=templates, assets=picture, prepare=as_it_is).html
    text = lxml_html.document_fromstring(page)
    assert len(list(text.iter("img"))) == 14
    assert len(list(text.iter("a"))) >= 60
    assert len(text.find("body").text_content().split()) >= 2_100
    assert len(page.encode()) < 102_000
