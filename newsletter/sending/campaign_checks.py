"""What keeps a campaign from being sent: nobody to send to, an impossible time, another send of the same issue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from newsletter.errors import GateError, UnsupportedError
from newsletter.ledger.records import Send
from newsletter.model.titles import capital
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.capabilities import Feature
from newsletter.sending.earlier_sends import warn_of_earlier
from newsletter.sending.repeat_send import RepeatRun
from newsletter.sending.target import ResolvedTarget


def refuse_moment(provider: CampaignProvider, when: dt.datetime, now: dt.datetime, *, in_part: bool) -> None:
    """Raise UnsupportedError or ProviderError if the provider cannot schedule a send for that moment.

    `in_part` says that it is for part of an audience only.
    """
    provider.needs(Feature.SCHEDULE, "schedule a send")
    provider.about.limits.check_moment(when, now, capital(provider.title))
    if in_part and not provider.about.limits.schedules_segments:
        raise UnsupportedError(
            f"{capital(provider.title)} cannot schedule a send to part of an audience.",
            hint="Nothing was sent. Run the command without --at at the time you want to send.",
        )


def refuse_nobody(resolved: ResolvedTarget) -> None:
    """Raise GateError if the provider reports that nobody would get it."""
    if resolved.count == 0:
        raise GateError(
            f"There is no one to send to: {resolved.words} has no active subscribers.", hint="Nothing was sent."
        )


def refuse_overlap(
    issue: str, resolved: ResolvedTarget, sends: Sequence[Send], *, zone: dt.tzinfo | None = None
) -> None:
    """Raise GateError if one of the issue's sends went, or is to go, to another part of the same audience.

    Nobody but the provider knows who is in both, and whoever is would get it twice.
    """
    target = resolved.target
    for one in sends:
        same = one.target.provider == target.provider and one.target.audience == target.audience
        if same and one.target != target and one.state.reaches_somebody:
            raise GateError(
                warn_of_earlier([one], issue, target, resolved.words, zone),
                hint=(
                    "Nothing was sent. To send it to another segment anyway, copy the issue file under a new "
                    "name and send that."
                ),
            )


def refuse_rivals(
    issue: str,
    resolved: ResolvedTarget,
    repeat: RepeatRun | None,
    others: Sequence[Send],
    known: Collection[str],
    *,
    zone: dt.tzinfo | None = None,
) -> None:
    """Raise GateError if another send stands in the way, as the ledger has them while it records this one.

    Of two that begin in the same moment the second one sees the first. A further run is refused if another began
    since its recipients were worked out, and a first one if one to another audience did, whose id is not `known`.
    """
    refuse_overlap(issue, resolved, others, zone=zone)
    active = [one for one in others if one.state.reaches_somebody]
    if repeat is None:
        new = [one for one in active if one.target.audience != resolved.target.audience and one.id not in known]
        if new:
            raise GateError(
                warn_of_earlier(new, issue, resolved.target, resolved.words, zone),
                hint="Nothing was sent by this command. Run it again to decide whether to send it all the same.",
            )
    elif not {one.id for one in active if one.target == resolved.target} <= repeat.after:
        raise GateError(
            f"Someone else has sent {issue} again in the meantime.",
            hint="Nothing was sent by this command. Run it again to work out the recipients afresh.",
        )
