"""The email of an issue as an earlier version of it was."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from newsletter.errors import UsageError
from newsletter.workflow.composer.email_views import RenderedEmail, View, email_page, render_marked

if TYPE_CHECKING:
    from newsletter.workflow.composer.open_issue import OpenIssue


class VersionEmails:
    """Renders earlier versions of issues; the last one is kept, as its pictures are asked for after its page."""

    def __init__(self) -> None:
        self._last: tuple[tuple[str, str, int], RenderedEmail] | None = None

    def page(self, issue: OpenIssue, version: str, view: View) -> str:
        """Return the page of a version, its fields marked; raise ContentError for one that had a mistake."""
        address = f"/api/issues/{quote(issue.id)}/history/{quote(version)}/images/"
        return email_page(self._email(issue, version), view, lambda cid: f"{address}{quote(cid)}")

    def picture(self, issue: OpenIssue, version: str, cid: str) -> tuple[bytes, str]:
        """Return a picture of a version by its content id, and its type."""
        images = self._email(issue, version).message.images
        found = next((image for image in images if image.cid == cid), None)
        if found is None:
            raise UsageError("There is no such picture in the email.")
        return found.data, found.content_type

    def _email(self, issue: OpenIssue, version: str) -> RenderedEmail:
        mark = (issue.id, version, issue.home.epoch)
        last = self._last
        if last is not None and last[0] == mark:
            return last[1]
        document = issue.version_document(version)
        if document.loaded is None:
            raise document.error or UsageError("This version cannot be shown as an email.")
        email = render_marked(issue.home.workspace, document.loaded, version, document.data)
        self._last = (mark, email)
        return email
