"""A call with an unknown outcome is made once, an early draft proves nothing, and no odd answer loses a campaign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from newsletter.errors import (
    DoubtError,
    NotFoundError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UncertainError,
    UnclearAnswerError,
)
from newsletter.ledger.records import Send
from newsletter.ledger.store import Ledger
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import RemoteState
from newsletter.model.sends import SendState
from newsletter.providers.brevo import Brevo, Options
from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.rehearse import RehearsalTiming
from newsletter.rehearsal.state import CampaignStatus
from newsletter.sending.campaign import CampaignSender
from newsletter.sending.cancel import Canceller
from newsletter.sending.payload import SendPayload
from newsletter.sending.reconcile import Verdict
from newsletter.sending.target import resolve_target

KEY = "2024-02"


@dataclass
class Newsroom:
    """A rehearsed Brevo whose adapter can be made to lag, or to answer oddly; time passes without anybody waiting."""

    rehearsal: Rehearsal
    ledger: Ledger
    waited: float = 0.0
    lag: float = 0.0
    told: list[str] = field(default_factory=list)
    odd: Callable[[], Any] | None = None

    def __post_init__(self) -> None:
        options = Options(base_url=self.rehearsal.base_url)
        self.provider = Brevo.connect(options, self.rehearsal.keys.__getitem__, pause=lambda _: None)
        self.true_state = self.provider.state
        self.provider.state = self._state  # type: ignore[method-assign]  # what it shows is what this is about

    def _state(self, campaign: str) -> Any:
        if self.odd is not None:
            return self.odd()
        now = self.true_state(campaign)
        draft = {"state": RemoteState.DRAFT, "raw_state": "draft", "scheduled_for": None}
        return now.model_copy(update=draft) if self.waited < self.lag else now

    def pause(self, seconds: float) -> None:
        self.waited += seconds

    @property
    def ordering(self) -> CampaignSender:
        return CampaignSender(self.ledger, self.provider, zone=dt.UTC, pause=self.pause, tell=self.told.append)

    @property
    def recall(self) -> Canceller:
        return Canceller(self.ordering)

    def send(self, *, scheduled: bool = False) -> Send:
        aim = resolve_target(self.provider, self.rehearsal.crowd.lists[0].name, None)
        message = Message(
            title="News",
            subject="News",
            preheader="New",
            html="<!doctype html><html><head><title>News</title></head><body><h1>Hello</h1></body></html>",
            text="Hello\n",
            sender=Sender(name=self.rehearsal.crowd.sender_name, email=self.rehearsal.crowd.sender_email),
        )
        outgoing = SendPayload(issue=KEY, message=message, target=aim.target, links=ReaderLinks())
        now = dt.datetime.now(dt.UTC)
        when = self.provider.about.limits.first_moment(now + dt.timedelta(hours=2), now) if scheduled else None
        return self.ordering.begin(outgoing, aim, when)

    @property
    def order(self) -> Send:
        return self.ledger.sends.all(KEY)[0]

    @property
    def gone(self) -> int:
        return len(self.rehearsal.sent_campaigns())

    def calls(self, name: str) -> int:
        return sum(one.call == name for one in self.rehearsal.requests())


@pytest.fixture
def room(tmp_path) -> Iterator[Newsroom]:
    with (
        Rehearsal("brevo", timing=RehearsalTiming(poll_seconds=0.005)) as rehearsal,
        Ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger,
    ):
        yield Newsroom(rehearsal, ledger)


DONE = ["500_after", "reset_after", "reset_mid_body", "malformed"]
NOT_DONE = ["500_before", "reset_before", "502", "429", "bare_403"]


@pytest.mark.parametrize("fault", DONE)
@pytest.mark.parametrize("lag", [0, 170])
@pytest.mark.parametrize("call", ["send", "schedule"])
def test_what_was_done_is_found_however_late_it_shows(room, fault, lag, call):
    room.lag = lag
    room.rehearsal.fail(call, fault)
    order = room.send(scheduled=call == "schedule")
    assert order.state in {SendState.SENT, SendState.SCHEDULED}
    assert room.calls(call) == 1
    assert bool(room.told) == (lag > 0)


@pytest.mark.parametrize("fault", [*DONE, *NOT_DONE])
@pytest.mark.parametrize("call", ["send", "schedule"])
def test_a_draft_after_minutes_is_uncertain_and_the_call_is_not_repeated(room, fault, call):
    room.lag = 1e9
    room.rehearsal.fail(call, fault)
    for _ in range(3):
        with pytest.raises(UncertainError, match="still shows a draft, which is not conclusive"):
            room.send(scheduled=call == "schedule") if room.waited == 0 else room.ordering.carry_on(room.order, None)
    assert room.calls(call) == 1
    assert room.waited >= 3 * 180
    assert room.order.state is SendState.UNCERTAIN


@pytest.mark.parametrize("fault", NOT_DONE)
def test_the_same_campaign_goes_when_a_person_says_that_it_has_not(room, fault):
    room.rehearsal.fail("send", fault)
    with pytest.raises(UncertainError):
        room.send()
    campaign = room.order.remote_id
    decided = room.recall.resolve(room.order, Verdict.NOT_SENT)
    assert (decided.state, decided.remote_id) == (SendState.INTENDED, campaign)
    assert room.ordering.carry_on(decided, None).state is SendState.SENT
    assert room.gone == 1


def test_an_accepted_call_is_not_repeated_while_the_state_lags(room):
    room.lag = 100
    assert room.send().state is SendState.SENT
    assert room.calls("send") == 1


def test_a_refusal_in_its_own_words_is_a_refusal_once_the_state_agrees(room):
    room.rehearsal.fail("send", "402")
    with pytest.raises(RefusedError, match="not enough credit"):
        room.send()
    assert room.order.state is SendState.DRAFT
    assert room.gone == 0


def test_a_refusal_that_the_state_contradicts_is_none(room, monkeypatch):
    true = room.provider.send

    def twice(campaign: str) -> None:
        true(campaign)
        raise RefusedError("Brevo rejected the request: it was sent already", status=400)

    monkeypatch.setattr(room.provider, "send", twice)
    room.lag = 30
    assert room.send().state is SendState.SENT


ODD = {
    "another campaign": lambda room: lambda: room.true_state(room.order.remote_id).model_copy(update={"id": "999"}),
    "no id": lambda room: lambda: room.true_state(room.order.remote_id).model_copy(update={"id": "None"}),
    "not found": lambda _: lambda: raised(NotFoundError("gone")),
    "unreadable": lambda _: lambda: raised(UnclearAnswerError("odd")),
}


def raised(error: Exception) -> Any:
    raise error


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_loses_no_campaign_and_the_key_finds_it(room, name):
    room.rehearsal.fail("send", "reset_after")
    room.odd = ODD[name](room)
    order = room.send()
    assert order.state is SendState.SENT
    [campaign] = room.rehearsal.campaigns()
    assert order.remote_id == campaign.id
    assert room.gone == 1


@pytest.mark.parametrize("identifier", ["999", "None"])
def test_an_update_that_names_another_campaign_is_looked_up_by_its_key(room, monkeypatch, identifier):
    true, answers = room.provider.save, iter([None, identifier])

    def save(draft: Any, existing: str | None) -> str:
        ident = true(draft, existing)
        return next(answers, None) or ident

    monkeypatch.setattr(room.provider, "save", save)
    room.rehearsal.fail("create", "half")  # so that it is saved a second time
    assert room.send().state is SendState.SENT
    assert room.gone == 1


@pytest.mark.parametrize("fault", ["500_after", "reset_after", "malformed", "429"])
def test_a_schedule_whose_taking_back_is_unknown_is_asked_about(room, fault):
    room.send(scheduled=True)
    room.rehearsal.fail("unschedule", fault)
    if fault == "429":
        with pytest.raises(UncertainError, match="not known whether Brevo cancelled the schedule"):
            room.recall.cancel(room.order)
        assert room.order.state is SendState.SCHEDULED
        assert room.waited >= 180
    assert room.recall.cancel(room.order).state is SendState.DRAFT
    assert {one.stage for one in room.rehearsal.campaigns()} == {CampaignStatus.DRAFT}


def test_a_schedule_in_doubt_is_taken_back_by_calling_the_provider(room):
    room.lag = 1e9
    room.rehearsal.fail("schedule", "500_after")
    with pytest.raises(UncertainError):
        room.send(scheduled=True)
    assert {one.stage for one in room.rehearsal.campaigns()} == {CampaignStatus.SCHEDULED}
    assert room.recall.cancel(room.order).state is SendState.DRAFT
    assert {one.stage for one in room.rehearsal.campaigns()} == {CampaignStatus.DRAFT}


def test_a_draft_in_doubt_about_a_send_is_not_called_taken_back(room):
    room.lag = 1e9
    room.rehearsal.fail("send", "500_after")
    with pytest.raises(UncertainError):
        room.send()
    with pytest.raises(UncertainError):
        room.recall.cancel(room.order)
    assert room.order.state is SendState.UNCERTAIN


def test_a_connection_that_was_never_there_is_no_doubt(room, monkeypatch):
    monkeypatch.setattr(room.provider, "send", lambda _: raised(UnavailableError("no connection")))
    with pytest.raises(UnavailableError):
        room.send()
    assert (room.order.state, room.order.pending_call) == (SendState.DRAFT, None)


def test_a_doubt_while_it_is_prepared_says_that_nothing_was_sent(room, monkeypatch):
    monkeypatch.setattr(room.provider, "save", lambda *_: raised(DoubtError("no clear answer")))
    with pytest.raises(ProviderError) as caught:
        room.send()
    assert caught.value.exit_code == 4
    assert "Nothing was sent" in caught.value.hint


def test_what_the_provider_paused_after_some_got_it_has_begun(room):
    room.rehearsal.fail("send", "half")
    assert room.send().state is SendState.SENT


def test_a_schedule_that_was_taken_back_by_a_process_that_died_is_asked_about(room, monkeypatch):
    room.send(scheduled=True)
    true = room.provider.unschedule

    def die(campaign: str) -> None:
        true(campaign)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room.provider, "unschedule", die)
        with pytest.raises(KeyboardInterrupt):
            room.recall.cancel(room.order)
    assert room.order.state is SendState.SCHEDULED
    assert room.ordering.remote_state.catch_up(room.order).state is SendState.INTENDED


def test_what_was_stopped_can_be_cancelled_again(room):
    room.rehearsal.handler.service.context = replace(room.rehearsal.handler.service.context, sending_seconds=60.0)
    assert room.send().state is SendState.SENT
    for _ in range(2):
        assert room.recall.cancel(room.order).state is SendState.STOPPED


def shown(room: Newsroom, state: RemoteState, **more: Any) -> Callable[[], Any]:
    """Return what has the provider show a campaign in a state, with no word of how many have it."""
    held = {"state": state, "raw_state": str(state), "sent": None, "sent_at": None, **more}
    return lambda: room.true_state(room.order.remote_id).model_copy(update=held)


def after(room: Newsroom, passed: dt.timedelta) -> None:
    """Let time pass by this computer's clock alone: the provider has not come to the hour yet."""
    room.ledger.clock = lambda: dt.datetime.now(dt.UTC) + passed


LATER = dt.timedelta(hours=3)


def test_what_is_scheduled_after_its_hour_is_not_recorded_as_being_sent(room):
    hour = room.send(scheduled=True).scheduled_for
    after(room, LATER)
    room.odd = shown(room, RemoteState.SCHEDULED, scheduled_for=hour)
    for _ in range(2):
        assert room.ordering.remote_state.catch_up(room.order).state is SendState.SCHEDULED
        assert not any("is sending" in one.words for one in room.ledger.history.story(KEY))
    room.odd = shown(room, RemoteState.SENDING)
    assert room.ordering.remote_state.catch_up(room.order).state is SendState.SENT


def test_what_is_sent_at_once_and_shown_as_scheduled_was_accepted(room):
    room.odd = lambda: room.true_state(room.order.remote_id).model_copy(
        update={"state": RemoteState.SCHEDULED, "scheduled_for": dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)}
    )
    room.rehearsal.fail("send", "reset_after")
    assert room.send().state is SendState.SENT
    assert [one.words for one in room.ledger.history.story(KEY)][-1] == "confirmed that Brevo accepted it for sending"
    assert room.calls("send") == 1


def test_what_is_shown_as_scheduled_after_its_hour_can_be_stopped_and_some_may_have_it(room):
    hour = room.send(scheduled=True).scheduled_for
    after(room, LATER)
    room.odd = shown(room, RemoteState.SCHEDULED, scheduled_for=hour)
    room.rehearsal.fail("unschedule", "403", 4)
    assert room.recall.cancel(room.order).state is SendState.STOPPED


@pytest.mark.parametrize(
    ("passed", "recorded"),
    [
        (dt.timedelta(0), SendState.CANCELLED),
        (dt.timedelta(hours=1, minutes=30), SendState.CANCELLED),
        (dt.timedelta(hours=2, seconds=-60), SendState.STOPPED),  # by the provider's clock it may have begun
        (LATER, SendState.STOPPED),
    ],
)
def test_nobody_got_what_was_cancelled_before_its_hour_alone(room, passed, recorded):
    hour = room.send(scheduled=True).scheduled_for
    room.ledger.clock = lambda: hour - dt.timedelta(hours=2) + passed
    room.odd = shown(room, RemoteState.CANCELLED)
    found = room.ordering.remote_state.refresh(room.order).send
    assert found.state is recorded
