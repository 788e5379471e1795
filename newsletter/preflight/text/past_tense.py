"""Put an announcement into the past tense, as far as regular forms of English allow: “we will meet” -> “we met”."""

from __future__ import annotations

import re
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.data_files import DataModel, any_of, read_model

_FILE = "past_tense.toml"
_SINGULAR = frozenset({"i", "he", "she", "it", "this", "that", "who", "which"})
_PLURAL = frozenset({"we", "they", "these", "those", "all", "both", "people"})
_ADVERB = "(?:also|all|both|each|finally|first|then|again|together|even|now)"

_SKIPPED = compile_pattern(
    r"\]\([^)]*\)|<[^<>]*>|https?://\S+|“[^”]*”|\"[^\"]*\"|‘[^’]*’(?!\w)|`[^`]*`"  # links, and the words of others
)
_WILL = compile_pattern(
    rf"(?<![\w’'])(?:(?P<subject>[\w’'-]+) will|(?P<short>we|they|he|she|it|i)['’]ll) "
    rf"(?P<adverb>{_ADVERB} )?(?P<verb>[a-z]+)\b(?! (?:not|never)\b)",
    re.IGNORECASE,
)
_ACTING = compile_pattern(
    rf"(?<![\w’'])(?P<we>we)(?:(?: are|['’]re) (?P<gerund>[a-z]+ing)| (?P<adverb>{_ADVERB} )?(?P<verb>[a-z]+))\b",
    re.IGNORECASE,
)
_NEXT = compile_pattern(r"\b(our) next\b(?= [\w‘“])", re.IGNORECASE)


class _Words(DataModel):
    """The content of the data file."""

    regular: list[str]
    acts: list[str]
    states: list[str]
    irregular: dict[str, str]
    phrases: dict[str, str]


def past_tense(text: str) -> str:
    """Return an English text with its regular announcements in the past tense; all other words as they are."""
    told, end = [], 0
    for skipped in _SKIPPED.finditer(text):
        told += [_told(text[end : skipped.start()]), skipped[0]]
        end = skipped.end()
    return "".join((*told, _told(text[end:])))


def past_of(verb: str) -> str | None:
    """Return the simple past of a verb of the table; None for a verb that is not in it."""
    words, verb = _words(), verb.lower()
    if verb in words.irregular:
        return words.irregular[verb]
    if verb not in words.regular:
        return None
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if verb.endswith("y") and verb[-2] not in "aeiou" else f"{verb}ed"


@cache
def _words() -> _Words:
    return read_model(_FILE, _Words)


@cache
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(_words().phrases, key=len, reverse=True)
    return any_of(_FILE, map(re.escape, longest_first), r"\b(?:{})\b")


@cache
def _states() -> re.Pattern[str]:
    return any_of(_FILE, _words().states, r"\b(?P<be>is|are) (?P<state>{})\b")


def _told(text: str) -> str:
    text = _WILL.sub(lambda match: _will(match, text), text)
    text = _ACTING.sub(_acted, text)
    text = _phrases().sub(lambda match: _cased(_words().phrases[match[0].lower()], match[0]), text)
    text = _states().sub(lambda match: f"{'was' if match['be'].lower() == 'is' else 'were'} {match['state']}", text)
    return _NEXT.sub(r"\1", text)


def _will(match: re.Match[str], text: str) -> str:
    subject, verb = match["subject"] or match["short"], match["verb"].lower()
    if subject.lower() == "you":
        return match[0]  # what readers will do is an invitation
    past = _was_or_were(subject, match, text) if verb == "be" else past_of(verb)
    return f"{subject} {match['adverb'] or ''}{past}" if past else match[0]


def _acted(match: re.Match[str]) -> str:
    verb = _verb_of(match["gerund"].lower()) if match["gerund"] else match["verb"].lower()
    past = past_of(verb) if verb in _words().acts else None
    return f"{match['we']} {match['adverb'] or ''}{past}" if past else match[0]


def _was_or_were(subject: str, match: re.Match[str], text: str) -> str | None:
    """Return the past of “be” for a subject; None where the words do not show whether it is one or several."""
    word = subject.lower()
    if word == "there":
        following = text[match.end() :].split(maxsplit=1)
        return "was" if following and following[0].lower() in {"a", "an", "one", "another", "no"} else None
    if word in _PLURAL or re.search(r"\w+ and (?:\w+ )?$", text[: match.start()]):
        return "were"
    if word in _SINGULAR:
        return "was"
    if not word.isalpha():
        return None
    return "were" if word.endswith("s") and not word.endswith(("ss", "us", "is")) else "was"


def _verb_of(gerund: str) -> str:
    """Return the verb of the table that a form in -ing belongs to; empty for any other."""
    stem = gerund.removesuffix("ing")
    candidates = (stem, f"{stem}e", stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else "")
    return next((one for one in candidates if one and past_of(one)), "")


def _cased(words: str, model: str) -> str:
    return words[0].upper() + words[1:] if model[0].isupper() else words
