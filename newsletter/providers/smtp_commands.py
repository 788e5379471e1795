"""What an SMTP client says: the commands that lead up to a text, and the text itself."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

RESET = b"RSET\r\n"
"""Forget an envelope, if there is one."""

_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_DOT_LINE = re.compile(rb"\n\.")
_DOT, _LINE_FEED = b".\n"
_LONG = 512
"""Bytes of a piece from which on it is worth remembering that it has no line that begins with a dot."""


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """A message as it is handed over: to one address, from the sender of its envelope."""

    key: str
    address: str
    sender: str
    pieces: Sequence[bytes]
    """The text; where there are several pieces, the first is its headers."""

    @property
    def headers(self) -> bytes:
        """Return the headers."""
        return self.pieces[0] if len(self.pieces) > 1 else self.pieces[0].partition(b"\r\n\r\n")[0]


def envelope_commands(address: str, sender: str, options: Sequence[str]) -> list[bytes]:
    """Return the commands that lead up to a text, each with its line end."""
    words = [f"MAIL FROM:{_path(sender)}", *options]
    commands = [" ".join(words), f"RCPT TO:{_path(address)}", "DATA"]
    if any("\r" in command or "\n" in command for command in commands):
        raise ValueError("an address holds a line break")
    encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
    return [f"{command}\r\n".encode(encoding) for command in commands]


def _path(address: str) -> str:
    """Return an address as a command has it; most are plain, and need no parser that takes longer than a commit."""
    return f"<{address}>" if _PLAIN_ADDRESS.fullmatch(address) else smtplib.quoteaddr(address)


def text_with_end(pieces: Sequence[bytes]) -> list[bytes]:
    """Return a text in pieces with its end marked, and a line that looks like the end told from it."""
    if len(pieces) > 1 and len(pieces[-1]) < len(b"\r\n"):
        pieces = (b"".join(pieces),)
    find = _with_dots if len(pieces) == 1 else _with_dots_once
    found, before = [], _LINE_FEED
    for piece in pieces:
        if not piece:
            continue
        if piece[0] == _DOT and before == _LINE_FEED:
            found.append(b".")
        found.append(find(piece) if len(piece) > _LONG else _with_dots(piece))
        before = piece[-1]
    found.append(b".\r\n" if found and found[-1].endswith(b"\r\n") else b"\r\n.\r\n")
    return found


def _with_dots(piece: bytes) -> bytes:
    # most have no such line, which the pattern finds out in a fifth of the time that `replace` takes
    return piece.replace(b"\n.", b"\n..") if _DOT_LINE.search(piece) else piece


_with_dots_once = lru_cache(maxsize=16)(_with_dots)
"""For a piece that is the same in all messages of an issue."""
