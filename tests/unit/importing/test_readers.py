"""Each reader turns its kind of file into the same blocks."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest

from newsletter.errors import FileAccessError
from newsletter.importing.blocks import BOLD_RANK, Block, BlockKind
from newsletter.importing.docx_reader import read_docx
from newsletter.importing.email_reader import read_email
from newsletter.importing.html_reader import read_html
from newsletter.importing.inline import Run, clean_link, escape, links_in, plain_text, with_addresses, write_runs
from newsletter.importing.markdown_reader import read_html_file, read_markdown
from newsletter.importing.text_reader import read_text
from tests import import_samples as samples


def shapes(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    """Return each block's kind and text; a heading with its rank."""
    return [(f"h{block.rank}" if block.is_heading else block.kind.value, block.text) for block in blocks]


def body(html: str) -> list[tuple[str, str]]:
    return shapes(read_html(f"<html><body>{html}</body></html>").blocks)


# --- inline


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 * 2", "a*b*c", "snake_case and _this_", "[x](y) and [^1]", "<b>bold</b> &amp; co", "# no heading",
        "- dash", "back\\slash \\* star", "`code`", "~~gone~~", "| cell |", "> 3 people", "=====",
        "1. May", "a ** b **c**",
    ],
)  # fmt: skip
def test_escaped_words_read_as_they_are(text: str) -> None:
    assert plain_text(escape(text)) == text


def test_only_what_has_to_be_is_escaped() -> None:
    plain = "We learnt from/ how – 3 * 4, snake_case, £5 & a [note] (see below) #tag!"
    assert escape(plain) == plain


def test_addresses_become_links() -> None:
    assert with_addresses("Write to a.b@example.org, or see https://example.org/x_y.") == (
        "Write to <a.b@example.org>, or see <https://example.org/x_y>."
    )


def test_runs_are_joined_and_spaces_stay_outside() -> None:
    runs = [Run("We met "), Run("eight ", bold=True), Run("teams", bold=True), Run(" and "), Run(" more", italic=True)]
    assert write_runs(runs) == "We met **eight teams** and *more*"


def test_a_link_may_have_brackets_and_a_wrapping() -> None:
    assert clean_link("https://e.org/a_(b)") == "https://e.org/a_%28b%29"
    assert clean_link("https://www.google.com/url?q=https://e.org/a&sa=D") == "https://e.org/a"
    assert clean_link("mailto:a@example.org") == "mailto:a@example.org"
    assert clean_link("a@example.org") == "mailto:a@example.org"
    assert clean_link("javascript:alert(1)") == clean_link("/news") == clean_link("https://") == ""
    assert links_in("[a *b*](https://e.org/) <x@example.org>") == (
        ("a b", "https://e.org/"),
        ("x@example.org", "mailto:x@example.org"),
    )


# --- plain text


def test_text_has_paragraphs_lists_and_underlined_headings() -> None:
    text = "Update\n======\n\nNews\n----\nHello all.\n\n• one\n  * two\n3) three\n"
    assert shapes(read_text(text).blocks) == [
        ("h1", "Update"), ("h2", "News"), ("paragraph", "Hello all."), ("entry", "one"), ("entry", "two"),
        ("entry", "three"),
    ]  # fmt: skip


def test_lines_that_an_email_program_broke_are_joined() -> None:
    line = "This is a line of about seventy characters, as a mail program breaks"
    text = f"{line}\n{line}\nend of it.\n\n{line}\n{line}\nlast.\n"
    assert [words for _, words in shapes(read_text(text).blocks)] == [
        f"{line} {line} end of it.",
        f"{line} {line} last.",
    ]


# --- HTML


def test_html_has_bold_lines_as_headings_and_lists_in_lists() -> None:
    assert body("<p><b>Training</b></p><p>We <b>met</b>.</p><ul><li>one<ul><li>two</li></ul></li></ul>") == [
        (f"h{BOLD_RANK}", "Training"), ("paragraph", "We **met**."), ("entry", "one"), ("entry", "two"),
    ]  # fmt: skip


def test_a_bold_line_before_a_break_is_a_heading() -> None:
    assert body("<p><strong>AGM</strong><br>All welcome<br><br>Second</p>") == [
        (f"h{BOLD_RANK}", "AGM"), ("paragraph", "All welcome"), ("paragraph", "Second"),
    ]  # fmt: skip


def test_word_lists_and_google_wrappers_are_read() -> None:
    word = (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span>"
        "</span>First</p><h1 style='x'>Title</h1><p class=MsoTitle>Big</p>"
    )
    assert body(word) == [("entry", "First"), ("h1", "Title"), ("h1", "Big")]
    google = '<b style="font-weight:normal"><p><span style="font-weight:700">Head</span></p><p>text</p></b>'
    assert body(google) == [(f"h{BOLD_RANK}", "Head"), ("paragraph", "text")]


def test_a_button_is_a_link_and_no_heading() -> None:
    assert body('<p><a class="button" href="https://e.org" style="font-weight:bold">Book</a></p>') == [
        ("paragraph", "[Book](https://e.org)")
    ]


def test_layout_tables_are_text_and_data_tables_are_tables() -> None:
    layout = '<table role="presentation"><tr><td><h2>A</h2><p>b</p></td></tr></table>'
    assert body(layout) == [("h2", "A"), ("paragraph", "b")]
    data = "<table><tr><th>Day</th><th>Opens</th></tr><tr><td>Monday</td><td>9am</td></tr></table>"
    (table,) = read_html(data).blocks
    assert table.kind is BlockKind.TABLE
    assert table.rows == (("Day", "Opens"), ("Monday", "9am"))


def test_pictures_have_their_alt_text_and_counters_are_left_out() -> None:
    blocks = read_html('<p><img src="a.jpg" alt="A hall"><img src="c.gif" width=1 height=1></p><p>x</p>').blocks
    assert [block.picture.alt for block in blocks if block.picture] == ["A hall"]


def test_a_page_tells_title_date_and_address() -> None:
    page = (
        '<html><head><title>News | Site</title><link rel="canonical" href="https://e.org/n">'
        '<meta property="article:published_time" content="2024-02-12T10:00:00Z"></head><body><p>Hello there.</p></body>'
    )
    source = read_html(page)
    assert (source.title, source.date, source.link) == ("News", dt.date(2024, 2, 12), "https://e.org/n")


def test_parts_that_readers_can_open_and_ids_made_of_headings_stay() -> None:
    long = "word " * 70
    html = (
        f'<section id="a-tip-to-share-with-all-of-you"><p>Tip one.</p></section><div style="display:none">{long}</div>'
    )
    source = read_html(f"<body><main>{html}<p>{long}</p></main></body>")
    assert "Tip one." in [block.text for block in source.blocks]
    assert sum(len(block.text) for block in source.blocks) > 600


def test_a_front_matter_gives_title_and_date() -> None:
    front = '---\ntitle: "Spring"\ndate: "2021-03-08"\n---\n'
    for source in (read_markdown(f"{front}Hello."), read_html_file(f"\n{front}<p>Hello.</p>")):
        assert (source.title, source.date) == ("Spring", dt.date(2021, 3, 8))
        assert shapes(source.blocks) == [("paragraph", "Hello.")]


# --- Markdown


def test_markdown_keeps_its_inline_markdown() -> None:
    text = "# T\n\nOne\ntwo **b** [l](https://e.org)\n\n- a\n  - b\n\n1. c\n\n> q\n\n![Alt](x.png)\n\n**Bold**\n"
    assert shapes(read_markdown(text).blocks) == [
        ("h1", "T"), ("paragraph", "One two **b** [l](https://e.org)"), ("entry", "a"), ("entry", "b"), ("entry", "c"),
        ("quote", "q"), ("picture", ""), (f"h{BOLD_RANK}", "Bold"),
    ]  # fmt: skip


def test_html_in_markdown_is_read_as_html() -> None:
    assert shapes(read_markdown("<div><p>One</p></div>\n\nTwo<br>lines <b>b</b>\n\n<!-- note -->\n").blocks) == [
        ("paragraph", "One"), ("paragraph", "Two\nlines **b**"),
    ]  # fmt: skip


# --- Word


def test_a_word_document_has_headings_and_lists() -> None:
    blocks = read_docx(samples.docx([("h1", "Update"), ("h2", "News"), ("p", "Hello."), ("li", "one")])).blocks
    assert shapes(blocks) == [
        ("h1", "Update"), ("paragraph", "12 February 2024"), ("h1", "News"), ("paragraph", "Hello."), ("entry", "one"),
    ]  # fmt: skip


def test_a_document_with_entities_of_its_own_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document/>'
    with pytest.raises(FileAccessError, match="entities"):
        read_docx(samples.zipped({"word/document.xml": bomb}))


def test_a_damaged_document_says_so() -> None:
    with pytest.raises(FileAccessError, match="damaged"):
        read_docx(samples.zipped({"word/document.xml": b"<w:document"}))
    with pytest.raises(FileAccessError, match="damaged"):
        read_docx(samples.docx()[:900])


# --- email


def email(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"Subject": "Update", "Date": "Mon, 12 Feb 2024 09:00:00 +0000", **headers}.items():
        message[name.replace("_", "-")] = value
    return message


def test_an_email_tells_its_subject_and_day() -> None:
    message = email(Subject="Fwd: Re: Update")
    message.set_content("Hello all.")
    source = read_email(bytes(message))
    assert (source.title, source.date) == ("Update", dt.date(2024, 2, 12))
    assert shapes(source.blocks) == [("paragraph", "Hello all.")]


def test_the_lines_above_a_forwarded_email_are_dropped() -> None:
    message = email()
    above = "---------- Forwarded message ---------\nFrom: A <a@example.org>\nDate: Fri, 1 Mar 2024\nSubject: Spring"
    message.set_content(f"{above}\n\nHello.")
    source = read_email(bytes(message))
    assert (source.title, source.date) == ("Spring", None)
    assert shapes(source.blocks) == [("paragraph", "Hello.")]


def test_an_email_that_is_attached_is_read() -> None:
    inner = email(Subject="The update")
    inner.set_content("Hello from inside.")
    message = email(Subject="Fwd")
    message.set_content("See below.")
    message.add_attachment(inner)
    assert read_email(bytes(message)).title == "The update"


def test_attachments_are_named_and_an_empty_or_locked_email_says_so() -> None:
    message = email()
    message.set_content("See the document.")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="march.pdf")
    assert "march.pdf" in read_email(bytes(message)).notes[0]
    with pytest.raises(FileAccessError, match="no text"):
        read_email(b"Subject: x\n\n")
    with pytest.raises(FileAccessError, match="encrypted"):
        read_email(b"Subject: x\nContent-Type: application/pkcs7-mime\n\nabc")
