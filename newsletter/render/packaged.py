"""The templates and catalogues that come with the tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable

import jinja2


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

    def texts(self) -> dict[str, str]:
        """Return the text of every template by its name."""
        root = self._root()
        names = [name for name in _files(root) if name.endswith(".j2")]
        return {name: root.joinpath(*name.split("/")).read_text(encoding="utf-8") for name in names}

    @staticmethod
    def _root() -> Traversable:
        package = resources.files("newsletter")
        inside = package / "_templates"
        return inside if inside.is_dir() else package / ".." / "templates"


PACKAGED = Packaged()


def _files(folder: Traversable, at: str = "") -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{at}{entry.name}/")
        else:
            yield f"{at}{entry.name}"
