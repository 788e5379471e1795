"""The filters that templates can use, each so that it cannot make too much."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jinja2
from jinja2 import filters as jinja_filters
from markupsafe import soft_str

from newsletter.render.budget import LARGEST_VALUE, LimitError, charge, current, metered, require_size, size_of
from newsletter.render.operations import WIDEST, binary, percent, require_number

LONGEST_TEXT = 100_000
"""Characters of a text for those filters whose cost grows faster than the text."""

_CAPPED = dict.fromkeys(("pprint", "striptags", "urlize", "wordwrap"), LONGEST_TEXT)


def filters() -> dict[str, Callable[..., Any]]:
    """Return the filters of Jinja by name, each so that it cannot make too much."""
    made = {name: bounded(function, _CAPPED.get(name, LARGEST_VALUE)) for name, function in _JINJA.items()}
    for name, check in _CHECKS.items():
        made[name] = _checked(made[name], check)
    for name in _OF_TEXT:
        made[name] = of_text(made[name])
    return made | {"attr": _attr, "format": bounded(_format), "join": _join, "sum": _sum}


_NAMES = """
    abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format
    groupby indent int items join last length list lower map max min pprint random reject rejectattr replace reverse
    round safe select selectattr slice sort string striptags sum title tojson trim truncate unique upper urlencode
    urlize wordcount wordwrap xmlattr
"""
_TEXT_NAMES = """
    capitalize center e escape forceescape indent lower replace safe string striptags title trim truncate upper
    urlencode urlize wordcount wordwrap
"""
_OF_TEXT = frozenset(_TEXT_NAMES.split())
"""Those that make a text of what they are given."""
_JINJA = {name: jinja_filters.FILTERS[name] for name in _NAMES.split()}
"""Those that are known here: one that a later Jinja brings is not there before it was looked at."""


def bounded(function: Callable[..., Any], most: int = LARGEST_VALUE) -> Callable[..., Any]:
    """Return a filter that refuses too large a value, and counts what it makes."""
    at = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        size = max((size_of(one) for one in args[at:]), default=1)
        if size > most:
            raise LimitError(f"a filter is given more than {most:,} characters or entries")
        current().charge(size)
        made = function(*args, **kwargs)
        if isinstance(made, Iterator):
            return metered(made)
        charge(made)
        return made

    return run


def of_text(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that takes an empty field as an empty text, not as the word None."""
    at = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if len(args) > at and args[at] is None:
            args = (*args[:at], "", *args[at + 1 :])
        return function(*args, **kwargs)

    return run


def _checked(function: Callable[..., Any], check: Callable[..., None]) -> Callable[..., Any]:
    at = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        check(*args[at:], **kwargs)
        return function(*args, **kwargs)

    return run


def _check_width(value: Any, width: Any = 80, *_: Any, **__: Any) -> None:
    require_size(size_of(value) + int(width))


def _check_indent(value: Any, width: Any = 4, *_: Any, **__: Any) -> None:
    each = len(width) if isinstance(width, str) else int(width)
    require_size(size_of(value) + (str(value).count("\n") + 1) * each)


def _check_replace(value: Any, old: Any, new: Any, *_: Any, **__: Any) -> None:
    text = str(value)
    require_size(5 * len(text) + text.count(str(old)) * 5 * size_of(new))


def _check_count(value: Any, count: Any, *_: Any, **__: Any) -> None:  # noqa: ARG001  the filter's own
    if int(count) > 10_000:
        raise LimitError("a list is split into more than 10,000 pieces")


def _check_round(value: Any, precision: Any = 0, *_: Any, **__: Any) -> None:  # noqa: ARG001  as above
    if abs(int(precision)) > 300:
        raise LimitError("a number is rounded to more than 300 digits")


def _check_number(value: Any, *_: Any, **__: Any) -> None:
    require_number(value)
    if isinstance(value, str) and len(value) > WIDEST:
        raise LimitError("a number has more than a thousand digits")


def _check_wrap(value: Any, *args: Any, wrapstring: Any = None, **__: Any) -> None:
    separator = wrapstring if wrapstring is not None else args[2] if len(args) > 2 else "\n"
    require_size(size_of(value) * (size_of(separator) + 1) if separator else 0)


def _check_xml(value: Any, *_: Any, **__: Any) -> None:
    require_size(size_of(value) * 5)


_CHECKS: Mapping[str, Callable[..., None]] = {
    "center": _check_width,
    "indent": _check_indent,
    "replace": _check_replace,
    "batch": _check_count,
    "slice": _check_count,
    "round": _check_round,
    "int": _check_number,
    "float": _check_number,
    "filesizeformat": _check_number,
    "wordwrap": _check_wrap,
    "xmlattr": _check_xml,
}


@jinja2.pass_environment
def _attr(environment: jinja2.Environment, value: Any, name: str) -> Any:
    """Return what `value.name` is, where the value has that."""
    return environment.getattr(value, str(name))


def _format(text: Any, *args: Any, **kwargs: Any) -> str:
    if args and kwargs:
        raise jinja2.exceptions.FilterArgumentError("can't handle positional and keyword arguments at the same time")
    return percent(soft_str(text), kwargs or args)


@jinja2.pass_eval_context
def _join(context: jinja2.nodes.EvalContext, value: Any, d: Any = "", attribute: Any = None) -> str:
    if attribute is not None:
        value = map(jinja_filters.make_attrgetter(context.environment, attribute), value)
    pieces = ["" if one is None else one for one in metered(iter(value))]
    require_size((size_of(pieces) + len(pieces) * size_of(d)) * (5 if context.autoescape else 1))
    made: str = jinja_filters.FILTERS["join"](context, pieces, d)
    charge(made)
    return made


@jinja2.pass_environment
def _sum(environment: jinja2.Environment, iterable: Any, attribute: Any = None, start: Any = 0) -> Any:
    if isinstance(start, str):
        raise TypeError("text values cannot be added up: use |join")
    if attribute is not None:
        iterable = map(jinja_filters.make_attrgetter(environment, attribute), iterable)
    total = start
    for one in iterable:
        total = binary("+", total, one)
    return total
