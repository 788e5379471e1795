"""What a provider cannot make each reader's own is refused before anything is written down or sent."""

from __future__ import annotations

import pytest

from newsletter.errors import UnsupportedError
from newsletter.sending.direct import begin
from newsletter.sending.test_send import send_test


def particular(provider, monkeypatch, seen):
    def vet(tags, links):
        seen.extend([*tags, links])
        raise UnsupportedError("It sends everybody the same words.")

    monkeypatch.setattr(provider, "vet", vet)


def test_a_send_is_refused_before_it_stands_in_the_ledger(ledger, scripted, outgoing, monkeypatch):
    seen: list[object] = []
    particular(scripted, monkeypatch, seen)
    with pytest.raises(UnsupportedError):
        begin(ledger, scripted, outgoing, "kim")
    assert ledger.sends.last(outgoing.issue, outgoing.target) is None
    assert seen == [*outgoing.tags, outgoing.links]
    assert outgoing.tags


def test_a_test_is_refused_before_it_is_sent(ledger, outbox, outgoing, folder, monkeypatch):
    particular(outbox, monkeypatch, [])
    with pytest.raises(UnsupportedError):
        send_test(ledger, outbox, outgoing, ["me@example.org"], people=(), who="kim")
    assert not (folder / "tests").exists()
