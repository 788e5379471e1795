"""A colour that cannot be read is fixed, and `newsletter check` says so with the line to write instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.render.theme_files import look_of
from newsletter.render.themes import Form


def coloured(folder: Path, colours: str) -> Path:
    path = folder / "newsletter.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("brand:\n", f"brand:\n  {colours}\n", 1), encoding="utf-8")
    return path


def colour_findings(cli: Any) -> list[dict[str, Any]]:
    found = json.loads(cli("check", "2024-02", "--offline", "--json").out)["findings"]
    return [finding for finding in found if finding["code"] in {"NL310", "NL801", "NL802"}]


def test_a_pale_colour_is_a_note_with_the_line_to_write(folder: Path, cli: Any) -> None:
    path = coloured(folder, 'colours: {brand: "#FFCC00", accent: "#b3391f"}')
    done = cli("check", "2024-02", "--offline", "--notes")
    assert done.code == 0
    assert "note NL310" in done.out + done.err
    assert "buttons keep your colour" in done.said
    (finding,) = colour_findings(cli)
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "#FFCC00" in text)
    assert (finding["place"]["line"], finding["place"]["column"]) == (line, lines[line - 1].index("#FFCC00") + 1)
    path.write_text("\n".join([*lines[: line - 1], finding["suggestion"], *lines[line:]]), encoding="utf-8")
    assert colour_findings(cli) == []


def test_a_ground_and_a_tint_that_share_no_text_are_told(folder: Path, cli: Any) -> None:
    coloured(folder, 'colours: {tint: "#303030"}')
    (finding,) = colour_findings(cli)
    assert finding["code"] == "NL310"
    assert "No text can be read both on #303030 and on the ground, #ffffff" in finding["message"]


@pytest.mark.parametrize("theme", ["classic", "letter", "bold"])
def test_a_theme_is_chosen_in_the_settings(folder: Path, cli: Any, theme: str) -> None:
    coloured(folder, f"theme: {theme}")
    assert colour_findings(cli) == []


def test_a_theme_that_there_is_not_is_met_with_those_there_are(folder: Path, cli: Any) -> None:
    coloured(folder, "theme: modern")
    done = cli("check", "2024-02")
    assert done.code == 3
    assert "NL075" in done.err
    assert all(theme in done.said for theme in ("classic", "letter", "bold"))


def test_one_section_is_said_as_one(folder: Path, cli: Any) -> None:
    text = "title: A title\ndate: 2024-05-01\nsections:\n  - kind: coming_up\n    items: [A thing]\n"
    (folder / "issues" / "2024-05.yaml").write_text(text, encoding="utf-8")
    facts = json.loads(cli("check", "2024-05", "--json").out)["facts"]
    assert facts["Length"].startswith("1 section, about")


def own_theme(folder: Path, text: str) -> Path:
    path = folder / "templates" / "themes" / "mine.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    coloured(folder, "theme: mine")
    return path


def test_a_pale_colour_of_an_own_theme_is_a_note_in_the_themes_file(folder: Path, cli: Any) -> None:
    path = own_theme(folder, 'base: classic\n\ncolours:\n  brand: "#FFCC00"\n')
    (finding,) = colour_findings(cli)
    assert finding["place"]["path"].endswith("templates/themes/mine.yaml")
    assert (finding["place"]["line"], finding["place"]["column"]) == (4, 11)
    path.write_text(f"base: classic\n\ncolours:\n{finding['suggestion']}\n", encoding="utf-8")
    assert colour_findings(cli) == []


def test_all_mistakes_of_a_theme_are_told_at_once(folder: Path, cli: Any) -> None:
    own_theme(folder, 'base: clasic\ncolours:\n  accen: "#111111"\nshap:\n  radius: 3\ntype:\n  title: 460\n')
    told = cli("check", "2024-02", "--offline").said
    assert "templates/themes/mine.yaml:1" in told
    assert "`base` is `clasic`, but must be one of bold, classic, letter. Did you mean classic?" in told
    assert "3 more mistakes. Line 3: The group `colours` has no token `accen`. Did you mean accent?" in told
    assert "Line 4: A theme has no group `shap`. Did you mean shape?" in told
    assert "Line 7: `title` is `460`" in told
    assert "radius" not in told


def test_a_theme_cannot_be_based_on_an_own_one_or_on_none(folder: Path, cli: Any) -> None:
    path = own_theme(folder, "base: mine\n")
    assert "A theme of your own cannot be the base of another." in cli("check", "2024-02", "--offline").said
    path.write_text("base:\n", encoding="utf-8")
    assert "`base` is empty" in cli("check", "2024-02", "--offline").said


def test_the_name_of_a_theme_is_met_with_its_right_spelling(folder: Path, cli: Any) -> None:
    coloured(folder, "theme: Harbour Green")
    done = cli("check", "2024-02")
    assert done.code == 3
    assert "“Harbour Green” is not a valid theme name." in done.said
    assert "theme: harbour-green" in done.said
    assert "templates/themes/harbour-green.yaml" in done.said


def test_a_theme_without_a_base_has_the_sizes_of_classic() -> None:
    assert Form() == look_of("classic").form
