"""Placeholders of the starter issue that were not replaced."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.errors import Place
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, error
from newsletter.scaffold.starter import PLACEHOLDER

WAITING = error("NL303", name="sample-text", always_on=True)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the sample texts, except in comments."""
    path = context.loaded.places.of(()).path
    for number, line in enumerate(context.loaded.source.splitlines(), 1):
        if PLACEHOLDER not in line or line.lstrip().startswith("#"):
            continue
        start = line.index(PLACEHOLDER)
        words = line[start:].split("  #")[0].rstrip("] ")
        if words[-1] in {'"', "'"} and words.count(words[-1]) % 2:  # the last of those that YAML has around the text
            words = words[:-1]
        message = f"“{words}” is a sample text."
        yield context.on_place(WAITING, Place(path, number, start + 1), message, excerpt=line)


CHECKS = (Checker("sample texts", (WAITING,), check),)
