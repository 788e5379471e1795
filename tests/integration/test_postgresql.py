"""Two computers with one ledger, on a real PostgreSQL server."""

from __future__ import annotations

import os
import re
from pathlib import Path

from newsletter.ledger.store import Ledger
from newsletter.ledger.url import OPTIONS
from newsletter.model.campaign import DeliveryState, SendState

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
        campaigns = ledger.campaigns()
        assert sorted(one.issue for one in campaigns) == issues
        for one in campaigns:
            assert one.state is SendState.SENT
            assert ledger.tally(one)[DeliveryState.DELIVERED] == 5
    for issue, end in zip(issues, ends, strict=True):
        assert sorted(one.kind for one in end) == ["GateError", "done"], end
        winner = [one.kind for one in end].index("done")
        assert _messages(folders[winner], issue) == 5
        assert _messages(folders[1 - winner], issue) == 0


def test_the_database_that_the_page_has_people_make_is_enough(postgresql):
    page = (HERE.parents[1] / "docs" / "ledger.md").read_text(encoding="utf-8")
    (statements,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    try:
        for statement in statements.strip().split(";\n"):
            postgresql.execute(statement, database="postgres")
        postgresql.execute(f"ALTER ROLE newsletter PASSWORD '{postgresql.password}'")
        with Ledger(postgresql.address("newsletter", "newsletter")) as ledger:
            assert ledger.campaigns() == []
    finally:
        postgresql.execute("DROP DATABASE IF EXISTS newsletter WITH (FORCE)", database="postgres")
        postgresql.execute("DROP ROLE IF EXISTS newsletter", database="postgres")


def test_the_page_lists_the_options_that_an_address_can_have():
    page = (HERE.parents[1] / "docs" / "ledger.md").read_text(encoding="utf-8")
    listed = page.split("mean what they mean to PostgreSQL:")[1].split(".\n")[0]
    assert tuple(re.findall(r"`(\w+)`", listed)) == OPTIONS
