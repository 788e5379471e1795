"""A ledger that an earlier version wrote opens, tells the same, and is sent with.

`tests/data/ledgers/schema-4.db` was written by the last version before the lock on each issue and provider.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from newsletter.errors import GateError
from newsletter.ledger.records import AuditNote, ClearanceKind
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState, Target
from newsletter.model.sends import Purpose, SendMode, SendState

from .conftest import TARGET, plan

OLD = Path(__file__).parents[2] / "data" / "ledgers" / "schema-4.db"
NOTE = AuditNote("kim", "began to send it")


@pytest.fixture
def old(tmp_path):
    shutil.copy(OLD, tmp_path / "ledger.db")
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        yield ledger


def test_it_tells_what_was_sent(old):
    whole, correction = (old.sends.last("2024-01", TARGET, one) for one in (Purpose.WHOLE, Purpose.CORRECTION))
    assert (whole.state, old.deliveries.count(whole)[DeliveryState.DELIVERED]) == (SendState.SENT, 7)
    assert (correction.state, old.deliveries.count(correction)[DeliveryState.DELIVERED]) == (SendState.SENT, 7)
    assert len(old.deliveries.history("2024-01", "outbox").had_it) == 7
    (order,) = old.sends.all("2024-01", mode=SendMode.CAMPAIGN)
    assert (order.state, order.recipients) == (SendState.SENT, 117)
    (approval,) = old.history.clearances("2024-04", ClearanceKind.APPROVAL)
    assert (approval.who, approval.account, approval.audience_size) == ("Director", None, None)


def test_who_had_it_is_left_out(old):
    had = old.deliveries.history("2024-02", "outbox").had_it
    assert len(had) == 3
    old.sends.intend(plan(issue="2024-02", recipients=("someone-else",)), NOTE)


def test_two_unfinished_sends_of_one_issue_are_finished_one_after_the_other(old):
    """An earlier version could leave two; neither blocks the ledger, and a third waits for both."""
    with pytest.raises(GateError, match=r"A send of 2024-03 to .*audience\.csv, started by"):
        old.sends.intend(plan(issue="2024-03", target=Target(provider="outbox", audience="others.csv")), NOTE)
    for campaign in [one for one in old.sends.all() if one.issue == "2024-03"]:
        with old.sends.lease(campaign) as lease:
            waiting = old.deliveries.recipients(campaign, DeliveryState.PENDING)
            old.sends.write(lease, dict.fromkeys(waiting, DeliveryState.DELIVERED), state=SendState.SENT)
    old.sends.intend(plan(issue="2024-03", target=Target(provider="outbox", audience="others.csv")), NOTE)
    assert len(old.deliveries.history("2024-03", "outbox").had_it) == 7 + 3


def test_it_moves_to_another_place(old, tmp_path):
    from newsletter.ledger.transfer import transfer_ledger

    copied = transfer_ledger(f"sqlite:///{tmp_path}/ledger.db", f"sqlite:///{tmp_path}/new.db")
    assert copied["sends"] == 5 + 3
    with Ledger(f"sqlite:///{tmp_path}/new.db") as new:
        assert len(new.deliveries.history("2024-01", "outbox").contents) == 7
