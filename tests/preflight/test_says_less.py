"""What is right and was once reported, and what is reported once for all its places or as a note only."""

from __future__ import annotations

import pytest

from newsletter.model.findings import Finding, Severity
from newsletter.preflight.rule import Example
from newsletter.preflight.rules.content import placeholders, unit_prices
from newsletter.preflight.rules.dates import (
    clock_times,
    event_texts,
    field_text_mismatch,
    invalid_dates,
    mentioned_events,
    relative,
)
from newsletter.preflight.rules.links import duplicate_links, item_targets, promised_links, targets
from newsletter.preflight.rules.text import (
    abbreviations,
    confused_words,
    names,
    readability,
    shouting,
    spelling,
    typing_slips,
)
from newsletter.testing.checks import findings_of

ALL = tuple(
    checker
    for module in (
        *(
            placeholders,
            unit_prices,
            clock_times,
            event_texts,
            field_text_mismatch,
            invalid_dates,
            mentioned_events,
            relative,
        ),
        *(duplicate_links, promised_links, targets, abbreviations, confused_words, names, readability, shouting),
        *(spelling, typing_slips),
    )
    for checker in module.CHECKS
)


def found(text: str, language: str = "en-GB", website: str = "https://example.org") -> list[Finding]:
    brand = f"brand: {{name: Oak Lane Trust, website: '{website}', address: 'Example Trust, 12 High Street, London'}}\n"
    example = Example(f"intro: |\n  {text}\n", settings=f"{brand}language: {language}\n")
    return [one for one in findings_of(example, ALL) if one.code not in {"NL734", "NL705"}]


def codes(text: str, language: str = "en-GB") -> list[str]:
    return [one.code for one in found(text, language)]


@pytest.mark.parametrize(
    "text",
    [
        "There are knick-knacks, bric-a-brac and a higgledy-piggledy heap of books.",
        "He was fixin' to stay all along.",
        "Any old hat for the scarecrow: her'll do.",
        "“I’ve wrote more letters than a schoolboy,” says the treasurer.",
        "Tea is on the branch (to be drunk, not to be confirmed).",
        "The winners are to be announced at the meeting.",
        "Last year 318 of you gave $14,620, or about $46 each.",
        "The hall was full last week, and last night it was empty.",
        "If it is useful for your planning to have this in your calendar, tell us.",
        "Here is roughly what we plan to do: eat, sing and dance.",
        "A huge thank you is due to all who came.",
        "She took 10 minutes off his best time.",
        "The OLT has a new shed.",
        "We are glad that the crowdfunder goes on.",
        "We met in Albuquerque, NM, at 3pm ET.",
        "The National Institute of Child Health ([NICHD](https://charity.uk/n)) paid.",
    ],
)
def test_nothing_is_said_of_what_is_right(text):
    assert codes(text) == []


@pytest.mark.parametrize("weather", ["it rains", "it is cloudy", "the weather is bad"])
def test_two_weekdays_may_share_two_dates_that_an_event_is_put_off_to(weather):
    item = f"""\
sections:
  - kind: coming_up
    items:
      - title: A walk
        when: 2024-04-03 20:00
        text: If {weather}, we try again on Thursday and Saturday (4 and 6 April).
"""
    assert [one.code for one in findings_of(item, ALL)] == []


def test_a_repeated_que_is_right_before_a_subjunctive():
    assert "NL730" not in codes("A Benito, que que haya mula se lo debemos.", "es")
    assert "NL730" in codes("La ruta que que hicimos era larga.", "es")


def test_a_slip_outside_of_a_quotation_is_reported_still():
    assert "NL706" in codes("We've wrote to the council.")


@pytest.mark.parametrize("language", ["en-GB", "en-US"])
def test_a_word_that_the_dictionaries_lack_is_no_slip_of_another(language):
    assert {"NL700", "NL704"}.isdisjoint(codes("The funders came, and the talks were impactful.", language))


def test_the_style_of_oxford_is_kept_where_it_is_used_throughout():
    assert codes("We organize, realize and recognize.") == []
    assert codes("We organize, realise and recognise.") == ["NL703"]


@pytest.mark.parametrize("short", ["UCL", "CIC", "ICB"])
def test_what_only_insiders_know_is_to_be_explained_still(short):
    assert codes(f"The workshop was paid for by {short}.") == ["NL718"]


def test_a_missing_space_and_a_far_guess_are_notes():
    assert [one.severity for one in found("Come to theworkshop today.")] == [Severity.NOTE]
    assert [(one.code, one.severity) for one in found("We recieve forty letters.")] == [("NL700", Severity.WARNING)]


@pytest.mark.parametrize(("words", "count"), [(40, 0), (41, 1)])
def test_a_sentence_is_long_from_41_words_on(words, count):
    assert codes(f"We {'met and ' * (words // 2 - 1)}{'sang ' * (words % 2)}ate.").count("NL711") == count


def test_times_without_am_or_pm_are_one_note():
    [one] = found("We meet on Tuesday 19 March at 3. We meet again on Tuesday 26 March at 4.")
    assert one.code == "NL425"
    assert "(and 1 more)" in one.message


def test_titles_in_capitals_are_one_warning():
    story = "  - {kind: story, heading: %s, text: Come and see the shed.}\n"
    text = f"sections:\n{story % 'SPRING OPEN DAY'}{story % 'SUMMER SEED SWAP'}"
    [one] = findings_of(text, shouting.CHECKS)
    assert one.message == "“SPRING OPEN DAY” (and 1 more) is in capitals."


@pytest.mark.parametrize(
    ("target", "severity"),
    [
        ("https://staging.example.org/plan", Severity.ERROR),
        ("https://charity.wpengine.com/plan", Severity.ERROR),
        ("https://stage.arena.uk/plan", Severity.WARNING),
    ],
)
def test_a_test_site_is_an_error_only_where_that_is_certain(target, severity):
    assert [(one.code, one.severity) for one in found(f"Read [our plan]({target}).")] == [("NL602", severity)]


def test_a_promised_link_may_stand_in_the_sentence_or_in_the_one_before():
    link = "[the Cuppas](https://example.org/cuppas)"
    assert codes(f"Find out about {link} and sign up on our website.") == []
    assert codes(f"Find out about {link}. You can sign up on our website.") == []
    assert codes(f"Find out about {link} now. Tea is free. You can sign up on our website.") == ["NL630"]


def test_the_same_call_in_two_paragraphs_is_told_apart_by_them():
    one, other = "[register](https://example.org/a)", "[register](https://example.org/b)"
    assert codes(f"For the walk, {one}.\n\n  For the talk, {other}.") == []
    assert codes(f"For the walk, {one}, and for the talk, {other}.") == ["NL624"]


@pytest.mark.parametrize(
    "text",
    [
        "Run ``recieve all`` to get the file.",
        "Type <code>recieve teh list</code> and wait.",
        "Sign up on our website: https://charity.uk/plan before Friday.",
        "You can book via our website at charity.uk/book or ring us.",
        "Fill in the feedback form (https://forms.gle/abc123).",
    ],
)
def test_code_is_not_spelt_and_an_address_keeps_a_promise(text: str) -> None:
    assert {"NL700", "NL701", "NL704", "NL630"}.isdisjoint(codes(text))


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("[Home](https://charity.uk/singers) | [Bowls](https://charity.uk/pottery)", []),
        ("- [Facebook](https://charity.uk/pottery)\n", []),
        ("Read about [what we sang](https://charity.uk/pottery) in June.", ["NL629"]),
    ],
)
def test_a_list_of_links_as_in_a_footer_is_about_no_item(links: str, expected: list[str]) -> None:
    issue = f"""\
sections:
  - kind: news
    items:
      - {{title: The pottery club, text: We made bowls., link: "https://charity.uk/pottery"}}
  - kind: story
    heading: Singing
    text: |
      {links}
"""
    assert [one.code for one in findings_of(issue, item_targets.CHECKS)] == expected
