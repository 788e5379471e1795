"""Whole issues, and what exactly they become: `pytest tests/golden --regenerate` writes the files anew.

Look at the difference that a change makes before you keep it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli.workspace import Workspace
from newsletter.loading.issue_file import load_issue
from newsletter.loading.kinds import declared_kinds
from newsletter.model.brand import Brand, Presentation, ReaderLinks, Sender, SocialLink
from newsletter.render.pipeline import render, to_mjml
from newsletter.render.templates import template_loader

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = [*sorted(HERE.glob("*.yaml")), *sorted((ROOT / "issues").glob("*.yaml"))]

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
HOUSES = {"right-to-left": HOUSE.model_copy(update={"language": "ar"})}


def picture(name: str) -> bytes:
    """Return the beginning of a PNG, which is all that rendering looks at; each name has a width of its own."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 600 + sum(name.encode()), 400) + b"\x08\x02\0\0\0"


def made(path: Path) -> dict[str, str]:
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
    loaded = load_issue(path, zone=house.zone, kinds=kinds)
    given: dict[str, Any] = {"key": path.stem, "templates": template_loader(folders), "assets": read}
    message = render(loaded.issue, house, **given)
    mjml = to_mjml(loaded.issue, house, **given)
    return {".html": f"{message.html}\n", ".txt": f"{message.text}\n", ".mjml": mjml}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_issue_becomes_exactly_this(path: Path, request: pytest.FixtureRequest) -> None:
    for ending, text in made(path).items():
        golden = HERE / f"{path.stem}{ending}"
        if request.config.getoption("--regenerate"):
            golden.write_text(text, encoding="utf-8", newline="\n")
        assert golden.exists(), f"{golden.name} is missing: pytest tests/golden --regenerate writes it"
        assert text == golden.read_text(encoding="utf-8"), f"{golden.name} differs; see the head of this file"


def test_no_golden_file_is_left_over() -> None:
    stems = {path.stem for path in CASES}
    assert {path.name for path in HERE.glob("*") if path.suffix in {".html", ".txt", ".mjml"}} == {
        f"{stem}{ending}" for stem in stems for ending in (".html", ".txt", ".mjml")
    }


def test_the_february_issue_is_light() -> None:
    assert len((HERE / "2024-02.html").read_bytes()) <= 45_000
