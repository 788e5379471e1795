"""Build the archive: choose the issues, make their records, and write the website."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import ContentError, UsageError
from newsletter.workflow.archive.record_cache import NotedReader, RecordCache
from newsletter.workflow.archive.selection import LeftOut, SelectedIssue, select_issues

if TYPE_CHECKING:
    from newsletter.archive.addresses import SiteAddresses
    from newsletter.archive.output import SiteFolder, WriteResult
    from newsletter.archive.records import IssueRecord
    from newsletter.archive.site import Site
    from newsletter.workflow.session import SendSession
    from newsletter.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PublishedIssue:
    """An issue of the archive: its page in the folder, its address on the web (empty if unknown), and why."""

    name: str
    page: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class BuiltArchive:
    """What was built."""

    folder: Path
    addresses: SiteAddresses
    issues: Sequence[PublishedIssue]
    left_out: Sequence[LeftOut]
    files: WriteResult
    notes: Sequence[str]
    """What the author may want to change."""


def build_archive(
    session: SendSession,
    *,
    every: bool = False,
    include: Collection[str] = (),
    out: Path | None = None,
    now: dt.datetime | None = None,
) -> BuiltArchive:
    """Build the archive and return what was written; nothing is written where an issue has mistakes.

    `every` and `include` are those of `select_issues`; `out` is the folder to write to, by default that of the
    settings; `now` is the moment from which dates count as ahead.
    """
    from newsletter.archive.addresses import addresses_of
    from newsletter.archive.output import SiteFolder
    from newsletter.archive.site import site_files

    workspace = session.workspace
    settings = workspace.settings
    place = (out or settings.archive_folder).absolute()
    _refuse_own_folder(workspace, place)
    addresses = addresses_of(settings.archive.url, settings.links.view_online)
    folder = SiteFolder(place, workspace.shown(place))
    selection = select_issues(session, every=every, include=include)
    records, pictures, failed = _records(session, selection.chosen, addresses, folder)
    site = _site(session, [record for _, record in records], addresses, now or dt.datetime.now(dt.UTC))
    files: dict[str, bytes | None] = {**site_files(site)}
    for _, record in records:
        files |= {path: pictures.get(path) for path in record.pictures.values()}
    written = folder.write(files)
    issues = [
        PublishedIssue(
            one.path.stem, addresses.issue_file(one.path.stem), addresses.issue_url(one.path.stem), one.reason
        )
        for one, _ in records
    ]
    notes = _notes(site, [record for _, record in records])
    return BuiltArchive(place, addresses, issues, [*selection.left_out, *failed], written, notes)


def _records(
    session: SendSession, chosen: Sequence[SelectedIssue], addresses: SiteAddresses, folder: SiteFolder
) -> tuple[list[tuple[SelectedIssue, IssueRecord]], dict[str, bytes], list[LeftOut]]:
    """Return the record of each issue, the newest first, the pictures of those that changed, and those with mistakes.

    Raises ContentError with the mistakes of all issues that have to be published.
    """
    today = dt.datetime.now(session.zone).date()
    cache = RecordCache(session.workspace, session.workspace.root / ".newsletter" / "archive")
    records: list[tuple[SelectedIssue, IssueRecord]] = []
    pictures: dict[str, bytes] = {}
    failed: list[LeftOut] = []
    findings: list[Any] = []
    with session.progress.steps("Reading the issues", len(chosen)) as count:
        for one in chosen:
            page = addresses.issue_url(one.path.stem) or addresses.issue_file(one.path.stem)
            record = cache.find(one.path, page, has_file=folder.has)
            try:
                if record is None:
                    record, made = _make_record(session.workspace, one.path, page, cache)
                    pictures |= made
                if one.is_optional and record.date > today:
                    failed.append(LeftOut(one.path.stem, f"not sent, and dated {record.day}"))
                else:
                    records.append((one, record))
            except ContentError as error:
                if one.is_optional:
                    failed.append(LeftOut(one.path.stem, f"it has mistakes: see `newsletter check {one.path.stem}`"))
                else:
                    findings += error.findings
            count(1)
    if findings:
        raise ContentError(
            "The archive was not built, as issues in it have mistakes.",
            findings,
            hint="Fix them, or leave an issue out with `archive.exclude` in newsletter.yaml.",
        )
    records.sort(key=lambda one: (one[1].date, one[1].name), reverse=True)
    return records, pictures, failed


def _make_record(
    workspace: Workspace, path: Path, page: str, cache: RecordCache
) -> tuple[IssueRecord, dict[str, bytes]]:
    from newsletter.archive.issue_page import issue_record
    from newsletter.workflow.image_facts import missing_image

    loaded = workspace.load_path(path)
    reader = NotedReader(workspace.assets(path))
    try:
        record, pictures = issue_record(
            loaded.issue,
            workspace.settings.presentation,
            name=path.stem,
            page=page,
            templates=workspace.templates,
            assets=reader,
            prepare=workspace.prepare,
        )
    except OSError as error:
        raise missing_image(error, loaded, workspace.settings) from error
    cache.keep(path, page, record, reader.names)
    return record, pictures


def _site(session: SendSession, records: Sequence[IssueRecord], addresses: SiteAddresses, now: dt.datetime) -> Site:
    from newsletter.archive.logos import site_logo
    from newsletter.archive.site import Site
    from newsletter.render.design_tokens import tokens_for

    workspace = session.workspace
    brand = workspace.settings.brand
    tokens = tokens_for(brand, workspace.templates)
    try:
        logo, files = site_logo(brand, tokens, workspace.assets(workspace.root / "newsletter.yaml"), workspace.prepare)
    except OSError as error:
        raise UsageError(
            f"The logo “{error.filename}” cannot be read: {error.strerror}.",
            hint="Correct `brand.logo` in newsletter.yaml, or put the file there.",
        ) from error
    return Site(
        issues=records,
        presentation=workspace.settings.presentation,
        settings=workspace.settings.archive,
        addresses=addresses,
        tokens=tokens,
        now=now,
        logo=logo,
        provider=workspace.settings.provider,
        pictures=files,
    )


def _refuse_own_folder(workspace: Workspace, place: Path) -> None:
    """Raise UsageError for a folder that holds the newsletter itself, or is inside of one that does."""
    settings, real = workspace.settings, place.resolve()
    own = (settings.issues_folder, settings.templates_folder, settings.outbox_folder, workspace.root / ".newsletter")
    for folder in own:
        if real.is_relative_to(folder.resolve()):
            raise UsageError(
                f"The archive cannot be written to {workspace.shown(place)}: {workspace.shown(folder)} is used by your "
                "newsletter.",
                hint="Choose another folder with -o, or as `archive.folder` in newsletter.yaml.",
            )
    if workspace.root.resolve().is_relative_to(real):
        raise UsageError(
            f"The archive cannot be written to {workspace.shown(place)}: it holds your newsletter.",
            hint="Choose another folder with -o, or as `archive.folder` in newsletter.yaml.",
        )


def _notes(site: Site, records: Sequence[IssueRecord]) -> list[str]:
    settings = site.settings
    notes = []
    if not site.addresses.base:
        notes.append(
            "There are no feeds, no list of pages for search engines and no previews in social networks: they need the "
            "address of the website. Set `archive.url` in newsletter.yaml."
        )
    elif not site.addresses.is_linked:
        view = f"{site.addresses.base}{{month}}.html"
        notes.append(f"The emails do not link to the archive. Set `links.view_online: {view}` in newsletter.yaml.")
    if settings.sign_up is None:
        notes.append("Visitors cannot subscribe: set `archive.sign_up` in newsletter.yaml.")
    elsewhere = {one.name: one.remote_pictures for one in records if one.remote_pictures}
    if elsewhere:
        count = sum(elsewhere.values())
        notes.append(
            f"{count} picture{'s' * (count != 1)} on other websites {'are' if count != 1 else 'is'} linked, not shown, "
            f"so that no one learns who reads the archive: {', '.join(elsewhere)}."
        )
    if site.presentation.brand.logo and site.logo is None:
        notes.append("The logo is on another website, so the archive shows your name: save it as a file.")
    return notes
