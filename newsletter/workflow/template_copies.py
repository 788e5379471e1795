"""The user's copies of built-in templates: list them, copy one, compare one with the built-in file.

A copy begins with a mark that says what it was copied from, so that it can be told later whether its author changed it,
and whether the built-in file has improved since.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.render.builtin_templates import PACKAGED, PACKAGED_FIRST, Packaged, packaged_for
from newsletter.render.template_files import TemplateFolder
from newsletter.workflow.suggestions import unknown_name
from newsletter.workflow.workspace import Workspace

_MARK = re.compile(r"(?:\{#|#) Copied from newsletter's (?P<name>\S+), version (?P<digest>[0-9a-f]{12})\.(?: #\})?\n")
_MARKS = {".j2": "{{# Copied from newsletter's {name}, version {digest}. #}}\n"}
_OTHER_MARK = "# Copied from newsletter's {name}, version {digest}.\n"
_LISTED = (".j2", ".yaml")
"""How the names of files end that can be copied; catalogues of words are told of in docs/languages.md."""


class CopyState(StrEnum):
    """What a file in the user's folder of templates is to the built-in one of the same name."""

    SAME = "same"
    """No different: it can be deleted."""
    CHANGED = "changed"
    BEHIND = "behind"
    """A copy of an earlier version that nobody changed: it can be deleted."""
    CHANGED_BEHIND = "changed-behind"
    """A changed copy of an earlier version."""
    OWN = "own"
    """There is no built-in file of that name."""


@dataclass(frozen=True, slots=True)
class TemplateCopy:
    """A file in the user's folder of templates."""

    name: str
    path: Path
    state: CopyState


@dataclass(frozen=True, slots=True)
class TemplateList:
    """The user's files, the names of the built-in ones, and whether the folder is of the first edition."""

    copies: tuple[TemplateCopy, ...]
    built_in: tuple[str, ...]
    is_first_edition: bool

    def of_state(self, *states: CopyState) -> list[str]:
        """Return the names of the user's files in one of these states."""
        return [one.name for one in self.copies if one.state in states]


def list_templates(workspace: Workspace) -> TemplateList:
    """Return the user's templates with what each is, and the names of the built-in ones."""
    folder = workspace.settings.templates_folder
    built_in = packaged_for([TemplateFolder(folder)])
    own = TemplateFolder(folder).list_templates() if folder.is_dir() else []
    copies = [
        TemplateCopy(name, folder / name, _state(name, _read(folder / name), built_in))
        for name in sorted(own)
        if name.endswith(_LISTED) and not name.startswith("first_edition/")
    ]
    names = [name for name in built_in.list_templates() if name.endswith(_LISTED)]
    return TemplateList(tuple(copies), tuple(names), built_in is PACKAGED_FIRST)


def eject_template(workspace: Workspace, name: str) -> TemplateCopy:
    """Copy a built-in template into the user's folder; raise UsageError where there is one already, or none to copy."""
    folder = workspace.settings.templates_folder
    built_in = packaged_for([TemplateFolder(folder)])
    whole = _whole_name(name, built_in)
    path = folder / whole
    if path.exists() or path.is_symlink():
        raise UsageError(
            f"{workspace.shown(path)} exists already.",
            hint=f"`newsletter templates diff {whole}` shows how it differs from the built-in one.",
        )
    text = built_in.text(whole)
    mark = _MARKS.get(path.suffix, _OTHER_MARK).format(name=whole, digest=_digest(text))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(mark + text)
    except OSError as error:
        raise UsageError(f"{workspace.shown(path)} cannot be written: {error.strerror}.") from error
    return TemplateCopy(whole, path, CopyState.SAME)


def diff_templates(workspace: Workspace, name: str | None = None) -> str:
    """Return how the user's templates, or the one of a name, differ from the built-in ones, as a unified diff."""
    folder = workspace.settings.templates_folder
    found = list_templates(workspace)
    built_in = PACKAGED_FIRST if found.is_first_edition else PACKAGED
    copies = [one for one in found.copies if one.state is not CopyState.OWN]
    if name is not None:
        whole = _whole_name(name, built_in)
        copies = [one for one in copies if one.name == whole]
        if not copies:
            raise UsageError(
                f"You have no copy of {whole} in {workspace.shown(folder)}.",
                hint=f"`newsletter templates eject {whole}` makes one.",
            )
    pieces = (_diff(one, built_in.text(one.name), workspace.shown(one.path)) for one in copies)
    return "".join(pieces)


def _diff(copy: TemplateCopy, ours: str, shown: str) -> str:
    _, own = _unmarked(_read(copy.path))
    before, after = (text.splitlines(keepends=True) for text in (ours, own))
    lines = difflib.unified_diff(before, after, f"built-in {copy.name}", shown)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _whole_name(name: str, built_in: Packaged) -> str:
    """Return the name of a built-in template: `button` is `parts/button.mjml.j2`."""
    names = [one for one in built_in.list_templates() if one.endswith(_LISTED)]
    if name in names:
        return name
    short = [one for one in names if one.rpartition("/")[2].partition(".")[0] == name]
    if len(short) == 1:
        return short[0]
    hint = f"There are {' and '.join(short)}." if short else "`newsletter templates list` shows them all."
    known = [*names, *(one.rpartition("/")[2].partition(".")[0] for one in names)]
    raise unknown_name("built-in template", name, known, hint=hint)


def _state(name: str, text: str, built_in: Packaged) -> CopyState:
    digest, own = _unmarked(text)
    ours, first = built_in.text(name), PACKAGED_FIRST.text_of_edition(name)
    if not ours and not first:
        return CopyState.OWN
    if own == ours:
        return CopyState.SAME
    if digest:
        behind, changed = digest != _digest(ours), digest != _digest(own)
    else:
        behind = bool(first) and first != ours and _likeness(own, first) > _likeness(own, ours)
        changed = own != first
    if behind:
        return CopyState.CHANGED_BEHIND if changed else CopyState.BEHIND
    return CopyState.CHANGED


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.splitlines(), other.splitlines(), autojunk=False).ratio()


def _unmarked(text: str) -> tuple[str, str]:
    """Return the digest that a copy's mark names, empty where it has none, and the copy without the mark."""
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    mark = _MARK.match(text)
    return (mark["digest"], text[mark.end() :]) if mark else ("", text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
