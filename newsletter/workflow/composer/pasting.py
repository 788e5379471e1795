"""Turn what was copied from Word, Google Docs or a web page into Markdown: words, emphasis, lists and links alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from newsletter.errors import UsageError

MOST = 2_000_000
"""Characters of HTML that are cleaned at once."""

MOST_TEXT = 200_000
"""Characters of Markdown that are rendered at once."""

_DEEPEST = 60
_DROPPED = frozenset(
    {"head", "iframe", "math", "meta", "noscript", "object", "script", "select", "style", "svg", "title"}
)
_HEADINGS = {"h1": "## ", "h2": "## ", "h3": "### ", "h4": "### ", "h5": "### ", "h6": "### "}
_BLOCK_NAMES = """
    address article aside body center dd div dl dt figure footer form header html main nav p section table tbody td
    tfoot th thead tr
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_LINE_START = re.compile(r"^(\s*\d*)([-+#>.)])(?=\s)", re.MULTILINE)
_TRACKING = re.compile(r"^https?://(?:www\.)?google\.[a-z.]+/url\?(?:[^#]*&)?q=([^&#]+)")
_WORD_LIST = re.compile(r"mso-list:\s*(?!ignore)\S+\s+level(\d)", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:\d+|[a-zA-Z]|[ivxIVX]+)[.)]\s*")
_BULLET = re.compile(r"^\s*[·•▪◦o§\u00b7\uf0b7\uf0a7-]\s+|^\s*[·•▪◦\uf0b7\uf0a7]\s*")
# Word's own mso-bidi-font-weight and mso-bidi-font-style are for scripts from right to left alone
_BOLD = re.compile(r"(?<![\w-])font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"(?<![\w-])font-weight:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_ITALIC = re.compile(r"(?<![\w-])font-style:\s*(?:italic|oblique)", re.IGNORECASE)
_NOT_ITALIC = re.compile(r"(?<![\w-])font-style:\s*normal", re.IGNORECASE)
_HIDDEN = re.compile(r"display:\s*none|mso-list:\s*ignore|visibility:\s*hidden", re.IGNORECASE)


def cleaned_paste(html: str, text: str) -> str:
    """Return pasted HTML as Markdown, or the plain text where there is no HTML; raise UsageError if it is too much."""
    if len(html) > MOST or len(text) > MOST:
        raise UsageError("This is too much to paste at once.", hint="Paste it in parts.")
    if not html.strip():
        return _tidied(text)
    from lxml import html as reader
    from lxml.etree import ParserError

    start, end = html.find("<!--StartFragment-->"), html.find("<!--EndFragment-->")
    fragment = html[start + 20 : end] if 0 <= start < end else html
    try:
        root = reader.document_fromstring(f"<div>{fragment}</div>", parser=reader.HTMLParser(no_network=True))
    except (ParserError, ValueError):
        return _tidied(text)
    return _tidied("\n\n".join(_blocks(root, 0)))


def _tidied(text: str) -> str:
    text = text.replace("\xa0", " ").replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _blocks(element: Any, depth: int) -> list[str]:
    """Return the blocks of an element as Markdown: paragraphs, headings and lists."""
    writer = _BlockWriter(depth)
    writer.line.append(_escaped(element.text or ""))
    for child in element:
        if isinstance(child.tag, str):
            writer.add(child)
        writer.line.append(_escaped(child.tail or ""))
    writer.end_list()
    writer.end_line()
    return writer.blocks


class _BlockWriter:
    """Collects blocks; words outside of any block become paragraphs of their own."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.blocks: list[str] = []
        self.line: list[str] = []
        self.listed: list[str] = []

    def end_line(self) -> None:
        """End a paragraph of words that stand in no block."""
        words = _line("".join(self.line))
        self.line.clear()
        if words:
            self.blocks.append(words)

    def end_list(self) -> None:
        """End a list that Word wrote as paragraphs."""
        if self.listed:
            self.blocks.append("\n".join(self.listed))
            self.listed.clear()

    def add(self, child: Any) -> None:
        """Add an element."""
        name = child.tag
        item = _word_list_item(child) if name == "p" else None
        if item is not None:
            self.end_line()
            self.listed.append(item)
            return
        self.end_list()
        is_block = name in _BLOCKS or name in _HEADINGS or name in {"blockquote", "hr", "ol", "pre", "ul"}
        if is_block or _holds_blocks(child, name):
            self.end_line()
            self._add_block(child, name)
        else:
            self.line.append(_inline_of(child, self.depth + 1))

    def _add_block(self, child: Any, name: str) -> None:
        if _is_dropped(child) or self.depth > _DEEPEST:
            return
        if name in {"ul", "ol"}:
            self.blocks.append("\n".join(_list_lines(child, 0, self.depth + 1)))
        elif name in _HEADINGS:
            words = _line(_inline(child, self.depth + 1, plain=True)).replace("\\\n", " ")
            self.blocks += [_HEADINGS[name] + words] if words else []
        else:
            inner = _blocks(child, self.depth + 1)
            quote = "\n\n".join(inner)
            self.blocks += [re.sub("^", "> ", quote, flags=re.MULTILINE)] if name == "blockquote" and quote else inner


def _holds_blocks(element: Any, name: str) -> bool:
    """Return whether an inline element is only a wrapper, as Google Docs puts around all that is copied."""
    return name in {"b", "span", "strong", "font", "a", "o:p"} and any(
        isinstance(one.tag, str) and one.tag in {*_BLOCKS, *_HEADINGS, "ul", "ol"} for one in element
    )


def _is_dropped(element: Any) -> bool:
    return element.tag in _DROPPED or bool(_HIDDEN.search(element.get("style") or ""))


def _list_lines(element: Any, level: int, depth: int) -> Iterator[str]:
    number = 0
    for child in element:
        if child.tag in {"ul", "ol"} and depth < _DEEPEST:  # as Word and Google Docs nest them
            yield from _list_lines(child, level + 1, depth + 1)
        if child.tag != "li" or _is_dropped(child):
            continue
        number += 1
        mark = f"{number}." if element.tag == "ol" else "-"
        words = _line(_inline(child, depth + 1, skip_lists=True)).replace("\\\n", " ")
        if words:
            yield f"{'  ' * level if mark == '-' else '   ' * level}{mark} {words}"
        for inner in child:
            if inner.tag in {"ul", "ol"} and depth < _DEEPEST:
                yield from _list_lines(inner, level + 1, depth + 1)


def _word_list_item(element: Any) -> str | None:
    """Return a paragraph that Word shows as an entry of a list; None for any other."""
    style = _WORD_LIST.search(element.get("style") or "")
    if style is None and "MsoListParagraph" not in (element.get("class") or ""):
        return None
    mark = "".join(
        one.text_content() for one in element.iter("span") if "mso-list:ignore" in (one.get("style") or "").lower()
    )
    words = _line(_inline(element, 1)).replace("\\\n", " ")
    numbered = bool(_NUMBERED.match(mark.replace("\xa0", " ")))
    words = words if mark else _BULLET.sub("", words)
    level = int(style[1]) - 1 if style else 0
    return f"{('   ' if numbered else '  ') * level}{'1.' if numbered else '-'} {words}"


def _inline(element: Any, depth: int, *, plain: bool = False, skip_lists: bool = False) -> str:
    """Return what is in an element as Markdown on one line; `plain` leaves emphasis out."""
    pieces = [_escaped(element.text or "")]
    for child in element:
        is_list = skip_lists and child.tag in {"ul", "ol"}
        if isinstance(child.tag, str) and not is_list and depth < _DEEPEST:
            pieces.append(_inline_of(child, depth + 1, plain=plain))
            if child.tag in _BLOCKS:
                pieces.append(" ")
        pieces.append(_escaped(child.tail or ""))
    return "".join(pieces)


def _inline_of(element: Any, depth: int, *, plain: bool = False) -> str:
    if _is_dropped(element) or depth > _DEEPEST:
        return ""
    name, style = element.tag, element.get("style") or ""
    if name == "br":
        return "\n"
    if name == "img":
        return ""
    words = _inline(element, depth, plain=plain)
    if name == "a":
        return _link(words, element.get("href") or "")
    if plain:
        return words
    is_bold = (name in {"b", "strong"} and not _NOT_BOLD.search(style)) or bool(_BOLD.search(style))
    is_italic = (name in {"i", "em"} and not _NOT_ITALIC.search(style)) or bool(_ITALIC.search(style))
    return _marked(_marked(words, "*") if is_italic else words, "**") if is_bold else (
        _marked(words, "*") if is_italic else words
    )  # fmt: skip


def _marked(words: str, mark: str) -> str:
    """Put marks around words, inside of the spaces around them: Markdown knows them only there."""
    inner = words.strip()
    if not inner or inner.startswith(mark) or "\n" in inner:
        return words
    lead = words[: len(words) - len(words.lstrip())]
    tail = words[len(words.rstrip()) :]
    return f"{lead}{mark}{inner}{mark}{tail}"


def _link(words: str, target: str) -> str:
    from urllib.parse import quote, unquote

    target = target.strip()
    wrapped = _TRACKING.match(target)
    if wrapped:
        target = unquote(wrapped[1])
    if not target.lower().startswith(_SCHEMES) or not words.strip():
        return words
    safe = quote(target, safe="%/:?#@!$&'*+,;=~-._")
    inner = words.strip().replace("\n", " ")
    return words.replace(words.strip(), f"[{inner}]({safe})", 1)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _SPACES.sub(" ", text.replace("\xa0", " ")))


def _line(words: str) -> str:
    """Return the words of a block, with single spaces and no sign at a line's start that Markdown takes for its own."""
    lines = [" ".join(line.split(" ")).strip() for line in re.sub(r" {2,}", " ", words).split("\n")]
    return _LINE_START.sub(r"\1\\\2", "\n".join(line for line in lines if line)).replace("\n", "\\\n")


def rendered_markdown(text: str) -> str:
    """Return Markdown as HTML, as the email shows it; raise UsageError where it is too long."""
    from newsletter.render.markdown import block

    if len(text) > MOST_TEXT:
        raise UsageError("This text is too long.")
    return block(text)
