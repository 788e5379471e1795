"""Selectors of CSS as mail uses them, matched quickly; whatever else there is goes to a library."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from newsletter.compiled_patterns import compile_pattern

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_STEP = compile_pattern(r"\s*([>+~])\s*|\s+")
_SIMPLE = compile_pattern(
    r"""(?P<tag>[a-zA-Z][\w-]*|\*)|\.(?P<class>[\w-]+)|\#(?P<id>[\w-]+)|(?P<root>:root)"""
    r"""|\[\s*(?P<name>[\w:-]+)\s*(?:(?P<how>[~^$*|]?)=\s*["']?(?P<value>[^"'\]]*)["']?\s*)?\]"""
)
_WAITS = compile_pattern(
    r":(?:hover|active|focus|visited|target|checked)|::?(?:before|after|first-l|selection|placeholder)"
)
"""What holds only while a reader does something, or means no element."""


class Compound(NamedTuple):
    """What one element must be: its tag, its classes, its attributes."""

    tag: str = ""
    classes: frozenset[str] = frozenset()
    identity: str = ""
    attributes: tuple[tuple[str, str, str], ...] = ()

    def holds(self, element: Element, classes: frozenset[str]) -> bool:
        """Return whether an element with these classes is such a one."""
        if (self.tag and self.tag != element.tag) or not self.classes <= classes:
            return False
        if self.identity and self.identity != element.get("id"):
            return False
        return not self.attributes or all(_has(element.get(name), how, value) for name, how, value in self.attributes)


class Selector(NamedTuple):
    """A selector: the element that it means, and before it the ones that this must stand in or behind."""

    subject: Compound
    before: tuple[tuple[str, Compound], ...] = ()
    """From the nearest on, each with the sign between it and the next."""
    weight: tuple[int, int, int] = (0, 0, 0)

    names: tuple[str, ...] = ()
    """The classes, and the names of the attributes, without which it means nothing."""

    @property
    def by_name_alone(self) -> bool:
        """Return whether it uses only the names, classes and ids of elements and those around them."""
        inside = all(sign in {" ", ">"} for sign, _ in self.before)
        return inside and not any(one.attributes for one in (self.subject, *(one for _, one in self.before)))

    def matches(self, element: Element, classes: frozenset[str]) -> bool:
        """Return whether it means an element."""
        return self.subject.holds(element, classes) and _stands(element, self.before)


@lru_cache(maxsize=1024)
def selector(text: str) -> Selector | str | None:
    """Read a selector; None where it never holds, the text itself where it is beyond what is read here."""
    if _WAITS.search(text):
        return None
    steps = _STEP.split(text.strip())
    compounds = [_compound(one) for one in steps[::2]]
    read = [one for one in compounds if one is not None]
    if len(read) != len(compounds):
        return text
    signs = [sign or " " for sign in steps[1::2]]
    weights = [(bool(one.identity), len(one.classes) + len(one.attributes), bool(one.tag)) for one in read]
    before = tuple(zip(reversed(signs), reversed(read[:-1]), strict=True))
    weight = (sum(w[0] for w in weights), sum(w[1] for w in weights), sum(w[2] for w in weights))
    names = [name for one in read for name in (*one.classes, *(attribute for attribute, _, _ in one.attributes))]
    return Selector(read[-1], before, weight, tuple(names))


def far(text: str, root: Element) -> tuple[frozenset[Element], tuple[int, int, int]]:
    """Return the elements that a selector means which is beyond what is read here, and its weight.

    A selector that is wrong in any way means none, as it does in mail programs.
    """
    from cssselect import SelectorError, parse  # noqa: PLC0415 - seldom of use
    from lxml.cssselect import CSSSelector  # noqa: PLC0415 - as above

    try:
        found = cast("list[Element]", CSSSelector(text)(root))
        return frozenset(found), parse(text)[0].specificity()
    except SelectorError:
        return frozenset(), (0, 0, 0)


def is_tag(node: Any) -> bool:
    """Return whether a node of the tree is an element, and not a comment."""
    return isinstance(node.tag, str)


def classes_of(element: Element) -> frozenset[str]:
    """Return the classes of an element."""
    given = element.get("class")
    return _split(given) if given else frozenset()


@lru_cache(maxsize=512)
def _split(given: str) -> frozenset[str]:
    return frozenset(given.split())


def _compound(text: str) -> Compound | None:
    tag, identity, classes, attributes, at = "", "", [], [], 0
    for match in _SIMPLE.finditer(text):
        if match.start() != at:
            return None
        at = match.end()
        if match["tag"]:
            tag = "" if match["tag"] == "*" else match["tag"].lower()
        elif match["class"]:
            classes.append(match["class"])
        elif match["id"]:
            identity = match["id"]
        elif match["root"]:
            tag = "html"
        else:
            attributes.append((match["name"].lower(), match["how"] or "", match["value"] or ""))
    return Compound(tag, frozenset(classes), identity, tuple(attributes)) if text and at == len(text) else None


def _has(given: str | None, how: str, value: str) -> bool:
    if given is None:
        return False
    match how:
        case "^":
            return given.startswith(value)
        case "$":
            return given.endswith(value)
        case "*":
            return value in given
        case "~":
            return value in given.split()
        case _:
            return not value or given == value


def _stands(element: Element, before: Sequence[tuple[str, Compound]]) -> bool:
    """Return whether an element stands in, or behind, those that a selector names before it."""
    if not before:
        return True
    (sign, wanted), rest = before[0], before[1:]
    if sign == ">":
        parent = element.getparent()
        return parent is not None and wanted.holds(parent, classes_of(parent)) and _stands(parent, rest)
    near = element.getparent() if sign == " " else element.getprevious()
    while near is not None:
        if is_tag(near) and wanted.holds(near, classes_of(near)) and _stands(near, rest):
            return True
        if sign == "+" and is_tag(near):
            return False
        near = near.getparent() if sign == " " else near.getprevious()
    return False
