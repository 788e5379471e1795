"""The places in a web page that a link can lead to."""

from __future__ import annotations

import re

from newsletter.compiled_patterns import compile_pattern

_ID = compile_pattern(r"""\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TAG = compile_pattern(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_CHARSET = compile_pattern(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_FEWEST = 3


def places(body: bytes, kind: str) -> frozenset[str]:
    """Return the names of the places in a page; `kind` is what its header Content-Type says."""
    named = _CHARSET.search(kind)
    try:
        text = body.decode(named[1] if named else "utf-8", "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    return frozenset(
        next(group for group in found.groups() if group is not None)
        for tag in _TAG.finditer(text)
        for found in _ID.finditer(tag[0])
    )


def lacks(body: bytes, kind: str, anchor: str) -> bool:
    """Return whether a page has no such place, though it has others.

    One that has hardly any is written by a program in the browser, of which nothing is known.
    """
    found = places(body, kind)
    return len(found) >= _FEWEST and anchor not in found and f"user-content-{anchor}" not in found
