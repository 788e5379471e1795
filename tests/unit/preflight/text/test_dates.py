"""Dates and times are found in people's texts, and nothing else is taken for one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.preflight.text.dates.dates import Order, WrittenDate, dates_in
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.dates.resolve import days_of, nearest
from newsletter.preflight.text.dates.spans import date_spans, time_spans, times_of
from newsletter.preflight.text.dates.tense import Stance, sentence_around, stance_of
from newsletter.preflight.text.dates.times import Clock, times_in
from tests.examples import examples

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def read(text: str, language: str = "en-GB") -> list[tuple[int, int | None, int | None, int | None]]:
    return [(date.day, date.month, date.year, date.weekday) for date in dates_in(text, language)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5 March", [(5, 3, None, None)]),
        ("on 5 Mar.", [(5, 3, None, None)]),
        ("the 5th of March 2024", [(5, 3, 2024, None)]),
        ("March 5", [(5, 3, None, None)]),
        ("March 5th, 2024", [(5, 3, 2024, None)]),
        ("March the 5th", [(5, 3, None, None)]),
        ("Tuesday 5 March", [(5, 3, None, TUE)]),
        ("Tuesday, March 5", [(5, 3, None, TUE)]),
        ("Tues. the 5th of March", [(5, 3, None, TUE)]),
        ("TUESDAY 5 MARCH", [(5, 3, None, TUE)]),
        ("tuesday 5 march", [(5, 3, None, TUE)]),
        ("Tuesday (5 March)", [(5, 3, None, TUE)]),
        ("Friday 12 April workshops", [(12, 4, None, FRI)]),
        ("12th April workshops", [(12, 4, None, None)]),
        ("Saturday 18 June 1983", [(18, 6, 1983, SAT)]),
        ("5 March (Tuesday)", [(5, 3, None, TUE)]),
        ("Sat 2 Mar", [(2, 3, None, SAT)]),
        ("Thurs 7th Sept", [(7, 9, None, THU)]),
        ("Tuesday\n5 March", [(5, 3, None, TUE)]),
        ("01/03/2024", [(1, 3, 2024, None)]),
        ("1.3.2024", [(1, 3, 2024, None)]),
        ("1/3/24", [(1, 3, 2024, None)]),
        ("Friday 01/03", [(1, 3, None, FRI)]),
        ("03/15/2024", [(15, 3, 2024, None)]),
        ("2024-03-01", [(1, 3, 2024, None)]),
        ("30 February", [(30, 2, None, None)]),
        ("on 45 March", [(45, 3, None, None)]),
        ("1–8 March", [(1, 3, None, None), (8, 3, None, None)]),
        ("1 to 8 March 2024", [(1, 3, 2024, None), (8, 3, 2024, None)]),
        ("Mon 4 to Wed 6 March", [(4, 3, None, MON), (6, 3, None, WED)]),
        ("9th and 10th May", [(9, 5, None, None), (10, 5, None, None)]),
        ("on 5, 12 and 19 March", [(5, 3, None, None), (12, 3, None, None), (19, 3, None, None)]),
        ("March 1–8", [(1, 3, None, None), (8, 3, None, None)]),
        ("May 24 to 27", [(24, 5, None, None), (27, 5, None, None)]),
        ("Aug 4th & 18th", [(4, 8, None, None), (18, 8, None, None)]),
        ("Friday 8th and Saturday 9th March", [(8, 3, None, FRI), (9, 3, None, SAT)]),
        ("Friday 1 March and–Friday 8 March", [(1, 3, None, FRI), (8, 3, None, FRI)]),
        ("30 March – 10 April 2026", [(30, 3, 2026, None), (10, 4, 2026, None)]),
        ("20 December to 5 January 2026", [(20, 12, 2025, None), (5, 1, 2026, None)]),
        ("Join us on Friday 8th.", [(8, None, None, FRI)]),
    ],
)
def test_a_date_is_read(text, said):
    assert read(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "You may 5 times a week march 3 miles.",
        "May 5 of you come?",
        "March 20 miles with us",
        "In March 5 people joined.",
        "In April 3 interns joined us.",
        "3 April interns joined us.",
        "9 April House, Croydon",
        "She lives at 12 May Street.",
        "Our 2024 Impact Report, version 3.2.2024.1",
        "call 020 7946 0000 or 07700 900123",
        "£13.50 or £5 each",
        "We sat and the sun shone; a second helping, please.",
        "a ratio of 2:1, 24/7, 50/50, and 3/4 of an hour",
        "room 3.14, page 12-13, 1-2-1 support",
        "in March 2024, May 2025 and summer 2026",
        "Friday the 13th is a film.",
        "the Thursday 2nd team won",
        "ISBN 978-0-306-40615-7 and 1234-05-067",
        "https is off: 10.0.0.1",
    ],
)
def test_what_is_no_date_is_let_be(text):
    assert read(text) == []


def test_a_verb_before_a_date_is_no_weekday():
    assert read("we sat 2 March exams and sun 3 March") == [(3, 3, None, None)]


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("cy", "dydd Mawrth 5 Mawrth 2024", [(5, 3, 2024, TUE)]),
        ("cy", "y 5ed o Fawrth", [(5, 3, None, None)]),
        ("cy", "nos Wener 1 Mawrth", [(1, 3, None, FRI)]),
        ("cy", "nos Wener (Ionawr 13)", [(13, 1, None, FRI)]),
        ("cy", "ar Dachwedd y 26ain", [(26, 11, None, None)]),
        ("cy", "Ebrill 3 o bobl", []),
        ("cy", "rhwng 1–8 Mai", [(1, 5, None, None), (8, 5, None, None)]),
        ("es", "martes 5 de marzo de 2024", [(5, 3, 2024, TUE)]),
        ("es", "el martes, 5 de marzo del 2024", [(5, 3, 2024, TUE)]),
        ("es", "el 1.º de abril", [(1, 4, None, None)]),
        ("es", "del 1 al 8 de marzo", [(1, 3, None, None), (8, 3, None, None)]),
        ("es", "miercoles 6 de setiembre", [(6, 9, None, WED)]),
        ("ar", "يوم الثلاثاء 5 مارس 2024", [(5, 3, 2024, TUE)]),
        ("ar", "الجمعة ٨ آذار", [(8, 3, None, FRI)]),
        ("ar", "من 1 إلى 8 مارس", [(1, 3, None, None), (8, 3, None, None)]),
        ("fr", "vendredi 1er mars 2024", [(1, 3, 2024, FRI)]),
        ("de", "Freitag, 1. März 2024", [(1, 3, 2024, FRI)]),
        ("en-US", "03/05/2024", [(5, 3, 2024, None)]),
        ("en", "03/05/2024", []),
        ("en", "03/15/2024", [(15, 3, 2024, None)]),
        ("xx", "Friday 1 March, 2024-03-01", [(1, 3, 2024, None)]),
        ("cy", "mae hi’n 5 mai peth", []),
    ],
)
def test_other_languages_are_read(language, text, said):
    assert read(text, language) == said


def test_a_date_tells_how_it_is_written():
    (date,) = dates_in("See you on Tues 5th Mar 2024!", "en-GB")
    assert (date.order, date.ordinal, date.short, date.exists) == (Order.DAY_MONTH, "th", True, True)
    text = "See you on Tues 5th Mar 2024!"
    assert text[date.start : date.end] == "Tues 5th Mar 2024"
    assert (text[date.day_at], text[date.year_at :][:4]) == ("5", "2024")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at 13.00", [(13, 0, Clock.TWENTY_FOUR)]),
        ("at 11:30", [(11, 30, Clock.TWENTY_FOUR)]),
        ("9.30 – 11am", [(9, 30, Clock.TWELVE), (11, 0, Clock.TWELVE)]),
        ("1pm", [(13, 0, Clock.TWELVE)]),
        ("1.30 p.m.", [(13, 30, Clock.TWELVE)]),
        ("12am", [(0, 0, Clock.TWELVE)]),
        ("1-2.30pm", [(13, 0, Clock.TWELVE), (14, 30, Clock.TWELVE)]),
        ("11-1pm", [(11, 0, Clock.TWELVE), (13, 0, Clock.TWELVE)]),
        ("2 to 4pm", [(14, 0, Clock.TWELVE), (16, 0, Clock.TWELVE)]),
        ("noon", [(12, 0, Clock.WORDS)]),
        ("12 noon", [(12, 0, Clock.WORDS)]),
        ("midnight", [(0, 0, Clock.WORDS)]),
        ("half past one", [(1, 30, Clock.WORDS)]),
        ("quarter to three", [(2, 45, Clock.WORDS)]),
        ("ten o’clock", [(10, 0, Clock.WORDS)]),
        ("at 3.", [(3, 0, Clock.BARE)]),
        ("at 14pm", [(14, 0, Clock.TWELVE)]),
        ("at 25:30", [(25, 30, Clock.TWENTY_FOUR)]),
        ("John 3:16", []),
        ("it costs 13.00 in all", []),
        ("£13.00 at the door, $5.30pm", []),
        ("version 2.10", []),
        ("at 5 Kings Road", []),
        ("a 2:1 degree", []),
        ("by 20%", []),
        ("10,000 and 3.14159", []),
    ],
)
def test_a_time_is_read(text, said):
    assert [(time.hour, time.minute, time.clock) for time in times_in(text, "en-GB")] == said


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("cy", "am 7yh, canol dydd", [(19, 0), (12, 0)]),
        ("es", "a las 13:00, a las 5 p. m. y a medianoche", [(13, 0), (17, 0), (0, 0)]),
        ("ar", "الساعة 13:00", [(13, 0)]),
    ],
)
def test_times_in_other_languages_are_read(language, text, said):
    assert [(time.hour, time.minute) for time in times_in(text, language)] == said


def test_spans_and_moments_are_put_together():
    text = "from Friday 1 March at 9am to 8 March, and between 1pm and 2pm on 9 March"
    assert [(one.first.day, one.last.day) for one in date_spans("Friday 1 March to 8 March", "en-GB")] == [(1, 8)]
    assert [(one.opening, one.first.hour) for one in time_spans(text, "en-GB")] == [("between", 13)]
    first, _, last = dates_in(text, "en-GB")
    assert [time.hour for time in times_of(first, text, "en-GB")] == [9]
    assert [time.hour for time in times_of(last, text, "en-GB")] == [13, 14]
    assert list(date_spans("on 1 March and 8 March", "en-GB")) == []


ISSUE = dt.date(2024, 2, 12)


@pytest.mark.parametrize(
    ("text", "back", "day"),
    [
        ("5 March", False, dt.date(2024, 3, 5)),
        ("5 January", False, dt.date(2024, 1, 5)),
        ("5 September", False, dt.date(2024, 9, 5)),
        ("5 September", True, dt.date(2023, 9, 5)),
        ("5 March 2022", False, dt.date(2022, 3, 5)),
        ("Sunday 5 November", False, dt.date(2023, 11, 5)),
        ("Tuesday 12 November", False, dt.date(2024, 11, 12)),
        ("29 February", False, dt.date(2024, 2, 29)),
        ("29 February 2023", False, None),
        ("31 April", False, None),
        ("Friday 16th", False, dt.date(2024, 2, 16)),
        ("Friday 9th", True, dt.date(2024, 2, 9)),
    ],
)
def test_a_date_means_the_nearest_day(text, back, day):
    (date,) = dates_in(text, "en-GB")
    assert nearest(date, ISSUE, looks_back=back) == day


def test_a_text_that_looks_back_does_not_mean_next_year():
    (date,) = dates_in("Saturday 16 March", "en-GB")
    assert nearest(date, dt.date(2023, 4, 8), looks_back=True) == dt.date(2023, 3, 16)
    assert nearest(date, dt.date(2023, 4, 8)) == dt.date(2024, 3, 16)


def test_a_leap_day_is_in_no_year_around():
    (date,) = dates_in("29 February", "en-GB")
    assert nearest(date, dt.date(2026, 2, 12)) is None
    assert days_of(date, dt.date(2026, 2, 12)) == []


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Please let us know by 5 March.", Stance.AHEAD),
        ("The fair will be held on 5 March.", Stance.AHEAD),
        ("We met on 5 March.", Stance.BACK),
        ("Thanks to all who came on 5 March.", Stance.BACK),
        ("It was cold. Join us on 5 March! We were many.", Stance.AHEAD),
        ("The 5 March edition", Stance.OPEN),
    ],
)
def test_a_sentence_looks_ahead_or_back(text, stance):
    start = text.index("5 March")
    assert stance_of(text, start, start + 7) is stance


PIECES = st.sampled_from(
    [
        *(
            "5",
            "31",
            "1st",
            "2nd",
            "99",
            "March",
            "May",
            "Mar.",
            "Friday",
            "Fri",
            "Sat",
            "of",
            "the",
            ",",
            "–",
            "-",
            "and",
        ),
        *("to", "until", "2024", "24", "/", ".", ":", "pm", "am", "13:00", "1.30pm", "noon", "half past", "one", "at"),
        *(
            "from",
            "between",
            "(",
            ")",
            "\n",
            "\n\n",
            "£",
            "enero",
            "de",
            "mis",
            "Fawrth",
            "dydd",
            "٨",
            "مارس",
            "الجمعة",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=14).map("".join)
)


@settings(max_examples=examples(150), deadline=None)
@given(
    TEXTS,
    st.sampled_from(["en-GB", "en-US", "cy", "es", "ar", "de", "xx"]),
    st.dates(dt.date(1999, 1, 1), dt.date(2100, 1, 1)),
)
def test_any_text_can_be_read(text, language, issue):
    """Reading never raises, stays inside the text, and finds things apart from one another and in order."""
    for found in (dates_in(text, language), times_in(text, language)):
        ends = 0
        for one in found:
            assert ends <= one.start < one.end <= len(text)
            ends = one.end
    for date in dates_in(text, language):
        assert date.start <= date.day_at < date.end
        assert text[date.day_at].isdigit()
        day = nearest(date, issue)
        assert day is None or (day.day == date.day and date.month in {None, day.month})
        assert isinstance(stance_of(text, date.start, date.end), Stance)
        first, last = sentence_around(text, date.start, date.end)
        assert first <= date.start
        assert date.end <= last
        times_of(date, text, language)
    list(date_spans(text, language))
    list(time_spans(text, language))


@settings(max_examples=examples(100), deadline=None)
@given(st.dates(dt.date(2023, 8, 1), dt.date(2024, 9, 1)), st.sampled_from(["en-GB", "cy", "es", "ar"]), st.booleans())
def test_what_the_tool_writes_is_read_back(day, language, with_year):
    locale_grammar = grammar_for(language)
    assert locale_grammar is not None
    written = locale_grammar.format_date(day, year=with_year)
    (date,) = dates_in(f"({written})", language)
    assert (date.day, date.month, date.weekday) == (day.day, day.month, day.weekday())
    assert date.year == (day.year if with_year else None)
    assert isinstance(date, WrittenDate)
