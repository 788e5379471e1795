"""Two processes that send one issue to overlapping targets, or for different purposes, in the same moment.

What arrived is counted by a mail server, or a rehearsed provider, that knows nothing of the ledger.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from newsletter.rehearsal import Rehearsal

from .racing import Outcome, race

pytestmark = pytest.mark.slow

aiosmtpd = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("NEWSLETTER_RACES", "10"))
"""How often two processes race; NEWSLETTER_RACES=200 for the full number."""

ACTIONS = ("all", "segment", "correction", "remainder")
PAIRS = list(itertools.product(ACTIONS, ACTIONS))
READERS = [f"reader{number}@example.org" for number in range(6)]
"""The readers of `racer_targets.py`: every other one is a member; the first four were there when it first went."""
EARLY = 4


@dataclass
class Inbox:
    """What arrived, by issue: for each subject and reader, how often."""

    taken: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        issue, words = str(message["Subject"]).split()
        for address in envelope.rcpt_tos:
            self.taken.setdefault(issue, Counter())[words, address] += 1
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    there = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink = aiosmtpd.Controller(there, hostname="127.0.0.1", port=port, ready_timeout=10)
    sink.start()
    try:
        yield there, port
    finally:
        sink.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    return str(request.getfixturevalue("postgresql").url)


def test_whoever_is_in_both_gets_it_once(url: str, inbox: tuple[Inbox, int]) -> None:
    there, port = inbox
    command = [str(HERE / "racer_targets.py"), url, str(port)]
    racers = [[*command, "0"], [*command, "1"]]
    pairs = [PAIRS[number % len(PAIRS)] for number in range(ROUNDS)]
    issues = [f"{number:04}" for number in range(ROUNDS)]
    sent_before = [one for one, pair in zip(issues, pairs, strict=True) if {"correction", "remainder"} & {*pair}]
    assert all(end.kind == "done" for (end,) in race(racers[:1], [f"{one}-first" for one in sent_before], os.environ))

    named = [f"{issue}-{'-'.join(pair)}" for issue, pair in zip(issues, pairs, strict=True)]
    ends = race(racers, named, os.environ)
    for issue, end in zip(issues, ends, strict=True):
        assert max(there.taken[issue].values()) == 1, (issue, end, there.taken[issue])
    losers = [
        f"{issue}-{pair[number]}"
        for issue, pair, end in zip(issues, pairs, ends, strict=True)
        for number in (0, 1)
        if end[number].kind != "done"
    ]
    assert losers, "the racers never met"
    later = race(racers[:1], losers, os.environ)

    for one in [*itertools.chain.from_iterable(ends), *(end for (end,) in later)]:
        assert one == Outcome("done") or one.kind == "GateError", one
        assert one.kind == "done" or any(
            words in one.message
            for words in (
                "is sending",
                "has just started to send",
                "has already received",
                "has an older version",
                "has sent",
            )
        ), one
    for issue, pair in zip(issues, pairs, strict=True):
        assert there.taken[issue] == _right(issue in sent_before, {*pair}), (issue, pair)


def _right(is_sent_before: bool, actions: set[str]) -> Counter[tuple[str, str]]:
    """Return who is to have which words after both actions, whichever came first."""
    late = READERS[EARLY:] if is_sent_before else READERS
    right = {("old", reader) for reader in READERS[:EARLY] if is_sent_before}
    if "remainder" in actions or ("all" in actions and not is_sent_before):
        right |= {("new", reader) for reader in late}
    if "segment" in actions:
        right |= {("new", reader) for reader in late if READERS.index(reader) % 2}
    if "correction" in actions:
        right |= {("new", reader) for reader in READERS[:EARLY]}
    return Counter(dict.fromkeys(right, 1))


CAMPAIGN_PAIRS = [
    ("all", "segment"),
    ("segment", "all"),
    ("correction", "remainder"),
    ("remainder", "correction"),
    ("segment", "segment"),
    ("correction", "correction"),
    ("remainder", "segment"),
    ("remainder", "remainder"),
]
"""What two people do; with a correction or a remainder in it, the issue went to all before."""


def test_of_two_overlapping_campaigns_one_is_sent(url: str) -> None:
    with Rehearsal("mailchimp", sender=("Example Community Trust", "news@example.org")) as rehearsal:
        command = [str(HERE / "racer_campaign_targets.py"), url, rehearsal.base_url, json.dumps(dict(rehearsal.keys))]
        racers = [[*command, "0"], [*command, "1"]]
        pairs = [CAMPAIGN_PAIRS[number % len(CAMPAIGN_PAIRS)] for number in range(ROUNDS)]
        issues = [f"{number:04}" for number in range(ROUNDS)]
        before = [one for one, pair in zip(issues, pairs, strict=True) if {"correction", "remainder"} & {*pair}]
        assert all(end.kind == "done" for (end,) in race(racers[:1], [f"{one}-first" for one in before], os.environ))
        rehearsal.advance(24 * 3600)
        late = _join(rehearsal)

        ends = race(racers, [f"{one}-{'-'.join(pair)}" for one, pair in zip(issues, pairs, strict=True)], os.environ)
        rehearsal.advance(24 * 3600)
        sent = rehearsal.sent_campaigns()
    got: dict[str, Counter[tuple[str, str]]] = {}
    for one in sent:
        issue, words = one.mail.subject.split()
        got.setdefault(issue, Counter()).update((words, person) for person in one.people)
    for issue, pair, end in zip(issues, pairs, ends, strict=True):
        assert max(got[issue].values()) == 1, (issue, pair, end)
        assert sorted(one.kind for one in end) == ["GateError", "done"], (issue, pair, end)
        (refused,) = (one.message for one in end if one.kind == "GateError")
        reasons = ("would receive it twice", "again in the meantime", "already", "right now", "is not finished")
        assert any(words in refused for words in reasons), refused
        winner = pair[[one.kind for one in end].index("done")]
        assert (("new", late) in got[issue]) == (winner in {"all", "remainder"}), (issue, pair, end)


def _join(rehearsal: Rehearsal) -> str:
    """Let somebody join the audience; return their address."""
    crowd = rehearsal.handler.service.crowd
    late = replace(crowd.lists[1].readers[0], email="late@example.org")
    lists = [replace(one, readers=(*one.readers, late)) if one.name == "Team update" else one for one in crowd.lists]
    rehearsal.handler.service.crowd = replace(crowd, lists=tuple(lists))
    return late.email
