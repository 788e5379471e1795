"""How each language writes numbers, and the words around them: `data/numbers.toml`."""

from __future__ import annotations

import re
from functools import cache

from newsletter.preflight.data_files import DataModel, any_of, data_error, read_toml

FILE = "numbers.toml"


class NumberWords(DataModel):
    """The words of one language; all but `words`, `tens` and `currency` are patterns."""

    words: str
    """The numbers from two on, with other forms of each after a slash."""
    tens: str
    """The tens, each with its value: `thirty=30`."""
    per: str
    each: str
    so: str
    of: str
    total: str
    total_before: str
    left: str
    leaves: str
    minus: str
    half: str
    half_each: str
    all_of: str
    rest: str
    of_them: str
    growth: str
    share_stats: str
    of_which: str
    not_one: str
    votes: str
    voters: str
    came: str
    price: str
    giving: str
    reduced: str
    full: str
    currency: str
    between: str
    range_units: str
    to: str
    doubled: str
    tripled: str
    halved: str
    up: str
    down: str
    from_to: str
    since: str
    anniversary: str
    fractions: str
    """Patterns of fractions in words, each with its per cent, separated by commas: `two[- ]thirds=67`."""
    to_value: str
    off: str
    target: str
    lasts: str
    hours: str
    long: str
    until: str
    clock: str
    at_price: str
    comes_to: str
    up_from: str
    down_from: str
    missing: str
    founded: str
    turns: str
    years: str
    weekly: str
    monthly: str
    quarterly: str
    yearly: str
    one: str
    costs: str
    for_price: str
    adults: str
    children: str
    instead: str
    half_price: str
    cheaper: str
    you_get: str
    ballots: str

    def find(self, pattern: str) -> re.Pattern[str]:
        """Return a pattern in which `<name>` stands for the words of that name, in any case."""
        return _compiled(re.sub(r"<(\w+)>", lambda name: f"(?:{getattr(self, name[1])})", pattern))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return any_of(FILE, [pattern])


@cache
def number_words(language: str) -> NumberWords | None:
    """Return what is known of the numbers of a language such as `en`."""
    data = read_toml(FILE).get(language)
    return None if data is None else NumberWords.model_validate(data)


@cache
def word_values(language: str) -> dict[str, int]:
    """Return the numbers that are written as one word of a language, in small letters."""
    known = number_words(language)
    if known is None:
        return {}
    small = {form: value for value, forms in enumerate(known.words.split(), 2) for form in forms.split("/")}
    values = dict(small)
    for entry in known.tens.split():
        word, equals, value = entry.partition("=")
        if not equals or not value.isdecimal():
            raise data_error(FILE, f"{language}: {entry} must be a word, an equals sign and a number")
        ten = values[word] = int(value)
        for unit, number in small.items():
            if number < 10 and language == "en":
                values[f"{word}-{unit}"] = ten + number
            elif number < 10 and language == "de":
                values[f"{unit}und{word}"] = ten + number
    return values
