"""A YAML text as a tree of nodes that know where they stand; the words of the author are never converted.

The tree is built from the parser's events, without recursion, so that neither deep nesting nor an alias can do harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ruamel.yaml.error import StringMark

_REMEMBERED = 8
"""Texts whose trees are remembered."""

MAX_DEPTH = 40
"""Levels of nesting; an issue needs about ten."""


class Mark(NamedTuple):
    """A position in the text; line and column count from 1."""

    line: int
    column: int


class Style(StrEnum):
    """How a scalar is written."""

    PLAIN = ""
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"
    BROKEN = "*"
    """Not a value of the author's: a fault was already told about it, so nothing more is said."""


class Scalar(NamedTuple):
    """A single value, as text."""

    start: Mark
    end: Mark
    text: str
    style: Style

    @property
    def is_empty(self) -> bool:
        """Return whether the author wrote nothing (`null` and `~` are YAML's words for it)."""
        return self.style is Style.PLAIN and self.text in {"", "null", "~"}


class Entry(NamedTuple):
    """A key and its value."""

    key: Scalar
    value: Node


class Mapping(NamedTuple):
    """Fields with their values; of a repeated field the first stays."""

    start: Mark
    end: Mark
    entries: dict[str, Entry]
    flow: bool = False


class Sequence(NamedTuple):
    """A list of values."""

    start: Mark
    end: Mark
    items: tuple[Node, ...]
    flow: bool = False


Node = Scalar | Mapping | Sequence


class TreeFault(StrEnum):
    """What YAML allows and this tool does not."""

    DUPLICATE = "duplicate"
    ALIAS = "alias"
    ANCHOR = "anchor"
    TAG = "tag"
    KEY = "key"
    DOCUMENT = "document"
    DEPTH = "depth"


class YamlWarning(NamedTuple):
    """One such thing: where it stands, the words, and the first place of a repeated key."""

    fault: TreeFault
    start: Mark
    text: str = ""
    first: Mark | None = None


class SyntaxProblem(NamedTuple):
    """Where the parser gave up; `context` is the start of what it was reading, where it knows.

    `problem` is the parser's own word, for telling cases apart and never for people.
    """

    mark: Mark
    context: Mark | None
    problem: str


@dataclass(slots=True)
class Reading:
    """What could be read: the root so far (None for nothing), oddities, and the trouble that ended it early."""

    root: Node | None = None
    oddities: list[YamlWarning] = field(default_factory=list)
    trouble: SyntaxProblem | None = None


@dataclass(slots=True)
class _Frame:
    """A collection under construction."""

    start: Mark
    mapping: bool
    flow: bool
    entries: dict[str, Entry] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    key: Scalar | None = None

    def close(self, end: Mark) -> Node:
        if self.mapping:
            return Mapping(self.start, end, self.entries, self.flow)
        return Sequence(self.start, end, tuple(self.items), self.flow)


class _Builder:
    """Take events in order and hang nodes together."""

    def __init__(self, original: Callable[[Mark], Mark]) -> None:
        self.original = original
        self.reading = Reading()
        self.frames: list[_Frame] = []
        self.documents = 0

    def mark(self, mark: StringMark) -> Mark:
        """Return a place in the file."""
        return self.original(_mark(mark))

    def add(self, node: Node) -> None:
        """Hang a finished node where it belongs."""
        if not self.frames:
            if self.reading.root is None:
                self.reading.root = node
            return
        frame = self.frames[-1]
        if not frame.mapping:
            frame.items.append(node)
        elif frame.key is None:
            frame.key = self._key(node)
        else:
            self._enter(frame, frame.key, node)
            frame.key = None

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        self.reading.oddities.append(YamlWarning(TreeFault.KEY, node.start))
        return Scalar(node.start, node.end, "", Style.BROKEN)

    def _enter(self, frame: _Frame, key: Scalar, value: Node) -> None:
        if key.style is Style.BROKEN:
            return
        known = frame.entries.get(key.text)
        if known is None:
            frame.entries[key.text] = Entry(key, value)
        else:
            self.reading.oddities.append(YamlWarning(TreeFault.DUPLICATE, key.start, key.text, known.key.start))

    def open(self, start: Mark, *, mapping: bool, flow: bool) -> bool:
        """Begin a collection; False where it would be too deep."""
        if len(self.frames) >= MAX_DEPTH:
            self.reading.oddities.append(YamlWarning(TreeFault.DEPTH, start))
            return False
        self.frames.append(_Frame(start, mapping, flow))
        return True

    def close(self, end: Mark) -> None:
        """Finish the innermost collection."""
        self.add(self.frames.pop().close(end))

    def give_up(self, end: Mark) -> None:
        """Close all that is open, with a key that has no value yet left out."""
        while self.frames:
            self.close(end)


def _mark(mark: StringMark) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)


def _events(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415  only commands that read a file pay for it

    return iter(YAML(typ="safe", pure=True).parse(text))


def read_tree(text: str, original: Callable[[Mark], Mark] | None = None) -> Reading:
    """Read a text as far as it is YAML; never raises for what an author can write.

    `original` brings the marks of the tree and of the oddities back to the file where the text is another one; the
    trouble's are left as they are. The texts read last are remembered: settings are read at each check of an issue, and
    an issue at each step of an edit.
    """
    if original is not None:
        return _read(text, original)
    known = _read_plain(text)
    return Reading(known.root, [*known.oddities], known.trouble)


@lru_cache(maxsize=_REMEMBERED)
def _read_plain(text: str) -> Reading:
    return _read(text, lambda mark: mark)


def _read(text: str, original: Callable[[Mark], Mark]) -> Reading:
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    builder = _Builder(original)
    last = Mark(1, 1)
    try:
        for event in _events(text):
            last = builder.mark(event.end_mark)
            if not _take(builder, event):
                break
    except YAMLError as error:
        builder.reading.trouble = _trouble(error, last)
    except (ValueError, IndexError, AttributeError, TypeError, AssertionError, NotImplementedError):
        # the parser trips over a few malformed texts in ways of its own
        builder.reading.trouble = SyntaxProblem(last, None, "crash")
    builder.give_up(last)
    return builder.reading


def _take(builder: _Builder, event: Any) -> bool:
    """Handle one event; False ends the reading."""
    kind = type(event).__name__
    if kind == "ScalarEvent":
        _properties(builder, event)
        builder.add(_scalar(builder, event))
    elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
        _properties(builder, event)
        start = builder.mark(event.start_mark)
        return builder.open(start, mapping=kind == "MappingStartEvent", flow=bool(event.flow_style))
    elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
        builder.close(builder.mark(event.end_mark))
    elif kind == "AliasEvent":
        start, end = builder.mark(event.start_mark), builder.mark(event.end_mark)
        builder.reading.oddities.append(YamlWarning(TreeFault.ALIAS, start, f"*{event.anchor}"))
        builder.add(Scalar(start, end, "", Style.BROKEN))
    elif kind == "DocumentStartEvent":
        builder.documents += 1
        if builder.documents > 1:
            builder.reading.oddities.append(YamlWarning(TreeFault.DOCUMENT, builder.mark(event.start_mark)))
            return False
    return True


def _scalar(builder: _Builder, event: Any) -> Scalar:
    style = Style(event.style) if event.style in {"'", '"', "|", ">"} else Style.PLAIN
    has_properties = event.anchor is not None or event.ctag is not None
    return Scalar(
        builder.mark(event.start_mark),
        builder.mark(event.end_mark),
        event.value,
        Style.BROKEN if has_properties else style,
    )


def _properties(builder: _Builder, event: Any) -> None:
    start = builder.mark(event.start_mark)
    if event.anchor is not None:
        builder.reading.oddities.append(YamlWarning(TreeFault.ANCHOR, start, f"&{event.anchor}"))
    if event.ctag is not None:
        builder.reading.oddities.append(YamlWarning(TreeFault.TAG, start, str(event.ctag)))


def _trouble(error: Any, last: Mark) -> SyntaxProblem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = getattr(error, "context_mark", None)
    problem = " ".join(str(part) for part in (getattr(error, "context", ""), getattr(error, "problem", "")) if part)
    return SyntaxProblem(_mark(mark) if mark else last, _mark(context) if context else None, problem)
