"""CSS into the tags, by the one inliner; its five traps are handled here.

1. It knows the doctype in capitals only and drops any other.
2. It percent-encodes links, and merge tags in them.
3. It drops `!important` and whole style elements unless it is told not to.
4. It writes MJML's reset into every cell, which makes the HTML a quarter larger.
5. Its parser fetches what a style sheet imports from the network.
"""

from __future__ import annotations

import html
import logging
import os
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any
from urllib.parse import quote

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.domains import encode_link
from newsletter.model.merge_tags import PATTERN
from newsletter.render.deferred_imports import defer_imports
from newsletter.render.mjml import INLINE_MARK
from newsletter.render.style_sheet import read_plain_sheet, read_plain_style

USED_MARK = "/*used*/"
"""What a style sheet begins with of which only the rules are kept that something in the HTML needs."""

_CLASSES = compile_pattern(r"""\bclass=["']([^"']*)""")
_CLASS = compile_pattern(r"\.([A-Za-z][\w-]*)")
_CLASS_ATTRIBUTE = compile_pattern(r"""\bclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_USED = compile_pattern(rf"(<style\b[^>]*>)\s*{re.escape(USED_MARK)}(.*?</style>)", re.DOTALL)
_SAID_TWICE = compile_pattern(r"background:(#\w{6});(?=background-color:\1)")
_OUTLOOK_CLASS = compile_pattern(r' class="[\w -]*-outlook"')
_BEFORE_BLOCK = compile_pattern(r">\s*\n\s*(?=</?(?:table|tbody|tr|td|div|p|h[1-6]|ul|ol|li|blockquote)\b)")
_LONG_COLOUR = compile_pattern(r"(?<=[:\s])#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3(?![0-9a-f])")
"""A colour in CSS that has a short form; as an attribute it stays long, as Outlook reads it."""

_ZERO_PIXELS = compile_pattern(r"(?<=[:\s])0px(?=[;\s\"!}])")
_EMPTY_CONDITION = compile_pattern(r"<!--\[if lte mso 11\]>\s*<!\[endif\]-->\s*")
_TABLE_ALIGN = compile_pattern(r"""(<table [^>]*width="100%") style="vertical-align:top">""")
"""What MJML writes on the table inside a column, where it means nothing."""

_STYLED = compile_pattern(r"""(?s)<style\b.*?</style>|(?<=\sstyle=)(?:"[^"]*"|'[^']*')""")
_RULE = compile_pattern(r"^([^{}@\n]+)(\{[^{}]*\}(?:\n|(?=</style>)))", re.MULTILINE)
"""A rule on a line of its own."""

_NOT_A_TAG = compile_pattern(r"\[[^\]]*\]|::?[\w-]+|[.#][\w-]+")
_TAG_NAME = compile_pattern(r"[a-z][a-z0-9]*")
_TAG = compile_pattern(r"<([a-z][a-z0-9]*)")
_WHOLE_WIDTH = compile_pattern(r' class="mj-outlook-group-fix mj-column-per-100(?: ([^"]*))?"')
"""The classes that set a column's width to 100 %, which its style sets already."""

_COLUMN_STYLES = compile_pattern(
    r"<style[^>]*>\s*(?:@media only screen and \(min-width:\d+px\) \{\s*|\.moz-text-html )?"
    r"\.(mj-column-per-100|mj-outlook-group-fix) \{[^{}]*\}[\s}]*</style>\s*"
)

Pairs = list[tuple[str, str]]
"""The names and values of declarations."""

_SHEETS = 16
_STYLES = 4096
_CACHE = {"PREMAILER_CACHE": "LRU", "PREMAILER_CACHE_MAXSIZE": str(_STYLES)}
"""How the inliner keeps the selectors and styles that it has parsed; an email has some hundred."""

_IGNORE = ' data-premailer="ignore"'
_NO_ATTRIBUTES = ["align", "bgcolor", "height", "valign", "width"]
"""Attributes that the inliner would copy from styles, over those that MJML has set for Outlook."""

_NOT_PLAIN = frozenset(":[\\&")
"""Characters of a selector in which a point can mean something else, or a class that is not there."""

_NO_SESSION = object()
"""Given in place of an HTTP client, which would be imported only to be the default; nothing is fetched."""

_ATTRIBUTE = compile_pattern(r"""(?<= style=)("[^"]*"|'[^']*')""")
_DOCTYPE = compile_pattern(r"\s*<!doctype html>", re.IGNORECASE)
_MARK = re.escape(INLINE_MARK)
_STYLE = compile_pattern(rf"<style\b([^>]*)>\s*({_MARK})?(.*?)</style>", re.DOTALL)
_INLINED = compile_pattern(rf"<style\b[^>]*>\s*{_MARK}.*?</style>", re.DOTALL)
_LINK = compile_pattern(r"""(?<=\s)(href|src)=("[^"]*"|'[^']*')""")
_UNSAFE = compile_pattern(r"[\s|{}\[\]\"<>\\^`]")
_REFERENCE = compile_pattern(r"&#(\d{3,7});")
_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_STAND_IN = "https://{stem}.invalid/{number}/"
_CONDITIONAL = compile_pattern(r"(<!--\[if.*?<!\[endif\]-->|<pre\b.*?</pre>)", re.DOTALL)
_TWO_CONDITIONS = compile_pattern(r"<!\[endif\]-->\s*<!--\[if mso \| IE\]>")
_BETWEEN = compile_pattern(r">\s*\n\s*<")


def inline_css(markup: str) -> str:
    """Return an HTML document with its marked styles in the tags; links, merge tags and other styles stay."""
    kept: list[str] = []
    markup = _DOCTYPE.sub("<!DOCTYPE html>", markup, count=1)
    markup = _STYLE.sub(_told_apart, markup)
    stem = _unused_stem(markup)
    markup = _LINK.sub(lambda link: _hidden(link, stem, kept), markup)
    markup = _transformed(markup).replace(_IGNORE, "")
    markup = _ATTRIBUTE.sub(_tidied, markup)
    stand_ins = re.compile(rf"https://{stem}\.invalid/(\d+)/")
    markup = stand_ins.sub(lambda stand_in: kept[int(stand_in[1])], markup)
    return tightened(lighten(_INLINED.sub("", markup)))


def lighten(markup: str) -> str:
    """Take what only costs bytes out of a page whose style sheet asks for it.

    It removes selectors with a class or a tag that nothing in the HTML has, colours that MJML writes twice, classes
    that it writes only for Outlook on Windows or that repeat a column's own width, line ends before blocks, the units
    of zeros, the long form of colours that have a short one, and the direction of cells in a page that has only one.
    """
    if USED_MARK not in markup:
        return markup
    markup = _SAID_TWICE.sub("", _OUTLOOK_CLASS.sub("", markup))
    markup = _WHOLE_WIDTH.sub(lambda column: f' class="{column[1]}"' if column[1] else "", markup)
    markup = _BEFORE_BLOCK.sub(">", markup)
    used = {name for names in _CLASSES.findall(markup) for name in names.split()}
    tags = set(_TAG.findall(markup))
    markup = _COLUMN_STYLES.sub(lambda sheet: sheet[0] if sheet[1] in used else "", markup)

    def is_used(selector: str) -> bool:
        names = _TAG_NAME.findall(_NOT_A_TAG.sub("", selector))
        return used.issuperset(_CLASS.findall(selector)) and tags.issuperset(names)

    def rule(match: re.Match[str]) -> str:
        kept = [one for one in match[1].split(",") if is_used(one)]
        return f"{','.join(kept)}{match[2]}" if kept else ""

    markup = _USED.sub(lambda sheet: sheet[1] + _RULE.sub(rule, sheet[2]), _EMPTY_CONDITION.sub("", markup))
    markup = _TABLE_ALIGN.sub(r"\1>", markup)
    if "rtl" not in markup:
        markup = markup.replace("direction:ltr;", "")
    return _STYLED.sub(lambda style: _ZERO_PIXELS.sub("0", _LONG_COLOUR.sub(r"#\1\2\3", style[0])), markup)


def _told_apart(style: re.Match[str]) -> str:
    """Have the inliner pass over a style that is not marked, or that would have it fetch another one."""
    attributes, mark, sheet = style.groups()
    return style[0] if mark and "@import" not in sheet else f"<style{_IGNORE}{attributes}>{sheet}</style>"


def _unused_stem(markup: str) -> str:
    """Return a host name that no link of the document has, even one that was written to look like a stand-in."""
    lower = markup.casefold()
    return next(stem for number in count() if (stem := f"link{number or ''}") + ".invalid" not in lower)


def _hidden(link: re.Match[str], stem: str, kept: list[str]) -> str:
    """Write the domain of a link in ASCII; put a stand-in for a link that would not come through."""
    name, quoted = link.groups()
    value = _in_ascii(quoted[1:-1])
    if value.isascii() and not PATTERN.search(value) and not _UNSAFE.search(html.unescape(value)):
        return f"{name}={quoted[0]}{value}{quoted[0]}"
    kept.append(value if quoted[0] == '"' else value.replace('"', "&quot;"))
    return f'{name}="{_STAND_IN.format(stem=stem, number=len(kept) - 1)}"'


def _in_ascii(value: str) -> str:
    """Return the value of a link's attribute with its domain in ASCII; unchanged where the domain is that already.

    The MJML engine writes letters beyond ASCII as numbers, which the inliner would make into percent signs.
    """
    written = _REFERENCE.sub(_letter, value)
    encoded = encode_link(written)
    return value if encoded == written else quote(encoded, safe=_ASCII)


def _letter(reference: re.Match[str]) -> str:
    number = int(reference[1])
    return chr(number) if 0x7F < number < 0x110000 and not 0xD800 <= number < 0xE000 else reference[0]


def _transformed(markup: str) -> str:
    inliner = _inliner()(
        markup,
        keep_style_tags=True,
        strip_important=False,
        disable_validation=True,
        align_floating_images=False,
        allow_network=False,
        session=_NO_SESSION,
        disable_leftover_css=True,
        disable_basic_attributes=_NO_ATTRIBUTES,
    )
    return str(inliner.transform(pretty_print=False))


@lru_cache(maxsize=1)
def _inliner() -> type[Any]:
    """Return the inliner, made quick: it validates nothing, and reads each style sheet once a process.

    A plain style sheet is read by `read_plain_sheet`, which takes a twentieth of the time.
    """
    # its own cache of parsed styles holds fewer than one email has, so that each rendering would parse most anew
    for name, value in _CACHE.items():
        os.environ.setdefault(name, value)
    # a parser that only a style sheet needs which is not plain, and an HTTP client that is never needed
    defer_imports(by=["premailer.premailer", "premailer.merge_style"], of=["cssutils", "requests"])
    from premailer import Premailer, merge_style, premailer  # noqa: PLC0415  heavy, and needed only to render

    premailer.csstext_to_pairs = merge_style.csstext_to_pairs = _read_style(merge_style.csstext_to_pairs)
    known: dict[tuple[str, int], Any] = {}

    class Inliner(Premailer):  # type: ignore[misc]  # it comes without types
        def _parse_css_string(self, css_body: str, *, validate: bool = True) -> Any:
            plain = read_plain_sheet(css_body)
            if plain is not None:
                return plain
            _prepare_parser()
            return super()._parse_css_string(css_body, validate=validate)

        def _parse_style_rules(self, css_body: str, ruleset_index: int) -> Any:
            if (css_body, ruleset_index) not in known:
                if len(known) >= _SHEETS:
                    known.clear()
                known[css_body, ruleset_index] = super()._parse_style_rules(css_body, ruleset_index)
            rules, leftover = known[css_body, ruleset_index]
            # the inliner looks for the elements of each rule in the whole document
            used = _classes_of(self.html)
            return [rule for rule in rules if used.issuperset(_classes_needed(rule[1]))], leftover

    return Inliner


def _classes_of(markup: str) -> frozenset[str]:
    """Return the classes that elements of a document have."""
    given = (" ".join(found) for found in _CLASS_ATTRIBUTE.findall(markup))
    return frozenset(name for names in given for name in html.unescape(names).split())


@lru_cache(maxsize=_STYLES)
def _classes_needed(selector: str) -> frozenset[str]:
    """Return classes without which a selector means nothing; none where it is not a plain one."""
    is_plain = _NOT_PLAIN.isdisjoint(selector)
    return frozenset(_CLASS.findall(selector)) if is_plain else frozenset()


@lru_cache(maxsize=1)
def _prepare_parser() -> None:
    """Keep the parser of all of CSS from validating each property and from logging what it thinks of it."""
    import cssutils  # type: ignore[import-untyped]  # noqa: PLC0415  heavy, and rarely needed

    # without profiles there is nothing to compare a property with
    cssutils.profile.removeProfile(all=True)
    cssutils.log.setLevel(logging.CRITICAL)


def _read_style(read_any: Callable[..., Pairs]) -> Callable[..., Pairs]:
    """Return what reads the declarations of a tag, and leaves those that are not plain to `read_any`."""

    @lru_cache(maxsize=_STYLES)
    def read(css: str, validate: bool = True) -> Pairs:  # noqa: FBT001, FBT002  as the inliner calls it
        plain = read_plain_style(css)
        if plain is not None:
            return plain
        _prepare_parser()
        return read_any(css, validate=validate)

    # `read_any` looks its lock up under its own name, which is that of `read` from now on
    read._lock = read_any._lock  # type: ignore[attr-defined]  # noqa: SLF001
    return read


def _tidied(style: re.Match[str]) -> str:
    """Put double quotes around a style, single ones inside it, and nothing that only costs bytes."""
    value = style[0][1:-1].replace('"', "'").replace("; ", ";").replace(", ", ",").rstrip("; ")
    return f'"{value}"'


def tightened(markup: str) -> str:
    """Join conditions that follow each other, and take the spaces from line ends between tags; code keeps its own."""
    pieces = _CONDITIONAL.split(_TWO_CONDITIONS.sub("", markup))
    return "".join(piece if number % 2 else _BETWEEN.sub(">\n<", piece) for number, piece in enumerate(pieces))
