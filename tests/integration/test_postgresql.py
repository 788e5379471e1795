"""Two computers with one ledger, on a real PostgreSQL server."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from newsletter.ledger.store import Ledger
from newsletter.ledger.url import OPTIONS
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.rehearsal import Rehearsal

from .racing import race

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("NEWSLETTER_RACES", "10"))
"""How often two computers race; NEWSLETTER_RACES=200 for the full number."""


def _messages(folder: Path, issue: str) -> int:
    return sum(1 for name in ("new", "cur") for path in (folder / name).glob("*.eml*") if path.name.startswith(issue))


def test_of_two_who_send_the_same_issue_in_the_same_moment_one_does(postgresql, tmp_path):
    folders = [tmp_path / "one", tmp_path / "other"]
    commands = [[str(HERE / "racer_direct.py"), postgresql.url, str(folder)] for folder in folders]
    issues = [f"issue-{number:03}" for number in range(ROUNDS)]

    ends = race(commands, issues, {**os.environ})

    with Ledger(postgresql.url) as ledger:
        campaigns = ledger.sends.all()
        assert sorted(one.issue for one in campaigns) == issues
        for one in campaigns:
            assert one.state is SendState.SENT
            assert ledger.deliveries.count(one)[DeliveryState.DELIVERED] == 5
    for issue, end in zip(issues, ends, strict=True):
        assert sorted(one.kind for one in end) == ["GateError", "done"], end
        winner = [one.kind for one in end].index("done")
        assert _messages(folders[winner], issue) == 5
        assert _messages(folders[1 - winner], issue) == 0


@pytest.mark.parametrize("provider", ["mailchimp", "listmonk"])
def test_of_two_who_send_it_through_a_service_in_the_same_moment_one_does(postgresql, provider):
    with Rehearsal(provider, sender=("Example Community Trust", "news@example.org")) as rehearsal:
        keys = json.dumps(dict(rehearsal.keys))
        command = [str(HERE / "racer_campaign.py"), postgresql.url, provider, rehearsal.base_url, keys]
        issues = [f"issue-{number:03}" for number in range(ROUNDS)]

        ends = race([command, command], issues, {**os.environ})

        for end in ends:
            assert sorted(one.kind for one in end) == ["GateError", "done"], end
        rehearsal.advance(24 * 3600)
        sent = rehearsal.sent_campaigns()
    assert len(sent) == ROUNDS
    assert len({one.name for one in sent}) == ROUNDS
    with Ledger(postgresql.url) as ledger:
        orders = [one for issue in issues for one in ledger.sends.all(issue)]
    assert [one.issue for one in orders if one.state is SendState.SENT] == issues


def test_of_two_who_send_a_correction_in_the_same_moment_one_does(postgresql):
    rounds = max(5, ROUNDS // 4)
    with Rehearsal("mailchimp", sender=("Example Community Trust", "news@example.org")) as rehearsal:
        keys = json.dumps(dict(rehearsal.keys))
        first = [str(HERE / "racer_campaign.py"), postgresql.url, "mailchimp", rehearsal.base_url, keys]
        issues = [f"issue-{number:03}" for number in range(rounds)]
        assert all(end.kind == "done" for (end,) in race([first], issues, {**os.environ}))
        command = [*first, "correction"]

        ends = race([command, command], issues, {**os.environ})

        for end in ends:
            assert sorted(one.kind for one in end) == ["GateError", "done"], end
        rehearsal.advance(24 * 3600)
        subjects = [one.mail.subject for one in rehearsal.handler.service.world.dispatches]
    assert sorted(subjects) == ["Fixed news"] * rounds + ["News"] * rounds


def test_the_database_that_the_page_has_people_make_is_enough(postgresql):
    page = (HERE.parents[1] / "docs" / "ledger.md").read_text(encoding="utf-8")
    (statements,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    try:
        for statement in statements.strip().split(";\n"):
            postgresql.execute(statement, database="postgres")
        postgresql.execute(f"ALTER ROLE newsletter PASSWORD '{postgresql.password}'")
        with Ledger(postgresql.address("newsletter", "newsletter")) as ledger:
            assert ledger.sends.all() == []
    finally:
        postgresql.execute("DROP DATABASE IF EXISTS newsletter WITH (FORCE)", database="postgres")
        postgresql.execute("DROP ROLE IF EXISTS newsletter", database="postgres")


def test_the_page_lists_the_options_that_an_address_can_have():
    page = (HERE.parents[1] / "docs" / "ledger.md").read_text(encoding="utf-8")
    listed = page.split("with their meaning in PostgreSQL:")[1].split(".\n")[0]
    assert tuple(re.findall(r"`(\w+)`", listed)) == OPTIONS
