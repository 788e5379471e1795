"""The parts that templates share, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from jinja2.runtime import Macro

from newsletter.render.plain_data import Opaque, plain_context

PART = "parts/{name}.mjml.j2"
"""Where a part lies: a file with a macro of the same name."""


BUILT_IN = "templates/"
"""What the names of the files begin with that come with the tool; those of the user's own are whole paths."""


def fitting(part: Macro, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments that a part of the user's own takes.

    It may have been written for a version that gave parts fewer arguments.
    """
    if not getattr(part, "is_of_the_user", False):
        return args, dict(kwargs)
    known = {*part.arguments, "caller"}
    kept = args if part.catch_varargs else args[: len(part.arguments)]
    return kept, {name: value for name, value in kwargs.items() if name in known or part.catch_kwargs}


class Parts(Opaque):
    """The parts by name: `parts.button` is the macro `button` of `parts/button.mjml.j2`, with the context of the issue.

    A part is loaded when it is first asked for, once a rendering.
    """

    def __init__(self, environment: jinja2.Environment, context: Mapping[str, Any]) -> None:
        self._environment = environment
        self._context = {**plain_context(context), "parts": self}
        self._loaded: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._loaded:
            path = PART.format(name=name)
            try:
                template = self._environment.get_template(path)
            except jinja2.TemplateNotFound as missing:
                if missing.name != path:
                    raise
                raise AttributeError(f"there is no template {path}") from None
            part = getattr(template.make_module(self._context), name)
            if isinstance(part, Macro) and not (template.filename or "").startswith(BUILT_IN):
                part.is_of_the_user = True  # type: ignore[attr-defined]
            self._loaded[name] = part
        return self._loaded[name]
