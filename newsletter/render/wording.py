"""Markdown to plain text, wrapped at 72 columns: bullets, quotes marked, the target of a link after its words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache

from markdown_it.tree import SyntaxTreeNode

from newsletter.model.mergetag import PATTERN
from newsletter.render.markdown import Protected, parser

COLUMNS = 72
BULLET = "• "

_GLUE = "\ue000"
"""Stands for a space inside a merge tag while a text is wrapped."""

_ADDRESS = re.compile(r"(?:mailto|tel):")


def plain(text: str) -> str:
    """Return a line without its Markdown; links keep only their words."""
    protected = Protected.of(text)
    tree = SyntaxTreeNode(parser().parseInline(protected.text))
    return " ".join(protected.restored(_words(tree, "{alt}", targets=False)).split())


@lru_cache(maxsize=512)
def line(text: str, picture: str = "{alt}") -> str:
    """Return a line without its Markdown; the targets of links follow their words."""
    protected = Protected.of(text)
    tree = SyntaxTreeNode(parser().parseInline(protected.text))
    return protected.restored(_words(tree, picture, targets=True)).strip()


@lru_cache(maxsize=512)
def paragraphs(text: str, picture: str = "{alt}") -> tuple[str, ...]:
    """Return a text as lines; `picture` is the pattern of what stands for a picture."""
    protected = Protected.of(text)
    tree = SyntaxTreeNode(parser().parse(protected.text))
    return tuple(_Writer(protected, picture).blocks(tree.children, COLUMNS))


def wrapped(text: str, columns: int = COLUMNS, first: str = "", rest: str | None = None) -> list[str]:
    """Break a text into lines; links and merge tags stay whole, and lines that the text has are kept."""
    rest = first if rest is None else rest
    lines: list[str] = []
    for piece in text.split("\n"):
        glued = PATTERN.sub(lambda tag: tag[0].replace(" ", _GLUE), piece)
        lines += textwrap.wrap(
            glued,
            columns,
            initial_indent=rest if lines else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return [one.replace(_GLUE, " ") for one in lines]


def underlined(words: str, mark: str, columns: int = COLUMNS) -> list[str]:
    """Return a heading with a line of marks below it, as long as its longest line."""
    lines = wrapped(words, columns)
    return [*lines, mark * min(columns, max((len(one) for one in lines), default=0))]


def spaced(blocks: list[list[str]]) -> list[str]:
    """Join blocks of lines with an empty line between each two."""
    lines: list[str] = []
    for block in blocks:
        if block:
            lines += [*([""] if lines else []), *block]
    return lines


class _Writer:
    """Writes parsed Markdown as lines of text."""

    def __init__(self, protected: Protected, picture: str) -> None:
        self._protected = protected
        self._picture = picture

    def blocks(self, nodes: list[SyntaxTreeNode], columns: int) -> list[str]:
        return spaced([self._block(node, columns) for node in nodes])

    def _block(self, node: SyntaxTreeNode, columns: int) -> list[str]:
        match node.type:
            case "bullet_list":
                lines = self._list(node, (BULLET for _ in node.children), columns)
            case "ordered_list":
                first = int(node.attrs.get("start", 1))
                lines = self._list(node, (f"{number}. " for number, _ in enumerate(node.children, first)), columns)
            case "blockquote":
                lines = [f"> {one}".rstrip() for one in self.blocks(node.children, columns - 2)]
            case "heading":
                lines = underlined(self._said(node), "-", columns)
            case "hr":
                lines = ["* * *"]
            case "fence":
                lines = [f"    {one}" for one in self._protected.restored(node.content).splitlines()]
            case _:
                lines = wrapped(self._said(node), columns)
        return lines

    def _list(self, node: SyntaxTreeNode, marks: Iterator[str], columns: int) -> list[str]:
        """Return a list's entries, close together where the author wrote them so."""
        close = any(child.hidden for entry in node.children for child in entry.children if child.type == "paragraph")
        entries = []
        for mark, entry in zip(marks, node.children, strict=True):
            blocks = [self._block(child, columns - len(mark)) for child in entry.children]
            lines = [one for block in blocks for one in block] if close else spaced(blocks)
            head, *rest = lines or [""]
            entries.append([mark + head, *(f"{' ' * len(mark)}{one}".rstrip() for one in rest)])
        return [one for entry in entries for one in entry] if close else spaced(entries)

    def _said(self, node: SyntaxTreeNode) -> str:
        return self._protected.restored(_words(node, self._picture, targets=True))


def _words(node: SyntaxTreeNode, picture: str, *, targets: bool) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":
            words = "".join(_words(child, picture, targets=targets) for child in node.children)
            return picture.format(alt=words or node.content) if words or node.content else ""
    words = "".join(_words(child, picture, targets=targets) for child in node.children)
    if node.type == "link" and targets:
        return with_target(words, str(node.attrs.get("href", "")))
    return words


def with_target(words: str, target: str) -> str:
    """Return a link's words with its target after them, unless they are the same."""
    said = _ADDRESS.sub("", target)
    return words if not target or said in words or target in words else f"{words} <{said}>"
