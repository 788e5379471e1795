"""Read the body of an answer: never more than a bound, and as JSON only what can be handled afterwards."""

from __future__ import annotations

import codecs
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from newsletter.model.control_characters import replace_lone_surrogates

MOST_BYTES = 10_000_000
"""The longest answer that is read, after it is unpacked."""
MOST_DEPTH = 64
"""How deeply lists and objects may be nested; no provider's answer comes near it."""
PIECE = 65_536


class TooLongError(Exception):
    """An answer is longer than any that is read."""


class UnreadableError(Exception):
    """An answer's packing cannot be undone."""


def read_bounded(pieces: Iterable[bytes], encoding: str) -> bytes:
    """Return a body, unpacked as its Content-Encoding says; raise TooLongError before more than the bound is held."""
    body = bytearray()
    for piece in _unpacked(pieces, encoding.strip().lower()):
        body += piece
        if len(body) > MOST_BYTES:
            raise TooLongError
    return bytes(body)


def _unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        yield from pieces
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise UnreadableError
    unpacker = zlib.decompressobj(47)  # gzip or zlib, whichever it is
    came = False
    for piece in pieces:
        rest, came = piece, True
        while True:
            try:
                unpacked = unpacker.decompress(rest, PIECE)
            except zlib.error as error:
                raise UnreadableError from error
            yield unpacked
            rest = unpacker.unconsumed_tail
            if not rest and len(unpacked) < PIECE:
                break
    if came and not unpacker.eof:
        raise UnreadableError


def parse_json(body: bytes, headers: Mapping[str, str]) -> Any:
    """Return what a body holds as JSON; None where it holds none, or what nothing can be done with.

    A byte order mark and a wrong character set are read over. NaN and the infinities, which JSON does not have, are
    read as null; surrogates that stand alone are replaced, as no file or terminal can take them.
    """
    if not body.strip():
        return None
    try:
        data = json.loads(_text_of(body, headers), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return _handled(data)


def _text_of(body: bytes, headers: Mapping[str, str]) -> str:
    """Return a body as text: in UTF-8, 16 or 32 as JSON is, else in the character set that it names."""
    named = headers.get("Content-Type", "").partition("charset=")[2].partition(";")[0].strip("\"' ")
    for charset in (json.detect_encoding(body), named):
        try:
            return codecs.decode(body, charset).removeprefix("\ufeff")
        except (UnicodeError, LookupError):
            continue
    return body.decode("utf-8", "replace").removeprefix("\ufeff")


def _handled(data: Any) -> Any:
    """Return data without surrogates that stand alone; None where it is nested too deeply to be walked through."""
    level: list[Any] = [[data]]
    first = level[0]
    for _ in range(MOST_DEPTH + 1):
        below: list[Any] = []
        for holder in level:
            if isinstance(holder, dict):
                items = list(holder.items())
                holder.clear()
                holder.update({replace_lone_surrogates(key): value for key, value in items})
            places: Iterable[Any] = holder if isinstance(holder, dict) else range(len(holder))
            for place in places:
                value = holder[place]
                if isinstance(value, str):
                    holder[place] = replace_lone_surrogates(value)
                elif isinstance(value, dict | list):
                    below.append(value)
        if not below:
            return first[0]
        level = below
    return None
