"""Find what an HTML page or email says: its title and date, its main part, and the furniture around it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from newsletter.errors import FileAccessError

MOST_CHARACTERS = 30_000_000
"""Characters of HTML that are read; a saved page with its pictures inside has a few million."""

_FURNITURE_TAGS = frozenset(
    {
        "nav", "footer", "form", "button", "script", "style", "noscript", "template", "select", "input", "textarea",
        "dialog", "object", "embed", "svg", "math", "head", "canvas", "link", "meta",
    }
)  # fmt: skip
_NEVER_BY_NAME = frozenset({"body", "main", "article", "h1", "h2", "h3", "p", "li", "td", "tr", "table"})
"""Elements whose class alone does not make them furniture."""

_FEW_WORDS = 60
"""A hidden part with more words is one that readers can open."""

_FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu"})
_FURNITURE_NAMES = frozenset(
    {
        "nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "cookie", "cookies", "cookiebar", "consent",
        "gdpr", "sidebar", "footer", "share", "sharing", "sharedaddy", "social", "socials", "related", "comments",
        "respond", "skip", "pagination", "pager", "popup", "modal", "advert", "adverts", "toolbar", "masthead",
        "subscribe", "signup", "follow", "widget", "unsubscribe",
    }
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that the parser reads but does not take back."""

_HIDDEN = re.compile(
    r"display:\s*none|visibility:\s*hidden|font-size:\s*0|max-height:\s*0|mso-hide:\s*all", re.IGNORECASE
)
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DATE_NAMES = (
    "article:published_time",
    "date",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "pubdate",
    "parsely-pub-date",
)
_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d\d-\d\d)')


def parse_html(text: str) -> Any:
    """Return the root of an HTML text; raise FileAccessError if there is nothing in it."""
    from lxml import html  # noqa: PLC0415  only an import needs it
    from lxml.etree import ParserError  # noqa: PLC0415  as above

    # a declared encoding is that of the bytes, which have been decoded
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    try:
        return html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=True))
    except (ParserError, ValueError) as error:
        raise FileAccessError("The file has no text.", hint="Save the page again, or copy its text.") from error


def page_title(root: Any) -> str:
    """Return what a page is called: what it tells other sites, its only first heading, or its window's title."""
    for element in root.iter("meta"):
        if (element.get("property") or element.get("name") or "").lower() == "og:title" and element.get("content"):
            return " ".join(element.get("content").split())
    first = [" ".join(one.text_content().split()) for one in root.iter("h1")]
    if len(first) == 1 and first[0]:
        return first[0]
    words = " ".join((root.findtext(".//title") or "").split())
    return re.split(r"\s+[|·–—]\s+|\s+-\s+", words)[0] if words else ""


def page_link(root: Any) -> str:
    """Return the address of the page itself."""
    for element in root.iter("link"):
        if element.get("rel") == "canonical" and (element.get("href") or "").startswith("http"):
            return str(element.get("href"))
    return ""


def page_date(root: Any) -> dt.date | None:
    """Return the day on which a page says that it was published."""
    found: list[str] = []
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        found += [element.get("content") or ""] * (name in _DATE_NAMES or name == "datepublished")
    for element in root.iter("script"):
        if element.get("type") == "application/ld+json" and (match := _PUBLISHED.search(element.text or "")):
            found.append(match[1])
    found += [element.get("datetime") or "" for element in root.iter("time")]
    for text in found:
        try:
            return dt.date.fromisoformat(text.strip()[:10])
        except ValueError:
            continue
    return None


def main_part(root: Any) -> Any:
    """Return the element with the text of a page: its article or main part if that has most of it, else the body."""
    body = root.find("body") if root.find("body") is not None else root
    whole = len(_words(body))
    articles = sorted(root.iter("article"), key=lambda one: len(_words(one)), reverse=True)
    mains = [*root.iter("main"), *root.xpath("//*[@role='main']")]
    named = root.xpath("//*[@id='content' or @id='main-content' or @id='bodyContent' or @itemprop='articleBody']")
    for part in [*articles[:1], *mains, *named]:
        words = len(_words(part))
        if (
            words > 300
            and words > 0.3 * whole
            and not (len(articles) > 1 and part is articles[0] and _is_list(articles))
        ):
            return part
    return body


def _is_list(articles: list[Any]) -> bool:
    """Return whether articles are the parts of one page, each about as long as the others, not one with teasers."""
    sizes = [len(_words(one)) for one in articles]
    return sizes[1] > 0.5 * sizes[0]


def drop_furniture(part: Any) -> tuple[str, ...]:
    """Remove navigation, cookie banners, forms and footers from a part of a page; return the words that went."""
    whole = max(1, len(_words(part)))
    dropped: list[str] = []
    for element in list(part.iter()):
        if not isinstance(element.tag, str):
            _drop(element)  # a comment
        elif element is not part and element.getparent() is not None and _is_furniture(element, whole):
            words = "" if element.tag in {"script", "style", "head", "template", "svg"} else _words(element)
            dropped += [words] if words else []
            _drop(element)
    return tuple(dropped)


def outside_words(root: Any, part: Any) -> Iterator[str]:
    """Yield the words of a page that are outside of its main part, by paragraph."""
    inside = set(part.iter()) | set(part.iterancestors())
    for element in root.iter("p", "li", "h1", "h2", "h3", "h4", "td", "address"):
        if element not in inside and (words := _words(element)):
            yield words


def hidden_start(root: Any) -> str:
    """Return the preheader of an email: the hidden words at its top."""
    for element in list(root.iter("div", "span", "p", "td"))[:12]:
        words = re.sub("[\u200c\u200b\u00a0\u034f\u2007\ufeff\u00ad]+", " ", _words(element)).strip()
        if _HIDDEN.search(element.get("style") or "") and 15 <= len(words) <= 250:
            return " ".join(words.split())
    return ""


def _is_furniture(element: Any, whole: int) -> bool:
    if element.tag in _FURNITURE_TAGS or (element.get("role") or "").lower() in _FURNITURE_ROLES:
        return True
    if _is_hidden(element):
        return len(_words(element).split()) < _FEW_WORDS and not element.xpath(".//h1|.//h2|.//h3|.//img")
    name = element.get("id") or ""
    # a long id is made of a heading's words
    names = f"{element.get('class') or ''} {name if len(_NAME_PARTS.findall(name)) < 4 else ''}"
    if not names.strip() or element.tag in _NEVER_BY_NAME:
        return False
    parts = {word.lower() for word in _NAME_PARTS.findall(names)}
    return bool(parts & _FURNITURE_NAMES) and len(_words(element)) < 0.3 * whole


def _is_hidden(element: Any) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style") or "") is not None
    )


def _drop(element: Any) -> None:
    """Remove an element, and keep the words that follow it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = _CONTROL.sub(" ", (before.tail or "") + element.tail)
        else:
            parent.text = _CONTROL.sub(" ", (parent.text or "") + element.tail)
    parent.remove(element)


def _words(element: Any) -> str:
    return " ".join(str(element.xpath("string()")).split())
