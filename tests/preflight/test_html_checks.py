"""What stands wrong on the rendered page, planted there or in a template; and nothing is found where nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from newsletter.model.branding import Theme
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.registry import built_in
from newsletter.preflight.rule import Example
from newsletter.preflight.runner import run
from newsletter.testing.checks import findings_of, subject_of
from tests.preflight.example_templates import prose, story

from .conftest import CLEAN

PROJECT = Path(__file__).parents[2]
OURS = [check for check in built_in() if check.rules[0].code.startswith("NL8")]


FIRST_EDITION = PROJECT / "templates" / "first_edition"


@pytest.fixture(scope="module")
def clean() -> Iterator[LintContext]:
    """Return an issue in the first edition's templates, whose HTML is that which the faults below are planted in."""
    files = {
        path.relative_to(FIRST_EDITION).as_posix(): path.read_text("utf-8") for path in FIRST_EDITION.rglob("*.j2")
    }
    with subject_of(Example(CLEAN, templates=files)) as subject:
        yield subject


def planted(clean: LintContext, old: str, new: str, *, text: str | None = None) -> tuple[Finding, ...]:
    """Return what is found once some words of the page, which stand there, have become others."""
    message = clean.message
    assert message is not None
    assert old in message.html
    update: dict[str, str] = {"html": message.html.replace(old, new)}
    if text is not None:
        update["text"] = text
    return run(replace(clean, message=message.model_copy(update=update)), OURS)


INK = "color:#1d2b33"
PARAGRAPH = '<p style="margin:0 0 16px">My neighbour'
LIST = '<ul style="margin:0 0 16px;padding:0;padding-left:24px">'
TITLE_TAG = "<title>April update: a garden, two workshops and a new kettle</title>"
BEANS = '<a href="https://example.org/beans" style="color:#0b4f5c">A guide to growing beans</a>'

STAMP = "https://example.org/a.png"
MORE = [f'<a href="https://example.org/{name}">One more of them</a>' for name in "abc"]
PLAIN = BEANS.replace("#0b4f5c", "#1d2b33;text-decoration:none")

PAGE = (
    # colours: of words, of what is behind them, by day and by night
    ("NL801", INK, "color:#9aa5ab", "#9aa5ab on #eef4f4"),
    ("NL801", INK, "color:rgb(160, 160, 160)", "#a0a0a0 on #eef4f4"),
    ("NL801", INK, "color:rgba(0,0,0,.4)", "a contrast of 2."),
    ("NL801", INK, "color:lightgrey", "#d3d3d3"),
    ("NL801", "color:#0b4f5c", "color:#66c2d1", "#66c2d1"),
    ("NL801", "background-color:#eef4f4", "background-color:#46606b", "#46606b"),
    ("NL801", "background:#0b4f5c", "background:#e0e0e0", "#e0e0e0"),
    ("NL801", PARAGRAPH, f'<table role="none" bgcolor="#1d2b33"><tr><td>Words</td></tr></table>{PARAGRAPH}', ""),
    ("NL801", "div,p,li,h1,h2,h3,h4,h5,td{color:#e6edee!", "div,p,td{color:#3f4b50!", "in dark mode"),
    ("NL801", ".t,.t>table", ".t{background-color:#e6edee!important}.u", "in dark mode"),
    ("NL801", "a{color:#8ecdd9!important}", "a{color:#20343a!important}", "in dark mode"),
    ("NL801", "<h2 style=", '<h2 class="pale" style=', ""),
    ("NL801", PARAGRAPH, '<p style="margin:0 0 16px;opacity:.4">My neighbour', "My neighbour"),
    ("NL801", PARAGRAPH, '<p style="margin:0 0 16px;font:bold 15px Arial;color:#8a8a8a">My neighbour', "4.5 is needed"),
    # headings
    ("NL802", "<h1 ", '<h1 style="color:#1d2b33">Before</h1><h1 ', "second main heading"),
    ("NL802", "h1", "h2", "no main heading"),
    ("NL803", "<h2 ", "<h3 ", "level 3"),
    ("NL803", PARAGRAPH, f"<h6>Deep down</h6>{PARAGRAPH}", "level 6"),
    ("NL804", "<h2 ", "<h2></h2><h2 ", "is empty"),
    # pictures and links
    ("NL817", PARAGRAPH, f'<img src="https://example.org/a.png" width="90">{PARAGRAPH}', "no `alt`"),
    ("NL818", PARAGRAPH, f'<a href="https://example.org/"><img src="{STAMP}" alt="" width="9"></a>{PARAGRAPH}', ""),
    ("NL820", BEANS, '<a href="https://example.org/beans"></a>', "has no text"),
    ("NL820", BEANS, '<a href="https://example.org/beans"> &nbsp;&#8203; </a>', "has no text"),
    ("NL821", BEANS, '<a href="https://example.org/beans">»</a>', "only says “»”"),
    ("NL822", "padding:14px 24px", "padding:4px 24px", "pixels high"),
    ("NL822", "padding:14px 24px", "padding-top:2px", "pixels high"),
    ("NL823", PARAGRAPH, f'<p style="line-height:18px">{"<br>".join(MORE)}</p>{PARAGRAPH}', "are 18 pixels apart"),
    ("NL823", PARAGRAPH, f'<div style="line-height:20px"><div>{"</div><div>".join(MORE)}</div></div>{PARAGRAPH}', "20"),
    ("NL824", BEANS, f"Read all of it, and think about it: {PLAIN}", "looks like"),
    ("NL825", "rain", "<u>rain</u>", "underlined"),
    ("NL825", "rain", '<span style="text-decoration:underline">rain</span>', "underlined"),
    # what a screen reader is told
    ("NL831", '<html lang="en-GB" dir="ltr"', "<html", "does not set"),
    ("NL831", 'role="article" lang="en-GB" dir="ltr"', 'role="article"', "does not set"),
    ("NL831", '<html lang="en-GB" dir="ltr"', '<html lang="en-GB" dir="rtl"', "wrong direction"),
    ("NL831", 'lang="en-GB"', 'lang=""', "does not set"),
    ("NL832", TITLE_TAG, "<title></title>", "empty"),
    ("NL832", TITLE_TAG, "", "empty"),
    ("NL833", LIST, f"<table><tr><td>Left</td><td>Right</td></tr></table>{LIST}", "has no role"),
    # how words are set
    ("NL834", "font-size:14px", "font-size:11px", "font size of 11 pixels"),
    ("NL834", "font-size:15px", "font-size:9pt", "12 pixels"),
    ("NL834", "font-size:14px", "font-size:.7em", "font size of 11.9 pixels"),
    ("NL834", "font-size:14px", "font-size:x-small", "10 pixels"),
    ("NL835", "font-size:17px", "font-size:15px", "Most of the text"),
    ("NL836", "line-height:1.55", "line-height:1.2", "The line height of"),
    ("NL836", "line-height:1.55", "line-height:20px", "The line height of"),
    ("NL836", "line-height:1.55", "line-height:normal", "The line height of"),
    # HTML that mail programs support
    ("NL850", "pumpkin of nine", "pumpkin\x92s of nine", "U+0092"),
    ("NL850", "pumpkin of nine", "pumpkin\ud83d of nine", "U+D83D"),
    ("NL851", PARAGRAPH, f"<script>alert(1)</script>{PARAGRAPH}", "a script"),
    ("NL851", PARAGRAPH, f'<form action="https://example.org/"><input name="a"></form>{PARAGRAPH}', "a form"),
    ("NL851", PARAGRAPH, f'<video src="https://example.org/a.mp4"></video>{PARAGRAPH}', "a video"),
    ("NL851", BEANS, BEANS.replace("<a ", '<a onclick="go()" '), "onclick"),
    ("NL852", PARAGRAPH, '<p style="position:fixed;top:0">My neighbour', "position: fixed"),
    ("NL852", ".bar{", ".g{position:absolute}.bar{", ""),
    ("NL853", PARAGRAPH, '<p style="float:left">My neighbour', "float: left"),
    ("NL853", PARAGRAPH, '<p style="width:calc(100% - 20px)">My neighbour', "calc"),
    ("NL853", PARAGRAPH, '<p style="display:grid">My neighbour', "display: grid"),
    ("NL853", PARAGRAPH, '<p style="color:var(--ink)">My neighbour', "var(--ink)"),
    ("NL854", "</head>", '<link rel="stylesheet" href="https://fonts.example.org/a.css"></head>', "fonts.example.org"),
    ("NL854", ":root {", "@import url(https://fonts.example.org/b.css); :root {", "b.css"),
    ("NL854", ":root {", "@font-face{font-family:A;src:url(https://fonts.example.org/c.woff2)} :root {", "c.woff2"),
    ("NL855", ":root {", "i{color:#111111} " * 1100 + ":root {", "take up 21.2 kB"),
    ("NL856", ":root {", "i{color:#111111} " * 400 + ":root {", "take up 9.6 kB"),
    ("NL857", ":root {", "/* the colours */ :root {", "the colours"),
    ("NL858", PARAGRAPH, '<p style="background:url(https://example.org/a.png)">My neighbour', "a background image"),
    ("NL858", PARAGRAPH, f'<table role="none" background="a.png"><tr><td>Words</td></tr></table>{PARAGRAPH}', ""),
    ("NL859", PARAGRAPH, f'<table role="presentation" width="960"><tr><td>Words</td></tr></table>{PARAGRAPH}', "960"),
    ("NL859", PARAGRAPH, '<p style="width:1000px">My neighbour', "1000"),
    ("NL860", BEANS, '<a href="#">A guide to growing beans</a>', "goes to #"),
    ("NL860", BEANS, '<a href="">A guide to growing beans</a>', "goes nowhere"),
    ("NL860", BEANS, '<a href="javascript:go()">A guide to growing beans</a>', "javascript"),
    # pictures
    ("NL879", PARAGRAPH, f'<img src="https://example.org/a.svg?v=2" alt="Our stamp" width="90">{PARAGRAPH}', "a.svg"),
    ("NL879", PARAGRAPH, f'<img src="data:image/png;base64,AAAA" alt="Our stamp" width="90">{PARAGRAPH}', "data:"),
    ("NL878", PARAGRAPH, f'<img src="http://example.org/a.png" alt="Our stamp" width="90">{PARAGRAPH}', "insecure"),
    ("NL880", PARAGRAPH, f'<img src="images/a.png" alt="Our stamp" width="90">{PARAGRAPH}', "images/a.png"),
    ("NL880", PARAGRAPH, f'<img src="cid:none@newsletter" alt="Our stamp" width="90">{PARAGRAPH}', "cid:none"),
    ("NL880", PARAGRAPH, f'<img src="file:///C:/a.png" alt="Our stamp" width="90">{PARAGRAPH}', "file:"),
    ("NL881", PARAGRAPH, f'<img src="https://example.org/a.png" alt="Our stamp">{PARAGRAPH}', "no width"),
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(PAGE)), ids=lambda number: f"{PAGE[number][0]}-{number}")
def test_what_is_wrong_on_the_page_is_found(clean, number):
    code, old, new, words = PAGE[number]
    if 'class="pale"' in new:  # a rule of a sheet reaches it
        html = clean.message.html.replace("</head>", "<style>h2.pale{color:#ccc!important}</style></head>")
        clean = replace(clean, message=clean.message.model_copy(update={"html": html}))
    found = [finding for finding in planted(clean, old, new) if finding.code == code]
    assert found
    assert words in found[0].message
    assert len(found) <= 6, "one finding a problem"


def test_a_page_on_which_nothing_was_changed_has_nothing(clean):
    assert planted(clean, "</body>", "</body>") == ()
    for theme in Theme:
        with subject_of(Example(CLEAN, settings=f"brand: {{name: A, address: A, theme: {theme}}}")) as subject:
            assert planted(subject, "</body>", "</body>") == (), theme


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", {"NL861"}),
        ("The garden gate, and nothing else", {"NL861"}),
        ("In March we got the garden gate up: My neighbour grew a pumpkin", {"NL861"}),
    ],
)
def test_a_plain_text_that_lacks_sections_is_found(clean, text, codes):
    assert {finding.code for finding in planted(clean, "</body>", "</body>", text=text)} == codes


def test_a_plain_text_that_lacks_a_heading_alone_is_found(clean):
    text = clean.message.text.replace("A letter from the allotment", "")
    assert {finding.code for finding in planted(clean, "</body>", "</body>", text=text)} == {"NL863"}


def test_a_link_that_the_plain_text_lacks_is_shown_where_the_issue_has_it(clean):
    text = clean.message.text.replace("https://example.org/letter", "")
    (found,) = planted(clean, "</body>", "</body>", text=text)
    assert (found.code, CLEAN.splitlines()[found.place.line - 1].strip()) == (
        "NL862",
        "link: https://example.org/letter",
    )


# --- where it comes from ----------------------------------------------------------------------------------------------

TEXT = "<mj-text>"
TEMPLATES = (
    ("NL801", prose(color="#aaa"), 2, "#aaa"),
    ("NL801", prose(container_background_color="#50707c"), 2, "#50707c"),
    ("NL803", story(f"{TEXT}<h2>Soup</h2></mj-text>", f"{TEXT}<h4>Leeks</h4></mj-text>"), 3, "<h4>"),
    ("NL817", story(f'{TEXT}<img src="{STAMP}" width="90"></mj-text>'), 2, STAMP),
    ("NL822", story('<mj-button href="https://example.org/" inner-padding="4px">Book</mj-button>'), 2, "inner-padding"),
    ("NL833", story(f"{TEXT}One</mj-text>", f"{TEXT}<table><tr><td>a</td></tr></table></mj-text>"), 3, "<table>"),
    ("NL834", prose(font_size="11px"), 2, "11px"),
    ("NL836", prose(line_height="1.1"), 2, "line-height"),
    ("NL852", story(f'{TEXT}<p style="position: fixed">Here</p></mj-text>'), 2, "position"),
    ("NL853", story(f'{TEXT}<p style="display: flex">Here</p></mj-text>'), 2, "display"),
    ("NL860", story(f'{TEXT}<a href="#">All dates</a></mj-text>'), 2, 'href="#"'),
    ("NL880", story('<mj-image src="images/a.png" alt="Our stamp" width="90px" />'), 2, "images/a.png"),
    ("NL881", story(f'{TEXT}<img src="{STAMP}" alt="Our stamp"></mj-text>'), 2, STAMP),
)
LONG_STORY = (
    "sections: [{kind: story, text: 'We met in the hall and talked for two hours about what the street needs, and what "
    "each of us would do first of all that was said there.'}]"
)


@pytest.mark.parametrize("number", range(len(TEMPLATES)), ids=lambda number: f"{TEMPLATES[number][0]}-{number}")
def test_what_a_template_does_is_shown_in_the_template(number):
    code, templates, line, words = TEMPLATES[number]
    found = [one for one in findings_of(Example(LONG_STORY, templates=templates), OURS) if one.code == code]
    assert [(Path(one.place.path).name, one.place.line) for one in found] == [("story.mjml.j2", line)]
    assert found[0].excerpt[found[0].place.column - 1 :].startswith(words)


def test_words_of_the_issue_are_shown_there_where_no_template_is_to_blame(clean):
    (found,) = planted(clean, PARAGRAPH, '<p style="margin:0 0 16px;color:#aaaaaa">My neighbour')
    assert CLEAN.splitlines()[found.place.line - 1].strip().startswith("My neighbour grew")


def test_what_comes_from_nowhere_that_is_known_names_the_templates_there_are():
    level = "h{{ 5 }}"
    inside = '{{ "So" ~ "up" }}'
    macro = f"{{% macro prose(text, below=2) %}}<mj-text><{level}>{inside}</{level}></mj-text>{{% endmacro %}}"
    templates = {"parts/prose.mjml.j2": macro}
    found = [one for one in findings_of(Example("intro: Hello.", templates=templates), OURS) if one.code == "NL803"]
    assert [one.place.line for one in found] == [0]
    assert "parts/prose.mjml.j2" in found[0].message


def test_a_part_for_a_segment_is_looked_at_too():
    issue = (
        "sections:\n  - {kind: story, heading: All, text: It rained.}\n"
        "  - {kind: story, heading: Members, only: {segment: members}, text: 'Come. [](https://example.org/m)'}\n"
    )
    assert [one.code for one in findings_of(issue, OURS)] == ["NL820"]


# --- nothing where nothing is -----------------------------------------------------------------------------------------

ISSUES = {
    "clean": PROJECT / "tests" / "preflight" / "clean.yaml",
    "February": PROJECT / "issues" / "2024-02.yaml",
    "March": PROJECT / "issues" / "2024-03.yaml",
    **{
        name: PROJECT / "tests" / "golden" / f"{name}.yaml"
        for name in ("arabic", "every-kind", "merge-tags", "right-to-left", "spanish", "two-languages", "welsh")
    },
}
BRANDS = {
    "as it comes": "",
    "pale": "colours: {brand: '#ffcc00', accent: '#88ccff', ink: '#777777', muted: '#bbbbbb'}",
    "dark": "colours: {brand: '#101010', ground: '#222222', tint: '#333333', ink: '#eeeeee', muted: '#bbbbbb'}",
    "strong": "colours: {brand: '#e4003b', accent: '#00a550', highlight: '#6d28d9', tint: '#884422'}",
}


@cache
def house(theme: Theme, brand: str) -> str:
    return (
        "brand:\n  name: Example Trust\n  website: https://example.org\n"
        f"  address: Example Trust, 12 High Street, London SE1 9ZZ\n  theme: {theme}\n  {BRANDS[brand]}\n"
    )


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("name", ISSUES)
def test_an_issue_in_order_gives_nothing_in_any_theme_or_colour(name, theme, brand):
    example = Example(ISSUES[name].read_text("utf-8"), settings=house(theme, brand))
    assert [f"{one.code} {one.place.line}: {one.message}" for one in findings_of(example, OURS)] == []
