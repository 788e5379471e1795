"""Check for Markdown and HTML that readers would see as raw text, and for lists joined into one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.yaml_repair.tree import Scalar, Style
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.typos import SPACED_ADDRESS
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.sentences import shown
from newsletter.preflight.text.unsupported_syntax import (
    is_escaped,
    list_in_paragraph,
    open_links,
    shown_texts,
    typed_list_marks,
    unsupported_syntax,
)
from newsletter.preflight.text_spans import TextSpan

RAW_MARK = warning("NL740", name="visible-markdown")
BROKEN_LINK = warning("NL741", name="broken-markdown-link")
HTML = warning("NL742", name="html-in-text")
JOINED_LIST = warning("NL743", name="run-together-list")
JOINED_PARAGRAPHS = warning("NL744", name="run-together-paragraphs")
TYPED_BULLETS = warning("NL745", name="unsupported-bullets")

_MAY_HOLD_MARKS = compile_pattern(r"\*|__|~~|`|(?m:^[ \t]*\||^#{1,6} )|\[[ xX]?\] |:[a-z]")
_LEFT = compile_pattern(
    r"(?<![*\w])\*\*(?!\*)|(?<!\*)\*\*(?![*\w])|(?<!\w)__(?=[^\W_])|(?<=[^\W_])__(?!\w)|~~(?=\S)"
    r"|(?<![\w*])\*(?=\w[^*\n]*\s\*(?!\w))|`"
)
_TABLE = compile_pattern(r"^[ \t]*\|.*\|[ \t]*\n[ \t]*\|(?=[ \t:|]*-)[ \t:|-]*$", re.MULTILINE)
_BOX = compile_pattern(r"^[ \t]*[-*+][ \t]+(\[[ xX]?\])[ \t]", re.MULTILINE)
_SHORTCODE = compile_pattern(r"(?<![\w:/]):[a-z][a-z0-9]*(?:_[a-z0-9]+)*:(?![\w:/])")
_HEADING_IN_LINE = compile_pattern(r"#{1,6}[ \t]")
_TARGET = r"(?:https?://|mailto:|tel:|www\.)[^\s()\[\]<>{}]+"
_PARTED = compile_pattern(rf"\][ \t]+\((?={_TARGET}\))")
_SWAPPED = compile_pattern(rf"\(([^()\n]+)\)\[({_TARGET})\]")
# if a ) follows, the mistake is the space in the URL
_UNCLOSED = compile_pattern(rf"\[[^\[\]\n]+\]\({_TARGET}(?=\s|$)(?!\s+[\"'(])(?![^()\[\]\n]*\))")
_NO_BRACKETS = compile_pattern(rf"\[[^\[\]\n]+\][ \t]*(?={_TARGET})")
_TAG = compile_pattern(
    r"</?(?:b|i|u|s|a|p|strong|em|br|div|span|font|img|hr|h[1-6]|ul|ol|li|table|tr|td|th|center|sup|sub|small|big"
    r"|blockquote|del|ins|mark|button|iframe|script|style)(?:\s[^<>]*)?/?>|<!--[^<>]{0,400}-->|<!--",
    re.IGNORECASE | re.DOTALL,
)
_BOLD = compile_pattern(r"<(b|strong|i|em)>(?=\S)([^<>*_\n]+)(?<=\S)</\1>", re.IGNORECASE)
_LIST_LINE = compile_pattern(r"[ \t]*(?:(?:[-*+•]|\d{1,2}[.)])[ \t]+\S|[-+•–—](?=[^\W\d_]))")
_PRODUCT = compile_pattern(r"(?<![*\w\\])\d+(?:\*\d+){2,}(?![*\w])")
_BULLET = compile_pattern(r"(?m)^[ \t]*[•·●▪◦‣∙][ \t]*(?=\S)")

_LONG_LINE = 60
"""Characters of a line that an editor has likely wrapped, where no sentence ends with it."""

_SENTENCE_END = compile_pattern(r"[.!?:;…]['’”\")\]*_]*\s*$")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings for each text, only the first of each kind."""
    for run in context.runs:
        yield from _marks(context, run)
        yield from _unsupported(context, run)
        yield from _links(context, run)
        yield from _html(context, run)
        if "\n" in run.text or run.is_prose:
            yield from _joined(context, run)


def _marks(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    if not _MAY_HOLD_MARKS.search(run.text):
        return
    for match in (_typed_table(run.text), _SHORTCODE.search(run.words)):
        if match:
            what = "The table appears as typed, with its lines" if "|" in match[0] else f"“{match[0]}” appears as typed"
            hint = "Use sentences or a list instead." if "|" in match[0] else "Use the emoji itself: 🎉."
            yield context.in_text(RAW_MARK, run, *match.span(), f"{what}.", hint=hint)
    box = _BOX.search(run.text)
    if box:
        words, hint = f"The checkbox “{box[1]}” appears as typed.", "Remove it, or use ☐ or ☑."
        yield context.in_text(RAW_MARK, run, *box.span(1), words, hint=hint)
    if run.field in {"title", "heading", "subject", "label", "preheader"} and _HEADING_IN_LINE.match(run.text):
        hint = f"Remove it: a {run.field} needs no formatting." if run.field != "preheader" else "Remove it."
        yield context.in_text(RAW_MARK, run, 0, 1, f"“{run.text.split()[0]}” appears before the text.", hint=hint)
    product = _PRODUCT.search(run.text)
    if product and not is_escaped(run.text, product.start()):
        words = f"“{product[0]}” loses its * characters, and the text between them becomes italic."
        hint = "Use × for multiplication, or put a backslash before each *: \\*."
        yield context.in_text(RAW_MARK, run, *product.span(), words, hint=hint)
    place = _left_over(run.text)
    if place is not None:
        around = shown(run.text[place : place + 40], 30)
        yield context.in_text(
            RAW_MARK, run, place, place + 1, f"The formatting character appears as typed in “{around}”."
        )


def _unsupported(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    for one in unsupported_syntax(run.text):
        if one.name == "a table" and _typed_table(run.text):
            continue
        message = f"“{shown(run.text[one.start : one.end], 30)}” appears as typed: {one.name} is not supported."
        yield context.in_text(RAW_MARK, run, one.start, one.end, message, hint=one.hint)


def _typed_table(text: str) -> re.Match[str] | None:
    """Return the start of a table that Markdown does not take for one, as its rows do not fit."""
    match = _TABLE.search(text)
    return match if match and any(match[0].split("\n")[-1].strip() in shown for _, shown in shown_texts(text)) else None


def _left_over(text: str) -> int | None:
    """Return the position of formatting that Markdown does not recognise, or None."""
    if not any(mark in text for mark in ("*", "__", "~~", "`")):
        return None
    for start, content in shown_texts(text):
        match = _LEFT.search(content)
        if match and not is_escaped(text, start + match.start()):
            return start + match.start()
    return None


def _links(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    if "[" not in run.text and "](" not in run.text:
        return
    told = {at for match in SPACED_ADDRESS.finditer(run.text) for at in range(*match.span())}
    for match in _PARTED.finditer(run.text):
        told.update(range(*match.span()))
        words = "There is a space between the link text in [ ] and the address in ( )."
        yield context.in_text(BROKEN_LINK, run, *match.span(), words, new="](")
    for match in _SWAPPED.finditer(run.text):
        told.update(range(*match.span()))
        words = f"The brackets around “{shown(match[1])}” are the wrong way round."
        yield context.in_text(BROKEN_LINK, run, *match.span(), words, new=f"[{match[1]}]({match[2]})")
    for match in _UNCLOSED.finditer(run.text):
        told.update(range(*match.span()))
        words = f"The ) after the address is missing in “{shown(match[0])}”."
        yield context.in_text(BROKEN_LINK, run, *match.span(), words, new=f"{match[0].rstrip('.,;')})")
    for match in _NO_BRACKETS.finditer(run.text):
        told.update(range(*match.span()))
        words = f"The address after “{match[0].strip()}” has no ( ) around it."
        yield context.in_text(BROKEN_LINK, run, *match.span(), words)
    for start, end, closed in open_links(run.text):
        if told.isdisjoint(range(start, end)):
            what = "its closing ) is missing" if closed else "the link is not complete"
            words = f"“{shown(run.text[start:end])}” appears as typed: {what}."
            yield context.in_text(BROKEN_LINK, run, start, end, words, new=closed)


def _html(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    match = _TAG.search(run.text) if "<" in run.text else None
    if match is None:
        return
    bold = _BOLD.match(run.text, match.start())
    if bold:
        mark = "**" if bold[1].casefold() in {"b", "strong"} else "*"
        yield context.in_text(
            HTML, run, *bold.span(), f"“{shown(bold[0])}” appears as typed.", new=f"{mark}{bold[2]}{mark}"
        )
    else:
        yield context.in_text(HTML, run, *match.span(), f"“{shown(match[0])}” appears as typed.")


def _joined(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    node = context.loaded.places.node(run.loc)
    if not isinstance(node, Scalar):
        return
    if node.style is Style.LITERAL:
        yield from _typed_bullets(context, run)
        return
    lines = [context.loaded.places.source.line(number) for number in range(node.start.line, node.end.line + 1)]
    if node.style is Style.FOLDED:
        lines = lines[1:]
    new = "|" + _chomping(context, node) if node.style is Style.FOLDED else None
    entries = _joined_entries(lines)
    if entries:
        words = f"“{shown(entries[0], 30)}” and the lines below it become one paragraph."
        yield context.on_field(JOINED_LIST, run.loc, words, new=new)
    elif (second := _joined_paragraph(run.text)) is not None:
        words = f"“{shown(run.text[second:], 40)}” would be joined to the paragraph before it."
        yield context.on_field(JOINED_PARAGRAPHS, run.loc, words, new=new)
    else:
        yield from _typed_bullets(context, run)


def _chomping(context: LintContext, node: Scalar) -> str:
    """Return the text between the `>` and the end of its line."""
    written = context.loaded.places.source.line(node.start.line)[node.start.column :]
    return written.partition(" #")[0].strip()


def _joined_entries(lines: list[str]) -> list[str]:
    """Return the list lines that are joined: those directly after another list line."""
    found = [
        line
        for before, line in pairwise(lines)
        if _LIST_LINE.match(line) and _LIST_LINE.match(before) and _indent(line) == _indent(before)
    ]
    return [line.strip() for line in found]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _joined_paragraph(text: str) -> int | None:
    """Return where a paragraph starts after a single line break, or None."""
    for match in re.finditer(r"(?<!\n)\n(?=[^\n])", text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        after = text[match.end() :]
        is_wrapped = len(before) > _LONG_LINE and not _SENTENCE_END.search(before)
        # a line that goes on in small letters is no paragraph of its own
        is_paragraph = not re.match(r"\s|[a-zß-ÿ]|[-*+>|#]|\d{1,3}[.)]\s", after)
        if is_paragraph and not is_wrapped and not before.endswith(("  ", "\\")):
            return match.end()
    return None


def _typed_bullets(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    found = list(_BULLET.finditer(run.text))
    if len(found) >= 2:
        start = found[0].end() - len(found[0][0].lstrip())
        words = f"{len(found)} lines start with “{found[0][0].strip()}”."
        yield context.in_text(TYPED_BULLETS, run, start, found[0].end(), words)
        return
    marks = typed_list_marks(run.text)
    if marks:
        (start, mark), *_ = marks
        space = " and no space" if mark in {"-", "+", "*"} or mark[0].isdigit() else ""
        words = f"{len(marks)} lines start with “{mark}”{space}, and would be joined into one paragraph."
        yield context.in_text(TYPED_BULLETS, run, start, start + len(mark), words)
    elif joined := list_in_paragraph(run.text):
        start, mark = joined
        words = f"The lines from “{mark}” on would be joined to the line above. Only a list from 1 can follow text."
        hint = "Leave an empty line above the list."
        yield context.in_text(TYPED_BULLETS, run, start, start + len(mark), words, hint=hint)


CHECKS = (
    Checker(
        "raw markup",
        (RAW_MARK, BROKEN_LINK, HTML, JOINED_LIST, JOINED_PARAGRAPHS, TYPED_BULLETS),
        check,
    ),
)
