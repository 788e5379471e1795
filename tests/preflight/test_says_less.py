"""What is right and was once reported, and what is reported once for all its places or as a note only."""

from __future__ import annotations

import pytest

from newsletter.model.findings import Finding, Severity
from newsletter.preflight.rule import Example
from newsletter.preflight.rules.content import leftovers, placeholders, unit_prices
from newsletter.preflight.rules.dates import (
    clock_times,
    event_texts,
    field_text_mismatch,
    invalid_dates,
    mentioned_events,
    months,
    relative,
    style,
)
from newsletter.preflight.rules.html import headings
from newsletter.preflight.rules.links import duplicate_links, item_targets, promised_links, targets
from newsletter.preflight.rules.text import (
    abbreviations,
    confused_words,
    length,
    names,
    near_names,
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
        "The winners would need to be announced in June.",
        "The programme is yet to be announced, but the hall is booked.",
        "Growing With You is running in the hall again.",
        "Accounts and IT are running a course together.",
        "She is the de facto head of the kitchen, pro bono.",
        "In the shed we **L**isten, **T**hink and **W**onder.",
        "The talk is about onboarding and offboarding.",
        "Thank you for your amazing support, and for your busy days.",
        "We need you now more than ever.",
        "In the new hall there is a 200 seater stage.",
        "The walk is in july, with a leader.",
        "Try [data.table](https://charity.uk/a) and [gardenr](https://charity.uk/b) on a wet day.",
        "We use [beans](https://charity.uk/a) ([`v1.0.1`](https://charity.uk/b)), and peas ([`v1.0.1`](https://charity.uk/c)).",
        "We are glad that the crowdfunder goes on.",
        "We met in Albuquerque, NM, at 3pm ET.",
        "The crafters meet, firelighting is taught, and cossies are worn.",
        "If you would like to join us please email or phone me for more information.",
        "If you have a spare coat, we know someone that they can give it to!",
        "All he said to you was that the hall is open.",
        "We opened the stall on 2 March, and will be open each Sunday.",
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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Wir haben Staub gewischt, und die Bühne bespielen wir im Mai."),
        ("de", "Das zu Ende gegangene Jahr war gut, und wir schnitzen weiter an fest installierten Regalen."),
        ("es", "Definimos un plan que asegurara el taller."),
    ],
)
def test_a_form_of_a_frequent_word_is_no_slip_of_another(language, text):
    assert "NL700" not in codes(text, language)


def test_a_word_with_a_known_slip_is_not_also_nearly_a_name():
    text = "The fair is in February, and a talk in early February too. The walk of Febuary is off."
    example = Example(f"intro: {text}\n", facts={"today": "2024-02-01"})
    assert "NL707" not in {one.code for one in findings_of(example, near_names.CHECKS)}


def test_a_day_in_the_next_entry_of_a_list_does_not_say_when_today_is():
    entries = "- **Monday 1 April:** The sale starts today\n      - **Wednesday 3 April:** The hall is shut"
    text = f"sections:\n  - kind: story\n    heading: Dates\n    text: |\n      {entries}\n"
    assert "NL410" not in {one.code for one in findings_of(f"date: 2024-04-01\n{text}", relative.CHECKS)}


@pytest.mark.parametrize(
    ("language", "title", "expected"),
    [
        ("en-GB", "April/May 2024 newsletter", []),
        ("en-GB", "June/July 2024 newsletter", ["NL413"]),
        ("de", "Monatsbericht März 2024", []),
        ("de", "Rundbrief Februar 2024", ["NL413"]),
        ("es", "Resumen de marzo 2024", []),
    ],
)
def test_the_title_may_name_two_months_or_the_month_that_it_looks_back_on(language, title, expected):
    issue = f"title: {title}\ndate: 2024-04-18\nsubject: Tea and beans\n"
    example = Example(issue, settings=f"language: {language}\n")
    assert [one.code for one in findings_of(example, months.CHECKS)] == expected


def test_a_time_that_only_lacks_its_half_of_the_day_is_a_note():
    def style_of(text: str) -> list[Severity]:
        return [one.severity for one in findings_of(f"intro: {text}\n", style.CHECKS)]

    assert style_of("The sale is at 6 pm, the talk at 7 pm, and the quiz at 10:45.") == [Severity.NOTE]
    assert style_of("The sale is at 6 pm, the talk at 7 pm, and the quiz at 19:45.") == [Severity.WARNING]


def test_two_spaces_after_each_sentence_are_a_habit():
    story = "sections:\n  - kind: story\n    heading: The shed\n    text: |\n      {}\n"
    said = [
        [one.code for one in findings_of(story.format(text), typing_slips.CHECKS)]
        for text in (
            "It is done.  We met.",
            "It is done.  We met.  We ate.  We sang.",
            "It  is.  We met.  We ate.  We sang.",
        )
    ]
    assert said == [["NL731"], [], ["NL731"]]


def test_what_is_found_in_several_places_is_one_note():
    long = " ".join(["We met and sang."] * 45)
    text = f"{long}\n\n  {long}\n\n  The ICB and the CIC paid."
    assert sorted(one.code for one in found(text) if one.code in {"NL712", "NL718"}) == ["NL712", "NL718"]
    address = "https://example.org/a-page-with-a-very-long-address/"
    assert codes(f"See <{address}a> and <{address}b>.").count("NL625") == 1


@pytest.mark.parametrize(("words", "expected"), [(100, ["NL723"]), (900, [])])
def test_exclamation_marks_are_many_only_for_the_length_of_the_issue(words, expected):
    text = "We did it! It is open! Come! Sing! Eat! " + "We met and sang. " * (words // 4)
    assert [one.code for one in findings_of(f"intro: {text}\n", shouting.CHECKS)] == expected


def test_a_long_issue_is_not_also_one_of_many_stories():
    story = "  - {kind: story, heading: The shed, text: %s}\n" % ("We met and sang. " * 60)
    assert [one.code for one in findings_of(f"sections:\n{story * 9}", length.CHECKS)] == ["NL713"]
    short = "  - {kind: story, heading: The shed, text: %s}\n" % ("We met and sang. " * 6)
    assert [one.code for one in findings_of(f"sections:\n{short * 13}", length.CHECKS)] == ["NL714"]


def test_a_name_on_a_line_of_its_own_is_no_slip():
    story = "sections:\n  - kind: story\n    heading: Villages\n    text: |\n      {}\n"
    said = [
        [one.code for one in findings_of(story.format(text), spelling.CHECKS)]
        for text in (
            "These are ours:\n\n      Southery\n\n      Come and see.",
            "These are ours:\n\n      flowrs\n\n      Come and see.",
        )
    ]
    assert said == [[], ["NL700"]]


def test_the_name_of_an_emoji_announces_nothing():
    story = "sections:\n  - kind: story\n    heading: The shed\n    text: {}\n"
    assert [one.code for one in findings_of(story.format('"It is done. :eyes:"'), leftovers.CHECKS)] == []
    assert [one.code for one in findings_of(story.format('"It is done. See:"'), leftovers.CHECKS)] == ["NL508"]


def test_two_weekdays_may_share_the_days_that_they_run_to():
    text = "The trip is from Tuesday to Friday, the 9th–12th April."
    assert [one.code for one in findings_of(f"date: 2024-04-02\nintro: {text}\n", invalid_dates.CHECKS)] == []


def test_bold_lines_are_one_note_and_names_below_quotations_none():
    text = "intro: |\n  **First thing**\n\n  We met.\n\n  **Second thing**\n\n  We sang.\n\n  **– Anna**\n\n  We ate.\n"
    [one] = [one for one in findings_of(text, headings.CHECKS) if one.code == "NL805"]
    assert "(and 1 more)" in one.message


def test_a_date_that_differs_from_the_field_is_reported_once() -> None:
    text = """
sections:
  - kind: coming_up
    items:
      - title: Quiz night
        text: The quiz night is on Friday {day} January.
        when: 2027-01-30 19:00
"""
    example = Example(f"title: News\ndate: 2027-01-04\n{text.format(day=29)}")
    assert [one.code for one in findings_of(example, ALL) if one.code in {"NL432", "NL439"}] == ["NL432"]
    ignored = Example(f"{example.issue}ignore: [{{rule: field-day-mismatch, because: It moved}}]\n")
    assert [one.code for one in findings_of(ignored, ALL) if one.code in {"NL432", "NL439"}] == ["NL439"]


def test_a_surname_at_the_start_of_a_wrapped_line_is_no_slip():
    wrapped = "The prize for the best lantern of the evening went to Benjamin\n  Torcellini of the infants."
    assert codes(f"|\n  {wrapped}") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Wir lesen „Die drei ???“ am Abend."),
        ("de", "Laterne, Laterne, Sonne, Mond und Sterne."),
        ("de", "Der Bewertungsbogen liegt aus; Bewertungsbögen gibt es bei uns, Bewertungsbögen auch dort."),
        ("de", "Unser Vorsitzender sprach zum Vorsitzenden, und unser Vorsitzender ging zum Vorsitzenden."),
        ("de", "Der bittre Frost kam, wir schnitzten und schwelgten, und die Bewirtung war gut."),
        ("de", "Die Seligmanns wohnten in der Gänsgass."),
        ("es", "Cambiaron las bombillas de 100 a 50 vatios por semana."),
        ("cy", "Rydym wedi dechrau, ac ry'n ni'n edrych ymlaen."),
    ],
)
def test_nothing_is_said_of_what_is_right_in_other_languages(language, text):
    assert [one for one in found(text, language) if one.severity is not Severity.NOTE] == []
