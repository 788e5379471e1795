"""Markdown to plain text, wrapped at 72 columns: bullets, quotes marked, the target of a link after its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol

from markdown_it.tree import SyntaxTreeNode

from newsletter.compiled_patterns import compile_pattern
from newsletter.render.markdown import Protected, written_numbers
from newsletter.render.markdown_parser import note_number, parser
from newsletter.render.text_lines import BULLET, COLUMNS, GLUE, format_table, spaced, underlined, wrapped

_ADDRESS = compile_pattern(r"^(?:mailto|tel):", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a line without its Markdown; links keep only their words."""
    protected = Protected.of(text)
    tree = SyntaxTreeNode(parser().parseInline(protected.text))
    return " ".join(protected.restored(_words(tree, "{alt}", _no_target)).split())


class Targets(Protocol):
    """Where the targets of links are told: after their words, or in a list at the end."""

    def after(self, words: str, target: str) -> str:
        """Return the words of a link, and what tells its target unless the words say it."""

    def alone(self, words: str, target: str) -> str:
        """Return what tells a target on a line of its own; `words` are those of a link without any."""


class Inline:
    """Tells each target in angle brackets, right after the words."""

    def after(self, words: str, target: str) -> str:
        """Return the words with the target after them."""
        return words if _says(words, target) else f"{words} <{_said(target)}>"

    def alone(self, words: str, target: str) -> str:  # noqa: ARG002  the target alone is enough
        """Return the target."""
        return f"<{target}>"


class Numbered:
    """Gives each target a number, the same one wherever it comes again, and lists them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def after(self, words: str, target: str) -> str:
        """Return the words with the target's number after them."""
        if _says(words, target):
            return words
        return f"{words}{GLUE}[{self._numbers.setdefault(_said(target), len(self._numbers) + 1)}]"

    def alone(self, words: str, target: str) -> str:
        """Return the words with the target's number after them."""
        return self.after(words, target)

    @property
    def listed(self) -> list[str]:
        """Return a line for each target, with its number."""
        return [f"[{number}] {target}" for target, number in self._numbers.items()]


INLINE = Inline()


def line(text: str, picture: str = "{alt}", targets: Targets = INLINE) -> str:
    """Return a line without its Markdown; the targets of links follow their words."""
    return _known_line(text, picture) if targets is INLINE else _line(text, picture, targets)


def paragraphs(text: str, picture: str = "{alt}", targets: Targets = INLINE) -> tuple[str, ...]:
    """Return a text as lines; `picture` is the pattern of what stands for a picture."""
    return _known_paragraphs(text, picture) if targets is INLINE else _paragraphs(text, picture, targets)


@lru_cache(maxsize=512)
def _known_line(text: str, picture: str) -> str:
    return _line(text, picture, INLINE)


@lru_cache(maxsize=512)
def _known_paragraphs(text: str, picture: str) -> tuple[str, ...]:
    return _paragraphs(text, picture, INLINE)


def _line(text: str, picture: str, targets: Targets) -> str:
    protected = Protected.of(text)
    tree = SyntaxTreeNode(parser().parseInline(protected.text))
    return _Writer(protected, picture, targets).said(tree).strip()


def _paragraphs(text: str, picture: str, targets: Targets) -> tuple[str, ...]:
    protected = Protected.of(text)
    tree = SyntaxTreeNode(parser().parse(protected.text))
    return tuple(_Writer(protected, picture, targets).blocks(tree.children, COLUMNS))


class _Writer:
    """Writes parsed Markdown as lines of text."""

    def __init__(self, protected: Protected, picture: str, targets: Targets) -> None:
        self._protected = protected
        self._picture = picture
        self._targets = targets

    def blocks(self, nodes: list[SyntaxTreeNode], columns: int) -> list[str]:
        return spaced([self._block(node, columns) for node in nodes])

    def _block(self, node: SyntaxTreeNode, columns: int) -> list[str]:
        match node.type:
            case "bullet_list":
                lines = self._list(node, (BULLET for _ in node.children), columns)
            case "ordered_list":
                lines = self._list(node, iter(_ordinals(node)), columns)
            case "blockquote":
                lines = [f"> {one}".rstrip() for one in self.blocks(node.children, columns - 2)]
            case "heading":
                lines = underlined(self.said(node), "-", columns)
            case "hr":
                lines = ["* * *"]
            case "table":
                lines = self._table(node, columns)
            case "footnote_block":
                marks = (f"({number}) " for number in range(1, len(node.children) + 1))
                lines = ["* * *", "", *self._list(node, marks, columns)]
            case "fence":
                lines = [f"    {one}" for one in self._protected.restored(node.content).splitlines()]
            case _:
                lines = wrapped(self.said(node), columns)
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

    def _table(self, node: SyntaxTreeNode, columns: int) -> list[str]:
        rows = [[self.said(cell) for cell in row.children] for part in node.children for row in part.children]
        return format_table(rows[0], rows[1:], columns)

    def said(self, node: SyntaxTreeNode) -> str:
        """Return the words of a node, merge tags and all."""
        return self._protected.restored(_words(node, self._picture, self._linked))

    def _linked(self, words: str, target: str) -> str:
        # what the targets remember must not hold a stand-in for a merge tag
        return self._targets.after(self._protected.restored(words), self._protected.restored(target))


def _ordinals(node: SyntaxTreeNode) -> list[str]:
    """Return what stands before each entry of an ordered list."""
    numbers = [child.info for child in node.children]
    counted = [str(int(numbers[0]) + position) for position in range(len(numbers))]
    shown = written_numbers(numbers) or counted
    return [f"{number}{child.markup} " for number, child in zip(shown, node.children, strict=True)]


def _words(node: SyntaxTreeNode, picture: str, linked: Callable[[str, str], str]) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "footnote_ref":
            # the number stays on the line of the word before it
            return f"{GLUE}({note_number(node.meta)})"
        case "image":
            words = "".join(_words(child, picture, linked) for child in node.children)
            return picture.format(alt=words or node.content) if words or node.content else ""
    words = "".join(_words(child, picture, linked) for child in node.children)
    return linked(words, str(node.attrs.get("href", ""))) if node.type == "link" else words


def _no_target(words: str, target: str) -> str:  # noqa: ARG001  that is its point
    return words


def _said(target: str) -> str:
    """Return the address of a link as the text shows it.

    A bare email address or number needs no `mailto:` or `tel:`; one that comes with a subject is nothing without it.
    """
    return target if "?" in target else _ADDRESS.sub("", target)


def _says(words: str, target: str) -> bool:
    """Return whether there is no target, or the words are its own."""
    return not target or _said(target) in words or target in words
