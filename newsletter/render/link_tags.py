"""Merge tags in the addresses of links: the words that stand in for a missing value are percent-encoded."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.merge_tags import PATTERN, MergeTag

_WHOLE_ADDRESS = "%:/?#[]@!$&'()*+,;=~"
_PART_OF_ADDRESS = "@"
_ESCAPE = compile_pattern(r"(%[0-9A-Fa-f]{2})")
_TAG = compile_pattern(r"""<[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*+>""")
_LINK = compile_pattern(r"""(?<=\s)(href|src)=(["'])(.*?)\2""", re.DOTALL)
_ADDRESS_BEFORE = compile_pattern(r"(?:https?://|mailto:)[^\s<>\"]*\Z", re.IGNORECASE)
_LOOK_BACK = 2000
"""Characters before a merge tag in which the address that it is part of must begin."""


def encode_fallback(tag: MergeTag, *, whole: bool = False) -> MergeTag:
    """Return a merge tag whose fallback can stand in an address; one that is encoded already stays as it is.

    `whole` is for a tag that the address begins with, whose fallback is an address itself.
    """
    if tag.fallback is None:
        return tag
    safe = _WHOLE_ADDRESS if whole else _PART_OF_ADDRESS
    pieces = _ESCAPE.split(tag.fallback)
    # the odd pieces are the escapes
    encoded = "".join(piece if number % 2 else quote(piece, safe=safe) for number, piece in enumerate(pieces))
    return MergeTag(name=tag.name, fallback=encoded)


def encode_in_link(link: str) -> str:
    """Return an address with the fallbacks of its merge tags encoded."""
    if "{" not in link:
        return link
    return PATTERN.sub(lambda match: str(encode_fallback(_tag(match), whole=match.start() == 0)), link)


def encode_in_html(markup: str) -> str:
    """Return HTML in which the addresses of links and pictures are encoded as by `encode_in_link`."""
    if "|" not in markup:
        return markup
    return _TAG.sub(lambda tag: _LINK.sub(_encoded_attribute, tag[0]) if "|" in tag[0] else tag[0], markup)


def _encoded_attribute(attribute: re.Match[str]) -> str:
    def encoded(match: re.Match[str]) -> str:
        fallback = None if match[2] is None else html.unescape(match[2])
        tag = encode_fallback(MergeTag(name=match[1], fallback=fallback), whole=match.start() == 0)
        return html.escape(str(tag))

    name, mark, value = attribute.groups()
    return f"{name}={mark}{PATTERN.sub(encoded, value)}{mark}"


def encode_in_text(text: str) -> str:
    """Return plain text in which the fallbacks of merge tags within addresses are encoded."""
    if "|" not in text or "{" not in text:
        return text
    pieces: list[str] = []
    before = ""
    end = 0
    for match in PATTERN.finditer(text):
        literal = text[end : match.start()]
        before = (before + literal)[-_LOOK_BACK:]
        tag = _tag(match)
        whole = before.endswith("<")
        is_address = whole or _ADDRESS_BEFORE.search(before)
        written = str(encode_fallback(tag, whole=whole)) if tag.fallback and is_address else match[0]
        pieces += [literal, written]
        before += written
        end = match.end()
    return "".join([*pieces, text[end:]])


def _tag(match: re.Match[str]) -> MergeTag:
    return MergeTag(name=match[1], fallback=match[2])
