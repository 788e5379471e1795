"""A limit of messages a minute for each domain."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from newsletter.providers import handover
from newsletter.providers.base import OutboundMessage
from newsletter.providers.handover import DomainPace
from newsletter.providers.smtp import Options, SmtpProvider
from newsletter.providers.smtp_session import SmtpSession


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def clock(self) -> float:
        return self.now


def test_messages_to_one_domain_keep_their_distance_and_others_do_not_wait():
    time = Time()
    pace = DomainPace(time.pause, time.clock)
    times = []
    for address in ("a@example.org", "b@EXAMPLE.org", "c@example.net", "d@example.org", "e@example.com"):
        pace.keep(address, 6)
        times.append(time.now - 100)
    assert times == [0, 6, 6, 12, 12]


def test_turns_that_are_over_are_forgotten(monkeypatch):
    monkeypatch.setattr(handover, "_MOST_DOMAINS", 3)
    time = Time()
    pace = DomainPace(time.pause, time.clock)
    for number in range(50):
        pace.keep(f"a@{number}.example.org", 6)
        time.now += 3
        assert len(pace._next) <= 3


def test_an_smtp_server_gets_no_more_a_minute_for_a_domain_than_is_set(monkeypatch):
    monkeypatch.setattr(SmtpSession, "open", lambda _: None)
    monkeypatch.setattr(SmtpSession, "carry", lambda *_, **__: iter(()))
    time = Time()
    options = Options.model_validate({"host": "mail.example.org", "per_domain": 20})
    smtp = SmtpProvider(options, "audience.csv", lambda: (), pause=time.pause, clock=time.clock)
    for number in range(21):
        smtp.deliver(OutboundMessage("2024-02", "k", f"p{number}@example.org", b"From: us@example.org\r\n\r\n"))
    assert time.now == 160.0


def test_fewer_than_ten_a_minute_are_refused():
    with pytest.raises(ValidationError, match="greater than or equal to 10"):
        Options.model_validate({"host": "mail.example.org", "per_domain": 5})
