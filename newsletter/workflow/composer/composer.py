"""The composer of one newsletter folder: its settings, and the issues that are open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from newsletter.errors import NewsletterError, UsageError
from newsletter.issue_file.editing.edit import Edit
from newsletter.workflow.composer import finding_facts
from newsletter.workflow.composer.background import UNTIL_SHOWN, BackgroundWorker
from newsletter.workflow.composer.current_workspace import CurrentWorkspace
from newsletter.workflow.composer.email_views import (
    View,
    email_page,
    inbox_rows,
    plain_text_of,
    sample_readers,
    size_facts,
)
from newsletter.workflow.composer.folder_state import put_off_setup, remember_edited
from newsletter.workflow.composer.history import BY_COMPOSER, BY_OTHER, HISTORY, bursts
from newsletter.workflow.composer.issue_view import IssueView
from newsletter.workflow.composer.open_issue import OpenIssue, Snapshot
from newsletter.workflow.composer.own_files import is_own_file
from newsletter.workflow.composer.send_panel import SendPanel
from newsletter.workflow.composer.version_emails import VersionEmails
from newsletter.workflow.composer.workspace_facts import describe_workspace, problem_facts, schema_of
from newsletter.workflow.workspace import Workspace

Notify = Callable[[str, Mapping[str, Any], str | None], None]
"""Called with an event's name, its data, and the issue that it is about (None for all)."""


class MissingIssueError(UsageError):
    """There is no such issue, or no longer."""


class Composer:
    """What the browser's part calls; safe to be called from several threads."""

    def __init__(self, current: CurrentWorkspace, notify: Notify) -> None:
        self._current = current
        self._notify = notify
        self._lock = threading.RLock()
        self._views: dict[Path, IssueView] = {}
        self._checks = BackgroundWorker(self._check)
        self.version_emails = VersionEmails()
        """The emails of earlier versions."""
        self.sends = SendPanel(lambda: self.workspace, lambda issue, facts: notify("send", facts, issue))
        """The send panel."""

    # --- the folder

    @property
    def workspace(self) -> Workspace:
        """Return the folder's settings, as they are now; raise as `Workspace.find` does."""
        return self._current.get()

    @property
    def epoch(self) -> int:
        """Return a number that counts up when the settings, a template or a picture changes."""
        return self._current.epoch

    @property
    def watched(self) -> Path:
        """Return the folder in which changes matter."""
        try:
            return self.workspace.root
        except (NewsletterError, OSError):
            return self._current.folder

    def describe(self) -> dict[str, Any]:
        """Return the facts of the folder and a list of its issues; what is wrong with the settings is a part of it."""
        return describe_workspace(self._current.folder, lambda: self.workspace)

    def schema(self, *, names_rules: bool) -> dict[str, Any] | None:
        """Return the JSON Schema of an issue, with the newsletter's own kinds of section; None without a newsletter.

        The rules' names, for whoever writes the file as text, load every rule: the first page does not wait for them.
        """
        try:
            return schema_of(self.workspace.kinds, names_rules=names_rules)
        except UsageError:
            return None

    def warm(self, name: str) -> None:
        """Render an issue in the background, so that its page finds the email done; its check comes later."""

        def render() -> None:
            with suppress(Exception):  # the page says what is wrong
                self.view(name).newest_email()
                self._checks.ask(name, UNTIL_SHOWN)

        if name:
            threading.Thread(target=render, name="newsletter-warm", daemon=True).start()

    def close(self) -> None:
        """Stop what runs in the background, and what is being sent after the current message."""
        self.sends.close()
        self._checks.close()

    # --- issues

    def view(self, name: str) -> IssueView:
        """Return an issue by its name; raise MissingIssueError if there is none."""
        workspace = self.workspace
        path = next((one for one in workspace.issue_paths() if one.stem == name), None)
        if path is None:
            raise MissingIssueError(f"There is no issue {name} any more.", hint="Choose another one.")
        with self._lock:
            if path not in self._views:
                history = workspace.root / HISTORY / path.stem
                self._views[path] = IssueView(OpenIssue(path, self, self._changed, history))
            return self._views[path]

    def forget(self, path: Path) -> None:
        """Drop what is known of an issue: one that comes under its name is another one, with nothing to undo."""
        with self._lock:
            view = self._views.pop(path, None)
        if view is not None:
            view.issue.close()
            self._notify("document" if path.exists() else "gone", {"version": "", "by": BY_OTHER}, view.issue.id)
        self.announce_change()

    def forget_missing(self) -> None:
        """Drop what is known of issues whose files are gone, before one is made that may get such a name."""
        for path in [one for one in list(self._views) if not one.exists()]:
            self.forget(path)

    def path(self, name: str) -> Path:
        """Return the file of an issue; raise MissingIssueError if it does not exist."""
        return self.view(name).issue.path

    def read(self, name: str) -> dict[str, Any]:
        """Return an issue's document; its findings follow as an event, where they are not known yet."""
        view = self.view(name)
        document = view.document(view.issue.read())
        if document["findings"] is None or document["findings_for"] != document["version"]:
            self._checks.ask(name, 0.05 if view.is_shown else UNTIL_SHOWN)
        return document

    def edit(
        self, name: str, version: str, label: str, edits: Sequence[Edit], group: str = "", base: Any = None
    ) -> dict[str, Any]:
        """Make edits and return the document; raise ConflictError where somebody else changed the same field."""
        view = self.view(name)
        snapshot, is_merged = view.issue.edit(version, label, edits, group, base)
        return view.document(snapshot) | ({"merged": True} if is_merged else {})

    def write_text(self, name: str, version: str, text: str) -> dict[str, Any]:
        """Replace the text of an issue and return the document."""
        view = self.view(name)
        return view.document(view.issue.write_text(version, text))

    def undo(self, name: str) -> dict[str, Any]:
        """Take the last change back and return the document."""
        view = self.view(name)
        return view.document(view.issue.undo())

    def redo(self, name: str) -> dict[str, Any]:
        """Redo the last undone change, and return the document."""
        view = self.view(name)
        return view.document(view.issue.redo())

    def history(self, name: str) -> list[dict[str, Any]]:
        """List the earlier versions of an issue, newest first."""
        return bursts(self.view(name).issue.versions())

    def version(self, name: str, version: str) -> dict[str, Any]:
        """Return an earlier version as text, and its fields."""
        return self.view(name).issue.version_facts(version)

    def restore(self, name: str, version: str) -> dict[str, Any]:
        """Put an earlier version in the place of an issue, and return the document."""
        view = self.view(name)
        return view.document(view.issue.restore(version))

    def fix(self, name: str, finding: str, choice: int = 0) -> dict[str, Any]:
        """Make one of the changes that fix a finding, and return the document."""
        view, snapshot = self._with_findings(name)
        found = finding_facts.wanted(view.findings_of(snapshot) or (), finding)
        return view.document(finding_facts.fix(view.issue, snapshot, found, choice))

    def ignore(self, name: str, finding: str, reason: str) -> dict[str, Any]:
        """Ignore a finding's rule in this issue, with a reason, and return the document."""
        view, snapshot = self._with_findings(name)
        found = finding_facts.wanted(view.findings_of(snapshot) or (), finding)
        return view.document(finding_facts.ignore(view.issue, snapshot, found, reason))

    def _with_findings(self, name: str) -> tuple[IssueView, Snapshot]:
        view = self.view(name)
        view.check()
        return view, view.issue.read()

    # --- what issues are made of

    def make_newsletter(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Make the newsletter's folder from the answers of the first page, and return its facts."""
        from newsletter.workflow.composer.first_run import FirstAnswers, make_newsletter

        make_newsletter(self._current.folder, FirstAnswers(**answers))
        self.announce_change()
        return self.describe()

    def put_off_setup(self) -> dict[str, Any]:
        """Leave the questions of the first page for another time, and return the folder's facts."""
        put_off_setup(self.workspace.root)
        return self.describe()

    def begin_issue(self, month: str, start: str) -> dict[str, Any]:
        """Begin an issue (`blank`, `previous` or `sample`) and return its document; no month means the next one."""
        from newsletter.workflow.composer.new_issue import Start, begin_issue

        if start not in set(Start):
            raise UsageError("An issue begins blank, as the previous one, or as the sample.")
        self.forget_missing()
        return self._made(begin_issue(self.workspace, month.strip() or None, Start(start)))

    def _made(self, path: Path) -> dict[str, Any]:
        self.forget(path)
        self.remember(path.stem)
        return self.read(path.stem)

    def remember(self, name: str) -> None:
        """Remember an issue as the one that was edited last: the composer opens with it the next time."""
        remember_edited(lambda: self.workspace, name)

    def preview_import(self, data: bytes, name: str, month: str, post: str) -> dict[str, Any]:
        """Return what an import would make of a document."""
        from newsletter.workflow.composer.imports import preview_document

        return preview_document(self.workspace, data, name, month, post)

    def import_document(self, data: bytes, name: str, month: str, post: str) -> dict[str, Any]:
        """Make an issue of a document, and return the issue's document."""
        from newsletter.workflow.composer.imports import create_from_document

        self.forget_missing()
        return self._made(create_from_document(self.workspace, data, name, month, post))

    def offer_events(self, name: str, data: bytes, file: str) -> dict[str, Any]:
        """Return the events of a calendar that may be added to an issue."""
        from newsletter.workflow.composer.imports import offer_events

        document = self.view(name).issue.read().document
        loaded = document.loaded if document else None
        return offer_events(self.workspace, loaded.issue if loaded else None, data, file)

    def announce_change(self) -> None:
        """Tell open pages that the settings or the list of issues changed, and read the settings anew."""
        self._current.forget()
        self._notify("workspace", {}, None)

    def keep_picture(self, data: bytes, name: str) -> dict[str, Any]:
        """Keep a picture beside the issues and return how an issue names it."""
        from newsletter.workflow.composer.pictures import keep_picture

        return keep_picture(self.workspace.settings.issues_folder, data, name).facts

    def shown_picture(self, name: str) -> tuple[bytes, str]:
        """Return a picture that an issue names, as readers get it, and its type."""
        from newsletter.workflow.composer.pictures import shown_picture

        try:
            made = shown_picture(self.workspace, name)
        except UsageError as error:
            raise MissingIssueError(error.message) from error
        return made.data, made.content_type

    def suggest_colours(self, data: bytes) -> list[dict[str, Any]]:
        """Return the main colours of a logo."""
        from newsletter.workflow.composer.pictures import suggest_colours

        return suggest_colours(data)

    def clean_paste(self, html: str, text: str) -> dict[str, str]:
        """Return pasted HTML as Markdown, and as the email shows it."""
        from newsletter.workflow.composer.pasting import cleaned_paste

        markdown = cleaned_paste(html, text)
        return {"markdown": markdown, **self.render_markdown(markdown)}

    def render_markdown(self, text: str) -> dict[str, str]:
        """Return Markdown as HTML, as the email shows it; pictures in it are only named."""
        from newsletter.workflow.composer.pasting import rendered_markdown

        return {"html": rendered_markdown(text)}

    # --- what readers see

    def email(self, name: str, view: View) -> tuple[str, dict[str, Any]]:
        """Return the page of an email, with the version that it shows and what keeps a newer one from being shown."""
        of_issue = self.view(name)
        snapshot = of_issue.issue.read()
        email, error = of_issue.email(snapshot)
        page = email_page(email, view, lambda cid: f"/api/issues/{name}/images/{cid}")
        if not of_issue.is_shown:
            of_issue.is_shown = True
            self._checks.ask(name, 0.1)
        return page, {"version": email.version, "problem": problem_facts(error) if error else None}

    def picture(self, name: str, cid: str) -> tuple[bytes, str]:
        """Return a picture of the email by its content id, and its type."""
        images = self.view(name).newest_email().message.images
        found = next((image for image in images if image.cid == cid), None)
        if found is None:
            raise MissingIssueError("There is no such picture in the email.")
        return found.data, found.content_type

    def plain_text(self, name: str, view: View) -> str:
        """Return the plain text of an email."""
        return plain_text_of(self.view(name).newest_email(), view)

    def inbox(self, name: str, view: View) -> dict[str, Any]:
        """Return the rows of an email in inboxes, and its size."""
        of_issue = self.view(name)
        email = of_issue.newest_email()
        assert of_issue.loaded is not None  # noqa: S101  there is an email of it
        return {"rows": inbox_rows(email, view), "size": size_facts(self.workspace, email, of_issue.loaded)}

    def readers(self, name: str) -> list[dict[str, Any]]:
        """List the readers that an email can be shown for."""
        document = self.view(name).issue.read().document
        return sample_readers(document.loaded if document else None)

    # --- who approves

    def share(self, name: str) -> dict[str, str]:
        """Write the page for whoever approves an issue, and return its path."""
        from newsletter.workflow.share_issue import write_share

        path = write_share(self.workspace, self.path(name))
        return {"file": str(path.relative_to(self.workspace.root)), "path": str(path)}

    def take_comments(self, name: str, text: str) -> list[dict[str, Any]]:
        """Keep the comments of a page that came back, and return all on the issue."""
        from newsletter.workflow.share_issue import keep_comments, read_comments

        return keep_comments(self.workspace, self.path(name).stem, read_comments(text))

    def comments(self, name: str) -> list[dict[str, Any]]:
        """Return the comments on an issue that were read before."""
        from newsletter.workflow.share_issue import kept_comments

        return kept_comments(self.workspace, self.path(name).stem)

    # --- changes

    def files_changed(self, paths: Iterable[Path]) -> None:
        """Look again at what changed in the folder: issues, settings, templates, pictures."""
        changed = {path for path in paths if not is_own_file(path, self.watched)}
        if not changed:
            return
        views = dict(self._views)
        others = {path for path in changed if path not in views}
        if others and any(path.suffix not in {".yaml", ".yml"} or path.name == "newsletter.yaml" for path in others):
            self._current.forget()  # templates may declare other kinds of section
        if others:
            self._notify("workspace", {}, None)
        for view in views.values():
            self._look_again(view)

    def _look_again(self, view: IssueView) -> None:
        try:
            view.issue.read()
        except (NewsletterError, OSError) as error:
            facts = problem_facts(error) if isinstance(error, NewsletterError) else {"message": str(error)}
            kind = "document" if view.issue.path.exists() else "gone"
            self._notify(kind, {"version": "", "by": "another program", "problem": facts}, view.issue.id)

    def _changed(self, issue: OpenIssue, by: str) -> None:
        """Tell of a change, and check the issue in a moment."""
        snapshot = issue.snapshot
        if by == BY_COMPOSER:
            self.remember(issue.id)
        self._notify("document", {"version": snapshot.version if snapshot else "", "by": by}, issue.id)
        self._checks.ask(issue.id, None if by == BY_COMPOSER else 0.05)

    def _check(self, name: str) -> None:
        try:
            view = self.view(name)
            with suppress(NewsletterError):
                view.newest_email()  # it is waited for, the findings may come later
            self._notify("findings", view.check(), name)
        except MissingIssueError:
            return
        except Exception as error:  # noqa: BLE001  a page that waits for the findings hears why there are none
            facts = problem_facts(error) if isinstance(error, NewsletterError) else {"message": f"{error}."}
            self._notify("findings", {"version": "", "findings": None, "problem": facts}, name)
