"""What keeps words from being taken for a date that are none: “May we”, “9 April House”, “3 April interns”."""

from __future__ import annotations

import re

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.dates.locale_grammar import LocaleGrammar

_BEFORE_DAY = compile_pattern(
    r"(?:\b(?:on|by|from|until|till|to|before|after|since|of|and|or|the|between|for|is|are|was|were|week|w/c|"
    r"commencing|starting|date|deadline|through)|[–—:;,(•|&-])\s*$",
    re.IGNORECASE,
)
"""What stands before the number of a day, and hardly before a count."""

_COUNTED = compile_pattern(
    r"\s+(?!(?:is|was|as|has|this|its|us|does|always|plus|sees|marks|brings|starts|begins)\b)[a-z]+s\b"
)
_ADDRESS = compile_pattern(
    r"\s+(?:House|Street|St|Road|Rd|Court|Close|Lane|Avenue|Way|Gardens|Cottages?|Place|Square|Drive|Terrace|Crescent|"
    r"Mews|Row|Walk|Grove)\b"
)
_IN = compile_pattern(r"\b(?:in|during|this|last|next|early|late|mid|every|each|our|your|of)[\s-]+$", re.IGNORECASE)
_GOES_ON = compile_pattern(
    r"\s+(?:at|from|to|until|till|and|or|for|in|with|is|was|as|we|by|on|between|through|will|a|an|the|if|but|so|when|"
    r"where|about|after|before|because|you|our|all|this|please|noon|midday|via|that|which|only|inclusive|onwards?|"
    r"it|they|he|she|there|marks|sees|saw)\b"
)
_PAUSE = compile_pattern(r"\s*(?:$|[^\w\s]|\n|[A-Z]|\d|(?:at|from|to|until|till|and|or|for|in|with|we|by|via|of)\b)")
_STOP = compile_pattern(r"\s*(?:$|[),.;:!?–—])")
_LIST_BEFORE = compile_pattern(
    r"(?:^|\b(?:on|from|between|the|to|by|dates|el|entre|y|rhwng|ar)|[,:(&–—-]|\band)\s*$", re.IGNORECASE
)
_BARE_JOINT = compile_pattern(r"\s*[–—-]\s*|\s*[/]\s*")


def named_weekday(match: re.Match[str], locale_grammar: LocaleGrammar) -> int | None:
    """Return the weekday that a match names; None where it names none, or the word is another (“sat 2 March exams”)."""
    name = match["weekday"]
    if name is None:
        return None
    if locale_grammar.grammar.cased and locale_grammar.is_short(name) and not name[0].isupper():
        return None
    return locale_grammar.weekday_of(name)


def is_day_month(match: re.Match[str], locale_grammar: LocaleGrammar) -> bool:
    """Return whether “5 March” is a day, not five of something."""
    if not _is_name(match, locale_grammar):
        return False
    if _is_sure(match, locale_grammar):
        return True
    before, after = match.string[max(0, match.start() - 24) : match.start()], match.string
    if locale_grammar.primary != "en":
        return int(match["day"]) <= 31
    introduced = _BEFORE_DAY.search(before) is not None
    if int(match["day"]) > 31 or _ADDRESS.match(after, match.end()):
        return introduced and not _ADDRESS.match(after, match.end()) and not _COUNTED.match(after, match.end())
    return introduced or not _COUNTED.match(after, match.end())


def is_month_day(match: re.Match[str], locale_grammar: LocaleGrammar) -> bool:
    """Return whether “March 5” is a day, not “in March 5 people” or “May 5 of you”."""
    if not _is_name(match, locale_grammar):
        return False
    if _is_sure(match, locale_grammar):
        return True
    if locale_grammar.primary != "en":
        return int(match["day"]) <= 31 and _STOP.match(match.string, match.end()) is not None
    if int(match["day"]) > 31 or _IN.search(match.string[max(0, match.start() - 12) : match.start()]):
        return False
    text, end = match.string, match.end()
    return not re.match(r"\s+[a-z]", text[end : end + 8]) or _GOES_ON.match(text, end) is not None


def are_numbers_of_a_date(match: re.Match[str], locale_grammar: LocaleGrammar) -> bool:
    """Return whether 1/3/2024 is a date, not a version, a fraction or a phone number."""
    year = match["year"]
    if year is None:
        return match["mark"] == "/" and named_weekday(match, locale_grammar) is not None
    return len(year) == 4 or match["mark"] == "/"


def stands_alone(match: re.Match[str]) -> bool:
    """Return whether “Friday 8th” ends there, unlike “Friday 2nd team”; Friday the 13th is a saying."""
    if int(match["day"]) == 13 and "the" in match[0].casefold():
        return False
    return _PAUSE.match(match.string, match.end()) is not None


def borrows(match: re.Match[str], locale_grammar: LocaleGrammar, *, named: bool) -> bool:
    """Return whether a number before a date is a day of the same month: “1–8 March”, not “room 3 and 8 March”."""
    if not 1 <= int(match["day"]) <= 31:
        return False
    if named or match["ordinal"] or _BARE_JOINT.fullmatch(match["joint"]):
        return True
    if re.search(rf"\b(?:{locale_grammar.grammar.until})\b", match["joint"], re.IGNORECASE):
        return True
    return _LIST_BEFORE.search(match.string[max(0, match.start() - 16) : match.start()]) is not None


def _is_sure(match: re.Match[str], locale_grammar: LocaleGrammar) -> bool:
    """Return whether there is more to it than a number and a month."""
    return named_weekday(match, locale_grammar) is not None or bool(
        match["behind"] or match["ordinal"] or match["year"]
    )


def _is_name(match: re.Match[str], locale_grammar: LocaleGrammar) -> bool:
    """Return whether a month is written as the name that it is: “march” alone is mostly something that people do."""
    name = match["month"]
    if not locale_grammar.grammar.cased or name[0].isupper():
        return True
    return match["weekday"] is not None and not locale_grammar.is_short(name)
