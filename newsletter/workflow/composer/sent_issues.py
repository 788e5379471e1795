"""The state of each issue by the ledger, with its date and its segment; and the email that was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from newsletter.errors import NewsletterError, UsageError
from newsletter.workflow.composer.email_views import View, message_page
from newsletter.workflow.composer.practice import is_practice_by
from newsletter.workflow.composer.send_facts import state_of

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.ledger.store import Ledger
    from newsletter.settings import Settings
    from newsletter.workflow.workspace import Workspace

_ORDER = ("uncertain", "sending", "scheduled", "sent", "practised")
"""What an issue is, where its sends by several providers differ: the first of these."""


class IssueState(NamedTuple):
    """The state of an issue in the list of issues, with its moment, and its segment if it was not for everybody."""

    state: str = "draft"
    at: dt.datetime | None = None
    to: str = ""
    is_practice: bool = False
    """Whether its emails are saved and nobody receives them."""

    @property
    def facts(self) -> dict[str, Any]:
        """Return it as plain data."""
        when = self.at.isoformat(timespec="seconds") if self.at else None
        return {"state": self.state, "sent_at": when, "sent_to": self.to, "practice": self.is_practice}

    @property
    def is_known_to_readers(self) -> bool:
        """Return whether somebody has it, may have it, or is to get it."""
        return self.state in {"uncertain", "sending", "scheduled", "sent"}

    @property
    def is_unfinished_practice(self) -> bool:
        """Return whether some of its practice emails are still to be saved."""
        return self.is_practice and self.is_known_to_readers


def issue_states(workspace: Workspace) -> Mapping[str, IssueState]:
    """Return the state of each issue that was sent, by its name; nothing where there is no ledger that can be read."""
    try:
        return recorded_states(workspace)
    except (NewsletterError, OSError):
        return {}


def recorded_states(workspace: Workspace) -> Mapping[str, IssueState]:
    """Return the state of each issue that was sent, by its name; raise LedgerError where the ledger cannot be read."""
    if not has_ledger(workspace):
        return {}
    # the database's library takes long to import, and the first page waits for this
    from newsletter.workflow.session import SendSession

    with SendSession(workspace).ledger() as ledger:
        return _states(ledger, workspace.settings)


def has_ledger(workspace: Workspace) -> bool:
    """Return whether there is a ledger already, which is not made for looking at it."""
    from newsletter.ledger.url import SqliteFile, parse

    place = parse(workspace.settings.ledger_url)
    return not isinstance(place, SqliteFile) or (workspace.root / place.path).is_file()


def _states(ledger: Ledger, settings: Settings) -> dict[str, IssueState]:
    from newsletter.sending.status import load_status

    at = ledger.clock()
    by_issue: dict[str, dict[str, list[Send]]] = {}
    for one in ledger.sends.all():
        if one.state.reaches_somebody:
            by_issue.setdefault(one.issue, {}).setdefault(one.target.provider, []).append(one)
    states = {}
    for issue, by_provider in by_issue.items():
        found = []
        for provider, sends in by_provider.items():
            state, is_practice = state_of(load_status(ledger, issue, provider), at), is_practice_by(provider, settings)
            if state == "sent" and is_practice:
                state = "practised"
            found.append(_state(state, sends, is_practice=is_practice))
        states[issue] = min(found, key=lambda one: _ORDER.index(one.state) if one.state in _ORDER else len(_ORDER))
    return states


def _state(state: str, sends: Sequence[Send], *, is_practice: bool) -> IssueState:
    last = max(sends, key=lambda one: one.created_at)
    at = last.scheduled_for or last.finished_at or last.created_at
    segments = [one for one in sends if one.target.segment]
    to = last.target_name if len(segments) == len(sends) else ""
    return IssueState(state, at, to, is_practice)


def sent_facts(workspace: Workspace, issue: str) -> dict[str, Any]:
    """Return the state of an issue, and list what was sent of it, the newest first."""
    if not has_ledger(workspace):
        return IssueState().facts | {"emails": []}
    state = issue_states(workspace).get(issue, IssueState())
    return state.facts | {"emails": _sent_emails(workspace, issue)}


def _sent_emails(workspace: Workspace, issue: str) -> list[dict[str, Any]]:
    from newsletter.workflow.session import SendSession

    settings = workspace.settings
    with SendSession(workspace).ledger() as ledger:
        sends = [one for one in ledger.sends.all(issue) if one.state.reaches_somebody]
    return [
        {
            "id": one.id,
            "subject": one.subject,
            "at": (one.scheduled_for or one.finished_at or one.created_at).isoformat(timespec="seconds"),
            "to": one.target_name,
            "practice": is_practice_by(one.target.provider, settings),
        }
        for one in sorted(sends, key=lambda one: one.created_at, reverse=True)
    ]


def sent_page(workspace: Workspace, issue: str, send: str, view: View) -> str:
    """Return the page of an email as it was sent, without scripts and with links that lead nowhere."""
    message = _payload(workspace, issue, send).message
    address = f"/api/issues/{issue}/sent/{send}/images/"
    return message_page(message, view, lambda cid: f"{address}{quote(cid)}")


def sent_picture(workspace: Workspace, issue: str, send: str, cid: str) -> tuple[bytes, str]:
    """Return a picture of an email that was sent, and its type."""
    images = _payload(workspace, issue, send).message.images
    found = next((image for image in images if image.cid == cid), None)
    if found is None:
        raise UsageError("There is no such picture in the email.")
    return found.data, found.content_type


def _payload(workspace: Workspace, issue: str, send: str) -> Any:
    from newsletter.sending.payload import deserialize
    from newsletter.workflow.session import SendSession

    with SendSession(workspace).ledger() as ledger:
        found = next((one for one in ledger.sends.all(issue) if one.id == send), None)
        if found is None:
            raise UsageError("There is no record of this send.", hint="Reload the page.")
        return deserialize(ledger.sends.content(found))
