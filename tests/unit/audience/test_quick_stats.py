"""Counting the people of a file quickly: the same number as the reader that looks at each address whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.audience.csv_file import read_audience
from newsletter.audience.quick_stats import read_stats

FILES = {
    "plain": "email,first_name\nada@trust.uk,Ada\nbob@trust.uk,Bob\n",
    "semicolons": "sep=;\nE-Mail;Status\nada@trust.uk;subscribed\nbob@trust.uk;unsubscribed\n",
    "twice": "email\nada@trust.uk\nADA@Trust.UK\nbob@trust.uk\n",
    "left in one row": "email,status\nada@trust.uk,\nada@trust.uk,unsubscribed\nbob@trust.uk,yes\n",
    "no address": "email,status\nada at trust,\n,\nbob@trust.uk,\n",
    "unknown status": "email,status\nada@trust.uk,perhaps\nbob@trust.uk,active\n",
    "nobody": "email,status\nada@trust.uk,bounced\n",
}


@pytest.mark.parametrize("name", FILES)
def test_the_count_is_that_of_the_whole_reader(tmp_path: Path, name: str) -> None:
    path = tmp_path / "audience.csv"
    path.write_text(FILES[name], encoding="utf-8")
    census = read_stats(path)
    assert census is not None
    assert census.people == len(read_audience(path).reachable)


def test_addresses_for_examples_and_tests_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "audience.csv"
    addresses = ["a@example.org", "test@trust.uk", "test-2@trust.uk", "x@mail.test", "tester@trust.uk", "ada@trust.uk"]
    path.write_text("\n".join(["email", *addresses]), encoding="utf-8")
    census = read_stats(path)
    assert census is not None
    assert (census.people, census.samples) == (5, 3)  # a send leaves out x@mail.test, which nobody can have


@pytest.mark.parametrize("text", ["", "name,town\nAda,Leeds\n", "\x00", 'email\n"open'])
def test_a_file_that_cannot_be_read_is_not_counted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "audience.csv"
    path.write_text(text, encoding="utf-8")
    assert read_stats(path) is None
    assert read_stats(tmp_path / "none.csv") is None


def test_further_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "audience.csv"
    path.write_text("email,Town / City\nada@trust.uk,Leeds\n", encoding="utf-8")
    census = read_stats(path)
    assert census is not None
    assert census.fields == ("town_city",)


@pytest.mark.parametrize(
    ("text", "unfilled"),
    [
        ("email,first_name\nada@trust.uk,Ada\n", {"last_name"}),
        ("email,Cohort\nada@trust.uk,Ada\n", {"first_name", "last_name"}),
        ("email,Name\nada@trust.uk,Ada Lovelace\n", set()),
        ("email,Name\nada@trust.uk,Ada\n", {"last_name"}),
        ("email,first_name,town\nada@trust.uk, ,\nbob@trust.uk,,Leeds\n", {"first_name", "last_name"}),
        ("email,first_name,status\nada@trust.uk,Ada,unsubscribed\nbob@trust.uk,,\n", {"first_name", "last_name"}),
    ],
)
def test_columns_that_are_empty_for_every_reader_are_named(tmp_path: Path, text: str, unfilled: set[str]) -> None:
    path = tmp_path / "audience.csv"
    path.write_text(text, encoding="utf-8")
    stats = read_stats(path)
    assert stats is not None
    assert stats.unfilled - {"cohort"} == unfilled
