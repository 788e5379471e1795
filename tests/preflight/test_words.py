"""What the checks of words, of counts and of past issues say of texts that look like mistakes, and of the February."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from newsletter.model.findings import Finding, Severity
from newsletter.preflight.context import PreviousIssue
from newsletter.preflight.fixes import fixed
from newsletter.preflight.registry import built_in
from newsletter.preflight.rule import Example
from newsletter.preflight.runner import run
from newsletter.preflight.text.names import names_in, occurrences, tokens_of
from newsletter.preflight.text.readability import ease_of, syllables
from newsletter.preflight.text.sentences import passages, sentences
from newsletter.preflight.text.similarity import Index, paragraphs
from newsletter.preflight.text_spans import TextSpan, run_of
from newsletter.testing.checks import findings_of, subject_of, whole
from tests.examples import examples

HERE = Path(__file__).parent
FEBRUARY = (HERE.parents[1] / "issues" / "2024-02.yaml").read_text("utf-8")
CHECKS = tuple(check for check in built_in() if re.match(r"NL(?:5[123]|7[1-5])", check.rules[0].code))
FINE: list[Any] = YAML(typ="safe", pure=True).load((HERE / "fine_words.yaml").read_text("utf-8"))


def found_in(text: str, **more: str) -> tuple[Finding, ...]:
    return findings_of(Example(text, **more), CHECKS)


@pytest.mark.parametrize("number", range(len(FINE)))
def test_what_only_looks_like_a_mistake_is_left_alone(number):
    given_fields = FINE[number]
    if isinstance(given_fields, str):
        text = given_fields.replace("\n", "\n  ")
        given_fields = {"issue": f"intro: |\n  {text}\n"}
    issue, *more = given_fields.pop("issue"), given_fields
    assert [f"{one.code}: {one.message}" for one in found_in(issue, **more[0])] == []


@pytest.mark.parametrize(
    ("fields", "code", "line"),
    [
        ("language: es\nintro: |\n  Hay tres talleres:\n\n  - Uno\n  - Dos\n", "NL530", 5),
        ("language: cy\nintro: |\n  Mae dwy ffordd i helpu:\n\n  - Un\n  - Dwy\n  - Tair\n", "NL530", 5),
        ("language: ar\nintro: |\n  هناك ثلاث ورش:\n\n  - الأولى\n  - الثانية\n", "NL530", 5),
        ("language: es\nintro: Para inscribirse, [haga clic aquí](https://example.org/a).", "NL719", 4),
        ("language: cy\nintro: I archebu lle, [cliciwch yma](https://example.org/a).", "NL719", 4),
        ("language: ar\nintro: للتسجيل [اضغط هنا](https://example.org/a).", "NL719", 4),
        ("language: es\nintro: El taller es en en mayo.", "NL730", 4),
        ("language: cy\nintro: Mae’r gweithdy yn yn y neuadd.", "NL730", 4),
        ("language: ar\nintro: الورشة في في القاعة.", "NL730", 4),
        ("language: es\nintro: Gracias a Alba, Bruno y Alba por venir.", "NL531", 4),
        ("language: es\nintro: Enviado desde mi iPhone", "NL747", 4),
        ("language: cy\nintro: |\n  Diolch.\n\n  Cofion cynnes,\n\n  Ni", "NL749", 7),
    ],
)
def test_it_is_found_in_other_languages_too(fields, code, line):
    assert (code, line) in {(one.code, one.place.line) for one in found_in(fields)}


@pytest.fixture(scope="module")
def february() -> list[tuple[str, str]]:
    brand = "brand:\n  name: Co-Production Collective\n  address: Gower Street, London WC1E 6BT\n"
    return [(one.code, one.message) for one in found_in(FEBRUARY, settings=brand)]


def test_the_abbreviations_of_the_february_issue_are_told_apart(february):
    (said,) = [message for code, message in february if code == "NL718"]
    assert re.findall("“(.*?)”", said) == ["UCL", "CIC"]


def test_the_name_that_is_spelt_in_two_ways_is_found(february):
    (said,) = [message for code, message in february if code == "NL727"]
    assert "“Co-Producing Croydon” is spelt “Co-producing Croydon” on line" in said


def test_the_february_issue_is_hard_to_read_and_says_so_once(february):
    codes = [code for code, _ in february]
    assert (codes.count("NL710"), codes.count("NL711")) == (1, 1)
    assert ("NL530" in codes) is False  # “the eight funded project teams”, “the first two of four” count no list


def test_of_the_february_issue_little_is_said(february):
    assert len(february) <= 7


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("the", 1),
        ("table", 2),
        ("makes", 1),
        ("changes", 2),
        ("walked", 1),
        ("needed", 2),
        ("idea", 3),
        ("radio", 3),
        ("nation", 2),
        ("university", 5),
        ("evaluation", 5),
        ("co-production", 4),
        ("neighbours", 2),
        ("people’s", 2),
        ("business", 2),
        ("something", 2),
        ("quiet", 2),
        ("various", 3),
        ("13:30", 1),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(words, count):
    assert syllables(words) == count


def test_plain_words_are_easier_than_long_ones():
    easy, hard = ease_of([["We", "met", "and", "drank", "tea"]]), ease_of([["Organisational", "difficulties"] * 10])
    assert easy is not None
    assert hard is not None
    assert easy.score > 90
    assert hard.score < 0
    assert ease_of([]) is None


SHED = "We painted the garden shed in three colours, and then it rained for a whole week."


@pytest.mark.parametrize(("pasts", "codes"), [(1, ["NL510"]), (2, []), (3, [])])
def test_what_stood_in_every_past_issue_is_no_finding(pasts, codes):
    assert _with_pasts([SHED] * pasts) == codes


def test_what_stood_in_one_of_two_past_issues_is():
    assert _with_pasts([SHED, "The boiler is fixed, and the reading room is warm once more this week."]) == ["NL510"]


def _with_pasts(texts: list[str]) -> list[str]:
    pasts: list[PreviousIssue] = []
    for text in texts:
        with subject_of(Example("intro: Hello.", past=f"intro: {text}")) as old:
            pasts += old.past
    with subject_of(f"intro: {SHED}") as subject:
        told = run(replace(subject, past=tuple(pasts)), CHECKS)
    return [one.code for one in told if one.code in {"NL510", "NL511", "NL512"}]


FIXES = [
    ("intro: We met in the the hall.", "intro: We met in the hall."),
    ("intro: The shed is done.  Come and see.", "intro: The shed is done. Come and see."),
    ("intro: Thank you all , and see you.", "intro: Thank you all, and see you."),
    ("intro: The shed is done.Come and see.", "intro: The shed is done. Come and see."),
    ("intro: Bread,butter and jam.", "intro: Bread, butter and jam."),
    ("intro: Here are [the photos] (https://example.org/a).", "intro: Here are [the photos](https://example.org/a)."),
    ("intro: Here are (the photos)[https://example.org/a].", "intro: Here are [the photos](https://example.org/a)."),
    ("intro: It is <b>really</b> good.", "intro: It is **really** good."),
    ("intro: It is <em>really</em> good.", "intro: It is *really* good."),
    ("intro: >\n  Please bring\n  - a spade\n  - a mug\n", "intro: |\n  Please bring\n  - a spade\n  - a mug\n"),
    ("intro: >-  # why\n  One.\n\n  Two.\n", "intro: |-  # why\n  One.\n\n  Two.\n"),
    ("intro: It costs Â£5, and the cafÃ© is openâ€™s.", "intro: It costs £5, and the café is open’s."),
    ("intro: Book it on Eventbrite or EventBrite.", "intro: Book it on Eventbrite or Eventbrite."),
    ("intro: The Example-Trust has a shed.", "intro: The Example Trust has a shed."),
    (
        "sections:\n  - kind: story\n    heading: 'FW: A kettle'\n    text: It holds tea.\n",
        "sections:\n  - kind: story\n    heading: 'A kettle'\n    text: It holds tea.\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), FIXES)
def test_a_fix_is_right_and_touches_nothing_else(before, after):
    done = fixed(whole(before), found_in(before))
    assert done.text == whole(after)
    assert [one for one in found_in(after) if one.fix] == []


ANY_TEXT = st.lists(
    st.sampled_from(
        [*"aAbBcC tTeE.,;:!?-–*_#>|[]()<>&'’“”\"\n1290£", " the", " the", "\n\n", "\n- ", "://", "UCL ", "و"]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=examples(120), deadline=None)
@given(ANY_TEXT)
def test_passages_sentences_and_names_lie_inside_the_text(text):
    made = run_of(("intro",), text, "en-GB")
    end = 0
    for passage in passages(made):
        assert end <= passage.start < passage.end <= len(text)
        assert text[passage.start : passage.end].strip() == text[passage.start : passage.end].rstrip()
        end = passage.end
        for start, stop in sentences(made.words, passage):
            assert passage.start <= start <= stop <= passage.end
    found = [(made, tokens) for tokens in tokens_of(made)]
    wanted = {name for one, tokens in found for name in names_in(one, tokens)}
    for several in occurrences(wanted, found).values():
        assert all(0 <= one.start < one.end <= len(text) for one in several)
        assert several


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(ANY_TEXT, max_size=4))
def test_a_paragraph_is_like_itself(texts):
    several = paragraphs(run_of(("intro",), text, "en") for text in texts)
    index = Index(several)
    for one in several:
        assert index.twins(one)[0].likeness == 1


@settings(max_examples=examples(120), deadline=None)
@given(st.lists(ANY_TEXT.filter(str.strip), min_size=1, max_size=3))
def test_no_text_makes_a_check_break_off(texts):
    runs: tuple[TextSpan, ...] = tuple(run_of(("intro",), text.strip(), "en-GB") for text in texts)
    with subject_of("intro: Hello, all of you.") as subject:
        subject.__dict__["runs"] = runs
        told = run(subject, CHECKS)
    assert "NL391" not in {one.code for one in told}
    assert all(one.severity is not Severity.ERROR or one.code == "NL746" for one in told)
