"""What templates may read of each type of value, and what they may call."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import runtime, utils
from jinja2.exceptions import SecurityError

from newsletter.render import operations
from newsletter.render.plain_data import Choice, Function, Record, found_in, kind_of

_DAYS = "year month day ctime isocalendar isoformat isoweekday replace strftime toordinal weekday"
_CLOCKS = "hour minute second microsecond fold tzinfo tzname utcoffset dst"
_LOOPS = "index index0 revindex revindex0 first last length depth depth0 cycle changed previtem nextitem"
_DAY, _CLOCK = frozenset(_DAYS.split()), frozenset(_CLOCKS.split())
ATTRIBUTES: tuple[tuple[type, frozenset[str]], ...] = (
    (Choice, operations.TEXT_METHODS | {"name", "value"}),
    (str, operations.TEXT_METHODS),
    (dict, frozenset({"get", "items", "keys", "values"})),
    (list, frozenset({"count", "index"})),
    (range, frozenset({"count", "index", "start", "step", "stop"})),
    (dt.datetime, _DAY | _CLOCK | {"astimezone", "date", "time", "timestamp"}),
    (dt.date, _DAY),
    (dt.time, _CLOCK | {"isoformat", "replace", "strftime"}),
    (dt.timedelta, frozenset({"days", "microseconds", "seconds", "total_seconds"})),
    (ZoneInfo, frozenset({"key"})),
    (float, frozenset({"is_integer"})),
    (runtime.LoopContext, frozenset(_LOOPS.split())),
    (runtime.Macro, frozenset({"arguments", "caller", "catch_kwargs", "catch_varargs", "name"})),
    (runtime.BlockReference, frozenset({"name", "super"})),
    (utils.Cycler, frozenset({"current", "next", "reset"})),
)
"""What may be read of each type, the first that fits."""

CALLABLE = (Function, runtime.Macro, runtime.BlockReference, runtime.LoopContext, utils.Joiner)

INSTEAD = {
    **dict.fromkeys(
        ("append", "extend", "insert", "add", "update", "setdefault"),
        "A template cannot change a list; use `list + [one]` to make a longer one.",
    ),
    **dict.fromkeys(
        ("remove", "pop", "clear", "popitem", "sort", "reverse"),
        "A template cannot change a list; `|reject`, `|sort` and `|reverse` make another one.",
    ),
    **dict.fromkeys(
        ("copy", "dict", "json", "model_copy", "model_dump", "model_dump_json"),
        "Use the field names directly, such as `section.heading`.",
    ),
    **dict.fromkeys(("encode", "decode", "translate"), "Use `|urlencode`, or `.replace(…)`."),
}
ALLOWED_ONLY = "Templates can only read values and call what is listed in docs/templates.md."


class ForbiddenError(SecurityError):
    """A template asks for what it may not have; `advice` says what it can use instead."""

    advice = ALLOWED_ONLY


def forbidden(message: str, *, advice: str = ALLOWED_ONLY) -> ForbiddenError:
    """Return the error for what a template may not have."""
    error = ForbiddenError(message)
    error.advice = advice
    return error


def advice_on(obj: Any, name: str) -> str:
    """Return what a template can use instead of an attribute that it may not have."""
    if name in INSTEAD:
        return INSTEAD[name]
    if isinstance(obj, Record):
        names = ", ".join(one for one in found_in(obj))
        return f"{operations.a(kind_of(obj)).capitalize()} has: {names}. {ALLOWED_ONLY}"
    return ALLOWED_ONLY
