"""What the send panel shows of the status, the schedule, the history and the results of an issue."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError
from newsletter.workflow.campaign_status import about_of

if TYPE_CHECKING:
    from newsletter.sending.status import SendStatus
    from newsletter.workflow.issue_status import IssueStatus
    from newsletter.workflow.report_issue import IssueReport
    from newsletter.workflow.session import ReadyIssue, SendSession
    from newsletter.workflow.workspace import Workspace

_FIGURES = {"clicks": "clicked", "delivered": "delivered", "opens": "opened", "unsubscribes": "unsubscribed"}


def schedule_facts(session: SendSession, now: dt.datetime, *, in_part: bool = False) -> dict[str, Any]:
    """Return whether a send can be scheduled with the provider, and between which moments; `in_part` to a segment."""
    from newsletter.providers.capabilities import Feature

    about = about_of(session)
    if Feature.SCHEDULE not in about.features:
        return {"possible": False, "message": f"{about.title} cannot schedule a send."}
    if in_part and not about.limits.schedules_segments:
        return {"possible": False, "message": f"{about.title} cannot schedule a send to a segment."}
    days = about.limits.schedule_most_days
    earliest = about.limits.first_moment(now, now).astimezone(session.zone)
    latest = (now + dt.timedelta(days=days)).astimezone(session.zone) if days else None
    return {
        "possible": True,
        "earliest": earliest.isoformat(timespec="minutes"),
        "latest": latest.isoformat(timespec="minutes") if latest else None,
        "undo_minutes": session.workspace.settings.undo_minutes,
    }


def segment_facts(session: SendSession, ready: ReadyIssue) -> list[dict[str, Any]]:
    """Return the segments of the audience with their numbers of people; none where the provider has none."""
    from newsletter.model.audience import segments_of
    from newsletter.providers.capabilities import Feature

    if session.reads_audience_file:
        found = segments_of(session.people.reachable)
    elif Feature.SEGMENTS in about_of(session).features:
        try:
            found = tuple(session.provider.segments(ready.payload.target.audience))
        except NewsletterError:
            return []  # the panel is of use without them
    else:
        return []
    return [{"name": one.name, "count": one.count} for one in found]


def status_facts(session: SendSession, status: IssueStatus) -> dict[str, Any]:
    """Return where an issue stands, in the words of `newsletter status`, and what can be done."""
    from newsletter.model.sends import SendState
    from newsletter.sending.status import campaign_summary, headline

    now, at = status.recorded, status.at
    title = about_of(session).title
    words = campaign_summary(now, status.campaigns) if status.campaigns else headline(now, title, session.zone, at)
    scheduled = next((one for one in now.campaigns if one.state is SendState.SCHEDULED and not one.is_due(at)), None)
    facts: dict[str, Any] = {
        "state": state_of(now, at),
        "message": words,
        "needs_decision": now.is_uncertain,
        "can_cancel": scheduled is not None or now.holder is not None,
        "cancel_until": scheduled.scheduled_for.isoformat() if scheduled and scheduled.scheduled_for else None,
    }
    if now.is_uncertain:
        facts["hint"] = (
            f"Ask {title}, or some of the recipients, whether it came. Then say here what you found; nothing more is "
            "sent until then."
        )
        facts["in_doubt"] = session.named(now.in_doubt, now.issue)[:20] if session.reads_audience_file else []
    newest = now.sends[-1] if now.sends else None
    if newest is not None and newest.counts is not None:
        facts |= {"done": newest.delivered, "total": newest.counts.total}
    return facts


def state_of(now: SendStatus, at: dt.datetime) -> str:
    """Return the state of an issue in one word, by the ledger alone."""
    from newsletter.model.sends import SendState

    if now.is_uncertain:
        return "uncertain"
    states = {one.state for one in now.campaigns}
    if SendState.SCHEDULED in states:
        waiting = (one for one in now.campaigns if one.state is SendState.SCHEDULED)
        return "sent" if all(one.is_due(at) for one in waiting) else "scheduled"
    if states:
        return "sent" if states & {SendState.SENT, SendState.STOPPED} else "sending"
    if now.last is None:
        return "draft"
    return "sent" if now.last.state is SendState.SENT else "sending"


def history_facts(status: IssueStatus) -> list[dict[str, Any]]:
    """Return what was done with an issue, the newest first."""
    events = [
        {"at": event.at.isoformat(timespec="seconds"), "label": f"{event.who} {event.words.rstrip('.')}."}
        for event in status.recorded.events
    ]
    return events[::-1]


def report_facts(report: IssueReport) -> dict[str, Any]:
    """Return the results of an issue's sends, each and together; a figure that is not known is missing."""
    totals: dict[str, int] = {}
    for one in report.counts:
        if one["purpose"] == "correction":
            continue
        for name, value in one.items():
            if isinstance(value, int):
                totals[name] = totals.get(name, 0) + value
    figures = {_FIGURES.get(name, name): value for name, value in totals.items()}
    if "hard_bounces" in totals or "soft_bounces" in totals:
        figures["bounced"] = totals.get("hard_bounces", 0) + totals.get("soft_bounces", 0)
    return {"figures": figures, "sends": list(report.counts), "people": report.people, "partial": report.is_partial}


def issue_states(workspace: Workspace) -> dict[str, str]:
    """Return the state of each issue by the ledger alone; nothing where there is no ledger that can be read."""
    from newsletter.ledger.url import SqliteFile, parse

    try:
        place = parse(workspace.settings.ledger_url)
        if isinstance(place, SqliteFile) and not (workspace.root / place.path).is_file():
            return {}
        # the database's library takes long to import, and the first page waits for this
        from newsletter.sending.status import load_status
        from newsletter.workflow.session import SendSession

        with SendSession(workspace).ledger() as ledger:
            at, provider = ledger.clock(), workspace.settings.provider
            names = [path.stem for path in workspace.issue_paths()]
            return {name: state_of(load_status(ledger, name, provider), at) for name in names}
    except (NewsletterError, OSError):
        return {}
