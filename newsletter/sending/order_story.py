"""Where an order stands by the ledger alone: a sentence, and what to do next."""

from __future__ import annotations

import datetime as dt

from newsletter.ledger.records import CampaignSendRecord
from newsletter.model.sends import OrderState, PendingCall, Purpose
from newsletter.providers.base import capital
from newsletter.sending.formatting import count_noun, format_datetime

WHAT = {Purpose.WHOLE: "It", Purpose.CORRECTION: "Its correction", Purpose.REMAINDER: "Its remainder"}


def whom(order: CampaignSendRecord) -> str:
    """Return whom an order is for, with the number of people where it is known."""
    people = "" if order.recipients is None else f", {count_noun(order.recipients, 'person', 'people')}"
    return f"{order.aimed_at}{people}"


def order_headline(
    order: CampaignSendRecord, provider: str, zone: dt.tzinfo | None, at: dt.datetime | None = None
) -> str:
    """Return how far an order is by the ledger alone, in a sentence."""
    to, what = whom(order), WHAT[order.purpose]
    hour = format_datetime(order.scheduled_for, zone) if order.scheduled_for else ""
    gone = f", on {format_datetime(order.finished_at, zone)}" if order.finished_at else ""
    it = what[0].lower() + what[1:]
    if at is not None and order.is_due(at):
        return f"{what} was to go on {hour}, to {to}. {capital(provider)} has not been asked since whether it did."
    broke = "Its send" if what == "It" else f"The send of {it}"
    unknown, nobody = "it is not known yet whether anybody has it", "so far as is known nobody has it"
    if order.state is OrderState.SCHEDULED and order.step is PendingCall.UNSCHEDULE:
        return (
            f"{capital(provider)} was asked to take the schedule of {it} back, without a clear answer: it may still be "
            f"sent on {hour}, to {to}."
        )
    return {
        OrderState.DRAFT: f"{what} has not been sent.",
        OrderState.INTENDED: f"{broke} to {to} broke off; {unknown if order.is_unclear else nobody}.",
        OrderState.SCHEDULED: f"{capital(provider)} sends {it} on {hour}, to {to}. Until then it can be taken back.",
        OrderState.SENT: f"{what} was given to {provider} to send{gone}, to {to}.",
        OrderState.STOPPED: f"{what} was stopped on its way to {to}: some have it.",
        OrderState.CANCELLED: f"{what} was taken back, or never went.",
        OrderState.UNCERTAIN: f"It is not known whether {provider} sends {it} to {to}. Until it is, it is not sent "
        "again.",
    }[order.state]


def order_steps(order: CampaignSendRecord, at: dt.datetime | None = None) -> list[str]:
    """Return the commands that lead on from an order at a moment, by the ledger alone."""
    issue = order.issue
    if at is not None and order.is_due(at):
        return [f"newsletter status {issue} # asks what became of it"]
    if order.state is OrderState.INTENDED and order.is_unclear:
        return [f"newsletter send {issue} # asks what became of it"]
    return {
        OrderState.INTENDED: [
            f"newsletter send {issue} # goes on where it stopped",
            f"newsletter cancel {issue} # takes it back",
        ],
        OrderState.SCHEDULED: [f"newsletter cancel {issue} # takes it back"],
        OrderState.SENT: [f"newsletter report {issue} # what came of it"],
        OrderState.STOPPED: [f"newsletter report {issue} # how many got it"],
        OrderState.UNCERTAIN: [
            f"newsletter send {issue} # asks again what became of it",
            f"newsletter send {issue} --resolve sent # if it cannot tell, and it has gone",
            f"newsletter send {issue} --resolve not-sent # if it cannot tell, and it has not: it is sent",
        ],
    }.get(order.state, [])
