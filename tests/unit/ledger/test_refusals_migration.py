"""Ledgers of earlier versions get a column of why recipients were refused, and one of the differences accepted.

`tests/data/ledgers/schema-6.db` was written by the last version that kept accepted differences in the history only.
"""

from __future__ import annotations

import shutil

import pytest

from newsletter.errors import RefusalKind
from newsletter.ledger.records import AuditNote, Refusal, SendRun
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState, Target
from newsletter.model.sends import SendMode, SendState

from .conftest import plan
from .test_sends_migration import DATA, restore, rows_of

MAILCHIMP = Target(provider="mailchimp", audience="0a1b2c3d4e")
NOTE = AuditNote("kim", "began to send it")


@pytest.fixture
def six(tmp_path):
    shutil.copy(DATA / "schema-6.db", tmp_path / "ledger.db")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        yield ledger


def accepted(ledger: Ledger, issue: str, target: Target = MAILCHIMP) -> frozenset[str]:
    send = ledger.sends.last(issue, target)
    assert send is not None
    return send.accepted


def test_what_people_accepted_is_read_out_of_the_history_once(six):
    assert accepted(six, "2024-02") == {"3f9a1c27b0de", "0123456789ab"}
    assert accepted(six, "2024-02", Target(provider="mailchimp", audience="0a1b2c3d4e", segment="7")) == frozenset()
    assert accepted(six, "2024-03") == frozenset(), "these words hold no fingerprint"
    assert len(six.history.story("2024-02")) == 3, "the history is as it was"


def test_refusals_of_an_earlier_version_have_no_reason(six):
    (send,) = six.sends.all("2024-04", mode=SendMode.DIRECT)
    assert six.deliveries.refusals(send) == [Refusal("k2", None)]
    assert six.deliveries.count(send)[DeliveryState.DELIVERED] == 1


@pytest.mark.parametrize(
    "words",
    [
        "accepted that Mailchimp holds the HTML otherwise (3f9a1c27b0de): text: “a (b)” became “c”",
        "accepted that Mailchimp changed the subject, the HTML and the plain text (3f9a1c27b0de): x",
    ],
)
def test_two_versions_back_the_history_did_not_name_the_send(meddler, words):
    restore(meddler.url, meddler.path, meddler.server)
    orders = [row for row in rows_of(meddler, "orders") if row["provider"] == "mailchimp"]
    issue = orders[0]["issue"]
    values = (issue, "kim", "2024-02-12T10:00:00.000000+00:00", words)
    meddler.change("INSERT INTO events (issue, who, at, words) VALUES (?, ?, ?, ?)", values)
    with Ledger(meddler.url) as ledger:
        for send in ledger.sends.all():
            wanted = {"3f9a1c27b0de"} if send.issue == issue and send.mode is SendMode.CAMPAIGN else set()
            assert send.accepted == wanted, send.issue


def test_a_difference_is_accepted_for_one_send(url):
    with Ledger(url) as ledger:
        first, other = (
            ledger.sends.open_campaign("2024-02", target, SendRun(), target_name="Team update", who="kim")
            for target in (MAILCHIMP, Target(provider="mailchimp", audience="other"))
        )
        with ledger.sends.lease(first) as lease:
            ledger.sends.write(lease, accepted="3f9a1c27b0de")
            now = ledger.sends.write(lease, accepted="0123456789ab")
        assert now.accepted == {"3f9a1c27b0de", "0123456789ab"} == ledger.sends.current(first).accepted
        assert ledger.sends.current(other).accepted == frozenset()


def test_the_reason_is_kept_until_the_message_is_taken(url):
    with Ledger(url) as ledger:
        send = ledger.sends.intend(plan(recipients=("k1", "k2", "k3", "k4")), NOTE)
        with ledger.sends.lease(send) as lease:
            states = {"k1": DeliveryState.REFUSED, "k2": DeliveryState.PENDING, "k3": DeliveryState.DELIVERED}
            reasons = {"k1": RefusalKind.UNKNOWN_ADDRESS, "k2": RefusalKind.MAILBOX_FULL}
            ledger.sends.write(lease, states, state=SendState.SENDING, refusals=reasons)
            assert ledger.deliveries.refusals(send) == [
                Refusal("k1", RefusalKind.UNKNOWN_ADDRESS),
                Refusal("k2", RefusalKind.MAILBOX_FULL, is_waiting=True),
            ]
            ledger.sends.write(lease, {"k2": DeliveryState.HANDED_OVER})
            ledger.sends.write(lease, {"k2": DeliveryState.DELIVERED})
        assert ledger.deliveries.refusals(send) == [Refusal("k1", RefusalKind.UNKNOWN_ADDRESS)]


def test_no_reason_can_hold_an_address(meddler):
    with Ledger(meddler.url) as ledger:
        ledger.sends.intend(plan(), NOTE)
    with pytest.raises(Exception, match=r"(?i)check"):
        meddler.change("UPDATE deliveries SET refusal = ?", ("kim@example.org",))
