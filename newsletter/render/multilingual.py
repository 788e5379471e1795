"""Parts in another language: MJML cannot say which one, so a class says it until the HTML can."""

from __future__ import annotations

import re

from newsletter.compiled_patterns import compile_pattern

_MARK = compile_pattern(r'<div class="([^"]*?) in-(ltr|rtl)-([A-Za-z0-9-]+)"')
_FOR_OUTLOOK = compile_pattern(r" in-(?:ltr|rtl)-[A-Za-z0-9-]+-outlook")
_ALIGNED = compile_pattern(r"<(mj-(?:text|image|button|section|column))\b([^<>]*)>")


def language_mark(language: str, direction: str) -> str:
    """Return the class that says a part's language and the way it is written."""
    return f"in-{direction}-{language}"


def with_languages(markup: str) -> str:
    """Return HTML in which the marked parts say their language and direction by attributes, as screen readers need."""
    markup = _FOR_OUTLOOK.sub("", markup)
    return _MARK.sub(r'<div lang="\3" dir="\2" class="\1"', markup)


def turned(mjml: str, direction: str) -> str:
    """Mirror the MJML of a part against the page; what has its own alignment keeps it."""
    side = "right" if direction == "rtl" else "left"

    def told(tag: re.Match[str]) -> str:
        name, rest = tag.groups()
        attribute, value = ("direction", direction) if name in {"mj-section", "mj-column"} else ("align", side)
        return tag[0] if f" {attribute}=" in rest else f'<{name} {attribute}="{value}"{rest}>'

    return _ALIGNED.sub(told, mjml)
