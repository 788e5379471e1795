"""A plain style sheet is read as the inliner's own parser reads it; any other is left to that parser."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cssutils
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.render.style_sheet import read_plain_sheet, read_plain_style
from newsletter.workflow.workspace import Workspace
from tests.examples import examples

ROOT = Path(__file__).parents[3]
EXAMPLES = settings(max_examples=examples(200), suppress_health_check=[HealthCheck.too_slow])

Rules = list[tuple[str, list[tuple[str, str, str]]]]

WORDS = st.sampled_from(["bold", "inline-block", "Georgia", "serif", "auto", "-webkit-box", "pre-wrap", "transparent"])
LENGTHS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["0", "0.5", "-0.5", "1", "-12", "100", "17.25"]),
    st.just(""),
    st.sampled_from(["", "px", "em", "%"]),
)
COLOURS = st.from_regex(r"\A#(?:[0-9a-f]{6}|[0-9a-f]{3}|([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3)\Z")
STRINGS = st.sampled_from(["'Segoe UI'", '"Times New Roman"'])
OTHER_TERMS = st.sampled_from(
    ["007", "1.50px", "1.0", "+1px", "-0px", "1PX", "#ABCDEF", "#ffff", "BOLD", "''", "'it\\'s'", "'a;b'", "'a}b'", "é"]
)


def joined(one: st.SearchStrategy[str], between: list[str], most: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda parts, mark: mark.join(parts), st.lists(one, min_size=1, max_size=most), st.sampled_from(between)
    )


def sheets(
    terms: st.SearchStrategy[str], marks: list[str], others: list[str], between: list[str]
) -> st.SearchStrategy[str]:
    values = joined(terms, [" ", ",", ", ", " , "], 4)
    values = st.one_of(values, values.map("linear-gradient({})".format), *map(st.just, others))
    names = st.lists(
        st.sampled_from(["color", "margin", "margin-top", "font", "background-image"]), unique=True, max_size=3
    )
    declared = st.builds(
        "{}{}{}".format, st.sampled_from([":", ": ", " : "]), values, st.sampled_from(["", " ", *marks])
    )
    body = names.flatmap(lambda found: st.tuples(*(declared.map(lambda one, name=name: name + one) for name in found)))
    compounds = st.sampled_from(["p", "h1", ".a", ".a.b", "p.a-b", "#x", "p:last-child", *others])
    selectors = joined(compounds, [" ", " > ", " + ", " ~ ", ", ", ",", ",\n"], 3)
    rules = st.builds(
        lambda selector, space, found, mark: f"{selector}{space}{{{mark.join(found)}}}",
        selectors,
        st.sampled_from([" ", "", "\n"]),
        body,
        st.sampled_from([";", "; ", ";\n"]),
    )
    return joined(st.one_of(rules, rules, rules, st.sampled_from(between)), ["\n"], 4)


PLAIN = sheets(
    st.one_of(WORDS, LENGTHS, COLOURS, STRINGS), ["!important", " !important"], [], ["/* a { } */", "/*inline*/"]
)
ANY = sheets(
    st.one_of(WORDS, LENGTHS, COLOURS, STRINGS, OTHER_TERMS),
    ["!important", " ! important", "!IMPORTANT", "!x"],
    ["P", ".A", "*", "[a=b]", "a:hover", "a/b", "url(a)", "expression(1)", "color", "/*x*/p", "p\xa0p", "\x0cp"],
    ["/* a { } */", "/**/", "@media print { p { color: red } }", "@import 'a';", "}", "p {", "color: red;"],
)


def told(rules: Iterable[Any]) -> Rules:
    return [
        (one.selectorText, [(each.name, each.value, each.priority) for each in one.style.getProperties()])
        for one in rules
        if one.type == one.STYLE_RULE and one.style.getProperties()
    ]


def read_any_style(style: str, *, validate: bool) -> list[tuple[str, str]]:
    found = cssutils.parseStyle(style, validate=validate)
    return [(one.name, f"{one.value} !important" if one.priority else one.value) for one in found]


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    cssutils.log.setLevel(logging.CRITICAL)
    cssutils.profile.removeProfile(all=True)


@given(PLAIN)
@EXAMPLES
def test_a_plain_sheet_is_read_as_by_the_parser_of_all_of_css(css: str) -> None:
    ours = read_plain_sheet(css)
    assert ours is not None
    assert told(ours) == told(cssutils.parseString(css, validate=False))


@given(ANY)
@EXAMPLES
def test_what_is_not_plain_is_left_to_that_parser(css: str) -> None:
    ours = read_plain_sheet(css)
    assert ours is None or told(ours) == told(cssutils.parseString(css, validate=False))


@given(st.one_of(PLAIN, ANY))
@EXAMPLES
def test_the_style_of_a_tag_is_read_as_by_that_parser(css: str) -> None:
    for style in re.findall(r"\{([^{}]*)\}", css):
        ours = read_plain_style(style)
        assert ours is None or ours == read_any_style(style, validate=False)


def test_a_style_is_read_with_what_is_important() -> None:
    style = "margin:0px auto;color:#FFFFFF"
    assert read_plain_style(style) is None
    assert read_plain_style("margin:0px auto; color:#ffffff !important") == [
        ("margin", "0 auto"),
        ("color", "#fff !important"),
    ]


@pytest.mark.parametrize(
    "css",
    [
        "p { color: red; color: blue }",
        "p { color: RED }",
        "p { margin: 1.50px }",
        "p { background: url(a.png) }",
        "a:hover { color: red }",
        "@media print { p { color: red } }",
        "p { color: red",
        "p { color: 'a\\'b' }",
    ],
)
def test_what_asks_for_a_parser_is_refused(css: str) -> None:
    assert read_plain_sheet(css) is None


@pytest.mark.parametrize("theme", ["bold", "classic", "letter"])
def test_the_style_sheets_of_the_themes_are_plain(theme: str) -> None:
    workspace = Workspace.find(ROOT)
    brand = workspace.settings.brand.model_copy(update={"theme": theme})
    themed = Workspace(workspace.settings.model_copy(update={"brand": brand}))
    [css] = re.findall(r"<mj-style>(/\*inline\*/.*?)</mj-style>", themed.mjml(themed.load("2024-02")), re.DOTALL)
    ours = read_plain_sheet(css)
    assert ours is not None
    assert told(ours) == told(cssutils.parseString(css, validate=False))
