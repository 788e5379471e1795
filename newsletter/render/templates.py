"""The templates: the user's own first, then those that come with the tool; sandboxed, strict and escaped."""

from __future__ import annotations

import contextlib
import difflib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any
from weakref import WeakKeyDictionary

import jinja2
from jinja2.bccache import Bucket
from jinja2.utils import LRUCache
from markupsafe import Markup

import newsletter
from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import NewsletterError, Place, TemplateError
from newsletter.render import dates, markdown, markdown_to_text
from newsletter.render.allowed import ForbiddenError
from newsletter.render.bounded_code import COMPILED_AS
from newsletter.render.budget import LimitError, limited
from newsletter.render.builtin_templates import packaged_for
from newsletter.render.context import markdown_filter
from newsletter.render.field_marks import MarkedText, between_marks, number_of
from newsletter.render.missing_names import OPTIONAL, MissingNameError, advice_on_empty, is_of_empty_field
from newsletter.render.parts import BUILT_IN
from newsletter.render.plain_data import plain_context
from newsletter.render.sandbox import TemplateEnvironment
from newsletter.render.template_files import TemplateFolder
from newsletter.render.template_filters import LONGEST_TEXT, bounded, of_text

_JINJA = frozenset({"__jinja_template__", "__jinja_exception__"})
"""What the globals of a frame have in them that runs a template."""

_NO_FILTER = compile_pattern(r"No filter named '(\w+)'")
_ENVIRONMENTS: WeakKeyDictionary[jinja2.BaseLoader, jinja2.Environment] = WeakKeyDictionary()


def template_loader(folders: Sequence[Path], *, compiled: Path | None = None) -> jinja2.BaseLoader:
    """Return a loader of the templates in these folders, the first folder first, and of the tool's own after them.

    `compiled` is a folder for compiled templates, which the next process then need not compile. What lies there is run
    as it is, outside the sandbox, so it must be the user's alone, like Python's own compiled files.
    """
    own = [TemplateFolder(folder) for folder in folders]
    loaders = [*own, packaged_for(own)]
    return _Loader(loaders, _Compiled(compiled))


class _Loader(jinja2.ChoiceLoader):
    """The templates of several places, and where they are kept once compiled."""

    def __init__(self, loaders: Sequence[jinja2.BaseLoader], compiled: jinja2.BytecodeCache) -> None:
        super().__init__(loaders)
        self.compiled = compiled


def names_variable(environment: jinja2.Environment, template: str, variable: str) -> bool:
    """Return whether a template names a variable, which copies of older templates do not know."""
    assert environment.loader is not None  # noqa: S101  every environment of ours has one
    try:
        source, _, _ = environment.loader.get_source(environment, template)
    except jinja2.TemplateNotFound:
        return False
    return variable in source


_CODE = LRUCache(500)
"""The compiled templates of this process by key and checksum, whichever folder they were asked for in."""


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates, in memory and in a folder if there is one; a folder that fails is done without."""

    def __init__(self, folder: Path | None) -> None:
        version = f"{newsletter.__version__}-{jinja2.__version__}-{COMPILED_AS}"
        self._folder = folder / version if folder else None

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a template; Jinja compares the hash of its source and Python's version."""
        code: CodeType | None = _CODE.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.code = code
        elif self._folder:
            # a file that broke off or holds something else fails in many ways, and is then written anew
            with contextlib.suppress(Exception), self._path(self._folder, bucket).open("rb") as file:
                bucket.load_bytecode(file)
            if bucket.code is not None:
                _CODE[bucket.key, bucket.checksum] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template: written whole under a name of its own first, as another process may be reading."""
        if bucket.code is not None:
            _CODE[bucket.key, bucket.checksum] = bucket.code
        if self._folder is None:
            return
        path = self._path(self._folder, bucket)
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(bucket.bytecode_to_string())
            Path(file.name).replace(path)

    @staticmethod
    def _path(folder: Path, bucket: Bucket) -> Path:
        return folder / f"{bucket.key}.bin"


def broken_template(loader: jinja2.BaseLoader, names: Sequence[str]) -> TemplateError | None:
    """Return the fault of the first of these templates that cannot be read; None where all can."""
    environment = environment_for(loader)
    for name in names:
        try:
            environment.get_template(name)
        except jinja2.TemplateSyntaxError as error:
            words = f"The template has an error: {error.message}."
            return TemplateError(words, place=Place(error.filename or name, error.lineno))
        except TemplateError as error:
            return error
        except Exception as error:  # noqa: BLE001  a file that is no template fails in any way
            return TemplateError(f"The template cannot be read: {error}.", place=Place(name))
    return None


def environment_for(loader: jinja2.BaseLoader) -> jinja2.Environment:
    """Return the environment of a loader, always the same one, so that a template is compiled once a process.

    A file that changed is read anew.
    """
    environment = _ENVIRONMENTS.get(loader)
    if environment is None:
        environment = _ENVIRONMENTS[loader] = _environment(loader)
    return environment


def _environment(loader: jinja2.BaseLoader) -> jinja2.Environment:
    environment = TemplateEnvironment(loader, loader.compiled if isinstance(loader, _Loader) else None)
    own: dict[str, Callable[..., Any]] = {
        "markdown": markdown_filter,
        "inline": lambda text: between_marks(Markup(markdown.bound(markdown.inline(str(text)))), text),  # noqa: S704  cleaned by nh3
        "heading": _heading,
        "unbroken": lambda told: _marked_as(told, dates.unbroken(told)),
        "plain": lambda text: _marked_as(text, markdown_to_text.plain(text)),
    }
    environment.filters |= {name: of_text(bounded(function, LONGEST_TEXT)) for name, function in own.items()}
    return environment


def _heading(text: object, *, large: bool = False, bound: bool = False) -> Markup:
    made = markdown.unbroken(str(text), large=large)
    made = markdown.with_company(str(text), made) if bound else made
    return between_marks(Markup(made), text)  # noqa: S704  cleaned by nh3


def _marked_as(source: object, made: str) -> str:
    """Return what was made of a text; it knows the text's field, if that does."""
    number = number_of(source)
    return made if number is None else MarkedText.of(made, number)


def render_template(environment: jinja2.Environment, name: str, context: Mapping[str, Any]) -> str:
    """Render a template; raise TemplateError with its file and line where it is broken.

    An error of the tool's own, or one of a picture's file, goes through as it is.
    """
    try:
        with limited():
            plain = plain_context(context)
            return environment.get_template(name).render(plain)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            f"The template cannot be parsed: {(error.message or '').rstrip('.')}.",
            hint=_near_filter(environment, error)
            or "Compare the line with docs/templates.md, or with the built-in template.",
            place=Place(error.filename or error.name or name, error.lineno),
        ) from error
    except jinja2.TemplateNotFound as error:  # which is an OSError too
        raise _missing(environment, error, name) from error
    except (NewsletterError, OSError):
        raise
    except Exception as error:
        path, line = _where(error.__traceback__) or (name, 0)
        empty = is_of_empty_field(error)
        words = "a field that is empty is used as if it were not" if empty else _words(error)
        hint = advice_on_empty(plain, path, line) if empty else _hint(error)
        raise TemplateError(f"The template cannot be rendered: {words}.", hint=hint, place=Place(path, line)) from error


def _near_filter(environment: jinja2.Environment, error: jinja2.TemplateSyntaxError) -> str:
    """Return a hint with the name of a similar filter if there is no filter of this name; empty for other errors."""
    named = _NO_FILTER.match(error.message or "")
    near = difflib.get_close_matches(named[1], environment.filters, n=1) if named else []
    return f"Did you mean |{near[0]}?" if near else ""


def _missing(environment: jinja2.Environment, error: jinja2.TemplateNotFound, name: str) -> TemplateError:
    path, line = _where(error.__traceback__) or (name, 0)
    wanted = str(error.name or name)
    near = difflib.get_close_matches(wanted, environment.list_templates(), n=1)
    return TemplateError(
        f"There is no template {wanted}.",
        hint=f"Did you mean {near[0]}?" if near else "docs/templates.md lists the built-in templates.",
        place=Place(path, line),
    )


def _where(traceback: TracebackType | None) -> tuple[str, int] | None:
    """Return the template and line that stand deepest in a traceback that Jinja has rewritten.

    One of the user's own goes before the built-in parts that it calls: the mistake is in what it gives them.
    """
    found = [
        (frame.tb_frame.f_code.co_filename, frame.tb_lineno)
        for frame in _frames(traceback)
        if not _JINJA.isdisjoint(frame.tb_frame.f_globals)
    ]
    own = [one for one in found if not one[0].startswith(BUILT_IN)]
    places = own or found
    return places[-1] if places else None


def _frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _words(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it calls or includes itself endlessly"
    text = str(error).strip().rstrip(".")
    return text if isinstance(error, jinja2.TemplateError) and text else f"{type(error).__name__}: {text}"


def _hint(error: Exception) -> str:
    if isinstance(error, MissingNameError):
        return error.advice
    if isinstance(error, jinja2.UndefinedError):
        return OPTIONAL
    if isinstance(error, ForbiddenError):
        return error.advice
    if isinstance(error, LimitError | OverflowError | RecursionError):
        return "docs/templates.md lists the limits for templates: shorten the loop, or put less into one value."
    return ""
