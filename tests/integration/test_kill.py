"""Killed at any instant and run again: nobody twice, nobody missed, or named as uncertain.

`NEWSLETTER_KILLS=200 pytest tests/integration/test_kill.py -s` kills 200 times and says what happened.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .conftest import Newsletter, lay

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("NEWSLETTER_KILLS", "20"))
KILLS_A_CAMPAIGN = 7
RECIPIENTS = 2000
SENT_ALREADY = 3
UNCERTAIN = 5
_TO = re.compile(rb"^To: .*?<?([^\s<>]+@example\.org)>?\r?$", re.MULTILINE)


@dataclass
class Record:
    """What the kills met."""

    kills: int = 0
    in_the_sending: int = 0
    campaigns: int = 0
    uncertain: int = 0
    runs: Counter[int] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.in_the_sending} of them while messages were being laid down, "
            f"{self.campaigns} campaigns of {RECIPIENTS} recipients, {self.uncertain} uncertain; exit codes {self.runs}"
        )


def test_killed_at_random_instants_everybody_gets_exactly_one(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    record = Record()
    while record.kills < KILLS:
        newsletter = lay(tmp_path / f"campaign{record.campaigns}", RECIPIENTS)
        _send_under_fire(newsletter, chance, record)
        _judge(newsletter, record)
        record.campaigns += 1
    print(f"\nseed {seed}: {record}")
    assert record.in_the_sending >= KILLS // 4, f"the kills missed the sending (seed {seed}): {record}"


def _send_under_fire(newsletter: Newsletter, chance: random.Random, record: Record) -> None:
    for _ in range(KILLS_A_CAMPAIGN):
        if record.kills == KILLS:
            break
        process = newsletter.start("send", "--yes", "--json")
        _wait_for_the_instant(newsletter, process, chance)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        record.runs[process.returncode] += 1
        if process.returncode != -signal.SIGKILL:
            break
        record.kills += 1
        record.in_the_sending += 0 < len(newsletter.laid) < RECIPIENTS


def _wait_for_the_instant(newsletter: Newsletter, process: subprocess.Popen[str], chance: random.Random) -> None:
    """Wait in one of four runs for a random time from its start, else for a random number of messages laid down."""
    if chance.random() < 0.25:
        time.sleep(chance.uniform(0, 1.2))
        return
    # counted in messages, not in seconds: a fast machine has laid them all down before long
    aim = len(newsletter.laid) + chance.randint(1, RECIPIENTS // 4)
    while process.poll() is None and len(newsletter.laid) < aim:
        time.sleep(0.002)


def _judge(newsletter: Newsletter, record: Record) -> None:
    """Send until it is done, then count who has how many messages."""
    done = newsletter.run("send", "--yes", "--json")
    record.runs[done.returncode] += 1
    assert done.returncode in {0, SENT_ALREADY, UNCERTAIN}, done.stderr
    assert "Traceback" not in done.stderr
    status = json.loads(newsletter.run("status", "--json").stdout)
    named = {entry["key"] for entry in status["in_doubt"]}
    keys = Counter(path.name.split(".")[1] for path in newsletter.laid)
    people = Counter(_TO.findall(path.read_bytes())[0] for path in newsletter.laid)
    assert max(people.values()) == max(keys.values()) == 1, "somebody got it twice"
    if done.returncode == UNCERTAIN:
        record.uncertain += 1
        assert len(people) + len(named - set(keys)) == RECIPIENTS, "somebody was missed in silence"
    else:
        assert not named
        assert status["state"] == "sent"
        assert status["counts"] == {"delivered": RECIPIENTS}
        assert len(people) == RECIPIENTS, "somebody was missed"


def test_two_at_the_same_moment_are_one_campaign(newsletter: Newsletter) -> None:
    both = [newsletter.start("send", "--yes", "--json") for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes == [0, SENT_ALREADY], said
    people = Counter(_TO.findall(path.read_bytes())[0] for path in newsletter.laid)
    assert len(people) == 200
    assert set(people.values()) == {1}
    story = json.loads(newsletter.run("status", "--json").stdout)["story"]
    assert sum("started sending" in event["words"] for event in story) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_stops_in_good_order_and_goes_on_when_called_again(tmp_path: Path, number: int) -> None:
    newsletter = lay(tmp_path / "news", RECIPIENTS)
    process = newsletter.start("send", "--yes")
    while process.poll() is None and len(newsletter.laid) < 10:
        time.sleep(0.002)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number, err
    assert "Stopped: " in out
    assert "Traceback" not in err
    laid = len(newsletter.laid)
    assert 0 < laid < RECIPIENTS
    assert f"{laid:,} of {RECIPIENTS:,}" in out
    status = json.loads(newsletter.run("status", "--json").stdout)
    assert status["counts"] == {"delivered": laid, "pending": RECIPIENTS - laid}
    assert newsletter.run("send", "--yes").returncode == 0
    people = Counter(_TO.findall(path.read_bytes())[0] for path in newsletter.laid)
    assert len(people) == RECIPIENTS
    assert set(people.values()) == {1}
