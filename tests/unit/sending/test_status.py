"""The story in sentences."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import RefusedError, UncertainError
from newsletter.ledger.records import AuditEvent
from newsletter.model.campaign import DeliveryState
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.formatting import count_noun, format_datetime
from newsletter.sending.policy import SendPolicy, record_test
from newsletter.sending.signals import StopRequest
from newsletter.sending.status import headline, load_status, next_commands, sentences

LONDON = ZoneInfo("Europe/London")


def test_never_sent(ledger, outgoing):
    now = load_status(ledger, "2024-02", "outbox")
    assert headline(now) == "It has not been sent."
    assert next_commands(now, ledger, None, SendPolicy(), "kim") == ["newsletter check 2024-02 # show what to fix"]
    (step,) = next_commands(now, ledger, outgoing, SendPolicy(), "kim")
    assert step == "newsletter test 2024-02 --to you@example.org # It has not been sent as a test yet."
    record_test(ledger, outgoing, 1, "kim")
    assert next_commands(now, ledger, outgoing, SendPolicy(), "kim") == [
        "newsletter send 2024-02 # everything is ready: send it"
    ]


def test_sent(ledger, outbox, outgoing):
    carry_on(ledger, outbox, begin(ledger, outbox, outgoing, "kim"), who="kim")
    now = load_status(ledger, "2024-02", "outbox")
    assert headline(now) == "It was sent to 7 of 7 recipients in audience.csv."
    assert next_commands(now, ledger, outgoing, SendPolicy(), "kim") == []


def test_sent_but_not_to_all(ledger, scripted, outgoing, people):
    campaign = begin(ledger, scripted, outgoing, "kim")
    people.everybody.pop()
    scripted.before[1] = RefusedError("No.")
    carry_on(ledger, scripted, campaign, who="kim")
    words = "It was sent to 5 of 7 recipients in audience.csv (1 unsubscribed meanwhile, 1 rejected by the "
    assert headline(load_status(ledger, "2024-02", "outbox")).startswith(words)


def test_interrupted(ledger, scripted, outgoing):
    stop = StopRequest()
    scripted.on_call = lambda number: setattr(stop, "signal", 2)
    carry_on(ledger, scripted, begin(ledger, scripted, outgoing, "kim"), who="kim", stop=stop)
    now = load_status(ledger, "2024-02", "outbox")
    assert headline(now) == "The send to audience.csv was interrupted: 1 of 7 recipients have it."
    assert next_commands(now, ledger, None, SendPolicy(), "kim") == [
        "newsletter send 2024-02 # continue where it stopped"
    ]


def test_going_on_right_now(ledger, scripted, outgoing):
    campaign = begin(ledger, scripted, outgoing, "kim")
    with ledger.sends.lease(campaign):
        now = load_status(ledger, "2024-02", "outbox")
        assert headline(now).startswith("It is being sent right now by process ")
        assert next_commands(now, ledger, None, SendPolicy(), "kim") == []


def test_uncertain(ledger, outbox, outgoing, folder):
    carry_on(ledger, outbox, begin(ledger, outbox, outgoing, "kim"), who="kim")
    with ledger._engine.begin() as connection:
        for table in ("deliveries", "events", "sends"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    with pytest.raises(UncertainError):
        begin(ledger, outbox, outgoing, "kim")
    now = load_status(ledger, "2024-02", "outbox")
    assert len(now.in_doubt) == 7
    assert headline(now).startswith(
        "It is not known whether 7 recipients received it; 0 of 7 recipients in audience.csv "
    )
    assert [step.partition(" #")[0] for step in next_commands(now, ledger, None, SendPolicy(), "kim")] == [
        "newsletter send 2024-02 --resolve sent",
        "newsletter send 2024-02 --resolve not-sent",
    ]


def test_what_a_person_vouched_for_is_told(ledger, outgoing, scripted):
    campaign = begin(ledger, scripted, outgoing, "kim")
    with ledger.sends.lease(campaign) as lease:
        key = ledger.deliveries.recipients(campaign, DeliveryState.PENDING)[0]
        ledger.sends.write(lease, {key: DeliveryState.DELIVERED}, vouched={key})
    carry_on(ledger, scripted, campaign, who="kim")
    told = headline(load_status(ledger, "2024-02", "outbox"))
    assert told.endswith("(1 recorded as sent by hand).")


def test_a_sentence_has_day_hour_person_and_deed():
    at = dt.datetime(2024, 7, 1, 9, 5, tzinfo=dt.UTC)
    (sentence,) = sentences([AuditEvent("2024-07", "kim", at, "sent 2 test messages")], LONDON)
    assert sentence == "Monday 1 July 2024 at 10:05: kim sent 2 test messages."


def test_counts_and_moments_in_words():
    assert count_noun(1, "recipient") == "1 recipient"
    assert count_noun(2000, "recipient") == "2,000 recipients"
    assert count_noun(2, "person", "people") == "2 people"
    assert (
        format_datetime(dt.datetime(2024, 12, 31, 23, 59, tzinfo=dt.UTC), LONDON) == "Tuesday 31 December 2024 at 23:59"
    )
