"""What is in the HTML that readers get: its words, and how many bytes each section of the issue takes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.issue import Issue
from newsletter.model.targeting import for_readers

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HIDDEN = frozenset({"style", "script", "title", "head"})
_NOT_SHOWN = compile_pattern(r"display:\s*none", re.IGNORECASE)
_H2 = compile_pattern(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_WEB_LINK = compile_pattern(r"<a\b[^>]*\shref=\"https?://")
_FIRST_EDITION_BAND = compile_pattern(r'<div[^>]*\sclass="[tg](?: [^"]*)?"')
_DIV = compile_pattern(r"<(/?)div\b([^>]*)>")
_BAND_CLASS = compile_pattern(r'\sclass="(?:c )?(?:s|w|wide|bleed)(?: [^"]*)?"')


def visible_words(html: str) -> str:
    """Return the words of some HTML in the order in which they stand, space folded."""
    from lxml import etree  # noqa: PLC0415 - only where there is a page
    from lxml import html as lxml_html  # noqa: PLC0415 - as above

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
    source = html.encode("utf-8", "replace")
    words: list[str] = []
    skipped = None
    try:
        root = lxml_html.document_fromstring(source, parser)
    except etree.ParserError:  # there is nothing in it
        return ""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            if element is skipped:
                skipped = None
            if skipped is None and element.tail:
                words.append(element.tail)
        elif skipped is None and _is_hidden(element):
            skipped = element
        elif skipped is None and element.text:
            words.append(element.text)
    return " ".join(" ".join(words).split())


def _is_hidden(element: Element) -> bool:
    style = element.get("style") or ""
    return element.tag in _HIDDEN or (element.tag == "div" and _NOT_SHOWN.search(style) is not None)


def section_costs(html: str, issue: Issue) -> Sequence[tuple[str, int]]:
    """Return the heading of each section and the bytes that it takes; nothing for a frame that is not known.

    The HTML is that of everybody, without the parts that are for some readers only. In our frame each section is in a
    band of its own; the masthead and the opening are before them, the closing words and the footer after them. What is
    between two bands belongs to the one before.
    """
    issue = for_readers(issue, ())
    starts, behind = _bands(html, issue)
    count = len(issue.sections)
    if len(starts) < count + behind:
        return ()
    first = len(starts) - behind - count
    ends = [*starts[first + 1 :], _end(html)][:count]
    pieces = [html[start:end] for start, end in zip(starts[first : first + count], ends, strict=True)]
    names = [_heading(piece) or section.kind for piece, section in zip(pieces, issue.sections, strict=True)]
    return tuple((name, len(piece.encode())) for name, piece in zip(names, pieces, strict=True))


def _bands(html: str, issue: Issue) -> tuple[list[int], int]:
    """Return where each band starts, and how many come after the sections."""
    starts = [match.start() for match in _FIRST_EDITION_BAND.finditer(html)]
    if starts:
        return starts, 1 if issue.sign_off else 0
    depth, outermost = 0, -1
    for match in _DIV.finditer(html):
        if match[1]:
            depth -= 1
            continue
        # a band may contain further sections, which are not bands
        if _BAND_CLASS.search(match[2]) and outermost in {-1, depth}:
            outermost = depth
            starts.append(match.start())
        depth += 1
    return starts, 2 if issue.sign_off or issue.signature else 1


def web_links(html: str) -> int:
    """Count the links to the web, each of which a service that counts clicks makes longer."""
    return len(_WEB_LINK.findall(html))


def _heading(piece: str) -> str:
    match = _H2.search(piece)
    return visible_words(match[1]) if match else ""


def _end(html: str) -> int:
    """Return where the last band ends: the footer begins, which has the link to leave."""
    found = html.rfind("{unsubscribe_url}")
    return found if found > 0 else len(html)
