"""Which issues the archive publishes: those that everybody was sent, and those that the author names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.workflow.suggestions import unknown_name

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.workflow.session import SendSession


@dataclass(frozen=True, slots=True)
class SelectedIssue:
    """An issue file that is published, and why."""

    path: Path
    reason: str
    is_optional: bool = False
    """Whether a mistake in it leaves it out; otherwise it stops the build, as readers may have its address."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An issue that is not published, and why not."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The issues to publish, and those that are not published."""

    chosen: Sequence[SelectedIssue]
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, slots=True)
class _Sent:
    """What the ledger knows of an issue: whether everybody was sent it, and if not, why it is not published."""

    is_public: bool
    words: str
    is_private: bool = False
    """Whether it went to a part of the audience only."""


def select_issues(session: SendSession, *, every: bool, include: Collection[str] = ()) -> Selection:
    """Choose the issues to publish; raise UsageError for a name that is not an issue.

    `every` adds those that the ledger does not know, unless their date is ahead, and so does a name with `*` in the
    settings. What went to a segment or to another audience only is published if it is named whole.
    """
    workspace = session.workspace
    settings = workspace.settings.archive
    paths = workspace.issue_paths()
    stems = [path.stem for path in paths]
    named = {workspace.issue_path(name).stem for name in include}
    for pattern in (*settings.include, *settings.exclude):
        if "*" not in pattern and pattern not in stems:
            raise unknown_name("issue", pattern, stems, hint="Correct `archive` in newsletter.yaml.")
    sends = _sends(session)
    audiences = _audiences(session, sends)
    chosen, left_out = [], []
    for path in paths:
        name = path.stem
        known = _known(sends.pop(name, ()), session, audiences)
        if _matches(name, settings.exclude) and name not in named:
            left_out.append(LeftOut(name, "excluded by `archive.exclude`"))
        elif name in named or name in settings.include:
            chosen.append(SelectedIssue(path, "named"))
        elif known.is_public:
            chosen.append(SelectedIssue(path, known.words))
        elif (every or _matches(name, settings.include)) and not known.is_private and not known.words:
            chosen.append(SelectedIssue(path, "not sent by newsletter", is_optional=True))
        else:
            left_out.append(LeftOut(name, known.words or "not sent"))
    gone = [name for name, found in sends.items() if any(_reached(one) for one in found)]
    left_out += [LeftOut(name, "sent, but its file is no longer there") for name in sorted(gone)]
    return Selection(chosen, left_out)


def _matches(name: str, patterns: Collection[str]) -> bool:
    """Return whether an issue is among those that patterns name; `*` stands for any characters."""
    return any(fnmatchcase(name, re.sub(r"[?\[]", "[\\g<0>]", pattern)) for pattern in patterns)


def _sends(session: SendSession) -> dict[str, list[Send]]:
    """Return the sends of each issue; none where there is no ledger yet, which is not made for this."""
    from newsletter.ledger.url import SqliteFile, parse

    place = parse(session.workspace.settings.ledger_url)
    if isinstance(place, SqliteFile) and not Path(place.path).exists():
        return {}
    found: dict[str, list[Send]] = {}
    with session.ledger() as ledger:
        for one in ledger.sends.all():
            found.setdefault(one.issue, []).append(one)
    return found


def _audiences(session: SendSession, sends: Mapping[str, Sequence[Send]]) -> frozenset[tuple[str, str]]:
    """Return the audiences that the settings name, by provider and id, as earlier sends know them.

    It is empty where the settings name none, or nothing was sent to it: then every audience is the newsletter's.
    """
    named, provider = session.workspace.settings.audience, session.workspace.settings.provider
    targets = {
        (one.target.provider, one.target.audience)
        for found in sends.values()
        for one in found
        if one.target.provider == provider and not one.target.segment
        if named in {one.target.audience, one.target_name}
    }
    return frozenset(targets)


def _known(sends: Sequence[Send], session: SendSession, audiences: Collection[tuple[str, str]]) -> _Sent:
    from newsletter.model.sends import SendState
    from newsletter.sending.formatting import format_datetime

    alive = [one for one in sends if one.state.reaches_somebody]
    providers = {provider for provider, _ in audiences}
    whole = [
        one
        for one in alive
        if not one.target.segment
        # what an earlier provider sent went to the audience that there was then
        and (one.target.provider not in providers or (one.target.provider, one.target.audience) in audiences)
    ]
    reached = [one for one in whole if _reached(one)]
    if reached:
        first = min(one.scheduled_for or one.created_at for one in reached)
        return _Sent(is_public=True, words=f"sent {format_datetime(first, session.zone)}")
    for one in whole:
        if one.state is SendState.SCHEDULED and one.scheduled_for:
            return _Sent(is_public=False, words=f"scheduled for {format_datetime(one.scheduled_for, session.zone)}")
        if one.state is SendState.UNCERTAIN:
            return _Sent(is_public=False, words="it is uncertain whether it was sent: see `newsletter status`")
        if one.state is SendState.INTENDED:
            return _Sent(is_public=False, words="a send was started, and nothing has been sent")
    if alive:
        parts = ", ".join(dict.fromkeys(one.target_name for one in alive))
        return _Sent(is_public=False, words=f"sent only to {parts}", is_private=True)
    return _Sent(is_public=False, words="")


def _reached(send: Send) -> bool:
    """Return whether somebody has the issue by a send, as far as is known."""
    from newsletter.model.sends import SendState

    sent = send.state in {SendState.SENT, SendState.SENDING, SendState.STOPPED}
    return sent or send.is_due(dt.datetime.now(dt.UTC))
