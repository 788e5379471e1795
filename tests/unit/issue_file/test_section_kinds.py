"""The user's own kinds of section, declared at the top of their templates."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import ContentError
from newsletter.issue_file.json_schema import issue_schema
from newsletter.issue_file.load_issue import load_issue
from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.findings import Finding
from newsletter.model.section import CustomSection

RECIPE = """\
{# fields:
     heading: {default: Recipe of the month}
     serves: {type: line, description: How many it feeds, required: true}
     steps: {type: lines}
     story: {type: markdown}
     page: {type: link}
     when: {type: date}
     photo: {type: image}
     items: {type: items}
     note:
#}
<mj-text>{{ section.heading }}</mj-text>
"""


def template(folder: Path, name: str, text: str) -> Path:
    (folder / "sections").mkdir(exist_ok=True, parents=True)
    path = folder / "sections" / name
    path.write_text(text, encoding="utf-8")
    return path


def findings_of(folder: Path) -> list[Finding]:
    with pytest.raises(ContentError) as caught:
        declared_kinds([folder])
    return [finding for finding in caught.value.findings if isinstance(finding, Finding)]


def issue(folder: Path, body: str) -> Path:
    path = folder / "2024-02.yaml"
    path.write_text(f"title: A title\ndate: 2024-02-12\nsections:\n{body}", encoding="utf-8")
    return path


def test_a_declared_kind_is_a_section_of_its_fields(tmp_path: Path) -> None:
    template(tmp_path, "recipe.mjml.j2", RECIPE)
    kinds = declared_kinds([tmp_path])
    body = """\
  - kind: recipe
    serves: 4
    steps: [Boil, "Stir: slowly"]
    page: https://example.org/soup
    when: 2024-02-20 13:00
    photo: images/soup.jpg
    items: [Salt, {title: Pepper}]
"""
    loaded = load_issue(issue(tmp_path, body), zone=ZoneInfo("Europe/London"), kinds=kinds)
    section = loaded.issue.sections[0]
    assert isinstance(section, CustomSection)
    data = section.model_dump()
    assert (data["heading"], data["serves"], data["steps"]) == ("Recipe of the month", "4", ("Boil", "Stir: slowly"))
    assert data["when"].isoformat() == "2024-02-20T13:00:00+00:00"
    assert [item["title"] or item["text"] for item in data["items"]] == ["Salt", "Pepper"]
    assert data["story"] is None
    assert data["note"] is None
    assert list(issue_schema(kinds)["$defs"]["kind_recipe"]["properties"])[:2] == ["kind", "heading"]


def test_mistakes_in_such_a_section_are_told_in_its_own_terms(tmp_path: Path) -> None:
    template(tmp_path, "recipe.mjml.j2", RECIPE)
    kinds = declared_kinds([tmp_path])
    body = "  - kind: recipe\n    step: [a]\n    when: 2024-02-20 13.00\n  - kind: recipy\n    serves: 4\n"
    with pytest.raises(ContentError) as caught:
        load_issue(issue(tmp_path, body), zone=ZoneInfo("Europe/London"), kinds=kinds)
    told = [(f.place.line, f.code, f.suggestion) for f in caught.value.findings if isinstance(f, Finding)]
    assert told == [
        (4, "NL041", ""),
        (5, "NL040", "    steps: [a]"),
        (6, "NL052", "    when: 2024-02-20 13:00"),
        (7, "NL046", "  - kind: recipe"),
    ]


def test_the_first_folder_wins_and_built_in_kinds_need_no_declaration(tmp_path: Path) -> None:
    template(tmp_path / "mine", "recipe.mjml.j2", "{# fields: {own: {type: line}} #}")
    template(tmp_path / "theirs", "recipe.mjml.j2", RECIPE)
    template(tmp_path / "theirs", "story.mjml.j2", "<mj-text/>")
    template(tmp_path / "theirs", "notes.txt", "nothing")
    kinds = declared_kinds([tmp_path / "mine", tmp_path / "theirs", tmp_path / "nowhere"])
    assert set(kinds) == {"recipe"}
    assert "own" in kinds["recipe"].model_fields


@pytest.mark.parametrize(
    "text",
    [
        "{#- fields: {serves: {type: line}} -#}\n",
        "\n  {#\n  fields:\n    serves: {type: line}\n  #}",
        "{# The recipe of the month.\n   fields:\n     serves:\n       type: line\n#}",
        "{# fields:\n  serves: {type: line}\n#}",
        "{# fields: {serves: {type: line}}#}",
    ],
)
def test_a_declaration_may_be_laid_out_in_many_ways(text: str, tmp_path: Path) -> None:
    template(tmp_path, "recipe.mjml.j2", text)
    assert "serves" in declared_kinds([tmp_path])["recipe"].model_fields


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("<mj-text/>", "NL090 1:1", "does not declare"),
        ("{# just words #}", "NL090 1:1", "does not declare"),
        ("{# fields: {serves: {type: lime}} #}", "NL075 1:28", "`type` cannot be “lime”"),
        ("{# fields:\n     serves: {typ: line}\n#}", "NL040 2:15", "no field “typ”"),
        ("{# fields:\n     Serves: {type: line}\n#}", "NL091 2:6", "more than small letters"),
        ("{# fields:\n     copy: {type: line}\n#}", "NL091 2:6", "is taken"),
        ("{# fields:\n     kind: {type: line}\n#}", "NL091 2:6", "is taken"),
        ("{# fields:\n     a: {required: true, default: b}\n#}", "NL090 2:6", "required and has a default"),
        ("{# fields:\n     a: {type: date, default: b}\n#}", "NL092 2:6", "no default words"),
        ("{# fields:\n     a: {required: maybe}\n#}", "NL072 2:20", "must be true or false"),
        ("{# fields:\n     serves {type: line}\n#}", "NL043 2:20", "must have fields of its own"),
        ("{# fields:\n     a: word\n#}", "NL043 2:9", "must have fields of its own"),
        ("{# fields: word #}", "NL043 1:12", "must have fields of its own"),
        ("{# fields: #}", "NL042 1:4", "is empty"),
        ("{# fields:\n     a: “b: c”\n#}", "NL043 2:9", "must have fields of its own"),
    ],
)
def test_a_wrong_declaration_is_told_with_its_place(text: str, where: str, says: str, tmp_path: Path) -> None:
    path = template(tmp_path, "recipe.mjml.j2", text)
    (finding,) = findings_of(tmp_path)
    assert f"{finding.code} {finding.place.line}:{finding.place.column}" == where, finding
    assert finding.place.path == str(path)
    assert says in finding.message


def test_a_name_that_no_kind_can_have_is_told_with_a_better_one(tmp_path: Path) -> None:
    template(tmp_path, "Recipe of the Month.mjml.j2", RECIPE)
    (finding,) = findings_of(tmp_path)
    assert finding.code == "NL091"
    assert "recipe_of_the_month.mjml.j2" in finding.hint


def test_mistakes_of_all_templates_are_told_at_once(tmp_path: Path) -> None:
    template(tmp_path, "one.mjml.j2", "")
    template(tmp_path, "two.mjml.j2", "{# fields: {a: {type: x}} #}")
    template(tmp_path, "three.mjml.j2", RECIPE)
    assert [finding.code for finding in findings_of(tmp_path)] == ["NL006", "NL075"]
