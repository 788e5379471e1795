"""Twice the size costs at most two and a half times as much, whatever is in a text, a file, a style or a page.

The inputs are those by which Markdown parsers were slowed down (the pathological tests of cmark, commonmark.js and
markdown-it), those known of backtracking regular expressions, and variations on both. Ratios of the process's own time
are compared, never seconds; noise of a busy computer is met by taking the best of several attempts.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import ContentError
from newsletter.issue_file.load_issue import load_issue
from newsletter.model import merge_tags
from newsletter.model.fields import LONGEST_WORD, MOST_MARKS, MOST_SPACES
from newsletter.preflight.foreign_merge_tags import foreign_tags
from newsletter.preflight.html.markup import visible_words
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.selectors import selector
from newsletter.preflight.html.stylesheets import declared, rules_of
from newsletter.preflight.links.lookalikes import imitated, mixed_scripts
from newsletter.preflight.links.typos import host_fixed, scheme_fixed
from newsletter.preflight.registry import built_in
from newsletter.preflight.runner import run
from newsletter.render.link_tags import encode_in_html, encode_in_text
from newsletter.render.markdown import block, inline, unbroken
from newsletter.render.markdown_to_text import paragraphs, plain
from newsletter.testing.checks import findings_of, subject_of

pytestmark = pytest.mark.slow

MOST = 2.5
ATTEMPTS = 8
SIZES = (3000, 6000)


def paragraphs_of(piece: str, marks: int = 1) -> Callable[[int], str]:
    """Return what repeats a piece in paragraphs that are within the bounds, so that all of it is worked on."""
    one = piece * max(1, min(MOST_MARKS // marks - 1, 900 // len(piece)))
    return lambda size: "\n\n".join([one] * max(1, size // len(one)))


def repeated(piece: str, *, before: str = "", after: str = "") -> Callable[[int], str]:
    return lambda size: before + piece * (size // len(piece)) + after


# what is too much for a paragraph is refused; within the bounds it is worked on
MARKDOWN: dict[str, Callable[[int], str]] = {
    # the pathological tests of cmark and commonmark.js
    "nested strong emphasis": lambda size: "\n\n".join(["*a **a " * 70 + "b" + " a** a*" * 70] * (size // 980)),
    "many emphasis closers": repeated("a_ "),
    "many emphasis openers": repeated("_a "),
    "many link closers": repeated("a]"),
    "many link openers": repeated("[a"),
    "mismatched openers and closers": repeated("*a_ "),
    "openers and closers multiple of 3": lambda size: "a**b" + "c* " * (size // 3),
    "link openers and emphasis closers": repeated("[ a_"),
    "pattern [ (](": repeated("[ (]("),
    "pattern ![[]()": repeated("![[]()"),
    "nested brackets": lambda size: "[" * (size // 2) + "a" + "]" * (size // 2),
    "nested block quotes": repeated("> ", after="a"),
    "deeply nested lists": lambda size: "".join("  " * (i % 20) + "* a\n" for i in range(size // 24)),
    "backticks": lambda size: "".join("e" + "`" * i for i in range(1, int((2 * size) ** 0.5))),
    "unclosed links with <": repeated("[a](<b"),
    "unclosed links": repeated("[a](b"),
    "unclosed comments": repeated("<!-- a "),
    "empty lines in deep quotes": lambda size: "> " * 15 + "a\n" * (size // 2),
    "link reference definitions": lambda size: "".join(f"[{i}]: https://a.uk/{i}\n\n" for i in range(size // 24)),
    "hard link references": lambda size: "[" + "a" * (size // 2) + "]: /u\n\n[" + "a" * (size // 2) + "]",
    # markdown-it's
    "emphasis without spaces": repeated("*a"),
    "many images": repeated("![a]("),
    "autolinks": repeated("<https://a"),
    "tables": lambda size: "|" + "a|" * (size // 4) + "\n|" + "-|" * (size // 4),
    "hardly a fence": repeated("~~~ a\n"),
    "entities": paragraphs_of("&amp;&copy;&#65; "),
    "escapes": paragraphs_of("\\*\\_", 4),
    "hard breaks": repeated("a  \n"),
    # our own, within the bounds: all of it is parsed, rendered and checked
    "stars": paragraphs_of("*a ", 1),
    "images": paragraphs_of("![a](", 2),
    "links": paragraphs_of("[a](https://a.uk/b_c) ", 3),
    "open links": paragraphs_of("[a](https://a.uk/b_(c ", 3),
    "merge tags in links": paragraphs_of("[a](https://a.uk/?t={b|c d}) ", 2),
    "open merge tags": paragraphs_of("{a|b "),
    "foreign merge tags": paragraphs_of("{{a|b *|c <<d %%e [[f ", 6),
    "brackets": paragraphs_of("("),
    "long words": paragraphs_of("a" * 880 + " "),
    "long capitals": paragraphs_of("A" * 880 + " "),
    "long underlines": paragraphs_of("a_" * 140 + " ", 140),
    "long hyphens": paragraphs_of("a-" * 440 + " "),
    "long dots": paragraphs_of("a." * 440 + " "),
    "long figures": paragraphs_of("1" * 880 + " "),
    "gaps": paragraphs_of("a" + " " * (MOST_SPACES - 1)),
    "dates": paragraphs_of("on 3 March, "),
    "hours": paragraphs_of("10.30 to 11.30, "),
    "names": paragraphs_of("Ann Bo, "),
    "addresses": paragraphs_of("a.b@c.uk, https://a.uk/b, "),
    "quotation marks": paragraphs_of("“a 'b "),
    "lists typed by hand": repeated("-a\n"),
    "emoji": repeated("🎉 a\n"),
    "a numbered list": lambda size: "".join(f"{i * 2}. a\n" for i in range(size // 7)),
    "Arabic": paragraphs_of("مرحبا بكم، "),
}


def took(work: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    work(text)
    return time.process_time() - start


def assert_linear(work: Callable[[str], object], make: Callable[[int], str], sizes: tuple[int, int] = SIZES) -> None:
    """Assert that the larger text, about twice as long, costs at most MOST times as much; the best of each counts."""
    small, large = (make(size) for size in sizes)
    work(small)  # what is loaded once is loaded
    least_small = least_large = float("inf")
    gc.collect()
    gc.freeze()  # what earlier tests left is not gone through anew at each collection
    try:
        for _ in range(ATTEMPTS):
            least_large = min(least_large, took(work, large))
            least_small = min(least_small, max(took(work, small), 1e-9))
            ratio = least_large / least_small
            if ratio <= MOST * len(large) / (2 * len(small)):
                return
    finally:
        gc.unfreeze()
    pytest.fail(f"{len(large)} characters took {ratio:.1f} times as long as {len(small)}")


def check(text: str) -> None:
    """Load, render and check an issue with this text, as far as it is not refused."""
    with suppress(ContentError), subject_of(f"intro: {json.dumps(text, ensure_ascii=False)}") as subject:
        run(subject, built_in())


@pytest.mark.parametrize("name", MARKDOWN)
def test_a_text_is_checked_in_linear_time(name: str) -> None:
    assert_linear(check, MARKDOWN[name])


@pytest.mark.parametrize("field", ["title", "preheader", "sections"])
@pytest.mark.parametrize("name", ["many images", "emphasis without spaces", "long capitals", "nested brackets"])
def test_a_line_is_checked_in_linear_time(field: str, name: str) -> None:
    def work(text: str) -> None:
        line = json.dumps(text.replace("\n", " "), ensure_ascii=False)
        fields = f"sections: [{{kind: story, heading: {line}, text: A}}]" if field == "sections" else f"{field}: {line}"
        with suppress(ContentError):
            findings_of(fields)

    assert_linear(work, MARKDOWN[name], (900, 1800))


HEAD, TAIL = "title: A b\ndate: 2024-03-11\n", "\nsections:\n  - kind: story\n    text: x y z.\n"
YAML: dict[str, Callable[[int], str]] = {
    "fields in fields": repeated("a: "),
    "the same field": repeated("intro: a\n"),
    "entries without a field": repeated("- a\n"),
    "open lists": repeated("[", before="intro: "),
    "open maps": repeated("{a: ", before="intro: "),
    "a long list": repeated("a, ", before="intro: ["),
    "an open quotation mark": repeated("a ", before='intro: "'),
    "open quotation marks": repeated('intro: "a\n'),
    "quoted words": repeated('"a" ', before="intro: "),
    "apostrophes": repeated("it's ", before="intro: '"),
    "indented fields": lambda size: "".join(" " * (i % 40) + "a: b\n" for i in range(size // 25)),
    "nested fields": lambda size: "".join(" " * i + "a:\n" for i in range(int((2 * size) ** 0.5))),
    "tabs at the start": repeated("\tintro: a\n"),
    "tabs": repeated("\t", before="intro: a", after="b"),
    "spaces": repeated(" ", before="intro: a", after="b"),
    "spaces before a field": repeated(" ", before="intro", after=": b"),
    "comments": repeated(" #", before="intro: a #"),
    "aliases": repeated("*a ", before="intro: "),
    "anchors": repeated("&a ", before="intro: "),
    "tags": repeated("!!str ", before="intro: "),
    "documents": repeated("---\n"),
    "colons": repeated(":", before="intro: "),
    "equals signs": repeated("title = a\n"),
    "no colons": repeated("title a\n"),
    "conflicts": repeated("<<<<<<< a\n"),
    "escapes": repeated("\\q", before='intro: "', after='"'),
    "unknown kinds": repeated("  - kind: sotry\n", before="sections:\n"),
    "misspelt fields": repeated("      - titel: a\n", before="sections:\n  - kind: links\n    items:\n"),
    # as many as one pass looks at in the longer file too: another pass would cost as much again
    "dates in words": repeated(
        "      - {title: Songs and stories for the youngest, when: 3 March}\n",
        before="sections:\n  - kind: coming_up\n    items:\n",
    ),
    "curly quotation marks": repeated("a” “", before="intro: “"),
    "backticks": repeated("```\n"),
    "underscores": repeated("_", before="intro: "),
    "backslashes": repeated("\\", before="intro: "),
}


@pytest.mark.parametrize("name", YAML)
def test_a_file_is_read_in_linear_time(name: str, tmp_path: Path) -> None:
    path = tmp_path / "2024-03.yaml"

    def work(text: str) -> None:
        path.write_text(HEAD + text + TAIL, encoding="utf-8")
        with suppress(ContentError):
            load_issue(path, zone=ZoneInfo("Europe/London"))

    assert_linear(work, YAML[name], (16_000, 32_000))


def words_of_page(text: str) -> None:
    page = Page(f"<html><body>{text}</body></html>")
    for one in page.texts:
        page.looks(one.element)


PARTS: dict[str, tuple[Callable[[str], object], Callable[[int], str]]] = {
    "CSS: open rules": (lambda text: list(rules_of(text, "")), repeated("a{")),
    "CSS: open comments": (lambda text: list(rules_of(text, "")), repeated("/*")),
    "CSS: strings": (lambda text: list(rules_of(text, "")), repeated("a{b:'")),
    "CSS: media": (lambda text: list(rules_of(text, "")), repeated("@media a{")),
    "CSS: declarations": (declared, repeated("a:b;")),
    "CSS: colons": (declared, repeated("a:")),
    "CSS: spaces": (declared, repeated(" ", before="a:", after=";")),
    "CSS: brackets": (declared, repeated("url(", before="a:")),
    "CSS: selectors": (selector, repeated("a>b ")),
    "CSS: attributes": (selector, repeated("[a=")),
    "CSS: not": (selector, repeated(":not(")),
    "HTML: open tags": (visible_words, repeated("<a ")),
    "HTML: open styles": (visible_words, repeated("<style>")),
    "HTML: comments": (visible_words, repeated("<!--")),
    "HTML: hidden": (visible_words, repeated("<div display:none>")),
    "HTML: a page": (words_of_page, repeated("<p>a <b>c</b></p>")),
    "merge tags: foreign": (foreign_tags.__wrapped__, repeated("{{a|b ")),
    "merge tags: own": (merge_tags.split.__wrapped__, repeated("{a|b}{a|")),
    "merge tags: links": (encode_in_text, repeated("https://a.uk/?b={c|d e} ")),
    "merge tags: in HTML": (encode_in_html, repeated('<a href="{a|b c}">')),
    "merge tags: open HTML": (encode_in_html, repeated('<a href="{a|')),
    "links: schemes": (scheme_fixed, repeated("https://")),
    "links: hosts": (host_fixed, repeated("www.")),
    "links: scripts": (mixed_scripts.__wrapped__, repeated("a.")),
    "links: look-alikes": (imitated.__wrapped__, repeated("rn.")),
    "Markdown: a block": (lambda text: block(text, below=1), paragraphs_of("*a* ![b](c) ", 5)),
    "Markdown: a line": (inline.__wrapped__, repeated("a b, ")),
    "Markdown: a heading": (unbroken.__wrapped__, paragraphs_of("a-b-" * 100 + " ")),
    "Markdown: text": (paragraphs, paragraphs_of("*a* [b](https://c.uk/d) ", 5)),
    "Markdown: plain": (plain, repeated("a b, ")),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_works_in_linear_time(name: str) -> None:
    work, make = PARTS[name]
    assert_linear(work, make, (20_000, 40_000))


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("![a](" * 1000, "NL065", "without a space"),
        ("![a]( " * 1000, "NL066", "the maximum is 300"),
        ("*a" * 8000, "NL065", "without a space"),
        ("*a " * 8000, "NL066", "8,000 Markdown characters"),
        ("*a **a " * 1000 + "b" + " a** a*" * 1000, "NL066", "Markdown characters"),
        ("a" * (LONGEST_WORD + 1), "NL065", "without a space"),
        ("a" + " " * 5000 + "b", "NL065", "spaces"),
        ("words " * 20_000, "NL065", "119,999 characters"),
    ],
)
def test_what_is_too_much_is_a_finding_at_its_line(text: str, code: str, says: str) -> None:
    with pytest.raises(ContentError) as refused, subject_of(f"intro: {json.dumps(text)}"):
        pass
    [finding] = refused.value.findings
    assert (finding.code, finding.place.line) == (code, 3)
    assert says in finding.message
    assert finding.hint


def test_a_title_of_eighteen_kilobytes_is_a_finding() -> None:
    with pytest.raises(ContentError) as refused, subject_of(f"date: 2024-03-11\ntitle: {'spring news ' * 1500}"):
        pass
    assert [(one.code, one.place.line) for one in refused.value.findings] == [("NL065", 2)]


def test_a_long_issue_as_people_write_it_is_not_refused() -> None:
    text = "\n".join(f"- **Team {i}** met at [the hall](https://charity.uk/hall_{i}) on Monday." for i in range(300))
    prose = "\n\n".join(["We met, we talked, and we wrote *all* of it down. " * 12] * 40)
    for words in (text, prose):
        with subject_of(f"intro: {json.dumps(words)}") as subject:
            assert subject.message is not None
