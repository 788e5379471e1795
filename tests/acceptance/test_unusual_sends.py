"""What is confirmed apart before a send: the issue's date, and an audience that has changed since the test."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from newsletter.sending.membership import Membership, compare

from .test_send import messages, settings

TODAY = dt.datetime.now(dt.UTC).date()


def dated(folder, date: dt.date) -> None:
    text = f"title: A title\ndate: {date}\nsections:\n  - kind: coming_up\n    items: [A walk along the river]\n"
    (folder / "issues" / "2024-02.yaml").write_text(text)


def people(folder, *names: str) -> None:
    (folder / "audience.csv").write_text("email,first_name,town\n" + "".join(f"{one}@example.org,,\n" for one in names))


NAMES = [f"reader{number}" for number in range(40)]


class TestDate:
    @pytest.fixture
    def ready(self, folder, cli):
        def prepare(date: dt.date) -> None:
            dated(folder, date)
            assert cli("test", "2024-02", "--to", "me@example.org").code == 0

        return prepare

    def test_a_day_to_come_is_not_sent_today_without_a_word(self, ready, folder, cli):
        date = TODAY + dt.timedelta(days=21)
        ready(date)
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 3
        assert f"2024-02 is dated {date:%A} {date.day} {date:%B %Y}, and would be sent on {TODAY:%A} " in outcome.said
        assert f"--accept-date {date}" in outcome.said
        assert not (folder / "outbox" / "new").exists()
        assert json.loads(cli("send", "2024-02", "--yes", "--json").out)["error"]["exit_code"] == 3
        wrong = cli("send", "2024-02", "--yes", "--accept-date", f"{TODAY}")
        assert wrong.code == 2
        assert f"is not the date of 2024-02, which is {date}" in wrong.said
        assert cli("send", "2024-02", "--yes", "--accept-date", f"{date}").code == 0
        assert len(messages(folder)) == 10

    def test_tomorrow_is_a_day_to_come(self, ready, cli):
        ready(TODAY + dt.timedelta(days=2))
        assert cli("send", "2024-02", "--yes").code == 3

    def test_today_is_sent_without_a_word(self, ready, cli):
        ready(TODAY)
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 0
        assert "and would be sent on" not in outcome.said

    def test_a_day_that_has_passed_is_noted_and_sent(self, ready, cli):
        ready(TODAY - dt.timedelta(days=3))
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 0
        assert "Note: 2024-02 is dated" in outcome.said

    def test_who_joined_later_gets_it_without_a_question(self, ready, folder, cli):
        ready(TODAY - dt.timedelta(days=3))
        assert cli("send", "2024-02", "--yes").code == 0
        with (folder / "audience.csv").open("a") as file:
            file.write("late@example.org,,,,,\n")
        assert "and would be sent on" not in cli("send", "2024-02", "--remainder", "--yes").said


class TestAudience:
    @pytest.fixture
    def tested(self, folder, cli):
        people(folder, *NAMES)
        assert cli("test", "2024-02", "--to", "me@example.org").code == 0
        return folder

    def test_a_few_who_leave_and_join_need_no_word(self, tested, cli):
        people(tested, *NAMES[2:], "new1", "new2")
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 0
        assert "has changed since" not in outcome.said

    def test_another_list_is_not_sent_to_without_a_word(self, tested, cli):
        people(tested, *(f"other{number}" for number in range(40)))
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 3
        assert "audience.csv has changed since root tested it" in outcome.said.replace(
            f"since {_login()}", "since root"
        )
        assert "40 left, 40 joined (40 then, 40 now)" in outcome.said
        assert not (tested / "outbox" / "new").exists()
        fingerprint = re.search(r"--accept-audience (\w+)", outcome.said)[1]
        assert cli("send", "2024-02", "--yes", "--accept-audience", "0000000000").code == 3
        people(tested, *(f"third{number}" for number in range(40)))
        assert cli("send", "2024-02", "--yes", "--accept-audience", fingerprint).code == 3, "it was another list"
        people(tested, *(f"other{number}" for number in range(40)))
        assert cli("send", "2024-02", "--yes", "--accept-audience", fingerprint).code == 0
        assert len(messages(tested)) == 40

    def test_a_test_with_the_new_list_is_enough(self, tested, cli):
        people(tested, *(f"other{number}" for number in range(40)))
        cli("test", "2024-02", "--to", "me@example.org")
        assert cli("send", "2024-02", "--yes").code == 0

    def test_the_settings_say_how_much_is_large(self, tested, cli):
        settings(tested, "before_sending:", "before_sending:\n  audience_change: 50")
        people(tested, *NAMES[8:], *(f"new{number}" for number in range(8)))
        assert cli("send", "2024-02", "--yes").code == 0

    def test_the_approval_counts_where_one_is_asked_for(self, tested, cli, monkeypatch):
        from newsletter.workflow import session

        settings(tested, "approval: false", "approval: true")
        monkeypatch.setattr(session, "account", lambda: "anna")
        assert cli("approve", "2024-02", "--as", "Anna").code == 0
        monkeypatch.setattr(session, "account", lambda: "kim")
        people(tested, *NAMES[12:], *(f"new{number}" for number in range(40)))
        assert cli("test", "2024-02", "--to", "me@example.org").code == 0, "a later test is no approval"
        outcome = cli("send", "2024-02", "--yes")
        assert outcome.code == 3
        assert "has changed since Anna approved it" in outcome.said
        assert "12 left, 40 joined (40 then, 68 now)" in outcome.said

    def test_no_address_is_in_the_ledger(self, tested):
        assert b"reader1" not in (tested / ".newsletter" / "ledger.db").read_bytes()


def _login() -> str:
    from newsletter.workflow.session import login

    return login()


def keys(*numbers: int) -> list[str]:
    return [f"{number:012x}".ljust(24, "0") for number in numbers]


@pytest.mark.parametrize(
    ("before", "after", "is_large"),
    [
        (range(10), range(10), False),
        (range(10), range(1, 12), False),
        (range(10), range(10, 20), True),
        (range(3), range(3, 6), True),
        (range(3), range(7), False),
        (range(2), range(1, 3), False),
        (range(2000), range(20, 2040), False),
        (range(2000), range(150, 2150), True),
        (range(2000), range(900), True),
        (range(100), range(0), True),
    ],
)
def test_what_is_a_large_change(before, after, is_large):
    change = compare(Membership.of(keys(*before)), Membership.of(keys(*after)))
    assert (change is not None and change.is_large(10)) == is_large


@pytest.mark.parametrize(
    ("before", "after", "is_large"),
    [(117, 117, False), (117, 120, False), (117, 2300, True), (117, 50, True), (117, None, False)],
)
def test_where_a_provider_tells_only_how_many(before, after, is_large):
    change = compare(Membership(before), Membership(after))
    assert (change is not None and change.is_large(10)) == is_large
