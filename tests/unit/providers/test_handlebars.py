from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.model.merge_tags import PATTERN, split
from newsletter.providers import handlebars
from newsletter.providers.merge_tag_syntax import WORD_JOINER

HTML, TEXT = handlebars.dialects(
    {"first_name": "first_name", "view_url": "Weblink"}, {"unsubscribe_url": "unsubscribe"}
)
PIECES = [
    "{",
    "{{",
    "}",
    "}}",
    "{{{x}}}",
    "\\",
    "<%asm%>",
    "{{#if x}}",
    "{first_name}",
    "{town|a \\}",
    "{first_name|there}",
]
WORDS = st.lists(st.one_of(st.text(max_size=10), st.sampled_from(PIECES))).map("".join)
PLAIN = WORDS.filter(lambda text: PATTERN.search(text) is None and WORD_JOINER not in text)
MIXED = WORDS.filter(lambda text: WORD_JOINER not in text)

TOKEN = re.compile(
    r"(?P<off>\\)?(?P<tag>\{\{\{(?P<three>[^{}]*)\}\}\}|\{\{(?P<two>[^{}]*)\}\}(?P<rest>\}?))", re.DOTALL
)


def compiled(code: str, values: dict[str, str]) -> str:
    """Fill code as Handlebars does: it switches off a tag behind a backslash, and takes no brace too many."""
    out, end, shown = [], 0, [True]
    for found in TOKEN.finditer(code):
        out += [code[end : found.start()]] if all(shown) else []
        end = found.end()
        assert not found["off"], f"a backslash before {found['tag']}"
        assert not found["rest"], f"a brace too many in {found['tag']}"
        inner = found["three"] if found["three"] is not None else found["two"]
        if inner.startswith("#if "):
            shown.append(bool(values.get(inner[4:])))
        elif inner == "else":
            shown[-1] = not shown[-1]
        elif inner == "/if":
            shown.pop()
        else:
            assert re.fullmatch(r"[\w.]+", inner), f"an unknown tag {found['tag']}"
            value = values.get(inner, "")
            out += [html.escape(value) if found["three"] is None else value] if all(shown) else []
    assert shown == [True]
    rest = code[end:]
    assert "{{" not in rest, "a tag that was not closed"
    return "".join([*out, rest])


def meant(text: str, values: dict[str, str]) -> str:
    """Return what a reader should see."""
    return "".join(
        piece if isinstance(piece, str) else values.get(piece.name) or piece.fallback or "" for piece in split(text)
    )


@given(PLAIN)
@example("{{{ x }}} {{ x }} {{{{ \\{{#if x}} } <%asm%>")
def test_no_words_are_taken_for_code(text):
    for dialect in (HTML, TEXT):
        code = dialect.write(text, "X")
        assert "{{" not in code
        assert "<%" not in code


@given(MIXED, st.sampled_from(["", "Kim", "O'Neill & <Co>"]))
@example("{{first_name}}}", "Kim")
@example("\\{first_name}\\", "Kim")
@example("\\\\{first_name|a \\}{town|b}{", "")
def test_readers_see_their_values_and_the_words_as_they_were_written(text, name):
    values = {"first_name": name, "town": "Hull"}
    seen = compiled(TEXT.write(text, "X"), values).replace(WORD_JOINER, "")
    assert seen == meant(text, values)


@given(MIXED, st.sampled_from(["", "Kim", "O'Neill & <Co>"]))
@example("{{first_name}}}", "Kim")
@example("\\{first_name|there}", "")
def test_readers_see_the_same_in_html(text, name):
    values = {"first_name": name, "town": "Hull"}
    escaped = "".join(
        html.escape(piece, quote=False) if isinstance(piece, str) else str(piece) for piece in split(text)
    )
    seen = html.unescape(compiled(HTML.write(escaped, "X"), values))
    assert seen == html.unescape(meant(escaped, {key: html.escape(value) for key, value in values.items()}))


@pytest.mark.parametrize(
    ("words", "in_html", "in_text"),
    [
        ("{first_name}", "{{first_name}}", "{{{first_name}}}"),
        ("{first_name|}", "{{first_name}}", "{{{first_name}}}"),
        (
            '{first_name|"you"}',
            '{{#if first_name}}{{first_name}}{{else}}"you"{{/if}}',
            '{{#if first_name}}{{{first_name}}}{{else}}"you"{{/if}}',
        ),
        ("{town}", "{{town}}", "{{{town}}}"),
        ("{view_url}", "{{Weblink}}", "{{{Weblink}}}"),
        ("{unsubscribe_url}", "{{{unsubscribe}}}", "{{{unsubscribe}}}"),
    ],
)
def test_tags_are_written_so(words, in_html, in_text):
    assert (HTML.write(words, "X"), TEXT.write(words, "X")) == (in_html, in_text)
