"""Escape the characters that act on a terminal, or reorder a line, instead of being read."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0 and C1 control characters, with the escape that starts a terminal's commands
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, embeddings, overrides and isolates
    "\u2028\u2029"  # line and paragraph separators
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotations
    "\ud800-\udfff"  # surrogates that stand alone, which no encoding can write
    "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def escape_control_characters(text: str, *, keep: str = "") -> str:
    r"""Return the text with control characters and bidirectional marks written out, as in `\x1b` or `\u202e`.

    Use it for every text that somebody else wrote before it reaches a terminal or a log. `keep` names characters that
    stay as they are, such as a line break.
    """
    return _HIDDEN.sub(lambda found: found[0] if found[0] in keep else _escaped(found[0]), text)


def replace_lone_surrogates(text: str) -> str:
    """Return the text with the replacement character in place of surrogates that no encoding can write."""
    return _SURROGATE.sub("\ufffd", text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
