"""`newsletter templates`: list, copy and compare; and what `newsletter doctor` says of copies."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from newsletter.render.builtin_templates import PACKAGED

BEFORE = Path(__file__).parents[1] / "data" / "folder-2026-11"


@pytest.fixture
def fresh(folder: Path) -> Path:
    """Return a folder without templates of its own."""
    shutil.rmtree(folder / "templates")
    return folder


@pytest.fixture
def before(folder: Path) -> Path:
    """Return a folder with the copies that `newsletter init` made in November 2026."""
    shutil.rmtree(folder / "templates")
    shutil.copytree(BEFORE / "templates", folder / "templates")
    return folder


def states(cli: Any) -> dict[str, str]:
    return {one["name"]: one["state"] for one in json.loads(cli("templates", "--json").out)["copies"]}


def of_templates(cli: Any) -> dict[str, str]:
    return next(
        one
        for part in json.loads(cli("doctor", "--offline", "--json").out)["parts"]
        for one in part["remarks"]
        if one["topic"] == "Templates"
    )


def test_without_copies_all_built_in_templates_are_listed(fresh: Path, cli: Any) -> None:
    done = cli("templates")
    assert done.code == 0
    assert "the built-in ones are used" in done.said
    names = json.loads(cli("templates", "list", "--json").out)["built_in"]
    assert names == [name for name in PACKAGED.list_templates() if name.endswith((".j2", ".yaml"))]
    assert {"issue.mjml.j2", "parts/button.mjml.j2", "themes/classic.yaml"} <= set(names) <= set(done.said.split())


def test_a_copy_is_used_and_an_unchanged_one_changes_nothing(fresh: Path, cli: Any) -> None:
    assert cli("render", "-o", "one").code == 0
    for name in ("button", "parts/style.mjml.j2", "story", "themes/classic.yaml", "issue"):
        assert cli("templates", "eject", name).code == 0
    assert set(states(cli).values()) == {"same"}
    assert cli("render", "-o", "two").code == 0
    assert [path.read_bytes() for path in sorted((fresh / "one").glob("*.html"))] == [
        path.read_bytes() for path in sorted((fresh / "two").glob("*.html"))
    ]
    theme = fresh / "templates" / "themes" / "classic.yaml"
    theme.write_text(theme.read_text(encoding="utf-8").replace("title: 42", "title: 50"), encoding="utf-8")
    assert states(cli)["themes/classic.yaml"] == "changed"
    cli("render", "-o", "three")
    assert "font-size:50px" in next((fresh / "three").glob("*.html")).read_text(encoding="utf-8")


def test_a_copy_is_never_overwritten_and_a_wrong_name_is_told(fresh: Path, cli: Any) -> None:
    assert cli("templates", "eject", "button").code == 0
    path = fresh / "templates" / "parts" / "button.mjml.j2"
    path.write_text("mine", encoding="utf-8")
    done = cli("templates", "eject", "button")
    assert done.code == 2
    assert "exists already" in done.said
    assert path.read_text(encoding="utf-8") == "mine"
    assert "Did you mean `ticket`" in cli("templates", "eject", "tickt").said
    assert cli("templates", "eject").code == 2
    assert cli("templates", "diff", "quote").code == 2


def test_the_difference_is_shown(fresh: Path, cli: Any) -> None:
    cli("templates", "eject", "prose")
    assert "do not differ" in cli("templates", "diff").said
    path = fresh / "templates" / "parts" / "prose.mjml.j2"
    path.write_text(
        path.read_text(encoding="utf-8").replace("<mj-text>", '<mj-text color="#ff0000">'), encoding="utf-8"
    )
    done = cli("templates", "diff", "prose")
    assert done.out.startswith("--- built-in parts/prose.mjml.j2\n+++ templates/parts/prose.mjml.j2\n")
    assert '+<mj-text color="#ff0000">' in done.out
    assert "Copied from" not in done.out


def test_copies_that_are_behind_are_told_with_what_was_changed(fresh: Path, cli: Any) -> None:
    assert of_templates(cli)["state"] == "fine"
    for name in ("prose", "button"):
        cli("templates", "eject", name)
    for name in ("prose", "button"):  # as an earlier version would have written them
        path = fresh / "templates" / "parts" / f"{name}.mjml.j2"
        mark, _, text = path.read_text(encoding="utf-8").partition("\n")
        earlier = f"{text}{{# earlier #}}\n"
        from newsletter.workflow.template_copies import _digest

        digest = mark.partition("version ")[2][:12]
        changed = "{# mine #}\n" if name == "button" else ""
        path.write_text(f"{mark.replace(digest, _digest(earlier))}\n{earlier}{changed}", encoding="utf-8")
    assert states(cli) == {"parts/button.mjml.j2": "changed-behind", "parts/prose.mjml.j2": "behind"}
    told = of_templates(cli)
    assert told["state"] == "look"
    assert "Copies of an earlier version: parts/button.mjml.j2, parts/prose.mjml.j2." in told["words"]
    assert "You have changed parts/button.mjml.j2." in told["words"]
    assert "Delete parts/prose.mjml.j2" in told["ask"]


def test_a_folder_of_the_first_edition_is_told_how_to_move(before: Path, cli: Any) -> None:
    told = of_templates(cli)
    assert told["state"] == "look"
    assert "first edition" in told["words"]
    assert "You have changed none of them." in told["words"]
    assert "rename the folder templates" in told["ask"]
    assert "keeps the look it had" in cli("templates").said
    path = before / "templates" / "parts" / "footer.mjml.j2"
    path.write_text(path.read_text(encoding="utf-8").replace("40px", "60px"), encoding="utf-8")
    assert "You have changed parts/footer.mjml.j2." in of_templates(cli)["words"]
    assert "+<mj-section" in cli("templates", "diff").out
    old = cli("render", "2024-03", "-o", "old")
    assert old.code == 0
    (before / "templates").rename(before / "templates-of-before")
    assert of_templates(cli)["state"] == "fine"
    assert cli("render", "2024-03", "-o", "new").code == 0
    pages = [(before / name / "2024-03.html").read_text(encoding="utf-8") for name in ("old", "new")]
    assert ["x-apple-disable-message-reformatting" in page for page in pages] == [False, True]


def test_one_old_part_alone_does_not_bring_the_old_look_back(before: Path, cli: Any) -> None:
    for path in [*(before / "templates").rglob("*.j2")]:
        if path.name not in {"heading.mjml.j2", "button.mjml.j2", "card.mjml.j2", "facts.mjml.j2", "quote.mjml.j2"}:
            path.unlink()
    assert cli("render", "2024-03", "-o", "page").code == 0
    assert "x-apple-disable-message-reformatting" in (before / "page" / "2024-03.html").read_text(encoding="utf-8")
    assert set(states(cli).values()) == {"behind"}
    assert "Copies of an earlier version" in of_templates(cli)["words"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("base: classic\ntype:\n  titel: 46\n", 3, "Did you mean title?"),
        ("base: classic\ntype:\n  title: big\n", 3, "must be a whole number from 14 to 96"),
        ("base: classic\ncolours:\n  brand: #5b2a86\n", 3, "Put quotation marks around it"),
        ("base: classic\ncolour:\n  brand: red\n", 2, "Did you mean colours?"),
        ("base: classic\nspace:\n  radius: 4\n", 3, "It belongs to the group `shape`"),
        ("base: classic\nvariants:\n  card: frame\n", 3, "Did you mean framed?"),
        ("base: classic\nvariants:\n  banded: maybe\n", 3, "true or false"),
        ("base: clasic\n", 1, "Did you mean classic?"),
        ("type:\n  title: 40\n", 0, "begin the file with `base: classic`"),
        ("base: classic\ntype:\n\ttitle: 40\n", 3, "Indent with spaces"),
        ("base: classic\ntype: {title: 40}\n", 2, "Write its tokens below it"),
        ("base: classic\ntype:\n  title: 40\n  title: 41\n", 4, "twice"),
        ('base: classic\nfonts:\n  body: "Arial; color: red"\n', 3, "a list of font families"),
        ("base: classic\nshape:\n  button_padding: 4em\n", 3, "two lengths such as 14px 26px"),
    ],
)
def test_a_mistake_in_a_theme_is_told_with_its_line(text: str, line: int, said: str, fresh: Path, cli: Any) -> None:
    path = fresh / "templates" / "themes" / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    settings = fresh / "newsletter.yaml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("brand:\n", "brand:\n  theme: mine\n", 1), encoding="utf-8"
    )
    done = cli("check", "2024-03")
    assert done.code == 3
    assert said in done.said
    if line:
        assert f"mine.yaml:{line}" in done.said


def test_a_theme_that_there_is_not_is_told_at_its_line_in_the_settings(fresh: Path, cli: Any) -> None:
    settings = fresh / "newsletter.yaml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("brand:\n", "brand:\n  theme: leter\n", 1), encoding="utf-8"
    )
    done = cli("check", "2024-03")
    assert done.code == 3
    assert "newsletter.yaml:6" in done.said
    assert "Use one of `classic`, `letter`, `bold`." in done.said
