"""Turn Markdown into blocks; a front matter gives title and date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.importing.blocks import BOLD_RANK, Block, BlockKind, Picture, Source, entry, heading, paragraph
from newsletter.importing.html_reader import LoadPicture, read_fragment, read_html
from newsletter.importing.inline import escape, is_bold, without_bold

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(title|date|subtitle|description)\s*:\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_LONE_PICTURE = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\]\(\s*<?([^\s<>)]+)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)")

_LONGEST_PREHEADER = 150


def read_markdown(text: str, *, load: LoadPicture | None = None) -> Source:
    """Return the blocks of a Markdown text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  only an import needs it

    fields, text = split_front_matter(text.replace("\x00", ""))
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    blocks = tuple(_Reader(load).blocks(tokens))
    preheader, left_out = _summary(fields)
    return Source(
        blocks,
        title=fields.get("title", ""),
        date=_date(fields.get("date", "")),
        preheader=preheader,
        left_out=left_out,
    )


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the title and date that stand above a text between lines of dashes, and the text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    front = _FRONT.match(text.lstrip())
    if front is None:
        return {}, text
    fields = {name.lower(): value.strip("\"'") for name, value in _FIELD.findall(front[1])}
    return fields, text.lstrip()[front.end() :]


def read_html_file(text: str, *, load: LoadPicture | None = None) -> Source:
    """Return the blocks of a page, which may have a front matter as site generators use it."""
    fields, text = split_front_matter(text)
    source = read_html(text, load=load)
    return replace(source, title=fields.get("title") or source.title, date=_date(fields.get("date", "")) or source.date)


def _summary(fields: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the subtitle or description of a front matter as a preheader, or as words to list if it is too long."""
    said = [fields[name] for name in ("subtitle", "description") if fields.get(name, "")[:1] not in {"", ">", "|"}]
    if said and len(said[0]) <= _LONGEST_PREHEADER:
        return said[0], tuple(said[1:])
    return "", tuple(said)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


class _Reader:
    def __init__(self, load: LoadPicture | None) -> None:
        self._load = load

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """Yield the blocks of a list of tokens."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            end = _closing(tokens, at)
            inside = tokens[at + 1 : end]
            if token.type == "heading_open":
                yield from self._heading(inside, int(token.tag[1]))
            elif token.type == "paragraph_open":
                yield from self._paragraph(inside[0].content)
            elif token.type in {"bullet_list_open", "ordered_list_open"}:
                yield from self._list(inside, 0, numbered=token.type[0] == "o", start=int(token.attrGet("start") or 1))
            elif token.type == "blockquote_open":
                for block in self.blocks(inside):
                    yield Block(BlockKind.QUOTE, block.text) if block.kind is BlockKind.PARAGRAPH else block
            elif token.type == "table_open":
                yield Block(BlockKind.TABLE, rows=tuple(_rows(inside)))
            elif token.type == "html_block":
                yield from self._html(token.content)
            elif token.type in {"fence", "code_block"}:
                yield from (paragraph(escape(line)) for line in token.content.splitlines() if line.strip())
            at = end + 1

    def _heading(self, inside: Sequence[Token], rank: int) -> Iterator[Block]:
        words, pictures = self._without_pictures(inside[0].content if inside else "")
        yield from pictures
        if words:
            yield heading(re.sub(r"\s+\{#[\w-]+\}$", "", words).replace("**", ""), rank)

    def _paragraph(self, content: str) -> Iterator[Block]:
        if "<" in content and re.search(r"</?(?:p|div|br|img|a|b|strong|em|span|u)\b", content, re.IGNORECASE):
            yield from self._mixed(content)
            return
        words, pictures = self._without_pictures(_one_line(content))
        yield from pictures
        if not words or re.fullmatch(r"\{[:%{].*\}", words):
            return
        if is_bold(words) and len(words) < 200:
            yield heading(without_bold(words).replace("\n", " "), BOLD_RANK)
        else:
            yield paragraph(words)

    def _mixed(self, content: str) -> Iterator[Block]:
        """Yield the blocks of a paragraph with HTML in it, by way of HTML."""
        from markdown_it import MarkdownIt  # noqa: PLC0415  only an import needs it

        yield from self._html(MarkdownIt("commonmark", {"html": True}).render(content))

    def _html(self, html: str) -> Iterator[Block]:
        if re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL).strip():
            yield from read_fragment(html, load=self._load)

    def _without_pictures(self, words: str) -> tuple[str, list[Block]]:
        """Take the pictures out of a paragraph; a link around one goes with it."""
        pictures: list[Block] = []

        def take(match: re.Match[str]) -> str:
            data = self._load(match[2]) if self._load else None
            link = match["link"] or "" if "link" in match.groupdict() else ""
            pictures.append(Block(BlockKind.PICTURE, picture=Picture(match[2], match[1], data, link)))
            return ""

        words = re.sub(rf"\[{_LONE_PICTURE.pattern}\]\((?P<link>[^()\s]+)\)", take, words)
        words = _LONE_PICTURE.sub(take, words)
        return words.strip(), pictures

    def _list(self, tokens: Sequence[Token], depth: int, *, numbered: bool, start: int) -> Iterator[Block]:
        at, number = 0, start
        while at < len(tokens):
            end = _closing(tokens, at)
            yield from self._entry(list(self.blocks(tokens[at + 1 : end])), depth, f"{number}." if numbered else "")
            number += 1
            at = end + 1

    def _entry(self, inner: list[Block], depth: int, number: str) -> Iterator[Block]:
        first = next((at for at, block in enumerate(inner) if block.text and not block.is_entry), None)
        if first is None:
            yield from inner
            return
        yield from inner[:first]
        head = inner[first]
        words = f"**{head.text}**" if head.is_heading else head.text
        rest = inner[first + 1 :]
        own = {BlockKind.PARAGRAPH, BlockKind.HEADING}
        yield entry(words, depth, number, tuple(block.text for block in rest if block.kind in own))
        for block in rest:
            if block.is_entry:
                yield entry(block.text, block.rank + 1, block.number, block.parts)
            elif block.kind not in own:
                yield block


def _closing(tokens: Sequence[Token], at: int) -> int:
    """Return the position of the token that closes one."""
    level = 0
    for position in range(at, len(tokens)):
        level += tokens[position].nesting
        if level <= 0:
            return position
    return len(tokens) - 1


def _rows(tokens: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    row: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(token.content)
        elif token.type == "tr_close":
            yield tuple(row)


def _one_line(content: str) -> str:
    r"""Join the lines of a paragraph; a hard break (`\` or two spaces) stays a break."""
    content = re.sub(r"(?:\\| {2,})\n\s*", "\x00", content)
    return re.sub(r"\s*\n\s*", " ", content).replace("\x00", "\n").strip()
