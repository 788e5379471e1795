"""Read style sheets that are written plainly, many times as fast as a parser that knows all of CSS.

The style sheets of the templates are of this kind: rules with selectors of tags, classes and ids, and values of words,
numbers, colours, strings and functions. What comes out is what the inliner's own parser makes of them, character by
character; a sheet with anything else in it is left to that parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from newsletter.compiled_patterns import compile_pattern

_SPACES = " \t\r\n"
_COMMENT = compile_pattern(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
_SIMPLE = r"(?:[a-z][a-z0-9]*)?(?:[.#][a-z][a-z0-9]*(?:-[a-z0-9]+)*)*(?<=[a-z0-9])(?::(?:first|last)-child)?"
_SELECTOR = compile_pattern(rf"{_SIMPLE}(?: (?:[>+~] )?{_SIMPLE})*")
_NAME = compile_pattern(r"[a-z]+(?:-[a-z]+)*")
_IMPORTANT = "!important"

_NUMBER = r"(?:0|-?(?:0\.\d*[1-9]|[1-9]\d*(?:\.\d*[1-9])?))(?:px|em|%)?"
_COLOUR = r"\#(?:[0-9a-f]{6}|[0-9a-f]{3})"
_WORD = r"-?[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_STRING = r"""'[A-Za-z][A-Za-z0-9 ]*'|"[A-Za-z][A-Za-z0-9 ]*\""""
_TERM = rf"(?:{_NUMBER}|{_COLOUR}|{_STRING}|[A-Z][a-z]+|{_WORD})(?![\w.%\#'\"-])"
_TERMS = rf"{_TERM}(?:(?:[ ]|[ ]?,[ ]?){_TERM})*"
_VALUE = compile_pattern(rf"(?:{_TERMS}|linear-gradient\({_TERMS}\))")
_COMMA = compile_pattern(" ?, ?")
_ZERO = compile_pattern(r"(?<![\w.#-])0(?:px|em)(?![\w%-])")
_PAIRS = compile_pattern(r"#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3(?![0-9a-f])")


class Property(NamedTuple):
    """A declaration of a rule, as the inliner reads it."""

    name: str
    value: str
    priority: str
    """`important`, or nothing."""


class Declarations(NamedTuple):
    """The declarations of a rule."""

    properties: tuple[Property, ...]

    def getProperties(self) -> tuple[Property, ...]:  # noqa: N802  as the inliner calls it
        """Return them in order."""
        return self.properties


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with the names by which the inliner asks for its parts."""

    selectorText: str  # noqa: N815
    style: Declarations
    type: ClassVar[int] = 1
    STYLE_RULE: ClassVar[int] = 1
    MEDIA_RULE: ClassVar[int] = 4


class _NotPlainError(Exception):
    """There is something in a style sheet that asks for a parser of all of CSS."""


def read_plain_sheet(css: str) -> tuple[Rule, ...] | None:
    """Return the rules of a style sheet; None for one that is not written plainly."""
    try:
        return tuple(_rules(css))
    except _NotPlainError:
        return None


def read_plain_style(css: str) -> list[tuple[str, str]] | None:
    """Return the names and values of the declarations of a tag; None where they are not written plainly."""
    try:
        return [(one.name, f"{one.value} !important" if one.priority else one.value) for one in _properties(css)]
    except _NotPlainError:
        return None


def _rules(css: str) -> Iterator[Rule]:
    rest = _without_comments(css)
    while rest:
        selectors, opening, rest = rest.partition("{")
        declarations, closing, rest = rest.partition("}")
        if not (opening and closing) or "{" in declarations:
            raise _NotPlainError
        properties = _properties(declarations)
        rule = Rule(_selectors(selectors), Declarations(properties))
        if properties:
            yield rule
        rest = _without_comments(rest)


def _without_comments(css: str) -> str:
    """Return a style sheet from its next rule on."""
    css = css.lstrip(_SPACES)
    while match := _COMMENT.match(css):
        css = css[match.end() :].lstrip(_SPACES)
    return css


def _selectors(text: str) -> str:
    parts = [part.strip(_SPACES) for part in text.split(",")]
    if not all(_SELECTOR.fullmatch(part) for part in parts):
        raise _NotPlainError
    return ", ".join(parts)


def _properties(text: str) -> tuple[Property, ...]:
    found: dict[str, Property] = {}
    for part in filter(None, (part.strip(_SPACES) for part in text.split(";"))):
        name, _, value = part.partition(":")
        name, value = name.rstrip(_SPACES), value.lstrip(_SPACES)
        # of two with the same name, which one holds depends on more than their order
        if not _NAME.fullmatch(name) or name in found:
            raise _NotPlainError
        plain = value.removesuffix(_IMPORTANT)
        priority = "" if plain == value else "important"
        found[name] = Property(name, _value(plain.rstrip(_SPACES)), priority)
    return tuple(found.values())


def _value(text: str) -> str:
    if _VALUE.fullmatch(text) is None:
        raise _NotPlainError
    return _PAIRS.sub(r"#\1\2\3", _ZERO.sub("0", _COMMA.sub(", ", text.replace("'", '"'))))
