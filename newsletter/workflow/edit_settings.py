"""Change settings in newsletter.yaml: only the lines of a changed setting change, and comments stay as they are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import ContentError, UsageError
from newsletter.issue_file.editing.draft import Draft
from newsletter.issue_file.editing.edit import Edit, EditError, Operation
from newsletter.issue_file.editing.edit import Path as FieldPath
from newsletter.issue_file.editing.edit_text import TextEditor
from newsletter.issue_file.encoding import encoding_of
from newsletter.issue_file.expected_shape import shape_of
from newsletter.issue_file.source_text import decode_source, read_bytes, text_source
from newsletter.issue_file.to_plain import plain
from newsletter.issue_file.yaml_repair import tree
from newsletter.model.findings import Finding
from newsletter.settings_file import read_settings_text, settings_model
from newsletter.workflow.atomic_write import replace_file

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

_KEPT = 50


class InvalidSettingsError(UsageError):
    """Some settings cannot be used; `problems` holds what is wrong with each, by its path with dots."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def change_settings(path: Path, changes: Mapping[str, Any]) -> None:
    """Write settings, each named by its path with dots, as in `sender.name`; None or an empty text removes one.

    Raise InvalidSettingsError, and write nothing, where one cannot be used.
    """
    raw = read_bytes(path, "settings")
    before, faults = decode_source(path, raw)
    if faults:
        raise ContentError("The settings cannot be changed as they are.", faults)
    text, problems = before, dict[str, str]()
    for name, value in changes.items():
        edit = Edit(op=Operation.SET, path=tuple(name.split(".")), value=value if value not in ("", None) else None)
        try:
            text = _checked(path, _edited(text, edit))
        except EditError as error:
            problems[name] = str(error)
        except ContentError as error:
            problems[name] = _words(error)
    if problems:
        raise InvalidSettingsError(problems)
    if text == before:
        return
    encoding, mark = encoding_of(raw)
    _keep(path, raw)
    replace_file(path, raw[:mark] + text.encode(encoding))


def _edited(text: str, edit: Edit) -> str:
    reading = tree.read_tree(text)
    if reading.trouble or reading.oddities or not isinstance(reading.root, tree.Mapping):
        raise EditError("newsletter.yaml cannot be changed here as it is: correct its text first.")
    data = plain(reading.root, shape_of(settings_model(text)), {})
    return TextEditor(_order_of(text)).apply(Draft(text, reading.root), data, edit)


def _order_of(text: str) -> Callable[[FieldPath], Sequence[str]]:
    def order(path: FieldPath) -> Sequence[str]:
        shape = shape_of(settings_model(text))
        for part in path:
            shape = shape.field(part)
        return list(shape.model.model_fields) if shape.model else []

    return order


def _checked(path: Path, text: str) -> str:
    """Return the text of settings once it is read as settings; raise ContentError where it is not."""
    read_settings_text(path, text_source(path, text))
    return text


def _words(error: ContentError) -> str:
    first = next((one for one in error.findings if isinstance(one, Finding)), None)
    # it is said beside its field, which needs no name
    return re.sub(r"^`[\w.]+` (?=\w)", "This ", f"{first.message} {first.hint}".strip()) if first else error.message


def _keep(path: Path, raw: bytes) -> None:
    """Keep the settings as they were, so that nothing is lost."""
    folder = path.parent / ".newsletter" / "history" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%f")
    replace_file(folder / f"{stamp}.yaml", raw)
    for old in sorted(folder.glob("*.yaml"))[:-_KEPT]:
        old.unlink(missing_ok=True)


def settings_path(workspace: Workspace) -> Path:
    """Return the file of the settings."""
    from newsletter.settings_file import find_settings

    return find_settings(workspace.root)
