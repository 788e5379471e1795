"""The steps that make and change the tables: numbered files of SQL, one for both databases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_UNIQUE = re.compile(r"CREATE\s+UNIQUE\s+INDEX\s+(\w+)\s+ON\s+(\w+)\s*\(([^()]*)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One file: its number, and its statements with the words in {braces} that each database has its own for."""

    number: int
    statements: tuple[str, ...]

    def written_for(self, words: Mapping[str, str]) -> list[str]:
        """Return the statements in a database's own words."""
        return [re.sub(r"\{(\w+)\}", lambda found: words[found[1]], one) for one in self.statements]


def migrations() -> list[Step]:
    """List the steps in their order."""
    folder = resources.files("newsletter.ledger") / "migrations"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".sql")), key=lambda one: one.name)
    return [Step(int(one.name[:4]), _statements(one.read_text(encoding="utf-8"))) for one in files]


def _statements(sql: str) -> tuple[str, ...]:
    plain = re.sub(r"--[^\n]*", "", sql)
    return tuple(statement.strip() for statement in plain.split(";") if statement.strip())


@cache
def unique_columns() -> dict[str, frozenset[str]]:
    """Return the columns, as `table.column`, of each unique index by its name, as the newest migration leaves it."""
    found: dict[str, frozenset[str]] = {}
    for step in migrations():
        for statement in step.statements:
            if made := _UNIQUE.match(statement):
                found[made[1]] = frozenset(f"{made[2]}.{column.strip()}" for column in made[3].split(","))
    return found
