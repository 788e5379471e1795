"""Lists in the shapes that real programs export: nobody who left is mailed, or the list is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from newsletter.audience.csv_file import SubscriberList, read_audience
from newsletter.audience.quick_stats import read_stats
from newsletter.model.list_columns import Columns
from newsletter.settings_file import load_settings

FOLDER = Path(__file__).parents[2] / "data" / "exported_lists"
EXPECTED: dict[str, dict[str, Any]] = YAML(typ="safe").load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
REFUSED = [name for name, expected in EXPECTED.items() if "refused" in expected]
COLUMNS = TypeAdapter(Columns)


def mailed(roster: SubscriberList) -> list[str]:
    return [one.email.partition("@")[0] for one in roster.reachable]


def read(name: str) -> SubscriberList:
    return read_audience(FOLDER / name, columns=COLUMNS.validate_python(EXPECTED[name].get("columns", {})))


def test_every_list_has_an_expectation():
    assert {path.name for path in FOLDER.glob("*.csv")} == set(EXPECTED)
    assert len(EXPECTED) >= 40


@pytest.mark.parametrize("name", EXPECTED)
def test_exactly_those_who_may_get_it_are_mailed(name: str):
    expected = EXPECTED[name]
    roster = read(name)
    if "rejected" in expected:
        assert expected["rejected"] in {finding.code for finding in roster.findings if finding.blocks}
        assert not mailed(roster)
        return
    assert not [finding.message for finding in roster.findings if finding.blocks]
    assert mailed(roster) == expected["gets"]
    people = {one.email.partition("@")[0]: one for one in roster.subscribers}
    assert {who: people[who].first_name for who in expected.get("greeted", {})} == expected.get("greeted", {})
    assert {who: list(people[who].segments) for who in expected.get("segments", {})} == expected.get("segments", {})


@pytest.mark.parametrize("name", EXPECTED)
def test_the_reasons_add_up_and_the_quick_count_agrees(name: str):
    roster = read(name)
    if roster.blocks:
        return
    assert sum(roster.left_out.values()) == len(roster.subscribers) - len(roster.reachable)
    census = read_stats(FOLDER / name, COLUMNS.validate_python(EXPECTED[name].get("columns", {})))
    assert census is not None
    assert census.people == len(roster.reachable)
    assert dict(census.left_out) == dict(roster.left_out)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_names_the_column_and_the_setting_that_decides_it(name: str):
    roster = read_audience(FOLDER / name)
    assert not roster.subscribers
    column = EXPECTED[name]["refused"]
    (finding,) = [one for one in roster.findings if one.code == "NL212" and f"`{column[:40]}" in one.message]
    assert finding.blocks
    assert finding.place.line == 1
    assert "`outbox`" in finding.hint
    assert column in finding.hint


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_refusal_says_to_write_can_be_pasted(name: str, tmp_path: Path):
    """The line of the hint, under `outbox` in newsletter.yaml, makes the list readable."""
    columns: dict[str, Any] = {}
    for _ in range(5):
        roster = read_audience(FOLDER / name, columns=columns)
        refusals = [one for one in roster.findings if one.code == "NL212"]
        if not refusals:
            break
        lines = [one.hint.partition("`columns: {")[2].partition("}`")[0] for one in refusals]
        path = tmp_path / "newsletter.yaml"
        text = "brand: {name: A, address: B}\nsender: {name: A, email: a@trust.uk}\noutbox:\n  columns:\n"
        known = [f"    {line}\n" for line in lines]
        path.write_text(text + "".join(known), encoding="utf-8")
        columns |= load_settings(path).outbox.columns
    assert not read_audience(FOLDER / name, columns=columns).blocks
