"""Inline Markdown: write words, bold, italics and links as Markdown, and read the plain words back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

from newsletter.model.fields import is_email

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SCHEMES = ("https://", "http://", "mailto:", "tel:")
"""How a link in an issue can start."""

_ESCAPES = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"  # a backslash that would vanish
    r"|`|(?<=\S)\*|\*(?=\S)|~~"
    r"|(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])"
    r"|\[(?=[^\[\]]*\][({\[:]|\^)|<(?=[A-Za-z/!?])|&(?=#?\w+;)"
)
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|[-=_]{3,}\s*$|\|)", re.MULTILINE)
_NUMBER_START = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_SPECIAL = re.compile(r"([\\`*_\[\]<>&~#|!+-])")
_EMAIL = re.compile(r"(?<![\w.+/:@<-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?![\w@])", re.IGNORECASE)
_URL = re.compile(r"(?<![\w/<(\[])https?://[^\s<>\"“”()\[\]]+[^\s<>\"“”()\[\].,;:!?'’]", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_WRAPPED = re.compile(r"https?://(?:www\.)?google\.[a-z.]+/url$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of one look."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  only an import needs it

    return MarkdownIt("commonmark", {"html": False}).enable("strikethrough")


@lru_cache(maxsize=4096)
def plain_text(markdown: str) -> str:
    """Return the words of inline Markdown."""
    return "".join(_words(token.children or ()) for token in _parser().parseInline(markdown)).strip()


def _words(tokens: Iterable[object]) -> str:
    pieces = []
    for token in tokens:
        kind = getattr(token, "type", "")
        if kind in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif kind in {"text", "code_inline", "text_special", "image"}:
            pieces.append(getattr(token, "content", ""))
    return "".join(pieces)


def first_bold(markdown: str) -> tuple[str, str] | None:
    """Return the words that a paragraph starts with in bold, and the Markdown after them; None if it does not."""
    match = re.match(r"\*\*(?=\S)((?:[^*\\]|\\.|\*(?!\*))+?)\*\*", markdown)
    return (match[1].strip(), markdown[match.end() :]) if match else None


@lru_cache(maxsize=1024)
def links_in(markdown: str) -> tuple[tuple[str, str], ...]:
    """Return the links of inline Markdown: their words and where they lead."""
    found: list[tuple[str, str]] = []
    for token in _parser().parseInline(markdown):
        words: list[str] = []
        target = ""
        for one in token.children or ():
            if one.type == "link_open":
                words, target = [], str(one.attrGet("href") or "")
            elif one.type == "link_close":
                found.append(("".join(words).strip(), target))
            elif one.type in {"text", "code_inline", "text_special"}:
                words.append(one.content)
    return tuple(found)


def clean_text(text: str) -> str:
    """Return a text without control characters and broken ones, which no issue can hold."""
    kept = _CONTROL.sub(" ", text)
    return kept.encode("utf-8", "ignore").decode().strip()


def escape(text: str) -> str:
    """Return words as Markdown that reads as exactly these words; only what has to be is escaped."""
    light = _LINE_START.sub(r"\1\\\2", _ESCAPES.sub(r"\\\g<0>", text))
    light = _NUMBER_START.sub(r"\1\\\2", light)
    if plain_text(light) == text.strip():
        return light
    return _SPECIAL.sub(r"\\\1", text)


def with_addresses(text: str) -> str:
    """Return words as Markdown in which web and email addresses are links."""
    pieces, end = [], 0
    matches = sorted([*_EMAIL.finditer(text), *_URL.finditer(text)], key=lambda match: match.start())
    for match in matches:
        if match.start() >= end:
            pieces += [escape_within(text[end : match.start()]), f"<{match[0]}>"]
            end = match.end()
    if not pieces:
        return escape(text)
    return "".join([*pieces, escape_within(text[end:])])


def escape_within(text: str) -> str:
    """Escape a piece of a paragraph, with the spaces at its ends."""
    inner = text.strip()
    if not inner:
        return text
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{escape(inner)}{tail}"


def write_runs(runs: Sequence[Run]) -> str:
    """Return runs as inline Markdown, with single spaces and emphasis around whole words."""
    merged = _merged(runs)
    if not any(run.text.strip() for run in merged):
        return ""
    written = "".join(_written(run) for run in merged)
    lines = [_SPACES.sub(" ", line).strip() for line in written.split("\n")]
    return "\n".join(lines).strip("\n")


def _merged(runs: Sequence[Run]) -> list[Run]:
    """Join neighbours of the same look, and take spaces out of links and emphasis."""
    split = [piece for run in runs for piece in _split_spaces(run)]
    found: list[Run] = []
    for run in split:
        if found and (run.bold, run.italic, run.link) == (found[-1].bold, found[-1].italic, found[-1].link):
            found[-1] = replace(found[-1], text=found[-1].text + run.text)
        else:
            found.append(run)
    return _with_inner_spaces(found)


def _split_spaces(run: Run) -> list[Run]:
    inner = run.text.strip()
    if not inner or not (run.bold or run.italic or run.link):
        return [run if inner else Run(run.text)]
    lead, tail = run.text[: len(run.text) - len(run.text.lstrip())], run.text[len(run.text.rstrip()) :]
    return [Run(lead)] * bool(lead) + [replace(run, text=inner)] + [Run(tail)] * bool(tail)


def _with_inner_spaces(runs: list[Run]) -> list[Run]:
    """Join two runs of the same look that only a space parts: `**one** **two**` is `**one two**`."""
    found: list[Run] = []
    for run in runs:
        before = found[-2] if len(found) > 1 else None
        between = found[-1].text if found else ""
        if (
            before is not None
            and (before.bold, before.italic, before.link) == (run.bold, run.italic, run.link)
            and (run.bold or run.italic or run.link)
            and between
            and not between.strip()
            and "\n" not in between
        ):
            found[-2:] = [replace(before, text=before.text + " " + run.text)]
        else:
            found.append(run)
    return found


def _written(run: Run) -> str:
    if not run.text.strip():
        return run.text
    link = clean_link(run.link)
    lines = run.text.split("\n")
    words = _link(run.text, link) if link else "\n".join(with_addresses(line) for line in lines)
    mark = "**" * run.bold + "*" * run.italic
    if not mark:
        return words
    return "\n".join(f"{mark}{line}{mark}" if line.strip() else line for line in words.split("\n"))


def _link(text: str, link: str) -> str:
    words = " ".join(text.split())
    bare = link.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
    if words in {link, bare} and (is_email(words) or words.startswith(("https://", "http://"))):
        return f"<{words}>"
    return f"[{escape(words)}]({link})" if words else ""


def clean_link(target: str) -> str:
    """Return where a link leads, without a search engine's wrapping; nothing for what no email can open."""
    target = "".join(target.split()) if "\n" in target else target.strip()
    if is_email(target) and not target.lower().startswith("mailto:"):
        target = f"mailto:{target}"
    if not target.lower().startswith(SCHEMES) or target.lower() in SCHEMES:
        return ""
    try:
        parts = urlsplit(target)
        inner = parse_qs(parts.query).get("q", [""])[0]
    except ValueError:
        return ""
    if _WRAPPED.match(f"{parts.scheme}://{parts.netloc}{parts.path}") and inner.startswith(SCHEMES):
        target = inner
    return quote(target, safe="%/:?#@!$&'*+,;=~-._{|}").replace("(", "%28").replace(")", "%29")


def is_bold(markdown: str) -> bool:
    """Return whether a paragraph is bold from its first to its last word."""
    lines = [line for line in markdown.split("\n") if line.strip()]
    return bool(lines) and all(
        (found := first_bold(line)) is not None and not found[1].strip(" .:!?–-") for line in lines
    )


def without_bold(markdown: str) -> str:
    """Return a paragraph that is bold throughout as plain inline Markdown."""
    return "\n".join(re.sub(r"^\*\*(.*?)\*\*", r"\1", line.strip()) for line in markdown.split("\n"))
