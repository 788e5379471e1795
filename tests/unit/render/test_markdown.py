from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import merge_tags
from newsletter.render.image_store import Picture
from newsletter.render.markdown import Protected, block, inline, unbroken
from newsletter.render.markdown_to_text import paragraphs


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("One *word* and **two**", "<p>One <em>word</em> and <strong>two</strong></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("[words](https://example.org/?a=1&b=2)", '<p><a href="https://example.org/?a=1&amp;b=2">words</a></p>'),
        ("<team@example.org>", '<p><a href="mailto:team@example.org">team@example.org</a></p>'),
        ("one  \ntwo", "<p>one<br>\ntwo</p>"),
        ("a & b < c", "<p>a &amp; b &lt; c</p>"),
        ("`code`", "<p><code>code</code></p>"),
        ("```\na\n```", "<pre><code>a\n</code></pre>"),
    ],
)
def test_markdown_becomes_html(text: str, markup: str) -> None:
    assert block(text) == markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("A line\n---", "<p>A line</p>\n<hr>"),
        ("A line\n===", "<p>A line\n===</p>"),
        ("one\n\n    indented", "<p>one</p>\n<p>indented</p>"),
        ("~~struck~~ www.example.org", "<p>~~struck~~ www.example.org</p>"),
        ('(c) -- "quoted" ...', '<p>(c) -- "quoted" ...</p>'),
        ("snake_case_name 2 * 3 * 4", "<p>snake_case_name 2 * 3 * 4</p>"),
    ],
)
def test_nothing_happens_by_accident(text: str, markup: str) -> None:
    assert block(text) == markup


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "![x](javascript:alert(1))",
        "<b onclick='x'>hi</b>",
        "</mj-text><mj-raw>",
        '[x](https://example.org "a" onclick="b")',
    ],
)
def test_nothing_runs_and_no_tag_of_the_author_comes_through(text: str) -> None:
    for markup in (block(text), inline(text)):
        for tag in re.findall(r"<[^>]*>", markup):
            assert re.fullmatch(r'</?p>|<a href="https?:[^"]*"( title="[^"]*")?>|</a>', tag), markup


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
        | st.sampled_from("<>&\"'[]()!*_{}|#\n-`"),
        max_size=80,
    )
)
def test_any_text_makes_html_whose_tags_are_known_and_closed(text: str) -> None:
    markup = block(text)
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", markup):
        if name in {"br", "hr", "img"}:
            continue
        if closing:
            assert opened.pop() == name
        else:
            opened.append(name)
    assert opened == []


def levels(markup: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h(\d)>", markup)]


@pytest.mark.parametrize(
    ("text", "below", "expected"),
    [
        ("# a", 2, [3]),
        ("# a", 4, [5]),
        ("### a\n# b\n## c\n#### d", 2, [3, 3, 4, 5]),
        ("# a\n## b\n### c\n#### d\n##### e", 3, [4, 5, 6, 6, 6]),
        ("- # a", 2, [3]),
    ],
)
def test_headings_stand_under_the_one_above_the_text(text: str, below: int, expected: list[int]) -> None:
    assert levels(block(text, below=below)) == expected


@given(st.lists(st.integers(1, 6), min_size=1), st.integers(1, 5))
def test_no_level_is_skipped(given_levels: list[int], below: int) -> None:
    found = levels(block("\n\n".join(f"{'#' * level} x" for level in given_levels), below=below))
    previous = below
    for level in found:
        assert below < level or level == 6
        assert level <= previous + 1
        previous = level


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Hello **{first_name|there}**!", "<p>Hello <strong>{first_name|there}</strong>!</p>"),
        ("{first_name|*you*}", "<p>{first_name|*you*}</p>"),
        ("{group|R&D <b>}", "<p>{group|R&amp;D &lt;b&gt;}</p>"),
        ("[x]({view_url})", '<p><a href="{view_url}">x</a></p>'),
        ("[x]({view_url|https://example.org/a b})", '<p><a href="{view_url|https://example.org/a%20b}">x</a></p>'),
        (
            "[x](https://example.org/?n={first_name|dear friend}&m=1)",
            '<p><a href="https://example.org/?n={first_name|dear%20friend}&amp;m=1">x</a></p>',
        ),
        ("mtz mt0z {email}", "<p>mtz mt0z {email}</p>"),
        ("{literal brace} { a } {} {Name}", "<p>{literal brace} { a } {} {Name}</p>"),
    ],
)
def test_merge_tags_come_through_and_other_braces_stay(text: str, markup: str) -> None:
    assert block(text) == markup


FALLBACKS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="{}|"), max_size=8
)


@given(FALLBACKS, st.sampled_from(["{}", "**{}**", "- {}", "# {}", "a {} b", "[{}](https://example.org)"]))
def test_whatever_the_fallback_its_tag_comes_through(fallback: str, around: str) -> None:
    tag = f"{{first_name|{fallback}}}"
    markup = block(around.replace("{}", tag))
    assert [str(found) for found in merge_tags.find(html.unescape(markup))] == [tag]


def test_taking_tags_out_and_putting_them_back_changes_nothing() -> None:
    text = "mt {a|b} mtt {c} mtttt"
    protected = Protected.of(text)
    assert "{" not in protected.text
    assert protected.restored(protected.text) == text


def test_a_line_has_no_paragraph_around_it() -> None:
    assert inline("a *b* [c](https://example.org)") == 'a <em>b</em> <a href="https://example.org">c</a>'
    assert inline("# no heading") == "# no heading"


def test_a_picture_is_looked_up_and_fits() -> None:
    asked: list[str] = []

    def album(name: str) -> Picture:
        asked.append(name)
        return Picture("cid:1", 2000, 10) if name != "small.png" else Picture("cid:2", 40, 10)

    markup = block("![A *cat*](images/a%20cat.jpg) ![](small.png)", picture=album, width=536)
    assert markup == '<p><img src="cid:1" alt="A cat" width="536"> <img src="cid:2" alt="" width="40"></p>'
    assert asked == ["images/a cat.jpg", "small.png"]


def test_a_picture_elsewhere_keeps_its_link() -> None:
    markup = block("![x](https://example.org/a%20b.png)", picture=Picture, width=100)
    assert markup == '<p><img src="https://example.org/a%20b.png" alt="x" width="100"></p>'


def test_without_an_album_only_the_words_of_a_picture_show() -> None:
    assert block("a ![cat](x.png)") == "<p>a cat</p>"
    assert inline("a ![cat](x.png)") == "a cat"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Love for co-production", 'Love for <span style="white-space:nowrap">co-production</span>'),
        ("**Co-Pro** Cuppas", '<strong><span style="white-space:nowrap">Co-Pro</span></strong> Cuppas'),
        ("A decision-making-process", "A decision-making-process"),
        ("Hello {first_name|co-worker}", "Hello {first_name|co-worker}"),
        ("[Us](https://a-b.example.org/c-d)", '<a href="https://a-b.example.org/c-d">Us</a>'),
        ("A & B – C-", "A &amp; B – C-"),
    ],
)
def test_short_words_of_a_heading_keep_together_at_their_hyphens(text: str, expected: str) -> None:
    assert unbroken(text) == expected
    assert unbroken(text, large=True) == expected.replace("white-space:nowrap", "display:inline-block")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1986. A shed.\n\n1992. A roof.\n\n2004. A kitchen.", ["1986. A shed.", "1992. A roof.", "2004. A kitchen."]),
        ("1986. A shed.\n1992. A roof.", ["1986. A shed.", "1992. A roof."]),
        ("2024. Only one year.", ["2024. Only one year."]),
        ("1. a\n2. b\n4. d", ["1. a", "2. b", "4. d"]),
        ("3) a\n5) b", ["3) a", "5) b"]),
        ("1986. One thing.\n1986. Another.", ["1986. One thing.", "1986. Another."]),
        ("10. ten\n9. nine\n8. eight", ["10. ten", "9. nine", "8. eight"]),
        ("03. Three.\n04. Four.", ["03. Three.", "04. Four."]),
        ("01) One.\n02) Two.", ["01) One.", "02) Two."]),
        ("007. One only.", ["007. One only."]),
        ("1986. **A** [shed](https://example.org/s)\n1992.", ["1986. A shed", "1992."]),
    ],
)
def test_the_numbers_of_a_list_stay_as_they_are_written(text: str, lines: list[str]) -> None:
    markup = block(text)
    assert "<ol" not in markup
    assert [re.sub(" <[^>]*>", "", one).strip() for one in "\n".join(paragraphs(text)).split("\n") if one] == lines
    assert [re.sub("<[^>]*>", "", one).strip() for one in re.findall(r"<p>(.*?)</p>", markup, re.DOTALL)] == lines


@pytest.mark.parametrize("text", ["1. a\n1. b\n1. c", "1. a\n2. b\n3. c", "7. a\n8. b", "0. a\n1. b"])
def test_a_list_that_counts_up_stays_a_list(text: str) -> None:
    assert block(text).startswith("<ol")


def test_written_numbers_inside_other_blocks() -> None:
    assert block("1. a\n\n   1986. z\n   1992. k\n2. b").count("<ol>") == 1
    assert "<p>1992. k</p>" in block("1. a\n\n   1986. z\n   1992. k\n2. b")
    assert block("1986. A\n\n      - c\n      - d\n\n1992. B").count("<li>") == 2
    assert block("> 1986. A\n> 1992. B") == "<blockquote>\n<p>1986. A</p>\n<p>1992. B</p>\n</blockquote>"


@given(st.lists(st.integers(0, 99999), min_size=1, max_size=8))
def test_every_number_is_read_as_it_was_written(numbers: list[int]) -> None:
    text = "\n".join(f"{number}. Words" for number in numbers)
    counted = set(numbers) in ({0}, {1})
    expected = list(range(numbers[0], numbers[0] + len(numbers))) if counted else numbers
    assert [line for line in paragraphs(text) if line] == [f"{number}. Words" for number in expected]
    markup = block(text)
    if "<ol" in markup:
        start = int((re.search(r'start="(\d+)"', markup) or ["", "1"])[1])
        assert list(range(start, start + len(numbers))) == expected
    else:
        assert re.findall(r"<p>(\d+)\. Words</p>", markup) == [str(number) for number in expected]
