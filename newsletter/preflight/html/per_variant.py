"""Looking at each page that readers may get, and saying what is found on several of them once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.page import Page


def on_each_page(
    *looks: Callable[[LintContext, Page], Iterable[Finding]],
) -> Callable[[LintContext], Iterator[Finding]]:
    """Return the function of a check that looks at every page in these ways."""

    def look(context: LintContext) -> Iterator[Finding]:
        told = set()
        for page in context.pages:
            for one in looks:
                for finding in one(context, page):
                    key = (finding.code, finding.place, finding.message)
                    if key not in told:
                        told.add(key)
                        yield finding

    return look


def quoted(words: str, most: int = 40) -> str:
    """Return words in quotation marks, cut where they are many."""
    return f"“{words}”" if len(words) <= most else f"“{words[:most].rsplit(' ', 1)[0]} …”"


def and_more(count: int) -> str:
    """Explain how many there are beside the first; nothing if there are none."""
    return f" (and {count - 1} more)" if count > 1 else ""
