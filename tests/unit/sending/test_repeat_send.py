"""CampaignTarget a further run through a service that keeps campaigns is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from newsletter.errors import GateError, UncertainError, UsageError
from newsletter.ledger.records import AuditNote, SendRun
from newsletter.ledger.store import Ledger
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import Message
from newsletter.model.sends import Purpose, SendState
from newsletter.providers.mailchimp import Mailchimp, Options
from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.rehearse import RehearsalTiming
from newsletter.rehearsal.state import CampaignStatus
from newsletter.sending.campaign import CampaignSender
from newsletter.sending.payload import SendPayload
from newsletter.sending.repeat_send import plan_repeat
from newsletter.sending.target import resolve_target


class Newsroom:
    """A rehearsed Mailchimp, a ledger, and an issue whose subject can be changed."""

    def __init__(self, rehearsal: Rehearsal, ledger: Ledger) -> None:
        self.rehearsal = rehearsal
        provider = Mailchimp.connect(
            Options(base_url=rehearsal.base_url), rehearsal.keys.__getitem__, pause=lambda _: None
        )
        self.ordering = CampaignSender(ledger, provider, pause=lambda _: None)
        self.target = resolve_target(provider, "Team update", None)

    def issue(self, subject: str) -> SendPayload:
        crowd = self.rehearsal.crowd
        message = Message(
            title="News",
            subject=subject,
            preheader="",
            html='<html><body><p>News</p><a href="{unsubscribe_url}">Leave</a></body></html>',
            text="News",
            sender=Sender(name=crowd.sender_name, email=crowd.sender_email),
        )
        return SendPayload(issue="2024-02", message=message, target=self.target.target, links=ReaderLinks())

    def choose(self, purpose, subject):
        return plan_repeat(self.ordering.remote_state, "2024-02", self.target, purpose, self.issue(subject).fingerprint)

    def send(self, subject, purpose=None):
        further = self.choose(purpose, subject) if purpose else None
        return self.ordering.begin(self.issue(subject), self.target, None, further)

    def last(self):
        return self.rehearsal.handler.service.world.dispatches[-1]


@pytest.fixture
def room(tmp_path) -> Iterator[Newsroom]:
    with (
        Rehearsal("mailchimp", timing=RehearsalTiming(poll_seconds=0.01)) as rehearsal,
        Ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger,
    ):
        yield Newsroom(rehearsal, ledger)


def test_a_correction_takes_the_place_of_all_that_was_had_before(room):
    room.send("One")
    assert room.choose(Purpose.CORRECTION, "Two").target.count == 117
    room.send("Two", Purpose.CORRECTION)
    with pytest.raises(GateError, match="No one in Team update has an older version"):
        room.choose(Purpose.CORRECTION, "Two")
    back = room.choose(Purpose.CORRECTION, "One")
    assert (back.run, back.target.count) == (SendRun(Purpose.CORRECTION, 2), 117)


def test_two_at_the_same_time_are_one(room):
    room.send("One")
    first, second = (room.choose(Purpose.CORRECTION, "Two") for _ in range(2))
    room.ordering.begin(room.issue("Two"), room.target, None, first)
    with pytest.raises(GateError, match="The correction of 2024-02 was already sent"):
        room.ordering.begin(room.issue("Two"), room.target, None, second)
    assert len(room.rehearsal.sent_campaigns()) == 2


def test_what_was_found_out_before_somebody_else_sent_again_is_found_out_anew(room):
    room.send("One")
    old = room.choose(Purpose.CORRECTION, "Two")
    reader = room.rehearsal.crowd.lists[1].readers[0]
    crowd = room.rehearsal.handler.service.crowd
    late = replace(reader, email="late@example.org")
    lists = (replace(crowd.lists[0], readers=(*crowd.lists[0].readers, late)), *crowd.lists[1:])
    room.rehearsal.handler.service.crowd = replace(crowd, lists=lists)
    room.send("One", Purpose.REMAINDER)
    with pytest.raises(GateError, match=r"Someone else has sent .* again in the meantime"):
        room.ordering.begin(room.issue("Two"), room.target, None, old)
    assert len(room.rehearsal.sent_campaigns()) == 2
    room.send("Two", Purpose.CORRECTION)
    assert len(room.last().people) == 118


@pytest.mark.parametrize(
    ("stage", "words"),
    [(CampaignStatus.SENDING, "is still sending 2024-02"), (CampaignStatus.PAUSED, "reports 2024-02 as “paused”")],
)
def test_what_has_not_gone_wholly_leaves_nobody_out(room, stage, words):
    room.send("One")
    [campaign] = room.rehearsal.handler.service.world.campaigns.values()
    campaign.stage = stage
    room.last().ended = None
    room.last().seconds = 1e9
    with pytest.raises(GateError, match=words):
        room.choose(Purpose.REMAINDER, "One")


def test_what_was_deleted_there_cannot_be_asked_about(room):
    room.send("One")
    room.rehearsal.handler.service.world.campaigns.clear()
    with pytest.raises(GateError, match="Mailchimp no longer has 2024-02"):
        room.choose(Purpose.REMAINDER, "One")


@pytest.mark.parametrize(
    ("state", "words"),
    [(SendState.STOPPED, "was stopped while it was being sent"), (SendState.UNCERTAIN, "is not finished")],
)
def test_an_order_that_did_not_end_well_stands_in_the_way(room, state, words):
    order = room.send("One")
    orders = room.ordering.ledger.sends
    with orders.lease(order) as lease:
        orders.write(lease, state=state, note=AuditNote("kim", "saw it"))
    with pytest.raises(GateError, match=words):
        room.choose(Purpose.CORRECTION, "Two")


def test_a_persons_word_does_not_tell_which_campaign_it_was(room):
    order = room.send("One")
    orders = room.ordering.ledger.sends
    with orders.lease(order) as lease:
        orders.write(lease, remote_id=None)
    with pytest.raises(GateError, match="campaign of 2024-02 at Mailchimp is unknown"):
        room.choose(Purpose.CORRECTION, "Two")


def test_a_draft_alone_is_nothing_that_was_sent(room):
    room.ordering.test(room.issue("One"), room.target, ["me@example.org"])
    with pytest.raises(UsageError, match="has not been sent yet"):
        room.choose(Purpose.REMAINDER, "One")


def test_a_schedule_that_is_not_there_any_more_is_uncertain(room):
    order = room.send("One")
    orders = room.ordering.ledger.sends
    with orders.lease(order) as lease:
        orders.write(lease, state=SendState.SCHEDULED, scheduled_for=order.finished_at)
    room.rehearsal.handler.service.world.campaigns.clear()
    with pytest.raises(UncertainError, match="no longer exists"):
        room.choose(Purpose.REMAINDER, "One")
