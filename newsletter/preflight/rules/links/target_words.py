"""Compare link targets with the words around them: months, versions, email addresses, two offers on one page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from urllib.parse import urlsplit

from pydantic import BaseModel

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.datetimes import When
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import day_of
from newsletter.preflight.links.occurrences import LinkOccurrence, host_of, own_links, shown, spots
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.sentences import plain_words
from newsletter.preflight.text_spans import FieldLink

OLD_PAGE = warning("NL635", name="stale-link-target")
ONE_PAGE = warning("NL636", name="two-offers-one-page")
OTHER_MAILBOX = warning("NL637", name="email-link-mismatch")
OTHER_VERSION = warning("NL639", name="link-version-mismatch")

_EMAIL = compile_pattern(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_VERSION = compile_pattern(r"(?<![\w.£$€])v?(\d+\.\d+(?:\.\d+)?)(?![\w.]*\d|\s?[%€])(?!\.\w)")
_PATH_VERSION = compile_pattern(r"(?<![\w.])v?(?!10\.\d{4})(\d+\.\d+(?:\.\d+)?)(?![\w]|\.\d)")
_YEAR = compile_pattern(r"(?<!\d)(20\d\d)(?!\d)")
_YEAR_MONTH = compile_pattern(r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])(?!\d)")
_SLUG_WORD = compile_pattern(r"[^\W\d_]+")
_STEM = 4
"""Letters by which words of labels and addresses are compared: `taller` and `talleres`."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the texts, two offers on one page last."""
    own = {host_of(link) for link in own_links(context.presentation.brand)}
    texts, items = _texts(context), dict(context.models)
    for spot in spots(context.runs, context.field_links):
        yield from _mailbox(context, spot)
        parts = _path(spot.target)
        if parts is None:
            continue
        yield from _version(context, spot, parts)
        yield from _campaign(context, spot)
        if host_of(spot.target) in own or "zoom" in host_of(spot.target):
            loc, item = _owner(items, spot.run.loc)
            yield from _old_page(context, spot, parts, (texts.get(loc, ""), item))
    yield from _two_offers(context)


def _path(target: str) -> list[str] | None:
    """Return the parts of a web address's path; None where it is no web address."""
    try:
        return [part for part in urlsplit(target).path.split("/") if part] if host_of(target) else None
    except ValueError:
        return None


def _mailbox(context: LintContext, spot: LinkOccurrence) -> Iterator[Finding]:
    seen = _EMAIL.fullmatch(spot.words.strip(" *_<>`")) if not spot.is_field else None
    real = spot.target[7:].partition("?")[0] if spot.target.lower().startswith("mailto:") else ""
    if seen and real and seen[0].casefold() != real.casefold():
        yield spot.finding(context, OTHER_MAILBOX, f"The link shows “{seen[0]}” but writes to “{real}”.")


def _version(context: LintContext, spot: LinkOccurrence, parts: Sequence[str]) -> Iterator[Finding]:
    said = {match[1] for match in _VERSION.finditer(spot.words)}
    linked = {match[1] for part in parts[-2:] for match in _PATH_VERSION.finditer(part)}
    if len(said) == 1 and len(linked) == 1 and not _match_versions(*said, *linked):
        message = f"The link says version {said.pop()}, but goes to version {linked.pop()}: {shown(spot.target)}."
        yield spot.finding(context, OTHER_VERSION, message)


def _match_versions(said: str, linked: str) -> bool:
    return f"{said}.".startswith(f"{linked}.") or f"{linked}.".startswith(f"{said}.")


def _campaign(context: LintContext, spot: LinkOccurrence) -> Iterator[Finding]:
    """Yield a link whose campaign name was copied from the newsletter of another month."""
    match = re.search(r"[?&]utm_campaign=([^&#]+)", spot.target)
    month = _month_in(match[1], context.language) if match else None
    numbered = _YEAR_MONTH.search(match[1]) if match else None
    if (
        match
        and numbered
        and (int(numbered[1]), int(numbered[2])) < (context.issue.date.year, context.issue.date.month)
    ):
        yield spot.finding(context, OLD_PAGE, f"The link’s campaign name is that of another month: {match[1]}.")
        return
    issue = context.issue.date
    if match and month and (month - issue.month) % 12 in range(2, 12):
        yield spot.finding(context, OLD_PAGE, f"The link’s campaign name is that of another month: {match[1]}.")


def _old_page(
    context: LintContext, spot: LinkOccurrence, parts: Sequence[str], owner: tuple[str, object]
) -> Iterator[Finding]:
    """Yield a link to the page of a month or a year before, in an item that looks ahead."""
    if not parts:
        return
    issue, slug = context.issue.date, parts[-1].casefold()
    text, model = owner
    around = f"{text} {spot.words}".casefold()
    dated = [day_of(moment) for moment in _moments(model)]
    year_month = _YEAR_MONTH.search(slug)
    if year_month:
        year, month = int(year_month[1]), int(year_month[2])
        if (
            (year, month) < (issue.year, issue.month)
            and year_month[1] not in around
            and any(day >= issue for day in dated)
        ):
            yield spot.finding(context, OLD_PAGE, f"The link goes to a page of {year_month[0]}: {shown(spot.target)}.")
        return
    year_said = _YEAR.search(slug)
    if year_said and dated:
        if int(year_said[1]) < min(day.year for day in dated) and year_said[1] not in around:
            message = f"The link goes to a page of {year_said[1]}: {shown(spot.target)}."
            yield spot.finding(context, OLD_PAGE, message)
        return
    month_said = None if year_said else _month_in(slug, context.language)
    if month_said and 1 <= (issue.month - month_said) % 12 <= 6:
        named = {day.month for day in dated} | _months_in(around, context.language)
        if month_said not in named and (dated or model is not None):
            message = f"The link goes to a page of another month: {shown(spot.target)}."
            yield spot.finding(context, OLD_PAGE, message)


def _owner(items: dict[FieldPath, BaseModel], loc: FieldPath) -> tuple[FieldPath, object]:
    """Return the innermost item that a field belongs to."""
    for length in range(len(loc) - 1, 0, -1):
        model = items.get(loc[:length])
        if model is not None and hasattr(model, "deadline"):
            return loc[:length], model
    return loc[:2], None


def _moments(model: object) -> list[When]:
    events = getattr(model, "events", ()) or ()
    every = [getattr(model, "when", None), getattr(model, "deadline", None), *(event.when for event in events)]
    return [moment for moment in every if moment is not None]


def _texts(context: LintContext) -> dict[FieldPath, str]:
    """Return the texts of each item, without the addresses of its links."""
    found: dict[FieldPath, str] = {}
    for run in context.runs:
        for length in range(1, len(run.loc)):
            found[run.loc[:length]] = f"{found.get(run.loc[:length], '')} {run.words}"
    return found


def _month_in(slug: str, language: str) -> int | None:
    months = _months_in(slug.casefold(), language, and_english=True)
    return months.pop() if len(months) == 1 else None


def _months_in(text: str, language: str, *, and_english: bool = False) -> set[int]:
    names = dict(_month_names(language))
    if and_english:
        names.update(_month_names("en-GB"))
    words = {word[0].casefold() for word in _SLUG_WORD.finditer(text)}
    return {number for name, number in names.items() if name in words}


@cache
def _month_names(language: str) -> dict[str, int]:
    """Return full names of months; “march” and “may” are words of addresses too, as is “mai”."""
    grammar = grammar_for(language)
    names = grammar.months if grammar else {}
    short = grammar.short if grammar else frozenset()
    return {name: number for name, number in names.items() if len(name) > 3 and name not in {"march", *short}}


def _two_offers(context: LintContext) -> Iterator[Finding]:
    """Yield buttons whose words have nothing to do with their address, which another button's words have."""
    buttons = [field for field in context.field_links if field.words and {"button", "buttons"} & set(field.loc)]
    by_target: dict[str, list[FieldLink]] = {}
    for field in buttons:
        by_target.setdefault(field.target.rstrip("/"), []).append(field)
    for same in by_target.values():
        labels = {" ".join(plain_words(field.words)) for field in same}
        parts = _path(same[0].target)
        if len(labels) < 2 or not parts:
            continue
        slug = _stems(" ".join(parts))
        fitting = [field for field in same if _stems(field.words) & slug]
        for field in same if fitting else ():
            if field not in fitting and all(not _stems(field.words) & _stems(one.words) for one in fitting):
                message = f"“{field.words}” and “{fitting[0].words}” go to the same page: {shown(field.target)}."
                yield context.on_field(ONE_PAGE, field.loc, message)


def _stems(words: str) -> set[str]:
    return {word[0].casefold()[:_STEM] for word in _SLUG_WORD.finditer(words) if len(word[0]) >= _STEM}


CHECKS = (Checker("link targets against words", (OLD_PAGE, ONE_PAGE, OTHER_MAILBOX, OTHER_VERSION), check),)
