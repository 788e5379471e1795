"""The words of a text that can be looked up, how they are written, and where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.text.spelling.tokenizer import Case, plain, words_of
from newsletter.preflight.text_spans import run_of


def words(text: str) -> list[str]:
    return [word.text for word in words_of(run_of(("intro",), text, "en-GB"))]


def cases(text: str) -> dict[str, Case]:
    return {word.text: word.case for word in words_of(run_of(("intro",), text, "en-GB"))}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A cup of tea.", ["cup", "of", "tea"]),
        ("the volunteers’ tea, and Mum's", ["the", "volunteers", "tea", "and", "Mum's"]),
        ("We’ve a co-produced and/or co–made plan", ["We’ve", "co", "produced", "and", "or", "co", "made", "plan"]),
        ("pre-recorded, anti-racist", ["recorded", "racist"]),
        ("at 10am, 21st, B2B, COVID-19 and Web3", ["at", "and"]),
        ("ask team@example.org or example.org or report.pdf", ["ask", "or", "or"]),
        ("#VolunteersWeek with @someone and a_name", ["with", "and"]),
        ("see https://example.org/wokshop for more", ["see", "for", "more"]),
        ("The end.Next one", ["The", "end", "Next", "one"]),
        ("parts ii, iii and xiv", ["parts", "and"]),
        ("مرحبًا بكم", ["مرحبًا", "بكم"]),
        ("(see “this”)", ["see", "this"]),
        ("", []),
    ],
)
def test_only_words_are_words(text, found):
    assert words(text) == found


def test_how_a_word_is_written_says_what_it_may_be():
    found = cases(
        "Spring is here at last. Hello to Nicc and then some more: Welcome! "
        "The BBC’s old iPhone and the MArch, then “Quote” over Tu’s tea"
    )
    assert [found[word] for word in ("Spring", "Hello", "Welcome", "The", "Quote")] == [Case.START] * 5
    assert [found[word] for word in ("Nicc", "Tu’s")] == [Case.NAME] * 2
    assert (found["is"], found["BBC’s"], found["iPhone"], found["MArch"]) == (
        Case.LOWER,
        Case.UPPER,
        Case.MIXED,
        Case.MIXED,
    )


def test_in_a_title_all_capitals_mean_nothing():
    assert set(cases("A Chance to Share Feedback on Reports").values()) <= {Case.START, Case.LOWER}
    assert Case.NAME in cases("A chance to share feedback with Nicc on reports").values()


def test_a_single_word_in_quotation_marks_is_meant_so():
    found = {
        word.text: word.quoted for word in words_of(run_of(("intro",), "a “zhoosh” of 'it' and “two words”", "en"))
    }
    assert found == {"zhoosh": True, "of": False, "it": True, "and": False, "two": False, "words": False}


def test_the_form_to_compare_by_has_no_marks():
    assert plain("co\u00adop’s") == "coop's"
    assert plain("مرحبًا") == "مرحبا"


@given(st.text(max_size=80))
def test_any_text_has_words_where_they_say(text):
    run = run_of(("intro",), text, "en-GB")
    for word in words_of(run):
        assert run.words[word.start : word.end] == word.text
        assert isinstance(word.key, str)
