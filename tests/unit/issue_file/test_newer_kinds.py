"""The kinds of section that came later: a kind of the user's own goes before them, and their mistakes are told."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import ContentError
from newsletter.issue_file.json_schema import issue_schema
from newsletter.issue_file.load_issue import load_issue
from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.media_sections import Table
from newsletter.model.section import NEWER_KINDS, CustomSection

LONDON = ZoneInfo("Europe/London")
HEAD = "title: A title\ndate: 2024-02-12\n"


def load(folder: Path, text: str, kinds: dict[str, type[CustomSection]] | None = None):
    path = folder / "2024-02.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_issue(path, zone=LONDON, kinds=kinds or {}).issue


def test_a_kind_of_ones_own_that_has_the_name_of_a_newer_one_stays_ones_own(tmp_path: Path) -> None:
    folder = tmp_path / "sections"
    folder.mkdir()
    (folder / "table.mjml.j2").write_text("{# fields:\n     seats: {required: true}\n#}\n<mj-text></mj-text>\n")
    kinds = declared_kinds([tmp_path])
    [section] = load(tmp_path, "sections: [{kind: table, seats: Twelve}]", kinds).sections
    assert isinstance(section, CustomSection)
    assert section.model_dump()["seats"] == "Twelve"
    assert issue_schema(kinds)["$defs"]["kind_table"]["properties"].keys() >= {"seats"}
    with pytest.raises(ContentError) as caught:
        load(tmp_path, "sections: [{kind: table}]", kinds)
    assert "no `seats`" in caught.value.findings[0].message  # type: ignore[union-attr]


def test_a_changed_copy_of_a_newer_kinds_template_is_no_kind_of_ones_own(tmp_path: Path) -> None:
    folder = tmp_path / "sections"
    folder.mkdir()
    (folder / "table.mjml.j2").write_text("{# A table. #}\n<mj-text></mj-text>\n")
    assert declared_kinds([tmp_path]) == {}
    [section] = load(tmp_path, "sections: [{kind: table, columns: [A], rows: [[1]]}]").sections
    assert isinstance(section, Table)
    assert section.rows == (("1",),)


def test_a_letter_needs_no_sections_but_an_issue_without_words_does(tmp_path: Path) -> None:
    assert load(tmp_path, "intro: Dear all").sections == ()
    for text, code in (("", "NL041"), ("sections:\n", "NL042")):
        with pytest.raises(ContentError) as caught:
            load(tmp_path, text)
        assert [finding.code for finding in caught.value.findings] == [code]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("sections: [{kind: gallery, items: [{image: a.jpg}]}]", "NL063", 3),
        ("sections: [{kind: video, link: https://example.org, alt: A still}]", "NL041", 3),
        ("sections: [{kind: sponsors, items: [{name: Us, alt: Our logo}]}]", "NL064", 3),
        ("sections:\n  - kind: table\n    columns: [A, B]\n    rows:\n      - [1, 2]\n      - [3]", "NL067", 8),
        ('sections: [{kind: table, columns: [A], rows: [[""]]}]', "NL048", 3),
        ("sections: [{kind: figures, items: []}]", "NL042", 3),
        ("sections: [{kind: story, text: A, image: a.jpg, alt: A, crop: 4:3}]", "NL075", 3),
        ("sections: [{kind: story, text: A, image: a.jpg, alt: A, focus: upper}]", "NL068", 3),
        ("sections: [{kind: story, text: A, caption: A river}]", "NL064", 3),
    ],
)
def test_each_mistake_is_told_with_its_line(text: str, code: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        load(tmp_path, text)
    assert [(one.code, one.place.line) for one in caught.value.findings] == [(code, line)]  # type: ignore[union-attr]


def test_the_newer_kinds_are_known() -> None:
    assert {"news", "figures", "gallery", "video", "table", "sponsors"} == NEWER_KINDS
