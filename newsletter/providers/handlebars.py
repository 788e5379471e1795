"""Text as code of Handlebars, so that a reader gets the text again; for SendGrid, which compiles all it sends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from newsletter.providers.merge_tag_syntax import WORD_JOINER, MergeTagSyntax

# What would be code: two braces; a brace or backslash that touches a tag behind it (a backslash switches the tag off);
# a closing brace that touches the tag before it; and `<%`, which opens the tags of SendGrid's other product.
_CODE = re.compile(r"\{(?=\{|\Z)|\\\Z|\A\}|<(?=%)")
_ENTITIES = {"{": "&#123;", "}": "&#125;", "\\": "&#92;", "<": "&lt;"}


def escape_html(text: str) -> str:
    """Write what would be code as entities."""
    return _CODE.sub(lambda found: _ENTITIES[found[0]], text)


def escape_text(text: str) -> str:
    """Part what would be code by signs that nobody sees."""
    return _CODE.sub(lambda found: WORD_JOINER + "}" if found[0] == "}" else found[0] + WORD_JOINER, text)


def dialects(values: Mapping[str, str], links: Mapping[str, str]) -> tuple[MergeTagSyntax, MergeTagSyntax]:
    """Return the dialects for HTML and for plain text; `values` and `links` give the provider's names for ours.

    Three braces give a value as it is. With two, a plain text would have `O&#x27;Neill` in it, and half of the links.
    """
    return _dialect("{{", values, links, escape_html), _dialect("{{{", values, links, escape_text)


def _dialect(
    opening: str, values: Mapping[str, str], links: Mapping[str, str], escape: Callable[[str], str]
) -> MergeTagSyntax:
    def value(name: str) -> str:
        return f"{opening}{name}{'}' * len(opening)}"

    tags = {ours: value(theirs) for ours, theirs in values.items()}
    tags |= {ours: f"{{{{{{{theirs}}}}}}}" for ours, theirs in links.items()}
    return MergeTagSyntax(tags=tags, with_fallback=_with_fallback, custom=value, escape=escape)


def _with_fallback(plain: str, words: str) -> str:
    """Ask whether there is a value: the words of `insert` could not hold quotes, nor is it told how it escapes them."""
    return f"{{{{#if {plain.strip('{}')}}}}}{plain}{{{{else}}}}{words}{{{{/if}}}}"
