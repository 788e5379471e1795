"""Findings for other programs: GitHub's annotations and SARIF, held to its own JSON Schema."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from newsletter.errors import Place
from newsletter.model.findings import Finding, Fix, Severity
from newsletter.workflow import finding_formats

PACKAGE = Path(__file__).parents[2] / "node" / "node_modules" / "@microsoft" / "jest-sarif"
SCHEMA = PACKAGE / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json"


def finding(message: str = "“teh” should be “the”.", place: Place | None = None, **more: object) -> Finding:
    given = {"code": "NL700", "severity": Severity.WARNING, "hint": "Fix it.", **more}
    return Finding(message=message, place=place or Place("issues/2024-03.yaml", 4, 12), **given)


FINDINGS = (
    finding(),
    finding(severity=Severity.ERROR, code="NL502", why="It would go to every reader."),
    finding(severity=Severity.NOTE, code="NL703", fix=Fix(line=4, column=12, old="teh", new="the")),
    finding(code="NL900", place=Place("issues/2024-03.yaml"), hint=""),
    finding(code="NL310", place=Place("newsletter.yaml", 3)),
)


def test_an_annotation_names_file_line_column_and_code():
    [line] = finding_formats.github([finding()])
    assert line == "::warning file=issues/2024-03.yaml,line=4,col=12,title=NL700::“teh” should be “the”.%0AFix it."


def test_the_name_of_a_rule_is_shown_with_its_code():
    named = finding(name="misspelled-word")
    assert ",title=NL700 misspelled-word::" in next(finding_formats.github([named]))
    [rule] = finding_formats.sarif([named])["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("NL700", "misspelled-word")


@pytest.mark.parametrize(
    ("severity", "word"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")]
)
def test_an_annotation_weighs_as_much_as_its_finding(severity, word):
    assert next(finding_formats.github([finding(severity=severity)])).startswith(f"::{word} ")


def test_an_annotation_without_a_line_names_the_file_alone():
    [line] = finding_formats.github([finding(place=Place("a.yaml"))])
    assert line.startswith("::warning file=a.yaml,title=NL700::")


def test_what_would_end_an_annotation_is_written_otherwise():
    [line] = finding_formats.github([finding("100% of\r\nlines", Place("a,b:c%.yaml", 1), hint="")])
    assert line == "::warning file=a%2Cb%3Ac%25.yaml,line=1,title=NL700::100%25 of%0D%0Alines"
    assert "\n" not in line


def test_paths_are_told_from_the_folder_where_one_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inside = finding(place=Place(str(tmp_path / "issues" / "a.yaml"), 1))
    assert "file=issues/a.yaml," in next(finding_formats.github([inside])).replace(os.sep, "/")
    [result] = finding_formats.sarif([inside])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "issues/a.yaml"


def test_a_sarif_log_has_each_rule_once_and_each_finding():
    [run] = finding_formats.sarif([*FINDINGS, finding()])["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == sorted({one.code for one in FINDINGS})
    assert [result["ruleId"] for result in run["results"]] == [one.code for one in (*FINDINGS, finding())]
    assert {result["level"] for result in run["results"]} == {"error", "warning", "note"}


def test_a_fix_is_a_fix_of_just_its_letters():
    [run] = finding_formats.sarif(FINDINGS)["runs"]
    fixes = [result["fixes"] for result in run["results"] if "fixes" in result]
    [[fix]] = fixes
    [change] = fix["artifactChanges"]
    [replacement] = change["replacements"]
    assert replacement["deletedRegion"] == {"startLine": 4, "startColumn": 12, "endColumn": 15}
    assert replacement["insertedContent"] == {"text": "the"}


def test_a_finding_without_a_line_has_no_region():
    results = finding_formats.sarif(FINDINGS)["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert ["region" in place for place in places] == [True, True, True, False, True]
    assert places[-1]["region"] == {"startLine": 3}


@pytest.mark.parametrize("findings", [(), FINDINGS], ids=["nothing", "something"])
def test_a_sarif_log_is_what_its_schema_says(findings):
    if not SCHEMA.is_file():
        words = "@microsoft/jest-sarif is not installed: npm install --prefix tests/node"
        (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(words)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    log = json.loads(json.dumps(finding_formats.sarif(findings)))
    jsonschema.Draft4Validator(schema).validate(log)
    # the schema does say something
    log["runs"][0]["results"] = [{"message": {}}]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate(log)
