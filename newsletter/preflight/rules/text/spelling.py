"""Check spelling with the dictionary of each text's language and the words in the settings."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import AcceptableWords, Finding, Severity
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, Rule, note, warning
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text.spelling.edit_distance import distance
from newsletter.preflight.text.spelling.speller import Kind, Speller, Verdict
from newsletter.preflight.text.spelling.tokenizer import Case, Word, plain, starts_sentence, words_of
from newsletter.preflight.text_spans import TextSpan, code_in

MISSPELT = warning("NL700", name="misspelled-word")
SPACE = note("NL701", name="missing-space")
CAPITALS = warning("NL702", name="two-initial-capitals")
ABROAD = note("NL703", name="other-english-spelling")
UNKNOWN = note("NL704", name="unknown-word")
NO_DICTIONARY = note("NL705", name="missing-dictionary")

_RULES = {
    Kind.MISSPELT: MISSPELT,
    Kind.SPACE: SPACE,
    Kind.CAPITALS: CAPITALS,
    Kind.ABROAD: ABROAD,
}
_NAME_FIELDS = frozenset({"people", "who", "name", "where", "source", "credit", "contact"})
"""Fields that hold names."""

_BORROWED = compile_pattern(
    r"(?<!\w)(?:de facto|de jure|a priori|a posteriori|ad libitum|alma mater|bona fides?|cul[ -]de[ -]sacs?|et cetera"
    r"|fait accompli|faux pas|honoris causa|hors d[’']oeuvres?|in absentia|in loco parentis|in situ|in vitro|in vivo"
    r"|inter alia|joie de vivre|laissez[ -]faire|magnum opus|mise en place|modus operandi|modus vivendi|nom de plume"
    r"|prima facie|prix fixe|pro bono|pro rata|raison d[’']être|savoir[ -]faire|sine qua non|sotto voce|terra firma"
    r"|à la carte|crème de la crème|c[’']est la vie|cordon bleu|pièce de résistance|soup du jour)(?!\w)",
    re.IGNORECASE,
)
"""Phrases from other languages, some words of which are no English ones."""
_GERMAN_DAYS = frozenset(["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag"])
_HOUSE_STYLE = 3
"""Number of British words with -ize from which on that is the style of Oxford, and not a slip."""
_HABIT = 2
"""Number of uses in past issues from which on an unknown word counts as correct."""
_DAY_BEFORE = compile_pattern(r"(?<![\d.:])(\d{1,2})(?:st|nd|rd|th|\.)?(?:\s+of)?\s+$")
_DAY_AFTER = compile_pattern(r"\s+(\d{1,2})(?:st|nd|rd|th)?\b(?![.:]\d)")
_LEAP_YEAR = 2024
_LONGEST_MONTH = 31


class _Found(NamedTuple):
    """A reported word and the place where it is first used."""

    verdict: Verdict
    run: TextSpan
    word: Word


def check(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for each misspelt word, and one for all unknown words together."""
    yield from _without_dictionary(context)
    found, counts = _found(context)
    habits = _habits(context) if any(not one.verdict.is_certain for one in found) else Counter[str]()
    found = [one for one in found if one.verdict.is_certain or habits[plain(one.word.text)] < _HABIT]
    oxford = [one for one in found if one.verdict.kind is Kind.ABROAD and not one.verdict.safe]
    if len(oxford) >= _HOUSE_STYLE:
        found = [one for one in found if one not in oxford]
    for one in found:
        if one.verdict.kind is not Kind.UNKNOWN:
            yield _finding(context, one, counts[one.word.key])
    yield from _unknown(context, [one for one in found if one.verdict.kind is Kind.UNKNOWN])


def _found(context: LintContext) -> tuple[list[_Found], Counter[str]]:
    """Return the reported words and how often each is used."""
    texts = [(run, words_of(run)) for run in context.runs if "lorem ipsum" not in run.words.casefold()]
    own, names = _own(context), _names(texts)
    spellers: dict[str, Speller] = {}
    first: dict[str, _Found] = {}
    counts: Counter[str] = Counter()
    for run, words in texts:
        speller = spellers.get(run.language) or _speller(context, run.language, own, names)
        spellers[run.language] = speller
        code = code_in(run.text)
        for word, verdict in _verdicts(speller, run, words):
            if any(start <= word.start < end for start, end in code):
                continue
            counts[word.key] += 1
            first.setdefault(word.key, _Found(verdict, run, word))
    return list(first.values()), counts


def _speller(context: LintContext, language: str, own: frozenset[str], names: frozenset[str]) -> Speller:
    facts = context.facts
    misspelt = facts.misspelt or (lambda _word, _language: False)
    corrected = facts.corrected or (lambda _word, _language: "")
    return Speller(language, misspelt, corrected, own, names)


def _verdicts(speller: Speller, run: TextSpan, words: tuple[Word, ...]) -> list[tuple[Word, Verdict]]:
    """Return the reported words of a text, without names, quoted words and foreign words."""
    judged = [(word, speller.verdict(word)) for word in words]
    kept = []
    for number, (word, verdict) in enumerate(judged):
        if verdict is None:
            continue
        is_guess = verdict.kind in {Kind.UNKNOWN, Kind.MISSPELT} and not verdict.is_certain
        is_name = run.field in _NAME_FIELDS and word.case is not Case.LOWER
        if is_guess and (is_name or word.quoted or _is_foreign(judged, number, speller)):
            continue
        if is_guess and _is_cut(run, word):
            continue
        if is_guess and (_is_linked_name(run, word) or _is_line(run, word) or _is_surname(run, judged, number)):
            continue
        if is_guess and (_is_spoken(run, word, speller) or _is_borrowed(run, word) or _is_rhymed(run, judged, number)):
            continue
        kept.append((word, verdict))
    return kept


def _is_spoken(run: TextSpan, word: Word, speller: Speller) -> bool:
    """Return whether a word is written as it is spoken, without its last letter: “fixin’ to stay”."""
    is_cut = word.key.endswith("in") and run.words[word.end : word.end + 1] in {"'", "’"}
    return is_cut and speller.is_word(f"{word.key}g")


def _is_cut(run: TextSpan, word: Word) -> bool:
    """Return whether a hyphen stands for the rest of a word, as in “Erweiterungs- und Umbau”."""
    return run.words[word.end : word.end + 1] == "-" and not run.words[word.end + 1 : word.end + 2].isalnum()


def _is_linked_name(run: TextSpan, word: Word) -> bool:
    """Return whether a word in small letters is all of a link: the name of a program, say."""
    at = next((link for link in run.links if link.start <= word.start < link.at), None)
    return at is not None and " " not in at.words.strip() and word.case is Case.LOWER


def _is_surname(run: TextSpan, judged: list[tuple[Word, Verdict | None]], number: int) -> bool:
    """Return whether a word follows a first name in German, which writes two nouns in a row as one word."""
    if not run.language.startswith("de") or number == 0:
        return False
    before, word = judged[number - 1][0], judged[number][0]
    is_first = starts_sentence(run.words, before.start)
    is_named = not is_first and before.text[0].isupper() and word.text[0].isupper()
    return is_named and run.words[before.end : word.start] == " " and before.key not in _GERMAN_DAYS


def _is_line(run: TextSpan, word: Word) -> bool:
    """Return whether a word with a capital has a line of a text to itself, as the name of a place in a list has."""
    start, end = run.words.rfind("\n", 0, word.start) + 1, run.words.find("\n", word.end)
    line = run.words[start : end if end >= 0 else len(run.words)]
    return run.field == "text" and word.case is Case.START and line.strip() == word.text


def _is_borrowed(run: TextSpan, word: Word) -> bool:
    """Return whether a word belongs to a phrase that English has from another language: “de facto”, “pro bono”."""
    return any(match.start() <= word.start < match.end() for match in _BORROWED.finditer(run.words))


def _is_rhymed(run: TextSpan, judged: list[tuple[Word, Verdict | None]], number: int) -> bool:
    """Return whether a word and the one beside its hyphen sound alike: “knick-knacks”, “higgledy-piggledy”."""
    word = judged[number][0]
    for first, second in ((number - 1, number), (number, number + 1)):
        if first >= 0 and second < len(judged):
            one, other = judged[first][0], judged[second][0]
            if run.words[one.end : other.start] == "-" and word in {one, other}:
                pair = one.key, other.key.removesuffix("s") if not one.key.endswith("s") else other.key
                if len(pair[0]) > 2 and distance(*pair, 1) <= 1:
                    return True
    return False


def _is_foreign(judged: list[tuple[Word, Verdict | None]], number: int, speller: Speller) -> bool:
    """Return whether the words around a word are unknown too, so that all are from another language."""

    def is_strange(at: int) -> bool:
        if not 0 <= at < len(judged):
            return False
        word, verdict = judged[at]
        return (verdict is not None and not verdict.is_certain) or not speller.is_word(plain(word.text))

    beside = [at for at in (number - 1, number + 1) if is_strange(at)]
    if len(beside) == 2 or any(is_strange(2 * at - number) for at in beside):
        return True
    verdict = judged[number][1]
    has_accents = not all(judged[at][0].text.isascii() for at in (number, *beside))
    return bool(beside) and (has_accents or not (verdict and verdict.right))


def _own(context: LintContext) -> frozenset[str]:
    """Return the words that the settings list as correct, in lower case."""
    checking, presentation = context.checking, context.presentation
    brand = presentation.brand
    texts = [*checking.words, *checking.abbreviations, *checking.jargon]
    texts += [brand.name, brand.newsletter or "", brand.address or "", presentation.sender.name]
    return frozenset(part.lower() for text in texts for part in plain(text).replace("-", " ").split())


def _names(texts: list[tuple[TextSpan, tuple[Word, ...]]]) -> frozenset[str]:
    """Return words capitalised in mid-sentence or used in name fields, in lower case."""
    return frozenset(
        word.key.removesuffix("'s")
        for run, words in texts
        for word in words
        if word.case is Case.NAME or (word.case is not Case.LOWER and run.field in _NAME_FIELDS)
    )


def _habits(context: LintContext) -> Counter[str]:
    """Count the words of past issues, with their capitals."""
    return Counter(plain(word.text) for past in context.past for run in past.runs for word in words_of(run))


def _finding(context: LintContext, found: _Found, count: int) -> Finding:
    verdict, word = found.verdict, found.word
    times = f" It is used {count} times." if count > 1 else ""
    message = f"{_said(verdict, word.text)}{times}"
    rule: Rule = _RULES[verdict.kind]
    right = _written(found.run, verdict.right)
    new, likely = (right, []) if verdict.safe else (None, [right] if right else [])
    if (most := _days_exceeded(found.run, word, right)) is not None:
        # a right spelling of a date that does not exist would only be the next mistake
        message, new, likely = f"{message} It has only {most} days, so check the date.", None, []
    finding = context.in_text(rule, found.run, word.start, word.end, message, new=new, likely=likely)
    if rule is MISSPELT:
        finding = finding.model_copy(update={"acceptable": AcceptableWords(setting="words", words=(word.text,))})
    return finding.model_copy(update={"severity": Severity.NOTE}) if verdict.is_far else finding


def _days_exceeded(run: TextSpan, word: Word, right: str) -> int | None:
    """Return how many days a month has whose name is meant, if the day beside it is a later one."""
    grammar = grammar_for(run.language)
    month = grammar.months.get(right.casefold()) if grammar else None
    beside = _DAY_BEFORE.search(run.words[: word.start]) or _DAY_AFTER.match(run.words[word.end :])
    if month is None or beside is None:
        return None
    most = monthrange(_LEAP_YEAR, month)[1]
    return most if most < int(beside[1]) <= _LONGEST_MONTH else None


def _said(verdict: Verdict, text: str) -> str:
    right = verdict.right
    match verdict.kind:
        case Kind.ABROAD if verdict.safe:
            return f"“{text}” should be “{right}”, to match the language of this issue."
        case Kind.ABROAD:
            return f"“{text}” is usually seen as American spelling. Most readers write “{right}”."
        case Kind.MISSPELT if not verdict.is_certain:
            return f"“{text}” is not in the dictionary. Did you mean “{right}”?"
        case _:
            return f"“{text}” should be “{right}”."


def _written(run: TextSpan, right: str) -> str:
    """Return a word with the kind of apostrophe that the text uses."""
    return right if "'" in run.text else right.replace("'", "’")


def _unknown(context: LintContext, found: list[_Found]) -> Iterator[Finding]:
    if not found:
        return
    words = [f"“{one.word.text}”" for one in found]
    if len(words) == 1:
        message = f"{words[0]} is not in the dictionary."
    else:
        message = f"{', '.join(words[:-1])} and {words[-1]} are not in the dictionary."
    one = found[0]
    finding = context.in_text(UNKNOWN, one.run, one.word.start, one.word.end, message)
    acceptable = AcceptableWords(setting="words", words=tuple(one.word.text for one in found))
    yield finding.model_copy(update={"acceptable": acceptable})


def _without_dictionary(context: LintContext) -> Iterator[Finding]:
    """Yield a finding for each language without a dictionary."""
    has = context.facts.has_dictionary
    if has is None:
        return
    seen: set[str] = set()
    for run in context.runs:
        base = language_of(run)
        if base in seen:
            continue
        seen.add(base)
        if not has(run.language):
            message = f"There is no dictionary for the language “{run.language}” on this computer."
            yield context.on_issue(NO_DICTIONARY, message)


CHECKS = (Checker("spelling", (MISSPELT, SPACE, CAPITALS, ABROAD, UNKNOWN, NO_DICTIONARY), check),)
