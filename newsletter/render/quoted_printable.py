"""A text in quoted-printable, encoded once for all recipients but for the lines that have merge tags.

A line with a tag is filled and encoded for each recipient, as the encoding of a line does not depend on the others. A
very long one, as pages without line breaks have, is cut beside its tags by soft line breaks, which a reader takes out.
"""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from newsletter.model.merge_tags import MergeTag

LONG = 600
"""Characters of a line from which on it is cut beside its tags."""

Piece: TypeAlias = str | tuple[MergeTag, Callable[[str], str]]
"""A piece of a text: literal words, or a merge tag with what escapes its value for its place."""

_SOFT_BREAK = b"=\r\n"
_LONGEST_LINE = 76


class FilledLine:
    """A line with merge tags, or one of them, encoded for each recipient; `cut` says that a soft line break follows."""

    def __init__(self, pieces: Sequence[Piece], *, cut: bool = False) -> None:
        self._pieces = pieces
        self._cut = cut

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Return it with a recipient's values, or the tags' fallbacks, in their places."""
        return _encode(fill_pieces(self._pieces, values), cut=self._cut)


class QuotedPrintable:
    """A text that was cut at its merge tags, ready to be filled and encoded; line ends become CRLF."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.parts: list[bytes | FilledLine] = []
        """What is the same for everybody, encoded, and the lines that are not."""
        fixed: list[str] = []
        for line in _lines(pieces):
            if all(isinstance(piece, str) for piece in line):
                fixed += [str(piece) for piece in line]
                continue
            self._add("".join(fixed))
            fixed = []
            if sum(len(piece) for piece in line if isinstance(piece, str)) > LONG:
                self._add_long(line)
            else:
                self.parts.append(FilledLine(line))
        self._add("".join(fixed))

    def _add(self, text: str, *, cut: bool = False) -> None:
        if text:
            self.parts.append(_encode(text, cut=cut))

    def _add_long(self, line: Sequence[Piece]) -> None:
        for piece in line:
            if isinstance(piece, str):
                self._add(piece, cut=not piece.endswith("\n"))
            else:
                self.parts.append(FilledLine([piece], cut=True))

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Return the text with a recipient's values, or the tags' fallbacks, in their places."""
        return b"".join(part if isinstance(part, bytes) else part.fill(values) for part in self.parts)


def fill_pieces(pieces: Sequence[Piece], values: Mapping[str, str]) -> str:
    """Return the pieces of a text as one, with a recipient's values, or the tags' fallbacks, in their places."""
    words = [
        piece if isinstance(piece, str) else piece[1](values.get(piece[0].name) or "") or piece[0].fallback or ""
        for piece in pieces
    ]
    return "".join(words)


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces of each line, its end included; after the last one a line end is added."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            lines[-1].append(piece)
            continue
        first, *others = piece.split("\n")
        lines[-1].append(first)
        for words in others:
            lines[-1].append("\n")
            lines.append([words])
    lines[-1].append("\n")
    return [_joined(line) for line in lines]


def _joined(line: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in line:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece:
            found.append(piece)
    return found


def _encode(text: str, *, cut: bool) -> bytes:
    """Return a text encoded: it ends in a line end, or is to be followed by a soft line break (`cut`)."""
    if not cut:
        return b2a_qp(text.replace("\n", "\r\n").encode(), istext=True)
    if not text:
        return b""
    # the encoder takes its line ends from the text, so there must be one
    data = b2a_qp(text.replace("\n", "\r\n").encode() + b"\r\n", istext=True)[:-2]
    if len(data) - (data.rfind(b"\n") + 1) >= _LONGEST_LINE:
        last = 3 if data[-3:-2] == b"=" else 1
        data = data[:-last] + _SOFT_BREAK + data[-last:]
    return data + _SOFT_BREAK
