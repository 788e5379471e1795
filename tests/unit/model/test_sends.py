"""The state machine of a send."""

from __future__ import annotations

import pytest

from newsletter.model.sends import SendState

OUT = {SendState.SENT, SendState.STOPPED}
"""States in which messages have left."""
BEFORE = {SendState.DRAFT, SendState.INTENDED, SendState.SENDING, SendState.CANCELLED, SendState.FAILED}
"""States from which an issue could be sent, or sent anew."""


@pytest.mark.parametrize("state", SendState)
def test_a_send_may_stay_as_it_is(state):
    assert state.may_become(state)


def test_what_has_left_is_never_to_be_sent_again():
    assert not [(out, one) for out in OUT for one in BEFORE if out.may_become(one)]


@pytest.mark.parametrize("state", SendState)
def test_a_failed_send_stays_failed_and_a_draft_begins_with_the_intent(state):
    assert SendState.FAILED.may_become(state) is (state is SendState.FAILED)
    assert SendState.DRAFT.may_become(state) is (state in {SendState.DRAFT, SendState.INTENDED})


def test_only_what_reaches_somebody_or_may_stands_in_the_way():
    assert {one for one in SendState if not one.reaches_somebody} == {
        SendState.DRAFT,
        SendState.CANCELLED,
        SendState.FAILED,
    }
    assert {one for one in SendState if not one.is_live} == {SendState.CANCELLED, SendState.FAILED}
    assert {one for one in SendState if one.is_under_way} == {
        SendState.INTENDED,
        SendState.SENDING,
        SendState.SCHEDULED,
        SendState.UNCERTAIN,
    }
