"""The providers' merge languages, read as the providers read them."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rehearsal.tag_languages import (
    BRACKETS,
    CURLY,
    GO,
    HANDLEBARS,
    STARS,
    TRIPLE,
    BrokenTagError,
    TagLanguage,
)

SAM = (".subscriber.name", ".subscriber.firstname", "fname", "contact.firstname", "first_name", "data:firstname",
       "contact.first_name")  # fmt: skip
FULL = {**dict.fromkeys(SAM, "Sam"), "unsubscribeurl": "https://x",
        '.subscriber.name | trim | splitlist " " | first': "Sam"}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "full", "empty"),
    [
        (STARS, "Hi *|FNAME|*!", "Hi Sam!", "Hi !"),
        (STARS, "Hi *|IF:FNAME|**|FNAME|**|ELSE:|*you*|END:IF|*!", "Hi Sam!", "Hi you!"),
        (STARS, "*|IFNOT:FNAME|*stranger*|END:IF|*", "", "stranger"),
        (STARS, "3 * 4 | 5 *| x |*", "3 * 4 | 5 *| x |*", "3 * 4 | 5 *| x |*"),
        (CURLY, "Hi {{ contact.FIRSTNAME }}!", "Hi Sam!", "Hi !"),
        (CURLY, 'Hi {{contact.FIRSTNAME|default:"y\\"ou"}}!', "Hi Sam!", 'Hi y"ou!'),
        (CURLY, "Hi {{ contact.FIRSTNAME | default : 'you' }}!", "Hi Sam!", "Hi you!"),
        (CURLY, "{% if contact.FIRSTNAME %}A{% else %}B{% endif %}", "A", "B"),
        (CURLY, '{{ "{{" }} {% templatetag openblock %}{# no #}', "{{ {%", "{{ {%"),
        (CURLY, "{% verbatim %}{{ x }}{% endverbatim %}", "{{ x }}", "{{ x }}"),
        (CURLY, "a { b } {c} {{", "a { b } {c} {{", "a { b } {c} {{"),
        (HANDLEBARS, "Hi {{first_name}}! {{{ first_name }}}", "Hi Sam! Sam", "Hi ! "),
        (HANDLEBARS, 'Hi {{insert first_name "default=you"}}!', "Hi Sam!", "Hi you!"),
        (HANDLEBARS, "{{#if first_name}}A{{else}}B{{/if}}{{#unless first_name}}C{{/unless}}{{! no }}", "A", "BC"),
        (HANDLEBARS, "\\{{first_name}}", "{{first_name}}", "{{first_name}}"),
        (TRIPLE, "Hi {{{contact.first_name|you}}}! {{{FIRST_NAME}}} {{x}}", "Hi Sam! Sam {{x}}", "Hi you!  {{x}}"),
        (BRACKETS, 'Hi [[data:firstname:"you"]]! [[1]] [x]', "Hi Sam! [[1]] [x]", "Hi you! [[1]] [x]"),
        (GO, "Hi {{ .Subscriber.FirstName }}!", "Hi Sam!", "Hi !"),
        (GO, "{{ if .Subscriber.FirstName }}A{{ else }}B{{ end }}", "A", "B"),
        (GO, '{{ "{{" }}{{ `}}` }}{{ "a\\nb\\u00e9" }}{{/* no */}}', "{{}}a\nbé", "{{}}a\nbé"),
        (GO, "{{ with .Subscriber.FirstName }}{{ . }}!{{ else }}B{{ end }}", "Sam!", "B"),
        (GO, '{{ with .Subscriber.Name | trim | splitList " " | first }}{{ . | toString | Safe }}{{ end }}', "Sam", ""),
        (GO, "{{ .Subscriber.FirstName | toString | Safe }}", "Sam", ""),
        (GO, "{{ UnsubscribeURL . }}{{ UnsubscribeURL }}", "https://xhttps://x", ""),
    ],
)
def test_what_readers_get(language: TagLanguage, text: str, full: str, empty: str) -> None:
    assert language.fill(text, FULL) == full
    assert language.fill(text, {}) == empty


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (GO, "{{ open"),
        (GO, "{{ range .Subscriber.Name }}"),
        (GO, "{{ end }}"),
        (GO, "{{ if .Subscriber.Name }}"),
        (GO, "{{ if .Subscriber.Name }}{{ else }}{{ else }}{{ end }}"),
        (GO, "{{ if .Subscriber.Name }}{{ end now }}"),
        (GO, "{{ .Subscriber.Nmae }}"),
        (GO, "{{ Nonsense }}"),
        (GO, "{{ }}"),
        (GO, "{{ ? }}"),
        (GO, "{{ | trim }}"),
        (GO, "{{ (trim) }}"),
        (GO, "{{ .Subscriber.Name 1 }}"),
        (GO, "{{ splitList 1 }}"),
        (CURLY, "{{ a b }}"),
        (CURLY, "{% for a in b %}"),
        (CURLY, "{% else %}"),
        (HANDLEBARS, "{{a b c}}"),
        (STARS, "*|END:IF|*"),
    ],
)
def test_what_cannot_be_read_is_refused(language: TagLanguage, text: str) -> None:
    with pytest.raises(BrokenTagError):
        language.fill(text, {})


def test_values_are_escaped_and_the_words_around_them_are_not() -> None:
    filled = TRIPLE.fill("<b>{{{first_name}}}</b>", {"first_name": "<i>"}, lambda text: text.replace("<", "&lt;"))
    assert filled == "<b>&lt;i></b>"


def test_go_escapes_what_it_does_not_call_safe_and_drops_comments_in_html() -> None:
    text = "<!-- gone -->{{ .Subscriber.Name }}{{ .Subscriber.Name | Safe }}"
    filled = GO.fill(text, {".subscriber.name": "<i>"}, lambda one: one.replace("<", "&lt;"))
    assert filled == "&lt;i><i>"
    assert GO.fill(text, {".subscriber.name": "x"}) == "<!-- gone -->xx"


def test_the_names_that_a_text_asks_for() -> None:
    text = "{{ .Subscriber.Name }}{{ if UnsubscribeURL }}{{ end }}{{ .Subscriber.Name | toString }}"
    assert GO.names(text) == [".Subscriber.Name", "UnsubscribeURL"]
    assert STARS.names("*|FNAME|**|FNAME|*") == ["FNAME"]


@given(st.sampled_from([STARS, CURLY, HANDLEBARS, TRIPLE, BRACKETS, GO]), st.text('{}[]|*%"`# ab.:\\', max_size=40))
def test_any_text_is_read_or_refused(language: TagLanguage, text: str) -> None:
    with contextlib.suppress(BrokenTagError):
        assert isinstance(language.fill(text, {}), str)


@given(st.sampled_from([STARS, CURLY, HANDLEBARS, TRIPLE, BRACKETS, GO]), st.text(max_size=60))
def test_a_text_without_tags_is_left_as_it_is(language: TagLanguage, text: str) -> None:
    plain = re.sub(r"[{}\[\]*]", "", text)
    assert language.fill(plain, FULL) == plain
