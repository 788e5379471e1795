"""The status of an issue's campaigns at the provider, for `status`, `report` and `send`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from newsletter.ledger.records import Send
    from newsletter.ledger.store import Ledger
    from newsletter.providers.capabilities import ProviderInfo
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.sending.provider_answer import Answer
    from newsletter.workflow.session import SendSession


def statuses_of(session: SendSession, ledger: Ledger, sends: Sequence[Send], at: dt.datetime) -> list[CampaignStatus]:
    """Return the status of campaigns, oldest first; those that a process is working on are not asked about."""
    from newsletter.sending.campaign_status import CampaignStatus

    about, found = about_of(session), []
    for send in reversed(sends):
        holder = ledger.sends.holder(send)
        answer = None if holder else _answer(session, ledger, send, at)
        found.append(CampaignStatus(send, about, answer, holder, at, session.zone))
    return found


def about_of(session: SendSession) -> ProviderInfo:
    """Return the description of the settings' provider, which needs no key."""
    from newsletter.providers.registry import adapter

    return adapter(session.workspace.settings.provider).about


def _answer(session: SendSession, ledger: Ledger, send: Send, at: dt.datetime) -> Answer | None:
    """Ask the provider about a campaign; return None if it was never told of it."""
    from newsletter.providers.campaign import CampaignProvider
    from newsletter.sending.provider_answer import Answer, ask

    if not send.remote_id and send.pending_call is None:
        return None
    try:
        provider = session.provider
    except NewsletterError as error:
        return Answer(trouble=error.message.rstrip("."))
    if not isinstance(provider, CampaignProvider):
        return None
    return ask(send, provider, at, session.campaign_sender(ledger).handed_over(send))


def send_data(send: Send) -> dict[str, Any]:
    """Return a campaign send as data for --json."""
    return {
        "issue": send.issue,
        "purpose": str(send.purpose),
        "state": str(send.state),
        "audience": send.target_name,
        "recipients": send.recipients,
        "scheduled_for": send.scheduled_for.isoformat() if send.scheduled_for else None,
        "campaign": send.remote_id,
        "campaign_key": send.campaign_key,
    }


def status_data(one: CampaignStatus) -> dict[str, Any]:
    """Return a campaign send as data for --json, with the provider's answer, null if it was not asked."""
    answer = one.answer
    if answer is None or answer.remote is None:
        return {**send_data(one.send), "provider_says": None}
    reach = answer.reach
    said = {
        "state": str(answer.remote.state),
        "word": answer.remote.raw_state,
        "extent": str(reach.extent),
        "sent": reach.sent,
        "to_send": reach.meant,
        "missing": reach.missing if reach.is_partial else 0,
        "left_since": reach.left,
        "changed": [str(difference) for difference in answer.changed.found],
    }
    return {**send_data(one.send), "provider_says": said}
