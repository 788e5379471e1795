"""What an author most likely meant: dates, times, links and quotation, put into the form the file needs.

Each function returns the corrected words, or an empty text where it would be a guess.
"""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import re
from collections.abc import Iterable

from newsletter.compiled_patterns import compile_pattern

CURLY = "“”„‟«»‘’‚‛"
_PAIRS = (("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("‘", "’"), ("”", "”"), ("’", "’"))

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR_FIRST = compile_pattern(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})\b")
_COMPACT = compile_pattern(r"(\d{4})(\d{2})(\d{2})\b")
_DAY_FIRST = compile_pattern(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})\b")
_DAY_NAME = compile_pattern(rf"(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_NAME})\b\.?,?(?: (\d{{4}})\b)?", re.IGNORECASE)
_NAME_DAY = compile_pattern(rf"({_NAME})\b\.? (\d{{1,2}})(?:st|nd|rd|th)?\b,?(?: (\d{{4}})\b)?", re.IGNORECASE)
_WEEKDAY = compile_pattern(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+", re.IGNORECASE)
_CLOCK = compile_pattern(r"(\d{1,2})(?:[:.h ]?(\d{2}))?(?::00)?\s*(a\.?m\.?|p\.?m\.?|noon|midnight)?", re.IGNORECASE)
_TIME_FIRST = compile_pattern(
    r"(noon|midday|\d{1,2}(?:[:.]\d{2})?\s*[ap]m|\d{1,2}[:.]\d{2})\s*(?:on\b|,|\s)\s*(?=\S)", re.IGNORECASE
)
_BEFORE_TIME = compile_pattern(r"^(?:[T,]|at\b|from\b|by\b|@|-|–|\s)+", re.IGNORECASE)
_SCHEME = compile_pattern(r"h?t?tps?[:;]?/{0,3}(?=[\w-]+\.)", re.IGNORECASE)
_PHONE = compile_pattern(r"\+?[\d ()-]{7,}")
_IN_MARKDOWN = compile_pattern(r"\[[^\]]*\]\(\s*<?([^)>\s]+)>?\s*\)|<([^>\s]+)>")
_ADDRESS = compile_pattern(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def unquoted(text: str) -> str:
    """Return the text without typographic quotation marks around it."""
    text = text.strip()
    for left, right in _PAIRS:
        if len(text) > 1 and text.startswith(left) and text.endswith(right):
            return text[1:-1].strip()
    return text


def as_value(text: str) -> str:
    """Return the text as a YAML value on one line, in quotation marks that fit what is in it."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known name that a misspelt one is closest to, empty where none is close."""
    names = list(known)
    plain = _plain_name(word)
    if plain in names:
        return plain
    close = difflib.get_close_matches(plain, names, n=1, cutoff=0.66)
    if close:
        return close[0]
    singular = {name.rstrip("s"): name for name in names}
    return singular.get(plain.rstrip("s"), "")


def same_name(word: str, known: Iterable[str]) -> bool:
    """Return whether a word is a known name but for capitals, spaces, dashes and quotation marks."""
    return _plain_name(word) in set(known)


def _plain_name(word: str) -> str:
    return re.sub(r"[\s-]+", "_", word.strip(" \t:\"'“”‘’").casefold())


def moment(text: str, year: int | None = None) -> str:
    """Return a date, or a date and time, as the file writes it: `2024-02-20 13:00`.

    Days come before months, as in Britain, where numbers alone leave it open. A date without a year is taken to be
    in `year`.
    """
    words = unquoted(text).strip("\"'")
    first = _TIME_FIRST.match(words)
    if first:
        words = f"{words[first.end() :]} {first[1]}"
    words = _WEEKDAY.sub("", words, count=1).strip()
    found = _date_at_start(words, year)
    if found is None:
        return ""
    day, rest = found
    rest = _BEFORE_TIME.sub("", rest).strip()
    if not rest:
        return day.isoformat()
    time = clock(rest)
    return f"{day.isoformat()} {time}" if time else ""


def day(text: str, year: int | None = None) -> str:
    """Return a date as the file writes it, whatever time follows it."""
    return moment(text, year)[:10]


def _date_at_start(text: str, year: int | None) -> tuple[dt.date, str] | None:
    orders = ((_YEAR_FIRST, (1, 2, 3)), (_COMPACT, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1)))
    for pattern, (y, m, d) in orders:
        match = pattern.match(text)
        if match:
            found = _calendar_day(int(match[y]), int(match[m]), int(match[d]))
            return (found, text[match.end() :]) if found else None
    for pattern, (m, d) in ((_DAY_NAME, (2, 1)), (_NAME_DAY, (1, 2))):
        match = pattern.match(text)
        if match and (match[3] or year):
            found = _calendar_day(int(match[3] or year or 0), _MONTHS[match[m].casefold()], int(match[d]))
            return (found, text[match.end() :]) if found else None
    return None


def _calendar_day(year: int, month: int, day: int) -> dt.date | None:
    if month > 12 >= day:
        month, day = day, month
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def clock(text: str) -> str:
    """Return a time as the file writes it: `13:00` for `1pm`, `13.00`, `1300`."""
    words = unquoted(text).strip("\"'").casefold().strip()
    if words in {"noon", "midday", "12 noon", "12noon"}:
        return "12:00"
    match = _CLOCK.fullmatch(words)
    if match is None:
        return ""
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "")
    if half in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif match[2] is None or half:
        return ""
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else ""


def link(text: str) -> str:
    """Return a link that begins with https://, mailto: or tel: and has no spaces in it."""
    words = unquoted(text).strip("\"'")
    inside = _IN_MARKDOWN.fullmatch(words)
    if inside:
        words = inside[1] or inside[2]
    if words.casefold().startswith(("https://", "http://", "mailto:", "tel:")):
        filled = re.sub(r"\{\s*(\w+)\s*\}", r"{\1}", words)  # `{ email }` is filled in, once its spaces are gone
        return re.sub(r"\s+", "%20", filled)
    if re.search(r"\s", words) is None:
        if _ADDRESS.fullmatch(words):
            return f"mailto:{words}"
        bare = _SCHEME.sub("", words, count=1)
        if re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#:].*)?", bare, re.IGNORECASE):
            return f"https://{bare}"
    if _PHONE.fullmatch(words):
        return "tel:" + re.sub(r"[^\d+]", "", words)
    return ""


def email(text: str) -> str:
    """Return the one address in the text, where there is exactly one."""
    found = _ADDRESS.findall(text.replace(" @ ", "@").replace("(at)", "@"))
    return found[0].rstrip(".") if len(found) == 1 else ""


def colour(text: str) -> str:
    """Return a colour as #rrggbb, from its short form or with the # forgotten."""
    digits = unquoted(text).strip("\"'").removeprefix("#")
    if re.fullmatch(r"[0-9a-fA-F]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits.lower()}" if re.fullmatch(r"[0-9a-fA-F]{6}", digits) else ""
