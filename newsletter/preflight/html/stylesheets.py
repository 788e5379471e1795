"""Style sheets read into rules: what each one sets, for which elements, and whether by day, by night or both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern

WIDTH = 640
"""The window, in pixels, that a page is looked at in."""

_COMMENT = compile_pattern(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_DECLARATION = compile_pattern(r"""([\w-]+)\s*:\s*((?:"[^"]*"|'[^']*'|\((?:[^()]|\([^()]*\))*\)|[^;"'()])+)""")
_BRACE = compile_pattern(r"[{}]")
_IMPORTANT = compile_pattern(r"\s*!\s*important\s*$", re.IGNORECASE)
_FEATURE = compile_pattern(r"\(\s*([\w-]+)\s*(?::\s*([^)]+?)\s*)?\)")
_COMMA = compile_pattern(r",(?![^()\[\]]*[)\]])")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a style sets: property and value, in order, those first that are not `!important`."""

    normal: tuple[tuple[str, str], ...] = ()
    important: tuple[tuple[str, str], ...] = ()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from self.normal
        yield from self.important


class SheetRule(NamedTuple):
    """One rule of a sheet: its selectors as they are written, and in which schemes it counts."""

    selectors: tuple[str, ...]
    declared: Declared
    day: bool = True
    night: bool = True
    everywhere: bool = True
    """Whether it stands in no @media."""


@lru_cache(maxsize=4096)
def declared(style: str) -> Declared:
    """Read the declarations of a style attribute, or of a rule."""
    normal: list[tuple[str, str]] = []
    important: list[tuple[str, str]] = []
    for name, value in _DECLARATION.findall(style):
        words = value.strip()
        bare = _IMPORTANT.sub("", words) if "!" in words else words
        (normal if bare == words else important).append((name.lower(), bare))
    return Declared(tuple(normal), tuple(important))


@lru_cache(maxsize=64)
def rules_of(sheet: str, media: str = "") -> tuple[SheetRule, ...]:
    """Read a sheet; `media` is what its element says of the same name."""
    text = _COMMENT.sub(" ", sheet)
    found: list[SheetRule] = []
    open_heads: list[str] = [f"@media {media}"] if media else []
    start = 0
    for brace in _BRACE.finditer(text):
        piece = text[start : brace.start()]
        start = brace.end()
        if brace[0] == "{":
            open_heads.append(piece.rpartition(";")[2].strip())
        elif open_heads:
            head = open_heads.pop()
            if head and not head.startswith("@"):
                found.append(_rule(head, piece, [one for one in open_heads if one.startswith("@media")]))
    return tuple(found)


def _rule(head: str, body: str, media: list[str]) -> SheetRule:
    selectors = tuple(one.strip() for one in _COMMA.split(head) if one.strip())
    day, night = (all(_applies(one[6:], dark=dark) for one in media) for dark in (False, True))
    return SheetRule(selectors, declared(body), day, night, not media)


@lru_cache(maxsize=128)
def _applies(query: str, *, dark: bool) -> bool:
    """Return whether a media query holds in a window of some width, on a screen."""
    return any(_holds(one.strip().lower(), dark=dark) for one in query.split(","))


def _holds(query: str, *, dark: bool) -> bool:
    if query.startswith("not") or re.match(r"(?:only\s+)?(?:print|speech|tv)\b", query):
        return False
    return all(_feature(name, value, dark=dark) for name, value in _FEATURE.findall(query))


def _feature(name: str, value: str, *, dark: bool) -> bool:
    pixels = re.match(r"[\d.]+", value)
    match name:
        case "prefers-color-scheme":
            return value == ("dark" if dark else "light")
        case "min-width" | "min-device-width":
            return pixels is not None and float(pixels[0]) <= WIDTH
        case "max-width" | "max-device-width":
            return pixels is not None and float(pixels[0]) >= WIDTH
        case _:
            return False
