"""Parts of an issue in another language: their words and dates, what screen readers are told, and their direction."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html as lxml_html

from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.issue import Issue
from newsletter.render.dates import NO_BREAK
from newsletter.render.multilingual import language_mark, turned, with_languages
from newsletter.render.pipeline import render
from newsletter.render.templates import template_loader

from .conftest import HOUSE, Render, make_house

TEA = {"title": "Tea", "when": "2024-02-20 13:00", "people": ["Ann", "Owain"]}
ENGLISH = {"kind": "coming_up", "items": [TEA]}


def test_a_part_speaks_its_own_language(rendered: Render) -> None:
    message = rendered(ENGLISH, {**ENGLISH, "language": "cy"})
    page = message.html.replace(NO_BREAK, " ")
    for words in ("Coming up in February", "Tuesday, 1pm", "Ann and Owain", "Add to calendar"):
        assert words in page
    for words in ("Coming up in February", "Tuesday 20 February, 1pm", "Ann and Owain", "Add to calendar"):
        assert words in message.text
    welsh = ("Ar y gweill ym mis Chwefror", "Dydd Mawrth 20 Chwefror, 13:00", "Ann ac Owain", "Ychwanegu at y calendr")
    for words in welsh:
        assert words.replace(" 20 Chwefror", "") in page
        assert words in message.text
    assert message.language == "en-GB"


def test_nothing_that_is_only_spoken_stays_in_english(rendered: Render) -> None:
    page = rendered(ENGLISH, house=make_house(language="cy")).html
    assert 'aria-roledescription="e-bost"' in page
    assert 'aria-roledescription="email"' in rendered(ENGLISH).html
    plain = rendered({"kind": "quote", "text": "x", "who": "a", "role": "b"}, house=make_house(language="ar")).text
    assert "– a، b" in plain


def test_a_part_says_its_language_and_the_rest_does_not(rendered: Render) -> None:
    page = lxml_html.document_fromstring(rendered(ENGLISH, {**ENGLISH, "language": "cy"}, ENGLISH).html)
    [part] = page.xpath("//*[@lang='cy']")
    assert part.get("dir") == "ltr"
    assert [one.text_content() for one in part.iter("h2")] == ["Ar y gweill ym mis Chwefror"]
    assert {one.get("lang") for one in page.xpath("//*[@lang]")} == {"en-GB", "cy"}
    assert " in-" not in rendered({**ENGLISH, "language": "cy"}).html


def test_a_part_may_run_the_other_way(rendered: Render) -> None:
    arabic = {"kind": "coming_up", "language": "ar", "text": "مرحبا\n\n- شاي", "items": [TEA]}
    page = lxml_html.document_fromstring(rendered(ENGLISH, arabic).html)
    [part] = page.xpath("//*[@lang='ar']")
    assert part.get("dir") == "rtl"
    assert {one.get("align") for one in part.xpath(".//td[@align]")} <= {"right", "center"}
    assert all("direction:rtl" in one.get("style") for one in part.xpath(".//td[contains(@style,'direction:')]"))
    [listed] = part.iter("ul")
    assert "padding-right:22px" in listed.get("style")
    [other] = [one for one in page.iter("h2") if "Coming" in one.text_content()]
    assert "left" in {one.get("align") for one in other.iterancestors("td")}


def test_a_part_in_the_language_of_the_issue_is_as_any_other(rendered: Render) -> None:
    assert rendered({**ENGLISH, "language": "en-GB"}).html == rendered(ENGLISH).html
    welsh = make_house(language="cy")
    assert rendered({**ENGLISH, "language": "cy"}, house=welsh).html == rendered(ENGLISH, house=welsh).html


def test_an_issue_goes_before_the_settings_and_a_part_before_both(rendered: Render) -> None:
    house = make_house(language="es", dates={"date": "d/M", "time": "HH.mm"})
    message = rendered(ENGLISH, {**ENGLISH, "language": "cy"}, house=house, language="en-US")
    assert message.language == "en-US"
    assert "Tuesday, February 20, 1 PM" in message.text
    assert "Dydd Mawrth 20 Chwefror" in message.text
    assert "20/2, 13.00" in rendered(ENGLISH, house=house).text


@pytest.mark.parametrize("language", ["zh-Hant-TW", "ar", "es-419"])
def test_any_language_fits_into_a_mark(language: str) -> None:
    mark = language_mark(language, "rtl")
    made = with_languages(f'<div class="t {mark}" style="x"><td class="a {mark}-outlook">')
    assert made == f'<div lang="{language}" dir="rtl" class="t" style="x"><td class="a">'


def test_what_stands_somewhere_by_itself_stays_there() -> None:
    mjml = (
        '<mj-section padding="0px"><mj-column><mj-text align="center">a</mj-text>'
        "<mj-text>b</mj-text></mj-column></mj-section>"
    )
    assert turned(mjml, "rtl") == (
        '<mj-section direction="rtl" padding="0px"><mj-column direction="rtl"><mj-text align="center">a</mj-text>'
        '<mj-text align="right">b</mj-text></mj-column></mj-section>'
    )
    assert turned("<mj-image/>", "ltr") == '<mj-image align="left"/>'


KIND = """\
{# fields:
  until: {type: date}
#}
<mj-section><mj-column><mj-text>{{ words.deadline }}: {{ moment(section.until) }}</mj-text></mj-column></mj-section>
"""


def test_a_kind_of_the_users_own_may_have_a_language_too(tmp_path: Path) -> None:
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "offer.mjml.j2").write_text(KIND, encoding="utf-8")
    section = {"kind": "offer", "language": "cy", "until": "2024-02-20"}
    issue = Issue.model_validate(
        {"title": "x", "date": "2024-02-12", "sections": [section]}, context={"kinds": declared_kinds([tmp_path])}
    )
    message = render(issue, HOUSE, key="x", templates=template_loader([tmp_path]), assets=lambda _: b"")
    assert "Dyddiad cau: Dydd Mawrth 20 Chwefror" in message.html
    assert "Until: Dydd Mawrth 20 Chwefror" in message.text
    assert "Language" not in message.text
