"""The plain text of every golden issue: all words, links and pictures of the HTML are in it, and it fits 72 columns."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import html as lxml_html

HERE = Path(__file__).parent
PAGES = sorted(HERE.glob("*.html"))
WORD = re.compile(r"[^\W_]+")
HIDDEN = re.compile(r"display:\s*none")
SHORT_DATES = ("https://outlook.live.com/calendar/", "https://calendar.google.com/")
"""Where the links to calendars lead: the text names their events, the HTML also by short dates."""


_OWN_CALLS = "Send an email More about"
OF_TEMPLATES = {
    "own-kind": "Recipe of the month The whole recipe",
    **dict.fromkeys(("2024-02", "2024-02-bold", "2024-02-letter"), _OWN_CALLS),
}
"""Words that the HTML alone has: of a user's own template that has none for the text, and of derived buttons."""


def composed(text: str) -> str:
    """Return a text whose accents are one with their letters, as HTML has them."""
    return unicodedata.normalize("NFC", text)


def spoken(element: Any) -> Iterator[str]:
    """Yield the texts that a reader gets, pictures as their words; not what is hidden from sight or from speech."""
    if not isinstance(element.tag, str) or element.tag in {"head", "style", "script"}:
        return
    if element.get("aria-hidden") == "true" or HIDDEN.search(element.get("style", "")):
        return
    if element.tag == "a" and element.get("href", "").startswith(SHORT_DATES) and WORD.search(element.text or "x"):
        return
    if element.get("class") == "small also":  # below each list of events; the text has the calendar's name once
        return
    if {"box", "tbc", "when"} & set(element.get("class", "").split()):  # a month in short, which the text has in full
        yield from re.findall(r"\d+", element.text_content())
        return
    yield element.text or ""
    if element.tag == "img":
        yield element.get("alt", "")
    for child in element:
        yield from spoken(child)
        yield child.tail or ""


def page_of(path: Path) -> Any:
    """Return the body of a golden page."""
    return lxml_html.document_fromstring(path.read_text(encoding="utf-8")).find("body")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_word_of_the_html_is_in_the_text(path: Path) -> None:
    text = path.with_suffix(".txt").read_text(encoding="utf-8")
    told = Counter(WORD.findall(composed(text)))
    seen = Counter(WORD.findall(composed(" ".join(spoken(page_of(path))))))
    assert sum(seen.values()) > 20
    assert seen - told == Counter(OF_TEMPLATES.get(path.stem, "").split())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_link_of_the_html_is_in_the_text(path: Path) -> None:
    text = " ".join(path.with_suffix(".txt").read_text(encoding="utf-8").split())
    targets = [link.get("href") for link in page_of(path).iter("a")]
    assert len(targets) >= 1
    missing = [one for one in targets if one.removeprefix("mailto:") not in text and unquote(one) not in text]
    # the words of a telephone link are its number, as the author wrote it; a place in the page is none in the text
    assert [one for one in missing if not one.startswith(("tel:", "#"))] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_text_fits_72_columns_but_for_addresses(path: Path) -> None:
    lines = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    wide = [one for one in lines if len(one) > 72 and not re.search(r"<\S+>|\] https?://|\{\w+|https?://\S{40}", one)]
    # one word that is longer than a line stays whole
    assert [one for one in wide if max(map(len, one.split())) <= 68] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_headings_are_underlined_as_long_as_they_are(path: Path) -> None:
    lines = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    rules = [number for number, one in enumerate(lines) if re.fullmatch(r"(=+|-+|~+)", one) and len(one) < 72]
    headings = list(page_of(path).iter("h1", "h2"))
    assert len(rules) >= len(headings) >= 1
    for number in rules:
        assert lines[number - 1].strip()
