"""People who are named twice in one list, or who join and leave at once."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.item import Item, Person
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_tree import is_for_some
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.sentences import plain_words
from newsletter.preflight.text_spans import TextSpan

NAMED_TWICE = warning("NL531", name="duplicate-person")
COMES_AND_GOES = warning("NL532", name="joining-and-leaving")
_NAME = r"(?<![\w’'-])[A-ZÀ-Þ][\w’'-]++(?: (?:de |la |van |ap |ab |al-)?[A-ZÀ-Þ][\w’'-]++){0,2}"
_LISTED_NAMES = compile_pattern(rf"{_NAME}(?:, {_NAME})+,? (?:and|&|y|e|a|ac) {_NAME}|{_NAME}(?:, {_NAME}){{2,}}")
_INSTITUTION = compile_pattern(r"[A-ZÀ-Þ][\w’'-]+ (?:of|in|at|de|von|zu) (?:the )?$")
"""Before a list that is an address: “University of Chicago, Chicago, Illinois”."""

_BETWEEN = compile_pattern(r",? (?:and|&|y|a|ac) |, ?|؛ ?|، ?")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield who is named twice in a text, in `people`, or among those who join, leave or are thanked."""
    yield from _names(context)
    yield from _people(context)


def _names(context: LintContext) -> Iterator[Finding]:
    for run in context.runs:
        for match in _LISTED_NAMES.finditer(run.words):
            if _INSTITUTION.search(run.words, max(0, match.start() - 40), match.start()):
                continue
            names = [(name, match.start() + at) for name, at in _split(match[0])]
            if _is_called(names):
                continue
            yield from _named_twice(context, run, names)
    for loc, model in context.models:
        if isinstance(model, Item) and model.people:
            seen: set[tuple[str, ...]] = set()
            for number, written in enumerate(model.people):
                for name, _ in _split(written):
                    key = plain_words(name)
                    if key in seen and len(model.people) > 1:
                        yield context.on_field(NAMED_TWICE, (*loc, "people", number), f"“{name}” is named twice.")
                    seen.add(key)


def _is_called(names: list[tuple[str, int]]) -> bool:
    """Return whether a list is a song or a call: “Anna, Anna, Anna”, “Lantern, Lantern, sun and moon and stars”."""
    words = [name.casefold() for name, _ in names]
    is_single = all(" " not in word for word in words)
    return any(len(set(words[at : at + 3])) == 1 for at in range(len(words) - 2)) or (
        is_single and words[0] == words[1]
    )


def _split(written: str) -> list[tuple[str, int]]:
    """Return the names in a list of names, each with its place."""
    found, at = [], 0
    for match in [*_BETWEEN.finditer(written), None]:
        end = match.start() if match else len(written)
        if written[at:end].strip():
            found.append((written[at:end], at))
        at = match.end() if match else end
    return found


def _named_twice(context: LintContext, run: TextSpan, names: list[tuple[str, int]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for name, start in names:
        if name.casefold() in seen and run.field != "people":
            yield context.in_text(NAMED_TWICE, run, start, start + len(name), f"“{name}” is named twice.")
        seen.add(name.casefold())


def _people(context: LintContext) -> Iterator[Finding]:
    lists: dict[str, list[tuple[tuple[str, ...], str, FieldPath]]] = {"joiners": [], "leavers": [], "thanks": []}
    for loc, model in context.models:
        if (
            isinstance(model, Person)
            and loc[-2] in lists
            and plain_words(model.name)
            and not is_for_some(context.issue, loc)
        ):
            lists[str(loc[-2])].append((plain_words(model.name), model.name, (*loc, "name")))
    for several in lists.values():
        seen: set[tuple[object, ...]] = set()
        for key, name, loc in several:
            if (key, _language(context, loc)) in seen:
                yield context.on_field(NAMED_TWICE, loc, f"“{name}” is named twice.")
            seen.add((key, _language(context, loc)))
    joining = {key for key, _, _ in lists["joiners"]}
    for key, name, loc in lists["leavers"]:
        if key in joining:
            yield context.on_field(COMES_AND_GOES, loc, f"“{name}” is listed as both joining and leaving.")


def _language(context: LintContext, loc: FieldPath) -> str:
    section = context.issue.sections[int(loc[1])]
    return getattr(section, "language", None) or context.language


CHECKS = (Checker("duplicate names", (NAMED_TWICE, COMES_AND_GOES), check),)
