"""Rendering again parses no style that was parsed before."""

from __future__ import annotations

import pytest

from newsletter.render.inline import inline_css
from newsletter.render.mjml import INLINE_MARK


def page(styles: int) -> str:
    rules = "".join(f".c{number} {{ margin: {number}px; }}\n" for number in range(styles))
    # a value with a function needs the parser of all of CSS
    cells = "".join(
        f'<p class="c{number}" style="padding:{number}px;width:calc(100%)">x</p>' for number in range(styles)
    )
    return f"<!doctype html><html><head><style>{INLINE_MARK}{rules}</style></head><body>{cells}</body></html>"


def test_an_email_with_many_styles_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    markup = page(300)  # the inliner's own cache would hold 128
    first = inline_css(markup)
    import cssutils

    parsed = []
    parse = cssutils.parseStyle
    monkeypatch.setattr(cssutils, "parseStyle", lambda *given, **named: parsed.append(given) or parse(*given, **named))
    assert inline_css(markup) == first
    assert parsed == []
    assert inline_css(markup.replace("padding:7px", "padding:7777px")) != first
    assert parsed, "the count would notice a style that is parsed"
