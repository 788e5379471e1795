"""From an issue to a message: what every issue must come out with, and how faults are told."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest
from lxml import html as lxml_html

from newsletter.errors import TemplateError
from newsletter.issue_file.load_issue import load_issue
from newsletter.model import merge_tags
from newsletter.model.branding import Presentation
from newsletter.model.campaign import Message
from newsletter.render.pipeline import render, to_mjml
from newsletter.render.templates import template_loader

from .conftest import HOUSE, TEMPLATES, make_house, make_issue, png

EVERY_KIND = Path(__file__).parents[2] / "golden" / "every-kind.yaml"
ITEM = {"title": "A title", "image": "a.png", "alt": "x", "deadline": "2024-02-23"}
FULL_HOUSE = make_house(
    brand={
        "newsletter": "Team Update",
        "website": "https://example.org",
        "logo": "logo.png",
        "charity_number": "Registered charity 1234567",
        "privacy": "https://example.org/privacy",
        "social": [
            {"name": "Mastodon", "link": "https://social.example.org/@us"},
            {"name": "Video", "link": "https://v.example.org"},
        ],
    },
    links={
        "unsubscribe": "https://example.org/u?who={key}",
        "view_online": "https://example.org/{month}",
        "preferences": "https://example.org/p?who={key}",
    },
    reply_to="team@example.org",
)


def picture(name: str) -> bytes:
    """Return a picture with a width of its own for each name."""
    return png(900 + sum(name.encode()))


def whole(loader: jinja2.BaseLoader, house: Presentation = FULL_HOUSE, **changes: Any) -> Message:
    """Render an issue with every kind of section and every field."""
    issue = load_issue(EVERY_KIND, zone=house.zone).issue.model_copy(update=changes)
    return render(issue, house, key="2024-02", templates=loader, assets=picture)


@pytest.fixture(scope="module")
def message(loader: jinja2.BaseLoader) -> Message:
    return whole(loader)


@pytest.fixture(scope="module")
def page(message: Message) -> Any:
    return lxml_html.document_fromstring(message.html)


def test_a_message_has_all_its_parts(message: Message) -> None:
    assert message.title == message.subject == "All kinds & more"
    assert message.preheader == "Words for the {first_name|inbox}"
    assert (message.reply_to, message.language) == ("team@example.org", "en-GB")
    assert message.sender == HOUSE.sender
    assert {image.name for image in message.images} == {"hero.png", "logo.png", "a.png", "p.png"}
    assert {tag.name for tag in merge_tags.find(message.html)} == {
        "first_name",
        "unsubscribe_url",
        "view_url",
        "preferences_url",
    }
    assert {tag.name for tag in merge_tags.find(message.text)} == {
        "first_name",
        "unsubscribe_url",
        "view_url",
        "preferences_url",
    }


def test_the_same_issue_makes_the_same_message(message: Message, loader: jinja2.BaseLoader) -> None:
    assert whole(loader) == message
    assert whole(template_loader([TEMPLATES])) == message


def test_the_page_says_its_language_direction_and_title(page: Any) -> None:
    assert (page.get("lang"), page.get("dir")) == ("en-GB", "ltr")
    first = page.find("body")[0]
    assert (first.tag, first.get("lang"), first.get("dir"), first.get("role")) == ("div", "en-GB", "ltr", "article")
    assert page.findtext(".//title") == "All kinds & more"


def test_the_words_for_the_inbox_come_first_hidden_and_dark(page: Any, message: Message) -> None:
    hidden = page.find("body")[0][0]
    shown, padding = hidden.text[: len(message.preheader)], hidden.text[len(message.preheader) :]
    assert shown == message.preheader
    assert set(padding) <= {"\u00a0", "\u034f", "\u200c", " "}, "nothing but what no inbox shows"
    assert "display:none" in hidden.get("style")
    assert "mso-hide:all" in hidden.get("style")
    assert "color:#18242b" in hidden.get("style")
    assert "&zwnj;" not in message.html


def test_without_words_for_the_inbox_nothing_is_hidden(loader: jinja2.BaseLoader) -> None:
    bare = whole(loader, preheader=None, intro=None)
    assert bare.preheader == ""
    assert "display:none" not in bare.html


@pytest.mark.parametrize(
    ("intro", "preheader"),
    [
        ("Hello {first_name|there},\n\nThe *tide* turned in March. It came back.", "The tide turned in March."),
        ("# News\n\n![A boat](b.png)\n\n- one\n\nWe met [at the quay](https://x.org)!", "We met at the quay!"),
        ("Dear {first_name|friend}, we did it, all of us. Thanks.", "Dear {first_name|friend}, we did it, all of us."),
        ("word " * 60, " ".join(["word"] * 22) + "…"),
        ("word " * 20 + "{first_name|my dear friend of old} and more", " ".join(["word"] * 20) + "…"),
        ("Hello,", ""),
    ],
)  # fmt: skip
def test_the_first_sentence_is_the_preheader_where_none_is_given(
    loader: jinja2.BaseLoader, intro: str, preheader: str
) -> None:
    assert whole(loader, preheader=None, intro=intro).preheader == preheader


def test_every_layout_table_says_that_it_is_none(message: Message) -> None:
    opened = re.findall(r"<table\b[^>]*>", message.html)
    assert opened
    assert [table for table in opened if 'role="presentation"' not in table] == []


def test_headings_form_an_outline(page: Any) -> None:
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_every_picture_has_its_words_and_its_width(page: Any, message: Message) -> None:
    images = list(page.iter("img"))
    assert len({image.get("src") for image in images}) == 5
    assert len(images) == 6, "the logo is in the footer too"
    cids = {f"cid:{image.cid}" for image in message.images}
    for image in images:
        assert image.get("alt") is not None
        assert image.get("src") in cids or image.get("src").startswith("https://")
        assert 0 < int(image.get("width")) <= 640
    assert images[0].get("alt") == "Example Trust"
    assert images[0].get("width") == "160"


def test_every_link_has_words_and_a_target(page: Any) -> None:
    for link in page.iter("a"):
        assert link.text_content().strip() or link.find(".//img").get("alt")
        target = link.get("href")
        assert target.startswith(("https://", "mailto:", "tel:", "{")) or page.get_element_by_id(target[1:]).tag == "h2"


def words_of(page: Any) -> str:
    for hidden in page.xpath("//head"):
        hidden.getparent().remove(hidden)
    return " ".join(page.text_content().split())


def test_nothing_of_the_html_is_missing_in_the_text(message: Message) -> None:
    page = lxml_html.document_fromstring(message.html)
    text = message.text
    joined = " ".join(text.split())
    for link in page.iter("a"):
        target = link.get("href")
        if target.startswith("#"):  # within the page, by the words of the link
            target = f"mailto:{' '.join(link.text_content().split())}"
        said = link.text_content() if target.startswith("tel:") else target.removeprefix("mailto:")
        assert said in joined, target
    for image in page.iter("img"):
        if image.get("alt") and image.get("alt") != "Example Trust":
            assert f"[Picture: {image.get('alt')}]" in joined
    for element in page.iter("h1", "h2", "h3", "h4", "h5", "li", "td", "p"):
        if element.get("aria-hidden") or element.xpath("ancestor::*[@aria-hidden]"):
            continue
        if "when" in element.get("class", ""):  # the text has the month in full
            continue
        for words in filter(None, map(str.strip, [element.text or ""])):
            if words not in {"Inside:", "·", "Deadline", "Payment", "Contact", "TBC"} and "\xa0" not in words:
                assert " ".join(words.split()).strip(" ·") in joined, words


def test_the_text_is_72_columns_wide(message: Message) -> None:
    wide = [line for line in message.text.splitlines() if len(line) > 72]
    assert [line for line in wide if "<" not in line and "] https" not in line] == []
    assert message.text == message.text.strip()
    assert "\n\n\n\n" not in message.text


def test_the_footer_says_what_the_law_asks_for(message: Message) -> None:
    for part in (message.html, message.text):
        for words in (
            "You are receiving this email because you signed up for our newsletter.",
            HOUSE.brand.address,
            "Registered charity 1234567",
            "{unsubscribe_url}",
            "{preferences_url}",
            "{view_url}",
            "https://example.org/privacy",
            "https://social.example.org/@us",
            "Mastodon",
        ):
            assert words in part


def test_a_bare_house_offers_only_what_it_has(loader: jinja2.BaseLoader) -> None:
    bare = whole(loader, house=HOUSE)
    for part in (bare.html, bare.text):
        assert "{unsubscribe_url}" in part
        for words in ("{preferences_url}", "{view_url}", "Privacy", "Find us on"):
            assert words not in part


@pytest.mark.parametrize("sign_off", ["Bye.", None])
@pytest.mark.parametrize("count", [1, 2])
def test_in_the_first_edition_a_rule_parts_the_footer_where_the_last_band_is_tinted(
    sign_off: str | None, count: int
) -> None:
    loader = template_loader([TEMPLATES / "first_edition"])
    section = {"kind": "coming_up", "items": ["x"]}
    message = render(
        make_issue(*[section] * count, sign_off=sign_off), HOUSE, key="x", templates=loader, assets=lambda _: b""
    )
    tinted_last = (count % 2 == 1) is (sign_off is None)
    assert ("border-top:solid 1px" in message.html) is tinted_last


HOSTILE = [
    "<script>alert(1)</script>",
    "\"quoted\" & 'quoted'",
    "a\u00a0b\u200dc\u00ad",
    "😀 👩\u200d👩\u200d👧 e\u0301",
    "مرحبا بالعالم",
    "wordwithoutend" * 12,
    '{first_name|<b>"R&D"</b>} {a} { b } {{ c }} {% d %} *|E|*',
    "</mj-text></mj-column> ]]> <!-- x",
    "$& \\1 \\ \\n %s %(x)s",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_words_break_out_of_their_place(hostile: str, loader: jinja2.BaseLoader) -> None:
    item = {
        **ITEM,
        "title": hostile,
        "people": [hostile],
        "text": hostile,
        "where": hostile,
        "alt": hostile,
        "credit": hostile,
        "payment": hostile,
        "contact": hostile,
        "button": {"label": hostile, "link": "https://example.org"},
        "events": [{"when": "2024-03-05", "title": hostile, "where": hostile}],
    }
    plain = {
        "title": hostile,
        "preheader": hostile,
        "intro": hostile,
        "sign_off": hostile,
        "hero": {"image": "x", "alt": hostile},
    }
    house = make_house(
        brand={
            "name": hostile,
            "newsletter": hostile,
            "address": hostile,
            "why": hostile,
            "logo": "x",
            "charity_number": hostile,
        }
    )
    message = render(
        make_issue({"kind": "get_involved", "heading": hostile, "items": [item, hostile]}, **plain),
        house, key="x", templates=loader, assets=lambda _: png(),
    )  # fmt: skip
    page = lxml_html.document_fromstring(message.html)
    assert page.findall(".//script") == []
    assert len(list(page.iter("h1"))) == 1
    assert page.xpath("//*[starts-with(name(), 'mj-')]") == []
    said = " ".join(words_of(page).split())
    if "*" not in hostile and "\\" not in hostile:
        assert said.count(" ".join(hostile.split())) >= 10
    alts = {image.get("alt") for image in page.iter("img")}
    assert unicodedata.normalize("NFC", hostile) in alts
    assert "\n" not in message.subject


def test_merge_tags_are_the_same_in_html_and_text_wherever_they_stand(loader: jinja2.BaseLoader) -> None:
    tag = "{first_name|dear friend}"
    sections = [
        {
            "kind": "story",
            "heading": tag,
            "text": f"**{tag}** and [{tag}](https://example.org/?n={tag})",
            "button": {"label": tag, "link": "https://example.org/?n={first_name}"},
        },
    ]
    message = render(
        make_issue(*sections, title=tag, subject=tag, preheader=tag, intro=tag),
        HOUSE,
        key="x",
        templates=loader,
        assets=lambda _: b"",
    )
    assert message.subject == message.preheader == message.title == tag
    found = [str(one) for one in merge_tags.find(message.html) if one.name == "first_name"]
    # title, label of the whole, preheader, h1, intro, heading, text twice, link, button and its link
    assert found.count(tag) == 9
    assert "{first_name|dear%20friend}" in found
    assert "{first_name}" in found


def test_a_language_written_from_the_right_turns_the_page(loader: jinja2.BaseLoader) -> None:
    for templates in (loader, template_loader([TEMPLATES / "first_edition"])):
        message = whole(templates, house=make_house(language="ar"))
        page = lxml_html.document_fromstring(message.html)
        assert page.get("dir") == page.find("body")[0].get("dir") == "rtl"
        assert "text-align:right" in message.html
    assert "border-radius:0 8px 8px 0" in message.html


def test_pictures_in_the_text_travel_too(loader: jinja2.BaseLoader) -> None:
    message = render(
        make_issue(intro="![A *cat*](cat.png)"), HOUSE, key="x", templates=loader, assets=lambda _: png(50)
    )
    assert [image.name for image in message.images] == ["cat.png"]
    assert f'src="cid:{message.images[0].cid}"' in message.html
    assert 'alt="A cat"' in message.html
    assert "[Picture: A cat]" in message.text


def test_a_picture_that_cannot_be_read_is_the_callers_to_tell(loader: jinja2.BaseLoader) -> None:
    def nothing(name: str) -> bytes:
        raise FileNotFoundError(2, "No such file", name)

    with pytest.raises(FileNotFoundError):
        render(make_issue(hero={"image": "x.png", "alt": ""}), HOUSE, key="x", templates=loader, assets=nothing)
    with pytest.raises(OSError, match="an SVG drawing"):
        render(
            make_issue(hero={"image": "x.png", "alt": ""}), HOUSE, key="x", templates=loader, assets=lambda _: b"<svg>"
        )


def test_the_mjml_is_what_the_html_is_made_from(loader: jinja2.BaseLoader) -> None:
    mjml = to_mjml(make_issue(), HOUSE, key="x", templates=loader, assets=lambda _: b"")
    assert mjml.lstrip().startswith("<mjml")
    assert "A walk" in mjml


Own = Callable[[dict[str, str]], jinja2.BaseLoader]


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Lay templates of the user's own into a folder, before those that come with the tool."""

    def lay(files: dict[str, str]) -> jinja2.BaseLoader:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return template_loader([tmp_path])

    return lay


def failing(templates: jinja2.BaseLoader, *sections: dict[str, Any]) -> TemplateError:
    with pytest.raises(TemplateError) as told:
        render(make_issue(*sections), HOUSE, key="x", templates=templates, assets=lambda _: b"")
    return told.value


QUOTE = {"kind": "quote", "text": "x"}
STORY = {"kind": "story", "text": "x"}


def test_broken_mjml_is_placed_in_the_template_that_made_it(own: Own, tmp_path: Path) -> None:
    templates = own({"sections/quote.mjml.j2": "<mj-section>\n<mj-txt>{{ section.text }}</mj-txt></mj-section>"})
    error = failing(templates, {"kind": "coming_up", "items": ["x"]}, QUOTE, QUOTE)
    assert error.place is not None
    assert (error.place.path, error.place.line) == (str(tmp_path / "sections/quote.mjml.j2"), 2)
    assert "no MJML element <mj-txt>" in error.message
    assert "The MJML is: <mj-txt>x</mj-txt>" in error.message
    assert error.hint == "Did you mean <mj-text>?"


def test_a_tag_that_the_template_puts_together_is_placed_in_its_file(own: Own) -> None:
    error = failing(own({"sections/quote.mjml.j2": "{% set name = 'mj-none' %}\n<{{ name }}/>"}), QUOTE)
    assert error.place is not None
    assert error.place.path.endswith("quote.mjml.j2")
    assert error.place.line == 0


def test_broken_mjml_of_the_frame_is_placed_there(own: Own) -> None:
    frame = "<mjml><mj-body>\n<mj-text>x</mj-text></mj-body></mjml>"
    error = failing(own({"issue.mjml.j2": frame}), QUOTE)
    assert error.place is not None
    assert error.place.path.endswith("issue.mjml.j2")
    assert error.place.line == 2
    error = failing(own({"issue.mjml.j2": "<mjml><mj-body></mj-body></mjml><mjml></mjml>"}), QUOTE)
    assert error.place is not None
    assert error.place.path.endswith("issue.mjml.j2")
    assert "unable to parse" in error.message


def test_a_broken_section_is_told_before_the_mjml_is_made(own: Own) -> None:
    error = failing(own({"sections/quote.mjml.j2": "\n{{ section.words }}"}), QUOTE)
    assert error.place is not None
    assert error.place.line == 2


def test_the_users_own_look_of_a_part_wins(own: Own) -> None:
    part = '{% macro button(button) %}<mj-text><p class="mine">{{ button.label }}</p></mj-text>{% endmacro %}'
    story = {"kind": "story", "text": "x", "button": {"label": "Go", "link": "https://example.org"}}
    templates = own({"parts/button.mjml.j2": part})
    message = render(make_issue(story), HOUSE, key="x", templates=templates, assets=lambda _: b"")
    assert '<p class="mine"' in message.html


def test_a_frame_may_leave_sections_out(own: Own) -> None:
    frame = "<mjml><mj-body>{{ bands[1].mjml }}</mj-body></mjml>"
    error = failing(own({"issue.mjml.j2": frame, "sections/quote.mjml.j2": "\n<mj-txt/>"}), STORY, QUOTE)
    assert error.place is not None
    assert (error.place.path.endswith("quote.mjml.j2"), error.place.line) == (True, 2)
