"""The status of an issue: checked, tested, approved, scheduled, sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import ContentError, NewsletterError, ProviderError, UsageError
from newsletter.model.titles import capital
from newsletter.workflow.campaign_status import about_of, send_data, status_data, statuses_of
from newsletter.workflow.recipient_names import RefusedRecipient, describe_recipients, refused_recipients
from newsletter.workflow.session import SendSession, login

if TYPE_CHECKING:
    import datetime as dt

    from newsletter.ledger.store import Ledger
    from newsletter.model.provider_campaign import RemoteCampaign
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.sending.payload import SendPayload
    from newsletter.sending.status import SendStatus


@dataclass(frozen=True, slots=True)
class IssueStatus:
    """What the ledger has of an issue, what the provider says of its campaigns, and which commands come next."""

    recorded: SendStatus
    at: dt.datetime
    payload: SendPayload | None
    """The issue as it would be sent now; None if it was sent, or has errors."""
    campaigns: Sequence[CampaignStatus]
    next_commands: list[str]
    unrecorded: Sequence[RemoteCampaign] = ()
    """The campaigns by which the provider has sent, or will send it, though the ledger has no record of that."""

    @property
    def is_partial(self) -> bool:
        """Return whether the provider sent it to some recipients only."""
        return any(one.is_partial for one in self.campaigns)

    @property
    def is_altered(self) -> bool:
        """Return whether something was changed at the provider, or the ledger knows nothing of what was sent there."""
        return bool(self.unrecorded) or any(one.is_altered for one in self.campaigns)


def issue_status(session: SendSession, path: Path) -> IssueStatus:
    """Return the status of an issue; the provider is asked about campaigns that are scheduled or running."""
    from newsletter.sending.status import load_status, next_commands

    provider = session.workspace.settings.provider
    with session.ledger() as ledger:
        session.catch_up(ledger, path.stem)
        recorded, at = load_status(ledger, path.stem, provider), ledger.clock()
        is_unsent = not recorded.sends
        payload, problem = _payload(session, path) if is_unsent else (None, None)
        with session.progress.waiting(f"Asking {about_of(session).title}"):
            campaigns = statuses_of(session, ledger, recorded.campaigns, at)
        steps = next_commands(recorded, ledger, payload, session.rules, login(), statuses=campaigns)
        unrecorded = _find_unrecorded(session, ledger, path.stem) if is_unsent else []
        if problem is not None:
            steps = [f"newsletter providers {provider} # {problem.message}"]
        if unrecorded:
            steps = [f"newsletter status {path.stem} # ask {session.provider.title} again"]
    return IssueStatus(recorded, at, payload, campaigns, steps, unrecorded)


def _find_unrecorded(session: SendSession, ledger: Ledger, issue: str) -> list[RemoteCampaign]:
    """Ask the provider for campaigns of an issue that the ledger has not sent; drafts are none, nor is no answer.

    They are searched by the issue in the key in their names: sends to segments, corrections and remainders have keys of
    their own.
    """
    from newsletter.model.provider_campaign import RemoteState
    from newsletter.providers.campaign import CampaignProvider

    over = {one.remote_id for one in ledger.sends.all(issue) if not one.state.is_live}
    try:
        provider = session.provider
        if not isinstance(provider, CampaignProvider):
            return []
        found = provider.find_all(issue)
    except NewsletterError:
        return []
    return [one for one in found if one.state is not RemoteState.DRAFT and one.id not in over]


def all_statuses(session: SendSession) -> tuple[list[SendStatus], dt.datetime]:
    """Return what the ledger has of every issue, oldest first, and the time; deleted issue files come first."""
    from newsletter.sending.status import load_status

    with session.ledger() as ledger:
        files = [path.stem for path in session.workspace.issue_paths()]
        gone = [name for name in reversed(ledger.history.issues()) if name not in files]
        names = [*gone, *files]
        for name in names:
            session.catch_up(ledger, name)
        return [load_status(ledger, name, session.workspace.settings.provider) for name in names], ledger.clock()


def status_words(session: SendSession, status: IssueStatus) -> str:
    """Return where an issue stands, in one or two sentences."""
    if status.unrecorded:
        said = ", ".join(f"“{one.raw_state or one.state}”" for one in status.unrecorded)
        many = f"{len(status.unrecorded)} campaigns of this issue" if len(status.unrecorded) > 1 else "this issue"
        links = " ".join(one.admin_url for one in status.unrecorded if one.admin_url)
        see = f" See {links}" if links else ""
        return (
            f"{capital(about_of(session).title)} already has {many}, as {said}, but this ledger has no record of it: "
            f"it was sent from another computer with another ledger, or the ledger was replaced.{see}"
        )
    return recorded_words(session, status.recorded, status.at, status.campaigns)


def recorded_words(
    session: SendSession, now: SendStatus, at: dt.datetime, campaigns: Sequence[CampaignStatus] = ()
) -> str:
    """Return where an issue stands by the ledger and, where the provider was asked, by what it said."""
    from newsletter.sending.status import campaign_summary, headline

    if campaigns:
        return campaign_summary(now, campaigns)
    return headline(now, about_of(session).title, session.zone, at)


def refused_in(session: SendSession, now: SendStatus) -> list[RefusedRecipient]:
    """Return the recipients of an issue's direct sends who were refused or are deferred."""
    return refused_recipients(session, now.refusals, now.last) if now.last else []


def issue_status_data(session: SendSession, status: IssueStatus) -> dict[str, Any]:
    """Return the status of an issue as data for --json."""
    data = recorded_data(session, status.recorded, status.at, status.next_commands, status.campaigns)
    if status.unrecorded:
        said = [{"id": one.id, "state": str(one.state), "word": one.raw_state} for one in status.unrecorded]
        data |= {"state": "unknown", "summary": status_words(session, status)}
        data |= {"unrecorded": said[0], "all_unrecorded": said}
    return data


def recorded_data(
    session: SendSession,
    now: SendStatus,
    at: dt.datetime,
    steps: Sequence[str] = (),
    campaigns: Sequence[CampaignStatus] = (),
) -> dict[str, Any]:
    """Return what the ledger has of an issue as data for --json."""
    data: dict[str, Any] = {
        "issue": now.issue,
        "state": str(now.last.state if now.last else "not sent"),
        "summary": recorded_words(session, now, at, campaigns),
        "story": [{"at": event.at.isoformat(), "who": event.who, "words": event.words} for event in now.events],
        "next": [step.partition(" # ")[0] for step in steps],
    }
    if now.campaigns:
        asked = {one.send.id: one for one in campaigns}
        data["orders"] = [status_data(asked[one.id]) if one.id in asked else send_data(one) for one in now.campaigns]
    if now.people is not None:
        data["people"] = now.people
    return data | _direct_data(session, now)


def _direct_data(session: SendSession, now: SendStatus) -> dict[str, Any]:
    """Return the direct sends of an issue as data; nothing if it has none."""
    from newsletter.model.campaign import DeliveryState

    direct = [(one.send, one.counts) for one in now.sends if one.counts]
    if not direct:
        return {}
    last, counts = direct[-1]
    doubtful = describe_recipients(session, now.in_doubt, last) if now.in_doubt else []
    return {
        "audience": last.target.audience,
        "recipients": counts.total,
        "sends": [
            {
                "purpose": str(send.purpose),
                "round": send.run.round,
                "audience": send.target.audience,
                "segment": send.target.segment,
                "state": str(send.state),
                "recipients": of_send.total,
                "delivered": of_send[DeliveryState.DELIVERED],
            }
            for send, of_send in direct
        ],
        "counts": {str(state): count for state, count in counts.by_state.items()},
        "in_doubt": [{"key": key, "who": who} for key, who in zip(now.in_doubt, doubtful, strict=True)],
        "refusals": [one.data for one in refused_in(session, now)],
    }


def _payload(session: SendSession, path: Path) -> tuple[SendPayload | None, NewsletterError | None]:
    """Return the issue as it would be sent now, None if it has errors; and why the provider cannot be asked."""
    try:
        return session.ready_issue(path).payload, None
    except ContentError:
        return None, None
    except (ProviderError, UsageError) as error:
        return None, error
