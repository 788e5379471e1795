"""An issue's file as it is written: its text, its data, the issue where it is valid; and edits of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from newsletter.errors import ContentError
from newsletter.issue_file.editing.draft import Draft
from newsletter.issue_file.editing.edit import Edit, EditError, Path, edited_data
from newsletter.issue_file.editing.edit_text import TextEditor
from newsletter.issue_file.expected_shape import Shape, field_names, shape_of
from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.load_issue import LoadedIssue
from newsletter.issue_file.source_text import text_source
from newsletter.issue_file.to_plain import kind_of, plain
from newsletter.issue_file.yaml_repair import tree
from newsletter.issue_file.yaml_repair.patched_text import PatchedText
from newsletter.issue_file.yaml_repair.syntax import Yaml, read_yaml
from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from newsletter.model.section import CustomSection


class IssueDocument(NamedTuple):
    """A text that is meant to be an issue."""

    path: FilePath
    text: str
    root: tree.Node | None
    """The tree; None where the text is no YAML, so that nothing in it can be edited but the text itself."""
    data: dict[str, Any] | None
    """The fields as they are written; dates are texts too."""
    loaded: LoadedIssue | None
    """The issue, where it is valid."""
    error: ContentError | None
    """What is wrong with it, where it is not."""


@dataclass(frozen=True)
class IssueReader:
    """Reads and edits the issues of one newsletter; `kinds` are its own kinds of section."""

    zone: ZoneInfo
    kinds: Mapping[str, type[CustomSection]] = field(default_factory=dict)

    def read(self, path: FilePath, text: str, faults: tuple[Finding, ...] = ()) -> IssueDocument:
        """Return the document of a text; `faults` are mistakes in its encoding."""
        source = text_source(path, text, faults)
        yaml = read_yaml(source, PatchedText(source.lines), field_names(Issue, self.kinds))
        loaded = error = None
        try:
            value = read_document(source, Issue, context={"zone": self.zone, "kinds": self.kinds}, yaml=yaml)
            loaded = LoadedIssue(value.value, value.path, value.source, value.places)
        except ContentError as wrong:
            error = wrong
        root = _editable_root(yaml, source.text)
        data = _without_last_breaks(plain(root, shape_of(Issue), self.kinds)) if root is not None else None
        return IssueDocument(path, text, root, data, loaded, error)

    def edit(self, document: IssueDocument, edits: Sequence[Edit]) -> IssueDocument:
        """Return the document with edits made in its text; raise EditError where one cannot be made."""
        editor = TextEditor(self._order_of(document))
        for number, edit in enumerate(edits, 1):
            if document.root is None or document.data is None:
                raise EditError("The file cannot be read as it is: correct its text first.")
            wanted = edited_data(document.data, edit)
            text = editor.apply(Draft(document.text, document.root), document.data, edit)
            if text == document.text:
                continue
            after = self.read(document.path, text) if number == len(edits) else self._tree_of(document.path, text)
            if after.data != wanted:
                raise EditError("This cannot be written into the file as it is: change it in the text.")
            document = after
        return document if document.loaded or document.error else self.read(document.path, document.text)

    def _tree_of(self, path: FilePath, text: str) -> IssueDocument:
        """Return a document between two edits, of which only the fields matter."""
        reading = tree.read_tree(text_source(path, text).text)
        root = None if reading.trouble or reading.oddities else reading.root
        data = _without_last_breaks(plain(root, shape_of(Issue), self.kinds)) if root is not None else None
        return IssueDocument(path, text, root, data, None, None)

    def _order_of(self, document: IssueDocument) -> Any:
        def order(path: Path) -> Sequence[str]:
            shape, node = shape_of(Issue), document.root
            for part in path:
                shape, node = self._below(shape, node, part)
            shape = shape.chosen({"kind": kind_of(node)} if node is not None else None, self.kinds)
            return list(shape.model.model_fields) if shape.model else []

        return order

    def _below(self, shape: Shape, node: tree.Node | None, part: str | int) -> tuple[Shape, tree.Node | None]:
        shape = shape.chosen({"kind": kind_of(node)} if node is not None else None, self.kinds)
        if isinstance(part, int):
            items = node.items if isinstance(node, tree.Sequence) else ()
            return shape.item or Shape(), items[part] if part < len(items) else None
        entry = node.entries.get(part) if isinstance(node, tree.Mapping) else None
        return shape.field(part), entry.value if entry else None


def _editable_root(yaml: Yaml, text: str) -> tree.Node | None:
    """Return the tree of a text; None if it is not YAML without repairs."""
    root = yaml.root
    if yaml.complaints:
        reading = tree.read_tree(text)
        root = None if reading.trouble or reading.oddities else reading.root
    return root if isinstance(root, tree.Mapping) else None


def _without_last_breaks(data: Any) -> Any:
    """Return data whose texts end with their last line: a block of text in YAML ends with a line break."""
    if isinstance(data, str):
        return data.rstrip("\n")
    if isinstance(data, list):
        return [_without_last_breaks(one) for one in data]
    return {name: _without_last_breaks(one) for name, one in data.items()} if isinstance(data, dict) else data
