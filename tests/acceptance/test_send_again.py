"""An issue goes again only to those who have not had it, or who have it with other words."""

from __future__ import annotations

import json
import subprocess
import sys
from email.utils import parseaddr
from pathlib import Path

import pytest

WRONG = "A mistake in last month"


def boxes(folder: Path, part: str) -> dict[str, str]:
    """Return whom the messages of a run went to, and their subjects."""
    import email
    import email.policy

    found = {}
    for path in (folder / "outbox" / "new").iterdir():
        if path.name.rpartition(".")[0].rpartition(".")[0] != part:
            continue
        one = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        address = parseaddr(str(one["To"]))[1]
        assert address not in found, "nobody gets a run twice"
        found[address] = str(one["Subject"])
    return found


def fix(folder: Path, subject: str) -> None:
    path = folder / "issues" / "2024-02.yaml"
    lines = [line for line in path.read_text().splitlines(keepends=True) if not line.startswith("subject:")]
    path.write_text(f"subject: {subject}\n" + "".join(lines))


def joins(folder: Path, address: str) -> None:
    path = folder / "audience.csv"
    rows = path.read_text().rstrip("\n").split("\n")
    fields = [""] * len(rows[0].split(","))
    fields[rows[0].split(",").index("email")] = address
    path.write_text("\n".join([*rows, ",".join(fields)]) + "\n")


@pytest.fixture
def sent(folder, cli):
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    return folder


def test_who_joined_since_gets_what_the_others_got(sent, cli):
    first = boxes(sent, "2024-02")
    joins(sent, "late@example.org")
    assert "--remainder" in cli("send", "2024-02", "--yes").said
    outcome = cli("send", "2024-02", "--remainder", "--yes")
    assert outcome.code == 0
    assert f"1 recipient ({len(first)} more already had it)" in outcome.said
    assert set(boxes(sent, "2024-02-remainder-1")) == {"late@example.org"}
    assert boxes(sent, "2024-02") == first
    assert "Its remainder was sent to 1 of 1" in cli("status", "2024-02").said
    again = cli("send", "2024-02", "--remainder", "--yes")
    assert again.code == 3
    assert "has already received 2024-02" in again.said


def test_a_correction_goes_to_those_who_got_other_words(sent, cli):
    first = boxes(sent, "2024-02")
    fix(sent, WRONG)
    joins(sent, "late@example.org")
    assert "changed" in cli("send", "2024-02", "--correction", "--yes").said, "the gate wants a test of the new words"
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    outcome = cli("send", "2024-02", "--correction", "--yes")
    assert outcome.code == 0
    assert boxes(sent, "2024-02-correction-1") == dict.fromkeys(first, WRONG)
    assert boxes(sent, "2024-02") == first
    assert "started sending the correction" in cli("status", "2024-02").said
    again = cli("send", "2024-02", "--correction", "--yes")
    assert again.code == 3
    assert "No one in" in again.said

    assert cli("send", "2024-02", "--remainder", "--yes").code == 0
    assert boxes(sent, "2024-02-remainder-1") == {"late@example.org": WRONG}

    fix(sent, f"{WRONG}, again")
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--correction", "--yes").code == 0
    assert set(boxes(sent, "2024-02-correction-2")) == {*first, "late@example.org"}


def test_without_another_version_nothing_is_corrected(sent, cli):
    outcome = cli("send", "2024-02", "--correction", "--yes")
    assert outcome.code == 3
    assert "No one in" in outcome.said
    assert boxes(sent, "2024-02-correction-1") == {}


@pytest.mark.parametrize("option", ["--correction", "--remainder"])
def test_before_the_first_send_there_is_nothing_to_do_again(folder, cli, option):
    outcome = cli("send", "2024-02", option, "--yes")
    assert outcome.code == 2
    assert "has not been sent yet" in outcome.said


def test_both_at_once_is_refused(sent, cli):
    outcome = cli("send", "2024-02", "--correction", "--remainder", "--yes")
    assert outcome.code == 2
    assert "cannot be combined" in outcome.said


def test_a_dry_run_says_to_how_many_and_sends_nothing(sent, cli):
    joins(sent, "late@example.org")
    outcome = cli("send", "2024-02", "--remainder", "--dry-run")
    assert outcome.code == 0
    assert "newsletter send 2024-02 --remainder" in outcome.said
    data = json.loads(cli("send", "2024-02", "--remainder", "--dry-run", "--json").out)
    assert data["recipients"] == 1
    assert boxes(sent, "2024-02-remainder-1") == {}


def test_a_correction_that_was_cut_off_goes_on_and_nobody_gets_it_twice(sent, cli):
    first = boxes(sent, "2024-02")
    fix(sent, WRONG)
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    killer = (
        "import os, sys\n"
        "from newsletter.providers import outbox\n"
        "real, seen = outbox.Maildir.write, []\n"
        "def lay(self, name, data):\n"
        "    real(self, name, data)\n"
        "    seen.append(name)\n"
        "    if len(seen) == 3:\n"
        "        os._exit(9)\n"
        "outbox.Maildir.write = lay\n"
        "from newsletter.cli import main\n"
        "sys.argv = ['newsletter', 'send', '2024-02', '--correction', '--yes']\n"
        "main()\n"
    )
    died = subprocess.run([sys.executable, "-c", killer], cwd=sent, capture_output=True, timeout=60, check=False)
    assert died.returncode == 9, died.stderr
    assert len(boxes(sent, "2024-02-correction-1")) == 3
    assert "Its correction to audience.csv was interrupted" in cli("status", "2024-02").said
    assert cli("send", "2024-02", "--remainder", "--yes").code == 3, "all have had it"
    assert cli("send", "2024-02", "--yes").code == 0, "the plain command goes on with what broke off"
    assert boxes(sent, "2024-02-correction-1") == dict.fromkeys(first, WRONG)


def test_the_same_people_are_counted_once_over_all_sends(sent, cli):
    first = len(boxes(sent, "2024-02"))
    fix(sent, WRONG)
    cli("test", "2024-02", "--to", "me@example.org")
    asked = cli("send", "2024-02", "--correction", "--dry-run").said
    assert f"audience.csv: {first} recipients, as a correction" in asked
    assert cli("send", "2024-02", "--correction", "--yes").code == 0
    joins(sent, "late@example.org")
    assert cli("send", "2024-02", "--remainder", "--yes").code == 0
    said = cli("status", "2024-02").said
    assert (
        f"It was sent to {first} of {first} recipients in audience.csv. Its correction was sent to {first} of " in said
    )
    assert "recipients in audience.csv, again, corrected. Its remainder was sent to 1 of 1 recipient" in said
    assert f"In all, {first + 1} people have it." in said
    data = json.loads(cli("status", "2024-02", "--json").out)
    assert data["people"] == first + 1
    assert [(one["purpose"], one["delivered"]) for one in data["sends"]] == [
        ("whole", first),
        ("correction", first),
        ("remainder", 1),
    ]
    report = json.loads(cli("report", "2024-02", "--json").out)
    assert report["people"] == first + 1
    assert [(one["purpose"], one["sent"]) for one in report["reports"]] == [
        ("whole", first),
        ("correction", first),
        ("remainder", 1),
    ]
    assert f"In total, {first + 1} recipients got it" in cli("report", "2024-02").said
