"""What the checks say of sections of the user's own kinds: a picture without alt text, a button without words."""

from __future__ import annotations

from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of
from newsletter.testing.example_facts import grey_png

KIND = """\
{# fields:
     image: {type: image}
     alt: {type: line}
     caption: {type: line}
     credit: {type: line}
     label: {type: line}
     link: {type: link}
#}
{% call parts.block() %}
{{ parts.heading(heading) }}
{{ parts.image(section) }}
{% if section.link %}{{ parts.button({"label": section.label, "link": section.link}) }}{% endif %}
{% endcall %}
"""
TEXT = "{{ heading }}\n\n{% if section.link %}{{ section.link }}{% endif %}\n"


def codes(fields: str, **templates: str) -> list[tuple[str, int]]:
    files = {"sections/recipe.mjml.j2": KIND, **templates}
    issue = f"sections:\n  - kind: recipe\n    heading: Soup\n{fields}"
    found = findings_of(Example(issue, templates=files, picture=lambda _: grey_png(600, 400)))
    return [(one.code, one.place.line) for one in found if one.code in {"NL306", "NL820", "NL816", "NL861"}]


def test_a_picture_without_alt_text_is_told() -> None:
    assert [code for code, _ in codes("    image: images/a.png\n")] == ["NL816"]
    assert codes("    image: images/a.png\n    alt: A bowl of green soup\n") == []


def test_a_button_without_words_is_told() -> None:
    assert [code for code, _ in codes("    link: https://example.org/soup\n")] == ["NL820"]
    assert codes("    link: https://example.org/soup\n    label: Print the recipe\n") == []


def test_a_heading_that_the_own_text_says_in_other_words_is_told_with_the_cure() -> None:
    kind = KIND.replace("{{ parts.image", "<mj-text><h3>Ingredients</h3></mj-text>\n{{ parts.image")
    files = {"sections/recipe.mjml.j2": kind, "sections/recipe.txt.j2": "{{ heading }}\n\nYou need:\n"}
    found = findings_of(Example("sections:\n  - {kind: recipe, heading: Soup}\n", templates=files))
    [told] = [one for one in found if one.code in {"NL861", "NL863"}]
    assert "same words" in told.hint
    assert "add “Ingredients”" in told.hint


def hint_of(code: str, kind: str, fields: str) -> str:
    issue = f"sections:\n  - kind: recipe\n    heading: Soup\n{fields}"
    files = {"sections/recipe.mjml.j2": kind}
    found = findings_of(Example(issue, templates=files, picture=lambda _: grey_png(600, 400)))
    [told] = [one for one in found if one.code == code]
    return told.hint


def test_the_hint_for_a_button_or_a_picture_names_the_field_to_write() -> None:
    link = "    link: https://example.org/soup\n"
    assert "such as `label`" in hint_of("NL820", KIND, link)
    linked = '<mj-text><a href="{{ section.link }}"><img src="{{ picture(section.image).src }}" alt=""></a></mj-text>'
    kind = KIND.replace("{{ parts.image(section) }}", linked)
    fields = f"{link}    label: Print the recipe\n    image: images/a.png\n"
    assert "Say in `alt` of the section" in hint_of("NL818", kind, fields)
