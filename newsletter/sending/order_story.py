"""Where an order stands by the ledger alone: a sentence, and what to do next."""

from __future__ import annotations

import datetime as dt

from newsletter.ledger.records import CampaignSendRecord
from newsletter.model.sends import OrderState, PendingCall, Purpose
from newsletter.model.titles import capital
from newsletter.sending.formatting import count_noun, format_datetime

WHAT = {Purpose.WHOLE: "It", Purpose.CORRECTION: "Its correction", Purpose.REMAINDER: "Its remainder"}


def described_target(order: CampaignSendRecord) -> str:
    """Return the target of an order, with the number of recipients if it is known."""
    people = "" if order.recipients is None else f", {count_noun(order.recipients, 'recipient')}"
    return f"{order.aimed_at}{people}"


def order_headline(
    order: CampaignSendRecord, provider: str, zone: dt.tzinfo | None, at: dt.datetime | None = None
) -> str:
    """Return how far an order is by the ledger alone, in a sentence."""
    to, what = described_target(order), WHAT[order.purpose]
    hour = format_datetime(order.scheduled_for, zone) if order.scheduled_for else ""
    gone = f", on {format_datetime(order.finished_at, zone)}" if order.finished_at else ""
    it = what[0].lower() + what[1:]
    if at is not None and order.is_due(at):
        return (
            f"{what} was scheduled for {hour}, to {to}. {capital(provider)} has not been asked since whether it "
            "was sent."
        )
    broke = "Its send" if what == "It" else f"The send of {it}"
    unknown, nobody = "it is not known yet whether anyone has it", "as far as is known, no one has it"
    if order.state is OrderState.SCHEDULED and order.step is PendingCall.UNSCHEDULE:
        return (
            f"{capital(provider)} was asked to cancel the schedule of {it} but gave no clear response: it may "
            f"still be sent on {hour}, to {to}."
        )
    return {
        OrderState.DRAFT: f"{what} has not been sent.",
        OrderState.INTENDED: f"{broke} to {to} was interrupted; {unknown if order.is_unclear else nobody}.",
        OrderState.SCHEDULED: f"{capital(provider)} will send {it} on {hour}, to {to}. Until then you can cancel it.",
        OrderState.SENT: f"{what} was submitted to {provider}{gone}, for {to}.",
        OrderState.STOPPED: f"{what} was stopped while it was being sent to {to}: some recipients have it.",
        OrderState.CANCELLED: f"{what} was cancelled or never sent.",
        OrderState.UNCERTAIN: (
            f"It is not known whether {provider} is sending {it} to {to}. It will not be sent again until that is "
            "resolved."
        ),
    }[order.state]


def order_steps(order: CampaignSendRecord, at: dt.datetime | None = None) -> list[str]:
    """Return the commands that lead on from an order at a moment, by the ledger alone."""
    issue = order.issue
    if at is not None and order.is_due(at):
        return [f"newsletter status {issue} # check whether it was sent"]
    if order.state is OrderState.INTENDED and order.is_unclear:
        return [f"newsletter send {issue} # check whether it was sent"]
    return {
        OrderState.INTENDED: [
            f"newsletter send {issue} # continue where it stopped",
            f"newsletter cancel {issue} # cancel it",
        ],
        OrderState.SCHEDULED: [f"newsletter cancel {issue} # cancel it"],
        OrderState.SENT: [f"newsletter report {issue} # show the results"],
        OrderState.STOPPED: [f"newsletter report {issue} # show how many recipients received it"],
        OrderState.UNCERTAIN: [
            f"newsletter send {issue} # check again whether it was sent",
            f"newsletter send {issue} --resolve sent # if the provider does not know, and it was sent",
            f"newsletter send {issue} --resolve not-sent # if the provider does not know, and it was not sent",
        ],
    }.get(order.state, [])
