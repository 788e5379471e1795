"""The templates and catalogues that come with the tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

import jinja2

from newsletter.contained_files import contained_files


class Packaged(jinja2.BaseLoader):
    """What comes with the tool: inside an installed package, beside it in a source tree."""

    def get_source(
        self,
        environment: jinja2.Environment,  # noqa: ARG002  as Jinja calls it
        template: str,
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the text of a file and its name."""
        found = self._root()
        for part in jinja2.loaders.split_template_path(template):
            found = found / part
        if not found.is_file():
            raise jinja2.TemplateNotFound(template)
        return found.read_text(encoding="utf-8"), f"templates/{template}", lambda: True

    def list_templates(self) -> list[str]:
        """List the names of all files."""
        return sorted(_files(self._root()))

    def text(self, name: str) -> str:
        """Return the text of a file; nothing where there is none of this name."""
        found = self._root().joinpath(*name.split("/"))
        return found.read_text(encoding="utf-8") if found.is_file() else ""

    @staticmethod
    def _root() -> Traversable:
        package = resources.files("newsletter")
        inside = package / "_templates"
        return inside if inside.is_dir() else package / ".." / "templates"


PACKAGED = Packaged()


class OwnTemplate(NamedTuple):
    """A template of the user's own: its path, its name, its text, and ours of the same name (empty where none is)."""

    path: str
    name: str
    text: str
    ours: str = ""


def own_templates(folder: Path) -> tuple[OwnTemplate, ...]:
    """Return the templates in a folder that differ from those that come with the tool."""
    found = []
    for path in contained_files(folder, "*.j2"):
        name = path.relative_to(folder).as_posix()
        text, ours = path.read_text(encoding="utf-8", errors="replace"), PACKAGED.text(name)
        if text != ours:
            found.append(OwnTemplate(str(path), name, text, ours))
    return tuple(found)


def _files(folder: Traversable, at: str = "") -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{at}{entry.name}/")
        else:
            yield f"{at}{entry.name}"
