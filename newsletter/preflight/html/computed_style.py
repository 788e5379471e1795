"""Which rules hold for an element, in which order, and so how it looks by day and by night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.html.selectors import Compound, Selector, classes_of, far, is_tag, selector
from newsletter.preflight.html.style import Style, applied, canvas
from newsletter.preflight.html.stylesheets import Declared, SheetRule, declared

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_OWN = {
    "h1": declared("font-size:2em;font-weight:bold"),
    "h2": declared("font-size:1.5em;font-weight:bold"),
    "h3": declared("font-size:1.17em;font-weight:bold"),
    "h4": declared("font-weight:bold"),
    "h5": declared("font-size:.83em;font-weight:bold"),
    "h6": declared("font-size:.67em;font-weight:bold"),
    "th": declared("font-weight:bold;text-align:center"),
    "b": declared("font-weight:bold"),
    "strong": declared("font-weight:bold"),
    "i": declared("font-style:italic"),
    "em": declared("font-style:italic"),
    "u": declared("text-decoration:underline"),
    "small": declared("font-size:smaller"),
    "center": declared("text-align:center"),
    "head": declared("display:none"),
    "style": declared("display:none"),
    "script": declared("display:none"),
    "title": declared("display:none"),
    "template": declared("display:none"),
}
"""What every program does by itself."""

_LINK = (declared("color:#0000ee;text-decoration:underline"), declared("color:#9e9eff;text-decoration:underline"))
_DARK = compile_pattern(r"color-scheme\"?\s*(?::|content=\"?)[^;}\"]*\bdark\b")


class Looks(NamedTuple):
    """How an element looks by day, and by night."""

    day: Style
    night: Style


class _Placed(NamedTuple):
    """A rule by one of its selectors, with what decides where it comes."""

    selector: Selector
    rule: SheetRule
    rank: tuple[tuple[int, int, int], int]


@dataclass
class Cascade:
    """The rules of a page, and the looks of its elements, each worked out once."""

    root: Element
    rules: Sequence[SheetRule]
    by_itself_dark: bool = False
    """Whether the page has said that it can be dark, so that what it does not colour is."""
    _by_name_alone: bool = True
    """Whether it depends on nothing but the names and classes around an element which rules hold for it."""
    _by_key: dict[str, list[_Placed]] = field(default_factory=lambda: defaultdict(list))
    _far: dict[Element, list[_Placed]] = field(default_factory=lambda: defaultdict(list))
    _looks: dict[Element, Looks] = field(default_factory=dict)
    _paths: dict[Element, int] = field(default_factory=dict)
    _numbers: dict[object, int] = field(default_factory=dict)
    _found: dict[int, tuple[_Placed, ...]] = field(default_factory=dict)
    _made: dict[object, Style] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element, rules: Sequence[SheetRule], markup: str) -> Cascade:
        """Return the cascade of a page; `markup` is its HTML."""
        found = cls(root, rules, _DARK.search(markup) is not None)
        body = markup.partition("<body")[2]
        for number, rule in enumerate(rules):
            for text in rule.selectors if rule.day or rule.night else ():
                found._place(text, rule, number, body)
        return found

    def _place(self, text: str, rule: SheetRule, number: int, body: str) -> None:
        read = selector(text)
        if isinstance(read, str):
            elements, weight = far(read, self.root)
            self._by_name_alone = False
            for element in elements:
                self._far[element].append(_Placed(Selector(Compound()), rule, (weight, number)))
        elif read is not None and all(name in body for name in read.names):
            wanted = read.subject
            self._by_name_alone &= read.by_name_alone
            key = f".{next(iter(wanted.classes))}" if wanted.classes else wanted.tag or "*"
            self._by_key[key].append(_Placed(read, rule, (read.weight, number)))

    def looks(self, element: Element) -> Looks:
        """Return how an element looks."""
        known = self._looks.get(element)
        if known is None:
            parent = element.getparent()
            around = (
                Looks(canvas(dark=False), canvas(dark=self.by_itself_dark)) if parent is None else self.looks(parent)
            )
            known = self._looks[element] = self._worked_out(element, around)
        return known

    def _worked_out(self, element: Element, around: Looks) -> Looks:
        given = self._given(element) if is_tag(element) else ()
        own = (str(element.tag), element.get("style"), _attributes(element))
        is_link = element.tag == "a" and element.get("href") is not None
        among = tuple(map(id, given))
        found = []
        for night in (False, True):
            # by identity, as what is meant lives as long as this does, and is long to compare
            key = (id(around[night]), own, is_link, among, night)
            style = self._made.get(key)
            if style is None:
                rules = [one.rule.declared for one in given if (one.rule.night if night else one.rule.day)]
                base = _OWN.get(own[0], _NOTHING)
                linked = _LINK[night and self.by_itself_dark] if is_link else _NOTHING
                inline = declared(own[1]) if own[1] else _NOTHING
                order = [*base, *linked, *own[2], *(one for rule in rules for one in rule.normal)]
                order += [*inline.normal, *(one for rule in rules for one in rule.important), *inline.important]
                style = self._made[key] = applied(around[night], order)
            found.append(style)
        return Looks(*found)

    def _given(self, element: Element) -> tuple[_Placed, ...]:
        """Return the rules for an element, looked for once where others stand in the same place."""
        if not self._by_name_alone:
            return tuple(self._matching(element))
        path = self._path(element)
        known = self._found.get(path)
        if known is None:
            known = self._found[path] = tuple(self._matching(element))
        return known

    def _path(self, element: Element) -> int:
        """Return a number that is the same for elements with the same names and classes around them."""
        known = self._paths.get(element)
        if known is None:
            parent = element.getparent()
            around = 0 if parent is None else self._path(parent)
            key = (around, element.tag, element.get("class"), element.get("id"))
            known = self._paths[element] = self._numbers.setdefault(key, len(self._numbers) + 1)
        return known

    def _matching(self, element: Element) -> list[_Placed]:
        classes = classes_of(element)
        keys = [str(element.tag), "*", *(f".{name}" for name in classes)]
        near = [
            one
            for key in keys
            if key in self._by_key
            for one in self._by_key[key]
            if one.selector.matches(element, classes)
        ]
        near += self._far.get(element, ())
        return sorted(near, key=attrgetter("rank")) if len(near) > 1 else near


_NOTHING = Declared()
_OF_LOOKS = ("bgcolor", "align", "background", "hidden")


def _attributes(element: Element) -> tuple[tuple[str, str], ...]:
    """Return what an element's attributes say of its looks, as a style would."""
    says = element.tag == "font" or any(element.get(name) is not None for name in _OF_LOOKS)
    return tuple(_as_style(element)) if says else ()


def _as_style(element: Element) -> Iterator[tuple[str, str]]:
    given = {str(name): str(value) for name, value in element.attrib.items()}
    if "bgcolor" in given:
        yield "background-color", given["bgcolor"]
    if "background" in given:
        yield "background-image", f"url({given['background']})"
    if "align" in given and element.tag != "table":
        yield "text-align", given["align"]
    if element.tag == "font":
        if "color" in given:
            yield "color", given["color"]
        if given.get("size", "").isdigit():
            yield "font-size", f"{(10, 13, 16, 18, 24, 32, 48)[min(7, max(1, int(given['size']))) - 1]}px"
    if "hidden" in given:
        yield "display", "none"
