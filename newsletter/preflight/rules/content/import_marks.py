"""What `newsletter import` was not sure about, and its author has not checked yet."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning

UNCHECKED = warning("NL312", name="unchecked-import")

MARK = "Look at this:"
"""What a comment starts with that an import leaves above what it was not sure about."""

_COMMENT = compile_pattern(r"^\s*#\s?(.*)$")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each comment that an import left."""
    path = context.loaded.places.of(()).path
    lines = context.loaded.source.splitlines()
    for number, line in enumerate(lines, 1):
        start = line.find(f"# {MARK}")
        if start < 0 or line[:start].strip():
            continue
        words = [line[start + len(MARK) + 2 :].strip()]
        for following in lines[number:]:  # a long comment goes on in the next lines
            found = _COMMENT.match(following)
            if found is None or found[1].startswith(MARK) or not words[-1] or words[-1].endswith("."):
                break
            words.append(found[1].strip())
        message = f"The import was not sure: {' '.join(words)}"
        yield context.on_place(UNCHECKED, Place(path, number, start + 1), message, excerpt=line)


CHECKS = (Checker("what an import was not sure about", (UNCHECKED,), check),)
