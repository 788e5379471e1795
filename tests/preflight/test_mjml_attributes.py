"""What MJML would drop without a word is shown at its place in the user's own template."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.preflight.rule import Example
from newsletter.preflight.rules.html import mjml_attributes
from newsletter.render.builtin_templates import PACKAGED, OwnTemplate
from newsletter.render.mjml import ELEMENTS
from newsletter.render.mjml_attributes import ATTRIBUTES
from newsletter.testing.checks import findings_of

ISSUE = "intro: Hello, all of you."
PLACES = (
    ('<mj-section>\n  <mj-text colour="red">', "NL882", 2, 'colour="red"', "`color`"),
    # what Jinja puts in has no part in it, and all stands where it stood
    (
        '{# a\nb #}<mj-section{% if x > 1 %} padding="0px"{% endif %}\n pading="{{ y }}px">',
        "NL882",
        3,
        "pading",
        "`padding`",
    ),
    ('<mj-button href="{{ a }}" onclick="b">', "NL882", 1, "onclick", "Delete it"),
    ('<mj-attributes><mj-all font-famly="Arial" /></mj-attributes>', "NL882", 1, "font-famly", "`font-family`"),
    ('\n<mj-font name="Lato" href="https://example.org/l.css" />', "NL883", 2, "<mj-font", "font-family"),
)
CLEAN = (
    '<!-- <mj-text colour="red"> -->{# <mj-text colour="red"> #}',
    '<mj-class name="wide" anything="at all" />',
    '<mj-text mj-class="wide" css-class="x" padding-top="{{ tokens.space }}px">a="b"</mj-text>',
    '<table colour="red"></table>',
    '<mj-font name="Lato" href="https://example.org/l.css" /><mj-all font-family="Lato, Arial" />',
)


def found(text: str) -> list[tuple[str, int, str, str]]:
    templates = {"parts/mine.mjml.j2": text}
    told = findings_of(Example(ISSUE, templates=templates), mjml_attributes.CHECKS)
    assert all(Path(one.place.path).name == "mine.mjml.j2" for one in told)
    return [(one.code, one.place.line, one.excerpt[one.place.column - 1 :], one.hint) for one in told]


@pytest.mark.parametrize(("text", "code", "line", "words", "hint"), PLACES)
def test_what_is_dropped_is_shown_with_its_line(text: str, code: str, line: int, words: str, hint: str) -> None:
    ((told, at, shown, advice),) = found(text)
    assert (told, at) == (code, line)
    assert shown.startswith(words)
    assert hint in advice


@pytest.mark.parametrize("text", CLEAN)
def test_what_mjml_knows_is_not_reported(text: str) -> None:
    assert found(text) == []


def test_a_font_that_the_settings_name_is_used() -> None:
    templates = {"parts/mine.mjml.j2": '<mj-font name="Lato" href="https://example.org/l.css" />'}
    settings = "brand:\n  name: Us\n  address: Here\n  fonts: {body: 'Lato, Arial, sans-serif'}\n"
    example = Example(ISSUE, templates=templates, settings=settings)
    assert findings_of(example, mjml_attributes.CHECKS) == ()


def test_the_templates_that_come_with_newsletter_have_known_attributes_only() -> None:
    for name in PACKAGED.list_templates():
        own = OwnTemplate(name, name, PACKAGED.text(name))
        for tag in mjml_attributes.tags_of(own):
            names = {one[1] for one in mjml_attributes.ATTRIBUTE.finditer(tag[2]) if one[1][-1] != "-"}
            assert names <= ATTRIBUTES.get(tag[1], names), name


def test_every_element_that_can_be_used_has_its_attributes() -> None:
    assert set(ELEMENTS) - set(ATTRIBUTES) == {"mj-class", "mj-selector"}
