"""Find attributes in the user's own templates that MJML does not know, and would drop without a word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.render.builtin_templates import OwnTemplate
from newsletter.render.mjml_attributes import ATTRIBUTES

UNKNOWN = warning("NL882", name="unknown-mjml-attribute")
UNUSED_FONT = warning("NL883", name="unused-mjml-font")

_JINJA = compile_pattern(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_COMMENT = compile_pattern(r"<!--.*?-->", re.DOTALL)
_TAG = compile_pattern(r"""<(mj-[a-z-]+)((?:"[^"]*"|'[^']*'|[^<>"'])*)>""")
ATTRIBUTE = compile_pattern(r"""(?<![\w-])([A-Za-z][\w:-]*)\s*=\s*("[^"]*"|'[^']*')""")
_WHITE = compile_pattern(r"[^\n]")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield a finding for each unknown attribute, and for each web font that no template uses."""
    for template in context.templates:
        for tag in tags_of(template):
            yield from _unknown(context, template, tag)
            if tag[1] == "mj-font":
                yield from _font(context, template, tag)


def tags_of(template: OwnTemplate) -> Iterator[re.Match[str]]:
    """Yield the MJML tags of a template; what Jinja would put in is blank, so that all stands where it stood."""
    text = _JINJA.sub(_blank, template.text)
    yield from _TAG.finditer(_COMMENT.sub(_blank, text))


def _blank(found: re.Match[str]) -> str:
    return _WHITE.sub(" ", found[0])


def _unknown(context: LintContext, template: OwnTemplate, tag: re.Match[str]) -> Iterator[Finding]:
    known = ATTRIBUTES.get(tag[1])
    if known is None:  # an unknown element is an error when the template is used
        return
    for attribute in ATTRIBUTE.finditer(tag[2]):
        name = attribute[1]
        if name in known or name.endswith("-"):  # the end of such a name comes from Jinja
            continue
        near = difflib.get_close_matches(name, sorted(known), n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "Delete it, or set it in a style."
        message = f"<{tag[1]}> has no attribute `{name}`, so it has no effect."
        place = _place(template, tag.start(2) + attribute.start())
        yield context.on_place(UNKNOWN, place, message, hint, excerpt=_line(template, place))


def _font(context: LintContext, template: OwnTemplate, tag: re.Match[str]) -> Iterator[Finding]:
    """Yield a finding for a web font that nothing names: it is loaded only where a `font-family` has its name."""
    given = {one[1]: one[2][1:-1].strip() for one in ATTRIBUTE.finditer(tag[2])}
    name = given.get("name", "")
    if not name:
        return
    used = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
    fonts = context.presentation.brand.fonts
    elsewhere = [fonts.heading or "", fonts.body or ""]
    for one in context.templates:
        text = one.text
        if one is template:
            text = text[: tag.start()] + text[tag.end() :]
        elsewhere.append(text)
    if not any(used.search(text) for text in elsewhere):
        message = f"<mj-font> loads “{name}”, but no font-family of your templates or settings has this name."
        hint = f'Add it where it is wanted, such as font-family="{name}, Arial, sans-serif", or delete the <mj-font>.'
        place = _place(template, tag.start())
        yield context.on_place(UNUSED_FONT, place, message, hint, excerpt=_line(template, place))


def _place(template: OwnTemplate, at: int) -> Place:
    start = template.text.rfind("\n", 0, at) + 1
    return Place(template.path, template.text.count("\n", 0, at) + 1, at - start + 1)


def _line(template: OwnTemplate, place: Place) -> str:
    return template.text.split("\n")[place.line - 1]


CHECKS = (Checker("mjml-attributes", (UNKNOWN, UNUSED_FONT), check),)
