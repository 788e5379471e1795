"""An export of the own list: no cell of it is a formula, and an import reads it back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from newsletter.subscribers.records import Consent, ListedPerson, ListStatus
from newsletter.workflow.import_list import staged_import
from newsletter.workflow.manage_list import clean_value, export_list, write_lines
from newsletter.workflow.own_list import open_own_list
from newsletter.workflow.workspace import Workspace
from tests.injections import ALL, FORMULAS
from tests.public_site import SETTINGS

JOINED = dt.datetime(2024, 1, 2, 9, 30, tzinfo=dt.UTC)
TEXTS = (*ALL, "'=1+1", "''@x", "'tis", "+44 20 7946 0000", "-5", "＝1+1", 'The "A" team', "a; b, c | d")
KEPT = (ListStatus.SUBSCRIBED, ListStatus.UNSUBSCRIBED, ListStatus.BOUNCED, ListStatus.COMPLAINED, ListStatus.REMOVED)


@pytest.fixture
def spaces(tmp_path: Path) -> tuple[Workspace, Workspace]:
    """Two newsletter folders, each with an own list."""
    found = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "newsletter.yaml").write_text(SETTINGS, "utf-8")
        found.append(Workspace.find(tmp_path / name))
    return found[0], found[1]


def fill(workspace: Workspace) -> None:
    with open_own_list(workspace.settings) as own:
        for at, text in enumerate(map(clean_value, TEXTS)):
            email = f"p{at}@example.org"
            person = ListedPerson(
                own.identity.address_hash(email),
                email,
                first_name=text,
                last_name=text,
                status=KEPT[at % len(KEPT)],
                joined_at=JOINED,
                tags=(text, "members") if text else (),
                fields={"city": text},
                consent=Consent(JOINED, f"form {text}", "I agree"),
            )
            own.people.add(person, "added")


def test_no_cell_of_an_export_is_a_formula(spaces):
    fill(spaces[0])
    rows = list(csv.reader(io.StringIO("".join(export_list(spaces[0], everybody=True)))))
    assert len(rows) == 1 + len(TEXTS)
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "@", "-", "\t", "\r", "＝", "＋", "－", "＠")), cell
        assert not cell.startswith("+") or cell[1:].replace(" ", "").isdigit(), cell
    assert sum(row[1].startswith("'") for row in rows) >= len(FORMULAS) - 2


def test_an_import_reads_an_export_back_without_loss(spaces, tmp_path):
    one, other = spaces
    fill(one)
    write_lines(tmp_path / "list.csv", export_list(one, everybody=True))
    with staged_import(other, [tmp_path / "list.csv"], {}) as plan:
        assert not plan.lists[0].findings
        plan.carry_out()
    with open_own_list(one.settings) as before, open_own_list(other.settings) as after:
        for person in before.queries.stream(everybody=True):
            suppression = after.people.suppression(person.email)
            if person.status is not ListStatus.SUBSCRIBED:
                assert suppression is not None
                assert suppression.reason is person.status
                continue
            found = after.people.find(person.email)
            assert found is not None
            assert suppression is None
            for name in ("first_name", "last_name", "status", "joined_at", "tags"):
                assert getattr(found, name) == getattr(person, name)
            assert {**found.fields, "city": found.fields.get("city", "")} == person.fields
            assert found.consent is not None
            assert found.consent.at == JOINED
            assert found.consent.how.startswith(clean_value(f"form {person.first_name}"))
