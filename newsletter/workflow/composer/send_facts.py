"""What the send panel shows of the status, the schedule, the history and the results of an issue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError
from newsletter.workflow.campaign_status import about_of
from newsletter.workflow.composer.issue_names import name_issues
from newsletter.workflow.composer.practice import is_practice, is_practice_by, practice_headline, practice_words
from newsletter.workflow.recipient_names import describe_recipients

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.sending.status import SendStatus
    from newsletter.workflow.issue_status import IssueStatus
    from newsletter.workflow.report_issue import IssueReport
    from newsletter.workflow.session import ReadyIssue, SendSession

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


def unsubscribe_facts(session: SendSession, ready: ReadyIssue) -> list[str]:
    """Return how readers of an issue unsubscribe, and why they must be able to, in sentences."""
    from newsletter.model.merge_tags import BuiltInTag

    about, links = about_of(session), session.workspace.settings.links
    message = ready.payload.message
    if f"{{{BuiltInTag.UNSUBSCRIBE_URL.value}" not in message.html:
        told = ["This issue has no link to unsubscribe, so readers cannot leave your list by themselves."]
    elif is_practice(session):
        told = ["Every email has a link to unsubscribe at its end. In practice emails it leads nowhere."]
    elif links.unsubscribe:
        told = [f"Every email has a link to unsubscribe at its end. It leads to {links.unsubscribe}."]
    else:
        told = [f"Every email has a link to unsubscribe at its end. {about.title} handles it and updates your list."]
    told += [note for note in about.notes if "footer" in note or "unsubscribe link" in note]
    why = "The law in most countries asks for it, and Gmail, Yahoo and Outlook put newsletters without it into spam."
    return [*told, why]


def status_facts(session: SendSession, status: IssueStatus) -> dict[str, Any]:
    """Return where an issue stands, in the words of `newsletter status`, and what can be done."""
    from newsletter.model.sends import SendState
    from newsletter.sending.status import campaign_summary, headline

    now, at = status.recorded, status.at
    title = about_of(session).title
    words = campaign_summary(now, status.campaigns) if status.campaigns else headline(now, title, session.zone, at)
    if is_practice(session):
        words = practice_headline(now) or words
    scheduled = next((one for one in now.campaigns if one.state is SendState.SCHEDULED and not one.is_due(at)), None)
    facts: dict[str, Any] = {
        "state": state_of(now, at),
        "message": name_issues(words, status.recorded.issue),
        "needs_decision": now.is_uncertain,
        "can_cancel": scheduled is not None or now.holder is not None,
        "is_running": now.holder is not None or bool(now.busy),
        "cancel_until": scheduled.scheduled_for.isoformat() if scheduled and scheduled.scheduled_for else None,
    }
    if now.is_uncertain:
        facts["hint"] = (
            f"Ask {title}, or some of the recipients, whether it came. Then say here what you found; nothing more is "
            "sent until then."
        )
        direct = now.last if session.reads_audience_file else None
        facts["in_doubt"] = describe_recipients(session, now.in_doubt[:20], direct) if direct else []
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


def history_facts(session: SendSession, status: IssueStatus, sends: Sequence[Send]) -> list[dict[str, Any]]:
    """Return what was done with an issue, the newest first; what nobody received is not called sent."""
    by_practice = {one.id: is_practice_by(one.target.provider, session.workspace.settings) for one in sends}
    now = is_practice(session)
    facts = []
    for event in reversed(status.recorded.events):
        was_practice = by_practice.get(event.send, now) if event.send else now
        words = practice_words(event.words) if was_practice else event.words
        label = name_issues(f"{event.who} {words.rstrip('.')}.", status.recorded.issue)
        facts.append({"at": event.at.isoformat(timespec="seconds"), "label": label})
    return facts


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
