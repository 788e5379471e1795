"""The status of an issue's campaigns at the provider, for `status`, `report` and `send`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from newsletter.ledger.records import CampaignSendRecord
    from newsletter.ledger.store import Ledger
    from newsletter.providers.capabilities import ProviderInfo
    from newsletter.sending.order_status import Answer, OrderStatus
    from newsletter.workflow.session import SendSession


def statuses_of(
    session: SendSession, ledger: Ledger, orders: Sequence[CampaignSendRecord], at: dt.datetime
) -> list[OrderStatus]:
    """Return the status of campaigns, oldest first; those that a process is working on are not asked about."""
    from newsletter.sending.order_status import OrderStatus

    about, found = about_of(session), []
    for order in reversed(orders):
        holder = ledger.orders.holder(order)
        answer = None if holder else _answer(session, order, at)
        found.append(OrderStatus(order, about, answer, holder, at, session.zone))
    return found


def about_of(session: SendSession) -> ProviderInfo:
    """Return the description of the settings' provider, which needs no key."""
    from newsletter.providers.registry import adapter

    return adapter(session.workspace.settings.provider).about


def _answer(session: SendSession, order: CampaignSendRecord, at: dt.datetime) -> Answer | None:
    """Ask the provider about a campaign; return None if it was never told of it."""
    from newsletter.providers.campaign import CampaignProvider
    from newsletter.sending.order_status import Answer, ask

    if not order.remote_id and order.step is None:
        return None
    try:
        provider = session.provider
    except NewsletterError as error:
        return Answer(trouble=error.message.rstrip("."))
    return ask(order, provider, at) if isinstance(provider, CampaignProvider) else None


def order_data(order: CampaignSendRecord) -> dict[str, Any]:
    """Return a campaign send as data for --json."""
    return {
        "issue": order.issue,
        "purpose": str(order.purpose),
        "state": str(order.state),
        "audience": order.aimed_at,
        "recipients": order.recipients,
        "scheduled_for": order.scheduled_for.isoformat() if order.scheduled_for else None,
        "campaign": order.remote_id,
        "campaign_key": order.campaign_key,
    }


def status_data(one: OrderStatus) -> dict[str, Any]:
    """Return a campaign send as data for --json, with the provider's answer, null if it was not asked."""
    answer = one.answer
    if answer is None or answer.remote is None:
        return {**order_data(one.order), "provider_says": None}
    reach = answer.reach
    said = {
        "state": str(answer.remote.state),
        "word": answer.remote.raw_state,
        "extent": str(reach.extent),
        "sent": reach.sent,
        "to_send": reach.meant,
        "missing": reach.missing if reach.is_partial else 0,
        "left_since": reach.left,
    }
    return {**order_data(one.order), "provider_says": said}
