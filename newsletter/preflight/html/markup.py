"""What is in the HTML that readers get: its words, and how many bytes each section of the issue takes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.model.issue import Issue
from newsletter.model.targeting import for_readers

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HIDDEN = frozenset({"style", "script", "title", "head"})
_NOT_SHOWN = re.compile(r"display:\s*none", re.IGNORECASE)
_H2 = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_WEB_LINK = re.compile(r"<a\b[^>]*\shref=\"https?://")
_BAND = re.compile(r'<div[^>]*\sclass="[tg](?: [^"]*)?"')


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
    """Return the heading of each section and the bytes that it takes; none where the frame is not one that is known.

    The HTML is that of everybody, without the parts that are for some readers only. In our frame each section lies in a
    band of its own, and so do the masthead with the opening before them, and the last words behind them. What stands
    between two bands belongs to the one before.
    """
    issue = for_readers(issue, ())
    starts = [match.start() for match in _BAND.finditer(html)]
    behind = 1 if issue.sign_off else 0
    count = len(issue.sections)
    if len(starts) < count + behind:
        return ()
    first = len(starts) - behind - count
    ends = [*starts[first + 1 :], _end(html)][:count]
    pieces = [html[start:end] for start, end in zip(starts[first : first + count], ends, strict=True)]
    names = [_heading(piece) or section.kind for piece, section in zip(pieces, issue.sections, strict=True)]
    return tuple((name, len(piece.encode())) for name, piece in zip(names, pieces, strict=True))


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
