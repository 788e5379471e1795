"""Check for links and buttons that do not say where they go: “click here”, “read more”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.model.section import Links
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.language_data import words_of_all
from newsletter.preflight.text.sentences import plain_words
from newsletter.preflight.text_spans import TextSpan

NO_AIM = warning("NL719", name="vague-link-text")

_CLICK = compile_pattern(r"(?:please |just )?(?:click|tap|press)(?: on)? (?:here|this)\b", re.IGNORECASE)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each link and button whose text would fit any link."""
    for run in context.runs:
        for link in run.links:
            if not link.bare and _is_aimless(link.words):
                start = run.text.find(link.words, link.start)
                words = f"The link text is only “{link.words}”."
                yield context.in_text(NO_AIM, run, start, start + len(link.words), words)
        if run.field == "title" and _is_of_links(context, run) and _is_aimless(run.text):
            yield context.in_text(NO_AIM, run, 0, len(run.text), f"The link text is only “{run.text}”.")
        if run.field == "label" and _is_aimless(run.text):
            hint = "Say what the button does: “Read the whole story”, “Book your place”."
            yield context.in_text(NO_AIM, run, 0, len(run.text), f"The button says only “{run.text}”.", hint=hint)


def _is_of_links(context: LintContext, run: TextSpan) -> bool:
    """Return whether a text is the title of a link in a list of links, which readers click."""
    is_item = run.section is not None and len(run.loc) > 3
    return is_item and isinstance(context.issue.sections[run.section or 0], Links)


@cache
def _vague_texts() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words.split()) for words in words_of_all("vague_link_texts"))


def _is_aimless(words: str) -> bool:
    plain = re.sub(r"[*_>»→›…]", " ", words)
    return plain_words(plain) in _vague_texts() or _CLICK.match(plain.strip()) is not None


CHECKS = (Checker("link text", (NO_AIM,), check),)
