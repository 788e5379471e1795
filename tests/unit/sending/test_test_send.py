"""Test sends."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from newsletter.errors import UnsupportedError
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.policy import SendPolicy, enforce
from newsletter.sending.test_send import send_test


def parsed(path):
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def test_a_test_is_the_real_message_but_for_whom_and_when(ledger, outbox, outgoing, people, folder):
    address = people()[0].email
    _, where = send_test(ledger, outbox, outgoing, [address], people=people(), who="kim")
    assert where == "outbox/tests/new"
    (path,) = (folder / "tests" / "new").iterdir()
    carry_on(ledger, outbox, begin(ledger, outbox, outgoing, "kim"), who="kim")
    test = parsed(path)
    real = next(one for one in map(parsed, (folder / "new").iterdir()) if address in one["To"])
    differing = {name for name in real if real[name] != test[name]}
    assert differing == {"Date", "Message-ID"}
    assert path.read_bytes().partition(b"MIME-Version")[2] == next(
        one.read_bytes().partition(b"MIME-Version")[2]
        for one in (folder / "new").iterdir()
        if address.encode() in one.read_bytes()
    )
    assert test["Subject"] == "News for Kim"


def test_a_stranger_gets_the_words_after_the_bar(ledger, outbox, outgoing, people, folder):
    send_test(ledger, outbox, outgoing, ["me@example.org"], people=people(), who="kim")
    (path,) = (folder / "tests" / "new").iterdir()
    assert parsed(path)["Subject"] == "News for you"


def test_it_opens_the_gate(ledger, outbox, outgoing, people):
    send_test(ledger, outbox, outgoing, ["a@example.org", "b@example.org"], people=people(), who="kim")
    enforce(ledger, outgoing, SendPolicy(), "kim")
    assert ledger.history.story("2024-02")[-1].words == "sent 2 test messages"


def test_a_provider_that_sends_no_tests_is_refused_by_name(ledger, scripted, outgoing, people):
    with pytest.raises(UnsupportedError, match="The scripted one cannot send a test"):
        send_test(ledger, scripted, outgoing, ["me@example.org"], people=people(), who="kim")
    assert not ledger.history.story("2024-02")
