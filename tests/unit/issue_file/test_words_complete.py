"""Every error that validation can end in is said in words of our own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic_core import core_schema

import newsletter
from newsletter.errors import ContentError
from newsletter.issue_file.expected_shape import ANYTHING, Shape
from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.messages.registry import WORDS, complaint_about
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.section_types import Declaration
from newsletter.issue_file.source_text import text_source
from newsletter.issue_file.yaml_repair import syntax
from newsletter.issue_file.yaml_repair.tree import Mark, Scalar, Style
from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from newsletter.settings import Settings

PACKAGE = Path(newsletter.__file__).parent

# what pydantic says of data that holds dicts, lists, texts and None, by the kind of its validator
ERRORS_OF: dict[str, set[str]] = {
    "str": {"string_type", "string_unicode"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float"},
    "bool": {"bool_type", "bool_parsing"},
    "tuple": {"tuple_type"},
    "dict": {"dict_type"},
    "model": {"model_type", "model_attributes_type"},
    "model-fields": {"missing", "extra_forbidden"},
    "literal": {"literal_error"},
    "enum": {"enum"},
}
LIMITS = {
    ("str", "min_length"): "string_too_short",
    ("str", "pattern"): "string_pattern_mismatch",
    ("tuple", "min_length"): "too_short",
    ("int", "ge"): "greater_than_equal",
    ("int", "le"): "less_than_equal",
}
HARMLESS = {
    "nullable", "default", "definitions", "definition-ref", "function-after", "function-before", "function-wrap",
    "tagged-union", "union", "date", "datetime", "model-field", "any", "is-instance",
}  # fmt: skip


def validators(schema: Any) -> Iterator[dict[str, Any]]:
    """Give each validator within a model's schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str) and schema["type"] in get_args(core_schema.CoreSchemaType):
            yield schema
        for key, value in schema.items():
            if key not in {"metadata", "serialization"}:
                yield from validators(value)
    elif isinstance(schema, list | tuple):
        for each in schema:
            yield from validators(each)


@pytest.mark.parametrize("model", [Issue, Settings, Declaration])
def test_each_error_of_the_models_has_words(model: type[BaseModel]) -> None:
    found = list(validators(model.__pydantic_core_schema__))
    kinds = {schema["type"] for schema in found}
    assert kinds <= HARMLESS | ERRORS_OF.keys(), "tell which errors this kind of validator can end in"
    possible: set[str] = set()
    for schema in found:
        possible |= ERRORS_OF.get(schema["type"], set())
        possible |= {error for (kind, limit), error in LIMITS.items() if schema["type"] == kind and limit in schema}
        limits = set(schema) & {"max_length", "min_length", "pattern", "ge", "gt", "le", "lt", "multiple_of"}
        if schema["type"] in {"str", "tuple", "int"}:
            assert all((schema["type"], limit) in LIMITS for limit in limits)
    assert possible <= WORDS.keys()


def own_errors() -> set[str]:
    """Return the names of the errors that the models raise by themselves."""
    raised: set[str] = set()
    for path in [*(PACKAGE / "model").glob("*.py"), PACKAGE / "settings.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if isinstance(node, ast.Call) and name in {"PydanticCustomError", "_wrong", "_pattern"}:
                raised |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and "_" in arg.value}
    return {name for name in raised if name.replace("_", "").isalpha()}


def test_each_error_of_our_own_has_words() -> None:
    raised = own_errors()
    assert {"no_such_date", "kind_unknown", "ledger_form", "date_pattern"} <= raised
    assert raised <= WORDS.keys()


def test_every_word_is_for_an_error_there_is() -> None:
    assert WORDS.keys() <= own_errors() | set[str]().union(*ERRORS_OF.values()) | set(LIMITS.values())


def test_an_error_that_nobody_foresaw_is_said_plainly() -> None:
    source = text_source(Path("x.yaml"), "title: x\n")
    node = Scalar(Mark(1, 8), Mark(1, 9), "x", Style.PLAIN)
    key = Scalar(Mark(1, 1), Mark(1, 6), "title", Style.PLAIN)
    fault = LocatedError(
        "url_parsing", {}, ("title",), "", node, ANYTHING, ANYTHING, key, Shape(model=Issue), (), source, None
    )
    complaint = complaint_about(fault)
    assert (complaint.code, complaint.message) == (Code.OTHER, "`title` cannot be “x”")


HOW_WRONG = """\
titel: x
date: 12 Feb 2024
hero:
  image: x
  credit: y
subject: [a, b]
intro: {first_name|there}
sections:
  - kind: sotry
    text: hallo
    button: {lable: x, link: example.org}
  - kind: coming_up
    items:
      - A thing: yes it is
      - titel: hello
        when: 2024-02-20 13.00
        ends: 2024-02-19
      -
      - events: [2024-13-02, 2024-02-30, 5 March]
      - {}
    sign_off: x
  - kind: get_involved
    items: hello
  - kind: people
  - text: x
  - hello
"""


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(ContentError) as caught:
        read_document(text_source(Path("2024-02.yaml"), HOW_WRONG), Issue)
    findings = [finding for finding in caught.value.findings if isinstance(finding, Finding)]
    assert [f"{finding.place.line}:{finding.place.column} {finding.code}" for finding in findings] == [
        "1:1 NL040",
        "2:7 NL050",
        "4:10 NL063",
        "6:10 NL045",
        "7:8 NL045",
        "9:11 NL046",
        "11:14 NL040",
        "11:30 NL060",
        "14:9 NL010",
        "15:9 NL040",
        "16:15 NL052",
        "17:15 NL055",
        "18:8 NL042",
        "19:18 NL051",
        "19:30 NL051",
        "19:42 NL050",
        "20:9 NL048",
        "21:5 NL040",
        "23:12 NL044",
        "24:5 NL048",
        "25:5 NL047",
        "26:5 NL043",
    ]
    assert caught.value.message == "2024-02.yaml has 22 mistakes."
    by_line = {finding.place.line: finding for finding in findings}
    # a line with two mistakes is shown with both put right
    assert by_line[11].suggestion == "    button: {label: x, link: https://example.org}"
    assert by_line[19].suggestion == "      - events: [2024-02-13, 2024-02-30, 2024-03-05]"
    assert "sign_off" in by_line[21].hint
    assert by_line[21].suggestion == "sign_off: x"
    assert by_line[23].suggestion == "    items: [hello]"


def test_faults_of_syntax_and_of_fields_are_told_together() -> None:
    text = 'title: February: love\ndate: 12/02/2024\nhero:\n\timage: x\nintro: "Hello\n'
    text += "sections:\n  - kind: quote\n   text: x\n"
    with pytest.raises(ContentError) as caught:
        read_document(text_source(Path("x.yaml"), text), Issue)
    findings = [finding for finding in caught.value.findings if isinstance(finding, Finding)]
    assert [(finding.place.line, finding.code) for finding in findings] == [
        (1, "NL010"),
        (2, "NL050"),
        (4, "NL011"),
        (4, "NL063"),
        (5, "NL012"),
        (8, "NL019"),
    ]


def test_what_comes_before_an_unreadable_line_is_checked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "MAX_REMEDIES", 1)
    text = "title: x: y\ndate: 12/02/2024\nintro: x: y\nsections: 12\nsign_off: z: y\n"
    with pytest.raises(ContentError) as caught:
        read_document(text_source(Path("x.yaml"), text), Issue)
    codes = [(f.place.line, f.code) for f in caught.value.findings if isinstance(f, Finding)]
    assert codes == [(1, "NL010"), (2, "NL050")]
    assert "There may be more" in caught.value.message


def test_a_line_that_nothing_helps_is_named() -> None:
    with pytest.raises(ContentError) as caught:
        read_document(text_source(Path("x.yaml"), "- a\nb: c\n"), Issue)
    (finding,) = [finding for finding in caught.value.findings if isinstance(finding, Finding)]
    assert (finding.place.line, finding.place.column, finding.code) == (2, 1, "NL039")
    assert "line 1" in finding.message
