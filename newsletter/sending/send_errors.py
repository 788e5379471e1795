"""Errors for a send that cannot be repeated or cancelled."""

from __future__ import annotations

import datetime as dt

from newsletter.errors import GateError
from newsletter.ledger.records import CampaignSendRecord
from newsletter.model.sends import OrderState, Purpose
from newsletter.model.titles import capital
from newsletter.sending.formatting import format_datetime


def called(order: CampaignSendRecord) -> str:
    """Return what an order is called in a sentence: by its issue, and why it goes where that is not to all."""
    return order.issue if order.purpose is Purpose.WHOLE else f"the {order.purpose} of {order.issue}"


def refuse_second(order: CampaignSendRecord, zone: dt.tzinfo | None = None, *, tells: bool = False) -> GateError:
    """Return the refusal to send an issue again; `tells` says that the provider knows who has which campaign."""
    what = {
        OrderState.SENT: f"was already sent{_on(order.finished_at, zone)}",
        OrderState.SCHEDULED: f"is already scheduled{_on(order.scheduled_for, zone)}",
        OrderState.STOPPED: "was stopped while it was being sent: some recipients have it",
    }.get(order.state, "is already being sent")
    more = f" To cancel it, run `newsletter cancel {order.issue}`." if order.state is OrderState.SCHEDULED else ""
    if tells and order.state is OrderState.SENT:
        more = (
            " To send it to subscribers who have not received it, add `--remainder`. To send a corrected version to "
            "those who have, fix the file, test it, and add `--correction`."
        )
    return GateError(
        f"{capital(called(order))} {what}, to {order.aimed_at}.",
        hint=f"Nothing was sent by this command. Run `newsletter status {order.issue}` to see its history.{more}",
    )


def refuse_unscheduled(order: CampaignSendRecord, provider: str, zone: dt.tzinfo | None = None) -> GateError:
    """Return the refusal to send an issue that is scheduled by the ledger, and shown as a draft by the provider."""
    hour = f" for {format_datetime(order.scheduled_for, zone)}" if order.scheduled_for else ""
    return GateError(
        f"{capital(called(order))} was scheduled{hour}, but {provider} has it as a draft now.",
        hint=f"Nothing was sent now. If it was unscheduled on purpose, run `newsletter cancel {order.issue}` to record "
        "that; then it can be sent again.",
    )


def too_late(order: CampaignSendRecord, provider: str, *, tells: bool = False) -> GateError:
    """Return the refusal to cancel a finished send; `tells` says that the provider knows who has which campaign."""
    fix = (
        (
            f"fix the file, test it, and run `newsletter send {order.issue} --correction` to send it to those who "
            "received it."
        )
        if tells
        else "send a short issue that explains the mistake."
    )
    return GateError(
        f"It is too late to cancel: {provider} has already sent {called(order)} to {order.aimed_at}, or can "
        "no longer stop it.",
        hint=f"To correct a mistake in it, {fix}",
    )


def _on(when: dt.datetime | None, zone: dt.tzinfo | None) -> str:
    return f", on {format_datetime(when, zone)}" if when else ""
