"""What the ledger keeps about sending."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time

import pytest

from newsletter.errors import GateError, LedgerError
from newsletter.ledger import lease as lease_module
from newsletter.ledger.lease import LENGTH, Lease, LeaseInfo, this_host
from newsletter.ledger.records import AuditNote, Clearance, ClearanceKind
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState, Target
from newsletter.model.sends import SendMode, SendState

from .conftest import TARGET, plan

NOTE = AuditNote("kim", "did something")


class TestIntent:
    def test_a_campaign_is_kept_as_it_was_intended(self, ledger, intend, clock):
        made = intend()
        assert ledger.sends.last("2024-02", TARGET) == made
        assert (made.state, made.recipients, made.created_at) == (SendState.INTENDED, 3, clock.now)
        assert ledger.sends.content(made) == b"frozen"
        assert ledger.deliveries.recipients(made, DeliveryState.PENDING) == ["k3", "k1", "k2"]
        assert [event.words for event in ledger.history.story("2024-02")] == ["started sending it"]

    def test_nothing_was_sent_to_anybody_else(self, ledger, intend):
        intend()
        assert ledger.sends.last("2024-03", TARGET) is None
        assert ledger.sends.last("2024-02", Target(provider="outbox", audience="others.csv")) is None

    def test_a_second_campaign_is_refused_whole(self, ledger, intend):
        intend()
        with pytest.raises(GateError, match="kim has just started to send 2024-02"):
            intend(recipients=("k9",))
        assert len(ledger.sends.all()) == 1
        assert len(ledger.history.story("2024-02")) == 1

    def test_other_breaches_are_no_double_sends(self, intend):
        with pytest.raises(LedgerError, match="reported an error"):
            intend(recipients=())
        with pytest.raises(LedgerError, match="reported an error"):
            intend(recipients=("kim@example.org",))

    def test_only_one_of_many_at_once_comes_through(self, url, ledger):
        outcomes: list[str] = []

        def race() -> None:
            with Ledger(url) as own:
                try:
                    own.sends.intend(plan(), AuditNote("kim", "x"))
                    outcomes.append("made")
                except GateError:
                    outcomes.append("refused")

        threads = [threading.Thread(target=race) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["made", *["refused"] * 5]
        assert len(ledger.sends.all()) == 1

    def test_after_a_failure_there_may_be_another(self, ledger, intend):
        first = intend()
        with ledger.sends.lease(first) as lease:
            ledger.sends.write(lease, {}, state=SendState.FAILED)
        second = intend(fingerprint="f2")
        assert ledger.sends.last("2024-02", TARGET) == second
        assert {one.state for one in ledger.sends.all()} == {SendState.FAILED, SendState.INTENDED}

    def test_recipients_in_doubt_from_the_start(self, ledger, intend):
        made = intend(in_doubt=frozenset({"k1"}))
        assert made.state is SendState.UNCERTAIN
        assert ledger.deliveries.recipients(made, DeliveryState.UNCERTAIN) == ["k1"]

    def test_who_had_the_issue_from_any_audience(self, ledger, intend):
        made = intend()
        with ledger.sends.lease(made) as lease:
            ledger.sends.write(lease, {"k1": DeliveryState.SKIPPED, "k2": DeliveryState.DELIVERED})
        assert ledger.deliveries.history("2024-02", "outbox").had_it == {"k2", "k3"}
        assert ledger.deliveries.history("2024-02", "smtp").had_it == set()
        assert ledger.deliveries.history("2024-03", "outbox").had_it == set()


class TestMoving:
    def test_states_counts_and_words_change_together(self, ledger, intend, clock):
        made = intend()
        clock.forward(minutes=1)
        with ledger.sends.lease(made) as lease:
            changes = {"k1": DeliveryState.DELIVERED, "k2": DeliveryState.UNCERTAIN}
            ledger.sends.write(lease, changes, state=SendState.SENDING, vouched={"k1"}, note=NOTE)
        tally = ledger.deliveries.count(made)
        assert (tally[DeliveryState.DELIVERED], tally[DeliveryState.REFUSED], tally.total) == (1, 0, 3)
        assert tally.vouched == 1
        assert tally.touched
        assert ledger.deliveries.recipients(made, DeliveryState.DELIVERED, vouched=False) == []
        assert ledger.deliveries.recipients(made, DeliveryState.DELIVERED, vouched=True) == ["k1"]
        assert ledger.history.story("2024-02")[-1].words == "did something"

    def test_a_finished_campaign_has_an_end(self, ledger, intend, clock):
        made = intend()
        clock.forward(minutes=1)
        with ledger.sends.lease(made) as lease:
            ledger.sends.write(lease, {}, state=SendState.SENT)
        assert ledger.sends.last("2024-02", TARGET).finished_at == clock.now

    def test_what_was_sent_cannot_become_something_to_send(self, ledger, intend):
        made = intend()
        with ledger.sends.lease(made) as lease:
            ledger.sends.write(lease, state=SendState.SENT)
            for state in (SendState.INTENDED, SendState.SENDING, SendState.FAILED, SendState.DRAFT):
                with pytest.raises(LedgerError, match=f"has 2024-02 as sent, which cannot become {state}"):
                    ledger.sends.write(lease, {"k1": DeliveryState.PENDING}, state=state, note=NOTE)
        assert ledger.sends.current(made).state is SendState.SENT
        assert len(ledger.history.story("2024-02")) == 1

    def test_without_the_lease_nothing_moves(self, ledger, intend, clock):
        made = intend()
        stray = Lease(made.id, clock.now, clock.now + LENGTH)
        with pytest.raises(LedgerError, match="taken over this send"):
            ledger.sends.write(stray, {"k1": DeliveryState.DELIVERED}, note=NOTE)
        assert ledger.deliveries.count(made)[DeliveryState.DELIVERED] == 0
        assert len(ledger.history.story("2024-02")) == 1
        stray.drop()

    def test_untouched_until_something_is_handed_over(self, ledger, intend):
        made = intend()
        assert not ledger.deliveries.count(made).touched
        with ledger.sends.lease(made) as lease:
            ledger.sends.write(lease, {"k1": DeliveryState.HANDED_OVER})
        assert ledger.deliveries.count(made).touched


class TestLease:
    def test_one_process_at_a_time(self, ledger, intend, url):
        made = intend()
        with ledger.sends.lease(made), Ledger(url) as other:
            assert other.sends.holder(made) is not None
            with pytest.raises(GateError, match=f"process {os.getpid()} on"), other.sends.lease(made):
                pass
        assert ledger.sends.holder(made) is None
        with ledger.sends.lease(made):
            pass

    def test_it_lasts_however_long_a_single_step_takes(self, url, intend):
        """A lease of a second and a half, and a message that takes four."""
        made = intend()
        with Ledger(url) as slow, Ledger(url) as other:
            object.__setattr__(slow.sends._leases, "lengths", {SendMode.DIRECT: dt.timedelta(seconds=1.5)})
            with slow.sends.lease(made):
                end = time.monotonic() + 4
                while time.monotonic() < end:
                    holder = other.sends.holder(made)
                    assert holder is not None
                    assert holder.until > dt.datetime.now(dt.UTC), "another machine would take it over"
                    time.sleep(0.02)
            assert other.sends.holder(made) is None

    def test_one_that_was_lost_is_not_taken_back_by_renewing(self, url, intend, meddler):
        made = intend()
        with Ledger(url) as slow:
            object.__setattr__(slow.sends._leases, "lengths", {SendMode.DIRECT: dt.timedelta(seconds=0.2)})
            with pytest.raises(LedgerError, match="taken over this send"), slow.sends.lease(made) as lease:  # noqa: PT012
                meddler.change("UPDATE sends SET lease_token = 'another'")
                time.sleep(0.3)
                slow.sends.write(lease, {})
            assert meddler.look("SELECT lease_token FROM sends") == "another"

    def test_it_is_renewed_for_as_long_as_it_was_taken_for(self, clock):
        lease = Lease("x", clock.now, clock.now + dt.timedelta(minutes=8), dt.timedelta(minutes=8))
        lease.renewed(clock.now + dt.timedelta(minutes=1))
        assert lease.until == clock.now + dt.timedelta(minutes=9)
        lease.drop()

    def test_an_error_inside_frees_it_and_is_the_one_told(self, ledger, intend):
        made = intend()
        with pytest.raises(RuntimeError), ledger.sends.lease(made):
            raise RuntimeError
        assert ledger.sends.holder(made) is None

    def test_an_error_inside_is_told_even_when_the_ledger_is_gone(self, ledger, intend, meddler):
        made = intend()
        with pytest.raises(RuntimeError), ledger.sends.lease(made):  # noqa: PT012 - one after the other
            meddler.destroy()
            raise RuntimeError

    def test_a_ledger_that_is_gone_at_the_end_is_told(self, ledger, intend, meddler):
        made = intend()
        with pytest.raises(LedgerError), ledger.sends.lease(made):
            meddler.destroy()

    def test_a_dead_process_of_this_machine_is_not_waited_for(self, ledger, intend, meddler):
        made = intend()
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        self._hold(meddler, this_host(), dead.pid, "2999-01-01T00:00:00.000000+00:00")
        with ledger.sends.lease(made):
            pass

    def test_a_live_process_of_this_machine_is(self, ledger, intend, meddler, clock):
        made = intend()
        self._hold(meddler, this_host(), os.getppid(), (clock.now + LENGTH).isoformat(timespec="microseconds"))
        with pytest.raises(GateError), ledger.sends.lease(made):
            pass
        clock.forward(minutes=3)
        with ledger.sends.lease(made):
            pass

    def test_another_machine_is_waited_for_until_its_time_is_up(self, ledger, intend, meddler, clock):
        made = intend()
        self._hold(meddler, "elsewhere", 1, (clock.now + LENGTH).isoformat(timespec="microseconds"))
        with pytest.raises(GateError, match="on elsewhere"), ledger.sends.lease(made):
            pass
        clock.forward(minutes=3)
        with ledger.sends.lease(made):
            pass

    def test_an_own_process_id_of_before_is_nobody(self, ledger, intend, meddler, clock):
        made = intend()
        self._hold(meddler, this_host(), os.getpid(), (clock.now + LENGTH).isoformat(timespec="microseconds"))
        with ledger.sends.lease(made):
            pass

    def test_whoever_was_taken_over_notices(self, ledger, intend, meddler, clock):
        made = intend()
        with pytest.raises(LedgerError, match="taken"), ledger.sends.lease(made) as lease:  # noqa: PT012 - in this order
            self._hold(meddler, "elsewhere", 1, (clock.now + LENGTH).isoformat(timespec="microseconds"))
            ledger.sends.write(lease, {})

    @staticmethod
    def _hold(meddler, host, pid, until):
        sql = "UPDATE sends SET lease_token='t', lease_host=?, lease_pid=?, lease_until=?"
        meddler.change(sql, (host, pid, until))

    def test_a_lease_written_by_a_clock_gone_wrong_ends(self, clock):
        assert not LeaseInfo("t", "elsewhere", 1, clock.now + dt.timedelta(days=400)).is_alive(clock.now)

    def test_renewal_is_due_after_a_while_and_when_the_clock_is_set_back(self, clock):
        lease = Lease("c", clock.now, clock.now + LENGTH)
        assert not lease.is_due(clock.now)
        assert lease.is_due(clock.now + dt.timedelta(seconds=31))
        assert lease.is_due(clock.now - dt.timedelta(seconds=1))
        lease.drop()

    def test_a_process_that_may_not_be_asked_about_runs(self, monkeypatch, clock):
        def not_yours(pid: int, number: int) -> None:
            raise PermissionError

        monkeypatch.setattr(lease_module.os, "kill", not_yours)
        assert LeaseInfo("t", this_host(), 1, clock.now + LENGTH).is_alive(clock.now)

    def test_a_machine_without_namespaces_has_a_name_too(self, monkeypatch):
        def none(path: object) -> None:
            raise OSError

        monkeypatch.setattr(lease_module.Path, "readlink", none)
        this_host.cache_clear()
        assert this_host()
        monkeypatch.undo()
        this_host.cache_clear()


class TestHistory:
    def test_clearances_come_newest_first(self, ledger, clock):
        for number in range(3):
            clearance = Clearance(ClearanceKind.TEST, "2024-02", f"f{number}", {"subject": "s"}, "kim", clock(), number)
            ledger.history.clear(clearance, AuditNote("kim", "sent a test"))
        found = ledger.history.clearances("2024-02", ClearanceKind.TEST)
        assert [one.fingerprint for one in found] == ["f2", "f1", "f0"]
        assert found[0].parts == {"subject": "s"}
        assert ledger.history.clearances("2024-02", ClearanceKind.APPROVAL) == []

    def test_the_story_keeps_its_order_when_the_clock_goes_backwards(self, ledger, clock):
        ledger.history.tell("2024-02", AuditNote("kim", "first"))
        clock.forward(hours=-2)
        ledger.history.tell("2024-02", AuditNote("kim", "second"))
        ledger.history.tell("2024-01", AuditNote("kim", "third"))
        assert [event.words for event in ledger.history.story("2024-02")] == ["first", "second"]
        assert ledger.history.issues() == ["2024-01", "2024-02"]

    def test_a_naive_moment_is_refused(self, ledger, clock):
        clock.now = dt.datetime(2024, 2, 12, 10, 0)  # noqa: DTZ001 - the point of the test
        with pytest.raises(LedgerError, match="aware"):
            ledger.history.tell("2024-02", AuditNote("kim", "x"))

    def test_moments_come_back_in_utc(self, ledger, clock):
        clock.now = dt.datetime(2024, 7, 1, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
        ledger.history.tell("2024-02", AuditNote("kim", "x"))
        (event,) = ledger.history.story("2024-02")
        assert event.at == clock.now
        assert event.at.utcoffset() == dt.timedelta(0)
