"""The parts that templates share, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2

from newsletter.render.plain_data import Opaque, plain_context

PART = "parts/{name}.mjml.j2"
"""Where a part lies: a file with a macro of the same name."""


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
            self._loaded[name] = getattr(template.make_module(self._context), name)
        return self._loaded[name]
