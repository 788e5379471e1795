"""An issue goes again through a service that keeps campaigns: only to those who have it not, or with other words."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.rehearse import RehearsalTiming
from newsletter.rehearsal.sample_contacts import Group, Reader

WRONG = "A mistake in last month"
LEEDS = ("--segment", "In Leeds")


def lay(folder: Path, rehearsal: Rehearsal, audience: str = "Team update", undo: int = 0) -> None:
    """Have the newsletter of a folder go out through a rehearsal."""
    kind, path = rehearsal.kind, folder / "newsletter.yaml"
    own = {"base_url": rehearsal.base_url, **kind.settings}
    lines = [f"provider: {kind.name}", f"undo_minutes: {undo}", f"{kind.name}: {json.dumps(own)}"]
    if audience:
        lines.append(f"audience: {audience}")
    path.write_text(path.read_text().replace("provider: outbox\n", "\n".join(lines) + "\n"))


@pytest.fixture
def rehearsal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    with Rehearsal("mailchimp", timing=RehearsalTiming(poll_seconds=0.01)) as running:
        for name, key in running.keys.items():
            monkeypatch.setenv(name, key)
        lay(folder, running)
        yield running


def fix(folder: Path, subject: str) -> None:
    path = folder / "issues" / "2024-02.yaml"
    lines = [line for line in path.read_text().splitlines(keepends=True) if not line.startswith("subject:")]
    path.write_text(f"subject: {subject}\n" + "".join(lines))


def joins(rehearsal: Rehearsal, *people: Reader) -> None:
    """Put people onto the list, and into its first segment."""
    service = rehearsal.handler.service
    crowd = service.crowd

    def with_them(group: Group) -> Group:
        return replace(group, readers=(*group.readers, *people))

    lists = (with_them(crowd.lists[0]), *crowd.lists[1:])
    service.crowd = replace(crowd, lists=lists, segments=(with_them(crowd.segments[0]), *crowd.segments[1:]))


def got(rehearsal: Rehearsal) -> list[dict[str, str]]:
    """Return, for each campaign that went, whom it went to and with which subject; nobody is in one twice."""
    found = []
    for dispatch in rehearsal.handler.service.world.dispatches:
        assert len(set(dispatch.people)) == len(dispatch.people)
        found.append(dict.fromkeys(dispatch.people, dispatch.mail.subject))
    return found


LATE = Reader("late@example.org", columns={"city": "Leeds"})


@pytest.fixture
def sent(rehearsal, cli):
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes").code == 0
    return rehearsal


def test_who_joined_since_gets_what_the_others_got(sent, cli):
    joins(sent, LATE)
    assert "--remainder" in cli("send", "2024-02", "--yes").said
    outcome = cli("send", "2024-02", "--remainder", "--yes")
    assert outcome.code == 0, outcome.said
    assert "To Team update: 1 recipient without the issue" in outcome.said
    first, second = got(sent)
    assert (len(first), set(second)) == (117, {"late@example.org"})
    assert "Its remainder was submitted to Mailchimp" in cli("status", "2024-02").said
    again = cli("send", "2024-02", "--remainder", "--yes")
    assert (again.code, len(got(sent))) == (3, 2)
    assert "Everyone in Team update has already received 2024-02" in again.said


def test_a_correction_goes_to_those_who_got_other_words(sent, folder, cli):
    fix(folder, WRONG)
    joins(sent, LATE)
    assert "the subject has changed" in cli("send", "2024-02", "--correction", "--yes").said
    tested = cli("test", "2024-02", "--to", "me@example.org")
    assert tested.code == 0, tested.said
    assert "newsletter send 2024-02 --correction" in tested.said
    outcome = cli("send", "2024-02", "--correction", "--yes")
    assert outcome.code == 0, outcome.said
    assert "117 recipients, as a correction" in outcome.said
    first, second = got(sent)
    assert second == dict.fromkeys(first, WRONG)
    again = cli("send", "2024-02", "--correction", "--yes")
    assert (again.code, len(got(sent))) == (3, 2)
    assert "No one in Team update has an older version of 2024-02" in again.said

    assert cli("send", "2024-02", "--remainder", "--yes").code == 0
    assert got(sent)[2] == {"late@example.org": WRONG}

    fix(folder, f"{WRONG}, again")
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--correction", "--yes").code == 0
    assert got(sent)[3] == dict.fromkeys([*first, "late@example.org"], f"{WRONG}, again")
    assert [one["purpose"] for one in json.loads(cli("report", "2024-02", "--json").out)["reports"]] == [
        "whole",
        "correction",
        "remainder",
        "correction",
    ]


def test_only_those_of_the_remainder_have_other_words(sent, folder, cli):
    """What the remainder got is right, so the correction is for the first ones alone."""
    fix(folder, WRONG)
    joins(sent, LATE)
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--remainder", "--yes").code == 0
    assert cli("send", "2024-02", "--correction", "--yes").code == 0
    first, second, third = got(sent)
    assert second == {"late@example.org": WRONG}
    assert third == dict.fromkeys(first, WRONG)


@pytest.mark.parametrize("segment", ["In Leeds", "Part 1"])
def test_a_part_of_the_audience_is_a_part_again(rehearsal, folder, cli, segment):
    part = ("--segment", segment)
    tested = cli("test", "2024-02", "--to", "me@example.org", *part)
    assert f'newsletter send 2024-02 --segment "{segment}"' in tested.said
    assert cli("send", "2024-02", "--yes", *part).code == 0
    joins(rehearsal, LATE)
    if segment == "In Leeds":
        assert cli("send", "2024-02", "--remainder", "--yes", *part).code == 0
        assert set(got(rehearsal)[1]) == {"late@example.org"}
    else:
        assert "Everyone in Part 1 of Team update" in cli("send", "2024-02", "--remainder", "--yes", *part).said
    had = [one for each in got(rehearsal) for one in each]
    fix(folder, WRONG)
    assert cli("test", "2024-02", "--to", "me@example.org", *part).code == 0
    assert cli("send", "2024-02", "--correction", "--yes", *part).code == 0
    assert got(rehearsal)[-1] == dict.fromkeys(had, WRONG)
    assert len(had) == len(set(had)) < 30
    assert "has not been sent yet" in cli("send", "2024-02", "--correction", "--yes").said


def test_what_waits_for_its_hour_stands_in_the_way_until_it_has_gone(rehearsal, folder, cli):
    tomorrow, later = (
        (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).strftime("%Y-%m-%d 09:00") for days in (1, 3)
    )
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--yes", "--at", tomorrow).code == 0
    fix(folder, WRONG)
    waiting = cli("test", "2024-02", "--to", "me@example.org")
    assert (waiting.code, "has not been sent yet" in waiting.said) == (3, True)
    rehearsal.advance(2 * 24 * 3600)
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    assert cli("send", "2024-02", "--correction", "--yes", "--at", later).code == 0
    taken = cli("cancel", "2024-02")
    assert "The correction of 2024-02 was cancelled" in taken.said
    rehearsal.advance(2 * 24 * 3600)
    assert len(got(rehearsal)) == 1
    assert cli("send", "2024-02", "--correction", "--yes").code == 0
    assert len(got(rehearsal)) == 2


def test_while_it_is_on_its_way_nobody_is_taken_for_left_out(folder, cli, monkeypatch):
    with Rehearsal("mailchimp", timing=RehearsalTiming(poll_seconds=0.01, sending_seconds=3600)) as rehearsal:
        for name, key in rehearsal.keys.items():
            monkeypatch.setenv(name, key)
        lay(folder, rehearsal)
        assert cli("test", "2024-02", "--to", "me@example.org").code == 0
        assert cli("send", "2024-02", "--yes").code == 0
        refused = cli("send", "2024-02", "--remainder", "--yes")
        assert refused.code == 3
        assert "Mailchimp is still sending 2024-02" in refused.said
        assert len(got(rehearsal)) == 1


def test_a_dry_run_shows_to_whom_and_makes_nothing(sent, cli):
    joins(sent, LATE)
    before = len(sent.campaigns())
    data = json.loads(cli("send", "2024-02", "--remainder", "--dry-run", "--json").out)
    assert data["to"] == "Team update: 1 recipient without the issue"
    [condition] = data["requests"][0]["json"]["recipients"]["segment_opts"]["conditions"]
    assert (condition["condition_type"], condition["op"]) == ("Aim", "nosent")
    assert len(sent.campaigns()) == before


@pytest.mark.parametrize("option", ["--correction", "--remainder"])
def test_before_the_first_send_there_is_nothing_to_do_again(rehearsal, cli, option):
    outcome = cli("send", "2024-02", option, "--yes")
    assert (outcome.code, "has not been sent yet" in outcome.said) == (2, True)


def test_a_correction_that_was_cut_off_goes_on_and_nobody_gets_it_twice(sent, folder, cli):
    fix(folder, WRONG)
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    killer = (
        "import os, sys\n"
        "from newsletter.providers.mailchimp import Mailchimp\n"
        "Mailchimp.send = lambda self, campaign: os._exit(9)\n"
        "from newsletter.cli import main\n"
        "sys.argv = ['newsletter', 'send', '2024-02', '--correction', '--yes']\n"
        "main()\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", killer], cwd=folder, capture_output=True, timeout=60, check=False, env=os.environ
    )
    assert died.returncode == 9, died.stderr
    assert "It is not known whether Mailchimp is sending its correction" in cli("status", "2024-02").said
    assert "is not finished" in cli("send", "2024-02", "--remainder", "--yes").said
    assert cli("send", "2024-02", "--yes").code == 5
    outcome = cli("send", "2024-02", "--yes", "--resolve", "not-sent")
    assert outcome.code == 0, outcome.said
    assert "The send of the correction of 2024-02" in outcome.said
    first, second = got(sent)
    assert second == dict.fromkeys(first, WRONG)


@pytest.mark.parametrize("name", ["brevo", "sendgrid", "mailjet", "listmonk", "buttondown", "resend"])
@pytest.mark.parametrize("option", ["--correction", "--remainder"])
def test_who_cannot_tell_says_so_and_what_to_do(folder, cli, monkeypatch, name, option):
    with Rehearsal(name) as rehearsal:
        for variable, key in rehearsal.keys.items():
            monkeypatch.setenv(variable, key)
        lay(folder, rehearsal, audience="" if name == "buttondown" else "Team update")
        monkeypatch.setattr(
            "newsletter.workflow.session.SendSession.ready_issue", None
        )  # it is refused before anything is read
        outcome = cli("send", "2024-02", option, "--yes")
        assert outcome.code in {2, 4}, outcome.said
        assert "does not report who received which campaign" in outcome.said
        assert "copy the issue file under a new name" in outcome.said
