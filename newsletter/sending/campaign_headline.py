"""Where a send stands by the ledger alone: a sentence, and what to do next."""

from __future__ import annotations

import datetime as dt

from newsletter.ledger.records import Send
from newsletter.model.sends import PendingCall, Purpose, SendState
from newsletter.model.titles import capital
from newsletter.sending.formatting import count_noun, format_datetime

WHAT = {Purpose.WHOLE: "It", Purpose.CORRECTION: "Its correction", Purpose.REMAINDER: "Its remainder"}


def described_target(send: Send) -> str:
    """Return the target of a send, with the number of recipients if it is known."""
    people = "" if send.recipients is None else f", {count_noun(send.recipients, 'recipient')}"
    return f"{send.target_name}{people}"


def send_headline(send: Send, provider: str, zone: dt.tzinfo | None, at: dt.datetime | None = None) -> str:
    """Return how far a send is by the ledger alone, in a sentence."""
    to, what = described_target(send), WHAT[send.purpose]
    hour = format_datetime(send.scheduled_for, zone) if send.scheduled_for else ""
    gone = f", on {format_datetime(send.finished_at, zone)}" if send.finished_at else ""
    it = what[0].lower() + what[1:]
    if at is not None and send.is_due(at):
        return (
            f"{what} was scheduled for {hour}, to {to}. {capital(provider)} has not been asked since whether it "
            "was sent."
        )
    broke = "Its send" if what == "It" else f"The send of {it}"
    unknown, nobody = "it is not known yet whether anyone has it", "as far as is known, no one has it"
    if send.state is SendState.SCHEDULED and send.pending_call is PendingCall.UNSCHEDULE:
        return (
            f"{capital(provider)} was asked to cancel the schedule of {it} but gave no clear response: it may "
            f"still be sent on {hour}, to {to}."
        )
    return {
        SendState.DRAFT: f"{what} has not been sent.",
        SendState.INTENDED: f"{broke} to {to} was interrupted; {unknown if send.is_unclear else nobody}.",
        SendState.SCHEDULED: f"{capital(provider)} will send {it} on {hour}, to {to}. Until then you can cancel it.",
        SendState.SENT: f"{what} was submitted to {provider}{gone}, for {to}.",
        SendState.STOPPED: f"{what} was stopped while it was being sent to {to}: some recipients have it.",
        SendState.CANCELLED: f"{what} was cancelled or never sent.",
        SendState.UNCERTAIN: (
            f"It is not known whether {provider} is sending {it} to {to}. It will not be sent again until that is "
            "resolved."
        ),
    }[send.state]


def send_steps(send: Send, at: dt.datetime | None = None) -> list[str]:
    """Return the commands that lead on from a send at a moment, by the ledger alone."""
    issue = send.issue
    if at is not None and send.is_due(at):
        return [f"newsletter status {issue} # check whether it was sent"]
    if send.state is SendState.INTENDED and send.is_unclear:
        return [f"newsletter send {issue} # check whether it was sent"]
    return {
        SendState.INTENDED: [
            f"newsletter send {issue} # continue where it stopped",
            f"newsletter cancel {issue} # cancel it",
        ],
        SendState.SCHEDULED: [f"newsletter cancel {issue} # cancel it"],
        SendState.SENT: [f"newsletter report {issue} # show the results"],
        SendState.STOPPED: [f"newsletter report {issue} # show how many recipients received it"],
        SendState.UNCERTAIN: [
            f"newsletter send {issue} # check again whether it was sent",
            f"newsletter send {issue} --resolve sent # if the provider does not know, and it was sent",
            f"newsletter send {issue} --resolve not-sent # if the provider does not know, and it was not sent",
        ],
    }.get(send.state, [])
