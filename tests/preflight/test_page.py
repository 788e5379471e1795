"""The page as mail programs show it: which rules hold, what they make of colours and sizes; nothing upsets it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.html.box_model import height
from newsletter.preflight.html.css_color import contrast, over, paint, shown
from newsletter.preflight.html.page import Page, cleaned, said
from newsletter.preflight.html.selectors import Selector, selector
from newsletter.preflight.html.style import Style, length
from newsletter.preflight.html.stylesheets import declared, rules_of


def looks(body: str, sheet: str = "", *, night: bool = False) -> Style:
    """Return how the element with the id `it` looks."""
    page = Page(f"<html><head><style>{sheet}</style></head><body>{body}</body></html>")
    element = next(one for one in page.elements if one.get("id") == "it")
    return page.looks(element)[night]


IT = '<div class="around"><p id="it" class="one two" data-kind="note">Words</p></div>'

RULES = (
    ("p{color:#111}", "#111111"),
    ("p{color:#111} .one{color:#222}", "#222222"),
    (".one{color:#222} p{color:#111}", "#222222"),
    (".one.two{color:#333} .two{color:#222}", "#333333"),
    ("#it{color:#444} p.one.two{color:#222}", "#444444"),
    (".around p{color:#555}", "#555555"),
    (".around>p{color:#565656}", "#565656"),
    ("body>p{color:#555} p{color:#111}", "#111111"),
    ("p{color:#111!important} #it{color:#444}", "#111111"),
    ("p{color:#111 ! IMPORTANT} .one{color:#222}", "#111111"),
    ("p[data-kind]{color:#666}", "#666666"),
    ("p[data-kind=note]{color:#676767}", "#676767"),
    ('p[data-kind^="no"]{color:#686868}', "#686868"),
    ("p[data-kind=other]{color:#666} p{color:#111}", "#111111"),
    ("p:hover{color:#777} p{color:#111}", "#111111"),
    ("p::before{color:#777} p{color:#111}", "#111111"),
    ("p:first-child{color:#787878}", "#787878"),
    ("p:not(.three){color:#797979}", "#797979"),
    ("p:nonsense({color:#777} p{color:#111}", "#111111"),
    ("*{color:#888}", "#888888"),
    ("a,p , div{color:#999}", "#999999"),
    ("/* p{color:#777} */ p{color:#111}", "#111111"),
    ("@media print{p{color:#777}} p{color:#111}", "#111111"),
    ("@media (max-width:480px){p{color:#777}} p{color:#111}", "#111111"),
    ("p{color:#111} @media only screen and (min-width:480px){p{color:#2a2a2a}}", "#2a2a2a"),
    ("p{color:#111} @media (prefers-color-scheme:light){p{color:#2b2b2b}}", "#2b2b2b"),
    ("@media (prefers-color-scheme:dark){p{color:#777}} p{color:#111}", "#111111"),
    ("div{color:#3a3a3a}", "#3a3a3a"),
    ("div{color:#3a3a3a} p{color:inherit}", "#3a3a3a"),
    ("@import url(a.css); p{color:#111}", "#111111"),
    ("p{color:#111", "#000000"),
    ("p{background:url(data:image/png;base64,AA==);color:#111}", "#111111"),
    ("p{color:#111;color:nonsense}", "#111111"),
    ("p{color:rgb(16 32 48)}", "#102030"),
    ("p{color:rgb(10%,20%,30%)}", "#1a334c"),
    ("p{color:rebeccapurple}", "#663399"),
    ("p{color:hsl(0,100%,50%)}", "#ff0000"),
    ("h1~p{color:#777} p{color:#111}", "#111111"),
)


@pytest.mark.parametrize(("sheet", "colour"), RULES)
def test_the_rule_that_holds_is_the_one_of_css(sheet, colour):
    assert shown(looks(IT, sheet).colour) == colour


def test_a_style_is_stronger_than_a_sheet_and_important_stronger_still():
    own = '<p id="it" style="color:#123456">x</p>'
    assert shown(looks(own, "#it{color:#444}").colour) == "#123456"
    assert shown(looks(own, "p{color:#444!important}").colour) == "#444444"
    assert shown(looks(own.replace("56", "56!important"), "p{color:#444!important}").colour) == "#123456"


def test_neighbours_are_told_apart():
    two = '<p id="first">a</p><!-- between --><p id="it">b</p>'
    assert shown(looks(two, "p+p{color:#222}").colour) == "#222222"
    assert shown(looks(two, "p~p{color:#333}").colour) == "#333333"
    assert shown(looks('<p id="it">b</p><p>a</p>', "p{color:#111} p+p{color:#222}").colour) == "#111111"


def test_night_has_its_own_rules_and_nothing_of_the_day_is_lost():
    sheet = "p{color:#111;font-size:20px} @media (prefers-color-scheme:dark){p{color:#eee!important}}"
    day, night = looks(IT, sheet), looks(IT, sheet, night=True)
    assert (shown(day.colour), shown(night.colour)) == ("#111111", "#eeeeee")
    assert (day.size, night.size) == (20, 20)


def test_a_page_that_says_it_can_be_dark_is_dark_by_itself():
    dark = '<html><head><meta name="color-scheme" content="light dark"></head><body><p>x</p></body></html>'
    page = Page(dark)
    paragraph = next(page.body.iter("p"))
    assert page.looks(paragraph).night.ground == (18, 18, 18, 1.0)
    assert Page(dark.replace("light dark", "light")).looks(paragraph).night.ground == (255, 255, 255, 1.0)


SIZES = (
    ("font-size:20px", 20),
    ("font-size:15pt", 20),
    ("font-size:1.5em", 24),
    ("font-size:150%", 24),
    ("font-size:2rem", 32),
    ("font-size:small", 13),
    ("font-size:larger", 19.2),
    ("font:bold italic 18px/1.5 Arial", 18),
    ("font-size:nonsense", 16),
)


@pytest.mark.parametrize(("style", "size"), SIZES)
def test_sizes_are_worked_out_in_pixels(style, size):
    assert looks(f'<div style="{style}" id="it">x</div>').size == pytest.approx(size)


@pytest.mark.parametrize(
    ("style", "large"),
    [
        ("font-size:24px", True),
        ("font-size:23.9px", False),
        ("font-size:18pt", True),
        ("font-size:18.7px;font-weight:bold", True),
        ("font-size:18.6px;font-weight:bold", False),
        ("font-size:14pt;font-weight:600", False),
        ("font-size:20px", False),
    ],
)
def test_letters_are_large_as_wcag_counts_them(style, large):
    assert looks(f'<div style="{style}" id="it">x</div>').is_large is large


@pytest.mark.parametrize(
    ("style", "leading"),
    [
        ("line-height:1.5", 1.5),
        ("line-height:30px;font-size:20px", 1.5),
        ("font-size:20px;line-height:150%", 1.5),
        ("font:20px/30px Arial", 1.5),
        ("line-height:normal", 1.2),
        ("", 1.2),
    ],
)
def test_lines_are_as_high_as_the_style_says(style, leading):
    assert looks(f'<div style="{style}" id="it">x</div>').leading == pytest.approx(leading)


def test_a_line_height_without_a_unit_grows_with_the_letters_and_one_with_it_does_not():
    inner = '<p id="it" style="font-size:40px">x</p>'
    assert looks(f'<div style="line-height:1.5">{inner}</div>').leading == pytest.approx(1.5)
    assert looks(f'<div style="line-height:24px">{inner}</div>').leading == pytest.approx(0.6)


@pytest.mark.parametrize(
    "hidden",
    [
        "display:none",
        "visibility:hidden",
        "max-height:0;overflow:hidden",
        "font-size:0",
        "font-size:1px",
    ],
)
def test_what_is_hidden_is_no_text(hidden):
    page = Page(f'<body><div style="{hidden}">Hidden <b>too</b></div><p>Seen</p></body>')
    assert [text.words for text in page.texts] == ["Seen"]


def test_texts_stand_in_order_with_what_stands_behind_an_element():
    page = Page("<body>One <b>two</b> three<!-- not --> four<br>five<style>p{}</style><title>no</title></body>")
    assert [text.words for text in page.texts] == ["One", "two", "three", "four", "five"]
    assert [block.words for block in page.blocks] == ["One two three four five"]


def test_what_outlook_alone_reads_is_no_style_and_what_all_others_read_is_one():
    page = Page(
        "<!--[if mso]><style>a{}</style><![endif]--><!--[if !mso]><!--><style>b{}</style><!--<![endif]--><p>x</p>"
        '<style media="print">c{}</style>'
    )
    assert page.sheets == (("", "b{}"), ("print", "c{}"))


def test_backgrounds_lie_over_each_other():
    half = '<div style="background:#ffffff"><div style="background:rgba(0,0,0,.5)" id="it">x</div></div>'
    assert looks(half).ground == (128, 128, 128, 1.0)
    assert looks('<div style="background:url(a.png)" id="it">x</div>').ground is None
    assert looks('<div style="background:#222 url(a.png)" id="it">x</div>').ground == (34, 34, 34, 1.0)
    assert looks('<div style="background:#222"><div style="background:none" id="it">x</div></div>').ground == (
        34,
        34,
        34,
        1,
    )


def test_the_height_of_a_button_counts_its_padding():
    page = Page('<body><a href="#" style="font-size:20px;line-height:1;padding:10px 5px 14px">x</a></body>')
    assert height(page, next(page.body.iter("a"))) == 44
    page = Page('<body><a href="#" style="font-size:20px;line-height:1;height:50px">x</a></body>')
    assert height(page, next(page.body.iter("a"))) == 50


def test_what_is_said_nearest_comes_first():
    page = Page('<body style="color:red"><p style="color:blue"><b style="margin:0">x</b></p></body>')
    assert list(said(next(page.body.iter("b")), "color")) == ["blue", "red"]


@pytest.mark.parametrize(
    "markup", ["", " ", "<", "no tags", "<!-- a", "<p", "\x00", "<body></body>", "<style>{{{</style>x"]
)
def test_a_page_that_is_none_has_no_more_than_its_words(markup):
    page = Page(markup)
    assert len(page.texts) <= 1
    assert page.links == page.headings == page.pictures == ()


# --- nothing upsets it ------------------------------------------------------------------------------------------------

CSS = st.text(alphabet=string.ascii_letters + string.digits + "{}()[]:;,.#>+~*@!%'\"/\\-_ \n", max_size=120)
TAGS = st.sampled_from(["p", "div", "a", "td", "b", "h1", "h9", "img", "style", "!--", "svg", "o:p"])


@given(CSS, CSS, TAGS, st.text(max_size=30))
def test_any_styles_and_tags_can_be_looked_at(sheet, style, tag, words):
    quoted = style.replace('"', "'")
    page = Page(
        f'<style>{sheet}</style><div class="a b"><{tag} class="b" style="{quoted}" id="c">{words}</{tag}></div>'
    )
    for element in page.elements:
        day, night = page.looks(element)
        assert 0 <= day.cover <= 1
        assert day.size >= 0
        assert night.ground is None or night.ground[3] == 1.0
    for text in page.texts:
        assert text.words == cleaned(text.words) != ""
    assert sum(len(block.texts) for block in page.blocks) == len(page.texts)


@given(st.text(max_size=200))
def test_any_text_can_be_a_page(markup):
    page = Page(markup)
    assert all(text.words for text in page.texts)
    assert len(page.elements) >= 1


@given(CSS)
def test_any_text_can_be_a_selector_a_style_a_sheet_and_a_colour(text):
    found = selector(text) if text.strip() else None
    assert found is None or isinstance(found, Selector) or found == text
    assert all(name and value == value.strip() for name, value in declared(text))
    assert all(rule.selectors and all(rule.selectors) for rule in rules_of(f"p{{}} {text}"))
    colour = paint(text)
    assert colour is None or all(0 <= part <= 255 for part in colour[:3])
    size = length(text, 16)
    assert size is None or isinstance(size, float)


COLOURS = st.tuples(*[st.integers(0, 255)] * 3, st.floats(0, 1))


@given(COLOURS, COLOURS)
def test_what_lies_over_something_covers_it_and_contrast_goes_both_ways(front, behind):
    behind = (*behind[:3], 1.0)
    seen = over(front, behind)
    assert seen[3] == 1.0
    assert all(min(a, b) - 1 <= c <= max(a, b) + 1 for a, b, c in zip(front, behind, seen[:3], strict=False))
    assert 1 <= contrast(seen, behind) == contrast(behind, seen) <= 21.01
