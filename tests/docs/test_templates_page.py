"""The templates page: its examples work, and it names all that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from newsletter.errors import TemplateError
from newsletter.issue_file.section_types import FieldType, declared_kinds
from newsletter.model.branding import Brand, Presentation, Sender
from newsletter.model.campaign import Message
from newsletter.model.findings import Severity
from newsletter.model.issue import Issue
from newsletter.preflight.rule import Example
from newsletter.render.context import RenderContext
from newsletter.render.image_store import ImageCollector
from newsletter.render.images import prepare
from newsletter.render.pipeline import render
from newsletter.render.templates import environment_for, template_loader
from newsletter.testing.checks import findings_of
from newsletter.testing.example_facts import grey_png

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "templates.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
BUTTON, KIND, TEXT = (text for language, text in EXAMPLES if language == "jinja")
[SECTION] = (text for language, text in EXAMPLES if language == "yaml")
HOUSE = Presentation(brand=Brand(name="x", address="x"), sender=Sender(name="x", email="x@example.org"))
SHIPPED = PROJECT / "templates"
OF_TODAY = sorted(path for path in SHIPPED.rglob("*.j2") if "first_edition" not in path.parts)


def made(folder: Path, files: dict[str, str]) -> Message:
    """Render the page's section with files of the user's own."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    sections = YAML(typ="safe").load(SECTION)
    story = {"kind": "story", "text": "x", "button": {"label": "Go", "link": "https://example.org"}}
    issue = Issue.model_validate(
        {"title": "A title", "date": "2024-02-12", "sections": [*sections, story]},
        context={"kinds": declared_kinds([folder])},
    )
    return render(
        issue, HOUSE, key="2024-02", templates=template_loader([folder]), assets=lambda _: grey_png(1200, 800)
    )


def test_the_kind_of_the_page_works(tmp_path: Path) -> None:
    message = made(tmp_path, {"sections/recipe.mjml.j2": KIND})
    for words in (
        "Recipe of the month",
        "Four, or",
        "It warms.",
        "Leeks",
        "Print the recipe",
        "https://example.org/soup",
    ):
        assert words in message.html
        assert words in message.text
    assert "<strong>good</strong>" in message.html
    assert "• A good stock" in message.text


def test_the_text_that_is_generated_reads_like_text(tmp_path: Path) -> None:
    text = made(tmp_path, {"sections/recipe.mjml.j2": KIND}).text
    for field in ("Title:", "Alt:", "Label:", "Link:", "None"):
        assert field not in text
    assert "A bowl of green soup beside a loaf of bread" in text
    assert "Steps:\n1. Cut the leeks.\n2. Boil everything for twenty minutes.\n3. Serve it hot.\n" in text
    assert "Ingredients:\n• Leeks\n" in text
    assert "→ Print the recipe <https://example.org/soup>" in text


def test_the_text_of_the_page_works(tmp_path: Path) -> None:
    message = made(tmp_path, {"sections/recipe.mjml.j2": KIND, "sections/recipe.txt.j2": TEXT})
    head = "Recipe of the month: Leek and potato soup"
    assert f"{head}\n{'=' * len(head)}\n\nIt warms.\n\nServes Four, or two who are hungry.\n" in message.text
    assert "\n\nIngredients:\n• Leeks\n" in message.text
    assert "\n\nSteps:\n1. Cut the leeks.\n" in message.text
    assert "→ Print the recipe <https://example.org/soup>" in message.text


def test_the_recipe_of_the_page_passes_the_checks() -> None:
    issue = "sections:\n" + "".join(f"  {line}\n" for line in SECTION.splitlines())
    for files in ({"sections/recipe.mjml.j2": KIND}, {"sections/recipe.mjml.j2": KIND, "sections/recipe.txt.j2": TEXT}):
        found = findings_of(Example(issue, templates=files, picture=lambda _: grey_png(1200, 800)))
        assert [one.code for one in found if one.severity != Severity.NOTE] == []


def test_the_fields_that_the_page_lists_for_a_part_are_those_it_needs(tmp_path: Path) -> None:
    bare = KIND.replace('"label": section.label, ', "")
    assert bare != KIND
    with pytest.raises(TemplateError, match="no entry 'label'"):
        made(tmp_path, {"sections/recipe.mjml.j2": bare})


def test_the_button_of_the_page_works(tmp_path: Path) -> None:
    plain = made(tmp_path, {"sections/recipe.mjml.j2": KIND})
    wide = made(tmp_path, {"parts/button.mjml.j2": BUTTON})
    assert wide.html != plain.html
    assert re.search(r'style="border-collapse:separate;width:100%[;"]', wide.html)


def test_all_names_and_filters_are_on_the_page() -> None:
    issue = Issue.model_validate({"title": "x", "date": "2024-02-12", "sections": [{"kind": "quote", "text": "x"}]})
    context = {
        *RenderContext.of(issue, HOUSE).context(ImageCollector(lambda _: b"", prepare)),
        "key",
        "bands",
        "section",
        "heading",
        "tinted",
        "number",
        "stands_out",
    }
    named = set(re.findall(r"`(\w+)[(`]", PAGE))
    assert context - named == set()
    environment = environment_for(template_loader([SHIPPED]))
    assert {name for name in ("inline", "markdown", "plain") if name in environment.filters} <= set(
        re.findall(r"\\\|(\w+)", PAGE)
    )


@pytest.mark.parametrize("path", OF_TODAY, ids=lambda path: str(path.relative_to(SHIPPED)))
def test_every_template_is_told_of(path: Path) -> None:
    frame = {"masthead", "opening", "sign_off", "footer"}
    name = path.name.removesuffix(".mjml.j2")
    assert name in frame or f"`{name}`" in PAGE or f"parts.{name}(" in PAGE or path.name in PAGE


def test_all_types_of_fields_are_on_the_page() -> None:
    assert set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE)) >= set(FieldType)
