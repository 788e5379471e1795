"""The month in the title, the subject and the headings, held to the month of the issue."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import PurePath

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import LOOKING_BACK, field_moments, format_date, readings
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.dates import dates_in
from newsletter.preflight.text.dates.locale_grammar import LocaleGrammar, grammar_for
from newsletter.preflight.text_spans import TextSpan
from newsletter.render.dates import month_before
from newsletter.render.ui_strings import ENGLISH

TITLE = warning("NL413", name="issue-month-mismatch")
HEADING = warning("NL414", name="heading-month-mismatch")
BY_ITSELF = warning("NL415", name="default-heading-mismatch")

_NOUNS = (
    r"(?:e-?)?(?:update|news|newsletter|bulletin|issue|edition|digest|round-?up|review|highlights|briefing|mailing|"
    r"noticias|boletín|novedades|newyddion|cylchlythyr|diweddariad|bwletin|أخبار|نشرة|تحديث)s?"
)
_NOUN_AFTER = compile_pattern(
    rf"(?:\s+(?:19|20)\d\d)?(?:[’']s)?(?:\s+[\w’'-]+){{0,2}}?\s+{_NOUNS}(?!\w)", re.IGNORECASE
)
_NOUN_BEFORE = compile_pattern(
    rf"(?<!\w){_NOUNS}(?:\s*[:–—,|-])?\s+(?:(?:for|from|of|in|de|del|mis|شهر)\s+)*$", re.IGNORECASE
)
_ALONE = compile_pattern(r"(?:\s+(?:19|20)\d\d)?\s*(?:[:–—|]|$)")
_NAMED = compile_pattern(r"\s+(?:(?:de|أعوام|عام)\s+)?(?:19|20)\d\d\s*(?:[:–—|]|،|$)")
"""What follows the month in “Sotto Voce, October 2027: carols”."""
_JOINED = compile_pattern(r"\s*(?:[/&+–-]|and|und|y|a|ac)\s*", re.IGNORECASE)
"""Between two months that name one issue: “April/May 2024”."""
_YEAR = compile_pattern(r"\s+(?:(?:de|del|أعوام|عام)\s+)?((?:19|20)\d\d)(?!\w)")
_WELCOME = compile_pattern(r"\b(?:welcome to|this is|here(?: is|’s|'s))\s+(?:the|our|your|another)?\s*$", re.IGNORECASE)
_LOOKS_BACK = compile_pattern(
    r"\b(?:review|round-?up|highlights|look(?:ing|s)? back|recap|what we|in numbers|report|resumen|repaso|balance"
    r"|\w*(?:rückblick|rückschau|bericht))\b",
    re.IGNORECASE,
)
_LATE, _EARLY = 20, 5
"""From this day on an issue may be the next month's, and up to that one the last month's."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield months that are not the issue's, in the order of the texts, then automatic headings."""
    for run in context.runs:
        if run.section is None and run.field in {"title", "subject", "preheader", "intro"}:
            yield from _called(context, run)
        elif run.field == "heading" and run.section is not None and len(run.loc) == 3:
            yield from _headed(context, run, run.section)
    for number, section in enumerate(context.issue.sections):
        if section.heading is None and section.kind in {"coming_up", LOOKING_BACK}:
            yield from _by_itself(context, number, section.kind)


def _called(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    issue = context.issue.date
    months = _months(run)
    for start, end, month in months:
        distance = _distance(month, issue)
        is_stale = run.field == "title" and _NAMED.match(run.words, end)
        fitting = _fitting(issue, run.words)
        if is_stale and _is_filed_by_month(context):
            fitting -= {-1} if not _LOOKS_BACK.search(run.words) else set()
        is_name = is_stale or _names_the_issue(run, start, end)
        if is_name and distance in fitting:
            yield from _other_year(context, run, end, distance)
        if is_name and distance not in fitting and not _is_of_a_pair(run, start, months, fitting, issue):
            locale_grammar = grammar_for(run.language)
            name = locale_grammar.month_names[issue.month - 1] if locale_grammar else ""
            message = f"The text says “{run.text[start:end]}”, but the issue is sent in {name}."
            new = name if _stood_before(context, run) else None
            yield context.in_text(TITLE, run, start, end, message, new=new)


def _other_year(context: LintContext, run: TextSpan, end: int, distance: int) -> Iterator[Finding]:
    """Yield the year behind the month of the issue’s name where it is another one."""
    found = _YEAR.match(run.words, end)
    issue = context.issue.date
    year = issue.year + (issue.month - 1 + distance) // 12
    if found and run.field in {"title", "subject"} and int(found[1]) != year:
        message = f"The text says “{found[1]}”, but the issue is sent in {issue.year}."
        yield context.in_text(TITLE, run, *found.span(1), message, likely=[str(year)])


def _is_of_a_pair(
    run: TextSpan, start: int, months: list[tuple[int, int, int]], fitting: set[int], issue: dt.date
) -> bool:
    """Return whether a month is the second of two that name an issue, of which the first fits."""
    return any(
        end <= start and _JOINED.fullmatch(run.words, end, start) and _distance(month, issue) in fitting
        for _, end, month in months
    )


def _is_filed_by_month(context: LintContext) -> bool:
    """Return whether the file has the name of the issue's month, so that the issue is not the last month's."""
    return PurePath(context.loaded.places.of(()).path).stem.startswith(f"{context.issue.date:%Y-%m}")


def _names_the_issue(run: TextSpan, start: int, end: int) -> bool:
    """Return whether a month is part of the issue's name, not of what it tells of."""
    after = _NOUN_AFTER.match(run.words, end) is not None
    if run.field == "intro":
        return after and _WELCOME.search(run.words, max(0, start - 30), start) is not None
    before = _NOUN_BEFORE.search(run.words, max(0, start - 30), start) is not None
    return after or before or (not run.words[:start].strip() and _ALONE.match(run.words, end) is not None)


def _fitting(issue: dt.date, words: str) -> set[int]:
    """Return the months that an issue may be called by, counted from its own."""
    fitting = {0}
    if issue.day >= _LATE:
        fitting.add(1)
    if issue.day <= _EARLY or _LOOKS_BACK.search(words):
        fitting.add(-1)
    return fitting


def _headed(context: LintContext, run: TextSpan, number: int) -> Iterator[Finding]:
    issue, kind = context.issue.date, context.issue.sections[number].kind
    months = _months(run)
    if len(months) != 1 or kind not in {"coming_up", LOOKING_BACK}:
        return
    start, end, month = months[0]
    distance = _distance(month, issue)
    if kind == LOOKING_BACK:
        fits = distance == -1 or (distance == 0 and issue.day >= _LATE)
        right = month_before(issue)
    else:
        fits = 0 <= distance <= 4 and not _is_belied(context, number, month)
        right = issue.replace(day=1)
    if not fits:
        locale_grammar = grammar_for(run.language)
        name = locale_grammar.month_names[right.month - 1] if locale_grammar else ""
        sent = format_date(issue)
        message = f"“{run.text[start:end]}” should probably be {name}, because the issue is sent on {sent}."
        new = name if _stood_before(context, run) else None
        yield context.in_text(HEADING, run, start, end, message, new=new)


def _is_belied(context: LintContext, number: int, month: int) -> bool:
    """Return whether what comes up takes place in the issue's month, and nothing in the one of the heading."""
    months = _months_of(context, number)
    return context.issue.date.month in months and month not in months


def _by_itself(context: LintContext, number: int, kind: str) -> Iterator[Finding]:
    issue, loc = context.issue.date, ("sections", number, "kind")
    months = _months_of(context, number)
    if kind == LOOKING_BACK:
        day, pattern = month_before(issue), ENGLISH.last_month
        texts = {one.day.month for one in readings(context) if one.run.section == number and one.day}
        wrong = issue.day >= _LATE and months | texts == {issue.month}
    else:
        day, pattern = issue, ENGLISH.coming_up
        wrong = bool(months) and issue.month not in months and _all_dated(context, number)
    if wrong:
        heading = pattern.format(month=format_date(day, weekday=False).partition(" ")[2])
        yield context.on_field(
            BY_ITSELF, loc, f"The default heading is “{heading}”, but no date in the section is in that month."
        )


def _months_of(context: LintContext, number: int) -> set[int]:
    """Return the months in which the events of a section take place."""
    days = [
        day
        for moment in field_moments(context)
        if moment.loc[1] == number and not moment.is_deadline
        for day in (moment.first_day, moment.last_day)
    ]
    return {day.month for day in days}


def _all_dated(context: LintContext, number: int) -> bool:
    """Return whether each item of a section has a date of its own."""
    section = context.issue.sections[number]
    items = [
        *getattr(section, "items", ()),
        *(item for group in getattr(section, "groups", ()) for item in group.items),
    ]
    return bool(items) and all(getattr(item, "when", None) or getattr(item, "events", ()) for item in items)


def _months(run: TextSpan) -> list[tuple[int, int, int]]:
    """Return the months that a text names without a day: where each begins and ends, and its number."""
    locale_grammar = grammar_for(run.language)
    if locale_grammar is None:
        return []
    dated = {at for date in dates_in(run.words, run.language) for at in range(date.start, date.end)}
    return [
        (*match.span("name"), locale_grammar.month_of(match["name"]))
        for match in locale_grammar.month.finditer(run.words)
        if _is_written_as_name(match["name"], locale_grammar) and dated.isdisjoint(range(*match.span()))
    ]


def _is_written_as_name(name: str, locale_grammar: LocaleGrammar) -> bool:
    return not locale_grammar.is_short(name) and (not locale_grammar.grammar.cased or name[0].isupper())


def _distance(month: int, issue: dt.date) -> int:
    """Return how many months another one is from the issue's, from -6 to 5."""
    return (month - issue.month + 6) % 12 - 6


def _stood_before(context: LintContext, run: TextSpan) -> bool:
    """Return whether the same words stood in the issue before, so that they were taken over."""
    return any(other.text == run.text and other.field == run.field for past in context.past for other in past.runs)


CHECKS = (Checker("month of the issue", (TITLE, HEADING, BY_ITSELF), check),)
