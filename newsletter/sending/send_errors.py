"""Errors for a send that cannot be repeated or cancelled."""

from __future__ import annotations

import datetime as dt

from newsletter.errors import GateError
from newsletter.ledger.records import DeliveryCounts, Send
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import Purpose, SendState
from newsletter.model.titles import capital
from newsletter.sending.formatting import count_noun, format_datetime

WHAT = {Purpose.WHOLE: "it", Purpose.CORRECTION: "the correction", Purpose.REMAINDER: "the remainder"}
"""What is sent, in the sentences of the history."""


def called(send: Send) -> str:
    """Return what a send is called in a sentence: by its issue, and why it goes where that is not to all."""
    return send.issue if send.purpose is Purpose.WHOLE else f"the {send.purpose} of {send.issue}"


def refuse_second(
    send: Send, zone: dt.tzinfo | None = None, *, tells: bool = False, counts: DeliveryCounts | None = None
) -> GateError:
    """Return the refusal to send an issue again.

    `tells` says that the provider knows who has which campaign; `counts` are those of a direct send.
    """
    if counts is not None:
        return _refuse_second_direct(send, counts, zone)
    what = {
        SendState.SENT: f"was already sent{_on(send.finished_at, zone)}",
        SendState.SCHEDULED: f"is already scheduled{_on(send.scheduled_for, zone)}",
        SendState.STOPPED: "was stopped while it was being sent: some recipients have it",
    }.get(send.state, "is already being sent")
    more = f" To cancel it, run `newsletter cancel {send.issue}`." if send.state is SendState.SCHEDULED else ""
    if tells and send.state is SendState.SENT:
        more = (
            " To send it to subscribers who have not received it, add `--remainder`. To send a corrected version to "
            "those who have, fix the file, test it, and add `--correction`."
        )
    return GateError(
        f"{capital(called(send))} {what}, to {send.target_name}.",
        hint=f"Nothing was sent by this command. Run `newsletter status {send.issue}` to see its history.{more}",
    )


def _refuse_second_direct(send: Send, counts: DeliveryCounts, zone: dt.tzinfo | None) -> GateError:
    return GateError(
        f"{send.issue} was already sent{_on(send.finished_at or send.created_at, zone).removeprefix(',')}, to "
        f"{count_noun(counts[DeliveryState.DELIVERED], 'recipient')} in {send.target.audience}.",
        hint=f"Nothing was sent by this command. Run `newsletter status {send.issue}` to see its history. To send "
        f"it to subscribers who have not received it, run `newsletter send {send.issue} --remainder`. To send a "
        "corrected version to those who have, fix the file, test it, and add --correction.",
    )


def refuse_unscheduled(send: Send, provider: str, zone: dt.tzinfo | None = None) -> GateError:
    """Return the refusal to send an issue that is scheduled by the ledger, and shown as a draft by the provider."""
    hour = f" for {format_datetime(send.scheduled_for, zone)}" if send.scheduled_for else ""
    return GateError(
        f"{capital(called(send))} was scheduled{hour}, but {provider} has it as a draft now.",
        hint=f"Nothing was sent now. If it was unscheduled on purpose, run `newsletter cancel {send.issue}` to record "
        "that; then it can be sent again.",
    )


def too_late(send: Send, provider: str, *, tells: bool = False) -> GateError:
    """Return the refusal to cancel a finished send; `tells` says that the provider knows who has which campaign."""
    fix = (
        (
            f"fix the file, test it, and run `newsletter send {send.issue} --correction` to send it to those who "
            "received it."
        )
        if tells
        else "send a short issue that explains the mistake."
    )
    return GateError(
        f"It is too late to cancel: {provider} has already sent {called(send)} to {send.target_name}, or can "
        "no longer stop it.",
        hint=f"To correct a mistake in it, {fix}",
    )


def _on(when: dt.datetime | None, zone: dt.tzinfo | None) -> str:
    return f", on {format_datetime(when, zone)}" if when else ""
