"""A folder with its settings: what it renders, and what it says of a picture that is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from newsletter.errors import ContentError
from newsletter.workflow.workspace import Workspace

ROOT = Path(__file__).parents[3]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copy(ROOT / "newsletter.yaml", tmp_path)
    (tmp_path / "issues").mkdir()
    text = "title: T\ndate: 2024-02-12\nhero: {image: images/a.png, alt: A hill}\n"
    text += "sections: [{kind: story, text: It rained.}]\n"
    (tmp_path / "issues" / "2024-02.yaml").write_text(text, encoding="utf-8")
    return Workspace.find(tmp_path)


def test_the_mjml_needs_the_pictures_as_the_email_does(workspace: Workspace) -> None:
    loaded = workspace.load("2024-02")
    with pytest.raises(ContentError) as rendered:
        workspace.render(loaded)
    with pytest.raises(ContentError) as written:
        workspace.mjml(loaded)
    assert written.value.findings == rendered.value.findings
    assert "a.png" in written.value.findings[0].message


def test_the_mjml_is_that_of_the_issue(workspace: Workspace) -> None:
    pictures = workspace.load("2024-02").path.parent / "images"
    pictures.mkdir()
    shutil.copy(ROOT / "issues" / "images" / "hearts.jpg", pictures / "a.png")
    mjml = workspace.mjml(workspace.load("2024-02"))
    assert mjml.startswith("<mjml ")
    assert "It rained." in mjml
