"""The environment that templates run in: what they may read and call is listed here, all else is refused.

Jinja's own sandbox refuses what is known to be dangerous. A folder of templates may come from anybody, so this one
allows what is known to be harmless, and bounds what that costs (`budget`).
"""

from __future__ import annotations

import types
from functools import partial
from typing import Any, cast

import jinja2
from jinja2 import nodes, runtime, utils
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range

from newsletter.render import operations, template_filters
from newsletter.render.allowed import ATTRIBUTES, CALLABLE, INSTEAD, advice_on, forbidden
from newsletter.render.bounded_code import COUNT, HELD, JOINED, Generator, count_step
from newsletter.render.budget import charge, current, size_of
from newsletter.render.missing_names import advice_on_field, advice_on_part, raising
from newsletter.render.parts import Parts, fitting
from newsletter.render.plain_data import Function, Record, found_in, kind_of


class NamedValues(utils.Namespace):
    """What `namespace()` makes; written out it does not show what is in it, which may be itself."""

    def __repr__(self) -> str:
        """Return the same for all."""
        return "<namespace>"


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja for templates that may come from anybody."""

    code_generator_class = Generator
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

    def __init__(self, loader: jinja2.BaseLoader, compiled: jinja2.BytecodeCache | None) -> None:
        super().__init__(
            loader=loader,
            autoescape=lambda name: not (name or "").endswith(".txt.j2"),
            undefined=jinja2.StrictUndefined,
            bytecode_cache=compiled,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            optimized=False,  # what is worked out while a template is compiled would not be counted
            finalize=_counted_output,
        )
        self.globals = {
            "range": Function(safe_range, "range"),
            "dict": Function(operations.mapping, "dict"),
            "lipsum": Function(operations.sample_text, "lipsum"),
            "cycler": Function(utils.Cycler, "cycler"),
            "joiner": Function(utils.Joiner, "joiner"),
            "namespace": Function(NamedValues, "namespace"),
        }
        self.filters = template_filters.filters()
        self.filters |= {COUNT: count_step, HELD: operations.held, JOINED: operations.joined}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute that may be read, or an entry of a mapping by this name."""
        if isinstance(obj, Record):
            return self._field(obj, attribute)
        if attribute.startswith("_"):
            in_mapping = isinstance(obj, dict) and attribute in obj
            return obj[attribute] if in_mapping else self.unsafe_undefined(obj, attribute)
        if isinstance(obj, jinja2.Undefined):
            return getattr(obj, attribute)  # which raises, with the words of what is missing
        if isinstance(obj, utils.Namespace | Parts):
            return self._named(obj, attribute)
        if isinstance(obj, runtime.TemplateReference):
            return self.getitem(obj, attribute)
        return self._attribute(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an entry, or an attribute by its name."""
        if isinstance(obj, str | list | tuple | dict | range | runtime.TemplateReference):
            try:
                return obj[argument]
            except (TypeError, LookupError, AttributeError):
                if isinstance(obj, runtime.TemplateReference):
                    return self.undefined(f"there is no block called {argument!r}", name=str(argument))
        if isinstance(argument, str):
            return self.getattr(obj, str(argument))
        return self.undefined(obj=obj, name=argument)

    def _field(self, record: Record, name: str) -> Any:
        found = found_in(record)
        if name in found:
            return found[name]
        if name.startswith("_"):
            return self.unsafe_undefined(record, name)
        if name in INSTEAD:
            return self.unsafe_undefined(record, name)
        words = f"{operations.a(kind_of(record))} has no attribute {name!r}"
        return self.undefined(words, obj=record, name=name, exc=raising(advice_on_field(record, name)))

    def _named(self, obj: Any, name: str) -> Any:
        try:
            return getattr(obj, name)
        except AttributeError:
            if not isinstance(obj, Parts):
                return self.undefined(obj=obj, name=name)
            advice = advice_on_part(name, self.list_templates())
            return self.undefined(f"there is no part {name!r}", obj=obj, name=name, exc=raising(advice))

    def _attribute(self, obj: Any, name: str) -> Any:
        if isinstance(obj, runtime.TemplateReference | types.ModuleType):
            return self.unsafe_undefined(obj, name)
        if isinstance(obj, jinja2.environment.TemplateModule):
            inside = vars(obj)
            return inside[name] if name in inside else self.undefined(obj=obj, name=name)
        named = tuple(getattr(type(obj), "_fields", ())) if isinstance(obj, tuple) else ()
        allowed = next((names for kind, names in ATTRIBUTES if isinstance(obj, kind)), frozenset())
        if isinstance(obj, tuple):
            allowed = frozenset({"count", "index", "year", "week", "weekday", *named})
        if name in allowed:
            return self._allowed(obj, name)
        if isinstance(obj, dict):
            return obj[name] if name in obj else self._no_entry(obj, name)
        if hasattr(type(obj), name):
            return self.unsafe_undefined(obj, name)
        return self.undefined(obj=obj, name=name)

    def _no_entry(self, obj: Any, name: str) -> jinja2.Undefined:
        words = f"the values in {{…}} have no entry {name!r}"
        return self.undefined(words, obj=obj, name=name, exc=raising(f'Add "{name}": … to the {{…}}.'))

    def _allowed(self, obj: Any, name: str) -> Any:
        if isinstance(obj, str) and name in operations.TEXT_METHODS:
            return operations.text_method(self, obj, name)
        if not hasattr(obj, name):
            return self.undefined(obj=obj, name=name)
        value = getattr(obj, name)
        return Function(value, name) if isinstance(value, types.BuiltinMethodType | types.MethodType) else value

    def unsafe_undefined(self, obj: Any, attribute: str) -> jinja2.Undefined:
        """Return a value that says, when it is used, what is refused and what to use instead."""
        what = kind_of(obj) if isinstance(obj, Record) else type(obj).__name__
        return self.undefined(
            f"access to attribute {attribute!r} of {what!r} object is unsafe.",
            name=attribute,
            obj=obj,
            exc=cast("type[jinja2.TemplateRuntimeError]", partial(forbidden, advice=advice_on(obj, attribute))),
        )

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002  as Jinja calls it
        """Refuse whatever asks by Jinja's own rule: `getattr` above has another."""
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        """Return whether something is a function for templates, or a part, a block or a loop."""
        return isinstance(obj, CALLABLE)

    def call(__self, __context: runtime.Context, __obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Call what may be called, and count it."""
        if isinstance(__obj, jinja2.Undefined):
            return __obj(*args, **kwargs)  # which raises, with the words of what is missing
        if not __self.is_safe_callable(__obj):
            raise forbidden(f"{operations.a(type(__obj).__name__)} cannot be called")
        if isinstance(__obj, runtime.Macro) and (__obj.catch_varargs or __obj.catch_kwargs):
            charge([args, kwargs])
        if isinstance(__obj, runtime.Macro):
            args, kwargs = fitting(__obj, args, kwargs)
        with current().nested():
            made = __context.call(__obj, *args, **kwargs)
        charge(made)
        return made

    def call_binop(self, context: runtime.Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Work out what an operator makes, where that is not too much."""
        return operations.binary(operator, left, right)

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:  # noqa: A002  as Jinja calls it
        current().charge(10)
        return super()._load_template(name, globals)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            return super()._parse(source, name, filename)
        except (RecursionError, ValueError, MemoryError) as error:
            words = "its brackets are nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise jinja2.TemplateSyntaxError(words, 1, name, filename) from error

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002  as Jinja calls it
    ) -> str:
        try:
            return super()._generate(source, name, filename, defer_init)
        except RecursionError as error:
            raise jinja2.TemplateSyntaxError("one of its expressions is too long", 1, name, filename) from error

    def _compile(self, source: str, filename: str) -> types.CodeType:
        try:
            return super()._compile(source, filename)
        except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
            words = "its loops and conditions are nested too deeply"
            raise jinja2.TemplateSyntaxError(words, 1, filename, filename) from error


@jinja2.pass_context
def _counted_output(context: runtime.Context, value: Any) -> Any:  # noqa: ARG001  as above
    """Count what is written; an empty field is written as nothing, never as the word None."""
    if value is None:
        return ""
    current().charge(6 * size_of(value))  # each character may have to be escaped
    return value
