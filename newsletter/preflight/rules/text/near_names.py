"""Check for words that are one letter away from a name: the organisation’s own, or one that stands elsewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.accents import without_accents
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.names import WELL_KNOWN_NAMES
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text.spelling.edit_distance import distance
from newsletter.preflight.text.spelling.misspellings import misspellings
from newsletter.preflight.text_spans import TextSpan

NEAR = warning("NL707", name="nearly-a-name")

_WORD = compile_pattern(r"(?<![\w@#/.-])[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OWNED = compile_pattern(r"['’]s?$")
_LEAST = 5
"""Letters of a name, at least; shorter ones resemble each other by chance."""
_LONG = 8
"""Letters from which on two names that differ in one other letter are hardly two."""
_NAME_FIELDS = frozenset({"people", "who", "name", "source", "credit"})
_BOUNDARY = compile_pattern(r"(?:^|[.!?:…“\"(‘\n–—-])\s*$")


class _Place(NamedTuple):
    run: TextSpan
    start: int
    end: int


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each rare word that a dictionary lacks and that is nearly a name, at its first place."""
    settings = _of_settings(context)
    places, names = _words(context)
    counts = Counter({word: len(several) for word, several in places.items()})
    trusted = {word: settings.get(word, word) for word in (*settings, *names)}
    near = _neighbours(trusted)
    # the organisation's whole name with one word wrong has a rule of its own
    told = {run.words[start:end].casefold() for run, start, end, _ in context.own_name_slips}
    for word, several in places.items():
        key = word.casefold()
        is_judged = key in WELL_KNOWN_NAMES or key in misspellings()  # other rules know these
        if key in settings or is_judged or len(key) < _LEAST or not word[0].isupper() or word.isupper():
            continue
        for name in sorted(_near(key, near), key=lambda one: (one not in settings, -counts[one.capitalize()])):
            if name in settings or _total(counts, name) > max(1, 2 * _total(counts, key) - 1):
                if (
                    key not in told
                    and _is_unknown(context, several[0].run, word)
                    and _may_differ(key, name, name in settings)
                    and not (language_of(several[0].run) == "de" and _are_forms(key, name))
                ):
                    told.add(key)
                    yield _finding(context, several[0], word, _cased(trusted[name]))
                break


def _finding(context: LintContext, place: _Place, word: str, name: str) -> Finding:
    message = f"“{word}” is nearly “{name}”, which is the name in the settings or elsewhere in this issue."
    return context.in_text(NEAR, place.run, place.start, place.end, message, hint=f"Write “{name}”.", likely=[name])


def _of_settings(context: LintContext) -> dict[str, str]:
    """Return the words of the organisation’s own names, small, each as it is written."""
    brand, sender = context.presentation.brand, context.presentation.sender
    texts = [brand.name, brand.newsletter or "", brand.address or "", sender.name, *context.checking.words]
    return {word.casefold(): word for text in texts for word in _WORD.findall(text) if len(word) >= _LEAST}


def _words(context: LintContext) -> tuple[Mapping[str, list[_Place]], set[str]]:
    """Return the capitalised words with their places, and those that are names of people or of something."""
    places: dict[str, list[_Place]] = defaultdict(list)
    inside: Counter[str] = Counter()
    for run in context.runs:
        for match in _WORD.finditer(run.words):
            word = _OWNED.sub("", match[0])
            if not word[:1].isupper():
                continue
            places[word].append(_Place(run, match.start(), match.start() + len(word)))
            if run.field in _NAME_FIELDS or not _BOUNDARY.search(run.words, max(0, match.start() - 4), match.start()):
                inside[word.casefold()] += 1
    for past in context.past:
        inside.update(
            _OWNED.sub("", word).casefold()
            for run in past.runs
            for word in _WORD.findall(run.words)
            if word[0].isupper()
        )
    return places, {word for word, count in inside.items() if count >= 2 and len(word) >= _LEAST}


def _total(counts: Counter[str], key: str) -> int:
    return sum(count for word, count in counts.items() if word.casefold() == key)


def _neighbours(names: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the names by what they become when one letter is left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for form in _shorter(name):
            found[form].add(name)
    return found


def _shorter(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _near(key: str, neighbours: Mapping[str, set[str]]) -> set[str]:
    candidates = {name for form in _shorter(key) for name in neighbours.get(form, ())}
    return {name for name in candidates if name != key and distance(key, name, 1) == 1}


def _may_differ(key: str, name: str, is_own: bool) -> bool:  # noqa: FBT001  a fact of the name
    """Return whether two words are no two forms of one, as “Garden” and “Gardens”, nor two short names by chance."""
    if abs(len(key) - len(name)) == 1 and (key.startswith(name) or name.startswith(key)):
        return False
    if is_own:
        return key[0] == name[0] or key[1:] == name[1:]
    is_other_letter = len(key) == len(name) and sorted(key) != sorted(name)
    return key[0] == name[0] and not (is_other_letter and len(key) < _LONG)


def _are_forms(one: str, other: str) -> bool:
    """Return whether two German words are two forms of one: “Bogen” and “Bögen”, “Vorsitzender” and “Vorsitzenden”."""
    is_ending = one[:-1] == other[:-1] and {one[-1], other[-1]} <= set("emnrs")
    return is_ending or without_accents(one) == without_accents(other)


def _is_unknown(context: LintContext, run: TextSpan, word: str) -> bool:
    """Return whether no dictionary has a word; without a dictionary, whether it is long enough to be no chance."""
    facts = context.facts
    has = facts.has_dictionary is not None and facts.has_dictionary(run.language)
    if has and facts.misspelt is not None:
        languages = ("en-GB", "en-US") if language_of(run) == "en" else (run.language,)
        return all(facts.misspelt(form, one) for one in languages for form in (word, word.casefold()))
    return len(word) > _LEAST + (language_of(run) == "de") and not (
        facts.misspelt is not None and not facts.misspelt(word.casefold(), "en-GB")
    )


def _cased(name: str) -> str:
    return name if name != name.casefold() else name.capitalize()


CHECKS = (Checker("words near names", (NEAR,), check),)
