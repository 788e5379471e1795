"""How hosts are spared."""

from __future__ import annotations

from newsletter.preflight.fetch.throttle import Throttle


def test_a_host_has_two_tasks_at_once_with_a_pause_between_them():
    throttle: Throttle[str] = Throttle(at_once=2, gap=0.5)
    for task in "abc":
        throttle.add("h", task)
    assert [throttle.take(0.0), throttle.take(0.0)] == ["a", None]
    assert throttle.next_moment() == 0.5
    assert throttle.take(0.5) == "b"
    assert throttle.take(2.0) is None
    assert throttle.next_moment() is None
    throttle.done("h")
    assert throttle.take(2.0) == "c"


def test_hosts_do_not_wait_for_each_other():
    throttle: Throttle[str] = Throttle()
    throttle.add("h", "a")
    throttle.add("i", "b")
    assert {throttle.take(0.0), throttle.take(0.0)} == {"a", "b"}


def test_a_host_that_asks_for_patience_gets_it():
    throttle: Throttle[str] = Throttle()
    throttle.add("h", "a")
    throttle.hold("h", 3.0)
    throttle.hold("h", 2.0)
    assert throttle.take(2.9) is None
    assert throttle.next_moment() == 3.0
    assert throttle.take(3.0) == "a"


def test_a_task_for_later_keeps_nobody_waiting():
    throttle: Throttle[str] = Throttle(gap=0.0)
    throttle.add("h", "later", not_before=5.0)
    throttle.add("h", "now")
    assert throttle.take(0.0) == "now"
    assert throttle.take(0.0) is None
    assert throttle.next_moment() == 5.0
    assert throttle.take(5.0) == "later"
