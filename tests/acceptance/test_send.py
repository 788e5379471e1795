"""Testing, approving, sending and the story, as people call the commands."""

from __future__ import annotations

import email
import email.policy
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from newsletter.workflow import session

RECIPIENTS = 10


def messages(folder: Path, where: str = "outbox/new") -> list[EmailMessage]:
    parsed = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.strict) for path in (folder / where).iterdir()
    ]
    return [one for one in parsed if isinstance(one, EmailMessage)]


def settings(folder: Path, old: str, new: str) -> None:
    path = folder / "newsletter.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture
def tested(folder, cli):
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    return folder


class TestTest:
    def test_it_writes_the_real_message_and_says_what_next(self, folder, cli):
        outcome = cli("test", "2024-02", "--to", "me@example.org", "--to", "volunteer@example.org")
        assert outcome.code == 0
        assert "2 tests of 2024-02 written to outbox/tests/new" in outcome.said
        assert "newsletter send 2024-02" in outcome.said
        assert {str(one["To"].addresses[0].addr_spec) for one in messages(folder, "outbox/tests/new")} == {
            "me@example.org",
            "volunteer@example.org",
        }
        assert not (folder / "outbox" / "new").exists()

    def test_as_json(self, folder, cli):
        outcome = cli("test", "2024-02", "--to", "me@example.org", "--json")
        assert json.loads(outcome.out)["tests"] == 1

    @pytest.mark.parametrize(
        ("args", "words"), [((), "The test needs an address"), (("--to", "not an address"), "is not an email address")]
    )
    def test_without_a_good_address_it_is_wrong_usage(self, folder, cli, args, words):
        outcome = cli("test", "2024-02", *args)
        assert outcome.code == 2
        assert words in outcome.said

    def test_an_issue_with_errors_is_not_sent_even_as_a_test(self, folder, cli):
        path = folder / "issues" / "2024-02.yaml"
        path.write_text(path.read_text() + "\nsign_of: oops\n")
        outcome = cli("test", "2024-02", "--to", "me@example.org")
        assert outcome.code == 3
        assert "sign_off" in outcome.said
        assert not (folder / "outbox").exists()


class TestGate:
    def test_untested_it_is_refused_with_the_command_that_helps(self, folder, cli):
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 3
        assert "It has not been sent as a test yet." in outcome.said
        assert "newsletter test 2024-02 --to" in outcome.said
        assert not (folder / "outbox").exists()

    def test_changed_since_the_test_it_is_refused_with_what_changed(self, tested, cli):
        path = tested / "issues" / "2024-02.yaml"
        path.write_text(path.read_text().replace("title: ", "subject: Another subject\ntitle: ", 1))
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 3
        assert "since then the subject" in outcome.said

    def test_approval_by_someone_else(self, tested, cli, monkeypatch):
        settings(tested, "approval: false", "approval: true\n  approvers: [Director, Editor]")
        assert "It has not been approved yet." in cli("send", "2024-02", "--yes").said
        assert cli("approve", "2024-02").code == 2
        outcome = cli("approve", "2024-02", "--as", "Director")
        assert outcome.code == 0
        assert "Director approved 2024-02" in outcome.said
        assert "The approval counts if the issue is sent under another login" in outcome.said
        own = cli("send", "2024-02", "--yes")
        assert own.code == 3, "a name that the sender typed is no approval by someone else"
        assert f"given under your own login, {session.account()}" in own.said
        monkeypatch.setattr(session, "account", lambda: "another")
        sent = cli("send", "2024-02", "--yes")
        assert sent.code == 0
        assert "Approved by Director, under the login " in sent.said
        assert "Director approved it" in cli("status", "2024-02").said

    def test_where_a_login_is_shared_a_name_will_do(self, tested, cli):
        settings(tested, "approval: false", "approval: true\n  shared_login: true")
        assert "the name is not verified" in cli("approve", "2024-02", "--as", "Director").said
        asked = cli("send", "2024-02", "--dry-run").said
        assert "Approved by Director, under your own login, so the name is not verified" in asked
        assert cli("send", "2024-02", "--yes").code == 0

    def test_approval_that_nobody_asked_for_is_noted(self, folder, cli):
        outcome = cli("approve", "2024-02", "--as", "Director")
        assert "do not require approval" in outcome.said
        assert json.loads(cli("approve", "2024-02", "--json").out)["issue"] == "2024-02"

    def test_an_audience_with_nobody_is_refused(self, tested, cli):
        (tested / "audience.csv").write_text("email,status,town\na@example.org,unsubscribed,x\n")
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 3
        assert "Nobody in audience.csv would receive the issue" in outcome.said

    def test_a_broken_audience_is_refused_with_its_line(self, tested, cli):
        (tested / "audience.csv").write_text('email,first_name,town\na@example.org,"Kim,x\nb@example.org,Lee,y\n')
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 3
        assert "audience.csv:2" in outcome.said

    def test_a_merge_tag_that_a_template_adds_and_nobody_fills_is_refused(self, folder, cli):
        settings(folder, "  name: Co-Production Collective\n", "  name: Co-Production {nickname} Collective\n")
        outcome = cli("test", "2024-02", "--to", "me@example.org")
        assert outcome.code == 3
        assert "{nickname}" in outcome.said


class TestSend:
    def test_everybody_gets_one_and_a_second_time_nobody(self, tested, cli):
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 0
        assert f"2024-02 was sent to {RECIPIENTS} of {RECIPIENTS} recipients: outbox/new." in outcome.said
        assert "audience.csv: 10 recipients, for the first time" in outcome.said
        people = sorted(str(one["To"].addresses[0].addr_spec) for one in messages(tested))
        assert len(set(people)) == len(people) == RECIPIENTS
        assert "moved-away@example.org" not in people
        again = cli("send", "2024-02", "--yes")
        assert again.code == 3
        assert "2024-02 was already sent" in again.said
        assert len(messages(tested)) == RECIPIENTS

    def test_readers_are_greeted_by_name_or_kindly(self, tested, cli):
        cli("send", "2024-02", "--yes")
        for one in messages(tested):
            for kind in ("plain", "html"):
                body = one.get_body((kind,))
                assert body is not None
                assert not re.search(r"\{[a-z_]+[|}]", body.get_content())

    def test_as_json(self, tested, cli):
        data = json.loads(cli("send", "2024-02", "--yes", "--json").out)
        assert (data["state"], data["recipients"], data["delivered"]) == ("sent", RECIPIENTS, RECIPIENTS)

    def test_a_dry_run_sends_nothing(self, tested, cli):
        outcome = cli("send", "2024-02", "--dry-run")
        assert outcome.code == 0
        assert "nothing was sent" in outcome.said
        assert json.loads(cli("send", "2024-02", "--dry-run", "--json").out)["recipients"] == RECIPIENTS
        assert not (tested / "outbox" / "new").exists()
        assert "It has not been sent." in cli("status", "2024-02").said

    def test_without_a_terminal_it_needs_yes(self, tested, cli):
        outcome = cli("send", "2024-02")
        assert outcome.code == 2
        assert "--yes" in outcome.said
        assert not (tested / "outbox" / "new").exists()

    def test_the_change_since_last_time_is_told(self, tested, cli):
        cli("send", "2024-02", "--yes")
        with (tested / "audience.csv").open("a") as file:
            file.write("new@example.org,,,,\nnewer@example.org,,,,\n")
        cli("test", "2024-03", "--to", "me@example.org")
        assert "12 recipients, 2 more than last time" in cli("send", "2024-03", "--dry-run").said

    def test_a_list_far_longer_than_last_time_is_warned_of_when_checked_and_when_sent(self, tested, cli):
        cli("send", "2024-02", "--yes")
        assert "NL941" not in cli("check", "2024-03").out
        with (tested / "audience.csv").open("a") as file:
            file.writelines(f"new{number}@example.org,,,,\n" for number in range(25))
        checked = cli("check", "2024-03").said
        assert "NL941 audience-size-change 35 people would receive it, 25 more than last time" in checked
        cli("test", "2024-03", "--to", "me@example.org")
        sent = cli("send", "2024-03", "--dry-run").said
        assert "35 recipients, 25 more than last time: check that it is the right list" in sent

    def test_as_many_as_last_time(self, tested, cli):
        cli("send", "2024-02", "--yes")
        cli("test", "2024-03", "--to", "me@example.org")
        assert "10 recipients, as many as last time" in cli("send", "2024-03", "--dry-run").said

    @pytest.mark.parametrize("flags", [(), ("--json",)])
    def test_asked_to_stop_it_says_how_far_it_came(self, tested, cli, monkeypatch, flags):
        from newsletter.providers.outbox import OutboxProvider

        deliver, calls = OutboxProvider.deliver, iter(range(100))

        def stopped(self, parcel):
            if next(calls) == 3:
                os.kill(os.getpid(), signal.SIGTERM)
            deliver(self, parcel)

        monkeypatch.setattr(OutboxProvider, "deliver", stopped)
        outcome = cli("send", "2024-02", "--yes", *flags)
        assert outcome.code == 128 + signal.SIGTERM
        assert len(messages(tested)) == 4
        if flags:
            data = json.loads(outcome.out)
            assert (data["delivered"], data["pending"]) == (4, 6)
        else:
            assert "Stopped: 4 of 10 recipients have 2024-02, and nobody has it twice." in outcome.said
            assert "newsletter send 2024-02 continue where it stopped" in outcome.said

    def test_the_rest_of_an_interrupted_send(self, tested, cli, monkeypatch):
        from newsletter.providers.outbox import OutboxProvider

        deliver, calls = OutboxProvider.deliver, iter(range(100))

        def interrupted(self, parcel):
            if next(calls) == 4:
                raise KeyboardInterrupt
            deliver(self, parcel)

        monkeypatch.setattr(OutboxProvider, "deliver", interrupted)
        assert cli("send", "2024-02", "--yes").code == 130
        monkeypatch.undo()
        os.chdir(tested)
        assert "was interrupted" in cli("status", "2024-02").said
        assert "goes on: 0 of 10 have it" in cli("send", "2024-02", "--dry-run").said
        assert json.loads(cli("send", "2024-02", "--dry-run", "--json").out)["recipients"] == RECIPIENTS
        assert cli("send", "2024-02").code == 2
        assert cli("send", "2024-02", "--yes").code == 0
        assert len(messages(tested)) == RECIPIENTS

    def test_an_outbox_that_cannot_be_written(self, tested, cli):
        shutil.rmtree(tested / "outbox")
        (tested / "outbox").write_text("a file")
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 4
        assert "The outbox outbox cannot be used" in outcome.said
        (tested / "outbox").unlink()
        assert cli("send", "2024-02", "--yes").code == 0

    def test_a_damaged_ledger(self, tested, cli):
        (tested / ".newsletter" / "ledger.db").write_bytes(b"no ledger" * 1000)
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 5
        assert "damaged" in outcome.said


class TestDoubt:
    @pytest.fixture
    def doubtful(self, tested, cli):
        """Send, then lose the ledger: the outbox holds messages that nobody knows of."""
        assert cli("send", "2024-02", "--yes").code == 0
        shutil.rmtree(tested / ".newsletter")
        for path in list((tested / "outbox" / "new").iterdir())[:4]:
            path.unlink()
        assert cli("test", "2024-02", "--to", "me@example.org").code == 0
        return tested

    def test_it_stops_names_people_by_line_and_shows_no_address(self, doubtful, cli):
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 5
        assert outcome.err.count("uncertain: audience.csv:") == 6
        assert "--resolve sent" in outcome.said
        assert not re.search(r"[a-z]@example", outcome.err)
        assert cli("send", "2024-02", "--yes").code == 5
        assert len(messages(doubtful)) == 6

    def test_the_status_names_them_too(self, doubtful, cli):
        cli("send", "2024-02", "--yes")
        outcome = cli("status", "2024-02")
        assert outcome.code == 5
        assert "It is not known whether 6 recipients received it" in outcome.said
        data = json.loads(cli("status", "2024-02", "--json").out)
        assert len(data["in_doubt"]) == 6
        assert data["next"][0] == "newsletter send 2024-02 --resolve sent"

    def test_a_long_list_is_cut_on_the_terminal_only(self, doubtful, cli, monkeypatch):
        monkeypatch.setattr("newsletter.cli.recipient_lists.MOST_UNCERTAIN", 2)
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.err.count("uncertain: audience.csv:") == 2
        assert "and 4 more. `newsletter status 2024-02 --json`" in outcome.said

    def test_people_taken_out_of_the_file_are_named_by_key(self, doubtful, cli):
        cli("send", "2024-02", "--yes")
        (doubtful / "audience.csv").write_text("email,town\nother@example.org,x\n")
        assert cli("status", "2024-02").err.count("no longer in audience.csv, key ") == 6

    @pytest.mark.parametrize("verdict", ["sent", "not-sent"])
    def test_a_person_decides_and_everybody_has_it_once(self, doubtful, cli, verdict):
        cli("send", "2024-02", "--yes")
        outcome = cli("send", "2024-02", "--resolve", verdict, "--yes")
        assert outcome.code == 0
        assert "has 6 of them: these count as sent" in outcome.said
        assert len(messages(doubtful)) == RECIPIENTS
        assert cli("status", "2024-02").code == 0

    def test_without_doubt_there_is_nothing_to_resolve(self, tested, cli):
        assert cli("send", "2024-02", "--resolve", "sent").code == 2
        cli("send", "2024-02", "--yes")
        assert "are uncertain" in cli("send", "2024-02", "--resolve", "sent").said
        assert "cannot be 'perhaps'" in cli("send", "2024-02", "--resolve", "perhaps").said
        assert cli("send", "2024-02", "--resolve", "sent", "--dry-run").code == 2

    def test_a_ledger_that_breaks_on_the_way_is_told_once(self, tested, cli, monkeypatch):
        from newsletter.providers.outbox import OutboxProvider

        def break_it(self):
            (tested / ".newsletter" / "ledger.db").write_bytes(b"garbage" * 2000)

        monkeypatch.setattr(OutboxProvider, "prepare", break_it)
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 5
        assert "damaged" in outcome.said


class TestStatus:
    def test_the_story_of_the_newest(self, folder, cli):
        outcome = cli("status")
        assert outcome.code == 0
        assert "2024-03" in outcome.said
        assert "It has not been sent." in outcome.said
        assert "newsletter test 2024-03 --to" in outcome.said

    def test_the_story_in_sentences(self, tested, cli):
        cli("send", "2024-02", "--yes")
        said = cli("status", "2024-02").said
        for words in (
            "checked it",
            "sent 1 test message",
            "started sending it to 10 recipients",
            "sent to 10 recipients",
        ):
            assert words in said
        assert "It was sent to 10 of 10 recipients in audience.csv." in said

    def test_an_issue_with_errors_is_sent_to_check(self, folder, cli):
        path = folder / "issues" / "2024-02.yaml"
        path.write_text(path.read_text() + "\nsign_of: oops\n")
        assert "newsletter check 2024-02" in cli("status", "2024-02").said

    def test_all_issues_also_those_whose_file_is_gone(self, tested, cli):
        cli("send", "2024-02", "--yes")
        (tested / "issues" / "2024-02.yaml").unlink()
        outcome = cli("status", "--all")
        assert [line.split()[0] for line in outcome.out.splitlines()] == ["2024-02", "2024-03"]
        assert len(json.loads(cli("status", "--all", "--json").out)["issues"]) == 2

    def test_no_issue_at_all(self, folder, cli):
        shutil.rmtree(folder / "issues")
        assert "newsletter new" in cli("status", "--all").said


def answer_at_a_terminal(folder: Path, typed: bytes) -> tuple[int, str]:
    """Call `newsletter send` at a terminal and type an answer to its question."""
    pid, handle = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "newsletter", "send", "2024-02"])
    said = b""
    while True:
        # a key pressed between the question and the reading of it may be lost: a person presses it again
        ready, _, _ = select.select([handle], [], [], 1.0)
        if not ready:
            if b"> " in said:
                os.write(handle, typed)
            continue
        try:
            chunk = os.read(handle, 4096)
        except OSError:  # the other end is closed: the command has ended
            break
        said += chunk
        if chunk.endswith(b"> "):
            os.write(handle, typed)
    _, status = os.waitpid(pid, 0)
    os.close(handle)
    return os.waitstatus_to_exitcode(status), said.decode()


class TestAtATerminal:
    @pytest.mark.parametrize("typed", [b"yes\n", b"Y\n", b"10\n"])
    def test_practice_asks_one_plain_question(self, tested, typed):
        code, said = answer_at_a_terminal(tested, typed)
        assert code == 0, said
        words = " ".join(said.split())
        assert "Save 10 emails in outbox/new? Nobody receives anything. (yes/no)" in words
        assert "Note: 2024-02 is dated Monday 12 February 2024, and would be sent on" in words
        assert "anyway?" not in words
        assert len(messages(tested)) == RECIPIENTS

    @pytest.mark.parametrize("typed", [b"no\n", b"\n", b"100\n", b"\x04"])
    def test_anything_else_sends_nothing(self, tested, typed):
        code, said = answer_at_a_terminal(tested, typed)
        assert code == 2, said
        assert "Nothing was sent." in said
        assert not (tested / "outbox" / "new").exists()

    def test_ctrl_c_at_the_question_sends_nothing(self, tested):
        code, said = answer_at_a_terminal(tested, b"\x03")
        assert code == 130, said
        assert not (tested / "outbox" / "new").exists()

    def test_the_rest_may_be_declined_too(self, tested, cli, monkeypatch):
        from newsletter.providers.outbox import OutboxProvider

        def interrupted(self, parcel):
            raise KeyboardInterrupt

        monkeypatch.setattr(OutboxProvider, "deliver", interrupted)
        cli("send", "2024-02", "--yes")
        code, said = answer_at_a_terminal(tested, b"no\n")
        assert code == 2, said
        assert "goes on" in said


def test_whoever_has_no_name_on_this_computer_is_someone(monkeypatch):
    from newsletter.workflow import session

    def none() -> str:
        raise OSError

    monkeypatch.setattr(session.getpass, "getuser", none)
    assert session.login() == "someone"


def test_the_help_says_what_the_codes_mean(process):
    done: subprocess.CompletedProcess[str] = process("send", "--help")
    assert "Exit code 5" in done.stdout
    assert "--resolve" in done.stdout
