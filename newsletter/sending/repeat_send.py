"""An issue that goes again through a service that keeps campaigns: to those who got other words, or have not had it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.errors import GateError, NotFoundError, UnsupportedError, UsageError
from newsletter.ledger.records import Send, SendRun
from newsletter.model.campaign import Target
from newsletter.model.provider_campaign import RemoteState
from newsletter.model.sends import Purpose, SendState
from newsletter.model.titles import capital
from newsletter.providers.campaign import CampaignProvider, state_of
from newsletter.providers.capabilities import Feature
from newsletter.sending.remote_state import RemoteStateSync
from newsletter.sending.send_errors import called
from newsletter.sending.target import ResolvedTarget


@dataclass(frozen=True, slots=True)
class RepeatRun:
    """A further run of an issue: its current recipients, and the IDs of the sends they were determined after."""

    run: SendRun
    target: ResolvedTarget
    after: frozenset[str]


def earlier(remote_state: RemoteStateSync, issue: str, target: Target) -> list[Send]:
    """Return the sends by which an issue went, or is to go, to a target, oldest first; nothing is asked."""
    every = [one for one in remote_state.ledger.sends.all(issue) if one.target == target and one.state.reaches_somebody]
    return sorted(every, key=lambda one: (one.finished_at is None, one.finished_at or one.created_at))


def plan_repeat(
    remote_state: RemoteStateSync, issue: str, resolved: ResolvedTarget, purpose: Purpose, fingerprint: str
) -> RepeatRun:
    """Determine the recipients of a further run; raise if there are none, or an earlier run is not over.

    `fingerprint` names the content as it is now. Every earlier run must have gone wholly: who is still to get one
    looks as if they had been left out.
    """
    refuse_unable(remote_state.provider, purpose)
    gone = _ended(remote_state, earlier(remote_state, issue, resolved.target))
    if not any(one.purpose is Purpose.WHOLE for one in gone):
        raise UsageError(
            f"{issue} has not been sent yet.", hint=f"Run `newsletter send {issue}` to send it to everyone."
        )
    run = SendRun(purpose, 1 + max((one.run.round for one in gone if one.purpose is purpose), default=0))
    last = _last_contents(gone)
    provider, target = remote_state.provider, resolved.target
    if purpose is Purpose.REMAINDER:
        chosen = provider.narrow(target.audience, target.segment, missed=list(last))
        nobody = GateError(
            f"Everyone in {resolved.words} has already received {issue}.", hint="Nothing was sent by this command."
        )
    else:
        wrong = [campaign for campaign, content in last.items() if content != fingerprint]
        nobody = GateError(
            f"No one in {resolved.words} has an older version of {issue}.",
            hint="Nothing was sent. Fix the issue file first, and send yourself a test of it.",
        )
        if not wrong:
            raise nobody
        chosen = provider.narrow(target.audience, target.segment, got=wrong)
    if not chosen.count:
        raise nobody
    return RepeatRun(run, replace(resolved, narrowed=chosen), frozenset(one.id for one in gone))


def refuse_unable(provider: CampaignProvider, purpose: Purpose) -> None:
    """Raise UnsupportedError, saying what to do instead, where the provider cannot tell who got which campaign."""
    if Feature.AGAIN in provider.about.features:
        return
    way = (
        (
            "create a segment of those people on its website, copy the issue file under a new name, and send "
            "that with --segment"
        )
        if Feature.SEGMENTS in provider.about.features
        else (
            "create an audience of those people on its website, copy the issue file under a new name, and send "
            "it to that audience"
        )
    )
    raise UnsupportedError(
        f"{capital(provider.title)} does not report who received which campaign, so it cannot send only to "
        f"the recipients that --{purpose} selects.",
        hint=f"Nothing was sent. To do it by hand, {way}.",
    )


def _ended(remote_state: RemoteStateSync, sends: Sequence[Send]) -> list[Send]:
    """Return the sends as they are known now; raise GateError where one of them has not gone wholly."""
    ended = []
    for send in sends:
        if send.state is SendState.SCHEDULED:  # its hour may have come
            with remote_state.ledger.sends.lease(send) as lease:
                send = remote_state.of(lease, remote_state.ledger.sends.read(lease)).send  # noqa: PLW2901 - the same one
        if send.state is SendState.SCHEDULED:
            raise GateError(
                f"{capital(called(send))} has not been sent yet.",
                hint=f"Wait until it has been sent, or run `newsletter cancel {send.issue}` to cancel it.",
            )
        if send.state is SendState.STOPPED:
            raise GateError(
                f"{capital(called(send))} was stopped while it was being sent, so it is not certain who has it.",
                hint="Nothing was sent. Check the campaign on the provider's website.",
            )
        if send.state is not SendState.SENT:
            raise GateError(
                f"{capital(called(send))} is not finished.",
                hint=f"Run `newsletter send {send.issue}` to finish it, then run this command again.",
            )
        _refuse_unfinished(remote_state, send)
        ended.append(send)
    return ended


def _refuse_unfinished(remote_state: RemoteStateSync, send: Send) -> None:
    """Raise GateError unless the provider says that it has sent all of a send."""
    provider = remote_state.provider
    if not send.remote_id:
        raise GateError(
            f"The campaign of {called(send)} at {provider.title} is unknown, because it was recorded as sent by hand.",
            hint="Nothing was sent. Check on the provider's website who has it.",
        )
    try:
        there = state_of(provider, send.remote_id)
    except NotFoundError as error:
        raise GateError(
            f"{capital(provider.title)} no longer has {called(send)}, so it cannot report who received it.",
            hint="Nothing was sent. The campaign may have been deleted on the provider's website.",
        ) from error
    if there.state is RemoteState.SENDING:
        raise GateError(
            f"{capital(provider.title)} is still sending {called(send)}.",
            hint="Wait until it is finished, then try again.",
        )
    if there.state is not RemoteState.SENT:
        raise GateError(
            f"{capital(provider.title)} reports {called(send)} as “{there.raw_state or there.state}”, so it "
            "is not certain who has it.",
            hint="Nothing was sent. Check the campaign on the provider's website.",
        )


def _last_contents(gone: Sequence[Send]) -> dict[str, str]:
    """Return, for each campaign that people got first, the fingerprint of what they have now, oldest first.

    A correction reaches those who have had the issue before, so it takes the place of what they had.
    """
    last: dict[str, str] = {}
    for send in gone:
        if send.purpose is Purpose.CORRECTION:
            last = dict.fromkeys(last, send.fingerprint or "")
        else:
            last[send.remote_id or ""] = send.fingerprint or ""
    return last
