"""Test sends."""

from __future__ import annotations

import dataclasses
from email import message_from_bytes, policy

import pytest

from newsletter.errors import RefusedError, UnavailableError, UnsupportedError
from newsletter.providers.capabilities import Feature
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.policy import SendPolicy, enforce
from newsletter.sending.test_send import send_test

from .conftest import Scripted


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


class Choosy(Scripted):
    """A provider that refuses tests to some addresses, or is away from the second on."""

    about = dataclasses.replace(Scripted.about, features=Scripted.about.features | Feature.TEST)
    is_away = False

    def vet(self, *_):
        pass

    def deliver_test(self, parcel):
        if parcel.address.startswith("nobody"):
            raise RefusedError("There is no such address.", status=550)
        if self.is_away and self.taken:
            raise UnavailableError("It is away.")
        self.taken.append(parcel)
        return "the inbox"


def test_of_three_addresses_one_that_is_refused_is_told_and_the_others_get_theirs(ledger, outgoing, people):
    provider = Choosy(people)
    addresses = ["a@example.org", "nobody@example.org", "c@example.org"]
    with pytest.raises(RefusedError, match=r"^2 of 3 tests were sent\. n…@e…\.org: There is no such address\.$"):
        send_test(ledger, provider, outgoing, addresses, people=people(), who="kim")
    assert [one.address for one in provider.taken] == ["a@example.org", "c@example.org"]
    assert not ledger.history.story("2024-02"), "it is no test of the issue"


def test_a_provider_that_goes_away_between_tests_says_how_many_left(ledger, outgoing, people):
    provider = Choosy(people)
    provider.is_away = True
    with pytest.raises(UnavailableError, match=r"^1 of 2 tests was sent\. Then: It is away\.$"):
        send_test(ledger, provider, outgoing, ["a@example.org", "b@example.org"], people=people(), who="kim")
