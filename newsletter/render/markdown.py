"""Markdown to HTML that is safe in an email; merge tags come through it unharmed, in link targets too."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import unquote

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.merge_tags import PATTERN, MergeTag
from newsletter.render.dates import NO_BREAK, join_typed, typed_date
from newsletter.render.link_tags import encode_fallback
from newsletter.render.markdown_parser import mark_cells, parser

if TYPE_CHECKING:
    from markdown_it.token import Token

    from newsletter.render.image_store import Picture

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "span",
    "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "class"},
    "ol": {"start", "class"},
    "span": {"lang", "dir"},
    "table": {"class"},
    "td": {"align"},
    "th": {"align", "scope"},
}
SCHEMES = {"https", "http", "mailto", "tel", "cid"}

_LINK = compile_pattern(r'\b(?:href|src)="([^"]*)"')
_LOWEST = 6
_LIST_TOKENS = {"ordered_list_open", "ordered_list_close", "list_item_open", "list_item_close"}
_LARGE_NUMBER = 1000
"""Numbers from here on are years more often than positions in a list, and too wide for a list's margin."""

_TAG_OR_MERGE_TAG = compile_pattern(r"(<[^>]*>|\{[^{}]*\})")
_MERGE_TAG = compile_pattern(r"(\{[^{}]*\})")
_PUNCTUATION = compile_pattern(r"[\\`*_\[\]<>&!]")
_HYPHENED = compile_pattern(r"\w+(?:-\w+)+")
_COLON = compile_pattern(r":\s+(?=\S)")
_SHORT_PART = 10
"""Letters of a part of a title which need no line of their own."""

_LAST_WORD = compile_pattern(r"(?<=\w) (?=\w{1,4}[.!?…]?$)")
"""The space before a short last word."""

_FEW_WORDS = 3
"""Spaces from which on a line may be too long for one row."""

_APART = compile_pattern(r"""(?s)(<pre\b.*?</pre>|<code\b.*?</code>|<(?:"[^"]*"|[^">])*>|\{[^{}]*\})""")
"""What a text is split at: code, tags and merge tags."""

_SHORT_START = compile_pattern(r"(?<![\w/.@:&-])\w{1,3}-\w{2,11}(?![\w/.@-])")
"""A word whose beginning is so short that a break after it looks like a mistake in any text."""

_LONG_WORD = 14
"""Letters from which on a word may be too wide for a phone, and is better broken."""


class Protected(NamedTuple):
    """A text whose merge tags became plain words that nothing in the toolchain touches."""

    text: str
    tags: tuple[tuple[str, MergeTag], ...]

    @classmethod
    def of(cls, text: str) -> Protected:
        """Take the merge tags out of a text."""
        stem = "mt"
        while stem in text:
            stem += "t"
        tags: list[tuple[str, MergeTag]] = []

        def kept(match: re.Match[str]) -> str:
            tags.append((f"{stem}{len(tags)}z", MergeTag(name=match[1], fallback=match[2])))
            return tags[-1][0]

        return cls(PATTERN.sub(kept, text) if "{" in text else text, tuple(tags))

    def restored(self, text: str) -> str:
        """Put the merge tags back into plain text."""
        return self._with_tags(text, str) if self.tags else text

    def restored_html(self, markup: str) -> str:
        """Put the merge tags back into HTML: their fallbacks become part of the HTML, or of the link they stand in."""
        if not self.tags:
            return markup
        markup = _LINK.sub(lambda link: self._restored_link(link[0], link[1]), markup)
        return self._with_tags(markup, lambda tag: html.escape(str(tag)))

    def _restored_link(self, link: str, target: str) -> str:
        first = self._tokens.match(target)
        whole = None if first is None else self.tags[int(first[1])][1]
        return self._with_tags(link, lambda tag: html.escape(str(encode_fallback(tag, whole=tag is whole))))

    def _with_tags(self, text: str, written: Callable[[MergeTag], str]) -> str:
        return self._tokens.sub(lambda token: written(self.tags[int(token[1])][1]), text)

    @property
    def _tokens(self) -> re.Pattern[str]:
        """Return the pattern of the words that stand for merge tags; its group is a tag's number."""
        stem = self.tags[0][0].removesuffix("0z")
        return re.compile(rf"{stem}(\d+)z")


def block(text: str, *, below: int = 2, picture: Callable[[str], Picture] | None = None, width: int = 0) -> str:
    """Return a text as HTML; its headings begin one level under `below`, and none is skipped.

    `picture` makes a picture's name into what is shown, at most `width` pixels wide; without it only its words show.
    """
    return _block(text, below, picture, width) if "![" in text else _known_block(text, below)


def _block(text: str, below: int, picture: Callable[[str], Picture] | None, width: int) -> str:
    protected = Protected.of(text)
    tokens = _with_written_numbers(parser().parse(protected.text))
    _demote(tokens, below)
    mark_cells(tokens)
    _place_pictures(tokens, protected, picture, width)
    return _finished(tokens, protected)


@lru_cache(maxsize=512)
def _known_block(text: str, below: int) -> str:
    """Return a text without pictures as HTML; a preview renders the same texts again and again."""
    return _block(text, below, None, 0)


@lru_cache(maxsize=512)
def inline(text: str) -> str:
    """Return a line as HTML, without a paragraph around it; of a picture in it only the words show."""
    protected = Protected.of(text)
    tokens = parser().parseInline(protected.text)
    _place_pictures(tokens, protected, None, 0)
    return _finished(tokens, protected)


def escape(text: str) -> str:
    """Return Markdown that shows a line just as it is; its merge tags stay merge tags."""
    pieces = _MERGE_TAG.split(text)
    return "".join(piece if number % 2 else _PUNCTUATION.sub(r"\\\g<0>", piece) for number, piece in enumerate(pieces))


@lru_cache(maxsize=512)
def bound(markup: str, language: str = "en") -> str:
    """Return HTML in which no line breaks within a date, or within a word such as “co-production” at its hyphen.

    The latter is so where style sheets are read.
    """
    date = typed_date(language)

    def together(piece: str) -> str:
        return _SHORT_START.sub(r'<span class="n">\g<0></span>', date.sub(join_typed, piece))

    pieces = _APART.split(markup)
    return "".join(piece if number % 2 else together(piece) for number, piece in enumerate(pieces))


@lru_cache(maxsize=512)
def unbroken(text: str, *, large: bool = False) -> str:
    """Return a line as HTML in which no short word is broken at its hyphen, which looks like a mistake in a heading.

    Where the letters are `large`, a word is broken after all if it is wider than the window, and a line that has to be
    broken is so after its colon.
    """
    # an inline block does that; but it takes the line from under a link, so smaller headings do without
    style = "display:inline-block" if large else "white-space:nowrap"

    def together(word: re.Match[str]) -> str:
        return word[0] if len(word[0]) > _LONG_WORD else f'<span style="{style}">{word[0]}</span>'

    pieces = _TAG_OR_MERGE_TAG.split(inline(text))
    # the odd ones are what was split at: a tag or a merge tag, which stays as it is
    shown = [piece if number % 2 else _HYPHENED.sub(together, piece) for number, piece in enumerate(pieces)]
    return "".join(_with_break_at_colon(shown) if large else shown)


def with_company(text: str, markup: str) -> str:
    """Return the HTML of a line in which a short last word does not stand alone in the second row."""
    return _LAST_WORD.sub(NO_BREAK, markup) if text.count(" ") >= _FEW_WORDS else markup


def _with_break_at_colon(pieces: Sequence[str]) -> Sequence[str]:
    """Put what follows the colon of a line into a block of its own, which stays on the line where there is room.

    `pieces` are texts and, at the odd places, tags and merge tags; a colon inside of an element is left alone.
    """
    depth = 0
    for number, piece in enumerate(pieces):
        if number % 2:
            depth += (piece.startswith("<")) - 2 * piece.startswith("</")
        elif depth == 0 and (colon := _COLON.search(piece)):
            before, after = [*pieces[:number], piece[: colon.end()]], [piece[colon.end() :], *pieces[number + 1 :]]
            if min(len("".join(before)), len("".join(after))) < _SHORT_PART:
                return pieces
            return [*before, '<span style="display:inline-block">', *after, "</span>"]
    return pieces


def _finished(tokens: Sequence[Token], protected: Protected) -> str:
    from nh3 import clean  # noqa: PLC0415  as above

    markdown = parser()
    markup = cast("str", markdown.renderer.render(tokens, markdown.options, {}))
    safe = clean(markup, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None, strip_comments=True)
    return protected.restored_html(safe).strip()


def _demote(tokens: Sequence[Token], below: int) -> None:
    """Give headings the levels that follow the one above the text, whichever the author chose."""
    open_levels: list[int] = []
    for opening, closing in zip(tokens, tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        level = int(opening.tag[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        opening.tag = closing.tag = f"h{min(below + len(open_levels), _LOWEST)}"


def written_numbers(numbers: Sequence[str]) -> list[str] | None:
    """Return the numbers of an ordered list as its author wrote them; None where they count up by one.

    A list with `1.` (or `0.`) on every line counts up too: that is how Markdown is often written.
    """
    values = [int(number) for number in numbers]
    counted = list(range(values[0], values[0] + len(values)))
    is_repeated = len(values) > 1 and set(values) in ({0}, {1})
    is_padded = any(len(number) > 1 and number.startswith("0") for number in numbers)
    return None if (values == counted or is_repeated) and not is_padded else list(numbers)


def _with_written_numbers(tokens: Sequence[Token]) -> list[Token]:
    """Write ordered lists as paragraphs that begin with their numbers, where HTML would count otherwise.

    Years, and lists that leave a number out, keep their numbers that way in every mail program.
    """
    result: list[Token] = []
    as_paragraphs: list[bool] = []
    number = ""
    for position, token in enumerate(tokens):
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            as_paragraphs.append(_needs_written_numbers(tokens, position))
        is_changed = bool(as_paragraphs) and as_paragraphs[-1]
        if not is_changed or token.type not in _LIST_TOKENS:
            if is_changed and token.type in {"paragraph_open", "paragraph_close"}:
                token.hidden = False
            if number and token.type == "inline":
                _prepend(token, f"{number} ")
                number = ""
            result.append(token)
        elif token.type == "list_item_open":
            number = f"{token.info}{token.markup}"
            if tokens[position + 1].type != "paragraph_open":
                result += _paragraph(number, token.level)
                number = ""
        if token.type in {"ordered_list_close", "bullet_list_close"}:
            as_paragraphs.pop()
    return result


def _needs_written_numbers(tokens: Sequence[Token], position: int) -> bool:
    if tokens[position].type != "ordered_list_open":
        return False
    numbers = _item_numbers(tokens, position)
    return written_numbers(numbers) is not None or max(int(number) for number in numbers) >= _LARGE_NUMBER


def _prepend(inline: Token, words: str) -> None:
    from markdown_it.token import Token  # noqa: PLC0415  as above

    inline.content = words + inline.content
    inline.children = [Token("text", "", 0, content=words), *(inline.children or [])]


def _paragraph(words: str, level: int) -> list[Token]:
    from markdown_it.token import Token  # noqa: PLC0415  as above

    text = Token("inline", "", 0, content=words, children=[Token("text", "", 0, content=words)], level=level + 1)
    return [
        Token("paragraph_open", "p", 1, level=level, block=True),
        text,
        Token("paragraph_close", "p", -1, level=level),
    ]


def _item_numbers(tokens: Sequence[Token], start: int) -> list[str]:
    level = tokens[start].level
    numbers = []
    for token in tokens[start + 1 :]:
        if token.type == "ordered_list_close" and token.level == level:
            break
        if token.type == "list_item_open" and token.level == level + 1:
            numbers.append(token.info)
    return numbers


def _place_pictures(
    tokens: Sequence[Token], protected: Protected, picture: Callable[[str], Picture] | None, width: int
) -> None:
    for token in tokens:
        children = token.children or []
        for child in children:
            if child.type != "image":
                continue
            if picture is None:
                child.type, child.tag, child.children = "text", "", None
                continue
            shown = picture(protected.restored(_unquoted(str(child.attrs.get("src", "")))))
            child.attrs["src"] = shown.src
            child.attrs["width"] = str(shown.fit(width, width))
            if shown.transparent:
                child.attrs["class"] = "clear"


def _unquoted(name: str) -> str:
    """Undo the percent-encoding that the parser gives to a link; a link to elsewhere keeps it."""
    return name if "://" in name else unquote(name)
