"""Counts of what is listed below: “five events”, and four follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.model.section import ItemsSection, Links
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.numbers import value_of
from newsletter.preflight.text.sentences import WORD, Passage, language_of, listed, passages, sentences
from newsletter.preflight.text_spans import TextSpan, models_of

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
_CUE = re.compile(r"\b(?:following|below|here are|there are|these|here['’]s)\b", re.IGNORECASE)
_NO_CLAIM_BEFORE = listed(
    "of first last other over about around nearly almost least most to than every another only under per page chapter"
    " or and between january february march april may june july august september october november december"
)
_NO_CLAIM_AFTER = listed("of out to or more per")
_TAIL = listed("to who whose by if because when while since which whom where")
_MOST_AFTER = 6


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of things, and where it stands in its text."""

    count: int
    start: int
    end: int


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each count that stands right before a list of another length."""
    lists = _lists(context.issue)
    for run in context.runs:
        if run.field in {"title", "heading"}:
            counts = lists.get(run.loc[:-1], ())
            claim = _titled(run) if counts else None
            if claim and claim.count not in counts:
                yield from _compared(context, run, claim, counts)
                del lists[run.loc[:-1]]  # the text below it mostly says the same
            continue
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


def _compared(context: LintContext, run: TextSpan, claim: Claim, counts: Sequence[int]) -> Iterator[Finding]:
    if claim.count not in counts:
        follow = "one follows" if counts[0] == 1 else f"{counts[0]} follow"
        words = f"The text says “{run.words[claim.start : claim.end]}”, but {follow}."
        yield context.in_text(COUNT, run, claim.start, claim.end, words)


def _lists(issue: BaseModel) -> dict[FieldPath, tuple[int, ...]]:
    """Return how long the lists of sections and items are, by what holds them; several where each may be meant."""
    found: dict[FieldPath, tuple[int, ...]] = {}
    for loc, model in models_of(issue):
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
    return _claim_at(run, found, numbers[0], listed_only=language_of(run) != "en")


def _claim_at(run: TextSpan, found: Sequence[re.Match[str]], number: int, *, listed_only: bool) -> Claim | None:
    """Return the claim that begins with this word, if it is a number and a noun follows that a list is made of."""
    language = language_of(run)
    count = value_of(found[number][0], language)
    if count is None or (number and found[number - 1][0].casefold() in _NO_CLAIM_BEFORE):
        return None
    after = [word[0].casefold() for word in found[number + 1 : number + 4]]
    if not after or after[0] in _NO_CLAIM_AFTER or len(found) - number > _MOST_AFTER + 3:
        return None
    for offset, word in enumerate(after):
        named = word in _LISTED.get(language, ())
        if named or (not listed_only and word.endswith("s") and len(word) > 3 and word not in _NOT_LISTED):
            return Claim(count, found[number].start(), found[number + 1 + offset].end())
        if word in _NOT_LISTED or word == "people":
            return None
    return None


CHECKS = (Checker("counts", (COUNT,), check),)
