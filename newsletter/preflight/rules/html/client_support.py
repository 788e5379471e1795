"""Check for HTML and CSS that mail programs remove or display wrongly, which custom templates may contain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.html.style import length
from newsletter.preflight.html.stylesheets import declared
from newsletter.preflight.rule import Checker, error, note, warning

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


CONTROL = error("NL850", name="unprintable-character")
FORBIDDEN = error("NL851", name="unsupported-html")
PLACED = error("NL852", name="positioned-element")
UNSUPPORTED = warning("NL853", name="unsupported-css")
FROM_THE_WEB = warning("NL854", name="remote-styles")
STYLES_CUT = error("NL855", name="styles-too-large")
STYLES_LONG = warning("NL856", name="styles-nearly-too-large")
COMMENT = note("NL857", name="css-comment")
BEHIND = warning("NL858", name="missing-background-colour")
WIDE = warning("NL859", name="content-too-wide")
IDLE = error("NL860", name="broken-template-link")

_CONTROLS = compile_pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_TAKEN_OUT = {
    "script": "a script",
    "form": "a form",
    "input": "a form field",
    "select": "a form field",
    "textarea": "a form field",
    "button": "a form button",
    "iframe": "an embedded page",
    "frame": "an embedded page",
    "video": "a video",
    "audio": "an audio player",
    "object": "an embedded object",
    "embed": "an embedded object",
    "applet": "an embedded object",
    "canvas": "a drawing area for scripts",
    "svg": "an SVG drawing",
    "math": "a formula",
    "base": "a base address for all links",
    "marquee": "scrolling text",
    "blink": "blinking text",
}
_UNSUPPORTED = {
    "display": compile_pattern(r"\b(?:inline-)?(?:flex|grid)\b"),
    "float": compile_pattern(r"\b(?:left|right)\b"),
    "transform": compile_pattern(r"\("),
    "filter": compile_pattern(r"\("),
    "clip-path": compile_pattern(r"\("),
    "object-fit": compile_pattern(r"\b(?:cover|contain)\b"),
    "column-count": compile_pattern(r"\d"),
    "animation": compile_pattern(r"\d"),
    "writing-mode": compile_pattern(r"vertical"),
}
_UNKNOWN_VALUE = compile_pattern(r"\b(?:var|calc|min|max|clamp|env)\(|\d(?:vw|vh)\b")
_LEGAL = 8 * 1024, 16 * 1024
_WIDEST = 640.0


def _characters(context: LintContext, page: Page) -> Iterator[Finding]:
    found = _CONTROLS.search(page.markup)
    if found:
        near = re.sub(r"<[^>]*>?|[^<]*>", " ", page.markup[max(0, found.start() - 30) : found.end() + 30])
        words = " ".join(_CONTROLS.sub("▯", near).split())
        yield context.on_page(CONTROL, f"There is a control character (U+{ord(found[0]):04X}) in {quoted(words)}.")


def _elements(context: LintContext, page: Page) -> Iterator[Finding]:
    told = set()
    for element in page.elements:
        tag = str(element.tag)
        what = _TAKEN_OUT.get(tag)
        if what and what not in told and element.get("type") != "application/ld+json":
            told.add(what)
            yield context.on_page(FORBIDDEN, f"<{tag}> is {what}, which mail programs remove.", needles=[f"<{tag}"])
    names = (str(name) for one in page.elements for name in one.attrib)
    scripted = next((name for name in names if name.lower().startswith("on")), None)
    if scripted:
        needles = [f"{scripted}=", scripted]
        yield context.on_page(FORBIDDEN, f"{scripted}= runs a script, which mail programs remove.", needles=needles)


def _styles(context: LintContext, page: Page) -> Iterator[Finding]:
    """Yield one finding for each property, except within @media, which targets programs that support it."""
    found: dict[str, str] = {}
    everywhere = [rule.declared for rule in page.cascade.rules if rule.everywhere]
    inline = [declared(style) for style in dict.fromkeys(one.get("style") or "" for one in page.elements)]
    for name, value in (pair for style in (*everywhere, *inline) for pair in style):
        small = value.lower()
        if name == "position" and small in {"absolute", "fixed", "sticky"}:
            found.setdefault("position", f"{name}:{value}")
        elif (pattern := _UNSUPPORTED.get(name)) and pattern.search(small):
            found.setdefault(name, f"{name}:{value}")
        elif _UNKNOWN_VALUE.search(small) and not name.startswith(("mso-", "-")):
            found.setdefault("value", f"{name}:{value}")
    for name, words in found.items():
        rule = PLACED if name == "position" else UNSUPPORTED
        spaced = words.replace(":", ": ", 1)
        yield context.on_page(rule, f"Some mail programs do not support `{spaced}`.", needles=[words, spaced, name])


def _sheets(context: LintContext, page: Page) -> Iterator[Finding]:
    texts = [text for _, text in page.sheets]
    fetched = [
        one.get("href") or "" for one in page.root.iter("link") if "stylesheet" in (one.get("rel") or "").lower()
    ]
    fetched += [match[1] for text in texts for match in re.finditer(r"@import\s+(?:url\()?[\"']?([^\"')\s;]+)", text)]
    fetched += [
        match[1] for text in texts for match in re.finditer(r"@font-face[^}]*url\([\"']?(https?:[^\"')]+)", text)
    ]
    fetched = list(dict.fromkeys(fetched))
    if fetched:
        yield context.on_page(
            FROM_THE_WEB,
            f"{fetched[0]}{and_more(len(fetched))} is loaded from the web.",
            needles=[fetched[0], "<mj-font"],
        )
    size = sum(len(text.encode("utf-8", "replace")) for text in texts)
    if size > _LEGAL[0]:
        rule = STYLES_CUT if size > _LEGAL[1] else STYLES_LONG
        yield context.on_page(rule, f"The styles take up {size / 1024:.1f} kB.", needles=["<mj-style", "<style"])
    comment = next((match[1] for text in texts if (match := re.search(r"/\*(.*?)\*/", text, re.DOTALL))), None)
    if comment is not None:
        yield context.on_page(
            COMMENT, f"{quoted(' '.join(comment.split()))} is a comment in the styles.", needles=[f"/*{comment}*/"]
        )


def _behind(context: LintContext, page: Page) -> Iterator[Finding]:
    for text in page.texts:
        if page.looks(text.element).day.ground is None:
            message = f"{quoted(text.words)} has a background image but no background colour."
            yield context.on_page(
                BEHIND, message, words=text.words, needles=["background-url", "background-image", "url(", "background="]
            )
            return


def _wide(context: LintContext, page: Page) -> Iterator[Finding]:
    for element in page.body.iter("table", "td", "div", "img", "p", "hr"):
        wide = _width(element)
        if wide > _WIDEST and not page.looks(element).day.hidden:
            message = f"A <{element.tag}> is {wide:.0f} pixels wide."
            yield context.on_page(
                WIDE, message, needles=[f'width="{wide:g}"', f"width:{wide:g}px", f"{wide:g}px", f"{wide:g}"]
            )
            return


def _width(element: Element) -> float:
    given = element.get("width") or ""
    style = element.get("style") or ""
    found: Iterable[str] = [given] if given and not given.endswith("%") else []
    if "width" in style:
        found = [*found, *(value for name, value in declared(style) if name in {"width", "min-width"})]
    return max((length(one, 16) or 0.0 for one in found if not one.endswith("%")), default=0.0)


def _links(context: LintContext, page: Page) -> Iterator[Finding]:
    for link in page.links:
        target = (link.get("href") or "").strip()
        if target in {"", "#"} or target.lower().startswith(("javascript:", "file:", "data:")):
            if target and context.whereabouts.target(f"]({target}") is not None:
                continue  # other rules check the links of the issue itself
            words = " ".join("".join(str(piece) for piece in link.itertext()).split())
            shown = f"to {target}" if target else "nowhere"
            needles = [f'href="{target}"', f"href='{target}'"]
            yield context.on_page(IDLE, f"The link {quoted(words)} goes {shown}.", words=words, needles=needles)


CHECKS = (
    Checker(
        "HTML that mail programs support",
        (
            CONTROL,
            FORBIDDEN,
            PLACED,
            UNSUPPORTED,
            FROM_THE_WEB,
            STYLES_CUT,
            STYLES_LONG,
            COMMENT,
            BEHIND,
            WIDE,
            IDLE,
        ),
        on_each_page(_characters, _elements, _styles, _sheets, _behind, _wide, _links),
    ),
)
