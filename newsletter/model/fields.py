"""The kinds of text an author writes: a line, a Markdown text, a link, an address."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from newsletter.compiled_patterns import compile_pattern

_EMAIL = compile_pattern(r"[^@\s<>()]+@[^@\s<>()]+\.[^@\s<>().]+")
_BARE_DOMAIN = compile_pattern(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#].*)?", re.IGNORECASE)
_CONTROL = compile_pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAK = compile_pattern("[\\n\\r\\x85\\u2028\\u2029]")
_MERGE_TAG = compile_pattern(r"\{[a-z][a-z0-9_]*(?:\|[^{}|\n]*)?\}")
"""A merge tag, whose fallback may have spaces in a link too: they are encoded when the issue is rendered."""

_SCHEMES = ("https://", "http://", "mailto:", "tel:")


class FrozenModel(BaseModel):
    """Base of every model: immutable, and a field it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def is_email(text: str) -> bool:
    """Return whether the whole text looks like one email address."""
    return _EMAIL.fullmatch(text) is not None


def _printable(text: str) -> str:
    # a backslash in a quoted value can write any character, one that breaks a mail's header too
    if _CONTROL.search(text):
        raise PydanticCustomError("control_character", "there is a control character")
    return text


LONGEST_LINE = 2_000
LONGEST_TEXT = 50_000
LONGEST_WORD = 2_000
MOST_SPACES = 100
MOST_MARKS = 300
"""Bounds of what an author writes, in characters, and in Markdown's marks a paragraph. Far more than anybody needs;
within them, no text takes long to check and to render."""

_LONG_PIECE = compile_pattern(rf"(?P<word>[^\s]{{{LONGEST_WORD + 1}}})|(?P<space>\s{{{MOST_SPACES + 1}}})")

_PARAGRAPH = compile_pattern(r"\n[ \t]*\n|\n(?=[ \t]*[-*+][ \t])")
_MARK = compile_pattern(r"[*_~`]++|[\[\]<]")


def _require_bounds(text: str, most: int) -> None:
    """Raise a pydantic error for a text that takes long to check and to render."""
    if len(text) > most:
        raise PydanticCustomError("text_too_long", "this is too long", {"length": len(text), "most": most})
    piece = _LONG_PIECE.search(text) if len(text) > MOST_SPACES else None
    if piece and piece["space"]:
        raise PydanticCustomError("too_many_spaces", "there are too many spaces", {"most": MOST_SPACES})
    if piece:
        context = {"most": LONGEST_WORD, "begins": piece[0][:30]}
        raise PydanticCustomError("word_too_long", "a word is too long", context)
    for paragraph in _PARAGRAPH.split(text) if len(text) > MOST_MARKS else ():
        count = len(_MARK.findall(paragraph))
        if count > MOST_MARKS:
            context = {"count": count, "most": MOST_MARKS, "begins": paragraph.strip()[:30]}
            raise PydanticCustomError("too_many_marks", "there are too many marks", context)


# one function for each kind of text: pydantic looks at each validator of each field when a model is made


def _plain_text(text: str) -> str:
    _require_bounds(text, LONGEST_LINE)
    return _printable(text)


def _single_line(text: str) -> str:
    return _one_line(_plain_text(text))


def _markdown(text: str) -> str:
    _require_bounds(text, LONGEST_TEXT)
    return _printable(text)


def _one_line(text: str) -> str:
    if _BREAK.search(text):
        raise PydanticCustomError("line_break", "this must be one line")
    return text


def one_line() -> AfterValidator:
    """Return what refuses a text of several lines."""
    return AfterValidator(_one_line)


def _link(text: str) -> str:
    _plain_text(text)
    if text.lower().startswith(_SCHEMES) and text.lower() not in _SCHEMES:
        if re.search(r"\s", _MERGE_TAG.sub("", text)):
            raise PydanticCustomError("link_space", "a link has no spaces in it")
        return text
    if is_email(text):
        corrected = f"mailto:{text}"
        raise PydanticCustomError(
            "link_scheme", "an email address as a link starts with mailto:", {"corrected": corrected}
        )
    if _BARE_DOMAIN.fullmatch(text):
        raise PydanticCustomError("link_scheme", "a link starts with https://", {"corrected": f"https://{text}"})
    raise PydanticCustomError("link_scheme", "a link starts with https://, mailto: or tel:")


_LANGUAGE = compile_pattern(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")


def _language(text: str) -> str:
    if _LANGUAGE.fullmatch(text) is None:
        raise PydanticCustomError("language_form", "this is not the short name of a language")
    return text


def _listed(value: object) -> object:
    """Take a single name where a list of names is expected."""
    return [value] if isinstance(value, str) else value


def _path(text: str) -> str:
    if "\0" in text or text.startswith("~"):
        raise PydanticCustomError("path_form", "this is not a path")
    return text


PlainText = Annotated[str, AfterValidator(_plain_text)]
"""A text that may be empty."""

SingleLine = Annotated[str, StringConstraints(min_length=1), AfterValidator(_single_line)]
"""One line of text; inline Markdown (emphasis, links) is allowed."""

Markdown = Annotated[str, StringConstraints(min_length=1), AfterValidator(_markdown)]
"""A text in Markdown: paragraphs, lists, links, emphasis."""

Link = Annotated[str, StringConstraints(min_length=1), AfterValidator(_link)]
"""An https, http, mailto or tel link."""

Language = Annotated[str, AfterValidator(_language)]
"""A language as `en-GB` or `cy`."""

Names = Annotated[tuple[SingleLine, ...], BeforeValidator(_listed)]
"""Some people's names; one name may be written without a list."""

LocalPath = Annotated[SingleLine, AfterValidator(_path)]
"""A path, relative to the folder of the settings unless absolute."""
