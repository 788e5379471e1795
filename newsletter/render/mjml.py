"""MJML to HTML, by the one engine; what it gets wrong, or swallows in silence, is mended or refused here."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import NoReturn

_ELEMENTS = """
    mjml mj-head mj-body mj-all mj-attributes mj-breakpoint mj-class mj-font mj-html-attributes mj-preview mj-selector
    mj-style mj-title mj-accordion mj-accordion-element mj-accordion-text mj-accordion-title mj-button mj-carousel
    mj-carousel-image mj-column mj-divider mj-group mj-hero mj-image mj-navbar mj-navbar-link mj-raw mj-section
    mj-social mj-social-element mj-spacer mj-table mj-text mj-wrapper
"""
ELEMENTS = frozenset(_ELEMENTS.split())
_NOT_EVERYWHERE = {
    "mj-html-attributes": "it is not supported: put the attributes where they belong",
    "mj-selector": "it is not supported: put the attributes where they belong",
}

_TAG = re.compile(
    r"<!--.*?-->"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)"
    r"""(?P<attributes>(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))?)*)\s*(?P<alone>/?)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(\s+)([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*')""")
_BARE_ZERO = re.compile(r"(?<![\w.#-])0(?=\s|$)")
_TITLE = re.compile(r"(<mj-title>)(.*?)(</mj-title>)", re.DOTALL)
_POSITION = re.compile(r" at position (\d+)(?::\d+)?")
_STRAY = re.compile(r"<(?![A-Za-z/!])")


class MjmlError(ValueError):
    """The MJML is broken; `offset` counts letters from its beginning (None where the engine does not tell)."""

    def __init__(self, message: str, offset: int | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that waits for its end."""

    name: str
    offset: int


def compile_mjml(mjml: str) -> str:
    """Return the HTML of an MJML document, or raise MjmlError."""
    _check(mjml)
    from mjml import mjml2html  # noqa: PLC0415  of use only when something is rendered

    mended = _mended(mjml)
    try:
        # `fonts` left to itself would link to a web font that no template asked for
        return str(mjml2html(mended, fonts={}))
    except ValueError as error:
        _raise(error, mjml, mended)


def _raise(error: ValueError, mjml: str, mended: str) -> NoReturn:
    """Raise the engine's error in the place of our own source: it counts bytes of what we mended."""
    text = str(error)
    position = _POSITION.search(text)
    if position is None:
        raise MjmlError(text) from error
    line = mended.encode()[: int(position[1])].decode(errors="ignore").count("\n")
    starts = [0, *(match.end() for match in re.finditer("\n", mjml))]
    raise MjmlError(_POSITION.sub("", text), starts[min(line, len(starts) - 1)]) from error


def _mended(mjml: str) -> str:
    r"""Write attributes in the form that the engine gets right.

    It writes anything but plain letters in an attribute as a programmer would (`\u{a0}`), and takes `0` without a unit
    for no length at all, so that widths come out wrong.
    """
    mjml = _TITLE.sub(lambda title: title[1] + _plain_letters(title[2]) + title[3], mjml)
    return _TAG.sub(_mended_tag, mjml)


def _mended_tag(tag: re.Match[str]) -> str:
    attributes = tag["attributes"]
    name = tag["name"]
    whole: str = tag[0]
    if name == "mj-image" and not tag["close"] and not re.search(r"\salt\s*=", attributes):
        attributes += ' alt=""'
    elif not attributes:
        return whole
    attributes = _ATTRIBUTE.sub(_mended_attribute, attributes)
    return f"<{tag['close']}{name}{attributes}{' /' if tag['alone'] else ''}>"


def _mended_attribute(attribute: re.Match[str]) -> str:
    space, name, quoted = attribute.groups()
    value = quoted[1:-1].replace('"', "&#34;")
    if "padding" in name:
        value = _BARE_ZERO.sub("0px", value)
    return f'{space}{name}="{_plain_letters(value)}"'


def _plain_letters(value: str) -> str:
    if value.isascii() and value.isprintable() and "\\" not in value:
        return value
    value = unicodedata.normalize("NFC", value)
    return "".join(one if " " <= one <= "~" and one != "\\" else f"&#{ord(one)};" for one in value)


def _check(mjml: str) -> None:
    """Refuse what the engine swallows: unknown elements, ends that fit no beginning, elements left open."""
    inside: list[_Open] = []
    for tag in _TAG.finditer(mjml):
        name = tag["name"]
        if name is None or not name.lower().startswith("mj"):
            continue
        if tag["close"]:
            _check_end(inside, name, tag.start())
            continue
        _check_name(name, tag.start())
        if not tag["alone"]:
            inside.append(_Open(name, tag.start()))
    if inside:
        last = inside[-1]
        raise MjmlError(f"<{last.name}> is never closed", last.offset, f"Put </{last.name}> where it ends.")
    stray = _STRAY.search(_TAG.sub(lambda tag: " " * len(tag[0]), mjml))
    if stray:
        raise MjmlError("there is a < that begins no tag", stray.start(), "Write &lt; for the sign itself.")


def _check_name(name: str, offset: int) -> None:
    if name in _NOT_EVERYWHERE:
        raise MjmlError(f"<{name}> cannot be used", offset, f"{_NOT_EVERYWHERE[name].capitalize()}.")
    if name not in ELEMENTS:
        near = difflib.get_close_matches(name.lower(), ELEMENTS, n=1)
        raise MjmlError(
            f"there is no MJML element <{name}>", offset, f"Did you mean <{near[0]}>?" if near else "See mjml.io."
        )


def _check_end(inside: list[_Open], name: str, offset: int) -> None:
    if inside and inside[-1].name == name:
        inside.pop()
        return
    if inside:
        last = inside[-1]
        hint = f"Close <{last.name}> first, with </{last.name}>."
    else:
        hint = "Delete it, or write where it begins."
    raise MjmlError(f"</{name}> closes nothing that is open here", offset, hint)


def line_of(text: str, offset: int) -> int:
    """Return the line, from 1, in which an offset lies."""
    return text.count("\n", 0, offset) + 1
