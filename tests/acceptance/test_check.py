"""`newsletter check` names the fault, its place and the fix."""

from __future__ import annotations

import json
import shutil
import textwrap
from pathlib import Path
from typing import Any

import pytest

BROKEN = Path(__file__).parents[1] / "broken"
EXPECTED: dict[str, dict[str, Any]] = json.loads((BROKEN / "expected.json").read_text(encoding="utf-8"))
FINE = "title: A title\ndate: 2024-05-01\nsections:\n  - kind: coming_up\n    items: [A thing]\n"


def write(folder: Path, text: str, name: str = "2024-05.yaml") -> None:
    (folder / "issues" / name).write_text(text, encoding="utf-8")


def weighty(done: Any) -> list[dict[str, Any]]:
    """Return the findings that are more than notes."""
    return [one for one in json.loads(done.out)["findings"] if one["severity"] != "note"]


@pytest.mark.parametrize("issue", ["2024-02", "2024-03"])
def test_the_sample_issues_pass(folder: Path, cli: Any, issue: str) -> None:
    done = cli("check", issue)
    assert (done.code, done.err) == (0, "")
    assert f"newsletter preview {issue}" in done.out
    assert "kB of the 102 kB" in done.out


@pytest.mark.parametrize(
    "name", ["2024-02", "2024-02.yaml", "issues/2024-02.yaml", "./issues/2024-02.yaml", "february", "Feb"]
)
def test_an_issue_goes_by_many_names(folder: Path, cli: Any, name: str) -> None:
    assert json.loads(cli("check", name, "--json").out)["issue"] == "2024-02"


def test_without_a_name_it_is_the_newest(folder: Path, cli: Any) -> None:
    write(folder, FINE, "notes.yaml")
    assert json.loads(cli("check", "--json").out)["issue"] == "2024-03"


def test_a_folder_inside_the_newsletter_will_do(folder: Path, cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "issues")
    assert cli("check", "2024-02.yaml").code == 0


@pytest.mark.parametrize(
    ("name", "hint"), [("2024-20", "2024-02"), ("2024-2", "2024-02"), ("june", "2024-02, 2024-03")]
)
def test_an_unknown_issue_is_met_with_those_there_are(folder: Path, cli: Any, name: str, hint: str) -> None:
    done = cli("check", name)
    assert done.code == 2
    assert f"There is no issue called '{name}'." in done.err
    assert hint in done.said


def test_a_folder_without_issues_is_told_how_to_start_one(folder: Path, cli: Any) -> None:
    shutil.rmtree(folder / "issues")
    for args in (["check"], ["check", "2024-02"]):
        done = cli(*args)
        assert done.code == 2
        assert "Run `newsletter new` to create one." in done.said


def test_outside_a_newsletter_it_points_to_init(tmp_path: Path, cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = cli("check")
    assert done.code == 2
    assert "newsletter init" in done.said


def test_a_mistake_in_the_settings_is_told_with_its_place(folder: Path, cli: Any) -> None:
    path = folder / "newsletter.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("language:", "langauge:"), encoding="utf-8")
    done = cli("check")
    assert done.code == 3
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "langauge" in text)
    assert f"newsletter.yaml:{line}:1" in done.err
    assert "language:" in done.err


def test_every_part_of_a_finding_is_shown(folder: Path, cli: Any) -> None:
    write(folder, FINE.replace("items:", "itmes:"))
    done = cli("check")
    assert done.code == 3
    lines = done.out.splitlines()
    assert any(line.startswith("issues/2024-05.yaml:5:5  error NL0") for line in lines)
    at = lines.index("        itmes: [A thing]")
    assert lines[at + 1] == "        ^"
    assert "        items: [A thing]" in lines
    assert "newsletter check" not in done.err


def test_json_holds_the_same(folder: Path, cli: Any) -> None:
    write(folder, FINE.replace("items:", "itmes:"))
    done = cli("check", "--json")
    data = json.loads(done.out)
    assert (done.code, data["passed"], data["issue"]) == (3, False, "2024-05")
    assert data["findings"][0]["place"]["line"] == 5
    assert data["findings"][0]["suggestion"] == "    items: [A thing]"


def test_a_missing_picture_is_told_where_it_is_named(folder: Path, cli: Any) -> None:
    write(folder, FINE + "hero:\n  image: images/gone.jpg\n  alt: Something\n")
    done = cli("check")
    assert done.code == 3
    assert "issues/2024-05.yaml:7:10  error NL301" in done.out
    assert "There is no picture 'images/gone.jpg'." in done.out


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("images/haerts.jpg", "images/hearts.jpg"),
        ("images/Hearts.JPG", "images/hearts.jpg"),
        ("hearts.jpg", "images/hearts.jpg"),
    ],
)
def test_a_picture_of_nearly_that_name_is_offered(folder: Path, cli: Any, named: str, meant: str) -> None:
    write(folder, FINE + f"hero:\n  image: {named}\n  alt: Something\n")
    done = cli("check")
    assert done.code == 3
    assert f"Did you mean {meant}?" in done.out


def test_a_broken_picture_is_told_without_a_word_of_programmers(folder: Path, cli: Any) -> None:
    picture = folder / "issues" / "images" / "hearts.jpg"
    (folder / "issues" / "images" / "half.jpg").write_bytes(picture.read_bytes()[:2000])
    write(folder, FINE + "hero:\n  image: images/half.jpg\n  alt: Something\n")
    done = cli("check")
    assert done.code == 3
    told = " ".join(done.out.split())
    assert (
        "The picture 'images/half.jpg' cannot be read: its file is damaged or incomplete: save or download it" in told
    )
    assert "Name the new file here." in told
    assert "truncated" not in told


def test_a_picture_outside_the_newsletter_is_refused(folder: Path, cli: Any) -> None:
    shutil.copy(folder / "issues" / "images" / "hearts.jpg", folder.parent / "outside.jpg")
    write(folder, FINE + "hero:\n  image: ../../outside.jpg\n  alt: Something\n")
    done = cli("check")
    assert done.code == 3
    assert "NL302" in done.out
    assert "outside the newsletter's folder" in done.said


def test_a_missing_logo_is_told_too(folder: Path, cli: Any) -> None:
    path = folder / "newsletter.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("brand:\n", "brand:\n  logo: images/no-logo.png\n"), encoding="utf-8"
    )
    for command in ("check", "render"):
        done = cli(command, "2024-02")
        assert done.code == 3, done
        assert "no-logo.png" in done.said
        assert "newsletter.yaml" in done.said


def test_a_broken_template_is_told_with_its_place(folder: Path, cli: Any) -> None:
    template = folder / "templates" / "issue.mjml.j2"
    template.write_text("{% if %}\n" + template.read_text(encoding="utf-8"), encoding="utf-8")
    for command in ("check", "render"):
        done = cli(command, "2024-02")
        assert done.code == 3
        assert "issue.mjml.j2:1" in done.said


@pytest.mark.parametrize(
    ("words", "code", "fix"),
    [
        ("Hello {frist_name|there}", "NL211", "Hello {first_name|there}"),
        ("Hello { First Name | there }", "NL304", "Hello {first_name|there}"),
        ("Hello {{first_name|there}}", "NL304", "Hello {first_name|there}"),
        ("Hello {first-name}", "NL304", "Hello {first_name}"),
    ],
)
def test_a_wrong_merge_tag_is_told_with_the_line_to_write(
    folder: Path, cli: Any, words: str, code: str, fix: str
) -> None:
    write(folder, FINE + f'intro: "{words}"\n')
    done = cli("check", "--json")
    (finding,) = weighty(done)
    assert done.code == 3
    assert (finding["code"], finding["place"]["line"]) == (code, 6)
    assert finding["suggestion"] == f'intro: "{fix}"'


def test_a_tag_without_words_for_the_nameless_is_a_warning(folder: Path, cli: Any) -> None:
    write(folder, FINE + 'intro: "Hello {first_name}, you are {email}"\n')
    done = cli("check")
    assert done.code == 0
    assert "warning NL305" in done.out
    assert "{first_name|there}" in done.out
    assert "1 warning, " in done.out


def test_a_column_of_the_audience_is_a_tag_and_other_braces_are_words(folder: Path, cli: Any) -> None:
    (folder / "audience.csv").write_text("email,Town\nada@example.org,Leeds\n", encoding="utf-8")
    write(folder, FINE + "intro: |\n  In {town|your town} a set is written {1, 2, 3}.\n# {frist_name}\n")
    done = cli("check", "--json")
    assert (done.code, weighty(done)) == (0, [])


def test_without_an_audience_only_the_tools_own_tags_are_judged(folder: Path, cli: Any) -> None:
    (folder / "audience.csv").unlink()
    write(folder, FINE + "intro: In {town|your town}, {frist name}\n")
    codes = [finding["code"] for finding in weighty(cli("check", "--json"))]
    assert codes == ["NL304"]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_broken_file_is_named_by_place_and_fix(folder: Path, cli: Any, name: str) -> None:
    expected = EXPECTED[name]
    shutil.copy(BROKEN / name, folder / "issues" / name)
    done = cli("check", f"issues/{name}")
    assert (done.code, done.err) == (3, "")
    assert f"issues/{name}:{expected['line']}:{expected['column']}  error {expected['code']}" in done.out
    assert expected["says"].casefold() in done.said.casefold()
    assert expected["fix"] in done.said
    if "paste" in expected:
        assert f"write instead:\n{textwrap.indent(expected['paste'], '    ')}\n" in done.out


def test_there_are_forty_traps_and_more() -> None:
    assert len(EXPECTED) >= 40
    assert {path.name for path in BROKEN.glob("*.y*ml")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED)[::16])
def test_a_process_of_its_own_says_the_same(folder: Path, process: Any, name: str) -> None:
    shutil.copy(BROKEN / name, folder / "issues" / name)
    done = process("check", f"issues/{name}")
    assert (done.returncode, done.stderr) == (3, "")
    assert f"{name}:{EXPECTED[name]['line']}:{EXPECTED[name]['column']}" in done.stdout


def test_fix_is_named_where_it_helps_and_writes_the_corrected_line(folder: Path, cli: Any) -> None:
    path = folder / "issues" / "2024-03.yaml"
    path.write_text("title: March: a new roof\ndate: 2024-03-11\nintro: Hello to all of you\n", "utf-8")
    assert "newsletter check 2024-03 --fix" in (told := cli("check", "2024-03", "--offline")).out + told.err
    fixed = cli("check", "2024-03", "--offline", "--fix")
    assert fixed.code == 0
    assert '“title: March: a new roof” is now “title: "March: a new roof"”' in " ".join(fixed.out.split())
    assert path.read_text("utf-8").startswith('title: "March: a new roof"\ndate: 2024-03-11\n')
