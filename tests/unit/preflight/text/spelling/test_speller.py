"""The judge of one language's words: what is misspelt, what only looks so, and what is to be written instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.text.spelling.dictionaries import Dictionaries
from newsletter.preflight.text.spelling.extra_words import newer_words
from newsletter.preflight.text.spelling.misspellings import misspellings
from newsletter.preflight.text.spelling.speller import Kind, Speller, Verdict
from newsletter.preflight.text.spelling.tokenizer import Case, Word

DICTIONARIES = Dictionaries(system=False)


def speller(language: str = "en-GB", **more) -> Speller:
    return Speller(language, DICTIONARIES.misspelt, DICTIONARIES.corrected, **more)


def judged(text: str, case: Case = Case.LOWER, language: str = "en-GB", **more) -> Verdict | None:
    return speller(language, **more).verdict(Word(text, 0, len(text), case))


def test_common_misspellings_are_certain_and_in_no_dictionary():
    assert [wrong for wrong in misspellings() if not is_certain(wrong)] == []


def is_certain(wrong: str) -> bool:
    found = judged(wrong)
    return (
        found is not None
        and found.is_certain
        and found.safe
        and found.right.casefold() == misspellings()[wrong].casefold()
        and found.kind is (Kind.SPACE if " " in found.right else Kind.MISSPELT)
        and not any(DICTIONARIES.misspelt(part, "en-GB") for part in found.right.split())
    )


def test_newer_words_are_those_that_the_dictionary_lacks():
    assert {word for word in newer_words() if judged(word)} == set()
    assert not newer_words() & misspellings().keys()


FREQUENT = Dictionaries(system=False)


@pytest.mark.parametrize(
    ("text", "case", "right"),
    [
        ("recieve", Case.LOWER, "receive"),
        ("Recieve", Case.START, "Receive"),
        ("RECIEVE", Case.UPPER, "RECEIVE"),
        ("commitee’s", Case.LOWER, "committee’s"),
        ("wendesday", Case.LOWER, "Wednesday"),
        ("Septmeber", Case.NAME, "September"),
        ("Volunteesr", Case.START, "Volunteers"),
        ("hapening", Case.LOWER, "happening"),
    ],
)
def test_the_right_word_is_written_as_the_wrong_one_was(text, case, right):
    found = judged(text, case)
    assert found
    assert (found.kind, found.right) == (Kind.MISSPELT, right)


@pytest.mark.parametrize("text", ["Carys", "Nicc", "Yesmin", "Thacker", "Thickear", "Collinse", "Marche", "Augusta"])
@pytest.mark.parametrize("case", [Case.NAME, Case.START])
def test_a_name_is_not_misspelt(text, case):
    assert judged(text, case) is None


@pytest.mark.parametrize(
    "text",
    ["reusers", "unbookable", "townwide", "customisable", "vectorised", "breakpoint", "soooo", "handmade", "cafés"],
)
def test_a_word_made_of_others_is_not_misspelt(text):
    assert judged(text) is None


@pytest.mark.parametrize(
    ("text", "right"),
    [("forthe", "for the"), ("isnot", "is not"), ("theworkshop", "the workshop"), ("aworkshop", "a workshop")],
)
def test_a_missing_space_is_found(text, right):
    found = judged(text)
    assert found
    assert (found.kind, found.right, found.safe) == (Kind.SPACE, right, False)


@pytest.mark.parametrize(
    ("text", "language", "right", "safe"),
    [
        ("color", "en-GB", "colour", True),
        ("organized", "en-GB", "organised", False),
        ("colour", "en-US", "color", True),
        ("color", "en-IE", "colour", True),
    ],
)
def test_the_other_english_is_told_apart(text, language, right, safe):
    found = judged(text, language=language)
    assert found
    assert (found.kind, found.right, found.safe) == (Kind.ABROAD, right, safe)


@pytest.mark.parametrize("text", ["color", "colour", "organize", "organise"])
def test_without_a_country_both_are_right(text):
    assert judged(text, language="en") is None


@pytest.mark.parametrize(("text", "right"), [("COnference", "Conference"), ("THank", "Thank")])
def test_two_capitals_are_one_too_many(text, right):
    assert judged(text, Case.MIXED) == Verdict(Kind.CAPITALS, right, is_certain=True, safe=True)


@pytest.mark.parametrize("text", ["PDFs", "STIs", "McDonald", "iPhone", "YouTube", "UKip"])
def test_other_mixed_capitals_are_meant(text):
    assert judged(text, Case.MIXED) is None


def test_words_of_the_house_are_right_in_their_plural_too():
    assert judged("zhoosh") is not None
    assert judged("zhoosh", own={"zhoosh"}) is None
    assert judged("zhooshes", own={"zhoosh"}) is None
    assert judged("cuppinas", names={"cuppinas"}) is None


def test_without_a_dictionary_nothing_is_said():
    nothing = Speller("en-GB", lambda _word, _language: False, lambda _word, _language: "")
    assert nothing.verdict(Word("hapening", 0, 8, Case.LOWER)) is None


class Tongue:
    """A language of two words."""

    right = frozenset({"gweithgareddau", "digwyddiad"})

    def misspelt(self, word: str, language: str) -> bool:
        return word not in self.right

    def corrected(self, word: str, language: str) -> str:
        return next((one for one in sorted(self.right) if one[:4] == word[:4]), "")


@pytest.mark.parametrize(
    ("text", "case", "right"),
    [
        ("gweihgareddau", Case.LOWER, "gweithgareddau"),
        ("digwydiad", Case.LOWER, "digwyddiad"),
        ("digwyd", Case.LOWER, None),
        ("Digwydiad", Case.START, "Digwyddiad"),
        ("Digwyd", Case.START, None),
        ("Digwydiad", Case.NAME, None),
        ("xyzzy", Case.LOWER, None),
    ],
)
def test_of_other_languages_only_a_slip_that_is_no_name_is_told(text, case, right):
    locale_grammar = Tongue()
    found = Speller("cy", locale_grammar.misspelt, locale_grammar.corrected).verdict(Word(text, 0, len(text), case))
    assert (found.right if found else None) == right


@given(st.text(min_size=1, max_size=12), st.sampled_from(Case), st.sampled_from(["en-GB", "en-US", "en", "cy"]))
def test_any_word_can_be_judged(text, case, language):
    found = judged(text, case, language)
    assert found is None or found.kind is Kind.UNKNOWN or found.right


@pytest.mark.parametrize(
    ("language", "text", "case", "right"),
    [
        ("de", "Glückwusch", Case.NAME, "Glückwunsch"),
        ("de", "Vereinshiem", Case.NAME, "Vereinsheim"),
        ("de", "Mitgliederversamlung", Case.START, "Mitgliederversammlung"),
        ("de", "zusammmen", Case.LOWER, "zusammen"),
        ("de", "Sommertraining", Case.NAME, None),
        ("es", "ayuntamineto", Case.LOWER, "ayuntamiento"),
        ("es", "informacion", Case.LOWER, "información"),
        ("es", "regábamos", Case.LOWER, None),
        ("ar", "مدرصية", Case.LOWER, "مدرسية"),
        ("ar", "وبمدارسنا", Case.LOWER, None),
    ],
)
def test_without_a_dictionary_a_slip_in_a_frequent_word_is_told(language, text, case, right):
    found = Speller(language, FREQUENT.misspelt, FREQUENT.corrected).verdict(Word(text, 0, len(text), case))
    assert (found.right if found else None) == right
