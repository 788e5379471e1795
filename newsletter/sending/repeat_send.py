"""An issue that goes again through a service that keeps campaigns: to those who got other words, or have not had it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.errors import GateError, NotFoundError, UnsupportedError, UsageError
from newsletter.ledger.records import CampaignSendRecord, SendRun
from newsletter.model.campaign import Target
from newsletter.model.provider_campaign import RemoteState
from newsletter.model.sends import OrderState, Purpose
from newsletter.providers.base import capital
from newsletter.providers.campaign import CampaignProvider, state_of
from newsletter.providers.capabilities import Feature
from newsletter.sending.remote_state import RemoteStateSync
from newsletter.sending.send_errors import called, sentence
from newsletter.sending.target import ResolvedTarget

NOT_GOING = {OrderState.DRAFT, OrderState.CANCELLED}
"""The states of orders by which nobody got, or is to get, anything."""


@dataclass(frozen=True, slots=True)
class RepeatRun:
    """A further run of an issue: whom it is for now, and after which orders, by their ids, that was found out."""

    run: SendRun
    aim: ResolvedTarget
    after: frozenset[str]


def earlier(remote_state: RemoteStateSync, issue: str, target: Target) -> list[CampaignSendRecord]:
    """Return the orders by which an issue went, or is to go, to a target, oldest first; nothing is asked."""
    every = [
        one for one in remote_state.ledger.orders.all(issue) if one.target == target and one.state not in NOT_GOING
    ]
    return sorted(every, key=lambda one: (one.finished_at is None, one.finished_at or one.created_at))


def plan_repeat(
    remote_state: RemoteStateSync, issue: str, aim: ResolvedTarget, purpose: Purpose, fingerprint: str
) -> RepeatRun:
    """Find out whom a further run of an issue is for; raise where it is for nobody, or an earlier run is not over.

    `fingerprint` names the content as it is now. Every earlier run must have gone wholly: who is still to get one
    looks as if they had been left out.
    """
    refuse_unable(remote_state.provider, purpose)
    gone = _ended(remote_state, earlier(remote_state, issue, aim.target))
    if not any(one.purpose is Purpose.WHOLE for one in gone):
        raise UsageError(f"{issue} has not been sent yet.", hint=f"`newsletter send {issue}` sends it to everybody.")
    run = SendRun(purpose, 1 + max((one.round for one in gone if one.purpose is purpose), default=0))
    last = _last_contents(gone)
    provider, target = remote_state.provider, aim.target
    if purpose is Purpose.REMAINDER:
        chosen = provider.narrow(target.audience, target.segment, missed=list(last))
        nobody = GateError(f"Everybody in {aim.words} has had {issue} already.", hint="Nothing was sent now.")
    else:
        wrong = [campaign for campaign, content in last.items() if content != fingerprint]
        nobody = GateError(
            f"Nobody in {aim.words} has another {issue} than this one.",
            hint="Nothing was sent. Fix the issue's file first, and send yourself a test of it.",
        )
        if not wrong:
            raise nobody
        chosen = provider.narrow(target.audience, target.segment, got=wrong)
    if not chosen.count:
        raise nobody
    return RepeatRun(run, replace(aim, narrowed=chosen), frozenset(one.id for one in gone))


def refuse_unable(provider: CampaignProvider, purpose: Purpose) -> None:
    """Raise UnsupportedError, saying what to do instead, where the provider cannot tell who got which campaign."""
    if Feature.AGAIN in provider.about.features:
        return
    way = (
        "make a segment of those people on its website, copy the issue's file under another name, and send that with "
        "--segment"
        if Feature.SEGMENTS in provider.about.features
        else "put those people into an audience of their own on its website, copy the issue's file under another "
        "name, and send that to them"
    )
    raise UnsupportedError(
        f"{capital(provider.title)} keeps for itself who got which campaign: it cannot be told to send to those alone "
        f"whom --{purpose} means.",
        hint=f"Nothing was sent. To do it by hand, {way}.",
    )


def _ended(remote_state: RemoteStateSync, orders: Sequence[CampaignSendRecord]) -> list[CampaignSendRecord]:
    """Return the orders as they are known now; raise GateError where one of them has not gone wholly."""
    ended = []
    for order in orders:
        if order.state is OrderState.SCHEDULED:  # its hour may have come
            with remote_state.ledger.orders.lease(order) as lease:
                order = remote_state.of(lease, remote_state.ledger.orders.read(lease)).order  # noqa: PLW2901 - the same one
        if order.state is OrderState.SCHEDULED:
            raise GateError(
                f"{sentence(called(order))} is still to go.",
                hint=f"Wait until it has gone, or take it back: `newsletter cancel {order.issue}`.",
            )
        if order.state is OrderState.STOPPED:
            raise GateError(
                f"{sentence(called(order))} was stopped on its way: it is not known for sure who has it.",
                hint="Nothing was sent. Look at the campaign on the service's website.",
            )
        if order.state is not OrderState.SENT:
            raise GateError(
                f"{sentence(called(order))} has not come to its end.",
                hint=f"`newsletter send {order.issue}` goes on with it; then come back to this.",
            )
        _refuse_unfinished(remote_state, order)
        ended.append(order)
    return ended


def _refuse_unfinished(remote_state: RemoteStateSync, order: CampaignSendRecord) -> None:
    """Raise GateError unless the provider says that it has sent all of an order."""
    provider = remote_state.provider
    if not order.remote_id:
        raise GateError(
            f"It is not known which campaign of {provider.title} {called(order)} is: somebody said that it was sent.",
            hint="Nothing was sent. Look at its website who has it.",
        )
    try:
        there = state_of(provider, order.remote_id)
    except NotFoundError as error:
        raise GateError(
            f"{capital(provider.title)} has {called(order)} no more, so it cannot tell who got it.",
            hint="Nothing was sent. Its campaign may have been deleted on the website.",
        ) from error
    if there.state is RemoteState.SENDING:
        raise GateError(
            f"{capital(provider.title)} is still sending {called(order)}.",
            hint="Wait until all have it; then try again.",
        )
    if there.state is not RemoteState.SENT:
        raise GateError(
            f"{capital(provider.title)} has {called(order)} as “{there.raw_state or there.state}”: it is not known for "
            "sure who has it.",
            hint="Nothing was sent. Look at the campaign on its website.",
        )


def _last_contents(gone: Sequence[CampaignSendRecord]) -> dict[str, str]:
    """Return, for each campaign that people got first, the fingerprint of what they have now, oldest first.

    A correction reaches those who have had the issue before, so it takes the place of what they had.
    """
    last: dict[str, str] = {}
    for order in gone:
        if order.purpose is Purpose.CORRECTION:
            last = dict.fromkeys(last, order.fingerprint or "")
        else:
            last[order.remote_id or ""] = order.fingerprint or ""
    return last
