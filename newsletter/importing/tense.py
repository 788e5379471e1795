"""Decide whether entries tell what happened or what is planned, where no heading says so."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.importing.blocks import Block
from newsletter.importing.item_fields import Reading

PAST, PLANNED = "last_month", "coming_up"
WHY = {
    PAST: "its texts are in the past tense. If they are not about what happened, change `kind`.",
    PLANNED: "its texts announce something. If they are not about what is coming up, change `kind`.",
}
"""Why a section got its kind, as a comment above it."""


def kind_by_tense(texts: Sequence[str], reading: Reading) -> str | None:
    """Return the kind of section for several texts that are all in the past, or all ahead; None for others."""
    kinds = {_kind(text, reading) for text in texts}
    return kinds.pop() if len(texts) > 1 and len(kinds) == 1 else None


def _kind(text: str, reading: Reading) -> str | None:
    happened = reading.vocabulary.pattern("happened").search(text) is not None
    planned = reading.vocabulary.pattern("planned").search(text) is not None
    moments = reading.moments(text)
    if moments and happened != planned:
        is_over = {(one.last_day or one.day) < reading.issue for one in moments}
        if is_over != {happened}:  # the dates contradict the verbs
            return None
    return None if happened == planned else PAST if happened else PLANNED


def entries_of(blocks: Sequence[Block]) -> list[str]:
    """Return the entries of a list, each with those below it as one text; nothing where other text stands there."""
    found: list[str] = []
    top = min((block.rank for block in blocks if block.is_entry), default=0)
    for block in blocks:
        if block.picture is not None:
            continue
        if not block.is_entry:
            return []
        text = " ".join((block.plain, *block.parts))
        if block.rank > top and found:
            found[-1] += f" {text}"
        else:
            found.append(text)
    return found
