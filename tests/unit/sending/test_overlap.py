"""Sends of one issue to targets that overlap: each reader gets it once, and whoever comes second is told why."""

from __future__ import annotations

import pytest

from newsletter.errors import GateError
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import Purpose, SendState
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.payload import SendPayload
from newsletter.sending.recipients import select_recipients

from .conftest import outgoing_of


@pytest.fixture
def members(people):
    people.everybody = [
        one.model_copy(update={"segments": ("members",)}) if number < 3 else one
        for number, one in enumerate(people.everybody)
    ]


def to_members(**changes: object) -> SendPayload:
    whole = outgoing_of(**changes)
    return whole.model_copy(update={"target": whole.target.model_copy(update={"segment": "members"})})


@pytest.mark.usefixtures("members")
class TestOverlap:
    def test_who_got_it_with_a_part_is_left_out_of_the_whole(self, ledger, outbox, outgoing):
        carry_on(ledger, outbox, begin(ledger, outbox, to_members(), "kim"), who="kim")
        whole = begin(ledger, outbox, outgoing, "kim")
        assert whole.recipients == 4
        carry_on(ledger, outbox, whole, who="kim")

    def test_who_got_it_with_the_whole_is_left_out_of_a_part(self, ledger, outbox, outgoing):
        carry_on(ledger, outbox, begin(ledger, outbox, outgoing, "kim"), who="kim")
        with pytest.raises(GateError, match=r"Everyone in members of audience\.csv has already received"):
            begin(ledger, outbox, to_members(), "kim")

    def test_who_was_chosen_before_the_other_send_ended_is_chosen_anew(self, ledger, url, clock, outbox, outgoing):
        """The list is read before, and the choice is made when the send is written down."""
        listed = outbox.ask

        def ask(issue, keys):
            if not others:
                others.append(1)
                with Ledger(url, clock) as other:
                    carry_on(other, outbox, begin(other, outbox, to_members(), "lee"), who="lee")
            return listed(issue, keys)

        others: list[int] = []
        outbox.ask = ask
        campaign = begin(ledger, outbox, outgoing, "kim")
        assert (campaign.recipients, campaign.state) == (4, SendState.INTENDED)

    def test_whoever_comes_second_is_told_who_sends_what(self, ledger, outbox, outgoing):
        first = begin(ledger, outbox, to_members(), "lee")
        with ledger.sends.lease(first), pytest.raises(GateError) as caught:
            begin(ledger, outbox, outgoing, "kim")
        assert caught.value.message.startswith("lee is sending 2024-02 to members of audience.csv right now (process ")
        assert "Nothing was sent by this command." in caught.value.hint
        assert "newsletter status 2024-02" in caught.value.hint

    def test_a_send_that_broke_off_is_to_be_finished_first(self, ledger, clock, outbox, outgoing):
        begin(ledger, outbox, to_members(), "lee")
        clock.now += clock.step * 60
        for purpose in Purpose:
            with pytest.raises(GateError, match=r"to members of audience\.csv, started by lee, is not finished"):
                begin(ledger, outbox, outgoing, "kim", purpose)
        with pytest.raises(GateError, match="is not finished"):
            select_recipients(ledger, outbox, outgoing)

    def test_one_that_reached_nobody_stands_in_nobodys_way(self, ledger, outbox, outgoing):
        first = begin(ledger, outbox, to_members(), "lee")
        with ledger.sends.lease(first) as lease:
            ledger.sends.write(lease, {}, state=SendState.FAILED)
        assert begin(ledger, outbox, outgoing, "kim").recipients == 7

    def test_the_same_words_sent_to_a_part_need_no_correction(self, ledger, outbox, outgoing):
        carry_on(ledger, outbox, begin(ledger, outbox, to_members(), "kim"), who="kim")
        carry_on(ledger, outbox, begin(ledger, outbox, outgoing, "kim"), who="kim")
        with pytest.raises(GateError, match="has an older version of 2024-02"):
            begin(ledger, outbox, outgoing, "kim", Purpose.CORRECTION)
        fixed = outgoing_of(subject="Fixed")
        outcome = carry_on(ledger, outbox, begin(ledger, outbox, fixed, "kim", Purpose.CORRECTION), who="kim")
        assert outcome.counts[DeliveryState.DELIVERED] == 7
