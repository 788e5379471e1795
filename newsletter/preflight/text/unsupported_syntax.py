"""Syntax of other kinds of Markdown (footnotes, highlights, tables) that readers would see as it was typed."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.merge_tags import PATTERN as MERGE_TAG

_WINDOW = 2000
"""Characters in which a piece of parsed text is searched for in its source, so that time grows with the length."""

_SIGNS = compile_pattern(
    r"\[\^|==|\+\+|\^|~|^[ \t]*:|\{[#.:]|\$\$|\|\||^#{2,6}[^\s#]|\]\[|\]\(|-[ \t:]*\|[ \t:]*-|!!!|^\*\[", re.MULTILINE
)
"""What a text must hold for any of the patterns to match; most texts hold none and are not parsed."""

_PATTERNS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        compile_pattern(r"\[\^[^\[\]\s]{1,40}\]:?"),
        "a footnote",
        "Put the note in brackets, or at the end as a sentence of its own.",
    ),
    (compile_pattern(r"(?<![=\w])==(?![\s=])[^=\n]{1,200}(?<!\s)==(?![=\w])"), "a highlight", "Write **bold words**."),
    (
        compile_pattern(r"(?<![+\w])\+\+(?![\s+])[^+\n]{1,200}(?<!\s)\+\+(?![+\w])"),
        "an underline",
        "Write **bold words**.",
    ),
    (
        compile_pattern(r"(?<=[\w)])\^[^\s^]{1,20}\^"),
        "a superscript",
        "Type the characters themselves, such as ² or ³.",
    ),
    (compile_pattern(r"(?<=[\w)])\^[\d+-]{1,4}"), "a superscript", "Type the characters themselves, such as ² or ³."),
    (compile_pattern(r"(?<=[A-Za-z])~\d{1,3}~"), "a subscript", "Type the characters themselves, such as ₂."),
    (
        compile_pattern(r"(?<![~\w/])~(?=[^\W\d_])[^~\n]{1,200}(?<![\s~])~(?![~\w])"),
        "a strikethrough",
        "Take the ~ characters out.",
    ),
    (compile_pattern(r"\A:[ \t]+(?=\S)"), "a definition list", "Write the term in bold, then what it means."),
    (compile_pattern(r"\A:{3,}[ \t]*\w*"), "a container", "Take the line out."),
    (compile_pattern(r"\A!!![ \t]+\w+"), "a note box", "Take the mark out, or write **Note:**."),
    (
        compile_pattern(r"\A\*\[[^\[\]\n]{1,40}\]:"),
        "an abbreviation",
        "Write the long form in brackets where it is used.",
    ),
    (compile_pattern(r"\{[#.][\w-]{1,40}\}"), "an attribute", "Take it out."),
    (compile_pattern(r"\{:[^{}\n]{1,80}\}"), "an attribute", "Take it out."),
    (
        compile_pattern(r"\$\$(?![\s$])[^$\n]{1,200}(?<!\s)\$\$(?!\$)"),
        "a formula",
        "Write it in words or plain characters.",
    ),
    (compile_pattern(r"\|\|(?![\s|])[^|\n]{1,200}(?<!\s)\|\|"), "a spoiler", "Take the bars out."),
    (compile_pattern(r"\A#{2,6}(?=[^\W\d_])"), "a heading without a space", "Put a space after the #."),
    (compile_pattern(r"\A={3,}\Z"), "a heading underlined with =", "Write # and a space before the heading instead."),
    (
        compile_pattern(r"\A\|?[ \t]*:?-{1,40}:?[ \t]*(?:\|[ \t]*:?-{1,40}:?[ \t]*){1,40}\|?\Z"),
        "a table",
        "Write it as sentences or a list.",
    ),
)
_NOTE = compile_pattern(r"^ {0,3}(?P<label>\[\^[^\[\]\n]{1,40}\]:)", re.MULTILINE)
_HALF_LINK = compile_pattern(r"[^\s\[\]]{1,60}\]\((?:https?://|mailto:|tel:|www\.)[^\s()]{1,2000}\)?", re.IGNORECASE)
_ENTITY = compile_pattern(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_PLAIN_START = compile_pattern(r"[0-9A-Za-z]{1,12}")
_NUMBERED_LINE = compile_pattern(r"^[ \t]*(?P<mark>(?:[02-9]\d{0,8}|1\d{1,8})[.)])[ \t]+\S", re.MULTILINE)
_REFERENCE = compile_pattern(r"\[[^\[\]\n]{1,200}\]\[[^\[\]\n]{0,80}\]")
_ADDRESS = r"(?:https?://|mailto:|tel:|www\.|[\w-]{1,63}\.[a-z]{2,})"
_OPEN_LINK = compile_pattern(rf"\[[^\[\]\n]{{1,300}}\]\([ \t]*[<\"“'‘]?(?={_ADDRESS})\S{{1,2000}}", re.IGNORECASE)
_NO_ADDRESS = compile_pattern(r"[<>\"'“”‘’]")
_TITLE = compile_pattern(r"[ \t]+[\"'(]")
_LINE_MARK = compile_pattern(
    r"[ \t]*"
    r"(?P<mark>[-+](?=[^\W\d_])|\*(?=[^\W\d_][^*]*\Z)|[–—−‒―⁃][ \t]*(?=\w)|\d{1,2}[.)](?=[^\W\d_])"
    r"|\([0-9a-z]{1,2}\)[ \t]+(?=\S)|[a-z]\)[ \t]+(?=\S)"
    r"|(?P<symbol>[^\w\s!-~\u00a1-\u00bf])[\ufe0e\ufe0f]?[ \t]*(?=\w))"
)


class Syntax(NamedTuple):
    """Some syntax that is shown as it was typed: where it stands, what it is called, what to write instead."""

    start: int
    end: int
    name: str
    hint: str


@lru_cache(maxsize=256)
def shown_texts(text: str) -> tuple[tuple[int, str], ...]:
    """Return the pieces of a Markdown text that are shown as typed, each with its place; code is left out."""
    from newsletter.render.markdown_parser import parser  # noqa: PLC0415  heavy, and only few texts need it

    found: list[tuple[int, str]] = []
    at = 0
    for token in parser().parse(text):
        for part in token.children or ():
            if part.type != "text" or not part.content.strip():
                continue
            start = text.find(part.content, at, at + len(part.content) + _WINDOW)
            pieces = [(start, part.content)] if start >= 0 else _pieces(text, part.content, at)
            if pieces:
                at = pieces[-1][0] + len(pieces[-1][1])
                found += pieces
    return tuple(found)


def _pieces(text: str, content: str, at: int) -> list[tuple[int, str]]:
    """Return the pieces of a shown text that stand between escaped characters and entities, each with its place."""
    first = _PLAIN_START.search(content)
    start = text.find(first[0], at, at + len(content) + _WINDOW) if first else -1
    if first is None or start < 0:
        return []
    pieces, place, done, begun = [], start, first.start(), first.start()
    while done < len(content) and place < len(text):
        entity = _ENTITY.match(text, place)
        stands_for = html.unescape(entity[0]) if entity else ""
        if entity and stands_for != entity[0] and content.startswith(stands_for, done):
            width, length = len(entity[0]), len(stands_for)
        elif text[place] == "\\" and text[place + 1 : place + 2] == content[done] != "\\":
            width, length = 2, 1
        elif text[place] == content[done]:
            place, done = place + 1, done + 1
            continue
        else:
            break
        pieces.append((place - (done - begun), content[begun:done]))
        place, done = place + width, done + length
        begun = done
    pieces.append((place - (done - begun), content[begun:done]))
    return [piece for piece in pieces if piece[1].strip()]


def unsupported_syntax(text: str) -> Iterator[Syntax]:
    """Yield the first use of each kind of syntax that is shown as it was typed."""
    if not _SIGNS.search(text):
        return
    named: set[str] = set()
    note = _NOTE.search(text)
    if (
        note
        and text.count(note["label"].removesuffix(":")) > 1
        and "[^" not in "".join(one for _, one in shown_texts(text))
    ):
        note = None  # it is a footnote: a number in the text leads to it
    if note:  # with one word behind it, the note would become the address of a link, and vanish
        named.add("a footnote")
        yield Syntax(note.start("label"), note.end("label"), "a footnote", _PATTERNS[0][2])
    for start, piece in shown_texts(text):
        for pattern, name, hint in _PATTERNS:
            if name in named:
                continue
            match = pattern.search(piece)
            if match and not is_escaped(text, start + match.start()) and not _opens_text(text, start, match, name):
                named.add(name)
                yield Syntax(start + match.start(), start + match.end(), name, hint)


def _opens_text(text: str, start: int, match: re.Match[str], name: str) -> bool:
    """Return whether a colon begins a paragraph or follows words on its line, where no definition list can be meant."""
    before = text[max(0, start - 80) : start].rstrip(" \t")
    is_second_line = before.endswith("\n") and not before.endswith("\n\n")
    return name == "a definition list" and (not is_second_line or match.start() > 0)


def open_links(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield where a link is written so that it is none, and how it must be written (None where that is not sure)."""
    if "](" not in text and "][" not in text:
        return
    # what a merge tag holds is no part of the link's syntax: its fallback may have spaces, quotation marks and brackets
    for start, piece in shown_texts(MERGE_TAG.sub(lambda tag: "x" * len(tag[0]), text)):
        for match in _OPEN_LINK.finditer(piece):
            if not is_escaped(text, start + match.start()):
                found = match[0].rstrip(".,;:!?")
                written = text[start + match.start() : start + match.start() + len(found)]
                is_open = written.count("(") > written.count(")") and _NO_ADDRESS.search(written) is None
                closed = f"{written})" if is_open and not _TITLE.match(piece, match.end()) else None
                yield start + match.start(), start + match.start() + len(written), closed
        opened = piece.find("[")
        for match in _HALF_LINK.finditer(piece, 0, opened if opened >= 0 else len(piece)):
            place = start + match.start()
            if "\\[" not in text[max(0, place - 300) : place]:  # one that is meant to be shown
                yield place, start + match.end(), None
        for match in _REFERENCE.finditer(piece):
            if not is_escaped(text, start + match.start()):
                yield start + match.start(), start + match.end(), None


def is_escaped(text: str, at: int) -> bool:
    """Return whether a backslash stands before a character, so that its author means it as it is."""
    return text.startswith("\\", at - 1) if at else False


def typed_list_marks(text: str) -> list[tuple[int, str]]:
    """Return the list marks that Markdown knows nothing of, on lines that follow each other: place and mark each."""
    runs: list[list[tuple[int, str]]] = [[]]
    at = 0
    for line in text.splitlines(keepends=True):
        content = line.rstrip("\r\n")
        match = _LINE_MARK.match(content)
        mark = match["mark"].strip() if match else ""
        if match and match["symbol"] and not unicodedata.category(match["symbol"]).startswith("S"):
            mark = ""
        if mark:
            runs[-1].append((at + match.start("mark") if match else at, mark))
        if not mark or content.endswith(("  ", "\\")):
            runs.append([])
        at += len(line)
    return next((run for run in runs if len(run) > 1), [])


def list_in_paragraph(text: str) -> tuple[int, str] | None:
    """Return the first line of a numbered list that Markdown joins to the paragraph above: place and number.

    Only a list that begins with 1 may follow a paragraph without an empty line. One such line is a sentence, broken.
    """
    if not _NUMBERED_LINE.search(text):
        return None
    from newsletter.render.markdown_parser import parser  # noqa: PLC0415  heavy, and only few texts need it

    lines = [f"{line}\n" for line in text.split("\n")]
    for token in parser().parse(text):
        if token.type != "inline" or token.map is None:
            continue
        first, last = token.map
        found = [(number, match) for number in range(first + 1, last) if (match := _NUMBERED_LINE.match(lines[number]))]
        if len(found) > 1:
            number, match = found[0]
            return sum(map(len, lines[:number])) + match.start("mark"), match["mark"]
    return None
