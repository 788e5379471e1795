"""The status of an issue: checked, tested, approved, scheduled, sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import ContentError, NewsletterError, ProviderError, UsageError
from newsletter.workflow.campaign_status import about_of, statuses_of
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
    unrecorded: RemoteCampaign | None = None
    """The campaign by which the provider has sent, or will send it, though the ledger has no record of that."""

    @property
    def is_partial(self) -> bool:
        """Say whether the provider sent it to some recipients only."""
        return any(one.is_partial for one in self.campaigns)

    @property
    def is_altered(self) -> bool:
        """Say whether something was changed at the provider, or the ledger knows nothing of what was sent there."""
        return self.unrecorded is not None or any(one.is_altered for one in self.campaigns)


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
        unrecorded = _unrecorded(session, ledger, path.stem) if is_unsent else None
        if problem is not None:
            steps = [f"newsletter providers {provider} # {problem.message}"]
        if unrecorded is not None:
            steps = [f"newsletter status {path.stem} # ask {session.provider.title} again"]
    return IssueStatus(recorded, at, payload, campaigns, steps, unrecorded)


def _unrecorded(session: SendSession, ledger: Ledger, issue: str) -> RemoteCampaign | None:
    """Ask the provider for a campaign of an issue that the ledger has not sent; None for a draft, or no answer."""
    from newsletter.model.provider_campaign import RemoteState
    from newsletter.model.sends import Purpose, campaign_key, former_campaign_key
    from newsletter.providers.campaign import CampaignProvider

    try:
        provider = session.provider
        if not isinstance(provider, CampaignProvider):
            return None
        target, sender = session.resolve_target().target, session.workspace.settings.presentation.sender.email
        last = ledger.sends.last(issue, target)
        attempt = 1 + max((one.attempt for one in ledger.sends.all(issue) if one.target == target), default=0)
        keys = [campaign_key(issue, target, Purpose.WHOLE, attempt)]
        keys += [former_campaign_key(issue, target, Purpose.WHOLE, sender, attempt)]
        for key in [last.campaign_key] if last else keys:
            there = provider.find(key)
            if there is not None and there.state is not RemoteState.DRAFT:
                return there
    except NewsletterError:
        return None
    return None


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


def _payload(session: SendSession, path: Path) -> tuple[SendPayload | None, NewsletterError | None]:
    """Return the issue as it would be sent now, None if it has errors; and why the provider cannot be asked."""
    try:
        return session.ready_issue(path).payload, None
    except ContentError:
        return None, None
    except (ProviderError, UsageError) as error:
        return None, error
