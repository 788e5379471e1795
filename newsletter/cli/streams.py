"""The standard streams: usable even if closed, in any encoding, and when the reader of the output has left."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TextIO

from newsletter.model.control_characters import escape_control_characters

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}

_PLAIN = {
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "•": "*", "→": "->", "×": "x", "·": "-",
    "✓": "ok", "✗": "x", "\u00a0": " ", "£": "GBP ", "€": "EUR ",
}  # fmt: skip


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


codecs.register_error("newsletter.plain", _plainly)

_KEPT = "\n\t\u200e\u200f\u061c"
"""Harmless control characters: line feed, tab, and the direction marks of ordinary Arabic and Hebrew."""

_write_failures: list[str] = []
"""The reasons why stdout could not be written, the first one first."""


def prepare_streams() -> None:
    """Make the standard streams usable: each exists, and replaces characters that it cannot encode."""
    _write_failures.clear()
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="newsletter.plain")


def _open_missing_streams() -> None:
    """Open the null device in place of a closed standard stream (`>&-`).

    Otherwise the next file that is opened, such as the ledger, would get the stream's number, and what any library
    prints would be written into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - a number


def write_failure() -> str:
    """Return why stdout could not be written completely; empty if it was."""
    return _write_failures[0] if _write_failures else ""


def tint(text: str, colour: str, *, stream: TextIO | None = None) -> str:
    """Return the text in a colour if the stream is a terminal with colours, otherwise unchanged."""
    target = stream or sys.stdout
    plain = not target.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return text if plain or not text or colour not in _COLOURS else f"\033[{_COLOURS[colour]}m{text}\033[0m"


def put(stream: TextIO, text: str, colour: str = "") -> None:
    """Write a text and a line feed, with control characters escaped."""
    try:
        stream.write(tint(escape_control_characters(text, keep=_KEPT), colour, stream=stream) + "\n")
        stream.flush()
    except OSError as error:
        _give_up(stream, error)


def _give_up(stream: TextIO, error: OSError) -> None:
    """Continue without a stream that cannot be written; a reader that has left is not a failure."""
    if stream is sys.stdout and not isinstance(error, BrokenPipeError):
        _write_failures.append(error.strerror or type(error).__name__)
    _let_go(stream)


def _let_go(stream: TextIO) -> None:
    """Redirect a stream to the null device, so that the work continues."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def put_bytes(data: bytes) -> None:
    """Write bytes to stdout unchanged."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _give_up(sys.stdout, error)
