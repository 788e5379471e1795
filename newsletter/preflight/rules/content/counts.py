"""Counts of what is listed below: “five events”, and four follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.model.section import ItemsSection, Links
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.named_lists import miscounted_names
from newsletter.preflight.text.numbers import value_of
from newsletter.preflight.text.sentences import WORD, Passage, language_of, listed, passages, sentences
from newsletter.preflight.text_spans import TextSpan

COUNT = warning("NL530", name="count-mismatch")

_LISTED = {
    "en": listed(
        "ways reasons things tips dates events workshops sessions meetings questions steps ideas facts stories updates"
        " opportunities chances lessons points rules activities talks walks classes courses projects jobs roles"
        " vacancies films books articles links resources calls invitations announcements highlights examples cuppas"
    ),
    "es": listed(
        "talleres fechas actos eventos sesiones reuniones formas maneras preguntas citas cosas ideas razones consejos"
        " pasos charlas oportunidades actividades"
    ),
    "cy": listed(
        "gweithdy weithdy dyddiad ddyddiad digwyddiad ddigwyddiad sesiwn cyfarfod gyfarfod ffordd cwestiwn gwestiwn"
        " peth beth syniad rheswm cyfle gyfle awgrym"
    ),
    "ar": listed("ورش مواعيد فعاليات أسئلة طرق جلسات لقاءات أفكار خطوات أسباب فرص"),
}
"""What is listed, in the plural or as it stands after a number."""
_NOT_LISTED = listed(
    "day week month year hour minute days weeks months years hours minutes seconds times pounds euros miles metres"
    " places spaces seats tickets copies"
    " percent members teams volunteers partners organisations neighbours colleagues trustees children adults staff"
    " pages words groups boroughs countries schools charities cups sides parts halves this is was has us its as"
)
"""Words that may stand after a number before a list without telling how long the list is."""
_CUE = compile_pattern(r"\b(?:following|below|here are|there are|these|here['’]s)\b", re.IGNORECASE)
_NO_CLAIM_BEFORE = listed(
    "of first last other over about around nearly almost least most to than every another only under per page chapter"
    " or and between january february march april may june july august september october november december"
)
_NO_CLAIM_AFTER = listed("of out to or more per")
_TAIL = listed("to who whose by if because when while since which whom where")
_MOST_AFTER = 6
_OF_PEOPLE = listed(
    "us you them people members volunteers trustees neighbours colleagues winners children pupils runners friends"
    " personen mitglieder kinder uns freiwillige personas soci@s socios socias nosotros aelod o bobl أشخاص أعضاء"
)
_ANNOUNCED = {
    "get_involved": compile_pattern(
        r"(?:\w+ )?(?:ways to (?:help|get involved|join in|take part|support)|möglichkeiten,? (?:zu helfen|mitzumachen)"
        r"|(?:formas|maneras) de (?:ayudar|participar|colaborar)|(?:o )?ff?yrdd o (?:helpu|gymryd rhan))"
    ),
    "coming_up": compile_pattern(
        r"(?:\w+ )?(?:(?:dates|events) (?:for|to|in|coming|this|you|below)|(?:veranstaltungen|termine)\b"
        r"|(?:actos|eventos|citas|fechas)\b|(?:o )?(?:ddigwyddiad|ddyddiad|digwyddiad)\b)"
    ),
}
"""What an intro announces, by the kind of the section that has it."""
_ALSO = {"coming_up": ("get_involved", "links", "noticeboard"), "get_involved": ("coming_up",)}
"""Other kinds of section in which the same may be."""
_FURTHER = listed("more further other additional weitere fechas otras más arall")
_AND = listed("and und y e a ac و the")
_JOINTS = {
    "en": compile_pattern(r"(?:^| )(?:and|or|&) "),
    "de": compile_pattern(r"(?:^| )(?:und|oder|sowie) "),
    "es": compile_pattern(r"(?:^| )(?:y|e|o) "),
    "cy": compile_pattern(r"(?:^| )(?:a|ac|neu) "),
    "ar": compile_pattern(r"(?:^| )(?=و\w)"),
}
_MORE = compile_pattern(
    r"\b(?:more|others?|etc|such as|so on|rest|weitere|andere|usw|más|otr[oa]s|etcétera|mwy|eraill)\b|…", re.IGNORECASE
)
_DATE = compile_pattern(
    r"(?:[^\W\d_]{2,}\.? ){0,2}\d{1,2}(?:st|nd|rd|th|\.)?(?: (?:of |de )?[^\W\d_]{3,}\.?)?(?: \d{4})?"
)
"""A date with or without its weekday and month."""
_AFTER_LIST = compile_pattern(r", (?:con|with|mit|gyda) ")
"""Begins what an enumeration is said to have, which is no part of it."""
_LONGEST_ENTRY = 5
"""Words in an entry of a list within a sentence; more make a sentence of their own."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of things, and where it stands in its text."""

    count: int
    start: int
    end: int


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each count that stands right before a list of another length."""
    lists = _lists(context.models)
    yield from _announced(context, dict(lists))
    for run in context.runs:
        if run.field in {"title", "heading"}:
            counts = lists.get(run.loc[:-1], ())
            claim = _titled(run) if counts else None
            if claim and claim.count not in counts:
                yield from _compared(context, run, claim, counts)
                del lists[run.loc[:-1]]  # the text below it mostly says the same
            continue
        for start, end, message in miscounted_names(run.words, language_of(run)):
            yield context.in_text(COUNT, run, start, end, message)
        parts = passages(run)
        for number, passage in enumerate(parts):
            if passage.is_entry or passage.is_heading:
                continue
            entries = _entries(run, parts[number + 1 :])
            last = number == len(parts) - 1 and run.field == "text"
            counts = (entries,) if entries else lists.get(run.loc[:-1], ()) if last else ()
            claim = _claimed(run, passage) if counts else None
            if claim:
                yield from _compared(context, run, claim, counts)
            else:
                yield from _inline(context, run, passage)


def _announced(context: LintContext, lists: Mapping[FieldPath, Sequence[int]]) -> Iterator[Finding]:
    """Yield “four ways to help” in an intro where the section of that kind has another length."""
    kinds: dict[str, list[int]] = {}
    for number, section in enumerate(context.issue.sections):
        if ("sections", number) in lists:
            kinds.setdefault(str(section.kind), []).extend(lists["sections", number])
    for run in context.runs:
        if run.field not in {"intro", "subject", "preheader", "title", "teaser"} or run.section is not None:
            continue
        found = list(WORD.finditer(run.words))
        for number, word in enumerate(found):
            count = value_of(word[0], language_of(run))
            after = " ".join(run.words[word.end() : word.end() + 40].split()).casefold()
            kind = next((kind for kind, pattern in _ANNOUNCED.items() if pattern.match(after)), "")
            counts = kinds.get(kind, [])
            others = [count for one in _ALSO.get(kind, ()) for count in kinds.get(one, [])]
            if count and counts and count not in {*counts, *others, sum(counts)}:
                end = found[number + 1].end()
                yield from _compared(context, run, Claim(count, word.start(), end), counts)


def _compared(context: LintContext, run: TextSpan, claim: Claim, counts: Sequence[int]) -> Iterator[Finding]:
    if claim.count not in counts:
        follow = "one follows" if counts[0] == 1 else f"{counts[0]} follow"
        words = f"The text says “{run.words[claim.start : claim.end]}”, but {follow}."
        yield context.in_text(COUNT, run, claim.start, claim.end, words)


def _lists(models: Iterable[tuple[FieldPath, BaseModel]]) -> dict[FieldPath, tuple[int, ...]]:
    """Return how long the lists of sections and items are, by what holds them; several where each may be meant."""
    found: dict[FieldPath, tuple[int, ...]] = {}
    for loc, model in models:
        if isinstance(model, Item) and model.events:
            found[loc] = (len(model.events),)
        elif isinstance(model, Links):
            found[loc] = (len(model.items),)
        elif isinstance(model, ItemsSection):
            items = [*model.items, *(item for group in model.groups for item in group.items)]
            if items:
                dates = sum(max(len(item.events), 1) for item in items)
                found[loc] = tuple(dict.fromkeys((len(items), dates, len(model.groups) or len(items))))
    return found


def _entries(run: TextSpan, after: Sequence[Passage]) -> int:
    """Return how many entries the list has that begins here; entries inside of entries are not counted."""
    count, indent = 0, None
    for passage in after:
        here = _indent(run.text, passage)
        if not passage.is_entry:
            if count and here:
                continue
            break
        indent = here if indent is None else indent
        count += here == indent
    return count


def _indent(text: str, passage: Passage) -> int:
    line = text[text.rfind("\n", 0, passage.start) + 1 :]
    return len(line) - len(line.lstrip())


def _titled(run: TextSpan) -> Claim | None:
    """Return the count that a title begins with: “Three dates for your diary”."""
    found = list(WORD.finditer(run.words))
    claim = _claim_at(run, found, 0, listed_only=True) if found else None
    return claim if claim and not _NO_CLAIM_AFTER & {word[0].casefold() for word in found[1:2]} else None


def _claimed(run: TextSpan, passage: Passage) -> Claim | None:
    """Return the count in the sentence before a list, if it is sure that the list is meant."""
    every = sentences(run.words, passage)
    if not every:
        return None
    start, end = every[-1]
    sentence = run.words[start:end]
    with_colon = sentence.rstrip().endswith(":")
    cue = bool(_CUE.search(sentence)) and language_of(run) == "en"
    if not (with_colon or cue):
        return None
    found = list(WORD.finditer(run.words, start, end))
    numbers = [at for at, word in enumerate(found) if value_of(word[0], language_of(run)) is not None]
    # with two numbers it is not sure which of them is meant
    if len(numbers) != 1 or (not cue and _TAIL & {word[0].casefold() for word in found[numbers[0] + 1 :]}):
        return None
    return _claim_at(run, found, numbers[0], listed_only=False)


def _claim_at(run: TextSpan, found: Sequence[re.Match[str]], number: int, *, listed_only: bool) -> Claim | None:
    """Return the claim that begins with this word, if it is a number and a noun follows that a list is made of."""
    language = language_of(run)
    count = value_of(found[number][0], language)
    if count is None or (number and found[number - 1][0].casefold() in _NO_CLAIM_BEFORE):
        return None
    written = [word[0] for word in found[number + 1 : number + 4]]
    after = [word.casefold() for word in written]
    if not after or after[0] in _NO_CLAIM_AFTER or len(found) - number > _MOST_AFTER + 3:
        return None
    for offset, word in enumerate(after):
        named = word in _LISTED.get(language, ())
        if named or (not listed_only and word not in _NOT_LISTED and _is_noun(written[offset], language, offset)):
            return Claim(count, found[number].start(), found[number + 1 + offset].end())
        if word in _NOT_LISTED or word == "people":
            return None
    return None


def _is_noun(word: str, language: str, offset: int) -> bool:
    """Return whether a word after a number is what is counted, as far as its form tells."""
    if language == "de":
        return word[0].isupper()
    if language in {"cy", "ar"}:  # one thing follows the number there, in the singular
        return offset == 0 and len(word) > 3
    return word.casefold().endswith("s") and len(word) > 3


def _inline(context: LintContext, run: TextSpan, passage: Passage) -> Iterator[Finding]:
    """Yield a count before a list in the same sentence: “six jobs are open: chair, secretary and treasurer”."""
    for start, end in sentences(run.words, passage):
        colon = run.words.find(": ", start, end)
        if colon < 0 or run.words.find(": ", colon + 1, end) >= 0:
            continue
        tail = _AFTER_LIST.split(" ".join(run.words[colon + 1 : end].split()), maxsplit=1)[0].rstrip(" .!*_")
        lengths = _lengths(tail, language_of(run)) or _dates_in(tail, language_of(run))
        found = list(WORD.finditer(run.words, start, colon))
        numbers = [at for at, word in enumerate(found) if value_of(word[0], language_of(run)) is not None]
        if not lengths or len(numbers) != 1 or len(found) - numbers[0] > _MOST_AFTER + 3:
            continue
        word = found[numbers[0]]
        before = found[numbers[0] - 1][0].casefold() if numbers[0] else ""
        claim = _claim_at(run, found, numbers[0], listed_only=False) or _people(run, found, numbers[0])
        claim = claim or (_more_dates(run, found, numbers[0]) if _dates_in(tail, language_of(run)) else None)
        if claim and before not in _NO_CLAIM_BEFORE and claim.count not in range(lengths[0], lengths[1] + 1):
            many = str(lengths[0]) if lengths[0] == lengths[1] else f"{lengths[0]} or {lengths[1]}"
            message = f"The text says “{run.words[claim.start : claim.end]}”, but {many} follow."
            yield context.in_text(COUNT, run, word.start(), claim.end, " ".join(message.split()))


def _more_dates(run: TextSpan, found: Sequence[re.Match[str]], number: int) -> Claim | None:
    """Return the claim of “three more walks: 12 March, …”, where only dates follow."""
    after = [word[0].casefold() for word in found[number + 1 : number + 2]]
    count = value_of(found[number][0], language_of(run))
    is_more = bool(after) and after[0] in _FURTHER and len(found) - number == 3
    return Claim(count, found[number].start(), found[-1].end()) if is_more and count else None


def _dates_in(tail: str, language: str) -> tuple[int, int] | None:
    """Return how many dates a list of nothing else has: “3 May, 10 May and 17 May”."""
    joint = _JOINTS.get(language)
    entries = [one for entry in re.split(r", |، ", tail) for one in (joint.split(entry) if joint else ())]
    entries = [entry for entry in entries if entry.strip()]
    is_list = len(entries) > 2 and all(_DATE.fullmatch(entry.strip()) for entry in entries)
    return (len(entries), len(entries)) if is_list else None


def _people(run: TextSpan, found: Sequence[re.Match[str]], number: int) -> Claim | None:
    """Return the claim of “five of us: Ann, Bob and Cy”, where only names follow."""
    after = [word[0].casefold() for word in found[number + 1 : number + 4]]
    tail = run.words[found[-1].end() :].partition(".")[0]
    names = [word for word in WORD.findall(tail) if word.casefold() not in _AND]
    is_people = bool(after) and bool(_OF_PEOPLE & set(after))
    if is_people and names and all(name[0].isupper() for name in names):
        count = value_of(found[number][0], language_of(run))
        return Claim(count, found[number].start(), found[-1].end()) if count else None
    return None


def _lengths(tail: str, language: str) -> tuple[int, int] | None:
    """Return the least and the most entries that a list in a sentence has; None where it is no plain list."""
    joint = _JOINTS.get(language)
    if joint is None or re.search(r"\d|[–—;:()?!]|\. ", tail):
        return None
    entries = re.split(r", ?|، ?", tail)
    last = joint.split(entries[-1])
    if len(entries) + len(last) - 1 < 3 or len(last) < 2 or _MORE.search(tail):
        return None
    if any(len(entry.split()) > _LONGEST_ENTRY for entry in (*entries[:-1], *last)):
        return None
    least = len(entries) if not last[0] else len(entries) + 1
    most = least + sum(len(joint.split(entry)) - 1 for entry in entries) - 1
    return least, max(least, most)


CHECKS = (Checker("counts", (COUNT,), check),)
