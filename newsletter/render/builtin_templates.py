"""The templates and catalogues that come with the tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

import jinja2

from newsletter.contained_files import contained_files
from newsletter.errors import TemplateError

FIRST_EDITION = "first_edition"
"""The folder of the templates that came with the tool until November 2026, of which folders may have copies."""

_FRAME = ("issue.mjml.j2", "parts/style.mjml.j2")
_ONLY_THEN = "tokens.solid_buttons"
"""What the frame and the styles of the first edition name, and those of the second do not."""


class Packaged(jinja2.BaseLoader):
    """What comes with the tool: inside an installed package, beside it in a source tree.

    `edition` is the folder of an earlier edition, whose files go before those of today.
    """

    def __init__(self, edition: str = "") -> None:
        self._edition = edition

    def get_source(
        self,
        environment: jinja2.Environment,  # noqa: ARG002  as Jinja calls it
        template: str,
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the text of a file and its name."""
        path = jinja2.loaders.split_template_path(template)
        for folder in filter(None, (self._edition, ".")):
            found = self._root().joinpath(folder, *path)
            if found.is_file():
                name = template if folder == "." else f"{folder}/{template}"
                return found.read_text(encoding="utf-8"), f"templates/{name}", lambda: True
        raise jinja2.TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        """List the names of all files of today's edition."""
        return sorted(name for name in _files(self._root()) if not name.startswith((f"{FIRST_EDITION}/", ".")))

    def text(self, name: str) -> str:
        """Return the text of a file; nothing if there is none of this name."""
        return self.text_of_edition(name) or _text(self._root(), name)

    def text_of_edition(self, name: str) -> str:
        """Return the text of a file of the earlier edition alone; nothing if that has none of this name."""
        return _text(self._root() / self._edition, name) if self._edition else ""

    def is_in(self, folder: Path) -> bool:
        """Return whether a folder is the one that they lie in, as it is in a source tree."""
        root = self._root()
        return isinstance(root, Path) and folder.resolve() == root.resolve()

    @staticmethod
    def _root() -> Traversable:
        package = resources.files("newsletter")
        inside = package / "_templates"
        return inside if inside.is_dir() else package / ".." / "templates"


PACKAGED = Packaged()
PACKAGED_FIRST = Packaged(FIRST_EDITION)


def packaged_for(own: Sequence[jinja2.BaseLoader]) -> Packaged:
    """Return what comes with the tool in the edition that fits the user's own templates.

    A frame or styles of the first edition need the parts, sizes and colours of that edition.
    """
    environment = jinja2.Environment(autoescape=True)  # nothing is rendered in it
    for loader in own:
        for name in _FRAME:
            try:
                text, _, _ = loader.get_source(environment, name)
            except (jinja2.TemplateNotFound, TemplateError, OSError, ValueError):
                continue  # rendering says what is wrong with it
            if _ONLY_THEN in text:
                return PACKAGED_FIRST
    return PACKAGED


class OwnTemplate(NamedTuple):
    """A template of the user's own: its path, its name, its text, and ours of the same name (empty where none is)."""

    path: str
    name: str
    text: str
    ours: str = ""


def own_templates(folder: Path) -> tuple[OwnTemplate, ...]:
    """Return the templates in a folder that differ from those that come with the tool."""
    if PACKAGED.is_in(folder):
        return ()
    found = []
    for path in contained_files(folder, "*.j2"):
        name = path.relative_to(folder).as_posix()
        text, ours = path.read_text(encoding="utf-8", errors="replace"), PACKAGED.text(name)
        if text not in {ours, PACKAGED.text(f"{FIRST_EDITION}/{name}")}:
            found.append(OwnTemplate(str(path), name, text, ours))
    return tuple(found)


def _text(folder: Traversable, name: str) -> str:
    found = folder.joinpath(*name.split("/"))
    return found.read_text(encoding="utf-8") if found.is_file() else ""


def _files(folder: Traversable, at: str = "") -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{at}{entry.name}/")
        else:
            yield f"{at}{entry.name}"
