"""What keeps a page in good order: titles, tiles, rows and lines that fit what stands in them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from newsletter.render import markdown
from newsletter.render.design_tokens import tokens_for
from newsletter.render.theme_files import look_of

from .conftest import Render, make_house

BREAK = '<span style="display:inline-block">'


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("February Team Update: Sharing our love", f"February Team Update: {BREAK}Sharing our love</span>"),
        ("The *tide* turned: you **turned up** too", f"{BREAK}you <strong>turned up</strong> too</span>"),
        ("Our walk: now", None),  # short enough for one line
        ("*All of it: every single word*", None),  # inside of an element
        ("From 10:30 to the evening and on", None),  # no colon between words
    ],
)
def test_a_title_breaks_after_its_colon(title: str, shown: str | None) -> None:
    made = markdown.unbroken(title, large=True)
    assert shown in made if shown else BREAK not in made
    assert markdown.unbroken(title) == markdown.inline(title), "smaller headings stay in one piece"


def tiles(page: str) -> list[str]:
    return [re.sub("<[^>]*>", " ", one).strip() for one in re.findall(r'class="(?:box|tbc)[^>]*>(.*?)</td>', page)]


def test_among_events_one_without_a_date_has_a_tile_as_well(rendered: Render) -> None:
    walk = {"title": "A walk", "when": "2024-02-20"}
    story = {"title": "A story", "text": "It rained.", "image": "a.png", "alt": "Rain"}
    page = rendered({"kind": "coming_up", "items": [walk, "A talk", {"title": "A fair"}, story]}).html
    assert tiles(page) == ["Feb  20", "TBC", "TBC"]
    assert len(re.findall(r'<h3 class="item[^>]*>(?:A walk|A talk|A fair)<', page)) == 3
    long = "A talk of somebody who comes from far away, and tells us of all the places between there and here"
    assert f"{long}</p>" in rendered({"kind": "coming_up", "items": [walk, long]}).html
    assert tiles(rendered({"kind": "coming_up", "items": ["A talk", {"title": "A fair"}]}).html) == []
    assert tiles(rendered({"kind": "news", "items": [walk, "A talk"]}).html) == ["Feb  20"]


@pytest.mark.parametrize(("count", "rows"), [(2, [2]), (3, [3]), (4, [2, 2]), (5, [3, 2])])
def test_figures_fill_their_rows(count: int, rows: list[int], rendered: Render) -> None:
    figures = [{"value": str(number), "label": "lanterns"} for number in range(count)]
    page = rendered({"kind": "figures", "items": figures}).html
    assert [row.count('class="figure"') for row in page.split('class="row"')[1:]] == rows


def test_an_odd_last_picture_has_the_whole_width(rendered: Render) -> None:
    pictures = [{"image": f"{number}.png", "alt": "A lantern"} for number in range(3)]
    page = rendered({"kind": "gallery", "crop": "1:1", "items": pictures}).html
    assert re.findall(r'class="pic"[^>]* width="(\d+)"', page) == ["268", "268", "552"]
    assert re.findall(r'class="pic"[^>]* height="(\d+)"', page)[-1] == "310", "16:9, where a square would fill a screen"


def test_a_house_without_a_logo_has_a_tile_with_its_letter(rendered: Render) -> None:
    assert re.search(r'<span class="mono" aria-hidden="true"[^>]*>E</span>', rendered().html)
    assert "mono" not in rendered(house=make_house(brand={"logo": "logo.png"})).html


def test_the_line_of_a_letter_is_as_wide_as_its_text(rendered: Render) -> None:
    letter = rendered(house=make_house(brand={"theme": "letter"}), sign_off="Until then.").html
    assert letter.count('class="line"') == 1, "before the section"
    assert not {"line"} & {*re.findall(r'class="(\w+)"', rendered(sign_off="Until then.").html)}


def test_a_letter_ends_with_the_name_of_those_who_wrote_it(rendered: Render) -> None:
    house = make_house(brand={"theme": "letter"})
    seal = re.compile(r'class="seal".*?>E</span>.*?<p class="brand"[^>]*>Example Trust</p>')
    signed = rendered(house=house, sign_off="Until then.").html
    assert seal.search(signed)
    assert 'class="mark"' not in signed, "the footer does not say it again"
    assert 'class="mark"' in rendered(house=house).html, "no last words, no signature"
    assert 'class="seal"' not in rendered(sign_off="Until then.").html


EVENTS = {"kind": "coming_up", "items": [{"title": "A walk", "when": "2024-02-20", "text": "Bring a coat."}]}


NEWS = {"kind": "news", "items": [{"title": "News", "text": "It rained."}]}
SIGNED = {"sign_off": "Until then."}


@pytest.mark.parametrize(
    ("theme", "sections", "fields", "ground"),
    [
        ("classic", [NEWS, EVENTS, NEWS], {}, ""),
        ("letter", [NEWS, EVENTS, NEWS], {}, ""),
        ("bold", [NEWS, EVENTS, NEWS], {}, "c"),
        ("bold", [NEWS, EVENTS], SIGNED, "c"),
        ("bold", [NEWS, EVENTS], {}, "t"),  # not beside the footer, which has the colour of the cover too
        ("bold", [EVENTS, NEWS, NEWS], {}, "c"),  # below the contents
        ("bold", [EVENTS, NEWS], {}, "t"),  # not beside the cover
    ],
)
def test_events_lie_on_a_ground_of_their_own(
    theme: str, sections: list[dict[str, Any]], fields: dict[str, str], ground: str, rendered: Render
) -> None:
    page = rendered(*sections, house=make_house(brand={"theme": theme}), **fields).html
    found = re.findall(r'<div class="s( [ct])?(?: q)?"', page)
    assert [one.strip() for one in found if one] == ([ground] if ground else []), "no other section does"


def test_the_first_call_lies_on_the_tint_and_events_do_not(rendered: Render) -> None:
    calls = {"kind": "get_involved", "items": [{"title": "One", "text": "First."}, {"title": "Two", "text": "Second."}]}
    cards = re.findall(r'<td class="(?:lit|flat)[^>]*background-color: ?(#\w+)', rendered(EVENTS, calls).html)
    assert cards == [tokens_for(make_house().brand).light.tint, "#fff"]


@pytest.mark.parametrize(("theme", "bold"), [("classic", 1), ("letter", 0)])
def test_below_a_title_the_date_of_a_letter_is_not_bold(theme: str, bold: int, rendered: Render) -> None:
    page = rendered(EVENTS, house=make_house(brand={"theme": theme})).html
    assert page.count("<strong>Tuesday") == bold
    untitled = {"kind": "news", "items": [{"title": "Walks", "events": [{"when": "2024-02-20 10:00"}]}]}
    assert "<strong>Tuesday" in rendered(untitled, house=make_house(brand={"theme": theme})).html


@pytest.mark.parametrize(("theme", "ruled"), [("classic", True), ("letter", False), ("bold", True)])
def test_lines_between_items_and_events_are_not_in_letters(theme: str, ruled: bool, rendered: Render) -> None:
    news = {"kind": "news", "items": NEWS["items"] * 2}
    events = {"kind": "coming_up", "items": EVENTS["items"] * 2}
    page = rendered(news, events, house=make_house(brand={"theme": theme})).html
    for one in (r'<h3 class="item next"', r'<td class="told"'):
        styles = re.findall(rf'{one}[^>]*style="([^"]*)', page)
        assert ("border-top:1px" in styles[-1].replace(" ", "")) is ruled


def test_a_role_below_the_large_quote_is_not_bold(rendered: Render) -> None:
    page = rendered({"kind": "quote", "text": "I came for the chips.", "who": "Kim", "role": "A neighbour"}).html
    assert re.search(r'<p class="by"[^>]*font-weight: ?700[^>]*>Kim<br ?/?>', page)
    assert re.search(r'<span class="role"[^>]*font-weight: ?400[^>]*>A neighbour</span>', page)


def test_a_letter_with_a_signature_has_the_name_below_it(rendered: Render) -> None:
    page = rendered(house=make_house(brand={"theme": "letter"}), sign_off="Until then.\n\n**Kim**").html
    assert re.search(r"<strong[^>]*>Kim</strong>.*<p class=\"from\"[^>]*>Example Trust</p>", page, re.DOTALL)
    assert 'class="seal"' not in page


def test_a_bright_button_has_a_frame_for_programs_that_take_grounds_away(rendered: Render) -> None:
    call = {"title": "Come along", "button": {"label": "Come", "link": "https://example.org/come"}}
    page = rendered({"kind": "get_involved", "items": [call]}, house=make_house(brand={"theme": "bold"})).html
    (style,) = re.findall(r'class="btn on".*?<a href="https://example.org/come" style="([^"]*)"', page)
    assert re.search(r"border: ?2px solid #ffce70", style)
    assert re.search(r"padding: ?14px 26px", style), "the frame takes its room from the padding"


def test_a_numeral_is_smaller_than_the_heading_below_it(rendered: Render) -> None:
    page = rendered(NEWS, house=make_house(brand={"theme": "bold"})).html
    (numeral,) = re.findall(r'<span class="num"[^>]*font-size: ?(\d+)px', page)
    assert int(numeral) < look_of("bold").form.heading_small


def test_the_calendar_links_follow_the_text_of_an_event(rendered: Render) -> None:
    told = re.findall(r"<p\b.*?</p>", rendered(EVENTS).html)
    assert next(one for one in told if "Bring a coat." in one or "Add to calendar" in one).count("Add to") == 0
    walk = {"title": "A walk", "when": "2024-02-20", "where": "The harbour"}
    told = re.findall(r"<p\b.*?</p>", rendered({**EVENTS, "items": [walk]}).html)
    assert next(one for one in told if "The harbour" in one).count(">Add to calendar<") == 1, "in the line of the place"


@pytest.mark.parametrize(
    ("title", "end"),
    [
        ("A very long walk by the sea", "the\u00a0sea<"),
        ("A very long walk by the harbour", "the harbour<"),
        ("By the sea", "the sea<"),
    ],
)
def test_a_short_last_word_of_a_heading_is_not_alone(title: str, end: str, rendered: Render) -> None:
    assert end in rendered({"kind": "story", "heading": title, "text": "It rained."}).html.replace("&nbsp;", "\u00a0")


@pytest.mark.parametrize(
    ("language", "text", "whole"),
    [
        ("en-GB", "between Friday 1 March and Friday 8 March", ["Friday 1 March", "Friday 8 March"]),
        ("en-GB", "on Wednesday 27 September", ["27 September"]),
        ("en-GB", "on the 3rd of May, or 1 May", ["3rd of May", "1 May"]),
        ("en-US", "by March 8, at 5", ["March 8"]),
        ("es", "el martes 5 de marzo", ["martes 5 de marzo"]),
        ("de", "am 5. März", ["5. März"]),
        ("en-GB", "in [May](https://example.org/1%20May 'on 1 May')", []),
        ("en-GB", "room 5 marches on", []),
    ],
)
def test_a_typed_date_is_not_broken(language: str, text: str, whole: list[str]) -> None:
    made = markdown.bound(markdown.block(text), language)
    words = re.sub("<[^>]*>", "", made)
    found = re.findall(r"[^ \n]*\u00a0[^ \n,]+", words)
    assert [one.replace("\u00a0", " ") for one in found] == whole
    assert made.replace("\u00a0", " ") == markdown.block(text)


def test_only_the_last_two_words_of_a_quote_are_bound(rendered: Render) -> None:
    page = rendered({"kind": "quote", "text": "I came for the chips."}).html
    assert "“I came for the\u00a0chips.”" in page


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        ({"text": "Write to <us@example.org>."}, False),
        ({"button": {"label": "Write to us", "link": "mailto:us@example.org"}}, False),
        ({"button": {"label": "Read more", "link": "https://example.org/more"}}, True),
    ],
)
def test_a_contact_is_named_once(item: dict[str, Any], shown: bool, rendered: Render) -> None:
    call = {"title": "Come along", "deadline": "2024-03-01", "contact": "us@example.org", **item}
    page = rendered({"kind": "get_involved", "items": [call]}).html
    assert ("Contact: <a" in page) is shown


def test_a_call_without_a_button_has_its_link_as_one(rendered: Render) -> None:
    call = {"title": "Come along", "link": "https://example.org/come"}
    page = rendered({"kind": "get_involved", "items": [call]}).html
    assert page.count("https://example.org/come") == 2
    assert 'class="btn off"' in page


def test_the_masthead_has_a_short_date(rendered: Render) -> None:
    assert ">12 Feb 2024<" in rendered().html


@pytest.mark.parametrize(
    ("title", "kicker", "shown"),
    [
        ("February Team Update: Sharing our love", "February Team Update", "Sharing our love"),
        ("Our kitchen: a table for all", "Team Update", "Our kitchen: a table for all"),
        ("Team Update: May", "Team Update", "Team Update: May"),  # too short for a title of its own
        ("**Team Update**: Sharing our love", "Team Update", "Team Update: Sharing our love"),
    ],
)
def test_a_title_does_not_say_the_newsletters_name_again(title: str, kicker: str, shown: str, rendered: Render) -> None:
    page = rendered(house=make_house(brand={"newsletter": "Team Update"}), title=title).html
    words = {
        name: re.sub("<[^>]*>", "", text) for name, text in re.findall(r"<(h1|p class=\"eyebrow)\b.*?>(.*?)</", page)
    }
    heading = re.sub("<[^>]*>", "", re.findall(r"<h1.*?</h1>", page)[0])
    assert (words['p class="eyebrow'], heading) == (kicker, shown)


@pytest.mark.parametrize(
    ("call", "label", "link"),
    [
        ({"text": "Write to <us@example.org>."}, "Send an email", "mailto:us@example.org"),
        ({"text": "See [all dates](https://example.org/dates)."}, "All dates", "https://example.org/dates"),
        ({"text": "See [the *new* list](https://example.org/l)."}, "The new list", "https://example.org/l"),
        ({"text": "Read [more](https://example.org/more)."}, "More about this", "https://example.org/more"),
        ({"text": "<https://example.org/a/page>"}, "More about this", "https://example.org/a/page"),
        (
            {"title": "Spring Cuppas", "text": "The [Cuppas](https://example.org/c) go on."},
            "More about Spring Cuppas",
            "https://example.org/c",
        ),
        ({"text": "Ring us.", "contact": "020 7946 0000"}, "020 7946 0000", "tel:02079460000"),
        ({"text": "See [one](https://example.org/1) and [two](https://example.org/2)."}, "", ""),
        ({"text": "Come along."}, "", ""),
        ({"text": "See [it]({view_url})."}, "", ""),
    ],
)
def test_a_call_without_a_button_has_its_only_address_as_one(
    call: dict[str, str], label: str, link: str, rendered: Render
) -> None:
    page = rendered({"kind": "get_involved", "items": [{"title": "Come along", **call}]}).html
    found = re.findall(r'class="btn \w+".*?<a href="([^"]*)".*?>([^<]*)</a>', page)
    assert found == ([(link, label)] if label else [])


def test_a_short_beginning_of_a_word_does_not_end_a_line(rendered: Render) -> None:
    page = rendered(
        {"kind": "news", "items": [{"title": "News", "text": "Co-production, `re-use` and well-being."}]}
    ).html
    assert re.findall(r'<span class="n">(.*?)</span>', page) == ["Co-production"]


@pytest.mark.parametrize("theme", ["classic", "letter", "bold"])
def test_titles_of_articles_are_alike(theme: str, rendered: Render) -> None:
    items = [{"title": "One", "text": "First."}, {"title": "Two", "text": "Second."}]
    page = rendered({"kind": "news", "items": items}, house=make_house(brand={"theme": theme})).html
    styles = re.findall(r'<h3 class="item[^>]*style="([^"]*)"', page)
    fonts = [[part for part in one.split(";") if part.startswith(("font", "line-height"))] for one in styles]
    assert len(fonts) == 2
    assert fonts[0] == fonts[1] != []


@pytest.mark.parametrize("theme", ["classic", "letter", "bold"])
def test_the_footer_has_the_logo_in_place_of_the_name(theme: str, rendered: Render) -> None:
    page = rendered(house=make_house(brand={"theme": theme, "logo": "logo.png", "name": "Example Trust"})).html
    mark = re.findall(r'<p class="mark".*?</p>', page)[0]
    assert 'alt="Example Trust"' in mark
    assert int(re.findall(r' width="(\d+)"', mark)[0]) <= 180
