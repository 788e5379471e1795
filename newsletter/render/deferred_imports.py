"""Import a library without the heavy modules that it imports but hardly ever uses.

They are imported when the library first uses them, as with the lazy imports of Python 3.15. Nobody else notices: in
`sys.modules` there is never anything but the modules themselves. (`importlib.util.LazyLoader` does not help here: an
`import` of a module that it made loads it.)
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType


def defer_imports(by: Sequence[str], of: Sequence[str]) -> None:
    """Have modules that are not imported yet import others only when they use them.

    Args:
        by: full names of the modules with the import statements, such as `library.client`.
        of: what they import by a statement such as `import requests`.
    """
    sys.meta_path.insert(0, _Finder(frozenset(by), frozenset(of)))


class _Finder(MetaPathFinder):
    def __init__(self, by: frozenset[str], of: frozenset[str]) -> None:
        self._by = by
        self._of = of

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in self._by else None
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(fullname, spec.loader.path, self._of)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, deferred: frozenset[str]) -> None:
        super().__init__(fullname, path)
        self._deferred = deferred

    def exec_module(self, module: ModuleType) -> None:
        def import_later(name: str, *how: object) -> object:
            plain = name in self._deferred and name not in sys.modules and not any(how[2:])
            return _StandIn(name) if plain else builtins.__import__(name, *how)  # type: ignore[arg-type]

        waiting: dict[str, str] = {}
        names = vars(module)
        names["__builtins__"] = _Builtins({**vars(builtins), "__import__": import_later}, waiting)
        super().exec_module(module)
        waiting |= {name: value.__name__ for name, value in names.items() if isinstance(value, _StandIn)}
        for name in waiting:
            del names[name]
        if "__getattr__" not in names:
            names["__getattr__"] = lambda name: _imported(module, waiting, name)


class _StandIn(ModuleType):
    """Stands for a deferred module while the code of the one that imports it runs."""

    def __getattr__(self, name: str) -> object:
        return getattr(import_module(self.__name__), name)


class _Builtins(dict[str, object]):
    """What the functions of a module find that is not among its own names: Python's functions, and what is deferred."""

    def __init__(self, names: Mapping[str, object], waiting: Mapping[str, str]) -> None:
        super().__init__(names)
        self._waiting = waiting

    def __missing__(self, name: str) -> object:
        if name not in self._waiting:
            raise KeyError(name)
        return import_module(self._waiting[name])


def _imported(module: ModuleType, waiting: Mapping[str, str], name: str) -> object:
    if name not in waiting:
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
    return import_module(waiting[name])
