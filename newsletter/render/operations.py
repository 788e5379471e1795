"""What templates can do with values: operators, functions and methods of texts, none of which makes too much."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

import jinja2
from jinja2.runtime import markup_join, str_join
from jinja2.sandbox import SandboxedEscapeFormatter, SandboxedFormatter
from jinja2.utils import generate_lorem_ipsum
from markupsafe import Markup

from newsletter.compiled_patterns import compile_pattern
from newsletter.render.budget import LimitError, charge, current, require_size, size_of
from newsletter.render.plain_data import Function

MOST_BITS = 4096
"""Of a whole number; a thousand digits."""

WIDEST = 1000
"""Characters that a field of a format may be filled up to."""

_PLAIN = """
    capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit isidentifier islower
    isnumeric isprintable isspace istitle isupper lower lstrip partition removeprefix removesuffix rfind rindex
    rpartition rsplit rstrip split splitlines startswith strip swapcase title upper escape striptags unescape
"""
_MEASURED = "center expandtabs format format_map join ljust replace rjust zfill"
_MEASURED_METHODS = frozenset(_MEASURED.split())
TEXT_METHODS = _MEASURED_METHODS | frozenset(_PLAIN.split())
"""The methods of texts that templates may use; `escape`, `striptags` and `unescape` are those of safe HTML."""

_PERCENT = compile_pattern(r"%(?:\([^)]*\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+)?)?")


def a(words: str) -> str:
    """Return words with the fitting article."""
    return f"an {words}" if words[:1].lower() in "aeiou" else f"a {words}"


# --- operators --------------------------------------------------------------------------------------------------------

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = jinja2.sandbox.SandboxedEnvironment.default_binop_table


def binary(operator: str, left: Any, right: Any) -> Any:
    """Return what an operator makes of two values; raise LimitError where that would be too much."""
    for one in (left, right):
        require_number(one)
    if operator == "*":
        _require_repeat(left, right)
    elif operator == "**" and isinstance(left, int) and isinstance(right, int) and abs(left) > 1:
        if right > MOST_BITS or left.bit_length() * right > MOST_BITS:
            raise LimitError("a number has more than a thousand digits")
    elif operator == "%" and isinstance(left, str):
        return percent(left, right)
    elif operator == "+" and isinstance(left, str | list | tuple):
        require_size(size_of(left) + size_of(right))
    made = _OPERATORS[operator](left, right)
    charge(made)
    return made


def require_number(value: Any) -> None:
    """Raise LimitError where a whole number is too large to reckon with."""
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise LimitError("a number has more than a thousand digits")


def _require_repeat(left: Any, right: Any) -> None:
    for text, times in ((left, right), (right, left)):
        if isinstance(text, str | list | tuple) and isinstance(times, int):
            size = len(text) if isinstance(text, str) else size_of(text)
            require_size(size * max(0, times))


def percent(text: str, values: Any) -> str:
    """Return a text with values in place of its `%s`."""
    for width, digits in _PERCENT.findall(text):
        for one in (width, digits):
            if one == "*" or (one and int(one[:9]) > WIDEST):
                raise LimitError(f"`%` pads a field to more than {WIDEST} characters")
    given = [*values] if isinstance(values, tuple) else [*values.values()] if isinstance(values, dict) else [values]
    largest = max((size_of(one) for one in given), default=0) * (5 if isinstance(text, Markup) else 1)
    require_size(size_of(text) + text.count("%") * largest + _filled(text))
    made: str = text % values
    charge(made)
    return made


def _filled(text: str) -> int:
    """Return the number of characters that the fields of a text ask for at least."""
    return sum(int(one) for pair in _PERCENT.findall(text) for one in pair if one)


def held(value: Any) -> Any:
    """Return a list that a template wrote, once it is measured."""
    charge(value)
    return value


@jinja2.pass_eval_context
def joined(context: jinja2.nodes.EvalContext, pieces: list[Any]) -> str:
    """Return what `~` makes of its pieces; an empty field is nothing."""
    pieces = ["" if one is None else one for one in pieces]
    require_size(sum(size_of(one) for one in pieces))
    made: str = markup_join(pieces) if context.autoescape else str_join(pieces)
    charge(made)
    return made


# --- functions --------------------------------------------------------------------------------------------------------


def mapping(*args: Any, **kwargs: Any) -> dict[Any, Any]:
    """Return names and values as a mapping."""
    made = dict(*args, **kwargs)
    charge(made)
    return made


def sample_text(n: int = 5, html: bool = True, min: int = 20, max: int = 100) -> str:  # noqa: A002, FBT001, FBT002
    """Return words without meaning, to see how a page looks."""
    require_size(n * max * 20)
    return generate_lorem_ipsum(n, html, min, max)


# --- methods of texts -------------------------------------------------------------------------------------------------


def text_method(environment: jinja2.Environment, text: str, name: str) -> Any:
    """Return a method of a text for a template; undefined where a text that is no HTML has none of that name."""
    if name not in _MEASURED_METHODS:
        if not hasattr(text, name):
            return environment.undefined(obj=text, name=name)
        return Function(getattr(text, name), name)
    if name in {"format", "format_map"}:
        return Function(functools.partial(_formatted, environment, text, of_mapping=name == "format_map"), name)
    return Function(functools.partial(_measured, text, name), name)


def _measured(text: str, name: str, *args: Any, **kwargs: Any) -> Any:
    if name == "join":
        pieces = [*args[0]] if args else []
        require_size((size_of(pieces) + len(text) * len(pieces)) * (5 if isinstance(text, Markup) else 1))
        args = (pieces, *args[1:])
    elif name == "replace":
        old, new = [*args, "", ""][:2]
        require_size(len(text) + text.count(str(old)) * size_of(new))
    elif name == "expandtabs":
        size = kwargs.get("tabsize", args[0] if args else 8)
        require_size(len(text) + text.count("\t") * int(size))
    else:  # center, ljust, rjust, zfill
        require_size(len(text) + int(args[0]) if args else 0)
    made = getattr(text, name)(*args, **kwargs)
    charge(made)
    return made


def _formatted(environment: Any, text: str, *args: Any, of_mapping: bool = False, **kwargs: Any) -> str:
    if of_mapping:
        [kwargs], args = args, ()
    is_html = isinstance(text, Markup)
    formatter = _HtmlFormatter(environment, escape=Markup.escape) if is_html else _TextFormatter(environment)
    made = formatter.vformat(text, args, kwargs)
    charge(made)
    return Markup(made) if is_html else made  # noqa: S704  it was HTML, and each value is escaped


class _Measured(Formatter):
    """Fills the fields of a format, none wider than may be."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Return a value as its field asks for."""
        if any(int(one[:9]) > WIDEST for one in re.findall(r"\d+", format_spec)):
            raise LimitError(f"`format` pads a field to more than {WIDEST} characters")
        require_number(value)
        made = super().format_field(value, format_spec)
        charge(made)
        return made

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """Return a value converted by `!s`, `!r` or `!a`."""
        current().charge(size_of(value))
        return super().convert_field(value, conversion)


class _TextFormatter(_Measured, SandboxedFormatter):
    pass


class _HtmlFormatter(_Measured, SandboxedEscapeFormatter):
    pass
