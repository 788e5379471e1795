"""A folder that `newsletter init` made in November 2026, with its copies of all templates, renders as it did then.

`tests/data/folder-2026-11` is such a folder; `rendered` holds what that version made of its issues in each theme.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from newsletter.issue_file.load_issue import load_issue
from newsletter.model.branding import Theme
from newsletter.render.pipeline import render
from newsletter.render.ui_strings import ENGLISH
from newsletter.workflow.workspace import Workspace
from tests.gallery import themed
from tests.golden.test_golden import as_it_is, picture

FOLDER = Path(__file__).parents[1] / "data" / "folder-2026-11"
ISSUES = ("2024-02", "2026-11")
HEIGHT = re.compile(r'(<img\b[^>]*?) height="[^"]*"')
"""Pictures say their exact heights since, where they said `auto`."""
FORMER_WHY = "You receive this because you signed up for our newsletter."
"""What the footer said where the settings have no sentence of their own. Nothing else may differ."""


def same(page: str) -> str:
    """Return a page without the heights of its pictures, and with the footer's sentence of today."""
    return HEIGHT.sub(r"\1", page).replace(FORMER_WHY, ENGLISH.why)


def rendered(folder: Path, issue: str, theme: Theme) -> str:
    workspace = Workspace.find(folder)
    house = themed(workspace.settings.presentation, theme)
    loaded = load_issue(folder / "issues" / f"{issue}.yaml", zone=house.zone)
    given = {"templates": workspace.templates, "assets": picture, "prepare": as_it_is}
    return f"{render(loaded.issue, house, key=issue, **given).html}\n"


@pytest.mark.parametrize("issue", ISSUES)
@pytest.mark.parametrize("theme", Theme)
def test_a_folder_with_copied_templates_renders_as_before(theme: Theme, issue: str) -> None:
    expected = FOLDER / "rendered" / f"{issue}-{theme}.html"
    assert same(rendered(FOLDER, issue, theme)) == same(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", Theme)
def test_copies_that_were_deleted_are_replaced_by_those_of_the_same_edition(theme: Theme, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    shutil.copytree(FOLDER, folder)
    for path in [*(folder / "templates" / "parts").iterdir(), *(folder / "templates" / "sections").iterdir()]:
        if path.name != "style.mjml.j2":
            path.unlink()
    expected = FOLDER / "rendered" / f"2024-02-{theme}.html"
    assert same(rendered(folder, "2024-02", theme)) == same(expected.read_text(encoding="utf-8"))
