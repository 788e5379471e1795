"""MJML to HTML, by the one engine; what it gets wrong, or swallows in silence, is fixed or refused here."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import NamedTuple, NoReturn

from newsletter.compiled_patterns import compile_pattern

INLINE_MARK = "/*inline*/"
"""What a style begins with that is to be written into the tags: the engine does not do it, nor say that it should."""

_ELEMENTS = """
    mjml mj-head mj-body mj-all mj-attributes mj-breakpoint mj-class mj-font mj-html-attributes mj-preview mj-selector
    mj-style mj-title mj-accordion mj-accordion-element mj-accordion-text mj-accordion-title mj-button mj-carousel
    mj-carousel-image mj-column mj-divider mj-group mj-hero mj-image mj-navbar mj-navbar-link mj-raw mj-section
    mj-social mj-social-element mj-spacer mj-table mj-text mj-wrapper
"""
ELEMENTS = frozenset(_ELEMENTS.split())
_UNSUPPORTED = {
    "mj-html-attributes": "Put the attributes on the elements themselves.",
    "mj-selector": "Put the attributes on the elements themselves.",
    "mj-include": "Use {% include %} instead.",
}
_PICTURES = frozenset({"mj-image", "mj-social-element", "mj-carousel-image"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_PARENTS = {
    "mj-wrapper": ("mj-body",),
    "mj-section": ("mj-body", "mj-wrapper"),
    "mj-group": ("mj-section",),
    "mj-column": ("mj-section", "mj-group"),
    **dict.fromkeys(
        (
            "mj-accordion",
            "mj-button",
            "mj-divider",
            "mj-image",
            "mj-navbar",
            "mj-social",
            "mj-spacer",
            "mj-table",
            "mj-text",
        ),
        ("mj-column", "mj-hero"),
    ),
}
"""What an element may stand in; the engine takes it anywhere and makes a layout that falls apart."""

_TAG = compile_pattern(
    r"<!--.*?-->"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)"
    r"""(?P<attributes>(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))?)*)\s*(?P<alone>/?)>""",
    re.DOTALL,
)
_ATTRIBUTE = compile_pattern(r"""(\s+)([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*')""")
_BARE_ZERO = compile_pattern(r"(?<![\w.#-])0(?=[\s\"])")
_TITLE = compile_pattern(r"(<mj-title>)(.*?)(</mj-title>)", re.DOTALL)
_NO_ATTRIBUTE = ' vertical-align="middle"'
"""What the engine writes on a button's cell; HTML has no such attribute."""

_PLAIN_TEXTS = compile_pattern(r"(</mj-text>\s*<mj-text>)")
_LINE_END = "&#10;"
_INLINE_STYLE = compile_pattern(r"""<mj-style\s+inline\s*=\s*["']inline["']\s*>""")
_POSITION = compile_pattern(r" at position (\d+)(?::\d+)?")
_STRAY = compile_pattern(r"<(?![A-Za-z/!])")


class MjmlError(ValueError):
    """The MJML is broken; `offset` counts letters from its beginning (None where the engine does not tell)."""

    def __init__(self, message: str, offset: int | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


class _Open(NamedTuple):
    """An element that waits for its end."""

    name: str
    offset: int


def compile_mjml(mjml: str) -> str:
    """Return the HTML of an MJML document, or raise MjmlError."""
    _check(mjml)
    from mjml import mjml2html  # noqa: PLC0415  of use only when something is rendered

    fixed = _fixed(mjml)
    try:
        # `fonts` left to itself would link to a web font that no template asked for
        return str(mjml2html(fixed, fonts={})).replace(_NO_ATTRIBUTE, "")
    except ValueError as error:
        _raise(error, mjml, fixed)


def joined_texts(mjml: str) -> str:
    """Make one of texts that follow each other with nothing said of how: each costs 250 bytes in the HTML.

    Lines keep their numbers.
    """
    pieces = _PLAIN_TEXTS.split(mjml)
    joined = pieces[0]
    for gap, after in zip(pieces[1::2], pieces[2::2], strict=True):
        opened = joined.rfind("<mj-text")
        joined += ("\n" * gap.count("\n") if joined.startswith("<mj-text>", opened) else gap) + after
    return joined


def _raise(error: ValueError, mjml: str, fixed: str) -> NoReturn:
    """Raise the engine's error in the place of our own source: it counts bytes of what we fixed."""
    text = str(error)
    position = _POSITION.search(text)
    if position is None:
        raise MjmlError(text) from error
    before = fixed.encode()[: int(position[1])].decode(errors="ignore")
    line = before.count("\n") + before.count(_LINE_END)
    starts = [0, *(match.end() for match in re.finditer("\n", mjml))]
    raise MjmlError(_POSITION.sub("", text), starts[min(line, len(starts) - 1)]) from error


def _fixed(mjml: str) -> str:
    r"""Write attributes in the form that the engine gets right.

    It writes anything but plain letters in an attribute as a programmer would (`\u{a0}`), and takes `0` without a unit
    for no length at all, so that widths come out wrong.
    """
    mjml = _INLINE_STYLE.sub(f"<mj-style>{INLINE_MARK}", mjml)
    mjml = _TITLE.sub(lambda title: title[1] + _plain_letters(title[2]) + title[3], mjml)
    return _TAG.sub(_fixed_tag, mjml)


def _fixed_tag(tag: re.Match[str]) -> str:
    attributes = tag["attributes"]
    name = tag["name"]
    whole: str = tag[0]
    if name is None:  # a comment, which may be a condition around markup
        return whole[:4] + _TAG.sub(_fixed_tag, whole[4:])
    if name in _PICTURES and not tag["close"] and not re.search(r"\salt\s*=", attributes):
        attributes += ' alt=""'
    elif not attributes:
        return whole
    fixed = _fixed_element if name.lower().startswith("mj") else _fixed_attribute
    attributes = _ATTRIBUTE.sub(fixed, attributes)
    return f"<{tag['close']}{name}{attributes}{' /' if tag['alone'] else ''}>"


def _fixed_attribute(attribute: re.Match[str]) -> str:
    space, name, quoted = attribute.groups()
    value = quoted[1:-1].replace('"', "&#34;")
    return f'{space}{name}="{_plain_letters(value)}"'


def _fixed_element(attribute: re.Match[str]) -> str:
    """Fix an attribute of MJML's own; in HTML's, such as `cellpadding`, a zero has no unit."""
    fixed = _fixed_attribute(attribute)
    return _BARE_ZERO.sub("0px", fixed) if "padding" in attribute[2] else fixed


def _plain_letters(value: str) -> str:
    if value.isascii() and value.isprintable() and "\\" not in value:
        return value
    value = unicodedata.normalize("NFC", value)
    return "".join(one if " " <= one <= "~" and one != "\\" else f"&#{ord(one)};" for one in value)


def _check(mjml: str) -> None:
    """Refuse what the engine swallows, or rejects without saying where: it goes through the tags as a reader would."""
    inside: list[_Open] = []
    names = set()
    for tag in _TAG.finditer(mjml):
        name = tag["name"]
        if name is None:
            continue
        names.add(name)
        if tag["close"]:
            _check_end(inside, name, tag.start())
            continue
        if name.lower().startswith("mj"):
            _check_element(name, [one.name for one in inside], tag.start())
        _check_attributes(tag)
        if not tag["alone"] and name not in _VOID:
            inside.append(_Open(name, tag.start()))
    if inside:
        last = inside[-1]
        raise MjmlError(f"<{last.name}> is never closed", last.offset, f"Put </{last.name}> where it ends.")
    if "mj-body" not in names:
        raise MjmlError("there is no <mj-body>", 0, "Add one around everything that readers see.")
    stray = _STRAY.search(_TAG.sub(lambda tag: " " * len(tag[0]), mjml))
    if stray:
        raise MjmlError("there is a < that does not begin a tag", stray.start(), "Write &lt; for the character itself.")


def _check_element(name: str, inside: list[str], offset: int) -> None:
    if name in _UNSUPPORTED:
        raise MjmlError(f"<{name}> cannot be used", offset, _UNSUPPORTED[name])
    if name not in ELEMENTS:
        near = difflib.get_close_matches(name.lower(), ELEMENTS, n=1)
        raise MjmlError(f"there is no MJML element <{name}>", offset, f"Did you mean <{near[0]}>?" if near else "")
    parents = _PARENTS.get(name)
    if parents and "mj-attributes" not in inside and (not inside or inside[-1] not in parents):
        within = f"inside <{inside[-1]}>" if inside else "at the top level"
        wanted = " or ".join(f"<{parent}>" for parent in parents)
        raise MjmlError(f"<{name}> is {within}, where it is not allowed", offset, f"Put it into {wanted}.")


def _check_attributes(tag: re.Match[str]) -> None:
    if "=" in _ATTRIBUTE.sub("", tag["attributes"]):
        raise MjmlError(f"<{tag['name']}> has an attribute without quotation marks", tag.start(), 'Write name="value".')
    names = [match[2] for match in _ATTRIBUTE.finditer(tag["attributes"])]
    for name in names:
        if names.count(name) > 1:
            raise MjmlError(f"<{tag['name']}> has `{name}` twice", tag.start(), "Keep one of them.")


def _check_end(inside: list[_Open], name: str, offset: int) -> None:
    if inside and inside[-1].name == name:
        inside.pop()
        return
    hint = f"Close <{inside[-1].name}> first, with </{inside[-1].name}>." if inside else "Delete it."
    raise MjmlError(f"</{name}> has no matching opening tag", offset, hint)


def line_of(text: str, offset: int) -> int:
    """Return the line, from 1, in which an offset lies."""
    return text.count("\n", 0, offset) + 1
