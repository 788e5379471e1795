"""Markdown can be read on every ground of each theme: column, cover, highlight, quote, card, footer."""

from __future__ import annotations

import pytest

from newsletter.model.branding import Theme
from newsletter.preflight.html.page import Page
from newsletter.preflight.rules.html.contrast import faint_texts
from tests.gallery import PALETTES

from .conftest import Render, make_house

INLINE = "*Slanted*, **strong**, `code` and [a link](https://example.org/in-a-line)"

WHOLE = f"""{INLINE}[^1]

## A heading with [a link](https://example.org/in-a-heading)

- An entry with `code`
- > A quotation with [a link](https://example.org/quoted)

| Day | Count |
| --- | --: |
| **Friday** | `214` |

```
whole lines of code
```

[^1]: A note with {INLINE}
"""


@pytest.mark.parametrize(
    "colours",
    [{}, *(pytest.param(colours, marks=pytest.mark.slow) for colours in PALETTES.values())],
    ids=lambda colours: colours.get("brand", "its own"),
)
@pytest.mark.parametrize("theme", Theme)
def test_markdown_can_be_read_wherever_it_may_stand(theme: Theme, colours: dict[str, str], rendered: Render) -> None:
    house = make_house(brand={"theme": theme, "colours": colours, "why": INLINE, "newsletter": "News"})
    picture = {"image": "a.png", "alt": "A picture", "caption": INLINE, "credit": INLINE}
    item = {"title": INLINE, "text": WHOLE, "payment": INLINE, "contact": INLINE, "deadline": "2024-02-20 12:00"}
    event = {**item, "when": "2024-02-26 10:30", "where": INLINE, "byline": INLINE, **picture}
    message = rendered(
        {"kind": "quote", "heading": INLINE, "headline": INLINE, "text": WHOLE, "who": INLINE, "role": INLINE},
        {"kind": "story", "heading": INLINE, "headline": INLINE, "text": WHOLE, **picture},
        {"kind": "coming_up", "text": WHOLE, "items": [event, INLINE]},
        {"kind": "get_involved", "text": WHOLE, "items": [item, item, INLINE]},
        {"kind": "people", "text": WHOLE, "joiners": [{"name": "Kim", "role": INLINE, "text": WHOLE}]},
        {"kind": "quote", "text": WHOLE, "who": INLINE},
        house=house,
        hero=picture,
        intro=WHOLE,
        sign_off=WHOLE,
        button={"label": "Book a place", "link": "https://example.org/book"},
    )
    page = Page(message.html)
    faint = {
        (night, text.words[:40], *colours)
        for night in (False, True)
        for colours, texts in faint_texts(page, night=night).items()
        for text in texts
    }
    assert faint == set()
    assert len(page.texts) > 200
