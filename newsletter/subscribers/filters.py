"""The filter language of segments: `tag:members and joined>2024-01-01 and not city:Leeds`.

A filter is parsed into a tree of a few kinds of node and never evaluated as code; `filter_sql` turns the tree into a
database expression whose values are bound parameters.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from newsletter.errors import UsageError
from newsletter.subscribers.records import ListStatus

LONGEST = 1000
DEEPEST = 20

_TOKEN = re.compile(
    r"""\s*(?:(?P<paren>[()])|(?P<name>[A-Za-z][A-Za-z0-9_]*)\s*(?P<op>:|>=|<=|>|<|=)\s*
    (?P<value>"(?:[^"\\]|\\.)*"|[^\s()"]+)|(?P<word>[A-Za-z]+)(?=[\s()]|$))""",
    re.VERBOSE,
)
_HINT = 'Write for example: tag:members and joined>2024-01-01 and not city:"New York"'


class FilterError(UsageError):
    """A filter that cannot be read; the message shows the place."""


class Comparison(StrEnum):
    """How a date is compared."""

    BEFORE = "<"
    UNTIL = "<="
    AFTER = ">"
    FROM = ">="


@dataclass(frozen=True, slots=True)
class HasTag:
    """The person has a tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A field of the person has a value, whatever the case of its letters; `*` at the end stands for any rest."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class HasField:
    """A field of the person is not empty."""

    name: str


@dataclass(frozen=True, slots=True)
class StatusIs:
    """The person has a status; without such a node a filter finds subscribed people only."""

    status: ListStatus


@dataclass(frozen=True, slots=True)
class EmailIs:
    """The address is this one, or one of a domain: `*@example.org`."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The person joined before or after a day (in UTC)."""

    comparison: Comparison
    day: dt.date


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Node


@dataclass(frozen=True, slots=True)
class Both:
    """Two filters at once."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Either:
    """One of two filters."""

    left: Node
    right: Node


Node = HasTag | FieldIs | HasField | StatusIs | EmailIs | Joined | Not | Both | Either


@dataclass(frozen=True, slots=True)
class _Token:
    at: int
    kind: str
    text: str
    op: str = ""
    value: str = ""


def parse_filter(text: str) -> Node:
    """Return the tree of a filter; raise FilterError with the place of the mistake."""
    if len(text) > LONGEST:
        raise FilterError(f"The filter is longer than {LONGEST:,} characters.", hint="Use tags to make it shorter.")
    parser = _Parser(text, _tokens(text))
    tree = parser.either(0)
    parser.expect_end()
    return tree


def mentions_status(node: Node) -> bool:
    """Return whether a filter is about statuses, so that it does not mean subscribed people only."""
    match node:
        case StatusIs():
            return True
        case Not(part):
            return mentions_status(part)
        case Both(left, right) | Either(left, right):
            return mentions_status(left) or mentions_status(right)
        case _:
            return False


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise _error(text, at + len(text[at:]) - len(text[at:].lstrip()), "this cannot be read")
        start = match.end() - len(match[0].lstrip())
        if match["paren"]:
            found.append(_Token(start, match["paren"], match["paren"]))
        elif match["word"]:
            word = match["word"].casefold()
            if word not in {"and", "or", "not"}:
                raise _error(text, start, f"`{match['word']}` is not a condition")
            found.append(_Token(start, word, word))
        else:
            value = match["value"]
            if value.startswith('"'):
                value = re.sub(r"\\(.)", r"\1", value[1:-1])
            found.append(_Token(start, "condition", match["name"].casefold(), match["op"], value))
        at = match.end()
    return found


def _error(text: str, at: int, what: str) -> FilterError:
    near = text[at : at + 30].strip()
    where = f"at “{near}”" if near else "at the end"
    return FilterError(f"The filter is wrong {where}: {what}.", hint=_HINT)


class _Parser:
    """Reads tokens by recursive descent: `or` binds weaker than `and`, `not` strongest."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            one = self._tokens[self._next]
            words = "`and` or `or` is missing before it" if one.kind in {"condition", "(", "not"} else "it is too much"
            raise _error(self._text, one.at, words)

    def either(self, depth: int) -> Node:
        node = self._both(depth)
        while self._take("or"):
            node = Either(node, self._both(depth))
        return node

    def _both(self, depth: int) -> Node:
        node = self._not(depth)
        while self._take("and"):
            node = Both(node, self._not(depth))
        return node

    def _not(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise FilterError("The filter has too many brackets or `not`s inside each other.", hint=_HINT)
        if self._take("not"):
            return Not(self._not(depth + 1))
        if self._take("("):
            node = self.either(depth + 1)
            if not self._take(")"):
                raise _error(self._text, self._at, "a closing bracket is missing")
            return node
        if self._next < len(self._tokens) and self._tokens[self._next].kind == "condition":
            self._next += 1
            return _condition(self._text, self._tokens[self._next - 1])
        raise _error(self._text, self._at, "a condition is missing")

    @property
    def _at(self) -> int:
        return self._tokens[self._next].at if self._next < len(self._tokens) else len(self._text)

    def _take(self, kind: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next].kind == kind:
            self._next += 1
            return True
        return False


def _condition(text: str, one: _Token) -> Node:
    name, value = one.text, one.value.strip()
    if name == "joined":
        return _joined(text, one)
    if one.op not in {":", "="}:
        raise _error(text, one.at, f"only `joined` can be compared with {one.op}")
    if not value:
        raise _error(text, one.at, f"`{name}` has no value")
    match name:
        case "tag" | "segment":
            return HasTag(value)
        case "has":
            return HasField(value.casefold())
        case "email":
            return EmailIs(value.casefold())
        case "status":
            if value.casefold() not in set(ListStatus):
                raise _error(text, one.at, f"the statuses are {', '.join(ListStatus)}")
            return StatusIs(ListStatus(value.casefold()))
        case _:
            return FieldIs(name, value)


def _joined(text: str, one: _Token) -> Node:
    try:
        day = dt.date.fromisoformat(one.value)
    except ValueError:
        raise _error(text, one.at, "a day is written as 2024-01-31") from None
    if one.op in {":", "="}:
        return Both(Joined(Comparison.FROM, day), Joined(Comparison.UNTIL, day))
    return Joined(Comparison(one.op), day)
