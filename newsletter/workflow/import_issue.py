"""Import a document as a new issue."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import ContentError, FileAccessError, NewsletterError, UsageError
from newsletter.workflow.atomic_write import replace_file
from newsletter.workflow.composer.history import BY_OTHER, History
from newsletter.workflow.composer.pictures import keep_picture
from newsletter.workflow.create_issue import relative_schema_path
from newsletter.workflow.import_file import ImportFile, open_file
from newsletter.workflow.months import Month, issue_month, read_month
from newsletter.workflow.schema_files import write_missing_schema
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.importing.blocks import Picture, Source
    from newsletter.importing.draft import Draft, PlacePicture
    from newsletter.importing.vocabulary import Vocabulary

_ISSUES_READ = 6
"""Earlier issues whose headings are learnt."""


@dataclass(frozen=True, slots=True)
class ImportedIssue:
    """The new issue, and what its author should know."""

    path: Path
    title: str
    date: dt.date
    sections: tuple[tuple[str, int], ...]
    """The sections: the kind of each, and how many items it has."""
    doubts: tuple[str, ...]
    left_out: int
    """How many pieces of page furniture were left out; they are listed in the file."""
    pictures: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Pictures:
    """Pictures of the document: written once it is clear that there will be an issue."""

    folder: Path
    kept: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def place(self, picture: Picture) -> str:
        """Return how the issue names a picture; nothing where it is not at hand."""
        if picture.source.startswith(("https://", "http://")) and picture.data is None:
            return picture.source
        if picture.data is None:
            return ""
        name = picture.source.partition(":")[2] if picture.source.startswith("cid:") else picture.source
        name = "picture" if picture.source.startswith("data:") else name.partition("?")[0].partition("@")[0]
        try:
            path = keep_picture(self.folder, picture.data, name).path
        except UsageError as error:
            self.refused.append(f"{Path(name).name}: {error.message}")
            return ""
        if path not in self.kept:
            self.kept.append(path)
        return path


def import_issue(
    workspace: Workspace,
    file: Path | ImportFile,
    *,
    month: str | None = None,
    post: str | None = None,
    overwrite: bool = False,
) -> ImportedIssue:
    """Write the issue that a document holds; raise UsageError if its month has one that is not to be replaced.

    `post` chooses one of several issues in an export.
    """
    opened = open_file(file) if isinstance(file, Path) else file
    return write_imported(workspace, opened.source(post), opened.name, month=month, overwrite=overwrite)


@dataclass(frozen=True)
class Recognition:
    """What was recognised in a document, before anything is written."""

    draft: Draft
    day: dt.date
    """The day of the issue."""
    language: str


def recognise_source(
    workspace: Workspace, source: Source, name: str, month: str | None, place: PlacePicture
) -> Recognition:
    """Return the draft of the issue that blocks hold; `name` is that of the file, `place` names its pictures."""
    from newsletter.importing.recognise import recognise
    from newsletter.importing.title_and_date import ExpectedIssue

    today = dt.datetime.now(workspace.settings.presentation.zone).date()
    wanted_month = read_month(month, not_before=Month.of(today)) if month else None
    vocabulary = learnt_vocabulary(workspace, source)
    wanted = ExpectedIssue(vocabulary, today, _date_in(wanted_month, source.date), _title_of(Path(name)))
    draft = recognise(source, wanted, place)
    return Recognition(draft, dt.date.fromisoformat(draft.issue["date"]), vocabulary.language)


def write_imported(
    workspace: Workspace, source: Source, name: str, *, month: str | None, overwrite: bool
) -> ImportedIssue:
    """Write the issue that blocks hold."""
    from newsletter.importing.draft import doubts
    from newsletter.importing.write_issue import issue_text

    settings = workspace.settings
    pictures = _Pictures(settings.issues_folder)
    # the first pass finds the day, so that nothing is written where there is an issue of that month
    day = recognise_source(workspace, source, name, month, lambda _: "").day
    target = _free_path(workspace, Month.of(day), overwrite=overwrite)
    found = recognise_source(workspace, source, name, month, pictures.place)
    draft, language = found.draft, found.language
    if language.partition("-")[0] != settings.presentation.language.partition("-")[0]:
        _set_language(draft, language)
    schema = relative_schema_path(workspace.root, settings.issues_folder)
    text = issue_text(draft, schema=schema, origin=name)
    notes = [*draft.notes, *(f"A picture was left out. {one}" for one in pictures.refused), *_mistakes(workspace, text)]
    _write(workspace, target, text)
    return ImportedIssue(
        target,
        draft.issue["title"],
        day,
        tuple((section["kind"], count_items(section)) for section in draft.sections),
        tuple(doubts(draft)),
        len(draft.left_out),
        tuple(pictures.kept),
        tuple(notes),
    )


def count_items(section: object) -> int:
    """Return how many items a section has, with those of its groups."""
    assert isinstance(section, dict)  # noqa: S101  a section is a group of fields
    lists = ("items", "joiners", "leavers", "thanks")
    return sum(len(section.get(name, ())) for name in lists) + sum(
        len(one["items"]) for one in section.get("groups", ())
    )


def _title_of(path: Path) -> str:
    words = " ".join(path.stem.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]


def _date_in(month: Month | None, date: dt.date | None) -> dt.date | None:
    """Return the day of an issue whose month the author names: the document's own if it is in that month."""
    if month is None or (date is not None and Month.of(date) == month):
        return None
    return month.day(1)


def _free_path(workspace: Workspace, month: Month, *, overwrite: bool) -> Path:
    taken = next((path for path in workspace.issue_paths() if issue_month(path.stem) == month), None)
    if taken is None:
        return workspace.settings.issues_folder / f"{month}.yaml"
    if overwrite:
        return taken
    raise UsageError(
        f"There is an issue for {month.words} already: {workspace.shown(taken)}.",
        hint=f"Nothing was changed. Choose another month with `--as {month.next()}`, or replace it with `--overwrite`.",
    )


def learnt_vocabulary(workspace: Workspace, source: Source) -> Vocabulary:
    """Return the words of the document's language, with the headings of the newsletter's latest issues."""
    from newsletter.importing.vocabulary import base_vocabulary, known_languages, with_own_words
    from newsletter.preflight.text.language_detection import other_language

    own = workspace.settings.presentation.language
    words = " ".join(block.plain for block in source.blocks[:200])
    other = other_language(words[:5000], own)
    vocabulary = base_vocabulary(other if other in known_languages() else own)
    sections: dict[str, str] = {}
    groups: list[str] = []
    for path in workspace.issue_paths()[-_ISSUES_READ:]:
        with contextlib.suppress(NewsletterError, OSError):
            for section in workspace.load_path(path).issue.sections:
                heading = getattr(section, "heading", None)
                if heading and section.kind in {"last_month", "coming_up", "get_involved", "people", "links", "news"}:
                    sections[heading] = section.kind
                groups += [group.heading for group in getattr(section, "groups", ())]
    return with_own_words(vocabulary, sections, groups)


def _set_language(draft: Draft, language: str) -> None:
    values = dict(draft.issue)
    draft.issue.clear()
    for name, value in values.items():
        draft.issue[name] = value
        if name == "date":
            draft.issue["language"] = language


def _mistakes(workspace: Workspace, text: str) -> Sequence[str]:
    """Return a note if an issue cannot be loaded as it is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "issue.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            workspace.load_path(path)
        except ContentError as error:
            count = len(error.findings)
            return [f"The issue has {count} mistake{'s' * (count != 1)} that must be fixed: run `newsletter check`."]
    return []


def _write(workspace: Workspace, path: Path, text: str) -> None:
    """Write the file; one that is replaced stays in the history of the composer."""
    from newsletter.workflow.issue_records import claim_name

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            history = History(workspace.root / ".newsletter" / "history" / path.stem)
            history.keep(path.read_bytes(), "Before an import", BY_OTHER, dt.datetime.now(dt.UTC))
            replace_file(path, text.encode())
        else:
            claim_name(workspace, path.stem)
            with path.open("x", encoding="utf-8") as file:  # "x" fails if someone else has just created the file
                file.write(text)
    except OSError as error:
        raise FileAccessError(f"{workspace.shown(path)} cannot be written: {error.strerror}.") from error
    write_missing_schema(workspace)
