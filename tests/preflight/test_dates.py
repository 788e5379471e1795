"""The checks on dates leave ordinary sentences alone, find what the February text has, and fix only what is safe."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from newsletter.model.findings import Finding, Severity
from newsletter.preflight.fixes import fixed
from newsletter.preflight.registry import built_in
from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of

PROJECT = Path(__file__).parents[2]
CHECKS = [check for check in built_in() if "NL400" <= check.rules[0].code <= "NL449"]
FEBRUARY = (PROJECT / "issues" / "2024-02.yaml").read_text("utf-8")
FREE_TEXT = """\
        text: |
          Our next Co-Pro Cuppas will take place on:

          - Tuesday 5 March at 13.00
          - Monday 8 April at 11:30
"""

NO_FINDINGS = [
    # verbs, names and numbers that only look like dates and times
    "You may want to march with us; the sun sat low, and a second kettle was on.",
    "May we ask you a favour? March on, and mar nothing.",
    "Our draft 2023 Impact Report follows the one of 2022.",
    "The office is at 9 April House, 12 May Street, Croydon.",
    "We were joined by 3 April interns and 20 March volunteers.",
    "In March 5 people wrote to us, and in April 3 more.",
    "Call 020 7946 0000, or 07700 900 123 after that.",
    "It costs £13.50, or £5 for members; we raised £1,330.45.",
    "Version 3.11.2 of the guide replaces 2.10, and 1.30 replaces both.",
    "Support is open 24/7, and 3/4 of you use it 1-2-1.",
    "The reading was John 3:16, and then Luke 10:25.",
    "The final score was 3:2, a ratio of 2:1.",
    "Three of us sat 2 March exams, and won.",
    "May Day and Good Friday are for rest; so is the Sunday after.",
    "Half of you replied, a quarter to us, and one past noon we stopped.",
    # past events told as past
    "Thank you for coming to our Cuppa on 6 February.",
    "We met on Tuesday 5 March, and it was a joy.",
    "On Saturday 2 March at 10:30 twelve people came with spades.",
    "The scheme has been open since Friday 1 September 2023.",
    "Our report was published on 5 January 2024.",
    "Last year, on Wednesday 29 November, we opened the door for the first time.",
    # announcements that are in order
    "Join us on Tuesday 19 March at 1pm at the town hall.",
    "Please let us know by noon on Friday 22 March.",
    "The survey is open between Friday 15 March and Friday 22 March.",
    "The show runs 15–22 March, and again 1–8 April.",
    "We meet on Mon 18, Tues 19 and Wed 20 March.",
    "Save the date: Saturday 9 November, and Saturday 7 June 2025.",
    "Come along on Thursday, 21st March, from 1-2.30pm.",
    "The hall is open from 10am to 4pm, and until 12 noon on Sundays.",
    "Doors open at 7pm, and the last bus leaves at 11pm.",
    "The sleepover starts at 6pm on Saturday 23 March and ends at 9am.",
    "Night shelter: 9pm–7am, every night.",
    "The financial year runs from 1 April to 31 March.",
    "A membership runs from 12 March to 11 March.",
    "The club runs from 20 December to 5 January 2025.",
    "We are closed from Friday 29 March to Monday 1 April.",
    "Term runs from 4 September to 25 July.",
    "Easter Sunday is on 31 March; the clocks go forward at 1am.",
    "Meet us on Tuesday 12th March or on Friday 15th.",
    "The deadline is 5pm on Wednesday 20 March.",
    "Mark the first Tuesday of each month, and every Friday from 10:30 to 11:30.",
    "Bring a torch: the walk starts at 21:00 and ends at 23:30.",
    "Next month, on 16 April, we open the garden; later this month we paint it.",
    "Applications open later this month and close on 16 April.",
    "This Friday, 15 March, the kettle is on.",
    "It is on Tuesday 12 March, tomorrow, at the gate.",
    "Give today, for a better tomorrow; children are the leaders of tomorrow.",
    "You can book today. Today’s youth, yesterday’s clothes.",
    "In our February newsletter we asked you for photos.",
    "The team meets from 1 March – and 8 March is a holiday.",
    "The next meetings: 19 March, 16 April, 21 May and 18 June.",
    "The museum is open all year except 25 and 26 December.",
    "We plan to tell all who applied by 30 April.",
    "Come any Tuesday or Thursday between 9.30am and noon.",
    "Her diary for Saturday 18 June 1983 is on show.",
    "The chapel opened on 30 June 1864, and burnt down on 31 May 1901.",
    "By Wk 12 we were five, by Wk 20 nine.",
]


def found(fields: str, code: str = "", **more: str) -> list[Finding]:
    return [one for one in findings_of(Example(fields, **more), CHECKS) if one.code.startswith(code)]


@pytest.mark.parametrize("sentence", NO_FINDINGS)
def test_an_ordinary_sentence_gives_nothing(sentence):
    fields = f"intro: |\n{indent(sentence, '  ')}\n"
    assert [(one.code, one.message) for one in found(fields)] == []


@pytest.mark.parametrize("sentence", NO_FINDINGS[:21])
def test_it_gives_nothing_among_what_has_happened_either(sentence):
    head = "sections:\n  - kind: last_month\n    items:\n      - title: What we did\n        text: |\n"
    fields = f"{head}{indent(sentence, ' ' * 10)}\n"
    assert [(one.code, one.message) for one in found(fields)] == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("cy", "Dewch i’r neuadd ddydd Mawrth 19 Mawrth am 13:00, rhwng 1–8 Ebrill neu erbyn y 5ed o Fai."),
        ("cy", "Mae hi’n braf mai chwech o bobl a ddaeth; y 3 Medi hynny."),
        ("es", "Nos vemos el martes 19 de marzo a las 13:00, y del 1 al 8 de abril por la mañana."),
        ("es", "Cierra el viernes, 22 de marzo de 2024, a mediodía; mañana será otro día."),
        ("ar", "نلتقي يوم الثلاثاء 19 مارس الساعة 13:00، ومن 1 إلى 8 أبريل."),
        ("ar", "الموعد النهائي هو الجمعة ٢٢ آذار ٢٠٢٤."),
        ("fr", "Rendez-vous mardi 19 mars à 13 h, ou du 1er au 8 avril."),
        ("de", "Wir treffen uns am Dienstag, 19. März, um 13:00 Uhr."),
    ],
)
def test_an_ordinary_sentence_of_another_language_gives_nothing(language, sentence):
    assert [(one.code, one.message) for one in found(f"language: {language}\ntitle: X\nintro: {sentence!r}")] == []


@pytest.mark.parametrize(
    ("language", "sentence", "code"),
    [
        ("cy", "Dewch i’r neuadd ddydd Mercher 19 Mawrth.", "NL401"),
        ("cy", "Ymunwch â ni ar 31 Ebrill.", "NL402"),
        ("cy", "Anfonwch atom erbyn 5 Mawrth.", "NL406"),
        ("cy", "Cwrdd am 13.00 a 14:00, ac am 15:00.", "NL420"),
        ("cy", "Bydd y neuadd ar gau yfory.", "NL412"),
        ("es", "Nos vemos el miércoles 19 de marzo.", "NL401"),
        ("es", "Inscríbase antes del 31 de abril.", "NL402"),
        ("es", "Inscríbase antes del 5 de marzo.", "NL406"),
        ("es", "La sala está abierta del 28 al 21 de marzo.", "NL416"),
        ("ar", "نلتقي يوم الأربعاء 19 مارس.", "NL401"),
        ("ar", "نلتقي يوم 31 أبريل.", "NL402"),
        ("ar", "سجلوا قبل 5 مارس.", "NL406"),
        ("fr", "Rendez-vous mercredi 19 mars.", "NL401"),
        ("de", "Wir treffen uns am Mittwoch, 19. März.", "NL401"),
    ],
)
def test_a_mistake_in_another_language_is_found(language, sentence, code):
    assert [one.code for one in found(f"language: {language}\ntitle: X\nintro: {sentence!r}")] == [code]


def test_the_hint_is_in_the_language_of_the_text():
    (finding,) = found("language: cy\ntitle: X\nintro: Dewch ddydd Mercher 19 Mawrth.")
    assert "“Dydd Mawrth 19 Mawrth” or “Dydd Mercher 20 Mawrth”" in finding.hint


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Newyddion mis Chwefror", "cy"),
        ("Noticias de febrero", "es"),
        ("أخبار شهر فبراير", "ar"),
        ("Newyddion Chwefror", "cy"),
    ],
)
def test_the_month_of_the_title_is_read_in_its_language(title, language):
    assert [one.code for one in found(f"language: {language}\ntitle: {title}")] == ["NL413"]
    assert found(f"language: {language}\ntitle: {title}\ndate: 2024-02-12") == []


@pytest.mark.parametrize(
    ("title", "date", "codes"),
    [
        ("April news", "2024-03-28", []),
        ("April news", "2024-03-11", ["NL413"]),
        ("February news", "2024-03-04", []),
        ("February in review", "2024-03-11", []),
        ("What we did in February, and five ways to join in", "2024-03-11", []),
        ("Join our April conference", "2024-03-11", []),
        ("March for justice: news from us", "2024-03-11", []),
        ("December news", "2025-01-02", []),
        ("December news", "2025-01-20", ["NL413"]),
        ("January update", "2024-12-30", []),
    ],
)
def test_an_issue_may_be_called_by_the_month_that_it_is_about(title, date, codes):
    found_now = found(
        f"title: {title!r}\ndate: {date}\nsections: [{{kind: story, text: Hello.}}]", file=f"{date[:7]}.yaml"
    )
    assert [one.code for one in found_now] == codes


def test_the_mixed_time_styles_of_the_february_page_are_found_at_their_line():
    head, _, rest = FEBRUARY.partition("        text: >\n          Thank you for coming to our February Co-Pro Cuppa.")
    page = f"{head}{FREE_TEXT}\nsign_off: {rest.partition('sign_off: ')[2]}"
    (mixed,) = found(page, "NL420")
    line = page.splitlines()[mixed.place.line - 1]
    assert line == "          - Tuesday 5 March at 13.00"
    assert line[mixed.place.column - 1 :] == "13.00"
    assert "11:30" in mixed.message
    assert mixed.suggestion == "          - Tuesday 5 March at 13:00"


def test_the_february_issue_has_its_trap_and_nothing_else():
    (finding,) = found(FEBRUARY)
    assert (finding.code, finding.severity) == ("NL418", Severity.WARNING)
    line = FEBRUARY.splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :].startswith("and–Friday 8 March")
    assert "between Friday 1 March and Friday 8 March" in finding.suggestion


SAFE = [
    ("between Friday 15 March and–Friday 22 March", "between Friday 15 March and Friday 22 March"),
    ("open from 10am to–4pm", "open from 10am to 4pm"),
    ("come between 10am to 4pm", "come between 10am and 4pm"),
    ("come between 1–8 April", "come between 1 and 8 April"),
    ("at 14pm or 3pm", "at 2pm or 3pm"),
    ("at 13.00, 14:00 and 15:00", "at 13:00, 14:00 and 15:00"),
    ("at 1.30pm, 2:30pm and 3:30pm", "at 1:30pm, 2:30pm and 3:30pm"),
    ("at 13:30, then 2pm and 3pm", "at 1:30pm, then 2pm and 3pm"),
    ("at 13:00, then 15:00 and 4pm", "at 13:00, then 15:00 and 16:00"),
    ("at 1pm, 2pm and 3 p.m.", "at 1pm, 2pm and 3pm"),
    ("on 19th March, 16 April and 21 May", "on 19 March, 16 April and 21 May"),
    ("Join us on Tuesday 19 March 2023", "Join us on Tuesday 19 March 2024"),
]


@pytest.mark.parametrize(("wrong", "right"), SAFE)
def test_what_is_safe_to_fix_is_fixed(wrong, right):
    text = f"intro: {wrong}."
    assert fixed(f"title: X\n{text}", _found_there(text)).text == f"title: X\nintro: {right}."


def _found_there(text: str) -> list[Finding]:
    whole = f"title: X\n{text}\ndate: 2024-03-11\nsections: [{{kind: story, text: Hello.}}]\n"
    return list(findings_of(whole, CHECKS))


@pytest.mark.parametrize(
    "text",
    [
        "Join us on Wednesday 19 March.",
        "The year runs 15 March and–Friday 22 March.",
        "at 11:30, then 2pm and 3pm",
        "open until 31 April",
        "at 25:30",
        "from 3pm to 1pm",
        "by 12pm on 22 March",
    ],
)
def test_what_only_a_person_can_know_is_not_fixed(text):
    findings = _found_there(f"intro: {text!r}")
    assert findings
    assert all(finding.fix is None for finding in findings)


def test_both_corrections_of_a_weekday_are_offered():
    (finding,) = found("intro: Join us on Wednesday 19 March at the hall.")
    assert finding.hint == "Write “Tuesday 19 March” or “Wednesday 20 March”, depending on which you mean."
    (taken_over,) = found("intro: Join us on Sunday 19 March at the hall.")
    assert "It was correct in 2023" in taken_over.hint


def test_a_month_that_was_taken_over_is_fixed():
    fields = 'title: "February news"\n'
    (finding,) = found(fields, past=fields)
    assert finding.suggestion == 'title: "March news"'
    (alone,) = found(fields)
    assert alone.fix is None


def test_an_issue_with_last_years_year_is_told_of_once():
    fields = (
        "date: 2023-03-11\ntitle: March news\nintro: Join us on Tuesday 19 March or on Friday 22 March.\n"
        "sections: [{kind: coming_up, items: [{title: A walk, when: 2024-03-20}]}]"
    )
    assert [(one.code, one.excerpt) for one in found(fields, "NL401")] == [("NL401", "date: 2023-03-11")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("date: 2024-03-28\nsections: [{kind: coming_up, items: [{title: A walk, when: 2024-04-05}]}]", "NL415"),
        ("date: 2024-03-28\nsections: [{kind: last_month, items: [On Tuesday 5 March we met.]}]", "NL415"),
        ("sections: [{kind: coming_up, items: [{title: A walk, when: 2024-04-05}, A talk]}]", ""),
        ("sections: [{kind: last_month, items: [On Tuesday 5 March we met.]}]", ""),
        ("intro: The night walk starts on 31 March at 01:30.", "NL423"),
        ("intro: The night walk starts at 1am on Sunday 31 March.", "NL423"),
        ("intro: The night walk starts at 1.15am on Sunday 31 March 2024.", "NL423"),
        ("intro: The night walk starts on Sunday 31 March at 1:30.", "NL425"),
        ("intro: The night walk starts at 2am on Sunday 31 March.", ""),
        ("intro: The walk starts at 1.30pm on Sunday 31 March.", ""),
        ("date: 2024-10-14\ntitle: October\nintro: The walk starts at 1am on Sunday 27 October.", "NL424"),
        ("date: 2024-10-14\ntitle: October\nintro: The walk starts on 27 October at 01:30.", "NL424"),
        ("date: 2024-10-14\ntitle: October\nintro: The walk starts on 27 October at 02:30.", ""),
    ],
)
def test_what_depends_on_the_day_is_found(fields, code):
    assert [one.code for one in found(fields, file="")] == ([code] if code else [])


def test_the_clocks_change_where_the_house_is():
    fields = "intro: The night walk starts on Sunday 31 March at 1.30am."
    assert [one.code for one in found(fields)] == ["NL423"]
    assert found(fields, settings="time_zone: America/New_York") == []


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        ("text: Please book by Thursday 21 March.\n        deadline: 2024-03-21", []),
        ("text: Please book before 22 March.\n        deadline: 2024-03-21", []),
        ("text: Please book by 5pm on 21 March.\n        deadline: 2024-03-21 17:00", []),
        ("text: Please apply by 21 March. We will let you know by 28 March.\n        deadline: 2024-03-21", []),
        ("text: We will let you know by 28 March.\n        deadline: 2024-03-21", []),
        ("text: If you apply, we will email you by 28 March.\n        deadline: 2024-03-21", []),
        ("text: Please book by Tuesday 5 March.\n        deadline: 2024-03-05", ["NL405"]),
        ("text: Join us on Saturday 23 March.\n        events: [2024-03-20, 2024-03-23]", []),
        ("text: Please book by 20 March.\n        when: 2024-03-23 10:00", []),
        ("text: Join us on 24 March.\n        when: 2024-03-23\n        ends: 2024-03-25", []),
        ("text: It starts at 10am and lunch is at 1pm.\n        when: 2024-03-23 10:00", []),
        ("text: Doors open at 9:30am, and it starts at 10am.\n        when: 2024-03-23 10:00", []),
        ("text: It starts at 1:30.\n        when: 2024-03-23 13:30", []),
        ("text: Every Tuesday we meet.\n        when: 2024-03-23 13:30", []),
        ("text: Please book by Thursday.\n        when: 2024-03-23 13:30", []),
        ("title: Black Friday at the hall\n        when: 2024-03-23 13:30", []),
        ("text: See you on Thursday or Friday.\n        when: 2024-03-23 13:30", []),
        ("text: See you on Sunday.\n        when: 2024-03-23\n        ends: 2024-03-24", []),
        ("text: The last one took place on 2 March.\n        when: 2024-03-23 13:30", []),
        ("when: 2024-03-23 10:00\n        deadline: 2024-03-23 09:00", []),
        ("when: 2024-03-23 10:00\n        deadline: 2024-03-23 11:00", ["NL430"]),
        ("events: [2024-03-16, 2024-03-23]\n        deadline: 2024-03-20", []),
        ("when: 2024-03-23 10:00\n        deadline: 2024-03-23", []),
        ("events: [{when: 2024-03-23, title: A}, {when: 2024-03-23, title: B}]", []),
    ],
)
def test_text_and_fields_go_together(item, codes):
    title = "" if item.startswith("title") else "title: Seed swap\n        "
    fields = f"sections:\n  - kind: get_involved\n    items:\n      - {title}{item}\n"
    assert [(one.code, one.message) for one in found(fields) if one.code not in codes] == []
    assert [one.code for one in found(fields)] == codes
