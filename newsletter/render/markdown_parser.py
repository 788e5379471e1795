"""The Markdown that authors can write: CommonMark with tables, footnotes, and words marked as another language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.domains import encode_link
from newsletter.render.dates import direction

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

LANGUAGE_MARK = compile_pattern(r"\{lang=[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2})[\"']?\}")
"""What follows words in square brackets that are in another language."""

_ALIGN = compile_pattern(r"text-align:\s*(left|right|center)")


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """Return the parser: no HTML, no code by indentation and no headings by underlining.

    These two happen by accident more often than on purpose. A line of dashes is a rule.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415  of use only when something is rendered
    from mdit_py_plugins.footnote import footnote_plugin  # noqa: PLC0415  as above

    class Parser(MarkdownIt):
        def normalizeLink(self, url: str) -> str:  # noqa: N802  the library's name
            """Return a link in ASCII; the library itself does not map the letters of domains."""
            return super().normalizeLink(encode_link(url))

    made = Parser("commonmark", {"html": False}).disable(["code", "lheading", "html_block", "html_inline"])
    made.enable("table").use(footnote_plugin).disable("footnote_inline")
    made.inline.ruler.before("link", "language", _language_span)
    made.add_render_rule("footnote_ref", _note_number)
    for name, markup in _FIXED_TAGS.items():
        made.add_render_rule(name, _fixed(markup))
    return made


def _language_span(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  as the library calls it
    """Parse `[words]{lang=de}`."""
    if state.src[state.pos] != "[":
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos)
    mark = LANGUAGE_MARK.match(state.src, end + 1) if end >= 0 else None
    if mark is None:
        return False
    if not silent:
        most = state.posMax
        start = state.pos + 1
        opening = state.push("span_open", "span", 1)
        opening.attrs = {"lang": mark[1], "dir": direction(mark[1])}
        state.pos, state.posMax = start, end
        state.md.inline.tokenize(state)
        state.push("span_close", "span", -1)
        state.posMax = most
    state.pos = mark.end()
    return True


# --- how footnotes and tables are shown -------------------------------------------------------------------------------

_FIXED_TAGS = {
    "table_open": '<table class="data">\n',
    "footnote_block_open": '<hr>\n<ol class="small">\n',
    "footnote_block_close": "</ol>\n",
    "footnote_open": "<li>",
    "footnote_close": "</li>\n",
    "footnote_anchor": "",
}


def note_number(meta: Mapping[str, Any]) -> int:
    """Return the number of a footnote by what the parser says of it, from 1 on; the library counts from 0."""
    return int(meta["id"]) + 1


def _note_number(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    # no link to the note: within an email, most mail programs follow none
    return f"<sup>{note_number(tokens[index].meta)}</sup>"


def _fixed(markup: str) -> Any:
    def rule(*_: Any) -> str:
        return markup

    return rule


def mark_cells(tokens: Sequence[Token]) -> None:
    """Give the cells of tables attributes that every mail program and screen reader knows."""
    for token in tokens:
        if token.type not in {"th_open", "td_open"}:
            continue
        align = _ALIGN.search(str(token.attrs.pop("style", "")))
        if align:
            token.attrs["align"] = align[1]
        if token.type == "th_open":
            token.attrs["scope"] = "col"
