"""Check figures: shares that do not make a hundred, parts that do not make their total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.media_sections import Figures
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.number_data import NumberWords, number_words
from newsletter.preflight.text.quantities import HUNDRED, Quantity, format_quantity, quantities, slipped_parts

FIGURES = warning("NL559", name="figures-do-not-add-up")

_LEAST, _MOST = 7_000, 14_000
"""Within these hundredths, several shares are likely meant to make a hundred."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the figures of each section that do not fit together."""
    for loc, model in context.models:
        language = (getattr(model, "language", None) or context.language).partition("-")[0]
        words = number_words(language)
        if isinstance(model, Figures) and words is not None:
            read = [quantities(item.value, language) for item in model.items]
            yield from _above_all(context, loc, model, words, read)
            if all(len(one) == 1 for one in read):
                found = [one[0] for one in read]
                yield from _shares(context, loc, model, words, found, language)
                yield from _parts(context, loc, model, words, found, language)


def _above_all(
    context: LintContext, loc: FieldPath, model: Figures, words: NumberWords, read: Sequence[Sequence[Quantity]]
) -> Iterator[Finding]:
    """Yield a share above a hundred per cent, unless something has grown."""
    for number, item in enumerate(model.items):
        is_above = any(one.unit == "%" and one.hundredths > HUNDRED for one in read[number])
        around = f"{item.label} {model.heading or ''} {model.headline or ''}"
        if is_above and not item.value.lstrip().startswith("+") and not words.find("<growth>").search(around):
            message = f"“{item.value}” is more than all of them."
            yield context.on_field(FIGURES, (*loc, "items", number, "value"), message)


def _shares(  # noqa: PLR0917  one section and its figures
    context: LintContext, loc: FieldPath, model: Figures, words: NumberWords, found: list[Quantity], language: str
) -> Iterator[Finding]:
    """Yield “28p, 11p and 7p of each pound”."""
    unit = found[0].unit
    if len(found) < 3 or {one.unit for one in found} != {unit} or unit not in {"p", "c", "%"}:
        return
    total = sum(one.hundredths for one in found)
    titled = words.find("<share_stats>").search(f"{model.heading or ''} {model.headline or ''}")
    is_whole = titled is not None or (unit != "%" and _LEAST < total < _MOST)
    if is_whole and abs(total - HUNDRED) > 100 and total < 2 * HUNDRED:
        message = f"These figures add up to {format_quantity(total, _sign(unit), language)}, not to a hundred."
        at = _likeliest(found, HUNDRED)
        yield context.on_field(FIGURES, (*loc, "items", at, "value"), message)


def _parts(  # noqa: PLR0917  one section and its figures
    context: LintContext, loc: FieldPath, model: Figures, words: NumberWords, found: list[Quantity], language: str
) -> Iterator[Finding]:
    """Yield “31 call-outs, 9 of them fires, 32 of them floods”."""
    of_which = words.find(r"^\W*<of_which>\b|\b<of_which>\W*$")
    parts = [at for at, item in enumerate(model.items) if of_which.search(item.label)]
    if len(parts) < 2 or parts[0] == 0 or parts != list(range(parts[0], parts[-1] + 1)):
        return
    whole = found[parts[0] - 1]
    total = sum(found[at].hundredths for at in parts)
    if total != whole.hundredths:
        at = parts[_likeliest([found[at] for at in parts], whole.hundredths)]
        message = f"The parts add up to {format_quantity(total, whole.unit, language)}, and the total is {whole.text}."
        yield context.on_field(FIGURES, (*loc, "items", at, "value"), message)


def _likeliest(parts: Sequence[Quantity], whole: int) -> int:
    """Return the number of the part that is likeliest wrong: a digit away from the right one, or else the largest."""
    slipped = slipped_parts(parts, whole)
    return slipped[0] if slipped else max(range(len(parts)), key=lambda at: parts[at].hundredths)


def _sign(unit: str) -> str:
    return "¢" if unit == "c" else unit


CHECKS = (Checker("figures", (FIGURES,), check),)
