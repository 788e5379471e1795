"""Go's templates, as far as a listmonk campaign goes: fields, functions, pipelines, `if` and `with`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsletter.rehearsal.tag_languages import BrokenTagError

_STRING = r"\"(?:\\.|[^\"\\])*\"|`[^`]*`"
_ACTION = re.compile(rf"\{{\{{(-?)((?:{_STRING}|[^\"`{{}}]|\}}(?!\}}))*?)(-?)\}}\}}", re.DOTALL)
_TOKEN = re.compile(rf"\s*(?:({_STRING})|(\.[\w.]*)|([A-Za-z_]\w*)|(-?\d+)|([|()]))")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
NO_VALUE = "<no value>"


class Safe(str):
    """Text that is printed as it is, without being escaped for HTML."""

    __slots__ = ()


@dataclass(slots=True)
class Node:
    """A piece of a template: text, an action that prints, or a block with its two branches."""

    kind: str
    words: str = ""
    then: list[Node] = field(default_factory=list)
    otherwise: list[Node] = field(default_factory=list)


def _joined(separator: str, items: Sequence[Any] | None) -> str:
    return separator.join(str(one) for one in items or ())


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "trim": lambda text: str(text or "").strip(),
    "lower": lambda text: str(text or "").lower(),
    "upper": lambda text: str(text or "").upper(),
    "toString": lambda value: NO_VALUE if value is None else str(value),
    "splitList": lambda separator, text: str(text or "").split(separator),
    "first": lambda items: items[0] if items else None,
    "last": lambda items: items[-1] if items else None,
    "rest": lambda items: items[1:] if items else [],
    "join": _joined,
    "default": lambda words, value=None: value or words,
    "or": lambda *values: next((one for one in values if one), values[-1]),
    "and": lambda *values: next((one for one in values if not one), values[-1]),
    "not": lambda value: not value,
    "Safe": Safe,
}
"""The functions that a campaign may use beside listmonk's own links."""


@dataclass(frozen=True, slots=True)
class GoLanguage:
    """Fill and question a Go template; names of fields and links are known by the values handed in."""

    def fill(self, text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
        """Return what one reader gets; HTML comments are dropped where values are escaped, as Go does in HTML."""
        run = _Run(values, escape, drops_comments=escape is not str)
        return run.printed(parse(text), None)

    def names(self, text: str) -> list[str]:
        """Return the fields and links that a text asks for, in order, once each."""
        found = [name for node in _all(parse(text)) if node.kind != "text" for name in _asked(node.words)]
        return list(dict.fromkeys(found))


def parse(text: str) -> list[Node]:
    """Return the pieces of a template; raise BrokenTagError where it does not compile."""
    root = Node("root")
    open_blocks, branch = [root], [root.then]
    for node in _pieces(text):
        word, _, rest = node.words.partition(" ")
        if node.kind == "text" or word not in {"if", "with", "else", "end"}:
            branch[-1].append(node)
        elif word in {"if", "with"}:
            block = Node(word, rest)
            branch[-1].append(block)
            open_blocks.append(block)
            branch.append(block.then)
        elif len(open_blocks) == 1 or rest or (word == "else" and branch[-1] is open_blocks[-1].otherwise):
            raise BrokenTagError(f"unexpected {{{{{node.words}}}}}")
        elif word == "else":
            branch[-1] = open_blocks[-1].otherwise
        else:
            open_blocks.pop()
            branch.pop()
    if len(open_blocks) > 1:
        raise BrokenTagError(f"a {open_blocks[-1].kind} without its end")
    for node in _all(root.then):
        if node.kind != "text":
            _check(node.words)
    return root.then


def _pieces(text: str) -> Iterator[Node]:
    end, trim = 0, False
    for match in _ACTION.finditer(text):
        before = text[end : match.start()]
        before = before.lstrip() if trim else before
        yield _literal(before.rstrip() if match[1] else before)
        words = match[2].strip()
        if not words.startswith("/*"):
            yield Node("print", words)
        end, trim = match.end(), bool(match[3])
    yield _literal(text[end:].lstrip() if trim else text[end:])


def _literal(text: str) -> Node:
    if "{{" in text:
        raise BrokenTagError(f"unclosed action {text[text.index('{{') :][:20]!r}")
    return Node("text", text)


def _all(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(node.then)
        yield from _all(node.otherwise)


def _tokens(words: str) -> list[str]:
    found, at = [], 0
    while at < len(words.rstrip()):
        match = _TOKEN.match(words, at)
        if match is None:
            raise BrokenTagError(f"unexpected {words[at:][:20]!r} in operand")
        found.append(match[0].strip())
        at = match.end()
    if not found:
        raise BrokenTagError("missing value for command")
    return found


LINKS = {"unsubscribeurl", "messageurl", "manageurl", "optinurl", "trackview"}
FIELDS = {".subscriber.name", ".subscriber.firstname", ".subscriber.lastname", ".subscriber.email", ".subscriber.uuid",
          ".campaign.uuid", ".campaign.name", ".campaign.subject"}  # fmt: skip


def _check(words: str) -> None:
    for token in _tokens(words):
        low = token.casefold()
        if token[0].isalpha() and token not in FUNCTIONS and low not in LINKS:
            raise BrokenTagError(f'function "{token}" not defined')
        if low.startswith(".") and low not in {".", *FIELDS} and not low.startswith(".subscriber.attribs."):
            raise BrokenTagError(f"can't evaluate field {token[1:]}")


def _asked(words: str) -> list[str]:
    return [one for one in _tokens(words) if (one[0] == "." and one != ".") or one.casefold() in LINKS]


@dataclass(frozen=True, slots=True)
class _Run:
    """One filling of a template."""

    values: Mapping[str, str]
    escape: Callable[[str], str]
    drops_comments: bool

    def printed(self, nodes: list[Node], dot: Any) -> str:
        return "".join(self._node(node, dot) for node in nodes)

    def _node(self, node: Node, dot: Any) -> str:
        if node.kind == "text":
            return _COMMENT.sub("", node.words) if self.drops_comments else node.words
        value = self._pipeline(_tokens(node.words), dot)
        if node.kind == "print":
            text = NO_VALUE if value is None else value
            return str(text) if isinstance(text, Safe) else self.escape(str(text))
        inner = value if node.kind == "with" and value else dot
        return self.printed(node.then if value else node.otherwise, inner)

    def _pipeline(self, tokens: list[str], dot: Any) -> Any:
        commands: list[list[str]] = [[]]
        for token in tokens:
            if token == "|":  # noqa: S105 - a sign in a template
                commands.append([])
            else:
                commands[-1].append(token)
        result: list[Any] = []
        for command in commands:
            result = [self._command(command, dot, result)]
        return result[0]

    def _command(self, command: list[str], dot: Any, piped: list[Any]) -> Any:
        if not command or set(command) & {"(", ")"}:
            raise BrokenTagError("missing value for command")
        arguments = [self._operand(one, dot) for one in command[1:]] + piped
        if command[0].casefold() in LINKS:
            return Safe(self.values.get(command[0].casefold(), ""))
        if command[0] not in FUNCTIONS:
            if arguments:
                raise BrokenTagError(f"can't give argument to non-function {command[0]}")
            return self._operand(command[0], dot)
        try:
            return FUNCTIONS[command[0]](*arguments)
        except TypeError:
            raise BrokenTagError(f"wrong number of args for {command[0]}") from None

    def _operand(self, token: str, dot: Any) -> Any:
        if token == ".":  # noqa: S105 - a sign in a template
            return dot
        if token[0] == "`":
            return token[1:-1]
        if token[0] == '"':
            return _unquoted(token[1:-1])
        if token[0] == ".":
            return self.values.get(token.casefold())
        return int(token) if token.lstrip("-").isdigit() else token


def _unquoted(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        return _ESCAPES.get(found[2], found[2])

    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", one, text)


GO = GoLanguage()
"""listmonk: `{{ .Subscriber.FirstName }}`, `{{ with … }}{{ . }}{{ else }}…{{ end }}`, `{{ "{{" }}`."""
