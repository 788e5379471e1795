"""Each trap of the MJML engine: what it gets wrong is fixed, what it swallows is refused."""

from __future__ import annotations

import contextlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from newsletter.render.mjml import ELEMENTS, MjmlError, compile_mjml, joined_texts, line_of


def document(body: str, head: str = "") -> str:
    return f'<mjml lang="en-GB" dir="ltr"><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>'


def column(content: str, section: str = "") -> str:
    return document(f"<mj-section{section}><mj-column>{content}</mj-column></mj-section>")


def compiled(mjml: str) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(compile_mjml(mjml))


def test_no_web_font_is_loaded_that_no_template_asked_for() -> None:
    assert "googleapis" not in compile_mjml(column("<mj-text>x</mj-text>"))


@pytest.mark.parametrize("padding", ["0 30px", "0 30px 0 30px", "0px 30px", "20px 30px 0"])
def test_a_zero_without_a_unit_counts_in_the_width(padding: str) -> None:
    page = compile_mjml(
        column('<mj-image src="a.png" /><mj-divider />', f' padding="{padding}"').replace(
            "<mj-image", '<mj-image padding="0"'
        )
    )
    [image] = lxml_html.fromstring(page).iter("img")
    assert image.get("width") == "540"
    assert 'width="490px"' in page  # the divider's table for Outlook, within its own padding


def test_a_zero_is_left_alone_where_it_is_no_padding() -> None:
    page = compile_mjml(column('<mj-text css-class="a 0 b" padding="10px 0.5px">x</mj-text>'))
    assert 'class="a 0 b"' in page
    assert "padding:10px 0.5px" in page


def test_a_table_of_plain_html_keeps_its_zeros() -> None:
    table = '<table cellpadding="0" cellspacing="0"><tr><td>x</td></tr></table>'
    assert table in compile_mjml(column(f"<mj-text>{table}</mj-text>"))


def test_a_button_has_no_attribute_that_html_does_not_know() -> None:
    assert ' vertical-align="' not in compile_mjml(column('<mj-button href="https://example.org">x</mj-button>'))


NASTY = [
    '"',
    "\\",
    "\n",
    "\u00a0",
    "\u200d",
    "\u200b",
    "\u00ad",
    "e\u0301",
    "\ufe0f",
    "’",
    "é",
    "😀",
    "مرحبا",
    "&",
    "<",
]


@pytest.mark.parametrize("nasty", NASTY, ids=lambda text: "+".join(f"{ord(one):04x}" for one in text))
def test_no_letter_in_an_attribute_is_written_as_a_programmer_would(nasty: str) -> None:
    words = f"a{nasty}b"
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    page = compiled(
        column(f'<mj-image src="x" alt="{escaped}" /><mj-text><a href="#" title="{escaped}">x</a></mj-text>').replace(
            "<mj-head></mj-head>", f"<mj-head><mj-title>{escaped}</mj-title></mj-head>"
        )
    )
    expected = unicodedata.normalize("NFC", words)
    assert next(page.iter("img")).get("alt") == expected
    assert next(page.iter("a")).get("title") == expected
    assert page.xpath("//*[@role='article']/@aria-label") == [expected]
    assert page.findtext(".//title") == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&"), max_size=30))
def test_any_words_come_through_an_attribute(words: str) -> None:
    escaped = words.replace('"', "&quot;")
    page = compiled(column(f'<mj-image src="x" alt="{escaped}" />'))
    assert next(page.iter("img")).get("alt") == unicodedata.normalize("NFC", words)


def test_single_quotes_around_an_attribute_hold_double_ones() -> None:
    page = compiled(column("""<mj-image src='x' alt='say "hi"' />"""))
    assert next(page.iter("img")).get("alt") == 'say "hi"'


@pytest.mark.parametrize("element", ["mj-image", "mj-social"])
def test_every_picture_has_an_alt(element: str) -> None:
    content = {
        "mj-image": '<mj-image src="a.png" />',
        "mj-social": '<mj-social><mj-social-element src="a.png" href="https://example.org">x</mj-social-element></mj-social>',
    }[element]
    for image in compiled(column(content)).iter("img"):
        assert image.get("alt") == ""


def test_an_alt_that_is_there_stays() -> None:
    assert next(compiled(column('<mj-image src="a" alt="A cat" />')).iter("img")).get("alt") == "A cat"


def test_a_style_that_is_to_be_inlined_is_marked() -> None:
    page = compile_mjml(
        document("", '<mj-style inline="inline">p { color: red }</mj-style><mj-style>b { color: red }</mj-style>')
    )
    assert re.search(r"<style[^>]*>/\*inline\*/p \{", page)
    assert re.search(r"<style[^>]*>b \{", page)


def test_comments_and_what_is_for_outlook_stay() -> None:
    page = compile_mjml(
        column('<mj-text><!--[if mso]><b title="a\u00a0b">x</b><![endif]--><!-- plain <b> --></mj-text>')
    )
    assert '<!--[if mso]><b title="a&#160;b">x</b><![endif]--><!-- plain <b> -->' in page


BROKEN = [
    ("", "there is no <mj-body>", 1),
    ("<p>x</p>", "there is no <mj-body>", 1),
    (column("\n<mj-txt>x</mj-txt>"), "there is no MJML element <mj-txt>", 2),
    (column("\n<MJ-TEXT>x</MJ-TEXT>"), "there is no MJML element <MJ-TEXT>", 2),
    (column("<mj-text>\n<b>x</mj-text>"), "</mj-text> has no matching opening tag", 2),
    (column("<mj-text>\n\nx</b></mj-text>"), "</b> has no matching opening tag", 3),
    ("<mjml><mj-body>\n<mj-section>", "<mj-section> is never closed", 2),
    ("<mjml><mj-body></mj-body></mjml></p>", "</p> has no matching opening tag", 1),
    (column("<mj-text>a\n < b</mj-text>"), "there is a < that does not begin a tag", 2),
    (document("\n<mj-text>x</mj-text>"), "<mj-text> is inside <mj-body>, where it is not allowed", 2),
    (document("<mj-column></mj-column>"), "<mj-column> is inside <mj-body>, where it is not allowed", 1),
    ("<mj-section></mj-section>", "<mj-section> is at the top level, where it is not allowed", 1),
    (column("\n<mj-text color='a' color='b'>x</mj-text>"), "<mj-text> has `color` twice", 2),
    (column("\n<mj-image src=a.png />"), "<mj-image> has an attribute without quotation marks", 2),
    (document("", "\n<mj-html-attributes></mj-html-attributes>"), "<mj-html-attributes> cannot be used", 2),
    (document("\n<mj-include path='x' />"), "<mj-include> cannot be used", 2),
    (document("", "\n<b></b>"), "unexpected element", 2),
    ('<?xml version="1.0"?>' + column(""), "there is a < that does not begin a tag", 1),
    ("\n<!doctype html>" + column(""), "unexpected token", 2),
    (column("<mj-text>\n<![CDATA[x]]></mj-text>"), "unexpected token", 2),
    (column("<mj-text css-class='a\nb'>\n<![CDATA[x]]></mj-text>"), "unexpected token", 3),
    (column("") * 2, "unable to parse", 0),
]


@pytest.mark.parametrize(("mjml", "words", "line"), BROKEN)
def test_broken_mjml_is_refused_with_the_line(mjml: str, words: str, line: int) -> None:
    with pytest.raises(MjmlError) as told:
        compile_mjml(mjml)
    assert told.value.message.startswith(words)
    found = 0 if told.value.offset is None else line_of(mjml, told.value.offset)
    assert found == line


def test_a_near_name_is_offered() -> None:
    with pytest.raises(MjmlError) as told:
        compile_mjml(column("<mj-buton>x</mj-buton>"))
    assert told.value.hint == "Did you mean <mj-button>?"
    with pytest.raises(MjmlError) as told:
        compile_mjml(column("<mjx>x</mjx>"))
    assert "mj" in told.value.message


def test_defaults_may_be_set_for_any_element() -> None:
    every = "".join(
        f"<{name} />"
        for name in sorted(
            ELEMENTS - {"mjml", "mj-body", "mj-head", "mj-attributes", "mj-html-attributes", "mj-selector"}
        )
    )
    assert "<html" in compile_mjml(document("", f"<mj-attributes>{every.replace('<mj-class />', '')}</mj-attributes>"))


@given(st.text(alphabet="<>/ mjtextbody-'\"=&\n", max_size=60))
def test_whatever_is_written_it_is_compiled_or_refused(text: str) -> None:
    with contextlib.suppress(MjmlError):
        assert "<html" in compile_mjml(column(f"<mj-text>{text}</mj-text>"))


def test_plain_texts_that_follow_each_other_become_one_on_the_same_lines() -> None:
    other = "\n<mj-text x>d</mj-text>\n<mj-text>e</mj-text>"
    mjml = f"<mj-text>a</mj-text>\n<mj-text>b</mj-text>\n\n<mj-text>c</mj-text>{other}"
    assert joined_texts(mjml) == f"<mj-text>a\nb\n\nc</mj-text>{other}"
    assert joined_texts("") == ""
