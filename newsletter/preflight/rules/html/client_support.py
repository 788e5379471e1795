"""HTML and styles that mail programs drop, refuse or get wrong; they come from templates of the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.example_templates import prose, story
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.html.style import length
from newsletter.preflight.html.stylesheets import declared
from newsletter.preflight.rule import Checker, Example, error, note, warning

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HELLO = "intro: Hello, all of you."
_TEXT = "<mj-text>{{ section.text|markdown }}</mj-text>"
_GOOD = Example(_HELLO, templates=prose(font_size="17px"))


def _with(*inside: str) -> Example:
    return Example(_HELLO, templates=story(_TEXT, *inside))


def _styled(style: str) -> Example:
    return _with(f'<mj-text><div style="{style}">Come and see.</div></mj-text>')


CONTROL = error(
    "NL850",
    "There is a character that no program shows.",
    name="unprintable-character",
    why="One of them alone makes Gmail cut the email off, and others show a box or a question mark.",
    fix="Type the words around it again in your template.",
    wrong=_with('<mj-text>It{{ "\\x92" }}s open.</mj-text>'),
    right=_with("<mj-text>It’s open.</mj-text>"),
)
FORBIDDEN = error(
    "NL851",
    "There is something in the page that mail programs take out.",
    name="unsupported-html",
    why="Scripts, forms, films and pages within the page are taken out for safety, and the email may land in the junk.",
    fix="Take it out, and link to a page on your website that has it.",
    wrong=_with('<mj-text><iframe src="https://example.org/map"></iframe></mj-text>'),
    right=_with('<mj-text><a href="https://example.org/map">See the map</a></mj-text>'),
)
PLACED = error(
    "NL852",
    "Something is placed by its position on the page.",
    name="positioned-element",
    why="Gmail and Outlook take `position` out, and what was placed by it lands on top of other words or nowhere.",
    fix="Lay it out with columns and padding.",
    wrong=_styled("position:absolute;top:20px"),
    right=_styled("padding-top:20px"),
)
UNSUPPORTED = warning(
    "NL853",
    "A style is used that large mail programs do not know.",
    name="unsupported-css",
    why="There the words stand otherwise than you see them here.",
    fix="Lay things out with columns (<mj-column>), widths in pixels, and padding.",
    wrong=_styled("display:flex"),
    right=_styled("padding:10px 0px"),
)
FROM_THE_WEB = warning(
    "NL854",
    "Styles or typefaces are fetched from the web.",
    name="remote-styles",
    why="Most programs do not fetch them, and where one does its makers learn who reads your email.",
    fix="Name a typeface that computers have, such as Georgia, Arial or Verdana (MJML: `font-family` for <mj-all>).",
    wrong=_with('<mj-raw><link rel="stylesheet" href="https://fonts.example.org/raleway.css"></mj-raw>'),
    right=_GOOD,
)
STYLES_CUT = error(
    "NL855",
    "The styles are more than Gmail takes.",
    name="styles-too-large",
    why="Beyond 16 kB Gmail drops all of them, those for phones among them.",
    fix="Take styles out of your template that are not used.",
    wrong=_with("<mj-raw><style>{% for n in range(700) %}.a{{ n }}b { color: #222222 }{% endfor %}</style></mj-raw>"),
    right=_with("<mj-raw><style>.open { color: #222222 }</style></mj-raw>"),
)
STYLES_LONG = warning(
    "NL856",
    "The styles are half of what Gmail takes.",
    name="styles-nearly-too-large",
    why="Beyond 16 kB Gmail drops all of them, and each reader loads them.",
    fix="Take styles out of your template that are not used.",
    wrong=_with("<mj-raw><style>{% for n in range(300) %}.a{{ n }}b { color: #222222 }{% endfor %}</style></mj-raw>"),
    right=_with("<mj-raw><style>.open { color: #222222 }</style></mj-raw>"),
)
COMMENT = note(
    "NL857",
    "There is a note between the styles.",
    name="css-comment",
    why="Some programs stop reading the styles there, and every reader loads it.",
    fix="Write notes as {# … #}, which stay in the template.",
    wrong=_with("<mj-raw><style>/* for the garden */ .open { color: #222222 }</style></mj-raw>"),
    right=_with("<mj-raw><style>{# for the garden #} .open { color: #222222 }</style></mj-raw>"),
)
BEHIND = warning(
    "NL858",
    "There is a picture behind words, and no colour for where it is not shown.",
    name="missing-background-colour",
    why="Outlook on Windows does not show it, nor does a program that blocks pictures: the words then stand on white.",
    fix="Give the same element a background colour that the words are read on, by day and in the dark.",
    wrong=_styled("background-image:url(https://example.org/paper.png)"),
    right=_styled("padding:10px 0px"),
)
WIDE = warning(
    "NL859",
    "Something is wider than the email.",
    name="content-too-wide",
    why="On a phone readers have to move it from side to side, and Outlook makes the whole email that wide.",
    fix="Give it a width of 600 pixels or less, or of 100%.",
    wrong=_with('<mj-text><table role="presentation" width="900"><tr><td>A long row</td></tr></table></mj-text>'),
    right=_with('<mj-text><table role="presentation" width="100%"><tr><td>A long row</td></tr></table></mj-text>'),
)
IDLE = error(
    "NL860",
    "A link of a template leads nowhere.",
    name="broken-template-link",
    why="Readers tap on it, and nothing happens.",
    fix="Give it an address that begins with https://, or take it out.",
    wrong=_with('<mj-text><a href="#">All our dates</a></mj-text>'),
    right=_with('<mj-text><a href="https://example.org/dates">All our dates</a></mj-text>'),
)

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_TAKEN_OUT = {
    "script": "a script",
    "form": "a form",
    "input": "a field of a form",
    "select": "a field of a form",
    "textarea": "a field of a form",
    "button": "a button of a form",
    "iframe": "a page within the page",
    "frame": "a page within the page",
    "video": "a film",
    "audio": "a sound",
    "object": "something embedded",
    "embed": "something embedded",
    "applet": "something embedded",
    "canvas": "a drawing made by a script",
    "svg": "a drawing in SVG",
    "math": "a formula",
    "base": "an address that all links would begin with",
    "marquee": "moving words",
    "blink": "blinking words",
}
_UNSUPPORTED = {
    "display": re.compile(r"\b(?:inline-)?(?:flex|grid)\b"),
    "float": re.compile(r"\b(?:left|right)\b"),
    "transform": re.compile(r"\("),
    "filter": re.compile(r"\("),
    "clip-path": re.compile(r"\("),
    "object-fit": re.compile(r"\b(?:cover|contain)\b"),
    "column-count": re.compile(r"\d"),
    "animation": re.compile(r"\d"),
    "writing-mode": re.compile(r"vertical"),
}
_UNKNOWN_VALUE = re.compile(r"\b(?:var|calc|min|max|clamp|env)\(|\d(?:vw|vh)\b")
_LEGAL = 8 * 1024, 16 * 1024
_WIDEST = 640.0


def _characters(subject: LintContext, page: Page) -> Iterator[Finding]:
    found = _CONTROLS.search(page.markup)
    if found:
        near = re.sub(r"<[^>]*>?|[^<]*>", " ", page.markup[max(0, found.start() - 30) : found.end() + 30])
        words = " ".join(_CONTROLS.sub("▯", near).split())
        yield subject.on_page(CONTROL, f"There is a control character (U+{ord(found[0]):04X}) in {quoted(words)}.")


def _elements(subject: LintContext, page: Page) -> Iterator[Finding]:
    told = set()
    for element in page.elements:
        tag = str(element.tag)
        what = _TAKEN_OUT.get(tag)
        if what and what not in told and element.get("type") != "application/ld+json":
            told.add(what)
            yield subject.on_page(FORBIDDEN, f"<{tag}> is {what}, and is taken out.", needles=[f"<{tag}"])
    names = (str(name) for one in page.elements for name in one.attrib)
    scripted = next((name for name in names if name.lower().startswith("on")), None)
    if scripted:
        needles = [f"{scripted}=", scripted]
        yield subject.on_page(FORBIDDEN, f"{scripted}= runs a script, and is taken out.", needles=needles)


def _styles(subject: LintContext, page: Page) -> Iterator[Finding]:
    """Yield one finding for each property; what stands in @media is meant for those programs that know it."""
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
        yield subject.on_page(rule, f"`{spaced}` is not known to all programs.", needles=[words, spaced, name])


def _sheets(subject: LintContext, page: Page) -> Iterator[Finding]:
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
        yield subject.on_page(
            FROM_THE_WEB,
            f"{fetched[0]}{and_more(len(fetched))} is fetched from the web.",
            needles=[fetched[0], "<mj-font"],
        )
    size = sum(len(text.encode("utf-8", "replace")) for text in texts)
    if size > _LEGAL[0]:
        rule = STYLES_CUT if size > _LEGAL[1] else STYLES_LONG
        yield subject.on_page(rule, f"The styles are {size / 1024:.1f} kB long.", needles=["<mj-style", "<style"])
    comment = next((match[1] for text in texts if (match := re.search(r"/\*(.*?)\*/", text, re.DOTALL))), None)
    if comment is not None:
        yield subject.on_page(
            COMMENT, f"{quoted(' '.join(comment.split()))} is a note between the styles.", needles=[f"/*{comment}*/"]
        )


def _behind(subject: LintContext, page: Page) -> Iterator[Finding]:
    for text in page.texts:
        if page.looks(text.element).day.ground is None:
            message = f"Behind {quoted(text.words)} there is a picture, and no colour."
            yield subject.on_page(
                BEHIND, message, words=text.words, needles=["background-url", "background-image", "url(", "background="]
            )
            return


def _wide(subject: LintContext, page: Page) -> Iterator[Finding]:
    for element in page.body.iter("table", "td", "div", "img", "p", "hr"):
        wide = _width(element)
        if wide > _WIDEST and not page.looks(element).day.hidden:
            message = f"A <{element.tag}> is {wide:.0f} pixels wide."
            yield subject.on_page(
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


def _links(subject: LintContext, page: Page) -> Iterator[Finding]:
    for link in page.links:
        target = (link.get("href") or "").strip()
        if target in {"", "#"} or target.lower().startswith(("javascript:", "file:", "data:")):
            if target and subject.whereabouts.target(f"]({target}") is not None:
                continue  # the issue's own links are looked at elsewhere
            words = " ".join("".join(str(piece) for piece in link.itertext()).split())
            shown = f"to {target}" if target else "nowhere"
            needles = [f'href="{target}"', f"href='{target}'"]
            yield subject.on_page(IDLE, f"The link {quoted(words)} leads {shown}.", words=words, needles=needles)


CHECKS = (
    Checker(
        "HTML that mail programs know",
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
