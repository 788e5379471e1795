"""`newsletter check` on templates of one's own: what readers would see wrong is shown where the template makes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BUTTON = '<a href="{{ button.link }}" style="'
QUOTE = '<blockquote class="said">'


def changed(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / "templates" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_colour_of_a_template_is_shown_in_its_line(folder: Path, cli: Any) -> None:
    changed(folder, "parts/button_table.mjml.j2", BUTTON, f"{BUTTON}background-color:#ffe08a;color:#ffffff;")
    done = cli("check", "2024-03")
    assert done.code == 3
    assert "templates/parts/button_table.mjml.j2:5:" in done.out
    assert "is #ffffff on #ffe08a: a contrast of 1.2, but 4.5 is needed." in done.said
    assert "background-color:#ffe08a;color:#ffffff" in done.out


def test_what_no_line_is_known_of_names_the_templates_to_look_into(folder: Path, cli: Any) -> None:
    said = """<p style="color:#{{ 'a' * 3 }}">{{ "Said in " ~ "passing" }}</p>"""
    changed(folder, "sections/quote.mjml.j2", QUOTE, said + QUOTE)
    done = cli("check", "2024-03")
    assert "issues/2024-03.yaml  error NL801" in done.out
    assert "It comes from a template; yours are sections/quote.mjml.j2." in done.said
    found = [one for one in json.loads(cli("check", "2024-03", "--json").out)["findings"] if one["code"] == "NL801"]
    assert [(Path(one["place"]["path"]).name, one["place"]["line"], one["excerpt"]) for one in found] == [
        ("2024-03.yaml", 0, "")
    ]


def test_a_template_that_was_only_copied_is_not_blamed(folder: Path, cli: Any) -> None:
    changed(folder, "sections/quote.mjml.j2", QUOTE, f"<h6>Words</h6>{QUOTE}")
    found = json.loads(cli("check", "2024-03", "--json").out)["findings"]
    skipped = [one for one in found if one["code"] == "NL803"]
    assert [(Path(one["place"]["path"]).name, one["place"]["line"]) for one in skipped] == [("quote.mjml.j2", 14)]
