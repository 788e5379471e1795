"""Mark in a preview which element shows which field of the issue.

The texts and dates of an issue are given to the templates as values that know their field. What is written of them is
put between marks, plain letters that come through MJML and the inliner; at the end the marks become `data-field`
attributes. A message that is sent is rendered without any of this; taking the marks out of a marked one gives the same.
"""

from __future__ import annotations

import datetime as dt
import functools
import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from markupsafe import Markup, escape
from pydantic import BaseModel

from newsletter.compiled_patterns import compile_pattern
from newsletter.render.inline import tightened

FieldPath = tuple[str | int, ...]

_START, _END = "fqzs{number}qz", "fqzeqz"
MARK = compile_pattern(r"fqz(?:s(\d+)q|eq)z")
"""A mark; group 1 is the number of a field, and none where the field ends."""

_NOT_SHOWN = frozenset({"kind", "language", "link", "only", "zone", "repeats", "repeats_as"})
"""Fields whose value is not shown as it is."""

_TOKEN = compile_pattern(
    r"""<!--.*?-->|<[a-zA-Z!/](?:"[^"]*"|'[^']*'|[^'">])*>|[^<]+|<""",
    re.DOTALL,
)
_BETWEEN_TAGS = compile_pattern(r"(?<=>)\s*(?:fqz(?:s\d+q|eq)z\s*)+(?=<)")
_NAME = compile_pattern(r"</?([a-zA-Z0-9]+)")
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_BLOCKS = frozenset({"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"})

M = TypeVar("M", bound=BaseModel)


class MarkedText(str):
    """A text of an issue that knows the number of its field."""

    __slots__ = ("number",)
    number: int

    @classmethod
    def of(cls, text: str, number: int) -> MarkedText:
        """Return a text with the number of its field."""
        marked = cls(text)
        marked.number = number
        return marked

    def __html__(self) -> str:
        """Return the text as HTML, between marks."""
        return between_marks(str(self), self)


class MarkedDate(dt.date):
    """A day that knows the number of its field."""

    number: int


class MarkedMoment(dt.datetime):
    """A moment that knows the number of its field."""

    number: int


class FieldMarks:
    """The fields of one rendering, by their numbers."""

    def __init__(self) -> None:
        self.paths: list[FieldPath] = []

    def marked(self, content: M, path: FieldPath = ()) -> M:
        """Return a model whose texts and dates know their fields."""
        changes: dict[str, Any] = {}
        for name in content.model_fields_set:
            value = getattr(content, name)
            if name not in _NOT_SHOWN and name in type(content).model_fields:
                made = self._marked_value(value, (*path, name))
                if made is not value:
                    changes[name] = made
        return content.model_copy(update=changes) if changes else content

    def _marked_value(self, value: Any, path: FieldPath) -> Any:
        if isinstance(value, str):
            return MarkedText.of(value, self._number(path))
        if isinstance(value, dt.datetime):
            moment = MarkedMoment.combine(value.date(), value.timetz())
            moment.number = self._number(path)
            return moment
        if isinstance(value, dt.date):
            day = MarkedDate(value.year, value.month, value.day)
            day.number = self._number(path)
            return day
        if isinstance(value, BaseModel):
            return self.marked(value, path)
        if isinstance(value, tuple):
            return tuple(self._marked_value(one, (*path, number)) for number, one in enumerate(value))
        return value

    def _number(self, path: FieldPath) -> int:
        self.paths.append(path)
        return len(self.paths) - 1

    def annotated(self, markup: str, shown: Callable[[FieldPath], FieldPath]) -> str:
        """Return HTML with `data-field` in place of the marks; `shown` gives the path of a field as it is written."""
        attributes = [
            f' data-field="{html.escape(json.dumps(shown(_of_picture(path)), ensure_ascii=False))}"'
            for path in self.paths
        ]
        head, body, rest = _settled(markup).partition("<body")
        return without_marks(head) + tightened("".join(_annotated(body + rest, attributes)))


def _of_picture(path: FieldPath) -> FieldPath:
    """Return the field of a picture in place of that of its alt text, which is seen nowhere else."""
    return (*path[:-1], "image") if path and path[-1] == "alt" else path


def number_of(value: Any) -> int | None:
    """Return the number of the field that a value was taken from; None where it is not known."""
    if isinstance(value, MarkedText | MarkedDate | MarkedMoment):
        return getattr(value, "number", None)
    return None


def between_marks(made: str, source: Any) -> Markup:
    """Return what was made of a field's value as HTML, between marks where the value knows its field."""
    number = number_of(source)
    if number is None:
        return escape(made)
    return Markup(_START.format(number=number)) + escape(made) + Markup(_END)  # noqa: S704  letters and digits


def following(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose text knows the field that it was made of: a value, one in a list, or a thing's date."""

    @functools.wraps(call)
    def run(*args: Any, **kwargs: Any) -> Any:
        made = call(*args, **kwargs)
        if type(made) is str:
            number = next((one for one in map(_number_in, args) if one is not None), None)
            return made if number is None else MarkedText.of(made, number)
        return made

    return run


def _number_in(value: Any) -> int | None:
    if isinstance(value, list | tuple):
        return next((one for one in map(number_of, value) if one is not None), None)
    number = number_of(value)
    return number if number is not None or isinstance(value, str) else number_of(getattr(value, "when", None))


def without_marks(markup: str) -> str:
    """Return HTML, or any text, without marks."""
    return MARK.sub("", _settled(markup))


def _settled(markup: str) -> str:
    """Drop the line ends between tags and marks: the MJML engine drops them where there are no marks."""
    return _BETWEEN_TAGS.sub(lambda gap: "".join(gap[0].split()) if "\n" in gap[0] else gap[0], markup)


def _annotated(markup: str, attributes: Sequence[str]) -> Iterator[str]:
    """Yield HTML in pieces: texts between marks in a span, and blocks between marks with the attribute on each."""
    open_fields: list[_OpenField] = []
    for token in _TOKEN.finditer(markup):
        piece = token[0]
        if piece.startswith("<!"):
            yield without_marks(piece)
        elif piece.startswith("<"):
            yield from _tag(piece, open_fields, attributes)
        else:
            yield from _text(piece, open_fields, attributes)


class _OpenField:
    """A field whose mark was met and whose end was not."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.depth = 0
        self.is_span: bool | None = None


def _tag(piece: str, open_fields: list[_OpenField], attributes: Sequence[str]) -> Iterator[str]:
    name = _NAME.match(piece)
    first = MARK.search(piece)
    number = int(first[1]) if first and first[1] else None
    piece = without_marks(piece)
    is_end = piece.startswith("</")
    if open_fields and not is_end:
        field = open_fields[-1]
        if field.is_span is None:
            field.is_span = name is None or name[1].lower() not in _BLOCKS
            if field.is_span:
                yield f"<span{attributes[field.number]}>"
        if not field.is_span and field.depth == 0 and number is None:
            number = field.number
    yield piece if number is None or name is None else f"{name[0]}{attributes[number]}{piece[len(name[0]) :]}"
    if name is not None and name[1].lower() not in _VOID and not piece.endswith("/>"):
        for field in open_fields[-1:]:
            field.depth += -1 if is_end else 1


def _text(piece: str, open_fields: list[_OpenField], attributes: Sequence[str]) -> Iterator[str]:
    end = 0
    for mark in MARK.finditer(piece):
        yield from _words(piece[end : mark.start()], open_fields, attributes)
        end = mark.end()
        if mark[1]:
            open_fields.append(_OpenField(int(mark[1])))
        elif open_fields and open_fields.pop().is_span:
            yield "</span>"
    yield from _words(piece[end:], open_fields, attributes)


def _words(words: str, open_fields: list[_OpenField], attributes: Sequence[str]) -> Iterator[str]:
    if open_fields and open_fields[-1].is_span is None and words.strip():
        open_fields[-1].is_span = True
        yield f"<span{attributes[open_fields[-1].number]}>"
    yield words
