"""Apply the rows of each set's `defects.yaml` and `fine.yaml` to the issues beside them, one change at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is twenty times faster
SETS = ("first", "second", "third")
"""The folders of the sets; each has issues and two tables of its own."""
KINDS = ("dates", "links", "words", "numbers", "leftover", "accessibility", "subject")


@dataclass(frozen=True)
class Row:
    """One change: `old` becomes `new` in an issue; `at` are the words that a reader would point to."""

    issue: str
    kind: str
    old: str
    new: str
    at: str
    why: str


@dataclass(frozen=True)
class Case:
    """An issue's source with one row applied; `line` is the line of the row's `at`, counted from 1."""

    issue: str
    source: str
    row: Row
    line: int

    @property
    def path(self) -> Path:
        """Return the unchanged issue file. Its settings and pictures are beside it."""
        return issue_path(self.issue)

    @property
    def sent_on(self) -> date:
        """Return the day of sending: the unchanged issue's date. Judge past and future from it."""
        sent: date = parse_yaml(self.path.read_text(encoding="utf-8"))["date"]
        return sent


class RowError(ValueError):
    """A row that does not fit its issue."""


def parse_yaml(source: str) -> Any:
    """Read YAML; raise `yaml.YAMLError` if it is none."""
    return yaml.load(source, Loader=LOADER)


def issue_names(sets: Sequence[str] = SETS) -> list[str]:
    """Return the names of the organisations, which are the names of their folders and the same in no two sets."""
    return sorted(path.parent.name for one in sets for path in (HERE / one).glob("*/newsletter.yaml"))


@cache
def issue_path(name: str) -> Path:
    """Return the only issue of an organisation."""
    (path,) = HERE.glob(f"*/{name}/issues/*.yaml")
    return path


def read_rows(table: str, sets: Sequence[str] = SETS) -> list[Row]:
    """Read `defects` or `fine` of some sets."""
    return [
        Row(issue=row["issue"], kind=row["kind"], old=row["replace"], new=row["with"], at=row["at"], why=row["why"])
        for one in sets
        for row in parse_yaml((HERE / one / f"{table}.yaml").read_text(encoding="utf-8"))
    ]


def apply_row(row: Row) -> Case:
    """Make the row's change. Raise `RowError` if it does not fit exactly one place or breaks the YAML."""
    source = issue_path(row.issue).read_text(encoding="utf-8")
    if (count := source.count(row.old)) != 1:
        raise RowError(f"{row.issue}: {row.old!r} is there {count} times, not once")
    start = source.index(row.old)
    changed = source[:start] + row.new + source[start + len(row.old) :]
    try:
        parse_yaml(changed)
    except yaml.YAMLError as error:
        raise RowError(f"{row.issue}: not YAML after {row.new!r}: {error}") from error
    return Case(row.issue, changed, row, _line_of(row, changed, start))


def read_cases(table: str, sets: Sequence[str] = SETS) -> Iterator[Case]:
    """Yield every row of `defects` or `fine` of some sets, applied to its issue."""
    return map(apply_row, read_rows(table, sets))


def _line_of(row: Row, changed: str, start: int) -> int:
    """Return the line of `at`: within the change, or else its only place in the file."""
    inside = row.new.find(row.at)
    if inside >= 0:
        position = start + inside
    elif (count := changed.count(row.at)) == 1:
        position = changed.index(row.at)
    else:
        raise RowError(f"{row.issue}: {row.at!r} is not in the change and {count} times in the file")
    return changed.count("\n", 0, position) + 1
