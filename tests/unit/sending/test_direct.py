"""The protocol of sending."""

from __future__ import annotations

import datetime as dt
import hashlib
import signal
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from newsletter.errors import (
    AuthenticationError,
    DoubtError,
    GateError,
    LedgerError,
    ProviderError,
    RefusedError,
    UncertainError,
)
from newsletter.ledger.records import Send
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.providers.base import AcceptState
from newsletter.providers.capabilities import Feature
from newsletter.sending import payload as outgoing_module
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.recipients import select_recipients
from newsletter.sending.reconcile import Reconciler, Verdict
from newsletter.sending.send_errors import refuse_second
from newsletter.sending.signals import StopRequest

from .conftest import outgoing_of


class Killed(BaseException):
    """As if the process had died here."""


def laid(folder: Path) -> list[Path]:
    return sorted((folder / "new").glob("*.eml"))


def states(ledger: Ledger, campaign: Send) -> dict[str, int]:
    return {str(state): count for state, count in ledger.deliveries.count(campaign).by_state.items()}


def state_of(ledger: Ledger, campaign: Send) -> SendState | None:
    now = ledger.sends.last(campaign.issue, campaign.target)
    return now.state if now else None


def story(ledger: Ledger) -> str:
    return "\n".join(event.words for event in ledger.history.story("2024-02"))


class TestToTheEnd:
    def test_everybody_gets_it_once(self, ledger, outbox, outgoing, people, folder):
        campaign = begin(ledger, outbox, outgoing, "kim")
        assert state_of(ledger, campaign) is SendState.INTENDED
        assert not folder.exists()
        seen: list[int] = []
        outcome = carry_on(ledger, outbox, campaign, who="kim", progress=seen.append)
        assert outcome.send.state is SendState.SENT
        assert outcome.counts[DeliveryState.DELIVERED] == 7
        assert not outcome.stopped_by
        addresses = [message_from_bytes(path.read_bytes(), policy=policy.default)["To"] for path in laid(folder)]
        assert sorted(one.addresses[0].addr_spec for one in addresses) == sorted(one.email for one in people())
        assert sum(seen) == 7
        assert "finished: sent to 7 recipients" in story(ledger)

    def test_a_second_time_is_refused_with_the_day_and_the_number(self, ledger, outbox, outgoing):
        campaign = begin(ledger, outbox, outgoing, "kim")
        carry_on(ledger, outbox, campaign, who="kim")
        with pytest.raises(GateError, match=r"already sent on Monday 12 February 2024 .* 7 recipients"):
            carry_on(ledger, outbox, campaign, who="kim")
        with pytest.raises(GateError, match="has already received 2024-02"):
            begin(ledger, outbox, outgoing, "kim")

    def test_a_changed_issue_is_the_same_issue(self, ledger, outbox, outgoing, people):
        begin(ledger, outbox, outgoing, "kim")
        people.everybody.append(Subscriber(email="late@example.org"))
        with pytest.raises(GateError, match="kim has just started to send 2024-02"):
            begin(ledger, outbox, outgoing_of(subject="Other"), "lee")

    def test_each_message_has_the_moment_at_which_it_is_handed_over(self, ledger, scripted, outgoing, clock):
        campaign = begin(ledger, scripted, outgoing, "kim")
        handed: list[dt.datetime] = []

        def later(number):
            handed.append(clock.now)
            clock.now += dt.timedelta(hours=1)  # a server that takes a few messages an hour

        scripted.on_call = later
        carry_on(ledger, scripted, campaign, who="kim")
        parsed = [message_from_bytes(one.raw, policy=policy.default) for one in scripted.taken]
        dates = [one["Date"].datetime for one in parsed]
        assert dates == [one.replace(microsecond=0) for one in handed]
        assert dates[-1] - dates[0] > dt.timedelta(hours=5)
        assert ledger.sends.current(campaign).fingerprint == outgoing.fingerprint

    def test_nothing_is_on_the_disk_unsettled_before_it_is_written_down(self, ledger, scripted, outgoing):
        campaign = begin(ledger, scripted, outgoing, "kim")
        carry_on(ledger, scripted, campaign, who="kim")
        assert scripted.settled == 3


class TestWhoGetsIt:
    def test_nobody_to_send_to(self, ledger, outbox, outgoing, people):
        people.everybody.clear()
        with pytest.raises(GateError, match="no one to send to"):
            select_recipients(ledger, outbox, outgoing)

    def test_one_person_on_two_audiences_gets_it_once(self, ledger, outbox, outgoing, people, folder):
        carry_on(ledger, outbox, begin(ledger, outbox, outgoing, "kim"), who="kim")
        people.everybody.append(Subscriber(email="new@example.org"))
        outbox._audience = "others.csv"
        other = outgoing_of(audience="others.csv")
        assert select_recipients(ledger, outbox, other).had_it == 7
        outcome = carry_on(ledger, outbox, begin(ledger, outbox, other, "kim"), who="kim")
        assert outcome.counts.total == 1
        assert len(laid(folder)) == 8
        assert "7 other recipients there already had it" in story(ledger)

    def test_that_everybody_has_left_in_the_middle_is_not_believed(self, ledger, outbox, outgoing, people, folder):
        campaign = begin(ledger, outbox, outgoing, "kim")
        everybody = [*people.everybody]
        people.everybody.clear()
        with pytest.raises(ProviderError, match="no longer has any subscribers in"):
            carry_on(ledger, outbox, campaign, who="kim")
        people.everybody += everybody
        outcome = carry_on(ledger, outbox, begin(ledger, outbox, outgoing, "kim"), who="kim")
        assert outcome.counts.total == 7 == len(laid(folder))

    def test_joining_later_is_too_late_and_leaving_is_respected(self, ledger, outbox, outgoing, people, folder):
        campaign = begin(ledger, outbox, outgoing, "kim")
        people.everybody[:2] = []
        people.everybody.append(Subscriber(email="late@example.org"))
        seen: list[int] = []
        outcome = carry_on(ledger, outbox, campaign, who="kim", progress=seen.append)
        assert states(ledger, campaign) == {"delivered": 5, "skipped": 2}
        assert sum(seen) == 7
        assert not any(b"late@example.org" in path.read_bytes() for path in laid(folder))
        assert outcome.send.state is SendState.SENT
        assert "2 unsubscribed meanwhile" in story(ledger)


class TestBrokenOff:
    @pytest.mark.parametrize("at", range(1, 8))
    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_killed_at_any_message_nobody_is_missed_or_doubled(self, ledger, scripted, outgoing, at, moment):
        campaign = begin(ledger, scripted, outgoing, "kim")
        getattr(scripted, moment)[at] = Killed()
        with pytest.raises(Killed):
            carry_on(ledger, scripted, campaign, who="kim")
        assert state_of(ledger, campaign) is SendState.SENDING
        outcome = carry_on(ledger, scripted, campaign, who="lee")
        assert outcome.send.state is SendState.SENT
        assert sorted(parcel.address for parcel in scripted.taken) == sorted(one.email for one in scripted.people())

    def test_the_rest_get_what_was_frozen(self, ledger, scripted, outgoing, people):
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.before[4] = Killed()
        with pytest.raises(Killed):
            carry_on(ledger, scripted, campaign, who="kim")
        carry_on(ledger, scripted, campaign, who="kim")
        bodies = {parcel.raw.partition(b"MIME-Version")[2] for parcel in scripted.taken}
        assert len(bodies) == 1

    def test_a_provider_that_cannot_tell_is_uncertain_and_nothing_goes_on(self, ledger, scripted, outgoing):
        scripted.tells = False
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.after[5] = Killed()
        with pytest.raises(Killed):
            carry_on(ledger, scripted, campaign, who="kim")
        for _ in range(2):
            with pytest.raises(UncertainError, match="3 recipients received 2024-02") as caught:
                carry_on(ledger, scripted, campaign, who="kim")
            assert caught.value.exit_code == 5
        assert "--resolve sent" in caught.value.hint
        assert len(scripted.taken) == 5
        assert states(ledger, campaign) == {"delivered": 3, "uncertain": 3, "pending": 1}
        assert state_of(ledger, campaign) is SendState.UNCERTAIN

    def test_a_refusal_before_anybody_has_it_lets_the_issue_be_fixed(self, ledger, scripted, outgoing):
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.before[1] = ProviderError("The disk is full.")
        with pytest.raises(ProviderError, match="disk is full"):
            carry_on(ledger, scripted, campaign, who="kim")
        assert ledger.sends.last("2024-02", outgoing.target) is None
        with pytest.raises(GateError, match="just failed"):
            carry_on(ledger, scripted, campaign, who="kim")
        again = begin(ledger, scripted, outgoing_of(subject="Fixed"), "kim")
        assert carry_on(ledger, scripted, again, who="kim").send.state is SendState.SENT
        assert "had to stop after 0 recipients: The disk is full." in story(ledger)

    def test_a_refusal_in_the_middle_is_gone_on_from(self, ledger, scripted, outgoing):
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.before[5] = ProviderError("The disk is full.")
        with pytest.raises(ProviderError):
            carry_on(ledger, scripted, campaign, who="kim")
        assert states(ledger, campaign) == {"delivered": 4, "pending": 3}
        assert state_of(ledger, campaign) is SendState.SENDING
        assert ledger.sends.holder(campaign) is None
        carry_on(ledger, scripted, campaign, who="kim")
        assert len({parcel.key for parcel in scripted.taken}) == len(scripted.taken) == 7

    def test_those_refused_because_of_the_newsletter_are_tried_again(self, ledger, scripted, outgoing):
        campaign = begin(ledger, scripted, outgoing, "kim")
        stop = ProviderError("Relaying denied. 3 messages in a row were rejected.")
        stop.__cause__ = RefusedError("Relaying denied.")
        scripted.before |= {1: RefusedError("No such mailbox."), 3: RefusedError("no"), 4: RefusedError("no"), 5: stop}
        with pytest.raises(ProviderError, match="in a row"):
            carry_on(ledger, scripted, campaign, who="kim")
        assert states(ledger, campaign) == {"delivered": 1, "refused": 1, "pending": 5}
        scripted.before = {}
        carry_on(ledger, scripted, campaign, who="kim")
        assert states(ledger, campaign) == {"delivered": 6, "refused": 1}

    def test_a_wrong_key_concerns_everybody(self, ledger, scripted, outgoing):
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.before[3] = AuthenticationError("The key is wrong.")
        with pytest.raises(AuthenticationError):
            carry_on(ledger, scripted, campaign, who="kim")
        assert states(ledger, campaign) == {"delivered": 2, "pending": 5}

    def test_one_refused_recipient_does_not_stop_the_others(self, ledger, scripted, outgoing):
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.before[2] = RefusedError("No such mailbox.")
        outcome = carry_on(ledger, scripted, campaign, who="kim")
        assert states(ledger, campaign) == {"delivered": 6, "refused": 1}
        assert outcome.send.state is SendState.SENT
        assert "1 refused" in story(ledger)
        assert "No such mailbox." in story(ledger)

    def test_a_time_out_after_the_message_was_taken_is_found_out(self, ledger, scripted, outgoing):
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.after[2] = DoubtError("Time out.")
        outcome = carry_on(ledger, scripted, campaign, who="kim")
        assert outcome.counts[DeliveryState.DELIVERED] == len(scripted.taken) == 7

    def test_a_time_out_before_it_was_taken_breaks_off(self, ledger, scripted, outgoing):
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.before[2] = DoubtError("Time out.")
        with pytest.raises(ProviderError, match="Time out"):
            carry_on(ledger, scripted, campaign, who="kim")
        assert states(ledger, campaign) == {"delivered": 1, "pending": 6}

    @pytest.mark.parametrize("answers", ["cannot tell", "fails"])
    def test_a_time_out_that_nobody_can_tell_of_is_uncertain(self, ledger, scripted, outgoing, answers, monkeypatch):
        campaign = begin(ledger, scripted, outgoing, "kim")
        scripted.after[2] = DoubtError("Time out.")
        scripted.tells = False
        if answers == "fails":

            def away(issue: str, keys: object) -> dict[str, AcceptState]:
                raise ProviderError("Away.")

            scripted.on_call = lambda number: monkeypatch.setattr(scripted, "ask", away)
        with pytest.raises(UncertainError, match=r"Time out\. It is not known whether this recipient"):
            carry_on(ledger, scripted, campaign, who="kim")
        assert states(ledger, campaign) == {"delivered": 1, "uncertain": 1, "pending": 5}
        assert state_of(ledger, campaign) is SendState.UNCERTAIN

    def test_a_ledger_that_fails_in_the_middle_stops_all_at_once(
        self, ledger, scripted, outgoing, tmp_path, monkeypatch
    ):
        # with a write-ahead log nothing is read from the file itself until the log is full
        monkeypatch.setattr("newsletter.ledger.sqlite.is_on_local_disk", lambda _: False)
        campaign = begin(ledger, scripted, outgoing, "kim")
        path = tmp_path / "ledger.db"
        kept: list[bytes] = []

        def damage(number: int) -> None:
            if number == 4:
                kept.append(path.read_bytes())
                path.write_bytes(b"garbage" * 2000)

        scripted.on_call = damage
        with pytest.raises(LedgerError):
            carry_on(ledger, scripted, campaign, who="kim")
        assert len(scripted.taken) == 6
        path.write_bytes(kept[0])
        scripted.on_call = lambda number: None
        carry_on(ledger, scripted, campaign, who="kim")
        assert len({parcel.key for parcel in scripted.taken}) == len(scripted.taken) == 7


class TestStopping:
    @pytest.mark.parametrize("at", range(1, 7))
    def test_the_current_message_is_finished_and_the_rest_waits(self, ledger, scripted, outgoing, at):
        campaign = begin(ledger, scripted, outgoing, "kim")
        stop = StopRequest()

        def ask_to_stop(number: int) -> None:
            if number == at:
                stop.signal = signal.SIGTERM

        scripted.on_call = ask_to_stop
        outcome = carry_on(ledger, scripted, campaign, who="kim", stop=stop)
        assert outcome.stopped_by == signal.SIGTERM
        assert states(ledger, campaign) == {"delivered": at, "pending": 7 - at}
        assert f"stopped after {at} of 7 recipients" in story(ledger)
        assert ledger.sends.holder(campaign) is None
        carry_on(ledger, scripted, campaign, who="kim")
        assert len({parcel.key for parcel in scripted.taken}) == len(scripted.taken) == 7

    def test_stopping_at_the_last_message_is_the_end(self, ledger, scripted, outgoing):
        stop = StopRequest()
        scripted.on_call = lambda number: setattr(stop, "signal", signal.SIGINT if number == 7 else 0)
        outcome = carry_on(ledger, scripted, begin(ledger, scripted, outgoing, "kim"), who="kim", stop=stop)
        assert outcome.send.state is SendState.SENT
        assert not outcome.stopped_by


class TestLease:
    def test_slow_messages_renew_it(self, ledger, scripted, outgoing, clock):
        clock.step = dt.timedelta(seconds=40)
        outcome = carry_on(ledger, scripted, begin(ledger, scripted, outgoing, "kim"), who="kim")
        assert outcome.send.state is SendState.SENT

    def test_a_process_that_was_taken_over_stops_before_its_next_message(self, ledger, scripted, outgoing, url, clock):
        campaign = begin(ledger, scripted, outgoing, "kim")

        def asleep(number: int) -> None:
            if number == 2:
                clock.now += dt.timedelta(minutes=10)
                with ledger._engine.begin() as connection:
                    connection.exec_driver_sql("UPDATE sends SET lease_token = 'other'")

        scripted.on_call = asleep
        with pytest.raises(LedgerError, match="taken over this send"):
            carry_on(ledger, scripted, campaign, who="kim")
        assert len(scripted.taken) == 2

    def test_two_at_once_are_one(self, ledger, scripted, outgoing, url):
        campaign = begin(ledger, scripted, outgoing, "kim")
        refused: list[GateError] = []

        def other(number: int) -> None:
            with Ledger(url) as second, pytest.raises(GateError) as caught:
                carry_on(second, scripted, campaign, who="lee")
            refused.append(caught.value)

        scripted.on_call = other
        carry_on(ledger, scripted, campaign, who="kim")
        assert len(refused) == 7
        assert len(scripted.taken) == 7


class TestDoubt:
    def test_messages_that_vanish_make_the_provider_untrustworthy(self, ledger, outbox, outgoing, folder):
        campaign = self._interrupted(ledger, outbox, outgoing, after=5)
        for path in laid(folder):
            path.unlink()
        with pytest.raises(UncertainError, match="6 recipients"):
            carry_on(ledger, outbox, campaign, who="kim")
        assert not laid(folder)
        assert states(ledger, campaign) == {"uncertain": 6, "pending": 1}

    def test_a_folder_that_vanishes_is_uncertain_even_in_the_first_batch(self, ledger, outbox, outgoing, folder):
        campaign = self._interrupted(ledger, outbox, outgoing, after=2)
        folder.rename(folder.parent / "away")
        with pytest.raises(UncertainError, match="3 recipients"):
            carry_on(ledger, outbox, campaign, who="kim")
        assert not folder.exists()

    def test_a_message_that_vanishes_before_the_end_is_missed_at_the_reading_back(
        self, ledger, outbox, outgoing, folder
    ):
        campaign = begin(ledger, outbox, outgoing, "kim")
        settle = outbox.settle

        def lose_one() -> None:
            settle()
            if len(laid(folder)) == 7:
                laid(folder)[0].unlink()

        outbox.settle = lose_one  # type: ignore[method-assign]
        with pytest.raises(UncertainError, match="1 recipient received"):
            carry_on(ledger, outbox, campaign, who="kim")
        assert state_of(ledger, campaign) is SendState.UNCERTAIN

    def test_a_person_says_they_were_sent(self, ledger, outbox, outgoing, folder):
        campaign = self._interrupted(ledger, outbox, outgoing, after=5)
        for path in laid(folder):
            path.unlink()
        with pytest.raises(UncertainError):
            carry_on(ledger, outbox, campaign, who="kim")
        resolution = Reconciler(ledger, outbox, campaign, "kim").resolve(Verdict.SENT)
        assert (resolution.shown, resolution.decided) == (0, 6)
        outcome = carry_on(ledger, outbox, campaign, who="kim")
        assert outcome.send.state is SendState.SENT
        assert outcome.counts.vouched == 6
        assert len(laid(folder)) == 1
        assert "recorded that 6 uncertain messages were sent" in story(ledger)

    def test_a_person_says_they_were_not_sent(self, ledger, outbox, outgoing, folder):
        campaign = self._interrupted(ledger, outbox, outgoing, after=5)
        kept = laid(folder)[0]
        for path in laid(folder)[1:]:
            path.unlink()
        with pytest.raises(UncertainError):
            carry_on(ledger, outbox, campaign, who="kim")
        kept.touch()
        Reconciler(ledger, outbox, campaign, "kim").resolve(Verdict.NOT_SENT)
        outcome = carry_on(ledger, outbox, campaign, who="kim")
        assert outcome.send.state is SendState.SENT
        assert len(laid(folder)) == 7
        assert "were not sent" in story(ledger)

    def test_what_the_provider_shows_after_all_outweighs_the_person(self, ledger, outbox, outgoing, folder):
        campaign = self._interrupted(ledger, outbox, outgoing, after=2)
        folder.rename(folder.parent / "away")
        with pytest.raises(UncertainError):
            carry_on(ledger, outbox, campaign, who="kim")
        (folder.parent / "away").rename(folder)
        inquiry = Reconciler(ledger, outbox, campaign, "kim")
        resolution = inquiry.resolve(Verdict.NOT_SENT)
        assert (resolution.shown, resolution.decided) == (2, 1)
        assert "confirmed that the outbox has 2 messages" in story(ledger)
        carry_on(ledger, outbox, campaign, who="kim")
        assert len(laid(folder)) == 7
        assert inquiry._resolved([], [], Verdict.SENT).endswith("found none")

    def test_a_lost_ledger_does_not_send_again(self, ledger, outbox, outgoing, folder, tmp_path):
        carry_on(ledger, outbox, begin(ledger, outbox, outgoing, "kim"), who="kim")
        laid(folder)[0].unlink()
        with Ledger(f"sqlite:///{tmp_path}/new.db") as fresh:
            with pytest.raises(UncertainError, match="6 recipients"):
                begin(fresh, outbox, outgoing, "kim")
            campaign = fresh.sends.last("2024-02", outgoing.target)
            with pytest.raises(UncertainError):
                carry_on(fresh, outbox, campaign, who="kim")
            assert len(laid(folder)) == 6
            assert "already had a message for 6 of them" in story(fresh)
            Reconciler(fresh, outbox, campaign, "kim").resolve(Verdict.NOT_SENT)
            carry_on(fresh, outbox, campaign, who="kim")
        assert len(laid(folder)) == 7

    def _interrupted(self, ledger, outbox, outgoing, *, after: int) -> Send:
        campaign = begin(ledger, outbox, outgoing, "kim")
        deliver, count = outbox.deliver, iter(range(1, 100))

        def until(parcel):
            if next(count) > after:
                raise Killed
            deliver(parcel)

        outbox.deliver = until
        with pytest.raises(Killed):
            carry_on(ledger, outbox, campaign, who="kim")
        del outbox.deliver
        return campaign


def test_a_provider_that_does_not_tell_is_not_read_back(ledger, scripted, outgoing):
    assert Feature.TELLS not in scripted.about.features
    scripted.tells = False
    outcome = carry_on(ledger, scripted, begin(ledger, scripted, outgoing, "kim"), who="kim")
    assert outcome.send.state is SendState.SENT


def test_the_refusal_of_an_unfinished_campaign_names_its_beginning(ledger, outbox, outgoing):
    campaign = begin(ledger, outbox, outgoing, "kim")
    assert "Monday 12 February 2024" in refuse_second(campaign, counts=ledger.deliveries.count(campaign)).message


class TestAnEarlierVersionsKeys:
    """Earlier versions compared domains by IDNA2003, by which straße.de is strasse.de: a send begun by one goes on."""

    @pytest.fixture
    def begun(self, ledger, scripted, outgoing, people, monkeypatch):
        """A send to four, begun by an earlier version, of which the first message went out."""

        def formerly(issue, email):
            local, _, domain = email.rpartition("@")
            return hashlib.sha256(f"{issue}\0{local.casefold()}@{domain.casefold()}".encode()).hexdigest()[:24]

        people.everybody = [
            Subscriber(email=email)
            for email in ("kim@example.org", "anna@straße.de", "ada@müller.example", "bo@xn--mller-kva.example")
        ]
        with monkeypatch.context() as patch:
            patch.setattr(outgoing_module, "recipient_key", formerly)
            campaign = begin(ledger, scripted, outgoing, "kim")
            scripted.before[2] = ProviderError("away")
            with pytest.raises(ProviderError):
                carry_on(ledger, scripted, campaign, who="kim")
        return campaign

    def test_the_others_get_it_and_nobody_twice(self, ledger, scripted, outgoing, begun, people):
        outcome = carry_on(ledger, scripted, begun, who="kim")
        assert outcome.counts[DeliveryState.DELIVERED] == 4
        assert sorted(one.address for one in scripted.taken) == sorted(one.email for one in people())
        with pytest.raises(GateError, match="has already received"):
            select_recipients(ledger, scripted, outgoing)

    def test_whoever_has_the_other_domain_gets_that_message(self, ledger, scripted, outgoing, begun, people):
        people.everybody.append(Subscriber(email="anna@strasse.de"))
        outcome = carry_on(ledger, scripted, begun, who="kim")
        assert outcome.counts[DeliveryState.DELIVERED] == 4
        assert "anna@strasse.de" in [one.address for one in scripted.taken]
        # and whoever was taken for them is not lost: they never had it
        assert list(select_recipients(ledger, scripted, outgoing).keys) == [outgoing.key_of("anna@straße.de")]

    def test_a_key_that_somebody_has_is_not_given_away(self, ledger, scripted, outgoing, people):
        people.everybody = [Subscriber(email=email) for email in ("anna@straße.de", "anna@strasse.de")]
        campaign = begin(ledger, scripted, outgoing, "kim")
        people.everybody.pop()  # she left before her message went
        outcome = carry_on(ledger, scripted, campaign, who="kim")
        assert states(ledger, campaign) == {"delivered": 1, "skipped": 1}
        assert [one.address for one in scripted.taken] == ["anna@straße.de"]
        assert outcome.send.state is SendState.SENT
