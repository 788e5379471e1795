"""Turn HTML into blocks: as Word, Google Docs, a mail program or a website wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from newsletter.importing.blocks import Block, BlockKind, Picture, Source, entry, heading
from newsletter.importing.html_page import (
    drop_furniture,
    hidden_start,
    main_part,
    outside_words,
    page_date,
    page_link,
    page_title,
    parse_html,
)
from newsletter.importing.inline import Run, is_bold, with_addresses, without_bold, write_runs
from newsletter.importing.paragraph_lines import paragraph_blocks
from newsletter.importing.text_reader import BULLET

LoadPicture = Callable[[str], bytes | None]
"""Returns the bytes of a picture by its source in the page; None where they are not at hand."""

_HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_DEEPEST = 200
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_INVISIBLE = re.compile("[\u200b\u200c\u2060\u00ad\u034f\ufeff]")
_BOLD = re.compile(r"(?<![\w-])font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"(?<![\w-])font-weight:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE)
_BUTTON = re.compile(r"\b(?:\w*button|btn)\b|(?:background(?:-color)?|padding|border-radius):", re.IGNORECASE)
_ITALIC = re.compile(r"(?<![\w-])font-style:\s*(?:italic|oblique)", re.IGNORECASE)
_WORD_LEVEL = re.compile(r"mso-list:\s*(?!ignore)\S+\s+level(\d)", re.IGNORECASE)
_WORD_TITLE = re.compile(r"\bMso(?:Title|Heading(\d))\b|\bMsoTitle\b")
_LIST_CLASS = re.compile(r"MsoListParagraph")
_DROPPED = frozenset({"script", "style", "head", "noscript", "template", "svg", "iframe", "object", "title"})


def read_html(text: str, *, load: LoadPicture | None = None, is_email: bool = False) -> Source:
    """Return the blocks of a page's or an email's main part; `load` finds pictures that are saved with it."""
    root = parse_html(text)
    part = root if is_email else main_part(root)
    preheader = hidden_start(root) if is_email else ""
    title, date, link = page_title(root), page_date(root), page_link(root)
    outside = [] if is_email else [words for words in outside_words(root, part) if len(words.split()) > 7]
    dropped = drop_furniture(part)
    walker = _Walker(load)
    walker.read(part)
    blocks = tuple(walker.blocks)
    return Source(blocks, title=title, date=date, preheader=preheader, link=link, left_out=(*dropped, *outside))


def read_fragment(html: str, *, load: LoadPicture | None = None) -> tuple[Block, ...]:
    """Return the blocks of a piece of HTML, all of it."""
    walker = _Walker(load)
    walker.read(parse_html(f"<div>{html}</div>"))
    return tuple(walker.blocks)


class _Walker:
    """Goes through the elements of a page and collects blocks."""

    def __init__(self, load: LoadPicture | None) -> None:
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._load = load

    def read(self, root: Any) -> None:
        """Collect the blocks of an element."""
        self._walk(root, Run(""), 0)
        self._flush()

    def _walk(self, element: Any, look: Run, depth: int) -> None:
        if depth > _DEEPEST:
            self._add(Run(_shown(str(element.xpath("string()"))), look.bold, look.italic, look.link))
            return
        self._add(Run(_shown(element.text or ""), look.bold, look.italic, look.link))
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _DROPPED:
                self._element(child, look, depth + 1)
            self._add(Run(_shown(child.tail or ""), look.bold, look.italic, look.link))

    def _element(self, element: Any, look: Run, depth: int) -> None:
        name = element.tag
        if name == "br":
            self._add(Run("\n"))
        elif name == "img":
            self._picture(element, look)
        elif name in _HEADINGS:
            self._heading(element, _HEADINGS[name], depth)
        elif name in {"ul", "ol"}:
            self._flush()
            self._list(element, 0, depth)
        elif name == "blockquote":
            self._quote(element, depth)
        elif name == "table" and _is_data(element):
            self._table(element)
        elif name in _BLOCKS:
            self._flush()
            self._block(element, look, depth)
            self._flush()
        else:
            self._walk(element, _look_of(element, look), depth)

    def _block(self, element: Any, look: Run, depth: int) -> None:
        style = element.get("style") or ""
        classes = element.get("class") or ""
        title = _WORD_TITLE.search(classes)
        level = _WORD_LEVEL.search(style) or _LIST_CLASS.search(classes)
        if title and element.tag == "p":
            self._heading(element, int(title[1] or 1), depth)
        elif level and element.tag == "p":
            self._word_entry(element, depth)
        else:
            self._walk(element, _look_of(element, look), depth)

    def _heading(self, element: Any, rank: int, depth: int) -> None:
        self._flush()
        inner = _Walker(self._load)
        inner._walk(element, Run(""), depth)
        pictures = [block for block in inner.blocks if block.kind is BlockKind.PICTURE]
        text = write_runs([Run(run.text, link=run.link) for run in inner._runs])
        rest = [block for block in inner.blocks if block.kind is not BlockKind.PICTURE]
        self.blocks += pictures
        words = " ".join([*(block.text for block in rest), text]).replace("\n", " ").strip()
        if words:
            self.blocks.append(heading(words, rank))

    def _list(self, element: Any, level: int, depth: int) -> None:
        number = 0
        for child in element:
            if not isinstance(child.tag, str):
                continue
            if child.tag in {"ul", "ol"}:
                self._list(child, level + 1, depth + 1)
            elif child.tag == "li":
                number += 1
                self._entry(child, level, f"{number}." if element.tag == "ol" else "", depth + 1)
            else:
                self._element(child, Run(""), depth + 1)
            if (child.tail or "").strip():
                self._add(Run(_shown(child.tail or "")))
                self._flush()

    def _entry(self, element: Any, level: int, number: str, depth: int) -> None:
        inner = _Walker(self._load)
        inner._walk(element, Run(""), min(depth, _DEEPEST))
        inner._flush()
        first = next((at for at, block in enumerate(inner.blocks) if block.text), None)
        if first is None:
            self.blocks += inner.blocks
            return
        head, rest = inner.blocks[first], inner.blocks[first + 1 :]
        self.blocks += inner.blocks[:first]
        is_title = head.is_heading or (is_bold(head.text) and any(block.text for block in rest))
        words = f"**{without_bold(head.text)}**" if is_title else head.text
        parts = tuple(block.text for block in rest if block.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING})
        self.blocks.append(entry(words, level, number, parts))
        for block in rest:
            if block.is_entry:
                self.blocks.append(entry(block.text, level + 1 + block.rank, block.number, block.parts))
            elif block.kind not in {BlockKind.PARAGRAPH, BlockKind.HEADING}:
                self.blocks.append(block)

    def _word_entry(self, element: Any, depth: int) -> None:
        """Add an entry of a list as Word writes it: a paragraph that shows its own bullet."""
        style = _WORD_LEVEL.search(element.get("style") or "")
        bullets = [one for one in element.iter("span") if "mso-list:ignore" in (one.get("style") or "").lower()]
        mark = "".join(str(one.xpath("string()")) for one in bullets).strip()
        for one in bullets:
            one.text, children = None, list(one)
            for child in children:
                one.remove(child)
        inner = _Walker(self._load)
        inner._walk(element, Run(""), depth)
        words = write_runs(inner._runs).replace("\n", " ")
        words = words if mark else BULLET.sub("", words)
        number = mark if re.fullmatch(r"\(?\w{1,3}[.)]", mark) and mark[:1] not in "·•o§" else ""
        self.blocks += (
            [*inner.blocks, entry(words, int(style[1]) - 1 if style else 0, number)] if words else inner.blocks
        )

    def _quote(self, element: Any, depth: int) -> None:
        self._flush()
        inner = _Walker(self._load)
        inner._walk(element, Run(""), depth)
        inner._flush()
        texts = [block for block in inner.blocks if block.kind is BlockKind.PARAGRAPH]
        if len(texts) == len(inner.blocks):
            self.blocks += [Block(BlockKind.QUOTE, block.text) for block in texts]
        else:  # a mail program's way to indent
            self.blocks += inner.blocks

    def _table(self, element: Any) -> None:
        self._flush()
        rows = tuple(
            tuple(
                with_addresses(" ".join(_shown(str(cell.xpath("string()"))).split())) for cell in row.iter("td", "th")
            )
            for row in element.iter("tr")
        )
        self.blocks.append(Block(BlockKind.TABLE, rows=tuple(row for row in rows if any(row))))

    def _picture(self, element: Any, look: Run) -> None:
        source = (element.get("src") or element.get("data-src") or "").strip()
        size = [element.get(side) or "" for side in ("width", "height")]
        if not source or any(re.fullmatch(r"[0-3](?:px)?", one) for one in size):
            return  # a picture that counts readers
        alt = element.get("alt")
        self._flush()
        data = self._load(source) if self._load else None
        picture = Picture(source, None if alt is None else " ".join(alt.split()), data, look.link)
        self.blocks.append(Block(BlockKind.PICTURE, picture=picture))

    def _add(self, run: Run) -> None:
        if run.text:
            self._runs.append(run)

    def _flush(self) -> None:
        runs, self._runs = self._runs, []
        text = write_runs(runs)
        for piece in re.split(r"\n\s*\n", text):
            self.blocks += paragraph_blocks(piece.strip("\n"))


def _look_of(element: Any, look: Run) -> Run:
    name, style = element.tag, element.get("style") or ""
    bold = look.bold or name in {"b", "strong", "th"} or bool(_BOLD.search(style))
    if _NOT_BOLD.search(style):
        bold = False
    italic = look.italic or name in {"i", "em", "cite"} or bool(_ITALIC.search(style))
    link = (element.get("href") or "") if name == "a" else look.link
    if name == "a" and _BUTTON.search(f"{element.get('class') or ''} {style}"):
        bold = False  # a button's words are no heading
    return Run("", bold, italic, link)


def _is_data(table: Any) -> bool:
    """Return whether a table holds data, not the layout of a page."""
    if (table.get("role") or "") in {"presentation", "none"} or table.xpath(
        ".//table|.//img|.//p[2]|.//h1|.//h2|.//h3"
    ):
        return False
    rows = [len(row.xpath("./td|./th")) for row in table.iter("tr")]
    cells = [str(cell.xpath("string()")).strip() for cell in table.iter("td", "th")]
    is_even = len(rows) > 1 and rows[0] > 1 and len(set(rows)) == 1
    return is_even and all(len(cell) < 120 for cell in cells) and any(cells)


def _shown(text: str) -> str:
    return _SPACES.sub(" ", _INVISIBLE.sub("", text))
